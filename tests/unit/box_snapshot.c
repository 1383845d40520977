/* Snapshots: a box that is written after any number of instructions and read again goes on as if
 * nothing had been; the bytes depend on the machine alone; what no box can have written is refused,
 * each thing with its own status, and what is accepted is written again as it was. */
#include "cpu/cpu.h"
#include "load/elf.h"
#include "unit/boxes.h"
#include "unit/counting.h"
#include "unit/snapshots.h"

enum { DATA_SIZE = 5000, BIG = 1 << 20, MANY = 5000 };

/* Uses all that a snapshot holds: registers, comparisons of every outcome, special registers, both
 * buffers, data, stack, heap of several regions, a loop. */
static struct guest busy_guest(void) {
    static const uint32_t compared[][2] = {
        {1, 1}, {2, 1}, {1, 2}, {UINT32_MAX, 1}, {1, UINT32_MAX}};
    struct guest guest = {.size = 0};
    guest_ldi(&guest, R5, 0x1234);
    guest_ssr(&guest, R5, 200);
    guest_gsr(&guest, SP, 7);       /* the top of the stack, as crt0 has it */
    guest_ab(&guest, 0x06, SP, R5); /* push */
    for (uint32_t i = 0; i < 3; i++) {
        guest_mmap(&guest, (i + 1) * 4096);
        guest_ab(&guest, OP_ST_L, R0, R5);
        guest_ab(&guest, OP_MOV, R6, R0);
    }
    for (uint32_t i = 0; i < 5; i++) {
        guest_ldi(&guest, R1, compared[i][0]);
        guest_ldi(&guest, R2, compared[i][1]);
        guest_ab(&guest, OP_CMP, R1, R2);
        guest_half(&guest, 0xc000 | (i % 3) << 10); /* beq, bne or blt: to what follows in any case
                                                     */
    }
    guest_ssr(&guest, R6, 6);
    guest_ldi(&guest, R1, 64);
    guest_ssr(&guest, R1, 7);
    guest_ssr(&guest, R6, 8);
    guest_ssr(&guest, R1, 9);
    guest_ldi(&guest, R1, 10);
    const uint32_t loop = guest.size;
    guest_inc(&guest, R6, 4);
    guest_ab(&guest, OP_ST_L, R6, R1);
    guest_half(&guest, 0x9000 | R1 << 8 | 1); /* dec */
    guest_ldi(&guest, R2, 0);
    guest_ab(&guest, OP_CMP, R1, R2);
    guest_half(&guest, 0xc400 | (((loop - guest.size - 2) / 2) & 0x3ff)); /* bne */
    return guest;
}

enum end { END_EXIT, END_FAULT, END_BREAK, END_ILLEGAL, END_ODD, END_COUNT };

static void guest_end(struct guest *guest, enum end end) {
    switch (end) {
    case END_EXIT: guest_exit(guest, 0xabcd); break;
    case END_FAULT:
        guest_ldi(guest, R1, 0xffff0000);
        guest_ab(guest, OP_LD_L, R2, R1);
        break;
    case END_BREAK: guest_half(guest, OP_BRK << 8); break;
    case END_ILLEGAL: guest_half(guest, 0); break;
    case END_ODD: guest_jump(guest, GUEST_BASE, 1); break;
    case END_COUNT: break;
    }
}

static void fill(uint8_t *bytes, uint32_t size) {
    for (uint32_t i = 0; i < size; i += 3) {
        bytes[i] = (uint8_t)(i + i / 256);
    }
}

/* Three data files: the second is empty, the third has pages of zeros. */
static void add_files(mox_box *box) {
    uint8_t *bytes;
    CHECK_EQ(mox_box_add_data(box, DATA_SIZE, &bytes), MOX_OK);
    fill(bytes, DATA_SIZE);
    CHECK_EQ(mox_box_add_data(box, 0, &bytes), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 4 * 4096 + 1, &bytes), MOX_OK);
    bytes[4 * 4096] = 9;
}

