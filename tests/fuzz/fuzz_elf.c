/* F6: the ELF loader against a second reader and against libelf (which elf_load asks itself): the
 * same files accepted, the same segments, the memory that the file says, and nothing kept of what
 * fails. */
#include "bytes_in.h"
#include "elf_reader.h"
#include "load/elf.h"
#include "unit/counting.h"

enum { LIMIT = 1 << 22 };

static void same_image(const struct elf_image *image, const struct reader_image *expected) {
    MUST(image->entry == expected->entry && image->count == expected->count);
    for (uint32_t i = 0; i < image->count; i++) {
        const struct elf_segment *ours = &image->segments[i];
        const struct reader_segment *theirs = &expected->segments[i];
        MUST(ours->offset == theirs->offset && ours->file_size == theirs->file_size);
        MUST(ours->address == theirs->address && ours->size == theirs->size);
        MUST(ours->rights == (theirs->read ? RIGHT_READ : 0u) + (theirs->write ? RIGHT_WRITE : 0u));
    }
}

static void same_memory(const struct space *space, const uint8_t *file,
                        const struct reader_image *expected) {
    MUST(space->count == expected->count);
    for (unsigned i = 0; i < expected->count; i++) {
        const struct reader_segment *segment = &expected->segments[i];
        const struct region *region = space_find(space, (uint32_t)segment->address);
        MUST(region != NULL && region->base == segment->address && region->size == segment->size);
        MUST(region->rights ==
             (segment->read ? RIGHT_READ : 0u) + (segment->write ? RIGHT_WRITE : 0u));
        MUST(memcmp(region->bytes, file + segment->offset, (size_t)segment->file_size) == 0);
        for (uint64_t at = segment->file_size; at < segment->size; at++) {
            MUST(region->bytes[at] == 0);
        }
    }
}

static bool fits(const struct reader_image *image) {
    uint64_t pages = 0;
    for (unsigned i = 0; i < image->count; i++) {
        pages += (image->segments[i].size + 4095) / 4096;
    }
    return pages * 4096 <= LIMIT;
}

/* Loads with the n-th allocation failing; 0 for none. */
static mox_status load(const uint8_t *file, size_t size, size_t fail_at,
                       const struct reader_image *expected) {
    static struct space space;
    struct counting counting = {.fail_at = fail_at};
    const struct mox_allocator allocator = counting_allocator(&counting);
    struct elf_image image;
    space_init(&space, &allocator, LIMIT);
    const mox_status status = elf_load(&space, file, size, 0, &image);
    if (status == MOX_OK) {
        same_image(&image, expected);
        same_memory(&space, file, expected);
        MUST(elf_load(&space, file, size, 0, &image) == MOX_ELF_OVERLAP);
        MUST(!counting.failed);
    } else {
        MUST(space.count == 0 && space.used == 0);
        MUST(counting.failed == (status == MOX_NO_MEMORY));
    }
    space_free(&space);
    MUST(counting.blocks == 0 && counting.bytes == 0 && check_failed == 0);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct elf_image image;
    struct reader_image expected;
    const bool good = reader_read(data, size, &expected);
    MUST((elf_parse(data, size, &image) == MOX_OK) == good);
    if (good) {
        same_image(&image, &expected);
        MUST(load(data, size, 0, &expected) == (fits(&expected) ? MOX_OK : MOX_MEMORY_LIMIT));
        for (size_t n = 1; fits(&expected) && load(data, size, n, &expected) == MOX_NO_MEMORY;
             n++) {
            MUST(n < 100);
        }
    } else {
        MUST(load(data, size, 0, &expected) != MOX_OK);
    }
    return 0;
}
