/* The order of a graph's blocks, its dominators and loops, and the dispatcher of a graph that has a
 * loop with several ways in. */
#ifndef MOXBOX_XLATE_DISPATCHER_H
#define MOXBOX_XLATE_DISPATCHER_H

#include "xlate/graph.h"

/* Orders the blocks, and leads edges through a dispatcher where a loop has more than one way in.
 * True when the blocks have to be ordered once more, until which their order is of no use. */
bool dispatcher_round(struct graph *graph);

/* needs: an order. */
bool dispatcher_dominates(const struct graph *graph, uint32_t a, uint32_t b);

/* Makes a dispatcher that leads nowhere yet, and a start for it: the entry's code moves to another
 * block. An order is needed again, as after the following. */
void dispatcher_make(struct graph *graph);

/* Has the dispatcher lead to a block for an address, whatever it led to before; false when it has
 * no room. */
bool dispatcher_add(struct graph *graph, uint32_t block, uint32_t pc);
bool dispatcher_has(struct graph *graph, uint32_t pc);

#endif
