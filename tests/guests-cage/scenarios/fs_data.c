/* Reading and writing, offsets, sizes. */
#include "scenarios.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

static char bytes[4096];

static bool all(int value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

SCENARIO(rdwrtest) {
    const int fd = fresh("file");
    GIVES(write(fd, "hello there!", 12), 12);
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    HOLDS(reads(fd, "hello"));
    GIVES(write(fd, " world", 6), 6);
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    HOLDS(reads(fd, "hello world!"));
    GIVES(read(fd, bytes, 1), 0);
    show_file("file");
}

SCENARIO(prdwrtest) {
    const int fd = fresh("file");
    GIVES(pwrite(fd, "hello there!", 12, 0), 12);
    GIVES(lseek(fd, 0, SEEK_CUR), 0);
    GIVES(pread(fd, bytes, 5, 6), 5);
    HOLDS(memcmp(bytes, "there", 5) == 0);
    GIVES(pwrite(fd, "world", 5, 6), 5);
    GIVES(pread(fd, bytes, 100, 0), 12);
    HOLDS(memcmp(bytes, "hello world!", 12) == 0);
    GIVES(lseek(fd, 0, SEEK_CUR), 0);
}

SCENARIO(chardevtest) {
    const int zero = open("/dev/zero", O_RDWR);
    GIVES(write(zero, "Lorem ipsum dolor sit amet", 26), 26);
    memset(bytes, 1, sizeof bytes);
    GIVES(read(zero, bytes, 1000), 1000);
    HOLDS(all(0, 1000));
    GIVES(chdir("/dev"), 0);
    GIVES(close(zero), 0);
    const int random = open("./urandom", O_RDONLY);
    GIVES(read(random, bytes, 200), 200);
    HOLDS(!all(0, 200));
    const int null = open("null", O_RDWR);
    GIVES(write(null, bytes, 1000), 1000);
    GIVES(read(null, bytes, 1000), 0);
}

SCENARIO(ut_lind_fs_file_lseek_past_end) {
    const int fd = fresh("file");
    GIVES(write(fd, "start", 5), 5);
    GIVES(lseek(fd, 3000, SEEK_SET), 3000);
    GIVES(size_of("file"), 5);
    GIVES(read(fd, bytes, 10), 0);
    GIVES(write(fd, "end", 3), 3);
    GIVES(size_of("file"), 3003);
    memset(bytes, 1, sizeof bytes);
    GIVES(pread(fd, bytes, sizeof bytes, 5), 2998);
    HOLDS(all(0, 2995));
    HOLDS(memcmp(bytes + 2995, "end", 3) == 0);
    GIVES(lseek(fd, 10, SEEK_END), 3013);
    GIVES(lseek(fd, -13, SEEK_CUR), 3000);
    HOLDS(reads(fd, "end"));
}

SCENARIO(ut_lind_fs_ftruncate) {
    const int fd = fresh("file");
    GIVES(write(fd, "twelve bytes", 12), 12);
    GIVES(ftruncate(fd, 6), 0);
    GIVES(size_of("file"), 6);
    GIVES(lseek(fd, 0, SEEK_CUR), 12);
    GIVES(ftruncate(fd, 10), 0);
    GIVES(pread(fd, bytes, 100, 0), 10);
    HOLDS(memcmp(bytes, "twelve\0\0\0\0", 10) == 0);
    GIVES(ftruncate(fd, 0), 0);
    GIVES(size_of("file"), 0);
    FAILS(ftruncate(fd, -1), EINVAL);
    FAILS(ftruncate(-1, 0), EBADF);
    FAILS(ftruncate(1024, 0), EBADF);
    FAILS(ftruncate(open("file", O_RDONLY), 0), EINVAL);
    FAILS(ftruncate(open(".", O_RDONLY), 0), EINVAL);
    int ends[2];
    GIVES(pipe(ends), 0);
    FAILS(ftruncate(ends[1], 0), EINVAL);
}

SCENARIO(ut_lind_fs_truncate) {
    make_file("file", "twelve bytes");
    GIVES(truncate("file", 3), 0);
    show_file("file");
    GIVES(truncate("file", 5), 0);
    show_file("file");
    FAILS(truncate("file", -1), EINVAL);
    FAILS(truncate("nothing", 0), ENOENT);
    FAILS(truncate("", 0), ENOENT);
    FAILS(truncate("file/below", 0), ENOTDIR);
    FAILS(truncate(".", 0), EISDIR);
    GIVES(chmod("file", 0444), 0);
    FAILS(truncate("file", 0), EACCES);
    GIVES(size_of("file"), 5);
}

SCENARIO(ut_lind_fs_read_write_only_fd) {
    const int fd = open("file", O_CREAT | O_WRONLY, 0644);
    GIVES(write(fd, "x", 1), 1);
    FAILS(read(fd, bytes, 1), EBADF);
    FAILS(read(fd, bytes, 0), EBADF);
    FAILS(read(-1, bytes, 1), EBADF);
    FAILS(read(5000, bytes, 1), EBADF);
}

SCENARIO(ut_lind_fs_read_from_directory) {
    FAILS(read(open(".", O_RDONLY), bytes, 10), EISDIR);
}

SCENARIO(ut_lind_fs_read_from_epoll) {
    FAILS(read(epoll_create1(0), bytes, 10), EINVAL);
}

SCENARIO(ut_lind_fs_read_from_regular_file) {
    make_file("file", "hello");
    const int fd = open("file", O_RDONLY);
    GIVES(read(fd, bytes, 0), 0);
    GIVES(read(fd, bytes, 2), 2);
    GIVES(read(fd, bytes + 2, 100), 3);
    HOLDS(memcmp(bytes, "hello", 5) == 0);
    GIVES(read(fd, bytes, 100), 0);
    GIVES(lseek(fd, 100, SEEK_SET), 100);
    GIVES(read(fd, bytes, 100), 0);
    GIVES(lseek(fd, 1, SEEK_SET), 1);
    struct iovec parts[2] = {{bytes, 2}, {bytes + 10, 20}};
    GIVES(readv(fd, parts, 2), 4);
    HOLDS(memcmp(bytes, "el", 2) == 0 && memcmp(bytes + 10, "lo", 2) == 0);
}

SCENARIO(ut_lind_fs_read_from_chardev_file) {
    memset(bytes, 1, sizeof bytes);
    const int zero = open("/dev/zero", O_RDONLY);
    GIVES(read(zero, bytes, sizeof bytes), sizeof bytes);
    HOLDS(all(0, sizeof bytes));
    GIVES(read(open("/dev/null", O_RDONLY), bytes, 10), 0);
    GIVES(read(open("/dev/random", O_RDONLY), bytes, 16), 16);
}

SCENARIO(ut_lind_fs_read_from_sockets) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(write(pair[0], "over the socket", 15), 15);
    HOLDS(reads(pair[1], "over"));
    HOLDS(reads(pair[1], " the socket"));
    FAILS(read(socket(AF_INET, SOCK_STREAM, 0), bytes, 1), ENOTCONN);
    GIVES(fcntl(pair[1], F_SETFL, O_NONBLOCK), 0);
    FAILS(read(pair[1], bytes, 1), EAGAIN);
    GIVES(close(pair[0]), 0);
    GIVES(read(pair[1], bytes, 1), 0);
}

