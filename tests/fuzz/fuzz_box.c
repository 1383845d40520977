/* A whole box around hostile segments: options, data, sealing in pieces, running in slices, and
 * everything that looks at it in between. A second box that does it in one go ends in the same
 * state. */
#include "bytes_in.h"
#include "unit/boxes.h"

enum { BUDGET = 3000, SEGMENTS_MAX = 4 };

struct plan {
    struct elf_file file;
    struct mox_options options;
    uint32_t data_size;
    uint32_t piece; /* seal, hash and run in about so much at a time */
};

static void take_plan(struct bytes_in *in, struct plan *plan) {
    static const uint32_t places[] = {0x1000,  0x8000,  0x8100,     0x10000,
                                      0x1fff0, 0x20000, 0x7ffffff0, 0xffff0000};
    const uint32_t segments = 1 + take8(in) % SEGMENTS_MAX;
    uint32_t sizes[SEGMENTS_MAX] = {0};
    uint32_t places_of[SEGMENTS_MAX] = {0};
    uint32_t tails[SEGMENTS_MAX] = {0};
    uint32_t flags[SEGMENTS_MAX] = {0};
    plan->options.memory_limit = take16(in) * 512;
    plan->options.stack_size = take8(in) % 4 * 4096 + 4096; /* small, as it is hashed often */
    plan->data_size = take16(in) % 5000;
    plan->piece = 1 + take16(in);
    for (uint32_t i = 0; i < segments; i++) {
        const uint32_t place = take8(in);
        places_of[i] = places[place % 8] + (place >> 3) * 2 + i * 0x200;
        flags[i] = take8(in) & 7;
        tails[i] = take8(in) * 16;
        sizes[i] = i == 0 ? 1024 : take8(in);
    }
    const uint32_t entry = places_of[0] + take8(in) * 2;
    elf_file_start(&plan->file, entry, segments);
    for (uint32_t i = segments; i-- > 0;) { /* code, the first one, is what is left of the input */
        static uint8_t bytes[1024];
        const uint32_t size = sizes[i] < in->left || i > 0 ? sizes[i] : (uint32_t)in->left + 2;
        for (uint32_t j = 0; j < size; j++) {
            bytes[j] = (uint8_t)take8(in);
        }
        elf_file_load(&plan->file, i, places_of[i], flags[i], bytes, size, size + tails[i]);
    }
}

/* Makes and starts a box; NULL when it refuses. */
static mox_box *start(const struct plan *plan, bool in_pieces) {
    mox_box *box = NULL;
    uint8_t *bytes = NULL;
    bool done = !in_pieces;
    MUST(mox_box_create(&plan->options, NULL, &box) == MOX_OK);
    const mox_status loaded = mox_box_add_program(box, plan->file.bytes, plan->file.size);
    const mox_status added = mox_box_add_data(box, plan->data_size, &bytes);
    MUST(added == MOX_OK || added == MOX_MEMORY_LIMIT);
    for (uint32_t i = 0; bytes != NULL && i < plan->data_size; i++) {
        bytes[i] = (uint8_t)(i * 3);
    }
    while (!done) {
        MUST(mox_box_seal(box, plan->piece, &done) == MOX_OK);
    }
    const mox_status started = mox_box_start(box);
    MUST((started == MOX_NO_PROGRAM) == (loaded != MOX_OK));
    if (started != MOX_OK) {
        MUST(started != MOX_NO_MEMORY && mox_box_run(box, 1) == MOX_BAD_PHASE);
        mox_box_destroy(box);
        return NULL;
    }
    MUST(mox_box_add_program(box, plan->file.bytes, plan->file.size) == MOX_BAD_PHASE);
    return box;
}

/* A buffer of the report is readable to its last byte. */
static void look_at_buffer(mox_box *box, uint32_t address, uint32_t size) {
    MUST(size == 0 || address != 0);
    while (size > 0) {
        uint32_t here;
        const uint8_t *bytes = mox_box_window(box, address, &here);
        MUST(bytes != NULL && here > 0);
        volatile uint8_t last = bytes[(here < size ? here : size) - 1];
        (void)last;
        address += here;
        size -= here < size ? here : size;
    }
}

/* Nothing that looks may change anything; every answer is in its range. */
static void look(mox_box *box, const struct plan *plan) {
    const struct mox_report report = *mox_box_report(box);
    const struct mox_registers registers = box_registers(box);
    char text[49];
    uint32_t length;
    look_at_buffer(box, report.output_address, report.output_size);
    look_at_buffer(box, report.state_address, report.state_size);
    MUST(report.memory_used <=
         (plan->options.memory_limit ? plan->options.memory_limit : 256u << 20));
    MUST((report.stop == MOX_STOP_FAULT) == (report.fault_kind != MOX_FAULT_NONE));
    MUST(report.stop != MOX_STOP_FAULT || report.fault_pc == registers.pc);
    const size_t room = plan->piece % sizeof text;
    memset(text, 'x', sizeof text);
    mox_box_disassemble(box, registers.pc, text, room, &length);
    MUST(length <= 6 && length % 2 == 0 && text[room] == 'x');
    MUST(room == 0 || memchr(text, '\0', room) != NULL);
}

static void run_in_slices(mox_box *box, const struct plan *plan) {
    uint64_t left = BUDGET;
    for (uint32_t n = 0; left > 0; n++) {
        const uint64_t slice = plan->piece % 97 + n;
        uint8_t hash[MOX_HASH_SIZE];
        bool done;
        const uint64_t budget = slice < left ? slice : left;
        if (n % 3 == 0) {
            const uint64_t before = box_count(box);
            MUST(mox_box_slice(box, budget, n * 10) == MOX_OK);
            const bool cut = mox_box_report(box)->stop == MOX_STOP_BUDGET;
            left -= cut ? box_count(box) - before : budget;
        } else {
            MUST(mox_box_run(box, budget) == MOX_OK);
            left -= budget;
        }
        if (n < 20) {
            look(box, plan);
            MUST(mox_box_state_hash(box, n * 100, hash, &done) == MOX_OK);
        }
    }
}

static void hash_in_pieces(mox_box *box, uint32_t piece, uint8_t hash[MOX_HASH_SIZE]) {
    bool done = false;
    while (!done) {
        MUST(mox_box_state_hash(box, piece, hash, &done) == MOX_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct plan plan;
    struct bytes_in in = {data, size};
    uint8_t hashes[2][MOX_HASH_SIZE];
    take_plan(&in, &plan);
    mox_box *whole = start(&plan, false);
    mox_box *cut = start(&plan, true);
    MUST((whole == NULL) == (cut == NULL));
    if (whole == NULL) {
        return 0;
    }
    MUST(mox_box_run(whole, BUDGET) == MOX_OK);
    MUST(box_count(whole) <= BUDGET);
    run_in_slices(cut, &plan);
    MUST(memcmp(mox_box_report(whole), mox_box_report(cut), sizeof(struct mox_report)) == 0);
    hash_in_pieces(whole, UINT32_MAX, hashes[0]);
    hash_in_pieces(cut, plan.piece, hashes[1]);
    MUST(memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
    MUST(memcmp(mox_box_data_hash(whole, 0) ? mox_box_data_hash(whole, 0) : hashes[0],
                mox_box_data_hash(cut, 0) ? mox_box_data_hash(cut, 0) : hashes[0],
                MOX_HASH_SIZE) == 0);
    mox_box_destroy(whole);
    mox_box_destroy(cut);
    return 0;
}
