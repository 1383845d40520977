#include "fs/radix.h"

#include "fs/inode.h"
#include "moxbox/errno.h"

static uint32_t digit(uint64_t index, uint32_t level) {
    return (uint32_t)(index >> (RADIX_BITS * (level - 1))) & (RADIX_FAN - 1);
}

static uint64_t bit(uint32_t digit) {
    return (uint64_t)1 << digit;
}

static uint32_t height_of(uint64_t index) {
    uint32_t height = 0;
    while (index >> (RADIX_BITS * height) != 0) {
        height++;
    }
    return height;
}

static uint32_t lowest_bit(uint64_t bits) {
    return (uint32_t)__builtin_ctzll(bits);
}

static void put_bit(uint64_t *bits, uint32_t digit, bool on) {
    *bits = on ? *bits | bit(digit) : *bits & ~bit(digit);
}

void *radix_get(const struct radix *radix, uint32_t index) {
    void *at = radix->top;
    if (height_of(index) > radix->height) {
        return NULL;
    }
    for (uint32_t level = radix->height; level > 0 && at != NULL; level--) {
        at = ((struct radix_node *)at)->child[digit(index, level)];
    }
    return at;
}

static void free_node(struct fs *fs, struct radix_node *node) {
    fs_uncount(fs, &node->object);
    fs_give(fs, node, sizeof *node, CHARGE_NODE);
}

/* Takes nodes away from the top that lead to their first child only. */
static void trim(struct fs *fs, struct radix *radix) {
    while (radix->height > 0) {
        struct radix_node *node = radix->top;
        if (node->held != bit(0)) {
            return;
        }
        radix->top = node->child[0];
        radix->height--;
        /* Whoever looks at the top alone must see that it is another one. */
        radix->behind = BEHIND_ALL;
        radix->full = (node->full & 1) != 0;
        fs_uncount(fs, radix->top);
        free_node(fs, node);
    }
}

/* A child has gone. */
static void forget(struct radix_node *node, uint32_t digit) {
    node->child[digit] = NULL;
    put_bit(&node->held, digit, false);
    put_bit(&node->behind_key, digit, false);
    put_bit(&node->behind_save, digit, false);
    put_bit(&node->full, digit, false);
}

/* Takes empty nodes away from the path to index, from below. */
static void prune(struct fs *fs, struct radix *radix, uint32_t index) {
    struct radix_node *path[RADIX_HEIGHT_MAX + 2] = {NULL};
    uint32_t level = radix->height;
    for (void *at = radix->top; level > 0 && at != NULL; level--) {
        path[level] = at;
        at = path[level]->child[digit(index, level)];
    }
    for (level++; level <= radix->height && path[level]->held == 0; level++) {
        free_node(fs, path[level]);
        if (level == radix->height) {
            radix->top = NULL;
        } else {
            forget(path[level + 1], digit(index, level + 1));
        }
    }
    if (radix->top == NULL) {
        *radix = (struct radix){.top = NULL};
    } else {
        trim(fs, radix);
    }
}

/* One level more on top of what there is. */
static int32_t raise(struct fs *fs, struct radix *radix) {
    int32_t error = 0;
    struct radix_node *node = fs_get(fs, sizeof *node, CHARGE_NODE, &error);
    if (node == NULL) {
        return error;
    }
    node->child[0] = radix->top;
    node->held = bit(0);
    node->behind_key = (radix->behind & BEHIND_KEY) != 0;
    node->behind_save = (radix->behind & BEHIND_SAVE) != 0;
    node->full = radix->full;
    *radix = (struct radix){.top = node, .height = radix->height + 1, .behind = BEHIND_ALL};
    return 0;
}

