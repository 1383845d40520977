#include "xlate/shape.h"

#include "xlate/shortcut.h"

#include <stddef.h>
#include <string.h>

enum {
    LABELS_MAX = 2 * GRAPH_NESTED + 100,
    SWITCH_SPAN = 2048,  /* at most NUMBERS_SPAN; halfwords from the lowest to the highest target of
                            a jump by table */
    CALL_TARGETS = 4,    /* compared at a call through a register */
    NUMBERS_SPAN = 4096, /* from the lowest to the highest number of a dispatcher */
};

/* A label that is open: a branch to it goes to `block`. */
struct label {
    uint32_t block; /* GRAPH_NONE: nobody branches to it */
    bool loop;
};

struct shaper {
    struct emitter *e;
    struct graph *graph;
    bool failed;
    uint32_t depth;
    struct label labels[LABELS_MAX];
    /* Of each block the last of those, by order, that it opens a label for; of such a block the one
     * before; GRAPH_NONE: none. */
    uint32_t last_merge[GRAPH_ROOM];
    uint32_t merge_before[GRAPH_ROOM];
    /* Of each block with an open label: the index of that in `labels`, and of its loop's. */
    uint16_t label_at[GRAPH_ROOM];
    uint16_t loop_at[GRAPH_ROOM];
    /* For write_labels; here because the functions around it call themselves for each block. */
    uint16_t numbered[NUMBERS_SPAN];
};

static void write_tree(struct shaper *s, uint32_t number);

static void open_label(struct shaper *s, enum wasm_op op, uint32_t block) {
    wasm_byte(s->e->w, op);
    wasm_byte(s->e->w, WASM_TYPE_NONE);
    if (s->depth == LABELS_MAX) {
        s->failed = true;
        return;
    }
    if (block != GRAPH_NONE) {
        (op == WASM_LOOP ? s->loop_at : s->label_at)[block] = (uint16_t)s->depth;
    }
    s->labels[s->depth++] = (struct label){block, op == WASM_LOOP};
    s->e->labels = s->depth;
}

static void close_label(struct shaper *s) {
    wasm_byte(s->e->w, WASM_END);
    if (!s->failed) {
        s->e->labels = --s->depth;
    }
}

/* How many labels lie between here and the one of `block`. */
static uint32_t label_of(struct shaper *s, uint32_t block, bool loop) {
    const uint16_t *places = loop ? s->loop_at : s->label_at;
    const uint32_t at = block != GRAPH_NONE ? places[block] : s->depth;
    if (at < s->depth && s->labels[at].block == block && s->labels[at].loop == loop) {
        return s->depth - 1 - at;
    }
    s->failed = true; /* cannot be: dominators open the labels of what they dominate */
    return 0;
}

static bool is_merge(const struct shaper *s, uint32_t block) {
    return s->graph->blocks[block].forward >= 2;
}

static bool is_back(const struct shaper *s, uint32_t from, uint32_t to) {
    return s->graph->blocks[to].order <= s->graph->blocks[from].order;
}

/* Whether an edge is a branch to an open label, not code that follows in place or an exit. */
static bool has_label(const struct shaper *s, uint32_t from, const struct graph_edge *edge) {
    return edge->block != GRAPH_NONE && (is_back(s, from, edge->block) || is_merge(s, edge->block));
}

static uint32_t edge_label(struct shaper *s, uint32_t from, const struct graph_edge *edge) {
    return label_of(s, edge->block, is_back(s, from, edge->block));
}

/* Whether an edge is a branch and nothing else. */
static bool has_plain_label(const struct shaper *s, uint32_t from, const struct graph_edge *edge) {
    return has_label(s, from, edge) && !graph_is_dispatched(s->graph, edge);
}

static void branch(struct shaper *s, enum wasm_op op, uint32_t from,
                   const struct graph_edge *edge) {
    wasm_byte(s->e->w, op);
    wasm_unsigned(s->e->w, edge_label(s, from, edge));
}

