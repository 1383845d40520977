/* F1: raw code, registers, condition and layout, run in slices on the core and on the oracle: the
 * same stop, fault and state after every slice, and never more instructions than asked for. */
#include "program.h"

enum { BUDGET = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct program program;
    struct twin twin;
    enum cpu_stop stop = CPU_BUDGET;
    program_read(&program, data, size, 2048);
    program_twin(&program, &twin);
    uint32_t seed = program.slices;
    const uint32_t longest = 1 + next_below(&seed, seed & 0x100 ? 8 : BUDGET);
    while (twin.cpu.count < BUDGET && (stop == CPU_BUDGET || stop == CPU_SWI)) {
        const uint32_t slice = next_below(&seed, longest + 1);
        const uint64_t before = twin.cpu.count;
        MUST(twin_run(&twin, slice, &stop));
        MUST(twin.cpu.count - before <= slice);
    }
    twin_free(&twin);
    return 0;
}
