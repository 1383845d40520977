/* The interpreter: walks predecoded text and runs the meanings of moxie.def.
 *
 * Each row of the table becomes an inline function do_<ident>; the walk is one switch over kinds of
 * operation that calls them. Fuel is paid a basic block at a time: the first operation of a block
 * knows how many instructions follow to its end (op.run). When less fuel is left than that, or text
 * is not predecoded, instructions run one at a time through a block of one ("single"), so that
 * counts and faults are exact everywhere by the same code. */
#include "base/bytes.h"
#include "cpu/cpu.h"
#include "cpu/known.h"
#include "cpu/text.h"

/* What the words assume of C: two's complement, and right shifts of negative numbers that copy the
 * sign are not assumed (SAR spells it out); narrow types are what they say. */
_Static_assert((uint32_t)-1 == 0xffffffffu && (int32_t)0xffffffffu == -1, "two's complement");
_Static_assert(sizeof(struct op) == 8, "a halfword of text becomes eight bytes");

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define INLINE static inline __attribute__((always_inline, unused))
#define COLD __attribute__((noinline, cold))

/* How an instruction ended. FAULTED means that nothing of it happened. */
enum outcome { DONE, FAULTED, JUMPED, TRAPPED_SWI, TRAPPED_BREAK };

static COLD enum outcome fault(struct cpu *cpu, uint32_t kind, uint32_t address, uint32_t size) {
    cpu->fault = (struct fault){.kind = kind, .address = address, .size = size};
    return FAULTED;
}

/* Before something slow: whether there is effort left for it. If not, the instruction ends like one
 * that faults, with no fault, so that nothing of it happened, and the run pauses before it. */
static COLD bool spend(struct cpu *cpu, uint32_t effort) {
    if (cpu->effort == 0) {
        fault(cpu, MOX_FAULT_NONE, 0, 0);
        return false;
    }
    cpu_spend(cpu, effort);
    return true;
}

/* Bit 32 of a slow access's result says that it succeeded; a value in memory would cost the fast
 * path. */
static const uint64_t SLOW_OK = (uint64_t)1 << 32;

static COLD uint64_t slow_load(struct cpu *cpu, struct space *space, uint32_t address,
                               uint32_t size) {
    uint32_t value;
    if (!spend(cpu, EFFORT_ACCESS)) {
        return 0;
    }
    if (space_load(space, address, size, &value)) {
        return SLOW_OK | value;
    }
    fault(cpu, MOX_FAULT_READ, address, size);
    return 0;
}

static COLD bool slow_store(struct cpu *cpu, struct space *space, uint32_t address, uint32_t size,
                            uint32_t value) {
    if (!spend(cpu, EFFORT_ACCESS)) {
        return false;
    }
    if (space_store(space, address, size, value)) {
        return true;
    }
    fault(cpu, MOX_FAULT_WRITE, address, size);
    return false;
}

/* Whether both words at address have the right; the fault names the lower one that has it not. What
 * follows a true cannot fail. */
static COLD bool pair_allowed(struct cpu *cpu, struct space *space, uint32_t address,
                              uint32_t right, uint32_t kind) {
    if (!spend(cpu, 2 * EFFORT_ACCESS)) {
        return false;
    }
    for (uint32_t i = 0; i < 2; i++) {
        const uint32_t word = address + i * 4;
        if (!space_allows(space, word, 4, right)) {
            fault(cpu, kind, word, 4);
            return false;
        }
    }
    return true;
}

/* Setting a buffer register: its address must be readable, or all of the buffer for its size. */
static COLD bool set_special(struct cpu *cpu, struct space *space, uint32_t number,
                             uint32_t value) {
    uint32_t address = value;
    uint32_t size = 1;
    if (number == SREG_OUTPUT_SIZE || number == SREG_STATE_SIZE) {
        address = cpu->sr[number - 1];
        size = value;
    }
    const bool buffer = number >= SREG_OUTPUT && number <= SREG_STATE_SIZE;
    if (buffer && !spend(cpu, EFFORT_BUFFER * (size > 1 ? space->count : 1))) {
        return false;
    }
    if (buffer && !space_allows(space, address, size, RIGHT_READ)) {
        fault(cpu, MOX_FAULT_BUFFER, address, size);
        return false;
    }
    if (number == SREG_CAUSE || number == SREG_SWI) {
        cpu->before_swi[number - SREG_CAUSE] = cpu->sr[number];
    }
    cpu->sr[number] = value;
    return true;
}

