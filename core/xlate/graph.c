#include "xlate/graph.h"

#include "xlate/inline.h"

#include <string.h>

/* The decoded instruction at pc as index into found, or GRAPH_NONE. */
static uint32_t find(const struct graph *graph, uint32_t pc) {
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
    if (graph->found_count == GRAPH_INSNS || !profile_decode(graph->profile, pc, &insn->insn)) {
        return false;
    }
    insn->pc = pc;
    graph->leads[graph->found_count] = false;
    graph->block_of[graph->found_count] = GRAPH_NONE;
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
    for (uint32_t i = 0; i < profile->target_count; i++) {
        if (profile->targets[i].site == site) {
            push(work, profile->targets[i].target);
        }
    }
}

/* Decodes straight on from pc to the end of its block, and notes where that leads. */
static void discover_from(struct graph *graph, uint32_t pc, struct worklist *work) {
    for (bool going = true; going;) {
        const uint32_t known = find(graph, pc);
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
        case END_ENTER:
        case END_DISPATCH:
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
        const uint32_t found = find(graph, pc);
        if (found != GRAPH_NONE) {
            graph->leads[found] = true;
        }
    }
    return find(graph, entry) != GRAPH_NONE;
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
        at = find(graph, block->next.pc);
        if (block->end != END_FALL || at == GRAPH_NONE || graph->leads[at]) {
            return true;
        }
    }
}

static void resolve(struct graph *graph, struct graph_edge *edge) {
    const uint32_t found = find(graph, edge->pc);
    edge->block = found == GRAPH_NONE ? GRAPH_NONE : graph->block_of[found];
}

