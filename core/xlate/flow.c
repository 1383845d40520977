#include "xlate/flow.h"

#include "xlate/shortcut.h"

#include <string.h>

enum { DEBT_MAX = 1 << 20 }; /* more than the instructions of a graph can cost */

/* Whether an instruction of the graph can leave translated code before it is done. */
static bool can_exit(const struct flow_facts *flow, const struct graph *graph, uint32_t insn) {
    switch ((enum insn_id)graph->insns[insn].insn.id) {
    case INSN_div:
    case INSN_udiv:
    case INSN_mod:
    case INSN_umod:
    case INSN_jmp: return true;
    default: return flow->groups.checks[insn];
    }
}

bool flow_checks_fuel(const struct graph *graph, uint32_t block) {
    return block == 0 || graph->blocks[block].header;
}

/* An edge out of the graph is an exit. */
static bool leaves(const struct graph_block *block) {
    switch (block->end) {
    case END_FALL: return block->next.block == GRAPH_NONE;
    case END_BRANCH: return block->next.block == GRAPH_NONE || block->taken.block == GRAPH_NONE;
    case END_JUMP: return block->taken.block == GRAPH_NONE;
    case END_EXIT:
    case END_RETURNED:
    case END_DISPATCH:
    case END_SWITCH: return true;
    case END_CALL:
    case END_ROUTE:
    case END_GUARD:
    case END_SHORTCUT:
    case END_ENTER:
    case END_RETURN: return false;
    }
    return true;
}

/* When a known function that had to run has come back, the registers that functions keep are as
 * they were, or code is left, and the result has the same name as when it did not have to run. */
static void name_returned(struct symbols *symbols, const struct symbol *shortcut) {
    symbols_own(symbols);
    symbols_lose(symbols, ~(uint32_t)KNOWN_KEPT);
    for (uint32_t i = REG_R0; i < REG_R0 + KNOWN_RESULTS; i++) {
        symbols->r[i] = shortcut[i];
    }
}

/* Follows each block by itself. */
static void step_all(struct flow_facts *flow, const struct graph *graph) {
    struct symbols symbols = {.next_root = SYMBOL_CONSTANT + 1};
    for (uint32_t i = 0; i < graph->block_count; i++) {
        const struct graph_block *block = &graph->blocks[i];
        struct flow_block *facts = &flow->blocks[i];
        symbols_own(&symbols);
        *facts = (struct flow_block){.effects = &flow->effects[block->first]};
        facts->done = block->count - (block->end == END_EXIT ? 1 : 0);
        for (uint32_t j = 0; j < facts->done; j++) {
            const struct insn *insn = &graph->insns[block->first + j].insn;
            const bool known = graph_is_known(insn);
            facts->cost += known ? shortcut_cost(insn) : 1;
            facts->effects[j] =
                known ? shortcut_effect(&symbols, insn) : symbols_step(&symbols, insn);
            facts->stored |= facts->effects[j].stored;
            facts->writes |= facts->effects[j].writes & ~facts->effects[j].stored;
        }
        if (facts->done < block->count) {
            facts->effects[facts->done] = (struct effect){.size = 0};
        }
        if (block->known) { /* the block before it has GRAPH_SHORTCUT */
            name_returned(&symbols, flow->values.last[i - 1]);
        }
        memcpy(flow->values.last[i], symbols.r, sizeof symbols.r);
        flow->calls |= block->end == END_CALL;
    }
}

/* Gives addresses the names that hold in the whole function. */
static void name_addresses(struct flow_facts *flow, const struct graph *graph) {
    for (uint32_t i = 0; i < graph->order_count; i++) {
        const uint32_t block = graph->order[i];
        struct flow_block *facts = &flow->blocks[block];
        for (uint32_t j = 0; j < facts->done; j++) {
            struct effect *effect = &facts->effects[j];
            if (effect->size > 0) {
                effect->address = values_name(&flow->values, block, effect->address);
            }
        }
    }
}

struct dirtying {
    struct flow_facts *flow;
    uint32_t out;
    bool changed;
};

static void make_dirty(void *context, struct graph_edge *edge) {
    struct dirtying *dirtying = context;
    uint32_t *in = &dirtying->flow->blocks[edge->block].dirty_in;
    if (dirtying->out & ~*in) {
        *in |= dirtying->out;
        dirtying->changed = true;
    }
}