/* Two programs, so that segments are in another order than their names. */
static mox_box *new_box(enum end end, const struct mox_allocator *allocator) {
    const struct mox_options options = {.memory_limit = BIG, .stack_size = 2 * 4096};
    struct guest guest = busy_guest();
    struct elf_file file;
    mox_box *box = NULL;
    CHECK_EQ(mox_box_create(&options, allocator, &box), MOX_OK);
    elf_file_start(&file, 0x8000, 3);
    elf_file_load(&file, 0, 0x20000, PF_R | PF_W, guest.code, 10, 5000);
    elf_file_load(&file, 1, 0x8000, PF_R, guest.code, guest.size, guest.size);
    elf_file_load(&file, 2, 0x9000, 0, guest.code, 3, 3);
    CHECK_EQ(mox_box_add_program(box, file.bytes, file.size), MOX_OK);
    add_files(box);
    guest_end(&guest, end);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    return box;
}

static bool same_report(mox_box *a, mox_box *b) {
    const struct mox_report first = *mox_box_report(a);
    return memcmp(&first, mox_box_report(b), sizeof first) == 0;
}

static void check_same(mox_box *a, mox_box *b) {
    uint8_t hashes[2][MOX_HASH_SIZE];
    const struct mox_registers registers = box_registers(a);
    const struct mox_registers others = box_registers(b);
    struct mox_region region;
    struct mox_region other;
    box_hash(a, hashes[0]);
    box_hash(b, hashes[1]);
    CHECK(memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
    CHECK(memcmp(&registers, &others, sizeof registers) == 0);
    CHECK(same_report(a, b));
    for (uint32_t i = 0; mox_box_region(a, i, &region); i++) {
        CHECK(mox_box_region(b, i, &other) && memcmp(&region, &other, sizeof region) == 0);
    }
    for (uint32_t i = 0; i < 4; i++) {
        const uint8_t *hash = mox_box_program_hash(a, i);
        const uint8_t *data = mox_box_data_hash(a, i);
        CHECK_EQ(hash != NULL, mox_box_program_hash(b, i) != NULL);
        CHECK(hash == NULL || memcmp(hash, mox_box_program_hash(b, i), MOX_HASH_SIZE) == 0);
        CHECK_EQ(data != NULL, mox_box_data_hash(b, i) != NULL);
        CHECK(data == NULL || memcmp(data, mox_box_data_hash(b, i), MOX_HASH_SIZE) == 0);
        CHECK_EQ(mox_box_program_size(a, i), mox_box_program_size(b, i));
        CHECK_EQ(mox_box_data_size(a, i), mox_box_data_size(b, i));
    }
}

static bool same_bytes(const struct snapshot *a, const struct snapshot *b) {
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static mox_box *restored(const struct snapshot *snapshot, bool left_out, uint32_t piece) {
    mox_box *box = box_new(NULL);
    if (left_out) {
        add_files(box);
    }
    if (!CHECK_EQ(snapshot_into(box, snapshot->bytes, snapshot->size, piece), MOX_OK)) {
        mox_box_destroy(box);
        return NULL;
    }
    return box;
}

/* After k instructions: written, read, written again, and run on to the end beside the other. */
static void check_at(enum end end, uint32_t k, bool left_out) {
    const struct mox_snapshot_options options = {.leave_out_data = left_out, .budget = 777777};
    mox_box *box = new_box(end, NULL);
    CHECK_EQ(k > 0 ? mox_box_run(box, k) : MOX_OK, MOX_OK);
    struct snapshot snapshot = snapshot_in(box, &options, 8192 + k % 5000, 1 + k * 100);
    mox_box *other = restored(&snapshot, left_out, 1 + k * 37 % 6000);
    if (other == NULL) {
        snapshot_free(&snapshot);
        mox_box_destroy(box);
        return;
    }
    struct snapshot again = snapshot_in(other, &options, 1 << 16, UINT32_MAX);
    struct mox_setup setup;
    CHECK(same_bytes(&snapshot, &again));
    check_same(box, other);
    mox_box_setup(other, &setup);
    CHECK_EQ(setup.memory_limit, BIG);
    CHECK_EQ(setup.stack_size, 2 * 4096);
    CHECK_EQ(setup.program_count, 2);
    CHECK_EQ(setup.data_count, 3);
    CHECK(setup.unlimited == 0 && setup.budget_low == 777777 && setup.budget_high == 0);
    CHECK_EQ(mox_box_run(box, 1000), MOX_OK);
    CHECK_EQ(mox_box_run(other, 1000), MOX_OK);
    check_same(box, other);
    snapshot_free(&snapshot);
    snapshot_free(&again);
    mox_box_destroy(box);
    mox_box_destroy(other);
}

static void check_every_k(void) {
    for (int end = 0; end < END_COUNT; end++) {
        mox_box *box = new_box((enum end)end, NULL);
        CHECK_EQ(mox_box_run(box, 1000), MOX_OK);
        const uint32_t count = (uint32_t)box_count(box);
        static const mox_stop stops[] = {MOX_STOP_EXIT, MOX_STOP_FAULT, MOX_STOP_BREAK,
                                         MOX_STOP_FAULT, MOX_STOP_FAULT};
        CHECK_EQ(mox_box_report(box)->stop, stops[end]);
        mox_box_destroy(box);
        printf("stop %u after %u instructions\n", (unsigned)stops[end], count);
        if (!CHECK(count > 100 && count < 300)) {
            return;
        }
        for (uint32_t k = 0; k <= count + 1; k += end == END_EXIT ? 1 : count / 3) {
            check_at((enum end)end, k, false);
            check_at((enum end)end, k, true);
        }
        check_at((enum end)end, count, false);
    }
}

/* Memory that was never written, or only with zeros, costs nothing. */
static void check_zero_pages(void) {
    struct guest guest = {.size = 0};
    guest_mmap(&guest, 200 << 20);
    guest_inc(&guest, R0, 100);
    guest_ab(&guest, OP_ST_L, R0, R0); /* one page that is not zero */
    guest_ldi(&guest, R5, 0);
    guest_half(&guest, OP_BRK << 8);
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_run(box, 100), MOX_OK);
    struct snapshot snapshot = snapshot_of(box);
    printf("%u bytes for 200 MiB of which one page is used\n", snapshot.size);
    CHECK(snapshot.size < 3 * 4096);
    mox_box_destroy(box);
    snapshot_free(&snapshot);
}

/* A box that has not run, for a short snapshot: one program, one data file. */
static mox_box *small_box(enum end end) {
    struct guest guest = {.size = 0};
    uint8_t *bytes;
    guest_ldi(&guest, R5, 7);
    guest_ssr(&guest, R5, 100);
    guest_mmap(&guest, 4096);
    guest_end(&guest, end);
    mox_box *box = box_new(&(struct mox_options){.memory_limit = BIG, .stack_size = 4096});
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 3, &bytes), MOX_OK);
    memcpy(bytes, "abc", 3);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    return box;
}

