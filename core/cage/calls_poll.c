/* poll and select: both ask every file, and join the queues of all when none is ready. */
#include <string.h>

#include "base/bytes.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "cage/signals.h"
#include "moxbox/errno.h"

enum { PRICE_OF_FILE = 10 }; /* units for each that is asked */

/* READY_ bits of a file, of those that are wanted and those that come unasked; -ENOMEM. */
static int32_t ready_of(struct file *file, uint32_t wanted, struct waiter *waiter) {
    const uint32_t all = wanted | READY_ERR | READY_HUP;
    const int32_t ready =
        file->ops->poll != NULL ? file->ops->poll(file, all, waiter) : READY_IN | READY_OUT;
    return ready < 0 ? ready : (int32_t)((uint32_t)ready & all);
}

enum { EVENTS_AT = 4, REVENTS_AT = 6 };

/* Asks all once: how many have something; joins their queues when waiter is not NULL. */
static int32_t poll_all(struct cage *cage, uint8_t *fds, uint32_t count, struct waiter *waiter) {
    int32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *entry = fds + i * ABI_POLLFD_SIZE;
        const uint32_t fd = bytes_load32(entry);
        struct file *file = fdtable_get(cage->fds, fd);
        int32_t ready = 0;
        if (file != NULL) {
            ready = ready_of(file, bytes_load16(entry + EVENTS_AT), waiter);
        } else if (fd >> 31 == 0) { /* a negative one is left out */
            ready = (int32_t)ABI_POLLNVAL;
        }
        if (ready < 0) {
            return ready;
        }
        bytes_store16(entry + REVENTS_AT, (uint32_t)ready);
        found += ready != 0 ? 1 : 0;
    }
    return found;
}

/* Whether nothing is ready in time. A signal that breaks the call off says so first, as on Linux.
 */
static bool is_over(const struct cage *cage, uint64_t nanoseconds) {
    return !cage->interrupted && (nanoseconds == 0 || cage_timed_out(cage));
}

/* nanoseconds: UINT64_MAX waits for ever. */
static int32_t poll_for(struct cage *cage, struct span fds, uint64_t nanoseconds) {
    const uint32_t count = fds.size / ABI_POLLFD_SIZE;
    if (count > FDS_MAX) {
        return -MOX_EINVAL;
    }
    cage_charge(cage, (uint64_t)count * PRICE_OF_FILE);
    int32_t found = poll_all(cage, fds.bytes, count, NULL);
    if (found != 0 || is_over(cage, nanoseconds)) {
        return found;
    }
    if (nanoseconds != UINT64_MAX) {
        cage_wait_until(cage, cage_deadline_in(cage, nanoseconds));
    }
    if (cage->caller.waiter != NULL) {
        found = poll_all(cage, fds.bytes, count, cage->caller.waiter);
    }
    if (found < 0) {
        wait_leave(cage->caller.waiter);
        return found;
    }
    return CALL_WAITS;
}

int32_t sys_poll(struct cage *cage, struct span fds, int32_t timeout) {
    return poll_for(cage, fds, timeout < 0 ? UINT64_MAX : (uint64_t)timeout * MILLISECOND);
}

int32_t sys_ppoll(struct cage *cage, struct span fds, struct const_span timeout,
                  struct const_span mask) {
    uint64_t nanoseconds = UINT64_MAX;
    const int32_t error = timeout.bytes != NULL ? clock_take(timeout, &nanoseconds) : 0;
    if (error < 0) {
        return error;
    }
    signals_wait_with(cage, mask);
    return poll_for(cage, fds, nanoseconds);
}

/* The three sets of a select, in the order of its arguments. */
enum { SETS = 3 };
struct sets {
    struct span asked[SETS];
    uint8_t found[SETS][ABI_FD_SET_SIZE];
};

static const struct {
    uint32_t wanted;
    uint32_t means; /* what counts as ready, as Linux has it */
} set_events[SETS] = {
    {READY_IN, READY_IN | READY_HUP | READY_ERR},
    {READY_OUT, READY_OUT | READY_ERR},
    {READY_PRI, READY_PRI},
};

static bool in_set(struct span set, uint32_t fd) {
    return set.bytes != NULL && (set.bytes[fd / 8] >> (fd % 8) & 1) != 0;
}

static int32_t select_all(struct cage *cage, struct sets *sets, uint32_t count,
                          struct waiter *waiter) {
    int32_t found = 0;
    memset(sets->found, 0, sizeof sets->found);
    for (uint32_t fd = 0; fd < count; fd++) {
        uint32_t wanted = 0;
        for (uint32_t i = 0; i < SETS; i++) {
            wanted |= in_set(sets->asked[i], fd) ? set_events[i].wanted : 0;
        }
        if (wanted == 0) {
            continue;
        }
        struct file *file = fdtable_get(cage->fds, fd);
        const int32_t ready = file != NULL ? ready_of(file, wanted, waiter) : -MOX_EBADF;
        if (ready < 0) {
            return ready;
        }
        for (uint32_t i = 0; i < SETS; i++) {
            if (in_set(sets->asked[i], fd) && ((uint32_t)ready & set_events[i].means) != 0) {
                sets->found[i][fd / 8] |= (uint8_t)(1u << (fd % 8));
                found++;
            }
        }
    }
    return found;
}

static void select_answer(const struct sets *sets, uint32_t count) {
    for (uint32_t i = 0; i < SETS; i++) {
        if (sets->asked[i].bytes != NULL) { /* whole words, as far as descriptors were asked for */
            memcpy(sets->asked[i].bytes, sets->found[i], (count + 31) / 32 * 4);
        }
    }
}

int32_t sys_select(struct cage *cage, int32_t count, struct span readable, struct span writable,
                   struct span exceptional, struct const_span timeout) {
    struct sets sets = {.asked = {readable, writable, exceptional}};
    uint64_t nanoseconds = UINT64_MAX;
    if (count < 0 || (uint32_t)count > FDS_MAX ||
        (timeout.bytes != NULL && clock_take(timeout, &nanoseconds) < 0)) {
        return -MOX_EINVAL;
    }
    cage_charge(cage, (uint64_t)(uint32_t)count * PRICE_OF_FILE);
    int32_t found = select_all(cage, &sets, (uint32_t)count, NULL);
    if (found < 0) {
        return found;
    }
    if (found > 0 || is_over(cage, nanoseconds)) {
        select_answer(&sets, (uint32_t)count);
        return found;
    }
    if (timeout.bytes != NULL) {
        cage_wait_until(cage, cage_deadline_in(cage, nanoseconds));
    }
    if (cage->caller.waiter != NULL) {
        found = select_all(cage, &sets, (uint32_t)count, cage->caller.waiter);
    }
    if (found < 0) {
        wait_leave(cage->caller.waiter);
        return found;
    }
    return CALL_WAITS;
}

int32_t sys_pselect(struct cage *cage, int32_t count, struct span readable, struct span writable,
                    struct span exceptional, struct const_span timeout, struct const_span mask) {
    signals_wait_with(cage, mask);
    return sys_select(cage, count, readable, writable, exceptional, timeout);
}
