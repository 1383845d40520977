#include "fs/dir.h"

#include <string.h>

#include "fs/inode.h"
#include "moxbox/errno.h"

/* Places from the top down to the leaf or to where a name would go. */
struct path {
    struct dir_slot *slots[DIR_DEPTH_MAX];
    uint32_t count;
};

static int compare(const char *a, uint32_t a_size, const char *b, uint32_t b_size) {
    const int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

static uint32_t common(const char *a, uint32_t a_size, const char *b, uint32_t b_size) {
    uint32_t size = 0;
    while (size < a_size && size < b_size && a[size] == b[size]) {
        size++;
    }
    return size;
}

/* What follows a prefix of that size, as dir_slot.byte has it. */
static uint16_t byte_at(const char *name, uint32_t size, uint32_t prefix) {
    return size == prefix ? 0 : (uint16_t)((uint8_t)name[prefix] + 1);
}

/* The first child whose byte is not below `byte`. */
static uint32_t child_from(const struct dir_inner *inner, uint32_t byte) {
    uint32_t low = 0;
    uint32_t high = inner->count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (inner->children[middle].byte < byte) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The first entry whose name is not below; *same: it is this name. */
static uint32_t entry_from(const struct dir_leaf *leaf, const char *name, uint32_t size,
                           bool *same) {
    uint32_t low = 0;
    uint32_t high = leaf->count;
    *same = false;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        const struct dir_entry *entry = leaf->entries[middle];
        const int order = compare(entry->name, entry->size, name, size);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
            *same = *same || order == 0;
        }
    }
    return low;
}

/* Goes down as far as the name leads: to a leaf, to an inner node whose prefix it leaves, or to one
 * that has no child for it. */
static void descend(const struct dir *dir, const char *name, uint32_t size, struct path *path) {
    struct dir_slot *slot = (struct dir_slot *)&dir->top;
    path->count = 0;
    for (;;) {
        path->slots[path->count++] = slot;
        if (!slot->inner) {
            return;
        }
        struct dir_inner *inner = slot->node;
        if (common(name, size, inner->prefix, inner->size) < inner->size) {
            return;
        }
        const uint16_t byte = byte_at(name, size, inner->size);
        const uint32_t index = child_from(inner, byte);
        if (index == inner->count || inner->children[index].byte != byte) {
            return;
        }
        slot = &inner->children[index];
    }
}

struct dir_entry *dir_find(const struct dir *dir, const char *name, uint32_t size) {
    const struct dir_slot *slot = &dir->top;
    while (slot->inner) {
        const struct dir_inner *inner = slot->node;
        if (size < inner->size) {
            return NULL;
        }
        const uint16_t byte = byte_at(name, size, inner->size);
        const uint32_t index = child_from(inner, byte);
        if (index == inner->count || inner->children[index].byte != byte) {
            return NULL;
        }
        slot = &inner->children[index];
    }
    if (slot->node == NULL) {
        return NULL;
    }
    const struct dir_leaf *leaf = slot->node;
    bool same;
    const uint32_t at = entry_from(leaf, name, size, &same);
    return same ? leaf->entries[at] : NULL;
}

static struct dir_entry *first_of(const struct dir_slot *slot) {
    while (slot->inner) {
        slot = ((const struct dir_inner *)slot->node)->children;
    }
    return slot->node == NULL ? NULL : ((const struct dir_leaf *)slot->node)->entries[0];
}

struct dir_entry *dir_next(const struct dir *dir, const char *name, uint32_t size) {
    const struct dir_slot *slot = &dir->top;
    const struct dir_slot *behind = NULL; /* the nearest place that holds only larger names */
    if (size == 0) {
        return first_of(slot);
    }
    while (slot->inner) {
        const struct dir_inner *inner = slot->node;
        const uint32_t same = common(name, size, inner->prefix, inner->size);
        if (same < inner->size) {
            const bool below = size == same || (uint8_t)name[same] < (uint8_t)inner->prefix[same];
            return below ? first_of(slot) : behind != NULL ? first_of(behind) : NULL;
        }
        const uint16_t byte = byte_at(name, size, inner->size);
        const uint32_t index = child_from(inner, byte);
        if (index == inner->count) {
            return behind != NULL ? first_of(behind) : NULL;
        }
        slot = &inner->children[index];
        if (slot->byte != byte) {
            return first_of(slot);
        }
        behind = index + 1 < inner->count ? slot + 1 : behind;
    }
    if (slot->node != NULL) {
        const struct dir_leaf *leaf = slot->node;
        bool same;
        const uint32_t at = entry_from(leaf, name, size, &same) + (same ? 1 : 0);
        if (at < leaf->count) {
            return leaf->entries[at];
        }
    }
    return behind != NULL ? first_of(behind) : NULL;
}

