/* A naive file system to hold the real one against: plain arrays, everything looked for one by one,
 * and the errno of each operation as POSIX has it. */
#ifndef MOXBOX_TESTS_FS_MODEL_H
#define MOXBOX_TESTS_FS_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "fs/fs.h"
#include "moxbox/errno.h"
#include "unit/check.h"

enum { MODEL_NODES = 400, MODEL_ENTRIES = 300, MODEL_BYTES = 300000, MODEL_NAME = 255 };

struct model_entry {
    char name[MODEL_NAME + 1];
    uint32_t node;
};

struct model_node {
    bool used;
    uint32_t type;
    uint32_t links;
    uint32_t parent;
    bool held; /* by the test: `inode` is then a reference */
    struct inode *inode;
    uint64_t atime, mtime, ctime;
    uint32_t size;
    uint8_t *bytes; /* MODEL_BYTES, of a file */
    char target[32];
    struct model_entry *entries; /* MODEL_ENTRIES, of a directory */
    uint32_t count;
};

/* Node 1 is the root, and a node's number is the inode's: the lowest that is free. */
struct model {
    struct model_node nodes[MODEL_NODES];
};

static inline void model_clear(struct model_node *node) {
    free(node->bytes);
    free(node->entries);
    memset(node, 0, sizeof *node);
}

static inline uint32_t model_new(struct model *model, uint32_t type, uint64_t now) {
    uint32_t at = 1;
    while (model->nodes[at].used) {
        at++;
    }
    struct model_node *node = &model->nodes[at];
    node->used = true;
    node->type = type;
    node->links = type == MODE_DIR ? 2 : 1;
    node->atime = node->mtime = node->ctime = now;
    node->bytes = type == MODE_FILE ? calloc(1, MODEL_BYTES) : NULL;
    node->entries = type == MODE_DIR ? calloc(MODEL_ENTRIES, sizeof *node->entries) : NULL;
    return at;
}

static inline struct model_entry *model_find(struct model *model, uint32_t dir, const char *name) {
    struct model_node *node = &model->nodes[dir];
    for (uint32_t i = 0; i < node->count; i++) {
        if (strcmp(node->entries[i].name, name) == 0) {
            return &node->entries[i];
        }
    }
    return NULL;
}

static inline void model_changed(struct model_node *dir, uint64_t now) {
    dir->mtime = dir->ctime = now;
}

static inline void model_enter(struct model *model, uint32_t dir, const char *name, uint32_t node,
                               uint64_t now) {
    struct model_entry *entry = &model->nodes[dir].entries[model->nodes[dir].count++];
    strcpy(entry->name, name);
    entry->node = node;
    model_changed(&model->nodes[dir], now);
}

/* Nodes without name and holder go; a removed directory holds its parent. */
static inline void model_sweep(struct model *model) {
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 1; i < MODEL_NODES; i++) {
            struct model_node *node = &model->nodes[i];
            bool kept = node->links > 0 || node->held;
            for (uint32_t j = 1; node->used && j < MODEL_NODES; j++) {
                const struct model_node *other = &model->nodes[j];
                kept = kept || (other->used && other->type == MODE_DIR && other->links == 0 &&
                                other->parent == i);
            }
            if (node->used && !kept) {
                model_clear(node);
                again = true;
            }
        }
    }
}

static inline void model_leave(struct model *model, uint32_t dir, const char *name, uint64_t now) {
    struct model_node *node = &model->nodes[dir];
    struct model_entry *entry = model_find(model, dir, name);
    *entry = node->entries[--node->count];
    model_changed(node, now);
}

static inline void model_unname(struct model *model, uint32_t dir, uint32_t number, uint64_t now) {
    struct model_node *node = &model->nodes[number];
    if (node->type == MODE_DIR) {
        node->links = 0;
        model->nodes[dir].links--;
    } else {
        node->links--;
    }
    node->ctime = now;
    model_sweep(model);
}

static inline int32_t model_create(struct model *model, uint32_t dir, const char *name,
                                   uint32_t type, const char *target, uint64_t now) {
    if (model->nodes[dir].links == 0) {
        return -MOX_ENOENT;
    }
    if (model_find(model, dir, name) != NULL) {
        return -MOX_EEXIST;
    }
    const uint32_t made = model_new(model, type, now);
    struct model_node *node = &model->nodes[made];
    if (type == MODE_SYMLINK) {
        strcpy(node->target, target);
        node->size = (uint32_t)strlen(target);
    }
    if (type == MODE_DIR) {
        node->parent = dir;
        model->nodes[dir].links++;
    }
    model_enter(model, dir, name, made, now);
    return 0;
}

static inline int32_t model_link(struct model *model, uint32_t target, uint32_t dir,
                                 const char *name, uint64_t now) {
    struct model_node *node = &model->nodes[target];
    if (model->nodes[dir].links == 0) {
        return -MOX_ENOENT;
    }
    if (node->type == MODE_DIR) {
        return -MOX_EPERM;
    }
    if (model_find(model, dir, name) != NULL) {
        return -MOX_EEXIST;
    }
    if (node->links == 0) {
        return -MOX_ENOENT;
    }
    node->links++;
    node->ctime = now;
    model_enter(model, dir, name, target, now);
    return 0;
}

