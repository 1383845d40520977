/* The host's memory fails at the n-th allocation, once or from then on, for every n until nothing
 * fails: each time the documented status, nothing leaked, and the same call succeeds when memory is
 * back. The run that was disturbed ends in the same state as one that was not. */
#include "unit/boxes.h"
#include "unit/counting.h"

static struct guest growing_guest(void) {
    struct guest guest = {.size = 0};
    guest_ldi(&guest, R5, 0x55);
    guest_ssr(&guest, R5, 2); /* so that taking a swi back shows in special registers 2 and 3 */
    guest_ssr(&guest, R5, 3);
    for (uint32_t i = 0; i < 20; i++) { /* enough to make the region table grow */
        guest_mmap(&guest, 4096);
        guest_ab(&guest, OP_ST_L, R0, R5);
    }
    guest_exit(&guest, 1);
    return guest;
}

/* Two segments, so that one can be had and the next not. */
static void file_of(struct elf_file *file) {
    const struct guest guest = growing_guest();
    elf_file_start(file, GUEST_BASE, 2);
    elf_file_load(file, 0, GUEST_BASE, PF_R | PF_X, guest.code, guest.size, guest.size);
    elf_file_load(file, 1, 0x8000, PF_R | PF_W, guest.code, 100, 5000);
}

struct scenario {
    struct counting counting;
    struct elf_file file;
    uint32_t failures; /* calls that failed and were repeated */
};

/* Memory is back; the failed call is repeated. */
static bool failed(struct scenario *scenario, mox_status status) {
    if (status == MOX_OK) {
        return false;
    }
    CHECK_EQ(status, MOX_NO_MEMORY);
    CHECK(scenario->counting.failed);
    scenario->counting.fail_at = 0;
    scenario->failures++;
    return true;
}

static void fill_box(struct scenario *scenario, mox_box *box) {
    for (uint32_t i = 0; i < 3; i++) {
        uint8_t *bytes = NULL;
        while (failed(scenario, mox_box_add_data(box, i * 3000, &bytes))) {
        }
        CHECK((bytes != NULL) == (i > 0));
        if (i > 0) {
            memset(bytes, (int)i, (size_t)i * 3000);
        }
    }
}

/* A failed swi is as if it had not been reached. */
static void run_box(struct scenario *scenario, mox_box *box) {
    uint64_t left = UINT64_MAX;
    for (;;) {
        const uint64_t before = box_count(box);
        const mox_status status = mox_box_run(box, left);
        left -= box_count(box) - before;
        if (!failed(scenario, status)) {
            break;
        }
        const struct mox_registers registers = box_registers(box);
        uint32_t size;
        const uint8_t *next = mox_box_window(box, registers.pc, &size);
        CHECK_EQ(bytes_load16(next), 0x3000); /* before the swi */
        CHECK_EQ(registers.sr[2] == 0x55, registers.sr[3] == 0x55);
        CHECK_EQ(registers.sr[2] == 0x55, box_count(box) < 10);
        CHECK_EQ(registers.r[R0], 0);
        CHECK_EQ(registers.r[R1], 4096);
        CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_BUDGET);
    }
}

/* All of a box's life, with what fails repeated once. True when nothing failed. */
static bool undisturbed(size_t fail_at, bool forever, uint8_t hash[MOX_HASH_SIZE]) {
    struct scenario scenario = {.counting = {.fail_at = fail_at, .forever = forever}};
    const struct mox_allocator allocator = counting_allocator(&scenario.counting);
    mox_box *box = NULL;
    file_of(&scenario.file);
    while (failed(&scenario, mox_box_create(NULL, &allocator, &box))) {
        CHECK(box == NULL);
        CHECK_EQ(scenario.counting.blocks, 0);
    }
    while (failed(&scenario, mox_box_add_program(box, scenario.file.bytes, scenario.file.size))) {
        CHECK_EQ(mox_box_report(box)->memory_used, 0);
        CHECK(mox_box_program_hash(box, 0) == NULL);
    }
    fill_box(&scenario, box);
    const uint32_t used = mox_box_report(box)->memory_used;
    while (failed(&scenario, mox_box_start(box))) {
        CHECK_EQ(mox_box_report(box)->memory_used, used);
        CHECK_EQ(mox_box_run(box, 1), MOX_BAD_PHASE);
    }
    run_box(&scenario, box);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_EXIT);
    CHECK_EQ(box_count(box), 3 + 6 * 20 + 2);
    box_hash(box, hash);
    mox_box_destroy(box);
    CHECK_EQ(scenario.counting.blocks, 0);
    CHECK_EQ(scenario.counting.bytes, 0);
    return !scenario.counting.failed;
}

/* The box is given up right where memory failed. */
static void given_up(size_t fail_at) {
    struct counting counting = {.fail_at = fail_at, .forever = true};
    const struct mox_allocator allocator = counting_allocator(&counting);
    struct elf_file file;
    uint8_t *bytes;
    mox_box *box = NULL;
    file_of(&file);
    if (mox_box_create(NULL, &allocator, &box) == MOX_OK &&
        mox_box_add_program(box, file.bytes, file.size) == MOX_OK &&
        mox_box_add_data(box, 5000, &bytes) == MOX_OK && mox_box_start(box) == MOX_OK) {
        (void)mox_box_run(box, 1000);
    }
    mox_box_destroy(box);
    CHECK_EQ(counting.blocks, 0);
    CHECK_EQ(counting.bytes, 0);
}

int main(void) {
    uint8_t expected[MOX_HASH_SIZE];
    uint8_t hash[MOX_HASH_SIZE];
    CHECK(undisturbed(0, false, expected));
    size_t reached = 0;
    for (int forever = 0; forever < 2; forever++) {
        size_t n = 1;
        while (!undisturbed(n, forever != 0, hash)) {
            CHECK(memcmp(hash, expected, sizeof hash) == 0);
            given_up(n);
            n++;
        }
        CHECK(n > 25);
        reached = n;
    }
    printf("%zu allocations\n", reached - 1);
    return check_report("memory failures");
}
