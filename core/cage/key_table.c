/* See key_table.h. */
#include "cage/key_table.h"

#include "base/codec.h"

#include <stddef.h>

static uint32_t bucket_of(uint64_t key) {
    const uint64_t mixed = key * 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio: spreads all bits */
    return (uint32_t)(mixed >> 56);
}

void key_table_put(struct key_table *table, struct key_node *node, uint64_t key) {
    struct key_node **bucket = &table->buckets[bucket_of(key)];
    *node = (struct key_node){.next = *bucket, .key = key, .in_table = true};
    *bucket = node;
    table->count++;
}

void key_table_remove(struct key_table *table, struct key_node *node) {
    if (!node->in_table) {
        return;
    }
    struct key_node **at = &table->buckets[bucket_of(node->key)];
    while (*at != node) {
        at = &(*at)->next;
    }
    *at = node->next;
    *node = (struct key_node){.next = NULL};
    table->count--;
}

static struct key_node *same_key(struct key_node *node, uint64_t key) {
    while (node != NULL && node->key != key) {
        node = node->next;
    }
    return node;
}

struct key_node *key_table_find(const struct key_table *table, uint64_t key) {
    return same_key(table->buckets[bucket_of(key)], key);
}

struct key_node *key_table_next(const struct key_node *node) {
    return same_key(node->next, node->key);
}

static struct key_node *from_bucket(const struct key_table *table, uint32_t bucket) {
    while (bucket < KEY_BUCKETS && table->buckets[bucket] == NULL) {
        bucket++;
    }
    return bucket < KEY_BUCKETS ? table->buckets[bucket] : NULL;
}

struct key_node *key_table_first(const struct key_table *table) {
    return from_bucket(table, 0);
}

struct key_node *key_table_after(const struct key_table *table, const struct key_node *node) {
    return node->next != NULL ? node->next : from_bucket(table, bucket_of(node->key) + 1);
}

/* Behind those that are in the table already, for loading. */
static bool append(struct key_table *table, struct key_node *last, struct key_node *node,
                   uint64_t key) {
    struct key_node **place = &table->buckets[bucket_of(key)];
    if (node->in_table || (last != NULL && bucket_of(last->key) > bucket_of(key))) {
        return false;
    }
    if (*place != NULL) {
        place = &last->next;
    }
    *node = (struct key_node){.key = key, .in_table = true};
    *place = node;
    table->count++;
    return true;
}

static void *node_codec(struct codec *codec, const struct codec_kind *kind, void *object,
                        bool owned) {
    return owned ? codec_owned(codec, kind, object) : codec_reference(codec, kind, object);
}

void key_table_codec(struct codec *codec, struct key_table *table, const struct codec_kind *kind,
                     uint32_t node_at, bool owned, bool (*accept)(const void *object)) {
    struct key_node *node = codec->loads ? NULL : key_table_first(table);
    uint32_t count = table->count;
    codec_word(codec, &count);
    for (uint32_t i = 0; i < count && codec_good(codec); i++) {
        void *object = codec->loads ? NULL : (uint8_t *)node - node_at;
        uint64_t key = codec->loads ? 0 : node->key;
        object = node_codec(codec, kind, object, owned);
        codec_wide(codec, &key);
        if (!codec->loads) {
            node = key_table_after(table, node);
        } else if (codec_need(codec, object != NULL && (accept == NULL || accept(object)))) {
            struct key_node *next = (struct key_node *)(void *)((uint8_t *)object + node_at);
            (void)codec_need(codec, append(table, node, next, key));
            node = next;
        }
    }
}
