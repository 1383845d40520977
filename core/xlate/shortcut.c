#include "xlate/shortcut.h"

#include <stddef.h>

bool shortcut_take(struct graph *graph, const struct profile *profile, uint32_t number,
                   uint32_t callee) {
    struct graph_block *block = &graph->blocks[number];
    const uint32_t at = callee - profile->base;
    if (!profile_holds(profile, callee) || graph->block_count + 2 > GRAPH_BLOCKS ||
        graph->insn_count + 2 > GRAPH_INSNS) {
        return false;
    }
    const enum known_id id = known_at(profile->text + at, profile->size - at);
    if (id == KNOWN_COUNT) {
        return false;
    }
    struct graph_insn *last = &graph->insns[block->first + block->count - 1];
    const struct graph_insn call = *last;
    last->insn = (struct insn){.id = GRAPH_FRAME, .length = call.insn.length, .imm = id};
    graph->blocks[graph->block_count] = (struct graph_block){
        .pc = call.pc,
        .first = graph->insn_count,
        .count = 1,
        .end = END_FALL,
        .next = block->next,
    };
    graph->blocks[graph->block_count + 1] = (struct graph_block){
        .pc = call.pc,
        .first = graph->insn_count + 1,
        .count = 1,
        .end = END_CALL,
        .next = block->next,
        .taken = block->taken,
        .known = true,
    };
    block->end = END_SHORTCUT;
    block->taken = (struct graph_edge){graph->block_count, callee};
    block->next = (struct graph_edge){graph->block_count + 1, call.pc};
    graph->block_count += 2;
    const struct insn past = {.id = GRAPH_SHORTCUT, .length = call.insn.length, .imm = id};
    graph->insns[graph->insn_count++] = (struct graph_insn){past, call.pc};
    graph->insns[graph->insn_count++] = call;
    return true;
}

static const struct insn *first_of(const struct graph *graph, const struct graph_edge *edge) {
    return &graph->insns[graph->blocks[edge->block].first].insn;
}

static uint32_t registers(uint32_t first, uint32_t count) {
    return ((1u << count) - 1) << first;
}

uint32_t shortcut_reads(const struct graph *graph, const struct graph_block *block) {
    const struct insn *call = first_of(graph, &block->next);
    return registers(REG_R0, KNOWN_OPERANDS) | (call->id == INSN_jsr ? 1u << call->a : 0);
}

struct effect shortcut_effect(struct symbols *symbols, const struct insn *insn) {
    const uint32_t saved = known_table[insn->imm].saved;
    const uint32_t below = FRAME_SIZE + 4 * saved;
    struct effect effect = {
        .address = symbols->r[REG_SP],
        .size = below - FRAME_UNUSED,
        .write = true,
        .reads_back = true,
        .reads = 1u << REG_SP,
    };
    effect.address.delta -= below;
    if (insn->id == GRAPH_SHORTCUT) {
        effect.reads |= 1u << REG_FP | registers(KNOWN_SAVED, saved);
        effect.writes = registers(REG_R0, KNOWN_RESULTS) | KNOWN_CLEARED | 1u << SYMBOL_CONDITION;
        effect.stored = KNOWN_CLEARED | 1u << SYMBOL_CONDITION;
        symbols_lose(symbols, effect.writes);
    }
    return effect;
}

uint32_t shortcut_cost(const struct insn *insn) {
    enum { CALL_AND_RET = 2 };
    return insn->id == GRAPH_SHORTCUT ? known_table[insn->imm].cost + CALL_AND_RET : 0;
}

