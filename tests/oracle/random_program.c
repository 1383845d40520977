#include "random_program.h"

#include "cpu/known.h"
#include "isa/insn.h"

#include <stdbool.h>
#include <string.h>

enum {
    FUNCTIONS = 5,
    DEPTH_MAX = 3, /* of loops and branches inside each other */
    SWITCH_CASES = 4,
    FP = 0,
    SP = 1,
    FIRST_FREE = 2, /* $r0; counters of loops are the highest registers */
    FREE = 9,
    PAIR = 8,     /* $r6, which functions keep, and the next: where doubles lie for a while */
    COUNTER = 12, /* and up */
};

uint32_t random_below(struct random_program *p, uint32_t limit) {
    p->state ^= p->state << 13;
    p->state ^= p->state >> 7;
    p->state ^= p->state << 17;
    return (uint32_t)(p->state >> 20) % limit;
}

/* One time in `odds`, in one program of three: something that is likely to fault. */
static bool danger(struct random_program *p, uint32_t odds) {
    return p->wild && random_below(p, odds) == 0;
}

static uint32_t here(const struct random_program *p) {
    return PROGRAM_TEXT + p->size;
}

static void put16(struct random_program *p, uint32_t value) {
    if (p->size + 2 <= PROGRAM_TEXT_SIZE) {
        p->text[p->size] = (uint8_t)value;
        p->text[p->size + 1] = (uint8_t)(value >> 8);
        p->size += 2;
    }
}

/* An instruction of form 1 with its immediate, if it has one. */
static void put(struct random_program *p, enum insn_id id, uint32_t a, uint32_t b,
                uint32_t immediate) {
    const struct insn_info *info = &insn_table[id];
    put16(p, (uint32_t)info->opcode << 8 | a << 4 | b);
    if (info->length >= 4) {
        put16(p, immediate);
    }
    if (info->length == 6) {
        put16(p, immediate >> 16);
    }
}

static void put_form2(struct random_program *p, enum insn_id id, uint32_t a, uint32_t value) {
    put16(p, 0x8000u | (uint32_t)insn_table[id].opcode << 12 | a << 8 | value);
}

/* A branch to an address; patched later when it is not known yet. */
static void put_branch(struct random_program *p, enum insn_id id, uint32_t target) {
    const uint32_t distance = (target - (here(p) + 2)) / 2;
    put16(p, 0xc000u | (uint32_t)insn_table[id].opcode << 10 | (distance & 0x3ff));
}

static void patch_branch(struct random_program *p, uint32_t at, uint32_t target) {
    const uint32_t distance = (target - (PROGRAM_TEXT + at + 2)) / 2;
    if (at + 2 <= p->size) {
        p->text[at] = (uint8_t)distance;
        p->text[at + 1] = (uint8_t)((p->text[at + 1] & 0xfc) | (distance >> 8 & 3));
    }
}

static uint32_t any(struct random_program *p) {
    return FIRST_FREE + random_below(p, FREE);
}

static void put_arithmetic(struct random_program *p) {
    static const enum insn_id ids[] = {
        INSN_mov,   INSN_add,   INSN_sub,  INSN_and,   INSN_or,     INSN_xor,   INSN_not,
        INSN_neg,   INSN_mul,   INSN_ashl, INSN_lshr,  INSN_ashr,   INSN_sex_b, INSN_sex_s,
        INSN_zex_b, INSN_zex_s, INSN_cmp,  INSN_mul_x, INSN_umul_x, INSN_nop,
    };
    static const enum insn_id divisions[] = {INSN_div, INSN_udiv, INSN_mod, INSN_umod};
    static const uint32_t constants[] = {0,  1,  0xffffffffu, 0x80000000u, 0x7fffffff,
                                         31, 32, 33,          0x8000,      255};
    switch (random_below(p, 8)) {
    case 0:
        put(p, INSN_ldi_l, any(p), 0,
            constants[random_below(p, sizeof constants / sizeof *constants)]);
        break;
    case 1:
        put_form2(p, random_below(p, 2) ? INSN_inc : INSN_dec, any(p), random_below(p, 256));
        break;
    case 2: {
        const uint32_t divisor = any(p);
        const uint32_t value = random_below(p, 5) - 2;
        if (!danger(p, 10)) { /* else it may be 0 */
            put(p, INSN_ldi_l, divisor, 0, value == 0 ? 3 : value);
        }
        put(p, divisions[random_below(p, 4)], any(p), divisor, 0);
        break;
    }
    case 3: put_form2(p, INSN_gsr, any(p), random_below(p, 12)); break;
    default: put(p, ids[random_below(p, sizeof ids / sizeof *ids)], any(p), any(p), 0);
    }
}

