/* The heap's end and mapped memory. */
#include <sys/mman.h>
#include <unistd.h>

#include "kernel.h"

int brk(void *end) {
    if (answer(__mox_brk((long)end)) == (long)end) {
        return 0;
    }
    errno = ENOMEM;
    return -1;
}

/* The kernel keeps the end, so that a forked child needs nothing else. */
void *sbrk(ptrdiff_t change) {
    const long end = __mox_brk(0);
    if (change != 0 && brk((void *)(end + change)) < 0) {
        return (void *)-1;
    }
    return (void *)end;
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset) {
    return (void *)answer(__mox_mmap((long)address, (long)size, protection, flags, fd, offset));
}

int munmap(void *address, size_t size) {
    return (int)answer(__mox_munmap((long)address, (long)size));
}

int mprotect(void *address, size_t size, int protection) {
    return (int)answer(__mox_mprotect((long)address, (long)size, protection));
}

int msync(void *address, size_t size, int flags) {
    return (int)answer(__mox_msync((long)address, (long)size, flags));
}

/* Advice, and locking what is never swapped out; it must be there, which msync knows. */
int madvise(void *address, size_t size, int advice) {
    (void)address;
    (void)size;
    (void)advice;
    return 0;
}

int mlock(const void *address, size_t size) {
    const unsigned long within = (unsigned long)address % 4096;
    const unsigned long start = (unsigned long)address - within;
    if (size + within < size) {
        errno = ENOMEM;
        return -1;
    }
    return (int)answer(__mox_msync((long)start, (long)(size + within), MS_ASYNC));
}

int mlockall(int flags) {
    if (flags == 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE)) != 0) {
        errno = EINVAL;
        return -1;
    }
    return 0;
}

int munlockall(void) {
    return 0;
}

int munlock(const void *address, size_t size) {
    return mlock(address, size);
}

int getpagesize(void) {
    return 4096;
}

int getentropy(void *to, size_t size) {
    if (size > 256) {
        errno = EIO;
        return -1;
    }
    return answer(__mox_getrandom((long)to, (long)size, 0)) < 0 ? -1 : 0;
}

ssize_t getrandom(void *to, size_t size, unsigned flags);
ssize_t getrandom(void *to, size_t size, unsigned flags) {
    return answer(__mox_getrandom((long)to, (long)size, (long)flags));
}
