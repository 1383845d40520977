#include "xlate/shortcut.h"

bool shortcut_take(struct graph *graph, const struct profile *profile, uint32_t number,
                   uint32_t callee) {
    struct graph_block *block = &graph->blocks[number];
    const uint32_t at = callee - profile->base;
    if (!profile_holds(profile, callee) || graph->block_count + 2 > GRAPH_BLOCKS ||
        graph->insn_count == GRAPH_INSNS) {
        return false;
    }
    const enum known_id id = known_at(profile->text + at, profile->size - at);
    if (id == KNOWN_COUNT) {
        return false;
    }
    block->count--;
    const uint32_t first = block->first + block->count;
    const struct graph_insn call = graph->insns[first];
    graph->blocks[graph->block_count] = (struct graph_block){
        .pc = call.pc,
        .first = graph->insn_count,
        .count = 1,
        .end = END_FALL,
        .next = block->next,
    };
    graph->blocks[graph->block_count + 1] = (struct graph_block){
        .pc = call.pc,
        .first = first,
        .count = 1,
        .end = END_CALL,
        .next = block->next,
        .taken = block->taken,
    };
    block->end = END_SHORTCUT;
    block->taken = (struct graph_edge){graph->block_count, callee};
    block->next = (struct graph_edge){graph->block_count + 1, call.pc};
    graph->block_count += 2;
    const struct insn past = {.id = GRAPH_SHORTCUT, .length = call.insn.length, .imm = id};
    graph->insns[graph->insn_count++] = (struct graph_insn){past, call.pc};
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
        .reads = 1u << REG_FP | 1u << REG_SP | registers(KNOWN_SAVED, saved),
        .writes = registers(REG_R0, KNOWN_RESULTS) | KNOWN_CLEARED | 1u << SYMBOL_CONDITION,
        .stored = KNOWN_CLEARED | 1u << SYMBOL_CONDITION,
    };
    effect.address.delta -= below;
    symbols_lose(symbols, effect.writes);
    return effect;
}

/* The words of known.def as code. An expression leaves its value on the stack. */
#define OP(opcode) wasm_byte(e->w, opcode)
#define GET(local) wasm_local(e->w, WASM_LOCAL_GET, local)
#define PUT(local) wasm_local(e->w, WASM_LOCAL_SET, local)
#define OF2_(opcode, v, w) ((v), (w), OP(opcode))
#define WIDE_(c) (OP(WASM_I64_CONST), wasm_signed(e->w, c))
#define T0 LOCAL_T0
#define T1 LOCAL_T1
#define T2 LOCAL_T2
#define T3 LOCAL_T3
#define X GET(LOCAL_X)
#define Y GET(LOCAL_Y)
#define Z GET(LOCAL_Z)
#define V(t) GET(t)
#define K(c) wasm_const(e->w, (uint32_t)(c))
#define LET(t, v) ((v), PUT(t));
#define ADD(v, w) OF2_(WASM_I32_ADD, v, w)
#define SUB(v, w) OF2_(WASM_I32_SUB, v, w)
#define MUL(v, w) OF2_(WASM_I32_MUL, v, w)
#define AND(v, w) OF2_(WASM_I32_AND, v, w)
#define OR(v, w) OF2_(WASM_I32_OR, v, w)
#define XOR(v, w) OF2_(WASM_I32_XOR, v, w)
#define SHL(v, w) OF2_(WASM_I32_SHL, v, w)
#define SHR(v, w) OF2_(WASM_I32_SHR_U, v, w)
#define LTU(v, w) OF2_(WASM_I32_LT_U, v, w)
#define EQ(v, w) OF2_(WASM_I32_EQ, v, w)
#define NEG(v) (K(0), (v), OP(WASM_I32_SUB))
#define MAX(v, w) ((v), (w), (v), (w), OP(WASM_I32_GT_U), OP(WASM_SELECT))
#define ABS(v)                                                                                     \
    ((v), wasm_local(e->w, WASM_LOCAL_TEE, LOCAL_COST), NEG(GET(LOCAL_COST)), GET(LOCAL_COST),     \
     K(0), OP(WASM_I32_GE_S), OP(WASM_SELECT))
