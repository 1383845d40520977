/* What the devices of one machine share, and what its owner (core/machine) calls them for: console,
 * environment groups, sealed inputs, random bytes. Devices reach the machine itself, of which this
 * layer knows nothing, through hooks. */
#ifndef MOXBOX_NS_DEVICES_H
#define MOXBOX_NS_DEVICES_H

#include "base/byte_queue.h"
#include "base/random.h"
#include "ns/ns.h"

/* Every device has one file; /dev/drivers lists those in devtab.c in its order. */
extern const struct dev root_device;  /* #/ */
extern const struct dev cons_device;  /* #c */
extern const struct dev env_device;   /* #e */
extern const struct dev pipe_device;  /* #| */
extern const struct dev prog_device;  /* #p */
extern const struct dev dup_device;   /* #d */
extern const struct dev fs_device;    /* #U: dev_fs.c */
extern const struct dev boot_device;  /* #B */
extern const struct dev indir_device; /* #*name!spec: a device by name */

/* The device of a letter or a name, NULL: none; and one after the other, NULL behind the last. */
const struct dev *devtab_letter(uint32_t letter);
const struct dev *devtab_name(struct name name);
const struct dev *devtab_at(uint32_t index);

enum { CONSOLE_LINE = 1024, CONSOLE_IN = 0, CONSOLE_OUT = 1, CONSOLE_ERROR = 2 };

/* The host's three streams. A line of cooked input is edited (#c/cons) in `line`. */
struct console {
    struct byte_queue input; /* has arrived, nobody has read it */
    bool input_ended;
    struct byte_queue output[2]; /* for the host to take: streams 1 and 2 */
    uint64_t written;
    uint64_t output_limit; /* of both together, ever; beyond it -ENOSPC */
    uint32_t raw;          /* consctl channels that said rawon */
    bool line_done;        /* `line` is being given out, from line_given on */
    uint32_t line_size;
    uint32_t line_given;
    uint8_t line[CONSOLE_LINE];
};

/* A sealed input, /boot/NAME. */
struct boot_input {
    struct boot_input *next; /* in the order of names */
    uint8_t *bytes;
    uint32_t size;
    uint32_t number; /* from 1, in the order of adding */
    bool sealed;     /* digest is known */
    uint8_t digest[32];
    uint32_t name_size;
    char name[];
};

/* What #p tells of a cage. */
struct prog_state {
    uint32_t parent;
    uint32_t group;
    uint32_t session;
    uint32_t uid;
    uint32_t gid;
    uint64_t used;       /* units */
    uint32_t memory;     /* bytes */
    const char *state;   /* one word: "ready", "waits", "stopped", "broken", "bare" */
    const char *call;    /* name of the call that it waits in; "" */
    const char *program; /* path */
};
struct prog_descriptor {
    uint32_t fd;
    uint32_t flags; /* Linux's O_ bits */
    uint64_t offset;
    const char *kind;          /* "file", "pipe", ... */
    const struct place *place; /* NULL or empty: it has no place */
};
struct prog_registers {
    uint32_t r[16]; /* $fp, $sp, $r0 ... */
    uint32_t pc;
    uint32_t sr[16];
};
enum prog_command { PROG_KILL, PROG_KILL_GROUP, PROG_STOP, PROG_START };

/* What devices ask of the machine; context is machine_devices.context. A hook that is NULL: files
 * that need it say -EOPNOTSUPP. Cages are named by their ids. */
struct device_hooks {
    /* Bytes used of the machine's memory; *limit: of how many. */
    uint64_t (*memory)(void *context, uint64_t *limit);
    /* The smallest id above `after`; 0 when there is none. */
    uint32_t (*next)(void *context, uint32_t after);
    bool (*state)(void *context, uint32_t id, struct prog_state *state);
    const struct view *(*view)(void *context, uint32_t id);
    /* The open descriptor with the smallest number >= from; false: none. */
    bool (*descriptor)(void *context, uint32_t id, uint32_t from,
                       struct prog_descriptor *descriptor);
    bool (*registers)(void *context, uint32_t id, struct prog_registers *registers);
    /* Guest memory, as many bytes as are mapped from address on, at most size; -EIO when none. */
    int32_t (*read_memory)(void *context, uint32_t id, uint32_t address, uint8_t *to,
                           uint32_t size);
    int32_t (*control)(void *context, uint32_t id, enum prog_command command);
    /* Waits for a child of the cage to end: a line of text; may give CALL_WAITS, -ECHILD. */
    int32_t (*wait)(void *context, uint32_t id, struct caller *caller, char *to, uint32_t size);
};

enum { SYSNAME_MAX = 63 };

