/* Malformed and unusual ELF files, each made by changing one good file, with the required verdict.
 * The numbers are those of the list of cases that the loader must stand. */
#ifndef MOXBOX_TESTS_ELF_CASES_H
#define MOXBOX_TESTS_ELF_CASES_H

#include <stdio.h>
#include <stdlib.h>

#include "moxbox/status.h"
#include "unit/guest.h"

enum {
    TEXT = 0x1000,  /* the good file: code here, */
    DATA = 0x2100,  /* 16 bytes of data with 48 zeros behind them here, */
    DATA_SIZE = 16, /* then 24 bytes that belong to nothing */
    DATA_MEMORY = 64,
    TRAILER = 24,
    SEGMENTS = 3, /* text, data, a note */
    HEADERS = 52 + 32 * SEGMENTS,
    ANY_VERDICT = -1,
};

/* Called with each case; the file lies in a block of its exact size. */
typedef void elf_visit(void *context, const char *name, const uint8_t *file, size_t size,
                       int expected);

struct elf_cases {
    elf_visit *visit;
    void *context;
    struct elf_file good;
};

static void good_file(struct elf_file *file) {
    struct guest guest = {.size = 0};
    uint8_t data[DATA_SIZE];
    guest_exit(&guest, 7);
    memset(data, 0x5a, sizeof data);
    elf_file_start(file, TEXT, SEGMENTS);
    elf_file_load(file, 0, TEXT, PF_R | PF_X, guest.code, guest.size, guest.size);
    elf_file_load(file, 1, DATA, PF_R | PF_W, data, sizeof data, DATA_MEMORY);
    elf_file_segment(file, 2, &(Elf32_Phdr){.p_type = PT_NOTE, .p_offset = 52, .p_filesz = 32});
    memset(file->bytes + file->size, 0xee, TRAILER);
    file->size += TRAILER;
}

static void visit_bytes(struct elf_cases *cases, const char *name, const uint8_t *bytes,
                        size_t size, int expected) {
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        abort();
    }
    if (size > 0) {
        memcpy(exact, bytes, size);
    }
    cases->visit(cases->context, name, exact, size, expected);
    free(exact);
}

static void visit_file(struct elf_cases *cases, const char *name, const struct elf_file *file,
                       int expected) {
    visit_bytes(cases, name, file->bytes, file->size, expected);
}

