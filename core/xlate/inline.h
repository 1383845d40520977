/* Small functions that call nothing, taken into the graphs of their callers: their instructions are
 * copied behind the call, which still writes its frame, so that the machine is the same at each of
 * them. Registers stay in locals meanwhile, instead of going through memory twice. */
#ifndef MOXBOX_XLATE_INLINE_H
#define MOXBOX_XLATE_INLINE_H

#include "xlate/graph.h"

/* needs: all blocks and edges of the graph, but no order of them. */
void inline_calls(struct graph *graph, const struct profile *profile);

#endif
