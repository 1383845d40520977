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
#include "xlate/notes.h"

struct xlate;

/* NULL when there is no memory. *translator is copied. */
struct xlate *xlate_new(const struct mox_allocator *allocator,
                        const struct mox_translator *translator);
/* NULL is allowed. */
void xlate_free(struct xlate *xlate, struct cpu *cpu);

/* The module that waits to be compiled, and how many functions it exports; NULL when none does. Of
 * size 0: it is the one that goes with what xlate_use_kept took. Owned by the engine, valid until
 * it is installed. */
const uint8_t *xlate_module(const struct xlate *xlate, uint32_t *size, uint32_t *count);

/* The functions of the module that waits are callable now, under the numbers from `first` on; those
 * of earlier modules stay. first 0: code cannot be made here; the engine
 * interprets. */
void xlate_install(struct xlate *xlate, struct cpu *cpu, uint32_t first);

/* What was learned of the text, as bytes for xlate_use_hints; NULL when nothing was that would make
 * code much better than the hints it began with, or there is no
 * memory. Owned by the engine, valid until the next call of any of its functions. */
const uint8_t *xlate_hints(struct xlate *xlate, uint32_t *size);

/* Before anything ran: takes what an earlier run of the same text learned, and believes nothing of
 * it. A module begins to be written with the next xlate_run. False when the bytes are not of this
 * text, or there is no memory. */
bool xlate_use_hints(struct xlate *xlate, const struct cpu *cpu, const struct space *space,
                     const uint8_t *bytes, uint32_t size);

/* While the first module waits, when it was written of hints alone: what writing it left in the
 * engine, for xlate_use_kept. NULL when it was not, or there is no memory. Owned by the engine,
 * valid until the next call of any of its functions. */
const uint8_t *xlate_keep(struct xlate *xlate, const struct cpu *cpu, const struct space *space,
                          uint32_t *size);

/* Behind xlate_use_hints, for a host that has the compiled module, too: that waits then in place of
 * one that is written, unless this machine has another layout. To be trusted as the module is: of
 * the same process, the same program and the same hints. False when there is no memory. */
bool xlate_use_kept(struct xlate *xlate, const uint8_t *bytes, uint32_t size);

/* Writes a module of all that was learned, with notes, in one go; it waits and is not to be
 * installed. False when nothing was learned, or there is no memory. */
bool xlate_inspect(struct xlate *xlate, const struct cpu *cpu, const struct space *space);

/* The notes of the last inspection, owned by the engine. */
const struct note *xlate_notes(const struct xlate *xlate, uint32_t *count);

/* How translating goes. */
void xlate_report(const struct xlate *xlate, const struct cpu *cpu, struct mox_translation *report);

/* What modules import. Translated code that cannot go on calls it inside xlate_run, with the
 * machine at `site`: it goes on from there, in whatever way, until the guest's function that runs
 * now returns, so that the translated code of its callers need not be left. Fuel, depth and the
 * result are those of a translated function. */
int32_t xlate_resume(struct xlate *xlate, int32_t fuel, int32_t depth, uint32_t site);

/* As cpu_run. */
enum cpu_stop xlate_run(struct xlate *xlate, struct cpu *cpu, struct space *space, uint64_t fuel);

#endif
