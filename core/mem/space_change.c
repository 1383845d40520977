#include "mem/space_change.h"

#include "base/alloc.h"
#include "base/bytes.h"

#include <string.h>

struct backing *backing_new(const struct mox_allocator *allocator,
                            const struct mox_allocator *blocks, uint32_t size) {
    struct backing *backing = alloc_get(allocator, sizeof *backing);
    if (backing == NULL) {
        return NULL;
    }
    *backing = (struct backing){.refs = 1,
                                .size = size,
                                .bytes = alloc_get(blocks, size),
                                .allocator = *allocator,
                                .blocks = *blocks};
    if (backing->bytes == NULL) {
        alloc_give(allocator, backing, sizeof *backing);
        return NULL;
    }
    return backing;
}

void backing_hold(struct backing *backing) {
    backing->refs++;
}

void backing_drop(struct backing *backing) {
    if (backing != NULL && --backing->refs == 0) {
        if (backing->gone != NULL) {
            backing->gone(backing);
        }
        const struct mox_allocator allocator = backing->allocator;
        alloc_give(&backing->blocks, backing->bytes, backing->size);
        alloc_give(&allocator, backing, sizeof *backing);
    }
}

void region_release(struct space *space, struct region *region) {
    if (region->backing != NULL) {
        backing_drop(region->backing);
    } else {
        alloc_give(&space->blocks, region->bytes, region->capacity);
    }
}

static uint32_t pages(uint32_t size) {
    return (uint32_t)space_whole_pages(size);
}

mox_status space_map_backing(struct space *space, uint32_t base, uint32_t size, uint32_t rights,
                             struct backing *backing, uint32_t offset, const char *tags) {
    const mox_status status = space_map(space, base, size, rights, backing->bytes + offset, tags);
    if (status == MOX_OK) {
        space->regions[space_rank(space, base) - 1].backing = backing;
        backing_hold(backing);
    }
    return status;
}

mox_status space_map_room(struct space *space, uint32_t base, uint32_t size, uint32_t capacity,
                          uint32_t rights, const char *tags) {
    uint8_t *bytes = alloc_get(&space->blocks, capacity);
    if (bytes == NULL) {
        return MOX_NO_MEMORY;
    }
    const mox_status status = space_map(space, base, size, rights, bytes, tags);
    if (status != MOX_OK) {
        alloc_give(&space->blocks, bytes, capacity);
        return status;
    }
    space->regions[space_rank(space, base) - 1].capacity = capacity;
    return MOX_OK;
}

bool space_extend(struct space *space, uint32_t end, uint32_t more) {
    const uint32_t rank = end > 0 ? space_rank(space, end - 1) : 0;
    if (rank == 0) {
        return false;
    }
    struct region *region = &space->regions[rank - 1];
    const bool own = region->backing == NULL && region->base + region->size == end;
    const bool free = rank == space->count || space->regions[rank].base - end >= more;
    if (!own || !free || more > SPACE_END - end || more > region->capacity - region->size) {
        return false;
    }
    space->used += pages(region->size + more) - pages(region->size);
    region->size += more;
    return true;
}

/* A piece of a region as a region of its own, which has its own copy of the bytes unless they are a
 * backing's. false: no memory. */
static bool piece_make(struct space *space, const struct region *region, uint32_t offset,
                       uint32_t size, struct region *piece) {
    *piece = *region;
    piece->base += offset;
    piece->size = size;
    piece->capacity = size;
    if (region->backing != NULL) {
        piece->bytes += offset;
        backing_hold(piece->backing);
        return true;
    }
    piece->bytes = alloc_get(&space->blocks, size);
    if (piece->bytes != NULL) {
        memcpy(piece->bytes, region->bytes + offset, size);
    }
    return piece->bytes != NULL;
}

/* Cuts a region in two at `offset`; 0 < offset < size. Needs room for one more in the table. */
static bool region_split(struct space *space, uint32_t index, uint32_t offset) {
    struct region parts[2];
    struct region *region = &space->regions[index];
    if (!piece_make(space, region, 0, offset, &parts[0])) {
        return false;
    }
    if (!piece_make(space, region, offset, region->size - offset, &parts[1])) {
        region_release(space, &parts[0]);
        return false;
    }
    space->used += pages(parts[0].size) + pages(parts[1].size) - pages(region->size);
    region_release(space, region);
    (void)region_open(space, index);
    memcpy(&space->regions[index], parts, sizeof parts);
    return true;
}

/* Makes region borders of both ends of a range; NO_MEMORY may leave one of them made, which nobody
 * can see. *first: the region with the lowest address at or above base. */
static mox_status cut(struct space *space, uint32_t base, uint32_t size, uint32_t *first) {
    const uint32_t ends[2] = {base, base + size};
    if (space_reserve(space, 2) != MOX_OK) {
        return MOX_NO_MEMORY;
    }
    for (uint32_t i = 0; i < 2; i++) {
        const struct region *region = space_find(space, ends[i]);
        if (region != NULL && region->base != ends[i] &&
            !region_split(space, (uint32_t)(region - space->regions), ends[i] - region->base)) {
            space_forget_windows(space);
            return MOX_NO_MEMORY;
        }
    }
    const uint32_t below = space_rank(space, base);
    *first = below > 0 && space->regions[below - 1].base == base ? below - 1 : below;
    space_forget_windows(space);
    return MOX_OK;
}

