/* Descriptors: dup, fcntl, ioctl, what fork and exec do with them. */
#include "scenarios.h"

#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { TABLE = 1024 };

/* As many descriptors as a cage has. */
static void limit_table(void) {
    struct rlimit limit = {TABLE, TABLE};
    NEEDS(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/* Fills the table; gives how many descriptors there are then. */
static int fill_table(int fd) {
    int last = fd;
    for (int next = fd; next >= 0; next = dup(fd)) {
        last = next;
    }
    return errno == EMFILE ? last + 1 : -1;
}

SCENARIO(ut_lind_fs_dup) {
    const int fd = fresh("file");
    const int copy = dup(fd);
    HOLDS(copy == fd + 1);
    GIVES(write(fd, "one ", 4), 4);
    GIVES(lseek(copy, 0, SEEK_CUR), 4);
    GIVES(write(copy, "two ", 4), 4);
    GIVES(close(fd), 0);
    GIVES(write(copy, "three", 5), 5);
    HOLDS(dup(copy) == fd);
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    HOLDS(reads(copy, "one two three"));
    GIVES(fcntl(copy, F_SETFD, FD_CLOEXEC), 0);
    GIVES(fcntl(dup(copy), F_GETFD), 0);
    GIVES(fcntl(copy, F_SETFL, O_APPEND), 0);
    GIVES(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
}

SCENARIO(ut_lind_fs_dup_invalid_fd) {
    FAILS(dup(-1), EBADF);
    FAILS(dup(100), EBADF);
    FAILS(dup(1024), EBADF);
    FAILS(dup(INT_MAX), EBADF);
    const int fd = fresh("file");
    GIVES(close(fd), 0);
    FAILS(dup(fd), EBADF);
}

SCENARIO(ut_lind_fs_dup_full_table) {
    limit_table();
    const int fd = fresh("file");
    GIVES(fill_table(fd), TABLE);
    FAILS(dup(fd), EMFILE);
    FAILS(open("file", O_RDONLY), EMFILE);
    FAILS(socket(AF_UNIX, SOCK_STREAM, 0), EMFILE);
    FAILS(fcntl(fd, F_DUPFD, 0), EMFILE);
    int ends[2];
    FAILS(pipe(ends), EMFILE);
    GIVES(close(700), 0);
    FAILS(pipe(ends), EMFILE); /* takes two or none */
    GIVES(dup(fd), 700);
}

SCENARIO(ut_lind_fs_dup2) {
    const int fd = fresh("file");
    const int other = fresh("other");
    GIVES(write(fd, "12345", 5), 5);
    GIVES(dup2(fd, other), other);
    GIVES(lseek(other, 0, SEEK_CUR), 5);
    GIVES(write(other, "6", 1), 1);
    GIVES(lseek(fd, 0, SEEK_CUR), 6);
    GIVES(size_of("other"), 0);
    GIVES(dup2(fd, 50), 50);
    GIVES(lseek(50, 0, SEEK_SET), 0);
    HOLDS(reads(fd, "123456"));
    GIVES(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    GIVES(dup2(fd, fd), fd);
    GIVES(fcntl(fd, F_GETFD), FD_CLOEXEC);
    GIVES(dup2(fd, 51), 51);
    GIVES(fcntl(51, F_GETFD), 0);
    FAILS(dup3(fd, fd, 0), EINVAL);
    GIVES(dup3(fd, 51, O_CLOEXEC), 51);
    GIVES(fcntl(51, F_GETFD), FD_CLOEXEC);
}

SCENARIO(ut_lind_fs_dup2_invalid_fd) {
    limit_table();
    const int fd = fresh("file");
    FAILS(dup2(-1, 10), EBADF);
    FAILS(dup2(100, 10), EBADF);
    FAILS(dup2(100, 100), EBADF);
    FAILS(dup2(fd, -1), EBADF);
    FAILS(dup2(fd, TABLE), EBADF);
    FAILS(dup2(fd, INT_MAX), EBADF);
    GIVES(dup2(fd, TABLE - 1), TABLE - 1);
}

SCENARIO(ut_lind_fs_dup2_full_table) {
    limit_table();
    const int fd = fresh("file");
    GIVES(fill_table(fd), TABLE);
    const int again = 800;
    GIVES(dup2(fd, again), again);
    FAILS(dup(fd), EMFILE);
    FAILS(dup2(fd, TABLE), EBADF);
}

/* A child's descriptors are those of its parent: they share offsets, but closing is its own. */
SCENARIO(ut_lind_fs_dup2_with_fork) {
    const int fd = fresh("file");
    const int other = fresh("other");
    GIVES(write(fd, "parent ", 7), 7);
    const pid_t pid = child();
    if (pid == 0) {
        GIVES(dup2(fd, other), other);
        GIVES(write(other, "child ", 6), 6);
        GIVES(close(fd), 0);
        leave();
    }
    GIVES(ended(pid), 0);
    GIVES(lseek(fd, 0, SEEK_CUR), 13);
    GIVES(write(fd, "parent", 6), 6);
    GIVES(write(other, "untouched", 9), 9);
    show_file("file");
    show_file("other");
}

SCENARIO(ut_lind_fs_fcntl_valid_args) {
    const int fd = open("file", O_CREAT | O_RDWR, 0644);
    GIVES(fcntl(fd, F_GETFD), 0);
    GIVES(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    GIVES(fcntl(fd, F_GETFD), FD_CLOEXEC);
    GIVES(fcntl(fd, F_SETFD, 0), 0);
    GIVES(fcntl(fd, F_GETFD), 0);
    GIVES(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_CREAT), O_RDWR);
    GIVES(fcntl(fd, F_SETFL, O_RDONLY | O_APPEND | O_NONBLOCK), 0);
    GIVES(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK), O_RDWR | O_APPEND | O_NONBLOCK);
    GIVES(fcntl(fd, F_GETOWN), 0);
    GIVES(fcntl(fd, F_SETOWN, 0), 0);
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(fcntl(pair[0], F_SETOWN, getpid()), 0);
    printf("owned: %d\n", fcntl(pair[0], F_GETOWN) == getpid());
    const int cloexec = open("file", O_RDONLY | O_CLOEXEC);
    GIVES(fcntl(cloexec, F_GETFD), FD_CLOEXEC);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
    GIVES(fcntl(fd, F_SETLK, &lock), 0);
    GIVES(fcntl(fd, F_GETLK, &lock), 0);
    GIVES(lock.l_type, F_UNLCK);
}

SCENARIO(ut_lind_fs_fcntl_invalid_args) {
    limit_table();
    const int fd = fresh("file");
    FAILS(fcntl(-1, F_GETFD), EBADF);
    FAILS(fcntl(100, F_GETFL), EBADF);
    FAILS(fcntl(TABLE, F_DUPFD, 0), EBADF);
    FAILS(fcntl(fd, 12345, 0), EINVAL);
    FAILS(fcntl(fd, -1, 0), EINVAL);
    FAILS(fcntl(fd, F_DUPFD, -1), EINVAL);
    FAILS(fcntl(fd, F_DUPFD, TABLE), EINVAL);
    struct flock lock = {.l_type = 99, .l_whence = SEEK_SET};
    FAILS(fcntl(fd, F_SETLK, &lock), EINVAL);
}

SCENARIO(ut_lind_fs_fcntl_dup) {
    limit_table();
    const int fd = fresh("file");
    GIVES(write(fd, "shared", 6), 6);
    GIVES(fcntl(fd, F_DUPFD, 100), 100);
    GIVES(fcntl(fd, F_DUPFD, 100), 101);
    HOLDS(fcntl(fd, F_DUPFD, 0) == fd + 1);
    GIVES(lseek(100, 0, SEEK_SET), 0);
    HOLDS(reads(fd, "shared"));
    GIVES(fcntl(fd, F_DUPFD_CLOEXEC, 200), 200);
    GIVES(fcntl(200, F_GETFD), FD_CLOEXEC);
    GIVES(fcntl(fd, F_DUPFD, TABLE - 1), TABLE - 1);
    FAILS(fcntl(fd, F_DUPFD, TABLE - 1), EMFILE);
}

SCENARIO(ut_lind_fs_ioctl_valid_args) {
    int on = 1;
    int count = 0;
    int ends[2];
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    GIVES(ioctl(fd, FIONBIO, &on), 0);
    GIVES(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    FAILS(recv(fd, &(char){0}, 1, 0), EAGAIN);
    on = 0;
    GIVES(ioctl(fd, FIONBIO, &on), 0);
    GIVES(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    GIVES(pipe(ends), 0);
    GIVES(write(ends[1], "seven b", 7), 7);
    GIVES(ioctl(ends[0], FIONREAD, &count), 0);
    GIVES(count, 7);
    GIVES(ioctl(ends[0], FIOCLEX), 0);
    GIVES(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
    GIVES(ioctl(ends[0], FIONCLEX), 0);
    GIVES(fcntl(ends[0], F_GETFD), 0);
    GIVES(ioctl(ends[0], FIOASYNC, &on), 0);
}

SCENARIO(ut_lind_fs_ioctl_invalid_args) {
    int on = 1;
    const int fd = fresh("file");
    FAILS(ioctl(-1, FIONBIO, &on), EBADF);
    FAILS(ioctl(100, FIONBIO, &on), EBADF);
    FAILS(ioctl(fd, 0x7777, &on), ENOTTY);
    FAILS(ioctl(fd, FIONBIO, NULL), EFAULT);
    GIVES(ioctl(fd, FIONBIO, &on), 0);
    FAILS(ioctl(socket(AF_UNIX, SOCK_STREAM, 0), 0x7777, &on), ENOTTY);
    GIVES(isatty(fd), 0);
}

SCENARIO(ut_lind_fs_fdflags) {
    make_file("file", "bytes");
    char byte;
    const int read_only = open("file", O_RDONLY);
    const int write_only = open("file", O_WRONLY);
    const int both = open("file", O_RDWR | O_APPEND);
    GIVES(fcntl(read_only, F_GETFL) & O_ACCMODE, O_RDONLY);
    GIVES(fcntl(write_only, F_GETFL) & O_ACCMODE, O_WRONLY);
    GIVES(fcntl(both, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
    FAILS(write(read_only, "x", 1), EBADF);
    FAILS(read(write_only, &byte, 1), EBADF);
    GIVES(read(both, &byte, 1), 1);
    GIVES(write(both, "!", 1), 1);
    GIVES(write(write_only, "B", 1), 1);
    show_file("file");
    GIVES(flock(read_only, LOCK_EX | LOCK_NB), 0);
    FAILS(flock(both, LOCK_SH | LOCK_NB), EAGAIN);
    GIVES(flock(read_only, LOCK_UN), 0);
    GIVES(flock(both, LOCK_SH | LOCK_NB), 0);
    FAILS(flock(both, 0), EINVAL);
}

SCENARIO(ut_lind_fs_exec_cloexec) {
    const int kept = open("/dev/null", O_RDONLY);
    const int closed = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int unmarked = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int marked = open("/dev/null", O_RDONLY);
    GIVES(fcntl(unmarked, F_SETFD, 0), 0);
    GIVES(fcntl(marked, F_SETFD, FD_CLOEXEC), 0);
    NEEDS(kept == 3 && closed == 4 && unmarked == 5 && marked == 6);
    const pid_t pid = child();
    if (pid == 0) {
        execl(self, self, "--helper", "open", (char *)NULL);
        _exit(99);
    }
    GIVES(ended(pid), 1 << (kept - 3) | 1 << (unmarked - 3));
    GIVES(fcntl(closed, F_GETFD), FD_CLOEXEC);
}
