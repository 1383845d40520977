#include "xlate/graph.h"

#include "xlate/dispatcher.h"
#include "xlate/entries.h"
#include "xlate/inline.h"

#include <string.h>

/* A guest may be made to have as many of these as it has code. */
enum {
    FOLLOWED_MAX = 4,    /* constants that a call through a register is taken to have */
    REGISTERS_MAX = 128, /* such calls of a function */
    ROUNDS_MAX = 100,    /* of ordering the blocks */
    CUTS_MAX = 8,        /* of leaving out what is nested too deep */
};

uint32_t graph_find(const struct graph *graph, uint32_t pc) {
    const bool inside = profile_holds(graph->profile, pc);
    const uint32_t found = inside ? graph->place[profile_slot(graph->profile, pc)] : 0;
    return found == 0 ? GRAPH_NONE : found - 1;
}

enum graph_end graph_end_of(enum insn_id id) {
    switch (id) {
    case INSN_jsra:
    case INSN_jsr: return END_CALL;
    case INSN_ret: return END_RETURN;
    case INSN_jmpa: return END_JUMP;
    case INSN_jmp: return END_SWITCH;
    case INSN_BAD:
    case INSN_swi:
    case INSN_brk:
    case INSN_ssr: return END_EXIT;
    default: return insn_table[id].flow == FLOW_BRANCH ? END_BRANCH : END_FALL;
    }
}

/* Decodes the instruction at pc into found; false when the text or the room ends. */
static bool decode_at(struct graph *graph, uint32_t pc) {
    struct graph_insn *insn = &graph->found[graph->found_count];
    if (graph->found_count == graph->found_most ||
        !profile_decode(graph->profile, pc, &insn->insn)) {
        return false;
    }
    insn->pc = pc;
    graph->leads[graph->found_count] = false;
    graph->block_of[graph->found_count] = GRAPH_NONE;
    graph->dispatched[graph->found_count] = 0;
    graph->place[profile_slot(graph->profile, pc)] = (uint16_t)++graph->found_count;
    return true;
}

/* Addresses still to be looked at. */
struct worklist {
    uint32_t count;
    uint32_t pc[GRAPH_INSNS];
};

static void push(struct worklist *work, uint32_t pc) {
    if (work->count < GRAPH_INSNS) {
        work->pc[work->count++] = pc;
    }
}

static void push_wanted(const struct graph *graph, struct worklist *work, uint32_t pc) {
    if (profile_wanted(graph->profile, pc)) {
        push(work, pc);
    }
}

static void push_targets(struct worklist *work, const struct profile *profile, uint32_t site) {
    const struct profile_target *seen = NULL;
    while ((seen = profile_next_target(profile, site, seen)) != NULL) {
        push(work, seen->target);
    }
}

/* Decodes straight on from pc to the end of its block, and notes where that leads. */
static void discover_from(struct graph *graph, uint32_t pc, struct worklist *work) {
    for (bool going = true; going;) {
        const uint32_t known = graph_find(graph, pc);
        if (known != GRAPH_NONE) {
            graph->leads[known] = true;
            return;
        }
        if (!decode_at(graph, pc)) {
            return;
        }
        const struct insn *insn = &graph->found[graph->found_count - 1].insn;
        const uint32_t next = pc + insn->length;
        switch (graph_end_of((enum insn_id)insn->id)) {
        case END_FALL: break;
        case END_BRANCH:
            push_wanted(graph, work, next);
            push_wanted(graph, work, insn->imm);
            going = false;
            break;
        case END_CALL:
            push(work, next);
            going = false;
            break;
        case END_JUMP:
            push_wanted(graph, work, insn->imm);
            going = false;
            break;
        case END_SWITCH:
            push_targets(work, graph->profile, pc);
            going = false;
            break;
        case END_RETURN:
        case END_GUARD:
        case END_RETURNED:
        case END_SHORTCUT:
        case END_ENTER:
        case END_DISPATCH:
        case END_ROUTE:
        case END_EXIT: going = false; break;
        }
        pc = next;
    }
}

