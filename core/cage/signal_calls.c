#include "cage/process.h"
#include "cage/signals.h"

static void put_set(struct span to, uint64_t set) {
    bytes_store32(to.bytes, (uint32_t)set);
    bytes_store32(to.bytes + 4, (uint32_t)(set >> 32));
}

int32_t sys_sigaction(struct cage *cage, int32_t signal, struct const_span action,
                      struct span old) {
    struct signals *signals = cage->signals;
    if (signal < 1 || signal > ABI_SIGNAL_COUNT) {
        return -MOX_EINVAL;
    }
    struct signal_action *place = &signals->actions[signal];
    struct abi_sigaction words = {0};
    if (action.bytes != NULL) {
        if (signal_bit((uint32_t)signal) & SIGNALS_NEVER_HELD) {
            return -MOX_EINVAL;
        }
        abi_load(&words, action.bytes, sizeof words);
    }
    if (old.bytes != NULL) {
        const struct abi_sigaction before = {.handler = place->handler,
                                             .flags = place->flags,
                                             .mask_low = (uint32_t)place->mask,
                                             .mask_high = (uint32_t)(place->mask >> 32)};
        abi_store(old.bytes, &before, sizeof before);
    }
    if (action.bytes != NULL) {
        *place = (struct signal_action){words.handler, words.flags,
                                        words.mask_low | (uint64_t)words.mask_high << 32};
        if (words.handler == ABI_SIG_IGN) { /* what waits is not wanted any more */
            signals_forget(cage, (uint32_t)signal);
        }
    }
    return 0;
}

int32_t sys_sigprocmask(struct cage *cage, int32_t how, struct const_span set, struct span old) {
    struct signals *signals = cage->signals;
    const uint64_t before = signals->mask;
    if (set.bytes != NULL) {
        const uint64_t wanted = signals_take_set(set);
        switch (how) {
        case 0: signals->mask |= wanted; break;
        case 1: signals->mask &= ~wanted; break;
        case 2: signals->mask = wanted; break;
        default: return -MOX_EINVAL;
        }
        signals->mask &= ~SIGNALS_NEVER_HELD;
    }
    if (old.bytes != NULL) {
        put_set(old, before);
    }
    return 0;
}

int32_t sys_sigpending(struct cage *cage, struct span set) {
    put_set(set, cage->signals->pending & cage->signals->mask);
    return 0;
}

int32_t sys_pause(struct cage *cage) {
    (void)cage;
    return CALL_WAITS;
}

int32_t sys_sigsuspend(struct cage *cage, struct const_span mask) {
    signals_wait_with(cage, mask);
    return CALL_WAITS;
}

int32_t sys_sigtimedwait(struct cage *cage, struct const_span set, struct span info,
                         struct const_span timeout) {
    struct signals *signals = cage->signals;
    const uint64_t wanted = signals_take_set(set) & ~SIGNALS_NEVER_HELD;
    uint64_t time = 0;
    const int32_t error = timeout.bytes != NULL ? clock_take(timeout, &time) : 0;
    signals->awaited = 0;
    if (error < 0) {
        return error;
    }
    for (uint32_t signal = 1; signal <= ABI_SIGNAL_COUNT; signal++) {
        if (wanted & signals->pending & signal_bit(signal)) {
            const struct abi_siginfo taken = signals_take(cage, signal);
            if (info.bytes != NULL) {
                abi_store(info.bytes, &taken, sizeof taken);
            }
            return (int32_t)signal;
        }
    }
    if (timeout.bytes != NULL) {
        cage_wait_until(cage, cage_deadline_in(cage, time));
        if (cage_timed_out(cage)) {
            return -MOX_EAGAIN;
        }
    }
    if (!cage->interrupted) {
        signals->awaited = wanted;
    }
    return CALL_WAITS;
}

int32_t sys_sigreturn(struct cage *cage) {
    return signals_return(cage);
}

