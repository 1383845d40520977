/* The file system in a store: a map from keys to bytes, of which the host says that a batch of
 * changes is done wholly or not at all. Objects (object.h) are put under their keys, one root
 * record names the topmost; what nothing leads to any more is deleted in the batch that makes it
 * so. A batch is in such an order that even a store that stops in the middle of one has either
 * state, when it keeps the order.
 *
 * The root record (ROOT_SIZE bytes, numbers little-endian):
 *     16 bytes  "moxbox image v1" and a zero byte
 *     8         number of the save
 *     4         height of the inode table
 *     4         number of inodes
 *     32        key of the inode table
 *     32        SHA-256 of all before */
#ifndef MOXBOX_FS_IMAGE_H
#define MOXBOX_FS_IMAGE_H

#include "fs/fs.h"

enum { ROOT_SIZE = 96 };

enum store_kind { STORE_PUT, STORE_ROOT, STORE_DELETE };

struct store_op {
    enum store_kind kind;
    const uint8_t *key; /* KEY_SIZE bytes; NULL for the root */
    const uint8_t *bytes;
    uint32_t size;
};

/* From now on there is a store, and it is empty. -ENOMEM */
int32_t fs_attach(struct fs *fs);

/* Whether there is a store that lacks something. */
bool fs_unsaved(const struct fs *fs);

/* Somebody wants all that is unsaved to last (fsync, the end of a program): whoever runs the
 * machine saves before anything else happens. Nothing is wanted when nothing is unsaved. */
void fs_want_save(struct fs *fs);
bool fs_save_wanted(const struct fs *fs);

/* The next operation of a save: 1 and *op, whose bytes are valid until the next call; 0 when the
 * batch is complete (also at once, when nothing is unsaved); or -ENOMEM, which ends the save.
 * Nothing may change the file system between the first operation and fs_save_done. */
int32_t fs_save_next(struct fs *fs, struct store_op *op);
/* The batch is in the store (0), or nothing of it is (-errno, which whoever waits gets). */
void fs_save_done(struct fs *fs, int32_t result);

/* What is wrong with an image. */
struct damage {
    const char *problem; /* NULL: nothing */
    uint32_t inode;      /* 0: it is about no single one */
    bool has_key;
    uint8_t key[KEY_SIZE]; /* of the object that is damaged, missing or wrong */
};

struct image_load;

/* Begins to read an image. 0; -ENOMEM; -EUCLEAN with *damage when the root record is not one. */
int32_t image_load_new(const struct mox_allocator *allocator, const struct fs_limits *limits,
                       const uint8_t *root, uint32_t size, struct image_load **load,
                       struct damage *damage);
void image_load_free(struct image_load *load); /* NULL is allowed */

/* The key of the object that it needs next; NULL: it has all. */
const uint8_t *image_load_wants(const struct image_load *load);
/* The bytes under that key; NULL: the store has none. 0; -EUCLEAN with *damage; -ENOSPC when the
 * image does not fit the limits; -ENOMEM. After an error there is only image_load_free. */
int32_t image_load_give(struct image_load *load, const uint8_t *bytes, uint32_t size,
                        struct damage *damage);

/* When it wants no more: checks the whole, and puts it in the place of what is in fs, of which
 * nothing but the root may be held; its root stays the same struct inode. Errors as above, and
 * -EBUSY. */
int32_t image_load_finish(struct image_load *load, struct fs *fs, struct damage *damage);

#endif
