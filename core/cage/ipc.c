/* See ipc.h: the line in front of every lock, and what a cage has. */
#include "cage/ipc.h"

#include "base/alloc.h"
#include "moxbox/errno.h"

struct cage_ipc *ipc_of(struct cage *cage) {
    if (cage->ipc == NULL) {
        cage->ipc = alloc_get(&files_of(cage)->allocator, sizeof *cage->ipc);
    }
    return cage->ipc;
}

void lock_drop(struct lock *lock) {
    if (lock == NULL || --lock->refs > 0) {
        return;
    }
    if (lock->kind >= LOCK_SEMAPHORE) {
        line_free(lock);
    } else {
        const struct mox_allocator allocator = lock->files->allocator;
        alloc_give(&allocator, lock, sizeof *lock);
    }
}

void lock_stand(struct cage *cage, struct lock *lock) {
    if (cage->lock == lock) {
        return;
    }
    cage->lock = lock;
    cage->lock_next = NULL;
    if (lock->last != NULL) {
        lock->last->lock_next = cage;
    } else {
        lock->first = cage;
    }
    lock->last = cage;
    lock->refs++;
}

static bool stands(const struct cage *cage, const struct lock *lock) {
    const struct cage *at = lock->first;
    while (at != NULL && at != cage) {
        at = at->lock_next;
    }
    return at != NULL;
}

/* Out of the line, if it still stands there. */
static void step_out(struct cage *cage) {
    struct lock *lock = cage->lock;
    struct cage *before = NULL;
    if (!stands(cage, lock)) {
        return;
    }
    for (struct cage *at = lock->first; at != cage; at = at->lock_next) {
        before = at;
    }
    if (before != NULL) {
        before->lock_next = cage->lock_next;
    } else {
        lock->first = cage->lock_next;
    }
    if (lock->last == cage) {
        lock->last = before;
    }
    cage->lock_next = NULL;
}

void lock_leave(struct cage *cage) {
    struct lock *lock = cage->lock;
    step_out(cage);
    cage->lock = NULL;
    lock_drop(lock);
}

void lock_wake(struct cage *cage) {
    if (cage->waiter.links != NULL) { /* a bare cage does not sleep */
        wait_leave(&cage->waiter);
        cage->waiter.woken(&cage->waiter);
    }
}

void ipc_lock_given_up(struct cage *cage) {
    struct lock *lock = cage->lock;
    step_out(cage);
    if (lock->kind == LOCK_MUTEX && lock->owner == cage->id) {
        mutex_pass_on(lock); /* it got it, and never learned of it */
    }
    lock_leave(cage);
    cage->lock_phase = 0;
}

uint32_t ipc_label(const struct cage *cage, char *to, uint32_t size) {
    static const char *const names[] = {"mutex ", "condition ", "semaphore ", "message queue "};
    if (cage->lock == NULL) {
        return files_number_label("", cage->call, to, 0);
    }
    return files_number_label(names[cage->lock->kind], cage->lock->number, to, size);
}

int32_t ipc_cage_fork(struct cage *parent, struct cage *child) {
    if (parent->ipc == NULL) {
        return 0;
    }
    if (ipc_of(child) == NULL || shm_cage_fork(parent, child) < 0) {
        ipc_cage_end(child);
        return -MOX_ENOMEM;
    }
    for (uint32_t i = 0; i < LOCKS_MAX; i++) {
        child->ipc->mutexes[i] = parent->ipc->mutexes[i];
        child->ipc->conditions[i] = parent->ipc->conditions[i];
        if (child->ipc->mutexes[i] != NULL) {
            child->ipc->mutexes[i]->refs++;
        }
        if (child->ipc->conditions[i] != NULL) {
            child->ipc->conditions[i]->refs++;
        }
    }
    return 0;
}

void ipc_cage_end(struct cage *cage) {
    if (cage->ipc == NULL) {
        return;
    }
    shm_cage_end(cage);
    for (uint32_t i = 0; i < LOCKS_MAX; i++) {
        lock_drop(cage->ipc->mutexes[i]);
        lock_drop(cage->ipc->conditions[i]);
    }
    alloc_give(&files_of(cage)->allocator, cage->ipc, sizeof *cage->ipc);
    cage->ipc = NULL;
}

void ipc_free(struct files *files) {
    shm_free(files);
}

static bool lock_check(const struct lock *lock) {
    const struct cage *before = NULL;
    for (const struct cage *at = lock->first; at != NULL; at = at->lock_next) {
        if (at->lock != lock) {
            return false;
        }
        before = at;
    }
    return before == lock->last && lock->refs > 0;
}

bool ipc_cage_check(const struct cage *cage) {
    if (cage->lock != NULL && !lock_check(cage->lock)) {
        return false;
    }
    for (uint32_t i = 0; cage->ipc != NULL && i < LOCKS_MAX; i++) {
        const struct lock *mutex = cage->ipc->mutexes[i];
        const struct lock *condition = cage->ipc->conditions[i];
        if ((mutex != NULL && (mutex->kind != LOCK_MUTEX || !lock_check(mutex))) ||
            (condition != NULL && (condition->kind != LOCK_CONDITION || !lock_check(condition)))) {
            return false;
        }
    }
    return true;
}

bool ipc_check(const struct files *files) {
    return shm_check(files);
}

static void lock_state(const struct state *state, const struct lock *lock) {
    state_wide(state, lock != NULL ? lock->number : 0);
    if (lock != NULL) {
        state_word(state, lock->owner);
        for (const struct cage *at = lock->first; at != NULL; at = at->lock_next) {
            state_word(state, at->id);
        }
        state_word(state, 0);
    }
}

void ipc_cage_state(const struct state *state, const struct cage *cage) {
    lock_state(state, cage->lock);
    state_word(state, cage->lock_phase);
    state_word(state, cage->ipc != NULL);
    if (cage->ipc == NULL) {
        return;
    }
    shm_cage_state(state, cage);
    for (uint32_t i = 0; i < LOCKS_MAX; i++) {
        if (cage->ipc->mutexes[i] != NULL || cage->ipc->conditions[i] != NULL) {
            state_word(state, i);
            lock_state(state, cage->ipc->mutexes[i]);
            lock_state(state, cage->ipc->conditions[i]);
        }
    }
    state_word(state, UINT32_MAX);
}
