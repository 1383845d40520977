/* Other places where the function of a graph can be begun, through its dispatcher. A place in a
 * loop is reached through the loop's header, which then stays the loop's only way in: a block in
 * front of the header looks whether somebody is on the way to a place further in. */
#ifndef MOXBOX_XLATE_ENTRIES_H
#define MOXBOX_XLATE_ENTRIES_H

#include "xlate/graph.h"

/* needs: an order, and that no loop has several ways in; both are to be seen to again afterwards.
 * True: only a dispatcher was made, so that it has to be called once more then. */
bool entries_add(struct graph *graph);

#endif
