/* A WebAssembly module with one function for each entry of a profile, written a part at a time so
 * that nobody waits long. */
#ifndef MOXBOX_XLATE_MODULE_H
#define MOXBOX_XLATE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "xlate/emit.h"

struct module;

/* What translated code is for: one machine. site_at is where it notes the number of the site it
 * leaves by. */
struct module_target {
    const struct cpu *cpu;
    const struct space *space;
    struct profile *profile;
    const uint32_t *site_at;
    const void *resume_for;  /* the first argument of the function that modules import */
    struct note_list *notes; /* NULL: nobody looks */
};

/* Begins a module of the profile's entries and of what they call. New sites are appended to *sites.
 * NULL when there is no memory. */
struct module *module_new(const struct mox_allocator *allocator, const struct module_target *target,
                          struct site_list *sites);
void module_free(struct module *module);

/* Writes functions until about `bytes` more are there. True when the module is whole. */
bool module_step(struct module *module, uint32_t bytes);

/* Of a module that is whole: whether writing it succeeded, its bytes, and its functions, of which
 * only those that work do more than leave again. */
bool module_good(const struct module *module);
const uint8_t *module_bytes(const struct module *module, uint32_t *size);
uint32_t module_count(const struct module *module);
bool module_works(const struct module *module, uint32_t function);
/* Whether a call in the module comes back to that halfword of the profile's text. */
bool module_returns(const struct module *module, uint32_t slot);

#endif
