/* Anybody's bytes as a snapshot, mostly with the digest that they need: refused, or a snapshot of
 * the very box that they make, whose further run is the same whether it is written and read again
 * in between or not. A byte says how; the next two cut the rest into pieces. */
#include "bytes_in.h"
#include "unit/boxes.h"
#include "unit/snapshots.h"

enum { BUDGET = 1000, MEMORY = 1 << 20, SNAPSHOT_MAX = 8192 };

/* What the box holds before: two data files, or none. */
static mox_box *new_box(bool with_data) {
    const struct mox_options options = {.memory_limit = MEMORY};
    uint8_t *bytes;
    mox_box *box = NULL;
    MUST(mox_box_create(&options, NULL, &box) == MOX_OK);
    if (with_data) {
        MUST(mox_box_add_data(box, 3, &bytes) == MOX_OK);
        memcpy(bytes, "abc", 3);
        MUST(mox_box_add_data(box, 0, &bytes) == MOX_OK);
    }
    return box;
}

/* With the options that the box's own snapshot had, and the budget raised when it has run on. */
static struct snapshot write_again(mox_box *box, bool left_out) {
    struct mox_setup setup;
    mox_box_setup(box, &setup);
    struct mox_snapshot_options options = {.leave_out_data = left_out,
                                           .unlimited = setup.unlimited,
                                           .budget = setup.budget_low | (uint64_t)setup.budget_high
                                                                            << 32};
    if (options.budget < box_count(box)) {
        options.budget = box_count(box);
    }
    return snapshot_in(box, &options, 10000, 20000);
}

/* All that can be asked of the box. */
static void look(mox_box *box) {
    const struct mox_report *report = mox_box_report(box);
    uint32_t size;
    struct mox_region region;
    MUST(report->stop <= MOX_STOP_BREAK);
    MUST((report->stop == MOX_STOP_FAULT) == (report->fault_kind != MOX_FAULT_NONE));
    MUST(report->memory_used <= MEMORY);
    MUST(report->output_size == 0 || mox_box_window(box, report->output_address, &size) != NULL);
    MUST(report->state_size == 0 || mox_box_window(box, report->state_address, &size) != NULL);
    for (uint32_t i = 0; mox_box_region(box, i, &region); i++) {
        MUST(memchr(region.tags, '\0', sizeof region.tags) != NULL);
    }
    MUST(mox_box_program_hash(box, 0) != NULL);
}

static void run_on(mox_box *box, bool with_data) {
    uint8_t hashes[2][MOX_HASH_SIZE];
    mox_box *other = new_box(with_data);
    MUST(mox_box_run(box, BUDGET / 2) == MOX_OK);
    struct snapshot middle = write_again(box, with_data);
    MUST(snapshot_into(other, middle.bytes, middle.size, 5000) == MOX_OK);
    MUST(mox_box_run(box, BUDGET) == MOX_OK && mox_box_run(other, BUDGET) == MOX_OK);
    box_hash(box, hashes[0]);
    box_hash(other, hashes[1]);
    MUST(memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
    MUST(memcmp(mox_box_report(box), mox_box_report(other), sizeof(struct mox_report)) == 0);
    snapshot_free(&middle);
    mox_box_destroy(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t bytes[SNAPSHOT_MAX];
    struct bytes_in in = {data, size};
    const uint32_t how = take8(&in);
    const bool with_data = how & 1;
    const uint32_t piece = 1 + take16(&in);
    if (in.left > sizeof bytes) {
        return 0;
    }
    memcpy(bytes, in.at, in.left);
    const struct snapshot snapshot = {bytes, (uint32_t)in.left};
    if (!(how & 2) && snapshot.size >= MOX_HASH_SIZE) {
        snapshot_seal(&snapshot);
    }
    mox_box *box = new_box(with_data);
    const mox_status status = snapshot_into(box, snapshot.bytes, snapshot.size, piece);
    if (status == MOX_OK) {
        struct snapshot again = write_again(box, with_data);
        MUST(again.size == snapshot.size && memcmp(again.bytes, bytes, again.size) == 0);
        snapshot_free(&again);
        look(box);
        run_on(box, with_data);
        look(box);
    } else {
        MUST(snapshot_is_refusal(status));
    }
    mox_box_destroy(box);
    MUST(check_failed == 0);
    return 0;
}
