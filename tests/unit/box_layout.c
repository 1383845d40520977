/* What a box holds before its first instruction: phases, limits, where everything lies, what the
 * guest is told. */
#include "base/sha256.h"

#include <stdlib.h>

#include "unit/boxes.h"

static struct guest ending(uint32_t code) {
    struct guest guest = {.size = 0};
    guest_exit(&guest, code);
    return guest;
}

static uint8_t *add_data(mox_box *box, uint32_t size) {
    uint8_t *bytes = NULL;
    CHECK_EQ(mox_box_add_data(box, size, &bytes), MOX_OK);
    return bytes;
}

/* The regions and the descriptors in guest memory tell the same, and there is a guard page in front
 * of all that the box placed itself. */
static void check_map(mox_box *box, uint32_t regions, uint32_t placed_from) {
    const struct mox_registers registers = box_registers(box);
    struct mox_region region;
    uint32_t size;
    uint32_t end = 0;
    const uint8_t *entry = mox_box_window(box, registers.sr[6], &size);
    if (!CHECK(entry != NULL)) {
        return;
    }
    for (uint32_t i = 0; i < regions; i++, entry += 32) {
        while (bytes_load32(entry + 4) == 0) { /* empty data files have no region */
            CHECK_EQ(bytes_load32(entry) % MOX_PAGE_SIZE, 0);
            entry += 32;
        }
        if (!CHECK(mox_box_region(box, i, &region))) {
            return;
        }
        CHECK_EQ(bytes_load32(entry), region.address);
        CHECK_EQ(bytes_load32(entry + 4), region.size);
        CHECK(memcmp(entry + 8, region.tags, sizeof region.tags) == 0);
        CHECK(region.address >= end);
        if (i >= placed_from) {
            CHECK_EQ(region.address % MOX_PAGE_SIZE, 0);
            CHECK(region.address >= end + MOX_PAGE_SIZE);
        }
        end = region.address + region.size;
    }
    CHECK(!mox_box_region(box, regions, &region));
    for (uint32_t i = 0; i < 32; i++) {
        CHECK_EQ(entry[i], 0);
    }
    CHECK_EQ(size, entry + 32 - mox_box_window(box, registers.sr[6], &size));
}

static void check_region(const mox_box *box, uint32_t index, uint32_t address, uint32_t size,
                         uint32_t rights, const char *tags) {
    struct mox_region region;
    if (CHECK(mox_box_region(box, index, &region))) {
        CHECK_EQ(region.address, address);
        CHECK_EQ(region.size, size);
        CHECK_EQ(region.rights, rights);
        CHECK(strcmp(region.tags, tags) == 0);
    }
}

