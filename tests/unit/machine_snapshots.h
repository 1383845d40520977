/* Snapshots for tests: a machine's twin, made from its snapshot, is in order and has the same state
 * and the same snapshot. */
#ifndef MOXBOX_TESTS_MACHINE_SNAPSHOTS_H
#define MOXBOX_TESTS_MACHINE_SNAPSHOTS_H

#include <string.h>

#include "machine/machine_parts.h"
#include "moxbox/machine.h"
#include "unit/check.h"
#include "unit/snapshot_bytes.h"

/* In pieces of `room` bytes, each of which looks at `max_bytes`. */
static inline mox_status snapshot_take(mox_machine *machine, uint32_t room, uint32_t max_bytes,
                                       struct snapshot *snapshot) {
    bool done = false;
    uint32_t there = 0;
    *snapshot = (struct snapshot){0};
    while (!done) {
        uint32_t size = 0;
        if (there - snapshot->size < room) {
            there = 2 * there + room;
            snapshot->bytes = realloc(snapshot->bytes, there);
        }
        const mox_status status = mox_machine_snapshot(
            machine, max_bytes, snapshot->bytes + snapshot->size, room, &size, &done);
        if (status != MOX_OK) {
            snapshot_free(snapshot);
            return status;
        }
        snapshot->size += size;
    }
    return MOX_OK;
}

/* NULL with *status. */
static inline mox_machine *snapshot_restore(const uint8_t *bytes, uint32_t size, uint32_t piece,
                                            const struct mox_machine_options *granted,
                                            const struct mox_allocator *allocator,
                                            mox_status *status) {
    mox_restore *restore = NULL;
    mox_machine *machine = NULL;
    bool hungry = true;
    uint32_t at = 0;
    *status = mox_restore_create(granted, allocator, &restore);
    while (*status == MOX_OK && machine == NULL) {
        if (hungry) {
            const uint32_t here = size - at < piece ? size - at : piece;
            *status = mox_restore_feed(restore, bytes + at, here);
            at += here;
        }
        if (*status == MOX_OK) {
            *status = mox_restore_step(restore, 1 << 20, &hungry, &machine);
        }
    }
    mox_restore_destroy(restore);
    return machine;
}

static inline void snapshot_hash(mox_machine *machine, uint8_t hash[MOX_HASH_SIZE]) {
    bool done = false;
    memset(hash, 0, MOX_HASH_SIZE);
    while (!done && CHECK_EQ(mox_machine_state_hash(machine, 1 << 20, hash, &done), MOX_OK)) {
    }
}

static inline bool snapshot_same(mox_machine *a, mox_machine *b) {
    uint8_t hashes[2][MOX_HASH_SIZE];
    snapshot_hash(a, hashes[0]);
    snapshot_hash(b, hashes[1]);
    return CHECK(memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
}

/* A machine that goes on where this one is; NULL: it could not be made. */
static inline mox_machine *snapshot_twin(mox_machine *machine) {
    struct snapshot first;
    struct snapshot again;
    const struct mox_machine_options granted = {
        .memory_limit = UINT32_MAX, .cages_max = CAGE_ID_MAX / 2, .output_limit = UINT64_MAX};
    mox_status status = snapshot_take(machine, MOX_SNAPSHOT_ROOM, UINT32_MAX, &first);
    if (status == MOX_BAD_PHASE) { /* it waits for its store */
        return NULL;
    }
    mox_machine *twin = NULL;
    if (CHECK_EQ(status, MOX_OK)) {
        twin = snapshot_restore(first.bytes, first.size, UINT32_MAX, &granted, NULL, &status);
        CHECK_EQ(status, MOX_OK);
    }
    if (twin != NULL) {
        CHECK(machine_check(twin) == NULL);
        CHECK_EQ(snapshot_take(twin, 3 * MOX_SNAPSHOT_ROOM, 10000, &again), MOX_OK);
        CHECK(first.size == again.size && memcmp(first.bytes, again.bytes, first.size) == 0);
        snapshot_free(&again);
    }
    snapshot_free(&first);
    return twin;
}

/* The same, of which only is looked whether it can be made, and ended. */
static inline void snapshot_try(mox_machine *machine) {
    mox_machine_destroy(snapshot_twin(machine));
}

#endif
