#include "mem/space.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "mem/space_change.h"

#include <string.h>

enum {
    FIRST_CAPACITY = 16,
    REGIONS_MAX = 1 << 20, /* more than there are pages to put them in */
};

/* needs: size <= SPACE_END. */
static uint32_t page_round(uint32_t size) {
    return (uint32_t)space_whole_pages(size);
}

/* Windows that no address of their place matches: their bases lie in another one's page. */
static void windows_clear(struct window *windows, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        windows[i] = (struct window){.base = i == 0 ? SPACE_PAGE : 0};
    }
}

void space_init(struct space *space, const struct mox_allocator *allocator, uint32_t limit) {
    memset(space, 0, sizeof *space);
    space->allocator = *allocator;
    space->blocks = *allocator;
    space->limit = limit;
    space->windows_to = WINDOW_COUNT;
    space_forget_windows(space);
}

void space_forget_windows(struct space *space) {
    windows_clear(space->readable, space->windows_from, space->windows_to);
    windows_clear(space->writable, space->windows_from, space->windows_to);
    space->windows_from = WINDOW_COUNT;
    space->windows_to = 0;
}

void space_free(struct space *space) {
    for (uint32_t i = 0; i < space->count; i++) {
        region_release(space, &space->regions[i]);
    }
    alloc_give(&space->allocator, space->table, space->capacity * sizeof *space->table);
    space->table = NULL;
    space->regions = NULL;
    space->count = 0;
    space->capacity = 0;
    space->used = 0;
}

