/* Channels and devices: what a name leads to. A device is one file here (dev_cons.c, dev_pipe.c,
 * ...) with one `struct dev`; a channel is a place in the tree that a device serves. The idea is
 * Inferno's, with the operations that POSIX needs besides (links, symbolic links, rename, truncate)
 * and errno instead of an error stack.
 *
 * All operations give >= 0 or -errno (base/errno.def), or CALL_WAITS (base/wait.h) where they say
 * so; one that fails has changed nothing. Names are bytes without '/' and NUL, 1 to NAME_MAX_BYTES
 * of them, and never "." ; ".." reaches walk only. Memory is the host's: no device sees a guest
 * address. Permission checks are the device's own business (caller_may). */
#ifndef MOXBOX_NS_DEV_H
#define MOXBOX_NS_DEV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/caller.h"
#include "base/mode.h"
#include "moxbox/allocator.h"

enum { NAME_MAX_BYTES = 255, PATH_MAX_BYTES = 4096 };

/* The unique number of a file within its device instance; type as in 9P. */
struct qid {
    uint64_t path;
    uint32_t version;
    uint8_t type;
};
enum { QID_DIR = 0x80, QID_APPEND = 0x40, QID_EXCL = 0x20, QID_SYMLINK = 0x02 };

struct name {
    const char *bytes;
    uint32_t size;
};

/* A file's attributes. Modes and types are Linux's (S_IFMT...), times nanoseconds since 1970. */
struct attributes {
    uint64_t inode;
    uint32_t device; /* number of the device instance; chan_attributes fills it in */
    uint32_t mode;
    uint32_t links;
    uint32_t uid;
    uint32_t gid;
    uint32_t rdev; /* of a character device: major << 8 | minor */
    uint64_t size;
    uint64_t blocks; /* of 512 bytes, really held */
    uint64_t atime;
    uint64_t mtime;
    uint64_t ctime;
};

/* What set_attributes changes: the fields whose bit is set. */
enum {
    SET_MODE = 1,
    SET_UID = 2,
    SET_GID = 4,
    SET_SIZE = 8,
    SET_ATIME = 16,
    SET_MTIME = 32,
    SET_OWNER = 64 /* a chown, even of neither: takes the setuid bits away, moves ctime */
};
struct attribute_change {
    uint32_t set;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint64_t size;
    uint64_t atime;
    uint64_t mtime;
};

/* What create makes: type and permissions in mode (umask is applied by the caller of the device).
 */
struct creation {
    uint32_t mode;
    uint32_t rdev;      /* character devices */
    struct name target; /* symbolic links */
};

/* One entry of a directory. cookie: give it back to go on behind this entry. */
struct entry {
    char name[NAME_MAX_BYTES + 1];
    uint32_t name_size;
    uint64_t inode;
    uint32_t type; /* mode & S_IFMT */
};

/* Where a reader of a directory stands: behind the entry of this name (size 0: at the beginning),
 * which need not exist any more, and which element of a union it reads. position counts for lseek.
 */
struct dir_cursor {
    uint64_t position;
    uint32_t element;
    uint32_t name_size;
    char name[NAME_MAX_BYTES + 1];
};

/* How a channel is opened. */
enum { OPEN_READ = 1, OPEN_WRITE = 2, OPEN_EXEC = 4, OPEN_TRUNCATE = 8, OPEN_APPEND = 16 };

/* What poll tells; values of Linux's POLLIN and so on. */
enum {
    READY_IN = 1,
    READY_PRI = 2,
    READY_OUT = 4,
    READY_ERR = 8,
    READY_HUP = 16,
    READY_RDHUP = 0x2000
};

struct codec;
struct dev;
struct machine_devices; /* what devices share: ns/devices.h */

/* A file or directory, opened or not. Counted: chan_hold, chan_drop. The device that made it owns
 * node and state, and lets go of them in close. */
