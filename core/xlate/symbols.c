#include "xlate/symbols.h"

void symbols_own(struct symbols *symbols) {
    for (uint32_t i = 0; i < SYMBOL_REGISTERS; i++) {
        symbols->r[i] = (struct symbol){i, 0};
    }
}

void symbols_start(struct symbols *symbols) {
    symbols_own(symbols);
    symbols->next_root = SYMBOL_CONSTANT + 1;
}

static struct symbol fresh(struct symbols *symbols) {
    return (struct symbol){symbols->next_root++, 0};
}

void symbols_lose(struct symbols *symbols, uint32_t registers) {
    for (uint32_t i = 0; i < SYMBOL_REGISTERS; i++) {
        if (registers >> i & 1) {
            symbols->r[i] = fresh(symbols);
        }
    }
}

static struct symbol constant(uint32_t value) {
    return (struct symbol){SYMBOL_CONSTANT, value};
}

static struct symbol add(struct symbols *symbols, struct symbol x, struct symbol y) {
    if (y.root == SYMBOL_CONSTANT) {
        return (struct symbol){x.root, x.delta + y.delta};
    }
    if (x.root == SYMBOL_CONSTANT) {
        return (struct symbol){y.root, y.delta + x.delta};
    }
    return fresh(symbols);
}

static struct symbol sub(struct symbols *symbols, struct symbol x, struct symbol y) {
    return y.root == SYMBOL_CONSTANT ? (struct symbol){x.root, x.delta - y.delta} : fresh(symbols);
}

static struct symbol read_register(const struct symbols *symbols, struct effect *effect,
                                   uint32_t number) {
    effect->reads |= 1u << number;
    return symbols->r[number];
}

/* The table's words over symbols. A value that no rule covers is a fresh one; operands are
 * evaluated all the same, as what they read counts. */
#define A (insn->a)
#define B (insn->b)
#define FP 0
#define SP 1
#define R(x) read_register(symbols, &effect, x)
#define V(t) (t)
#define K(c) constant(c)
#define IMM constant(insn->imm)
#define NEXT_PC fresh(symbols)
#define OF1_(x) ((void)(x), fresh(symbols))
#define OF2_(x, y) ((void)(x), (void)(y), fresh(symbols))
#define ADD(x, y) add(symbols, x, y)
#define SUB(x, y) sub(symbols, x, y)
#define MUL(x, y) OF2_(x, y)
#define AND(x, y) OF2_(x, y)
#define OR(x, y) OF2_(x, y)
#define XOR(x, y) OF2_(x, y)
#define NEG(x) OF1_(x)
#define NOT(x) OF1_(x)
#define SHL(x, y) OF2_(x, y)
#define SHR(x, y) OF2_(x, y)
#define SAR(x, y) OF2_(x, y)
#define SEX8(x) OF1_(x)
#define SEX16(x) OF1_(x)
#define ZEX8(x) OF1_(x)
#define ZEX16(x) OF1_(x)
#define UMULH(x, y) OF2_(x, y)
#define SMULH(x, y) OF2_(x, y)
#define LET(t, e)                                                                                  \
    const struct symbol t = (e);                                                                   \
    (void)t;
#define SET(x, e)                                                                                  \
    {                                                                                              \
        const struct symbol set_ = (e);                                                            \
        symbols->r[x] = set_;                                                                      \
        effect.writes |= 1u << (x);                                                                \
    }
#define DIVS(t, x, y) LET(t, OF2_(x, y))
#define DIVU(t, x, y) LET(t, OF2_(x, y))
#define REMS(t, x, y) LET(t, OF2_(x, y))
#define REMU(t, x, y) LET(t, OF2_(x, y))
#define GET_SPECIAL(t, n) LET(t, OF1_(n))
#define SET_SPECIAL(n, e) (void)(e);
#define COMPARE(x, y)                                                                              \
    (void)(x), (void)(y);                                                                          \
    effect.writes |= 1u << SYMBOL_CONDITION;
#define BRANCH(condition) effect.reads |= 1u << SYMBOL_CONDITION;
#define JUMP(e) (void)(e);
#define TRAP(kind)
#define LOAD_(t, e, bytes)                                                                         \
    effect.address = (e);                                                                          \
    effect.size = (bytes);                                                                         \
    LET(t, fresh(symbols))
#define LOAD8(t, e) LOAD_(t, e, 1)
#define LOAD16(t, e) LOAD_(t, e, 2)
#define LOAD32(t, e) LOAD_(t, e, 4)
#define LOAD_PAIR(t, u, e) LOAD_(t, e, 8) LET(u, fresh(symbols))
#define STORE_(e, value, bytes)                                                                    \
    effect.address = (e);                                                                          \
    effect.size = (bytes);                                                                         \
    effect.write = true;                                                                           \
    (void)(value);
#define STORE8(e, value) STORE_(e, value, 1)
#define STORE16(e, value) STORE_(e, value, 2)
#define STORE32(e, value) STORE_(e, value, 4)
#define STORE_PAIR(e, first, second) STORE_(e, OF2_(first, second), 8)

struct effect symbols_step(struct symbols *symbols, const struct insn *insn) {
    struct effect effect = {.size = 0};
    switch ((enum insn_id)insn->id) {
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...)                                   \
    case INSN_##ident: {                                                                           \
        __VA_ARGS__ break;                                                                         \
    }
#include "isa/moxie.def"
    case INSN_BAD:
    case INSN_COUNT:
    default: break;
    }
    return effect;
}
