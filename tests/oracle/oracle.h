/* A second Moxie interpreter, as plain as possible, to judge the real one. It shares no table and
 * no code with core/: every opcode is written out from the architecture's text, memory is a list of
 * byte arrays that is searched for every byte, and the condition code is kept as bits. Slow and
 * obvious on purpose. */
#ifndef MOXBOX_TESTS_ORACLE_H
#define MOXBOX_TESTS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

enum { ORACLE_REGIONS = 8 };

struct oracle_region {
    uint32_t base;
    uint32_t size;
    bool readable;
    bool writable;
    uint8_t *bytes; /* the caller's */
};

enum oracle_stop { ORACLE_RUNS, ORACLE_SWI, ORACLE_FAULT, ORACLE_BREAK };

/* Fault kinds carry the names of isa.md; their numbers are those of mox_fault_kind. */
struct oracle {
    uint32_t r[16];
    uint32_t pc;
    uint32_t cc;
    uint32_t sr[256];
    uint64_t count;
    uint32_t fault_kind;
    uint32_t fault_address;
    uint32_t fault_size;
    struct oracle_region regions[ORACLE_REGIONS];
    uint32_t region_count;
};

/* One instruction, or the reason why not. */
enum oracle_stop oracle_step(struct oracle *o);

#endif
