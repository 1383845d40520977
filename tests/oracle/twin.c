#include "twin.h"

#include "base/alloc.h"
#include "isa/insn.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints and says when a number of the two machines differs. */
static bool agree(const char *what, uint64_t core, uint64_t oracle) {
    if (core != oracle) {
        printf("%s: core 0x%" PRIx64 ", oracle 0x%" PRIx64 "\n", what, core, oracle);
    }
    return core == oracle;
}

void twin_make(struct twin *twin) {
    const struct mox_allocator allocator = alloc_default(NULL);
    memset(twin, 0, sizeof *twin);
    space_init(&twin->space, &allocator, 1 << 24);
    if (cpu_init(&twin->cpu, &allocator) != MOX_OK) {
        abort();
    }
}

void twin_free(struct twin *twin) {
    for (uint32_t i = 0; i < twin->oracle.region_count; i++) {
        free(twin->oracle.regions[i].bytes);
    }
    cpu_free(&twin->cpu);
    space_free(&twin->space);
}

void twin_map(struct twin *twin, uint32_t base, uint32_t size, uint32_t rights,
              const uint8_t *bytes) {
    struct oracle_region *region = &twin->oracle.regions[twin->oracle.region_count++];
    *region = (struct oracle_region){.base = base, .size = size};
    region->readable = rights & RIGHT_READ;
    region->writable = rights & RIGHT_WRITE;
    region->bytes = malloc(size);
    memcpy(region->bytes, bytes, size);
    uint8_t *own = alloc_get(&twin->space.allocator, size);
    memcpy(own, bytes, size);
    if (space_map(&twin->space, base, size, rights, own, "twin") != MOX_OK) {
        abort(); /* the test asked for what cannot be */
    }
}

static bool same_state(const struct twin *twin) {
    const struct cpu *cpu = &twin->cpu;
    const struct oracle *oracle = &twin->oracle;
    bool same = agree("count", cpu->count, oracle->count);
    same &= agree("pc", cpu->pc, oracle->pc);
    same &= agree("cc", cpu_condition(cpu), oracle->cc);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        same &= agree(register_names[i], cpu->r[i], oracle->r[i]);
    }
    for (uint32_t i = 0; i < SREG_COUNT; i++) {
        same &= agree("special register", cpu->sr[i], oracle->sr[i]);
    }
    for (uint32_t i = 0; i < oracle->region_count; i++) {
        const struct oracle_region *region = &oracle->regions[i];
        const uint8_t *own = space_find(&twin->space, region->base)->bytes;
        for (uint32_t j = 0; memcmp(own, region->bytes, region->size) != 0 && j < region->size;
             j++) {
            same &= agree("memory", own[j], region->bytes[j]);
        }
    }
    return same;
}

bool twin_run(struct twin *twin, uint64_t fuel, enum cpu_stop *stop) {
    static const enum cpu_stop stops[] = {CPU_BUDGET, CPU_SWI, CPU_FAULT, CPU_BREAK};
    const uint64_t until = twin->oracle.count + fuel;
    enum oracle_stop expected = ORACLE_RUNS;
    while (twin->oracle.count < until && expected == ORACLE_RUNS) {
        expected = oracle_step(&twin->oracle);
    }
    *stop = cpu_run(&twin->cpu, &twin->space, fuel);
    bool same = agree("stop", *stop, stops[expected]);
    if (*stop == CPU_FAULT) {
        same &= agree("fault kind", twin->cpu.fault.kind, twin->oracle.fault_kind);
        same &= agree("fault address", twin->cpu.fault.address, twin->oracle.fault_address);
        same &= agree("fault size", twin->cpu.fault.size, twin->oracle.fault_size);
    }
    return same_state(twin) && same;
}
