/* What a profile keeps of computed jumps: against a plain list, the order included, until it is
 * full. */
#include "../oracle/random_program.h"
#include "base/alloc.h"
#include "check.h"
#include "xlate/profile.h"

enum { BASE = 0x1000, SIZE = 4096, SITES = 40, TARGETS = 400, ADDED = 20000 };

struct list {
    uint32_t count;
    uint32_t site[PROFILE_TARGETS];
    uint32_t target[PROFILE_TARGETS];
};

static uint32_t find(const struct list *list, uint32_t site, uint32_t target) {
    uint32_t i = 0;
    while (i < list->count && (list->site[i] != site || list->target[i] != target)) {
        i++;
    }
    return i;
}

/* The targets of a site, one behind the other as they came. */
static void check_site(const struct profile *profile, const struct list *list, uint32_t site) {
    const struct profile_target *at = NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->site[i] == site) {
            at = profile_next_target(profile, site, at);
            if (!CHECK(at != NULL && at->target == list->target[i])) {
                return;
            }
        }
    }
    CHECK(at == NULL || profile_next_target(profile, site, at) == NULL);
}

int main(void) {
    static struct random_program random;
    static struct list list;
    const struct mox_allocator allocator = alloc_default(NULL);
    struct space space;
    random_program(&random, 1); /* for its numbers alone */
    space_init(&space, &allocator, 1 << 20);
    CHECK_EQ(space_map(&space, BASE, SIZE, RIGHT_READ, NULL, "text"), MOX_OK);
    struct profile *profile = profile_new(&allocator, &space, BASE, 1, 1);
    CHECK(profile != NULL);
    for (uint32_t i = 0; i < ADDED; i++) {
        const uint32_t site = BASE + 2 * random_below(&random, SITES);
        const uint32_t target = 4 * random_below(&random, TARGETS);
        const uint32_t place = find(&list, site, target);
        const uint32_t known = random_below(&random, list.count + 1);
        CHECK_EQ(profile_has_target(profile, site, target, known), place < known);
        const uint32_t before = profile->target_count;
        profile_add_target(profile, site, target);
        if (profile->target_count > before) { /* or it was there, or there was no room near its
                                                 place */
            CHECK_EQ(place, list.count);
            list.site[list.count] = site;
            list.target[list.count++] = target;
        }
        CHECK_EQ(profile->target_count, list.count);
    }
    CHECK_EQ(list.count, PROFILE_TARGETS);
    for (uint32_t i = 0; i < SITES; i++) {
        check_site(profile, &list, BASE + 2 * i);
    }
    profile_add_target(profile, BASE + SIZE, 0); /* no site of this text */
    profile_add_target(profile, BASE + 1, 0);
    CHECK(profile_next_target(profile, BASE + SIZE, NULL) == NULL);
    CHECK(profile_next_target(profile, BASE + 2 * SITES, NULL) == NULL);
    profile_free(profile);
    space_free(&space);
    return check_report("targets of computed jumps");
}
