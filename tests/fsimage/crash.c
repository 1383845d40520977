/* A save that stops: after every operation of its batch, after every byte, with the operations in
 * another order, with a full disk, again while what is left is being repaired. The image opens as
 * it was before the save or after it, or says what is damaged; and where a store keeps the order of
 * a batch and writes a record wholly or not at all, it never says that. */
#include "fsimage/images.h"

struct save {
    struct store before; /* the store's contents */
    struct store batch;
    struct tree old;
    struct tree new;
    uint32_t root; /* index in the batch */
};

static uint64_t random_state = 1;
static uint32_t below(uint32_t bound) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % bound;
}

static void apply(struct store *store, const struct store *batch, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        store_apply(store, &batch->items[i], batch->items[i].size);
    }
}

static void at_every_operation(const struct save *save) {
    for (uint32_t stop = 0; stop <= save->batch.count; stop++) {
        struct store store;
        store_copy(&store, &save->before);
        apply(&store, &save->batch, 0, stop);
        CHECK_EQ(outcome_of(&store, &save->old, &save->new),
                 stop <= save->root ? OPENS_BEFORE : OPENS_AFTER);
        apply(&store, &save->batch, 0, stop); /* once more what was there already */
        CHECK_EQ(outcome_of(&store, &save->old, &save->new),
                 stop <= save->root ? OPENS_BEFORE : OPENS_AFTER);
        apply(&store, &save->batch, stop, save->batch.count);
        CHECK_EQ(outcome_of(&store, &save->old, &save->new), OPENS_AFTER);
        store_clear(&store);
    }
}

/* Every length of every record that is written, the root record's too. Blocks are long and alike,
 * so of long records not every length is tried. */
static void at_every_byte(const struct save *save) {
    struct store store;
    store_copy(&store, &save->before);
    for (uint32_t i = 0; i < save->batch.count; i++) {
        const struct stored *op = &save->batch.items[i];
        const uint32_t stride = op->size > 1000 ? 1024 : op->size > 200 ? 13 : 1;
        for (uint32_t size = 0; !op->removal && size < op->size; size += stride) {
            store_apply(&store, op, size);
            const enum outcome outcome = outcome_of(&store, &save->old, &save->new);
            CHECK_EQ(outcome, op->root ? NAMES_DAMAGE : OPENS_BEFORE);
        }
        store_apply(&store, op, op->size);
    }
    store_clear(&store);
}

/* Any part of the batch: all parts of a small one. */
static void in_another_order(const struct save *save) {
    const uint32_t count = save->batch.count;
    const uint32_t parts = count <= 10 ? 1u << count : 40;
    for (uint32_t part = 0; part < parts; part++) {
        struct store store;
        bool objects = true;
        bool root = false;
        bool removed = false;
        store_copy(&store, &save->before);
        for (uint32_t i = 0; i < count; i++) {
            const struct stored *op = &save->batch.items[i];
            const bool done = count <= 10 ? (part >> i & 1) != 0 : below(16) < 1 + part % 15;
            if (done) {
                store_apply(&store, op, op->size);
            }
            root = root || (op->root && done);
            removed = removed || (op->removal && done);
            objects = objects && (done || op->root || op->removal);
        }
        const enum outcome outcome = outcome_of(&store, &save->old, &save->new);
        CHECK(outcome != OPENS_WRONG);
        CHECK(!root || outcome == (objects ? OPENS_AFTER : NAMES_DAMAGE));
        CHECK(root || removed || outcome == OPENS_BEFORE);
        CHECK(root || outcome != OPENS_AFTER);
        store_clear(&store);
    }
}

/* The machine stops inside one save, starts again, and stops inside the next. */
static void while_repairing(const struct save *save) {
    for (uint32_t tries = 0; tries < 10; tries++) {
        struct store store;
        struct store batch;
        struct damage damage;
        int32_t error;
        const uint32_t stop = below(save->batch.count + 1);
        store_copy(&store, &save->before);
        apply(&store, &save->batch, 0, stop);
        if (stop < save->root) { /* and one record is half there */
            store_apply(&store, &save->batch.items[stop], save->batch.items[stop].size / 2);
        }
        struct fs *fs = open_fs(&store, &error, &damage);
        if (!CHECK(fs != NULL)) {
            store_clear(&store);
            continue;
        }
        const struct tree old = tree_of(fs);
        const struct fs_creation creation = {.mode = MODE_FILE | 0600};
        struct inode *made = NULL;
        CHECK_EQ(fs_create(fs, fs_root(fs), name_of("repaired"), &creation, 99, &made), 0);
        const struct tree new = tree_of(fs);
        CHECK_EQ(store_batch(fs, &batch), 0);
        fs_free(fs);
        for (uint32_t again = 0; again <= batch.count; again++) {
            struct store second;
            store_copy(&second, &store);
            apply(&second, &batch, 0, again);
            const enum outcome outcome = outcome_of(&second, &old, &new);
            CHECK(outcome == OPENS_BEFORE || outcome == OPENS_AFTER);
            store_clear(&second);
        }
        store_clear(&batch);
        store_clear(&store);
    }
}