SCENARIO(ut_lind_fs_read_from_pipe_blocking_mode) {
    int ends[2];
    GIVES(pipe(ends), 0);
    const pid_t pid = child();
    if (pid == 0) {
        usleep(20000);
        NEEDS(write(ends[1], "late", 4) == 4);
        leave();
    }
    GIVES(close(ends[1]), 0);
    GIVES(read(ends[0], bytes, 100), 4); /* waits for it */
    HOLDS(memcmp(bytes, "late", 4) == 0);
    GIVES(ended(pid), 0);
    GIVES(read(ends[0], bytes, 100), 0);
}

SCENARIO(ut_lind_fs_read_from_pipe_nonblocking_mode) {
    int ends[2];
    GIVES(pipe2(ends, O_NONBLOCK), 0);
    FAILS(read(ends[0], bytes, 10), EAGAIN);
    GIVES(write(ends[1], "here", 4), 4);
    GIVES(read(ends[0], bytes, 3), 3);
    GIVES(read(ends[0], bytes, 3), 1);
    FAILS(read(ends[0], bytes, 3), EAGAIN);
    GIVES(close(ends[1]), 0);
    GIVES(read(ends[0], bytes, 3), 0);
    FAILS(write(ends[0], "x", 1), EBADF);
}

SCENARIO(ut_lind_fs_pread_write_only_fd) {
    const int fd = open("file", O_CREAT | O_WRONLY, 0644);
    FAILS(pread(fd, bytes, 1, 0), EBADF);
    FAILS(pread(-1, bytes, 1, 0), EBADF);
    FAILS(pread(5000, bytes, 1, 0), EBADF);
}

