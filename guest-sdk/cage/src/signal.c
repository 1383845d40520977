/* Signals. A set is one number of 64 bits here and two words in the kernel. */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel.h"

static sigset_t one_number(uint32_t low, uint32_t high) {
    return (sigset_t)high << 32 | low;
}

static sigset_t bit_of(int signal) {
    return (sigset_t)1 << (signal - 1);
}

static int bad_signal(int signal) {
    if (signal >= 1 && signal < NSIG) {
        return 0;
    }
    errno = EINVAL;
    return -1;
}

int kill(pid_t pid, int signal) {
    return (int)answer(__mox_kill(pid, signal));
}

int killpg(pid_t group, int signal) {
    if (group < 0) {
        errno = EINVAL;
        return -1;
    }
    return kill(group == 0 ? 0 : -group, signal);
}

int raise(int signal) {
    return kill(getpid(), signal);
}

int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
    struct mox_sigaction words = {0};
    struct mox_sigaction before = {0};
    if (action != NULL) {
        words.handler = (uint32_t)action->sa_handler;
        words.flags = (uint32_t)action->sa_flags;
        words.mask_low = (uint32_t)action->sa_mask;
        words.mask_high = (uint32_t)(action->sa_mask >> 32);
    }
    if (answer(__mox_sigaction(signal, action != NULL ? (long)&words : 0, (long)&before)) < 0) {
        return -1;
    }
    if (old != NULL) {
        old->sa_handler = (_sig_func_ptr)before.handler;
        old->sa_flags = (int)before.flags;
        old->sa_mask = one_number(before.mask_low, before.mask_high);
    }
    return 0;
}

