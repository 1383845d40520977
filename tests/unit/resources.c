/* What a hostile guest can make the host spend: memory within the limit and a known rest, chunks of
 * decoded text at a bounded rate, and no allocation at all by what only looks. */
#include "unit/boxes.h"
#include "unit/counting.h"

#include <time.h>

enum {
    MIB = 1 << 20,
    /* What a box may take besides guest memory: itself, decoded text, the table of regions. */
    OVERHEAD = 6 * MIB,
};

static uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static mox_box *counted_box(struct counting *counting, uint32_t limit) {
    const struct mox_allocator allocator = counting_allocator(counting);
    const struct mox_options options = {.memory_limit = limit};
    mox_box *box = NULL;
    CHECK_EQ(mox_box_create(&options, &allocator, &box), MOX_OK);
    return box;
}

/* mmap of one page for ever, however often it fails. */
static void mmap_storm(void) {
    struct counting counting = {0};
    struct guest guest = {.size = 0};
    struct mox_region region;
    uint32_t regions = 0;
    mox_box *box = counted_box(&counting, 16 * MIB);
    guest_mmap(&guest, 4096);
    guest_jump(&guest, GUEST_BASE, 0);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    const uint64_t start = now_ns();
    CHECK_EQ(mox_box_run(box, 600000), MOX_OK); /* 100,000 calls */
    const uint64_t spent = now_ns() - start;
    while (mox_box_region(box, regions, &region)) {
        regions++;
    }
    CHECK(regions > 4000 && regions <= 4096);
    CHECK_EQ(mox_box_report(box)->memory_used, 16 * MIB);
    CHECK(counting.most <= 16 * MIB + OVERHEAD);
    printf("mmap storm: %u regions, %zu bytes of the host for a limit of 16 MiB, %" PRIu64
           " ns a call\n",
           regions, counting.most, spent / 100000);
    mox_box_destroy(box);
    CHECK_EQ(counting.blocks, 0);
}

/* Everything that the limit leaves is output. */
static void largest_output(void) {
    struct counting counting = {0};
    struct guest guest = {.size = 0};
    uint32_t size;
    const uint32_t length = 64 * MIB - 3 * 4096 - MOX_DEFAULT_STACK_SIZE;
    mox_box *box = counted_box(&counting, 64 * MIB);
    guest_mmap(&guest, length);
    guest_ssr(&guest, R0, 6);
    guest_ldi(&guest, R1, length);
    guest_ssr(&guest, R1, 7);
    guest_exit(&guest, 0);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    const struct mox_report *report = mox_box_report(box);
    CHECK_EQ(report->stop, MOX_STOP_EXIT);
    CHECK_EQ(report->output_size, length);
    CHECK(mox_box_window(box, report->output_address, &size) != NULL && size == length);
    CHECK(counting.most <= 64 * MIB + OVERHEAD);
    mox_box_destroy(box);
}

/* A function that calls itself: the call that would leave the stack does nothing and is named. */
static void deepest_recursion(void) {
    struct guest guest = {.size = 0};
    struct mox_region region;
    uint32_t stack = 0;
    guest_gsr(&guest, SP, 7);
    guest_ab(&guest, 0x03, 0, 0); /* jsra itself */
    guest_word(&guest, GUEST_BASE + 2);
    mox_box *box = box_of_guest(&guest);
    for (uint32_t i = 0; mox_box_region(box, i, &region); i++) {
        stack = strcmp(region.tags, "rw,stack,") == 0 ? region.address : stack;
    }
    CHECK_EQ(mox_box_run(box, 1), MOX_OK);
    const struct mox_registers before = box_registers(box);
    CHECK_EQ(mox_box_run(box, UINT64_MAX), MOX_OK);
    const struct mox_registers after = box_registers(box);
    const struct mox_report *report = mox_box_report(box);
    CHECK_EQ(report->stop, MOX_STOP_FAULT);
    CHECK_EQ(report->fault_kind, MOX_FAULT_WRITE);
    CHECK_EQ(report->fault_pc, GUEST_BASE + 2);
    /* A frame is return address and frame pointer with room for a link: 12 bytes, so the calls can
     * be counted. */
    const uint64_t calls = box_count(box) - 1;
    CHECK_EQ((before.r[SP] - after.r[SP]) / 12, calls);
    CHECK_EQ(calls, (before.r[SP] - stack) / 12);
    CHECK(report->fault_address < stack && stack - report->fault_address <= 12);
    CHECK_EQ(after.r[FP], after.r[SP]);
    printf("recursion: %" PRIu64 " calls in a stack of 64 KiB\n", calls);
    mox_box_destroy(box);
}