SCENARIO(ut_lind_fs_pread_from_file) {
    make_file("file", "hello world");
    const int fd = open("file", O_RDONLY);
    GIVES(pread(fd, bytes, 5, 6), 5);
    HOLDS(memcmp(bytes, "world", 5) == 0);
    GIVES(pread(fd, bytes, 100, 9), 2);
    GIVES(pread(fd, bytes, 100, 11), 0);
    GIVES(pread(fd, bytes, 100, 5000), 0);
    FAILS(pread(fd, bytes, 1, -1), EINVAL);
    HOLDS(reads(fd, "hello"));
}

SCENARIO(ut_lind_fs_pread_from_directory) {
    FAILS(pread(open(".", O_RDONLY), bytes, 10, 0), EISDIR);
}

SCENARIO(ut_lind_fs_pread_invalid_types) {
    int ends[2];
    int pair[2];
    GIVES(pipe(ends), 0);
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    FAILS(pread(ends[0], bytes, 1, 0), ESPIPE);
    FAILS(pread(pair[0], bytes, 1, 0), ESPIPE);
    HOLDS(pread(epoll_create1(0), bytes, 1, 0) == -1 && (errno == ESPIPE || errno == EINVAL));
}

SCENARIO(ut_lind_fs_write_read_only_fd) {
    make_file("file", "x");
    const int fd = open("file", O_RDONLY);
    FAILS(write(fd, "y", 1), EBADF);
    FAILS(write(fd, "y", 0), EBADF);
    FAILS(write(-1, "y", 1), EBADF);
    FAILS(write(5000, "y", 1), EBADF);
    show_file("file");
}

SCENARIO(ut_lind_fs_write_to_directory) {
    FAILS(open(".", O_WRONLY), EISDIR);
    FAILS(write(open(".", O_RDONLY), "x", 1), EBADF);
}

SCENARIO(ut_lind_fs_write_to_epoll) {
    FAILS(write(epoll_create1(0), "x", 1), EINVAL);
}

SCENARIO(ut_lind_fs_write_to_regular_file) {
    const int fd = fresh("file");
    GIVES(write(fd, "", 0), 0);
    GIVES(write(fd, "hello", 5), 5);
    GIVES(write(fd, " world", 6), 6);
    GIVES(lseek(fd, 1, SEEK_SET), 1);
    GIVES(write(fd, "E", 1), 1);
    show_file("file");
    const int end = open("file", O_WRONLY | O_APPEND);
    GIVES(lseek(end, 0, SEEK_SET), 0);
    GIVES(write(end, "!", 1), 1);
    GIVES(lseek(end, 0, SEEK_CUR), 12);
    GIVES(write(fd, "L", 1), 1);
    show_file("file");
}

SCENARIO(ut_lind_fs_write_to_chardev_file) {
    const int null = open("/dev/null", O_RDWR);
    GIVES(write(null, bytes, sizeof bytes), sizeof bytes);
    GIVES(write(open("/dev/zero", O_WRONLY), bytes, 100), 100);
    GIVES(read(null, bytes, 100), 0);
}