static void follow(struct shaper *s, uint32_t from, const struct graph_edge *edge) {
    if (edge->block == GRAPH_NONE) {
        emit_in_block(s->e, from);
        emit_leave(s->e, edge->pc);
    } else if (has_label(s, from, edge)) {
        if (graph_is_dispatched(s->graph, edge)) {
            wasm_const(s->e->w, edge->pc);
            wasm_local(s->e->w, WASM_LOCAL_SET, LOCAL_TARGET);
        }
        branch(s, WASM_BR, from, edge);
    } else {
        write_tree(s, edge->block);
    }
}

/* The condition is on the stack. */
static void write_branch(struct shaper *s, uint32_t number, const struct graph_block *block) {
    if (block->taken.block == GRAPH_NONE) {
        open_label(s, WASM_IF, GRAPH_NONE);
        emit_leave(s->e, block->taken.pc);
        close_label(s);
        follow(s, number, &block->next);
    } else if (has_plain_label(s, number, &block->taken)) {
        branch(s, WASM_BR_IF, number, &block->taken);
        follow(s, number, &block->next);
    } else if (has_plain_label(s, number, &block->next)) {
        wasm_byte(s->e->w, WASM_I32_EQZ);
        branch(s, WASM_BR_IF, number, &block->next);
        follow(s, number, &block->taken);
    } else {
        open_label(s, WASM_IF, GRAPH_NONE);
        follow(s, number, &block->taken);
        close_label(s);
        follow(s, number, &block->next);
    }
}

/* A branch by the number on the stack: to that one of the `count` labels in s->numbered; out of the
 * innermost label when the number is too large. */
static void write_labels(struct shaper *s, uint32_t count) {
    wasm_byte(s->e->w, WASM_BR_TABLE);
    wasm_unsigned(s->e->w, count);
    for (uint32_t i = 0; i < count; i++) {
        wasm_unsigned(s->e->w, s->numbered[i]);
    }
    wasm_unsigned(s->e->w, 0);
}

static void write_table(struct shaper *s, uint32_t number, uint32_t low, uint32_t count) {
    const struct graph_block *block = &s->graph->blocks[number];
    struct wasm_writer *w = s->e->w;
    wasm_local(w, WASM_LOCAL_GET, LOCAL_TARGET);
    wasm_const(w, low);
    wasm_byte(w, WASM_I32_SUB);
    wasm_const(w, 1);
    wasm_byte(w, WASM_I32_ROTR); /* odd addresses become huge */
    memset(s->numbered, 0, count * sizeof *s->numbered);
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const struct graph_edge *edge = &s->graph->edges[block->first_edge + i];
        if (edge->block != GRAPH_NONE && !((edge->pc - low) & 1)) {
            s->numbered[(edge->pc - low) / 2] = (uint16_t)edge_label(s, number, edge);
        }
    }
    write_labels(s, count);
}

/* The labels of a block's targets, from number `low` on; 0 for what is none. */
static void write_numbers(struct shaper *s, uint32_t number, uint32_t low, uint32_t count) {
    const struct graph_block *block = &s->graph->blocks[number];
    const struct profile *profile = s->e->profile;
    memset(s->numbered, 0, count * sizeof *s->numbered);
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const struct graph_edge *edge = &s->graph->edges[block->first_edge + i];
        const uint32_t place = profile->number[profile_slot(profile, edge->pc)];
        if (edge->block != GRAPH_NONE) {
            s->numbered[place - low] = (uint16_t)edge_label(s, number, edge);
        }
    }
    write_labels(s, count);
}

/* To that target of a block that LOCAL_TARGET is, by the numbers of places; goes on behind it when
 * it is none. False: their numbers are too far apart, and nothing is written. */
