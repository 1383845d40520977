#include "cage/signals.h"

#include "base/alloc.h"
#include "cage/calls.h"
#include "cage/dispatch.h"
#include "cage/process.h"
#include "cage/scheduler.h"
#include "cage/timers.h"

#include <string.h>

enum default_action { DOES_END, DOES_CORE, DOES_IGNORE, DOES_STOP, DOES_CONTINUE };

static enum default_action default_of(uint32_t signal) {
    static const uint8_t actions[] = {
#define SIGNAL(name, number, action) [number] = DOES_##action,
        ABI_SIGNALS(SIGNAL)
#undef SIGNAL
    };
    return signal < sizeof actions ? (enum default_action)actions[signal] : DOES_END;
}

/* What is pushed for a handler. The room is the caller's frame, where the handler may keep its
 * register arguments. */
struct frame {
    uint32_t room[8];
    uint32_t code[2]; /* swi sigreturn */
    uint32_t magic;
    uint32_t r[REG_COUNT];
    uint32_t pc;
    uint32_t compared_a;
    uint32_t compared_b;
    uint32_t compared;
    uint32_t special[2]; /* cause and number of the last swi */
    uint32_t mask[2];
    struct abi_siginfo info;
};
enum {
    FRAME_MAGIC = 0x6d6f7873,
    FRAME_GAP = 256, /* below $sp, in case the interrupted function keeps something there */
    FRAME_ALIGN = 16,
    JSR_SIZE = 12, /* what a jsr pushes: $fp, the return address, a spare word */
    SWI_OPCODE = 0x30,
    PRICE_OF_ALARM = 100,
};

struct signals *signals_new(const struct mox_allocator *allocator) {
    struct signals *signals = alloc_get(allocator, sizeof *signals);
    if (signals != NULL) {
        signals->alarm = NO_DEADLINE;
        signals->stack.flags = ABI_SS_DISABLE;
    }
    return signals;
}

void signals_free(const struct mox_allocator *allocator, struct signals *signals) {
    alloc_give(allocator, signals, sizeof *signals);
}

void signals_fork(const struct signals *parent, struct signals *child) {
    *child = *parent;
    child->pending = 0;
    child->queued = 0;
    child->awaited = 0;
    child->alarm = NO_DEADLINE;
    child->alarm_interval = 0;
    memset(child->info, 0, sizeof child->info);
    memset(child->queue, 0, sizeof child->queue);
}

void signals_exec(struct signals *signals) {
    for (uint32_t i = 1; i <= ABI_SIGNAL_COUNT; i++) {
        const bool ignored = signals->actions[i].handler == ABI_SIG_IGN;
        signals->actions[i] =
            (struct signal_action){.handler = ignored ? ABI_SIG_IGN : ABI_SIG_DFL};
    }
    signals->stack = (struct abi_sigstack){.flags = ABI_SS_DISABLE};
}

static bool is_ignored(const struct signals *signals, uint32_t signal) {
    const uint32_t handler = signals->actions[signal].handler;
    const enum default_action action = default_of(signal);
    return handler == ABI_SIG_IGN || (handler == ABI_SIG_DFL && action == DOES_IGNORE);
}

static uint64_t stop_signals(void) {
    return signal_bit(ABI_SIGSTOP) | signal_bit(ABI_SIGTSTP) | signal_bit(ABI_SIGTTIN) |
           signal_bit(ABI_SIGTTOU);
}

/* Lets the cage see what has come. */
static void rouse(struct cage *cage) {
    if (cage->state == CAGE_WAITING) {
        wait_leave(&cage->waiter);
        scheduler_ready(cage);
    }
}

void signals_raise(struct cage *cage, uint32_t signal, const struct abi_siginfo *info) {
    struct signals *signals = cage->signals;
    const uint64_t bit = signal_bit(signal);
    if (cage->id <= CAGE_INIT || cage->state == CAGE_ZOMBIE) {
        return;
    }
    if (signal == ABI_SIGCONT || signal == ABI_SIGKILL) {
        for (uint32_t stop = ABI_SIGSTOP; stop <= ABI_SIGTTOU; stop++) {
            signals_forget(cage, stop);
        }
        if (cage->state == CAGE_STOPPED) {
            scheduler_ready(cage);
            if (signal == ABI_SIGCONT) {
                process_tell_parent(cage, CAGE_WAS_CONTINUED);
            }
        }
    }
    if (bit & stop_signals()) {
        signals_forget(cage, ABI_SIGCONT);
    }
    if (is_ignored(signals, signal) && !((signals->mask | signals->awaited) & bit)) {
        return;
    }
    const struct abi_siginfo known = info != NULL ? *info : (struct abi_siginfo){.signo = signal};
    if (!(signals->pending & bit)) {
        signals->pending |= bit;
        signals->info[signal] = known;
    } else if (signal >= ABI_SIGNAL_REAL_TIME && signals->queued < SIGNALS_QUEUED) {
        signals->queue[signals->queued++] = known;
    }
    if (!(signals->mask & bit) || signals->awaited & bit) {
        rouse(cage);
    }
}