static void add_switch_edges(struct graph *graph, const struct profile *profile,
                             struct graph_block *block) {
    const uint32_t site = graph->insns[block->first + block->count - 1].pc;
    block->first_edge = graph->edge_count;
    for (uint32_t i = 0; i < profile->target_count && graph->edge_count < GRAPH_EDGES; i++) {
        if (profile->targets[i].site == site) {
            graph->edges[graph->edge_count++] =
                (struct graph_edge){GRAPH_NONE, profile->targets[i].target};
            block->edge_count++;
        }
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
    const bool both = end == END_BRANCH || end == END_GUARD || end == END_ENTER;
    const bool falls = end == END_FALL || end == END_CALL || end == END_RETURNED;
    const bool used[2] = {both || end == END_JUMP, both || falls};
    for (uint32_t i = 0; i < 2; i++) {
        if (used[i] && edges[i]->block != GRAPH_NONE) {
            visit(context, edges[i]);
        }
    }
    for (uint32_t i = 0; i < block->edge_count; i++) {
        struct graph_edge *edge = &graph->edges[block->first_edge + i];
        if (edge->block != GRAPH_NONE) {
            visit(context, edge);
        }
    }
}

/* Depth-first walk without recursion: successors are pushed, and a block is finished when it is met
 * the second time. */
struct walk {
    struct graph *graph;
    uint32_t stack[3 * GRAPH_ROOM + GRAPH_EDGES + 2];
    uint32_t depth;
};

static void walk_push(void *context, struct graph_edge *edge) {
    struct walk *walk = context;
    if (walk->graph->blocks[edge->block].order == GRAPH_NONE &&
        walk->depth < sizeof walk->stack / 4) {
        walk->stack[walk->depth++] = edge->block;
    }
}

static void make_order(struct graph *graph) {
    enum { OPEN = 0xfffffffe };
    struct walk walk = {.graph = graph};
    uint32_t finished = 0;
    for (uint32_t i = 0; i < graph->block_count; i++) {
        graph->blocks[i].order = GRAPH_NONE;
    }
    walk.stack[walk.depth++] = 0;
    while (walk.depth > 0) {
        const uint32_t at = walk.stack[walk.depth - 1];
        struct graph_block *block = &graph->blocks[at];
        if (block->order == GRAPH_NONE) {
            block->order = OPEN;
            graph_each_edge(graph, block, walk_push, &walk);
            continue;
        }
        walk.depth--;
        if (block->order == (uint32_t)OPEN) {
            block->order = finished; /* in postorder for now */
            graph->order[finished++] = at;
        }
    }
    graph->order_count = finished;
    for (uint32_t i = 0; i < finished / 2; i++) {
        const uint32_t other = graph->order[i];
        graph->order[i] = graph->order[finished - 1 - i];
        graph->order[finished - 1 - i] = other;
    }
    for (uint32_t i = 0; i < finished; i++) {
        graph->blocks[graph->order[i]].order = i;
    }
}

/* Immediate dominators, after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm". */
struct dominance {
    struct graph *graph;
    uint32_t from;
    bool changed;
};

static void meet(void *context, struct graph_edge *edge) {
    struct dominance *dominance = context;
    struct graph_block *blocks = dominance->graph->blocks;
    struct graph_block *to = &blocks[edge->block];
    uint32_t a = dominance->from;
    uint32_t b = to->dominator;
    if (edge->block == 0) {
        return;
    }
    while (b != GRAPH_NONE && a != b) {
        if (blocks[a].order > blocks[b].order) {
            a = blocks[a].dominator;
        } else {
            b = blocks[b].dominator;
        }
    }
    if (to->dominator != a) {
        to->dominator = a;
        dominance->changed = true;
    }
}

static void make_dominators(struct graph *graph) {
    struct dominance dominance = {.graph = graph, .changed = true};
    for (uint32_t i = 0; i < graph->block_count; i++) {
        graph->blocks[i].dominator = GRAPH_NONE;
    }
    graph->blocks[0].dominator = 0;
    while (dominance.changed) {
        dominance.changed = false;
        for (uint32_t i = 0; i < graph->order_count; i++) {
            dominance.from = graph->order[i];
            graph_each_edge(graph, &graph->blocks[dominance.from], meet, &dominance);
        }
    }
}

static bool dominates(const struct graph *graph, uint32_t a, uint32_t b) {
    while (graph->blocks[b].order > graph->blocks[a].order) {
        b = graph->blocks[b].dominator;
    }
    return a == b;
}

/* What is done to edges: those that were seen, and those that are to go through the dispatcher. */
struct classing {
    struct graph *graph;
    uint32_t from;
    bool changed;
    bool lost;                  /* the dispatcher is entered past itself */
    uint8_t inside[GRAPH_ROOM]; /* of each block: 1 reached from the dispatcher, 2 reaches it
                                 */
};

/* The dispatcher, and a start for it: the entry's code moves to another block. */
static void make_dispatcher(struct graph *graph) {
    const uint32_t moved = graph->block_count++;
    const uint32_t pc = graph->blocks[0].pc;
    graph->dispatcher = graph->block_count++;
    for (uint32_t i = 0; i < moved; i++) {
        struct graph_block *block = &graph->blocks[i];
        block->next.block = block->next.block == 0 ? moved : block->next.block;
        block->taken.block = block->taken.block == 0 ? moved : block->taken.block;
    }
    for (uint32_t i = 0; i < graph->edge_count; i++) {
        struct graph_edge *edge = &graph->edges[i];
        edge->block = edge->block == 0 ? moved : edge->block;
    }
    graph->block_of[find(graph, pc)] = moved;
    graph->blocks[moved] = graph->blocks[0];
    graph->blocks[0] = (struct graph_block){
        .pc = pc,
        .end = END_ENTER,
        .next = {moved, pc},
        .taken = {graph->dispatcher, pc},
    };
    graph->blocks[graph->dispatcher] = (struct graph_block){
        .pc = pc,
        .end = END_DISPATCH,
        .next = {GRAPH_NONE, pc},
        .taken = {GRAPH_NONE, pc},
        .first_edge = graph->edge_count,
    };
}

/* Has the dispatcher lead to a block; false when it has no room. */
static bool dispatch_to(struct graph *graph, uint32_t block, uint32_t pc) {
    struct graph_block *dispatcher = &graph->blocks[graph->dispatcher];
    for (uint32_t i = 0; i < dispatcher->edge_count; i++) {
        if (graph->edges[dispatcher->first_edge + i].block == block) {
            return true;
        }
    }
    if (graph->edge_count == GRAPH_EDGES) {
        return false;
    }
    graph->edges[graph->edge_count++] = (struct graph_edge){block, pc};
    dispatcher->edge_count++;
    return true;
}

/* Leads an edge through the dispatcher; of a computed jump, all of them. */
static void redirect(struct graph *graph, struct graph_block *from, struct graph_edge *edge) {
    if (from->end != END_SWITCH) {
        if (dispatch_to(graph, edge->block, edge->pc)) {
            edge->block = graph->dispatcher;
        } else {
            edge->block = GRAPH_NONE;
        }
        return;
    }
    for (uint32_t i = 0; i < from->edge_count; i++) {
        struct graph_edge *each = &graph->edges[from->first_edge + i];
        if (each->block != GRAPH_NONE && !dispatch_to(graph, each->block, each->pc)) {
            each->block = GRAPH_NONE;
        } else if (each->block != GRAPH_NONE) {
            each->block = graph->dispatcher;
        }
    }
    graph->dispatched_jump = graph->insns[from->first + from->count - 1].pc;
}

/* Marks loop headers and counts forward edges. A backward edge to a block that does not dominate
 * its origin makes the graph irreducible: it has to go through the dispatcher. */
static void classify(void *context, struct graph_edge *edge) {
    struct classing *at = context;
    struct graph *graph = at->graph;
    struct graph_block *from = &graph->blocks[at->from];
    struct graph_block *to = &graph->blocks[edge->block];
    if (to->order > from->order) {
        /* A target of a computed jump gets a label of its own, however many edges lead there. */
        const bool computed = from->end == END_SWITCH || from->end >= END_ENTER;
        to->forward += computed ? 2 : 1;
    } else if (dominates(graph, edge->block, at->from)) {
        to->header = true;
    } else {
        at->changed = true;
        if (graph_is_dispatched(graph, edge) || at->from == graph->dispatcher) {
            at->lost = true;
        } else if (graph->dispatcher != GRAPH_NONE) {
            redirect(graph, from, edge);
        }
    }
}

static void reach_forward(void *context, struct graph_edge *edge) {
    struct classing *at = context;
    if (!(at->inside[edge->block] & 1)) {
        at->inside[edge->block] |= 1;
        at->changed = true;
    }
}

static void reach_back(void *context, struct graph_edge *edge) {
    struct classing *at = context;
    if (at->inside[edge->block] & 2 && !(at->inside[at->from] & 2)) {
        at->inside[at->from] |= 2;
        at->changed = true;
    }
}

/* Finds the dispatcher's loop: the blocks that it reaches and that reach it. */
static void find_inside(struct classing *at) {
    struct graph *graph = at->graph;
    for (uint32_t i = 0; i < graph->block_count; i++) {
        at->inside[i] = i == graph->dispatcher ? 3 : 0;
    }
    for (at->changed = true; at->changed;) {
        at->changed = false;
        for (uint32_t i = 0; i < graph->order_count; i++) {
            at->from = graph->order[i];
            if (at->inside[at->from] & 1) {
                graph_each_edge(graph, &graph->blocks[at->from], reach_forward, at);
            }
        }
        for (uint32_t i = graph->order_count; i-- > 0;) {
            at->from = graph->order[i];
            graph_each_edge(graph, &graph->blocks[at->from], reach_back, at);
        }
    }
}

static void lead_in(void *context, struct graph_edge *edge) {
    struct classing *at = context;
    if (!graph_is_dispatched(at->graph, edge) && at->inside[edge->block] == 3 &&
        at->inside[at->from] != 3) {
        redirect(at->graph, &at->graph->blocks[at->from], edge);
    }
}

/* Makes the dispatcher the only way into its loop. */
static void close_loop(struct classing *at) {
    find_inside(at);
    for (uint32_t i = 0; i < at->graph->order_count; i++) {
        at->from = at->graph->order[i];
        graph_each_edge(at->graph, &at->graph->blocks[at->from], lead_in, at);
    }
    at->changed = true;
}

/* Orders the blocks until nothing is left to be led through the dispatcher. */
static void make_reducible(struct graph *graph) {
    struct classing at = {.graph = graph, .changed = true};
    while (at.changed) {
        at.changed = at.lost = false;
        make_order(graph);
        make_dominators(graph);
        for (uint32_t i = 0; i < graph->block_count; i++) {
            graph->blocks[i].forward = 0;
            graph->blocks[i].header = i == graph->dispatcher;
        }
        for (uint32_t i = 0; i < graph->order_count; i++) {
            at.from = graph->order[i];
            graph_each_edge(graph, &graph->blocks[at.from], classify, &at);
        }
        if (at.lost) {
            close_loop(&at);
        } else if (at.changed && graph->dispatcher == GRAPH_NONE) {
            make_dispatcher(graph);
        }
    }
}

/* Whether an edge leads to a block of the loop whose blocks have 1 in inside. */
static void meets_loop(void *context, struct graph_edge *edge) {
    struct classing *at = context;
    at->changed |= at->inside[edge->block] == 1;
}

/* Marks the loop of a header: what it dominates and what leads back to it. */
static void find_loop(struct classing *at, uint32_t header) {
    struct graph *graph = at->graph;
    memset(at->inside, 0, sizeof at->inside);
    at->inside[header] = 1;
    for (bool growing = true; growing;) {
        growing = false;
        for (uint32_t i = graph->order_count; i-- > graph->blocks[header].order + 1;) {
            const uint32_t block = graph->order[i];
            if (at->inside[block] == 0 && dominates(graph, header, block)) {
                at->changed = false;
                graph_each_edge(graph, &graph->blocks[block], meets_loop, at);
                at->inside[block] = at->changed;
                growing |= at->changed;
            }
        }
    }
}

static void find_loops(struct classing *at) {
    struct graph *graph = at->graph;
    for (uint32_t i = 0; i < graph->block_count; i++) {
        graph->loop_of[i] = GRAPH_NONE;
        graph->loop_calls[i] = false;
    }
    for (uint32_t i = 0; i < graph->order_count; i++) { /* outer loops come first */
        const uint32_t header = graph->order[i];
        if (!graph->blocks[header].header || header == graph->dispatcher) {
            continue;
        }
        find_loop(at, header);
        for (uint32_t j = 0; j < graph->block_count; j++) {
            if (at->inside[j] == 1 && j != header) {
                graph->loop_of[j] = header;
            }
            graph->loop_calls[header] |= at->inside[j] == 1 && graph->blocks[j].end == END_CALL;
        }
    }
}

/* Whether the dispatcher may lead to a block, which takes away the loops around it. */
static bool may_enter(const struct graph *graph, uint32_t block, bool wanted) {
    const uint32_t loop = graph->loop_of[block];
    return loop == GRAPH_NONE ||
           (wanted && (graph->loop_calls[loop] || graph->blocks[block].header));
}

/* Has the dispatcher lead to other entries, and to what calls come back to. */
static void add_inner(struct graph *graph, const struct profile *profile, const uint8_t *inner) {
    struct classing at = {.graph = graph};
    uint32_t count = 0;
    uint32_t blocks[GRAPH_BLOCKS];
    find_loops(&at);
    for (uint32_t i = 0; i < profile->entry_count; i++) {
        const uint32_t found = inner[i] ? find(graph, profile->entries[i]) : GRAPH_NONE;
        const uint32_t block = found != GRAPH_NONE ? graph->block_of[found] : GRAPH_NONE;
        if (block != GRAPH_NONE && graph->blocks[block].order != GRAPH_NONE && block != 0 &&
            count < GRAPH_BLOCKS && may_enter(graph, block, true)) {
            blocks[count++] = block;
        }
    }
    for (uint32_t i = 0; i < graph->order_count; i++) {
        const struct graph_block *block = &graph->blocks[graph->order[i]];
        const uint32_t next = block->next.block;
        if (block->end == END_CALL && next != GRAPH_NONE && next != 0 &&
            next != graph->dispatcher && count < GRAPH_BLOCKS && may_enter(graph, next, false)) {
            blocks[count++] = next;
        }
    }
    if (count == 0) {
        return;
    }
    if (graph->dispatcher == GRAPH_NONE) {
        make_dispatcher(graph);
    }
    for (uint32_t i = 0; i < count; i++) {
        dispatch_to(graph, blocks[i], graph->blocks[blocks[i]].pc);
    }
    make_reducible(graph);
}

static void clear(struct graph *graph, const struct profile *profile) {
    for (uint32_t i = 0; i < graph->found_count; i++) {
        graph->place[profile_slot(profile, graph->found[i].pc)] = 0;
    }
    graph->profile = profile;
    graph->dispatcher = graph->dispatched_jump = GRAPH_NONE;
    graph->insn_count = graph->block_count = graph->edge_count = graph->found_count = 0;
}

static void follow_register(struct graph *graph, struct profile *profile,
                            const struct graph_insn *call) {
    for (uint32_t i = 0; i < graph->found_count; i++) {
        const struct insn *insn = &graph->found[i].insn;
        if (insn->id == INSN_ldi_l && insn->a == call->insn.a &&
            profile_holds(profile, insn->imm) && profile_wanted(profile, insn->imm)) {
            profile_add_entry(profile, insn->imm);
            profile_add_target(profile, call->pc, insn->imm);
        }
    }
}

void graph_follow_calls(struct graph *graph, struct profile *profile, uint32_t entry) {
    clear(graph, profile);
    discover(graph, entry);
    for (uint32_t i = 0; i < graph->found_count; i++) {
        const struct graph_insn *at = &graph->found[i];
        if (at->insn.id == INSN_jsra && profile_wanted(profile, at->insn.imm)) {
            profile_add_entry(profile, at->insn.imm);
        } else if (at->insn.id == INSN_jsr) {
            follow_register(graph, profile, at);
        }
    }
}

uint32_t graph_reach(struct graph *graph, const struct profile *profile, uint32_t entry) {
    clear(graph, profile);
    discover(graph, entry);
    return graph->found_count;
}

bool graph_build(struct graph *graph, const struct profile *profile, uint32_t entry,
                 const uint8_t *inner) {
    clear(graph, profile);
    if (!discover(graph, entry)) {
        return false;
    }
    make_block(graph, find(graph, entry));
    for (uint32_t i = 0; i < graph->found_count; i++) {
        if (graph->leads[i] && graph->block_of[i] == GRAPH_NONE && !make_block(graph, i)) {
            break;
        }
    }
    make_edges(graph, profile);
    inline_calls(graph, profile);
    make_reducible(graph);
    if (inner != NULL && (graph->dispatcher != GRAPH_NONE || graph->found_count >= GRAPH_LARGE)) {
        add_inner(graph, profile, inner);
    }
    return true;
}
