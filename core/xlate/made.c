#include "xlate/made.h"

#include "base/alloc.h"

#include <string.h>

bool made_init(struct made *made, const struct mox_allocator *allocator, uint32_t slots) {
    *made = (struct made){
        .low = slots,
        .entries = alloc_get(allocator, PROFILE_ENTRIES * sizeof *made->entries),
        .works = alloc_get(allocator, PROFILE_ENTRIES),
        .starts = alloc_get(allocator, PROFILE_ENTRIES * sizeof *made->starts),
        .returns = alloc_get(allocator, slots),
        .inner_of = alloc_get(allocator, slots * sizeof *made->inner_of),
    };
    return made->entries != NULL && made->works != NULL && made->starts != NULL &&
           made->returns != NULL && made->inner_of != NULL;
}

void made_free(struct made *made, const struct mox_allocator *allocator, uint32_t slots) {
    alloc_give(allocator, made->entries, PROFILE_ENTRIES * sizeof *made->entries);
    alloc_give(allocator, made->works, PROFILE_ENTRIES);
    alloc_give(allocator, made->starts, PROFILE_ENTRIES * sizeof *made->starts);
    alloc_give(allocator, made->returns, slots);
    alloc_give(allocator, made->inner_of, slots * sizeof *made->inner_of);
    *made = (struct made){0};
}

/* What is kept goes over a tape, which one piece of code writes, reads and measures. */
struct tape {
    uint8_t *to;         /* NULL: it is not written */
    const uint8_t *from; /* NULL: it is not read */
    size_t at;
    size_t end;
    bool good;
};

static void data(struct tape *tape, void *bytes, size_t size) {
    const bool fits = tape->good && size <= tape->end - tape->at;
    if (fits && tape->to != NULL) {
        memcpy(tape->to + tape->at, bytes, size);
    } else if (fits && tape->from != NULL) {
        memcpy(bytes, tape->from + tape->at, size);
    }
    tape->good = fits;
    tape->at += fits ? size : 0;
}

/* A number that has to be below `limit`. */
static void number(struct tape *tape, uint32_t *value, uint32_t limit) {
    data(tape, value, sizeof *value);
    tape->good &= *value < limit;
}

/* What has to be the same when it is read. */
static void same(struct tape *tape, uint32_t value) {
    uint32_t kept = value;
    data(tape, &kept, sizeof kept);
    tape->good &= kept == value;
}

static void address(struct tape *tape, const void *host) {
    same(tape, (uint32_t)(uintptr_t)host);
}

static void whereabouts(struct tape *tape, const struct made_world *world) {
    const struct space *space = world->space;
    const struct region *stack = space_find(space, world->cpu->r[REG_SP]);
    same(tape, sizeof(struct xlate_site));
    address(tape, world->engine);
    address(tape, world->cpu);
    address(tape, space);
    address(tape, world->profile->number);
    address(tape, world->blame->starts);
    address(tape, stack != NULL ? stack->bytes : NULL);
    same(tape, world->profile->base);
    same(tape, world->profile->settled);
    same(tape, world->profile->slots);
    same(tape, space->count);
    for (uint32_t i = 0; i < space->count; i++) {
        const struct region *region = &space->regions[i];
        same(tape, region->base);
        same(tape, region->size);
        same(tape, region->rights);
        address(tape, region->bytes);
    }
}

/* The whole text, byte by byte: a machine that was restored may have another than its program. */
static void text(struct tape *tape, const struct profile *profile) {
    const size_t size = profile->size;
    const bool fits = tape->good && size <= tape->end - tape->at;
    tape->good =
        fits && (tape->from == NULL || memcmp(tape->from + tape->at, profile->text, size) == 0);
    if (fits && tape->to != NULL) {
        memcpy(tape->to + tape->at, profile->text, size);
    }
    tape->at += fits ? size : 0;
}

/* Entries and targets, of which those that the hints have are known. */
static void places(struct tape *tape, struct profile *profile) {
    uint32_t count = profile->entry_count;
    number(tape, &count, PROFILE_ENTRIES + 1);
    for (uint32_t i = 0; i < count && tape->good; i++) {
        uint32_t pc = i < profile->entry_count ? profile->entries[i] : 0;
        data(tape, &pc, sizeof pc);
        profile_add_entry(profile, pc);
    }
    tape->good &= profile->entry_count == count;
    count = profile->target_count;
    number(tape, &count, PROFILE_TARGETS + 1);
    for (uint32_t i = 0; i < count && tape->good; i++) {
        struct profile_target target = {0};
        if (i < profile->target_count) {
            target = profile->targets[i];
        }
        data(tape, &target.site, sizeof target.site);
        data(tape, &target.target, sizeof target.target);
        profile_add_target(profile, target.site, target.target);
    }
    tape->good &= profile->target_count == count;
}

