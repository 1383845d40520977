/* Descriptors and files through mox_dispatch: the scenarios of SafePOSIX's fs_tests and ipc_tests
 * that are about descriptors, reading and writing, and what Linux does besides. */
#include "unit/cage_files.h"

enum { RW = 2, CREATE = 0100, EXISTING = 0, ALL_MODES = 0666 };

static void test_table(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    CHECK_EQ(CALL(cage, dup, 1), 3);
    CHECK_EQ(CALL(cage, dup2, 1, 1000), 1000);
    CHECK_EQ(CALL(cage, dup2, 1, 1024), -MOX_EBADF);
    CHECK_EQ(CALL(cage, dup2, 1, UINT32_MAX), -MOX_EBADF);
    CHECK_EQ(CALL(cage, dup2, 7, 8), -MOX_EBADF);
    CHECK_EQ(CALL(cage, dup2, 3, 3), 3);
    CHECK_EQ(CALL(cage, dup3, 3, 3, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, dup3, 3, 4, 1), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, dup3, 3, 4, ABI_O_CLOEXEC), 4);
    CHECK_EQ(CALL(cage, fcntl, 4, ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK_EQ(CALL(cage, fcntl, 4, ABI_F_DUPFD, 100), 100);
    CHECK_EQ(CALL(cage, fcntl, 100, ABI_F_GETFD), 0);
    CHECK_EQ(CALL(cage, fcntl, 4, ABI_F_DUPFD_CLOEXEC, 100), 101);
    CHECK_EQ(CALL(cage, fcntl, 101, ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK_EQ(CALL(cage, fcntl, 4, ABI_F_DUPFD, 1024), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, fcntl, 4, ABI_F_DUPFD, UINT32_MAX), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, fcntl, 4, 99), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, fcntl, 5, ABI_F_GETFD), -MOX_EBADF);
    CHECK_EQ(CALL(cage, fcntl, 101, ABI_F_SETFD, 0), 0);
    CHECK_EQ(CALL(cage, fcntl, 101, ABI_F_GETFD), 0);
    for (int32_t fd = 5; fd < 1000; fd++) {
        const bool taken = fd == 100 || fd == 101;
        CHECK(taken || CALL(cage, dup, 1) == fd);
    }
    for (int32_t fd = 1001; fd < 1024; fd++) {
        CHECK_EQ(CALL(cage, dup, 1), fd);
    }
    CHECK_EQ(CALL(cage, dup, 1), -MOX_EMFILE);
    CHECK_EQ(CALL(cage, pipe, AT_SMALL), -MOX_EMFILE);
    CHECK_EQ(CALL(cage, socket, ABI_AF_UNIX, ABI_SOCK_STREAM, 0), -MOX_EMFILE);
    CHECK_EQ(CALL(cage, epoll_create, 1), -MOX_EMFILE);
    CHECK_EQ(CALL(cage, dup2, 1, 500), 500);
    CHECK_EQ(close_fd(cage, 700), 0);
    CHECK_EQ(CALL(cage, pipe, AT_SMALL), -MOX_EMFILE); /* one is not enough for two */
    CHECK_EQ(CALL(cage, dup, 0), 700);
    for (int32_t fd = 0; fd < 1024; fd++) {
        CHECK_EQ(close_fd(cage, fd), 0);
    }
    CHECK_EQ(close_fd(cage, 0), -MOX_EBADF);
    CHECK_EQ(close_fd(cage, -1), -MOX_EBADF);
    CHECK_EQ(close_fd(cage, 1024), -MOX_EBADF);
    CHECK_EQ(CALL(cage, dup, 5000), -MOX_EBADF);
    machine_end();
}

