/* Mutexes and condition variables: strictly first come, first served. Whoever unlocks hands the
 * mutex to the first of its line, so nobody can overtake. A cage that ends does not unlock what it
 * had. */
#include "base/alloc.h"
#include "cage/ipc.h"
#include "moxbox/errno.h"

static int32_t create(struct cage *cage, enum lock_kind kind) {
    struct cage_ipc *ipc = ipc_of(cage);
    uint32_t handle = 0;
    if (ipc == NULL) {
        return -MOX_ENOMEM;
    }
    struct lock **table = kind == LOCK_MUTEX ? ipc->mutexes : ipc->conditions;
    while (handle < LOCKS_MAX && table[handle] != NULL) {
        handle++;
    }
    if (handle == LOCKS_MAX) {
        return -MOX_EAGAIN;
    }
    struct files *files = files_of(cage);
    struct lock *lock = alloc_get(&files->allocator, sizeof *lock);
    if (lock == NULL) {
        return -MOX_ENOMEM;
    }
    *lock = (struct lock){.kind = kind, .refs = 1, .files = files, .number = ++files->next_number};
    table[handle] = lock;
    return (int32_t)handle;
}

static struct lock *find(const struct cage *cage, enum lock_kind kind, uint32_t handle) {
    if (cage->ipc == NULL || handle >= LOCKS_MAX) {
        return NULL;
    }
    return kind == LOCK_MUTEX ? cage->ipc->mutexes[handle] : cage->ipc->conditions[handle];
}

static int32_t destroy(struct cage *cage, enum lock_kind kind, uint32_t handle) {
    struct lock *lock = find(cage, kind, handle);
    if (lock == NULL) {
        return -MOX_EBADF;
    }
    if (lock->owner != 0 || lock->first != NULL) {
        return -MOX_EBUSY;
    }
    (kind == LOCK_MUTEX ? cage->ipc->mutexes : cage->ipc->conditions)[handle] = NULL;
    lock_drop(lock);
    return 0;
}

int32_t sys_mutex_create(struct cage *cage) {
    return create(cage, LOCK_MUTEX);
}

int32_t sys_mutex_destroy(struct cage *cage, uint32_t handle) {
    return destroy(cage, LOCK_MUTEX, handle);
}

int32_t sys_cond_create(struct cage *cage) {
    return create(cage, LOCK_CONDITION);
}

int32_t sys_cond_destroy(struct cage *cage, uint32_t handle) {
    return destroy(cage, LOCK_CONDITION, handle);
}

void mutex_pass_on(struct lock *mutex) {
    struct cage *next = mutex->first;
    mutex->owner = 0;
    if (next == NULL) {
        return;
    }
    mutex->first = next->lock_next;
    if (mutex->first == NULL) {
        mutex->last = NULL;
    }
    next->lock_next = NULL; /* next->lock stays until it has learned of it */
    mutex->owner = next->id;
    lock_wake(next);
}

/* Has it, or waits in its line. A cage that was handed the mutex is still marked as waiting. */
static int32_t take(struct cage *cage, struct lock *mutex) {
    if (cage->lock == mutex && mutex->owner == cage->id) {
        lock_leave(cage);
        return 0;
    }
    if (mutex->owner == 0 && mutex->first == NULL) {
        mutex->owner = cage->id;
        return 0;
    }
    lock_stand(cage, mutex);
    return call_waits_for(cage, &mutex->queue);
}

int32_t sys_mutex_lock(struct cage *cage, uint32_t handle) {
    struct lock *mutex = find(cage, LOCK_MUTEX, handle);
    if (mutex == NULL) {
        return -MOX_EBADF;
    }
    if (mutex->owner == cage->id && cage->lock != mutex) {
        return -MOX_EDEADLK;
    }
    return take(cage, mutex);
}

int32_t sys_mutex_trylock(struct cage *cage, uint32_t handle) {
    struct lock *mutex = find(cage, LOCK_MUTEX, handle);
    if (mutex == NULL) {
        return -MOX_EBADF;
    }
    if (mutex->owner != 0) {
        return -MOX_EBUSY;
    }
    mutex->owner = cage->id;
    return 0;
}

int32_t sys_mutex_unlock(struct cage *cage, uint32_t handle) {
    struct lock *mutex = find(cage, LOCK_MUTEX, handle);
    if (mutex == NULL) {
        return -MOX_EBADF;
    }
    if (mutex->owner != cage->id) {
        return -MOX_EPERM;
    }
    mutex_pass_on(mutex);
    return 0;
}

static void signal_first(struct lock *condition) {
    struct cage *cage = condition->first;
    lock_leave(cage);
    cage->lock_phase = PHASE_SIGNALLED;
    lock_wake(cage);
}

int32_t sys_cond_signal(struct cage *cage, uint32_t handle) {
    struct lock *condition = find(cage, LOCK_CONDITION, handle);
    if (condition == NULL) {
        return -MOX_EBADF;
    }
    if (condition->first != NULL) {
        signal_first(condition);
    }
    return 0;
}

int32_t sys_cond_broadcast(struct cage *cage, uint32_t handle) {
    struct lock *condition = find(cage, LOCK_CONDITION, handle);
    if (condition == NULL) {
        return -MOX_EBADF;
    }
    while (condition->first != NULL) {
        signal_first(condition);
    }
    return 0;
}

/* In the line of the condition variable, with the mutex unlocked, until somebody signals. */
static int32_t wait_for_signal(struct cage *cage, struct lock *condition, struct lock *mutex) {
    if (cage->lock_phase == PHASE_START) {
        if (mutex->owner != cage->id) {
            return -MOX_EPERM;
        }
        lock_stand(cage, condition);
        const int32_t result = call_waits_for(cage, &condition->queue);
        if (result != CALL_WAITS) {
            lock_leave(cage);
            return result;
        }
        cage->lock_phase = PHASE_WAITS;
        mutex_pass_on(mutex);
        return CALL_WAITS;
    }
    if (cage->lock_phase == PHASE_WAITS) {
        if (!cage_timed_out(cage) && !cage->interrupted) {
            return call_waits_for(cage, &condition->queue);
        }
        lock_leave(cage);
        cage->lock_phase = cage_timed_out(cage) ? PHASE_LATE : PHASE_SIGNALLED;
    }
    return 0;
}

static int32_t wait_and_lock(struct cage *cage, struct lock *condition, struct lock *mutex) {
    if (condition == NULL || mutex == NULL) {
        return -MOX_EBADF;
    }
    int32_t result =
        cage->lock_phase < PHASE_SIGNALLED ? wait_for_signal(cage, condition, mutex) : 0;
    if (result != 0) {
        return result;
    }
    result = take(cage, mutex);
    if (result == 0) {
        result = cage->lock_phase == PHASE_LATE ? -MOX_ETIMEDOUT : 0;
        cage->lock_phase = PHASE_START;
    }
    return result;
}

int32_t sys_cond_wait(struct cage *cage, uint32_t condition, uint32_t mutex) {
    return wait_and_lock(cage, find(cage, LOCK_CONDITION, condition),
                         find(cage, LOCK_MUTEX, mutex));
}

int32_t sys_cond_timedwait(struct cage *cage, uint32_t condition, uint32_t mutex,
                           struct const_span deadline) {
    uint64_t until;
    if (clock_take(deadline, &until) < 0) {
        return -MOX_EINVAL;
    }
    if (cage->lock_phase == PHASE_START) {
        cage_wait_until(cage, cage_deadline_at(cage, until));
    }
    return sys_cond_wait(cage, condition, mutex);
}