/* The numbers of places for dispatchers. */
static void numbers(struct tape *tape, struct profile *profile) {
    uint32_t count = profile->number_count;
    uint32_t slot = 0;
    number(tape, &count, UINT16_MAX);
    for (uint32_t i = 0; i < count && tape->good; i++, slot++) {
        while (tape->from == NULL && profile->number[slot] == 0) {
            slot++;
        }
        number(tape, &slot, profile->slots);
        if (tape->good) {
            data(tape, &profile->number[slot], sizeof *profile->number);
            tape->good &= profile->number[slot] > 0 && profile->number[slot] <= count;
        }
    }
    profile->number_count = count;
}

static void sites(struct tape *tape, struct site_list *list, uint32_t entries) {
    uint32_t count = list->count;
    data(tape, &count, sizeof count);
    const size_t size = count * sizeof *list->sites;
    if (tape->from != NULL) {
        tape->good &= list->sites == NULL && count > 0 && size <= tape->end - tape->at;
        list->sites = tape->good ? alloc_get(&list->allocator, size) : list->sites;
        tape->good &= list->sites != NULL;
        list->count = list->capacity = tape->good ? count : list->capacity;
    }
    if (tape->good) {
        data(tape, list->sites, size);
    }
    for (uint32_t i = 0; i < count && tape->good; i++) {
        tape->good = list->sites[i].entry < entries;
    }
}

static void functions(struct tape *tape, struct made *made, const struct made_world *world) {
    const uint32_t slots = world->profile->slots;
    const uint32_t entries = world->profile->entry_count;
    number(tape, &made->count, PROFILE_ENTRIES + 1);
    number(tape, &made->known, entries + 1);
    number(tape, &made->size, UINT32_MAX);
    number(tape, &made->low, slots + 1);
    number(tape, &made->high, slots + 1);
    number(tape, &world->blame->start_count, BLAME_STARTS + 1);
    tape->good &= made->low <= made->high;
    if (!tape->good) {
        return;
    }
    const uint32_t wide = made->high - made->low;
    data(tape, made->entries, made->count * sizeof *made->entries);
    data(tape, made->works, made->count);
    data(tape, made->starts, made->count * sizeof *made->starts);
    data(tape, world->blame->starts, world->blame->start_count * sizeof *world->blame->starts);
    data(tape, made->returns + made->low, wide);
    data(tape, made->inner_of + made->low, wide * sizeof *made->inner_of);
    data(tape, world->blame->owner + made->low, wide * sizeof *world->blame->owner);
    for (uint32_t i = 0; i < made->count; i++) {
        tape->good &= made->entries[i] < entries && made->starts[i] < world->blame->start_count;
    }
    for (uint32_t i = made->low; i < made->high; i++) {
        tape->good &= made->inner_of[i] <= made->count && world->blame->owner[i] <= entries;
    }
}

static void all(struct tape *tape, struct made *made, const struct made_world *world) {
    whereabouts(tape, world);
    text(tape, world->profile);
    if (tape->good) {
        places(tape, world->profile);
        numbers(tape, world->profile);
        sites(tape, world->sites, world->profile->entry_count);
        functions(tape, made, world);
    }
}

/* Nothing was written yet. */
static void start_again(const struct made_world *world) {
    struct profile *profile = world->profile;
    struct site_list *list = world->sites;
    memset(profile->number, 0, profile->slots * sizeof *profile->number);
    profile->number_count = 0;
    memset(world->blame->owner, 0, profile->slots * sizeof *world->blame->owner);
    world->blame->start_count = 1;
    alloc_give(&list->allocator, list->sites, list->capacity * sizeof *list->sites);
    *list = (struct site_list){.allocator = list->allocator};
}

uint32_t made_keep(struct made *made, const struct made_world *world, uint8_t *bytes,
                   uint32_t room) {
    struct tape tape = {.to = bytes, .end = bytes != NULL ? room : SIZE_MAX, .good = true};
    all(&tape, made, world);
    return tape.good ? (uint32_t)tape.at : 0;
}

bool made_take(struct made *made, const struct made_world *world, const uint8_t *bytes,
               uint32_t size) {
    struct tape tape = {.from = bytes, .end = size, .good = true};
    all(&tape, made, world);
    const bool taken = tape.good && tape.at == tape.end;
    if (!taken) {
        start_again(world);
    }
    return taken;
}