SCENARIO(ut_lind_fs_write_to_sockets) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(write(pair[0], "there", 5), 5);
    GIVES(write(pair[1], "back", 4), 4);
    HOLDS(reads(pair[0], "back"));
    HOLDS(reads(pair[1], "there"));
    signal(SIGPIPE, SIG_IGN);
    FAILS(write(socket(AF_UNIX, SOCK_STREAM, 0), "x", 1), ENOTCONN);
    FAILS(write(socket(AF_INET, SOCK_DGRAM, 0), "x", 1), EDESTADDRREQ);
    FAILS(write(socket(AF_INET, SOCK_STREAM, 0), "x", 1), EPIPE);
    GIVES(close(pair[1]), 0);
    FAILS(write(pair[0], "x", 1), EPIPE);
}

SCENARIO(ut_lind_fs_pwrite_read_only_fd) {
    make_file("file", "x");
    FAILS(pwrite(open("file", O_RDONLY), "y", 1, 0), EBADF);
    FAILS(pwrite(-1, "y", 1, 0), EBADF);
    FAILS(pwrite(5000, "y", 1, 0), EBADF);
    show_file("file");
}

SCENARIO(ut_lind_fs_pwrite_to_file) {
    const int fd = fresh("file");
    GIVES(pwrite(fd, "world", 5, 6), 5);
    GIVES(pwrite(fd, "hello", 5, 0), 5);
    GIVES(size_of("file"), 11);
    show_file("file");
    GIVES(lseek(fd, 0, SEEK_CUR), 0);
    FAILS(pwrite(fd, "x", 1, -1), EINVAL);
    GIVES(pwrite(fd, "", 0, 100), 0);
    GIVES(size_of("file"), 11);
    struct iovec parts[2] = {{"<", 1}, {">", 1}};
    GIVES(pwritev(fd, parts, 2, 4), 2);
    show_file("file");
}

SCENARIO(ut_lind_fs_pwrite_to_directory) {
    FAILS(pwrite(open(".", O_RDONLY), "x", 1, 0), EBADF);
}

SCENARIO(ut_lind_fs_pwrite_invalid_types) {
    int ends[2];
    int pair[2];
    GIVES(pipe(ends), 0);
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    FAILS(pwrite(ends[1], "x", 1, 0), ESPIPE);
    FAILS(pwrite(pair[0], "x", 1, 0), ESPIPE);
    HOLDS(pwrite(epoll_create1(0), "x", 1, 0) == -1 && (errno == ESPIPE || errno == EINVAL));
}

SCENARIO(ut_lind_fs_pwrite_to_chardev_file) {
    const int zero = open("/dev/zero", O_RDWR);
    GIVES(pwrite(zero, "x", 1, 50), 1);
    memset(bytes, 1, 10);
    GIVES(pread(zero, bytes, 10, 49), 10);
    HOLDS(all(0, 10));
    GIVES(pwrite(open("/dev/null", O_WRONLY), "x", 1, 0), 1);
}

SCENARIO(ut_lind_fs_lseek_on_file) {
    make_file("file", "0123456789");
    const int fd = open("file", O_RDWR);
    GIVES(lseek(fd, 4, SEEK_SET), 4);
    HOLDS(reads(fd, "45"));
    GIVES(lseek(fd, -3, SEEK_CUR), 3);
    HOLDS(reads(fd, "3"));
    GIVES(lseek(fd, -1, SEEK_END), 9);
    HOLDS(reads(fd, "9"));
    GIVES(lseek(fd, 0, SEEK_CUR), 10);
    FAILS(lseek(-1, 0, SEEK_SET), EBADF);
    FAILS(lseek(5000, 0, SEEK_SET), EBADF);
}

SCENARIO(ut_lind_fs_lseek_on_directory) {
    make_file("file", "x");
    const int fd = open(".", O_RDONLY);
    const long size = get_dents(fd, bytes, sizeof bytes);
    HOLDS(size > 0);
    GIVES(get_dents(fd, bytes, sizeof bytes), 0);
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    GIVES(get_dents(fd, bytes, sizeof bytes), size);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
}

