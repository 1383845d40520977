/* What process.c, dispatch.c and machine/ ask of the files, pipes, sockets, locks and shared memory
 * of a machine and of its cages. */
#ifndef MOXBOX_CAGE_FILES_H
#define MOXBOX_CAGE_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "moxbox/allocator.h"

struct cage;
struct mox_machine;
struct files; /* machine-wide: bound sockets, fifos, locks, ipc; the machine's `files` */

/* blocks: for contents (the machine's counted allocator), allocator for structures. 0 or -ENOMEM.
 */
int32_t files_new(const struct mox_allocator *allocator, const struct mox_allocator *blocks,
                  struct files **files);
void files_free(struct files *files); /* after the last cage's files_cage_end; NULL is allowed */

/* A new cage: a descriptor table with the console's streams at 0, 1 and 2. 0 or -ENOMEM. */
int32_t files_cage_start(struct cage *cage);

/* The child (which has its memory and its own zeroed fields already) gets the parent's
 * descriptors, attached shared memory, semaphores, mutexes and condition variables. -ENOMEM: the
 * child has got nothing. */
int32_t files_cage_fork(struct cage *parent, struct cage *child);

/* exec, beyond the point of no return: what has FD_CLOEXEC is closed; semaphores, mutexes and
 * shared memory are let go. Before the old memory goes. */
void files_cage_exec(struct cage *cage);

/* The end of a cage: everything is closed, in the order of numbers. Before its memory goes. */
void files_cage_end(struct cage *cage);

/* A call has ended, with whatever result, or was broken off (signal, end of the cage): called where
 * caller.progress and deadline are reset. Lets go of what a waiting call held (cage->opening,
 * cage->lock). */
void files_call_ended(struct cage *cage);

/* What the call that waits is about, for the wait graph ("pipe 7, which 4 can write"); the length.
 */
uint32_t files_wait_label(const struct cage *cage, char *text, uint32_t size);

/* Invariants of everything above, of one cage and of the machine. */
bool files_cage_check(const struct cage *cage);
bool files_check(const struct files *files);

/* base/codec.h: what a cage has of all this, and what belongs to no single cage. Loading needs
 * files fresh from files_new, and a cage without any. */
struct codec;
void files_cage_codec(struct codec *codec, struct cage *cage);
void files_codec(struct codec *codec, struct files *files);

#endif
