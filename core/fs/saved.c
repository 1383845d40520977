#include "fs/saved.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "moxbox/errno.h"

enum { BUCKETS_FIRST = 64 };

struct saved *saved_new(const struct mox_allocator *allocator) {
    struct saved *saved = alloc_get(allocator, sizeof *saved);
    if (saved == NULL) {
        return NULL;
    }
    saved->allocator = *allocator;
    saved->bucket_count = BUCKETS_FIRST;
    saved->buckets = alloc_get(allocator, BUCKETS_FIRST * sizeof(struct saved_key *));
    if (saved->buckets == NULL) {
        alloc_give(allocator, saved, sizeof *saved);
        return NULL;
    }
    return saved;
}

static void free_key(struct saved *saved, struct saved_key *key) {
    alloc_give(&saved->allocator, key, sizeof *key);
}

void saved_free(struct saved *saved) {
    if (saved == NULL) {
        return;
    }
    const struct mox_allocator allocator = saved->allocator;
    for (uint32_t i = 0; i < saved->bucket_count; i++) {
        while (saved->buckets[i] != NULL) {
            struct saved_key *key = saved->buckets[i];
            saved->buckets[i] = key->next;
            free_key(saved, key);
        }
    }
    alloc_give(&allocator, saved->buckets, saved->bucket_count * sizeof(struct saved_key *));
    alloc_give(&allocator, saved, sizeof *saved);
}

/* Where the key is, or would be. Keys are hashes: any part of them will do. */
static struct saved_key **place(const struct saved *saved, const uint8_t *key) {
    struct saved_key **at = &saved->buckets[bytes_load32(key) & (saved->bucket_count - 1)];
    while (*at != NULL && memcmp((*at)->key, key, KEY_SIZE) != 0) {
        at = &(*at)->next;
    }
    return at;
}

/* Twice the buckets, when there is memory; else it goes on, only slower. */
static void grow(struct saved *saved) {
    const uint32_t old_count = saved->bucket_count;
    struct saved_key **old = saved->buckets;
    struct saved_key **buckets =
        alloc_get(&saved->allocator, (size_t)old_count * 2 * sizeof *buckets);
    if (buckets == NULL) {
        return;
    }
    saved->buckets = buckets;
    saved->bucket_count = old_count * 2;
    for (uint32_t i = 0; i < old_count; i++) {
        while (old[i] != NULL) {
            struct saved_key *key = old[i];
            old[i] = key->next;
            struct saved_key **at = place(saved, key->key);
            key->next = *at;
            *at = key;
        }
    }
    alloc_give(&saved->allocator, old, old_count * sizeof *old);
}

static struct saved_key *find_or_add(struct saved *saved, const uint8_t *key) {
    if (saved->count >= saved->bucket_count && saved->bucket_count < (1u << 26)) {
        grow(saved);
    }
    struct saved_key **at = place(saved, key);
    if (*at == NULL) {
        struct saved_key *made = alloc_get(&saved->allocator, sizeof *made);
        if (made == NULL) {
            return NULL;
        }
        memcpy(made->key, key, KEY_SIZE);
        *at = made;
        saved->count++;
    }
    return *at;
}

int32_t saved_add(struct saved *saved, const uint8_t key[KEY_SIZE], bool *fresh) {
    struct saved_key *found = find_or_add(saved, key);
    if (found == NULL) {
        return -MOX_ENOMEM;
    }
    found->count++;
    *fresh = !found->stored && !found->fresh;
    if (*fresh) {
        found->fresh = true;
        found->next_fresh = saved->fresh;
        saved->fresh = found;
    }
    return 0;
}

int32_t saved_add_stored(struct saved *saved, const uint8_t key[KEY_SIZE]) {
    struct saved_key *found = find_or_add(saved, key);
    if (found == NULL) {
        return -MOX_ENOMEM;
    }
    found->count++;
    found->stored = true;
    return 0;
}

void saved_drop(struct saved *saved, const uint8_t key[KEY_SIZE]) {
    struct saved_key *found = *place(saved, key);
    found->count--;
    if (found->count == 0 && !found->unused) {
        found->unused = true;
        found->next_unused = saved->unused;
        saved->unused = found;
    }
}

void saved_start_leaving(struct saved *saved) {
    for (struct saved_key *key = saved->unused; key != NULL; key = key->next_unused) {
        key->leaving = key->count == 0 && key->stored;
    }
    saved->leaving = saved->unused;
}

const uint8_t *saved_next_leaving(struct saved *saved) {
    while (saved->leaving != NULL) {
        const struct saved_key *key = saved->leaving;
        saved->leaving = key->next_unused;
        if (key->leaving) {
            return key->key;
        }
    }
    return NULL;
}

void saved_forget_counts(struct saved *saved) {
    for (uint32_t i = 0; i < saved->bucket_count; i++) {
        for (struct saved_key *key = saved->buckets[i]; key != NULL; key = key->next) {
            key->count = 0;
            if (!key->unused) {
                key->unused = true;
                key->next_unused = saved->unused;
                saved->unused = key;
            }
        }
    }
}

static void forget(struct saved *saved, struct saved_key *key) {
    struct saved_key **at = place(saved, key->key);
    *at = key->next;
    saved->count--;
    free_key(saved, key);
}

void saved_done(struct saved *saved, bool stored) {
    while (saved->fresh != NULL) {
        struct saved_key *key = saved->fresh;
        saved->fresh = key->next_fresh;
        key->fresh = false;
        key->stored = key->stored || stored;
    }
    struct saved_key *key = saved->unused;
    saved->unused = NULL;
    saved->leaving = NULL;
    while (key != NULL) {
        struct saved_key *next = key->next_unused;
        key->stored = key->stored && !(key->leaving && stored);
        key->leaving = false;
        key->unused = key->count == 0 && key->stored;
        if (key->unused) { /* for the next save */
            key->next_unused = saved->unused;
            saved->unused = key;
        } else if (key->count == 0) {
            forget(saved, key);
        }
        key = next;
    }
}
