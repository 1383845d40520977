/* What translated functions cost by knowing too little: code that had not run, accesses that were
 * taken for others. Instructions interpreted after such a function was left count against it. One
 * whose waste reaches what it costs to translate is written again, with what is known by then, and
 * with entries where the old one was left: callers in older modules still call that, and come out
 * of it into the new one. */
#ifndef MOXBOX_XLATE_BLAME_H
#define MOXBOX_XLATE_BLAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"
#include "xlate/profile.h"

static const uint32_t BLAME_NOBODY = 0xffffffffu;

/* Of an entry of the profile. */
struct blamed {
    uint32_t waste;   /* instructions */
    uint16_t version; /* of its function; that of sites tells whether they are in the newest */
    uint16_t start;   /* of its function: place in `starts`, or 0 */
    uint8_t revised;  /* times that it was written again for its waste */
    bool again;       /* it is to be written again */
};

enum {
    BLAME_STARTS = 4 * PROFILE_ENTRIES,
    BLAME_EACH = 3000, /* interpreted instructions that translating one costs */
};

struct blame {
    struct mox_allocator allocator;
    struct blamed *of; /* PROFILE_ENTRIES */
    uint32_t *heat;    /* one a slot of text: instructions interpreted from there on */
    uint16_t *owner;   /* one a slot of text: the entry whose function has it, + 1; or 0 */
    uint32_t slots;
    bool eager;     /* for tests: everything is worth it soon */
    uint32_t again; /* entries to be written again */
    /* The fuel that a function begins with at least, which its code reads here: too much for
     * anybody when there is a newer one, so that who calls the old one comes back to the engine.
     * [0] is not used. */
    int32_t *starts;
    uint32_t start_count;
    struct graph *graph; /* for costs, with the first of them */
};

/* False when there is no memory: there is nothing to free. */
bool blame_init(struct blame *blame, const struct mox_allocator *allocator, uint32_t slots,
                bool eager);
void blame_free(struct blame *blame);

/* The entry whose function has the place at pc, or seems to begin the guest's function around it;
 * or BLAME_NOBODY. Takes from *most the halfwords that it looked at, and looks at no more. */
uint32_t blame_host(const struct blame *blame, const struct profile *profile, uint32_t pc,
                    uint32_t *most);

/* So many instructions more were interpreted from pc on, where no function can be entered. The
 * function that has the place is to blame, or else the one that was left there, the function of the
 * entry `left` if that is not BLAME_NOBODY. The place becomes an entry when they are enough: what a
 * function costs, which goes with its size. */
void blame_place(struct blame *blame, struct profile *profile, uint32_t pc, uint32_t left,
                 uint64_t interpreted);

/* The same in the middle of a block of the function of an entry. */
void blame_function(struct blame *blame, const struct profile *profile, uint32_t entry,
                    uint64_t interpreted);

/* The function of an entry is to be written again. */
void blame_again(struct blame *blame, uint32_t entry);

/* Whether so much was interpreted from a place on that it is worth an entry of a function that is
 * written again. */
bool blame_is_place(const struct blame *blame, uint32_t slot);

/* The functions to be written again will be. */
void blame_taken(struct blame *blame, const struct profile *profile);

/* A place in `starts` for a new function; 0 when there are no more. */
uint16_t blame_start(struct blame *blame);
/* The place that was taken last, or 0, is not needed. */
void blame_give_back(struct blame *blame, uint16_t start);

/* There is a newer function for an entry, with that place in `starts`, or another that has its code
 * and 0. */
void blame_replaced(struct blame *blame, uint32_t entry, uint16_t start);

#endif