/* A base register gets an address somewhere; mostly well inside a region, sometimes at its edge. */
static void put_base(struct random_program *p, uint32_t base) {
    static const uint32_t regions[][2] = {{PROGRAM_DATA, PROGRAM_DATA_SIZE},
                                          {PROGRAM_DATA, PROGRAM_DATA_SIZE},
                                          {PROGRAM_MORE, PROGRAM_MORE_SIZE},
                                          {PROGRAM_STACK, PROGRAM_STACK_SIZE / 2}};
    const uint32_t *region = regions[random_below(p, 4)];
    uint32_t address = region[0] + 8 + random_below(p, region[1] - 40);
    if (danger(p, 20)) {
        address = region[0] + region[1] - random_below(p, 6);
    }
    if (danger(p, 60)) {
        address = random_below(p, 2) ? PROGRAM_CONST + random_below(p, 8) : 4 * random_below(p, 8);
    }
    put(p, INSN_ldi_l, base, 0, address);
}

/* Another value for a register, or not, by a condition of the moment: accesses through it meet
 * several regions at one place. */
static void put_alternative(struct random_program *p, uint32_t base, uint32_t value) {
    put(p, INSN_cmp, any(p), any(p), 0);
    const uint32_t at = p->size;
    put_branch(p, (enum insn_id)(INSN_beq + random_below(p, 10)), here(p));
    put(p, INSN_ldi_l, base, 0, value);
    patch_branch(p, at, here(p));
}

static void put_access(struct random_program *p) {
    static const enum insn_id indirect[] = {INSN_ld_l, INSN_ld_b, INSN_ld_s,
                                            INSN_st_l, INSN_st_b, INSN_st_s};
    static const enum insn_id offset[] = {INSN_ldo_l, INSN_ldo_b, INSN_ldo_s,
                                          INSN_sto_l, INSN_sto_b, INSN_sto_s};
    static const enum insn_id absolute[] = {INSN_lda_l, INSN_lda_b, INSN_lda_s,
                                            INSN_sta_l, INSN_sta_b, INSN_sta_s};
    const uint32_t base = any(p);
    uint32_t which = random_below(p, 6);
    if (!danger(p, 20)) {
        put_base(p, base);
        if (random_below(p, 4) == 0) {
            const uint32_t other = danger(p, 6)
                                       ? PROGRAM_CONST
                                       : PROGRAM_DATA + random_below(p, PROGRAM_DATA_SIZE - 48);
            put_alternative(p, base, other + 8);
        }
    }
    for (uint32_t i = random_below(p, 4); i-- > 0;) {
        which = random_below(p, 6);
        /* Loads name the register first, stores the address. What is loaded is no address. */
        const uint32_t loaded = base == FIRST_FREE ? FIRST_FREE + 1 : FIRST_FREE;
        const uint32_t a = which < 3 ? (danger(p, 6) ? any(p) : loaded) : base;
        const uint32_t b = which < 3 ? base : any(p);
        if (random_below(p, 2)) {
            put(p, offset[which], a, b, random_below(p, 24) - 4);
        } else {
            put(p, indirect[which], a, b, 0);
        }
    }
    if (random_below(p, 4) == 0) {
        put(p, absolute[which], any(p), 0, PROGRAM_DATA + random_below(p, PROGRAM_DATA_SIZE - 4));
    }
    if (random_below(p, 4) == 0) {
        put(p, INSN_push, SP, any(p), 0);
        put(p, INSN_pop, SP, any(p), 0);
    }
}

