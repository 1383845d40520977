/* The keys that the store has, or is about to get, each with the number of objects in memory that
 * have it: equal contents are one object in the store, and what no object in memory is any more can
 * go from the store. */
#ifndef MOXBOX_FS_SAVED_H
#define MOXBOX_FS_SAVED_H

#include "fs/object.h"
#include "moxbox/allocator.h"

struct saved_key {
    uint8_t key[KEY_SIZE];
    uint32_t count;
    bool stored;            /* the store has it */
    bool fresh;             /* handed over in the save that is under way */
    bool leaving;           /* its removal was, in the save that is under way */
    bool unused;            /* on the list of those whose count has come to 0 */
    struct saved_key *next; /* of the same bucket */
    struct saved_key *next_fresh;
    struct saved_key *next_unused;
};

struct saved {
    struct mox_allocator allocator;
    struct saved_key **buckets;
    uint32_t bucket_count; /* a power of two */
    uint32_t count;
    struct saved_key *fresh;
    struct saved_key *unused;
    struct saved_key *leaving; /* where saved_next_leaving stands */
};

/* NULL: no memory. */
struct saved *saved_new(const struct mox_allocator *allocator);
void saved_free(struct saved *saved); /* NULL is allowed */

/* One object more of this key. *fresh: the store does not have it and was not given it. -ENOMEM */
int32_t saved_add(struct saved *saved, const uint8_t key[KEY_SIZE], bool *fresh);

/* As saved_add, for what was just read from the store. */
int32_t saved_add_stored(struct saved *saved, const uint8_t key[KEY_SIZE]);

/* One less. The key was added. */
void saved_drop(struct saved *saved, const uint8_t key[KEY_SIZE]);

/* Settles which keys the store should lose: those that nothing has now. Then gives them one by one;
 * NULL behind the last. */
void saved_start_leaving(struct saved *saved);
const uint8_t *saved_next_leaving(struct saved *saved);

/* The save is in the store, or none of it is. In the second case every object must be counted anew:
 * saved_forget_counts goes before. */
void saved_done(struct saved *saved, bool stored);
void saved_forget_counts(struct saved *saved);

#endif
