/* Descriptors: reading, writing, their flags. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kernel.h"

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    va_end(list);
    return (int)answer(__mox_open((long)path, flags, (long)mode));
}

int openat(int directory, const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    va_end(list);
    return (int)answer(__mox_openat(directory, (long)path, flags, (long)mode));
}

int close(int fd) {
    return (int)answer(__mox_close(fd));
}

ssize_t read(int fd, void *bytes, size_t size) {
    return answer(__mox_read(fd, (long)bytes, (long)size));
}

ssize_t write(int fd, const void *bytes, size_t size) {
    return answer(__mox_write(fd, (long)bytes, (long)size));
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset) {
    return answer(__mox_pread(fd, (long)bytes, (long)size, offset));
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    return answer(__mox_pwrite(fd, (long)bytes, (long)size, offset));
}

ssize_t readv(int fd, const struct iovec *vector, int count) {
    return answer(__mox_readv(fd, (long)vector, count));
}

ssize_t writev(int fd, const struct iovec *vector, int count) {
    return answer(__mox_writev(fd, (long)vector, count));
}

ssize_t preadv(int fd, const struct iovec *vector, int count, off_t offset) {
    return answer(__mox_preadv(fd, (long)vector, count, offset));
}

ssize_t pwritev(int fd, const struct iovec *vector, int count, off_t offset) {
    return answer(__mox_pwritev(fd, (long)vector, count, offset));
}

off_t lseek(int fd, off_t offset, int whence) {
    return (off_t)answer(__mox_lseek(fd, offset, whence));
}

int dup(int fd) {
    return (int)answer(__mox_dup(fd));
}

int dup2(int fd, int to) {
    return (int)answer(__mox_dup2(fd, to));
}

int dup3(int fd, int to, int flags) {
    return (int)answer(__mox_dup3(fd, to, flags));
}

int pipe(int fds[2]) {
    return (int)answer(__mox_pipe((long)fds));
}

int pipe2(int fds[2], int flags) {
    return (int)answer(__mox_pipe2((long)fds, flags));
}

static int lock(int fd, int request, struct flock *wanted) {
    struct mox_flock words = {
        .type_and_whence = (uint16_t)wanted->l_type | (uint32_t)wanted->l_whence << 16,
        .start = (uint32_t)wanted->l_start,
        .size = (uint32_t)wanted->l_len,
    };
    const int result = (int)answer(__mox_fcntl(fd, request, (long)&words));
    if (result == 0 && request == F_GETLK) {
        wanted->l_type = (short)(words.type_and_whence & 0xffff);
        wanted->l_whence = (short)(words.type_and_whence >> 16);
        wanted->l_start = (off_t)words.start;
        wanted->l_len = (off_t)words.size;
        wanted->l_pid = (pid_t)words.pid;
    }
    return result;
}

int fcntl(int fd, int request, ...) {
    va_list list;
    va_start(list, request);
    const long argument = va_arg(list, long);
    va_end(list);
    if (request == F_GETLK || request == F_SETLK || request == F_SETLKW) {
        return lock(fd, request, (struct flock *)argument);
    }
    return (int)answer(__mox_fcntl(fd, request, argument));
}

int flock(int fd, int operation) {
    return (int)answer(__mox_flock(fd, operation));
}

/* Locks of POSIX's older interface, on fcntl's. */
int lockf(int fd, int function, off_t size) {
    struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = 0, .l_len = size};
    switch (function) {
    case F_ULOCK: wanted.l_type = F_UNLCK; return fcntl(fd, F_SETLK, &wanted);
    case F_LOCK: return fcntl(fd, F_SETLKW, &wanted);
    case F_TLOCK: return fcntl(fd, F_SETLK, &wanted);
    case F_TEST:
        if (fcntl(fd, F_GETLK, &wanted) < 0) {
            return -1;
        }
        if (wanted.l_type == F_UNLCK || wanted.l_pid == getpid()) {
            return 0;
        }
        errno = EACCES;
        return -1;
    default: errno = EINVAL; return -1;
    }
}

int ioctl(int fd, unsigned long request, ...) {
    va_list list;
    va_start(list, request);
    const long argument = va_arg(list, long);
    va_end(list);
    return (int)answer(__mox_ioctl(fd, (long)request, argument));
}

int fsync(int fd) {
    return (int)answer(__mox_fsync(fd));
}

int fdatasync(int fd) {
    return (int)answer(__mox_fdatasync(fd));
}

void sync(void) {
    (void)__mox_sync();
}

int ftruncate(int fd, off_t size) {
    return (int)answer(__mox_ftruncate(fd, size));
}

int truncate(const char *path, off_t size) {
    return (int)answer(__mox_truncate((long)path, size));
}

/* These two give the error and leave errno alone. */
int posix_fallocate(int fd, off_t offset, off_t length) {
    if (offset < 0 || length <= 0) {
        return EINVAL;
    }
    const long end = __mox_lseek(fd, 0, SEEK_CUR);
    if (end < 0) {
        return (int)-end;
    }
    const long size = __mox_lseek(fd, 0, SEEK_END);
    (void)__mox_lseek(fd, end, SEEK_SET);
    if (length > 0x7fffffff - offset) {
        return EFBIG;
    }
    return size < offset + length ? (int)-__mox_ftruncate(fd, offset + length) : 0;
}

int posix_fadvise(int fd, off_t offset, off_t length, int advice) {
    (void)offset;
    (void)length;
    const long flags = __mox_fcntl(fd, F_GETFD, 0);
    return flags < 0 ? (int)-flags : advice < 0 || advice > POSIX_FADV_NOREUSE ? EINVAL : 0;
}

/* The C library calls these two by its own names as well. */
int _close(int fd);
int _close(int fd) {
    return close(fd);
}

int _fcntl(int fd, int request, ...) {
    va_list list;
    va_start(list, request);
    const long argument = va_arg(list, long);
    va_end(list);
    return fcntl(fd, request, argument);
}
