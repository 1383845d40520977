/* What writing a module leaves beside its bytes: which functions it has, and where. Of the first
 * module of a machine, written of hints alone, all that is left in the engine can be kept as bytes:
 * a later machine of the same process that has the same text and hints, at the same addresses,
 * reads them in place of writing, and takes the module that was compiled then. */
#ifndef MOXBOX_XLATE_MADE_H
#define MOXBOX_XLATE_MADE_H

#include <stdbool.h>
#include <stdint.h>

#include "xlate/blame.h"
#include "xlate/emit.h"

struct made {
    uint32_t count; /* of functions; only those that work do more than leave again */
    uint32_t known; /* entries of the profile that it or earlier modules have; the rest came too
                       late */
    uint32_t size;  /* in bytes */
    /* The slots of text that its functions have code of, or return to: [low, high). */
    uint32_t low;
    uint32_t high;
    uint16_t *entries; /* one a function: index in the profile */
    uint8_t *works;    /* one a function */
    uint16_t *starts;  /* one a function: struct blamed */
    uint8_t *returns;  /* one a slot of text: a call in the module comes back there */
    /* One a slot of text: the number + 1 of the function whose dispatcher leads there, or 0. */
    uint16_t *inner_of;
};

/* False when there is no memory; made_free is due either way. */
bool made_init(struct made *made, const struct mox_allocator *allocator, uint32_t slots);
void made_free(struct made *made, const struct mox_allocator *allocator, uint32_t slots);

/* Where translated code is at home: what it has the addresses of, and what else it was written by.
 */
struct made_world {
    const struct cpu *cpu;
    const struct space *space;
    struct profile *profile;
    struct blame *blame;
    struct site_list *sites;
    const void *engine;
};

/* Writes what is kept to `bytes`, of which there are `room`; nothing to NULL. Returns how many it
 * takes: the text, and as much again. */
uint32_t made_keep(struct made *made, const struct made_world *world, uint8_t *bytes,
                   uint32_t room);

/* The reverse, where the profile knows hints and nothing else yet, and nothing was written. False
 * when the bytes were kept at other addresses or of another text, or are damaged: what is half read
 * does no harm, but *made is of no use. */
bool made_take(struct made *made, const struct made_world *world, const uint8_t *bytes,
               uint32_t size);

#endif
