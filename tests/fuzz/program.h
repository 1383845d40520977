/* A hostile machine read from fuzz input: registers, special registers, condition, memory layout
 * and raw code. The same input always gives the same machine, for the core alone or for core and
 * oracle. */
#ifndef MOXBOX_TESTS_FUZZ_PROGRAM_H
#define MOXBOX_TESTS_FUZZ_PROGRAM_H

#include "bytes_in.h"
#include "oracle/twin.h"

enum { PROGRAM_REGIONS = 6, PROGRAM_BYTES = 4096 };

struct program_region {
    uint32_t base;
    uint32_t size;
    uint32_t rights;
    const uint8_t *bytes;
};

struct program {
    uint32_t r[REG_COUNT];
    uint32_t pc;
    uint32_t compared_a;
    uint32_t compared_b;
    uint32_t compared;
    uint32_t sr[SREG_COUNT];
    struct program_region regions[PROGRAM_REGIONS];
    uint32_t region_count;
    uint32_t slices; /* seed of how the run is cut */
    uint8_t data[PROGRAM_BYTES];
    uint8_t text[PROGRAM_BYTES];
};

/* code_max: code bytes that are taken at most. */
void program_read(struct program *program, const uint8_t *data, size_t size, uint32_t code_max);

/* Makes both machines of a twin so. */
void program_twin(const struct program *program, struct twin *twin);

/* The core's machine alone. */
struct lone {
    struct space space;
    struct cpu cpu;
    uint32_t effort; /* after which it pauses, and goes on; 0: never */
};

/* predecoded: false gives a machine whose text cache never gets memory, so that every instruction
 * is decoded by itself. */
void program_lone(const struct program *program, struct lone *lone, bool predecoded);
void lone_free(struct lone *lone);

/* Runs at most `fuel` instructions; a swi does nothing and does not end it. */
enum cpu_stop lone_run(struct lone *lone, uint64_t fuel);

/* Whether two machines are in the same state to the last bit. */
bool lone_same(const struct lone *a, const struct lone *b);

/* The next number below `limit` from a seed that is not 0. */
uint32_t next_below(uint32_t *seed, uint32_t limit);

#endif