static bool write_by_number(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    const struct profile *profile = s->e->profile;
    struct wasm_writer *w = s->e->w;
    uint32_t low = GRAPH_NONE;
    uint32_t high = 0;
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const uint32_t pc = s->graph->edges[block->first_edge + i].pc;
        const uint32_t place =
            profile_holds(profile, pc) ? profile->number[profile_slot(profile, pc)] : 0;
        low = place < low ? place : low;
        high = place > high ? place : high;
    }
    if (low == 0 || low > high || high - low >= NUMBERS_SPAN) {
        return false;
    }
    open_label(s, WASM_BLOCK, GRAPH_NONE);
    wasm_local(w, WASM_LOCAL_GET, LOCAL_TARGET);
    wasm_const(w, profile->base);
    wasm_byte(w, WASM_I32_SUB);
    wasm_local(w, WASM_LOCAL_TEE, LOCAL_T0);
    wasm_const(w, 1);
    wasm_byte(w, WASM_I32_ROTR); /* odd addresses become huge */
    wasm_const(w, profile->slots);
    wasm_byte(w, WASM_I32_GE_U);
    wasm_byte(w, WASM_BR_IF);
    wasm_unsigned(w, 0);
    wasm_local(w, WASM_LOCAL_GET, LOCAL_T0);
    wasm_memory(w, WASM_I32_LOAD16_U, (uint32_t)(uintptr_t)profile->number);
    wasm_const(w, low);
    wasm_byte(w, WASM_I32_SUB);
    write_numbers(s, number, low, high - low + 1);
    close_label(s);
    return true;
}

/* Compares with one target after the other. */
static void write_comparisons(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const struct graph_edge *edge = &s->graph->edges[block->first_edge + i];
        if (edge->block != GRAPH_NONE) {
            wasm_local(s->e->w, WASM_LOCAL_GET, LOCAL_TARGET);
            wasm_const(s->e->w, edge->pc);
            wasm_byte(s->e->w, WASM_I32_EQ);
            branch(s, WASM_BR_IF, number, edge);
        }
    }
}

/* A computed jump: to the targets that were seen, else out. */
static void write_switch(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    const uint32_t jump = s->graph->insns[block->first + block->count - 1].pc;
    const struct graph_edge *first = &s->graph->edges[block->first_edge];
    if (block->edge_count > 0 && graph_is_dispatched(s->graph, first)) {
        branch(s, WASM_BR, number, first);
        return;
    }
    uint32_t low = GRAPH_NONE;
    uint32_t high = 0;
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const uint32_t pc = s->graph->edges[block->first_edge + i].pc;
        low = pc < low ? pc : low;
        high = pc > high ? pc : high;
    }
    const uint32_t count = low <= high ? (high - low) / 2 + 1 : 0;
    const bool many = block->edge_count > GRAPH_COMPARED;
    if (many && count <= SWITCH_SPAN) {
        open_label(s, WASM_BLOCK, GRAPH_NONE);
        write_table(s, number, low, count);
        close_label(s);
    } else if (!many || !write_by_number(s, number)) {
        write_comparisons(s, number);
    }
    emit_note(s->e, NOTE_COMPUTED, jump);
    emit_leave_computed(s->e, jump);
}

/* To the block at LOCAL_TARGET, else out. */
static void write_dispatch(struct shaper *s, uint32_t number) {
    if (s->graph->route_count > 0) {
        wasm_local(s->e->w, WASM_LOCAL_GET, LOCAL_TARGET);
        wasm_local(s->e->w, WASM_LOCAL_SET, LOCAL_ENTRY);
    }
    s->failed |= !write_by_number(s, number);
    emit_leave_computed(s->e, s->graph->dispatched_jump);
}

