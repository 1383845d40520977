/* The control-flow graph of the text reachable from one entry, as far as it stays inside a
 * read-only region: basic blocks, reverse postorder, immediate dominators, loop headers. A call is
 * an edge to its return address. What is left out (too large, computed, an edge into the middle of
 * a loop that has another header) leaves the graph: the engine goes on from there. */
#ifndef MOXBOX_XLATE_GRAPH_H
#define MOXBOX_XLATE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "isa/insn.h"
#include "xlate/profile.h"

enum {
    GRAPH_INSNS = 4096,
    GRAPH_BLOCKS = 512,
    GRAPH_EDGES = 2048, /* of computed jumps */
    GRAPH_DROPPED = 8,
};
static const uint32_t GRAPH_NONE = 0xffffffffu;

struct graph_insn {
    struct insn insn;
    uint32_t pc;
};

enum graph_end {
    END_FALL,   /* goes on in `next` */
    END_BRANCH, /* to `taken` or `next` */
    END_JUMP,   /* jmpa: to `taken` */
    END_CALL,   /* jsra or jsr; comes back to `next` */
    END_RETURN, /* ret */
    END_SWITCH, /* jmp; known targets are edges[first_edge..] */
    END_EXIT,   /* the last instruction is not translated */
};

/* An edge: the block it leads to, or GRAPH_NONE when it leaves the graph, and the address. */
struct graph_edge {
    uint32_t block;
    uint32_t pc;
};

struct graph_block {
    uint32_t pc;
    uint32_t first; /* instructions insns[first..first + count), in order */
    uint32_t count;
    enum graph_end end;
    struct graph_edge next;
    struct graph_edge taken;
    uint32_t first_edge;
    uint32_t edge_count;
    uint32_t order;     /* place in reverse postorder; GRAPH_NONE when unreachable */
    uint32_t dominator; /* block; itself for the entry */
    uint32_t forward;   /* edges that come from earlier blocks in order */
    bool header;        /* of a loop */
};

struct graph {
    uint32_t insn_count;
    struct graph_insn insns[GRAPH_INSNS];
    uint32_t block_count;
    struct graph_block blocks[GRAPH_BLOCKS]; /* [0] is the entry */
    uint32_t order_count;
    uint32_t order[GRAPH_BLOCKS]; /* blocks in reverse postorder */
    uint32_t edge_count;
    struct graph_edge edges[GRAPH_EDGES];
    /* Where edges lead that left the graph because they go into the middle of a loop. */
    uint32_t dropped_count;
    uint32_t dropped[GRAPH_DROPPED];
    /* Decoded instructions by pc, before they are put into blocks. */
    struct graph_insn found[GRAPH_INSNS];
    bool leads[GRAPH_INSNS];        /* found[i] begins a block */
    uint32_t block_of[GRAPH_INSNS]; /* that found[i] begins, or GRAPH_NONE */
    uint32_t found_count;
    /* For each halfword of the profile's text the index in found + 1, or 0. The caller gives it,
     * zeroed, with the first use of a graph; later uses clear what the one before set. */
    uint16_t *place;
    const struct profile *profile; /* of the use under way */
};

/* Fills *graph; false when there is nothing to translate at entry. */
bool graph_build(struct graph *graph, const struct profile *profile, uint32_t entry);

/* Adds to the profile what the text reachable from entry calls by itself: as entries, and for calls
 * through a register as targets, whatever constants that register gets somewhere in it. */
void graph_follow_calls(struct graph *graph, struct profile *profile, uint32_t entry);

/* How many instructions a graph from entry would have. */
uint32_t graph_reach(struct graph *graph, const struct profile *profile, uint32_t entry);

/* Calls visit with each edge of a block that stays in the graph. */
void graph_each_edge(struct graph *graph, struct graph_block *block,
                     void (*visit)(void *context, struct graph_edge *edge), void *context);

#endif
