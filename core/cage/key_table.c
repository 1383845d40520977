/* See key_table.h. */
#include "cage/key_table.h"

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