/* Leaves at LOCAL_TARGET unless there is fuel for the dispatcher's longest path. */
static void check_dispatch_fuel(struct shaper *s, uint32_t number) {
    struct wasm_writer *w = s->e->w;
    wasm_local(w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_const(w, s->e->facts->blocks[number].path);
    wasm_byte(w, WASM_I32_LT_S);
    open_label(s, WASM_IF, GRAPH_NONE);
    emit_store_registers(s->e, s->e->facts->exits[s->e->exit]);
    emit_store_target(s->e);
    wasm_const(w, 0);
    wasm_local(w, WASM_LOCAL_SET, LOCAL_SITE);
    emit_branch(s->e, WASM_BR, LABEL_CLEAN);
    close_label(s);
}

/* Who is on the way to a place further in goes there. */
static void write_routes(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    struct wasm_writer *w = s->e->w;
    wasm_local(w, WASM_LOCAL_GET, LOCAL_ENTRY);
    open_label(s, WASM_IF, GRAPH_NONE);
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const struct graph_edge *edge = &s->graph->routes[block->first_edge + i];
        if (edge->block == GRAPH_NONE) {
            continue;
        }
        wasm_local(w, WASM_LOCAL_GET, LOCAL_ENTRY);
        wasm_const(w, edge->pc);
        wasm_byte(w, WASM_I32_EQ);
        open_label(s, WASM_IF, GRAPH_NONE);
        if (s->graph->blocks[edge->block].end != END_ROUTE) {
            wasm_const(w, 0);
            wasm_local(w, WASM_LOCAL_SET, LOCAL_ENTRY);
        }
        branch(s, WASM_BR, number, edge);
        close_label(s);
    }
    wasm_const(w, 0);
    wasm_local(w, WASM_LOCAL_SET, LOCAL_ENTRY);
    close_label(s);
    if (block->header) {
        emit_fuel_check(s->e, block->pc, s->e->facts->blocks[number].path, LABEL_EXIT);
    }
    follow(s, number, &block->next);
}

/* What is done before the entry's code: bounds the engine's stack, sees that there is fuel. */
static void check_start(struct emitter *e, uint32_t entry, uint32_t path, bool deep) {
    if (deep) {
        emit_site(e, entry);
        wasm_local(e->w, WASM_LOCAL_GET, LOCAL_DEPTH);
        wasm_byte(e->w, WASM_I32_EQZ);
        emit_branch(e, WASM_BR_IF, LABEL_CLEAN);
    }
    emit_start_check(e, entry, path);
}

/* The start of a function with a dispatcher. */
static void write_enter(struct shaper *s, uint32_t number) {
    struct emitter *e = s->e;
    struct wasm_writer *w = e->w;
    const struct graph_block *block = &s->graph->blocks[number];
    wasm_local(w, WASM_LOCAL_GET, LOCAL_DEPTH);
    wasm_const(w, DEPTH_BITS);
    wasm_byte(w, WASM_I32_SHR_U);
    wasm_local(w, WASM_LOCAL_TEE, LOCAL_TARGET);
    open_label(s, WASM_IF, GRAPH_NONE);
    wasm_local(w, WASM_LOCAL_GET, LOCAL_TARGET);
    wasm_const(w, 1);
    wasm_byte(w, WASM_I32_SHL);
    wasm_const(w, e->profile->base - 2);
    wasm_byte(w, WASM_I32_ADD);
    wasm_local(w, WASM_LOCAL_SET, LOCAL_TARGET);
    wasm_local(w, WASM_LOCAL_GET, LOCAL_DEPTH);
    wasm_const(w, (1 << DEPTH_BITS) - 1);
    wasm_byte(w, WASM_I32_AND);
    wasm_local(w, WASM_LOCAL_SET, LOCAL_DEPTH);
    emit_load_registers(e, e->facts->blocks[block->taken.block].live_in);
    branch(s, WASM_BR, number, &block->taken);
    close_label(s);
    check_start(e, block->pc, e->facts->blocks[number].path, e->facts->calls);
    emit_load_registers(e, e->facts->blocks[block->next.block].live_in);
    follow(s, number, &block->next);
}

