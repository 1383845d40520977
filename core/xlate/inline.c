#include "xlate/inline.h"

#include "xlate/shortcut.h"

enum {
    LEAF_INSNS = 40,    /* of a function that is copied, at most */
    COPIED_INSNS = 600, /* into one graph */
    READ_INSNS = 16000, /* for one graph, of functions that may be copied */
};

/* The instructions of a function that calls nothing, as they were found. */
struct leaf {
    const struct profile *profile;
    uint32_t count;
    struct graph_insn insns[LEAF_INSNS];
    bool leads[LEAF_INSNS]; /* it begins a block */
    uint32_t waiting;
    uint32_t stack[2 * LEAF_INSNS]; /* addresses still to be looked at */
};

static uint32_t find(const struct leaf *leaf, uint32_t pc) {
    uint32_t i = 0;
    while (i < leaf->count && leaf->insns[i].pc != pc) {
        i++;
    }
    return i;
}

static void push_wanted(struct leaf *leaf, uint32_t pc) {
    if (profile_wanted(leaf->profile, pc)) {
        leaf->stack[leaf->waiting++] = pc;
    }
}

/* Follows the leaf from a place to the end of the block; false when it is none, or too large. */
static bool read_block(struct leaf *leaf, uint32_t pc) {
    for (;;) {
        const uint32_t known = find(leaf, pc);
        if (known < leaf->count) {
            leaf->leads[known] = true;
            return true;
        }
        struct graph_insn *at = &leaf->insns[leaf->count];
        if (leaf->count == LEAF_INSNS || !profile_decode(leaf->profile, pc, &at->insn)) {
            return false;
        }
        at->pc = pc;
        leaf->count++;
        pc += at->insn.length;
        switch (graph_end_of((enum insn_id)at->insn.id)) {
        case END_FALL: break;
        case END_BRANCH:
            push_wanted(leaf, pc);
            push_wanted(leaf, at->insn.imm);
            return true;
        case END_JUMP: push_wanted(leaf, at->insn.imm); return true;
        case END_RETURN: return true;
        default: return false;
        }
    }
}

static bool read_leaf(struct leaf *leaf, const struct profile *profile, uint32_t entry) {
    *leaf = (struct leaf){.profile = profile};
    push_wanted(leaf, entry);
    while (leaf->waiting > 0) {
        const uint32_t pc = leaf->stack[--leaf->waiting];
        if (!read_block(leaf, pc)) {
            return false;
        }
        leaf->leads[find(leaf, pc)] = true;
    }
    return leaf->count > 0;
}

/* What a register holds at the end of a block when that is a constant made there, or GRAPH_NONE. */
static uint32_t constant_in(const struct graph *graph, const struct graph_block *block,
                            uint32_t number) {
    struct symbols symbols;
    symbols_start(&symbols);
    for (uint32_t i = 0; i + 1 < block->count; i++) {
        symbols_step(&symbols, &graph->insns[block->first + i].insn);
    }
    const struct symbol value = symbols.r[number];
    return value.root == SYMBOL_CONSTANT ? value.delta : GRAPH_NONE;
}

/* The function that the call at the end of a block always leads to, as far as is known, or
 * GRAPH_NONE. */
static uint32_t callee_of(const struct graph *graph, const struct profile *profile,
                          const struct graph_block *block) {
    const struct graph_insn *call = &graph->insns[block->first + block->count - 1];
    if (call->insn.id == INSN_jsra) {
        return call->insn.imm;
    }
    const uint32_t made = constant_in(graph, block, call->insn.a);
    if (made != GRAPH_NONE) {
        return made;
    }
    const struct profile_target *seen = profile_next_target(profile, call->pc, NULL);
    const bool alone = seen != NULL && profile_next_target(profile, call->pc, seen) == NULL;
    return alone ? seen->target : GRAPH_NONE;
}

static void resolve_copy(const struct graph *graph, uint32_t first, struct graph_edge *edge) {
    for (uint32_t i = first; i < graph->block_count; i++) {
        if (graph->blocks[i].pc == edge->pc) {
            edge->block = i;
        }
    }
}

