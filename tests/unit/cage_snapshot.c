/* Snapshots of machines: what is restored is the same machine and goes on as the first would have,
 * however the bytes are cut; what is damaged, cut short or forged is refused, or is a machine that
 * is in order; whatever fails, nothing leaks. */
#include "unit/counting.h"
#include "unit/snapshot_world.h"

#include "machine/machine_snapshot.h"

static const struct mox_machine_options generous = {
    .memory_limit = UINT32_MAX, .cages_max = CAGE_ID_MAX / 2, .output_limit = UINT64_MAX};

static void test_twin(void) {
    const struct busy busy = busy_begin(NULL);
    const struct busy twin = {snapshot_twin(busy.machine), busy.a, busy.b};
    if (!CHECK(twin.machine != NULL)) {
        return;
    }
    const struct busy *const both[] = {&busy, &twin};
    for (uint32_t i = 0; i < 2; i++) { /* all of it goes on */
        CHECK_EQ(mox_machine_input(both[i]->machine, (const uint8_t *)"line\n", 5), MOX_OK);
        CHECK_EQ(mox_machine_run(both[i]->machine, 100000), MOX_OK);
        CHECK_EQ(CALL(both[i]->machine, busy.b, kill, busy.a, 10), 0);
        busy_events(both[i]);
        busy_write(both[i], 1, "more");
        uint32_t size = 0;
        const uint8_t *out = mox_machine_output(both[i]->machine, 1, &size);
        CHECK(size == 25 && memcmp(out, "nobody has taken thismore", 25) == 0);
        machine_sound(both[i]->machine);
    }
    CHECK_EQ(mox_machine_report(twin.machine)->memory_used,
             mox_machine_report(busy.machine)->memory_used);
    CHECK(snapshot_same(busy.machine, twin.machine));
    mox_machine_destroy(busy.machine);
    mox_machine_destroy(twin.machine);
}