static void whole_layout(void) {
    const uint32_t base = GUEST_BASE;
    const struct guest first = ending(1);
    const struct guest last = ending(2);
    const uint8_t word[4] = {1, 2, 3, 4};
    struct elf_file file;
    mox_box *box = box_new(NULL);
    CHECK_EQ(box_add_guest(box, 0x20000, &first), MOX_OK);
    elf_file_start(&file, base, 2);
    elf_file_load(&file, 0, 0x1800, PF_R | PF_W, word, 4, 100);
    elf_file_load(&file, 1, base, PF_R | PF_X, last.code, last.size, last.size);
    CHECK_EQ(mox_box_add_program(box, file.bytes, file.size), MOX_OK);
    const uint8_t *large = add_data(box, 5000);
    CHECK(add_data(box, 0) == NULL);
    add_data(box, 1)[0] = 9;
    for (uint32_t i = 0; i < 5000; i++) {
        CHECK_EQ(large[i], 0);
    }
    CHECK_EQ(mox_box_start(box), MOX_OK);
    /* Names count segments in the order of loading; regions are in address order. */
    check_region(box, 0, base, last.size, MOX_READ, "ro,elf2,");
    check_region(box, 1, 0x1800, 100, MOX_READ | MOX_WRITE, "rw,elf1,");
    check_region(box, 2, 0x20000, first.size, MOX_READ, "ro,elf0,");
    check_region(box, 3, 0x22000, 5000, MOX_READ, "ro,data0,");
    check_region(box, 4, 0x26000, 1, MOX_READ, "ro,data2,");
    check_region(box, 5, 0x28000, 0x10000, MOX_READ | MOX_WRITE, "rw,stack,");
    check_region(box, 6, 0x39000, 32 * 9, MOX_READ, "ro,mapdesc,");
    check_map(box, 7, 3);

    const struct mox_registers registers = box_registers(box);
    uint32_t size;
    const uint8_t *descriptor = mox_box_window(box, 0x39000, &size);
    CHECK_EQ(bytes_load32(descriptor + 4 * 32), 0x25000); /* the empty file keeps its place */
    CHECK_EQ(bytes_load32(descriptor + 4 * 32 + 4), 0);
    CHECK(strcmp((const char *)descriptor + 4 * 32 + 8, "ro,data1,") == 0);
    CHECK(mox_box_window(box, 0x25000, &size) == NULL);
    CHECK_EQ(size, 0);
    CHECK_EQ(*mox_box_window(box, 0x26000, &size), 9);
    CHECK_EQ(registers.sr[6], 0x39000);
    CHECK_EQ(registers.sr[7], 0x38000 - 64);
    CHECK_EQ(registers.pc, base);
    CHECK_EQ(registers.cc, 0);
    for (uint32_t i = 0; i < 16; i++) {
        CHECK_EQ(registers.r[i], 0);
    }
    for (uint32_t i = 0; i < 256; i++) {
        CHECK(registers.sr[i] == 0 || i == 6 || i == 7);
    }
    const struct mox_report *report = mox_box_report(box);
    CHECK_EQ(report->stop, MOX_STOP_NONE);
    CHECK_EQ(report->output_size + report->output_address, 0);
    CHECK_EQ(report->memory_used, 4096 * (3 + 2 + 1 + 16 + 1));
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    CHECK_EQ(mox_box_report(box)->exit_code, 2);
    mox_box_destroy(box);
}

static void phases(void) {
    const struct guest guest = ending(0);
    uint8_t hash[MOX_HASH_SIZE];
    uint8_t *bytes;
    bool done = false;
    mox_box *box = box_new(NULL);
    CHECK_EQ(mox_box_start(box), MOX_NO_PROGRAM);
    CHECK_EQ(mox_box_run(box, 1), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_state_hash(box, 1, hash, &done), MOX_BAD_PHASE);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(box_add_guest(box, GUEST_BASE + guest.size - 2, &guest), MOX_ELF_OVERLAP);
    CHECK_EQ(box_add_guest(box, GUEST_BASE + guest.size, &guest), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_BAD_PHASE);
    CHECK_EQ(box_add_guest(box, 0x8000, &guest), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_add_data(box, 1, &bytes), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_seal(box, 1, &done), MOX_OK);
    CHECK(done);
    mox_box_destroy(box);
    mox_box_destroy(NULL);
}

static void sealing(void) {
    const struct guest guest = ending(0);
    uint8_t expected[MOX_HASH_SIZE];
    bool done = true;
    mox_box *box = box_new(NULL);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    uint8_t *bytes = add_data(box, 1000);
    add_data(box, 0);
    for (uint32_t i = 0; i < 1000; i++) {
        bytes[i] = (uint8_t)(i * 3);
    }
    sha256_of(bytes, 1000, expected);
    CHECK_EQ(mox_box_seal(box, 0, &done), MOX_OK);
    CHECK(!done);
    for (uint32_t taken = 0; taken < 1000; taken += 7) {
        CHECK(mox_box_data_hash(box, 0) == NULL);
        CHECK(!done);
        CHECK_EQ(mox_box_seal(box, 7, &done), MOX_OK);
    }
    CHECK(done);
    const uint8_t *kept = mox_box_data_hash(box, 0);
    CHECK(kept != NULL && memcmp(kept, expected, sizeof expected) == 0);
    sha256_of("", 0, expected);
    CHECK(memcmp(mox_box_data_hash(box, 1), expected, sizeof expected) == 0);
    memset(add_data(box, 10), 7, 10); /* more data unseals nothing */
    CHECK(mox_box_data_hash(box, 2) == NULL);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK(mox_box_data_hash(box, 2) != NULL && mox_box_data_hash(box, 3) == NULL);
    CHECK(mox_box_data_hash(box, 0) == kept);
    struct elf_file file;
    elf_file_of_guest(&file, GUEST_BASE, &guest);
    sha256_of(file.bytes, file.size, expected);
    CHECK(memcmp(mox_box_program_hash(box, 0), expected, sizeof expected) == 0);
    CHECK(mox_box_program_hash(box, 1) == NULL);
    mox_box_destroy(box);
}