/* Copies the block of a leaf that begins with that instruction. False: no room. */
static bool copy_block(struct graph *graph, const struct leaf *leaf, uint32_t at) {
    if (graph->block_count >= GRAPH_BLOCKS) {
        return false;
    }
    struct graph_block *block = &graph->blocks[graph->block_count++];
    *block =
        (struct graph_block){.pc = leaf->insns[at].pc, .first = graph->insn_count, .copied = true};
    do {
        const struct graph_insn *insn = &leaf->insns[at];
        if (graph->insn_count == GRAPH_INSNS) {
            return false;
        }
        graph->insns[graph->insn_count++] = *insn;
        block->count++;
        block->end = graph_end_of((enum insn_id)insn->insn.id);
        block->next = (struct graph_edge){GRAPH_NONE, insn->pc + insn->insn.length};
        block->taken = (struct graph_edge){GRAPH_NONE, insn->insn.imm};
        at = find(leaf, block->next.pc);
    } while (block->end == END_FALL && !leaf->leads[at]);
    return true;
}

struct leading {
    uint8_t ways[LEAF_INSNS]; /* edges that lead to a block of the copy */
    uint32_t first;
};

static void count_way(void *context, struct graph_edge *edge) {
    struct leading *at = context;
    at->ways[edge->block - at->first]++;
}

static void take_way(void *context, struct graph_edge *edge) {
    struct leading *at = context;
    at->ways[edge->block - at->first]--;
}

/* Whether blocks of the copy, from `first` on, are left when one after the other that no edge leads
 * to is taken away. */
static bool has_loop(struct graph *graph, uint32_t first) {
    const uint32_t count = graph->block_count - first;
    struct leading at = {.first = first};
    bool gone[LEAF_INSNS] = {false};
    uint32_t left = count;
    for (uint32_t i = 0; i < count; i++) {
        graph_each_edge(graph, &graph->blocks[first + i], count_way, &at);
    }
    for (bool going = true; going;) {
        going = false;
        for (uint32_t i = 0; i < count; i++) {
            if (!gone[i] && at.ways[i] == 0) {
                gone[i] = going = true;
                left--;
                graph_each_edge(graph, &graph->blocks[first + i], take_way, &at);
            }
        }
    }
    return left > 0;
}

/* Copies a leaf; false when there is no room or it has a loop, whose calls would gain little. */
static bool copy_leaf(struct graph *graph, const struct leaf *leaf) {
    const uint32_t first = graph->block_count;
    for (uint32_t i = 0; i < leaf->count; i++) {
        if (leaf->leads[i] && !copy_block(graph, leaf, i)) {
            return false;
        }
    }
    for (uint32_t i = first; i < graph->block_count; i++) {
        resolve_copy(graph, first, &graph->blocks[i].next);
        resolve_copy(graph, first, &graph->blocks[i].taken);
    }
    return !has_loop(graph, first);
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

/* Takes the function that a block calls into the graph, if it can. Returns how many instructions of
 * it were read. */
static uint32_t take_in(struct graph *graph, const struct profile *profile, uint32_t number) {
    struct graph_block *block = &graph->blocks[number];
    const struct graph_insn *call = &graph->insns[block->first + block->count - 1];
    const uint32_t callee = callee_of(graph, profile, block);
    if (callee == GRAPH_NONE || shortcut_take(graph, profile, number, callee)) {
        return 0;
    }
    const uint32_t insns = graph->insn_count;
    const uint32_t copy = graph->block_count;
    struct leaf leaf;
    if (!read_leaf(&leaf, profile, callee)) {
        return leaf.count;
    }
    if (!copy_leaf(graph, &leaf) || graph->block_count >= GRAPH_BLOCKS) {
        graph->insn_count = insns;
        graph->block_count = copy;
        return leaf.count;
    }
    for (uint32_t i = copy; i < graph->block_count; i++) {
        if (graph->blocks[i].end == END_RETURN) {
            graph->blocks[i].end = END_RETURNED;
            graph->blocks[i].next = block->next;
        }
    }
    if (call->insn.id == INSN_jsr) {
        guard(graph, block, callee);
    } else {
        block->end = END_JUMP;
    }
    block->taken = (struct graph_edge){copy, callee};
    return leaf.count;
}

void inline_calls(struct graph *graph, const struct profile *profile) {
    const uint32_t blocks = graph->block_count;
    const uint32_t most = graph->insn_count + COPIED_INSNS;
    uint32_t read = 0;
    for (uint32_t i = 0; i < blocks && graph->insn_count < most && read < READ_INSNS; i++) {
        const struct graph_block *block = &graph->blocks[i];
        if (block->end == END_CALL && block->next.block != GRAPH_NONE) {
            read += take_in(graph, profile, i);
        }
    }
}