/* Everything on the path has changed. */
static void touch(struct fs *fs, const struct path *path) {
    for (uint32_t i = 0; i < path->count; i++) {
        path->slots[i]->behind = BEHIND_ALL;
        if (path->slots[i]->node != NULL) {
            fs_uncount(fs, path->slots[i]->node);
        }
    }
}

static struct dir_entry *new_entry(struct fs *fs, const char *name, uint32_t size, uint32_t number,
                                   int32_t *error) {
    struct dir_entry *entry = fs_get(fs, sizeof *entry + size, CHARGE_ENTRY + size, error);
    if (entry != NULL) {
        entry->number = number;
        entry->size = size;
        memcpy(entry->name, name, size);
    }
    return entry;
}

static void free_entry(struct fs *fs, struct dir_entry *entry) {
    fs_give(fs, entry, sizeof *entry + entry->size, CHARGE_ENTRY + entry->size);
}

static void free_leaf(struct fs *fs, struct dir_leaf *leaf) {
    fs_uncount(fs, &leaf->object);
    fs_give(fs, leaf, sizeof *leaf, CHARGE_LEAF);
}

static void free_inner(struct fs *fs, struct dir_inner *inner) {
    fs_uncount(fs, &inner->object);
    fs_give(fs, inner->children, inner->room * sizeof *inner->children,
            (uint32_t)inner->count * CHARGE_CHILD);
    fs_give(fs, inner, sizeof *inner, CHARGE_INNER);
}

static struct dir_leaf *new_leaf(struct fs *fs, struct dir_entry *const *entries, uint32_t count,
                                 int32_t *error) {
    struct dir_leaf *leaf = fs_get(fs, sizeof *leaf, CHARGE_LEAF, error);
    if (leaf != NULL) {
        leaf->count = count;
        memcpy(leaf->entries, entries, count * sizeof *entries);
    }
    return leaf;
}

/* With room for `count` children, which are filled in, and charged for them. */
static struct dir_inner *new_inner(struct fs *fs, const char *prefix, uint32_t size, uint32_t count,
                                   int32_t *error) {
    struct dir_inner *inner = fs_get(fs, sizeof *inner, CHARGE_INNER, error);
    if (inner == NULL) {
        return NULL;
    }
    inner->children = fs_get(fs, count * sizeof *inner->children, count * CHARGE_CHILD, error);
    if (inner->children == NULL) {
        fs_give(fs, inner, sizeof *inner, CHARGE_INNER);
        return NULL;
    }
    inner->count = (uint16_t)count;
    inner->room = (uint16_t)count;
    inner->size = (uint16_t)size;
    memcpy(inner->prefix, prefix, size);
    return inner;
}

/* An inner node and leaves for one entry more than a leaf can hold; sorted. */
static struct dir_inner *split(struct fs *fs, struct dir_entry *const *entries, int32_t *error) {
    const uint32_t total = DIR_LEAF + 1;
    const struct dir_entry *first = entries[0];
    const struct dir_entry *last = entries[total - 1];
    const uint32_t prefix = common(first->name, first->size, last->name, last->size);
    uint32_t starts[DIR_LEAF + 2];
    uint32_t count = 0;
    for (uint32_t i = 0; i < total; i++) {
        if (i == 0 || byte_at(entries[i]->name, entries[i]->size, prefix) !=
                          byte_at(entries[i - 1]->name, entries[i - 1]->size, prefix)) {
            starts[count++] = i;
        }
    }
    starts[count] = total;
    struct dir_inner *inner = new_inner(fs, first->name, prefix, count, error);
    if (inner == NULL) {
        return NULL;
    }
    inner->entries = total;
    for (uint32_t i = 0; i < count; i++) {
        struct dir_entry *const *from = &entries[starts[i]];
        struct dir_leaf *leaf = new_leaf(fs, from, starts[i + 1] - starts[i], error);
        if (leaf == NULL) {
            while (i-- > 0) {
                free_leaf(fs, inner->children[i].node);
            }
            free_inner(fs, inner);
            return NULL;
        }
        inner->children[i] =
            (struct dir_slot){.node = leaf,
                              .byte = byte_at(from[0]->name, from[0]->size, prefix),
                              .behind = BEHIND_ALL};
    }
    return inner;
}