INLINE uint32_t *reg(struct cpu *cpu, uint32_t offset) {
    return (uint32_t *)(void *)((uint8_t *)cpu->r + offset);
}

INLINE uint32_t word_sar(uint32_t value, uint32_t count) {
    const uint32_t sign = 0u - (value >> 31);
    return (value ^ sign) >> count ^ sign;
}

/* INT_MIN / -1 is INT_MIN: the quotient modulo 2^32. */
INLINE uint32_t word_divs(uint32_t x, uint32_t y) {
    return y == 0xffffffffu ? 0u - x : (uint32_t)((int32_t)x / (int32_t)y);
}
INLINE uint32_t word_rems(uint32_t x, uint32_t y) {
    return y == 0xffffffffu ? 0u : (uint32_t)((int32_t)x % (int32_t)y);
}

#define CONDITION(name, word, unset)                                                               \
    INLINE bool condition_##name(const struct cpu *cpu) {                                          \
        const uint32_t x = cpu->compared_a;                                                        \
        const uint32_t y = cpu->compared_b;                                                        \
        return cpu->compared ? (word) : (unset);                                                   \
    }
#include "isa/words_c.h"

#include "isa/condition.def"

/* The words that touch the machine. A, B, FP and SP are byte offsets into the register file. */
#define A (op->a)
#define B (op->b)
#define FP (REG_FP * (uint32_t)sizeof(uint32_t))
#define SP (REG_SP * (uint32_t)sizeof(uint32_t))
#define R(x) (*reg(cpu, (x)))
#define IMM (op->imm)
#define NEXT_PC (next_pc)
#define SET(x, e) R(x) = (e);
#define COMPARE(x, y)                                                                              \
    cpu->compared_a = (x);                                                                         \
    cpu->compared_b = (y);                                                                         \
    cpu->compared = 1;
#define BRANCH(condition)                                                                          \
    if (condition_##condition(cpu)) {                                                              \
        *target = IMM;                                                                             \
        return JUMPED;                                                                             \
    }
#define JUMP(e)                                                                                    \
    *target = (e);                                                                                 \
    return JUMPED;
#define TRAP(trap) return TRAPPED_##trap;
#define DIVIDE_(t, x, y, e)                                                                        \
    if ((y) == 0) {                                                                                \
        return fault(cpu, MOX_FAULT_DIVIDE, 0, 0);                                                 \
    }                                                                                              \
    const uint32_t t = (e);
#define DIVS(t, x, y) DIVIDE_(t, x, y, word_divs(x, y))
#define DIVU(t, x, y) DIVIDE_(t, x, y, (x) / (y))
#define REMS(t, x, y) DIVIDE_(t, x, y, word_rems(x, y))
#define REMU(t, x, y) DIVIDE_(t, x, y, (x) % (y))
#define WINDOW_(windows, address) (&space->windows[window_of(address)])
#define LOAD_(t, e, bits)                                                                          \
    uint32_t t;                                                                                    \
    {                                                                                              \
        const uint32_t address_ = (e);                                                             \
        const struct window *window_ = WINDOW_(readable, address_);                                \
        const uint32_t offset_ = address_ - window_->base;                                         \
        if (LIKELY(offset_ <= window_->last)) {                                                    \
            t = bytes_load##bits(window_->bytes + offset_);                                        \
        } else {                                                                                   \
            const uint64_t slow_ = slow_load(cpu, space, address_, (bits) / 8);                    \
            if (!(slow_ & SLOW_OK)) {                                                              \
                return FAULTED;                                                                    \
            }                                                                                      \
            t = (uint32_t)slow_;                                                                   \
        }                                                                                          \
    }
#define LOAD8(t, e) LOAD_(t, e, 8)
#define LOAD16(t, e) LOAD_(t, e, 16)
#define LOAD32(t, e) LOAD_(t, e, 32)
#define STORE_(e, value, bits)                                                                     \
    {                                                                                              \
        const uint32_t address_ = (e);                                                             \
        const uint32_t value_ = (value);                                                           \
        const struct window *window_ = WINDOW_(writable, address_);                                \
        const uint32_t offset_ = address_ - window_->base;                                         \
        if (LIKELY(offset_ <= window_->last)) {                                                    \
            bytes_store##bits(window_->bytes + offset_, value_);                                   \
        } else if (!slow_store(cpu, space, address_, (bits) / 8, value_)) {                        \
            return FAULTED;                                                                        \
        }                                                                                          \
    }