static void test_offsets(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    const int32_t fd = open_file(cage, "/shared", CREATE | RW, ALL_MODES);
    CHECK_EQ(fd, 3);
    CHECK_EQ(write_text(cage, fd, "0123456789"), 10);
    const int32_t copy = CALL(cage, dup, (uint32_t)fd);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)copy, 2, 0), 2);
    CHECK_EQ(read_some(cage, fd, 3), 3); /* dup shares the offset (SafePOSIX copies it) */
    CHECK(came(cage, "234"));
    const int32_t child = CALL(cage, fork, 0);
    CHECK(child > 0);
    CHECK_EQ(read_some((uint32_t)child, fd, 2), 2); /* and so does fork */
    CHECK(came((uint32_t)child, "56"));
    CHECK(reads(cage, fd, "789"));
    const int32_t other = open_file(cage, "/shared", RW, 0);
    CHECK(reads(cage, other, "0123456789"));
    CHECK_EQ(CALL(cage, pread, (uint32_t)fd, AT_ROOM, 4, 3), 4);
    CHECK(came(cage, "3456"));
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 1), 10);
    CHECK_EQ(CALL(cage, pread, (uint32_t)fd, AT_ROOM, 4, UINT32_MAX), -MOX_EINVAL);
    put_text(cage, AT_BYTES, "xy");
    CHECK_EQ(CALL(cage, pwrite, (uint32_t)fd, AT_BYTES, 2, 1), 2);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 0), 0);
    CHECK(reads(cage, fd, "0xy3456789"));
    CHECK_EQ(close_fd(cage, fd), 0);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)copy, 0, 1), 10);
    machine_end();
}

static void test_append(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    const int32_t a = open_file(cage, "/log", CREATE | RW | 02000, ALL_MODES);
    const int32_t b = open_file(cage, "/log", RW, 0);
    CHECK_EQ(write_text(cage, a, "one "), 4);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)a, 0, 0), 0);
    CHECK_EQ(write_text(cage, a, "two "), 4); /* at the end, wherever the offset is */
    CHECK_EQ(CALL(cage, lseek, (uint32_t)a, 0, 1), 8);
    CHECK_EQ(write_text(cage, b, "ONE"), 3);
    CHECK_EQ(set_flags(cage, b, ABI_O_APPEND), 0);
    CHECK_EQ(write_text(cage, b, "end"), 3);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)b, ABI_F_GETFL), RW | 02000);
    CHECK_EQ(set_flags(cage, b, 0), 0);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)b, 0, 0), 0);
    CHECK_EQ(write_text(cage, b, "o"), 1);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)b, 0, 0), 0);
    CHECK(reads(cage, b, "oNE two end"));
    machine_end();
}

static void test_seek(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    int32_t pair[2];
    const int32_t fd = open_file(cage, "/f", CREATE | RW, ALL_MODES);
    CHECK_EQ(write_text(cage, fd, "hello"), 5);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, UINT32_MAX, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, (uint32_t)-2, 2), 3);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 9), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 100, 0), 100);
    CHECK_EQ(read_some(cage, fd, 5), 0);
    CHECK_EQ(write_text(cage, fd, "!"), 1);
    CHECK_EQ(CALL(cage, pread, (uint32_t)fd, AT_ROOM, 96, 5), 96);
    CHECK(get_word(cage, AT_ROOM) == 0 && get_word(cage, AT_ROOM + 92) == 0x21000000);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, INT32_MAX, 0), INT32_MAX);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 1, 1), -MOX_EOVERFLOW);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 3, 3), 3);   /* SEEK_DATA */
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 3, 4), 101); /* SEEK_HOLE */
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 101, 3), -MOX_ENXIO);
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)pair[0], 0, 0), -MOX_ESPIPE);
    CHECK_EQ(CALL(cage, pread, (uint32_t)pair[0], AT_ROOM, 1, 0), -MOX_ESPIPE);
    CHECK_EQ(CALL(cage, pwrite, (uint32_t)pair[1], AT_ROOM, 1, 0), -MOX_ESPIPE);
    CHECK_EQ(CALL(cage, lseek, 0, 0, 0), -MOX_ESPIPE);
    const int32_t dir = open_file(cage, "/", 0, 0);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)dir, 0, 0), 0);
    CHECK_EQ(read_some(cage, dir, 1), -MOX_EISDIR);
    CHECK_EQ(CALL(cage, pread, (uint32_t)dir, AT_ROOM, 1, 0), -MOX_EISDIR);
    CHECK_EQ(CALL(cage, write, (uint32_t)dir, AT_BYTES, 1), -MOX_EBADF);
    CHECK_EQ(CALL(cage, ftruncate, (uint32_t)fd, 3), 0);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 2), 3);
    CHECK_EQ(CALL(cage, ftruncate, (uint32_t)fd, 8), 0);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 2), 8);
    CHECK_EQ(CALL(cage, ftruncate, (uint32_t)fd, UINT32_MAX), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, ftruncate, (uint32_t)pair[0], 1), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, fsync, (uint32_t)fd), 0);
    CHECK_EQ(CALL(cage, fdatasync, (uint32_t)fd), 0);
    CHECK_EQ(CALL(cage, fsync, (uint32_t)pair[0]), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sync_file_range, (uint32_t)fd, 0, 0, 8), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sync_file_range, (uint32_t)fd, 0, 0, 7), 0);
    CHECK_EQ(CALL(cage, sync_file_range, (uint32_t)pair[0], 0, 0, 0), -MOX_ESPIPE);
    machine_end();
}

