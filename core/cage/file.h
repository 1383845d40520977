/* Open file descriptions: what a descriptor refers to. Shared by dup and fork, so offset and status
 * flags live here; the close-on-exec flag lives in the descriptor table (cage/fdtable.h).
 *
 * One operations table for each kind (file, stream, pipe, socket, epoll): a new kind adds a file of
 * code, not cases. Operations give >= 0 or -errno or CALL_WAITS; what is NULL is not supported and
 * gives the errno that file.c names for it. */
#ifndef MOXBOX_CAGE_FILE_H
#define MOXBOX_CAGE_FILE_H

#include "ns/ns.h"

struct cage;
struct const_spans; /* calls.h */
struct epoll_item;  /* epoll.c */
struct file;
struct inode_locks; /* locks.c */
struct spans;

enum file_kind { FILE_FILE, FILE_STREAM, FILE_SOCKET, FILE_PIPE, FILE_EPOLL };

struct file_ops {
    enum file_kind kind;
    /* offset NULL: at the file's own, which moves. -ESPIPE for a position in what has none. */
    int32_t (*read)(struct file *file, struct cage *cage, const uint64_t *offset,
                    const struct spans *to);
    int32_t (*write)(struct file *file, struct cage *cage, const uint64_t *offset,
                     const struct const_spans *from);
    int64_t (*seek)(struct file *file, struct cage *cage, int64_t offset, uint32_t whence);
    int32_t (*attributes)(struct file *file, struct cage *cage, struct attributes *attributes);
    int32_t (*ioctl)(struct file *file, struct cage *cage, uint32_t request, uint8_t *argument);
    /* READY_ bits now. When waiter is not NULL it joins what tells of a change in the `events` that
     * somebody wants to know of (errors and ends always): at most WAIT_INSIDE queues, so that this
     * cannot fail for want of memory (-ENOMEM all the same if it does). */
    int32_t (*poll)(struct file *file, uint32_t events, struct waiter *waiter);
    /* What the wait graph calls it, "pipe 7" or "socket /run/s": at most size bytes with the NUL;
     * gives the length. */
    uint32_t (*label)(const struct file *file, char *to, uint32_t size);
    void (*close)(struct file *file); /* the last reference has gone */
    /* `object`, for a codec (base/codec.h); flags and offset are there. */
    void (*codec)(struct codec *codec, struct file *file);
};
extern const struct file_ops file_chan_ops;

/* One advisory lock object for each open file description (flock). */
struct file {
    const struct file_ops *ops;
    uint32_t refs;
    uint32_t flags; /* Linux's O_ bits: access mode and status flags (O_APPEND, O_NONBLOCK) */
    uint64_t offset;
    struct place place;        /* files and directories: where it was opened; else empty */
    struct dir_cursor *cursor; /* of a directory that was read */
    void *object;              /* pipe, socket, epoll: of ops' own type */
    uint32_t lock;             /* LOCK_SH, LOCK_EX or 0 (flock) */
    struct inode_locks *locks; /* where it stands when it has one (locks.c) */
    struct file *next_locked;
    struct epoll_item *watchers; /* those that an epoll waits for (epoll.c) */
    uint32_t in_parcels;         /* those of refs that parcels have (parcel.h) */
    uint32_t counted;            /* for parcels_check */
    struct mox_allocator allocator;
};

struct file *file_new(const struct mox_allocator *allocator, const struct file_ops *ops,
                      uint32_t flags, void *object); /* NULL: no memory */
void file_hold(struct file *file);
void file_drop(struct file *file); /* NULL is allowed */

/* References that are counted, or not; NULL is allowed. */
struct file *file_codec_held(struct codec *codec, struct file *file);
struct file *file_codec(struct codec *codec, struct file *file);

bool file_may_read(const struct file *file);
bool file_may_write(const struct file *file);

/* A file on an open channel (file_chan.c). *place is taken over; -ENOMEM leaves it with the caller.
 */
int32_t file_chan_new(const struct mox_allocator *allocator, struct place *place, uint32_t flags,
                      struct file **file);

/* Opens the fifo that `place` leads to (not opened; permissions are checked, then its data lives in
 * a pipe of the machine as long as somebody has it open). Gives CALL_WAITS until the other end is
 * there, as Linux does; -ENXIO for a writer that does not want to wait (pipe.c). */
int32_t fifo_open(struct cage *cage, const struct place *place, uint32_t flags, struct file **file);

#endif
