#include "xlate/dispatcher.h"

/* Depth-first walk without recursion: successors are pushed, and a block is finished when it is met
 * the second time. */
struct walk {
    struct graph *graph;
    uint32_t stack[3 * GRAPH_ROOM + 2 * GRAPH_EDGES + 2];
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

bool dispatcher_dominates(const struct graph *graph, uint32_t a, uint32_t b) {
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
    uint8_t inside[GRAPH_ROOM]; /* of each block: 1 reached from the dispatcher, 2 reaches it */
};

/* The dispatcher, and a start for it: the entry's code moves to another block. */
void dispatcher_make(struct graph *graph) {
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
    graph->block_of[graph_find(graph, pc)] = moved;
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

/* The dispatcher's edge for an address, or NULL. */
static struct graph_edge *dispatched(struct graph *graph, uint32_t pc) {
    const struct graph_block *dispatcher = &graph->blocks[graph->dispatcher];
    const uint32_t found = graph_find(graph, pc);
    if (found != GRAPH_NONE) {
        const uint32_t number = graph->dispatched[found];
        return number != 0 ? &graph->edges[number - 1] : NULL;
    }
    for (uint32_t i = 0; i < dispatcher->edge_count; i++) { /* of a copy */
        struct graph_edge *edge = &graph->edges[dispatcher->first_edge + i];
        if (edge->pc == pc) {
            return edge;
        }
    }
    return NULL;
}

bool dispatcher_add(struct graph *graph, uint32_t block, uint32_t pc) {
    struct graph_edge *edge = dispatched(graph, pc);
    if (edge != NULL) {
        edge->block = block;
        return true;
    }
    if (graph->edge_count == GRAPH_EDGES) {
        return false;
    }
    graph->edges[graph->edge_count++] = (struct graph_edge){block, pc};
    const uint32_t found = graph_find(graph, pc);
    if (found != GRAPH_NONE) {
        graph->dispatched[found] = (uint16_t)graph->edge_count;
    }
    graph->blocks[graph->dispatcher].edge_count++;
    return true;
}

bool dispatcher_has(struct graph *graph, uint32_t pc) {
    return dispatched(graph, pc) != NULL;
}

/* There is a way to the place past the loops around it. */
static void forget_routes(struct graph *graph, uint32_t pc) {
    for (uint32_t i = 0; i < graph->route_count; i++) {
        if (graph->routes[i].pc == pc) {
            graph->routes[i].block = GRAPH_NONE;
        }
    }
}

/* Leads an edge through the dispatcher; of a computed jump, all of them. */
static void redirect(struct graph *graph, struct graph_block *from, struct graph_edge *edge) {
    if (from->end != END_SWITCH) {
        const bool led = dispatcher_add(graph, edge->block, edge->pc);
        edge->block = led && from->end != END_ROUTE ? graph->dispatcher : GRAPH_NONE;
        if (from->end != END_ROUTE) {
            forget_routes(graph, edge->pc);
        }
        return;
    }
    for (uint32_t i = 0; i < from->edge_count; i++) {
        struct graph_edge *each = &graph->edges[from->first_edge + i];
        if (each->block != GRAPH_NONE) {
            const bool led = dispatcher_add(graph, each->block, each->pc);
            each->block = led ? graph->dispatcher : GRAPH_NONE;
            forget_routes(graph, each->pc);
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
        const bool computed =
            from->end == END_SWITCH || (from->end >= END_ENTER && edge != &from->next);
        to->forward += computed ? 2 : 1;
    } else if (dispatcher_dominates(graph, edge->block, at->from)) {
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

bool dispatcher_round(struct graph *graph) {
    struct classing at = {.graph = graph};
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
        dispatcher_make(graph);
    }
    return at.changed;
}