static void test_modes(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    const int32_t out = open_file(cage, "/f", CREATE | 1, ALL_MODES);
    const int32_t in = open_file(cage, "/f", 0, 0);
    CHECK_EQ(read_some(cage, out, 1), -MOX_EBADF);
    CHECK_EQ(CALL(cage, pread, (uint32_t)out, AT_ROOM, 1, 0), -MOX_EBADF);
    CHECK_EQ(write_text(cage, in, "x"), -MOX_EBADF);
    CHECK_EQ(CALL(cage, pwrite, (uint32_t)in, AT_BYTES, 1, 0), -MOX_EBADF);
    CHECK_EQ(CALL(cage, ftruncate, (uint32_t)in, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)out, ABI_F_GETFL), 1); /* without O_CREAT */
    CHECK_EQ(CALL(cage, read, (uint32_t)in, 0x500, 10), -MOX_EFAULT);
    CHECK_EQ(CALL(cage, write, (uint32_t)out, UINT32_MAX - 3, 10), -MOX_EFAULT);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, ABI_TCGETS, AT_ROOM), -MOX_ENOTTY);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, 0x9999, AT_ROOM), -MOX_ENOTTY);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, ABI_FIOCLEX, 0), 0);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)in, ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, ABI_FIONCLEX, 0), 0);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)in, ABI_F_GETFD), 0);
    CHECK_EQ(write_text(cage, out, "12345"), 5);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, ABI_FIONREAD, AT_ROOM), 0);
    CHECK_EQ(get_word(cage, AT_ROOM), 5);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, ABI_FIONREAD, 0x500), -MOX_EFAULT);
    put_word(cage, AT_SMALL, 1);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)in, ABI_FIONBIO, AT_SMALL), 0);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)in, ABI_F_GETFL), ABI_O_NONBLOCK);
    machine_end();
}

static void put_iovec(uint32_t cage, const uint32_t (*parts)[2], uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        put_word(cage, AT_SMALL + 8 * i, parts[i][0]);
        put_word(cage, AT_SMALL + 8 * i + 4, parts[i][1]);
    }
}

static void test_vectors(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    static const uint32_t out[][2] = {{AT_BYTES, 3}, {AT_BYTES + 100, 0}, {AT_BYTES + 3, 4}};
    static const uint32_t in[][2] = {{AT_ROOM + 64, 2}, {AT_ROOM, 10}};
    int32_t pair[2];
    int32_t ends[2];
    const int32_t fd = open_file(cage, "/v", CREATE | RW, ALL_MODES);
    CHECK_EQ(make_pair(cage, ABI_SOCK_STREAM, pair), 0);
    CHECK_EQ(make_pipe(cage, 0, ends), 0);
    const int32_t from[3] = {fd, pair[1], ends[0]};
    const int32_t to[3] = {fd, pair[0], ends[1]};
    for (uint32_t i = 0; i < 3; i++) {
        put_text(cage, AT_BYTES, "abcdefg");
        put_iovec(cage, out, 3);
        CHECK_EQ(CALL(cage, writev, (uint32_t)to[i], AT_SMALL, 3), 7);
        if (i == 0) {
            CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 0), 0);
        }
        put_iovec(cage, in, 2);
        CHECK_EQ(CALL(cage, readv, (uint32_t)from[i], AT_SMALL, 2), 7);
        CHECK(came(cage, "cdefg"));
        CHECK_EQ(get_word(cage, AT_ROOM + 64) & 0xffff, 'a' | 'b' << 8);
    }
    CHECK_EQ(CALL(cage, preadv, (uint32_t)fd, AT_SMALL, 2, 4), 3);
    CHECK(came(cage, "g"));
    put_iovec(cage, out, 3);
    CHECK_EQ(CALL(cage, pwritev, (uint32_t)fd, AT_SMALL, 3, 3), 7);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 0, 0), 0);
    CHECK(reads(cage, fd, "abcabcdefg"));
    CHECK_EQ(CALL(cage, writev, (uint32_t)fd, AT_SMALL, 0), 0);
    CHECK_EQ(CALL(cage, writev, (uint32_t)fd, AT_SMALL, 1025), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, writev, (uint32_t)fd, 0x500, 1), -MOX_EFAULT);
    machine_end();
}

