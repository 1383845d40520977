#include "xlate/entries.h"

#include "xlate/dispatcher.h"

#include <string.h>

/* The dispatcher's targets are labels around each other. */
enum { PLACES_MAX = GRAPH_NESTED / 2 };

struct looping {
    struct graph *graph;
    uint32_t from;
    uint32_t work[GRAPH_ROOM];
    uint16_t outer[GRAPH_ROOM]; /* of each block: itself, or on the way to the outermost loop around
                                   it */
    /* Where edges come from: of each block, pred[first_pred[block]..first_pred[block + 1]). */
    uint32_t first_pred[GRAPH_ROOM + 1];
    uint32_t pred[3 * GRAPH_ROOM + 2 * GRAPH_EDGES];
};

static void count_pred(void *context, struct graph_edge *edge) {
    struct looping *at = context;
    at->first_pred[edge->block + 1]++;
}

static void note_pred(void *context, struct graph_edge *edge) {
    struct looping *at = context;
    at->pred[at->work[edge->block]++] = at->from;
}

static void find_preds(struct looping *at) {
    struct graph *graph = at->graph;
    for (uint32_t i = 0; i < graph->order_count; i++) {
        graph_each_edge(graph, &graph->blocks[graph->order[i]], count_pred, at);
    }
    for (uint32_t i = 0; i < graph->block_count; i++) {
        at->first_pred[i + 1] += at->first_pred[i];
        at->work[i] = at->first_pred[i];
    }
    for (uint32_t i = 0; i < graph->order_count; i++) {
        at->from = graph->order[i];
        graph_each_edge(graph, &graph->blocks[at->from], note_pred, at);
    }
}

/* The outermost loop around a block, of those found so far, or the block itself. */
static uint32_t outermost(struct looping *at, uint32_t block) {
    while (at->outer[block] != block) {
        at->outer[block] = at->outer[at->outer[block]];
        block = at->outer[block];
    }
    return block;
}

/* Notes the loop of a header: what it dominates and what leads back to it. The loops in it are
 * known, and each is one step. */
static void find_loop(struct looping *at, uint32_t header) {
    const struct graph_block *blocks = at->graph->blocks;
    uint32_t count = 0;
    at->work[count++] = header;
    while (count > 0) {
        const uint32_t block = at->work[--count];
        for (uint32_t i = at->first_pred[block]; i < at->first_pred[block + 1]; i++) {
            /* What is earlier in order leads in; all that leads back is dominated. */
            if (block == header && blocks[at->pred[i]].order < blocks[header].order) {
                continue;
            }
            const uint32_t from = outermost(at, at->pred[i]);
            if (from != header) {
                at->graph->loop_of[from] = header;
                at->outer[from] = (uint16_t)header;
                at->work[count++] = from;
            }
        }
    }
}

static void find_loops(struct graph *graph) {
    struct looping at = {.graph = graph};
    find_preds(&at);
    for (uint32_t i = 0; i < graph->block_count; i++) {
        graph->loop_of[i] = graph->router_of[i] = GRAPH_NONE;
        at.outer[i] = (uint16_t)i;
    }
    for (uint32_t i = graph->order_count; i-- > 0;) { /* inner loops come first */
        const uint32_t header = graph->order[i];
        if (graph->blocks[header].header && header != graph->dispatcher) {
            find_loop(&at, header);
        }
    }
}

/* The blocks where the graph may be entered, too: entries of the profile, and what calls outside of
 * loops come back to. */
static uint32_t find_places(const struct graph *graph, uint32_t blocks[GRAPH_ROOM]) {
    const struct profile *profile = graph->profile;
    bool taken[GRAPH_ROOM] = {[0] = true};
    uint32_t count = 0;
    for (uint32_t i = 0; i < profile->entry_count; i++) {
        const uint32_t found =
            graph->inner[i] ? graph_find(graph, profile->entries[i]) : GRAPH_NONE;
        const uint32_t block = found != GRAPH_NONE ? graph->block_of[found] : GRAPH_NONE;
        if (block != GRAPH_NONE && graph->blocks[block].order != GRAPH_NONE && !taken[block]) {
            taken[block] = true;
            blocks[count++] = block;
        }
    }
    for (uint32_t i = 0; i < graph->order_count; i++) {
        const struct graph_block *block = &graph->blocks[graph->order[i]];
        const uint32_t next = block->next.block;
        if (block->end == END_CALL && next != GRAPH_NONE && next != graph->dispatcher &&
            !taken[next] && graph->loop_of[next] == GRAPH_NONE) {
            taken[next] = true;
            blocks[count++] = next;
        }
    }
    return count;
}