/* Calls the function; registers are in memory. */
static void write_call_of(struct shaper *s, uint32_t function) {
    struct wasm_writer *w = s->e->w;
    wasm_local(w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_local(w, WASM_LOCAL_GET, LOCAL_DEPTH);
    wasm_const(w, 1);
    wasm_byte(w, WASM_I32_SUB);
    s->e->write_call(s->e->context, function);
    wasm_local(w, WASM_LOCAL_SET, LOCAL_FUEL);
}

/* Has the engine run the function that LOCAL_TARGET is; registers are in memory. */
static void write_call_of_unknown(struct shaper *s) {
    emit_store_target(s->e);
    wasm_const(s->e->w, 0);
    wasm_local(s->e->w, WASM_LOCAL_SET, LOCAL_SITE);
    emit_resume(s->e, 1);
    wasm_local(s->e->w, WASM_LOCAL_SET, LOCAL_FUEL);
}

/* Calls whichever function LOCAL_TARGET is. Behind it the call has returned. */
static void write_calls(struct shaper *s, uint32_t number) {
    struct emitter *e = s->e;
    const struct graph_block *block = &s->graph->blocks[number];
    const struct graph_insn *last = &s->graph->insns[block->first + block->count - 1];
    if (last->insn.id == INSN_jsra) {
        const uint32_t function = e->function_at(e->context, last->insn.imm);
        if (function != GRAPH_NONE) {
            write_call_of(s, function);
        } else {
            write_call_of_unknown(s);
        }
        return;
    }
    open_label(s, WASM_BLOCK, GRAPH_NONE);
    uint32_t compared = 0;
    const struct profile_target *seen = NULL;
    while (compared < CALL_TARGETS &&
           (seen = profile_next_target(e->profile, last->pc, seen)) != NULL) {
        const uint32_t function = e->function_at(e->context, seen->target);
        if (function != GRAPH_NONE) {
            wasm_local(e->w, WASM_LOCAL_GET, LOCAL_TARGET);
            wasm_const(e->w, seen->target);
            wasm_byte(e->w, WASM_I32_EQ);
            open_label(s, WASM_IF, GRAPH_NONE);
            write_call_of(s, function);
            wasm_byte(e->w, WASM_BR);
            wasm_unsigned(e->w, 1);
            close_label(s);
            compared++;
        }
    }
    write_call_of_unknown(s);
    close_label(s);
}

/* Adds to the condition on the stack that the field at an address is not the value above that. */
static void or_differs(struct emitter *e, uint32_t address) {
    wasm_const(e->w, 0);
    wasm_memory(e->w, WASM_I32_LOAD, address);
    wasm_byte(e->w, WASM_I32_NE);
    wasm_byte(e->w, WASM_I32_OR);
}

/* The registers of `kept` are in locals what they were before the call. Adds to the condition on
 * the stack that the function has changed one of them. */
static void keep_registers(struct emitter *e, uint32_t kept) {
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_KEPT_FP);
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_REGISTER + REG_FP);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_KEPT_SP);
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_REGISTER + REG_SP);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        if (kept >> i & 1) {
            wasm_local(e->w, WASM_LOCAL_GET, LOCAL_REGISTER + i);
            or_differs(e, CPU_FIELD(e, r) + 4 * i);
        }
    }
}

/* Goes on behind a call, unless the function has left early, has spent what the way on from here
 * needs, or has returned to another place than it was called from. A known one has not to run
 * mostly; what it keeps stays in locals, where the other way has it, too. */
static void come_back(struct shaper *s, const struct graph_block *block) {
    struct emitter *e = s->e;
    const uint32_t next = block->next.block;
    const uint32_t live = e->facts->blocks[next].live_in;
    const uint32_t kept = block->known ? live & KNOWN_KEPT : 0;
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_const(e->w, flow_checks_fuel(s->graph, next) ? 0 : e->facts->blocks[next].path);
    wasm_byte(e->w, WASM_I32_LT_S);
    wasm_const(e->w, block->next.pc);
    or_differs(e, CPU_FIELD(e, pc));
    if (block->known) {
        keep_registers(e, kept);
    }
    emit_branch(e, WASM_BR_IF, LABEL_BACK);
    emit_load_registers(e, live & ~kept);
}

static void write_call(struct shaper *s, uint32_t number) {
    struct emitter *e = s->e;
    const struct graph_block *block = &s->graph->blocks[number];
    const struct flow_block *facts = &e->facts->blocks[number];
    emit_store_registers(e, facts->dirty_in | facts->writes);
    if (profile_holds(e->profile, block->next.pc)) {
        e->returns[profile_slot(e->profile, block->next.pc)] = 1;
    }
    write_calls(s, number);
    if (block->next.block == GRAPH_NONE) {
        emit_branch(e, WASM_BR, LABEL_BACK);
        return;
    }
    come_back(s, block);
    if (block->known) {
        shortcut_returned(e, number);
    }
    follow(s, number, &block->next);
}