static void put_statements(struct random_program *p, uint32_t function, uint32_t depth);

static void put_if(struct random_program *p, uint32_t function, uint32_t depth) {
    const enum insn_id id = (enum insn_id)(INSN_beq + random_below(p, 10));
    if (random_below(p, 4) != 0) {
        put(p, INSN_cmp, any(p), any(p), 0);
    }
    const uint32_t at = p->size;
    put_branch(p, id, here(p));
    put_statements(p, function, depth + 1);
    patch_branch(p, at, here(p));
}

static void put_loop(struct random_program *p, uint32_t function, uint32_t depth) {
    const uint32_t counter = COUNTER + depth;
    const uint32_t zero = COUNTER - 1;
    put(p, INSN_ldi_l, counter, 0, 1 + random_below(p, depth == 0 ? 40 : 6));
    const uint32_t start = here(p);
    put_statements(p, function, depth + 1);
    put_form2(p, INSN_dec, counter, 1);
    put(p, INSN_ldi_l, zero, 0, 0);
    put(p, INSN_cmp, counter, zero, 0);
    if (here(p) - start < 900) {
        put_branch(p, INSN_bne, start);
    }
}

/* A loop that walks through a region and, in a wild program, over its edge: hot before it faults.
 */
static void put_walk(struct random_program *p, uint32_t depth) {
    static const uint32_t ends[] = {
        PROGRAM_DATA + PROGRAM_DATA_SIZE, PROGRAM_MORE + PROGRAM_MORE_SIZE,
        PROGRAM_CONST + PROGRAM_CONST_SIZE, PROGRAM_STACK + PROGRAM_STACK_SIZE};
    static const enum insn_id accesses[] = {INSN_ldo_l, INSN_ldo_b, INSN_ldo_s};
    static const enum insn_id stores[] = {INSN_sto_l, INSN_sto_b, INSN_sto_s};
    const uint32_t base = FIRST_FREE + 2;
    const uint32_t step = 1 + random_below(p, 5);
    const uint32_t rounds = 60 + random_below(p, 60);
    const bool down = random_below(p, 4) == 0;
    const uint32_t over = danger(p, 3) ? random_below(p, 12) : 0u - 24;
    uint32_t start = ends[random_below(p, 4)] - rounds * step + over;
    if (down) {
        start = PROGRAM_DATA + rounds * step - over;
    }
    put(p, INSN_ldi_l, base, 0, start);
    if (random_below(p, 2) == 0 && !down) {
        put_alternative(p, base, ends[random_below(p, 4)] - rounds * step + over);
    }
    put(p, INSN_ldi_l, COUNTER + depth, 0, rounds);
    const uint32_t loop = here(p);
    for (uint32_t i = 1 + random_below(p, 3); i-- > 0;) {
        const uint32_t which = random_below(p, 3);
        if (random_below(p, 3) == 0 && (down || p->wild)) {
            put(p, stores[which], base, FIRST_FREE, random_below(p, 8));
        } else {
            put(p, accesses[which], FIRST_FREE + random_below(p, 2), base, random_below(p, 8));
        }
    }
    put_form2(p, down ? INSN_dec : INSN_inc, base, step);
    put_form2(p, INSN_dec, COUNTER + depth, 1);
    put(p, INSN_ldi_l, COUNTER - 1, 0, 0);
    put(p, INSN_cmp, COUNTER + depth, COUNTER - 1, 0);
    put_branch(p, INSN_bne, loop);
}

