/* What the tests of images share: trees as one digest of all that can be seen of them, stores that
 * got only part of a batch, and objects whose contents were changed by somebody who knows to make
 * the keys fit. */
#ifndef MOXBOX_TESTS_IMAGES_H
#define MOXBOX_TESTS_IMAGES_H

#include "base/alloc.h"
#include "base/sha256.h"
#include "fs/saved.h"
#include "unit/store.h"

struct tree {
    uint8_t digest[KEY_SIZE];
};

static inline struct fs_name name_of(const char *text) {
    return (struct fs_name){text, (uint32_t)strlen(text)};
}

static inline struct fs *new_fs(void) {
    const struct mox_allocator allocator = alloc_default(NULL);
    const struct fs_limits limits = {.bytes = 0};
    struct fs *fs = NULL;
    CHECK_EQ(fs_new(&allocator, &limits, 1, &fs), 0);
    CHECK_EQ(fs_attach(fs), 0);
    return fs;
}

static inline struct fs *open_fs(const struct store *store, int32_t *error, struct damage *damage) {
    const struct mox_allocator allocator = alloc_default(NULL);
    const struct fs_limits limits = {.bytes = 64 << 20};
    return store_open(store, &allocator, &limits, error, damage);
}

static inline void tree_add(struct sha256 *sha, const struct inode *inode) {
    static uint8_t bytes[BLOCK_SIZE];
    const uint64_t fields[] = {inode->number, inode->mode,  inode->links, inode->uid,
                               inode->gid,    inode->rdev,  inode->size,  inode->atime,
                               inode->mtime,  inode->ctime, inode->blocks};
    sha256_update(sha, fields, sizeof fields);
    if (inode_is(inode, MODE_SYMLINK)) {
        sha256_update(sha, inode->body.target->bytes, inode->body.target->size);
    }
    if (inode_is(inode, MODE_FILE)) { /* blocks that are there; holes are long, and only zeros */
        for (uint32_t index = 0; radix_next(&inode->body.file, &index); index++) {
            const uint64_t at = (uint64_t)index * BLOCK_SIZE;
            const uint32_t size = fs_read(inode, at, bytes, BLOCK_SIZE);
            sha256_update(sha, &at, sizeof at);
            sha256_update(sha, bytes, size);
        }
    }
}

/* Names, fields and bytes of everything that has a name, from this directory on. */
static inline void tree_walk(struct sha256 *sha, const struct fs *fs, const struct inode *dir) {
    struct fs_name name = {"", 0};
    uint32_t number;
    tree_add(sha, dir);
    while (fs_next(dir, name, &name, &number)) {
        const struct inode *inode = inode_get(fs, number);
        sha256_update(sha, name.bytes, name.size);
        if (inode_is(inode, MODE_DIR)) {
            tree_walk(sha, fs, inode);
        } else {
            tree_add(sha, inode);
        }
        sha256_update(sha, "/", 1);
    }
}

static inline struct tree tree_of(struct fs *fs) {
    struct tree tree;
    struct sha256 sha;
    sha256_start(&sha);
    tree_walk(&sha, fs, fs_root(fs));
    sha256_finish(&sha, tree.digest);
    return tree;
}

static inline bool tree_same(const struct tree *a, const struct tree *b) {
    return memcmp(a->digest, b->digest, KEY_SIZE) == 0;
}

/* How an image opens: as the one tree, as the other, not at all and it says why, or as something
 * that never was. */
enum outcome { OPENS_BEFORE, OPENS_AFTER, NAMES_DAMAGE, OPENS_WRONG };

static inline enum outcome outcome_of(const struct store *store, const struct tree *before,
                                      const struct tree *after) {
    struct damage damage;
    int32_t error;
    struct fs *fs = open_fs(store, &error, &damage);
    if (fs == NULL) {
        return error == -MOX_EUCLEAN && damage.problem != NULL ? NAMES_DAMAGE : OPENS_WRONG;
    }
    const struct tree tree = tree_of(fs);
    uint32_t number;
    const bool good = fs_check(fs, false, &number) == NULL;
    fs_free(fs);
    return !good                      ? OPENS_WRONG
           : tree_same(&tree, after)  ? OPENS_AFTER
           : tree_same(&tree, before) ? OPENS_BEFORE
                                      : OPENS_WRONG;
}

/* A small tree with one of everything: files of several blocks and holes, a directory that needs an
 * inner node, links, a device. */
