/* The cage table: how cages come, end and are waited for. Only what is declared here changes it. */
#ifndef MOXBOX_CAGE_PROCESS_H
#define MOXBOX_CAGE_PROCESS_H

#include "cage/calls.h"

/* Status words of waitpid: an exit status is << 8, a signal that ended a cage is itself. */
enum { WAIT_STOPPED = 0x7f, WAIT_CONTINUED = 0xffff };

/* Makes the table with cage 1, which is the parent of orphans and of what the host starts. 0 or
 * -ENOMEM. */
int32_t process_start(struct mox_machine *machine);

/* Ends every cage and frees the table. */
void process_end_all(struct mox_machine *machine);

/* A cage that nobody knows yet: an empty address space, registers 0, no descriptors, no names.
 * -EAGAIN (the table is full), -ENOMEM. cage_enter puts it into the table; cage_discard undoes it.
 */
int32_t cage_new(struct mox_machine *machine, struct cage *parent, struct cage **cage);
void cage_enter(struct cage *cage);
void cage_discard(struct cage *cage);

/* Names, identity, group and environment as the parent has them. */
void cage_inherit(struct cage *cage, const struct cage *parent);

/* The end: gives back everything but what waitpid tells. status as waitpid gives it. */
void cage_end(struct cage *cage, uint32_t status);

/* Something happened to a child that lives. */
void process_tell_parent(struct cage *cage, enum cage_change change);

/* Frees cages that are dead. Only where no call is on its way. */
void process_sweep(struct mox_machine *machine);

/* waitpid of a cage whose children `caller` waits for (#p/n/wait too): the child's id, 0 with
 * WNOHANG, -ECHILD, CALL_WAITS. *used: units of the child and its children. */
int32_t process_wait(struct cage *parent, struct waiter *waiter, int32_t pid, uint32_t options,
                     uint32_t *status, uint64_t *used);

/* exec.c: puts the program of a path into a cage. Strings as STRINGS gives them. 0 or -errno with
 * nothing changed. */
int32_t exec_load(struct cage *cage, struct name path, struct const_span arguments,
                  struct const_span environment);

bool process_check(struct mox_machine *machine);

#endif
