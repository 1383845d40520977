/* The engine that runs a machine faster: it watches the interpreter, translates hot text to WebAssembly, has
 * the host compile it, and goes between the two. What the machine computes, faults and counts is what the
 * interpreter alone would, bit for bit; wherever translated code cannot be sure, it leaves the machine
 * before the instruction and the interpreter does the one exact step. */
#ifndef MOXBOX_XLATE_XLATE_H
#define MOXBOX_XLATE_XLATE_H

#include <stdint.h>

#include "cpu/cpu.h"
#include "moxbox/translator.h"

struct xlate;

/* NULL when there is no memory. *host is copied. */
struct xlate *xlate_new(const struct mox_allocator *allocator, const struct mox_translator *host);
void xlate_free(struct xlate *xlate, struct cpu *cpu);

/* As cpu_run. */
enum cpu_stop xlate_run(struct xlate *xlate, struct cpu *cpu, struct space *space, uint64_t fuel);

#endif