static bool discover(struct graph *graph, uint32_t entry) {
    struct worklist work = {.count = 0};
    push(&work, entry);
    while (work.count > 0) {
        const uint32_t pc = work.pc[--work.count];
        discover_from(graph, pc, &work);
        const uint32_t found = graph_find(graph, pc);
        if (found != GRAPH_NONE) {
            graph->leads[found] = true;
        }
    }
    return graph_find(graph, entry) != GRAPH_NONE;
}

/* Makes the block that found[leader] begins. False when there is no room. */
static bool make_block(struct graph *graph, uint32_t leader) {
    if (graph->block_count == GRAPH_BLOCKS) {
        return false;
    }
    graph->block_of[leader] = graph->block_count;
    struct graph_block *block = &graph->blocks[graph->block_count++];
    *block = (struct graph_block){.pc = graph->found[leader].pc, .first = graph->insn_count};
    for (uint32_t at = leader;;) {
        const struct graph_insn *insn = &graph->found[at];
        graph->insns[graph->insn_count++] = *insn;
        block->count++;
        block->end = graph_end_of((enum insn_id)insn->insn.id);
        block->next = (struct graph_edge){GRAPH_NONE, insn->pc + insn->insn.length};
        block->taken = (struct graph_edge){GRAPH_NONE, insn->insn.imm};
        at = graph_find(graph, block->next.pc);
        if (block->end != END_FALL || at == GRAPH_NONE || graph->leads[at]) {
            return true;
        }
    }
}

static void resolve(struct graph *graph, struct graph_edge *edge) {
    const uint32_t found = graph_find(graph, edge->pc);
    edge->block = found == GRAPH_NONE ? GRAPH_NONE : graph->block_of[found];
}

static void add_switch_edges(struct graph *graph, const struct profile *profile,
                             struct graph_block *block) {
    const uint32_t site = graph->insns[block->first + block->count - 1].pc;
    block->first_edge = graph->edge_count;
    const struct profile_target *seen = NULL;
    while (graph->edge_count < GRAPH_EDGES &&
           (seen = profile_next_target(profile, site, seen)) != NULL) {
        graph->edges[graph->edge_count++] = (struct graph_edge){GRAPH_NONE, seen->target};
        block->edge_count++;
    }
}

static void make_edges(struct graph *graph, const struct profile *profile) {
    for (uint32_t i = 0; i < graph->block_count; i++) {
        struct graph_block *block = &graph->blocks[i];
        const bool falls =
            block->end == END_FALL || block->end == END_BRANCH || block->end == END_CALL;
        if (falls) {
            resolve(graph, &block->next);
        }
        if (block->end == END_BRANCH || block->end == END_JUMP) {
            resolve(graph, &block->taken);
        }
        if (block->end == END_SWITCH) {
            add_switch_edges(graph, profile, block);
            for (uint32_t j = 0; j < block->edge_count; j++) {
                resolve(graph, &graph->edges[block->first_edge + j]);
            }
        }
    }
}

void graph_each_edge(struct graph *graph, struct graph_block *block,
                     void (*visit)(void *context, struct graph_edge *edge), void *context) {
    struct graph_edge *edges[2] = {&block->taken, &block->next};
    const enum graph_end end = block->end;
    const bool both =
        end == END_BRANCH || end == END_GUARD || end == END_SHORTCUT || end == END_ENTER;
    const bool falls =
        end == END_FALL || end == END_CALL || end == END_RETURNED || end == END_ROUTE;
    const bool used[2] = {both || end == END_JUMP, both || falls};
    for (uint32_t i = 0; i < 2; i++) {
        if (used[i] && edges[i]->block != GRAPH_NONE) {
            visit(context, edges[i]);
        }
    }
    struct graph_edge *more = end == END_ROUTE ? graph->routes : graph->edges;
    for (uint32_t i = 0; i < block->edge_count; i++) {
        struct graph_edge *edge = &more[block->first_edge + i];
        if (edge->block != GRAPH_NONE) {
            visit(context, edge);
        }
    }
}

