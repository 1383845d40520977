/* Other places where the function of a graph can be begun, through its dispatcher. A place in a
 * loop is reached through the loop's header, which then stays the loop's only way in: a block in
 * front of the header looks whether somebody is on the way to a place further in. */
#ifndef MOXBOX_XLATE_ENTRIES_H
#define MOXBOX_XLATE_ENTRIES_H

#include "xlate/graph.h"

/* inner: as graph_begin has it. needs: dispatcher_where_needed, also behind it. */
void entries_add(struct graph *graph, const struct profile *profile, const uint8_t *inner);

#endif
