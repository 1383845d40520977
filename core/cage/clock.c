/* Calls about time. All of it is the machine's own clock: one unit of work is one nanosecond. */
#include "cage/calls.h"
#include "cage/signals.h"

enum { NANOSECONDS = 1000000000 };

static void put_time(uint8_t *to, uint64_t nanoseconds) {
    const uint64_t seconds = nanoseconds / NANOSECONDS;
    const struct abi_timespec time = {.sec_low = (uint32_t)seconds,
                                      .sec_high = (uint32_t)(seconds >> 32),
                                      .nsec = (uint32_t)(nanoseconds % NANOSECONDS)};
    abi_store(to, &time, sizeof time);
}

int32_t clock_take(struct const_span from, uint64_t *nanoseconds) {
    struct abi_timespec time;
    abi_load(&time, from.bytes, sizeof time);
    const uint64_t seconds = time.sec_low | (uint64_t)time.sec_high << 32;
    if (time.nsec >= NANOSECONDS || seconds > INT64_MAX) {
        return -MOX_EINVAL;
    }
    const bool fits = seconds < NO_DEADLINE / NANOSECONDS - 1;
    *nanoseconds = fits ? seconds * NANOSECONDS + time.nsec : NO_DEADLINE - 1;
    return 0;
}

int32_t sys_clock_gettime(struct cage *cage, uint32_t clock, struct span time) {
    const uint64_t now = machine_clock(cage->machine);
    if (clock == ABI_CLOCK_REALTIME) {
        put_time(time.bytes, cage->machine->devices.start_time + now);
    } else if (clock == ABI_CLOCK_MONOTONIC) {
        put_time(time.bytes, now);
    } else if (clock == ABI_CLOCK_PROCESS_CPUTIME_ID) {
        put_time(time.bytes, cage->used);
    } else {
        return -MOX_EINVAL;
    }
    return 0;
}

/* Waits for cage->deadline; broken off by a signal, it tells what was left. */
static int32_t sleep_on(struct cage *cage, struct span left) {
    if (cage_timed_out(cage)) {
        return 0;
    }
    if (cage->interrupted && left.bytes != NULL) {
        put_time(left.bytes, cage->deadline - machine_clock(cage->machine));
    }
    return CALL_WAITS;
}

int32_t sys_nanosleep(struct cage *cage, struct const_span time, struct span left) {
    uint64_t wanted = 0;
    const int32_t error = clock_take(time, &wanted);
    if (error < 0) {
        return error;
    }
    cage_wait_until(cage, cage_deadline_in(cage, wanted));
    return sleep_on(cage, left);
}

int32_t sys_clock_nanosleep(struct cage *cage, uint32_t clock, uint32_t flags,
                            struct const_span time, struct span left) {
    uint64_t wanted = 0;
    const int32_t error = clock_take(time, &wanted);
    if (error < 0) {
        return error;
    }
    if (clock > ABI_CLOCK_MONOTONIC || flags & ~ABI_TIMER_ABSTIME) {
        return -MOX_EINVAL;
    }
    if (!(flags & ABI_TIMER_ABSTIME)) {
        cage_wait_until(cage, cage_deadline_in(cage, wanted));
        return sleep_on(cage, left);
    }
    cage_wait_until(cage, clock == ABI_CLOCK_REALTIME ? cage_deadline_at(cage, wanted) : wanted);
    return sleep_on(cage, (struct span){NULL, 0});
}

int32_t sys_getrandom(struct cage *cage, struct span to, uint32_t flags) {
    if (flags & ~(ABI_GRND_NONBLOCK | ABI_GRND_RANDOM)) {
        return -MOX_EINVAL;
    }
    random_bytes(&cage->machine->devices.random, to.bytes, to.size);
    return (int32_t)to.size;
}

void clock_put_timer(uint8_t *to, uint64_t at, uint64_t interval, uint64_t now) {
    put_time(to, interval);
    put_time(to + sizeof(struct abi_timespec), at == NO_DEADLINE ? 0 : at > now ? at - now : 1);
}

/* The timer of SIGALRM, as a guest sees it. */
static void put_timer(const struct cage *cage, uint8_t *to) {
    const struct signals *signals = cage->signals;
    clock_put_timer(to, signals->alarm, signals->alarm_interval, machine_clock(cage->machine));
}

static void set_timer(struct cage *cage, uint64_t value, uint64_t interval) {
    struct signals *signals = cage->signals;
    signals->alarm = value == 0 ? NO_DEADLINE : cage_deadline_in(cage, value);
    signals->alarm_interval = interval;
    cage->machine->timers_changed = true;
}

int32_t sys_setitimer(struct cage *cage, int32_t which, struct const_span value, struct span old) {
    uint64_t times[2] = {0, 0};
    if ((uint32_t)which != ABI_ITIMER_REAL) {
        return -MOX_EINVAL;
    }
    for (uint32_t i = 0; value.bytes != NULL && i < 2; i++) {
        const struct const_span time = {value.bytes + i * ABI_TIMESPEC_SIZE, ABI_TIMESPEC_SIZE};
        const int32_t error = clock_take(time, &times[i]);
        if (error < 0) {
            return error;
        }
    }
    if (old.bytes != NULL) {
        put_timer(cage, old.bytes);
    }
    set_timer(cage, times[1], times[0]);
    return 0;
}

int32_t sys_getitimer(struct cage *cage, int32_t which, struct span value) {
    if ((uint32_t)which != ABI_ITIMER_REAL) {
        return -MOX_EINVAL;
    }
    put_timer(cage, value.bytes);
    return 0;
}

int32_t sys_alarm(struct cage *cage, uint32_t seconds) {
    const struct signals *signals = cage->signals;
    const uint64_t now = machine_clock(cage->machine);
    const uint64_t left = signals->alarm != NO_DEADLINE && signals->alarm > now
                              ? (signals->alarm - now + NANOSECONDS - 1) / NANOSECONDS
                              : 0;
    set_timer(cage, (uint64_t)seconds * NANOSECONDS, 0);
    return left < INT32_MAX ? (int32_t)left : INT32_MAX;
}