/* Cuts off the end of a region in its place, without copying, when the rest is worth its block. */
static bool shorten(struct space *space, uint32_t base, uint32_t size) {
    const uint32_t rank = space_rank(space, base);
    if (rank == 0) {
        return false;
    }
    struct region *region = &space->regions[rank - 1];
    const uint32_t left = base - region->base;
    const bool whole_end = left < region->size && size >= region->size - left;
    const bool alone = rank == space->count || space->regions[rank].base - base >= size;
    if (region->backing != NULL || left == 0 || !whole_end || !alone ||
        left < region->capacity / 2) {
        return false;
    }
    memset(region->bytes + left, 0, region->size - left);
    space->used -= pages(region->size) - pages(left);
    region->size = left;
    space_forget_windows(space);
    return true;
}

/* What is taken out at `base` makes a gap from the end of what lies below it on. */
static void gap_begins(struct space *space, uint32_t base) {
    const uint32_t rank = space_rank(space, base - 1);
    const struct region *below = rank > 0 ? &space->regions[rank - 1] : NULL;
    const uint32_t end = below != NULL ? below->base + below->size : 0;
    const uint32_t at = pages(end < base ? end : base);
    for (uint32_t i = 0; i < SPACE_GAPS; i++) {
        space->gaps[i] = space->gaps[i] < at ? space->gaps[i] : at;
    }
}

mox_status space_unmap(struct space *space, uint32_t base, uint32_t size, bool *changed) {
    uint32_t first = 0;
    gap_begins(space, base);
    *changed = shorten(space, base, size);
    if (*changed) {
        return MOX_OK;
    }
    if (cut(space, base, size, &first) != MOX_OK) {
        return MOX_NO_MEMORY;
    }
    uint32_t end = first;
    while (end < space->count && space->regions[end].base - base < size) {
        space->used -= pages(space->regions[end].size);
        region_release(space, &space->regions[end]);
        end++;
    }
    region_close(space, first, end);
    *changed = end > first;
    return MOX_OK;
}

mox_status space_protect(struct space *space, uint32_t base, uint32_t size, uint32_t rights) {
    uint32_t first = 0;
    if (cut(space, base, size, &first) != MOX_OK) {
        return MOX_NO_MEMORY;
    }
    /* What is shared only because nobody could write it gets bytes of its own first. */
    for (uint32_t i = first; i < space->count && space->regions[i].base - base < size; i++) {
        struct region *region = &space->regions[i];
        if (rights & RIGHT_WRITE && region->backing != NULL && !region->backing->shared) {
            uint8_t *bytes = alloc_get(&space->blocks, region->size);
            if (bytes == NULL) {
                return MOX_NO_MEMORY;
            }
            memcpy(bytes, region->bytes, region->size);
            backing_drop(region->backing);
            region->backing = NULL;
            region->bytes = bytes;
            region->capacity = region->size;
        }
    }
    for (uint32_t i = first; i < space->count && space->regions[i].base - base < size; i++) {
        space->regions[i].rights = rights;
    }
    return MOX_OK;
}

/* Copies what is not zero into zeroed memory. */
static uint32_t copy_pages(uint8_t *to, const uint8_t *from, uint32_t size) {
    uint32_t copied = 0;
    for (uint32_t at = 0; at < size; at += SPACE_PAGE) {
        const uint32_t here = size - at < SPACE_PAGE ? size - at : SPACE_PAGE;
        if (!bytes_are_zero(from + at, here)) {
            memcpy(to + at, from + at, here);
            copied += here;
        }
    }
    return copied;
}

/* Hands a region's own block to a backing, so that others can share it. */
static bool make_backing(struct space *space, struct region *region) {
    struct backing *backing = alloc_get(&space->allocator, sizeof *backing);
    if (backing == NULL) {
        return false;
    }
    *backing = (struct backing){.refs = 1,
                                .size = region->capacity,
                                .bytes = region->bytes,
                                .allocator = space->allocator,
                                .blocks = space->blocks};
    region->backing = backing;
    return true;
}

static bool copy_region(struct space *to, struct space *from, struct region *region,
                        uint64_t *copied) {
    struct region *made = &to->regions[to->count];
    *made = *region;
    if (region->backing == NULL && region->rights & RIGHT_WRITE) {
        made->capacity = region->size;
        made->bytes = alloc_get(&to->blocks, region->size);
        if (made->bytes == NULL) {
            return false;
        }
        *copied += copy_pages(made->bytes, region->bytes, region->size);
    } else {
        if (region->backing == NULL && !make_backing(from, region)) {
            return false;
        }
        made->backing = region->backing;
        backing_hold(made->backing);
    }
    to->used += pages(made->size);
    to->count++;
    return true;
}

mox_status space_copy(struct space *to, struct space *from, uint64_t *copied) {
    mox_status status = space_reserve(to, from->count);
    for (uint32_t i = 0; status == MOX_OK && i < from->count; i++) {
        if (!copy_region(to, from, &from->regions[i], copied)) {
            status = MOX_NO_MEMORY;
        }
    }
    if (status != MOX_OK) {
        space_free(to);
    }
    return status;
}

bool space_check(const struct space *space) {
    uint64_t end = 1;
    uint64_t used = 0;
    for (uint32_t i = 0; i < space->count; i++) {
        const struct region *region = &space->regions[i];
        const struct backing *backing = region->backing;
        if (region->base < end || region->size == 0 || region->size > region->capacity ||
            region->bytes == NULL || (backing != NULL && backing->refs == 0)) {
            return false;
        }
        if (backing != NULL && (region->bytes < backing->bytes ||
                                region->bytes + region->size > backing->bytes + backing->size)) {
            return false;
        }
        end = (uint64_t)region->base + region->size;
        used += pages(region->size);
    }
    const uint32_t before = space->table != NULL ? (uint32_t)(space->regions - space->table) : 0;
    return end <= SPACE_END && used == space->used && before <= space->capacity &&
           space->count <= space->capacity - before;
}
