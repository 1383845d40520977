/* Calls of known functions (cpu/known.h) in translated code: in place of the call, what all of it
 * does from its first instruction to the ret, where that is known. In the graph, the block that
 * ends with GRAPH_FRAME and END_SHORTCUT works out whether it is; it leads to one with
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

/* What GRAPH_SHORTCUT or GRAPH_FRAME does with registers and memory. */
struct effect shortcut_effect(struct symbols *symbols, const struct insn *insn);

/* How many instructions it stands for. */
uint32_t shortcut_cost(const struct insn *insn);

/* Goes on, with the result in LOCAL_Z, when the call behind the block, which is being written,
 * leads to the function and what that does is known; else to the innermost label. */
void shortcut_check(struct emitter *e, uint32_t number);

/* Makes registers what the function leaves. Those that are seldom read are in memory, too, so that
 * they need no locals until the next exit. */
void shortcut_finish(struct emitter *e);

/* The call in a block has come back: its result is a double for whoever wants that. */
void shortcut_returned(struct emitter *e, uint32_t block);

#endif