/* The bound of one step holds over all files together. */
static void sealing_many(void) {
    bool done = false;
    uint32_t steps = 0;
    mox_box *box = box_new(NULL);
    for (uint32_t i = 0; i < 10; i++) {
        add_data(box, 10);
    }
    while (!done && steps < 1000) {
        CHECK_EQ(mox_box_seal(box, 7, &done), MOX_OK);
        steps++;
    }
    CHECK_EQ(steps, 15); /* 100 bytes */
    mox_box_destroy(box);
}

static void limits(void) {
    const struct guest guest = ending(0);
    uint8_t *bytes;
    mox_box *box = NULL;
    CHECK_EQ(mox_box_create(&(struct mox_options){.stack_size = 4095}, NULL, &box),
             MOX_BAD_ARGUMENT);
    CHECK(box == NULL);

    /* Exactly enough: one page of program, data, stack and descriptors each. */
    struct mox_options options = {.memory_limit = 4 * 4096, .stack_size = 4096};
    box = box_new(&options);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 3 * 4096 + 1, &bytes), MOX_MEMORY_LIMIT);
    CHECK_EQ(mox_box_add_data(box, UINT32_MAX, &bytes), MOX_MEMORY_LIMIT);
    CHECK_EQ(mox_box_add_data(box, 4096, &bytes), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_report(box)->memory_used, 4 * 4096);
    mox_box_destroy(box);

    /* A byte too little, and data that leaves no room for a program. */
    options.memory_limit--;
    box = box_new(&options);
    CHECK_EQ(mox_box_add_data(box, 4097, &bytes), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 4096, &bytes), MOX_OK);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_MEMORY_LIMIT);
    mox_box_destroy(box);
    box = box_new(&options);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 4096, &bytes), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_MEMORY_LIMIT);
    CHECK_EQ(mox_box_start(box), MOX_MEMORY_LIMIT);
    CHECK_EQ(mox_box_run(box, 1), MOX_BAD_PHASE);
    mox_box_destroy(box);

    /* No room behind the program, by all and by the last page. */
    for (uint32_t gap = 0; gap <= 2 * 19; gap++) {
        box = box_new(NULL);
        const uint32_t top = 0xfffff000 - gap * 4096;
        CHECK_EQ(box_add_guest(box, top - 0x100, &guest), MOX_OK);
        /* guard, stack of 16 pages, guard, descriptors */
        CHECK_EQ(mox_box_start(box), gap < 19 ? MOX_ADDRESS_SPACE : MOX_OK);
        mox_box_destroy(box);
    }
}

/* Very many empty files and one-byte segments: the special registers at the start still are no
 * output. */
static void no_output_at_start(void) {
    const struct guest guest = ending(0);
    mox_box *box = box_new(NULL);
    for (uint32_t i = 0; i < 4000; i++) {
        CHECK_EQ(box_add_guest(box, GUEST_BASE + i * guest.size, &guest), MOX_OK);
    }
    CHECK_EQ(mox_box_start(box), MOX_OK);
    const struct mox_registers registers = box_registers(box);
    uint32_t size;
    CHECK(mox_box_window(box, registers.sr[6], &size) != NULL && size > registers.sr[7]);
    CHECK_EQ(mox_box_report(box)->output_size, 0);
    CHECK_EQ(mox_box_report(box)->output_address, 0);
    mox_box_destroy(box);
}

int main(void) {
    whole_layout();
    phases();
    sealing();
    sealing_many();
    limits();
    no_output_at_start();
    return check_report("box layout");
}