/* The disk is full: nothing of the batch is there, the machine goes on, and saves when it can. */
static void with_a_full_disk(struct fs *fs, struct store *store) {
    for (uint32_t operations = 0; operations < 12; operations += 3) {
        struct store_op op;
        for (uint32_t i = 0; i < operations && fs_save_next(fs, &op) > 0; i++) {
        }
        fs_save_done(fs, -MOX_ENOSPC);
        CHECK_EQ(fs->save_result, -MOX_ENOSPC);
        CHECK(fs_unsaved(fs));
        CHECK(fs_good(fs, false));
    }
    const struct tree tree = tree_of(fs);
    store_save(store, fs);
    CHECK_EQ(outcome_of(store, &tree, &tree), OPENS_AFTER);
    CHECK_EQ(fs->saved->count + 1, store->count);
}

/* A change to save, of many kinds. */
static void change(struct fs *fs, uint32_t which) {
    static uint8_t bytes[20000];
    struct inode *root = fs_root(fs);
    struct inode *dir = fs_find(fs, root, name_of("dir"));
    struct inode *made = NULL;
    const struct fs_creation creation = {.mode = MODE_FILE | 0600};
    memset(bytes, (int)which, sizeof bytes);
    switch (which) {
    case 0: fill(fs); break;
    case 1: CHECK_EQ(fs_remove(fs, dir, name_of("cxc"), false, 20), 0); break;
    case 2: CHECK_EQ(fs_rename(fs, root, name_of("small"), dir, name_of("c"), 21), 0); break;
    case 3:
        CHECK_EQ(fs_write(fs, fs_find(fs, root, name_of("big")), 4096, bytes, 9000), 9000);
        break;
    case 4: CHECK_EQ(fs_resize(fs, fs_find(fs, root, name_of("big")), 5), 0); break;
    case 5:
        for (char c = 'd'; c <= 'w'; c++) { /* the inner node goes */
            const char name[] = {c, 0};
            const char longer[] = {c, 'x', c, 0};
            CHECK_EQ(fs_remove(fs, dir, name_of(name), false, 22), 0);
            CHECK_EQ(fs_remove(fs, dir, name_of(longer), false, 22), 0);
        }
        break;
    case 6:
        CHECK_EQ(fs_create(fs, dir, name_of("hundred blocks"), &creation, 23, &made), 0);
        for (uint32_t i = 0; i < 20; i++) {
            bytes[i] = (uint8_t)i; /* and many of them the same */
            CHECK_EQ(fs_write(fs, made, i * 20480, bytes, sizeof bytes), sizeof bytes);
        }
        break;
    default: fs_accessed(fs, root, 24 + which); break;
    }
}

int main(void) {
    struct store store = {.count = 0};
    struct fs *fs = new_fs();
    store_save(&store, fs);
    for (uint32_t which = 0; which < 8; which++) {
        struct save save = {.old = tree_of(fs)};
        change(fs, which);
        CHECK(fs_good(fs, false));
        save.new = tree_of(fs);
        CHECK(!tree_same(&save.old, &save.new));
        store_copy(&save.before, &store);
        CHECK_EQ(store_batch(fs, &save.batch), 0);
        while (!save.batch.items[save.root].root) {
            save.root++;
        }
        at_every_operation(&save);
        at_every_byte(&save);
        in_another_order(&save);
        while_repairing(&save);
        fs_save_done(fs, -MOX_EIO);
        with_a_full_disk(fs, &store);
        store_clear(&save.batch);
        store_clear(&save.before);
    }
    fs_free(fs);
    store_clear(&store);
    return check_report("saves that stop");
}