static int32_t insert_in_leaf(struct fs *fs, struct dir_slot *slot, struct dir_entry *entry) {
    struct dir_leaf *leaf = slot->node;
    struct dir_entry *sorted[DIR_LEAF + 1];
    int32_t error = 0;
    bool same;
    const uint32_t at = entry_from(leaf, entry->name, entry->size, &same);
    if (leaf->count < DIR_LEAF) {
        memmove(&leaf->entries[at + 1], &leaf->entries[at],
                (leaf->count - at) * sizeof(struct dir_entry *));
        leaf->entries[at] = entry;
        leaf->count++;
        return 0;
    }
    memcpy(sorted, leaf->entries, at * sizeof *sorted);
    sorted[at] = entry;
    memcpy(&sorted[at + 1], &leaf->entries[at], (DIR_LEAF - at) * sizeof *sorted);
    struct dir_inner *inner = split(fs, sorted, &error);
    if (inner == NULL) {
        return error;
    }
    free_leaf(fs, leaf);
    slot->node = inner;
    slot->inner = true;
    return 0;
}

/* Makes the name's new leaf and the inner node `slot` children of a node between them. */
static int32_t insert_above(struct fs *fs, struct dir_slot *slot, struct dir_leaf *leaf,
                            const struct dir_entry *entry) {
    struct dir_inner *below = slot->node;
    int32_t error = 0;
    const uint32_t prefix = common(entry->name, entry->size, below->prefix, below->size);
    struct dir_inner *inner = new_inner(fs, entry->name, prefix, 2, &error);
    if (inner == NULL) {
        return error;
    }
    const struct dir_slot old = {.node = below,
                                 .byte = byte_at(below->prefix, below->size, prefix),
                                 .behind = slot->behind,
                                 .inner = true};
    const struct dir_slot new = {
        .node = leaf, .byte = byte_at(entry->name, entry->size, prefix), .behind = BEHIND_ALL};
    inner->entries = below->entries; /* and one, as all on the path */
    inner->children[new.byte < old.byte ? 0 : 1] = new;
    inner->children[new.byte < old.byte ? 1 : 0] = old;
    slot->node = inner;
    return 0;
}

static int32_t insert_child(struct fs *fs, struct dir_inner *inner, struct dir_leaf *leaf,
                            const struct dir_entry *entry) {
    const uint16_t byte = byte_at(entry->name, entry->size, inner->size);
    const uint32_t at = child_from(inner, byte);
    int32_t error = 0;
    const uint32_t room = inner->count < inner->room      ? inner->room
                          : inner->room * 2 < DIR_FAN_MAX ? inner->room * 2u
                                                          : DIR_FAN_MAX;
    struct dir_slot *children = inner->children;
    if (inner->count == inner->room) {
        children = fs_get(fs, room * sizeof *children, CHARGE_CHILD, &error);
        if (children == NULL) {
            return error;
        }
        memcpy(children, inner->children, inner->count * sizeof *children);
        fs_give(fs, inner->children, inner->room * sizeof *children, 0);
        inner->children = children;
        inner->room = (uint16_t)room;
    } else if (!fs_charge(fs, CHARGE_CHILD)) {
        return -MOX_ENOSPC;
    }
    memmove(&children[at + 1], &children[at], (inner->count - at) * sizeof *children);
    children[at] = (struct dir_slot){.node = leaf, .byte = byte, .behind = BEHIND_ALL};
    inner->count++;
    return 0;
}

static int32_t insert_at(struct fs *fs, struct path *path, struct dir_entry *entry) {
    struct dir_slot *slot = path->slots[path->count - 1];
    int32_t error = 0;
    if (slot->node != NULL && !slot->inner) {
        error = insert_in_leaf(fs, slot, entry);
        if (error == 0) {
            path->count--; /* a leaf, or a new inner node that has counted it */
            slot->behind = BEHIND_ALL;
            fs_uncount(fs, slot->node);
        }
        return error;
    }
    struct dir_leaf *leaf = new_leaf(fs, &entry, 1, &error);
    if (leaf == NULL) {
        return error;
    }
    if (slot->node == NULL) {
        *slot = (struct dir_slot){.node = leaf, .behind = BEHIND_ALL};
        return 0;
    }
    struct dir_inner *inner = slot->node;
    const bool leaves = common(entry->name, entry->size, inner->prefix, inner->size) < inner->size;
    error = leaves ? insert_above(fs, slot, leaf, entry) : insert_child(fs, inner, leaf, entry);
    if (error != 0) {
        free_leaf(fs, leaf);
    }
    return error;
}