/* CASE(name, verdict, statements that change f) */
#define CASE(name, verdict, ...)                                                                   \
    do {                                                                                           \
        struct elf_file f = cases->good;                                                           \
        __VA_ARGS__;                                                                               \
        visit_file(cases, name, &f, MOX_##verdict);                                                \
    } while (0)

static void header_cases(struct elf_cases *cases) {
    static const uint8_t no_elf[][52] = {"!<arch>\n", "#!/bin/sh\n", "\x1f\x8b\x08"};
    CASE("the good file", OK, (void)0);
    CASE("1: empty", ELF_NOT_ELF, f.size = 0);
    CASE("1: magic number only", ELF_NOT_ELF, f.size = 4);
    CASE("1: header cut by one byte", ELF_NOT_ELF, f.size = 51);
    for (size_t i = 0; i < 3; i++) {
        visit_bytes(cases, "3: another format", no_elf[i], sizeof no_elf[i], MOX_ELF_NOT_ELF);
    }
    CASE("4: class none", ELF_CLASS, f.bytes[EI_CLASS] = 0);
    CASE("4: class 64", ELF_CLASS, f.bytes[EI_CLASS] = 2);
    CASE("4: class 255", ELF_CLASS, f.bytes[EI_CLASS] = 255);
    CASE("5: no byte order", ELF_ENDIAN, f.bytes[EI_DATA] = 0);
    CASE("5: big-endian", ELF_ENDIAN, f.bytes[EI_DATA] = 2);
    CASE("6: identification version 0", ELF_VERSION, f.bytes[EI_VERSION] = 0);
    CASE("6: version 0", ELF_VERSION, ELF_SET32(&f, e_version, 0));
    CASE("6: version 2", ELF_VERSION, ELF_SET32(&f, e_version, 2));
    CASE("7: x86", ELF_MACHINE, ELF_SET16(&f, e_machine, 3));
    CASE("7: Moxie's unofficial number", ELF_MACHINE, ELF_SET16(&f, e_machine, 0xfeed));
    CASE("8: ET_NONE", ELF_TYPE, ELF_SET16(&f, e_type, ET_NONE));
    CASE("8: ET_REL", ELF_TYPE, ELF_SET16(&f, e_type, ET_REL));
    CASE("8: ET_DYN", ELF_TYPE, ELF_SET16(&f, e_type, ET_DYN));
    CASE("8: ET_CORE", ELF_TYPE, ELF_SET16(&f, e_type, ET_CORE));
    CASE("9: e_ehsize 0", ELF_HEADER, ELF_SET16(&f, e_ehsize, 0));
    CASE("9: e_ehsize 53", ELF_HEADER, ELF_SET16(&f, e_ehsize, 53));
}

static void table_cases(struct elf_cases *cases) {
    const uint32_t size = cases->good.size;
    CASE("10: e_phentsize 0", ELF_PHDR, ELF_SET16(&f, e_phentsize, 0));
    CASE("10: e_phentsize 31", ELF_PHDR, ELF_SET16(&f, e_phentsize, 31));
    CASE("10: e_phentsize 33", ELF_PHDR, ELF_SET16(&f, e_phentsize, 33));
    CASE("10: e_phentsize 56", ELF_PHDR, ELF_SET16(&f, e_phentsize, 56));
    CASE("11: e_phnum 0", ELF_PHDR, ELF_SET16(&f, e_phnum, 0));
    CASE("11: e_phoff 0", ELF_PHDR, ELF_SET32(&f, e_phoff, 0));
    CASE("12: one segment of three", OK, ELF_SET16(&f, e_phnum, 1));
    CASE("12: table longer than the file", ELF_PHDR, ELF_SET16(&f, e_phnum, 64));
    CASE("12: 65 segments", ELF_TOO_BIG, ELF_SET16(&f, e_phnum, 65));
    CASE("12: 65 segments that are there", ELF_TOO_BIG, ELF_SET16(&f, e_phnum, 65), f.size = 4096);
    CASE("12: 0xfffe segments", ELF_TOO_BIG, ELF_SET16(&f, e_phnum, 0xfffe));
    CASE("13: PN_XNUM without sections", ELF_PHDR, ELF_SET16(&f, e_phnum, PN_XNUM));
    CASE("13: PN_XNUM with a section", ELF_PHDR, ELF_SET16(&f, e_phnum, PN_XNUM),
         ELF_SET32(&f, e_shoff, size), ELF_SET16(&f, e_shnum, 1), ELF_SET16(&f, e_shentsize, 40),
         bytes_store32(f.bytes + size + 28, 0x40000000), f.size += 40);
    CASE("14: e_phoff 4", ELF_PHDR, ELF_SET32(&f, e_phoff, 4));
    CASE("14: e_phoff 51", ELF_PHDR, ELF_SET32(&f, e_phoff, 51));
    CASE("14: e_phoff 31 before the end", ELF_PHDR, ELF_SET32(&f, e_phoff, size - 31));
    CASE("14: e_phoff at the end", ELF_PHDR, ELF_SET32(&f, e_phoff, size));
    CASE("14: e_phoff behind the end", ELF_PHDR, ELF_SET32(&f, e_phoff, size + 1));
    CASE("14: e_phoff 0xffffffff", ELF_PHDR, ELF_SET32(&f, e_phoff, 0xffffffff));
    CASE("14: table at the very end", OK, ELF_SET32(&f, e_phoff, size),
         memcpy(f.bytes + size, f.bytes + 52, 32 * SEGMENTS), f.size += 32 * SEGMENTS);
    CASE("14: odd e_phoff", OK, ELF_SET32(&f, e_phoff, size + 1),
         memcpy(f.bytes + size + 1, f.bytes + 52, 32 * SEGMENTS), f.size += 32 * SEGMENTS + 1);
    CASE("15: section fields full of rubbish", OK, ELF_SET32(&f, e_shoff, 0xfffffff1),
         ELF_SET16(&f, e_shnum, 0xffff), ELF_SET16(&f, e_shentsize, 3),
         ELF_SET16(&f, e_shstrndx, 0xfffe));
    CASE("15: e_shnum 0 and a size that wraps", OK, ELF_SET32(&f, e_shoff, size),
         ELF_SET16(&f, e_shentsize, 40), bytes_store32(f.bytes + size + 20, 0x06666667),
         f.size += 40);
    CASE("15: a compressed section that is its own link", OK, ELF_SET32(&f, e_shoff, size),
         ELF_SET16(&f, e_shentsize, 40), ELF_SET16(&f, e_shnum, 1),
         bytes_store32(f.bytes + size + 4, 1), bytes_store32(f.bytes + size + 8, SHF_COMPRESSED),
         bytes_store32(f.bytes + size + 20, 0xffffffff), f.size += 40);
}

#define SET(i, name, value) ELF_SEGMENT_SET(&f, i, name, value)

static void segment_cases(struct elf_cases *cases) {
    const uint32_t size = cases->good.size;
    CASE("16: p_offset behind the end", ELF_SEGMENT, SET(1, p_offset, size + 1));
    CASE("16: p_offset far behind the end", ELF_SEGMENT, SET(1, p_offset, 0x7fffffff));
    CASE("16: bytes reach behind the end", ELF_SEGMENT, SET(1, p_offset, size - DATA_SIZE + 1));
    CASE("16: bytes reach the end", OK, SET(1, p_offset, size - DATA_SIZE));
    CASE("16: offset and size wrap", ELF_SEGMENT, SET(1, p_offset, 0xfffffffe));
    CASE("16: no bytes at the end", OK, SET(1, p_offset, size), SET(1, p_filesz, 0));
    CASE("17: more in the file than in memory", ELF_SEGMENT, SET(1, p_memsz, DATA_SIZE - 1));
    CASE("17: bytes in the file, none in memory", ELF_SEGMENT, SET(1, p_memsz, 0));
    CASE("18: p_filesz 0x7fffffff", ELF_SEGMENT, SET(1, p_filesz, 0x7fffffff),
         SET(1, p_memsz, 0x7fffffff));
    CASE("19: p_memsz 0xffffffff", ELF_SEGMENT, SET(1, p_memsz, 0xffffffff));
    CASE("19: nearly 4 GiB of zeros", MEMORY_LIMIT, SET(1, p_memsz, 0xffff0000));
    CASE("19: together too much", MEMORY_LIMIT, SET(0, p_memsz, 0x1000),
         SET(1, p_memsz, 0x0a000000), SET(2, p_type, PT_LOAD), SET(2, p_vaddr, 0x40000000),
         SET(2, p_memsz, 0x0a000000));
    CASE("20: p_vaddr and p_memsz wrap", ELF_SEGMENT, SET(1, p_vaddr, 0xffffffe0));
    CASE("20: ends at 2^32", ELF_SEGMENT, SET(1, p_vaddr, 0u - DATA_MEMORY));
    CASE("20: touches the last page", ELF_SEGMENT, SET(1, p_vaddr, 0xfffff001 - DATA_MEMORY));
    CASE("20: ends before the last page", OK, SET(1, p_vaddr, 0xfffff000 - DATA_MEMORY));
    CASE("20: at address 0", ELF_SEGMENT, SET(1, p_vaddr, 0));
    CASE("20: at address 1", OK, SET(1, p_vaddr, 1));
    CASE("21: the same bytes", ELF_OVERLAP, SET(1, p_vaddr, TEXT));
    CASE("21: one byte", ELF_OVERLAP, SET(1, p_vaddr, TEXT - DATA_MEMORY + 1));
    CASE("21: adjacent", OK, SET(1, p_vaddr, TEXT - DATA_MEMORY));
    CASE("21: adjacent the other way round", OK, SET(1, p_vaddr, TEXT + 12));
    CASE("21: one byte the other way round", ELF_OVERLAP, SET(1, p_vaddr, TEXT + 11));
    CASE("21: one page, other rights", OK, SET(1, p_vaddr, TEXT + 0x100));
    CASE("21: inside another", ELF_OVERLAP, SET(1, p_vaddr, TEXT + 4), SET(1, p_memsz, 2),
         SET(1, p_filesz, 2));
    CASE("22: p_memsz 0", OK, SET(1, p_filesz, 0), SET(1, p_memsz, 0));
    CASE("22: p_memsz 0 at a place that is taken", OK, SET(1, p_filesz, 0), SET(1, p_memsz, 0),
         SET(1, p_vaddr, TEXT + 2));
    CASE("22: nothing in memory at all", ELF_ENTRY, SET(0, p_type, PT_NULL),
         SET(1, p_type, PT_NULL));
    CASE("23: not sorted", OK, SET(1, p_vaddr, 0x800));
    CASE("24: writable and executable", OK, SET(0, p_flags, 7));
    CASE("24: not readable", OK, SET(0, p_flags, PF_X));
    CASE("24: no rights", OK, SET(1, p_flags, 0));
    CASE("24: unknown rights", OK, SET(1, p_flags, 0xfffffff6));
    CASE("25: p_align 0", OK, SET(1, p_align, 0));
    CASE("25: p_align 1", OK, SET(1, p_align, 1));
    CASE("25: p_align 3", ELF_SEGMENT, SET(1, p_align, 3));
    CASE("25: p_align 2^31", OK, SET(1, p_align, 0x80000000));
    CASE("25: p_align 0xffffffff", ELF_SEGMENT, SET(1, p_align, 0xffffffff));
    CASE("25: address and offset not congruent", OK, SET(1, p_align, 0x1000));
}

static void entry_cases(struct elf_cases *cases) {
    CASE("26: odd entry point", ELF_ENTRY, ELF_SET32(&f, e_entry, TEXT + 1));
    CASE("26: entry point not mapped", ELF_ENTRY, ELF_SET32(&f, e_entry, 0x90000000));
    CASE("26: entry point 0", ELF_ENTRY, ELF_SET32(&f, e_entry, 0));
    CASE("26: entry point 0xfffffffe", ELF_ENTRY, ELF_SET32(&f, e_entry, 0xfffffffe));
    CASE("26: entry point before the segment", ELF_ENTRY, ELF_SET32(&f, e_entry, TEXT - 2));
    CASE("26: entry point in data", OK, ELF_SET32(&f, e_entry, DATA));
    CASE("26: entry point in zeros", OK, ELF_SET32(&f, e_entry, DATA + DATA_SIZE + 2));
    CASE("26: last halfword", OK, ELF_SET32(&f, e_entry, DATA + DATA_MEMORY - 2));
    CASE("26: last byte of an odd segment", ELF_ENTRY,
         ELF_SET32(&f, e_entry, DATA + DATA_MEMORY - 2), SET(1, p_memsz, DATA_MEMORY - 1));
    CASE("26: segment of one byte", ELF_ENTRY, ELF_SET32(&f, e_entry, DATA), SET(1, p_filesz, 0),
         SET(1, p_memsz, 1));
    CASE("26: entry point in a note", ELF_ENTRY, SET(2, p_vaddr, 0x5000), SET(2, p_memsz, 32),
         ELF_SET32(&f, e_entry, 0x5000));
    CASE("27: PT_DYNAMIC", ELF_TYPE, SET(2, p_type, PT_DYNAMIC));
    CASE("27: PT_INTERP", ELF_TYPE, SET(2, p_type, PT_INTERP));
    CASE("27: PT_TLS", ELF_TYPE, SET(2, p_type, PT_TLS));
    CASE("27: PT_NULL", OK, SET(2, p_type, PT_NULL));
    CASE("27: PT_SHLIB", OK, SET(2, p_type, PT_SHLIB));
    CASE("27: PT_PHDR", OK, SET(2, p_type, PT_PHDR));
    CASE("27: PT_GNU_STACK", OK, SET(2, p_type, PT_GNU_STACK));
    CASE("27: PT_LOPROC", OK, SET(2, p_type, PT_LOPROC));
    CASE("27: a note outside the file", OK, SET(2, p_offset, 0xffffffff), SET(2, p_filesz, 9));
    CASE("28: a long tail that is not used", OK, f.size = sizeof f.bytes);
}

#undef SET
#undef CASE

/* 2: cut at every byte. What is cut off the 24 bytes at the end does not matter. */
static void cut_cases(struct elf_cases *cases) {
    const size_t needed = cases->good.size - TRAILER;
    for (uint32_t size = 0; size < cases->good.size; size++) {
        char name[32];
        struct elf_file file = cases->good;
        file.size = size;
        snprintf(name, sizeof name, "2: cut to %u bytes", size);
        visit_file(cases, name, &file,
                   size < 52        ? MOX_ELF_NOT_ELF
                   : size < HEADERS ? MOX_ELF_PHDR
                   : size < needed  ? MOX_ELF_SEGMENT
                                    : MOX_OK);
    }
}

/* 30: every byte of the headers changed in four ways. */
static void byte_cases(struct elf_cases *cases) {
    for (uint32_t i = 0; i < HEADERS; i++) {
        const uint8_t old = cases->good.bytes[i];
        const uint8_t changes[] = {0x00, 0xff, old ^ 0x80, (uint8_t)(old + 1)};
        for (uint32_t k = 0; k < sizeof changes; k++) {
            char name[48];
            struct elf_file file = cases->good;
            file.bytes[i] = changes[k];
            snprintf(name, sizeof name, "30: byte %u is 0x%02x", i, changes[k]);
            visit_file(cases, name, &file, ANY_VERDICT);
        }
    }
}

static void elf_cases_visit(elf_visit *visit, void *context) {
    struct elf_cases cases = {.visit = visit, .context = context};
    good_file(&cases.good);
    header_cases(&cases);
    table_cases(&cases);
    segment_cases(&cases);
    entry_cases(&cases);
    cut_cases(&cases);
    byte_cases(&cases);
}

#endif
