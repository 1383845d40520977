/* An image that somebody has changed. Every object missing, cut, exchanged for another one, and
 * with single bits flipped: the image does not open, and the object is named. Then the same by
 * somebody who makes all keys fit: it opens as a file system without a fault in it, or says what is
 * wrong. */
#include "fsimage/images.h"

static void refused(const struct store *store, const uint8_t *key) {
    struct damage damage;
    int32_t error;
    struct fs *fs = open_fs(store, &error, &damage);
    CHECK(fs == NULL);
    CHECK_EQ(error, -MOX_EUCLEAN);
    CHECK(damage.problem != NULL);
    if (key != NULL) {
        CHECK(damage.has_key && memcmp(damage.key, key, KEY_SIZE) == 0);
    }
    if (fs != NULL) {
        fs_free(fs);
    }
}

static void one_object(struct store *store, uint32_t index) {
    struct stored *object = &store->items[index];
    const struct stored whole = *object;
    const uint8_t *key = object->root ? NULL : whole.key;
    for (uint32_t bit = 0;
         bit<whole.size * 8; bit += whole.size> 1000 ? 101 : 2 * CHECK_SHARE - 1) {
        object->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        refused(store, key);
        object->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (uint32_t size = 0; size<whole.size; size += whole.size> 1000 ? 61 : CHECK_SHARE) {
        object->size = size;
        refused(store, key);
        object->size = whole.size;
    }
    for (uint32_t other = 0; other < store->count; other++) {
        if (other != index) {
            object->bytes = store->items[other].bytes;
            object->size = store->items[other].size;
            refused(store, key);
        }
    }
    object->bytes = whole.bytes;
    object->size = whole.size;
    store->items[index] = store->items[--store->count];
    refused(store, key);
    store->items[store->count++] = store->items[index];
    store->items[index] = whole;
}

static uint32_t opened;
static uint32_t declined;

/* With keys that fit. */
static void hostile(const struct store *store, uint32_t index, uint32_t at, uint8_t value) {
    struct store copy;
    struct damage damage;
    int32_t error;
    store_copy(&copy, store);
    copy.items[index].bytes[at] = value;
    rekey(&copy, index);
    struct fs *fs = open_fs(&copy, &error, &damage);
    if (fs == NULL) {
        CHECK(error == -MOX_ENOSPC || (error == -MOX_EUCLEAN && damage.problem != NULL));
        declined++;
    } else {
        CHECK(fs_good(fs, false));
        CHECK(lives_on(&copy, fs));
        fs_free(fs);
        opened++;
    }
    store_clear(&copy);
}

static void hostile_object(const struct store *store, uint32_t index) {
    const struct stored *object = &store->items[index];
    const bool block = !object->root && object->bytes[0] == 'B';
    for (uint32_t at = 0; at < object->size; at += block && at > 0 ? 700 : CHECK_SHARE) {
        const uint8_t value = object->bytes[at];
        hostile(store, index, at, value ^ 1);
        hostile(store, index, at, value ^ 0x80);
        hostile(store, index, at, 0);
        hostile(store, index, at, 0xff);
    }
}

int main(void) {
    struct store store = {.count = 0};
    struct fs *fs = new_fs();
    fill(fs);
    store_save(&store, fs);
    const struct tree tree = tree_of(fs);
    fs_free(fs);
    for (uint32_t i = 0; i < store.count; i++) {
        one_object(&store, i);
    }
    CHECK_EQ(outcome_of(&store, &tree, &tree), OPENS_AFTER);
    for (uint32_t i = 0; i < store.count; i++) {
        hostile_object(&store, i);
    }
    printf("%u objects; with keys that fit, %u images opened and %u did not\n", store.count, opened,
           declined);
    CHECK(opened > 100 / CHECK_SHARE && declined > 1000 / CHECK_SHARE);
    store_clear(&store);
    return check_report("damaged images");
}
