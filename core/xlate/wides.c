#include "xlate/wides.h"

#include <stddef.h>

enum { CHAIN_MAX = 100 }; /* dominating blocks looked at */

/* The pair of names in a register and the next one at the end of a block. */
static struct wide pair_at(const struct values *values, uint32_t block, uint32_t number) {
    return (struct wide){
        .low = values_name(values, block, values->last[block][number]),
        .high = values_name(values, block, values->last[block][number + 1]),
        .block = block,
    };
}

static uint8_t add(struct wides *wides, struct wide pair) {
    if (wides->count == WIDES_MAX) {
        return WIDES_NONE;
    }
    wides->list[wides->count] = pair;
    return (uint8_t)wides->count++;
}

/* Whether that number in the list is the pair; notes that somebody finds it. */
static bool is_pair(struct wides *wides, uint8_t number, const struct wide *pair) {
    struct wide *known = number != WIDES_NONE ? &wides->list[number] : NULL;
    const bool same =
        known != NULL && symbol_is(known->low, pair->low) && symbol_is(known->high, pair->high);
    if (same) {
        known->again = true;
    }
    return same;
}

/* The number of a pair that a block which dominates the pair's has; WIDES_NONE: none is found. */
static uint8_t find(struct wides *wides, const struct graph *graph, const struct wide *pair) {
    uint32_t block = pair->block;
    for (uint32_t steps = 0; steps < CHAIN_MAX && block != graph->blocks[block].dominator;
         steps++) {
        block = graph->blocks[block].dominator;
        if (graph->blocks[block].end != END_SHORTCUT) {
            continue;
        }
        const uint8_t *operand = wides->operand[block];
        const uint8_t numbers[] = {operand[0], operand[1], wides->result[block]};
        for (uint32_t i = 0; i < sizeof numbers; i++) {
            if (is_pair(wides, numbers[i], pair)) {
                return numbers[i];
            }
        }
    }
    return WIDES_NONE;
}

/* The number of an operand of the block that the pair is of. */
static uint8_t number_of(struct wides *wides, const struct graph *graph, const struct wide *pair,
                         uint32_t which) {
    const uint8_t first = wides->operand[pair->block][0];
    if (which > 0 && is_pair(wides, first, pair)) {
        return first;
    }
    const uint8_t found = find(wides, graph, pair);
    return found != WIDES_NONE ? found : add(wides, *pair);
}

/* Gives locals to those that are found again. */
static void give_slots(struct wides *wides) {
    wides->slots = 0;
    for (uint32_t i = 0; i < wides->count; i++) {
        const bool own = wides->list[i].again && wides->slots < WIDES_SLOTS;
        wides->list[i].slot = own ? (uint8_t)wides->slots++ : WIDES_NONE;
    }
}

void wides_build(struct wides *wides, const struct graph *graph, const struct values *values) {
    wides->count = 0;
    for (uint32_t i = 0; i < graph->order_count; i++) {
        const uint32_t number = graph->order[i];
        const struct graph_block *block = &graph->blocks[number];
        if (block->end != END_SHORTCUT) {
            continue;
        }
        for (uint32_t j = 0; j < KNOWN_OPERANDS / 2; j++) {
            const struct wide operand = pair_at(values, number, REG_R0 + 2 * j);
            wides->operand[number][j] = number_of(wides, graph, &operand, j);
        }
        struct wide result = pair_at(values, block->taken.block, REG_R0);
        result.block = number;
        wides->result[number] = wides->result[block->next.block] = add(wides, result);
    }
    give_slots(wides);
}

uint8_t wides_slot(const struct wides *wides, uint8_t number) {
    return number != WIDES_NONE ? wides->list[number].slot : WIDES_NONE;
}
