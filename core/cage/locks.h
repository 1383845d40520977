/* Advisory locks: flock, of open files, and fcntl's record locks, of cages. */
#ifndef MOXBOX_CAGE_LOCKS_H
#define MOXBOX_CAGE_LOCKS_H

#include "cage/file.h"

struct files;

/* A file's last reference goes: so does its flock. */
void locks_forget_file(struct file *file);

/* A cage closes a descriptor of this file: its record locks there go (POSIX's rule). */
void locks_forget_cage(struct cage *cage, const struct file *file);

/* fcntl F_GETLK, F_SETLK, F_SETLKW; lock is a struct flock. */
int32_t locks_fcntl(struct cage *cage, struct file *file, uint32_t command, uint8_t *lock);

/* Nobody has files any more: what a snapshot told of and no cage has let go of. */
void locks_free(struct files *files);

bool locks_check(const struct files *files);
struct codec;
void locks_codec(struct codec *codec, struct files *files);

#endif
