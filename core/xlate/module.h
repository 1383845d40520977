/* A WebAssembly module with functions for entries of a profile, written a part at a time so that
 * nobody waits long. Functions of earlier modules go on; this one's call them. */
#ifndef MOXBOX_XLATE_MODULE_H
#define MOXBOX_XLATE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "xlate/blame.h"
#include "xlate/emit.h"
#include "xlate/made.h"

struct module;

/* What translated code is for: one machine. site_at is where it notes the number of the site it
 * leaves by. */
struct module_target {
    const struct cpu *cpu;
    const struct space *space;
    struct profile *profile;
    const uint32_t *site_at;
    const void *resume_for; /* the first argument of the function that modules import */
    /* Where functions that earlier modules have translate a halfword of the text: their numbers in
     * the core's table, or 0. NULL: this module is to stand alone. */
    const uint32_t *function_of;
    uint32_t from;           /* the first entry of the profile that no module has */
    struct blame *blame;     /* which functions are written again; learns who has what */
    struct note_list *notes; /* NULL: nobody looks */
};

/* In function_of: the place is one that the dispatcher of the function with the number leads to. */
static const uint32_t MODULE_INNER = 1u << 31;

/* In function_of: a place without a function where calls in translated code come back to. The
 * interpreter has to stop there. */
static const uint32_t MODULE_RETURN = 0xffffffffu;

static inline bool module_is_inner(uint32_t function) {
    return function & MODULE_INNER && function != MODULE_RETURN;
}

/* Whether the profile's entries from `from` on are worth a module. */
bool module_has_news(const struct profile *profile, const uint32_t *function_of, uint32_t from);

/* Begins a module of the profile's entries from `from` on and of what they call. New sites are
 * appended to *sites. NULL when there is no memory. */
struct module *module_new(const struct mox_allocator *allocator, const struct module_target *target,
                          struct site_list *sites);
void module_free(struct module *module);

/* Writes until about `bytes` more are there, or something was done that takes as long; a part of a
 * function at least. True when the module is whole. */
bool module_step(struct module *module, uint32_t bytes);

/* Of a module that is whole: whether writing it succeeded, its bytes, and what else there is of it.
 */
bool module_good(const struct module *module);
const uint8_t *module_bytes(const struct module *module);
struct made *module_made(struct module *module);

#endif
