/* Which accesses to guest memory are checked together. Accesses through one value, a constant
 * apart, are a group: where the first of them is done, all bytes of the group are checked to lie in
 * one region, and whatever code that place dominates goes without. A group may hold more than what
 * is accessed in the end, so that a check can fail where no access would; the code is then left, as
 * after any check that failed. */
#ifndef MOXBOX_XLATE_GROUPS_H
#define MOXBOX_XLATE_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "xlate/graph.h"
#include "xlate/profile.h"
#include "xlate/symbols.h"

enum {
    GROUPS_MAX = 2048,
    GROUPS_SLOTS = 24, /* locals for what checks found, at most */
    GROUP_ALONE = GROUPS_SLOTS,
    GROUPS_REGIONS = 64,
};

struct access_group {
    const struct region *region; /* that it should lie in; NULL: whatever the windows know */
    uint32_t root;
    uint32_t first; /* delta of the first access; offsets below are relative to it */
    int32_t low;
    int32_t high; /* end of the last byte */
    bool write;
    uint32_t block;  /* where it is checked */
    uint32_t end;    /* the last block, in order, that needs what the check found */
    uint32_t needed; /* order of the block of the last access that joined */
    uint32_t slot;   /* which local has that; GROUP_ALONE: none, each access is checked */
};

struct groups {
    uint32_t count;
    struct access_group list[GROUPS_MAX]; /* those of a block are neighbours */
    uint32_t first[GRAPH_ROOM];           /* of each block */
    uint32_t own[GRAPH_ROOM];             /* of each block: how many */
    uint32_t latch[GRAPH_ROOM];           /* of each loop's header: its last block, in order */
    uint32_t slots;                       /* used */
    /* Copies of those that are looked at, as the space's may move before the code is written. */
    uint32_t region_count;
    struct region regions[GROUPS_REGIONS];
    /* Of each instruction of the graph: */
    uint16_t of[GRAPH_INSNS]; /* number + 1, 0 for none */
    bool checks[GRAPH_INSNS]; /* the access may leave the code */
    /* Of each: the region that holds it whatever registers hold, or NULL. */
    const struct region *fixed[GRAPH_INSNS];
};

/* What the translated machine looks like. */
struct groups_world {
    const struct profile *profile;
    const struct space *space;
    const struct cpu *cpu;
};

/* needs: a graph that is ready, effects of all instructions by names that hold in the whole
 * function. */
void groups_build(struct groups *groups, struct graph *graph, const struct effect *effects,
                  const struct groups_world *world);

#endif
