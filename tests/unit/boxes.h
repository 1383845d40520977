/* Boxes around the small guests of guest.h. */
#ifndef MOXBOX_TESTS_BOXES_H
#define MOXBOX_TESTS_BOXES_H

#include "moxbox/box.h"
#include "unit/check.h"
#include "unit/guest.h"

enum { GUEST_BASE = 0x1000 };

static inline mox_box *box_new(const struct mox_options *options) {
    mox_box *box = NULL;
    CHECK_EQ(mox_box_create(options, NULL, &box), MOX_OK);
    return box;
}

static inline mox_status box_add_guest(mox_box *box, uint32_t base, const struct guest *guest) {
    struct elf_file file;
    elf_file_of_guest(&file, base, guest);
    return mox_box_add_program(box, file.bytes, file.size);
}

/* A started box with one guest and no data. */
static inline mox_box *box_of_guest(const struct guest *guest) {
    mox_box *box = box_new(NULL);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, guest), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    return box;
}

static inline uint64_t box_count(mox_box *box) {
    const struct mox_report *report = mox_box_report(box);
    return report->count_low | (uint64_t)report->count_high << 32;
}

static inline struct mox_registers box_registers(const mox_box *box) {
    struct mox_registers registers;
    mox_box_registers(box, &registers);
    return registers;
}

static inline void box_hash(mox_box *box, uint8_t hash[MOX_HASH_SIZE]) {
    bool done = false;
    while (!done) {
        CHECK_EQ(mox_box_state_hash(box, UINT32_MAX, hash, &done), MOX_OK);
    }
}

#endif
