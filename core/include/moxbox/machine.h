/* moxbox: a machine of many cages. Where a box (box.h) is one program that computes, a cage is a
 * process: it has files, arguments, pipes, children, signals. A machine is the world that its cages
 * share: file system, name space, clock, scheduler. All of it is deterministic: the same files,
 * arguments, options, inputs and total budget give the same output, exit statuses, state and counts
 * on every host.
 *
 *     mox_machine_create -> (store) -> put files -> mox_machine_spawn -> mox_machine_run as often
 * as wanted, feeding input and taking output -> mox_machine_destroy
 *
 * The machine's clock is its instruction count: one instruction (and one unit of a call's price) is
 * one nanosecond. When every cage sleeps, the clock jumps to the next timer. Handles, errors and
 * memory are as in box.h. */
#ifndef MOXBOX_MACHINE_H
#define MOXBOX_MACHINE_H

#include "moxbox/box.h"

typedef struct mox_machine mox_machine;

struct mox_machine_options {
    uint32_t memory_limit; /* bytes of guest memory and pipes of all cages, and as many of files; 0:
                              the default */
    uint32_t stack_size;   /* bytes, of a new program; 0: 1 MiB */
    uint32_t cages_max;    /* 0: 1024 */
    uint32_t uid;          /* of cages that the host starts */
    uint32_t gid;
    uint64_t start_time;   /* nanoseconds since 1970 at instruction 0 */
    uint8_t seed[32];      /* of /dev/random */
    uint64_t output_limit; /* bytes that all cages may write to the streams; 0: 1 GiB */
};

mox_status mox_machine_create(const struct mox_machine_options *options,
                              const struct mox_allocator *allocator, mox_machine **machine);
void mox_machine_destroy(mox_machine *machine);

/* Makes a file (and the directories above it) of `size` bytes in the file system and points *bytes
 * at zeroed memory that the caller fills at once. For what the host brings before and between runs.
 */
mox_status mox_machine_put(mox_machine *machine, const char *path, uint32_t mode, uint32_t size,
                           uint8_t **bytes);

/* Makes a directory, and those above it that are missing, with the permissions 0755. */
mox_status mox_machine_make_directory(mox_machine *machine, const char *path);

/* Adds a sealed input: /boot/NAME, read-only, its SHA-256 part of the state. */
mox_status mox_machine_add_input(mox_machine *machine, const char *name, uint32_t size,
                                 uint8_t **bytes);

/* Starts a program of the name space as a child of cage 1 (init). arguments and environment:
 * strings, each with its NUL, one after the other. *cage is its id. On a bad program: the errno in
 * *error and status OK with *cage 0. */
mox_status mox_machine_spawn(mox_machine *machine, const char *path, const char *arguments,
                             uint32_t arguments_size, const char *environment,
                             uint32_t environment_size, const char *directory, uint32_t *cage,
                             int32_t *error);

/* A cage without a program: the host itself makes its calls, by mox_dispatch. It has memory that
 * the host lays out as it likes, for the pointers of its calls. */
enum { MOX_BARE_ROOM = 0x10000, MOX_BARE_ROOM_SIZE = 1 << 20 };
mox_status mox_machine_bare(mox_machine *machine, uint32_t *cage);

/* One system call in the name of a cage: >= 0, -errno, or MOX_DISPATCH_WAITS when it would have to
 * wait (nothing has changed; run the machine and make it again). Pointers are guest addresses of
 * that cage; mox_machine_write and _read reach its memory. */
enum { MOX_DISPATCH_WAITS = -512 };
int32_t mox_dispatch(mox_machine *machine, uint32_t cage, uint32_t call, uint32_t a1, uint32_t a2,
                     uint32_t a3, uint32_t a4, uint32_t a5, uint32_t a6);

/* Copies to or from a cage's memory, all or nothing: false when a byte is not mapped. */
bool mox_machine_write(mox_machine *machine, uint32_t cage, uint32_t address, const uint8_t *from,
                       uint32_t size);
bool mox_machine_read(const mox_machine *machine, uint32_t cage, uint32_t address, uint8_t *to,
                      uint32_t size);

