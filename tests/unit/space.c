/* Address space: bounds to the byte, rights, straddling accesses, limits, windows, failing
 * allocation. */
#include "base/alloc.h"
#include "check.h"
#include "mem/space.h"
#include "mem/space_change.h"
#include "unit/counting.h"

#include <string.h>

static struct space make(struct counting *counting, uint32_t limit) {
    const struct mox_allocator allocator = counting_allocator(counting);
    struct space space;
    space_init(&space, &allocator, limit);
    return space;
}

static void check_bounds(void) {
    static const uint32_t sizes[] = {1, 2, 4};
    struct counting counting = {0};
    struct space space = make(&counting, 1 << 20);
    CHECK_EQ(space_map(&space, 0x1003, 0x21, RIGHT_READ | RIGHT_WRITE, NULL, "a"), MOX_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint32_t size = sizes[i];
        for (uint32_t address = 0xff0; address < 0x1040; address++) {
            const bool inside = address >= 0x1003 && address + size <= 0x1024;
            uint32_t value = 0x55;
            CHECK_EQ(space_load(&space, address, size, &value), inside);
            CHECK_EQ(value, inside ? 0 : 0x55);
            CHECK_EQ(space_store(&space, address, size, 0), inside);
            CHECK_EQ(space_allows(&space, address, size, RIGHT_WRITE), inside);
        }
        uint32_t value;
        CHECK(!space_load(&space, 0xffffffffu, size, &value));
        CHECK(!space_load(&space, 0u - size, size, &value));
        CHECK(!space_load(&space, 0, size, &value));
    }
    CHECK(space_allows(&space, 0, 0, RIGHT_READ));
    CHECK(!space_allows(&space, 0x1004, 0xfffffffeu, RIGHT_READ));
    space_free(&space);
    CHECK_EQ(counting.bytes, 0);
}

static void check_straddle(void) {
    struct counting counting = {0};
    struct space space = make(&counting, 1 << 20);
    CHECK_EQ(space_map(&space, 0x2000, 6, RIGHT_READ | RIGHT_WRITE, NULL, "a"), MOX_OK);
    CHECK_EQ(space_map(&space, 0x2006, 6, RIGHT_READ | RIGHT_WRITE, NULL, "b"), MOX_OK);
    CHECK_EQ(space_map(&space, 0x200c, 6, RIGHT_READ, NULL, "c"), MOX_OK);
    CHECK(space_store(&space, 0x2004, 4, 0x44332211));
    uint32_t value = 0;
    CHECK(space_load(&space, 0x2006, 2, &value));
    CHECK_EQ(value, 0x4433);
    CHECK(space_load(&space, 0x2004, 4, &value));
    CHECK_EQ(value, 0x44332211);
    CHECK(space_load(&space, 0x200a, 4, &value));
    CHECK(!space_store(&space, 0x200a, 4, 0xffffffffu));
    CHECK(space_load(&space, 0x200a, 2, &value));
    CHECK_EQ(value, 0);
    uint8_t code[20];
    CHECK_EQ(space_fetch(&space, 0x2000, code, 20), 18);
    CHECK_EQ(code[4], 0x11);
    CHECK_EQ(space_fetch(&space, 0x1fff, code, 4), 0);
    uint8_t bytes[18];
    for (uint8_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = i;
    }
    space_put(&space, 0x2000, bytes, sizeof bytes);
    CHECK_EQ(space_fetch(&space, 0x2000, code, 20), 18);
    CHECK(memcmp(code, bytes, sizeof bytes) == 0);
    space_free(&space);
}