int32_t sys_sigaltstack(struct cage *cage, struct const_span stack, struct span old) {
    enum { STACK_MIN = 2048 };
    struct abi_sigstack words = {0};
    struct abi_sigstack before = cage->signals->stack;
    const bool inside = cage->cpu.r[REG_SP] - before.address < before.size;
    if (stack.bytes != NULL) {
        abi_load(&words, stack.bytes, sizeof words);
        if (inside) {
            return -MOX_EPERM;
        }
        if (words.flags & ~ABI_SS_DISABLE) {
            return -MOX_EINVAL;
        }
        if (!(words.flags & ABI_SS_DISABLE) && words.size < STACK_MIN) {
            return -MOX_ENOMEM;
        }
    }
    if (old.bytes != NULL) {
        before.flags |= inside ? ABI_SS_ONSTACK : 0;
        abi_store(old.bytes, &before, sizeof before);
    }
    if (stack.bytes != NULL) {
        const bool off = words.flags & ABI_SS_DISABLE;
        cage->signals->stack = off ? (struct abi_sigstack){.flags = ABI_SS_DISABLE} : words;
    }
    return 0;
}

static bool may_signal(const struct cage *cage, const struct cage *target, uint32_t signal) {
    const uint32_t uid = cage->caller.uid;
    return uid == 0 || uid == target->uid || uid == target->saved_uid || cage->uid == target->uid ||
           cage->uid == target->saved_uid ||
           (signal == ABI_SIGCONT && cage->session == target->session);
}

static void send(struct cage *cage, struct cage *target, uint32_t signal) {
    const struct abi_siginfo info = {
        .signo = signal, .code = ABI_SI_USER, .pid = cage->id, .uid = cage->uid};
    if (signal != 0) {
        signals_raise(target, signal, &info);
    }
}

int32_t sys_kill(struct cage *cage, int32_t pid, int32_t signal) {
    struct mox_machine *machine = cage->machine;
    const uint32_t group = pid == 0 ? cage->group : 0u - (uint32_t)pid;
    bool any = false;
    bool sent = false;
    if (signal < 0 || signal > ABI_SIGNAL_COUNT) {
        return -MOX_EINVAL;
    }
    for (struct cage *target = machine_next_cage(machine, 0); target != NULL;
         target = machine_next_cage(machine, target->id)) {
        const bool wanted = pid > 0     ? target->id == (uint32_t)pid
                            : pid == -1 ? target != cage && target->id != CAGE_INIT
                                        : target->group == group;
        if (wanted) {
            any = true;
            if (may_signal(cage, target, (uint32_t)signal)) {
                send(cage, target, (uint32_t)signal);
                sent = true;
            }
        }
    }
    return sent ? 0 : any ? -MOX_EPERM : -MOX_ESRCH;
}

int32_t sys_sigqueue(struct cage *cage, int32_t pid, int32_t signal, uint32_t value, int32_t code) {
    struct cage *target = pid > 0 ? machine_cage(cage->machine, (uint32_t)pid) : NULL;
    const struct abi_siginfo info = {.signo = (uint32_t)signal,
                                     .code = (uint32_t)code,
                                     .pid = cage->id,
                                     .uid = cage->uid,
                                     .value = value};
    if (signal < 0 || signal > ABI_SIGNAL_COUNT ||
        (info.code != ABI_SI_QUEUE && info.code != ABI_SI_MESGQ)) {
        return -MOX_EINVAL;
    }
    if (target == NULL) {
        return -MOX_ESRCH;
    }
    if (!may_signal(cage, target, (uint32_t)signal)) {
        return -MOX_EPERM;
    }
    if (signal == 0 || target->signals == NULL) {
        return 0; /* one that has ended gets no more */
    }
    if (signals_full(target->signals, (uint32_t)signal)) {
        return -MOX_EAGAIN;
    }
    signals_raise(target, (uint32_t)signal, &info);
    return 0;
}