/* The words of known.def as code. An expression leaves its value on the stack. */
#define OP(opcode) wasm_byte(e->w, opcode)
#define GET(local) wasm_local(e->w, WASM_LOCAL_GET, local)
#define PUT(local) wasm_local(e->w, WASM_LOCAL_SET, local)
#define OF2_(opcode, v, w) ((v), (w), OP(opcode))
#define WIDE_(c) (OP(WASM_I64_CONST), wasm_signed(e->w, c))
#define Z GET(LOCAL_Z)
#define K(c) wasm_const(e->w, (uint32_t)(c))
#define ADD(v, w) OF2_(WASM_I32_ADD, v, w)
#define SUB(v, w) OF2_(WASM_I32_SUB, v, w)
#define AND(v, w) OF2_(WASM_I32_AND, v, w)
#define LTU(v, w) OF2_(WASM_I32_LT_U, v, w)
#define EQ(v, w) OF2_(WASM_I32_EQ, v, w)
/* Of operands, the words are in registers. */
#define UPPER(v) UPPER_##v
#define UPPER_X GET(LOCAL_REGISTER + REG_R0 + 1)
#define UPPER_Y GET(LOCAL_REGISTER + REG_R0 + 3)
#define UPPER_Z emit_upper(e)
#define OPERATE(operation)                                                                         \
    (GET(x), GET(y), OP(WASM_##operation), keep_double(e, e->facts->wides.result[number]),         \
     OP(WASM_I64_REINTERPRET_F64), PUT(LOCAL_Z));
#define LEAVE_IF_ (OP(WASM_BR_IF), wasm_unsigned(e->w, 0))
#define FITS(condition) ((condition), OP(WASM_I32_EQZ), LEAVE_IF_);

/* The local of a number in the list of doubles; GRAPH_NONE when it has none. */
static uint32_t local_of(const struct emitter *e, uint8_t wide) {
    const uint8_t slot = wides_slot(&e->facts->wides, wide);
    return slot != WIDES_NONE ? LOCAL_GROUP + e->facts->groups.slots + slot : GRAPH_NONE;
}

/* The double on the stack is that one of the list. */
static void keep_double(struct emitter *e, uint8_t wide) {
    const uint32_t local = local_of(e, wide);
    if (local != GRAPH_NONE) {
        wasm_local(e->w, WASM_LOCAL_TEE, local);
    }
}

/* The local that has an operand of the block's shortcut as a double. */
static uint32_t operand(struct emitter *e, uint32_t number, uint32_t which) {
    const struct wides *wides = &e->facts->wides;
    const uint8_t *of = wides->operand[number];
    const uint8_t wide = of[which];
    const uint32_t own = local_of(e, wide);
    const uint32_t local = own != GRAPH_NONE ? own : LOCAL_X + which;
    const bool first =
        own == GRAPH_NONE || (wides->list[wide].block == number && (which == 0 || of[0] != wide));
    if (first) {
        const uint32_t low = LOCAL_REGISTER + REG_R0 + 2 * which;
        GET(low);
        OP(WASM_I64_EXTEND_I32_U);
        GET(low + 1);
        OP(WASM_I64_EXTEND_I32_U);
        WIDE_(32);
        OP(WASM_I64_SHL);
        OP(WASM_I64_OR);
        OP(WASM_F64_REINTERPRET_I64);
        PUT(local);
    }
    return local;
}

void shortcut_check(struct emitter *e, uint32_t number) {
    const struct graph_block *block = &e->graph->blocks[number];
    const struct insn *call = first_of(e->graph, &block->next);
    const uint32_t x = operand(e, number, 0);
    const uint32_t y = operand(e, number, 1);
    if (call->id == INSN_jsr) {
        FITS(EQ(GET(LOCAL_REGISTER + call->a), K(block->taken.pc)))
    }
    switch ((enum known_id)first_of(e->graph, &block->taken)->imm) {
/* clang-format off */
#define KNOWN(ident, function, saved, cost, ...) \
    case KNOWN_##ident: __VA_ARGS__ break;
#include "cpu/known.def"
    /* clang-format on */
    case KNOWN_COUNT:
    default: break;
    }
}

/* Clears registers, in locals and in memory: there two at once where they are neighbours. */
static void clear(struct emitter *e, uint32_t set) {
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        if (set >> i & 1) {
            K(0);
            PUT(LOCAL_REGISTER + i);
        }
    }
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        const bool two = (set >> i & 3) == 3;
        if (two) {
            K(0);
            WIDE_(0);
            wasm_memory(e->w, WASM_I64_STORE, CPU_FIELD(e, r) + 4 * i++);
        } else if (set >> i & 1) {
            K(0);
            K(0);
            wasm_memory(e->w, WASM_I32_STORE, CPU_FIELD(e, r) + 4 * i);
        }
    }
}

_Static_assert(offsetof(struct cpu, compared_b) == offsetof(struct cpu, compared_a) + 4,
               "one store");

void shortcut_finish(struct emitter *e) {
    enum { R0 = LOCAL_REGISTER + REG_R0 };
    Z;
    OP(WASM_I32_WRAP_I64);
    wasm_local(e->w, WASM_LOCAL_TEE, R0);
    PUT(LOCAL_COMPARED_A);
    UPPER(Z);
    PUT(R0 + 1);
    K(0);
    PUT(LOCAL_COMPARED_B);
    clear(e, KNOWN_CLEARED);
    K(0);
    GET(R0);
    OP(WASM_I64_EXTEND_I32_U);
    wasm_memory(e->w, WASM_I64_STORE, CPU_FIELD(e, compared_a));
}

void shortcut_returned(struct emitter *e, uint32_t block) {
    const uint32_t local = local_of(e, e->facts->wides.result[block]);
    if (local != GRAPH_NONE) {
        K(0);
        wasm_memory(e->w, WASM_F64_LOAD, CPU_FIELD(e, r) + 4 * REG_R0);
        PUT(local);
    }
}