/* A program of `chunks` times 64 KiB of text from 64 KiB on, all of it `fill`; the caller frees it.
 */
static uint8_t *large_program(uint32_t chunks, uint32_t fill, uint32_t *size) {
    static struct elf_file header;
    const uint32_t text = chunks << 16;
    elf_file_start(&header, 1 << 16, 1);
    elf_file_segment(&header, 0,
                     &(Elf32_Phdr){.p_type = PT_LOAD,
                                   .p_offset = header.size,
                                   .p_vaddr = 1 << 16,
                                   .p_filesz = text,
                                   .p_memsz = text,
                                   .p_flags = PF_R | PF_X});
    *size = header.size + text;
    uint8_t *file = malloc(*size);
    if (file == NULL) {
        abort();
    }
    memcpy(file, header.bytes, header.size);
    for (uint32_t i = 0; i < text; i += 2) {
        bytes_store16(file + header.size + i, fill);
    }
    return file;
}

/* A mebibyte of instructions in a straight line, first touched and touched again. */
static void straight_line(void) {
    struct counting counting = {0};
    uint32_t size;
    uint64_t spent[2];
    const uint32_t halves = 16 << 15;
    uint8_t *file = large_program(16, 0x8201, &size); /* inc $r0, 1 */
    uint8_t *end = file + size - 6;
    bytes_store16(end, 0x1a00);
    bytes_store32(end + 2, 1 << 16); /* back to the start */
    mox_box *box = counted_box(&counting, 0);
    CHECK_EQ(mox_box_add_program(box, file, size), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    for (size_t i = 0; i < 2; i++) {
        const uint64_t start = now_ns();
        CHECK_EQ(mox_box_run(box, halves - 2), MOX_OK);
        spent[i] = now_ns() - start;
        CHECK_EQ(box_count(box), (i + 1) * (halves - 2));
        CHECK_EQ(box_registers(box).r[R0], (i + 1) * (halves - 3));
        CHECK_EQ(box_registers(box).pc, 1 << 16);
    }
    CHECK(counting.most <= (1 << 16) + 16 * (1 << 16) + MOX_DEFAULT_STACK_SIZE + OVERHEAD);
    printf("straight line of 1 MiB: %.1f ns an instruction at first, %.1f then\n",
           (double)spent[0] / (halves - 2), (double)spent[1] / (halves - 2));
    mox_box_destroy(box);
    free(file);
}

/* A jump from chunk to chunk of more text than the cache holds: once, each jump made a chunk of 256
 * KiB, which held up the host by some ten microseconds an instruction. */
static void jumps_about(void) {
    enum { CHUNKS = 40, INSTRUCTIONS = 300000 };
    struct counting counting = {0};
    uint32_t size;
    uint8_t *file = large_program(CHUNKS, 0x0f00, &size);
    for (uint32_t i = 0; i < CHUNKS; i++) {
        uint8_t *at = file + (size - (CHUNKS << 16)) + (i << 16);
        bytes_store16(at, 0x1a00);
        bytes_store32(at + 2, ((i + 1) % CHUNKS + 1) << 16);
    }
    mox_box *box = counted_box(&counting, 0);
    CHECK_EQ(mox_box_add_program(box, file, size), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    const size_t calls = counting.calls;
    const uint64_t start = now_ns();
    CHECK_EQ(mox_box_run(box, INSTRUCTIONS), MOX_OK);
    const uint64_t spent = now_ns() - start;
    CHECK_EQ(box_count(box), INSTRUCTIONS);
    CHECK_EQ(box_registers(box).pc, (1 + INSTRUCTIONS % CHUNKS) << 16);
    CHECK(counting.calls - calls < 200);
    printf("jumps through 2.5 MiB of text: %.0f ns each, %zu chunks made\n",
           (double)spent / INSTRUCTIONS, counting.calls - calls);
    mox_box_destroy(box);
    free(file);
}

/* Looking, hashing, sealing and running on take nothing from the host. */
static void looking_needs_no_memory(void) {
    struct counting counting = {0};
    struct guest guest = {.size = 0};
    struct mox_region region;
    struct mox_registers registers;
    uint8_t hash[MOX_HASH_SIZE];
    uint8_t *bytes;
    char text[48];
    uint32_t length;
    bool done = false;
    mox_box *box = counted_box(&counting, 0);
    guest_mmap(&guest, 4096);
    guest_jump(&guest, GUEST_BASE, 30);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 10000, &bytes), MOX_OK);
    size_t calls = counting.calls;
    CHECK_EQ(mox_box_seal(box, 7, &done), MOX_OK);
    CHECK_EQ(counting.calls, calls);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    calls = counting.calls;
    const size_t blocks = counting.blocks;
    CHECK_EQ(mox_box_run(box, 100000), MOX_OK);
    box_hash(box, hash);
    CHECK_EQ(mox_box_state_hash(box, 3, hash, &done), MOX_OK); /* left in the middle */
    mox_box_registers(box, &registers);
    mox_box_disassemble(box, GUEST_BASE, text, sizeof text, &length);
    CHECK(mox_box_report(box) != NULL && mox_box_region(box, 0, &region));
    CHECK(mox_box_window(box, GUEST_BASE, &length) != NULL);
    CHECK(mox_box_program_hash(box, 0) != NULL && mox_box_data_hash(box, 0) != NULL);
    CHECK_EQ(counting.calls, calls);
    CHECK_EQ(counting.blocks, blocks);
    mox_box_destroy(box);
    CHECK_EQ(counting.bytes, 0);
}

