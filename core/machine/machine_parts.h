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

/* state.c */
void machine_forget_hash(mox_machine *machine);

#endif
