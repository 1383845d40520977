/* Time, which is the machine's own: its instruction count. */
#include <sys/time.h>
#include <sys/timeb.h>
#include <unistd.h>

#include "kernel.h"

int clock_gettime(clockid_t clock, struct timespec *time) {
    struct mox_timespec words;
    if (answer(__mox_clock_gettime((long)clock, (long)&words)) < 0) {
        return -1;
    }
    time->tv_sec = kernel_seconds(words.sec_low, words.sec_high);
    time->tv_nsec = (long)words.nsec;
    return 0;
}

int clock_getres(clockid_t clock, struct timespec *resolution) {
    struct timespec now;
    if (clock_gettime(clock, &now) < 0) {
        return -1;
    }
    if (resolution != NULL) {
        *resolution = (struct timespec){0, 1};
    }
    return 0;
}

/* Nobody sets the machine's clock. */
int clock_settime(clockid_t clock, const struct timespec *time) {
    const int sound = clock == CLOCK_REALTIME && (unsigned long)time->tv_nsec < 1000000000;
    errno = sound ? EPERM : EINVAL;
    return -1;
}

/* What another cage used, nobody is told. */
int clock_getcpuclockid(pid_t pid, clockid_t *clock) {
    if (pid == 0 || pid == getpid()) {
        *clock = CLOCK_PROCESS_CPUTIME_ID;
        return 0;
    }
    return __mox_kill(pid, 0) == -ESRCH ? ESRCH : EPERM;
}

clock_t clock(void) {
    struct timespec used = {0, 0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (clock_t)(used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / (1000000000 / CLOCKS_PER_SEC));
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) < 0) {
        return -1;
    }
    if (time != NULL) {
        *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    }
    return 0;
}

int settimeofday(const struct timeval *time, const struct timezone *zone) {
    (void)time;
    (void)zone;
    errno = EPERM;
    return -1;
}

int ftime(struct timeb *time);
int ftime(struct timeb *time) {
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *time = (struct timeb){.time = now.tv_sec, .millitm = (unsigned short)(now.tv_nsec / 1000000)};
    return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                    struct timespec *left) {
    struct mox_timespec words;
    struct mox_timespec rest = {0};
    const long result =
        __mox_clock_nanosleep((long)clock, flags, timespec_argument(time, &words), (long)&rest);
    if (result < 0 && left != NULL) {
        *left = (struct timespec){kernel_seconds(rest.sec_low, rest.sec_high), (long)rest.nsec};
    }
    return (int)-result;
}

int nanosleep(const struct timespec *time, struct timespec *left) {
    const int error = clock_nanosleep(CLOCK_REALTIME, 0, time, left);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return 0;
}

static void translate_timer(const struct mox_itimer *words, struct itimerval *timer) {
    *timer = (struct itimerval){
        .it_interval = {kernel_seconds(words->interval_low, words->interval_high),
                        (long)words->interval_nsec / 1000},
        .it_value = {kernel_seconds(words->value_low, words->value_high),
                     (long)words->value_nsec / 1000},
    };
}

int getitimer(int which, struct itimerval *timer) {
    struct mox_itimer words;
    if (answer(__mox_getitimer(which, (long)&words)) < 0) {
        return -1;
    }
    translate_timer(&words, timer);
    return 0;
}

int setitimer(int which, const struct itimerval *restrict timer, struct itimerval *restrict old) {
    struct mox_itimer words;
    struct mox_itimer before = {0};
    if (timer != NULL) {
        if ((unsigned long)timer->it_value.tv_usec > 999999 ||
            (unsigned long)timer->it_interval.tv_usec > 999999) {
            errno = EINVAL;
            return -1;
        }
        words = (struct mox_itimer){
            .interval_low = (uint32_t)timer->it_interval.tv_sec,
            .interval_high = (uint32_t)(timer->it_interval.tv_sec >> 32),
            .interval_nsec = (uint32_t)timer->it_interval.tv_usec * 1000,
            .value_low = (uint32_t)timer->it_value.tv_sec,
            .value_high = (uint32_t)(timer->it_value.tv_sec >> 32),
            .value_nsec = (uint32_t)timer->it_value.tv_usec * 1000,
        };
    }
    if (answer(__mox_setitimer(which, timer != NULL ? (long)&words : 0, (long)&before)) < 0) {
        return -1;
    }
    if (old != NULL) {
        translate_timer(&before, old);
    }
    return 0;
}

useconds_t ualarm(useconds_t value, useconds_t interval) {
    const struct itimerval timer = {
        .it_interval = {interval / 1000000, (long)(interval % 1000000)},
        .it_value = {value / 1000000, (long)(value % 1000000)},
    };
    struct itimerval old;
    return setitimer(ITIMER_REAL, &timer, &old) < 0
               ? 0
               : (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}
