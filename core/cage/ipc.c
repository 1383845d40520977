/* See ipc.h: the line in front of every lock, and what a cage has. */
#include "cage/ipc.h"

#include "base/alloc.h"
#include "base/codec.h"
#include "mem/space_change.h"
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
    struct files *files = lock->files;
    key_table_remove(&files->semaphores, &lock->node);
    alloc_give(&files->allocator, lock, sizeof *lock);
}

void lock_stand(struct cage *cage, struct lock *lock) {
    if (cage->lock == lock) {
        return;
    }
    if (cage->lock != NULL) { /* only what was loaded can stand in another line still */
        ipc_lock_given_up(cage);
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
    if (lock != NULL) {
        step_out(cage);
        cage->lock = NULL;
        lock_drop(lock);
    }
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
    uint32_t count = 0;
    for (const struct cage *at = lock->first; at != NULL; at = at->lock_next) {
        if (at->lock != lock || ++count > at->machine->slots) {
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

static void lock_begin(struct codec *codec, void *object) {
    struct lock *lock = object;
    lock->kind = (enum lock_kind)codec_most(codec, (uint32_t)lock->kind, LOCK_MESSAGES);
    codec_wide(codec, &lock->number);
    lock->files = codec->machine->files;
}

static void lock_body(struct codec *codec, void *object) {
    struct lock *lock = object;
    struct cage **at = &lock->first;
    uint32_t count = 0;
    codec_word(codec, &lock->owner);
    while (codec_more(codec, *at) && codec_need(codec, ++count <= codec->machine->slots)) {
        *at = cage_codec(codec, *at);
        struct cage *cage = *at;
        if (!codec_need(codec, cage != NULL)) {
            return;
        }
        lock->last = cage;
        at = &cage->lock_next;
    }
    wait_codec(codec, &lock->queue);
    lock->backing = backing_codec(codec, lock->backing);
    codec_word(codec, &lock->cage);
    codec_word(codec, &lock->at);
}

static bool lock_end(struct codec *codec, void *object) {
    const struct lock *lock = object;
    (void)codec;
    return lock_check(lock) && (lock->kind >= LOCK_SEMAPHORE) == lock->node.in_table &&
           (lock->kind >= LOCK_SEMAPHORE ? semaphore_check(lock) : lock->backing == NULL);
}

static const struct codec_kind lock_kind = {
    .size = sizeof(struct lock), .begin = lock_begin, .body = lock_body, .end = lock_end};

static struct lock *lock_codec(struct codec *codec, struct lock *lock) {
    lock = codec_reference(codec, &lock_kind, lock);
    if (codec->loads && lock != NULL) {
        lock->refs++;
    }
    return lock;
}

/* The numbers of those that there are, and these. */
static void handles_codec(struct codec *codec, struct lock **handles, enum lock_kind kind) {
    uint32_t next = 0;
    while (codec_good(codec)) {
        while (!codec->loads && next < LOCKS_MAX && handles[next] == NULL) {
            next++;
        }
        const uint32_t handle = codec_most(codec, next, LOCKS_MAX);
        if (handle == LOCKS_MAX || !codec_need(codec, handle >= next)) {
            return;
        }
        handles[handle] = lock_codec(codec, handles[handle]);
        (void)codec_need(codec, handles[handle] != NULL && handles[handle]->kind == kind);
        next = handle + 1;
    }
}

void ipc_cage_codec(struct codec *codec, struct cage *cage) {
    bool there = cage->ipc != NULL;
    cage->lock = lock_codec(codec, cage->lock);
    cage->lock_phase = codec_most(codec, cage->lock_phase, PHASE_LATE);
    codec_flag(codec, &there);
    if (there && codec->loads) {
        cage->ipc = codec_get(codec, &codec->structures, sizeof *cage->ipc);
    }
    if (there && cage->ipc != NULL) {
        shm_cage_codec(codec, cage->ipc);
        handles_codec(codec, cage->ipc->mutexes, LOCK_MUTEX);
        handles_codec(codec, cage->ipc->conditions, LOCK_CONDITION);
    }
}

void ipc_codec(struct codec *codec, struct files *files) {
    shm_codec(codec, files);
    key_table_codec(codec, &files->semaphores, &lock_kind, offsetof(struct lock, node), false,
                    NULL);
}
