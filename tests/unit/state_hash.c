/* The state hash against a second reading of its definition (proof/state_hash.h), made from what
 * the public interface shows; in steps of any size; and sensitive to everything that is part of a
 * machine. */
#include "base/sha256.h"

#include "unit/boxes.h"

static void put(struct sha256 *sha, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    sha256_update(sha, bytes, 4);
}

static void hash_by_definition(mox_box *box, uint32_t memory_limit, uint8_t hash[MOX_HASH_SIZE]) {
    const struct mox_registers registers = box_registers(box);
    const struct mox_report report = *mox_box_report(box);
    struct mox_region region;
    struct sha256 sha;
    uint32_t count = 0;
    sha256_start(&sha);
    sha256_update(&sha, "moxbox state v1", 16);
    put(&sha, 1);
    for (uint32_t i = 0; i < 16; i++) {
        put(&sha, registers.r[i]);
    }
    put(&sha, registers.pc);
    put(&sha, registers.cc);
    put(&sha, report.count_low);
    put(&sha, report.count_high);
    put(&sha, report.stop == MOX_STOP_EXIT);
    put(&sha, report.exit_code);
    put(&sha, memory_limit);
    for (uint32_t i = 0; i < 256; i++) {
        put(&sha, registers.sr[i]);
    }
    while (mox_box_region(box, count, &region)) {
        count++;
    }
    put(&sha, count);
    for (uint32_t i = 0; mox_box_region(box, i, &region); i++) {
        uint8_t contents[32];
        uint32_t size;
        const uint8_t *bytes = mox_box_window(box, region.address, &size);
        CHECK_EQ(size, region.size);
        sha256_of(bytes, size, contents);
        put(&sha, region.address);
        put(&sha, region.size);
        put(&sha, region.rights);
        sha256_update(&sha, contents, 32);
    }
    sha256_finish(&sha, hash);
}

static void check_definition(mox_box *box, uint32_t memory_limit) {
    uint8_t expected[MOX_HASH_SIZE];
    uint8_t hash[MOX_HASH_SIZE];
    hash_by_definition(box, memory_limit, expected);
    static const uint32_t steps[] = {1, 63, 64, 65, 4096, 4160, 100000, UINT32_MAX};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        uint32_t calls = 0;
        bool done = false;
        while (!done && calls < 1000000) {
            CHECK_EQ(mox_box_state_hash(box, steps[i], hash, &done), MOX_OK);
            calls++;
        }
        CHECK(done);
        CHECK(memcmp(hash, expected, sizeof hash) == 0);
        CHECK(calls > 1 || steps[i] > 50000);
    }
}

static struct guest storing_guest(void) {
    struct guest guest = {.size = 0};
    guest_mmap(&guest, 4096);
    guest_ab(&guest, OP_ST_L, R0, R3);
    guest_ab(&guest, OP_CMP, R0, R3);
    guest_ldi(&guest, R5, GUEST_BASE);
    guest_ssr(&guest, R5, 200);
    guest_exit(&guest, 5);
    return guest;
}

static mox_box *box_with_data(uint32_t limit, uint8_t fill) {
    const struct guest guest = storing_guest();
    const struct mox_options options = {.memory_limit = limit};
    uint8_t *bytes;
    mox_box *box = box_new(&options);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 10000, &bytes), MOX_OK);
    memset(bytes, fill, 10000);
    CHECK_EQ(mox_box_add_data(box, 0, &bytes), MOX_OK);
    CHECK_EQ(mox_box_add_data(box, 1, &bytes), MOX_OK);
    CHECK_EQ(mox_box_start(box), MOX_OK);
    return box;
}

static void definition(void) {
    const uint32_t limit = 1 << 20;
    mox_box *box = box_with_data(limit, 1);
    for (uint32_t i = 0; i < 12; i++) {
        check_definition(box, limit);
        CHECK_EQ(mox_box_run(box, 1), MOX_OK);
    }
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_EXIT);
    mox_box_destroy(box);
}

/* Every instruction, another limit and other data each give another hash. */
static void sensitivity(void) {
    uint8_t hashes[16][MOX_HASH_SIZE];
    uint32_t count = 0;
    mox_box *box = box_with_data(1 << 20, 1);
    for (uint32_t i = 0; i < 12; i++) {
        box_hash(box, hashes[count++]);
        CHECK_EQ(mox_box_run(box, 1), MOX_OK);
    }
    mox_box_destroy(box);
    for (uint32_t i = 0; i < 2; i++) {
        box = box_with_data(i == 0 ? 1 << 21 : 1 << 20, i == 0 ? 1 : 2);
        box_hash(box, hashes[count++]);
        mox_box_destroy(box);
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (!CHECK(memcmp(hashes[i], hashes[j], MOX_HASH_SIZE) != 0)) {
                printf("  states %u and %u\n", i, j);
            }
        }
    }
}

/* Running in the middle of a hash starts it afresh. */
static void restart(void) {
    uint8_t hash[MOX_HASH_SIZE];
    uint8_t expected[MOX_HASH_SIZE];
    bool done = false;
    mox_box *box = box_with_data(1 << 20, 1);
    CHECK_EQ(mox_box_state_hash(box, 20000, hash, &done), MOX_OK);
    CHECK(!done);
    CHECK_EQ(mox_box_run(box, 3), MOX_OK);
    box_hash(box, hash);
    hash_by_definition(box, 1 << 20, expected);
    CHECK(memcmp(hash, expected, sizeof hash) == 0);
    mox_box_destroy(box);
}

/* Sealed data is not hashed again: 64 KiB of stack and some hundreds of bytes are all the work. */
static void sealed_data_costs_nothing(void) {
    const struct guest guest = storing_guest();
    uint8_t hash[MOX_HASH_SIZE];
    uint8_t expected[MOX_HASH_SIZE];
    uint8_t *bytes;
    bool done = false;
    mox_box *box = box_new(NULL);
    CHECK_EQ(box_add_guest(box, GUEST_BASE, &guest), MOX_OK);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQ(mox_box_add_data(box, 1000000, &bytes), MOX_OK);
        memset(bytes, (int)i, 1000000);
    }
    CHECK_EQ(mox_box_start(box), MOX_OK);
    hash_by_definition(box, MOX_DEFAULT_MEMORY_LIMIT, expected);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_EQ(mox_box_state_hash(box, 70000, hash, &done), MOX_OK);
        CHECK(done);
        CHECK(memcmp(hash, expected, sizeof hash) == 0);
    }
    mox_box_destroy(box);
}

int main(void) {
    sealed_data_costs_nothing();
    definition();
    sensitivity();
    restart();
    return check_report("state hash");
}
