/* Snapshots of machines that somebody has changed: the input is a list of changes (a place and a
 * word) to the snapshot of a machine that has something of everything; digests are put right
 * behind them. It is refused, or makes a machine that is in order, stays so while it runs, has a
 * snapshot itself, and goes without leaving anything behind. An input that begins with the magic of
 * a snapshot is one itself. */
#include "bytes_in.h"

#include "base/sha256.h"
#include "unit/counting.h"
#include "unit/snapshot_world.h"

enum { MAGIC = 16, HEAD = 28, CHANGES = 16, RUNS = 4, SLICE = 2500 };

static void seal(struct snapshot *snapshot) {
    struct sha256 sha;
    sha256_start(&sha);
    sha256_update(&sha, snapshot->bytes, snapshot->size - MOX_HASH_SIZE);
    sha256_finish(&sha, snapshot->bytes + snapshot->size - MOX_HASH_SIZE);
}

static void try(const struct snapshot *snapshot) {
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    const struct mox_machine_options granted = {.memory_limit = 64 << 20, .cages_max = 1024};
    mox_status status;
    mox_machine *machine = snapshot_restore(snapshot->bytes, snapshot->size, UINT32_MAX, &granted,
                                            &allocator, &status);
    MUST((machine != NULL) == (status == MOX_OK));
    for (uint32_t i = 0; machine != NULL && i < RUNS; i++) {
        MUST(machine_check(machine) == NULL);
        MUST(mox_machine_run(machine, SLICE) == MOX_OK);
    }
    if (machine != NULL) {
        MUST(machine_check(machine) == NULL);
        snapshot_try(machine);
        mox_machine_destroy(machine);
    }
    MUST(counting.blocks == 0 && counting.bytes == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes_in in = {data, size};
    struct snapshot snapshot;
    if (size > HEAD && memcmp(data, "moxbox machine", 15) == 0) {
        snapshot = (struct snapshot){malloc(size), (uint32_t)size, 0};
        memcpy(snapshot.bytes, data, size);
        try(&snapshot);
        snapshot_drop(&snapshot);
        return 0;
    }
    static struct snapshot made; /* once */
    if (made.bytes == NULL) {
        const struct busy busy = busy_begin(NULL);
        MUST(snapshot_take(busy.machine, 1 << 20, UINT32_MAX, &made) == MOX_OK);
        mox_machine_destroy(busy.machine);
    }
    snapshot = (struct snapshot){malloc(made.size), made.size, 0};
    memcpy(snapshot.bytes, made.bytes, made.size);
    for (uint32_t i = 0; i < CHANGES && in.left > 0; i++) {
        const uint32_t place = take32(&in) % (snapshot.size - MOX_HASH_SIZE - 4) & ~3u;
        const uint32_t how = take8(&in);
        const uint32_t word = bytes_load32(snapshot.bytes + place);
        bytes_store32(snapshot.bytes + place, how < 128   ? how
                                              : how < 192 ? word + how - 160
                                                          : take32(&in));
    }
    seal(&snapshot);
    try(&snapshot);
    snapshot_drop(&snapshot);
    MUST(check_failed == 0);
    return 0;
}
