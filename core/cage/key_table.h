/* Finds things by a 64-bit number: bound sockets by port, fifos and locks by inode, semaphores by
 * address. Nodes are part of what is found, so that nothing here allocates; several may have the
 * same key. The order of nodes follows from keys and the order of putting alone. */
#ifndef MOXBOX_CAGE_KEY_TABLE_H
#define MOXBOX_CAGE_KEY_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum { KEY_BUCKETS = 256 };

struct key_node {
    struct key_node *next;
    uint64_t key;
    bool in_table;
};

struct key_table {
    struct key_node *buckets[KEY_BUCKETS];
    uint32_t count;
};

void key_table_put(struct key_table *table, struct key_node *node, uint64_t key);
void key_table_remove(struct key_table *table, struct key_node *node); /* not in it: nothing */

/* The first node with this key, the one put last; the next one with the same key; NULL. */
struct key_node *key_table_find(const struct key_table *table, uint64_t key);
struct key_node *key_table_next(const struct key_node *node);

/* base/codec.h: every node, in the order in which they stand. node_at: where the node is in an
 * object of this kind; owned: the table is what the objects belong to; accept: whether an object
 * may stand in this table (NULL: all may). */
struct codec;
struct codec_kind;
void key_table_codec(struct codec *codec, struct key_table *table, const struct codec_kind *kind,
                     uint32_t node_at, bool owned, bool (*accept)(const void *object));

/* Every node: first(table), then after(table, node). */
struct key_node *key_table_first(const struct key_table *table);
struct key_node *key_table_after(const struct key_table *table, const struct key_node *node);

#endif
