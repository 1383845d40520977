/* The host's memory fails once, at every allocation of opening and of saving: the call says so,
 * nothing leaks, the file system goes on as if it had not been asked, and the next try succeeds. */
#include "fsimage/images.h"
#include "unit/counting.h"

static const struct fs_limits limits = {.bytes = 0};

static void opening(const struct store *store, const struct tree *expected) {
    struct counting counting = {.fail_at = 1};
    const struct mox_allocator allocator = counting_allocator(&counting);
    struct fs *fs = NULL;
    while (fs == NULL) {
        struct damage damage;
        int32_t error;
        counting.calls = 0;
        counting.failed = false;
        fs = store_open(store, &allocator, &limits, &error, &damage);
        CHECK_EQ(fs == NULL, error != 0);
        if (fs == NULL) {
            CHECK_EQ(error, -MOX_ENOMEM);
            CHECK(counting.failed);
            CHECK_EQ(counting.blocks, 0);
            counting.fail_at++;
        }
    }
    CHECK(counting.fail_at > 100);
    counting.fail_at = 0;
    const struct tree tree = tree_of(fs);
    CHECK(tree_same(&tree, expected));
    fs_free(fs);
    CHECK_EQ(counting.bytes, 0);
}

/* A save of everything, and one of a few changes, with removals. */
static void saving(void) {
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    struct store store = {.count = 0};
    struct fs *fs = NULL;
    CHECK_EQ(fs_new(&allocator, &limits, 1, &fs), 0);
    for (uint32_t failures = 0; failures < 2; failures++) {
        counting.fail_at = counting.calls + 1 + failures;
        CHECK_EQ(fs_attach(fs), -MOX_ENOMEM);
    }
    counting.fail_at = 0;
    CHECK_EQ(fs_attach(fs), 0);
    fill(fs);
    for (uint32_t round = 0; round < 2; round++) {
        const struct tree tree = tree_of(fs);
        uint32_t failures = 0;
        for (;;) {
            struct store batch;
            counting.failed = false;
            counting.fail_at = counting.calls + 1 + failures;
            const int32_t error = store_batch(fs, &batch);
            counting.fail_at = 0;
            if (error == 0) {
                for (uint32_t i = 0; i < batch.count; i++) {
                    store_apply(&store, &batch.items[i], batch.items[i].size);
                }
                store_clear(&batch);
                fs_save_done(fs, 0);
                break;
            }
            store_clear(&batch);
            CHECK_EQ(error, -MOX_ENOMEM);
            CHECK_EQ(fs->save_result, -MOX_ENOMEM);
            CHECK(counting.failed && fs_unsaved(fs) && fs_good(fs, false));
            failures++;
        }
        CHECK(failures > 1);
        CHECK_EQ(outcome_of(&store, &tree, &tree), OPENS_AFTER);
        CHECK_EQ(fs->saved->count + 1, store.count);
        if (round == 0) {
            CHECK_EQ(fs_remove(fs, fs_root(fs), name_of("small"), false, 50), 0);
            CHECK_EQ(fs_rename(fs, fs_root(fs), name_of("big"), fs_root(fs), name_of("large"), 51),
                     0);
        }
    }
    store_save(&store, fs);
    const struct tree tree = tree_of(fs);
    fs_free(fs);
    CHECK_EQ(counting.bytes, 0);
    opening(&store, &tree);
    store_clear(&store);
}

int main(void) {
    saving();
    return check_report("images without memory");
}
