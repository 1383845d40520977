#include "xlate/groups.h"

#include "xlate/values.h"

#include <string.h>

enum {
    SPAN = 2048,     /* bytes that one check covers at most */
    SPAN_FAR = 512,  /* the same when it covers other blocks' accesses, which may not be done */
    CHAIN_MAX = 100, /* dominating blocks looked at */
    TRIES_MAX = 200, /* groups looked at */
};

/* The access being put into a group. */
struct access {
    struct groups *groups;
    const struct graph *graph;
    const struct effect *effect;
    const struct region *region;
    uint32_t block;
};

static bool may(const struct region *region, const struct effect *effect) {
    const uint32_t read = effect->reads_back || !effect->write ? RIGHT_READ : 0;
    const uint32_t rights = read | (effect->write ? RIGHT_WRITE : 0);
    return (region->rights & rights) == rights;
}

/* The copy of a region; NULL when there are too many, or for NULL. */
static const struct region *keep(struct groups *groups, const struct region *region) {
    uint32_t i = 0;
    while (region != NULL && i < groups->region_count && groups->regions[i].base != region->base) {
        i++;
    }
    if (region == NULL || i == GROUPS_REGIONS) {
        return NULL;
    }
    if (i == groups->region_count) {
        groups->regions[groups->region_count++] = *region;
    }
    return &groups->regions[i];
}

/* The region that an access should be checked against. */
static const struct region *region_for(const struct groups_world *world, uint32_t pc,
                                       const struct effect *effect) {
    const struct profile *profile = world->profile;
    const struct region *region = profile_region(profile, world->space, pc);
    const uint32_t root = values_register(effect->address.root);
    if (region == NULL && profile->site[profile_slot(profile, pc)] == PROFILE_UNSEEN &&
        (root == REG_FP || root == REG_SP)) {
        region = space_find(world->space, world->cpu->r[REG_SP]);
    }
    const bool fits = region != NULL && may(region, effect) && region->size >= effect->size;
    return fits ? region : NULL;
}

/* The region of an access at a constant address, when all of it may be done there. */
static const struct region *region_at(const struct space *space, const struct effect *effect) {
    const uint32_t address = effect->address.delta;
    const struct region *region = space_find(space, address);
    const bool fits = region != NULL && may(region, effect) &&
                      region->size - (address - region->base) >= effect->size;
    return fits ? region : NULL;
}

/* Makes the group hold the access, if it may. */
static bool join(const struct access *access, struct access_group *group) {
    const struct effect *effect = access->effect;
    const bool here = group->block == access->block;
    if (group->root != effect->address.root) {
        return false;
    }
    if (group->region != NULL && !may(group->region, effect)) {
        return false;
    }
    /* Both windows hold what may be read as well; but those for writing are filled by writing. */
    const bool weak = group->region == NULL && effect->write && !group->write;
    if (weak && !here) {
        return false;
    }
    const int32_t span = here ? SPAN : SPAN_FAR;
    const int32_t low = (int32_t)(effect->address.delta - group->first);
    if (low < -span || low > span) {
        return false;
    }
    const int32_t high = low + (int32_t)effect->size;
    const int32_t lowest = low < group->low ? low : group->low;
    const int32_t highest = high > group->high ? high : group->high;
    const bool same = lowest == group->low && highest == group->high;
    const bool room = group->region == NULL || (uint32_t)(highest - lowest) <= group->region->size;
    if (!same && (!room || highest - lowest > span)) {
        return false;
    }
    group->low = lowest;
    group->high = highest;
    group->write |= weak;
    return true;
}

/* The group of a block or of those that dominate it that the access joins, or GRAPH_NONE. */
static uint32_t find_group(const struct access *access) {
    struct groups *groups = access->groups;
    uint32_t block = access->block;
    uint32_t tries = 0;
    for (uint32_t steps = 0; steps < CHAIN_MAX && tries < TRIES_MAX; steps++) {
        for (uint32_t i = groups->own[block]; i-- > 0 && tries < TRIES_MAX; tries++) {
            const uint32_t number = groups->first[block] + i;
            if (join(access, &groups->list[number])) {
                return number;
            }
        }
        const uint32_t above = access->graph->blocks[block].dominator;
        if (above == block) {
            break;
        }
        block = above;
    }
    return GRAPH_NONE;
}

/* What a check found is needed until the access, and in loops around the access until these end,
 * unless the check is in them, too. */