static void check_placing(void) {
    struct counting counting = {0};
    struct space space = make(&counting, 0x5000);
    CHECK_EQ(space_next_base(&space), 0x1000);
    CHECK_EQ(space_probe(&space, 0, 4), MOX_ADDRESS_SPACE);
    CHECK_EQ(space_probe(&space, 4, 0), MOX_ADDRESS_SPACE);
    CHECK_EQ(space_probe(&space, 0xffffefffu, 2), MOX_ADDRESS_SPACE);
    CHECK_EQ(space_probe(&space, 0xfffff000u, 1), MOX_ADDRESS_SPACE);
    CHECK_EQ(space_probe(&space, 0x1000, 0xffffffffu), MOX_ADDRESS_SPACE);
    CHECK_EQ(space_probe(&space, 0x1000, 0x5001), MOX_MEMORY_LIMIT);
    CHECK_EQ(space_map(&space, 0x3000, 0x1001, RIGHT_READ, NULL, "m"), MOX_OK);
    CHECK_EQ(space.used, 0x2000);
    CHECK_EQ(space_probe(&space, 0x2fff, 2), MOX_ELF_OVERLAP);
    CHECK_EQ(space_probe(&space, 0x4000, 1), MOX_ELF_OVERLAP);
    CHECK_EQ(space_probe(&space, 0x3010, 4), MOX_ELF_OVERLAP);
    CHECK_EQ(space_probe(&space, 0x2000, 0x1001), MOX_ELF_OVERLAP);
    CHECK_EQ(space_probe(&space, 0x2000, 0x1000), MOX_OK);
    CHECK_EQ(space_probe(&space, 0x4001, 0x3000), MOX_OK);
    CHECK_EQ(space_probe(&space, 0x4001, 0x3001), MOX_MEMORY_LIMIT);
    CHECK_EQ(space_next_base(&space), 0x6000);
    CHECK_EQ(space_map(&space, 0xffffef00u, 0x100, RIGHT_READ, NULL, "top"), MOX_OK);
    CHECK_EQ(space_next_base(&space), 0);
    CHECK(space_find(&space, 0xffffefffu) != NULL);
    CHECK(space_find(&space, 0xfffff000u) == NULL);
    space_free(&space);
}

/* A read window must not outlive the rights it was made for, nor serve writes. */
static void check_rights(void) {
    struct counting counting = {0};
    struct space space = make(&counting, 1 << 20);
    CHECK_EQ(space_map(&space, 0x1000, 64, RIGHT_READ, NULL, "r"), MOX_OK);
    CHECK_EQ(space_map(&space, 0x2000, 64, RIGHT_WRITE, NULL, "w"), MOX_OK);
    CHECK_EQ(space_map(&space, 0x3000, 64, 0, NULL, "x"), MOX_OK);
    uint32_t value = 7;
    CHECK(space_load(&space, 0x1000, 4, &value) && value == 0);
    CHECK(!space_store(&space, 0x1000, 4, 1));
    CHECK(space_store(&space, 0x2000, 4, 1));
    CHECK(!space_load(&space, 0x2000, 4, &value));
    CHECK(!space_load(&space, 0x3000, 1, &value) && !space_store(&space, 0x3000, 1, 0));
    space_free(&space);
}

/* Each allocation of a growing space fails once; nothing changes, and trying again succeeds. */
static void check_failing(void) {
    struct counting counting = {0};
    struct space space = make(&counting, 1 << 24);
    for (uint32_t i = 0; i < 100; i++) {
        const uint32_t base = 0x1000 + i * 0x2000;
        for (size_t failing = 1;; failing++) {
            const size_t held = counting.bytes;
            const uint32_t used = space.used;
            counting.fail_at = counting.calls + failing;
            counting.forever = true;
            const mox_status status = space_map(&space, base, 0x1000, RIGHT_READ, NULL, "heap");
            counting.fail_at = 0;
            if (status == MOX_OK) {
                break;
            }
            CHECK_EQ(status, MOX_NO_MEMORY);
            CHECK_EQ(space.used, used);
            CHECK(space_find(&space, base) == NULL);
            CHECK(counting.bytes >= held); /* a larger table may stay */
        }
    }
    CHECK_EQ(space.count, 100);
    for (uint32_t i = 0; i < 100; i++) {
        CHECK_EQ(space.regions[i].base, 0x1000 + i * 0x2000);
    }
    space_free(&space);
    CHECK_EQ(counting.bytes, 0);
}

/* Every page of a region is touched once and keeps its bytes; later regions come in their turn. */
static void check_touching(void) {
    struct counting counting = {0};
    struct space space = make(&counting, 1 << 24);
    uint32_t touched = 0;
    CHECK(!space_touch(&space));
    CHECK_EQ(space_map(&space, 0x10000, 0x3001, RIGHT_READ, NULL, "a"), MOX_OK);
    CHECK_EQ(space_map(&space, 0x20000, 1, RIGHT_READ | RIGHT_WRITE, NULL, "b"), MOX_OK);
    CHECK_EQ(space_map(&space, 0x30000, 0x2000, RIGHT_READ, NULL, "c"), MOX_OK);
    CHECK(space_store(&space, 0x20000, 1, 0x5a));
    space_filled(&space, 0x30000);
    while (space_touch(&space)) {
        touched++;
    }
    CHECK_EQ(touched, 4 + 1);
    CHECK_EQ(space.regions[1].bytes[0], 0x5a);
    CHECK(!space_touch(&space));
    /* One more at the end costs its own pages; one in front of what was touched starts it over. */
    CHECK_EQ(space_map(&space, 0x40000, 0x2000, RIGHT_READ, NULL, "d"), MOX_OK);
    CHECK(space_touch(&space) && space_touch(&space) && !space_touch(&space));
    CHECK_EQ(space_map(&space, 0x1000, 0x1000, RIGHT_READ, NULL, "e"), MOX_OK);
    for (touched = 0; space_touch(&space); touched++) {
    }
    CHECK_EQ(touched, 1 + 4 + 1 + 2);
    space_free(&space);
    CHECK_EQ(counting.bytes, 0);
}

