#include "xlate/blame.h"

#include "base/alloc.h"
#include "xlate/graph.h"

enum {
    LEAST = 1 << 14, /* instructions interpreted from a place on until that becomes an entry */
    PLACE_LEAST = 1 << 18, /* the same of a function that is written again anyway */
    EAGER_COST = 64,       /* of every function, for who is eager */
    LARGE = 512,           /* instructions of a function that costs twice as much each */
    REVISED_MAX = 6,
    FAR = 1 << 12,  /* halfwords of a function before a place in it */
    MANY = 1 << 14, /* interpreted instructions that are worth looking for whose they are */
    MOST = 1 << 30,
};

bool blame_init(struct blame *blame, const struct mox_allocator *allocator, uint32_t slots,
                bool eager) {
    *blame = (struct blame){.allocator = *allocator, .slots = slots, .eager = eager};
    blame->of = alloc_get(allocator, PROFILE_ENTRIES * sizeof *blame->of);
    blame->heat = alloc_get(allocator, slots * sizeof *blame->heat);
    blame->owner = alloc_get(allocator, slots * sizeof *blame->owner);
    blame->starts = alloc_get(allocator, BLAME_STARTS * sizeof *blame->starts);
    blame->start_count = 1;
    const bool whole =
        blame->of != NULL && blame->heat != NULL && blame->owner != NULL && blame->starts != NULL;
    if (!whole) {
        blame_free(blame);
    }
    return whole;
}

void blame_free(struct blame *blame) {
    alloc_give(&blame->allocator, blame->of, PROFILE_ENTRIES * sizeof *blame->of);
    alloc_give(&blame->allocator, blame->heat, blame->slots * sizeof *blame->heat);
    alloc_give(&blame->allocator, blame->owner, blame->slots * sizeof *blame->owner);
    alloc_give(&blame->allocator, blame->starts, BLAME_STARTS * sizeof *blame->starts);
    if (blame->graph != NULL) {
        alloc_give(&blame->allocator, blame->graph->place, blame->slots * sizeof(uint16_t));
        alloc_give(&blame->allocator, blame->graph, sizeof *blame->graph);
    }
    *blame = (struct blame){.allocator = blame->allocator};
}

static bool has_graph(struct blame *blame) {
    if (blame->graph == NULL) {
        struct graph *graph = alloc_get(&blame->allocator, sizeof *graph);
        uint16_t *place = alloc_get(&blame->allocator, blame->slots * sizeof *place);
        if (graph == NULL || place == NULL) {
            alloc_give(&blame->allocator, place, blame->slots * sizeof *place);
            alloc_give(&blame->allocator, graph, sizeof *graph);
            return false;
        }
        graph->place = place;
        blame->graph = graph;
    }
    return true;
}

/* Whether translating the function at pc costs no more than that, in interpreted instructions. The
 * engine's time for large functions grows faster than they do. Looks at no more of them than it
 * could cost. */
static bool costs_at_most(struct blame *blame, const struct profile *profile, uint32_t pc,
                          uint32_t instructions) {
    if (!has_graph(blame)) {
        return false;
    }
    const uint32_t fitting = blame->eager ? GRAPH_INSNS : instructions / BLAME_EACH + 1;
    const uint32_t most = fitting < GRAPH_INSNS ? fitting : GRAPH_INSNS;
    const uint64_t size = graph_reach(blame->graph, profile, pc, most);
    const uint64_t cost = blame->eager ? EAGER_COST : BLAME_EACH * size * (1 + size / LARGE);
    return size > 0 && cost <= instructions;
}

/* Adds to a sum. True when that passes a power of two and reaches the cost of the function at pc,
 * twice as much each time that it was written again: it is not worked out more often. */
static bool add(struct blame *blame, const struct profile *profile, uint32_t pc, uint32_t *sum,
                uint64_t more, uint32_t revised) {
    const uint32_t before = *sum;
    *sum = more < MOST - before ? before + (uint32_t)more : MOST;
    const bool passes = (before ^ *sum) > (before & *sum);
    return passes && *sum >= (blame->eager ? EAGER_COST : LEAST) &&
           costs_at_most(blame, profile, pc,
                         *sum >> (revised < REVISED_MAX ? revised : REVISED_MAX));
}