/* A jump by a computed address into a row of cases, each of which goes on behind the last. */
static void put_switch(struct random_program *p) {
    enum { CASE_BYTES = 8 };
    const uint32_t index = any(p);
    const uint32_t base = index == FIRST_FREE ? FIRST_FREE + 1 : FIRST_FREE;
    put(p, INSN_ldi_l, base, 0, SWITCH_CASES - 1);
    put(p, INSN_and, index, base, 0);
    put(p, INSN_ldi_l, base, 0, 3);
    put(p, INSN_ashl, index, base, 0);
    put(p, INSN_ldi_l, base, 0, here(p) + 6 + 2 + 2);
    put(p, INSN_add, index, base, 0);
    put(p, INSN_jmp, index, 0, 0);
    const uint32_t end = here(p) + SWITCH_CASES * CASE_BYTES;
    for (uint32_t i = 0; i < SWITCH_CASES; i++) {
        put_form2(p, INSN_inc, any(p), i + 1);
        put(p, INSN_jmpa, 0, 0, end);
    }
}

/* The head of an interpreter's loop: counts, leaves by a branch that is patched later, and jumps to
 * a case. Returns where the branch is; the address of the cases comes to *cases. */
static uint32_t put_head(struct random_program *p, uint32_t counter, uint32_t *cases) {
    const uint32_t index = any(p);
    const uint32_t base = index == FIRST_FREE ? FIRST_FREE + 1 : FIRST_FREE;
    put_form2(p, INSN_inc, any(p), random_below(p, 8));
    put_form2(p, INSN_dec, counter, 1);
    put(p, INSN_ldi_l, COUNTER - 1, 0, 0);
    put(p, INSN_cmp, counter, COUNTER - 1, 0);
    const uint32_t leave = p->size;
    put_branch(p, INSN_beq, here(p));
    put(p, INSN_ldi_l, base, 0, SWITCH_CASES - 1);
    put(p, INSN_and, index, base, 0);
    put(p, INSN_ldi_l, base, 0, 4);
    put(p, INSN_ashl, index, base, 0);
    put(p, INSN_ldi_l, base, 0, 0);
    *cases = p->size - 4;
    put(p, INSN_add, index, base, 0);
    put(p, INSN_jmp, index, 0, 0);
    return leave;
}

/* A loop with two heads, each of which jumps to any of the cases, which go on at either. */
static void put_interpreter(struct random_program *p, uint32_t depth) {
    const uint32_t counter = COUNTER + depth;
    uint32_t head[2];
    uint32_t leave[2];
    uint32_t cases[2];
    put(p, INSN_ldi_l, counter, 0, 2 + random_below(p, 100));
    const uint32_t second = p->size;
    put_branch(p, INSN_bltu, here(p));
    for (uint32_t i = 0; i < 2; i++) {
        head[i] = here(p);
        leave[i] = put_head(p, counter, &cases[i]);
    }
    patch_branch(p, second, head[1]);
    const uint32_t first = here(p);
    for (uint32_t i = 0; i < SWITCH_CASES; i++) { /* of 16 bytes */
        put_form2(p, INSN_inc, any(p), i + 1);
        put(p, INSN_cmp, any(p), any(p), 0);
        put_branch(p, INSN_bgt, head[random_below(p, 2)]);
        put(p, INSN_add, any(p), any(p), 0);
        put_form2(p, INSN_dec, any(p), random_below(p, 8));
        put(p, INSN_jmpa, 0, 0, head[random_below(p, 2)]);
    }
    for (uint32_t i = 0; i < 2; i++) {
        patch_branch(p, leave[i], here(p));
        if (cases[i] + sizeof first <= p->size) {
            memcpy(p->text + cases[i], &first, sizeof first);
        }
    }
}

static void put_call(struct random_program *p, uint32_t function, const uint32_t *entries) {
    if (function == 0 || entries == NULL) {
        return;
    }
    const uint32_t callee = entries[random_below(p, function)];
    if (random_below(p, 3) == 0) {
        const uint32_t target = any(p);
        put(p, INSN_ldi_l, target, 0, callee);
        put(p, INSN_jsr, target, 0, 0);
    } else {
        put(p, INSN_jsra, 0, 0, callee);
    }
    put(p, INSN_nop, 0, 0, 0);
}