bool signals_full(const struct signals *signals, uint32_t signal) {
    uint32_t waiting = signals->queued;
    for (uint32_t i = ABI_SIGNAL_REAL_TIME; i <= ABI_SIGNAL_COUNT; i++) {
        waiting += signals->pending & signal_bit(i) ? 1 : 0;
    }
    return signal >= ABI_SIGNAL_REAL_TIME && waiting >= SIGNALS_QUEUED;
}

/* Takes the entry out of the queue. */
static void unqueue(struct signals *signals, uint32_t at) {
    struct abi_siginfo *place = &signals->queue[at];
    signals->queued--;
    memmove(place, place + 1, (signals->queued - at) * sizeof *place);
    signals->queue[signals->queued] = (struct abi_siginfo){0};
}

/* The place of a signal's next in the queue; behind its end: there is none. */
static uint32_t next_queued(const struct signals *signals, uint32_t signal) {
    uint32_t at = 0;
    while (at < signals->queued && signals->queue[at].signo != signal) {
        at++;
    }
    return at;
}

struct abi_siginfo signals_take(struct cage *cage, uint32_t signal) {
    struct signals *signals = cage->signals;
    const struct abi_siginfo info = signals->info[signal];
    const uint32_t next = next_queued(signals, signal);
    if (next < signals->queued) {
        signals->info[signal] = signals->queue[next];
        unqueue(signals, next);
    } else {
        signals->pending &= ~signal_bit(signal);
    }
    if (info.code == ABI_SI_TIMER) {
        timers_taken(cage, info.pid);
    }
    return info;
}

void signals_forget(struct cage *cage, uint32_t signal) {
    while (cage->signals->pending & signal_bit(signal)) {
        (void)signals_take(cage, signal);
    }
}

bool signals_hold_timer(const struct signals *signals, uint32_t signal, uint32_t timer) {
    const struct abi_siginfo *info = &signals->info[signal];
    bool found =
        signals->pending & signal_bit(signal) && info->code == ABI_SI_TIMER && info->pid == timer;
    for (uint32_t i = 0; i < signals->queued && !found; i++) {
        info = &signals->queue[i];
        found = info->signo == signal && info->code == ABI_SI_TIMER && info->pid == timer;
    }
    return found;
}

void signals_pipe(struct cage *cage) {
    signals_raise(cage, ABI_SIGPIPE, NULL);
}

void signals_fault(struct cage *cage, uint32_t signal, uint32_t address) {
    struct signals *signals = cage->signals;
    const bool handled = signals->actions[signal].handler > ABI_SIG_IGN;
    if (!handled || signals->mask & signal_bit(signal)) {
        cage_end(cage, signal);
        return;
    }
    signals->pending |= signal_bit(signal);
    signals->info[signal] = (struct abi_siginfo){.signo = signal, .code = 1, .address = address};
}

/* Where the frame goes; 0: nowhere. */
static uint32_t frame_place(const struct cage *cage, const struct signal_action *action) {
    const struct abi_sigstack *stack = &cage->signals->stack;
    const uint32_t sp = cage->cpu.r[REG_SP];
    const bool inside = sp - stack->address < stack->size;
    uint32_t top = sp - FRAME_GAP;
    if (action->flags & ABI_SA_ONSTACK && !(stack->flags & ABI_SS_DISABLE) && !inside) {
        top = stack->address + stack->size;
    }
    const uint32_t size = (uint32_t)sizeof(struct frame);
    return top > size + JSR_SIZE + FRAME_ALIGN ? (top - size) & ~(uint32_t)(FRAME_ALIGN - 1) : 0;
}

