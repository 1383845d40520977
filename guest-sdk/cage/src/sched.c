/* Scheduling, of which there is one kind: every cage has its turn of so many instructions. The
 * priorities of the others are told, and that nobody may have them. */
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "kernel.h"

enum { PRIORITY_MIN = 1, PRIORITY_MAX = 99, TURN = 100000 };

/* Whether the process exists, which may be another's. */
static int exists(pid_t pid) {
    if (pid < 0) {
        errno = EINVAL;
        return 0;
    }
    if (pid == 0 || __mox_kill(pid, 0) != -ESRCH) {
        return 1;
    }
    errno = ESRCH;
    return 0;
}

int sched_getscheduler(pid_t pid) {
    return exists(pid) ? SCHED_OTHER : -1;
}

int sched_getparam(pid_t pid, struct sched_param *parameters) {
    if (parameters == NULL) {
        errno = EINVAL;
        return -1;
    }
    if (!exists(pid)) {
        return -1;
    }
    parameters->sched_priority = 0;
    return 0;
}

static int priority(int policy, int real_time) {
    switch (policy) {
    case SCHED_OTHER: return 0;
    case SCHED_FIFO:
    case SCHED_RR: return real_time;
    default: errno = EINVAL; return -1;
    }
}

int sched_get_priority_max(int policy) {
    return priority(policy, PRIORITY_MAX);
}

int sched_get_priority_min(int policy) {
    return priority(policy, PRIORITY_MIN);
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *parameters) {
    const int most = sched_get_priority_max(policy);
    if (most < 0 || parameters == NULL || parameters->sched_priority > most ||
        parameters->sched_priority < sched_get_priority_min(policy)) {
        errno = EINVAL;
        return -1;
    }
    if (!exists(pid)) {
        return -1;
    }
    if (policy != SCHED_OTHER || __mox_kill(pid, 0) < 0) {
        errno = EPERM;
        return -1;
    }
    return SCHED_OTHER;
}

int sched_setparam(pid_t pid, const struct sched_param *parameters) {
    return sched_setscheduler(pid, SCHED_OTHER, parameters);
}

int sched_rr_get_interval(pid_t pid, struct timespec *interval) {
    if (interval == NULL) {
        errno = EFAULT;
        return -1;
    }
    if (!exists(pid)) {
        return -1;
    }
    *interval = (struct timespec){0, TURN};
    return 0;
}
