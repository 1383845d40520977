/* The interpreter against the oracle: random programs in random layouts, with random slices, compared on
 * every bit of the state after every slice. Seeds are fixed, so a failure repeats; the number of programs
 * can be given as argument. */
#include "../oracle/oracle.h"
#include "base/alloc.h"
#include "check.h"
#include "cpu/cpu.h"
#include "isa/insn.h"
#include "mem/space.h"

#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint32_t random32(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 16);
}

static uint32_t below(uint32_t limit) {
    return random32() % limit;
}

/* A machine that exists twice, with the same bytes in separate memory. */
struct pair {
    struct space space;
    struct cpu cpu;
    struct oracle oracle;
};

static void add_region(struct pair *pair, uint32_t base, uint32_t size, uint32_t rights,
                       const uint8_t *bytes) {
    struct oracle_region *twin = &pair->oracle.regions[pair->oracle.region_count++];
    *twin = (struct oracle_region){.base = base, .size = size};
    twin->readable = rights & RIGHT_READ;
    twin->writable = rights & RIGHT_WRITE;
    twin->bytes = malloc(size);
    memcpy(twin->bytes, bytes, size);
    uint8_t *own = alloc_get(&pair->space.allocator, size);
    memcpy(own, bytes, size);
    CHECK_EQ(space_map(&pair->space, base, size, rights, own, "random"), MOX_OK);
}

/* A number that is often near something: a region's edge, a sign, a small count. */
static uint32_t interesting(const struct pair *pair) {
    static const uint32_t fixed[] = {0,    1,    0xffffffffu, 0x80000000u, 0x7fffffff, 31,
                                     32,   33,   0x7f,        0x80,        0x7fff,     0x8000,
                                     0xff, 0x100};
    const uint32_t choice = below(8);
    if (choice == 0) {
        return random32();
    }
    if (choice == 1) {
        return fixed[below(sizeof fixed / sizeof *fixed)];
    }
    const struct oracle_region *region = &pair->oracle.regions[below(pair->oracle.region_count)];
    const uint32_t inside = region->base + below(region->size);
    const uint32_t edge = below(2) ? region->base : region->base + region->size;
    return choice < 4 ? edge - 8 + below(16) : inside & (below(2) ? ~0u : ~1u);
}

/* Text: mostly real instructions, some raw halfwords. Immediates and branches stay near. */
static void random_text(uint8_t *text, uint32_t size, const struct pair *pair) {
    for (uint32_t at = 0; at + 2 <= size;) {
        uint32_t halfword = random32() & 0xffff;
        if (below(16) != 0) {
            const struct insn_info *info = &insn_table[1 + below(INSN_COUNT - 1)];
            halfword = info->form == 1   ? (uint32_t)info->opcode << 8 | (halfword & 0xff)
                       : info->form == 2 ? 0x8000u | (uint32_t)info->opcode << 12 | (halfword & 0xfff)
                                         : 0xc000u | (uint32_t)info->opcode << 10 |
                                               ((below(24) - 12) & 0x3ff);
        }
        text[at] = (uint8_t)halfword;
        text[at + 1] = (uint8_t)(halfword >> 8);
        const uint32_t length = insn_table[insn_identify(halfword)].length;
        const uint32_t immediate = length == 4 ? below(32) - 16 : interesting(pair);
        for (uint32_t i = 2; i < length && at + i < size; i++) {
            text[at + i] = (uint8_t)(immediate >> 8 * (i - 2));
        }
        at += length;
    }
}

