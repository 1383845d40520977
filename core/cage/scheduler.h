/* Who runs when. Cages that can run stand in one queue and take turns of QUANTUM units; everything
 * is decided by the machine's clock, never by how the host slices its runs. */
#ifndef MOXBOX_CAGE_SCHEDULER_H
#define MOXBOX_CAGE_SCHEDULER_H

#include "cage/cage.h"

enum { PRICE_OF_NOTHING = 10 }; /* of a call that does not exist */

/* Puts a cage that may run at the end of the queue. */
void scheduler_ready(struct cage *cage);

/* Takes a cage out of everything: queue, wait queues, timers. */
void scheduler_remove(struct cage *cage);

/* The present cage's call waits. */
void scheduler_wait(struct cage *cage);

/* waiter.woken of all cages. */
void scheduler_woken(struct waiter *waiter);

/* Wakes whose time has come, and sends SIGALRM. */
void scheduler_timers(struct mox_machine *machine);

/* When the next timer goes off, as the clock counts; NO_DEADLINE: none is set. */
uint64_t scheduler_next_timer(struct mox_machine *machine);

/* The cage that runs now, the next of the queue when its turn is over; NULL: nobody can. */
struct cage *scheduler_pick(struct mox_machine *machine);

/* Time passes: the present cage has used so many units. */
void scheduler_spend(struct mox_machine *machine, struct cage *cage, uint64_t units);

/* Why nothing runs: MOX_STOP_EXIT, _BLOCKED or _DEADLOCK. */
mox_stop scheduler_idle(struct mox_machine *machine);

/* Whether some cage waits for what the host can bring. */
bool scheduler_waits_input(const struct mox_machine *machine);

bool scheduler_check(struct mox_machine *machine);

#endif
