/* Inodes, their table, and the file system that holds it. */
#ifndef MOXBOX_FS_INODE_H
#define MOXBOX_FS_INODE_H

#include "base/mode.h"
#include "base/wait.h"
#include "fs/dir.h"
#include "fs/object.h"
#include "fs/radix.h"
#include "moxbox/allocator.h"

/* The target of a symbolic link. */
struct target {
    struct object object;
    uint32_t size;
    char bytes[];
};

struct inode {
    uint32_t number;
    uint32_t mode;
    uint32_t links;
    uint32_t uid;
    uint32_t gid;
    uint32_t rdev;   /* of a character device: major << 8 | minor */
    uint32_t parent; /* of a directory; kept, and held, when it is removed */
    uint32_t blocks; /* of BLOCK_SIZE, really held */
    uint64_t size;   /* bytes of a file or target; of a directory DIR_ENTRY_SIZE for each entry */
    uint64_t atime;
    uint64_t mtime;
    uint64_t ctime;
    uint32_t holds;
    const struct dir_entry *named; /* of a directory: its entry in its parent; NULL: none */
    uint32_t seen;                 /* fs_check's and the loader's own */
    uint32_t behind;               /* BEHIND_ bits of the target */
    union {
        struct radix file;
        struct dir dir;
        struct target *target;
    } body;
};

enum { DIR_ENTRY_SIZE = 32 };

/* A leaf of the inode table. */
enum { GROUP_SIZE = 16 };
struct group {
    struct object object;
    uint32_t behind_key;  /* a bit for each inode: its fields or its body */
    uint32_t behind_save; /* likewise */
    struct inode *inodes[GROUP_SIZE];
};

/* A block of a file's contents. */
struct block {
    struct object object;
    uint8_t bytes[BLOCK_SIZE];
};

struct saved;

struct fs {
    struct mox_allocator allocator;
    uint64_t limit; /* of used */
    uint64_t used;
    uint32_t inode_limit;
    uint32_t link_limit;
    uint32_t inodes;
    struct radix table;  /* of groups; number / GROUP_SIZE */
    struct saved *saved; /* what the store has; NULL: no store */
    uint64_t saves;      /* completed, in the whole life of the image */
    uint32_t save_phase; /* image_save.c */
    bool save_wanted;
    int32_t save_result;             /* of the last one: 0 or -errno */
    struct wait_queue save_finished; /* wakes who waits for a save */
    uint8_t *scratch;                /* OBJECT_MAX_SIZE bytes to encode in */
};

/* What things are charged, whatever they take on this host. */
enum {
    CHARGE_BLOCK = BLOCK_SIZE + 64,
    CHARGE_NODE = 640,
    CHARGE_INODE = 224,
    CHARGE_GROUP = 192,
    CHARGE_LEAF = 320,
    CHARGE_INNER = 320,
    CHARGE_CHILD = 16,
    CHARGE_ENTRY = 32, /* and the name */
    CHARGE_TARGET = 64 /* and the target */
};

/* Memory that is charged. NULL with *error -ENOSPC (the limit) or -ENOMEM (the host). */
void *fs_get(struct fs *fs, size_t size, uint32_t charge, int32_t *error);
void fs_give(struct fs *fs, void *memory, size_t size, uint32_t charge);

/* Only the charge; false when the limit does not allow it. */
bool fs_charge(struct fs *fs, uint32_t charge);

/* An object is about to change or go: the store need not have it any more. */
void fs_uncount(struct fs *fs, struct object *object);

/* NULL: there is none of that number. */
struct inode *inode_get(const struct fs *fs, uint32_t number);

/* A new inode without links, of the lowest free number. */
int32_t inode_new(struct fs *fs, uint32_t mode, struct inode **made);

/* One of a given number that is free, for the loader. */
int32_t inode_place(struct fs *fs, uint32_t number, struct inode **made);

/* For what has loaded inodes: finds what is not among their fields, who is held by a directory, and
 * which entry names a directory. */
void fs_connect(struct fs *fs);

/* With its contents. It has no links and nobody holds it. */
void inode_free(struct fs *fs, struct inode *inode);

/* Its fields, or what it leads to, have changed. */
void inode_touch(struct fs *fs, struct inode *inode);

static inline bool inode_is(const struct inode *inode, uint32_t type) {
    return (inode->mode & MODE_TYPE) == type;
}

#endif
