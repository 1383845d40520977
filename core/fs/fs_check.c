/* Every invariant of the file system, walked without any memory of its own. */
#include "fs/fs.h"

#include <string.h>

enum { SEEN_REACHED = 0x80000000u };

/* What the walk has counted so far. */
struct walk {
    struct fs *fs;
    bool held;
    uint64_t charge;
    uint32_t inodes;
    uint32_t number; /* of the inode a problem is about */
};

static struct inode *next_inode(const struct fs *fs, uint32_t *number) {
    uint32_t index = *number / GROUP_SIZE;
    while (radix_next(&fs->table, &index)) {
        const struct group *group = radix_get(&fs->table, index);
        uint32_t slot = index == *number / GROUP_SIZE ? *number % GROUP_SIZE : 0;
        for (; slot < GROUP_SIZE; slot++) {
            if (group->inodes[slot] != NULL) {
                *number = index * GROUP_SIZE + slot + 1;
                return group->inodes[slot];
            }
        }
        index++;
    }
    return NULL;
}

/* Nodes of an array: no higher than needed, bits as the children are, none empty, and marks only
 * where the node above has them too. Gives what its nodes are charged, or 0 with a problem. */
static const char *check_node(const struct radix_node *node, uint32_t height, bool top,
                              uint32_t behind, uint64_t *charge) {
    uint64_t held = 0;
    const char *problem = NULL;
    *charge += CHARGE_NODE;
    for (uint32_t i = 0; i < RADIX_FAN; i++) {
        held |= node->child[i] != NULL ? (uint64_t)1 << i : 0;
    }
    if (held == 0 || held != node->held || (top && held == 1)) {
        return "a node of an array is not needed or miscounts its children";
    }
    if (((node->behind_key | node->behind_save) & ~held) != 0 ||
        (node->behind_key & ~node->behind_save) != 0 ||
        (node->behind_key != 0 && (behind & BEHIND_KEY) == 0) ||
        (node->behind_save != 0 && (behind & BEHIND_SAVE) == 0)) {
        return "marks of what has changed do not lead to what has changed";
    }
    for (uint32_t i = 0; height > 1 && problem == NULL && i < RADIX_FAN; i++) {
        if (node->child[i] != NULL) {
            const uint32_t below = (node->behind_key >> i & 1 ? BEHIND_KEY : 0u) |
                                   (node->behind_save >> i & 1 ? BEHIND_SAVE : 0u);
            problem = check_node(node->child[i], height - 1, false, below, charge);
        }
    }
    return problem;
}

static const char *check_radix(const struct radix *radix, uint64_t *charge) {
    if (radix->height > RADIX_HEIGHT_MAX) {
        return "an array is too high";
    }
    if (radix->top == NULL) {
        return radix->height == 0 ? NULL : "an empty array has a height";
    }
    return radix->height == 0 ? NULL
                              : check_node(radix->top, radix->height, true, radix->behind, charge);
}

static const char *check_file(struct walk *walk, const struct inode *inode) {
    const char *problem = check_radix(&inode->body.file, &walk->charge);
    uint32_t blocks = 0;
    for (uint32_t index = 0; problem == NULL && radix_next(&inode->body.file, &index); index++) {
        const struct block *block = radix_get(&inode->body.file, index);
        const uint64_t start = (uint64_t)index * BLOCK_SIZE;
        blocks++;
        walk->charge += CHARGE_BLOCK;
        if (start >= inode->size) {
            return "a block of a file lies behind its end";
        }
        for (uint64_t at = inode->size - start; at < BLOCK_SIZE; at++) {
            if (block->bytes[at] != 0) {
                return "bytes behind the end of a file are not zero";
            }
        }
    }
    if (problem == NULL && (inode->size > FS_FILE_MAX || blocks != inode->blocks)) {
        problem = "a file is too large or miscounts its blocks";
    }
    return problem;
}