static void find_dirty(struct flow_facts *flow, struct graph *graph) {
    struct dirtying dirtying = {.flow = flow, .changed = true};
    while (dirtying.changed) {
        dirtying.changed = false;
        for (uint32_t i = 0; i < graph->order_count; i++) {
            struct graph_block *block = &graph->blocks[graph->order[i]];
            const struct flow_block *facts = &flow->blocks[graph->order[i]];
            dirtying.out =
                block->end == END_CALL ? 0 : (facts->dirty_in & ~facts->stored) | facts->writes;
            graph_each_edge(graph, block, make_dirty, &dirtying);
        }
    }
}

/* What the exits out of a block may have to write. */
static uint32_t spilled(const struct flow_facts *flow, const struct graph *graph, uint32_t number) {
    const struct graph_block *block = &graph->blocks[number];
    const struct flow_block *facts = &flow->blocks[number];
    uint32_t last = leaves(block) ? facts->done : 0;
    for (uint32_t i = facts->done; i-- > last;) {
        if (can_exit(flow, graph, block->first + i)) {
            last = i;
            break;
        }
    }
    uint32_t spill = facts->dirty_in;
    for (uint32_t i = 0; i < last; i++) {
        spill |= facts->effects[i].writes;
    }
    return spill;
}

static uint32_t count_bits(uint32_t set) {
    uint32_t count = 0;
    for (; set != 0; set &= set - 1) {
        count++;
    }
    return count;
}

/* The exit that needs the fewest registers more, or a new one. */
static uint32_t exit_for(struct flow_facts *flow, uint32_t spill) {
    enum { NEAR = 2 };
    uint32_t best = 0;
    uint32_t least = 2 * SYMBOL_CONDITION;
    for (uint32_t i = 0; i < flow->exit_count; i++) {
        const uint32_t more = count_bits(flow->exits[i] ^ (flow->exits[i] | spill)) +
                              count_bits(flow->exits[i] & ~spill);
        if (more < least) {
            least = more;
            best = i;
        }
    }
    const bool new = flow->exit_count < FLOW_EXITS &&least >= NEAR;
    if (new) {
        best = flow->exit_count++;
        flow->exits[best] = 0;
    }
    flow->exits[best] |= spill;
    return best;
}

static void find_exits(struct flow_facts *flow, const struct graph *graph) {
    flow->exit_count = 0;
    for (uint32_t i = 0; i < graph->order_count; i++) {
        const uint32_t number = graph->order[i];
        struct flow_block *facts = &flow->blocks[number];
        facts->exit = exit_for(flow, spilled(flow, graph, number));
    }
}

static void gather_live(void *context, struct graph_edge *edge) {
    struct dirtying *at = context;
    at->out |= at->flow->blocks[edge->block].live_in;
}

/* Registers that must be in locals before the block, given those that must be behind it. */
static uint32_t live_before(const struct flow_facts *flow, const struct graph *graph,
                            uint32_t number, uint32_t live) {
    const struct graph_block *block = &graph->blocks[number];
    const struct flow_block *facts = &flow->blocks[number];
    if (block->end == END_CALL || block->end == END_RETURN) {
        /* What memory has to know. A call loads the rest behind it, or compares it. */
        live = facts->dirty_in | facts->writes | (block->known ? live & KNOWN_KEPT : 0);
    }
    if (block->end == END_SHORTCUT) {
        live |= shortcut_reads(graph, block);
    }
    const uint32_t spill = flow->exits[facts->exit];
    if (leaves(block)) {
        live |= spill;
    }
    for (uint32_t i = facts->done; i-- > 0;) {
        const struct effect *effect = &facts->effects[i];
        live = (live & ~effect->writes) | effect->reads;
        if (can_exit(flow, graph, block->first + i)) {
            live |= spill;
        }
    }
    return block->header ? live | spill : live;
}

static void find_live(struct flow_facts *flow, struct graph *graph) {
    struct dirtying at = {.flow = flow, .changed = true};
    while (at.changed) {
        at.changed = false;
        for (uint32_t i = graph->order_count; i-- > 0;) {
            const uint32_t number = graph->order[i];
            at.out = 0;
            graph_each_edge(graph, &graph->blocks[number], gather_live, &at);
            const uint32_t live = live_before(flow, graph, number, at.out);
            if (live != flow->blocks[number].live_in) {
                flow->blocks[number].live_in = live;
                at.changed = true;
            }
        }
    }
}

struct pathing {
    const struct flow_facts *flow;
    const struct graph *graph;
    uint32_t longest;
};

static void longest_path(void *context, struct graph_edge *edge) {
    struct pathing *at = context;
    const uint32_t path = at->flow->blocks[edge->block].path;
    if (!flow_checks_fuel(at->graph, edge->block) && path > at->longest) {
        at->longest = path;
    }
}