/* The lowest free place, found by looking at every region. */
static uint64_t naive_place(const struct space *space, uint32_t size, uint32_t low) {
    uint64_t at = low;
    for (uint32_t i = 0; i < space->count; i++) {
        const struct region *region = &space->regions[i];
        const uint64_t end = space_whole_pages((uint64_t)region->base + region->size);
        if (region->base > at && region->base - at >= size) {
            break;
        }
        at = end > at ? end : at;
    }
    return at;
}

/* Things of all sizes come and go: each search finds what one without memory finds, and those that
 * map one after the other do not look at all regions again. */
static void check_searching(void) {
    enum { LOW = 0x40000, STEPS = 20000, PAGES = 9, COUNT = 10000 };
    struct counting counting = {0};
    struct space space = make(&counting, 1 << 28);
    uint32_t state = 1;
    CHECK_EQ(space_map(&space, 0x3f123, 0x1000, RIGHT_READ, NULL, "below"), MOX_OK);
    for (uint32_t step = 0; step < STEPS; step++) {
        state = state * 1664525 + 1013904223;
        const uint32_t pages = 1 + (state >> 8) % PAGES * (state >> 16 & 1 ? 1 : 5);
        const uint32_t size = pages * SPACE_PAGE;
        bool changed = false;
        const uint64_t at = space_place(&space, size, LOW);
        if (!CHECK_EQ(at, naive_place(&space, size, LOW))) {
            break;
        }
        const bool full = space.count > 1500;
        if (!full && state >> 28 < (step / 2000 % 2 == 0 ? 12u : 6u)) {
            CHECK_EQ(
                space_map(&space, (uint32_t)at, size - (state >> 24 & 15), RIGHT_READ, NULL, ""),
                MOX_OK);
        } else if (space.count > 1) {
            const struct region *region = &space.regions[(state >> 4) % space.count];
            const uint32_t base = (region->base + (state >> 12 & 0x1fff)) & ~(SPACE_PAGE - 1u);
            CHECK_EQ(space_unmap(&space, base > LOW ? base : LOW, size, &changed), MOX_OK);
        }
        CHECK(step % 64 != 0 || space_check(&space));
    }
    space_free(&space);
    space = make(&counting, 1 << 28);
    CHECK_EQ(space_map(&space, 0x70000000, SPACE_PAGE, RIGHT_READ, NULL, "above"), MOX_OK);
    for (uint32_t i = 0; i < COUNT; i++) {
        const uint32_t at = (uint32_t)space_place(&space, SPACE_PAGE, LOW);
        CHECK_EQ(space_map(&space, at, SPACE_PAGE, RIGHT_READ, NULL, ""), MOX_OK);
    }
    CHECK(space.work < 10 * COUNT);
    for (uint32_t i = 0; i < COUNT; i++) { /* and go from below, and come again */
        bool changed = false;
        CHECK_EQ(space_unmap(&space, LOW + i * SPACE_PAGE, SPACE_PAGE, &changed), MOX_OK);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        CHECK_EQ(space_place(&space, SPACE_PAGE, LOW), LOW + i * SPACE_PAGE);
        CHECK_EQ(space_map(&space, LOW + i * SPACE_PAGE, SPACE_PAGE, RIGHT_READ, NULL, ""), MOX_OK);
    }
    CHECK(space.work < 30 * COUNT);
    space_free(&space);
    CHECK_EQ(counting.bytes, 0);
}

int main(void) {
    check_bounds();
    check_straddle();
    check_placing();
    check_rights();
    check_failing();
    check_touching();
    check_searching();
    return check_report("address space");
}