/* Copies words to guest memory that was found writable. */
static void put_words(struct cage *cage, uint32_t address, const void *words, uint32_t size) {
    const uint32_t *from = words;
    for (uint32_t i = 0; i < size / 4; i++) {
        (void)space_store(&cage->space, address + 4 * i, 4, from[i]);
    }
}

/* Makes the cage run its handler next. false: there is no stack for it. */
static bool push_frame(struct cage *cage, uint32_t signal, const struct abi_siginfo *info) {
    struct signals *signals = cage->signals;
    struct signal_action *action = &signals->actions[signal];
    struct cpu *cpu = &cage->cpu;
    const uint32_t at = frame_place(cage, action);
    const uint64_t mask = signals->mask_saved ? signals->saved_mask : signals->mask;
    if (at == 0 || !space_allows(&cage->space, at - JSR_SIZE,
                                 (uint32_t)sizeof(struct frame) + JSR_SIZE, RIGHT_WRITE)) {
        return false;
    }
    const uint32_t number = ABI_SWI_BASE + CALL_sigreturn;
    struct frame frame = {
        .code = {SWI_OPCODE << 8 | number << 16, number >> 16},
        .magic = FRAME_MAGIC,
        .pc = cpu->pc,
        .compared_a = cpu->compared_a,
        .compared_b = cpu->compared_b,
        .compared = cpu->compared,
        .special = {cpu->sr[SREG_CAUSE], cpu->sr[SREG_SWI]},
        .mask = {(uint32_t)mask, (uint32_t)(mask >> 32)},
        .info = *info,
    };
    memcpy(frame.r, cpu->r, sizeof frame.r);
    frame.info.signo = signal;
    put_words(cage, at, &frame, sizeof frame);
    const uint32_t code = at + (uint32_t)offsetof(struct frame, code);
    const uint32_t pushed[3] = {cpu->r[REG_FP], code, 0};
    put_words(cage, at - JSR_SIZE, pushed, sizeof pushed);
    cpu->r[REG_FP] = at - JSR_SIZE;
    cpu->r[REG_SP] = at - JSR_SIZE;
    cpu->r[REG_R0] = signal;
    cpu->r[REG_R0 + 1] = at + (uint32_t)offsetof(struct frame, info);
    cpu->r[REG_R0 + 2] = 0;
    cpu->pc = action->handler;
    signals->mask_saved = false;
    signals->mask |= action->mask | (action->flags & ABI_SA_NODEFER ? 0 : signal_bit(signal));
    signals->mask &= ~SIGNALS_NEVER_HELD;
    if (action->flags & ABI_SA_RESETHAND) {
        action->handler = ABI_SIG_DFL;
    }
    return true;
}

int32_t signals_return(struct cage *cage) {
    struct cpu *cpu = &cage->cpu;
    struct frame frame;
    uint32_t words[sizeof frame / 4];
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!space_load(&cage->space, cpu->r[REG_SP] + 4 * i, 4, &words[i])) {
            return -MOX_EFAULT;
        }
    }
    memcpy(&frame, words, sizeof frame);
    if (frame.magic != FRAME_MAGIC) {
        return -MOX_EINVAL;
    }
    memcpy(cpu->r, frame.r, sizeof cpu->r);
    cpu->pc = frame.pc;
    cpu->compared_a = frame.compared_a;
    cpu->compared_b = frame.compared_b;
    cpu->compared = frame.compared != 0;
    cpu->sr[SREG_CAUSE] = frame.special[0];
    cpu->sr[SREG_SWI] = frame.special[1];
    cage->signals->mask = frame.mask[0] | (uint64_t)frame.mask[1] << 32;
    cage->signals->mask &= ~SIGNALS_NEVER_HELD;
    return 0;
}

/* Calls that a handler breaks off even with SA_RESTART, as on Linux. */
static bool never_restarts(uint32_t call) {
    switch (call) {
    case CALL_nanosleep:
    case CALL_clock_nanosleep:
    case CALL_pause:
    case CALL_sigsuspend:
    case CALL_sigtimedwait:
    case CALL_select:
    case CALL_pselect:
    case CALL_poll:
    case CALL_ppoll:
    case CALL_epoll_wait:
    case CALL_epoll_pwait: return true;
    default: return false;
    }
}

/* A signal with a handler, for a cage whose call waits: true when the call has to be made a last
 * time before. */