/* Makes the nodes on the way to a leaf, and gives the leaf's place. NULL: some are missing. */
static void **make_path(struct fs *fs, struct radix *radix, uint32_t index, int32_t *error) {
    if (radix->top == NULL) {
        radix->height = height_of(index);
    }
    while (radix->height < height_of(index)) {
        *error = raise(fs, radix);
        if (*error != 0) {
            return NULL;
        }
    }
    void **slot = &radix->top;
    struct radix_node *above = NULL;
    for (uint32_t level = radix->height; level > 0; level--) {
        if (*slot == NULL) {
            *slot = fs_get(fs, sizeof(struct radix_node), CHARGE_NODE, error);
            if (*slot == NULL) {
                return NULL;
            }
            if (above != NULL) {
                above->held |= bit(digit(index, level + 1));
            }
        }
        above = *slot;
        slot = &above->child[digit(index, level)];
    }
    if (above != NULL) {
        above->held |= bit(digit(index, 1));
    }
    return slot;
}

int32_t radix_put(struct fs *fs, struct radix *radix, uint32_t index, void *leaf) {
    int32_t error = 0;
    void **slot = make_path(fs, radix, index, &error);
    if (slot == NULL) {
        prune(fs, radix, index);
        return error;
    }
    *slot = leaf;
    radix_touch(fs, radix, index);
    return 0;
}

void *radix_take(struct fs *fs, struct radix *radix, uint32_t index) {
    radix_touch(fs, radix, index);
    radix_set_full(radix, index, false);
    if (radix->height == 0) {
        void *leaf = radix->top;
        *radix = (struct radix){.top = NULL};
        return leaf;
    }
    struct radix_node *node = radix->top;
    for (uint32_t level = radix->height; level > 1; level--) {
        node = node->child[digit(index, level)];
    }
    void *leaf = node->child[digit(index, 1)];
    forget(node, digit(index, 1));
    prune(fs, radix, index);
    return leaf;
}

void radix_touch(struct fs *fs, struct radix *radix, uint32_t index) {
    void *at = radix->top;
    radix->behind = BEHIND_ALL;
    for (uint32_t level = radix->height; level > 0; level--) {
        struct radix_node *node = at;
        fs_uncount(fs, &node->object);
        node->behind_key |= bit(digit(index, level));
        node->behind_save |= bit(digit(index, level));
        at = node->child[digit(index, level)];
    }
    fs_uncount(fs, at);
}

bool radix_next(const struct radix *radix, uint32_t *index) {
    uint64_t at = *index;
    while (radix->top != NULL && height_of(at) <= radix->height) {
        const struct radix_node *node = radix->top;
        uint32_t level = radix->height;
        while (level > 0) {
            const uint64_t rest = node->held >> digit(at, level);
            if (rest == 0) { /* nothing more in here: behind it */
                at = ((at >> (RADIX_BITS * level)) + 1) << (RADIX_BITS * level);
                break;
            }
            if ((rest & 1) == 0) {
                const uint32_t shift = RADIX_BITS * (level - 1);
                at = ((at >> shift) + lowest_bit(rest)) << shift;
            }
            node = node->child[digit(at, level)];
            level--;
        }
        if (level == 0) {
            *index = (uint32_t)at;
            return true;
        }
    }
    return false;
}

void radix_set_full(struct radix *radix, uint32_t index, bool full) {
    struct radix_node *path[RADIX_HEIGHT_MAX + 1];
    void *at = radix->top;
    for (uint32_t level = radix->height; level > 0; level--) {
        path[level] = at;
        at = path[level]->child[digit(index, level)];
    }
    for (uint32_t level = 1; level <= radix->height; level++) {
        put_bit(&path[level]->full, digit(index, level), full);
        full = path[level]->full == UINT64_MAX;
    }
    radix->full = full;
}

uint32_t radix_lowest_free(const struct radix *radix) {
    const struct radix_node *node = radix->top;
    uint32_t index = 0;
    if (node == NULL) {
        return 0;
    }
    if (radix->full) {
        return (uint32_t)1 << (RADIX_BITS * radix->height);
    }
    for (uint32_t level = radix->height; level > 0; level--) {
        const uint32_t free = lowest_bit(~node->full);
        index |= free << (RADIX_BITS * (level - 1));
        if ((node->held & bit(free)) == 0) {
            return index;
        }
        node = node->child[free];
    }
    return index;
}