uint32_t space_rank(const struct space *space, uint32_t address) {
    uint32_t low = 0;
    uint32_t high = space->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (space->regions[middle].base <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct region *space_find(const struct space *space, uint32_t address) {
    const uint32_t below = space_rank(space, address);
    if (below == 0) {
        return NULL;
    }
    const struct region *region = &space->regions[below - 1];
    return address - region->base < region->size ? region : NULL;
}

mox_status space_probe(const struct space *space, uint32_t base, uint32_t size) {
    if (size == 0 || base == 0 || base >= SPACE_END || size > SPACE_END - base) {
        return MOX_ADDRESS_SPACE;
    }
    const uint32_t next = space_rank(space, base);
    const bool hits_next = next < space->count && space->regions[next].base - base < size;
    if (hits_next || space_find(space, base) != NULL) {
        return MOX_ELF_OVERLAP;
    }
    if (space->used > space->limit || page_round(size) > space->limit - space->used) {
        return MOX_MEMORY_LIMIT;
    }
    return MOX_OK;
}

mox_status space_reserve(struct space *space, uint32_t more) {
    if (more <= space->capacity - space->count) {
        return MOX_OK;
    }
    if (more > REGIONS_MAX - space->count) {
        return MOX_NO_MEMORY;
    }
    uint32_t capacity = space->capacity == 0 ? FIRST_CAPACITY : space->capacity * 2;
    if (capacity < space->count + more) {
        capacity = space->count + more;
    }
    struct region *regions = alloc_get(&space->allocator, capacity * sizeof *regions);
    if (regions == NULL) {
        return MOX_NO_MEMORY;
    }
    if (space->count > 0) {
        memcpy(regions, space->regions, space->count * sizeof *regions);
    }
    alloc_give(&space->allocator, space->table, space->capacity * sizeof *regions);
    space->table = regions;
    space->regions = regions;
    space->capacity = capacity;
    return MOX_OK;
}

/* Half of the room there is before the regions, half behind them. */
static void centre(struct space *space, uint32_t room) {
    struct region *to = space->table + room / 2;
    memmove(to, space->regions, space->count * sizeof *to);
    space->regions = to;
    space->work += space->count;
}

/* The fewer regions move. When there is no room on their side, all move so that there is some,
 * unless the table is too full for that to last. */
struct region *region_open(struct space *space, uint32_t place) {
    enum { CENTRED = 16 }; /* regions for each that there is room for, at most */
    const uint32_t above = space->count - place;
    const uint32_t room = space->capacity - space->count;
    const bool low = place < above;
    const uint32_t before = (uint32_t)(space->regions - space->table);
    if ((low ? before : room - before) == 0 && room > 1 && room >= space->count / CENTRED) {
        centre(space, room);
    }
    const uint32_t left = (uint32_t)(space->regions - space->table);
    if (left > 0 && (low || left == room)) {
        space->regions--;
        memmove(space->regions, space->regions + 1, place * sizeof *space->regions);
        space->work += place;
    } else {
        struct region *region = &space->regions[place];
        memmove(region + 1, region, above * sizeof *region);
        space->work += above;
    }
    space->count++;
    return &space->regions[place];
}

void region_close(struct space *space, uint32_t first, uint32_t end) {
    const uint32_t above = space->count - end;
    struct region *regions = space->regions;
    if (first < above) {
        memmove(regions + (end - first), regions, first * sizeof *regions);
        space->regions += end - first;
        space->work += first;
    } else {
        memmove(regions + first, regions + end, above * sizeof *regions);
        space->work += above;
    }
    space->count -= end - first;
}

mox_status space_map(struct space *space, uint32_t base, uint32_t size, uint32_t rights,
                     uint8_t *bytes, const char *tags) {
    mox_status status = space_probe(space, base, size);
    if (status == MOX_OK) {
        status = space_reserve(space, 1);
    }
    if (status != MOX_OK) {
        return status;
    }
    if (bytes == NULL) {
        bytes = alloc_get(&space->blocks, size);
        if (bytes == NULL) {
            return MOX_NO_MEMORY;
        }
    }
    const uint32_t place = space_rank(space, base);
    struct region *region = region_open(space, place);
    *region = (struct region){
        .base = base, .size = size, .rights = rights, .capacity = size, .bytes = bytes};
    for (uint32_t i = 0; i < SPACE_TAG_SIZE - 1 && tags[i] != '\0'; i++) {
        region->tags[i] = tags[i];
    }
    space->used += page_round(size);
    if (place <= space->touched) {
        space->touched = place;
        space->touched_bytes = 0;
    }
    return MOX_OK;
}

void space_filled(struct space *space, uint32_t base) {
    space->regions[space_rank(space, base) - 1].filled = true;
}

bool space_touch(struct space *space) {
    while (space->touched < space->count) {
        const struct region *region = &space->regions[space->touched];
        if (!region->filled && space->touched_bytes < region->size) {
            volatile uint8_t *byte = region->bytes + space->touched_bytes;
            *byte = *byte; /* reading alone would get the one page of zeros that all share */
            space->touched_bytes += SPACE_PAGE;
            return true;
        }
        space->touched++;
        space->touched_bytes = 0;
    }
    return false;
}

bool space_allows(const struct space *space, uint32_t address, uint32_t size, uint32_t rights) {
    while (size > 0) {
        const struct region *region = space_find(space, address);
        if (region == NULL || (region->rights & rights) != rights) {
            return false;
        }
        const uint32_t here = region->size - (address - region->base);
        if (size <= here) {
            return true;
        }
        size -= here;
        address += here; /* at most SPACE_END: cannot wrap */
    }
    return true;
}

/* A search begins where the ones before it have seen that nothing as large is left, so that mapping
 * one thing after the other does not look at all of them each time. */
uint64_t space_place(struct space *space, uint32_t size, uint32_t low) {
    uint64_t at = low;
    uint32_t class = 0;
    while (class < SPACE_GAPS - 1 && (uint64_t)SPACE_PAGE << (class + 1) <= size) {
        class ++;
    }
    for (uint32_t i = 0; i <= class; i++) {
        at = space->gaps[i] > at ? space->gaps[i] : at;
    }
    const uint32_t below = space_rank(space, (uint32_t)at);
    bool seen = false;
    for (uint32_t i = below > 0 ? below - 1 : 0; i < space->count; i++) {
        const struct region *region = &space->regions[i];
        const uint64_t end = space_whole_pages((uint64_t)region->base + region->size);
        const uint64_t gap = region->base > at ? region->base - at : 0;
        space->work++;
        if (!seen && gap >= (uint64_t)SPACE_PAGE << class) {
            space->gaps[class] = (uint32_t)at;
            seen = true;
        }
        if (gap >= size) {
            return at;
        }
        at = end > at ? end : at;
    }
    if (!seen) {
        space->gaps[class] = (uint32_t)at;
    }
    return at;
}

uint32_t space_next_base(const struct space *space) {
    if (space->count == 0) {
        return SPACE_PAGE;
    }
    const struct region *last = &space->regions[space->count - 1];
    const uint32_t end = page_round(last->base + last->size);
    return end < SPACE_END - SPACE_PAGE ? end + SPACE_PAGE : 0;
}

static void remember(struct space *space, struct window *windows, uint32_t address,
                     const struct region *region) {
    if (region->size >= sizeof(uint32_t)) {
        const uint32_t place = window_of(address);
        struct window *window = &windows[place];
        space->windows_from = place < space->windows_from ? place : space->windows_from;
        space->windows_to = place >= space->windows_to ? place + 1 : space->windows_to;
        window->base = region->base;
        window->last = region->size - (uint32_t)sizeof(uint32_t);
        window->bytes = region->bytes;
    }
}

/* The region that holds all of an access. */
static const struct region *holder_of(const struct space *space, uint32_t address, uint32_t size,
                                      uint32_t right) {
    const struct region *region = space_find(space, address);
    const bool whole =
        region != NULL && region->rights & right && region->size - (address - region->base) >= size;
    return whole ? region : NULL;
}

bool space_load(struct space *space, uint32_t address, uint32_t size, uint32_t *value) {
    const struct region *region = holder_of(space, address, size, RIGHT_READ);
    if (region != NULL) {
        remember(space, space->readable, address, region);
        if (region->rights & RIGHT_WRITE) { /* what is read is often written next */
            remember(space, space->writable, address, region);
        }
    } else if (!space_allows(space, address, size, RIGHT_READ)) {
        return false;
    }
    uint32_t loaded = 0;
    for (uint32_t i = 0; i < size; i++) {
        const struct region *holder = region != NULL ? region : space_find(space, address + i);
        loaded |= (uint32_t)holder->bytes[address + i - holder->base] << 8 * i;
    }
    *value = loaded;
    return true;
}

bool space_store(struct space *space, uint32_t address, uint32_t size, uint32_t value) {
    const struct region *region = holder_of(space, address, size, RIGHT_WRITE);
    if (region != NULL && region->rights & RIGHT_READ) {
        remember(space, space->writable, address, region);
    } else if (region == NULL && !space_allows(space, address, size, RIGHT_WRITE)) {
        return false;
    }
    for (uint32_t i = 0; i < size; i++) {
        const struct region *holder = region != NULL ? region : space_find(space, address + i);
        bytes_store8(&holder->bytes[address + i - holder->base], value >> 8 * i & 255);
    }
    return true;
}

/* The bytes from a mapped address on that lie in one region; *size: as many as there are, at most.
 */
static uint8_t *together(const struct space *space, uint32_t address, uint32_t *size) {
    const struct region *region = space_find(space, address);
    if (region == NULL) {
        return NULL;
    }
    const uint32_t offset = address - region->base;
    *size = *size < region->size - offset ? *size : region->size - offset;
    return region->bytes + offset;
}

uint32_t space_fetch(const struct space *space, uint32_t address, uint8_t *to, uint32_t size) {
    uint32_t done = 0;
    while (done < size) {
        uint32_t here = size - done;
        const uint8_t *from = together(space, address + done, &here);
        if (from == NULL) {
            break;
        }
        memcpy(to + done, from, here);
        done += here;
    }
    return done;
}

void space_put(struct space *space, uint32_t address, const uint8_t *from, uint32_t size) {
    uint32_t done = 0;
    while (done < size) {
        uint32_t here = size - done;
        uint8_t *to = together(space, address + done, &here); /* sets `here`: not inside the call */
        memcpy(to, from + done, here);
        done += here;
    }
}
