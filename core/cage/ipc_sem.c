/* Semaphores. The word of guest memory at a semaphore's address is MADE and its value. Who waits
 * stands in the line of a lock that is found by where the word lies: in which shared memory at
 * which offset, or in which cage at which address. */
#include "base/alloc.h"
#include "cage/ipc.h"
#include "mem/space_change.h"
#include "moxbox/errno.h"

#define MADE 0x80000000u
enum { WORD = 4 };

/* Where a semaphore lies. */
struct where {
    struct backing *backing;
    uint32_t cage;
    uint32_t at;
};

static struct where where_is(const struct cage *cage, uint32_t address) {
    const struct region *region = space_find(&cage->space, address);
    if (region != NULL && region->backing != NULL && region->backing->shared) {
        const uint32_t offset = (uint32_t)(region->bytes - region->backing->bytes);
        return (struct where){region->backing, 0, offset + (address - region->base)};
    }
    return (struct where){NULL, cage->id, address};
}

static uint64_t key_of(struct where where) {
    return (uint64_t)where.cage << 32 | where.at;
}

static struct lock *semaphore_at(struct key_node *node) {
    return node == NULL ? NULL
                        : (struct lock *)(void *)((char *)node - offsetof(struct lock, node));
}

/* The line of those who wait there; NULL: nobody does. */
static struct lock *find(const struct files *files, struct where where) {
    struct key_node *node = key_table_find(&files->semaphores, key_of(where));
    while (node != NULL && semaphore_at(node)->backing != where.backing) {
        node = key_table_next(node);
    }
    return semaphore_at(node);
}

bool semaphore_check(const struct lock *lock) {
    return lock->node.key == key_of((struct where){lock->backing, lock->cage, lock->at});
}

static int32_t load(struct cage *cage, uint32_t address, uint32_t *value) {
    uint32_t word;
    if (!space_allows(&cage->space, address, WORD, RIGHT_READ | RIGHT_WRITE)) {
        return -MOX_EFAULT;
    }
    (void)space_load(&cage->space, address, WORD, &word);
    *value = word & ~MADE;
    return (word & MADE) != 0 ? 0 : -MOX_EINVAL;
}

/* needs: a load */
static void store(struct cage *cage, uint32_t address, uint32_t word) {
    (void)space_store(&cage->space, address, WORD, word);
}

void line_wake(struct cage *cage, uint32_t address) {
    struct lock *semaphore = find(files_of(cage), where_is(cage, address));
    if (semaphore != NULL) {
        wait_wake(&semaphore->queue);
    }
}

int32_t sys_sem_init(struct cage *cage, uint32_t address, uint32_t shared, uint32_t value) {
    uint32_t before;
    (void)shared; /* the memory decides */
    if (value >= MADE) {
        return -MOX_EINVAL;
    }
    if (load(cage, address, &before) == -MOX_EFAULT) {
        return -MOX_EFAULT;
    }
    store(cage, address, MADE | value);
    line_wake(cage, address);
    return 0;
}

bool line_is_empty(const struct cage *cage, uint32_t address) {
    const struct lock *semaphore = find(files_of(cage), where_is(cage, address));
    return semaphore == NULL || semaphore->first == NULL;
}

static int32_t wait_until(struct cage *cage, struct const_span deadline) {
    uint64_t until;
    const int32_t error = clock_take(deadline, &until);
    if (error < 0) {
        return error;
    }
    cage_wait_until(cage, cage_deadline_at(cage, until));
    return cage_timed_out(cage) ? -MOX_ETIMEDOUT : 0;
}

int32_t line_stand(struct cage *cage, uint32_t address, struct const_span deadline,
                   enum lock_kind kind) {
    struct files *files = files_of(cage);
    const int32_t error = deadline.bytes != NULL ? wait_until(cage, deadline) : 0;
    if (error < 0) {
        return error;
    }
    const struct where where = where_is(cage, address);
    struct lock *semaphore = find(files, where);
    if (semaphore == NULL) {
        semaphore = alloc_get(&files->allocator, sizeof *semaphore);
        if (semaphore == NULL) {
            return -MOX_ENOMEM;
        }
        *semaphore = (struct lock){.kind = kind,
                                   .files = files,
                                   .number = ++files->next_number,
                                   .backing = where.backing,
                                   .cage = where.cage,
                                   .at = where.at};
        key_table_put(&files->semaphores, &semaphore->node, key_of(where));
    }
    lock_stand(cage, semaphore);
    return call_waits_for(cage, &semaphore->queue);
}

int32_t sys_sem_trywait(struct cage *cage, uint32_t address) {
    uint32_t value;
    const int32_t error = load(cage, address, &value);
    if (error < 0) {
        return error;
    }
    if (value == 0) {
        return -MOX_EAGAIN;
    }
    store(cage, address, MADE | (value - 1));
    return 0;
}

int32_t sys_sem_timedwait(struct cage *cage, uint32_t address, struct const_span deadline) {
    const int32_t result = sys_sem_trywait(cage, address);
    return result == -MOX_EAGAIN ? line_stand(cage, address, deadline, LOCK_SEMAPHORE) : result;
}

int32_t sys_sem_wait(struct cage *cage, uint32_t address) {
    return sys_sem_timedwait(cage, address, (struct const_span){NULL, 0});
}

int32_t sys_sem_post(struct cage *cage, uint32_t address) {
    uint32_t value;
    const int32_t error = load(cage, address, &value);
    if (error < 0) {
        return error;
    }
    if (value == MADE - 1) {
        return -MOX_EOVERFLOW;
    }
    store(cage, address, MADE | (value + 1));
    line_wake(cage, address);
    return 0;
}

int32_t sys_sem_destroy(struct cage *cage, uint32_t address) {
    uint32_t value;
    const int32_t error = load(cage, address, &value);
    if (error == 0) {
        store(cage, address, 0);
        line_wake(cage, address); /* whoever waits learns that there is none */
    }
    return error;
}

int32_t sys_sem_getvalue(struct cage *cage, uint32_t address) {
    uint32_t value;
    const int32_t error = load(cage, address, &value);
    return error < 0 ? error : (int32_t)value;
}
