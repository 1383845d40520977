/* Facts about registers and fuel over a graph, worked out before code is written: which registers
 * live in locals where, which of them memory does not know yet, and what fuel a path can cost. */
#ifndef MOXBOX_XLATE_FLOW_H
#define MOXBOX_XLATE_FLOW_H

#include <stdint.h>

#include "xlate/graph.h"
#include "xlate/groups.h"
#include "xlate/symbols.h"
#include "xlate/values.h"
#include "xlate/wides.h"

struct flow_block {
    struct effect *effects; /* of each instruction; points into struct flow_facts */
    uint32_t done;          /* instructions that the block's code does: all, or all but the last */
    uint32_t cost;          /* fuel for them */
    /* Fuel is paid where that is cheapest: instructions that ran before the block and are not paid
     * for, and what the block's code pays. */
    uint32_t owed;
    uint32_t paid;
    uint32_t path;     /* most instructions from here to the next place that checks fuel */
    uint32_t dirty_in; /* may differ from memory at the start; registers as in struct effect */
    uint32_t writes;   /* and memory does not know of */
    uint32_t stored;   /* it does know of */
    uint32_t live_in;  /* must be in locals at the start */
    uint32_t exit;     /* which of the exits it leaves by, out of its middle or over an edge */
};

enum { FLOW_EXITS = 12 };

struct flow_facts {
    /* Exits differ in the registers that they write to memory. Blocks that have nearly the same to
     * write share one. */
    uint32_t exit_count;
    uint32_t exits[FLOW_EXITS];
    uint16_t shared[GRAPH_ROOM]; /* for find_payments */
    uint32_t debt[GRAPH_ROOM];
    bool calls; /* there is a call in the graph */
    struct flow_block blocks[GRAPH_ROOM];
    struct effect effects[GRAPH_INSNS]; /* addresses by names that hold in the whole function */
    struct groups groups;
    struct values values;
    struct wides wides;
};

/* Whether fuel is checked at the start of the block, so that a path ends there. */
bool flow_checks_fuel(const struct graph *graph, uint32_t block);

/* First and last part of the work. needs: a graph that is ready. */
void flow_begin(struct flow_facts *flow, struct graph *graph, const struct groups_world *world);
void flow_finish(struct flow_facts *flow, struct graph *graph);

#endif
