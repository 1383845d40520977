/* What the files of machine/ know of each other. */
#ifndef MOXBOX_MACHINE_MACHINE_PARTS_H
#define MOXBOX_MACHINE_MACHINE_PARTS_H

#include "cage/cage.h"

/* Before anything else is done with a machine: writes the file that the host has filled, and
 * forgets a hash that is under way. */
mox_status machine_settle(mox_machine *machine);

/* A status for an errno of the kernel. */
mox_status machine_status(int32_t error);

/* store.c. Busy: the store is being opened, or a save has begun; nothing may change. */
bool machine_store_busy(const mox_machine *machine);
/* Whether the machine has to wait until it is saved; ended: no program will write any more. */
bool machine_store_waits(mox_machine *machine, bool ended);
void machine_store_free(mox_machine *machine);

/* Whether everything in a machine is in order: NULL, or what is not. For tests and fuzzing. */
const char *machine_check(mox_machine *machine);

/* Whether a machine can have these options. */
bool machine_options_good(const struct mox_machine_options *options);
/* Puts the defaults in the place of zeros. */
void machine_options_fill(struct mox_machine_options *options);
/* A machine with nothing in it but its allocators and engines; NULL: no memory. */
mox_machine *machine_new_empty(const struct mox_machine_options *options,
                               const struct mox_allocator *host);
/* What devices ask of a machine. */
void machine_devices_start(mox_machine *machine);

/* machine_text.c, machine_snapshot.c: what is under way is given up. */
void machine_forget_hash(mox_machine *machine);
void machine_forget_snapshot(mox_machine *machine);

#endif
