/* Reads an image through the ordinary operations (an inode is made, a block is put, an entry is
 * inserted), so that nothing an image says can do more than a guest could. That what came out is
 * just what the image says is proven at the end: its keys, worked out anew, are the same. */
#include "fs/image.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/sha256.h"
#include "fs/encode.h"
#include "fs/saved.h"
#include "fs/settle.h"
#include "moxbox/errno.h"

/* An object to come, and whose it is. */
struct want {
    uint8_t key[KEY_SIZE];
    uint32_t kind;
    uint32_t height; /* of a node */
    uint32_t inode;  /* 0: the inode table's */
    uint32_t index;  /* of a node's first leaf, of a block or a group */
};

struct image_load {
    struct mox_allocator allocator;
    struct fs *fs; /* what comes in */
    uint8_t top[KEY_SIZE];
    uint32_t inodes;
    struct want *wants; /* the last is next */
    uint32_t count;
    uint32_t room;
};

static int32_t damaged(struct damage *damage, const char *problem, const struct want *want) {
    *damage = (struct damage){.problem = problem};
    if (want != NULL) {
        damage->inode = want->inode;
        damage->has_key = true;
        memcpy(damage->key, want->key, KEY_SIZE);
    }
    return -MOX_EUCLEAN;
}

static int32_t push(struct image_load *load, const uint8_t *key, const struct want *of) {
    if (load->count == load->room) {
        const uint32_t room = load->room * 2;
        struct want *wants = alloc_more(&load->allocator, load->wants, load->room * sizeof *wants,
                                        room * sizeof *wants);
        if (wants == NULL) {
            return -MOX_ENOMEM;
        }
        load->wants = wants;
        load->room = room;
    }
    load->wants[load->count] = *of;
    memcpy(load->wants[load->count].key, key, KEY_SIZE);
    load->count++;
    return 0;
}

/* What a node of an array wants of its children; index is the place of its first. */
static struct want child_of(const struct want *node, uint32_t digit) {
    struct want want = {.kind = OBJECT_NODE,
                        .height = node->height - 1,
                        .inode = node->inode,
                        .index = node->index + (digit << (RADIX_BITS * (node->height - 1)))};
    if (want.height == 0) {
        want.kind = node->inode == 0 ? OBJECT_GROUP : OBJECT_BLOCK;
    }
    return want;
}

static int32_t take_root(struct image_load *load, const uint8_t *root, uint32_t size,
                         struct damage *damage) {
    uint8_t digest[KEY_SIZE];
    if (size != ROOT_SIZE || memcmp(root, "moxbox image v1", 16) != 0) {
        return damaged(damage, "the root record is not that of a file system image", NULL);
    }
    sha256_of(root, ROOT_SIZE - KEY_SIZE, digest);
    if (memcmp(digest, root + ROOT_SIZE - KEY_SIZE, KEY_SIZE) != 0) {
        return damaged(damage, "the root record is damaged: its checksum does not fit", NULL);
    }
    struct want want = {.kind = OBJECT_NODE, .height = bytes_load32(root + 24)};
    if (want.height > RADIX_HEIGHT_MAX) {
        return damaged(damage, "the root record tells of an inode table that is too high", NULL);
    }
    want.kind = want.height == 0 ? OBJECT_GROUP : OBJECT_NODE;
    load->fs->saves = bytes_load32(root + 16) | (uint64_t)bytes_load32(root + 20) << 32;
    load->inodes = bytes_load32(root + 28);
    memcpy(load->top, root + 32, KEY_SIZE);
    return push(load, load->top, &want);
}

int32_t image_load_new(const struct mox_allocator *allocator, const struct fs_limits *limits,
                       const uint8_t *root, uint32_t size, struct image_load **out,
                       struct damage *damage) {
    enum { ROOM_FIRST = 64 };
    struct image_load *load = alloc_get(allocator, sizeof *load);
    *damage = (struct damage){.problem = NULL};
    if (load == NULL) {
        return -MOX_ENOMEM;
    }
    load->allocator = *allocator;
    load->room = ROOM_FIRST;
    load->wants = alloc_get(allocator, ROOM_FIRST * sizeof *load->wants);
    int32_t error = load->wants == NULL ? -MOX_ENOMEM : fs_new(allocator, limits, 0, &load->fs);
    if (error == 0) {
        inode_free(load->fs, fs_root(load->fs)); /* the image has its own */
        load->fs->saved = saved_new(allocator);
        error = load->fs->saved == NULL ? -MOX_ENOMEM : take_root(load, root, size, damage);
    }
    if (error != 0) {
        image_load_free(load);
        return error;
    }
    *out = load;
    return 0;
}

