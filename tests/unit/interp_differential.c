/* The interpreter against the oracle: random programs in random layouts, with random slices,
 * compared on every bit of the state after every slice. Seeds are fixed, so a failure repeats; the
 * number of programs can be given as argument. */
#include "../oracle/twin.h"
#include "check.h"
#include "isa/insn.h"

#include <stdlib.h>

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

/* A number that is often near something: a region's edge, a sign, a small count. */
static uint32_t interesting(const struct twin *twin) {
    static const uint32_t fixed[] = {0,  1,    0xffffffffu, 0x80000000u, 0x7fffffff, 31,   32,
                                     33, 0x7f, 0x80,        0x7fff,      0x8000,     0xff, 0x100};
    const uint32_t choice = below(8);
    if (choice == 0) {
        return random32();
    }
    if (choice == 1) {
        return fixed[below(sizeof fixed / sizeof *fixed)];
    }
    const struct oracle_region *region = &twin->oracle.regions[below(twin->oracle.region_count)];
    const uint32_t inside = region->base + below(region->size);
    const uint32_t edge = below(2) ? region->base : region->base + region->size;
    return choice < 4 ? edge - 8 + below(16) : inside & (below(2) ? ~0u : ~1u);
}

/* Text: mostly real instructions, some raw halfwords. Immediates and branches stay near. */
static void random_text(uint8_t *text, uint32_t size, const struct twin *twin) {
    for (uint32_t at = 0; at + 2 <= size;) {
        uint32_t halfword = random32() & 0xffff;
        if (below(16) != 0) {
            const struct insn_info *info = &insn_table[1 + below(INSN_COUNT - 1)];
            halfword = info->form == 1 ? (uint32_t)info->opcode << 8 | (halfword & 0xff)
                       : info->form == 2
                           ? 0x8000u | (uint32_t)info->opcode << 12 | (halfword & 0xfff)
                           : 0xc000u | (uint32_t)info->opcode << 10 | ((below(24) - 12) & 0x3ff);
        }
        text[at] = (uint8_t)halfword;
        text[at + 1] = (uint8_t)(halfword >> 8);
        const uint32_t length = insn_table[insn_identify(halfword)].length;
        const uint32_t immediate = length == 4 ? below(32) - 16 : interesting(twin);
        for (uint32_t i = 2; i < length && at + i < size; i++) {
            text[at + i] = (uint8_t)(immediate >> 8 * (i - 2));
        }
        at += length;
    }
}

static void prepare(struct twin *twin) {
    static uint8_t bytes[1 << 13];
    twin_make(twin);
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)random32();
    }
    twin_map(twin, 0x8000, 1 + below(64), RIGHT_READ | RIGHT_WRITE, bytes);
    twin_map(twin, 0x8000 + twin->oracle.regions[0].size, 1 + below(64), RIGHT_READ | below(2) * 2,
             bytes + 1000);
    twin_map(twin, 0x9000 + below(3), 8 + below(6000), RIGHT_READ | RIGHT_WRITE, bytes + 2000);
    twin_map(twin, 0xb000 + below(64), 1 + below(40), below(4), bytes + 3000);
    /* Text, sometimes writable, sometimes over the edge between two chunks, sometimes at the very
     * top. */
    static const uint32_t places[] = {0x10000, 0x1ff80, 0xc000, 0xffffef00u};
    const uint32_t place = places[below(4)] + 2 * below(8);
    const uint32_t size = 2 + below(place >= 0xffffef00u ? 0xe0 : 400);
    random_text(bytes, size, twin);
    twin_map(twin, place, size, below(4) == 0 ? 3 : below(2), bytes);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        twin->cpu.r[i] = twin->oracle.r[i] = interesting(twin);
    }
    const uint32_t pc = below(8) ? place + 2 * below(1 + size / 4) : interesting(twin);
    twin->cpu.pc = twin->oracle.pc = pc;
}

/* Runs both in slices until they stop for good, or for long enough. Returns
 * retired instructions. */
static uint64_t run_program(uint64_t number) {
    struct twin twin;
    seed = number * 0x9e3779b97f4a7c15u + 1;
    prepare(&twin);
    const uint32_t longest = below(3) == 0 ? 3 : below(2) ? 40 : 2000;
    bool going = true;
    for (int slices = 0; going && slices < 60 && twin.cpu.count < 6000; slices++) {
        const uint64_t fuel = below(longest + 1);
        enum cpu_stop stop;
        if (!CHECK(twin_run(&twin, fuel, &stop))) {
            printf("program %llu differs\n", (unsigned long long)number);
            break;
        }
        going = stop == CPU_BUDGET || stop == CPU_SWI;
    }
    const uint64_t count = twin.cpu.count;
    twin_free(&twin);
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