static inline int32_t model_remove(struct model *model, uint32_t dir, const char *name,
                                   bool directory, uint64_t now) {
    const struct model_entry *entry = model_find(model, dir, name);
    if (entry == NULL) {
        return -MOX_ENOENT;
    }
    const uint32_t number = entry->node;
    const struct model_node *node = &model->nodes[number];
    if (directory != (node->type == MODE_DIR)) {
        return directory ? -MOX_ENOTDIR : -MOX_EISDIR;
    }
    if (node->count > 0) {
        return -MOX_ENOTEMPTY;
    }
    model_leave(model, dir, name, now);
    model_unname(model, dir, number, now);
    return 0;
}

static inline int32_t model_rename(struct model *model, uint32_t dir, const char *name,
                                   uint32_t to_dir, const char *to, uint64_t now) {
    const struct model_entry *entry = model_find(model, dir, name);
    if (entry == NULL || model->nodes[to_dir].links == 0) {
        return -MOX_ENOENT;
    }
    const uint32_t moved = entry->node;
    const struct model_entry *there = model_find(model, to_dir, to);
    const uint32_t replaced = there == NULL ? 0 : there->node;
    const bool directory = model->nodes[moved].type == MODE_DIR;
    if (replaced == moved) {
        return 0;
    }
    for (uint32_t up = to_dir; directory; up = model->nodes[up].parent) {
        if (up == moved) {
            return -MOX_EINVAL;
        }
        if (up == 1) {
            break;
        }
    }
    if (replaced != 0) {
        if (directory != (model->nodes[replaced].type == MODE_DIR)) {
            return directory ? -MOX_ENOTDIR : -MOX_EISDIR;
        }
        if (model->nodes[replaced].count > 0) {
            return -MOX_ENOTEMPTY;
        }
        model_leave(model, to_dir, to, now);
    }
    model_leave(model, dir, name, now);
    model_enter(model, to_dir, to, moved, now);
    if (directory) {
        model->nodes[dir].links--;
        model->nodes[to_dir].links++;
        model->nodes[moved].parent = to_dir;
    }
    model->nodes[moved].ctime = now;
    if (replaced != 0) {
        model_unname(model, to_dir, replaced, now);
    }
    return 0;
}

static inline void model_compare_dir(struct model *model, uint32_t number,
                                     const struct inode *inode) {
    const struct model_node *node = &model->nodes[number];
    struct fs_name name = {"", 0};
    char last[MODEL_NAME + 1] = "";
    uint32_t count = 0;
    uint32_t child;
    CHECK_EQ(inode->body.dir.entries, node->count);
    while (fs_next(inode, name, &name, &child)) {
        char text[MODEL_NAME + 1] = "";
        memcpy(text, name.bytes, name.size);
        CHECK(count == 0 || strcmp(last, text) < 0);
        const struct model_entry *entry = model_find(model, number, text);
        CHECK(entry != NULL && entry->node == child);
        strcpy(last, text);
        count++;
    }
    CHECK_EQ(count, node->count);
}

static inline void model_compare_file(const struct model_node *node, const struct inode *inode) {
    static uint8_t bytes[MODEL_BYTES + 1];
    CHECK_EQ(fs_read(inode, 0, bytes, MODEL_BYTES + 1), node->size);
    CHECK(memcmp(bytes, node->bytes, node->size) == 0);
}

/* Every inode, with its number, fields, names and bytes. named: those without names are not
 * expected (after a restart). */
static inline void model_compare(struct model *model, struct fs *fs, bool named) {
    uint32_t inodes = 0;
    for (uint32_t i = 1; i < MODEL_NODES; i++) {
        const struct model_node *node = &model->nodes[i];
        const struct inode *inode = inode_get(fs, i);
        const bool expected = node->used && (!named || node->links > 0);
        if (!CHECK_EQ(inode != NULL, expected) || inode == NULL) {
            continue;
        }
        inodes++;
        CHECK_EQ(inode->mode & MODE_TYPE, node->type);
        CHECK_EQ(inode->links, node->links);
        CHECK_EQ(inode->atime, node->atime);
        CHECK_EQ(inode->mtime, node->mtime);
        CHECK_EQ(inode->ctime, node->ctime);
        if (node->type == MODE_DIR) {
            CHECK_EQ(inode->parent, i == 1 ? 1 : node->parent);
            model_compare_dir(model, i, inode);
        } else if (CHECK_EQ(inode->size, node->size) && node->type == MODE_FILE) {
            model_compare_file(node, inode);
        } else if (node->type == MODE_SYMLINK) {
            CHECK(memcmp(inode->body.target->bytes, node->target, node->size) == 0);
        }
    }
    CHECK_EQ(fs->inodes, inodes);
}

#endif
