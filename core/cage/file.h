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
    /* READY_ bits now; joins what tells of a change when waiter is not NULL. */
    int32_t (*poll)(struct file *file, struct waiter *waiter);
    void (*close)(struct file *file); /* the last reference has gone */
};

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
    struct mox_allocator allocator;
};

struct file *file_new(const struct mox_allocator *allocator, const struct file_ops *ops,
                      uint32_t flags, void *object); /* NULL: no memory */
void file_hold(struct file *file);
void file_drop(struct file *file);

#endif