/* Half of an operand, or its lower word: mostly of a number of ordinary size. */
static uint32_t any_double(struct random_program *p, bool upper) {
    static const uint32_t special[] = {0,          0x80000000u, 0x3ff00000,
                                       0x7ff00000, 0x00100000,  0xc0080000u};
    const uint32_t word = random_below(p, 1u << 31) << 1 ^ random_below(p, 1u << 31);
    if (random_below(p, 12) == 0) {
        return special[random_below(p, sizeof special / sizeof *special)];
    }
    return upper ? (word & 0x800fffffu) | (1023 - 20 + random_below(p, 40)) << 20 : word;
}

/* A known function in a corner of the text; what does not fit it returns at once, in some programs
 * with a register changed that functions keep. */
static void put_known_text(struct random_program *p) {
    enum { BEHIND = 200 };
    const struct known *known = &known_table[random_below(p, KNOWN_COUNT)];
    if (random_below(p, 3) == 0) {
        p->known = here(p);
        memcpy(p->text + p->size, known->text, known->size);
        p->size += known->size;
        if (random_below(p, 4) == 0) {
            put_form2(p, INSN_inc, PAIR, 1);
        }
        for (uint32_t i = 0; i < BEHIND; i += 2) {
            put(p, INSN_ret, 0, 0, 0);
        }
    }
}

/* Moves a double from registers to others. */
static void put_move(struct random_program *p, uint32_t to, uint32_t from) {
    put(p, INSN_mov, to, from, 0);
    put(p, INSN_mov, to + 1, from + 1, 0);
}

/* Its call, with one of its operands, or both, new; now and then an operand is one that was kept,
 * and the result is kept. */
static void put_known_call(struct random_program *p) {
    const uint32_t target = REG_R0 + 4 + random_below(p, 4);
    const uint32_t operands = 1 + random_below(p, 3);
    for (uint32_t i = 0; i < KNOWN_OPERANDS; i++) {
        if (operands >> i / 2 & 1) {
            put(p, INSN_ldi_l, REG_R0 + i, 0, any_double(p, i % 2));
        } else if (random_below(p, 2)) {
            put(p, INSN_mov, REG_R0 + i, REG_R0 + (i ^ 2), 0);
        }
    }
    if (random_below(p, 3) == 0) {
        put_move(p, REG_R0 + 2 * random_below(p, 2), PAIR);
    }
    if (random_below(p, 6) == 0) {
        put_move(p, PAIR, REG_R0 + 2 * random_below(p, 2));
    }
    put(p, INSN_push, SP, KNOWN_SCRATCH, 0);
    if (danger(p, 30)) {
        put(p, INSN_ldi_l, SP, 0, PROGRAM_STACK + random_below(p, 32));
    }
    if (random_below(p, 2)) {
        put(p, INSN_ldi_l, target, 0, p->known);
        put(p, INSN_jsr, target, 0, 0);
    } else {
        put(p, INSN_jsra, 0, 0, p->known);
    }
    put(p, INSN_pop, SP, KNOWN_SCRATCH, 0);
    if (random_below(p, 2)) {
        put_move(p, PAIR, REG_R0);
    }
}

/* The function returns behind the nop that it should come back to, when a register has some bit. */
static void put_skip(struct random_program *p) {
    enum { NOP_SIZE = 2, RETURN_ADDRESS = 4 };
    const uint32_t from = any(p);
    const uint32_t bit = FIRST_FREE + (from - FIRST_FREE + 1) % FREE;
    const uint32_t address = FIRST_FREE + (from - FIRST_FREE + 2) % FREE;
    put(p, INSN_ldi_l, bit, 0, NOP_SIZE);
    put(p, INSN_and, bit, from, 0);
    put(p, INSN_ldo_l, address, FP, RETURN_ADDRESS);
    put(p, INSN_add, address, bit, 0);
    put(p, INSN_sto_l, FP, address, RETURN_ADDRESS);
}

