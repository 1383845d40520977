#include "base/alloc.h"
#include "xlate/engine.h"
#include "xlate/hints.h"
#include "xlate/made.h"

#include <string.h>

enum {
    /* Instructions in translated code for each missed one: hints are kept, as engines have the code
     * of a module that stays the same. Half as many with each revision, down to the least. */
    GOOD_ENOUGH = 256,
    GOOD_LEAST = 8,
    WORD_BITS = 32,
    SMALL = 1 << 18, /* halfwords of a text that is got ready for at once, and kept of */
};

void engine_drop_kept(struct xlate *x) {
    alloc_give(&x->allocator, x->kept, x->kept_size);
    x->kept = NULL;
    x->kept_size = 0;
}

static struct made_world world_of(struct xlate *x, const struct cpu *cpu,
                                  const struct space *space) {
    return (struct made_world){
        .cpu = cpu,
        .space = space,
        .profile = x->profile,
        .blame = &x->blame,
        .sites = &x->sites,
        .engine = x,
    };
}

bool engine_take_kept(struct xlate *x, const struct cpu *cpu, const struct space *space) {
    const struct made_world world = world_of(x, cpu, space);
    const bool taken = x->kept != NULL && made_init(&x->taken, &x->allocator, x->profile->slots) &&
                       made_take(&x->taken, &world, x->kept, x->kept_size);
    engine_drop_kept(x);
    if (!taken) {
        made_free(&x->taken, &x->allocator, x->profile->slots);
    }
    return taken;
}

static uint32_t good_enough(const struct xlate *x) {
    const uint32_t revision = x->profile->revision;
    const uint32_t enough = revision < WORD_BITS ? (uint32_t)GOOD_ENOUGH >> revision : 0;
    return enough > GOOD_LEAST ? enough : GOOD_LEAST;
}

/* Whether later boxes should begin with what is known: this one has translated it, or has run for
 * so long that some of them together would gain more than translating takes. */
static bool is_learned(struct xlate *x) {
    if (x->translated > 0 || x->translator.eager || x->translator.watch) {
        return true;
    }
    if (x->cpu == NULL) {
        return false;
    }
    profile_cover(x->profile, x->cpu);
    return x->cpu->count >= (uint64_t)BLAME_EACH * x->profile->covered;
}

/* Memory for bytes that are lent until the next time; NULL when there is none. */
static uint8_t *lend(struct xlate *x, uint32_t size) {
    alloc_give(&x->allocator, x->lent, x->lent_size);
    x->lent = size > 0 ? alloc_get(&x->allocator, size) : NULL;
    x->lent_size = x->lent != NULL ? size : 0;
    return x->lent;
}

const uint8_t *xlate_hints(struct xlate *x, uint32_t *size) {
    const bool served_well = x->served && x->missed * good_enough(x) <= x->inside;
    if (x->profile != NULL && x->profile->entry_count > 0 && !served_well && is_learned(x)) {
        if (lend(x, hints_size(x->profile)) != NULL) {
            hints_write(x->profile, x->lent);
        }
    } else {
        lend(x, 0);
    }
    *size = x->lent_size;
    return x->lent;
}

bool xlate_use_hints(struct xlate *x, const struct cpu *cpu, const struct space *space,
                     const uint8_t *bytes, uint32_t size) {
    if (x->settled == 0) {
        x->settled = space->count;
    }
    const bool able = x->profile != NULL || engine_prepare(x, cpu, space);
    x->hinted = able && hints_read(x->profile, bytes, size) && x->profile->entry_count > 0;
    x->served = x->hinted;
    /* Before what is kept takes memory, so that what it tells of is where it was without. */
    while (x->hinted && !x->watched && x->profile->slots <= SMALL &&
           engine_prepare(x, cpu, space)) {
    }
    return x->hinted;
}

const uint8_t *xlate_keep(struct xlate *x, const struct cpu *cpu, const struct space *space,
                          uint32_t *size) {
    const struct made_world world = world_of(x, cpu, space);
    const bool able = x->first && x->made != NULL && x->profile->slots <= SMALL;
    if (lend(x, able ? made_keep(x->made, &world, NULL, 0) : 0) != NULL) {
        made_keep(x->made, &world, x->lent, x->lent_size);
    }
    *size = x->lent_size;
    return x->lent;
}

bool xlate_use_kept(struct xlate *x, const uint8_t *bytes, uint32_t size) {
    engine_drop_kept(x);
    x->kept = x->hinted && size > 0 ? alloc_get(&x->allocator, size) : NULL;
    if (x->kept == NULL) {
        return false;
    }
    memcpy(x->kept, bytes, size);
    x->kept_size = size;
    return true;
}
