/* For the files of this folder: how the C library calls the kernel. Structures of the kernel are
 * rows of 32-bit words (mox_abi.h); where newlib's differ, the functions here translate. */
#ifndef CAGE_KERNEL_H
#define CAGE_KERNEL_H

#include <errno.h>
#include <mox_syscalls.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

/* An answer of the kernel as C has it: -1 with errno for -4095 to -1. */
static inline long answer(long result) {
    if ((unsigned long)result > -4096ul) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static inline void time_to_kernel(struct mox_timespec *to, int64_t seconds, long nanoseconds) {
    to->sec_low = (uint32_t)seconds;
    to->sec_high = (uint32_t)(seconds >> 32);
    to->nsec = (uint32_t)nanoseconds;
}

static inline int64_t kernel_seconds(uint32_t low, uint32_t high) {
    return (int64_t)((uint64_t)high << 32 | low);
}

/* NULL stays NULL. *words is where the translation lies. */
static inline long timespec_argument(const struct timespec *time, struct mox_timespec *words) {
    if (time == NULL) {
        return 0;
    }
    time_to_kernel(words, time->tv_sec, time->tv_nsec);
    return (long)words;
}

static inline long sigset_argument(const sigset_t *set, struct mox_sigset *words) {
    if (set == NULL) {
        return 0;
    }
    *words = (struct mox_sigset){(uint32_t)*set, (uint32_t)(*set >> 32)};
    return (long)words;
}

#endif
