/* Running a box: calls, exact budgets across them, stops, output. */
#include <stdlib.h>

#include "cpu/cpu.h"
#include "unit/boxes.h"

enum { MINUS_ENOMEM = -12, MINUS_EINVAL = -22, MINUS_ENOSYS = -38 };

static void exits(void) {
    struct guest guest = {.size = 0};
    guest_exit(&guest, 0xfffffff9);
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_run(box, 1000), MOX_OK);
    const struct mox_report *report = mox_box_report(box);
    CHECK_EQ(report->stop, MOX_STOP_EXIT);
    CHECK_EQ(report->exit_code, 0xfffffff9);
    CHECK_EQ(box_count(box), 2);
    const struct mox_registers before = box_registers(box);
    CHECK_EQ(before.pc, GUEST_BASE + guest.size);
    CHECK_EQ(before.sr[2], 3);
    CHECK_EQ(before.sr[3], 1);
    /* It has ended, whatever the budget. */
    for (uint64_t budget = 0; budget < 3; budget++) {
        CHECK_EQ(mox_box_run(box, budget), MOX_OK);
        CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_EXIT);
        CHECK_EQ(box_count(box), 2);
    }
    const struct mox_registers after = box_registers(box);
    CHECK(memcmp(&before, &after, sizeof before) == 0);
    mox_box_destroy(box);
}

static void breaks(void) {
    struct guest guest = {.size = 0};
    guest_inc(&guest, R0, 1);
    guest_ab(&guest, OP_BRK, 0, 0);
    mox_box *box = box_of_guest(&guest);
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(mox_box_run(box, 10), MOX_OK);
        CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_BREAK);
        CHECK_EQ(box_count(box), 1);
        CHECK_EQ(box_registers(box).pc, GUEST_BASE + 2);
    }
    CHECK_EQ(mox_box_run(box, 0), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_BUDGET);
    mox_box_destroy(box);
}

static void faults(void) {
    struct guest guest = {.size = 0};
    guest_ldi(&guest, R0, GUEST_BASE + 2);
    guest_ab(&guest, OP_ST_L, R0, R1); /* text is not writable */
    mox_box *box = box_of_guest(&guest);
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(mox_box_run(box, i == 0 ? 10 : 0), MOX_OK);
        const struct mox_report *report = mox_box_report(box);
        CHECK_EQ(report->stop, MOX_STOP_FAULT);
        CHECK_EQ(report->fault_kind, MOX_FAULT_WRITE);
        CHECK_EQ(report->fault_pc, GUEST_BASE + 6);
        CHECK_EQ(report->fault_address, GUEST_BASE + 2);
        CHECK_EQ(report->fault_size, 4);
        CHECK_EQ(report->exit_code, 0);
        CHECK_EQ(box_count(box), 1);
    }
    mox_box_destroy(box);
}

/* One mmap in a fresh box; gives $r0, and the box for a look at its memory. */
static mox_box *mmap_once(uint32_t address, uint32_t length, uint32_t prot, uint32_t flags,
                          uint32_t *answer) {
    struct guest guest = {.size = 0};
    guest_ldi(&guest, R0, address);
    guest_ldi(&guest, R1, length);
    guest_ldi(&guest, R2, prot);
    guest_ldi(&guest, R3, flags);
    guest_ldi(&guest, R4, 0x12345678); /* fd and offset do not matter */
    guest_ldi(&guest, R5, 0x9abcdef1);
    guest_swi(&guest, 90);
    mox_box *box = box_of_guest(&guest);
    const uint32_t used = mox_box_report(box)->memory_used;
    CHECK_EQ(mox_box_run(box, 7), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_BUDGET);
    CHECK_EQ(box_count(box), 7);
    *answer = box_registers(box).r[R0];
    const bool mapped = *answer < 0x80000000;
    CHECK_EQ(mox_box_report(box)->memory_used, used + (mapped ? length : 0));
    return box;
}

