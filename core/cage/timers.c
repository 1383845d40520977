#include "cage/timers.h"

#include "base/alloc.h"
#include "cage/calls.h"
#include "cage/signals.h"

enum { PRICE_OF_TIMER = 100, OVERRUNS_MAX = INT32_MAX };

void timers_end(struct cage *cage) {
    if (cage->timers != NULL) {
        alloc_give(&cage->machine->allocator, cage->timers, sizeof *cage->timers);
        cage->timers = NULL;
        cage->machine->timers_changed = true;
    }
}

static struct timer *find(const struct cage *cage, uint32_t id) {
    const bool known = cage->timers != NULL && id < TIMERS_MAX && cage->timers->timers[id].used;
    return known ? &cage->timers->timers[id] : NULL;
}

/* Sets the next time after now; gives how many were before it. */
static uint64_t go_on(struct timer *timer, uint64_t now) {
    if (timer->at > now) {
        return 0;
    }
    const uint64_t missed = (now - timer->at) / timer->interval + 1;
    timer->at += missed * timer->interval;
    return missed;
}

static void expire(struct cage *cage, uint32_t id, uint64_t now) {
    struct timer *timer = &cage->timers->timers[id];
    const struct abi_siginfo info = {
        .signo = timer->signal, .code = ABI_SI_TIMER, .pid = id, .value = timer->value};
    /* So that a timer that nobody sees uses up a budget, too. */
    cage_charge(cage, PRICE_OF_TIMER);
    timer->at = timer->interval == 0 ? NO_DEADLINE : timer->at + timer->interval;
    if (timer->signal != 0) {
        signals_raise(cage, timer->signal, &info);
        timer->rests = signals_hold_timer(cage->signals, timer->signal, id);
    }
    if (!timer->rests && timer->interval != 0) {
        (void)go_on(timer, now); /* times that were missed are not made up for */
    }
}

void timers_expire(struct cage *cage, uint64_t now) {
    for (uint32_t i = 0; cage->timers != NULL && i < TIMERS_MAX; i++) {
        const struct timer *timer = &cage->timers->timers[i];
        if (timer->used && !timer->rests && timer->at <= now) {
            expire(cage, i, now);
        }
    }
}

uint64_t timers_next(const struct cage *cage) {
    uint64_t next = NO_DEADLINE;
    for (uint32_t i = 0; cage->timers != NULL && i < TIMERS_MAX; i++) {
        const struct timer *timer = &cage->timers->timers[i];
        if (timer->used && !timer->rests && timer->at < next) {
            next = timer->at;
        }
    }
    return next;
}

void timers_taken(struct cage *cage, uint32_t id) {
    struct timer *timer = find(cage, id);
    if (timer != NULL && timer->rests) {
        const uint64_t missed =
            timer->interval != 0 ? go_on(timer, machine_clock(cage->machine)) : 0;
        timer->rests = 0;
        timer->overruns = missed < OVERRUNS_MAX ? (uint32_t)missed : (uint32_t)OVERRUNS_MAX;
        cage->machine->timers_changed = true;
    }
}

int32_t sys_timer_create(struct cage *cage, uint32_t clock, uint32_t signal, uint32_t value,
                         uint32_t own_value) {
    struct mox_machine *machine = cage->machine;
    uint32_t id = 0;
    if (clock == ABI_CLOCK_PROCESS_CPUTIME_ID) {
        return -MOX_EOPNOTSUPP;
    }
    if (clock > ABI_CLOCK_MONOTONIC || signal > ABI_SIGNAL_COUNT) {
        return -MOX_EINVAL;
    }
    if (cage->timers == NULL) {
        cage->timers = alloc_get(&machine->allocator, sizeof *cage->timers);
    }
    while (cage->timers != NULL && id < TIMERS_MAX && cage->timers->timers[id].used) {
        id++;
    }
    if (cage->timers == NULL || id == TIMERS_MAX) {
        return -MOX_EAGAIN;
    }
    cage->timers->timers[id] = (struct timer){.used = 1,
                                              .clock = clock,
                                              .signal = signal,
                                              .value = own_value != 0 ? id : value,
                                              .at = NO_DEADLINE};
    return (int32_t)id;
}

int32_t sys_timer_delete(struct cage *cage, uint32_t id) {
    struct timer *timer = find(cage, id);
    if (timer == NULL) {
        return -MOX_EINVAL;
    }
    *timer = (struct timer){.at = NO_DEADLINE};
    cage->machine->timers_changed = true;
    return 0;
}

static void put(const struct cage *cage, const struct timer *timer, struct span to) {
    const uint64_t now = machine_clock(cage->machine);
    struct timer seen = *timer;
    if (seen.rests && seen.interval != 0) {
        (void)go_on(&seen, now);
    }
    clock_put_timer(to.bytes, seen.at, seen.interval, now);
}

int32_t sys_timer_settime(struct cage *cage, uint32_t id, uint32_t flags, struct const_span value,
                          struct span old) {
    struct timer *timer = find(cage, id);
    const struct const_span interval = {value.bytes, ABI_TIMESPEC_SIZE};
    const struct const_span first = {value.bytes + ABI_TIMESPEC_SIZE, ABI_TIMESPEC_SIZE};
    uint64_t time = 0;
    uint64_t between = 0;
    if (timer == NULL || flags & ~ABI_TIMER_ABSTIME || clock_take(first, &time) < 0 ||
        clock_take(interval, &between) < 0) {
        return -MOX_EINVAL;
    }
    if (old.bytes != NULL) {
        put(cage, timer, old);
    }
    if (time == 0) {
        timer->at = NO_DEADLINE;
    } else if (!(flags & ABI_TIMER_ABSTIME)) {
        timer->at = cage_deadline_in(cage, time);
    } else {
        timer->at = timer->clock == ABI_CLOCK_REALTIME ? cage_deadline_at(cage, time) : time;
    }
    timer->interval = between;
    timer->rests = 0;
    timer->overruns = 0;
    cage->machine->timers_changed = true;
    return 0;
}

int32_t sys_timer_gettime(struct cage *cage, uint32_t id, struct span value) {
    const struct timer *timer = find(cage, id);
    if (timer == NULL) {
        return -MOX_EINVAL;
    }
    put(cage, timer, value);
    return 0;
}

int32_t sys_timer_getoverrun(struct cage *cage, uint32_t id) {
    const struct timer *timer = find(cage, id);
    return timer != NULL ? (int32_t)timer->overruns : -MOX_EINVAL;
}
