/* What the handlers of calls with names share (calls_open.c, calls_stat.c, calls_entry.c,
 * calls_dir.c, calls_ns.c), and the hooks with which devices look at cages. */
#ifndef MOXBOX_CAGE_NAMES_H
#define MOXBOX_CAGE_NAMES_H

#include "cage/calls.h"

/* Linux's AT_ flags, as fstatat and its like get them. */
enum {
    AT_NO_FOLLOW = 0x100,
    AT_REMOVE_DIR = 0x200,
    AT_EFFECTIVE = 0x200,
    AT_FOLLOW = 0x400,
    AT_EMPTY = 0x1000
};

/* The machine's devices.hooks; context is the machine. */
extern const struct device_hooks cage_hooks;

/* Whether the names of a cage, its view and its environment, are in order. */
bool names_check(const struct cage *cage);

/* Walks from a descriptor (NULL: the working directory). `path` has to be the caller's own: what
 * goes wrong is noted for errstr. */
int32_t names_walk(struct cage *cage, struct file *at, struct name path, uint32_t flags,
                   struct place *to, struct entry *last);

/* Notes why a call failed, for errstr; gives the result back. */
int32_t names_failed(struct cage *cage, struct name path, int32_t result);

/* A caller who may everything, where rights were asked for already. */
struct caller names_super(const struct cage *cage);

/* Linux's file descriptor of a new open file; what flags and mode mean is said by open. */
int32_t names_open(struct cage *cage, struct file *at, struct name path, uint32_t flags,
                   uint32_t mode);

/* The entry that a path names, for what makes, moves or removes it: *dir is the caller's to drop.
 */
int32_t names_entry(struct cage *cage, struct file *at, struct name path, struct place *dir,
                    struct entry *last);
static inline struct name names_last(const struct entry *last) {
    return (struct name){last->name, last->name_size};
}
/* Whether the last element is "/", "." or "..", which are no entries. */
bool names_is_special(const struct entry *last);

/* Attributes of an open file of any kind. */
int32_t names_file_attributes(struct cage *cage, struct file *file, struct attributes *attributes);

#endif