static void clear(struct graph *graph, const struct profile *profile, uint32_t most) {
    for (uint32_t i = 0; i < graph->found_count; i++) {
        graph->place[profile_slot(profile, graph->found[i].pc)] = 0;
    }
    graph->profile = profile;
    graph->dispatcher = graph->dispatched_jump = GRAPH_NONE;
    graph->insn_count = graph->block_count = graph->edge_count = graph->found_count = 0;
    graph->route_count = graph->rounds = graph->cuts = 0;
    graph->found_most = most;
}

static void follow_register(struct graph *graph, struct profile *profile,
                            const struct graph_insn *call) {
    uint32_t followed = 0;
    for (uint32_t i = 0; i < graph->found_count && followed < FOLLOWED_MAX; i++) {
        const struct insn *insn = &graph->found[i].insn;
        if (insn->id == INSN_ldi_l && insn->a == call->insn.a &&
            profile_holds(profile, insn->imm) && profile_wanted(profile, insn->imm)) {
            profile_add_entry(profile, insn->imm);
            profile_add_target(profile, call->pc, insn->imm);
            followed++;
        }
    }
}

void graph_follow_calls(struct graph *graph, struct profile *profile, uint32_t entry) {
    clear(graph, profile, GRAPH_INSNS);
    discover(graph, entry);
    uint32_t registers = 0;
    for (uint32_t i = 0; i < graph->found_count; i++) {
        const struct graph_insn *at = &graph->found[i];
        if (at->insn.id == INSN_jsra && profile_wanted(profile, at->insn.imm)) {
            profile_add_entry(profile, at->insn.imm);
        } else if (at->insn.id == INSN_jsr && registers++ < REGISTERS_MAX) {
            follow_register(graph, profile, at);
        }
    }
}

uint32_t graph_reach(struct graph *graph, const struct profile *profile, uint32_t entry,
                     uint32_t most) {
    clear(graph, profile, most);
    discover(graph, entry);
    return graph->found_count;
}

/* How deep blocks lie in the code: a block is written inside the one that dominates it, and inside
 * the labels of those that come later and are dominated by the same. */
static bool find_nested(struct graph *graph, uint32_t nested[GRAPH_ROOM]) {
    uint32_t inside[GRAPH_ROOM] = {0}; /* labels that a block opens and that are still to come */
    bool deep = false;
    for (uint32_t i = 1; i < graph->order_count; i++) {
        const struct graph_block *block = &graph->blocks[graph->order[i]];
        inside[block->dominator] += block->forward >= 2;
    }
    for (uint32_t i = 0; i < graph->order_count; i++) {
        const uint32_t number = graph->order[i];
        const struct graph_block *block = &graph->blocks[number];
        if (number == 0) {
            nested[number] = 0;
        } else if (block->forward >= 2) {
            nested[number] = nested[block->dominator] + inside[block->dominator]--;
        } else {
            nested[number] = nested[block->dominator] + inside[block->dominator] + 1;
        }
        deep |= nested[number] > GRAPH_NESTED;
    }
    return deep;
}

static void cut_edge(void *context, struct graph_edge *edge) {
    const uint32_t *nested = context;
    if (nested[edge->block] > GRAPH_NESTED) {
        edge->block = GRAPH_NONE;
    }
}

/* Whether a block's edges lead where its kind needs them to. */
static bool is_whole(const struct graph_block *block) {
    switch (block->end) {
    case END_SHORTCUT:
    case END_ENTER: return block->next.block != GRAPH_NONE && block->taken.block != GRAPH_NONE;
    case END_GUARD:
    case END_RETURNED:
    case END_ROUTE: return block->next.block != GRAPH_NONE;
    default: return true;
    }
}

/* Leaves out what is nested too deep. False when that cannot be. */
static bool cut_deep(struct graph *graph, uint32_t nested[GRAPH_ROOM]) {
    for (uint32_t i = 0; i < graph->order_count; i++) {
        struct graph_block *block = &graph->blocks[graph->order[i]];
        graph_each_edge(graph, block, cut_edge, nested);
        if (!is_whole(block)) {
            return false;
        }
    }
    return true;
}

