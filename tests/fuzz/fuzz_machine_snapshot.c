/* Snapshots of machines that somebody has changed: the input is a list of changes (a place and a
 * word) to the snapshot of a machine that has something of everything; digests are put right
 * behind them. It is refused, or makes a machine that is in order, stays so while it runs, has a
 * snapshot itself, and goes without leaving anything behind. An input that begins with the magic of
 * a snapshot is one itself. */
#include "bytes_in.h"

#include "machine/machine_snapshot.h"
#include "unit/counting.h"
#include "unit/snapshot_world.h"

enum { CHANGES = 16, RUNS = 4, SLICE = 2500 };

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
    if (size > SNAPSHOT_HEAD && memcmp(data, snapshot_magic, SNAPSHOT_MAGIC) == 0) {
        snapshot = (struct snapshot){malloc(size), (uint32_t)size};
        memcpy(snapshot.bytes, data, size);
        try(&snapshot);
        snapshot_free(&snapshot);
        return 0;
    }
    static struct snapshot made; /* once */
    if (made.bytes == NULL) {
        const struct busy busy = busy_begin(NULL);
        MUST(snapshot_take(busy.machine, 1 << 20, UINT32_MAX, &made) == MOX_OK);
        mox_machine_destroy(busy.machine);
    }
    snapshot = (struct snapshot){malloc(made.size), made.size};
    memcpy(snapshot.bytes, made.bytes, made.size);
    for (uint32_t i = 0; i < CHANGES && in.left > 0; i++) {
        const uint32_t place = take32(&in) % (snapshot.size - MOX_HASH_SIZE - 4) & ~3u;
        const uint32_t how = take8(&in);
        const uint32_t word = bytes_load32(snapshot.bytes + place);
        bytes_store32(snapshot.bytes + place, how < 128   ? how
                                              : how < 192 ? word + how - 160
                                                          : take32(&in));
    }
    snapshot_seal(&snapshot);
    try(&snapshot);
    snapshot_free(&snapshot);
    MUST(check_failed == 0);
    return 0;
}
