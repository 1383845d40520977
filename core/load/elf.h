/* ELF executables for the guest: checked completely by our own reading of the header and the
 * program headers, then read a second time by libelf, which must give the same values.
 *
 * What a file must be: 32-bit, little-endian, version 1, a static executable (ET_EXEC) for machine
 * 223, header of 52 bytes, 1 to ELF_MAX_SEGMENTS program headers of 32 bytes anywhere behind the
 * header. Points that the format leaves open are settled so:
 *   - Machine 0xFEED, the number that Moxie tools used before it had an official one, is refused:
 * files that old can use an older instruction encoding and would compute something else, silently.
 *   - The program header table may be at an odd offset; we read bytes.
 *   - Sections, symbols, e_flags, p_paddr, OS/ABI and padding are not looked at.
 *   - PT_LOAD with p_memsz 0 is ignored, once its file range is right. Segments need not be sorted.
 *   - p_align is 0 or a power of two and has no further effect: bytes are copied, so nothing needs
 *     p_vaddr and p_offset to be congruent.
 *   - PT_INTERP, PT_DYNAMIC and PT_TLS are refused (ELF_TYPE); all other types are ignored.
 *   - PF_R and PF_W give the rights. Any mapped byte can be executed, so PF_X has no effect and
 * segments that are writable and executable are taken.
 *   - Segments have byte-exact bounds, may share a page, and may lie anywhere but at address 0 and
 * in the last page.
 *   - The entry point is even, and it and the next byte lie in one segment, whichever; data added
 * by p_memsz counts. */
#ifndef MOXBOX_LOAD_ELF_H
#define MOXBOX_LOAD_ELF_H

#include <stddef.h>
#include <stdint.h>

#include "mem/space.h"
#include "moxbox/status.h"

enum { ELF_MAX_SEGMENTS = 64 };

struct elf_segment {
    uint32_t offset;    /* in the file */
    uint32_t file_size; /* bytes from the file; zeros follow */
    uint32_t address;
    uint32_t size; /* > 0 */
    uint32_t rights;
};

struct elf_image {
    uint32_t entry;
    uint32_t count;
    struct elf_segment segments[ELF_MAX_SEGMENTS];
};

/* Our own checks. OK, or the ELF_ status of the first thing wrong in the order of the file: header,
 * table, segments one by one, overlaps, entry point. Allocates nothing. */
mox_status elf_parse(const uint8_t *file, size_t size, struct elf_image *image);

/* Parses, asks libelf, and maps all segments or none, with tags "elfN" counted on from
 * first_number; *image says what was mapped. Statuses of elf_parse; ELF_OVERLAP with what is mapped
 * already; MEMORY_LIMIT; NO_MEMORY. */
mox_status elf_load(struct space *space, const uint8_t *file, size_t size, uint32_t first_number,
                    struct elf_image *image);

#endif
