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
#include "ns/devices.h"
#include "ns/ns.h"

struct fdtable; /* fdtable.h */
struct signals; /* signals.h: handlers, masks, pending, timer */
struct files;   /* files.h: the machine's sockets, fifos, locks, shared memory */
struct timers;  /* timers.h */
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
    CAGE_DEAD,    /* and now out of the table: process_sweep frees it */
    CAGE_BARE     /* the host makes its calls */
};

/* Why the last call with a name failed, for errstr. The name is cut. */
struct name_failure {
    int32_t error; /* 0: none has failed */
    uint32_t why;  /* enum reason */
    uint32_t name_size;
    char name[64];
};

/* What waitpid has not told the parent yet, of a child that lives. */
enum cage_change { CAGE_SAME, CAGE_WAS_STOPPED, CAGE_WAS_CONTINUED };

struct cage {
    struct mox_machine *machine;
    uint32_t id;
    struct cage *parent;
    struct cage *first_child; /* in the order of their making */
    struct cage *next_sibling;

    /* scheduler.c */
    enum cage_state state;
    struct waiter waiter;
    struct cage *next_runnable;
    uint32_t quantum_left;
    bool ready;        /* stands in the queue of those that can run */
    uint64_t deadline; /* of the call that waits, as machine->clock counts; NO_DEADLINE: none */
    uint32_t call;     /* the call that waits or is being made, for the wait graph; 0: none */
    uint32_t call_fd;
    bool interrupted; /* a signal has come: the call is made a last time and may not wait */

    /* process.c */
    struct cpu cpu;
    struct space space;
    struct xlate *xlate; /* machine/: NULL until it first runs */
    bool remapped;       /* memory went away or moved: what xlate knows of it is no longer so */
    uint32_t brk_start;
    uint32_t brk;
    uint32_t exit_status; /* as waitpid gives it */
    enum cage_change change;
    uint32_t stop_signal;
    bool executed; /* a program was put in its place since fork: setpgid by the parent is refused */
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
    struct name_failure failure;

    /* files.c and its neighbours */
    struct fdtable *fds;
    struct cage_ipc *ipc; /* attached shared memory, mutexes, condition variables (ipc.h) */
    /* Of the call that waits; files_call_ended lets go of them. */
    struct file *opening;   /* a fifo that is half opened */
    struct lock *lock;      /* the mutex, condition variable or semaphore that it waits for */
    struct cage *lock_next; /* behind it in that one's line */
    uint32_t lock_phase;

    struct signals *signals;
    struct timers *timers; /* NULL: it has made none */
};

#define NO_DEADLINE UINT64_MAX
enum { QUANTUM = 100000, CAGE_HOST = 0, CAGE_INIT = 1, CAGES_DEFAULT = 1024, CAGE_ID_MAX = 32767 };

struct mox_machine {
    struct mox_allocator host;      /* what the host gave, uncounted */
    struct mox_allocator allocator; /* of the kernel's structures */
    struct mox_allocator blocks;    /* of guest memory and contents: counted, and -ENOMEM beyond
                                       the machine's limit. The same on every host, so only blocks
                                       whose size does not depend on the host belong here */
    uint64_t memory_limit;
    uint64_t memory_used;
    struct mox_machine_options options;

    /* process.c: the cage table. An id's slot is id % slots. */
    struct cage **cages;
    uint32_t slots;
    uint32_t last_id;
    uint32_t alive;    /* cages and zombies, without 0 and 1 */
    struct cage *dead; /* to be freed when no call is on its way (next_sibling) */

    /* scheduler.c */
    uint64_t spent;   /* units, of all cages */
    uint64_t skipped; /* units that nobody used because all waited for the clock */
    uint64_t allowed; /* budget so far; less than spent when the last call cost more than was left
                       */
    uint64_t effort;  /* that is left of this slice (cpu/cpu.h); no part of the machine's state */
    struct cage *first_ready;
    struct cage *last_ready;
    struct cage *current;
    bool timers_changed; /* next_timer has to be found anew */
    uint64_t next_timer;
    mox_stop stop;

    struct machine_devices devices;
    struct files *files;
    struct mapping *mappings; /* memory.c: of files, shared */
    struct view view;         /* of cages that the host starts */
    uint32_t first_spawned;
    uint32_t first_status;
    bool first_ended;

    /* machine/: gives back what runs a cage faster; NULL: there is none */
    void (*drop_engine)(struct cage *cage);
    struct engines *engines;           /* machine/engines.c */
    struct machine_text *hashing;      /* machine/machine_text.c: one that is under way */
    struct machine_snapshot *snapshot; /* machine/machine_snapshot.c: likewise */
    struct kept *kept;           /* machine/machine_restore.c: while the machine is being loaded */
    struct machine_put *put;     /* machine/machine.c: a file that the host is filling */
    struct machine_store *store; /* machine/store.c: NULL: it has had none */
    struct mox_machine_report report;
};

/* The machine's own time: units since the start. Nanoseconds since 1970 are start_time more. */
static inline uint64_t machine_clock(const struct mox_machine *machine) {
    return machine->spent + machine->skipped;
}

struct cage *machine_cage(struct mox_machine *machine, uint32_t id); /* NULL: none */

/* The next cage in the order of ids, zombies too; after 0: the first. NULL behind the last. */
struct cage *machine_next_cage(struct mox_machine *machine, uint32_t after);

/* base/codec.h: references to a cage, and the one that the table has of each; whoever waits; in
 * whose name a call is made. */
struct codec;
struct cage *cage_codec(struct codec *codec, struct cage *cage);
struct cage *cage_codec_owned(struct codec *codec, struct cage *cage);
struct waiter *cage_waiter_codec(struct codec *codec, struct waiter *waiter);
void caller_codec(struct codec *codec, struct caller *caller);
/* memory.c: the machine's shared mappings of files. */
void mappings_codec(struct codec *codec, struct mox_machine *machine);

/* A call costs more than the table says: so many units. */
void cage_charge(struct cage *cage, uint64_t units);

/* Lets a call wait for the clock as well: sets cage->deadline, unless an earlier try of the same
 * call did. */
void cage_wait_until(struct cage *cage, uint64_t deadline);
/* Whether that deadline has come; not when there is none. */
bool cage_timed_out(const struct cage *cage);
/* The deadline for a relative time of a guest (saturating). */
uint64_t cage_deadline_in(const struct cage *cage, uint64_t nanoseconds);
/* The same for a time of CLOCK_REALTIME. */
uint64_t cage_deadline_at(const struct cage *cage, uint64_t nanoseconds_since_1970);

#endif
