/* Predecoded text at its edges, against the oracle: blocks longer than a run can count, blocks that
 * are entered in the middle first, text that ends in half an instruction, and entries of translated
 * code. */
#include "cpu/text.h"
#include "oracle/twin.h"
#include "unit/check.h"

#include <string.h>

enum { BASE = 0x10000, LONG = 700 };

/* Text of `count` times "inc $rX, 1" with different registers, then a jump to `target`. */
static uint32_t long_text(uint8_t *text, uint32_t count, uint32_t target) {
    uint32_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        text[size++] = (uint8_t)(1 + i % 7);
        text[size++] = (uint8_t)(0x80 | (2 + i % 12));
    }
    const uint8_t jump[] = {
        0x00, 0x1a, (uint8_t)target, (uint8_t)(target >> 8), (uint8_t)(target >> 16), 0};
    for (uint32_t i = 0; i < sizeof jump; i++) {
        text[size++] = jump[i];
    }
    return size;
}

static void start_at(struct twin *twin, uint32_t pc) {
    twin->cpu.pc = pc;
    twin->oracle.pc = pc;
}

/* Enters a long block at `first`, then runs it whole, in slices of `slice`. */
static void check_long_block(uint32_t first, uint32_t slice) {
    static uint8_t text[2 * LONG + 6];
    struct twin twin;
    enum cpu_stop stop;
    twin_make(&twin);
    twin_map(&twin, BASE, long_text(text, LONG, BASE), RIGHT_READ, text);
    start_at(&twin, BASE + 2 * first);
    for (uint32_t done = 0; done < 3 * LONG; done += slice) {
        if (!CHECK(twin_run(&twin, slice, &stop)) || !CHECK_EQ(stop, CPU_BUDGET)) {
            printf("  entered at %u, slices of %u\n", first, slice);
            break;
        }
    }
    twin_free(&twin);
}

static void long_blocks(void) {
    /* 255 instructions before the end make a full run; whatever falls into it cannot be counted
     * with it. */
    static const uint32_t firsts[] = {0,          1,          LONG - 256, LONG - 255,
                                      LONG - 254, LONG - 253, 200,        400};
    static const uint32_t slices[] = {1, 7, 254, 255, 256, 257, 2 * LONG};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        for (size_t j = 0; j < sizeof slices / sizeof *slices; j++) {
            check_long_block(firsts[i], slices[j]);
        }
    }
}

/* Starts at every byte of a text that is cut off anywhere. */
static void cut_off_text(void) {
    static const uint8_t text[] = {0x0f, 0x00, 0x00, 0x0f, 0x20, 0x01, 1, 2, 3, 4, 0x00, 0x0f};
    for (uint32_t size = 1; size <= sizeof text; size++) {
        for (uint32_t at = 0; at <= size; at++) {
            struct twin twin;
            enum cpu_stop stop;
            twin_make(&twin);
            twin_map(&twin, BASE, size, RIGHT_READ, text);
            start_at(&twin, BASE + at);
            CHECK(twin_run(&twin, 10, &stop));
            twin_free(&twin);
        }
    }
}

/* A jump to a marked instruction stops there; a step runs it; unmarked, nothing stops. */
static void entries(void) {
    static uint8_t text[2 * 20 + 6];
    uint32_t marked[20] = {0};
    struct twin twin;
    twin_make(&twin);
    twin_map(&twin, BASE, long_text(text, 20, BASE), RIGHT_READ, text);
    start_at(&twin, BASE);
    marked[0] = 1;
    text_set_entries(twin.cpu.text, BASE, 20, marked);
    CHECK_EQ(cpu_run(&twin.cpu, &twin.space, 100), CPU_ENTER);
    CHECK_EQ(twin.cpu.pc, BASE);
    CHECK_EQ(cpu_step(&twin.cpu, &twin.space), CPU_BUDGET);
    CHECK_EQ(twin.cpu.count, 1);
    CHECK_EQ(cpu_run(&twin.cpu, &twin.space, 5), CPU_BUDGET);
    CHECK_EQ(twin.cpu.pc, BASE + 2 * 6);
    CHECK_EQ(cpu_run(&twin.cpu, &twin.space, 100), CPU_ENTER);
    CHECK_EQ(twin.cpu.pc, BASE);
    CHECK_EQ(twin.cpu.count, 21);
    text_set_entries(twin.cpu.text, 0, 0, NULL);
    CHECK_EQ(cpu_run(&twin.cpu, &twin.space, 100), CPU_BUDGET);
    while (twin.oracle.count < twin.cpu.count) {
        CHECK_EQ(oracle_step(&twin.oracle), ORACLE_RUNS);
    }
    CHECK_EQ(twin.cpu.pc, twin.oracle.pc);
    CHECK(memcmp(twin.cpu.r, twin.oracle.r, sizeof twin.cpu.r) == 0);
    twin_free(&twin);
}

int main(void) {
    long_blocks();
    cut_off_text();
    entries();
    return check_report("predecoded text");
}
