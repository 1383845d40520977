/* The bytes of a snapshot, of a box (snapshots.h) or a machine (machine_snapshots.h), for tests. */
#ifndef MOXBOX_TESTS_SNAPSHOT_BYTES_H
#define MOXBOX_TESTS_SNAPSHOT_BYTES_H

#include <stdlib.h>

#include "base/sha256.h"
#include "moxbox/box.h"

struct snapshot {
    uint8_t *bytes; /* freed by snapshot_free */
    uint32_t size;
};

static inline void snapshot_free(struct snapshot *snapshot) {
    free(snapshot->bytes);
    *snapshot = (struct snapshot){0};
}

/* Gives changed bytes the digest that they need to be believed. needs: size >= 32. */
static inline void snapshot_seal(const struct snapshot *snapshot) {
    const uint32_t size = snapshot->size - MOX_HASH_SIZE;
    sha256_of(snapshot->bytes, size, snapshot->bytes + size);
}

#endif