/* Sends a signal in the host's own name, as kill does with targets other than 0: 0, -EINVAL,
 * -ESRCH, or -EAGAIN while the store is busy. It is delivered when the machine runs on: a machine
 * that ran for as many units and then got the same signal goes through the same states. */
int32_t mox_machine_signal(mox_machine *machine, int32_t target, uint32_t signal);

/* Runs for `budget` units (instructions and prices of calls) at most. */
mox_status mox_machine_run(mox_machine *machine, uint64_t budget);

/* As mox_machine_run, for a host that has to come back soon; see mox_box_slice. */
mox_status mox_machine_slice(mox_machine *machine, uint64_t budget, uint32_t effort);

#define MACHINE_REPORT_FIELDS(FIELD)                                                               \
    FIELD(stop)      /* mox_stop: EXIT (no cage is left), BUDGET, BLOCKED (all wait, some of them  \
                        for the host), DEADLOCK (all wait and nothing can arrive) */               \
    FIELD(count_low) /* units spent since the start */                                             \
    FIELD(count_high)                                                                              \
    FIELD(time_low) /* nanoseconds since 1970 */                                                   \
    FIELD(time_high)                                                                               \
    FIELD(cages)       /* alive, without 0 and 1 */                                                \
    FIELD(waits_input) /* some cage waits for stdin */                                             \
    FIELD(waits_store) /* the machine waits for its store: mox_machine_store_... */                \
    FIELD(exit_cage)   /* the first cage that was spawned, when it has ended */                    \
    FIELD(exit_status) /* its status as waitpid gives it */                                        \
    FIELD(memory_used) /* bytes of guest memory, pipes and files; UINT32_MAX: or more */           \
    FIELD(output_size) /* bytes that wait to be taken, stdout and stderr */                        \
    FIELD(error_size)                                                                              \
    FIELD(spawned)   /* the first cage that was spawned; 0: none */                                \
    FIELD(overdrawn) /* units spent that no budget has allowed, as the last call cost more than    \
                        was left */

struct mox_machine_report {
#define FIELD(name) uint32_t name;
    MACHINE_REPORT_FIELDS(FIELD)
#undef FIELD
};
const struct mox_machine_report *mox_machine_report(mox_machine *machine);

/* stdin: bytes that arrive now (they wake readers), and its end. */
mox_status mox_machine_input(mox_machine *machine, const uint8_t *bytes, uint32_t size);
void mox_machine_input_end(mox_machine *machine);

/* What was written to stream 1 or 2 since it was last taken: the longest run of it; taking drops
 * `size` bytes. Valid until the machine next runs. */
const uint8_t *mox_machine_output(const mox_machine *machine, uint32_t stream, uint32_t *size);
void mox_machine_take(mox_machine *machine, uint32_t stream, uint32_t size);

/* Who waits for what, index from 0 in order of cage ids: a line of text ("3 waits in read for pipe
 * 7, which 4 can write"); 0 behind the last. Gives its length. */
uint32_t mox_machine_wait_line(const mox_machine *machine, uint32_t index, char *text,
                               uint32_t size);

/* The store: where the file system lasts. It is a map from keys of MOX_HASH_SIZE bytes to bytes,
 * and one root record; the host keeps it, and makes a list of changes happen wholly or not at all.
 * The core does no input or output: it says what it wants, one object at a time.
 *
 * Opening: mox_machine_store_open with the root record, then give what _wants names until it names
 * nothing. Saving: when the report says waits_store (fsync, sync, the end of the last program), or
 * when the host likes, _next until it has no more, then all of these changes into the store as one,
 * then _done. */

/* Attaches a store, before anything else is done with the machine. size 0: the store is empty, and
 * the blank file system is what the first save brings there. MOX_IMAGE_DAMAGED, MOX_MEMORY_LIMIT
 * (the image needs more than memory_limit), MOX_NO_MEMORY, MOX_BAD_PHASE; after an error there is
 * no store, and the file system is as it was. */
mox_status mox_machine_store_open(mox_machine *machine, const uint8_t *root, uint32_t size);

/* The key of the object that opening needs next; NULL: nothing. Until then the machine does nothing
 * else (MOX_BAD_PHASE). */
const uint8_t *mox_machine_store_wants(const mox_machine *machine);
/* The bytes of that object; NULL: the store has none. Errors as _open. */
mox_status mox_machine_store_give(mox_machine *machine, const uint8_t *bytes, uint32_t size);

