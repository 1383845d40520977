/* Random guest programs that run for a while: functions with loops, branches, calls, computed
 * jumps, and accesses through many bases, now and then one that faults. Meant for engines that
 * translate; the raw noise of tests/unit/interp_differential.c rarely gets far enough to be hot. */
#ifndef MOXBOX_TESTS_RANDOM_PROGRAM_H
#define MOXBOX_TESTS_RANDOM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PROGRAM_TEXT = 0x10000,
    PROGRAM_TEXT_SIZE = 0x4000,
    PROGRAM_DATA = 0x20000, /* two writable regions without a gap, and a read-only one behind */
    PROGRAM_DATA_SIZE = 0x1800,
    PROGRAM_MORE = PROGRAM_DATA + PROGRAM_DATA_SIZE,
    PROGRAM_MORE_SIZE = 0x40,
    PROGRAM_CONST = PROGRAM_MORE + PROGRAM_MORE_SIZE,
    PROGRAM_CONST_SIZE = 0x300,
    PROGRAM_STACK = 0x30000,
    PROGRAM_STACK_SIZE = 0x2000,
};

struct random_program {
    uint64_t state; /* of the random numbers */
    bool wild;      /* does what is likely to fault */
    uint32_t size;  /* bytes of text written */
    uint32_t known; /* address of a known function (cpu/known.h) in it, or 0 */
    uint8_t text[PROGRAM_TEXT_SIZE];
};

/* Writes the program of a seed; it starts at PROGRAM_TEXT. */
void random_program(struct random_program *program, uint64_t seed);

/* The next random number below limit. */
uint32_t random_below(struct random_program *program, uint32_t limit);

#endif
