#include "xlate/values.h"

#include <string.h>

enum {
    /* Roots of values that no instruction names: above those that symbols_step makes. */
    ROOT_JOINED = 1 << 20,
    ROOT_RETURNED = 1 << 21,
    PASSES_MAX = 8, /* until nothing is believed of loops */
    ALL_REGISTERS = (1 << SYMBOL_REGISTERS) - 1,
};

static struct symbol made_at(uint32_t kind, uint32_t block, uint32_t number) {
    return (struct symbol){kind + block * SYMBOL_REGISTERS + number, 0};
}

uint32_t values_register(uint32_t root) {
    const bool named = root < SYMBOL_REGISTERS || root >= ROOT_JOINED;
    return named ? root % SYMBOL_REGISTERS : SYMBOL_REGISTERS;
}

struct symbol values_name(const struct values *values, uint32_t block, struct symbol symbol) {
    if (symbol.root >= SYMBOL_REGISTERS) {
        return symbol;
    }
    const struct symbol first = values->first[block][symbol.root];
    return (struct symbol){first.root, first.delta + symbol.delta};
}

/* A block's values on their way to others. */
struct carrying {
    struct values *values;
    const struct graph *graph;
    uint32_t from;
    struct symbol out[SYMBOL_REGISTERS];
    bool changed; /* something that was carried on already was wrong */
};

static void carry(void *context, struct graph_edge *edge) {
    struct carrying *at = context;
    struct values *values = at->values;
    struct symbol *first = values->first[edge->block];
    uint32_t *joined = &values->joined[edge->block];
    const struct graph_block *blocks = at->graph->blocks;
    const bool back = blocks[edge->block].order <= blocks[at->from].order;
    for (uint32_t i = 0; i < SYMBOL_REGISTERS; i++) {
        if (*joined >> i & 1) {
            first[i] = made_at(ROOT_JOINED, edge->block, i);
        } else if (!values->reached[edge->block]) {
            first[i] = at->out[i];
        } else if (!symbol_is(first[i], at->out[i])) {
            *joined |= 1u << i;
            first[i] = made_at(ROOT_JOINED, edge->block, i);
            at->changed |= back;
        }
    }
    values->reached[edge->block] = true;
}

/* Carries all values once along all edges. */
static bool pass(struct carrying *at, struct graph *graph) {
    struct values *values = at->values;
    memset(values->reached, 0, sizeof values->reached);
    for (uint32_t i = 0; i < SYMBOL_REGISTERS; i++) {
        const bool joined = values->joined[0] >> i & 1;
        values->first[0][i] = joined ? made_at(ROOT_JOINED, 0, i) : (struct symbol){i, 0};
    }
    values->reached[0] = true;
    at->changed = false;
    for (uint32_t i = 0; i < graph->order_count; i++) {
        at->from = graph->order[i];
        struct graph_block *block = &graph->blocks[at->from];
        const bool lost = block->end == END_CALL && !block->known;
        for (uint32_t j = 0; j < SYMBOL_REGISTERS; j++) {
            at->out[j] = lost ? made_at(ROOT_RETURNED, at->from, j)
                              : values_name(values, at->from, values->last[at->from][j]);
        }
        graph_each_edge(graph, block, carry, at);
    }
    return at->changed;
}

void values_build(struct values *values, struct graph *graph) {
    struct carrying at = {.values = values, .graph = graph};
    memset(values->joined, 0, sizeof values->joined);
    for (uint32_t passes = 1; pass(&at, graph); passes++) {
        for (uint32_t i = 0; passes >= PASSES_MAX && i < graph->block_count; i++) {
            values->joined[i] |= graph->blocks[i].header ? (uint32_t)ALL_REGISTERS : 0;
        }
    }
}