int32_t dir_insert(struct fs *fs, struct dir *dir, const char *name, uint32_t size,
                   uint32_t number) {
    struct path path;
    int32_t error = 0;
    struct dir_entry *entry = new_entry(fs, name, size, number, &error);
    if (entry == NULL) {
        return error;
    }
    descend(dir, name, size, &path);
    error = insert_at(fs, &path, entry);
    if (error != 0) {
        free_entry(fs, entry);
        return error;
    }
    touch(fs, &path);
    for (uint32_t i = 0; i < path.count; i++) {
        if (path.slots[i]->inner) {
            ((struct dir_inner *)path.slots[i]->node)->entries++;
        }
    }
    dir->entries++;
    return 0;
}

/* All entries below a node, in order, into a leaf of it that is left over. Needs no memory. */
static struct dir_leaf *gather(struct fs *fs, struct dir_inner *inner) {
    struct dir_entry *sorted[DIR_LEAF];
    struct dir_leaf *kept = NULL;
    uint32_t count = 0;
    /* Few entries are below, so nodes are few; the way down is replayed for each next child. */
    while (inner->count > 0) {
        struct dir_inner *above = inner;
        while (above->children[0].inner &&
               ((struct dir_inner *)above->children[0].node)->count > 0) {
            above = above->children[0].node;
        }
        const struct dir_slot *slot = &above->children[0];
        if (slot->inner) {
            free_inner(fs, slot->node);
        } else {
            struct dir_leaf *leaf = slot->node;
            memcpy(&sorted[count], leaf->entries, leaf->count * sizeof *sorted);
            count += leaf->count;
            if (kept == NULL) {
                kept = leaf;
            } else {
                free_leaf(fs, leaf);
            }
        }
        above->count--;
        fs->used -= CHARGE_CHILD;
        memmove(above->children, above->children + 1, above->count * sizeof *above->children);
    }
    free_inner(fs, inner);
    fs_uncount(fs, &kept->object);
    kept->count = count;
    memcpy(kept->entries, sorted, count * sizeof *sorted);
    return kept;
}

static void drop_child(struct fs *fs, struct dir_inner *inner, struct dir_slot *child) {
    const size_t at = (size_t)(child - inner->children);
    inner->count--;
    memmove(child, child + 1, (inner->count - at) * sizeof *child);
    fs->used -= CHARGE_CHILD;
}

/* Puts right what has too few entries or children on a path that has just lost an entry. */
static void shrink(struct fs *fs, struct path *path) {
    for (uint32_t i = 0; i < path->count; i++) {
        struct dir_slot *slot = path->slots[i];
        if (!slot->inner) {
            continue;
        }
        struct dir_inner *inner = slot->node;
        if (inner->entries <= DIR_LEAF) {
            slot->node = gather(fs, inner);
            slot->inner = false;
            return;
        }
        if (inner->count == 1) {
            const struct dir_slot child = inner->children[0];
            slot->node = child.node;
            slot->inner = child.inner;
            slot->behind = child.behind;
            free_inner(fs, inner);
            return;
        }
    }
}

void dir_remove(struct fs *fs, struct dir *dir, const char *name, uint32_t size) {
    struct path path;
    bool same;
    descend(dir, name, size, &path);
    touch(fs, &path);
    struct dir_slot *last = path.slots[path.count - 1];
    struct dir_leaf *leaf = last->node;
    const uint32_t at = entry_from(leaf, name, size, &same);
    free_entry(fs, leaf->entries[at]);
    leaf->count--;
    memmove(&leaf->entries[at], &leaf->entries[at + 1],
            (leaf->count - at) * sizeof(struct dir_entry *));
    dir->entries--;
    path.count--;
    for (uint32_t i = 0; i < path.count; i++) {
        ((struct dir_inner *)path.slots[i]->node)->entries--;
    }
    if (leaf->count == 0) {
        free_leaf(fs, leaf);
        if (path.count == 0) {
            *last = (struct dir_slot){.node = NULL};
            return;
        }
        drop_child(fs, path.slots[path.count - 1]->node, last);
    }
    shrink(fs, &path);
}

void dir_replace(struct fs *fs, struct dir *dir, const char *name, uint32_t size, uint32_t number) {
    struct path path;
    descend(dir, name, size, &path);
    touch(fs, &path);
    dir_find(dir, name, size)->number = number;
}