SCENARIO(ut_lind_fs_lseek_invalid_whence) {
    const int fd = fresh("file");
    FAILS(lseek(fd, 0, 17), EINVAL);
    FAILS(lseek(fd, 0, -1), EINVAL);
    GIVES(lseek(fd, 0, SEEK_CUR), 0);
}

SCENARIO(ut_lind_fs_lseek_beyond_file_size) {
    make_file("file", "12345");
    const int fd = open("file", O_RDWR);
    GIVES(lseek(fd, 100, SEEK_END), 105);
    GIVES(size_of("file"), 5);
    GIVES(lseek(fd, 1 << 30, SEEK_SET), 1 << 30);
    GIVES(read(fd, bytes, 1), 0);
    GIVES(size_of("file"), 5);
}

SCENARIO(ut_lind_fs_lseek_before_start_of_file) {
    make_file("file", "12345");
    const int fd = open("file", O_RDWR);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    FAILS(lseek(fd, -6, SEEK_END), EINVAL);
    GIVES(lseek(fd, 2, SEEK_SET), 2);
    FAILS(lseek(fd, -3, SEEK_CUR), EINVAL);
    GIVES(lseek(fd, 0, SEEK_CUR), 2);
}

SCENARIO(ut_lind_fs_lseek_on_pipe) {
    int ends[2];
    GIVES(pipe(ends), 0);
    FAILS(lseek(ends[0], 0, SEEK_SET), ESPIPE);
    FAILS(lseek(ends[1], 1, SEEK_CUR), ESPIPE);
    FAILS(lseek(socket(AF_UNIX, SOCK_STREAM, 0), 0, SEEK_SET), ESPIPE);
}

SCENARIO(ut_lind_fs_lseek_on_chardev) {
    const int fd = open("/dev/null", O_RDWR);
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    GIVES(lseek(fd, 100, SEEK_SET), 0);
    GIVES(lseek(fd, 0, SEEK_END), 0);
    GIVES(lseek(open("/dev/zero", O_RDONLY), 10, SEEK_CUR), 0);
}

/* Older Linux has an offset that stays 0, newer none. */
SCENARIO(ut_lind_fs_lseek_on_epoll) {
    const long result = lseek(epoll_create1(0), 10, SEEK_SET);
    HOLDS(result == 0 || (result == -1 && errno == ESPIPE));
}

static struct iovec hello[3] = {{"hello", 5}, {" ", 1}, {"world", 5}};

SCENARIO(ut_lind_fs_writev_socketpair) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(writev(pair[0], hello, 3), 11);
    HOLDS(reads(pair[1], "hello world"));
    signal(SIGPIPE, SIG_IGN);
    GIVES(close(pair[1]), 0);
    FAILS(writev(pair[0], hello, 3), EPIPE);
}

SCENARIO(ut_lind_fs_writev_pipe) {
    int ends[2];
    GIVES(pipe(ends), 0);
    GIVES(writev(ends[1], hello, 3), 11);
    HOLDS(reads(ends[0], "hello world"));
    FAILS(writev(ends[0], hello, 3), EBADF);
    signal(SIGPIPE, SIG_IGN);
    GIVES(close(ends[0]), 0);
    FAILS(writev(ends[1], hello, 3), EPIPE);
}

SCENARIO(ut_lind_fs_writev_file) {
    const int fd = fresh("file");
    GIVES(writev(fd, hello, 3), 11);
    show_file("file");
    GIVES(writev(fd, hello, 0), 0);
    GIVES(lseek(fd, 0, SEEK_CUR), 11);
    FAILS(writev(fd, hello, -1), EINVAL);
    FAILS(writev(fd, hello, 1025), EINVAL);
    FAILS(writev(open("file", O_RDONLY), hello, 3), EBADF);
    FAILS(writev(-1, hello, 3), EBADF);
    struct iovec empty[3] = {{NULL, 0}, {"!", 1}, {NULL, 0}};
    GIVES(writev(fd, empty, 3), 1);
    GIVES(size_of("file"), 12);
}