static void mmap_rules(void) {
    static const struct {
        uint32_t address, length, prot, flags;
        int32_t answer; /* 0: memory */
    } cases[] = {
        {0, 4096, 7, 6, 0},
        {0, 65536, 7, 6, 0},
        {0, 4096, 0xffffffff, 0xfffffffe, 0},
        {0, 4096, 7, 7, 0},
        {1, 4096, 7, 6, MINUS_EINVAL},
        {0x100000, 4096, 7, 6, MINUS_EINVAL},
        {0, 0, 7, 6, MINUS_EINVAL},
        {0, 1, 7, 6, MINUS_EINVAL},
        {0, 4095, 7, 6, MINUS_EINVAL},
        {0, 4097, 7, 6, MINUS_EINVAL},
        {0, 0xffffffff, 7, 6, MINUS_EINVAL},
        {0, 4096, 3, 6, MINUS_EINVAL},
        {0, 4096, 5, 6, MINUS_EINVAL},
        {0, 4096, 6, 6, MINUS_EINVAL},
        {0, 4096, 7, 2, MINUS_EINVAL},
        {0, 4096, 7, 4, MINUS_EINVAL},
        {0, 4096, 7, 0, MINUS_EINVAL},
        {0, 0x10000000, 7, 6, MINUS_ENOMEM},
        {0, 0x80000000, 7, 6, MINUS_ENOMEM},
        {0, 0xfffff000, 7, 6, MINUS_ENOMEM},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t answer;
        uint32_t size;
        mox_box *box =
            mmap_once(cases[i].address, cases[i].length, cases[i].prot, cases[i].flags, &answer);
        if (cases[i].answer != 0) {
            if (!CHECK_EQ(answer, (uint32_t)cases[i].answer)) {
                printf("  case %zu\n", i);
            }
        } else if (CHECK(mox_box_window(box, answer, &size) != NULL)) {
            CHECK_EQ(size, cases[i].length);
            CHECK_EQ(answer % MOX_PAGE_SIZE, 0);
            CHECK(mox_box_window(box, answer - 1, &size) == NULL);
            CHECK(mox_box_window(box, answer - MOX_PAGE_SIZE, &size) == NULL);
        }
        mox_box_destroy(box);
    }
}

/* A heap that grows region by region until the limit, exactly. */
static void heap_up_to_the_limit(void) {
    struct guest guest = {.size = 0};
    for (uint32_t i = 0; i < 6; i++) {
        guest_mmap(&guest, 4096);
        guest_ab(&guest, OP_MOV, R6, R0);
    }
    guest_exit(&guest, 0);
    /* program, stack, descriptors: three pages */
    const struct mox_options options = {.memory_limit = 8 * 4096, .stack_size = 4096};
    mox_box *box = box_new(&options);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    for (uint32_t i = 0; i < 5; i++) {
        struct mox_region region;
        char tags[24];
        CHECK_EQ(mox_box_run(box, 6), MOX_OK);
        CHECK(mox_box_region(box, 3 + i, &region));
        CHECK_EQ(region.address, box_registers(box).r[R6]);
        CHECK_EQ(region.size, 4096);
        CHECK_EQ(region.rights, MOX_READ | MOX_WRITE);
        snprintf(tags, sizeof tags, "rw,heap%u,", i);
        CHECK(strcmp(region.tags, tags) == 0);
    }
    CHECK_EQ(mox_box_report(box)->memory_used, 8 * 4096);
    CHECK_EQ(mox_box_run(box, 6), MOX_OK);
    CHECK_EQ(box_registers(box).r[R6], (uint32_t)MINUS_ENOMEM);
    CHECK_EQ(mox_box_run(box, UINT64_MAX), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_EXIT);
    CHECK_EQ(box_count(box), 6 * 6 + 2);
    mox_box_destroy(box);
}

static void unknown_calls(void) {
    static const uint32_t numbers[] = {0, 2, 5, 89, 91, 0x1000, 0x7fffffff, 0xffffffff};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct guest guest = {.size = 0};
        guest_swi(&guest, numbers[i]);
        guest_inc(&guest, R0, 1);
        mox_box *box = box_of_guest(&guest);
        CHECK_EQ(mox_box_run(box, 1), MOX_OK);
        const struct mox_registers registers = box_registers(box);
        CHECK_EQ(registers.r[R0], (uint32_t)MINUS_ENOSYS);
        CHECK_EQ(registers.sr[2], 3);
        CHECK_EQ(registers.sr[3], numbers[i]);
        CHECK_EQ(registers.pc, GUEST_BASE + 6);
        mox_box_destroy(box);
    }
}

/* A guest that counts, calls, allocates, stores and ends. */
static struct guest busy_guest(void) {
    struct guest guest = {.size = 0};
    guest_mmap(&guest, 8192);
    guest_ab(&guest, OP_MOV, R6, R0);
    guest_swi(&guest, 77);
    guest_ab(&guest, OP_ST_L, R6, R0);
    guest_inc(&guest, R0, 255);
    guest_ab(&guest, OP_CMP, R0, R6);
    guest_swi(&guest, 78);
    guest_mmap(&guest, 4096);
    guest_ab(&guest, OP_ST_L, R0, R6);
    guest_exit(&guest, 3);
    return guest;
}

/* Every budget from 0 to the length runs exactly that; any two or three slices end in the same
 * state. */
