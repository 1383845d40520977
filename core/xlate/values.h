/* Which registers hold the same value, a constant apart, over a whole graph: what symbols.h knows
 * of one block, carried along the edges. A value is named where it is made, so that wherever two
 * places name the same, one of which dominates the other, it is the same value. */
#ifndef MOXBOX_XLATE_VALUES_H
#define MOXBOX_XLATE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "xlate/graph.h"
#include "xlate/symbols.h"

struct values {
    /* Of each block what its registers hold at the end, or when the call of a known function there
     * has come back: a root below SYMBOL_REGISTERS is what that register held at its start. */
    struct symbol last[GRAPH_ROOM][SYMBOL_REGISTERS];
    /* What they hold at its start; such a root is here what the register held when the function
     * began. */
    struct symbol first[GRAPH_ROOM][SYMBOL_REGISTERS];
    uint32_t joined[GRAPH_ROOM]; /* registers that different edges bring different values in */
    bool reached[GRAPH_ROOM];
};

/* Fills `first`. needs: `last` of all blocks. */
void values_build(struct values *values, struct graph *graph);

/* The register in which a value came from before the function, out of a call or from different
 * edges; SYMBOL_REGISTERS when an instruction made it. */
uint32_t values_register(uint32_t root);

/* The value that a symbol of a block is, by a name that holds in the whole function. */
struct symbol values_name(const struct values *values, uint32_t block, struct symbol symbol);

#endif
