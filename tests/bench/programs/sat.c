/* Solves random 3-SAT problems of 60 variables by search with two watched literals per clause and
 * unit propagation; `size` of them. */
#include "bench.h"

#include <stdbool.h>
#include <string.h>

enum { VARIABLES = 60, CLAUSES = 255, LITERALS = 2 * VARIABLES, WIDTH = 3 };

/* Literal 2v is variable v, 2v + 1 its opposite. */
static struct clause { uint8_t literal[WIDTH]; /* the first two are watched */ } clauses[CLAUSES];
static uint16_t watched[LITERALS][CLAUSES]; /* clauses that watch a literal */
static uint32_t watching[LITERALS];
static int8_t value[LITERALS]; /* 1 true, -1 false, 0 open */
static uint8_t trail[VARIABLES];
static uint32_t assigned;
static uint32_t decisions;

static void watch(uint32_t literal, uint32_t clause) {
    watched[literal][watching[literal]++] = (uint16_t)clause;
}

static void assign(uint32_t literal) {
    value[literal] = 1;
    value[literal ^ 1] = -1;
    trail[assigned++] = (uint8_t)literal;
}

static void undo(uint32_t to) {
    while (assigned > to) {
        const uint32_t literal = trail[--assigned];
        value[literal] = value[literal ^ 1] = 0;
    }
}

/* Looks at a clause of which the watched literal `gone` became false. False: it cannot be true. */
static bool visit(uint32_t number, uint32_t gone, bool *moved) {
    struct clause *clause = &clauses[number];
    if (clause->literal[0] == gone) {
        clause->literal[0] = clause->literal[1];
        clause->literal[1] = (uint8_t)gone;
    }
    *moved = false;
    if (value[clause->literal[0]] == 1)
        return true;
    for (uint32_t i = 2; i < WIDTH; i++) {
        const uint8_t other = clause->literal[i];
        if (value[other] != -1) {
            clause->literal[i] = (uint8_t)gone;
            clause->literal[1] = other;
            watch(other, number);
            *moved = true;
            return true;
        }
    }
    if (value[clause->literal[0]] == -1)
        return false;
    assign(clause->literal[0]);
    return true;
}

static bool propagate(uint32_t from) {
    for (; from < assigned; from++) {
        const uint32_t gone = trail[from] ^ 1u;
        uint32_t kept = 0;
        bool good = true;
        for (uint32_t i = 0; i < watching[gone]; i++) {
            bool moved = false;
            const uint16_t number = watched[gone][i];
            if (good)
                good = visit(number, gone, &moved);
            if (!moved)
                watched[gone][kept++] = number;
        }
        watching[gone] = kept;
        if (!good)
            return false;
    }
    return true;
}

static bool solve(void) {
    uint32_t open = 0;
    while (open < VARIABLES && value[2 * open] != 0)
        open++;
    if (open == VARIABLES)
        return true;
    decisions++;
    for (uint32_t side = 0; side < 2; side++) {
        const uint32_t before = assigned;
        assign(2 * open + side);
        if (propagate(before) && solve())
            return true;
        undo(before);
    }
    return false;
}

static void make(uint32_t *random) {
    memset(watching, 0, sizeof watching);
    memset(value, 0, sizeof value);
    assigned = decisions = 0;
    for (uint32_t i = 0; i < CLAUSES; i++) {
        uint32_t variable[WIDTH];
        for (uint32_t j = 0; j < WIDTH; j++) {
            do {
                variable[j] = (bench_random(random) >> 8) % VARIABLES;
            } while ((j > 0 && variable[j] == variable[0]) ||
                     (j > 1 && variable[j] == variable[1]));
            clauses[i].literal[j] = (uint8_t)(2 * variable[j] + (bench_random(random) >> 20 & 1));
        }
        watch(clauses[i].literal[0], i);
        watch(clauses[i].literal[1], i);
    }
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 1;
    for (uint32_t i = 0; i < size; i++) {
        make(&random);
        const bool found = solve();
        checksum = bench_mix(checksum, decisions * 2 + found);
    }
    return checksum;
}
