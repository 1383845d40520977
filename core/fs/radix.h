/* A sparse array of objects, as a tree of 64-way nodes that is as high as its highest index needs:
 * its shape depends on which indexes are taken and on nothing else. Files' contents and the inode
 * table are such arrays. */
#ifndef MOXBOX_FS_RADIX_H
#define MOXBOX_FS_RADIX_H

#include "fs/object.h"

struct fs;

enum { RADIX_BITS = 6, RADIX_FAN = 64, RADIX_HEIGHT_MAX = 5 };

struct radix_node {
    struct object object;
    uint64_t held; /* a bit for each child there is */
    uint64_t behind_key;
    uint64_t behind_save;
    uint64_t full; /* nothing is free below: the user's, radix_set_full */
    void *child[RADIX_FAN];
};

/* All zeros is an empty one. */
struct radix {
    void *top;       /* a leaf when height is 0; NULL when there is none */
    uint32_t height; /* of nodes */
    uint32_t behind; /* BEHIND_ bits of the top */
    bool full;
};

/* A leaf, or NULL. Every leaf begins with a struct object. */
void *radix_get(const struct radix *radix, uint32_t index);

/* Puts a leaf where none is, and touches it. -ENOSPC -ENOMEM. */
int32_t radix_put(struct fs *fs, struct radix *radix, uint32_t index, void *leaf);

/* Takes out the leaf, which must be there. */
void *radix_take(struct fs *fs, struct radix *radix, uint32_t index);

/* The leaf has changed. */
void radix_touch(struct fs *fs, struct radix *radix, uint32_t index);

/* The lowest taken index >= *index, or false. */
bool radix_next(const struct radix *radix, uint32_t *index);

/* Whether nothing is free at and below the leaf (absent leaves are free). */
void radix_set_full(struct radix *radix, uint32_t index, bool full);
/* The lowest index that is absent or not full. */
uint32_t radix_lowest_free(const struct radix *radix);

#endif