void dir_free(struct fs *fs, struct dir *dir) {
    struct dir_slot *slot = &dir->top;
    /* From the top as often as it takes: the first child goes, one after the other. */
    while (slot->node != NULL) {
        struct dir_slot *above = NULL;
        while (slot->inner && ((struct dir_inner *)slot->node)->count > 0) {
            above = slot;
            slot = ((struct dir_inner *)slot->node)->children;
        }
        if (slot->inner) {
            free_inner(fs, slot->node);
        } else {
            struct dir_leaf *leaf = slot->node;
            while (leaf->count > 0) {
                free_entry(fs, leaf->entries[--leaf->count]);
            }
            free_leaf(fs, leaf);
        }
        if (above == NULL) {
            break;
        }
        drop_child(fs, above->node, slot);
        slot = &dir->top;
    }
    *dir = (struct dir){.entries = 0};
}

bool dir_name_good(const char *name, uint32_t size) {
    if (size == 0 || size > DIR_NAME_MAX || memchr(name, 0, size) || memchr(name, '/', size)) {
        return false;
    }
    return name[0] != '.' || (size != 1 && (size != 2 || name[1] != '.'));
}

/* A sorted leaf whose names all go on behind the prefix of the node above with the same byte. */
static const char *check_leaf(const struct dir_slot *slot, const struct dir_inner *above) {
    const struct dir_leaf *leaf = slot->node;
    if (leaf->count == 0 || leaf->count > DIR_LEAF) {
        return "a leaf of a directory has no entries or too many";
    }
    for (uint32_t i = 0; i < leaf->count; i++) {
        const struct dir_entry *entry = leaf->entries[i];
        if (!dir_name_good(entry->name, entry->size)) {
            return "an entry has a name that no file can have";
        }
        if (i > 0 && compare(leaf->entries[i - 1]->name, leaf->entries[i - 1]->size, entry->name,
                             entry->size) >= 0) {
            return "the entries of a directory are not in order";
        }
        if (above != NULL &&
            (entry->size < above->size || memcmp(entry->name, above->prefix, above->size) != 0 ||
             byte_at(entry->name, entry->size, above->size) != slot->byte)) {
            return "an entry stands where its name does not lead";
        }
    }
    return NULL;
}

/* One inner node against the one above, without what is below. */
static const char *check_inner(const struct dir_slot *slot, const struct dir_inner *above) {
    const struct dir_inner *inner = slot->node;
    uint32_t entries = 0;
    if (inner->count < 2 || inner->size > DIR_NAME_MAX || inner->entries <= DIR_LEAF) {
        return "an inner node of a directory is not needed";
    }
    for (uint32_t i = 0; i < inner->count; i++) {
        const struct dir_slot *child = &inner->children[i];
        if (child->byte > 256 || (i > 0 && child[-1].byte >= child->byte) ||
            (child->byte == 0 && child->inner)) {
            return "the children of a directory's node are not in order";
        }
        entries += child->inner ? ((const struct dir_inner *)child->node)->entries
                                : ((const struct dir_leaf *)child->node)->count;
    }
    if (entries != inner->entries) {
        return "a directory's node counts its entries wrongly";
    }
    if (above != NULL &&
        (inner->size <= above->size || memcmp(inner->prefix, above->prefix, above->size) != 0 ||
         byte_at(inner->prefix, inner->size, above->size) != slot->byte)) {
        return "a directory's node stands where its prefix does not lead";
    }
    return NULL;
}

const char *dir_check(const struct dir *dir) {
    const struct dir_inner *nodes[DIR_DEPTH_MAX];
    uint32_t next[DIR_DEPTH_MAX];
    uint32_t depth = 0;
    uint32_t entries = 0;
    const struct dir_slot *slot = &dir->top;
    while (slot->node != NULL) {
        const struct dir_inner *above = depth > 0 ? nodes[depth - 1] : NULL;
        const char *problem = slot->inner ? check_inner(slot, above) : check_leaf(slot, above);
        if (problem != NULL) {
            return problem;
        }
        if (slot->inner) {
            nodes[depth] = slot->node;
            next[depth++] = 0;
        } else {
            entries += ((const struct dir_leaf *)slot->node)->count;
        }
        while (depth > 0 && next[depth - 1] == nodes[depth - 1]->count) {
            depth--;
        }
        if (depth == 0) {
            break;
        }
        slot = &nodes[depth - 1]->children[next[depth - 1]++];
    }
    return entries == dir->entries ? NULL : "a directory counts its entries wrongly";
}
