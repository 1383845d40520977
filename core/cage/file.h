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
struct epoll_item; /* epoll.c */
struct file;

enum file_kind { FILE_FILE, FILE_STREAM, FILE_SOCKET, FILE_PIPE, FILE_EPOLL };

struct file_ops {
    enum file_kind kind;
    /* offset NULL: at the file's own, which moves. -ESPIPE for a position in what has none. */
    int32_t (*read)(struct file *file, struct cage *cage, const uint64_t *offset, uint8_t *to,
                    uint32_t size);
    int32_t (*write)(struct file *file, struct cage *cage, const uint64_t *offset,
                     const uint8_t *from, uint32_t size);
    int64_t (*seek)(struct file *file, struct cage *cage, int64_t offset, uint32_t whence);
    int32_t (*attributes)(struct file *file, struct cage *cage, struct attributes *attributes);
    int32_t (*ioctl)(struct file *file, struct cage *cage, uint32_t request, uint8_t *argument);
    /* READY_ bits now; joins what tells of a change when waiter is not NULL (at most WAIT_INSIDE
     * queues, so that this cannot fail for want of memory; -ENOMEM all the same if it does). */
    int32_t (*poll)(struct file *file, struct waiter *waiter);
    /* What the wait graph calls it, "pipe 7" or "socket /run/s": at most size bytes with the NUL;
     * gives the length. */
    uint32_t (*label)(const struct file *file, char *to, uint32_t size);
    void (*close)(struct file *file); /* the last reference has gone */
};

/* One advisory lock object for each open file description (flock). */
struct file {
    const struct file_ops *ops;
    uint32_t refs;
    uint32_t flags; /* Linux's O_ bits: access mode and status flags (O_APPEND, O_NONBLOCK) */
    uint64_t offset;
    struct place place;         /* files and directories: where it was opened; else empty */
    struct dir_cursor *cursor;  /* of a directory that was read */
    void *object;               /* pipe, socket, epoll: of ops' own type */
    struct flock_list *lock_in; /* where it stands when it has a lock (locks.c) */
    uint32_t lock;              /* LOCK_SH, LOCK_EX or 0 (flock) */
    struct file *next_locked;
    struct epoll_item *watchers; /* those that an epoll waits for (epoll.c) */
    struct mox_allocator allocator;
};

/* Linux's O_ bits, as they cross. */
enum {
    O_ACCESS_MODE = 3,
    O_READ_ONLY = 0,
    O_WRITE_ONLY = 1,
    O_READ_WRITE = 2,
    O_CREATE = 0100,
    O_EXCLUSIVE = 0200,
    O_NO_TERMINAL = 0400,
    O_TRUNCATE = 01000,
    O_APPENDING = 02000,
    O_NON_BLOCKING = 04000,
    O_DATA_SYNC = 010000,
    O_ASYNCHRONOUS = 020000,
    O_DIRECTORY_ONLY = 0200000,
    O_NO_FOLLOW = 0400000,
    O_NO_ATIME = 01000000,
    O_CLOSE_ON_EXEC = 02000000,
    O_SYNC_ALL = 04010000,
    O_PATH_ONLY = 010000000,
};

struct file *file_new(const struct mox_allocator *allocator, const struct file_ops *ops,
                      uint32_t flags, void *object); /* NULL: no memory */
void file_hold(struct file *file);
void file_drop(struct file *file); /* NULL is allowed */

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