/* What the nodes of a directory are charged; dir_check has gone before. */
static uint64_t charge_of_dir(const struct dir *dir) {
    const struct dir_inner *nodes[DIR_DEPTH_MAX];
    uint32_t next[DIR_DEPTH_MAX];
    uint32_t depth = 0;
    uint64_t charge = 0;
    const struct dir_slot *slot = &dir->top;
    while (slot != NULL && slot->node != NULL) {
        if (slot->inner) {
            nodes[depth] = slot->node;
            charge += CHARGE_INNER + (uint64_t)nodes[depth]->count * CHARGE_CHILD;
            next[depth++] = 0;
        } else {
            const struct dir_leaf *leaf = slot->node;
            charge += CHARGE_LEAF;
            for (uint32_t i = 0; i < leaf->count; i++) {
                charge += CHARGE_ENTRY + leaf->entries[i]->size;
            }
        }
        while (depth > 0 && next[depth - 1] == nodes[depth - 1]->count) {
            depth--;
        }
        slot = depth > 0 ? &nodes[depth - 1]->children[next[depth - 1]++] : NULL;
    }
    return charge;
}

/* Counts the names of what a directory leads to. */
static const char *check_dir(struct walk *walk, const struct inode *dir) {
    const char *problem = dir_check(&dir->body.dir);
    struct fs_name name = {"", 0};
    uint32_t number;
    if (problem != NULL) {
        return problem;
    }
    walk->charge += charge_of_dir(&dir->body.dir);
    if (dir->size != (uint64_t)dir->body.dir.entries * DIR_ENTRY_SIZE) {
        return "a directory's size is not that of its entries";
    }
    if (dir->links == 0 && dir->body.dir.entries != 0) {
        return "a removed directory has entries";
    }
    while (fs_next(dir, name, &name, &number)) {
        struct inode *inode = inode_get(walk->fs, number);
        if (inode == NULL || inode->number == FS_ROOT) {
            return "an entry leads to no inode, or to the root";
        }
        if (inode_is(inode, MODE_DIR) && inode->parent != dir->number) {
            return "a directory has an entry for one that lies elsewhere";
        }
        inode->seen++;
    }
    return NULL;
}

static const char *check_target(struct walk *walk, const struct inode *inode) {
    const struct target *target = inode->body.target;
    if (target == NULL || target->size == 0 || target->size > TARGET_MAX ||
        target->size != inode->size || memchr(target->bytes, 0, target->size) != NULL) {
        return "a symbolic link has no good target";
    }
    walk->charge += CHARGE_TARGET + target->size;
    return NULL;
}

static const char *check_inode(struct walk *walk, const struct inode *inode) {
    const char *problem = NULL;
    walk->inodes++;
    walk->charge += CHARGE_INODE;
    switch (inode->mode & MODE_TYPE) {
    case MODE_FILE: problem = check_file(walk, inode); break;
    case MODE_DIR: problem = check_dir(walk, inode); break;
    case MODE_SYMLINK: problem = check_target(walk, inode); break;
    case MODE_CHAR:
    case MODE_FIFO:
    case MODE_SOCKET: problem = inode->size == 0 ? NULL : "a special file has a size"; break;
    default: problem = "an inode is of no known type"; break;
    }
    if (problem == NULL && (inode->mode & ~(uint32_t)MODE_ALL) != 0) {
        problem = "a mode has unknown bits";
    }
    if (problem == NULL && inode->rdev != 0 && !inode_is(inode, MODE_CHAR)) {
        problem = "an inode that is no device has a device number";
    }
    if (problem == NULL && !inode_is(inode, MODE_DIR) && inode->parent != 0) {
        problem = "an inode that is no directory has a parent";
    }
    return problem;
}

/* Directories: each inside its parent, and the way up ends at the root. Marks the ways it has been,
 * so that each is gone once. */
