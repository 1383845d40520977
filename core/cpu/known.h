/* Functions of guests that are known by their text: what they do follows from their operands, so
 * that neither the interpreter nor translated code has to run them (known.def). */
#ifndef MOXBOX_CPU_KNOWN_H
#define MOXBOX_CPU_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"

enum known_id {
#define KNOWN(ident, function, saved, cost, ...) KNOWN_##ident,
#include "cpu/known.def"
    KNOWN_COUNT
};

/* Their operands lie in so many registers from REG_R0 on, the result in two. */
enum { KNOWN_OPERANDS = 4, KNOWN_RESULTS = 2 };
/* The first register that is pushed, if any is; $r12; and a bit for each that is 0 in the end: $r2
 * to $r5 and that. */
enum { KNOWN_SAVED = REG_R0 + 6, KNOWN_SCRATCH = REG_R0 + 12 };
enum { KNOWN_CLEARED = 0xf << (REG_R0 + 2) | 1 << KNOWN_SCRATCH };
/* $fp, $sp and $r6 to $r11, which functions leave as they were, as compilers see to it. */
enum { KNOWN_KEPT = 1 << REG_FP | 1 << REG_SP | 0x3f << KNOWN_SAVED };

struct known {
    const uint8_t *text;
    uint32_t size;  /* bytes of it */
    uint32_t ret;   /* offset of its ret */
    uint32_t saved; /* registers from KNOWN_SAVED on that it pushes */
    uint32_t cost;  /* instructions, without the ret */
};
extern const struct known known_table[KNOWN_COUNT];

/* The function that begins at `text`, of which `size` bytes are there; KNOWN_COUNT for any other.
 */
enum known_id known_at(const uint8_t *text, size_t size);

/* The machine stands at the first instruction of a known function. Does what that does up to its
 * ret and returns how many instructions these are, at most `fuel`; cpu->pc and cpu->count are the
 * caller's. 0 when they have to run, with nothing changed. */
uint32_t known_run(enum known_id id, struct cpu *cpu, struct space *space, uint32_t fuel);

#endif
