/* A second reader of ELF executables, to judge core/load/elf.c: written from its rules
 * (core/load/elf.h) as one sum of conditions in 64-bit numbers, without libelf's headers. It says
 * whether a file may be loaded and which segments it has, not what is wrong with it. */
#ifndef MOXBOX_TESTS_FUZZ_ELF_READER_H
#define MOXBOX_TESTS_FUZZ_ELF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { READER_SEGMENTS = 64 };

struct reader_segment {
    uint64_t offset, file_size, address, size;
    bool read, write;
};

struct reader_image {
    uint64_t entry;
    unsigned count;
    struct reader_segment segments[READER_SEGMENTS];
};

static inline uint64_t reader_number(const uint8_t *file, uint64_t at, unsigned bytes) {
    uint64_t value = 0;
    while (bytes-- > 0) {
        value = value * 256 + file[at + bytes];
    }
    return value;
}

static inline bool reader_header(const uint8_t *file, uint64_t size) {
    return size >= 52 && reader_number(file, 0, 4) == 0x464c457f && file[4] == 1 && file[5] == 1 &&
           file[6] == 1 && reader_number(file, 16, 2) == 2 && reader_number(file, 18, 2) == 223 &&
           reader_number(file, 20, 4) == 1 && reader_number(file, 40, 2) == 52 &&
           reader_number(file, 42, 2) == 32;
}

/* Reads the program header at `at`; false when it makes the file one that is not loaded. */
static inline bool reader_segment(const uint8_t *file, uint64_t size, uint64_t at,
                                  struct reader_image *image) {
    const uint64_t type = reader_number(file, at, 4);
    const uint64_t flags = reader_number(file, at + 24, 4);
    const uint64_t align = reader_number(file, at + 28, 4);
    struct reader_segment segment = {
        .offset = reader_number(file, at + 4, 4),
        .address = reader_number(file, at + 8, 4),
        .file_size = reader_number(file, at + 16, 4),
        .size = reader_number(file, at + 20, 4),
        .read = flags / 4 % 2 == 1,
        .write = flags / 2 % 2 == 1,
    };
    unsigned bits = 0;
    for (unsigned i = 0; i < 32; i++) {
        bits += (unsigned)(align >> i & 1);
    }
    if (type != 1) {
        return type != 2 && type != 3 && type != 7;
    }
    if (bits > 1 || segment.offset + segment.file_size > size || segment.file_size > segment.size) {
        return false;
    }
    if (segment.size == 0) {
        return true;
    }
    if (segment.address == 0 || segment.address + segment.size > 0xfffff000) {
        return false;
    }
    for (unsigned i = 0; i < image->count; i++) {
        const struct reader_segment *other = &image->segments[i];
        const uint64_t begin = other->address > segment.address ? other->address : segment.address;
        const uint64_t other_end = other->address + other->size;
        const uint64_t end = segment.address + segment.size;
        if (begin < (other_end < end ? other_end : end)) {
            return false;
        }
    }
    image->segments[image->count++] = segment;
    return true;
}

static inline bool reader_read(const uint8_t *file, uint64_t size, struct reader_image *image) {
    image->count = 0;
    if (!reader_header(file, size)) {
        return false;
    }
    const uint64_t table = reader_number(file, 28, 4);
    const uint64_t number = reader_number(file, 44, 2);
    image->entry = reader_number(file, 24, 4);
    if (number < 1 || number > READER_SEGMENTS || table < 52 || table + number * 32 > size) {
        return false;
    }
    for (uint64_t i = 0; i < number; i++) {
        if (!reader_segment(file, size, table + i * 32, image)) {
            return false;
        }
    }
    for (unsigned i = 0; i < image->count; i++) {
        const struct reader_segment *segment = &image->segments[i];
        if (image->entry % 2 == 0 && image->entry >= segment->address &&
            image->entry + 2 <= segment->address + segment->size) {
            return true;
        }
    }
    return false;
}

#endif
