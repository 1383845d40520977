/* F4: one instruction from any state, on the core and on the oracle; and a budget of 0 before it,
 * which must change nothing. */
#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct program program;
    struct twin twin;
    enum cpu_stop stop;
    program_read(&program, data, size, 6);
    program_twin(&program, &twin);
    MUST(twin_run(&twin, 0, &stop) && stop == CPU_BUDGET && twin.cpu.count == 0);
    MUST(twin_run(&twin, 1, &stop));
    MUST(twin.cpu.count <= 1);
    twin_free(&twin);
    return 0;
}