static bool breaks_call(struct cage *cage, uint32_t signal) {
    if (cage->call == 0) {
        return false;
    }
    const bool restart = cage->signals->actions[signal].flags & ABI_SA_RESTART;
    if (restart && !never_restarts(cage->call) && cage->caller.progress == 0) {
        dispatch_ended(cage);
        return false;
    }
    cage->interrupted = true;
    return true;
}

static uint32_t lowest(uint64_t set) {
    uint32_t signal = 1;
    while (!(set & 1)) {
        set >>= 1;
        signal++;
    }
    return signal;
}

uint64_t signals_take_set(struct const_span from) {
    return bytes_load32(from.bytes) | (uint64_t)bytes_load32(from.bytes + 4) << 32;
}

void signals_wait_with(struct cage *cage, struct const_span mask) {
    struct signals *signals = cage->signals;
    if (mask.bytes == NULL) {
        return;
    }
    if (!signals->mask_saved) {
        signals->saved_mask = signals->mask;
        signals->mask_saved = true;
        signals->mask = signals_take_set(mask) & ~SIGNALS_NEVER_HELD;
    }
    /* One that waited already is delivered before anything else, and breaks the call off. */
    if (signals->pending & ~signals->mask) {
        cage->interrupted = true;
    }
}

void signals_waited(struct cage *cage) {
    struct signals *signals = cage->signals;
    if (signals != NULL && signals->mask_saved) { /* NULL: the call was exit */
        signals->mask = signals->saved_mask;
        signals->mask_saved = false;
    }
}

bool signals_deliver(struct cage *cage) {
    struct signals *signals = cage->signals;
    while (signals->pending & ~signals->mask && !cage->interrupted) {
        const uint64_t killed = signals->pending & signal_bit(ABI_SIGKILL);
        const uint32_t signal = lowest(killed ? killed : signals->pending & ~signals->mask);
        const uint32_t handler = signals->actions[signal].handler;
        if (handler > ABI_SIG_IGN && (cage->state == CAGE_BARE || breaks_call(cage, signal))) {
            break; /* a bare cage has no handlers: what it handles waits for sigtimedwait */
        }
        const struct abi_siginfo info = signals_take(cage, signal);
        if (is_ignored(signals, signal)) {
            continue;
        }
        if (handler != ABI_SIG_DFL) {
            if (!push_frame(cage, signal, &info)) {
                cage_end(cage, ABI_SIGSEGV);
                return false;
            }
            continue;
        }
        switch (default_of(signal)) {
        case DOES_IGNORE:
        case DOES_CONTINUE: break;
        case DOES_STOP:
            cage->stop_signal = signal;
            scheduler_remove(cage);
            cage->state = CAGE_STOPPED;
            process_tell_parent(cage, CAGE_WAS_STOPPED);
            return false;
        case DOES_END:
        case DOES_CORE: cage_end(cage, signal); return false;
        }
    }
    if (cage->call == 0) {
        signals_waited(cage);
    }
    return true;
}

void signals_alarm(struct cage *cage, uint64_t now) {
    struct signals *signals = cage->signals;
    if (cage->state == CAGE_ZOMBIE || signals == NULL || signals->alarm > now) {
        return;
    }
    if (signals->alarm_interval == 0) {
        signals->alarm = NO_DEADLINE;
    } else {
        /* Times that were missed are not made up for. */
        const uint64_t missed = (now - signals->alarm) / signals->alarm_interval;
        signals->alarm += (missed + 1) * signals->alarm_interval;
    }
    /* So that a timer that nobody sees uses up a budget, too. */
    cage_charge(cage, PRICE_OF_ALARM);
    signals_raise(cage, ABI_SIGALRM, NULL);
}

uint64_t signals_next_alarm(const struct cage *cage) {
    return cage->signals != NULL ? cage->signals->alarm : NO_DEADLINE;
}

bool signals_check(const struct cage *cage) {
    const struct signals *signals = cage->signals;
    bool sound = signals->queued <= SIGNALS_QUEUED;
    for (uint32_t i = 0; sound && i < signals->queued; i++) {
        const uint32_t signal = signals->queue[i].signo;
        sound = signal >= ABI_SIGNAL_REAL_TIME && signal <= ABI_SIGNAL_COUNT &&
                signals->pending & signal_bit(signal);
    }
    for (uint32_t i = 0; sound && cage->timers != NULL && i < TIMERS_MAX; i++) {
        const struct timer *timer = &cage->timers->timers[i];
        sound = !timer->rests || (timer->used && signals_hold_timer(signals, timer->signal, i));
    }
    return sound;
}