struct machine_devices {
    struct mox_allocator allocator; /* of structures */
    struct mox_allocator blocks;    /* of contents: counted against the machine's memory limit */
    struct random random;
    struct console console;
    struct fs *fs;             /* of #U: fs/fs.h; made and freed by the machine */
    struct boot_input *inputs; /* of #B */
    uint32_t input_count;
    uint32_t pipes;      /* #| attached so far */
    uint32_t mounts;     /* made so far: ids */
    uint32_t groups;     /* environment groups made so far: ids */
    uint64_t start_time; /* nanoseconds since 1970 */
    uint32_t host_uid;   /* hostowner */
    char sysname[SYSNAME_MAX + 1];
    const struct device_hooks *hooks;
    void *context;
};

/* Fields of the machine's own choice (blocks, which is `allocator` otherwise, fs, hooks, context,
 * start_time, host_uid) are set by it
 * between the two calls. */
void devices_start(struct machine_devices *devices, const struct mox_allocator *allocator,
                   const uint8_t seed[32], uint64_t output_limit);
void devices_end(struct machine_devices *devices);
bool devices_check(const struct machine_devices *devices);

/* All that the devices hold and no other part of the machine does: console, inputs, random, names
 * (base/codec.h). What the host has not taken yet of the output is no part of it. Loading needs
 * devices fresh from devices_start, with the seed and the limit of output of anybody. */
void devices_codec(struct codec *codec, struct machine_devices *devices);

/* The first view of a machine: "/" with the boot binds (namespace.md, decision 3). With devices->fs
 * the directory /tmp is made there, for everybody. */
int32_t view_boot(struct machine_devices *devices, struct caller *caller, struct view *view);
void view_copy(const struct view *from, struct view *to); /* the same name space, counted */
void view_drop(struct view *view);
bool view_check(const struct view *view);
void view_codec(struct codec *codec, struct view *view);

/* pctl: FORKNS, a name space of one's own that begins as a copy; NEWNS, one without mounts. */
int32_t view_fork(struct view *view);
int32_t view_new(struct view *view);

/* bind and unmount by paths, relative to `base` (NULL: the working directory). */
int32_t view_bind(struct view *view, const struct caller *caller, const struct place *base,
                  struct name from, struct name to, uint32_t flags);
int32_t view_unmount(struct view *view, const struct caller *caller, const struct place *base,
                     const struct name *from_or_null, struct name at);

/* stdin. Bytes that arrive wake readers; -ENOMEM, -ENOBUFS with nothing changed. */
int32_t console_input(struct machine_devices *devices, const uint8_t *bytes, uint32_t size);
void console_input_end(struct machine_devices *devices);
/* Bytes as they came; 0 at their end; CALL_WAITS. */
int32_t console_read(struct machine_devices *devices, struct caller *caller, uint8_t *to,
                     uint32_t size);
/* To stream 1 or 2: the count, never less than size; -ENOSPC at the limit, -ENOMEM. Never waits, as
 * when the host takes its bytes must change nothing. */
int32_t console_write(struct machine_devices *devices, uint32_t stream, const uint8_t *from,
                      uint32_t size);
/* READY_ bits of stream 0, 1 or 2; joins as dev.poll does. */
int32_t console_poll(struct machine_devices *devices, uint32_t stream, struct waiter *waiter);

/* Adds a sealed input; its bytes, zeroed, are to be filled before anything runs. -EEXIST -EINVAL
 * -ENOMEM. */
int32_t boot_add(struct machine_devices *devices, struct name name, uint32_t size, uint8_t **bytes);
const uint8_t *boot_digest(struct boot_input *input); /* SHA-256, computed once */
bool boot_check(const struct machine_devices *devices);

/* Environment groups (#e): counted. A value has at most ENVIRONMENT_VALUE bytes, a group at most
 * ENVIRONMENT_VARIABLES of them. */
enum { ENVIRONMENT_VALUE = 16383, ENVIRONMENT_VARIABLES = 1024 };
int32_t environment_new(struct machine_devices *devices, struct environment **environment);
int32_t environment_copy(struct machine_devices *devices, const struct environment *from,
                         struct environment **environment);
void environment_hold(struct environment *environment); /* NULL is allowed */
void environment_drop(struct environment *environment); /* NULL is allowed */
bool environment_check(const struct environment *environment);
/* A reference that is counted; NULL is allowed. */
void environment_codec(struct codec *codec, struct environment **environment);
/* The value, NULL: there is none. */
const uint8_t *environment_get(const struct environment *environment, struct name name,
                               uint32_t *size);

/* #d: the descriptor that a channel of /fd stands for, so that opening it can be a dup; false: it
 * is no such channel. */
bool dup_descriptor(const struct chan *chan, uint32_t *fd);

/* #U: makes all of it last. With a store, the machine stops until everything is in it (CALL_WAITS;
 * the next try gives 0 or -EIO); without one there is nothing that could last longer than the
 * machine. */
int32_t fs_device_sync(struct machine_devices *devices, struct caller *caller);

/* Joins the queue and gives CALL_WAITS; -EAGAIN for a caller that cannot wait; -ENOMEM. */
int32_t caller_waits(const struct caller *caller, struct wait_queue *queue);

#endif
