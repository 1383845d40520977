/* Random operations against the naive model (fs_model.h), with every invariant checked after each;
 * from time to time the whole tree is compared, hashed in steps of different sizes, saved, and
 * opened again from the store, which must hold just what the image needs. */
#include "base/alloc.h"
#include "fs/saved.h"
#include "unit/counting.h"
#include "unit/fs_model.h"
#include "unit/store.h"

static struct model model;
static uint64_t now;
static bool wide; /* most names go to the root, so that it has many */
static uint32_t widest;

static uint32_t next_random(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}
static uint32_t below(uint64_t *seed, uint32_t bound) {
    return next_random(seed) % bound;
}

/* Names that share prefixes of many lengths; some as long as names get, and with bytes above 127.
 */
static void random_name(uint64_t *seed, char *name) {
    uint32_t size = 1 + below(seed, 7);
    if (below(seed, 16) == 0) {
        size = below(seed, 2) == 0 ? 255 : 200 + below(seed, 55);
    }
    memset(name, 'p', size);
    for (uint32_t i = size > 7 ? size - 3 : 0; i < size; i++) {
        name[i] = "ab\xe9"[below(seed, 3)];
    }
    name[size] = 0;
}

static struct fs_name name_of(const char *text) {
    return (struct fs_name){text, (uint32_t)strlen(text)};
}

static uint32_t random_node(uint64_t *seed, uint32_t type) {
    if (type == MODE_DIR && wide && below(seed, 8) != 0) {
        return 1;
    }
    for (uint32_t tries = 0; tries < 200; tries++) {
        const uint32_t at = 1 + below(seed, 120);
        const struct model_node *node = &model.nodes[at];
        /* Without a name only what is held can be reached. */
        if (node->used && (type == 0 || node->type == type) && (node->links > 0 || node->held)) {
            return at;
        }
    }
    return type == MODE_DIR ? 1 : 0;
}

static uint32_t count_nodes(void) {
    uint32_t count = 0;
    for (uint32_t i = 1; i < MODEL_NODES; i++) {
        count += model.nodes[i].used;
    }
    return count;
}

static void one_creation(struct fs *fs, uint64_t *seed) {
    static const uint32_t types[] = {MODE_FILE, MODE_FILE, MODE_FILE,    MODE_DIR,
                                     MODE_DIR,  MODE_FIFO, MODE_SYMLINK, MODE_SOCKET};
    const uint32_t dir = random_node(seed, MODE_DIR);
    const uint32_t type = types[below(seed, 8)];
    struct inode *made = NULL;
    char name[256];
    random_name(seed, name);
    const struct fs_creation creation = {.mode = type | 0644, .target = name_of("to/where")};
    if (count_nodes() > MODEL_NODES - 2 || model.nodes[dir].count == MODEL_ENTRIES) {
        return;
    }
    const int32_t error = fs_create(fs, inode_get(fs, dir), name_of(name), &creation, now, &made);
    CHECK_EQ(error, model_create(&model, dir, name, type, "to/where", now));
    CHECK_EQ(made != NULL, error == 0);
}

static void one_link(struct fs *fs, uint64_t *seed) {
    const uint32_t dir = random_node(seed, MODE_DIR);
    const uint32_t target = random_node(seed, 0);
    char name[256];
    random_name(seed, name);
    if (target == 0 || model.nodes[dir].count == MODEL_ENTRIES) {
        return;
    }
    CHECK_EQ(fs_link(fs, inode_get(fs, target), inode_get(fs, dir), name_of(name), now),
             model_link(&model, target, dir, name, now));
}

/* A name of the directory, or now and then one that is not. */
static void some_name(uint64_t *seed, uint32_t dir, char *name) {
    const struct model_node *node = &model.nodes[dir];
    if (node->count > 0 && below(seed, 8) != 0) {
        strcpy(name, node->entries[below(seed, node->count)].name);
    } else {
        random_name(seed, name);
    }
}

static void one_removal(struct fs *fs, uint64_t *seed) {
    const uint32_t dir = random_node(seed, MODE_DIR);
    char name[256];
    some_name(seed, dir, name);
    const bool directory = below(seed, 3) == 0;
    CHECK_EQ(fs_remove(fs, inode_get(fs, dir), name_of(name), directory, now),
             model_remove(&model, dir, name, directory, now));
}

static void one_rename(struct fs *fs, uint64_t *seed) {
    const uint32_t dir = random_node(seed, MODE_DIR);
    const uint32_t to_dir = below(seed, 3) == 0 ? dir : random_node(seed, MODE_DIR);
    char name[256];
    char to[256];
    some_name(seed, dir, name);
    some_name(seed, to_dir, to);
    if (model.nodes[to_dir].count == MODEL_ENTRIES) {
        return;
    }
    CHECK_EQ(
        fs_rename(fs, inode_get(fs, dir), name_of(name), inode_get(fs, to_dir), name_of(to), now),
        model_rename(&model, dir, name, to_dir, to, now));
}

static void one_write(struct fs *fs, uint64_t *seed) {
    static uint8_t bytes[20000];
    const uint32_t file = random_node(seed, MODE_FILE);
    const uint32_t size = 1 + below(seed, below(seed, 2) == 0 ? 20000 : 100);
    const uint32_t offset = below(seed, below(seed, 2) == 0 ? MODEL_BYTES - 20000 : 10000);
    if (file == 0) {
        return;
    }
    struct model_node *node = &model.nodes[file];
    for (uint32_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)next_random(seed);
    }
    CHECK_EQ(fs_write(fs, inode_get(fs, file), offset, bytes, size), size);
    fs_modified(fs, inode_get(fs, file), now);
    memcpy(node->bytes + offset, bytes, size);
    node->size = offset + size > node->size ? offset + size : node->size;
    node->mtime = node->ctime = now;
}