uint32_t blame_host(const struct blame *blame, const struct profile *profile, uint32_t pc,
                    uint32_t *most) {
    const uint32_t first = profile_slot(profile, pc);
    const uint32_t far = *most < FAR ? *most : FAR;
    uint32_t slot = first;
    while (slot > 0 && first - slot < far && blame->owner[slot] == 0 &&
           !profile_begins(profile, profile->base + 2 * slot)) {
        slot--;
    }
    *most -= first - slot;
    return blame->owner[slot] != 0 ? blame->owner[slot] - 1u : BLAME_NOBODY;
}

/* The function to blame for what was interpreted from a place on. */
static uint32_t culprit_of(const struct blame *blame, const struct profile *profile, uint32_t pc,
                           uint32_t left, uint64_t interpreted) {
    const uint32_t slot = profile_slot(profile, pc);
    if (blame->owner[slot] != 0) {
        return blame->owner[slot] - 1u;
    }
    if (left == BLAME_NOBODY) { /* it takes a while to find out */
        uint32_t most = FAR;
        return interpreted >= MANY ? blame_host(blame, profile, pc, &most) : BLAME_NOBODY;
    }
    const uint32_t owner = blame->owner[profile_slot(profile, profile->entries[left])];
    return owner != 0 ? owner - 1u : left;
}

void blame_again(struct blame *blame, uint32_t entry) {
    blame->again += !blame->of[entry].again;
    blame->of[entry].again = true;
}

void blame_function(struct blame *blame, const struct profile *profile, uint32_t entry,
                    uint64_t interpreted) {
    struct blamed *blamed = &blame->of[entry];
    if (add(blame, profile, profile->entries[entry], &blamed->waste, interpreted,
            blamed->revised)) {
        blame_again(blame, entry);
    }
}

void blame_place(struct blame *blame, struct profile *profile, uint32_t pc, uint32_t left,
                 uint64_t interpreted) {
    if (!profile_holds(profile, pc)) {
        return;
    }
    const uint32_t slot = profile_slot(profile, pc);
    const uint32_t host = culprit_of(blame, profile, pc, left, interpreted);
    const uint32_t revised = host != BLAME_NOBODY ? blame->of[host].revised + 1u : 0;
    if (add(blame, profile, pc, &blame->heat[slot], interpreted, revised)) {
        const uint32_t known = profile->entry_number[slot]; /* the host cannot take it in, it seems
                                                             */
        if (known != 0) {
            blame_again(blame, known - 1u);
        } else {
            profile_add_entry(profile, pc);
        }
    }
    if (host != BLAME_NOBODY) {
        blame_function(blame, profile, host, interpreted);
    }
}

bool blame_is_place(const struct blame *blame, uint32_t slot) {
    return blame->heat[slot] >= (blame->eager ? 1 : PLACE_LEAST);
}

void blame_taken(struct blame *blame, const struct profile *profile) {
    for (uint32_t i = 0; i < profile->entry_count; i++) {
        struct blamed *blamed = &blame->of[i];
        if (blamed->again) {
            blamed->revised = (uint8_t)(blamed->revised + (blamed->revised < UINT8_MAX));
            blamed->waste = 0;
            blamed->again = false;
        }
    }
    blame->again = 0;
}

uint16_t blame_start(struct blame *blame) {
    return blame->start_count < BLAME_STARTS ? (uint16_t)blame->start_count++ : 0;
}

void blame_give_back(struct blame *blame, uint16_t start) {
    blame->start_count -= start != 0;
}

void blame_replaced(struct blame *blame, uint32_t entry, uint16_t start) {
    struct blamed *blamed = &blame->of[entry];
    blame->starts[blamed->start] = INT32_MAX;
    blamed->start = start;
    blamed->version++;
    blamed->waste = 0; /* the old one went on while this was written */
}
