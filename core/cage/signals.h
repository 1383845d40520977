/* Signals of a cage: what each does, which are held back, which wait; the timer of SIGALRM.
 *
 * A signal is raised at any time, and delivered only where a cage stands between two instructions
 * and is about to run. If it then waits in a call, the call is either left to be made afresh behind
 * the handler (SA_RESTART), or made one last time with cage->interrupted, when it may not wait. */
#ifndef MOXBOX_CAGE_SIGNALS_H
#define MOXBOX_CAGE_SIGNALS_H

#include "cage/abi.h"
#include "cage/cage.h"

struct signal_action {
    uint32_t handler; /* SIG_DFL, SIG_IGN or an address */
    uint32_t flags;
    uint64_t mask;
};

/* Most real-time signals that wait for a cage before sigqueue says -EAGAIN. */
enum { SIGNALS_QUEUED = 32 };

struct signals {
    struct signal_action actions[ABI_SIGNAL_COUNT + 1];
    struct abi_siginfo info[ABI_SIGNAL_COUNT + 1]; /* of those that wait: of each the first */
    struct abi_siginfo queue[SIGNALS_QUEUED];      /* the others, as they came */
    uint32_t queued;
    uint64_t mask;
    uint64_t pending;
    uint64_t awaited;    /* by sigtimedwait */
    uint64_t saved_mask; /* of a call that waits with another, for the frame of the handler */
    bool mask_saved;
    uint64_t alarm; /* as the clock counts; NO_DEADLINE: off */
    uint64_t alarm_interval;
    struct abi_sigstack stack; /* sigaltstack */
};

/* Bit of a signal, 1 to 64. */
static inline uint64_t signal_bit(uint32_t signal) {
    return (uint64_t)1 << (signal - 1);
}
#define SIGNALS_NEVER_HELD (signal_bit(ABI_SIGKILL) | signal_bit(ABI_SIGSTOP))

struct signals *signals_new(const struct mox_allocator *allocator); /* NULL: no memory */
void signals_free(const struct mox_allocator *allocator, struct signals *signals);
void signals_fork(const struct signals *parent, struct signals *child);
void signals_exec(struct signals *signals); /* handlers become SIG_DFL */

/* Sends a signal; what is ignored vanishes, and so does what waits already, unless it is one of
 * those that queue. info: NULL, or more about it. */
void signals_raise(struct cage *cage, uint32_t signal, const struct abi_siginfo *info);

/* Whether no more of this signal can be queued. */
bool signals_full(const struct signals *signals, uint32_t signal);

/* Takes the first of a signal that waits. */
struct abi_siginfo signals_take(struct cage *cage, uint32_t signal);

/* Drops all of a signal that wait. */
void signals_forget(struct cage *cage, uint32_t signal);

/* Whether the signal that this timer sent waits. */
bool signals_hold_timer(const struct signals *signals, uint32_t signal, uint32_t timer);

/* The instruction at pc cannot be executed: a signal that cannot be held back or ignored. */
void signals_fault(struct cage *cage, uint32_t signal, uint32_t address);

/* SIGPIPE for the cage that makes a call: what a handler calls together with -EPIPE. */
void signals_pipe(struct cage *cage);

/* A set of signals out of a struct abi_sigset. */
uint64_t signals_take_set(struct const_span from);

/* For a call that waits with another mask of signals, at each of its tries: sets the mask, and
 * breaks the call off when a signal waits that it lets through. mask: a struct abi_sigset, or
 * nothing. */
void signals_wait_with(struct cage *cage, struct const_span mask);

/* The call has ended by itself: the mask is what it was. (A handler restores it when it returns.)
 */
void signals_waited(struct cage *cage);

/* Does what the signals that wait ask for. false: the cage has ended or is stopped. */
bool signals_deliver(struct cage *cage);

/* Sends SIGALRM when its time has come, and sets the next. */
void signals_alarm(struct cage *cage, uint64_t now);
uint64_t signals_next_alarm(const struct cage *cage);

/* Whether what is queued, and the timers that rest, agree with what waits. */
bool signals_check(const struct cage *cage);

/* What sigreturn does: everything, $r0 too, becomes as the frame at $sp says. 0, or -EFAULT and
 * -EINVAL for what is no frame. */
int32_t signals_return(struct cage *cage);

#endif