/* BSD's: interrupted calls go on, the handler stays. */
_sig_func_ptr signal(int signal, _sig_func_ptr handler) {
    const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction old;
    return sigaction(signal, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

/* The C library's own functions call these with a reentrancy structure. */
struct _reent;
int _raise_r(struct _reent *reent, int signal);
int _raise_r(struct _reent *reent, int signal) {
    (void)reent;
    return raise(signal);
}

int siginterrupt(int signal, int flag) {
    struct sigaction action;
    if (sigaction(signal, NULL, &action) < 0) {
        return -1;
    }
    action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    return sigaction(signal, &action, NULL);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    struct mox_sigset words;
    struct mox_sigset before = {0};
    if (answer(__mox_sigprocmask(how, sigset_argument(set, &words), (long)&before)) < 0) {
        return -1;
    }
    if (old != NULL) {
        *old = one_number(before.low, before.high);
    }
    return 0;
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
    const int before = errno;
    const int result = sigprocmask(how, set, old) < 0 ? errno : 0;
    errno = before;
    return result;
}

int sigpending(sigset_t *set) {
    struct mox_sigset words = {0};
    const int result = (int)answer(__mox_sigpending((long)&words));
    if (result == 0) {
        *set = one_number(words.low, words.high);
    }
    return result;
}

int sigsuspend(const sigset_t *mask) {
    struct mox_sigset words;
    return (int)answer(__mox_sigsuspend(sigset_argument(mask, &words)));
}

int pause(void) {
    return (int)answer(__mox_pause());
}

static void translate_info(const struct mox_siginfo *words, siginfo_t *info) {
    *info = (siginfo_t){
        .si_signo = (int)words->signo,
        .si_code = (int)words->code,
        .si_errno = (int)words->error,
        .si_pid = (pid_t)words->pid,
        .si_uid = words->uid,
        .si_status = (int)words->status,
        .si_addr = (void *)words->address,
        .si_value = {.sival_int = (int)words->value},
    };
}

int sigqueue(pid_t pid, int signal, const union sigval value) {
    return (int)answer(__mox_sigqueue(pid, signal, (long)value.sival_ptr, SI_QUEUE));
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
    struct mox_sigset words;
    struct mox_siginfo got = {0};
    struct mox_timespec time;
    const int result = (int)answer(__mox_sigtimedwait(sigset_argument(set, &words), (long)&got,
                                                      timespec_argument(timeout, &time)));
    if (result > 0 && info != NULL) {
        translate_info(&got, info);
    }
    return result;
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info) {
    return sigtimedwait(set, info, NULL);
}

int sigwait(const sigset_t *set, int *signal) {
    const int got = sigwaitinfo(set, NULL);
    if (got < 0) {
        return errno;
    }
    *signal = got;
    return 0;
}

int sigaltstack(const stack_t *stack, stack_t *old) {
    struct mox_sigstack words = {0};
    struct mox_sigstack before = {0};
    if (stack != NULL) {
        words = (struct mox_sigstack){(uint32_t)stack->ss_sp, (uint32_t)stack->ss_flags,
                                      stack->ss_size};
    }
    if (answer(__mox_sigaltstack(stack != NULL ? (long)&words : 0, (long)&before)) < 0) {
        return -1;
    }
    if (old != NULL) {
        *old = (stack_t){(void *)before.address, (int)before.flags, before.size};
    }
    return 0;
}

/* <signal.h> makes macros of these for newlib's own use. */
#undef sigaddset
#undef sigdelset
#undef sigismember
#undef sigemptyset
#undef sigfillset
int sigaddset(sigset_t *set, int signal) {
    if (bad_signal(signal) < 0) {
        return -1;
    }
    *set |= bit_of(signal);
    return 0;
}

int sigdelset(sigset_t *set, int signal) {
    if (bad_signal(signal) < 0) {
        return -1;
    }
    *set &= ~bit_of(signal);
    return 0;
}

int sigismember(const sigset_t *set, int signal) {
    return bad_signal(signal) < 0 ? -1 : (*set & bit_of(signal)) != 0;
}

int sigemptyset(sigset_t *set) {
    *set = 0;
    return 0;
}

int sigfillset(sigset_t *set) {
    *set = ~(sigset_t)0;
    return 0;
}

int sigblock(int mask) {
    sigset_t set = (unsigned)mask;
    sigset_t old = 0;
    (void)sigprocmask(SIG_BLOCK, &set, &old);
    return (int)old;
}

int sigsetmask(int mask) {
    sigset_t set = (unsigned)mask;
    sigset_t old = 0;
    (void)sigprocmask(SIG_SETMASK, &set, &old);
    return (int)old;
}

static int change(int signal, int how) {
    sigset_t set = 0;
    return sigaddset(&set, signal) < 0 ? -1 : sigprocmask(how, &set, NULL);
}

int sighold(int signal) {
    return change(signal, SIG_BLOCK);
}

int sigrelse(int signal) {
    return change(signal, SIG_UNBLOCK);
}

int sigignore(int number) {
    return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0;
}

int sigpause(int signal) {
    sigset_t mask = 0;
    (void)sigprocmask(SIG_BLOCK, NULL, &mask);
    return sigdelset(&mask, signal) < 0 ? -1 : sigsuspend(&mask);
}

_sig_func_ptr sigset(int number, _sig_func_ptr handler) {
    sigset_t mask = 0;
    struct sigaction old;
    if (sigaction(number, NULL, &old) < 0) {
        return SIG_ERR;
    }
    (void)sigprocmask(SIG_BLOCK, NULL, &mask);
    const int held = sigismember(&mask, number);
    if (handler == SIG_HOLD) {
        (void)sighold(number);
    } else {
        const struct sigaction action = {.sa_handler = handler};
        if (sigaction(number, &action, NULL) < 0) {
            return SIG_ERR;
        }
        (void)sigrelse(number);
    }
    return held ? SIG_HOLD : old.sa_handler;
}

void abort(void) {
    (void)sigrelse(SIGABRT);
    (void)raise(SIGABRT);
    (void)signal(SIGABRT, SIG_DFL);
    (void)raise(SIGABRT);
    _exit(127);
}

unsigned alarm(unsigned seconds) {
    return (unsigned)__mox_alarm((long)seconds);
}

void __sigjmp_save(sigjmp_buf buffer, int save) {
    buffer[0].__saved = save;
    if (save) {
        (void)sigprocmask(SIG_SETMASK, NULL, &buffer[0].__mask);
    }
}

void siglongjmp(sigjmp_buf buffer, int value) {
    if (buffer[0].__saved) {
        (void)sigprocmask(SIG_SETMASK, &buffer[0].__mask, NULL);
    }
    longjmp(buffer[0].__registers, value);
}