/* What MOX_IMAGE_DAMAGED was about; valid until the next _open. */
struct mox_store_damage {
    const char *problem; /* a sentence; NULL: nothing is damaged */
    uint32_t inode;      /* 0: it is about no single inode */
    bool has_key;
    uint8_t key[MOX_HASH_SIZE]; /* of the object */
};
const struct mox_store_damage *mox_machine_store_damage(const mox_machine *machine);

/* The next change, valid until the next call; MOX_STORE_END behind the last, and at once when there
 * is nothing to save. A save that was begun must end with _done before the machine goes on. */
enum mox_store_change { MOX_STORE_END, MOX_STORE_PUT, MOX_STORE_ROOT, MOX_STORE_DELETE };
struct mox_store_op {
    enum mox_store_change change;
    const uint8_t *key; /* of PUT and DELETE */
    const uint8_t *bytes;
    uint32_t size;
};
mox_status mox_machine_store_next(mox_machine *machine, struct mox_store_op *op);
/* All is in the store, or nothing of it is: then whoever waits for it gets EIO, and the next save
 * brings all that this one would have. */
void mox_machine_store_done(mox_machine *machine, bool stored);

/* As in box.h, over all cages, the file system and the kernel's tables. */
mox_status mox_machine_state_hash(mox_machine *machine, uint32_t max_bytes,
                                  uint8_t hash[MOX_HASH_SIZE], bool *done);

/* A snapshot: all that the state hash covers, and what the host has not taken yet of the output, as
 * bytes that are the same on every host. Gives the next piece in bytes[0..room), room at least
 * MOX_SNAPSHOT_ROOM. *size: bytes of the piece, which can be 0; *done: it was the last. Looks at
 * about max_bytes; nothing may happen to the machine in between, and what does begins the snapshot
 * anew. BAD_PHASE while the store is busy, NO_MEMORY. The SHA-256 of the first of its texts is the
 * state hash. The store does not go along: what is restored has the same files and no store. */
mox_status mox_machine_snapshot(mox_machine *machine, uint32_t max_bytes, uint8_t *bytes,
                                uint32_t room, uint32_t *size, bool *done);

/* A machine out of a snapshot, whoever made that: feed it in pieces, each when the last step was
 * hungry and valid until one is hungry again, then size 0 for the end; step until there is a
 * machine, which is the caller's. It goes on just where the other one was. `granted`: no more
 * memory, cages and output than these are given to it, whatever the snapshot says (MEMORY_LIMIT);
 * the other options are the snapshot's. Fails with a SNAPSHOT_ status, MEMORY_LIMIT, NO_MEMORY;
 * then, and in the end, there is only mox_restore_destroy. */
typedef struct mox_restore mox_restore;
mox_status mox_restore_create(const struct mox_machine_options *granted,
                              const struct mox_allocator *allocator, mox_restore **restore);
mox_status mox_restore_feed(mox_restore *restore, const uint8_t *bytes, uint32_t size);
mox_status mox_restore_step(mox_restore *restore, uint32_t max_bytes, bool *hungry,
                            mox_machine **machine);
void mox_restore_destroy(mox_restore *restore); /* NULL is allowed */

/* Translation as in box.h. A module belongs to the engine of one cage, and the host may compile it
 * while that cage runs on, runs another program or ends: a token says which module it was. */
struct mox_module_token {
    uint32_t engine; /* a number that no other engine of the machine has, before or after */
    uint32_t module; /* of that engine, counted */
};
mox_status mox_machine_translate(mox_machine *machine, const struct mox_translator *translator);
const uint8_t *mox_machine_module(const mox_machine *machine, uint32_t *size, uint32_t *count,
                                  struct mox_module_token *token);
/* false: the module is stale, as its engine is gone or has got it already; nothing has happened,
 * and its functions must not be called, as they write to memory that is no longer the engine's. */
bool mox_machine_install(mox_machine *machine, struct mox_module_token token, uint32_t first);
/* Whether an engine is there: when it is not, nothing calls the functions of its modules again. */
bool mox_machine_engine_lives(const mox_machine *machine, uint32_t engine);

#endif