static void budgets(void) {
    const struct guest guest = busy_guest();
    uint8_t expected[32][MOX_HASH_SIZE];
    uint32_t length = 0;
    mox_box *box = box_of_guest(&guest);
    for (;; length++) {
        box_hash(box, expected[length]);
        if (mox_box_report(box)->stop == MOX_STOP_EXIT) {
            break;
        }
        CHECK_EQ(box_count(box), length);
        CHECK_EQ(mox_box_run(box, 1), MOX_OK);
    }
    CHECK_EQ(length, 19);
    mox_box_destroy(box);
    for (uint32_t first = 0; first <= length + 1; first++) {
        for (uint32_t second = 0; first + second <= length + 2; second++) {
            const uint32_t total = first + second < length ? first + second : length;
            uint8_t hash[MOX_HASH_SIZE];
            box = box_of_guest(&guest);
            CHECK_EQ(mox_box_run(box, first), MOX_OK);
            CHECK_EQ(mox_box_run(box, second), MOX_OK);
            CHECK_EQ(box_count(box), total);
            CHECK_EQ(mox_box_report(box)->stop, total == length ? MOX_STOP_EXIT : MOX_STOP_BUDGET);
            box_hash(box, hash);
            CHECK(memcmp(hash, expected[total], sizeof hash) == 0);
            CHECK_EQ(mox_box_run(box, UINT64_MAX), MOX_OK);
            CHECK_EQ(box_count(box), length);
            box_hash(box, hash);
            CHECK(memcmp(hash, expected[length], sizeof hash) == 0);
            mox_box_destroy(box);
        }
    }
}

static void buffers(void) {
    struct guest guest = {.size = 0};
    guest_ldi(&guest, R0, GUEST_BASE);
    guest_ssr(&guest, R0, 6);
    guest_ldi(&guest, R1, 10);
    guest_ssr(&guest, R1, 7); /* 4 instructions: output */
    guest_ssr(&guest, R0, 8);
    guest_ssr(&guest, R1, 9); /* 6: state */
    guest_ssr(&guest, R2, 7); /* 7: output of size 0 */
    guest_ldi(&guest, R1, 0x10000);
    guest_ssr(&guest, R1, 9); /* not all of it is mapped */
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_run(box, 4), MOX_OK);
    const struct mox_report *report = mox_box_report(box);
    CHECK_EQ(report->output_address, GUEST_BASE);
    CHECK_EQ(report->output_size, 10);
    CHECK_EQ(report->state_address + report->state_size, 0);
    CHECK_EQ(mox_box_run(box, 2), MOX_OK);
    report = mox_box_report(box);
    CHECK_EQ(report->state_address, GUEST_BASE);
    CHECK_EQ(report->state_size, 10);
    CHECK_EQ(mox_box_run(box, 1), MOX_OK);
    CHECK_EQ(mox_box_report(box)->output_address + mox_box_report(box)->output_size, 0);
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    report = mox_box_report(box);
    CHECK_EQ(report->stop, MOX_STOP_FAULT);
    CHECK_EQ(report->fault_kind, MOX_FAULT_BUFFER);
    CHECK_EQ(report->state_size, 10); /* as before: the fault changed nothing */
    mox_box_destroy(box);
}

/* A guest that sets only the size gives out its memory-map descriptors, which lie where special
 * register 6 points at the start. */
static void buffer_at_the_start_address(void) {
    struct guest guest = {.size = 0};
    guest_ldi(&guest, R1, 32);
    guest_ssr(&guest, R1, 7);
    guest_exit(&guest, 0);
    mox_box *box = box_of_guest(&guest);
    const uint32_t descriptors = box_registers(box).sr[6];
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    CHECK_EQ(mox_box_report(box)->output_address, descriptors);
    CHECK_EQ(mox_box_report(box)->output_size, 32);
    mox_box_destroy(box);
}

/* An output buffer across two adjacent segments is one buffer. */
static void buffer_across_segments(void) {
    struct guest guest = {.size = 0};
    struct elf_file file;
    guest_ldi(&guest, R0, GUEST_BASE);
    guest_ssr(&guest, R0, 6);
    guest_ldi(&guest, R1, 100 + 24);
    guest_ssr(&guest, R1, 7);
    guest_exit(&guest, 0);
    CHECK_EQ(guest.size, 28);
    elf_file_start(&file, GUEST_BASE + 100, 2);
    elf_file_load(&file, 0, GUEST_BASE, PF_R, NULL, 0, 100);
    elf_file_load(&file, 1, GUEST_BASE + 100, PF_R, guest.code, guest.size, guest.size);
    mox_box *box = box_new(NULL);
    CHECK_EQ(mox_box_add_program(box, file.bytes, file.size), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_EXIT);
    CHECK_EQ(mox_box_report(box)->output_address, GUEST_BASE);
    CHECK_EQ(mox_box_report(box)->output_size, 124);
    mox_box_destroy(box);
}