void image_load_free(struct image_load *load) {
    if (load == NULL) {
        return;
    }
    const struct mox_allocator allocator = load->allocator;
    fs_free(load->fs);
    alloc_give(&allocator, load->wants, load->room * sizeof *load->wants);
    alloc_give(&allocator, load, sizeof *load);
}

const uint8_t *image_load_wants(const struct image_load *load) {
    return load->count == 0 ? NULL : load->wants[load->count - 1].key;
}

static int32_t take_block(struct image_load *load, const struct want *want, struct reader *reader) {
    struct inode *file = inode_get(load->fs, want->inode);
    const uint32_t size = reader->left;
    int32_t error = 0;
    const uint8_t *bytes = reader_bytes(reader, size);
    if (size > BLOCK_SIZE) {
        reader->bad = true;
        return 0;
    }
    struct block *block = fs_get(load->fs, sizeof *block, CHARGE_BLOCK, &error);
    if (block == NULL) {
        return error;
    }
    memcpy(block->bytes, bytes, size);
    error = radix_put(load->fs, &file->body.file, want->index, block);
    if (error != 0) {
        fs_give(load->fs, block, sizeof *block, CHARGE_BLOCK);
    } else {
        file->blocks++;
    }
    return error;
}

static int32_t take_node(struct image_load *load, const struct want *want, struct reader *reader) {
    const uint64_t height = reader_number(reader, 1);
    const uint64_t held = reader_number(reader, 8);
    uint32_t count = 0;
    for (uint64_t bits = held; bits != 0; bits &= bits - 1) {
        count++;
    }
    const uint8_t *keys = reader_bytes(reader, count * KEY_SIZE);
    if (keys == NULL || height != want->height || held == 0) {
        reader->bad = true;
        return 0;
    }
    for (uint32_t digit = RADIX_FAN; digit-- > 0;) {
        if ((held >> digit & 1) != 0) {
            const struct want child = child_of(want, digit);
            const int32_t error = push(load, keys + --count * KEY_SIZE, &child);
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

/* An inode's body is to come, or there is none. */
static int32_t want_body(struct image_load *load, struct inode *inode, const struct body_ref *body,
                         struct reader *reader) {
    struct want want = {.inode = inode->number, .height = body->height};
    const bool file = inode_is(inode, MODE_FILE);
    const bool dir = inode_is(inode, MODE_DIR);
    const bool link = inode_is(inode, MODE_SYMLINK);
    if ((body->there && !file && !dir && !link) || (link && !body->there) ||
        (body->inner && !dir) || (body->height > 0 && !file) || body->height > RADIX_HEIGHT_MAX) {
        reader->bad = true;
    }
    if (reader->bad || !body->there) {
        return 0;
    }
    want.kind = link                ? OBJECT_TARGET
                : dir               ? body->inner ? OBJECT_INNER : OBJECT_LEAF
                : body->height == 0 ? OBJECT_BLOCK
                                    : OBJECT_NODE;
    return push(load, body->key, &want);
}

/* An inode whose type is not known yet may not be freed as one of that type. */
static int32_t take_inode(struct image_load *load, uint32_t number, struct reader *reader) {
    struct inode fields = {.number = 0};
    struct body_ref body = {.there = false};
    struct inode *inode;
    reader_inode(reader, &fields, &body);
    if (reader->bad || number == 0) {
        reader->bad = true;
        return 0;
    }
    const int32_t error = inode_place(load->fs, number, &inode);
    if (error != 0) {
        return error;
    }
    fields.number = number;
    *inode = fields;
    return want_body(load, inode, &body, reader);
}

static int32_t take_group(struct image_load *load, const struct want *want, struct reader *reader) {
    const uint64_t there = reader_number(reader, 2);
    int32_t error = 0;
    if (there == 0 || want->index >= FS_INODES_MAX / GROUP_SIZE) {
        reader->bad = true;
    }
    for (uint32_t i = 0; i < GROUP_SIZE && error == 0 && !reader->bad; i++) {
        if ((there >> i & 1) != 0) {
            error = take_inode(load, want->index * GROUP_SIZE + i, reader);
        }
    }
    return error;
}

static int32_t take_leaf(struct image_load *load, const struct want *want, struct reader *reader) {
    struct inode *dir = inode_get(load->fs, want->inode);
    uint64_t count = reader_number(reader, 1);
    int32_t error = 0;
    reader->bad = reader->bad || count == 0;
    for (; count > 0 && error == 0 && !reader->bad; count--) {
        const uint32_t number = (uint32_t)reader_number(reader, 4);
        const uint32_t size = (uint32_t)reader_number(reader, 1);
        const char *name = (const char *)reader_bytes(reader, size);
        if (name == NULL || !dir_name_good(name, size) ||
            dir_find(&dir->body.dir, name, size) != NULL) {
            reader->bad = true;
        } else {
            error = dir_insert(load->fs, &dir->body.dir, name, size, number);
        }
    }
    return error;
}

static int32_t take_inner(struct image_load *load, const struct want *want, struct reader *reader) {
    enum { CHILD_SIZE = 2 + 1 + KEY_SIZE };
    const uint64_t entries = reader_number(reader, 4);
    uint32_t count = (uint32_t)reader_number(reader, 2);
    const uint32_t prefix = (uint32_t)reader_number(reader, 1);
    (void)entries; /* counted anew */
    (void)reader_bytes(reader, prefix);
    if (reader->bad || count < 2 || count > DIR_FAN_MAX || reader->left != count * CHILD_SIZE) {
        reader->bad = true;
        return 0;
    }
    const uint8_t *children = reader_bytes(reader, count * CHILD_SIZE);
    while (count-- > 0) {
        const uint8_t *child = children + count * CHILD_SIZE;
        const struct want next = {.inode = want->inode,
                                  .kind = child[2] == 0 ? OBJECT_LEAF : OBJECT_INNER};
        const int32_t error = push(load, child + 3, &next);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int32_t take_target(struct image_load *load, const struct want *want,
                           struct reader *reader) {
    struct inode *link = inode_get(load->fs, want->inode);
    const uint32_t size = reader->left;
    int32_t error = 0;
    const uint8_t *bytes = reader_bytes(reader, size);
    if (size == 0 || size > TARGET_MAX) {
        reader->bad = true;
        return 0;
    }
    struct target *target = fs_get(load->fs, sizeof *target + size, CHARGE_TARGET + size, &error);
    if (target != NULL) {
        target->size = size;
        memcpy(target->bytes, bytes, size);
        link->body.target = target;
        link->behind = BEHIND_ALL;
    }
    return error;
}

int32_t image_load_give(struct image_load *load, const uint8_t *bytes, uint32_t size,
                        struct damage *damage) {
    const struct want want = load->wants[load->count - 1];
    struct reader reader = {bytes, size, false};
    uint8_t digest[KEY_SIZE];
    int32_t error = 0;
    if (bytes == NULL) {
        return damaged(damage, "an object is missing", &want);
    }
    sha256_of(bytes, size, digest);
    if (memcmp(digest, want.key, KEY_SIZE) != 0) {
        return damaged(damage, "an object is damaged: its bytes do not fit its key", &want);
    }
    load->count--;
    if (reader_number(&reader, 1) != want.kind) {
        return damaged(damage, "an object is of another kind than its place", &want);
    }
    switch (want.kind) {
    case OBJECT_BLOCK: error = take_block(load, &want, &reader); break;
    case OBJECT_NODE: error = take_node(load, &want, &reader); break;
    case OBJECT_GROUP: error = take_group(load, &want, &reader); break;
    case OBJECT_LEAF: error = take_leaf(load, &want, &reader); break;
    case OBJECT_INNER: error = take_inner(load, &want, &reader); break;
    default: error = take_target(load, &want, &reader); break;
    }
    if (error == 0 && (reader.bad || reader.left != 0)) {
        error = damaged(damage, "an object holds what no file system has", &want);
    }
    return error;
}

void fs_connect(struct fs *fs) {
    for (uint32_t index = 0; radix_next(&fs->table, &index); index++) {
        struct group *group = radix_get(&fs->table, index);
        for (uint32_t i = 0; i < GROUP_SIZE; i++) {
            struct inode *dir = group->inodes[i];
            struct inode *parent = dir == NULL ? NULL : inode_get(fs, dir->parent);
            if (dir == NULL || !inode_is(dir, MODE_DIR)) {
                continue;
            }
            for (struct dir_entry *entry = dir_next(&dir->body.dir, "", 0); entry != NULL;
                 entry = dir_next(&dir->body.dir, entry->name, entry->size)) {
                struct inode *named = inode_get(fs, entry->number);
                if (named != NULL && inode_is(named, MODE_DIR)) {
                    named->named = entry;
                }
            }
            if (dir->links == 0 && parent != NULL) {
                parent->holds++;
            }
        }
    }
}

/* What was open without a name when the image was saved. */
static void drop_nameless(struct fs *fs) {
    for (uint32_t index = 0; radix_next(&fs->table, &index); index++) {
        for (uint32_t i = 0; i < GROUP_SIZE; i++) {
            /* The group may go with its last inode, and inodes with those in front of them. */
            struct inode *inode = inode_get(fs, index * GROUP_SIZE + i);
            if (inode != NULL && inode->links == 0 && inode->holds == 0) {
                fs_hold(inode);
                fs_drop(fs, inode);
            }
        }
    }
}

static int32_t prove(struct image_load *load, struct damage *damage) {
    struct fs *fs = load->fs;
    struct settled settled;
    uint32_t number = 0;
    int32_t got;
    if (inode_get(fs, FS_ROOT) == NULL || fs->inodes != load->inodes) {
        return damaged(damage, "the inodes are not those that the root record tells of", NULL);
    }
    fs_connect(fs);
    const char *problem = fs_check(fs, true, &number);
    if (problem != NULL) {
        *damage = (struct damage){.problem = problem, .inode = number};
        return -MOX_EUCLEAN;
    }
    while ((got = settle_one(fs, SETTLE_LOADED, &settled)) > 0) {
    }
    if (got < 0) {
        return got;
    }
    if (memcmp(((const struct object *)fs->table.top)->key, load->top, KEY_SIZE) != 0) {
        return damaged(damage, "the image is not in the one form that its contents have", NULL);
    }
    drop_nameless(fs);
    return 0;
}

/* Everything that came in changes places with what was there. The root stays where it is in memory,
 * because channels lead to it. */
static void exchange(struct fs *fs, struct fs *loaded) {
    struct inode *mine = fs_root(fs);
    struct inode *theirs = fs_root(loaded);
    struct group *my_group = radix_get(&fs->table, 0);
    struct group *their_group = radix_get(&loaded->table, 0);
    const struct inode fields = *mine;
    const struct fs whole = *fs;
    my_group->inodes[FS_ROOT] = theirs;
    their_group->inodes[FS_ROOT] = mine;
    *mine = *theirs;
    *theirs = fields;
    mine->holds = fields.holds;
    *fs = *loaded;
    *loaded = whole;
}

int32_t image_load_finish(struct image_load *load, struct fs *fs, struct damage *damage) {
    *damage = (struct damage){.problem = NULL};
    const int32_t error = prove(load, damage);
    if (error != 0) {
        return error;
    }
    for (uint32_t index = 0; radix_next(&fs->table, &index); index++) {
        const struct group *group = radix_get(&fs->table, index);
        for (uint32_t i = 0; i < GROUP_SIZE; i++) {
            const struct inode *inode = group->inodes[i];
            if (inode != NULL && inode->number != FS_ROOT && inode->holds != 0) {
                return -MOX_EBUSY;
            }
        }
    }
    exchange(fs, load->fs);
    return 0;
}
