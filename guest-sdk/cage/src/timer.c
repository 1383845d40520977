/* Timers that send signals. */
#include <signal.h>
#include <stdbool.h>

#include "kernel.h"

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer) {
    const struct sigevent alarm = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    const struct sigevent *wanted = event != NULL ? event : &alarm;
    const bool silent = wanted->sigev_notify == SIGEV_NONE;
    const bool known = silent || wanted->sigev_notify == SIGEV_SIGNAL;
    if (!known || (!silent && (wanted->sigev_signo < 1 || wanted->sigev_signo >= NSIG))) {
        errno = EINVAL;
        return -1;
    }
    const long id = answer(__mox_timer_create((long)clock, silent ? 0 : wanted->sigev_signo,
                                              (long)wanted->sigev_value.sival_ptr, event == NULL));
    if (id < 0) {
        return -1;
    }
    *timer = (timer_t)id;
    return 0;
}

int timer_delete(timer_t timer) {
    return (int)answer(__mox_timer_delete((long)timer));
}

static void from_kernel(const struct mox_itimer *words, struct itimerspec *to) {
    *to = (struct itimerspec){
        .it_interval = {kernel_seconds(words->interval_low, words->interval_high),
                        (long)words->interval_nsec},
        .it_value = {kernel_seconds(words->value_low, words->value_high), (long)words->value_nsec},
    };
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict value,
                  struct itimerspec *restrict old) {
    const struct mox_itimer words = {
        .interval_low = (uint32_t)value->it_interval.tv_sec,
        .interval_high = (uint32_t)(value->it_interval.tv_sec >> 32),
        .interval_nsec = (uint32_t)value->it_interval.tv_nsec,
        .value_low = (uint32_t)value->it_value.tv_sec,
        .value_high = (uint32_t)(value->it_value.tv_sec >> 32),
        .value_nsec = (uint32_t)value->it_value.tv_nsec,
    };
    struct mox_itimer before = {0};
    if (answer(__mox_timer_settime((long)timer, flags, (long)&words, (long)&before)) < 0) {
        return -1;
    }
    if (old != NULL) {
        from_kernel(&before, old);
    }
    return 0;
}

int timer_gettime(timer_t timer, struct itimerspec *value) {
    struct mox_itimer words = {0};
    if (answer(__mox_timer_gettime((long)timer, (long)&words)) < 0) {
        return -1;
    }
    from_kernel(&words, value);
    return 0;
}

int timer_getoverrun(timer_t timer) {
    return (int)answer(__mox_timer_getoverrun((long)timer));
}