static void looking(void) {
    struct guest guest = {.size = 0};
    char text[48];
    uint32_t length;
    guest_ldi(&guest, R0, 7);
    guest_half(&guest, 0x1600); /* bad */
    mox_box *box = box_of_guest(&guest);
    mox_box_disassemble(box, GUEST_BASE, text, sizeof text, &length);
    CHECK_EQ(length, 6);
    CHECK(strncmp(text, "ldi.l", 5) == 0 && strstr(text, "$r0") != NULL);
    mox_box_disassemble(box, GUEST_BASE + 6, text, sizeof text, &length);
    CHECK_EQ(length, 2);
    CHECK(strncmp(text, "bad", 3) == 0);
    mox_box_disassemble(box, GUEST_BASE + 7, text, sizeof text, &length); /* one byte is left */
    CHECK_EQ(length, 0);
    CHECK_EQ(text[0], 0);
    mox_box_disassemble(box, 0xffffffff, text, sizeof text, &length);
    CHECK_EQ(length, 0);
    mox_box_disassemble(box, GUEST_BASE, text, 4, &length);
    CHECK(memchr(text, 0, 4) != NULL);
    text[0] = 'x';
    /* fuzz_box found an end of string written here. */
    mox_box_disassemble(box, GUEST_BASE, text, 0, &length);
    CHECK_EQ(length, 6);
    CHECK_EQ(text[0], 'x');
    mox_box_destroy(box);
}

/* Two boxes run turn by turn as each would alone. */
static void side_by_side(void) {
    const struct guest guest = busy_guest();
    uint8_t alone[MOX_HASH_SIZE];
    uint8_t hash[MOX_HASH_SIZE];
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_run(box, 1000), MOX_OK);
    box_hash(box, alone);
    mox_box *a = box_of_guest(&guest);
    mox_box *b = box_of_guest(&guest);
    for (uint32_t i = 0; i < 30; i++) {
        CHECK_EQ(mox_box_run(i % 3 == 0 ? a : b, 2), MOX_OK);
    }
    box_hash(a, hash);
    CHECK(memcmp(hash, alone, sizeof hash) == 0);
    box_hash(b, hash);
    CHECK(memcmp(hash, alone, sizeof hash) == 0);
    mox_box_destroy(a);
    mox_box_destroy(b);
    mox_box_destroy(box);
}

/* A guest that maps page after page gives way after some of them, whatever its budget. */
static void gives_way(void) {
    struct guest guest = {.size = 0};
    struct mox_region region;
    guest_mmap(&guest, 4096);
    guest_jump(&guest, GUEST_BASE, 0);
    mox_box *box = box_new(NULL);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_slice(box, 1, 1), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_slice(box, UINT64_MAX, 100000), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_BUDGET);
    const uint64_t count = box_count(box);
    CHECK(count > 60 && count < 6000);
    CHECK(!mox_box_region(box, 1000, &region));
    /* The least there is gets on all the same, and a slice of nothing runs nothing. */
    for (uint32_t i = 0; i < 1000; i++) {
        CHECK_EQ(mox_box_slice(box, UINT64_MAX, 0), MOX_OK);
    }
    CHECK(box_count(box) > count + 300);
    const uint64_t later = box_count(box);
    CHECK_EQ(mox_box_slice(box, 0, 1000000), MOX_OK);
    CHECK_EQ(box_count(box), later);
    /* Without a limit of effort the budget alone counts. */
    CHECK_EQ(mox_box_run(box, 60000), MOX_OK);
    CHECK_EQ(box_count(box), later + 60000);
    mox_box_destroy(box);
}

/* So does one that does nothing slow, after so many instructions as the effort is for. */
static void gives_way_to_ordinary(void) {
    enum { EFFORT = 100000 };
    struct guest guest = {.size = 0};
    guest_jump(&guest, GUEST_BASE, 0);
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_slice(box, 10 * EFFORT * EFFORT_ORDINARY, EFFORT), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_BUDGET);
    const uint64_t count = box_count(box);
    CHECK(count <= EFFORT * EFFORT_ORDINARY && count > EFFORT * EFFORT_ORDINARY / 10 * 9);
    CHECK_EQ(mox_box_slice(box, 5, EFFORT), MOX_OK);
    CHECK_EQ(box_count(box), count + 5);
    mox_box_destroy(box);
}

int main(void) {
    exits();
    breaks();
    faults();
    mmap_rules();
    heap_up_to_the_limit();
    unknown_calls();
    budgets();
    buffers();
    buffer_at_the_start_address();
    buffer_across_segments();
    looking();
    side_by_side();
    gives_way();
    gives_way_to_ordinary();
    return check_report("box runs");
}
