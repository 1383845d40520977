/* Snapshots of boxes taken and read in pieces, for tests. */
#ifndef MOXBOX_TESTS_SNAPSHOTS_H
#define MOXBOX_TESTS_SNAPSHOTS_H

#include "base/bytes.h"
#include "unit/check.h"
#include "unit/snapshot_bytes.h"

/* In pieces of at most room bytes, max_bytes of memory looked at for each. */
static inline struct snapshot snapshot_in(mox_box *box, const struct mox_snapshot_options *options,
                                          uint32_t room, uint32_t max_bytes) {
    struct snapshot snapshot = {0};
    uint8_t *piece = malloc(room);
    for (bool done = false; !done;) {
        uint32_t size = 0;
        const mox_status status =
            mox_box_snapshot(box, options, max_bytes, piece, room, &size, &done);
        options = NULL;
        if (!CHECK_EQ(status, MOX_OK) || !CHECK(size <= room)) {
            break;
        }
        uint8_t *grown = realloc(snapshot.bytes, snapshot.size + size + 1);
        if (grown == NULL || piece == NULL) {
            abort();
        }
        snapshot.bytes = grown;
        memcpy(snapshot.bytes + snapshot.size, piece, size);
        snapshot.size += size;
    }
    free(piece);
    return snapshot;
}

static inline struct snapshot snapshot_of(mox_box *box) {
    const struct mox_snapshot_options options = {.unlimited = 1};
    return snapshot_in(box, &options, 1 << 16, UINT32_MAX);
}

/* Into a box fresh from create, in pieces, each in a block of its own. */
static inline mox_status snapshot_into(mox_box *box, const uint8_t *bytes, uint32_t size,
                                       uint32_t piece) {
    mox_status status = MOX_OK;
    for (uint32_t at = 0; at < size && status == MOX_OK;) {
        const uint32_t here = size - at < piece ? size - at : piece;
        uint8_t *copy = malloc(here);
        if (copy == NULL) {
            abort();
        }
        memcpy(copy, bytes + at, here);
        status = mox_box_restore(box, copy, here);
        free(copy);
        at += here;
    }
    for (bool done = false; status == MOX_OK && !done;) {
        status = mox_box_restore_end(box, 5000, &done);
    }
    return status;
}

/* A restored box, granted as much memory as memory_limit says, or NULL and why. */
static inline mox_box *snapshot_box(const struct snapshot *snapshot, uint32_t piece,
                                    uint32_t memory_limit, mox_status *status) {
    const struct mox_options options = {.memory_limit = memory_limit};
    mox_box *box = NULL;
    CHECK_EQ(mox_box_create(&options, NULL, &box), MOX_OK);
    *status = snapshot_into(box, snapshot->bytes, snapshot->size, piece);
    if (*status != MOX_OK) {
        mox_box_destroy(box);
        return NULL;
    }
    return box;
}

static inline bool snapshot_is_refusal(mox_status status) {
    return (status >= MOX_SNAPSHOT_KIND && status <= MOX_SNAPSHOT_DATA) ||
           status == MOX_MEMORY_LIMIT;
}

#endif
