/* What runs cages: the interpreter for all, and for those that compute much an engine that
 * translates (xlate/). At most ENGINES_MAX cages have one at a time. */
#ifndef MOXBOX_MACHINE_ENGINES_H
#define MOXBOX_MACHINE_ENGINES_H

#include "cage/cage.h"
#include "moxbox/translator.h"

/* As cpu_run, of a cage. */
enum cpu_stop engines_run(struct cage *cage, uint64_t fuel);

/* Gives back a cage's engine, if it has one. */
void engines_drop(struct cage *cage);

/* NULL: no memory. */
struct engines *engines_new(const struct mox_allocator *allocator);

void engines_free(struct mox_machine *machine);

#endif
