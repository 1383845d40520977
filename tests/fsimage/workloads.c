/* All workloads of up to three operations (create, mkdir, write, truncate, link, symlink, unlink,
 * rmdir, rename, chmod, sync) on two names in two directories, each saved and stopped after every
 * operation of the save's batch: what opens is the tree as of the last completed sync, or as of the
 * one that was under way. Operations that refuse change nothing, so workloads with such are shorter
 * ones and are passed over. Three operations: every eighth workload, all with the argument "all".
 */
#include "fsimage/images.h"

struct slot {
    const char *dir; /* "": the root */
    const char *name;
};
static const struct slot slots[] = {{"", "a"}, {"", "b"}, {"d", "a"}, {"d", "b"}};

enum kind { CREATE, MKDIR, WRITE, TRUNCATE, SYMLINK, UNLINK, RMDIR, CHMOD, LINK, RENAME, SYNC };

struct operation {
    enum kind kind;
    uint32_t from;
    uint32_t to;
};

enum { OPERATIONS_MAX = 64, LENGTH_MAX = 3 };
static struct operation operations[OPERATIONS_MAX];
static uint32_t operation_count;
static uint64_t workloads;
static uint64_t stops;

static void list_operations(void) {
    for (uint32_t kind = CREATE; kind <= CHMOD; kind++) {
        for (uint32_t i = 0; i < 4; i++) {
            operations[operation_count++] = (struct operation){(enum kind)kind, i, i};
        }
    }
    for (uint32_t kind = LINK; kind <= RENAME; kind++) {
        for (uint32_t i = 0; i < 16; i++) {
            if (i / 4 != i % 4) {
                operations[operation_count++] = (struct operation){(enum kind)kind, i / 4, i % 4};
            }
        }
    }
    operations[operation_count++] = (struct operation){SYNC, 0, 0};
}

static struct inode *dir_of(struct fs *fs, uint32_t slot) {
    struct inode *root = fs_root(fs);
    return slots[slot].dir[0] == 0 ? root : fs_find(fs, root, name_of(slots[slot].dir));
}

static int32_t make(struct fs *fs, struct inode *dir, const char *name, uint32_t mode,
                    uint64_t now) {
    const struct fs_creation creation = {.mode = mode, .target = name_of("target")};
    struct inode *made;
    return fs_create(fs, dir, name_of(name), &creation, now, &made);
}

/* 0 when it has changed something. */
static int32_t perform(struct fs *fs, const struct operation *operation, uint64_t now) {
    static const uint8_t bytes[5000] = {1, 2, 3};
    struct inode *dir = dir_of(fs, operation->from);
    struct inode *to_dir = dir_of(fs, operation->to);
    const char *name = slots[operation->from].name;
    const struct fs_name to = name_of(slots[operation->to].name);
    struct inode *inode = fs_find(fs, dir, name_of(name));
    const bool file = inode != NULL && inode_is(inode, MODE_FILE);
    switch (operation->kind) {
    case CREATE: return make(fs, dir, name, MODE_FILE | 0644, now);
    case MKDIR: return make(fs, dir, name, MODE_DIR | 0755, now);
    case SYMLINK: return make(fs, dir, name, MODE_SYMLINK | 0777, now);
    case WRITE: return file && fs_write(fs, inode, inode->size, bytes, sizeof bytes) > 0 ? 0 : -1;
    case TRUNCATE: return file && inode->size > 0 ? fs_resize(fs, inode, inode->size / 3) : -1;
    case UNLINK: return fs_remove(fs, dir, name_of(name), false, now);
    case RMDIR: return fs_remove(fs, dir, name_of(name), true, now);
    case CHMOD:
        if (inode == NULL) {
            return -1;
        }
        inode->mode ^= 0022;
        fs_changed(fs, inode, now);
        return 0;
    case LINK: return inode == NULL ? -1 : fs_link(fs, inode, to_dir, to, now);
    case RENAME:
        return inode == fs_find(fs, to_dir, to)
                   ? -1
                   : fs_rename(fs, dir, name_of(name), to_dir, to, now);
    default: return 0;
    }
}

/* The save that stops after each of its operations, then takes place. */
static void save(struct fs *fs, struct store *store, struct tree *synced) {
    const struct tree now = tree_of(fs);
    struct store batch;
    struct store partly;
    bool root = false;
    CHECK_EQ(store_batch(fs, &batch), 0);
    store_copy(&partly, store);
    for (uint32_t i = 0; i < batch.count; i++) {
        store_apply(&partly, &batch.items[i], batch.items[i].size);
        root = root || batch.items[i].root;
        const enum outcome outcome = outcome_of(&partly, synced, &now);
        CHECK(outcome == (root ? OPENS_AFTER : OPENS_BEFORE) ||
              (tree_same(&now, synced) && outcome != OPENS_WRONG));
        stops++;
    }
    store_clear(store);
    store_clear(&batch);
    *store = partly;
    fs_save_done(fs, 0);
    *synced = now;
}

/* False: an operation has changed nothing. */
static bool workload(const uint32_t *which, uint32_t length, const struct store *start) {
    struct store store;
    struct damage damage;
    int32_t error;
    bool changed = true;
    store_copy(&store, start);
    struct fs *fs = open_fs(&store, &error, &damage);
    struct tree synced = tree_of(fs);
    for (uint32_t i = 0; i < length && changed; i++) {
        const struct operation *operation = &operations[which[i]];
        changed = perform(fs, operation, 10 + i) == 0;
        if (changed && operation->kind == SYNC) {
            changed = i > 0 && i + 1 < length && fs_unsaved(fs);
            if (changed) {
                save(fs, &store, &synced);
            }
        }
    }
    if (changed) {
        CHECK(fs_good(fs, false));
        save(fs, &store, &synced);
        workloads++;
    }
    fs_free(fs);
    store_clear(&store);
    return changed;
}

int main(void) {
    const struct fs_creation creation = {.mode = MODE_DIR | 0755};
    struct store start = {.count = 0};
    struct inode *made;
    struct fs *fs = new_fs();
    CHECK_EQ(fs_create(fs, fs_root(fs), name_of("d"), &creation, 5, &made), 0);
    CHECK_EQ(make(fs, made, "b", MODE_FILE | 0600, 6), 0);
    store_save(&start, fs);
    fs_free(fs);
    list_operations();
    for (uint32_t a = 0; a < operation_count; a++) {
        uint32_t which[LENGTH_MAX] = {a};
        if (operations[a].kind != SYNC && !workload(which, 1, &start)) {
            continue;
        }
        for (which[1] = 0; which[1] < operation_count; which[1]++) {
            const bool sync = operations[which[1]].kind == SYNC;
            if (!sync && !workload(which, 2, &start)) {
                continue;
            }
            for (which[2] = 0; which[2] < operation_count; which[2]++) {
                (void)workload(which, 3, &start);
            }
        }
    }
    store_clear(&start);
    printf("%" PRIu64 " workloads, %" PRIu64 " stops\n", workloads, stops);
    CHECK(workloads > 5000);
    return check_report("workloads");
}