#define STORE8(e, value) STORE_(e, value, 8)
#define STORE16(e, value) STORE_(e, value, 16)
#define STORE32(e, value) STORE_(e, value, 32)
/* Both words lie in the window: offset + 4 <= last without wrapping. */
#define PAIR_FITS_(window, offset) ((window)->last >= 4 && (offset) <= (window)->last - 4)
#define LOAD_PAIR(t, u, e)                                                                         \
    uint32_t t;                                                                                    \
    uint32_t u;                                                                                    \
    {                                                                                              \
        const uint32_t address_ = (e);                                                             \
        const struct window *window_ = WINDOW_(readable, address_);                                \
        const uint32_t offset_ = address_ - window_->base;                                         \
        if (LIKELY(PAIR_FITS_(window_, offset_))) {                                                \
            t = bytes_load32(window_->bytes + offset_);                                            \
            u = bytes_load32(window_->bytes + offset_ + 4);                                        \
        } else {                                                                                   \
            if (!pair_allowed(cpu, space, address_, RIGHT_READ, MOX_FAULT_READ)) {                 \
                return FAULTED;                                                                    \
            }                                                                                      \
            space_load(space, address_, 4, &t);                                                    \
            space_load(space, address_ + 4, 4, &u);                                                \
        }                                                                                          \
    }
#define STORE_PAIR(e, first, second)                                                               \
    {                                                                                              \
        const uint32_t address_ = (e);                                                             \
        const uint32_t first_ = (first);                                                           \
        const uint32_t second_ = (second);                                                         \
        const struct window *window_ = WINDOW_(writable, address_);                                \
        const uint32_t offset_ = address_ - window_->base;                                         \
        if (LIKELY(PAIR_FITS_(window_, offset_))) {                                                \
            bytes_store32(window_->bytes + offset_, first_);                                       \
            bytes_store32(window_->bytes + offset_ + 4, second_);                                  \
        } else {                                                                                   \
            if (!pair_allowed(cpu, space, address_, RIGHT_WRITE, MOX_FAULT_WRITE)) {               \
                return FAULTED;                                                                    \
            }                                                                                      \
            space_store(space, address_, 4, first_);                                               \
            space_store(space, address_ + 4, 4, second_);                                          \
        }                                                                                          \
    }
#define GET_SPECIAL(t, n) const uint32_t t = cpu->sr[n];
#define SET_SPECIAL(n, e)                                                                          \
    if (!set_special(cpu, space, (n), (e))) {                                                      \
        return FAULTED;                                                                            \
    }

/* One function a row. next_pc is the address behind the instruction, target where a JUMPED goes. */
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...)                                   \
    INLINE enum outcome do_##ident(struct cpu *cpu, struct space *space, const struct op *op,      \
                                   uint32_t next_pc, uint32_t *target) {                           \
        (void)cpu, (void)space, (void)op, (void)next_pc, (void)target;                             \
        __VA_ARGS__ return DONE;                                                                   \
    }
#include "isa/moxie.def"

/* Slots that an instruction takes. */
enum {
#define OPERANDS(name, bytes, syntax) SLOTS_##name = (bytes) / 2,
#include "isa/operands.def"
};
enum {
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...)                                   \
    SLOTS_OF_##ident = SLOTS_##operands,
#include "isa/moxie.def"
};
enum {
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...) FLOW_OF_##ident = FLOW_##flow,
#include "isa/moxie.def"
};

/* Fetches the one instruction at pc into a block of its own. Fault kinds in isa.md's order. */
static COLD bool fetch_single(struct cpu *cpu, const struct space *space, uint32_t pc,
                              struct op *ops) {
    uint8_t code[6];
    if (!spend(cpu, EFFORT_SINGLE)) {
        return false;
    }
    if (pc & 1) {
        fault(cpu, MOX_FAULT_ALIGN_PC, pc, 2);
        return false;
    }
    uint32_t present = space_fetch(space, pc, code, 2);
    if (present < 2) {
        fault(cpu, MOX_FAULT_FETCH, pc + present, 2);
        return false;
    }
    const uint32_t more = insn_table[insn_identify(bytes_load16(code))].length - 2u;
    present = space_fetch(space, pc + 2, code + 2, more);
    if (present < more) {
        fault(cpu, MOX_FAULT_FETCH, pc + 2 + present, more);
        return false;
    }
    const struct insn insn = insn_decode(code, pc);
    text_single(ops, &insn);
    return true;
}

