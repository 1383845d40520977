/* The address space of a cage: where things are put.
 *
 *     program   where its file says
 *     heap      from the page behind the program up to MMAP_BASE, by brk
 *     mmap      MMAP_BASE to STACK_TOP minus the stack, lowest free place first
 *     stack     below STACK_TOP
 *
 * All of it lies below 2^31, so that an address is never taken for an error. */
#ifndef MOXBOX_CAGE_MEMORY_H
#define MOXBOX_CAGE_MEMORY_H

#include "cage/calls.h"
#include "mem/space_change.h"

#define MMAP_BASE 0x40000000u
#define MMAP_END 0x7c000000u
#define STACK_TOP 0x7ff00000u

/* A free place of `size` bytes (whole pages) in the mmap area; 0: none. */
uint32_t memory_place(struct cage *cage, uint32_t size);

/* Maps a shared backing at an address, or where there is room (address 0); shmat. Gives the
 * address, -EINVAL (not a page, or something is there), -ENOMEM. */
int32_t memory_map_backing(struct cage *cage, uint32_t address, struct backing *backing,
                           uint32_t rights);

/* Takes pages out. 0 or -ENOMEM with nothing changed. */
int32_t memory_unmap(struct cage *cage, uint32_t address, uint32_t size);

/* What is mapped has changed: decoded and translated text is forgotten. */
void memory_changed(struct cage *cage);

/* swi 90, as a box has it: fresh memory, all rights. */
int32_t memory_box_mmap(struct cage *cage, const uint32_t words[4]);

#endif
