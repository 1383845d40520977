#include "fs/settle.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sha256.h"
#include "fs/encode.h"
#include "fs/saved.h"
#include "moxbox/errno.h"

/* An object whose turn it is, and where its marks are: in the node above it or in its array, in a
 * place of a directory, or in the inode. */
struct found {
    enum object_kind kind;
    struct object *object;
    uint32_t height;
    struct radix *radix;
    struct radix_node *above;
    uint32_t digit;
    struct dir_slot *slot;
    struct inode *inode;
};

static uint64_t *bits_of(struct radix_node *node, uint32_t which) {
    return which == BEHIND_KEY ? &node->behind_key : &node->behind_save;
}

static bool marked(const struct found *found, uint32_t which) {
    if (found->slot != NULL) {
        return (found->slot->behind & which) != 0;
    }
    if (found->inode != NULL) {
        return (found->inode->behind & which) != 0;
    }
    if (found->above != NULL) {
        return (*bits_of(found->above, which) >> found->digit & 1) != 0;
    }
    return (found->radix->behind & which) != 0;
}

static void unmark(const struct found *found, uint32_t which) {
    if (found->slot != NULL) {
        found->slot->behind &= (uint8_t)~which;
    } else if (found->inode != NULL) {
        found->inode->behind &= ~which;
    } else if (found->above != NULL) {
        *bits_of(found->above, which) &= ~((uint64_t)1 << found->digit);
    } else {
        found->radix->behind &= ~which;
    }
}

/* The deepest object of an array that is behind; at height 0 it is a leaf. */
static void find_in_radix(struct radix *radix, uint32_t which, struct found *found) {
    void *at = radix->top;
    *found = (struct found){.radix = radix, .kind = OBJECT_NODE, .height = radix->height};
    while (found->height > 0) {
        struct radix_node *node = at;
        const uint64_t bits = *bits_of(node, which);
        if (bits == 0) {
            break;
        }
        found->above = node;
        found->digit = (uint32_t)__builtin_ctzll(bits);
        found->height--;
        at = node->child[found->digit];
    }
    found->object = at;
}

static void find_in_dir(struct dir *dir, uint32_t which, struct found *found) {
    struct dir_slot *slot = &dir->top;
    while (slot->inner) {
        struct dir_inner *inner = slot->node;
        uint32_t i = 0;
        while (i < inner->count && (inner->children[i].behind & which) == 0) {
            i++;
        }
        if (i == inner->count) {
            break;
        }
        slot = &inner->children[i];
    }
    *found = (struct found){
        .kind = slot->inner ? OBJECT_INNER : OBJECT_LEAF, .object = slot->node, .slot = slot};
}

/* What is behind below an inode; false: nothing is. */
static bool find_in_inode(struct inode *inode, uint32_t which, struct found *found) {
    if (inode_is(inode, MODE_FILE) && (inode->body.file.behind & which) != 0) {
        find_in_radix(&inode->body.file, which, found);
        found->kind = found->height == 0 ? OBJECT_BLOCK : OBJECT_NODE;
        return true;
    }
    if (inode_is(inode, MODE_DIR) && (inode->body.dir.top.behind & which) != 0) {
        find_in_dir(&inode->body.dir, which, found);
        return true;
    }
    if (inode_is(inode, MODE_SYMLINK) && (inode->behind & which) != 0) {
        *found = (struct found){
            .kind = OBJECT_TARGET, .object = &inode->body.target->object, .inode = inode};
        return true;
    }
    return false;
}

static bool find(struct fs *fs, uint32_t which, struct found *found) {
    if ((fs->table.behind & which) == 0) {
        return false;
    }
    find_in_radix(&fs->table, which, found);
    if (found->height > 0) {
        return true;
    }
    struct group *group = (struct group *)found->object;
    uint32_t *bits = which == BEHIND_KEY ? &group->behind_key : &group->behind_save;
    while (*bits != 0) {
        const uint32_t slot = (uint32_t)__builtin_ctz(*bits);
        struct found below;
        if (find_in_inode(group->inodes[slot], which, &below)) {
            *found = below;
            return true;
        }
        *bits &= ~(1u << slot);
        if (which == BEHIND_SAVE) {
            group->behind_key &= ~(1u << slot);
        }
    }
    found->kind = OBJECT_GROUP;
    return true;
}