/* The text that goes on at pc. */
static struct chunk *find_text(struct cpu *cpu, const struct space *space, uint32_t pc) {
    const uint32_t before = cpu->text->made;
    struct chunk *chunk = text_find(cpu->text, space, pc);
    cpu_spend(cpu, cpu->text->made == before ? EFFORT_FIND : EFFORT_CHUNK);
    return chunk;
}

static COLD bool decode_text(struct cpu *cpu, struct chunk *chunk, const struct space *space,
                             uint32_t slot) {
    if (!spend(cpu, EFFORT_DECODE)) {
        return false;
    }
    cpu_spend(cpu, EFFORT_DECODED * text_decode(cpu->text, chunk, space, slot));
    return true;
}

/* What FAULTED means for the run. */
static enum cpu_stop fault_stop(const struct cpu *cpu) {
    return cpu->fault.kind == MOX_FAULT_NONE ? CPU_PAUSE : CPU_FAULT;
}

/* Without it compilers share one "op += n" among all cases, which costs a jump and two
 * moves each. */
#define KEEP_APART(pointer) __asm__("" : "+r"(pointer))
#define PC_OF(op_) (base + (uint32_t)((op_)-ops) * 2)
#define CALL(ident) do_##ident(cpu, space, op, PC_OF(op) + 2 * SLOTS_OF_##ident, &target)
/* After an instruction: where its flow leads. What does not apply to it is gone when compiled. */
#define CONTINUE(ident)                                                                            \
    if (FLOW_OF_##ident == (int)FLOW_TRAP) {                                                       \
        goto stopped;                                                                              \
    }                                                                                              \
    if (FLOW_OF_##ident != (int)FLOW_BRANCH && UNLIKELY(outcome == FAULTED)) {                     \
        goto stopped;                                                                              \
    }                                                                                              \
    if (FLOW_OF_##ident != (int)FLOW_NEXT && outcome == JUMPED) {                                  \
        goto jump;                                                                                 \
    }                                                                                              \
    op += SLOTS_OF_##ident;                                                                        \
    KEEP_APART(op);                                                                                \
    if (FLOW_OF_##ident == (int)FLOW_BRANCH) {                                                     \
        goto enter;                                                                                \
    }

/* Runs at most *fuel_left instructions from cpu->pc and leaves there what is left. An instruction
 * to be stepped runs by itself even where predecoded text has it. */
