/* Doubles that lie in two registers each, and that code has as one value in a local as well:
 * results of known functions (shortcut.h), and operands that several of them take. Whoever finds a
 * pair's names (values.h) in two registers takes the local and need not put the words together. */
#ifndef MOXBOX_XLATE_WIDES_H
#define MOXBOX_XLATE_WIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/known.h"
#include "xlate/graph.h"
#include "xlate/values.h"

enum {
    WIDES_MAX = 128,
    WIDES_SLOTS = 32, /* each may take 8 bytes of engine stack, of which a frame has 2 KiB */
    WIDES_NONE = 0xff,
};

struct wide {
    struct symbol low;
    struct symbol high;
    uint32_t block; /* ends with END_SHORTCUT, and dominates all who find it */
    bool again;     /* somebody finds it, so that it needs a local */
    uint8_t slot;   /* which of the locals for that */
};

struct wides {
    uint32_t count;
    struct wide list[WIDES_MAX];
    uint32_t slots;
    /* Of blocks that end with END_SHORTCUT, and results of the calls behind them, too: numbers in
     * the list, or WIDES_NONE. */
    uint8_t operand[GRAPH_ROOM][KNOWN_OPERANDS / 2];
    uint8_t result[GRAPH_ROOM];
};

void wides_build(struct wides *wides, const struct graph *graph, const struct values *values);

/* The slot of a number in the list; WIDES_NONE for none. */
uint8_t wides_slot(const struct wides *wides, uint8_t number);

#endif
