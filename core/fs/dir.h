/* A directory's entries in the order of their names (as bytes), in a tree whose shape depends on
 * the set of names only: up to DIR_LEAF entries are one sorted leaf; more are divided by the first
 * byte in which they differ, behind the prefix that all have in common. So every operation costs
 * the length of a name and a little, whoever chose the names, and a change makes few objects new.
 */
#ifndef MOXBOX_FS_DIR_H
#define MOXBOX_FS_DIR_H

#include "fs/object.h"

struct fs;

enum { DIR_LEAF = 32, DIR_FAN_MAX = 257, DIR_DEPTH_MAX = 258, DIR_NAME_MAX = 255 };

struct dir_entry {
    uint32_t number; /* of the inode */
    uint32_t size;   /* of the name */
    char name[];
};

struct dir_leaf {
    struct object object;
    uint32_t count; /* at least 1 */
    struct dir_entry *entries[DIR_LEAF];
};

/* A place in the tree for a leaf or an inner node. */
struct dir_slot {
    void *node;     /* NULL only at the top of an empty directory */
    uint16_t byte;  /* behind the prefix, plus 1; 0: the prefix itself is the name */
    uint8_t behind; /* BEHIND_ bits */
    bool inner;
};

struct dir_inner {
    struct object object;
    uint32_t entries; /* below: more than DIR_LEAF */
    uint16_t count;   /* at least 2 */
    uint16_t room;
    struct dir_slot *children; /* sorted by byte */
    uint16_t size;             /* of the prefix */
    char prefix[DIR_NAME_MAX];
};

/* All zeros is an empty one. */
struct dir {
    struct dir_slot top;
    uint32_t entries;
};

/* NULL: there is none. Entries stay where they are until they are removed. */
struct dir_entry *dir_find(const struct dir *dir, const char *name, uint32_t size);

/* The entry behind a name (size 0: the first), or NULL. */
struct dir_entry *dir_next(const struct dir *dir, const char *name, uint32_t size);

/* A name that an entry may have: 1 to DIR_NAME_MAX bytes, no '/' or NUL, not "." and "..". */
bool dir_name_good(const char *name, uint32_t size);

/* A new entry; the name is good and not there yet. -ENOSPC -ENOMEM. */
int32_t dir_insert(struct fs *fs, struct dir *dir, const char *name, uint32_t size,
                   uint32_t number);

/* The name is there. Needs no memory. */
void dir_remove(struct fs *fs, struct dir *dir, const char *name, uint32_t size);

/* Makes the entry of a name lead to another inode. The name is there. */
void dir_replace(struct fs *fs, struct dir *dir, const char *name, uint32_t size, uint32_t number);

void dir_free(struct fs *fs, struct dir *dir);

/* NULL, or what is wrong with its shape. */
const char *dir_check(const struct dir *dir);

#endif
