/* A store in memory, as a host has one: a map from keys to bytes and a root record. What a save
 * hands over is recorded as a list of operations, so that tests can apply as much of it as they
 * like, in any order. */
#ifndef MOXBOX_TESTS_STORE_H
#define MOXBOX_TESTS_STORE_H

#include <stdlib.h>
#include <string.h>

#include "fs/image.h"
#include "moxbox/errno.h"
#include "unit/check.h"

struct stored {
    bool root;
    bool removal; /* as an operation: the key goes */
    uint8_t key[KEY_SIZE];
    uint8_t *bytes;
    uint32_t size;
};

/* Objects of a store, without order; or the operations of a batch, in theirs. */
struct store {
    struct stored *items;
    uint32_t count;
    uint32_t room;
};

static inline struct stored *store_append(struct store *store) {
    if (store->count == store->room) {
        store->room = store->room * 2 + 64;
        store->items = realloc(store->items, store->room * sizeof *store->items);
    }
    store->items[store->count] = (struct stored){.size = 0};
    return &store->items[store->count++];
}

static inline void store_clear(struct store *store) {
    for (uint32_t i = 0; i < store->count; i++) {
        free(store->items[i].bytes);
    }
    free(store->items);
    *store = (struct store){.count = 0};
}

/* NULL: there is none. key NULL: the root. */
static inline struct stored *store_find(const struct store *store, const uint8_t *key) {
    for (uint32_t i = 0; i < store->count; i++) {
        struct stored *item = &store->items[i];
        if (item->root == (key == NULL) && (key == NULL || memcmp(item->key, key, KEY_SIZE) == 0)) {
            return item;
        }
    }
    return NULL;
}

static inline void store_copy_item(struct stored *to, const struct stored *from, uint32_t size) {
    uint8_t *bytes = from->bytes == NULL ? NULL : malloc(size + 1);
    if (bytes != NULL) {
        memcpy(bytes, from->bytes, size);
    }
    free(to->bytes);
    *to = *from;
    to->bytes = bytes;
    to->size = size;
}

/* One operation. size: how many of its bytes get there. */
static inline void store_apply(struct store *store, const struct stored *op, uint32_t size) {
    struct stored *item = store_find(store, op->root ? NULL : op->key);
    if (op->removal) {
        if (item != NULL) {
            free(item->bytes);
            *item = store->items[--store->count];
        }
        return;
    }
    store_copy_item(item != NULL ? item : store_append(store), op, size);
}

static inline void store_copy(struct store *to, const struct store *from) {
    *to = (struct store){.count = 0};
    for (uint32_t i = 0; i < from->count; i++) {
        store_copy_item(store_append(to), &from->items[i], from->items[i].size);
    }
}

/* The batch of a save, complete; 0 or the error. The file system still waits for fs_save_done. */
static inline int32_t store_batch(struct fs *fs, struct store *batch) {
    struct store_op op;
    int32_t got;
    *batch = (struct store){.count = 0};
    while ((got = fs_save_next(fs, &op)) > 0) {
        struct stored *item = store_append(batch);
        item->root = op.kind == STORE_ROOT;
        item->removal = op.kind == STORE_DELETE;
        if (op.key != NULL) {
            memcpy(item->key, op.key, KEY_SIZE);
        }
        if (op.bytes != NULL) {
            item->bytes = malloc(op.size + 1);
            memcpy(item->bytes, op.bytes, op.size);
            item->size = op.size;
        }
    }
    return got;
}

/* Saves all, whole. */
static inline void store_save(struct store *store, struct fs *fs) {
    struct store batch;
    CHECK_EQ(store_batch(fs, &batch), 0);
    for (uint32_t i = 0; i < batch.count; i++) {
        store_apply(store, &batch.items[i], batch.items[i].size);
    }
    store_clear(&batch);
    fs_save_done(fs, 0);
}

/* Opens what is in the store; NULL with *error and *damage. */
static inline struct fs *store_open(const struct store *store,
                                    const struct mox_allocator *allocator,
                                    const struct fs_limits *limits, int32_t *error,
                                    struct damage *damage) {
    const struct stored *root = store_find(store, NULL);
    struct image_load *load = NULL;
    struct fs *fs = NULL;
    const uint8_t *key;
    *error = image_load_new(allocator, limits, root == NULL ? NULL : root->bytes,
                            root == NULL ? 0 : root->size, &load, damage);
    if (*error != 0) {
        return NULL;
    }
    while (*error == 0 && (key = image_load_wants(load)) != NULL) {
        const struct stored *item = store_find(store, key);
        *error = image_load_give(load, item == NULL ? NULL : item->bytes,
                                 item == NULL ? 0 : item->size, damage);
    }
    if (*error == 0) {
        *error = fs_new(allocator, limits, 0, &fs);
    }
    if (*error == 0) {
        *error = image_load_finish(load, fs, damage);
    }
    image_load_free(load);
    if (*error != 0 && fs != NULL) {
        fs_free(fs);
        fs = NULL;
    }
    return fs;
}

static inline void hash_of(struct fs *fs, uint32_t step, uint8_t digest[KEY_SIZE]) {
    while (!fs_hash_step(fs, step, digest)) {
    }
}

static inline bool fs_good(struct fs *fs, bool held) {
    uint32_t number = 0;
    const char *problem = fs_check(fs, held, &number);
    if (problem != NULL) {
        printf("inode %u: %s\n", number, problem);
    }
    return CHECK(problem == NULL);
}

#endif
