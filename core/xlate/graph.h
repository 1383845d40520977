/* The control-flow graph of the text reachable from one entry, as far as it stays inside a
 * read-only region: basic blocks, reverse postorder, immediate dominators, loop headers. A call is
 * an edge to its return address. What is left out (too large, computed) leaves the graph: the
 * engine goes on from there.
 *
 * A loop that is entered in several places, as interpreters are around their computed jumps, gets a
 * dispatcher: one block that all ways into the loop lead through, and that goes on at an address.
 * With one, a graph can be entered in other places too, so large graphs have one for that alone:
 * for what calls come back to, and for the entries of the profile, where no tight loop suffers. */
#ifndef MOXBOX_XLATE_GRAPH_H
#define MOXBOX_XLATE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "isa/insn.h"
#include "xlate/profile.h"

enum {
    GRAPH_INSNS = 4096, /* more would be more code than an engine compiles without a pause */
    GRAPH_BLOCKS = 2048,
    GRAPH_NESTED = 500, /* blocks written inside each other: a recursion on the engine's stack */
    GRAPH_LOOPS = 64,   /* that are entered in other places than their header */
    GRAPH_ROOM = GRAPH_BLOCKS + 2 + GRAPH_LOOPS, /* with the start, the dispatcher and the like */
    GRAPH_EDGES = 4096,                          /* of computed jumps */
    GRAPH_COMPARED = 2, /* targets of a computed jump that are compared one by one */
    GRAPH_LARGE = 200,  /* instructions that are worth a dispatcher rather than copies */
};
static const uint32_t GRAPH_NONE = 0xffffffffu;

/* Ids of what is no instruction of the guest (shortcut.h); imm is which known function:
 * GRAPH_SHORTCUT is all that a call of it does, GRAPH_FRAME sees to it that the stack has room. */
enum { GRAPH_SHORTCUT = INSN_COUNT, GRAPH_FRAME };

/* Whether it is one of these. */
static inline bool graph_is_known(const struct insn *insn) {
    return insn->id >= GRAPH_SHORTCUT;
}

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
    /* Around a function that is copied into its caller: */
    END_GUARD,    /* jsr: to `taken`, the copy, when it leads to that; else to `next`, a call */
    END_RETURNED, /* ret: to `next`, when it leads there */
    END_SHORTCUT, /* in front of the call of a known function: past it (`taken`), or to it (`next`)
                   */
    /* Of blocks without instructions, in graphs that need a dispatcher: */
    END_ENTER, /* the function's start: to the dispatcher (`taken`), or to its own entry (`next`) */
    END_DISPATCH, /* to the block at the address that its predecessor chose: edges[first_edge..] */
    END_ROUTE,    /* in front of a loop's header, to `next`: that; to places in the loop that the
                   * dispatcher chose: routes[first_edge..] */
};

/* An edge: the block it leads to, or GRAPH_NONE when it leaves the graph, and the address. To the
 * dispatcher: the address where that goes on, unless a computed jump has it. */
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
    bool copied;        /* of a function that was called */
    bool known;         /* the call of a known function, for when it has to run */
};

/* What graph_go_on does next. */
enum graph_stage {
    GRAPH_LOOPS_FIRST, /* sees to it that loops are entered in one place */
    GRAPH_ENTRIES,     /* makes other places ways in */
    GRAPH_LOOPS_LAST,
    GRAPH_DEPTH, /* leaves out what is nested too deep, and sees to loops again */
};

struct graph {
    uint32_t insn_count;
    struct graph_insn insns[GRAPH_INSNS];
    uint32_t block_count;
    struct graph_block blocks[GRAPH_ROOM]; /* [0] is the entry */
    uint32_t dispatcher;                   /* block, or GRAPH_NONE */
    uint32_t dispatched_jump;              /* address of a computed jump to it, or GRAPH_NONE */
    uint32_t order_count;
    uint32_t order[GRAPH_ROOM]; /* blocks in reverse postorder */
    uint32_t edge_count;
    struct graph_edge edges[GRAPH_EDGES]; /* the dispatcher's are the last */
    uint32_t route_count;
    struct graph_edge routes[GRAPH_EDGES]; /* the next block on the way to an address */
    /* Decoded instructions by pc, before they are put into blocks. */
    struct graph_insn found[GRAPH_INSNS];
    bool leads[GRAPH_INSNS];          /* found[i] begins a block */
    uint32_t block_of[GRAPH_INSNS];   /* that found[i] begins, or GRAPH_NONE */
    uint16_t dispatched[GRAPH_INSNS]; /* the dispatcher's edge there: index in edges + 1, or 0 */
    uint32_t found_count;
    uint32_t found_most; /* that may be there */
    /* For each halfword of the profile's text the index in found + 1, or 0. The caller gives it,
     * zeroed, with the first use of a graph; later uses clear what the one before set. */
    uint16_t *place;
    const struct profile *profile; /* of the use under way */
    const uint8_t *inner;          /* as graph_begin got it */
    enum graph_stage stage;
    uint32_t rounds; /* how often the blocks were ordered */
    uint32_t cuts;   /* how often something was left out */
    /* For entries_add: of each block the header of its innermost loop or GRAPH_NONE, and of headers
     * the block in front or GRAPH_NONE. */
    uint32_t loop_of[GRAPH_ROOM];
    uint32_t router_of[GRAPH_ROOM];
};

/* Whether an edge leads to the dispatcher. */
static inline bool graph_is_dispatched(const struct graph *graph, const struct graph_edge *edge) {
    return graph->dispatcher != GRAPH_NONE && edge->block == graph->dispatcher;
}

/* The decoded instruction at pc as index into found, or GRAPH_NONE. */
uint32_t graph_find(const struct graph *graph, uint32_t pc);

/* How a block ends that has the instruction last. */
enum graph_end graph_end_of(enum insn_id id);

/* Begins to fill *graph; false when there is nothing to translate at entry. inner: one an entry of
 * the profile, not 0 where a dispatcher may lead to that entry too; NULL: there is no other way in.
 * most: instructions that are taken from the text, up to GRAPH_INSNS. */
bool graph_begin(struct graph *graph, const struct profile *profile, uint32_t entry,
                 const uint8_t *inner, uint32_t most);

/* Goes on: a part that takes no long time, however large the graph is. */
enum graph_state {
    GRAPH_GOING,
    GRAPH_READY,
    GRAPH_REFUSED, /* its blocks lie too deep in each other, or its loops are too tangled */
};
enum graph_state graph_go_on(struct graph *graph);

/* Adds to the profile what the text reachable from entry calls by itself: as entries, and for calls
 * through a register as targets, whatever constants that register gets somewhere in it. */
void graph_follow_calls(struct graph *graph, struct profile *profile, uint32_t entry);

/* How many instructions a graph from entry would have, `most` at most. */
uint32_t graph_reach(struct graph *graph, const struct profile *profile, uint32_t entry,
                     uint32_t most);

/* Calls visit with each edge of a block that stays in the graph. */
void graph_each_edge(struct graph *graph, struct graph_block *block,
                     void (*visit)(void *context, struct graph_edge *edge), void *context);

#endif