struct chan {
    uint32_t refs;
    const struct dev *dev;
    struct machine_devices *devices;
    uint32_t instance; /* number of the attached tree, part of the identity (dev, instance,
                          qid.path) */
    struct qid qid;
    void *node;    /* the device's own */
    void *state;   /* the device's own, of an open channel */
    uint32_t mode; /* OPEN_ bits; 0 when it is not open */
};

/* Fills in how full a file system is; f_type and so on of statfs. */
struct fs_usage {
    uint32_t type;
    uint32_t block_size;
    uint64_t blocks;
    uint64_t blocks_free;
    uint64_t files;
    uint64_t files_free;
};

/* What an operation does that is NULL: nothing to do (copied, sync, close), the only name is "" (an
 * attach spec is -EINVAL), always ready (poll), otherwise -EPERM or the errno that chan.c names. */
struct dev {
    uint32_t letter; /* a rune, as in #c */
    const char *name;

    /* The root of the tree that a spec names ("" usually). */
    int32_t (*attach)(struct machine_devices *devices, const struct caller *caller,
                      struct name spec, struct chan **root);
    /* One step down, or up for "..", from a directory. Search permission is checked here. */
    int32_t (*walk)(struct chan *dir, const struct caller *caller, struct name name,
                    struct chan **to);
    int32_t (*get_attributes)(struct chan *chan, const struct caller *caller,
                              struct attributes *attributes);
    int32_t (*set_attributes)(struct chan *chan, const struct caller *caller,
                              const struct attribute_change *change);
    /* Makes *chan ready for read and write; may put another channel in its place (a clone file).
     * Checks permissions. May give CALL_WAITS (fifos). */
    int32_t (*open)(struct chan **chan, struct caller *caller, uint32_t mode);
    /* A new entry; -EEXIST when there is one. *made is not open. */
    int32_t (*create)(struct chan *dir, const struct caller *caller, struct name name,
                      const struct creation *creation, struct chan **made);
    /* Bytes moved. read at the end gives 0. May give CALL_WAITS. OPEN_APPEND is the device's to do:
     * *offset is set to where the bytes went. */
    int32_t (*read)(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                    uint32_t size);
    int32_t (*write)(struct chan *chan, struct caller *caller, uint64_t *offset,
                     const uint8_t *from, uint32_t size);
    /* The entry behind the cursor, in the order of names (bytes), without "." and ".."; 1, or 0 at
     * the end. */
    int32_t (*next)(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                    struct entry *entry);
    /* Takes an entry away: a directory (rmdir) or anything else (unlink). */
    int32_t (*remove)(struct chan *dir, const struct caller *caller, struct name name,
                      bool directory);
    int32_t (*link)(struct chan *target, const struct caller *caller, struct chan *dir,
                    struct name name);
    int32_t (*rename)(struct chan *dir, const struct caller *caller, struct name name,
                      struct chan *to_dir, struct name to);
    /* The target's bytes, cut to size; the count. */
    int32_t (*read_link)(struct chan *chan, const struct caller *caller, char *to, uint32_t size);
    /* The name of a directory in its parent, for getcwd. */
    int32_t (*name_of)(struct chan *dir, const struct caller *caller, struct entry *entry);
    /* READY_ bits now; joins the queues that tell of a change when waiter is not NULL (0 or -ENOMEM
     * then is given as such). */
    int32_t (*poll)(struct chan *chan, struct waiter *waiter);
    /* What was written is to last. */
    int32_t (*sync)(struct chan *chan, struct caller *caller);
    int32_t (*usage)(struct chan *chan, struct fs_usage *usage);
    /* *copy is a channel that has just been copied from another one, field by field, so that it can
     * be opened for itself: counts its node once more. */
    void (*copied)(struct chan *copy);
    /* The last reference has gone; chan.c frees the channel itself. */
    void (*close)(struct chan *chan);
    /* node and state, for a channel whose other fields are there (base/codec.h). */
    void (*codec)(struct codec *codec, struct chan *chan);
    /* After everything was loaded: whether the channel is one that this device can have. NULL: all
     * are. */
    bool (*joined)(struct chan *chan);
};

