#include "fs/inode.h"

#include "base/alloc.h"
#include "fs/saved.h"
#include "moxbox/errno.h"

bool fs_charge(struct fs *fs, uint32_t charge) {
    if (charge > fs->limit - fs->used) {
        return false;
    }
    fs->used += charge;
    return true;
}

void *fs_get(struct fs *fs, size_t size, uint32_t charge, int32_t *error) {
    if (!fs_charge(fs, charge)) {
        *error = -MOX_ENOSPC;
        return NULL;
    }
    void *memory = alloc_get(&fs->allocator, size);
    if (memory == NULL) {
        fs->used -= charge;
        *error = -MOX_ENOMEM;
    }
    return memory;
}

void fs_give(struct fs *fs, void *memory, size_t size, uint32_t charge) {
    if (memory != NULL) {
        fs->used -= charge;
        alloc_give(&fs->allocator, memory, size);
    }
}

void fs_uncount(struct fs *fs, struct object *object) {
    if (object->counted) {
        object->counted = false;
        if (fs->saved != NULL) {
            saved_drop(fs->saved, object->key);
        }
    }
}

struct inode *inode_get(const struct fs *fs, uint32_t number) {
    const struct group *group = radix_get(&fs->table, number / GROUP_SIZE);
    return group == NULL ? NULL : group->inodes[number % GROUP_SIZE];
}

static uint32_t lowest_free(const struct fs *fs) {
    const uint32_t index = radix_lowest_free(&fs->table);
    const struct group *group = radix_get(&fs->table, index);
    uint32_t slot = index == 0 ? 1 : 0; /* there is no inode 0 */
    while (group != NULL && group->inodes[slot] != NULL) {
        slot++;
    }
    return index * GROUP_SIZE + slot;
}

static bool group_full(const struct group *group, uint32_t index) {
    for (uint32_t i = index == 0 ? 1 : 0; i < GROUP_SIZE; i++) {
        if (group->inodes[i] == NULL) {
            return false;
        }
    }
    return true;
}

int32_t inode_place(struct fs *fs, uint32_t number, struct inode **made) {
    const uint32_t index = number / GROUP_SIZE;
    int32_t error = 0;
    if (fs->inodes >= fs->inode_limit) {
        return -MOX_ENOSPC;
    }
    struct inode *inode = fs_get(fs, sizeof *inode, CHARGE_INODE, &error);
    if (inode == NULL) {
        return error;
    }
    struct group *group = radix_get(&fs->table, index);
    if (group == NULL) {
        group = fs_get(fs, sizeof *group, CHARGE_GROUP, &error);
        error = group == NULL ? error : radix_put(fs, &fs->table, index, group);
        if (error != 0) {
            fs_give(fs, group, sizeof *group, CHARGE_GROUP);
            fs_give(fs, inode, sizeof *inode, CHARGE_INODE);
            return error;
        }
    }
    inode->number = number;
    group->inodes[number % GROUP_SIZE] = inode;
    radix_set_full(&fs->table, index, group_full(group, index));
    fs->inodes++;
    inode_touch(fs, inode);
    *made = inode;
    return 0;
}

int32_t inode_new(struct fs *fs, uint32_t mode, struct inode **made) {
    const int32_t error = inode_place(fs, lowest_free(fs), made);
    if (error == 0) {
        (*made)->mode = mode;
    }
    return error;
}

static void free_body(struct fs *fs, struct inode *inode) {
    uint32_t index = 0;
    if (inode_is(inode, MODE_DIR)) {
        dir_free(fs, &inode->body.dir);
    } else if (inode_is(inode, MODE_FILE)) {
        while (radix_next(&inode->body.file, &index)) {
            struct block *block = radix_take(fs, &inode->body.file, index);
            fs_give(fs, block, sizeof *block, CHARGE_BLOCK);
        }
    } else if (inode_is(inode, MODE_SYMLINK) && inode->body.target != NULL) {
        struct target *target = inode->body.target;
        fs_uncount(fs, &target->object);
        fs_give(fs, target, sizeof *target + target->size, CHARGE_TARGET + target->size);
    }
}

void inode_free(struct fs *fs, struct inode *inode) {
    const uint32_t index = inode->number / GROUP_SIZE;
    const uint32_t slot = inode->number % GROUP_SIZE;
    struct group *group = radix_get(&fs->table, index);
    bool empty = true;
    free_body(fs, inode);
    radix_touch(fs, &fs->table, index);
    radix_set_full(&fs->table, index, false);
    group->inodes[slot] = NULL;
    group->behind_key &= ~(1u << slot);
    group->behind_save &= ~(1u << slot);
    for (uint32_t i = 0; i < GROUP_SIZE; i++) {
        empty = empty && group->inodes[i] == NULL;
    }
    if (empty) {
        radix_take(fs, &fs->table, index);
        fs_give(fs, group, sizeof *group, CHARGE_GROUP);
    }
    fs->inodes--;
    fs_give(fs, inode, sizeof *inode, CHARGE_INODE);
}

void inode_touch(struct fs *fs, struct inode *inode) {
    const uint32_t index = inode->number / GROUP_SIZE;
    const uint32_t bit = 1u << inode->number % GROUP_SIZE;
    struct group *group = radix_get(&fs->table, index);
    if ((group->behind_key & bit) != 0) {
        return; /* so is everything above, and in the other state as well */
    }
    group->behind_key |= bit;
    group->behind_save |= bit;
    radix_touch(fs, &fs->table, index);
}