static struct snapshot small_snapshot(enum end end, uint32_t k) {
    mox_box *box = small_box(end);
    CHECK_EQ(k > 0 ? mox_box_run(box, k) : MOX_OK, MOX_OK);
    const struct snapshot snapshot = snapshot_of(box);
    mox_box_destroy(box);
    return snapshot;
}

/* What the format is. Another digest is another format, with a number of its own, or other results
 * of programs, with other semantics. */
static void check_format(void) {
    static const uint8_t digest[] = {0xe9, 0x03, 0x51, 0x25, 0xaa, 0xad, 0xd9, 0x0e};
    struct snapshot snapshot = small_snapshot(END_EXIT, 1000);
    CHECK_EQ(snapshot.size, 393);
    if (!CHECK(memcmp(snapshot.bytes + snapshot.size - MOX_HASH_SIZE, digest, sizeof digest) ==
               0)) {
        for (uint32_t i = 0; i < sizeof digest; i++) {
            printf(" 0x%02x", snapshot.bytes[snapshot.size - MOX_HASH_SIZE + i]);
        }
        printf(" is its digest\n");
    }
    snapshot_free(&snapshot);
}

/* Ends at every byte, every byte changed in two ways, a byte more. */
static void check_damage(void) {
    struct snapshot whole = small_snapshot(END_EXIT, 1000);
    mox_status status;
    for (uint32_t size = 0; size < whole.size; size++) {
        const struct snapshot part = {whole.bytes, size};
        CHECK(snapshot_box(&part, size % 3 == 0 ? 1 : 1000, 0, &status) == NULL);
        CHECK_EQ(status, MOX_SNAPSHOT_SHORT);
    }
    for (uint32_t at = 0; at < whole.size; at++) {
        for (int way = 0; way < 2; way++) {
            const uint8_t change = (uint8_t)(way == 0 ? 0xff : 1 << at % 8);
            whole.bytes[at] ^= change;
            CHECK(snapshot_box(&whole, 1000, 0, &status) == NULL);
            CHECK(snapshot_is_refusal(status));
            whole.bytes[at] ^= change;
        }
    }
    const struct snapshot more = {whole.bytes, whole.size + 1}; /* snapshot_in has room for it */
    whole.bytes[whole.size] = 0;
    CHECK(snapshot_box(&more, 1000, 0, &status) == NULL);
    CHECK_EQ(status, MOX_SNAPSHOT_LONG);
    CHECK(snapshot_box(&more, 1, 0, &status) == NULL);
    CHECK_EQ(status, MOX_SNAPSHOT_LONG);
    snapshot_free(&whole);
}

