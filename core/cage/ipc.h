/* Shared memory, semaphores, mutexes and condition variables, as SafePOSIX has them, between cages.
 *
 * Shared memory: a segment is a backing (mem/space_change.h) with a key and an id. A semaphore is
 * nothing but a word of guest memory, so that fork copies it and shared memory shares it; the
 * kernel knows one only while somebody waits for it. Message queues are memory too. Mutexes and
 * condition variables are handles; fork shares them with the child (SafePOSIX makes fresh ones,
 * which no other cage can reach). */
#ifndef MOXBOX_CAGE_IPC_H
#define MOXBOX_CAGE_IPC_H

#include "cage/files_parts.h"

enum { LOCKS_MAX = 1024, SEGMENTS_MAX = 4096 };

enum lock_kind { LOCK_MUTEX, LOCK_CONDITION, LOCK_SEMAPHORE, LOCK_MESSAGES };

/* What cages stand in line for. Counted: handles, and those in the line. */
struct lock {
    enum lock_kind kind;
    uint32_t refs;
    uint32_t owner;     /* of a mutex: the cage that has it; 0: nobody */
    struct cage *first; /* the line: cage->lock_next */
    struct cage *last;
    struct wait_queue queue; /* those of the line that sleep */
    struct files *files;
    uint64_t number;
    /* Of a semaphore, where it lies (ipc_sem.c). */
    struct key_node node;
    struct backing *backing; /* NULL: private */
    uint32_t cage;
    uint32_t at;
};

/* Of one cage; made when it first has something of it. */
struct cage_ipc {
    struct attachment *attachments;
    struct lock *mutexes[LOCKS_MAX];
    struct lock *conditions[LOCKS_MAX];
};

struct cage_ipc *ipc_of(struct cage *cage); /* makes it; NULL: no memory */

int32_t ipc_cage_fork(struct cage *parent, struct cage *child);
void ipc_cage_end(struct cage *cage); /* also for exec */
bool ipc_cage_check(const struct cage *cage);
void ipc_free(struct files *files);
bool ipc_check(const struct files *files);

/* base/codec.h */
void ipc_cage_codec(struct codec *codec, struct cage *cage);
void ipc_codec(struct codec *codec, struct files *files);

/* The line: join it at its end (once), be called out of it. */
void lock_stand(struct cage *cage, struct lock *lock);
void lock_leave(struct cage *cage);
void lock_wake(struct cage *cage); /* it is made to try its call again */
void lock_drop(struct lock *lock); /* NULL is allowed */

/* A call that waited for cage->lock has ended otherwise. */
void ipc_lock_given_up(struct cage *cage);
uint32_t ipc_label(const struct cage *cage, char *to, uint32_t size);

/* ipc_shm.c */
int32_t shm_cage_fork(struct cage *parent, struct cage *child);
void shm_cage_end(struct cage *cage);
void shm_free(struct files *files);
bool shm_check(const struct files *files);
void shm_cage_codec(struct codec *codec, struct cage_ipc *ipc);
void shm_codec(struct codec *codec, struct files *files);

/* ipc_lock.c */
void mutex_pass_on(struct lock *mutex); /* to the first of the line */
bool semaphore_check(const struct lock *lock);
enum lock_phase { PHASE_START, PHASE_WAITS, PHASE_SIGNALLED, PHASE_LATE }; /* of a cond_wait */

/* ipc_sem.c: the line of those who wait for a word of memory, shared or not. stand: CALL_WAITS,
 * -ENOMEM, and with a deadline (of CLOCK_REALTIME; bytes NULL: none) -EINVAL or -ETIMEDOUT; who is
 * woken tries its call again, and leaves the line when that ends. */
int32_t line_stand(struct cage *cage, uint32_t address, struct const_span deadline,
                   enum lock_kind kind);
void line_wake(struct cage *cage, uint32_t address);
bool line_is_empty(const struct cage *cage, uint32_t address);

#endif
