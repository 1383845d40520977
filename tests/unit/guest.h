/* Small guests for the tests: instructions written one by one, and ELF files made around them. */
#ifndef MOXBOX_TESTS_GUEST_H
#define MOXBOX_TESTS_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libelf.h>

#include "base/bytes.h"

enum { FP, SP, R0, R1, R2, R3, R4, R5, R6 };

struct guest {
    uint8_t code[4096];
    uint32_t size;
};

static inline void guest_half(struct guest *guest, uint32_t half) {
    bytes_store16(guest->code + guest->size, half);
    guest->size += 2;
}

static inline void guest_word(struct guest *guest, uint32_t word) {
    bytes_store32(guest->code + guest->size, word);
    guest->size += 4;
}

/* Two registers. */
static inline void guest_ab(struct guest *guest, uint32_t opcode, uint32_t a, uint32_t b) {
    guest_half(guest, opcode << 8 | a << 4 | b);
}

enum { OP_MOV = 0x02, OP_LD_L = 0x0a, OP_ST_L = 0x0b, OP_CMP = 0x0e, OP_NOP = 0x0f, OP_BRK = 0x35 };

static inline void guest_ldi(struct guest *guest, uint32_t a, uint32_t value) {
    guest_ab(guest, 0x01, a, 0);
    guest_word(guest, value);
}

static inline void guest_swi(struct guest *guest, uint32_t number) {
    guest_ab(guest, 0x30, 0, 0);
    guest_word(guest, number);
}

/* Goes to the code at offset `to` of a guest at `base`. */
static inline void guest_jump(struct guest *guest, uint32_t base, uint32_t to) {
    guest_ab(guest, 0x1a, 0, 0);
    guest_word(guest, base + to);
}

/* A register and a number below 256. */
static inline void guest_inc(struct guest *guest, uint32_t a, uint32_t v) {
    guest_half(guest, 0x8000 | a << 8 | v);
}
static inline void guest_gsr(struct guest *guest, uint32_t a, uint32_t v) {
    guest_half(guest, 0xa000 | a << 8 | v);
}
static inline void guest_ssr(struct guest *guest, uint32_t a, uint32_t v) {
    guest_half(guest, 0xb000 | a << 8 | v);
}

static inline void guest_mmap(struct guest *guest, uint32_t length) {
    guest_ldi(guest, R0, 0);
    guest_ldi(guest, R1, length);
    guest_ldi(guest, R2, 7);
    guest_ldi(guest, R3, 6);
    guest_swi(guest, 90);
}

static inline void guest_exit(struct guest *guest, uint32_t code) {
    guest_ldi(guest, R0, code);
    guest_swi(guest, 1);
}

/* An ELF file under construction: header, program headers, then what is appended. */
struct elf_file {
    uint8_t bytes[16384];
    uint32_t size;
};

#define ELF_SET16(file, name, value)                                                               \
    bytes_store16((file)->bytes + offsetof(Elf32_Ehdr, name), (value))
#define ELF_SET32(file, name, value)                                                               \
    bytes_store32((file)->bytes + offsetof(Elf32_Ehdr, name), (value))
#define ELF_SEGMENT_SET(file, i, name, value)                                                      \
    bytes_store32((file)->bytes + 52 + 32 * (size_t)(i) + offsetof(Elf32_Phdr, name), (value))

static inline void elf_file_start(struct elf_file *file, uint32_t entry, uint32_t segments) {
    static const uint8_t ident[EI_NIDENT] = {0x7f,       'E',         'L',       'F',
                                             ELFCLASS32, ELFDATA2LSB, EV_CURRENT};
    memset(file, 0, sizeof *file);
    memcpy(file->bytes, ident, sizeof ident);
    ELF_SET16(file, e_type, ET_EXEC);
    ELF_SET16(file, e_machine, 223);
    ELF_SET32(file, e_version, 1);
    ELF_SET32(file, e_entry, entry);
    ELF_SET32(file, e_phoff, 52);
    ELF_SET16(file, e_ehsize, 52);
    ELF_SET16(file, e_phentsize, 32);
    ELF_SET16(file, e_phnum, segments);
    file->size = 52 + 32 * segments;
}

static inline void elf_file_segment(struct elf_file *file, uint32_t i, const Elf32_Phdr *segment) {
    ELF_SEGMENT_SET(file, i, p_type, segment->p_type);
    ELF_SEGMENT_SET(file, i, p_offset, segment->p_offset);
    ELF_SEGMENT_SET(file, i, p_vaddr, segment->p_vaddr);
    ELF_SEGMENT_SET(file, i, p_paddr, segment->p_vaddr);
    ELF_SEGMENT_SET(file, i, p_filesz, segment->p_filesz);
    ELF_SEGMENT_SET(file, i, p_memsz, segment->p_memsz);
    ELF_SEGMENT_SET(file, i, p_flags, segment->p_flags);
    ELF_SEGMENT_SET(file, i, p_align, segment->p_align);
}

/* Fills in PT_LOAD number i with the next bytes of the file. */
static inline void elf_file_load(struct elf_file *file, uint32_t i, uint32_t address,
                                 uint32_t flags, const uint8_t *bytes, uint32_t size,
                                 uint32_t memory_size) {
    elf_file_segment(file, i,
                     &(Elf32_Phdr){.p_type = PT_LOAD,
                                   .p_offset = file->size,
                                   .p_vaddr = address,
                                   .p_filesz = size,
                                   .p_memsz = memory_size,
                                   .p_flags = flags,
                                   .p_align = 1});
    if (size > 0) {
        memcpy(file->bytes + file->size, bytes, size);
    }
    file->size += size;
}

/* One read-only segment of code at `base`, entered at its start. */
static inline void elf_file_of_guest(struct elf_file *file, uint32_t base,
                                     const struct guest *guest) {
    elf_file_start(file, base, 1);
    elf_file_load(file, 0, base, PF_R | PF_X, guest->code, guest->size, guest->size);
}

#endif
