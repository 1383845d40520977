/* Calls of known functions (cpu/known.h) in translated code: in place of the call, what all of it
 * does from its first instruction to the ret, where that is known. In the graph, the block that
 * ends with END_SHORTCUT works out whether it is; it leads to one with the instruction
 * GRAPH_SHORTCUT, and to one with the call. */
#ifndef MOXBOX_XLATE_SHORTCUT_H
#define MOXBOX_XLATE_SHORTCUT_H

#include "cpu/known.h"
#include "xlate/emit.h"

/* Takes the function that a block calls, as far as is known, into the graph. False when that is no
 * known one, or there is no room. */
bool shortcut_take(struct graph *graph, const struct profile *profile, uint32_t number,
                   uint32_t callee);

/* The registers that END_SHORTCUT looks at. */
uint32_t shortcut_reads(const struct graph *graph, const struct graph_block *block);

/* What GRAPH_SHORTCUT does with registers and memory. */
struct effect shortcut_effect(struct symbols *symbols, const struct insn *insn);

/* Goes on when the call behind the block, which is being written, leads to the function, what that
 * does is known, and there is fuel for it and for what follows; else to the innermost label. The
 * result is then in LOCAL_Z, and in LOCAL_COST how many instructions it takes beyond the one that
 * GRAPH_SHORTCUT counts as. */
void shortcut_check(struct emitter *e, const struct graph_block *block);

/* Makes registers what the function leaves, and pays. Those that are `stored` are in memory, too:
 * they are seldom read, and need no locals until the next exit. */
void shortcut_finish(struct emitter *e, uint32_t stored);

#endif