static void test_pipe(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    int32_t pair[2];
    CHECK_EQ(make_pipe(cage, 1, pair), -MOX_EINVAL);
    CHECK_EQ(make_pipe(cage, ABI_O_CLOEXEC, pair), 0);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)pair[0], ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK_EQ(read_some(cage, pair[0], 0), 0);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 0), 0);
    CHECK_EQ(read_some(cage, pair[0], 1), WAITS);
    CHECK_EQ(write_text(cage, pair[1], "hello"), 5);
    CHECK_EQ(CALL(cage, ioctl, (uint32_t)pair[0], ABI_FIONREAD, AT_ROOM), 0);
    CHECK_EQ(get_word(cage, AT_ROOM), 5);
    CHECK(reads(cage, pair[0], "hello"));
    CHECK_EQ(write_text(cage, pair[0], "x"), -MOX_EBADF);
    CHECK_EQ(read_some(cage, pair[1], 1), -MOX_EBADF);
    CHECK_EQ(set_flags(cage, pair[0], ABI_O_NONBLOCK), 0);
    CHECK_EQ(read_some(cage, pair[0], 1), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 100), 100);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(read_some(cage, pair[0], 4096), 100);
    CHECK_EQ(read_some(cage, pair[0], 4096), 0);
    CHECK_EQ(ready(cage, pair[0]), READY_HUP);
    machine_end();
}

/* Rules about room: PIPE_BUF at once or not at all, more in parts. */
static void test_pipe_room(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    int32_t pair[2];
    CHECK_EQ(make_pipe(cage, ABI_O_NONBLOCK, pair), 0);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 60000), 60000);
    CHECK_EQ(ready(cage, pair[1]), READY_OUT);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 4096), 4096);
    CHECK_EQ(ready(cage, pair[1]), 0);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 4096), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 4097), 1440);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 1), -MOX_EAGAIN);
    CHECK_EQ(read_some(cage, pair[0], 100), 100);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 101), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 100), 100);
    /* Waiting: the call goes on where it was, and counts everything. */
    CHECK_EQ(set_flags(cage, pair[1], 0), 0);
    const int32_t child = CALL(cage, fork, 0);
    const uint32_t other = (uint32_t)child;
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 10000), WAITS);
    CHECK_EQ(read_some(other, pair[0], 5000), 5000);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 10000), WAITS);
    CHECK_EQ(read_some(other, pair[0], 65536), 65536);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 10000), 10000);
    CHECK_EQ(read_some(other, pair[0], 65536), 5000);
    machine_end();
}

static void test_broken_pipe(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    int32_t pair[2];
    uint8_t ignore[16] = {1}; /* SIG_IGN */
    put(cage, AT_SMALL, ignore, sizeof ignore);
    CHECK_EQ(CALL(cage, sigaction, ABI_SIGPIPE, AT_SMALL, 0), 0);
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(close_fd(cage, pair[0]), 0);
    CHECK_EQ(write_text(cage, pair[1], "x"), 1); /* the child can still read */
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 70000), WAITS);
    CHECK_EQ(close_fd(child, pair[0]), 0);
    CHECK_EQ(CALL(cage, write, (uint32_t)pair[1], AT_BYTES, 70000), 65535); /* what was moved */
    CHECK_EQ(write_text(cage, pair[1], "x"), -MOX_EPIPE);
    CHECK_EQ(ready(cage, pair[1]), READY_ERR);
    machine_end();
}

static void test_fork_ends(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    int32_t pair[2];
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(read_some(cage, pair[0], 1), WAITS);
    CHECK_EQ(write_text(child, pair[1], "from the child"), 14);
    CHECK(reads(cage, pair[0], "from the child"));
    CHECK_EQ(CALL(child, exit, 3), 0); /* closes its ends */
    CHECK_EQ(read_some(cage, pair[0], 1), 0);
    CHECK_EQ(CALL(cage, waitpid, UINT32_MAX, AT_SMALL, 0, 0), child);
    CHECK_EQ(get_word(cage, AT_SMALL), 3 << 8);
    machine_end();
}