static void one_resize(struct fs *fs, uint64_t *seed) {
    const uint32_t file = random_node(seed, MODE_FILE);
    const uint32_t size = below(seed, 4) == 0 ? 0 : below(seed, MODEL_BYTES);
    if (file == 0) {
        return;
    }
    struct model_node *node = &model.nodes[file];
    CHECK_EQ(fs_resize(fs, inode_get(fs, file), size), 0);
    fs_modified(fs, inode_get(fs, file), now);
    if (size < node->size) {
        memset(node->bytes + size, 0, node->size - size);
    }
    node->size = size;
    node->mtime = node->ctime = now;
}

static void one_hold(struct fs *fs, uint64_t *seed) {
    const uint32_t at = random_node(seed, 0);
    if (at <= 1) {
        return;
    }
    struct model_node *node = &model.nodes[at];
    if (node->held) {
        node->held = false;
        model_sweep(&model);
        fs_drop(fs, inode_get(fs, at));
    } else {
        node->held = true;
        fs_hold(inode_get(fs, at));
    }
}

static void restart(struct fs *fs, struct store *store, uint64_t *seed) {
    const struct fs_limits limits = {.bytes = 0};
    const struct mox_allocator allocator = alloc_default(NULL);
    struct damage damage;
    int32_t error;
    uint8_t mine[KEY_SIZE];
    uint8_t theirs[KEY_SIZE];
    if (below(seed, 2) == 0) { /* a hash between saves must not matter */
        hash_of(fs, 1 + below(seed, 10000), mine);
    }
    if (below(seed, 4) == 0) { /* nor a save that fails, wherever it stops */
        struct store_op op;
        for (uint32_t i = below(seed, 30); i > 0 && fs_save_next(fs, &op) > 0; i--) {
        }
        fs_save_done(fs, -MOX_EIO);
        CHECK(fs_good(fs, true));
    }
    store_save(store, fs);
    CHECK(!fs_unsaved(fs));
    struct fs *again = store_open(store, &fs->allocator, &limits, &error, &damage);
    if (!CHECK(again != NULL)) {
        printf("%d %s\n", error, damage.problem != NULL ? damage.problem : "");
        return;
    }
    fs_good(again, false);
    model_compare(&model, again, true);
    hash_of(fs, UINT32_MAX, mine);
    hash_of(again, 1, theirs);
    /* Equal when nothing without a name was dropped. */
    if (again->inodes == fs->inodes) {
        CHECK(memcmp(mine, theirs, KEY_SIZE) == 0);
        CHECK_EQ(again->used, fs->used);
        CHECK(!fs_unsaved(again));
        CHECK_EQ(again->saved->count + 1, store->count); /* and the root record */
    } else {
        CHECK(fs_unsaved(again));
        store_save(store, again);
        CHECK_EQ(again->saved->count + 1, store->count);
        store_clear(store); /* fs does not know what has gone: it begins with an empty store */
        saved_free(fs->saved);
        fs->saved = NULL;
        CHECK_EQ(fs_attach(fs), 0);
    }
    (void)allocator;
    fs_free(again);
}

static void history(uint64_t seed, uint32_t steps, const struct mox_allocator *allocator) {
    const struct fs_limits limits = {.bytes = 0};
    struct store store = {.count = 0};
    struct fs *fs = NULL;
    CHECK_EQ(fs_new(allocator, &limits, now, &fs), 0);
    CHECK_EQ(fs_attach(fs), 0);
    (void)model_new(&model, MODE_DIR, now);
    for (uint32_t step = 0; step < steps && check_failed == 0; step++) {
        now += below(&seed, 3);
        switch (below(&seed, 12)) {
        case 0:
        case 1:
        case 2:
        case 3: one_creation(fs, &seed); break;
        case 4:
        case 5: one_link(fs, &seed); break;
        case 6: one_removal(fs, &seed); break;
        case 7: one_rename(fs, &seed); break;
        case 8: one_hold(fs, &seed); break;
        case 9: one_resize(fs, &seed); break;
        default: one_write(fs, &seed); break;
        }
        fs_good(fs, false);
        widest = model.nodes[1].count > widest ? model.nodes[1].count : widest;
        if (step % 16 == 0) {
            model_compare(&model, fs, false);
        }
        if (step % 64 == 0) {
            restart(fs, &store, &seed);
        }
    }
    fs_free(fs);
    store_clear(&store);
    for (uint32_t i = 0; i < MODEL_NODES; i++) {
        model_clear(&model.nodes[i]);
    }
}

int main(int argc, char **argv) {
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    const uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 0) : 6;
    const uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    for (uint64_t seed = first; seed < first + seeds && check_failed == 0; seed++) {
        wide = seed % 2 == 0;
        history(seed, 1500, &allocator);
        CHECK_EQ(counting.blocks, 0);
        CHECK_EQ(counting.bytes, 0);
        if (check_failed > 0) {
            printf("seed %" PRIu64 "\n", seed);
        }
    }
    CHECK(argc > 1 || widest > 4 * DIR_LEAF); /* trees of several levels came about */
    return check_report("file system against its model");
}
