/* What is known of register values without running: each is some earlier value plus a constant.
 * Serves to see that several accesses go through the same base. */
#ifndef MOXBOX_XLATE_SYMBOLS_H
#define MOXBOX_XLATE_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "isa/insn.h"

enum { SYMBOL_REGISTERS = 16, SYMBOL_CONSTANT = 16 };

/* The value `root` plus delta, modulo 2^32. Roots below SYMBOL_REGISTERS are what that register
 * held at the start; SYMBOL_CONSTANT is 0; higher ones are values that became known by no rule. */
struct symbol {
    uint32_t root;
    uint32_t delta;
};

static inline bool symbol_is(struct symbol x, struct symbol y) {
    return x.root == y.root && x.delta == y.delta;
}

struct symbols {
    struct symbol r[SYMBOL_REGISTERS];
    uint32_t next_root;
};

/* Sets of registers: bit i is register i; the operands of the last cmp count as one more. */
enum { SYMBOL_CONDITION = 16 };

/* What an instruction does: its memory access (size 0 for none; a frame of two words has size 8),
 * and the registers that it reads and then writes. */
struct effect {
    struct symbol address;
    uint32_t size;
    bool write;
    bool reads_back; /* what it writes, so that it needs that right, too */
    uint32_t reads;
    uint32_t writes;
    uint32_t stored; /* of these, what it writes to memory itself */
};

/* Every register holds its own root. */
void symbols_start(struct symbols *symbols);
/* The same, and values made later are others than those made before. */
void symbols_own(struct symbols *symbols);

/* Nothing is known of these registers any more. */
void symbols_lose(struct symbols *symbols, uint32_t registers);

/* Follows one instruction. */
struct effect symbols_step(struct symbols *symbols, const struct insn *insn);

#endif