static void make(struct pair *pair) {
    static uint8_t bytes[1 << 13];
    memset(pair, 0, sizeof *pair);
    const struct mox_allocator allocator = alloc_default(NULL);
    space_init(&pair->space, &allocator, 1 << 24);
    CHECK_EQ(cpu_init(&pair->cpu, &allocator), MOX_OK);
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)random32();
    }
    add_region(pair, 0x8000, 1 + below(64), RIGHT_READ | RIGHT_WRITE, bytes);
    add_region(pair, 0x8000 + pair->oracle.regions[0].size, 1 + below(64), RIGHT_READ | below(2) * 2,
               bytes + 1000);
    add_region(pair, 0x9000 + below(3), 8 + below(6000), RIGHT_READ | RIGHT_WRITE, bytes + 2000);
    add_region(pair, 0xb000 + below(64), 1 + below(40), below(4), bytes + 3000);
    /* Text, sometimes writable, sometimes over the edge between two chunks, sometimes at the very top. */
    static const uint32_t places[] = {0x10000, 0x1ff80, 0xc000, 0xffffef00u};
    const uint32_t place = places[below(4)] + 2 * below(8);
    const uint32_t size = 2 + below(place >= 0xffffef00u ? 0xe0 : 400);
    random_text(bytes, size, pair);
    add_region(pair, place, size, below(4) == 0 ? 3 : below(2), bytes);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        pair->cpu.r[i] = pair->oracle.r[i] = interesting(pair);
    }
    const uint32_t pc = below(8) ? place + 2 * below(1 + size / 4) : interesting(pair);
    pair->cpu.pc = pair->oracle.pc = pc;
}

static void unmake(struct pair *pair) {
    for (uint32_t i = 0; i < pair->oracle.region_count; i++) {
        free(pair->oracle.regions[i].bytes);
    }
    cpu_free(&pair->cpu);
    space_free(&pair->space);
}

static bool same(const struct pair *pair) {
    const struct cpu *cpu = &pair->cpu;
    const struct oracle *oracle = &pair->oracle;
    bool equal = CHECK_EQ(cpu->count, oracle->count);
    equal &= CHECK_EQ(cpu->pc, oracle->pc);
    equal &= CHECK_EQ(cpu_condition(cpu), oracle->cc);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        equal &= CHECK_EQ(cpu->r[i], oracle->r[i]);
    }
    equal &= CHECK(memcmp(cpu->sr, oracle->sr, sizeof cpu->sr) == 0);
    for (uint32_t i = 0; i < oracle->region_count; i++) {
        const struct oracle_region *twin = &oracle->regions[i];
        const struct region *region = space_find(&pair->space, twin->base);
        equal &= CHECK(region != NULL && memcmp(region->bytes, twin->bytes, twin->size) == 0);
    }
    return equal;
}

static bool same_stop(const struct pair *pair, enum cpu_stop stop, enum oracle_stop expected) {
    static const enum cpu_stop stops[] = {CPU_BUDGET, CPU_SWI, CPU_FAULT, CPU_BREAK};
    bool equal = CHECK_EQ(stop, stops[expected]);
    if (equal && stop == CPU_FAULT) {
        equal &= CHECK_EQ(pair->cpu.fault.kind, pair->oracle.fault_kind);
        equal &= CHECK_EQ(pair->cpu.fault.address, pair->oracle.fault_address);
        equal &= CHECK_EQ(pair->cpu.fault.size, pair->oracle.fault_size);
    }
    return equal;
}

/* Runs both in slices until they stop for good, or for long enough. Returns retired instructions. */
static uint64_t run_program(uint64_t number) {
    struct pair pair;
    seed = number * 0x9e3779b97f4a7c15u + 1;
    make(&pair);
    const uint32_t longest = below(3) == 0 ? 3 : below(2) ? 40 : 2000;
    bool going = true;
    for (int slices = 0; going && slices < 60 && pair.cpu.count < 6000; slices++) {
        const uint64_t fuel = below(longest + 1);
        const uint64_t until = pair.oracle.count + fuel;
        enum oracle_stop expected = ORACLE_RUNS;
        while (pair.oracle.count < until && expected == ORACLE_RUNS) {
            expected = oracle_step(&pair.oracle);
        }
        const enum cpu_stop stop = cpu_run(&pair.cpu, &pair.space, fuel);
        if (!same_stop(&pair, stop, expected) || !same(&pair)) {
            printf("program %llu differs\n", (unsigned long long)number);
            break;
        }
        going = stop == CPU_BUDGET || stop == CPU_SWI;
    }
    const uint64_t count = pair.cpu.count;
    unmake(&pair);
    return count;
}

int main(int argc, char **argv) {
    const uint64_t programs = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
    const uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t instructions = 0;
    for (uint64_t i = 0; i < programs && check_failed == 0; i++) {
        instructions += run_program(first + i);
    }
    printf("%llu random programs, %llu instructions\n", (unsigned long long)programs,
           (unsigned long long)instructions);
    return check_report("interpreter against oracle");
}