static void test_cuts(void) {
    const struct busy busy = busy_begin(NULL);
    struct snapshot whole;
    CHECK_EQ(snapshot_take(busy.machine, 1 << 20, UINT32_MAX, &whole), MOX_OK);
    static const uint32_t steps[][2] = {{MOX_SNAPSHOT_ROOM, 5000}, {10007, 77777}};
    for (uint32_t i = 0; i < 2; i++) {
        struct snapshot other;
        CHECK_EQ(snapshot_take(busy.machine, steps[i][0], steps[i][1], &other), MOX_OK);
        CHECK(whole.size == other.size && memcmp(whole.bytes, other.bytes, whole.size) == 0);
        snapshot_free(&other);
    }
    static const uint32_t pieces[] = {1, 5, 4099};
    for (uint32_t i = 0; i < 3; i++) {
        mox_status status;
        mox_machine *machine =
            snapshot_restore(whole.bytes, whole.size, pieces[i], &generous, NULL, &status);
        CHECK(status == MOX_OK && snapshot_same(busy.machine, machine));
        mox_machine_destroy(machine);
    }
    /* The hash of the first text is the hash of the state. */
    uint8_t hashes[2][MOX_HASH_SIZE];
    snapshot_hash(busy.machine, hashes[0]);
    sha256_of(whole.bytes + SNAPSHOT_HEAD, bytes_load32(whole.bytes + SNAPSHOT_MAGIC), hashes[1]);
    CHECK(memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
    snapshot_free(&whole);
    mox_machine_destroy(busy.machine);
}

static mox_status tried(const struct snapshot *snapshot, uint32_t size,
                        const struct mox_machine_options *granted) {
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    mox_status status;
    mox_machine *machine =
        snapshot_restore(snapshot->bytes, size, UINT32_MAX, granted, &allocator, &status);
    if (machine != NULL) { /* then it is one like any other */
        CHECK(machine_check(machine) == NULL);
        CHECK_EQ(mox_machine_run(machine, 3000), MOX_OK);
        CHECK(machine_check(machine) == NULL);
        mox_machine_destroy(machine);
    }
    CHECK_EQ(counting.blocks, 0);
    return status;
}

static void test_limits(const struct snapshot *snapshot) {
    const struct mox_machine_options enough = {
        .memory_limit = 64 << 20, .cages_max = CAGES_DEFAULT, .output_limit = 1 << 30};
    struct mox_machine_options less = enough;
    CHECK_EQ(tried(snapshot, snapshot->size, &enough), MOX_OK);
    less.memory_limit--;
    CHECK_EQ(tried(snapshot, snapshot->size, &less), MOX_MEMORY_LIMIT);
    less = enough;
    less.cages_max--;
    CHECK_EQ(tried(snapshot, snapshot->size, &less), MOX_MEMORY_LIMIT);
    less = enough;
    less.output_limit--;
    CHECK_EQ(tried(snapshot, snapshot->size, &less), MOX_MEMORY_LIMIT);
}

static void test_damage(struct snapshot *snapshot) {
    enum { STEP = 211 * CHECK_SHARE };
    for (uint32_t size = 0; size < snapshot->size; size += size < 64 ? 1 : STEP) {
        const mox_status status = tried(snapshot, size, &generous);
        CHECK(status == MOX_SNAPSHOT_SHORT || status == MOX_SNAPSHOT_KERNEL);
    }
    for (uint32_t at = 0; at < snapshot->size; at += at < 64 ? 1 : STEP) {
        snapshot->bytes[at] ^= (uint8_t)(1 << at % 8);
        CHECK(tried(snapshot, snapshot->size, &generous) != MOX_OK);
        snapshot->bytes[at] ^= (uint8_t)(1 << at % 8);
    }
    struct snapshot longer = {malloc(snapshot->size + 1), snapshot->size + 1};
    memcpy(longer.bytes, snapshot->bytes, snapshot->size);
    longer.bytes[snapshot->size] = 0;
    CHECK_EQ(tried(&longer, longer.size, &generous), MOX_SNAPSHOT_LONG);
    snapshot_free(&longer);
}

/* Words of the texts, one after the other, are something else, and the digest fits. (The fuzz
 * target tries all of them.) */
enum { FORGED_STEP = CHECK_SHARE > 1 ? 4 * 67 : 4 * 13 };
static void test_forgeries(struct snapshot *snapshot) {
    uint32_t texts = 0;
    uint32_t taken = 0;
    for (uint32_t at = SNAPSHOT_MAGIC; at < SNAPSHOT_HEAD; at += 4) {
        texts += bytes_load32(snapshot->bytes + at);
    }
    for (uint32_t at = SNAPSHOT_MAGIC; at < SNAPSHOT_HEAD + texts; at += FORGED_STEP) {
        static const uint32_t values[] = {0, 1, UINT32_MAX, 0x7fffffff};
        const uint32_t word = bytes_load32(snapshot->bytes + at);
        const uint32_t other = at % 8 == 0 ? word + 1 : values[at / 8 % 4];
        bytes_store32(snapshot->bytes + at, other);
        snapshot_seal(snapshot);
        taken += tried(snapshot, snapshot->size, &generous) == MOX_OK && other != word ? 1 : 0;
        bytes_store32(snapshot->bytes + at, word);
    }
    snapshot_seal(snapshot);
    CHECK_EQ(tried(snapshot, snapshot->size, &generous), MOX_OK);
    printf("%u forgeries are machines, of %u\n", taken, texts / FORGED_STEP);
    CHECK(taken > 0);
}

static struct snapshot shared; /* for those that counting_fail_each calls */

static bool restores(size_t fail_at, bool forever) {
    struct counting counting = {.fail_at = fail_at, .forever = forever};
    const struct mox_allocator allocator = counting_allocator(&counting);
    mox_status status;
    mox_machine *machine =
        snapshot_restore(shared.bytes, shared.size, UINT32_MAX, &generous, &allocator, &status);
    CHECK(machine != NULL ? status == MOX_OK : status == MOX_NO_MEMORY);
    mox_machine_destroy(machine);
    CHECK_EQ(counting.blocks, 0);
    CHECK_EQ(counting.bytes, 0);
    return !counting.failed;
}

static struct busy lent;
static struct counting *lent_counting;

static bool writes(size_t fail_at, bool forever) {
    struct snapshot snapshot;
    const size_t before = lent_counting->blocks;
    lent_counting->failed = false;
    lent_counting->forever = forever;
    lent_counting->fail_at = lent_counting->calls + fail_at;
    const mox_status status = snapshot_take(lent.machine, 1 << 20, UINT32_MAX, &snapshot);
    lent_counting->fail_at = 0;
    CHECK_EQ(status, lent_counting->failed ? MOX_NO_MEMORY : MOX_OK);
    snapshot_free(&snapshot);
    CHECK_EQ(lent_counting->blocks, before);
    return !lent_counting->failed;
}

static void test_no_memory(void) {
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    lent = busy_begin(&allocator);
    lent_counting = &counting;
    counting_fail_each(writes, 10);
    machine_sound(lent.machine);
    mox_machine_destroy(lent.machine);
    CHECK_EQ(counting.blocks, 0);
    counting_fail_each(restores, 100);
}

int main(void) {
    test_twin();
    test_cuts();
    const struct busy busy = busy_begin(NULL);
    CHECK_EQ(snapshot_take(busy.machine, 1 << 20, UINT32_MAX, &shared), MOX_OK);
    mox_machine_destroy(busy.machine);
    test_limits(&shared);
    test_damage(&shared);
    test_forgeries(&shared);
    test_no_memory();
    snapshot_free(&shared);
    return check_report("snapshots of machines");
}