static void find_paths(struct flow_facts *flow, struct graph *graph) {
    for (uint32_t i = graph->order_count; i-- > 0;) {
        struct graph_block *block = &graph->blocks[graph->order[i]];
        struct pathing at = {.flow = flow, .graph = graph};
        if (block->end != END_CALL) { /* behind a call, fuel is checked */
            graph_each_edge(graph, block, longest_path, &at);
        }
        /* On the way to a place in a loop, nobody checks. */
        for (uint32_t j = 0; block->end == END_DISPATCH && j < graph->route_count; j++) {
            if (graph->routes[j].block != GRAPH_NONE) {
                longest_path(&at, &graph->routes[j]);
            }
        }
        flow->blocks[graph->order[i]].path = flow->blocks[graph->order[i]].cost + at.longest;
    }
}

/* Blocks that follow the same one owe the same at their start. Each such class of blocks has a
 * representative; `debt` of that is what they owe. */
struct owing {
    struct flow_facts *flow;
    const struct graph *graph;
    uint32_t class; /* of blocks that follow the one looked at; GRAPH_NONE: none does */
    uint32_t debt;  /* that it can leave them, at most */
    bool changed;
};

/* Halves the way on the way: Tarjan and van Leeuwen, "Worst-case Analysis of Set Union Algorithms".
 */
static uint32_t class_of(struct flow_facts *flow, uint32_t block) {
    while (flow->shared[block] != block) {
        flow->shared[block] = flow->shared[flow->shared[block]];
        block = flow->shared[block];
    }
    return block;
}

static void share_class(void *context, struct graph_edge *edge) {
    struct owing *at = context;
    const uint32_t class = class_of(at->flow, edge->block);
    if (at->class != GRAPH_NONE) {
        at->flow->shared[class] = (uint16_t)at->class;
    } else {
        at->class = class;
    }
}

static void limit_debt(void *context, struct graph_edge *edge) {
    struct owing *at = context;
    const uint32_t most = flow_checks_fuel(at->graph, edge->block) ? 0 : at->debt;
    at->class = class_of(at->flow, edge->block);
    if (most < at->flow->debt[at->class]) {
        at->flow->debt[at->class] = most;
        at->changed = true;
    }
}

/* Whether all has to be paid where the block ends: its code goes on elsewhere, or may. */
static bool settles(const struct graph_block *block) {
    return block->end != END_FALL && block->end != END_JUMP && block->end != END_BRANCH &&
           block->end != END_GUARD && block->end != END_SHORTCUT;
}

/* Works out what each class can owe, and then what the block pays. */
static void pay_block(struct owing *at, struct graph *graph, uint32_t number) {
    struct graph_block *block = &graph->blocks[number];
    struct flow_block *facts = &at->flow->blocks[number];
    facts->owed = at->flow->debt[class_of(at->flow, number)];
    at->debt = settles(block) ? 0 : facts->owed + facts->cost;
    at->class = GRAPH_NONE;
    graph_each_edge(graph, block, limit_debt, at);
    const uint32_t left = at->class != GRAPH_NONE ? at->flow->debt[at->class] : 0;
    facts->paid = facts->owed + facts->cost - left;
}

static void find_payments(struct flow_facts *flow, struct graph *graph) {
    struct owing at = {.flow = flow, .graph = graph, .changed = true};
    for (uint32_t i = 0; i < graph->block_count; i++) {
        flow->shared[i] = (uint16_t)i;
        flow->debt[i] = DEBT_MAX;
    }
    for (uint32_t i = 0; i < graph->order_count; i++) {
        at.class = GRAPH_NONE;
        graph_each_edge(graph, &graph->blocks[graph->order[i]], share_class, &at);
    }
    flow->debt[class_of(flow, 0)] = 0;
    while (at.changed) {
        at.changed = false;
        for (uint32_t i = 0; i < graph->order_count; i++) {
            pay_block(&at, graph, graph->order[i]);
        }
    }
}

void flow_begin(struct flow_facts *flow, struct graph *graph, const struct groups_world *world) {
    flow->calls = false;
    step_all(flow, graph);
    values_build(&flow->values, graph);
    wides_build(&flow->wides, graph, &flow->values);
    name_addresses(flow, graph);
    groups_build(&flow->groups, graph, flow->effects, world);
}

void flow_finish(struct flow_facts *flow, struct graph *graph) {
    find_dirty(flow, graph);
    find_exits(flow, graph);
    find_live(flow, graph);
    find_paths(flow, graph);
    find_payments(flow, graph);
}