/* To the copy of what the call leads to, if it does. */
static void write_guard(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    wasm_local(s->e->w, WASM_LOCAL_GET, LOCAL_TARGET);
    wasm_const(s->e->w, block->taken.pc);
    wasm_byte(s->e->w, WASM_I32_EQ);
    write_branch(s, number, block);
}

/* Past the call of a known function, or to it. */
static void write_shortcut(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    open_label(s, WASM_BLOCK, GRAPH_NONE);
    shortcut_check(s->e, number);
    follow(s, number, &block->taken);
    close_label(s);
    follow(s, number, &block->next);
}

/* On behind the call that this ret should lead back to. */
static void write_returned(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    wasm_local(s->e->w, WASM_LOCAL_GET, LOCAL_TARGET);
    wasm_const(s->e->w, block->next.pc);
    wasm_byte(s->e->w, WASM_I32_NE);
    open_label(s, WASM_IF, GRAPH_NONE);
    emit_leave_returned(s->e);
    close_label(s);
    follow(s, number, &block->next);
}

static void write_end(struct shaper *s, uint32_t number) {
    struct emitter *e = s->e;
    const struct graph_block *block = &s->graph->blocks[number];
    const struct flow_block *facts = &e->facts->blocks[number];
    switch (block->end) {
    case END_FALL: follow(s, number, &block->next); break;
    case END_BRANCH: write_branch(s, number, block); break;
    case END_GUARD: write_guard(s, number); break;
    case END_SHORTCUT: write_shortcut(s, number); break;
    case END_RETURNED: write_returned(s, number); break;
    case END_JUMP: follow(s, number, &block->taken); break;
    case END_CALL: write_call(s, number); break;
    case END_SWITCH: write_switch(s, number); break;
    case END_ENTER: write_enter(s, number); break;
    case END_DISPATCH: write_dispatch(s, number); break;
    case END_ROUTE: write_routes(s, number); break;
    case END_RETURN:
        emit_store_registers(e, facts->dirty_in | facts->writes);
        emit_store_target(e);
        wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
        wasm_byte(e->w, WASM_RETURN);
        break;
    case END_EXIT: {
        const uint32_t pc = s->graph->insns[block->first + block->count - 1].pc;
        emit_note(e, NOTE_LEFT, pc);
        emit_exit(e, pc);
        break;
    }
    }
}

static void find_merges(struct shaper *s) {
    for (uint32_t i = 0; i < s->graph->block_count; i++) {
        s->last_merge[i] = GRAPH_NONE;
    }
    for (uint32_t i = 1; i < s->graph->order_count; i++) {
        const uint32_t block = s->graph->order[i];
        if (is_merge(s, block)) {
            uint32_t *last = &s->last_merge[s->graph->blocks[block].dominator];
            s->merge_before[block] = *last;
            *last = block;
        }
    }
}

/* Writes a block and what it dominates but the merges behind that one. */
static void write_inside(struct shaper *s, uint32_t number, uint32_t merge) {
    if (merge != GRAPH_NONE && !s->failed) {
        open_label(s, WASM_BLOCK, merge);
        write_inside(s, number, s->merge_before[merge]);
        close_label(s);
        write_tree(s, merge);
        return;
    }
    emit_block(s->e, number);
    write_end(s, number);
}

static void write_tree(struct shaper *s, uint32_t number) {
    const struct graph_block *block = &s->graph->blocks[number];
    const uint32_t path = s->e->facts->blocks[number].path;
    if (s->failed) {
        return;
    }
    if (block->end < END_ENTER) {
        emit_note(s->e, block->header ? NOTE_HEADER : NOTE_BLOCK, block->pc);
    }
    if (!block->header) {
        write_inside(s, number, s->last_merge[number]);
        return;
    }
    open_label(s, WASM_LOOP, number);
    emit_in_block(s->e, number);
    if (block->end == END_DISPATCH) {
        check_dispatch_fuel(s, number);
    } else if (block->end != END_ROUTE && path > 0) { /* or the next head looks */
        emit_fuel_check(s->e, block->pc, path, LABEL_EXIT);
    }
    write_inside(s, number, s->last_merge[number]);
    close_label(s);
}

