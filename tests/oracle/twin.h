/* A machine that exists twice: once in core/, once in the oracle, with the same bytes in separate
 * memory. Tests prepare it, run both, and compare every bit. */
#ifndef MOXBOX_TESTS_TWIN_H
#define MOXBOX_TESTS_TWIN_H

#include "cpu/cpu.h"
#include "mem/space.h"
#include "oracle.h"

struct twin {
    struct space space;
    struct cpu cpu;
    struct oracle oracle;
};

void twin_make(struct twin *twin);
void twin_free(struct twin *twin);

/* Maps `size` bytes with these contents in both. */
void twin_map(struct twin *twin, uint32_t base, uint32_t size, uint32_t rights,
              const uint8_t *bytes);

/* Runs both for at most `fuel` instructions and compares stop, fault and the whole state. False
 * when anything differs, which is printed. *stop is why the real one stopped. */
bool twin_run(struct twin *twin, uint64_t fuel, enum cpu_stop *stop);

#endif