/* Of operands, the words are in registers. */
#define UPPER(v) UPPER_##v
#define UPPER_X GET(LOCAL_REGISTER + REG_R0 + 1)
#define UPPER_Y GET(LOCAL_REGISTER + REG_R0 + 3)
#define UPPER_Z (Z, WIDE_(32), OP(WASM_I64_SHR_U), OP(WASM_I32_WRAP_I64))
#define EXPONENT(v) AND(SHR(UPPER_##v, K(20)), K(0x7ff))
#define FRACTION(v) OF2_(WASM_I64_NE, ((v), WIDE_(12), OP(WASM_I64_SHL)), WIDE_(0))
#define DOUBLE_(v) ((v), OP(WASM_F64_REINTERPRET_I64))
#define OPERATE(operation)                                                                         \
    (DOUBLE_(X), DOUBLE_(Y), OP(WASM_##operation), OP(WASM_I64_REINTERPRET_F64), PUT(LOCAL_Z));
#define LEAVE_IF_ (OP(WASM_BR_IF), wasm_unsigned(e->w, 0))
#define FITS(condition) ((condition), OP(WASM_I32_EQZ), LEAVE_IF_);
#define COST(v) ((v), PUT(LOCAL_COST));

static void get_wide(struct emitter *e, uint32_t low, uint32_t high) {
    GET(low);
    OP(WASM_I64_EXTEND_I32_U);
    GET(high);
    OP(WASM_I64_EXTEND_I32_U);
    WIDE_(32);
    OP(WASM_I64_SHL);
    OP(WASM_I64_OR);
}

void shortcut_check(struct emitter *e, const struct graph_block *block) {
    enum { R0 = LOCAL_REGISTER + REG_R0 };
    const struct insn *call = first_of(e->graph, &block->next);
    const uint32_t path = e->owed + e->facts->blocks[block->taken.block].path;
    get_wide(e, R0, R0 + 1);
    PUT(LOCAL_X);
    get_wide(e, R0 + 2, R0 + 3);
    PUT(LOCAL_Y);
    if (call->id == INSN_jsr) {
        FITS(EQ(GET(LOCAL_REGISTER + call->a), K(block->taken.pc)))
    }
    switch ((enum known_id)first_of(e->graph, &block->taken)->imm) {
/* clang-format off */
#define KNOWN(ident, function, saved, ...) \
    case KNOWN_##ident: __VA_ARGS__ break;
#include "cpu/known.def"
    /* clang-format on */
    case KNOWN_COUNT:
    default: break;
    }
    /* With the call and the ret, without one for GRAPH_SHORTCUT. */
    ADD(GET(LOCAL_COST), K(1));
    wasm_local(e->w, WASM_LOCAL_TEE, LOCAL_COST);
    K(path);
    OP(WASM_I32_ADD);
    GET(LOCAL_FUEL);
    OP(WASM_I32_GT_S);
    LEAVE_IF_;
}

void shortcut_finish(struct emitter *e, uint32_t stored) {
    enum { R0 = LOCAL_REGISTER + REG_R0 };
    SUB(GET(LOCAL_FUEL), GET(LOCAL_COST));
    PUT(LOCAL_FUEL);
    Z;
    OP(WASM_I32_WRAP_I64);
    wasm_local(e->w, WASM_LOCAL_TEE, R0);
    PUT(LOCAL_COMPARED_A);
    UPPER(Z);
    PUT(R0 + 1);
    K(0);
    PUT(LOCAL_COMPARED_B);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        if (KNOWN_CLEARED >> i & 1) {
            K(0);
            PUT(LOCAL_REGISTER + i);
        }
    }
    emit_store_registers(e, stored);
}