/* The same with a digest that is right: whoever makes one can make that too. Either it is refused,
 * or it is a snapshot of the box that it makes. */
static void check_forgeries(enum end end, uint32_t k) {
    static const uint8_t changes[] = {0x01, 0x80, 0xff, 0x10};
    struct snapshot whole = small_snapshot(end, k);
    uint32_t accepted = 0;
    for (uint32_t at = 0; at < whole.size - MOX_HASH_SIZE; at++) {
        for (size_t way = 0; way < sizeof changes; way++) {
            mox_status status;
            whole.bytes[at] ^= changes[way];
            snapshot_seal(&whole);
            mox_box *box = snapshot_box(&whole, 100000, 0, &status);
            if (box != NULL) {
                struct mox_setup setup;
                mox_box_setup(box, &setup);
                const struct mox_snapshot_options options = {
                    .unlimited = setup.unlimited,
                    .budget = setup.budget_low | (uint64_t)setup.budget_high << 32};
                struct snapshot again = snapshot_in(box, &options, 1 << 16, UINT32_MAX);
                CHECK(same_bytes(&whole, &again));
                CHECK_EQ(mox_box_run(box, MANY), MOX_OK);
                snapshot_free(&again);
                mox_box_destroy(box);
                accepted++;
            } else {
                CHECK(snapshot_is_refusal(status));
            }
            whole.bytes[at] ^= changes[way];
        }
    }
    printf("%u forgeries are snapshots of other boxes\n", accepted);
    CHECK(accepted > 100);
    snapshot_free(&whole);
}

/* Offsets in the small snapshot: tag, versions, options, registers, special registers (5 or 6 of
 * them), one program of one segment, one data file, one heap region. */
enum {
    AT_FORMAT = 16,
    AT_SEMANTICS = 20,
    AT_LEFT_OUT = 24,
    AT_STOP = 28,
    AT_MEMORY = 32,
    AT_STACK = 36,
    AT_UNLIMITED = 40,
    AT_BUDGET = 44,
    AT_R0 = 60,
    AT_CC = 120,
    AT_COUNT = 124,
    AT_SPECIALS = 132,
    AT_SPECIAL = 136,
};

static uint32_t word_at(const struct snapshot *snapshot, uint32_t at) {
    return bytes_load32(snapshot->bytes + at);
}

/* One word changed, and sealed. */
static void refused(enum end end, uint32_t k, uint32_t at, uint32_t word, mox_status expected) {
    struct snapshot forged = small_snapshot(end, k);
    mox_status status;
    CHECK(bytes_load32(forged.bytes + at) != word);
    bytes_store32(forged.bytes + at, word);
    snapshot_seal(&forged);
    CHECK(snapshot_box(&forged, 1000, 0, &status) == NULL);
    if (!CHECK_EQ(status, expected)) {
        printf("  word at %u\n", at);
    }
    snapshot_free(&forged);
}

