/* The calls of process.c's matters: fork, exec, exit, waitpid, ids, groups and sessions. */
#include "base/alloc.h"
#include "cage/files.h"
#include "cage/process.h"
#include "cage/scheduler.h"
#include "cage/signals.h"
#include "mem/space_change.h"

enum { PRICE_OF_PAGE = 100 /* copied by fork */, EXIT_MASK = 0xff };

int32_t sys_getpid(struct cage *cage) {
    return (int32_t)cage->id;
}

int32_t sys_getppid(struct cage *cage) {
    return (int32_t)cage->parent->id;
}

int32_t sys_exit(struct cage *cage, int32_t status) {
    cage_end(cage, ((uint32_t)status & EXIT_MASK) << 8);
    return 0;
}

int32_t sys_fork(struct cage *cage) {
    struct cage *child = NULL;
    uint64_t copied = 0;
    int32_t error = cage_new(cage->machine, cage, &child);
    if (error < 0) {
        return error;
    }
    if (space_copy(&child->space, &cage->space, &copied) != MOX_OK) {
        cage_discard(child);
        return -MOX_ENOMEM;
    }
    error = files_cage_fork(cage, child);
    if (error < 0) {
        cage_discard(child);
        return error;
    }
    struct text_cache *text = child->cpu.text;
    child->cpu = cage->cpu;
    child->cpu.text = text;
    child->cpu.count = 0;
    child->cpu.r[REG_R0] = 0;
    child->brk_start = cage->brk_start;
    child->brk = cage->brk;
    signals_fork(cage->signals, child->signals);
    cage_inherit(child, cage);
    cage_enter(child);
    if (cage->state != CAGE_BARE) {
        scheduler_ready(child);
    }
    cage_charge(cage, PRICE_OF_PAGE * (copied / SPACE_PAGE));
    return (int32_t)child->id;
}

int32_t sys_exec(struct cage *cage, struct name path, struct const_span arguments,
                 struct const_span environment) {
    return exec_load(cage, path, arguments, environment);
}

static void put_usage(uint64_t used, uint32_t memory, struct span to) {
    struct abi_rusage usage = {.maxrss = memory / 1024};
    const uint64_t seconds = used / 1000000000;
    usage.user_low = (uint32_t)seconds;
    usage.user_high = (uint32_t)(seconds >> 32);
    usage.user_nsec = (uint32_t)(used % 1000000000);
    abi_store(to.bytes, &usage, sizeof usage);
}

int32_t sys_waitpid(struct cage *cage, int32_t pid, struct span status, int32_t options,
                    struct span usage) {
    uint32_t word = 0;
    uint64_t used = 0;
    if ((uint32_t)options & ~(ABI_WNOHANG | ABI_WUNTRACED | ABI_WCONTINUED)) {
        return -MOX_EINVAL;
    }
    const int32_t child = process_wait(cage, &cage->waiter, pid, (uint32_t)options, &word, &used);
    if (child > 0) {
        if (status.bytes != NULL) {
            bytes_store32(status.bytes, word);
        }
        if (usage.bytes != NULL) {
            put_usage(used, 0, usage);
        }
    }
    return child;
}

int32_t sys_getrusage(struct cage *cage, int32_t who, struct span usage) {
    if ((uint32_t)who == ABI_RUSAGE_SELF) {
        put_usage(cage->used, cage->space.used, usage);
    } else if ((uint32_t)who == ABI_RUSAGE_CHILDREN) {
        put_usage(cage->used_by_children, 0, usage);
    } else {
        return -MOX_EINVAL;
    }
    return 0;
}

int32_t sys_times(struct cage *cage, struct span times) {
    enum { TICK = 10000000 /* nanoseconds */ };
    if (times.bytes != NULL) {
        const struct abi_tms words = {
            .user = (uint32_t)(cage->used / TICK),
            .children_user = (uint32_t)(cage->used_by_children / TICK),
        };
        abi_store(times.bytes, &words, sizeof words);
    }
    return (int32_t)(machine_clock(cage->machine) / TICK & INT32_MAX);
}

int32_t sys_sched_yield(struct cage *cage) {
    cage->quantum_left = 0;
    return 0;
}

/* The cage that a call names, 0 for itself. */
static struct cage *named(struct cage *cage, int32_t pid) {
    return pid == 0 ? cage : pid < 0 ? NULL : machine_cage(cage->machine, (uint32_t)pid);
}

static bool group_exists(struct mox_machine *machine, uint32_t group, uint32_t session) {
    for (const struct cage *cage = machine_next_cage(machine, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        if (cage->group == group && cage->session == session) {
            return true;
        }
    }
    return false;
}

int32_t sys_setpgid(struct cage *cage, int32_t pid, int32_t group) {
    struct cage *target = named(cage, pid);
    if (group < 0) {
        return -MOX_EINVAL;
    }
    if (target == NULL || (target != cage && target->parent != cage)) {
        return -MOX_ESRCH;
    }
    const uint32_t wanted = group == 0 ? target->id : (uint32_t)group;
    if (target != cage && target->executed) {
        return -MOX_EACCES;
    }
    if (target->session != cage->session || target->session == target->id ||
        (wanted != target->id && !group_exists(cage->machine, wanted, cage->session))) {
        return -MOX_EPERM;
    }
    target->group = wanted;
    return 0;
}

int32_t sys_getpgid(struct cage *cage, int32_t pid) {
    const struct cage *target = named(cage, pid);
    return target != NULL ? (int32_t)target->group : -MOX_ESRCH;
}

int32_t sys_getsid(struct cage *cage, int32_t pid) {
    const struct cage *target = named(cage, pid);
    return target != NULL ? (int32_t)target->session : -MOX_ESRCH;
}

int32_t sys_setsid(struct cage *cage) {
    for (const struct cage *other = machine_next_cage(cage->machine, CAGE_INIT); other != NULL;
         other = machine_next_cage(cage->machine, other->id)) {
        if (other->group == cage->id) {
            return -MOX_EPERM;
        }
    }
    cage->session = cage->id;
    cage->group = cage->id;
    return (int32_t)cage->id;
}
