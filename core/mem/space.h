/* The guest's address space: regions of host memory at guest addresses, byte-exact bounds, rights.
 * Everything that touches guest memory goes through here, and here alone are guest ranges checked.
 *
 * Windows are a cache in front of the regions: one entry a page number modulo WINDOW_COUNT, each
 * holding the bounds of the whole region that was last used there; what the windows for writing
 * hold may be read, too. An access costs one subtraction, one comparison and one addition;
 * whatever does not fit falls to space_load and space_store. */
#ifndef MOXBOX_MEM_SPACE_H
#define MOXBOX_MEM_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "moxbox/allocator.h"
#include "moxbox/status.h"

enum {
    RIGHT_READ = 1,
    RIGHT_WRITE = 2,
    WINDOW_PAGE_BITS = 12,
    WINDOW_COUNT = 2048,
    SPACE_TAG_SIZE = 24,
    SPACE_PAGE = 1 << WINDOW_PAGE_BITS,
    SPACE_GAPS = 16,
};

/* The last page is never mapped, so that the end of a region never wraps to 0. */
#define SPACE_END 0xfffff000u

/* `size` rounded up to whole pages, as it counts against the limit. */
static inline uint64_t space_whole_pages(uint64_t size) {
    return (size + (SPACE_PAGE - 1)) & ~(uint64_t)(SPACE_PAGE - 1);
}

struct backing; /* mem/space_change.h: bytes that several regions show */

/* Guest bytes [base, base + size) live at bytes[0..size). size > 0; base > 0; base + size <=
 * SPACE_END. */
struct region {
    uint32_t base;
    uint32_t size;
    uint32_t rights;
    uint32_t capacity; /* bytes of the block, >= size; those behind size are zero */
    bool filled;       /* the host has written all of it, so that it has memory for it */
    uint8_t *bytes;    /* owned by the space, from its `blocks`, unless there is a backing */
    struct backing *backing;
    char tags[SPACE_TAG_SIZE];
};

/* An access of n <= 4 bytes at address fits when address - base <= last. */
struct window {
    _Alignas(16) uint32_t base; /* 16 bytes a window, so that an index is one shift */
    uint32_t last;
    uint8_t *bytes;
};

/* The place of an address's window. */
static inline uint32_t window_of(uint32_t address) {
    return address >> WINDOW_PAGE_BITS & (WINDOW_COUNT - 1);
}

struct space {
    struct window readable[WINDOW_COUNT];
    struct window writable[WINDOW_COUNT];
    uint32_t windows_from; /* no other windows than [from, to) hold anything */
    uint32_t windows_to;
    struct mox_allocator allocator; /* of the table */
    struct mox_allocator blocks;    /* of guest memory; its owner may put another one here */
    struct region *regions;         /* sorted by base, disjoint; somewhere in the table */
    uint32_t count;
    struct region *table;
    uint32_t capacity;
    uint32_t gaps[SPACE_GAPS]; /* space_place: below it begins no gap of 2^i pages */
    uint32_t work;             /* regions that were looked at or moved, for who pays for it */
    uint32_t used;             /* bytes that count against the limit: sizes rounded up to pages */
    uint32_t limit;            /* bytes */
    uint32_t touched;          /* regions all of whose pages space_touch has touched */
    uint32_t touched_bytes;    /* of the next one */
};

void space_init(struct space *space, const struct mox_allocator *allocator, uint32_t limit);

/* Releases every region. */
void space_free(struct space *space);

/* Whether [base, base + size) may become a region: not empty, above address 0, below the last page,
 * and free. Gives OK, ADDRESS_SPACE, ELF_OVERLAP or MEMORY_LIMIT. */
mox_status space_probe(const struct space *space, uint32_t base, uint32_t size);

/* Maps a region. bytes: host memory of exactly `size` bytes from the space's `blocks`, which the
 * space owns from then on, or NULL for fresh zeroed memory. On failure nothing changed and bytes
 * stay the caller's. tags is copied and cut to fit. Statuses as space_probe, and NO_MEMORY. */
mox_status space_map(struct space *space, uint32_t base, uint32_t size, uint32_t rights,
                     uint8_t *bytes, const char *tags);

/* Makes the table large enough for `more` further regions: as many space_map calls that bring their
 * own bytes then cannot fail with NO_MEMORY, which is how several regions are mapped all or
 * nothing. */
mox_status space_reserve(struct space *space, uint32_t more);

/* How many regions begin at or below address. */
uint32_t space_rank(const struct space *space, uint32_t address);

/* After regions shrank or went: what the windows remember is no longer so. */
void space_forget_windows(struct space *space);

/* The region that holds address, or NULL. Valid until the next space_map. */
const struct region *space_find(const struct space *space, uint32_t address);

/* Whether all of [address, address + size) is mapped with all of `rights`. True for size 0. */
bool space_allows(const struct space *space, uint32_t address, uint32_t size, uint32_t rights);

/* The lowest page from `low` on, always the same, where `size` bytes (whole pages) are free. */
uint64_t space_place(struct space *space, uint32_t size, uint32_t low);

/* First address behind the last region, rounded up to a page, plus one guard page; 0 when there is
 * no room for anything there. */
uint32_t space_next_base(const struct space *space);

/* Little-endian loads and stores of 1, 2 or 4 bytes that may straddle adjacent regions. false: some
 * byte lacks the right, and nothing happened. They refill the windows. */
bool space_load(struct space *space, uint32_t address, uint32_t size, uint32_t *value);
bool space_store(struct space *space, uint32_t address, uint32_t size, uint32_t value);

/* Touches the next page that it has not touched yet, so that the host really has memory for it.
 * False: there is none. Regions that space_filled was told of are passed over. */
bool space_touch(struct space *space);

/* The host has written all bytes of the region at base. */
void space_filled(struct space *space, uint32_t base);

/* Copies instruction bytes: mapped is enough, rights do not matter. Returns how many of `size`
 * bytes from address on are mapped (the first gap ends it). */
uint32_t space_fetch(const struct space *space, uint32_t address, uint8_t *to, uint32_t size);

/* The other way: all bytes must be mapped, and rights do not matter. For the host and the kernel;
 * nobody may be executing from there. */
void space_put(struct space *space, uint32_t address, const uint8_t *from, uint32_t size);

#endif
