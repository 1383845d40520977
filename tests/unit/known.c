/* Functions that the interpreter knows (core/cpu/known.def) against the oracle, which runs them:
 * every bit of the state, with fuel for all of it and for a part. Also that operands of the usual
 * kind are known, so that a change of the texts cannot make them slow unseen.
 *
 *     test_known [CASES [SEED]] */
#include "../oracle/twin.h"
#include "check.h"
#include "cpu/known.h"
#include "torture/shims/float_cases.h"

#include <stdlib.h>

enum {
    TEXT = 0x10000,
    STACK = 0x8000,
    STACK_SIZE = 64,
    FEW = 64, /* one in so many cases runs with every amount of fuel */
    UNKNOWN_FUEL = 300,
};

static void make(struct twin *twin, enum known_id id, uint64_t x, uint64_t y, uint32_t stack) {
    const struct known *known = &known_table[id];
    uint8_t bytes[STACK_SIZE] = {0};
    twin_make(twin);
    twin_map(twin, TEXT, known->size, RIGHT_READ, known->text);
    twin_map(twin, STACK, stack, RIGHT_READ | RIGHT_WRITE, bytes);
    space_store(&twin->space, STACK, 4, 0); /* pushes need a window */
    const uint64_t operands[] = {x, y};
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        twin->cpu.r[i] = 0x1010101 * i;
    }
    for (uint32_t i = 0; i < KNOWN_OPERANDS; i++) {
        twin->cpu.r[REG_R0 + i] = (uint32_t)(operands[i / 2] >> i % 2 * 32);
    }
    twin->cpu.r[REG_FP] = STACK;
    twin->cpu.r[REG_SP] = STACK + stack;
    twin->cpu.pc = twin->oracle.pc = TEXT;
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        twin->oracle.r[i] = twin->cpu.r[i];
    }
}

static bool run_with(enum known_id id, uint64_t x, uint64_t y, uint32_t stack, uint32_t fuel) {
    struct twin twin;
    enum cpu_stop stop;
    make(&twin, id, x, y, stack);
    const bool same = CHECK(twin_run(&twin, fuel, &stop));
    twin_free(&twin);
    if (!same) {
        printf("known function %d of %016llx and %016llx, %u instructions\n", (int)id,
               (unsigned long long)x, (unsigned long long)y, fuel);
    }
    return same;
}

/* How many instructions need not run; 0 when they have to. */
static uint32_t count_of(enum known_id id, uint64_t x, uint64_t y) {
    struct twin twin;
    make(&twin, id, x, y, STACK_SIZE);
    const uint32_t count = known_run(id, &twin.cpu, &twin.space, UINT32_MAX);
    twin_free(&twin);
    return count;
}

/* With every amount of fuel, and on stacks with too little room for what is pushed. */
static void run_all(enum known_id id, uint64_t x, uint64_t y, uint32_t count) {
    for (uint32_t fuel = 0; fuel <= count + 3; fuel++) {
        run_with(id, x, y, STACK_SIZE, fuel);
    }
    for (uint32_t stack = 4; stack <= 16; stack += 4) {
        run_with(id, x, y, stack, count + 3);
    }
}

/* Neither very large nor very small, and no power of two. */
static bool is_usual(uint64_t x) {
    const uint32_t exponent = (uint32_t)(x >> 52) & 0x7ff;
    return exponent > 1023 - 14 && exponent < 1023 + 14 && x << 12 != 0;
}

struct tally {
    uint32_t known;
    uint32_t usual;
    uint32_t usual_known;
};

static void try_case(struct tally *tally, enum known_id id, uint64_t x, uint64_t y, bool all) {
    const uint32_t count = count_of(id, x, y);
    const bool usual = is_usual(x) && is_usual(y);
    run_with(id, x, y, STACK_SIZE, count > 0 ? count + 1 : UNKNOWN_FUEL);
    tally->known += count > 0;
    tally->usual += usual;
    tally->usual_known += usual && count > 0;
    if (all && count > 0) {
        run_all(id, x, y, count);
    }
}

/* Results that rounding makes a power of two, or nearly: products just below 2, sums just below 2
 * and differences just above 1. */
static void try_powers(struct tally *tally) {
    enum { STEPS = 500 };
    const uint64_t one = UINT64_C(1023) << 52;
    const uint64_t two = one + (UINT64_C(1) << 52);
    const uint64_t half_unit = UINT64_C(970) << 52; /* 2^-53 */
    const uint64_t minus = UINT64_C(1) << 63;
    for (uint64_t i = 0; i < STEPS; i++) {
        const uint64_t tiny = half_unit + (i << 44) - (UINT64_C(1) << 51);
        const uint64_t pairs[][2] = {{one + i, two - 2 * i},  {one + i, two - i},  {two - 1, tiny},
                                     {one + 1, tiny | minus}, {one, tiny | minus}, {two - i, two}};
        for (uint32_t j = 0; j < sizeof pairs / sizeof *pairs; j++) {
            for (uint32_t id = 0; id < KNOWN_COUNT; id++) {
                try_case(tally, (enum known_id)id, pairs[j][0], pairs[j][1], false);
            }
        }
    }
}

int main(int argc, char **argv) {
    const long cases = argc > 1 ? atol(argv[1]) : 20000;
    struct float_cases from = {0, FLOAT_SEED};
    struct tally tallies[KNOWN_COUNT] = {{0}};
    from.random += argc > 2 ? (uint64_t)atol(argv[2]) << 20 : 0;
    for (long i = 0; i < cases && check_failed == 0; i++) {
        const struct float_case c = float_next(&from);
        for (uint32_t id = 0; id < KNOWN_COUNT; id++) {
            try_case(&tallies[id], (enum known_id)id, c.a, c.b, i % FEW == 0);
        }
    }
    struct tally powers = {0};
    try_powers(&powers);
    printf("%u results near powers of two known\n", powers.known);
    CHECK(powers.known > 0);
    for (uint32_t id = 0; id < KNOWN_COUNT; id++) {
        const struct tally *tally = &tallies[id];
        printf("function %u: %u of %ld cases known, %u of %u usual ones\n", id, tally->known, cases,
               tally->usual_known, tally->usual);
        CHECK(tally->usual > 0 && tally->usual_known >= tally->usual / 4 * 3);
    }
    return check_report("known functions against oracle");
}