/* Entries of the functions written so far; only earlier ones are called, so that calls end. */
static uint32_t entry_of(const struct random_program *p, uint32_t function) {
    uint32_t entry;
    memcpy(&entry, p->text + 6 + 4 * function, sizeof entry); /* the table behind the first jump */
    return entry;
}

static void put_statement(struct random_program *p, uint32_t function, uint32_t depth) {
    if (p->known != 0 && random_below(p, 5) == 0) {
        put_known_call(p);
    }
    switch (random_below(p, 14)) {
    case 0:
    case 1:
        if (depth < DEPTH_MAX) {
            put_if(p, function, depth);
        }
        break;
    case 2:
        if (depth < DEPTH_MAX) {
            put_loop(p, function, depth);
        }
        break;
    case 3:
        if (function > 0 && depth < 2) {
            const uint32_t entries[1] = {entry_of(p, random_below(p, function))};
            put_call(p, 1, entries);
        }
        break;
    case 4: put_switch(p); break;
    case 13:
        if (depth < DEPTH_MAX) {
            put_interpreter(p, depth);
        }
        break;
    case 12:
        if (depth < DEPTH_MAX) {
            put_walk(p, depth);
        }
        break;
    case 5:
        if (random_below(p, 20) == 0) {
            put(p, danger(p, 4) ? INSN_brk : INSN_swi, 0, 0, 99);
        }
        break;
    case 6:
    case 7:
    case 8: put_access(p); break;
    default: put_arithmetic(p);
    }
}

static void put_statements(struct random_program *p, uint32_t function, uint32_t depth) {
    for (uint32_t i = 1 + random_below(p, depth == 0 ? 14 : 5); i-- > 0;) {
        put_statement(p, function, depth);
    }
}

void random_program(struct random_program *p, uint64_t seed) {
    memset(p, 0, sizeof *p);
    p->state = (seed + 1) * 0x9e3779b97f4a7c15u;
    p->wild = seed % 3 == 0;
    for (int i = 0; i < 4; i++) {
        random_below(p, 2);
    }
    put(p, INSN_jmpa, 0, 0, 0);
    p->size += 4 * FUNCTIONS;
    put_known_text(p);
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        const uint32_t entry = here(p);
        memcpy(p->text + 6 + 4 * i, &entry, sizeof entry);
        for (uint32_t j = 0; j < 3; j++) { /* what callers keep in counters survives */
            put(p, INSN_push, SP, COUNTER + j, 0);
        }
        put_statements(p, i, 0);
        if (random_below(p, 4) == 0) {
            put_skip(p);
        }
        for (uint32_t j = 3; j-- > 0;) {
            put(p, INSN_pop, SP, COUNTER + j, 0);
        }
        put(p, INSN_ret, 0, 0, 0);
    }
    const uint32_t start = here(p);
    memcpy(p->text + 2, &start, sizeof start);
    put(p, INSN_ldi_l, SP, 0, PROGRAM_STACK + PROGRAM_STACK_SIZE - 64);
    put(p, INSN_ldi_l, COUNTER + 3, 0, 400);
    put(p, INSN_ldi_l, COUNTER - 1, 0, 0);
    const uint32_t loop = here(p);
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        put(p, INSN_jsra, 0, 0, entry_of(p, i));
        put(p, INSN_nop, 0, 0, 0);
    }
    put_form2(p, INSN_dec, COUNTER + 3, 1);
    put(p, INSN_ldi_l, COUNTER - 1, 0, 0);
    put(p, INSN_cmp, COUNTER + 3, COUNTER - 1, 0);
    put_branch(p, INSN_bne, loop);
    put(p, INSN_swi, 0, 0, 1);
}