static void check_heads(void) {
    refused(END_EXIT, 9, 0, 0x464c457f, MOX_SNAPSHOT_KIND);
    refused(END_EXIT, 9, 12, 0x20746f68, MOX_SNAPSHOT_KIND);
    refused(END_EXIT, 9, AT_FORMAT, 2, MOX_SNAPSHOT_VERSION);
    refused(END_EXIT, 9, AT_SEMANTICS, MOX_SEMANTICS_VERSION + 1, MOX_SNAPSHOT_VERSION);
    refused(END_EXIT, 9, AT_LEFT_OUT, 2, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 9, AT_LEFT_OUT, 1, MOX_SNAPSHOT_DATA);
    refused(END_EXIT, 9, AT_MEMORY, MOX_DEFAULT_MEMORY_LIMIT + 1, MOX_MEMORY_LIMIT);
    refused(END_EXIT, 9, AT_MEMORY, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 9, AT_MEMORY, 4096, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 9, AT_STACK, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 9, AT_STACK, 4097, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 9, AT_STACK, BIG, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 9, AT_UNLIMITED, 2, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 9, AT_UNLIMITED, 0, MOX_SNAPSHOT_STATE); /* 0 is less than has run */
    refused(END_EXIT, 9, AT_BUDGET, 1, MOX_SNAPSHOT_STATE);
}

static void check_states(void) {
    static const uint32_t conditions[] = {1, 2, 3, 5, 8, 16, 18 + 4, 19, 0x80000000};
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        refused(END_EXIT, 3, AT_CC, conditions[i], MOX_SNAPSHOT_STATE);
    }
    refused(END_EXIT, 3, AT_STOP, MOX_STOP_NONE, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 0, AT_COUNT, 1, MOX_SNAPSHOT_STATE); /* not run, it says */
    refused(END_EXIT, 3, AT_STOP, MOX_STOP_EXIT, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 3, AT_STOP, MOX_STOP_FAULT, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 3, AT_STOP, MOX_STOP_BREAK, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 3, AT_STOP, MOX_STOP_BLOCKED, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 3, AT_STOP, UINT32_MAX, MOX_SNAPSHOT_STATE);
    refused(END_BREAK, 1000, AT_STOP, MOX_STOP_FAULT, MOX_SNAPSHOT_STATE);
    refused(END_FAULT, 1000, AT_STOP, MOX_STOP_BREAK, MOX_SNAPSHOT_STATE);
    refused(END_FAULT, 1000, AT_STOP, MOX_STOP_EXIT, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 3, AT_SPECIALS, SREG_COUNT + 1, MOX_SNAPSHOT_STATE);
}

/* The lists behind the head. */
static void check_lists(void) {
    const struct snapshot sample = small_snapshot(END_EXIT, 1000);
    const uint32_t specials = word_at(&sample, AT_SPECIALS);
    CHECK_EQ(specials, 5); /* cause, swi, output and its size, 100 */
    const uint32_t programs = AT_SPECIAL + 8 * specials;
    const uint32_t segments = programs + 4 + MOX_HASH_SIZE + 8;
    const uint32_t segment = segments + 4;
    const uint32_t data = segment + 12;
    const uint32_t heaps = data + 4 + MOX_HASH_SIZE + 4;
    const uint32_t contents = heaps + 8;
    CHECK_EQ(word_at(&sample, AT_SPECIAL), SREG_CAUSE);
    CHECK_EQ(word_at(&sample, AT_SPECIAL + 16), SREG_OUTPUT);
    refused(END_EXIT, 1000, AT_SPECIAL + 8, SREG_CAUSE, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 1000, AT_SPECIAL + 8, 300, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 1000, AT_SPECIAL + 8 * 4 + 4, 0, MOX_SNAPSHOT_STATE);
    refused(END_EXIT, 1000, AT_SPECIAL + 12, 90, MOX_SNAPSHOT_STATE);   /* an exit without swi 1 */
    refused(END_EXIT, 1000, AT_SPECIAL + 20, 0x10, MOX_SNAPSHOT_STATE); /* a buffer nowhere */
    refused(END_EXIT, 1000, AT_SPECIAL + 16, SREG_STATE, MOX_SNAPSHOT_STATE);
    CHECK_EQ(word_at(&sample, programs), 1);
    refused(END_EXIT, 1000, programs, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, programs, 65537, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segments - 8, 83, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segments - 4, 1 << 21, MOX_SNAPSHOT_LAYOUT);
    CHECK_EQ(word_at(&sample, segments), 1);
    refused(END_EXIT, 1000, segments, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segments, ELF_MAX_SEGMENTS + 1, MOX_SNAPSHOT_LAYOUT);
    CHECK_EQ(word_at(&sample, segment), GUEST_BASE);
    refused(END_EXIT, 1000, segment, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segment, 0xfffff000, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segment, 0xffffeff0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segment + 4, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segment + 4, BIG + 1, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segment + 4, UINT32_MAX, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, segment + 8, 4, MOX_SNAPSHOT_LAYOUT);
    CHECK_EQ(word_at(&sample, data), 1);
    refused(END_EXIT, 1000, data, 65537, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, data + 4, word_at(&sample, data + 4) ^ 1, MOX_SNAPSHOT_DATA);
    refused(END_EXIT, 1000, heaps - 4, BIG, MOX_SNAPSHOT_LAYOUT);
    CHECK_EQ(word_at(&sample, heaps), 1);
    refused(END_EXIT, 1000, heaps + 4, 0, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, heaps + 4, 4095, MOX_SNAPSHOT_LAYOUT);
    refused(END_EXIT, 1000, heaps + 4, BIG, MOX_SNAPSHOT_LAYOUT);
    CHECK_EQ(word_at(&sample, contents), 0); /* the text's only page */
    refused(END_EXIT, 1000, contents, 1, MOX_SNAPSHOT_PAGES);
    free(sample.bytes);
}

