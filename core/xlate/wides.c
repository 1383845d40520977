#include "xlate/wides.h"

static bool is_same(struct symbol x, struct symbol y) {
    return x.root == y.root && x.delta == y.delta;
}

static bool dominates(const struct graph *graph, uint32_t above, uint32_t block) {
    const struct graph_block *blocks = graph->blocks;
    while (blocks[block].order > blocks[above].order) {
        block = blocks[block].dominator;
    }
    return block == above;
}

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

static uint8_t find_or_add(struct wides *wides, const struct graph *graph, struct wide pair) {
    for (uint32_t i = wides->count; i-- > 0;) {
        struct wide *known = &wides->list[i];
        if (is_same(known->low, pair.low) && is_same(known->high, pair.high) &&
            dominates(graph, known->block, pair.block)) {
            known->again = true;
            return (uint8_t)i;
        }
    }
    return add(wides, pair);
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
            wides->operand[number][j] = find_or_add(wides, graph, operand);
        }
        struct wide result = pair_at(values, block->taken.block, REG_R0);
        result.block = number;
        result.result = true;
        wides->result[number] = wides->result[block->next.block] = add(wides, result);
    }
    give_slots(wides);
}

uint8_t wides_slot(const struct wides *wides, uint8_t number) {
    return number != WIDES_NONE ? wides->list[number].slot : WIDES_NONE;
}
