/* Where everything is that the box places itself: behind the programs, each region on a page of its
 * own with an unmapped page behind it: data files, stack, memory-map descriptors. The heap follows
 * as it grows.
 *
 * The guest finds its memory by a list of descriptors of 32 bytes, one for each region in address
 * order (address, length, tags), the list itself included, ended by one of zeros. */
#include "base/alloc.h"
#include "base/bytes.h"
#include "box/parts.h"
#include "load/tags.h"

#include <string.h>

enum {
    DESCRIPTOR_SIZE = 32,
    DESCRIPTOR_LENGTH_AT = 4,
    DESCRIPTOR_TAGS_AT = 8,
    /* Room above the initial stack pointer for the register arguments that main may spill. */
    STACK_TOP_ROOM = 64,
};
_Static_assert(DESCRIPTOR_TAGS_AT + SPACE_TAG_SIZE == DESCRIPTOR_SIZE,
               "struct moxie_memory_map_ent");

/* A region to be mapped. */
struct piece {
    uint32_t base;
    uint32_t size;
    uint8_t *bytes;
};

/* Takes the next address for `size` bytes; nothing placed takes a page all the same, so that even
 * an empty data file has an address of its own. */
static uint32_t place(uint64_t *cursor, uint64_t size) {
    const uint64_t base = *cursor;
    *cursor = base + space_whole_pages(size) + MOX_PAGE_SIZE;
    return (uint32_t)base;
}

/* Gives everything its address. */
static mox_status plan(mox_box *box, struct piece *stack, struct piece *descriptors) {
    const uint64_t entries = (uint64_t)box->space.count + box->data.count + 3;
    uint64_t cursor = space_next_base(&box->space);
    uint64_t pages =
        space_whole_pages(box->stack_size) + space_whole_pages(entries * DESCRIPTOR_SIZE);
    if (cursor == 0) {
        return MOX_ADDRESS_SPACE;
    }
    for (struct input *file = box->data.first; file; file = file->next) {
        file->address = place(&cursor, file->size);
        pages += space_whole_pages(file->size);
    }
    stack->size = box->stack_size;
    stack->base = place(&cursor, stack->size);
    descriptors->base = place(&cursor, entries * DESCRIPTOR_SIZE);
    if (cursor - MOX_PAGE_SIZE > SPACE_END) {
        return MOX_ADDRESS_SPACE;
    }
    descriptors->size = (uint32_t)(entries * DESCRIPTOR_SIZE);
    return pages <= box->memory_limit - box->space.used ? MOX_OK : MOX_MEMORY_LIMIT;
}

static uint8_t *describe(uint8_t *at, uint32_t address, uint32_t length, const char *tags) {
    bytes_store32(at, address);
    bytes_store32(at + DESCRIPTOR_LENGTH_AT, length);
    memcpy(at + DESCRIPTOR_TAGS_AT, tags, SPACE_TAG_SIZE);
    return at + DESCRIPTOR_SIZE;
}

static void map(mox_box *box, const struct piece *piece, uint32_t rights, const char *tags) {
    if (space_map(&box->space, piece->base, piece->size, rights, piece->bytes, tags) != MOX_OK) {
        __builtin_trap(); /* planned, reserved, and with memory of its own: cannot fail */
    }
}

/* Maps everything and writes the descriptors on the way. needs: memory for all of it. */
static void map_all(mox_box *box, const struct piece *stack, const struct piece *descriptors) {
    char tags[SPACE_TAG_SIZE];
    uint8_t *at = descriptors->bytes;
    uint32_t number = 0;
    for (uint32_t i = 0; i < box->space.count; i++) {
        const struct region *region = &box->space.regions[i];
        at = describe(at, region->base, region->size, region->tags);
    }
    for (struct input *file = box->data.first; file; file = file->next) {
        tags_write(tags, RIGHT_READ, "data", number++);
        at = describe(at, file->address, (uint32_t)file->size, tags);
        if (file->size > 0) {
            map(box, &(struct piece){file->address, (uint32_t)file->size, file->bytes}, RIGHT_READ,
                tags);
            space_filled(&box->space, file->address);
            box->data_regions++;
        }
    }
    tags_write(tags, RIGHT_READ | RIGHT_WRITE, "stack", TAGS_NO_NUMBER);
    at = describe(at, stack->base, stack->size, tags);
    map(box, stack, RIGHT_READ | RIGHT_WRITE, tags);
    tags_write(tags, RIGHT_READ, "mapdesc", TAGS_NO_NUMBER);
    describe(at, descriptors->base, descriptors->size, tags);
    map(box, descriptors, RIGHT_READ, tags);
}

mox_status layout_make(mox_box *box) {
    struct piece stack = {0};
    struct piece descriptors = {0};
    mox_status status = plan(box, &stack, &descriptors);
    if (status == MOX_OK) {
        status = space_reserve(&box->space, box->data.count + 2);
    }
    if (status != MOX_OK) {
        return status;
    }
    stack.bytes = alloc_get(&box->allocator, stack.size);
    descriptors.bytes = alloc_get(&box->allocator, descriptors.size);
    if (!stack.bytes || !descriptors.bytes) {
        alloc_give(&box->allocator, stack.bytes, stack.size);
        alloc_give(&box->allocator, descriptors.bytes, descriptors.size);
        return MOX_NO_MEMORY;
    }
    box->space.limit = box->memory_limit;
    map_all(box, &stack, &descriptors);
    box->first_output = descriptors.base;
    box->first_output_size = stack.base + stack.size - STACK_TOP_ROOM;
    box->cpu.sr[SREG_OUTPUT] = box->first_output;
    box->cpu.sr[SREG_OUTPUT_SIZE] = box->first_output_size;
    return MOX_OK;
}
