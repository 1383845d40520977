/*
 * The box as a C program sees it: what was loaded into its address space, and where it leaves its
 * output and its state. See guest-sdk/README.md for the memory layout.
 */
#ifndef SANDBOXRT_H
#define SANDBOXRT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One mapped range. `tags` is a list of words, each followed by a comma: the rights ("ro" or "rw"),
 * then what the range holds ("elf0", "data0", "stack", "mapdesc"). The list ends with an entry of
 * zeros.
 */
struct moxie_memory_map_ent {
    uint32_t addr;
    uint32_t length;
    char tags[24];
};

/* The ranges that were mapped when the program started; memory from mmap is not among them. */
extern const struct moxie_memory_map_ent *moxie_memmap;

/*
 * Names the bytes that the box hands back as the program's output. They are read when the program
 * ends, so they must stay where they are; the last call counts. A length of 0 means an empty
 * output. The program faults when the range is not wholly readable.
 */
void setreturn(const void *data, size_t length);

/* The same for the State Buffer, which a host may feed to the next run as a data file. */
void setstate(const void *data, size_t length);

#ifdef __cplusplus
}
#endif

#endif