/* What is in the file is not what decides: the host's limits and the host's files do. */
static void check_grants(void) {
    static const char *const wrong[] = {"abd", "ab", NULL};
    const struct mox_snapshot_options left_out = {.leave_out_data = 1, .unlimited = 1};
    mox_box *box = small_box(END_EXIT);
    struct snapshot snapshot = snapshot_in(box, &left_out, 1 << 16, UINT32_MAX);
    struct snapshot with_data = snapshot_of(box);
    CHECK(snapshot.size < with_data.size);
    mox_box_destroy(box);
    for (uint32_t limit = BIG - 1; limit <= BIG; limit++) {
        uint8_t *bytes;
        box = box_new(&(struct mox_options){.memory_limit = limit});
        CHECK_EQ(mox_box_add_data(box, 3, &bytes), MOX_OK);
        memcpy(bytes, "abc", 3);
        CHECK_EQ(snapshot_into(box, snapshot.bytes, snapshot.size, 1000),
                 limit < BIG ? MOX_MEMORY_LIMIT : MOX_OK);
        mox_box_destroy(box);
    }
    for (uint32_t i = 0; i < 8; i++) { /* other bytes, fewer, none; sealed before or not */
        const char *text = i / 2 < 3 ? wrong[i / 2] : "abc";
        uint8_t *bytes;
        bool done = false;
        box = box_new(NULL);
        if (text != NULL) {
            CHECK_EQ(mox_box_add_data(box, (uint32_t)strlen(text), &bytes), MOX_OK);
            memcpy(bytes, text, strlen(text));
        }
        CHECK_EQ(i % 2 != 0 ? mox_box_seal(box, UINT32_MAX, &done) : MOX_OK, MOX_OK);
        CHECK_EQ(snapshot_into(box, snapshot.bytes, snapshot.size, 1000),
                 i / 2 < 3 ? MOX_SNAPSHOT_DATA : MOX_OK);
        mox_box_destroy(box);
    }
    box = box_new(NULL); /* files that nobody asked for */
    uint8_t *bytes;
    CHECK_EQ(mox_box_add_data(box, 3, &bytes), MOX_OK);
    memcpy(bytes, "abc", 3);
    CHECK_EQ(snapshot_into(box, with_data.bytes, with_data.size, 1000), MOX_SNAPSHOT_DATA);
    mox_box_destroy(box);
    snapshot_free(&snapshot);
    snapshot_free(&with_data);
}