static void test_fifo(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    const uint32_t other = bare();
    put_text(cage, AT_NAME, "/fifo");
    CHECK_EQ(CALL(cage, mknod, AT_NAME, MODE_FIFO | 0666, 0), 0);
    CHECK_EQ(open_file(cage, "/fifo", 1 | ABI_O_NONBLOCK, 0), -MOX_ENXIO);
    CHECK_EQ(open_file(cage, "/fifo", 0, 0), WAITS);
    const int32_t out = open_file(other, "/fifo", 1, 0);
    CHECK_EQ(out, 3);
    CHECK_EQ(write_text(other, out, "early"), 5); /* the reader is known already */
    CHECK_EQ(close_fd(other, out), 0);
    const int32_t in = open_file(cage, "/fifo", 0, 0); /* a short visit is not missed */
    CHECK_EQ(in, 3);
    CHECK(reads(cage, in, "early"));
    CHECK_EQ(read_some(cage, in, 1), 0);
    CHECK_EQ(close_fd(cage, in), 0);
    const int32_t quick = open_file(cage, "/fifo", ABI_O_NONBLOCK, 0);
    CHECK_EQ(quick, 3);
    CHECK_EQ(read_some(cage, quick, 1), 0);
    CHECK_EQ(ready(cage, quick), 0); /* no writer yet is no hang-up */
    const int32_t both = open_file(other, "/fifo", RW, 0);
    CHECK_EQ(read_some(cage, quick, 1), -MOX_EAGAIN);
    CHECK_EQ(write_text(other, both, "ab"), 2);
    CHECK_EQ(ready(cage, quick), READY_IN);
    CHECK_EQ(close_fd(other, both), 0);
    CHECK_EQ(ready(cage, quick), READY_IN | READY_HUP);
    CHECK_EQ(close_fd(cage, quick), 0);
    /* What was not read goes with the last end; an open that was given up holds nothing. */
    CHECK_EQ(open_file(cage, "/fifo", 0, 0), WAITS);
    CHECK(CALL(cage, getpid, 0) > 0);
    CHECK_EQ(open_file(other, "/fifo", 1 | ABI_O_NONBLOCK, 0), -MOX_ENXIO);
    machine_end();
}

static void test_fifo_permission(void) {
    machine_begin(NULL, 7);
    const uint32_t cage = bare();
    put_text(cage, AT_NAME, "/tmp/fifo");
    CHECK_EQ(CALL(cage, mknod, AT_NAME, MODE_FIFO | 0200, 0), 0);
    CHECK_EQ(open_file(cage, "/tmp/fifo", ABI_O_NONBLOCK, 0), -MOX_EACCES);
    CHECK_EQ(open_file(cage, "/tmp/fifo", 1 | ABI_O_NONBLOCK, 0), -MOX_ENXIO);
    machine_end();
}

static void test_streams(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    uint32_t size = 0;
    CHECK_EQ(read_some(cage, 0, 10), WAITS);
    CHECK_EQ(set_flags(cage, 0, ABI_O_NONBLOCK), 0);
    CHECK_EQ(read_some(cage, 0, 10), -MOX_EAGAIN);
    CHECK_EQ(ready(cage, 0), 0);
    CHECK_EQ(mox_machine_input(machine, (const uint8_t *)"line\n", 5), MOX_OK);
    CHECK_EQ(ready(cage, 0), READY_IN);
    CHECK_EQ(CALL(cage, ioctl, 0, ABI_FIONREAD, AT_ROOM), 0);
    CHECK_EQ(get_word(cage, AT_ROOM), 5);
    CHECK_EQ(read_some(cage, 0, 2), 2);
    CHECK(reads(cage, 0, "ne\n"));
    mox_machine_input_end(machine);
    CHECK_EQ(read_some(cage, 0, 2), 0);
    CHECK_EQ(write_text(cage, 0, "x"), -MOX_EBADF);
    CHECK_EQ(read_some(cage, 1, 2), -MOX_EBADF);
    CHECK_EQ(write_text(cage, 1, "out"), 3);
    CHECK_EQ(write_text(cage, 2, "error"), 5);
    CHECK_EQ(ready(cage, 1), READY_OUT);
    const uint8_t *bytes = mox_machine_output(machine, 1, &size);
    CHECK(size == 3 && memcmp(bytes, "out", 3) == 0);
    bytes = mox_machine_output(machine, 2, &size);
    CHECK(size == 5 && memcmp(bytes, "error", 5) == 0);
    CHECK_EQ(CALL(cage, fxstat, 1, AT_ROOM), 0);
    CHECK_EQ(get_word(cage, AT_ROOM + 12) & MODE_TYPE, MODE_CHAR);
    machine_end();
}