/* A channel with one reference; NULL: no memory (node and state are then still the device's). */
struct chan *chan_new(struct machine_devices *devices, const struct dev *dev, uint32_t instance,
                      struct qid qid, void *node);

void chan_hold(struct chan *chan);
void chan_drop(struct chan *chan); /* NULL is allowed */

/* Same file? */
bool chan_same(const struct chan *a, const struct chan *b);

bool chan_is_dir(const struct chan *chan);
bool chan_is_symlink(const struct chan *chan);

/* What others call instead of the operations themselves: they know what to do when one is NULL, and
 * chan_open copies a channel that somebody else has as well, so that nobody's is opened unasked. */
int32_t chan_attach(const struct dev *dev, struct machine_devices *devices,
                    const struct caller *caller, struct name spec, struct chan **root);
int32_t chan_walk(struct chan *dir, const struct caller *caller, struct name name,
                  struct chan **to);
int32_t chan_attributes(struct chan *chan, const struct caller *caller,
                        struct attributes *attributes);
int32_t chan_set_attributes(struct chan *chan, const struct caller *caller,
                            const struct attribute_change *change);
int32_t chan_open(struct chan **chan, struct caller *caller, uint32_t mode);
int32_t chan_create(struct chan *dir, const struct caller *caller, struct name name,
                    const struct creation *creation, struct chan **made);
int32_t chan_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                  uint32_t size);
int32_t chan_write(struct chan *chan, struct caller *caller, uint64_t *offset, const uint8_t *from,
                   uint32_t size);
int32_t chan_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                  struct entry *entry);
int32_t chan_remove(struct chan *dir, const struct caller *caller, struct name name,
                    bool directory);
int32_t chan_link(struct chan *target, const struct caller *caller, struct chan *dir,
                  struct name name);
int32_t chan_rename(struct chan *dir, const struct caller *caller, struct name name,
                    struct chan *to_dir, struct name to);
int32_t chan_read_link(struct chan *chan, const struct caller *caller, char *to, uint32_t size);
int32_t chan_name_of(struct chan *dir, const struct caller *caller, struct entry *entry);
int32_t chan_poll(struct chan *chan, struct waiter *waiter);
int32_t chan_sync(struct chan *chan, struct caller *caller);
int32_t chan_usage(struct chan *chan, struct fs_usage *usage);

/* Reasons that say more than an errno, for errstr. */
#define CHAN_REASONS(REASON)                                                                       \
    REASON(ATTACH, "mount/attach disallowed")                                                      \
    REASON(SPEC, "bad attach specifier")                                                           \
    REASON(REQUEST, "unknown control request")                                                     \
    REASON(MOUNT, "inconsistent mount")                                                            \
    REASON(NOT_MOUNTED, "not mounted")                                                             \
    REASON(NOT_IN_UNION, "not in union")                                                           \
    REASON(NO_CREATION, "mounted directory forbids creation")                                      \
    REASON(DEVICE, "unknown device")                                                               \
    REASON(DEVICE_NAME, "unknown device in # filename")
#define REASON(name, text) WHY_##name,
enum reason { WHY_NONE, CHAN_REASONS(REASON) WHY_COUNT };
#undef REASON

/* -error, with a reason for errstr (caller.why). */
int32_t chan_refuse(const struct caller *caller, int32_t error, enum reason why);
/* needs: why < WHY_COUNT. NULL: WHY_NONE. */
const char *reason_text(uint32_t why);

/* A reference that is counted; NULL is allowed. */
void chan_codec(struct codec *codec, struct chan **chan);

bool name_is(struct name name, const char *text);
struct name name_of_text(const char *text);

#endif
