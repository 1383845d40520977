#include "load/elf.h"

#include <string.h>

/* libelf.h brings elf.h, whose structures have the file's layout: every field at its natural
 * alignment, no padding. */
#include <libelf.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "load/tags.h"

_Static_assert(sizeof(Elf32_Ehdr) == 52 && sizeof(Elf32_Phdr) == 32,
               "ELF structures have no padding");

enum { MACHINE_MOXIE = 223 };

static Elf32_Ehdr read_header(const uint8_t *file) {
    Elf32_Ehdr header;
    memcpy(header.e_ident, file, EI_NIDENT);
#define HALF(name) header.name = (Elf32_Half)bytes_load16(file + offsetof(Elf32_Ehdr, name))
#define WORD(name) header.name = bytes_load32(file + offsetof(Elf32_Ehdr, name))
    HALF(e_type);
    HALF(e_machine);
    WORD(e_version);
    WORD(e_entry);
    WORD(e_phoff);
    WORD(e_shoff);
    WORD(e_flags);
    HALF(e_ehsize);
    HALF(e_phentsize);
    HALF(e_phnum);
    HALF(e_shentsize);
    HALF(e_shnum);
    HALF(e_shstrndx);
#undef HALF
#undef WORD
    return header;
}

static Elf32_Phdr read_program_header(const uint8_t *at) {
    Elf32_Phdr header;
#define WORD(name) header.name = bytes_load32(at + offsetof(Elf32_Phdr, name))
    WORD(p_type);
    WORD(p_offset);
    WORD(p_vaddr);
    WORD(p_paddr);
    WORD(p_filesz);
    WORD(p_memsz);
    WORD(p_flags);
    WORD(p_align);
#undef WORD
    return header;
}

static mox_status check_header(const uint8_t *file, size_t size) {
    Elf32_Ehdr header;
    if (size < sizeof header || memcmp(file, ELFMAG, SELFMAG) != 0) {
        return MOX_ELF_NOT_ELF;
    }
    header = read_header(file);
    if (header.e_ident[EI_CLASS] != ELFCLASS32) {
        return MOX_ELF_CLASS;
    }
    if (header.e_ident[EI_DATA] != ELFDATA2LSB) {
        return MOX_ELF_ENDIAN;
    }
    if (header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT) {
        return MOX_ELF_VERSION;
    }
    if (header.e_machine != MACHINE_MOXIE) {
        return MOX_ELF_MACHINE;
    }
    if (header.e_type != ET_EXEC) {
        return MOX_ELF_TYPE;
    }
    if (header.e_ehsize != sizeof(Elf32_Ehdr)) {
        return MOX_ELF_HEADER;
    }
    /* PN_XNUM would mean that the number is in a section header; so many we refuse anyway. */
    if (header.e_phentsize != sizeof(Elf32_Phdr) || header.e_phnum == 0 ||
        header.e_phnum == PN_XNUM) {
        return MOX_ELF_PHDR;
    }
    if (header.e_phnum > ELF_MAX_SEGMENTS) {
        return MOX_ELF_TOO_BIG;
    }
    if (header.e_phoff < sizeof(Elf32_Ehdr) || header.e_phoff > size ||
        header.e_phnum * sizeof(Elf32_Phdr) > size - header.e_phoff) {
        return MOX_ELF_PHDR;
    }
    return MOX_OK;
}

/* Appends the segment to image when it is one to be mapped. */
static mox_status take_segment(const Elf32_Phdr *header, size_t file_size,
                               struct elf_image *image) {
    switch (header->p_type) {
    case PT_INTERP:
    case PT_DYNAMIC:
    case PT_TLS: return MOX_ELF_TYPE;
    case PT_LOAD: break;
    default: return MOX_OK;
    }
    if (header->p_offset > file_size || header->p_filesz > file_size - header->p_offset ||
        header->p_filesz > header->p_memsz || (header->p_align & (header->p_align - 1)) != 0) {
        return MOX_ELF_SEGMENT;
    }
    if (header->p_memsz == 0) {
        return MOX_OK;
    }
    if (header->p_vaddr == 0 || header->p_vaddr >= SPACE_END ||
        header->p_memsz > SPACE_END - header->p_vaddr) {
        return MOX_ELF_SEGMENT;
    }
    image->segments[image->count++] = (struct elf_segment){
        .offset = header->p_offset,
        .file_size = header->p_filesz,
        .address = header->p_vaddr,
        .size = header->p_memsz,
        .rights = (header->p_flags & PF_R ? (uint32_t)RIGHT_READ : 0) |
                  (header->p_flags & PF_W ? (uint32_t)RIGHT_WRITE : 0),
    };
    return MOX_OK;
}

static int overlap(const struct elf_segment *a, const struct elf_segment *b) {
    /* Neither sum wraps: take_segment keeps both ends below the last page. */
    return a->address < b->address + b->size && b->address < a->address + a->size;
}

static mox_status check_image(const struct elf_image *image) {
    for (uint32_t i = 0; i < image->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (overlap(&image->segments[i], &image->segments[j])) {
                return MOX_ELF_OVERLAP;
            }
        }
    }
    if (image->entry % 2 != 0) {
        return MOX_ELF_ENTRY;
    }
    for (uint32_t i = 0; i < image->count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if (image->entry >= segment->address && segment->size >= 2 &&
            image->entry - segment->address <= segment->size - 2) {
            return MOX_OK;
        }
    }
    return MOX_ELF_ENTRY;
}

