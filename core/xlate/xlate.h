/* The engine that runs a machine faster: it watches the interpreter, translates hot text to
 * WebAssembly, has the host compile it, and goes between the two. What the machine computes, faults
 * and counts is what the interpreter alone would, bit for bit; wherever translated code cannot be
 * sure, it leaves the machine before the instruction and the interpreter does the one
 * exact step. */
#ifndef MOXBOX_XLATE_XLATE_H
#define MOXBOX_XLATE_XLATE_H

#include <stdint.h>

#include "cpu/cpu.h"
#include "moxbox/translator.h"

struct xlate;

/* NULL when there is no memory. *translator is copied. */
struct xlate *xlate_new(const struct mox_allocator *allocator,
                        const struct mox_translator *translator);
/* NULL is allowed. */
void xlate_free(struct xlate *xlate, struct cpu *cpu);

/* The module that waits to be compiled, and how many functions it exports; NULL when none does.
 * Owned by the engine, valid until it is installed. */
const uint8_t *xlate_module(const struct xlate *xlate, uint32_t *size, uint32_t *count);

/* The functions of the module that waits are callable now, under the numbers from `first` on; those
 * of earlier modules are not called any more. first 0: code cannot be made here; the engine
 * interprets. */
void xlate_install(struct xlate *xlate, struct cpu *cpu, uint32_t first);

/* As cpu_run. */
enum cpu_stop xlate_run(struct xlate *xlate, struct cpu *cpu, struct space *space, uint64_t fuel);

#endif