/* Two different programs turn by turn, one instruction each, are as each alone at every turn. */
static void instruction_by_instruction(void) {
    struct guest guests[2] = {{.size = 0}, {.size = 0}};
    mox_box *together[2];
    mox_box *alone[2];
    for (uint32_t i = 0; i < 20; i++) {
        guest_mmap(&guests[0], 4096 * (i + 1));
        guest_ab(&guests[0], OP_ST_L, R0, R1);
        guest_inc(&guests[1], R0 + i % 6, 17);
        guest_ab(&guests[1], OP_CMP, R0 + i % 5, R1);
        guest_ssr(&guests[1], R0 + i % 6, 100 + i);
    }
    guest_exit(&guests[0], 1);
    guest_exit(&guests[1], 2);
    for (size_t i = 0; i < 2; i++) {
        together[i] = box_of_guest(&guests[i]);
        alone[i] = box_of_guest(&guests[i]);
    }
    for (uint32_t turn = 0; turn < 140; turn++) {
        for (size_t i = 0; i < 2; i++) {
            CHECK_EQ(mox_box_run(together[i], 1), MOX_OK);
        }
    }
    for (size_t i = 0; i < 2; i++) { /* the second of `together` ran between the first's, `alone`
                                        did not */
        uint8_t hashes[2][MOX_HASH_SIZE];
        CHECK_EQ(mox_box_run(alone[i], 140), MOX_OK);
        box_hash(together[i], hashes[0]);
        box_hash(alone[i], hashes[1]);
        CHECK(memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
        CHECK_EQ(mox_box_report(alone[i])->stop, MOX_STOP_EXIT);
        mox_box_destroy(together[i]);
        mox_box_destroy(alone[i]);
    }
}

int main(void) {
    mmap_storm();
    largest_output();
    deepest_recursion();
    straight_line();
    jumps_about();
    looking_needs_no_memory();
    instruction_by_instruction();
    return check_report("resources");
}