mox_status elf_parse(const uint8_t *file, size_t size, struct elf_image *image) {
    Elf32_Ehdr header;
    mox_status status = check_header(file, size);
    if (status != MOX_OK) {
        return status;
    }
    header = read_header(file);
    *image = (struct elf_image){.entry = header.e_entry};
    for (uint32_t i = 0; i < header.e_phnum; i++) {
        const Elf32_Phdr segment = read_program_header(file + header.e_phoff + i * sizeof segment);
        status = take_segment(&segment, size, image);
        if (status != MOX_OK) {
            return status;
        }
    }
    return check_image(image);
}

/* Compares libelf's reading with ours. Only sections are left out, on purpose. */
static mox_status compare(Elf *elf, const uint8_t *copy) {
    const Elf32_Ehdr header = read_header(copy);
    const Elf32_Ehdr *their_header = elf32_getehdr(elf);
    const Elf32_Phdr *their_segments;
    size_t their_count;
    if (!their_header || memcmp(their_header, &header, sizeof header) != 0) {
        return MOX_ELF_HEADER;
    }
    if (elf_getphdrnum(elf, &their_count) != 0 || their_count != header.e_phnum) {
        return MOX_ELF_PHDR;
    }
    /* The one call that allocates, so the one that can fail for a good file. */
    their_segments = elf32_getphdr(elf);
    if (!their_segments) {
        return MOX_NO_MEMORY;
    }
    for (uint32_t i = 0; i < header.e_phnum; i++) {
        const Elf32_Phdr segment = read_program_header(copy + header.e_phoff + i * sizeof segment);
        if (memcmp(&their_segments[i], &segment, sizeof segment) != 0) {
            return MOX_ELF_SEGMENT;
        }
    }
    return MOX_OK;
}

/* Has libelf read a file that elf_parse accepted.
 *
 * libelf gets a copy of exactly the bytes up to the end of the program header table, with the
 * fields that point at sections zeroed: a bug in its section code then has nothing to work on, and
 * an access behind the table is one behind a block of memory, which the sanitizers see.
 *
 * This is the one place that touches state outside a handle: elf_version() sets libelf's
 * process-wide "version was checked" flag, always to the same value, and libelf keeps a last error
 * number that we never ask for. Neither can reach a result. */
static mox_status agree_with_libelf(const struct mox_allocator *allocator, const uint8_t *file) {
    const Elf32_Ehdr header = read_header(file);
    const size_t size = header.e_phoff + header.e_phnum * sizeof(Elf32_Phdr);
    mox_status status;
    Elf *elf;
    uint8_t *copy = alloc_get(allocator, size);
    if (!copy) {
        return MOX_NO_MEMORY;
    }
    memcpy(copy, file, size);
    bytes_store32(copy + offsetof(Elf32_Ehdr, e_shoff), 0);
    bytes_store16(copy + offsetof(Elf32_Ehdr, e_shnum), 0);
    bytes_store16(copy + offsetof(Elf32_Ehdr, e_shstrndx), 0);
    (void)elf_version(EV_CURRENT);
    elf = elf_memory((char *)copy, size);
    /* Whatever is not memory for its handle has been checked, so only that can be missing. */
    status = elf ? compare(elf, copy) : MOX_NO_MEMORY;
    (void)elf_end(elf);
    alloc_give(allocator, copy, size);
    return status;
}

static mox_status check_room(const struct space *space, const struct elf_image *image) {
    uint64_t needed = space->used;
    for (uint32_t i = 0; i < image->count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        const mox_status status = space_probe(space, segment->address, segment->size);
        if (status != MOX_OK && status != MOX_MEMORY_LIMIT) {
            return status;
        }
        needed += space_whole_pages(segment->size);
    }
    return needed <= space->limit ? MOX_OK : MOX_MEMORY_LIMIT;
}

/* needs: check_room. All memory is had before the first segment is mapped. */
static mox_status map_image(struct space *space, const uint8_t *file, const struct elf_image *image,
                            uint32_t first_number) {
    uint8_t *bytes[ELF_MAX_SEGMENTS] = {NULL};
    mox_status status = space_reserve(space, image->count);
    for (uint32_t i = 0; i < image->count && status == MOX_OK; i++) {
        const struct elf_segment *segment = &image->segments[i];
        bytes[i] = alloc_get(&space->blocks, segment->size);
        if (!bytes[i]) {
            status = MOX_NO_MEMORY;
        } else {
            memcpy(bytes[i], file + segment->offset, segment->file_size);
        }
    }
    for (uint32_t i = 0; i < image->count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        char tags[SPACE_TAG_SIZE];
        if (status != MOX_OK) {
            alloc_give(&space->blocks, bytes[i], segment->size);
            continue;
        }
        tags_write(tags, segment->rights, "elf", first_number + i);
        if (space_map(space, segment->address, segment->size, segment->rights, bytes[i], tags) !=
            MOX_OK) {
            __builtin_trap(); /* probed and reserved above */
        }
    }
    return status;
}

mox_status elf_load(struct space *space, const uint8_t *file, size_t size, uint32_t first_number,
                    struct elf_image *image) {
    mox_status status = elf_parse(file, size, image);
    if (status == MOX_OK) {
        status = check_room(space, image);
    }
    if (status == MOX_OK) {
        status = agree_with_libelf(&space->allocator, file);
    }
    if (status == MOX_OK) {
        status = map_image(space, file, image, first_number);
    }
    return status;
}
