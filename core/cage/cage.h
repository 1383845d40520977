/* What a cage and its machine are made of, for the files of this folder. Who owns which field is
 * said by the headings; only fork, exec, exit and spawn (process.c) change the cage table. */
#ifndef MOXBOX_CAGE_CAGE_H
#define MOXBOX_CAGE_CAGE_H

#include "base/caller.h"
#include "cage/file.h"
#include "cpu/cpu.h"
#include "mem/space.h"
#include "moxbox/errno.h"
#include "moxbox/machine.h"
#include "ns/ns.h"

struct fdtable; /* fdtable.h */
struct signals; /* signals.h: handlers, masks, pending, timer */
struct files;   /* files.h: the machine's sockets, fifos, locks, shared memory */
struct xlate;   /* machine/ runs cages; cage/ never looks inside */

/* What a handler gets in place of a guest pointer. */
struct span {
    uint8_t *bytes;
    uint32_t size;
};
struct const_span {
    const uint8_t *bytes;
    uint32_t size;
};

enum cage_state {
    CAGE_RUNNABLE,
    CAGE_WAITING, /* in the queues of its waiter and, when deadline is set, for the clock */
    CAGE_STOPPED, /* SIGSTOP */
    CAGE_ZOMBIE,  /* ended, waitpid has not asked yet */
    CAGE_BARE     /* the host makes its calls */
};

struct cage {
    struct mox_machine *machine;
    uint32_t id;
    struct cage *parent;
    struct cage *first_child;
    struct cage *next_sibling;

    /* scheduler.c */
    enum cage_state state;
    struct waiter waiter;
    struct cage *next_runnable;
    uint32_t quantum_left;
    uint64_t deadline; /* of the call that waits, absolute, in units; UINT64_MAX: none */
    uint32_t call;     /* the call that waits or is being made, for the wait graph */
    uint32_t call_fd;

    /* process.c */
    struct cpu cpu;
    struct space space;
    struct xlate *xlate; /* machine/: NULL until it first runs */
    bool remapped;       /* memory went away or moved: what xlate knows of it is no longer so */
    uint32_t brk_start;
    uint32_t brk;
    uint32_t exit_status; /* as waitpid gives it */
    struct wait_queue child_ended;
    uint32_t group; /* process group */
    uint32_t session;
    uint32_t uid, gid, saved_uid, saved_gid; /* real and saved; the effective ones are the caller's
                                              */
    uint64_t used;                           /* units, for times() */
    uint64_t used_by_children;
    char program[PATH_MAX_BYTES]; /* the path of exec */

    /* names.c */
    struct caller caller;
    struct view view;

    /* files.c and its neighbours */
    struct fdtable *fds;
    struct cage_ipc *ipc; /* attached shared memory, mutexes, condition variables (ipc.c) */
    /* Of the call that waits; files_call_ended lets go of them. */
    struct file *opening; /* a fifo that is half opened */
    struct lock *lock;    /* the mutex or condition variable in whose queue it stands */
    uint32_t lock_phase;

    struct signals *signals;
};

/* A handler: cage, then the arguments as syscalls.def has them. Prototypes come from the table. */
struct cage *machine_cage(struct mox_machine *machine, uint32_t id); /* NULL: none */

#endif