static void lengthen(const struct access *access, struct access_group *group) {
    const struct graph_block *blocks = access->graph->blocks;
    const uint32_t from = blocks[group->block].order;
    const uint32_t to = blocks[access->block].order;
    if (group->needed == to) {
        return; /* it was done for an access of the same block */
    }
    group->needed = to;
    group->end = to > group->end ? to : group->end;
    for (uint32_t i = from + 1; i <= to; i++) {
        const uint32_t latch = access->groups->latch[access->graph->order[i]];
        if (latch >= to && latch > group->end) {
            group->end = latch;
        }
    }
}

/* Puts the access of the instruction with that number into a group; false when there is no room. */
static bool group_access(const struct access *access, uint32_t insn) {
    struct groups *groups = access->groups;
    uint32_t number = find_group(access);
    groups->checks[insn] = number == GRAPH_NONE;
    if (number == GRAPH_NONE) {
        if (groups->count == GROUPS_MAX) {
            return false;
        }
        number = groups->count++;
        groups->own[access->block]++;
        groups->list[number] = (struct access_group){
            .region = access->region,
            .root = access->effect->address.root,
            .first = access->effect->address.delta,
            .high = (int32_t)access->effect->size,
            .write = access->effect->write,
            .block = access->block,
            .end = access->graph->blocks[access->block].order,
            .needed = GRAPH_NONE,
            .slot = GROUP_ALONE,
        };
    }
    groups->of[insn] = (uint16_t)(number + 1);
    lengthen(access, &groups->list[number]);
    return true;
}

struct latching {
    struct groups *groups;
    const struct graph *graph;
    uint32_t from;
};

static void latch_edge(void *context, struct graph_edge *edge) {
    const struct latching *at = context;
    const struct graph_block *blocks = at->graph->blocks;
    const uint32_t order = blocks[at->from].order;
    uint32_t *latch = &at->groups->latch[edge->block];
    if (blocks[edge->block].order <= order && order > *latch) {
        *latch = order;
    }
}

static void find_latches(struct groups *groups, struct graph *graph) {
    struct latching at = {.groups = groups, .graph = graph};
    memset(groups->latch, 0, sizeof groups->latch);
    for (uint32_t i = 0; i < graph->order_count; i++) {
        at.from = graph->order[i];
        graph_each_edge(graph, &graph->blocks[at.from], latch_edge, &at);
    }
}

/* Gives locals to what checks found. A local is free again behind the last block that needs it. */
static void give_slots(struct groups *groups, const struct graph *graph) {
    uint32_t until[GROUPS_SLOTS] = {0}; /* order of the first block where it is free */
    groups->slots = 0;
    for (uint32_t i = 0; i < groups->count; i++) {
        struct access_group *group = &groups->list[i];
        uint32_t slot = 0;
        while (slot < GROUPS_SLOTS && until[slot] > graph->blocks[group->block].order) {
            slot++;
        }
        group->slot = slot;
        if (slot < GROUPS_SLOTS) {
            until[slot] = group->end + 1;
            groups->slots = slot >= groups->slots ? slot + 1 : groups->slots;
        }
    }
}

void groups_build(struct groups *groups, struct graph *graph, const struct effect *effects,
                  const struct groups_world *world) {
    struct access access = {.groups = groups, .graph = graph};
    groups->count = groups->region_count = 0;
    find_latches(groups, graph);
    for (uint32_t i = 0; i < graph->order_count; i++) {
        access.block = graph->order[i];
        const struct graph_block *block = &graph->blocks[access.block];
        groups->first[access.block] = groups->count;
        groups->own[access.block] = 0;
        for (uint32_t j = block->first; j < block->first + block->count; j++) {
            access.effect = &effects[j];
            groups->of[j] = 0;
            groups->checks[j] = false;
            groups->fixed[j] = NULL;
            if (access.effect->size == 0) {
                continue;
            }
            if (access.effect->address.root == SYMBOL_CONSTANT) {
                groups->fixed[j] = keep(groups, region_at(world->space, access.effect));
                groups->checks[j] = groups->fixed[j] == NULL;
            } else {
                access.region = keep(groups, region_for(world, graph->insns[j].pc, access.effect));
                groups->checks[j] = !group_access(&access, j) || groups->checks[j];
            }
        }
    }
    give_slots(groups, graph);
    for (uint32_t j = 0; j < graph->insn_count; j++) {
        const bool alone =
            groups->of[j] != 0 && groups->list[groups->of[j] - 1].slot == GROUP_ALONE;
        groups->checks[j] |= alone;
    }
}