static inline void fill(struct fs *fs) {
    static const uint8_t bytes[] = "blocks are stored without the zeros at their end";
    struct inode *dir = NULL;
    struct inode *made = NULL;
    struct fs_creation creation = {.mode = MODE_DIR | 0755};
    CHECK_EQ(fs_create(fs, fs_root(fs), name_of("dir"), &creation, 2, &dir), 0);
    creation.mode = MODE_FILE | 0644;
    CHECK_EQ(fs_create(fs, fs_root(fs), name_of("big"), &creation, 3, &made), 0);
    CHECK_EQ(fs_write(fs, made, 0, bytes, sizeof bytes), sizeof bytes);
    CHECK_EQ(fs_write(fs, made, 8190, bytes, 20), 20); /* across two blocks */
    CHECK_EQ(fs_write(fs, made, 300000, bytes, 10), 10);
    CHECK_EQ(fs_link(fs, made, dir, name_of("same"), 4), 0);
    CHECK_EQ(fs_create(fs, fs_root(fs), name_of("small"), &creation, 5, &made), 0);
    CHECK_EQ(fs_write(fs, made, 0, (const uint8_t *)"hello", 5), 5);
    creation = (struct fs_creation){.mode = MODE_SYMLINK | 0777, .target = name_of("dir/same")};
    CHECK_EQ(fs_create(fs, fs_root(fs), name_of("link"), &creation, 6, &made), 0);
    creation = (struct fs_creation){.mode = MODE_CHAR | 0666, .rdev = 1 << 8 | 3};
    CHECK_EQ(fs_create(fs, fs_root(fs), name_of("null"), &creation, 7, &made), 0);
    creation = (struct fs_creation){.mode = MODE_FIFO | 0600, .uid = 1000};
    for (char c = 'a'; c < 'a' + 26; c++) {
        const char name[] = {c, 0};
        const char longer[] = {c == 'b' ? 'a' : c, 'x', c, 0};
        CHECK_EQ(fs_create(fs, dir, name_of(name), &creation, 8, &made), 0);
        CHECK_EQ(fs_link(fs, made, dir, name_of(longer), 9), 0);
    }
}

/* Makes an object's key fit its bytes, then those that name it, up to the root record. No object
 * can be below itself; where a change would make one so, its key stays wrong at some depth. */
enum { REKEY_DEPTH = 12 };
static inline void rekey_up(struct store *store, uint32_t index, uint32_t depth) {
    struct stored *object = &store->items[index];
    uint8_t old[KEY_SIZE];
    struct sha256 sha;
    sha256_start(&sha);
    if (object->root) {
        if (object->size == ROOT_SIZE) {
            sha256_update(&sha, object->bytes, ROOT_SIZE - KEY_SIZE);
            sha256_finish(&sha, object->bytes + ROOT_SIZE - KEY_SIZE);
        }
        return;
    }
    memcpy(old, object->key, KEY_SIZE);
    sha256_update(&sha, object->bytes, object->size);
    sha256_finish(&sha, object->key);
    if (memcmp(old, object->key, KEY_SIZE) == 0) {
        return;
    }
    for (uint32_t i = 0; i < store->count; i++) {
        struct stored *other = &store->items[i];
        bool names = false;
        for (uint32_t at = 0; at + KEY_SIZE <= other->size; at++) {
            if (other->bytes[at] == old[0] && memcmp(other->bytes + at, old, KEY_SIZE) == 0) {
                memcpy(other->bytes + at, object->key, KEY_SIZE);
                names = true;
            }
        }
        if (names && depth < REKEY_DEPTH) {
            rekey_up(store, i, depth + 1);
        }
    }
}
static inline void rekey(struct store *store, uint32_t index) {
    rekey_up(store, index, 0);
}

/* An image that opens must be as good as any: it can be changed, saved, and opens again as it is.
 */
static inline bool lives_on(struct store *store, struct fs *fs) {
    const struct fs_creation creation = {.mode = MODE_FILE | 0600};
    struct inode *made = NULL;
    uint32_t number;
    int32_t error = fs_create(fs, fs_root(fs), name_of("one more"), &creation, 77, &made);
    if (error == 0) {
        error = fs_write(fs, made, 5000, (const uint8_t *)"text", 4);
    }
    if ((error < 0 && error != -MOX_EEXIST) || fs_check(fs, false, &number) != NULL) {
        return false;
    }
    const struct tree tree = tree_of(fs);
    store_save(store, fs);
    return outcome_of(store, &tree, &tree) == OPENS_AFTER;
}

#endif