static void open_function(struct emitter *e) {
    wasm_unsigned(e->w, 4);
    wasm_unsigned(e->w, LOCAL_Z - LOCAL_PARAMETERS);
    wasm_byte(e->w, WASM_TYPE_F64);
    wasm_unsigned(e->w, LOCAL_REGISTER - LOCAL_Z);
    wasm_byte(e->w, WASM_TYPE_I64);
    wasm_unsigned(e->w, LOCAL_GROUP + e->facts->groups.slots - LOCAL_REGISTER);
    wasm_byte(e->w, WASM_TYPE_I32);
    wasm_unsigned(e->w, e->facts->wides.slots);
    wasm_byte(e->w, WASM_TYPE_F64);
    const uint32_t labels = e->facts->exit_count + LABEL_UNWIND - LABEL_EXIT;
    for (uint32_t i = 0; i < labels; i++) {
        wasm_byte(e->w, WASM_BLOCK);
        wasm_byte(e->w, WASM_TYPE_NONE);
    }
    e->labels = 0;
}

/* Where the labels lead. */
static void close_function(struct emitter *e) {
    wasm_byte(e->w, WASM_UNREACHABLE);
    wasm_byte(e->w, WASM_END);
    const uint32_t exits = e->facts->exit_count;
    for (uint32_t i = 0; i < exits; i++) {
        emit_store_registers(e, e->facts->exits[i]);
        if (i < exits - 1) {
            wasm_byte(e->w, WASM_BR);
            wasm_unsigned(e->w, exits - 1 - i);
        }
        wasm_byte(e->w, WASM_END);
    }
    emit_resume(e, 0);
    wasm_byte(e->w, WASM_RETURN);
    wasm_byte(e->w, WASM_END);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_const(e->w, 0);
    wasm_byte(e->w, WASM_I32_LT_S);
    wasm_byte(e->w, WASM_BR_IF);
    wasm_unsigned(e->w, LABEL_UNWIND - LABEL_BACK - 1);
    wasm_const(e->w, 0);
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_SITE);
    wasm_byte(e->w, WASM_END);
    wasm_const(e->w, 0);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_SITE);
    wasm_memory(e->w, WASM_I32_STORE, e->site_at);
    wasm_const(e->w, 0xffffffffu);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_byte(e->w, WASM_I32_SUB);
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_FUEL);
    wasm_byte(e->w, WASM_END);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_byte(e->w, WASM_END);
}

bool shape_function(struct emitter *e) {
    struct shaper s = {.e = e, .graph = e->graph};
    const size_t body = wasm_open(e->w);
    const uint32_t entry = e->graph->blocks[0].pc;
    find_merges(&s);
    open_function(e);
    if (e->graph->blocks[0].end != END_ENTER) {
        check_start(e, entry, e->facts->blocks[0].path, e->facts->calls);
        emit_load_registers(e, e->facts->blocks[0].live_in);
    }
    write_tree(&s, 0);
    close_function(e);
    wasm_close(e->w, body);
    return !s.failed;
}

/* Opens a function that has no graph. */
static size_t open_bare(struct emitter *e) {
    const size_t body = wasm_open(e->w);
    e->facts->exit_count = 1;
    e->facts->exits[0] = 0;
    e->facts->groups.slots = 0;
    e->facts->wides.slots = 0;
    e->exit = 0;
    e->copied = false;
    open_function(e);
    return body;
}

void shape_stub(struct emitter *e, uint32_t entry) {
    const size_t body = open_bare(e);
    emit_fuel_check(e, entry, 0, LABEL_CLEAN);
    emit_exit(e, entry);
    close_function(e);
    wasm_close(e->w, body);
}

void shape_inner(struct emitter *e, uint32_t pc, uint32_t host) {
    const size_t body = open_bare(e);
    check_start(e, pc, 0, true);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_DEPTH);
    wasm_const(e->w, (profile_slot(e->profile, pc) + 1) << DEPTH_BITS);
    wasm_byte(e->w, WASM_I32_OR);
    e->write_call(e->context, host);
    wasm_byte(e->w, WASM_RETURN);
    close_function(e);
    wasm_close(e->w, body);
}