static const char *check_parents(const struct fs *fs, struct inode *dir) {
    uint32_t steps = 0;
    for (struct inode *at = dir; at->number != FS_ROOT && (at->seen & SEEN_REACHED) == 0;) {
        at = inode_get(fs, at->parent);
        if (at == NULL || !inode_is(at, MODE_DIR) || ++steps > fs->inodes) {
            return "the way up from a directory does not end at the root";
        }
    }
    for (; dir->number != FS_ROOT && (dir->seen & SEEN_REACHED) == 0;
         dir = inode_get(fs, dir->parent)) {
        dir->seen |= SEEN_REACHED;
    }
    return NULL;
}

/* Links as counted, and who keeps what has none. */
static const char *check_links(struct walk *walk, struct inode *inode) {
    const uint32_t names = inode->seen & ~SEEN_REACHED;
    uint32_t links = names;
    if (inode_is(inode, MODE_DIR)) {
        const bool root = inode->number == FS_ROOT;
        if (names > 1 || (root && names != 0) || (root && inode->parent != FS_ROOT)) {
            return "a directory has several names";
        }
        if ((inode->named != NULL) != (names == 1)) {
            return "a directory does not know its name";
        }
        links = names == 1 || root ? 2 : 0;
        for (struct fs_name name = {"", 0}; links > 0;) {
            uint32_t number;
            if (!fs_next(inode, name, &name, &number)) {
                break;
            }
            links += inode_is(inode_get(walk->fs, number), MODE_DIR) ? 1 : 0;
        }
    }
    if (links != inode->links || links > walk->fs->link_limit) {
        return "an inode's links are not its names";
    }
    return links == 0 && inode->holds == 0 && !walk->held
               ? "an inode without a name and without a holder is still there"
               : NULL;
}

static const char *check_table(struct walk *walk) {
    struct fs *fs = walk->fs;
    const char *problem = check_radix(&fs->table, &walk->charge);
    for (uint32_t index = 0; problem == NULL && radix_next(&fs->table, &index); index++) {
        const struct group *group = radix_get(&fs->table, index);
        bool empty = true;
        walk->charge += CHARGE_GROUP;
        for (uint32_t i = 0; i < GROUP_SIZE; i++) {
            const struct inode *inode = group->inodes[i];
            empty = empty && inode == NULL;
            if (inode != NULL && inode->number != index * GROUP_SIZE + i) {
                walk->number = inode->number;
                return "an inode has another number than its place";
            }
        }
        if (empty) {
            problem = "a group of the inode table is empty";
        }
    }
    return problem;
}

const char *fs_check(struct fs *fs, bool held, uint32_t *about) {
    struct walk walk = {.fs = fs, .held = held};
    const char *problem = check_table(&walk);
    struct inode *inode;
    for (uint32_t at = 0; problem == NULL && (inode = next_inode(fs, &at)) != NULL;) {
        inode->seen = 0;
    }
    for (uint32_t at = 0; problem == NULL && (inode = next_inode(fs, &at)) != NULL;) {
        walk.number = inode->number;
        problem = check_inode(&walk, inode);
    }
    for (uint32_t at = 0; problem == NULL && (inode = next_inode(fs, &at)) != NULL;) {
        walk.number = inode->number;
        problem = inode_is(inode, MODE_DIR) ? check_parents(fs, inode) : NULL;
        problem = problem == NULL ? check_links(&walk, inode) : problem;
    }
    if (problem == NULL) {
        const struct inode *root = fs_root(fs);
        walk.number = 0;
        if (root == NULL || !inode_is(root, MODE_DIR)) {
            problem = "there is no root directory";
        } else if (walk.inodes != fs->inodes || fs->inodes > fs->inode_limit) {
            problem = "the inodes are not as many as counted";
        } else if (walk.charge != fs->used || fs->used > fs->limit) {
            problem = "what is there is not what was charged";
        }
    }
    *about = walk.number;
    return problem;
}
