/* The one way to wait. Whatever a call can wait for (bytes in a pipe, a child's end, a lock) owns a
 * wait_queue; whoever waits is a waiter and may stand in several queues at once (poll). A call that
 * has to wait joins its queues and returns CALL_WAITS; when one of them is woken, the waiter leaves
 * all of them and the call is made again from its beginning. So nothing spins, and no half-done
 * call is kept anywhere but in the caller's own progress (base/caller.h). */
#ifndef MOXBOX_BASE_WAIT_H
#define MOXBOX_BASE_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "moxbox/allocator.h"

/* What a handler gives back when it has joined a queue; below every -errno. */
enum { CALL_WAITS = -512 };

struct waiter;

/* All zeros is an empty queue. Waiters are woken in the order of joining. */
struct wait_queue {
    struct wait_link *first;
    struct wait_link *last;
};

/* One place in one queue. */
struct wait_link {
    struct wait_link *before;
    struct wait_link *after;
    struct wait_queue *queue;
    struct waiter *waiter;
    struct wait_link *next_of_waiter;
    bool inside; /* the waiter itself, so that most calls allocate nothing */
};

enum { WAIT_INSIDE = 2 };

struct waiter {
    struct mox_allocator allocator;
    struct wait_link inside[WAIT_INSIDE];
    struct wait_link *links; /* the places it has now */
    /* Called once when it was woken and stands in no queue any more. */
    void (*woken)(struct waiter *waiter);
};

/* Joins a queue (again is allowed and changes nothing). 0 or -ENOMEM with nothing changed. */
int32_t wait_join(struct waiter *waiter, struct wait_queue *queue);

/* Leaves every queue. */
void wait_leave(struct waiter *waiter);

/* Wakes everybody in the queue. */
void wait_wake(struct wait_queue *queue);

/* Whether the queue's chains are whole: for tests and fuzzing. */
bool wait_check(const struct wait_queue *queue);

/* Who waits, in their order (base/codec.h). */
struct codec;
void wait_codec(struct codec *codec, struct wait_queue *queue);

#endif