/* Makes a block that is to be in front of a header; false when there is no room. */
static bool make_router(struct graph *graph, uint32_t header) {
    if (graph->router_of[header] != GRAPH_NONE) {
        return true;
    }
    if (graph->block_count == GRAPH_ROOM) {
        return false;
    }
    const uint32_t router = graph->block_count++;
    const uint32_t pc = graph->blocks[header].pc;
    graph->blocks[router] = (struct graph_block){
        .pc = pc,
        .end = END_ROUTE,
        .next = {header, pc},
        .taken = {GRAPH_NONE, pc},
        .copied = graph->blocks[header].copied,
    };
    graph->router_of[header] = router;
    graph->router_of[router] = graph->loop_of[router] = GRAPH_NONE;
    return true;
}

static uint32_t front_of(const struct graph *graph, uint32_t block) {
    return graph->router_of[block] != GRAPH_NONE ? graph->router_of[block] : block;
}

static void lead_to_front(const struct graph *graph, struct graph_edge *edge) {
    edge->block = edge->block != GRAPH_NONE ? front_of(graph, edge->block) : GRAPH_NONE;
}

/* What led to headers leads to the blocks in front of them, those made since there were `blocks`.
 */
static void lead_to_routers(struct graph *graph, uint32_t blocks) {
    for (uint32_t i = 0; i < blocks; i++) {
        lead_to_front(graph, &graph->blocks[i].next);
        lead_to_front(graph, &graph->blocks[i].taken);
    }
    for (uint32_t i = 0; i < graph->edge_count; i++) {
        lead_to_front(graph, &graph->edges[i]);
    }
}

static uint32_t loops_around(const struct graph *graph, uint32_t place) {
    uint32_t count = 0;
    for (uint32_t loop = graph->loop_of[place]; loop != GRAPH_NONE; loop = graph->loop_of[loop]) {
        count++;
    }
    return count;
}

/* Makes routers for the loops around a place; false when there is no room. */
static bool make_routers(struct graph *graph, uint32_t place) {
    for (uint32_t loop = graph->loop_of[place]; loop != GRAPH_NONE; loop = graph->loop_of[loop]) {
        if (!make_router(graph, loop)) {
            return false;
        }
    }
    return true;
}

/* The block that the dispatcher leads to for a place: in front of the outermost loop around it. */
static uint32_t way_in(const struct graph *graph, uint32_t place) {
    uint32_t block = place;
    while (graph->loop_of[block] != GRAPH_NONE) {
        block = graph->loop_of[block];
    }
    return front_of(graph, block);
}

/* Gives the router of a header its ways to those places that lie in the loop. */
static void add_routes(struct graph *graph, uint32_t header, const uint32_t *places,
                       uint32_t count) {
    struct graph_block *router = &graph->blocks[graph->router_of[header]];
    router->first_edge = graph->route_count;
    for (uint32_t i = 0; i < count; i++) { /* there is room: see entries_add */
        uint32_t hop = places[i];
        while (graph->loop_of[hop] != GRAPH_NONE && graph->loop_of[hop] != header) {
            hop = graph->loop_of[hop];
        }
        if (graph->loop_of[hop] == header) {
            graph->routes[graph->route_count++] =
                (struct graph_edge){front_of(graph, hop), graph->blocks[places[i]].pc};
            router->edge_count++;
        }
    }
}

bool entries_add(struct graph *graph) {
    uint32_t places[GRAPH_ROOM];
    find_loops(graph);
    const uint32_t found = find_places(graph, places);
    if (found > 0 && graph->dispatcher == GRAPH_NONE) {
        dispatcher_make(graph);
        return true;
    }
    const uint32_t before = graph->block_count;
    uint32_t count = 0;
    uint32_t routes = 0;
    for (uint32_t i = 0; i < found && count < PLACES_MAX; i++) {
        const uint32_t loops = loops_around(graph, places[i]);
        if (routes + loops <= GRAPH_EDGES && !dispatcher_has(graph, graph->blocks[places[i]].pc) &&
            make_routers(graph, places[i])) {
            places[count++] = places[i];
            routes += loops;
        }
    }
    lead_to_routers(graph, before);
    const uint32_t blocks = graph->block_count;
    for (uint32_t i = 0; i < blocks; i++) {
        if (graph->router_of[i] != GRAPH_NONE) {
            add_routes(graph, i, places, count);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        dispatcher_add(graph, way_in(graph, places[i]), graph->blocks[places[i]].pc);
    }
    return false;
}