int32_t settle_one(struct fs *fs, enum settle_how how, struct settled *settled) {
    const uint32_t which = how == SETTLE_KEYS ? BEHIND_KEY : BEHIND_SAVE;
    struct found found;
    *settled = (struct settled){.key = NULL};
    if (!find(fs, which, &found)) {
        return 0;
    }
    settled->size = encode_object(found.kind, found.object, found.height, fs->scratch);
    settled->key = found.object->key;
    if (marked(&found, BEHIND_KEY)) {
        sha256_of(fs->scratch, settled->size, found.object->key);
    }
    if (how != SETTLE_KEYS) {
        const int32_t error = how == SETTLE_SAVE
                                  ? saved_add(fs->saved, settled->key, &settled->fresh)
                                  : saved_add_stored(fs->saved, settled->key);
        if (error != 0) {
            return error;
        }
        found.object->counted = true;
        unmark(&found, BEHIND_SAVE);
    }
    unmark(&found, BEHIND_KEY);
    return 1;
}

static void unsave_radix(struct radix *radix) {
    uint32_t index = 0;
    for (; radix_next(radix, &index); index++) {
        void *at = radix->top;
        radix->behind |= BEHIND_SAVE;
        for (uint32_t level = radix->height; level > 0; level--) {
            struct radix_node *node = at;
            node->object.counted = false;
            node->behind_save = node->held;
            at = node->child[index >> (RADIX_BITS * (level - 1)) & (RADIX_FAN - 1)];
        }
        ((struct object *)at)->counted = false;
    }
}

static void unsave_dir(struct dir *dir) {
    struct dir_inner *nodes[DIR_DEPTH_MAX];
    uint32_t next[DIR_DEPTH_MAX];
    uint32_t depth = 0;
    struct dir_slot *slot = &dir->top;
    while (slot != NULL && slot->node != NULL) {
        slot->behind |= BEHIND_SAVE;
        ((struct object *)slot->node)->counted = false;
        if (slot->inner) {
            nodes[depth] = slot->node;
            next[depth++] = 0;
        }
        while (depth > 0 && next[depth - 1] == nodes[depth - 1]->count) {
            depth--;
        }
        slot = depth > 0 ? &nodes[depth - 1]->children[next[depth - 1]++] : NULL;
    }
}

static void unsave_inode(struct inode *inode) {
    if (inode_is(inode, MODE_FILE)) {
        unsave_radix(&inode->body.file);
    } else if (inode_is(inode, MODE_DIR)) {
        unsave_dir(&inode->body.dir);
    } else if (inode_is(inode, MODE_SYMLINK)) {
        inode->behind |= BEHIND_SAVE;
        inode->body.target->object.counted = false;
    }
}

void settle_unsave(struct fs *fs) {
    uint32_t index = 0;
    unsave_radix(&fs->table);
    for (; radix_next(&fs->table, &index); index++) {
        struct group *group = radix_get(&fs->table, index);
        for (uint32_t i = 0; i < GROUP_SIZE; i++) {
            if (group->inodes[i] != NULL) {
                group->behind_save |= 1u << i;
                unsave_inode(group->inodes[i]);
            }
        }
    }
    saved_forget_counts(fs->saved);
}

bool fs_hash_step(struct fs *fs, uint32_t max_bytes, uint8_t digest[KEY_SIZE]) {
    static const char tag[16] = "moxbox files v1";
    const uint64_t numbers[] = {fs->limit, fs->inode_limit, fs->link_limit, fs->table.height};
    enum { OBJECT_COST = 64 }; /* so that very many small objects end a step too */
    struct settled settled;
    for (uint64_t done = 0; done < max_bytes; done += settled.size + OBJECT_COST) {
        if (settle_one(fs, SETTLE_KEYS, &settled) == 0) {
            struct sha256 sha;
            sha256_start(&sha);
            sha256_update(&sha, tag, sizeof tag);
            for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
                uint8_t bytes[8];
                bytes_store32(bytes, (uint32_t)numbers[i]);
                bytes_store32(bytes + 4, (uint32_t)(numbers[i] >> 32));
                sha256_update(&sha, bytes, sizeof bytes);
            }
            sha256_update(&sha, ((const struct object *)fs->table.top)->key, KEY_SIZE);
            sha256_finish(&sha, digest);
            return true;
        }
    }
    return false;
}
