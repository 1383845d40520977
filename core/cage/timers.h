/* Timers that a cage makes (timer_create), besides the one of SIGALRM in signals.h. While the
 * signal of a timer waits, the timer rests; how often it would have gone off is counted when the
 * signal is taken. So one that nobody listens to costs nothing, however short its interval. */
#ifndef MOXBOX_CAGE_TIMERS_H
#define MOXBOX_CAGE_TIMERS_H

#include "cage/cage.h"

enum { TIMERS_MAX = 32 };

struct timer {
    uint32_t used;
    uint32_t clock;
    uint32_t signal; /* 0: none is sent */
    uint32_t value;
    uint32_t rests;    /* its signal waits */
    uint32_t overruns; /* before the signal that was taken last */
    uint64_t at;       /* as the clock counts; NO_DEADLINE: off */
    uint64_t interval; /* 0: it goes off once */
};

/* Of one cage; made with its first timer. Fork does not pass it on, exec and the end free it. */
struct timers {
    struct timer timers[TIMERS_MAX];
};

void timers_end(struct cage *cage);

/* Sends the signals whose time has come. */
void timers_expire(struct cage *cage, uint64_t now);
uint64_t timers_next(const struct cage *cage); /* NO_DEADLINE: none is set */

/* The signal that this timer sent has been taken. */
void timers_taken(struct cage *cage, uint32_t timer);

#endif
