/* Pipes; the file kind is in pipe.c, fifo_open in file.h. */
#ifndef MOXBOX_CAGE_PIPE_H
#define MOXBOX_CAGE_PIPE_H

#include "cage/files_parts.h"

enum { PIPE_CAPACITY = 65536, PIPE_ATOMIC = 4096 };

/* A new pipe: its reading and its writing end, with `flags` besides the access mode. 0 or -ENOMEM.
 */
int32_t pipe_open(struct files *files, uint32_t flags, struct file *ends[2]);

bool pipe_check(const struct file *file);
void pipe_fifos_codec(struct codec *codec, struct key_table *fifos);
extern const struct file_ops pipe_ops;

#endif