/* Calls at the wrong time, and arguments out of range, change nothing. */
static void check_phases(void) {
    struct mox_snapshot_options options = {.unlimited = 1};
    uint8_t room[MOX_SNAPSHOT_ROOM];
    uint8_t *bytes;
    uint32_t size;
    bool done;
    mox_box *box = box_new(NULL);
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room, &size, &done), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_restore(box, room, 0), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_run(box, 1), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_add_data(box, 1, &bytes), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_add_program(box, room, sizeof room), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_seal(box, 1, &done), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_state_hash(box, 1, room, &done), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room, &size, &done), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_restore_end(box, 1, &done), MOX_SNAPSHOT_SHORT);
    CHECK_EQ(mox_box_restore_end(box, 1, &done), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_restore(box, room, 1), MOX_BAD_PHASE);
    mox_box_destroy(box);
    box = small_box(END_EXIT);
    CHECK_EQ(mox_box_restore(box, room, 1), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_restore_end(box, 1, &done), MOX_BAD_PHASE);
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room - 1, &size, &done),
             MOX_BAD_ARGUMENT);
    options.leave_out_data = 2;
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room, &size, &done), MOX_BAD_ARGUMENT);
    options = (struct mox_snapshot_options){.budget = 2};
    CHECK_EQ(mox_box_run(box, 3), MOX_OK);
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room, &size, &done), MOX_BAD_ARGUMENT);
    mox_box_destroy(box);
}

/* One that was begun is given up for another, and ends when the box runs on. */
static void check_afresh(void) {
    const struct mox_snapshot_options options = {.unlimited = 1};
    uint8_t room[MOX_SNAPSHOT_ROOM];
    uint32_t size;
    bool done;
    mox_box *box = small_box(END_EXIT);
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room, &size, &done), MOX_OK);
    CHECK(!done && size > 0);
    struct snapshot expected = small_snapshot(END_EXIT, 0);
    struct snapshot snapshot = snapshot_of(box);
    CHECK(same_bytes(&snapshot, &expected));
    snapshot_free(&snapshot);
    snapshot_free(&expected);
    CHECK_EQ(mox_box_snapshot(box, &options, 1, room, sizeof room, &size, &done), MOX_OK);
    CHECK_EQ(mox_box_run(box, 3), MOX_OK);
    CHECK_EQ(mox_box_snapshot(box, NULL, 1, room, sizeof room, &size, &done), MOX_BAD_PHASE);
    snapshot = snapshot_of(box);
    expected = small_snapshot(END_EXIT, 3);
    CHECK(same_bytes(&snapshot, &expected));
    snapshot_free(&snapshot);
    snapshot_free(&expected);
    mox_box_destroy(box);
}

/* Every allocation of a restore fails once, and then for good: no memory, nothing kept, and it can
 * be done again. Writing allocates nothing. */
static bool restored_with(size_t fail_at, bool forever) {
    static struct snapshot snapshot;
    struct counting counting = {.fail_at = fail_at, .forever = forever};
    const struct mox_allocator allocator = counting_allocator(&counting);
    mox_box *box = NULL;
    if (snapshot.bytes == NULL) {
        struct counting none = {0};
        const struct mox_allocator plain = counting_allocator(&none);
        box = new_box(END_FAULT, &plain);
        CHECK_EQ(mox_box_run(box, 1000), MOX_OK);
        const size_t calls = none.calls;
        snapshot = snapshot_of(box);
        CHECK_EQ(none.calls, calls);
        mox_box_destroy(box);
        box = NULL;
    }
    mox_status status = mox_box_create(NULL, &allocator, &box);
    if (status == MOX_OK) {
        status = snapshot_into(box, snapshot.bytes, snapshot.size, 100);
    }
    /* Text is decoded as it runs when there is no memory to keep it. */
    CHECK(status == MOX_OK || (status == MOX_NO_MEMORY && counting.failed));
    mox_box_destroy(box);
    CHECK_EQ(counting.blocks, 0);
    CHECK_EQ(counting.bytes, 0);
    if (!counting.failed) {
        snapshot_free(&snapshot);
    }
    return !counting.failed;
}

int main(void) {
    check_every_k();
    check_zero_pages();
    check_format();
    check_damage();
    check_forgeries(END_EXIT, 8);
    check_forgeries(END_EXIT, 1000);
    check_forgeries(END_FAULT, 1000);
    check_heads();
    check_states();
    check_lists();
    check_grants();
    check_phases();
    check_afresh();
    counting_fail_each(restored_with, 15);
    return check_report("snapshots");
}
