#include "xlate/inline.h"

enum {
    LEAF_INSNS = 40,    /* of a function that is copied, at most */
    LEAF_BLOCKS = 16,   /* begun by branches */
    COPIED_INSNS = 600, /* into one graph */
};

/* A function without calls and loops, in the order of its addresses. */
struct leaf {
    const struct profile *profile;
    uint32_t count;
    struct graph_insn insns[LEAF_INSNS];
    uint32_t target_count;
    uint32_t targets[LEAF_BLOCKS]; /* of branches that are followed */
};

static bool add_target(struct leaf *leaf, uint32_t pc, uint32_t target) {
    if (!profile_wanted(leaf->profile, target)) {
        return true;
    }
    if (target <= pc || leaf->target_count == LEAF_BLOCKS) {
        return false;
    }
    leaf->targets[leaf->target_count++] = target;
    return true;
}

/* The first target behind pc, or GRAPH_NONE. */
static uint32_t next_target(const struct leaf *leaf, uint32_t pc) {
    uint32_t next = GRAPH_NONE;
    for (uint32_t i = 0; i < leaf->target_count; i++) {
        const uint32_t target = leaf->targets[i];
        next = target > pc && target < next ? target : next;
    }
    return next;
}

/* Follows the instruction at the end of the leaf; false when no leaf has one like it. *pc: where
 * the next one is, or GRAPH_NONE. */
static bool follow_insn(struct leaf *leaf, uint32_t *pc) {
    const struct insn *insn = &leaf->insns[leaf->count - 1].insn;
    const uint32_t here = *pc;
    const uint32_t next = here + insn->length;
    bool falls = true;
    switch (graph_end_of((enum insn_id)insn->id)) {
    case END_FALL: break;
    case END_BRANCH:
        falls = profile_wanted(leaf->profile, next);
        if (!add_target(leaf, here, insn->imm)) {
            return false;
        }
        break;
    case END_JUMP:
        falls = false;
        if (!add_target(leaf, here, insn->imm)) {
            return false;
        }
        break;
    case END_RETURN: falls = false; break;
    default: return false;
    }
    const uint32_t target = next_target(leaf, here);
    *pc = falls ? next : target;
    return !falls || target >= next; /* no branch into the middle of an instruction */
}

static bool read_leaf(struct leaf *leaf, const struct profile *profile, uint32_t entry) {
    *leaf = (struct leaf){.profile = profile};
    if (!profile_wanted(profile, entry)) {
        return false;
    }
    for (uint32_t pc = entry; pc != GRAPH_NONE;) {
        struct graph_insn *at = &leaf->insns[leaf->count];
        if (leaf->count == LEAF_INSNS || !profile_decode(profile, pc, &at->insn)) {
            return false;
        }
        at->pc = pc;
        leaf->count++;
        if (!follow_insn(leaf, &pc)) {
            return false;
        }
    }
    return true;
}

static bool is_leader(const struct leaf *leaf, uint32_t number) {
    const uint32_t pc = leaf->insns[number].pc;
    bool leads =
        number == 0 || graph_end_of((enum insn_id)leaf->insns[number - 1].insn.id) != END_FALL;
    for (uint32_t i = 0; i < leaf->target_count; i++) {
        leads |= leaf->targets[i] == pc;
    }
    return leads;
}

static uint32_t count_leaders(const struct leaf *leaf) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < leaf->count; i++) {
        count += is_leader(leaf, i);
    }
    return count;
}

/* The function that a call always leads to, as far as is known, or GRAPH_NONE. */
static uint32_t callee_of(const struct profile *profile, const struct graph_insn *call) {
    if (call->insn.id == INSN_jsra) {
        return call->insn.imm;
    }
    uint32_t callee = GRAPH_NONE;
    uint32_t count = 0;
    for (uint32_t i = 0; i < profile->target_count; i++) {
        if (profile->targets[i].site == call->pc) {
            callee = profile->targets[i].target;
            count++;
        }
    }
    return count == 1 ? callee : GRAPH_NONE;
}

static void resolve_copy(const struct graph *graph, uint32_t first, struct graph_edge *edge) {
    for (uint32_t i = first; i < graph->block_count; i++) {
        if (graph->blocks[i].pc == edge->pc) {
            edge->block = i;
        }
    }
}

/* Copies a leaf for a call that comes back to `back`; the number of its first block. needs: room.
 */
static uint32_t copy_leaf(struct graph *graph, const struct leaf *leaf, struct graph_edge back) {
    const uint32_t first = graph->block_count;
    for (uint32_t i = 0; i < leaf->count; i++) {
        const struct graph_insn *at = &leaf->insns[i];
        if (is_leader(leaf, i)) {
            graph->blocks[graph->block_count++] =
                (struct graph_block){.pc = at->pc, .first = graph->insn_count, .copied = true};
        }
        struct graph_block *block = &graph->blocks[graph->block_count - 1];
        graph->insns[graph->insn_count++] = *at;
        block->count++;
        block->end = graph_end_of((enum insn_id)at->insn.id);
        block->next = (struct graph_edge){GRAPH_NONE, at->pc + at->insn.length};
        block->taken = (struct graph_edge){GRAPH_NONE, at->insn.imm};
    }
    for (uint32_t i = first; i < graph->block_count; i++) {
        struct graph_block *block = &graph->blocks[i];
        if (block->end == END_RETURN) {
            block->end = END_RETURNED;
            block->next = back;
        } else {
            resolve_copy(graph, first, &block->next);
            resolve_copy(graph, first, &block->taken);
        }
    }
    return first;
}

/* Behind a jump to the copy of what is expected, the call of whatever else the register holds. */
static void guard(struct graph *graph, struct graph_block *block, uint32_t callee) {
    graph->blocks[graph->block_count] = (struct graph_block){
        .pc = graph->insns[block->first + block->count - 1].pc,
        .first = block->first + block->count,
        .end = END_CALL,
        .next = block->next,
        .taken = block->taken,
    };
    block->end = END_GUARD;
    block->next = (struct graph_edge){graph->block_count++, GRAPH_NONE};
    block->taken.pc = callee;
}

void inline_calls(struct graph *graph, const struct profile *profile) {
    const uint32_t blocks = graph->block_count;
    const uint32_t most = graph->insn_count + COPIED_INSNS;
    for (uint32_t i = 0; i < blocks; i++) {
        struct graph_block *block = &graph->blocks[i];
        if (block->end != END_CALL || block->next.block == GRAPH_NONE) {
            continue;
        }
        struct leaf leaf;
        const struct graph_insn *call = &graph->insns[block->first + block->count - 1];
        const uint32_t callee = callee_of(profile, call);
        const bool known = callee != GRAPH_NONE && read_leaf(&leaf, profile, callee);
        if (!known || graph->insn_count + leaf.count > most ||
            graph->insn_count + leaf.count > GRAPH_INSNS ||
            graph->block_count + count_leaders(&leaf) + 1 > GRAPH_BLOCKS) {
            continue;
        }
        const uint32_t copy = copy_leaf(graph, &leaf, block->next);
        if (call->insn.id == INSN_jsr) {
            guard(graph, block, callee);
        } else {
            block->end = END_JUMP;
        }
        block->taken = (struct graph_edge){copy, callee};
    }
}