/* Edges to the entry: back to it, from its own address on, and on to it, from lower ones. */
struct entering {
    struct graph *graph;
    const struct graph_block *from;
    uint32_t back;
    uint32_t on;
    uint32_t head; /* where those back to it are to lead */
};

static void enter(void *context, struct graph_edge *edge) {
    struct entering *at = context;
    if (edge->block != 0 || at->from->end == END_SWITCH) {
        return;
    }
    const bool back = !at->from->copied && at->from->pc >= at->graph->blocks[0].pc;
    at->back += back;
    at->on += !back;
    edge->block = back ? at->head : 0;
}

static void each_entering(struct entering *at) {
    for (uint32_t i = 0; i < at->graph->block_count; i++) {
        at->from = &at->graph->blocks[i];
        graph_each_edge(at->graph, &at->graph->blocks[i], enter, at);
    }
}

/* A graph that is entered in an inner loop, at its head, has the loops around that begin there,
 * too. They get a block of their own: engines then know which loop is the inner one, and keep in
 * processor registers what that needs. */
static void part_loops(struct graph *graph) {
    struct entering at = {.graph = graph};
    each_entering(&at);
    if (at.back == 0 || at.on == 0 || graph->block_count == GRAPH_BLOCKS) {
        return;
    }
    const uint32_t pc = graph->blocks[0].pc;
    at.head = graph->block_count;
    each_entering(&at);
    graph->blocks[graph->block_count++] = graph->blocks[0];
    graph->blocks[0] = (struct graph_block){
        .pc = pc,
        .end = END_FALL,
        .next = {at.head, pc},
        .taken = {GRAPH_NONE, pc},
    };
}

bool graph_begin(struct graph *graph, const struct profile *profile, uint32_t entry,
                 const uint8_t *inner, uint32_t most) {
    clear(graph, profile, most);
    graph->inner = inner;
    graph->stage = GRAPH_LOOPS_FIRST;
    if (!discover(graph, entry)) {
        return false;
    }
    for (uint32_t i = 0; inner != NULL && i < profile->entry_count; i++) {
        const uint32_t found = inner[i] ? graph_find(graph, profile->entries[i]) : GRAPH_NONE;
        if (found != GRAPH_NONE) {
            graph->leads[found] = true;
        }
    }
    make_block(graph, graph_find(graph, entry));
    for (uint32_t i = 0; i < graph->found_count; i++) {
        if (graph->leads[i] && graph->block_of[i] == GRAPH_NONE && !make_block(graph, i)) {
            break;
        }
    }
    make_edges(graph, profile);
    inline_calls(graph, profile);
    part_loops(graph);
    return true;
}

/* With all loops entered in one place. True when that has to be seen to again. */
static bool add_entries(struct graph *graph) {
    return graph->inner != NULL &&
           (graph->dispatcher != GRAPH_NONE || graph->found_count >= GRAPH_LARGE) &&
           entries_add(graph);
}

static enum graph_state look_at_depth(struct graph *graph) {
    uint32_t nested[GRAPH_ROOM] = {0};
    if (!find_nested(graph, nested)) {
        return GRAPH_READY;
    }
    graph->stage = GRAPH_LOOPS_LAST;
    return graph->cuts++ < CUTS_MAX && cut_deep(graph, nested) ? GRAPH_GOING : GRAPH_REFUSED;
}

enum graph_state graph_go_on(struct graph *graph) {
    switch (graph->stage) {
    case GRAPH_ENTRIES:
        graph->stage = add_entries(graph) ? GRAPH_LOOPS_FIRST : GRAPH_LOOPS_LAST;
        return GRAPH_GOING;
    case GRAPH_DEPTH: return look_at_depth(graph);
    case GRAPH_LOOPS_FIRST:
    case GRAPH_LOOPS_LAST: break;
    }
    if (!dispatcher_round(graph)) {
        graph->stage = graph->stage == GRAPH_LOOPS_FIRST ? GRAPH_ENTRIES : GRAPH_DEPTH;
    }
    return graph->rounds++ < ROUNDS_MAX ? GRAPH_GOING : GRAPH_REFUSED;
}