static void test_null_and_epoll(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    const int32_t fd = open_file(cage, "/dev/null", RW, 0);
    CHECK(fd >= 0);
    CHECK_EQ(read_some(cage, fd, 10), 0);
    CHECK_EQ(write_text(cage, fd, "gone"), 4);
    CHECK_EQ(CALL(cage, pwrite, (uint32_t)fd, AT_BYTES, 4, 5), 4);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 50, 0), 0);
    const int32_t epoll = CALL(cage, epoll_create, 1);
    CHECK_EQ(read_some(cage, epoll, 1), -MOX_EINVAL);
    CHECK_EQ(write_text(cage, epoll, "x"), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, lseek, (uint32_t)epoll, 0, 0), -MOX_ESPIPE);
    CHECK_EQ(CALL(cage, fxstat, (uint32_t)epoll, AT_ROOM), 0);
    machine_end();
}

/* A map needs a file that can be read and, for MAP_SHARED with PROT_WRITE, written; then, that it
 * is one. */
static void test_maps(void) {
    machine_begin(NULL, 0);
    const uint32_t cage = bare();
    const uint32_t both = (uint32_t)open_file(cage, "/file", CREATE | RW, ALL_MODES);
    const uint32_t write_only = (uint32_t)open_file(cage, "/file", 1, 0);
    const uint32_t read_only = (uint32_t)open_file(cage, "/file", 0, 0);
    int32_t ends[2];
    CHECK_EQ(make_pipe(cage, 0, ends), 0);
    const struct {
        uint32_t fd, rights, flags;
        int32_t error;
    } rows[] = {
        {write_only, ABI_PROT_READ, ABI_MAP_PRIVATE, -MOX_EACCES},
        {read_only, ABI_PROT_READ | ABI_PROT_WRITE, ABI_MAP_SHARED, -MOX_EACCES},
        {(uint32_t)open_file(cage, "/", 0, 0), ABI_PROT_READ, ABI_MAP_SHARED, -MOX_ENODEV},
        {(uint32_t)open_file(cage, "/dev/null", RW, 0), ABI_PROT_READ, ABI_MAP_SHARED, -MOX_ENODEV},
        {(uint32_t)ends[0], ABI_PROT_READ, ABI_MAP_PRIVATE, -MOX_ENODEV},
        {(uint32_t)ends[1], ABI_PROT_READ, ABI_MAP_PRIVATE, -MOX_EACCES},
        {(uint32_t)CALL(cage, socket, ABI_AF_UNIX, ABI_SOCK_STREAM, 0), ABI_PROT_READ,
         ABI_MAP_SHARED, -MOX_ENODEV},
        {(uint32_t)CALL(cage, epoll_create, 1), ABI_PROT_READ, ABI_MAP_SHARED, -MOX_ENODEV},
        {500, ABI_PROT_READ, ABI_MAP_SHARED, -MOX_EBADF},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(CALL(cage, mmap, 0, 4096, rows[i].rights, rows[i].flags, rows[i].fd, 0),
                 rows[i].error);
    }
    CHECK(CALL(cage, mmap, 0, 4096, ABI_PROT_READ | ABI_PROT_WRITE, ABI_MAP_PRIVATE, read_only, 0) >
          0);
    CHECK(CALL(cage, mmap, 0, 4096, ABI_PROT_READ | ABI_PROT_WRITE, ABI_MAP_SHARED, both, 0) > 0);
    machine_end();
}

int main(void) {
    test_table();
    test_offsets();
    test_append();
    test_seek();
    test_modes();
    test_vectors();
    test_pipe();
    test_pipe_room();
    test_broken_pipe();
    test_fork_ends();
    test_fifo();
    test_fifo_permission();
    test_streams();
    test_null_and_epoll();
    test_maps();
    return check_report("descriptors, files, pipes and fifos of cages");
}