static enum cpu_stop walk_run(struct cpu *cpu, struct space *space, uint32_t *fuel_left,
                              bool step) {
    struct op single[1 + CHUNK_TAIL];
    const struct op *ops = single; /* the text that the walk is in: a chunk, or one instruction */
    uint32_t base = 0;             /* guest address of ops[0] */
    uint32_t slots = 0; /* slots that a jump may land on; none in a single instruction, whose */
                        /* memory may have changed since */
    struct chunk *chunk = NULL; /* whose ops these are */
    const struct op *op;
    uint32_t fuel = *fuel_left;
    uint32_t target = cpu->pc;
    enum outcome outcome;
    bool alone = step; /* the next instruction runs by itself */

    /* Everything below is reached through here: loops with other ways in become slow in
     * WebAssembly, which has none. */
jump : {
    /* Odd addresses become huge. */
    const uint32_t slot = (target - base) >> 1 | (target - base) << 31;
    if (LIKELY(slot < slots)) {
        op = ops + slot;
        goto enter;
    }
    if (!alone) {
        if (UNLIKELY(cpu->effort == 0)) {
            cpu->pc = target;
            *fuel_left = fuel;
            return CPU_PAUSE;
        }
        chunk = find_text(cpu, space, target);
        alone = chunk == NULL;
    }
    if (alone) {
        cpu->pc = target;
        *fuel_left = fuel;
        if (fuel == 0) {
            return CPU_BUDGET;
        }
        if (!fetch_single(cpu, space, target, single)) {
            return fault_stop(cpu);
        }
        alone = false;
        ops = single;
        base = target;
        slots = 0;
    } else {
        ops = chunk->ops;
        base = chunk->pc;
        slots = chunk->slots;
    }
    op = ops + (target - base) / 2;
}

enter:
    if (UNLIKELY(fuel < op->run)) {
        target = PC_OF(op);
        goto alone;
    }
    fuel -= op->run;

    for (;;) {
        switch ((enum kind)op->kind) {
        case KIND_DECODE:
            if (!decode_text(cpu, chunk, space, (uint32_t)(op - ops))) {
                outcome = FAULTED;
                goto stopped;
            }
            goto enter;
        case KIND_LEAVE: target = PC_OF(op); goto jump;
        case KIND_ENTER:
            cpu->pc = PC_OF(op);
            *fuel_left = fuel + op->run;
            return CPU_ENTER;
        case KIND_STEP: target = PC_OF(op); goto alone;
        case KIND_KNOWN: {
            const uint32_t done = known_run((enum known_id)op->imm, cpu, space, fuel + op->run);
            if (done > 0) {
                fuel += op->run - done;
                op += known_table[op->imm].ret / 2;
                goto enter;
            }
            outcome = CALL(mov);
            CONTINUE(mov)
            continue;
        }
        case KIND_BAD: outcome = fault(cpu, MOX_FAULT_ILLEGAL, 0, 0); goto stopped;
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...)                                   \
    case KIND_##ident:                                                                             \
        outcome = CALL(ident);                                                                     \
        CONTINUE(ident)                                                                            \
        continue;
#include "isa/moxie.def"
#define FUSE(first, second)                                                                        \
    case KIND_##first##_##second:                                                                  \
        outcome = CALL(first);                                                                     \
        CONTINUE(first)                                                                            \
        outcome = CALL(second);                                                                    \
        CONTINUE(second)                                                                           \
        continue;
#include "cpu/fused.def"
        case KIND_COUNT:
        default: __builtin_trap(); /* no op holds another kind */
        }
    }

alone: /* the instruction at target runs by itself */
    alone = true;
    slots = 0;
    goto jump;

stopped: /* at op, which is counted only when it was a swi */
    cpu->pc = PC_OF(op);
    *fuel_left = fuel + op->run;
    if (outcome == FAULTED) {
        return fault_stop(cpu);
    }
    if (outcome == TRAPPED_BREAK) {
        return CPU_BREAK;
    }
    cpu->pc += 2 * SLOTS_OF_swi;
    *fuel_left -= 1;
    return CPU_SWI;
}

/* How many ordinary instructions there is fuel and effort for, as far as 32 bits go. */
static uint32_t affordable(const struct cpu *cpu, uint64_t fuel) {
    const uint64_t most = fuel < UINT32_MAX ? fuel : UINT32_MAX;
    return (uint32_t)(cpu->effort < most / EFFORT_ORDINARY ? cpu->effort * EFFORT_ORDINARY : most);
}

enum cpu_stop cpu_run(struct cpu *cpu, struct space *space, uint64_t fuel) {
    enum cpu_stop stop = CPU_BUDGET;
    while (fuel > 0 && stop == CPU_BUDGET) {
        const uint32_t slice = affordable(cpu, fuel);
        uint32_t left = slice;
        stop = slice > 0 ? walk_run(cpu, space, &left, false) : CPU_PAUSE;
        cpu_spend(cpu, (slice - left) / EFFORT_ORDINARY);
        cpu->count += slice - left;
        fuel -= slice - left;
    }
    return stop == CPU_PAUSE && fuel == 0 ? CPU_BUDGET : stop;
}

enum cpu_stop cpu_step(struct cpu *cpu, struct space *space) {
    uint32_t left = 1;
    const enum cpu_stop stop = walk_run(cpu, space, &left, true);
    cpu->count += 1 - left;
    return stop;
}

void cpu_undo_swi(struct cpu *cpu) {
    cpu->sr[SREG_CAUSE] = cpu->before_swi[0];
    cpu->sr[SREG_SWI] = cpu->before_swi[1];
    cpu->pc -= 2 * SLOTS_OF_swi;
    cpu->count -= 1;
}
