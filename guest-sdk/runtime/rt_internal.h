/* What the files of the runtime share and programs do not see. */
#ifndef RT_INTERNAL_H
#define RT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RT_PAGE_SIZE = 4096 };

/* The special registers of a box that a program writes. */
enum { SR_OUTPUT = 6, SR_OUTPUT_LENGTH = 7, SR_STATE = 8, SR_STATE_LENGTH = 9 };

/* special register 7 as it was at the start (crt0.S) */
extern uintptr_t __moxbox_stack_top;

/* The program's entry in C; crt0.S calls it once. */
_Noreturn void __moxbox_main(void);

/*
 * Makes what stdio collected the program's output, unless setreturn was called. It is linked in
 * only with the code that collects, so callers refer to it weakly.
 */
void __moxbox_publish(void) __attribute__((weak));

/* True once the program has named its output itself. */
bool __moxbox_has_output(void);

/*
 * After an allocation failed: the next request to the box asks for no more than needed. Afterwards,
 * relax sets the padding again, smaller if the bare request succeeded. Cages have neither.
 */
void __moxbox_heap_tighten(void) __attribute__((weak));
void __moxbox_heap_relax(bool was_enough) __attribute__((weak));

/* The bare system call 90: an address, or a negative error number. */
uintptr_t __moxbox_mmap(void *addr, size_t length, int prot, int flags, int fd, int offset);

#endif
