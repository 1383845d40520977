/* F2 and F3: the same machine run whole, in slices, paused when effort is used up, with and without
 * predecoded text, and stopped at every single instruction: always the same stop, fault and state.
 */
#include "program.h"

enum { BUDGET = 1500, EVERY = 48 };

static struct program program;

static void finish(struct lone *lone, const struct lone *whole, enum cpu_stop expected,
                   uint64_t left) {
    const enum cpu_stop stop = lone_run(lone, left);
    MUST(stop == expected);
    MUST(lone_same(lone, whole));
    MUST(stop != CPU_FAULT ||
         memcmp(&lone->cpu.fault, &whole->cpu.fault, sizeof whole->cpu.fault) == 0);
    lone_free(lone);
}

/* In slices that the input chooses, with pauses of its choice. */
static void cut(const struct lone *whole, enum cpu_stop expected, bool predecoded, bool pauses) {
    struct lone lone;
    uint32_t seed = program.slices;
    const uint32_t longest = 1 + next_below(&seed, 400);
    enum cpu_stop stop = CPU_BUDGET;
    program_lone(&program, &lone, predecoded);
    lone.effort = pauses ? 1 + next_below(&seed, 300) : 0;
    while (lone.cpu.count + longest < BUDGET && stop == CPU_BUDGET) {
        stop = lone_run(&lone, next_below(&seed, longest + 1));
    }
    finish(&lone, whole, expected, BUDGET - lone.cpu.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct lone whole;
    struct lone stepped;
    program_read(&program, data, size, 1024);
    program_lone(&program, &whole, true);
    const enum cpu_stop expected = lone_run(&whole, BUDGET);
    cut(&whole, expected, true, false);
    cut(&whole, expected, false, false);
    cut(&whole, expected, true, true);
    cut(&whole, expected, false, true);
    program_lone(&program, &stepped, true);
    for (uint64_t k = 0; k < EVERY && k < whole.cpu.count; k++) {
        struct lone lone;
        program_lone(&program, &lone, true);
        MUST(lone_run(&lone, k) == CPU_BUDGET && lone.cpu.count == k);
        MUST(lone_same(&lone, &stepped));
        finish(&lone, &whole, expected, BUDGET - k);
        MUST(lone_run(&stepped, 1) == CPU_BUDGET);
    }
    lone_free(&stepped);
    lone_free(&whole);
    return 0;
}
