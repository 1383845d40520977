/* The descriptors of one cage: numbers from 0 to FDS_MAX - 1, each free or an open file with its
 * close-on-exec flag. */
#ifndef MOXBOX_CAGE_FDTABLE_H
#define MOXBOX_CAGE_FDTABLE_H

#include "cage/file.h"

enum { FDS_MAX = 1024 };

struct fdtable {
    struct mox_allocator allocator;
    struct file *files[FDS_MAX]; /* each holds one reference */
    bool close_on_exec[FDS_MAX];
    uint32_t end; /* above every number in use */
};

/* Empty; NULL: no memory. */
struct fdtable *fdtable_new(const struct mox_allocator *allocator);

/* The same files at the same numbers, as fork gives them; NULL: no memory. */
struct fdtable *fdtable_copy(const struct fdtable *table);

/* Closes everything, lowest number first. NULL is allowed. */
void fdtable_free(struct fdtable *table);

/* Closes what has close_on_exec. */
void fdtable_exec(struct fdtable *table);

/* NULL: the number is free or out of range. No reference is given. */
struct file *fdtable_get(const struct fdtable *table, uint32_t fd);

/* The lowest free number from `from` on; -EMFILE. */
int32_t fdtable_lowest(const struct fdtable *table, uint32_t from);

/* Puts a file at the lowest free number from `from` on and gives the number. The caller's reference
 * is the table's then; with -EMFILE it stays the caller's. */
int32_t fdtable_install(struct fdtable *table, struct file *file, uint32_t from,
                        bool close_on_exec);

/* Installs both at the lowest free numbers and stores these as two words. Takes the references over
 * in any case; 0 or -EMFILE. */
int32_t fdtable_install_pair(struct fdtable *table, struct file *const files[2], bool close_on_exec,
                             uint8_t *words);

/* Puts a file at a number below FDS_MAX, in place of what is there. Takes the reference over. */
void fdtable_put(struct fdtable *table, uint32_t fd, struct file *file, bool close_on_exec);

/* Takes the file at a number that is in use out of the table; the reference is the caller's. */
struct file *fdtable_take(struct fdtable *table, uint32_t fd);

bool fdtable_check(const struct fdtable *table);

#endif
