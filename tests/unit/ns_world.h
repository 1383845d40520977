/* A name space without cages around it: devices, a file system, one caller. Walks and changes by
 * paths, with results that tests can compare. */
#ifndef MOXBOX_TESTS_NS_WORLD_H
#define MOXBOX_TESTS_NS_WORLD_H

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "fs/fs.h"
#include "moxbox/errno.h"
#include "ns/devices.h"
#include "unit/check.h"

struct world {
    struct mox_allocator allocator;
    struct machine_devices devices;
    struct waiter waiter;
    struct caller caller;
    struct view view;
    uint32_t woken;
    uint32_t why;
};

static inline void world_woken(struct waiter *waiter) {
    struct world *world = (struct world *)((char *)waiter - offsetof(struct world, waiter));
    world->woken++;
}

/* 0, or the errno of what could not be had. */
static inline int32_t world_start(struct world *world, const struct mox_allocator *allocator) {
    static const uint8_t seed[32] = {1, 2, 3};
    memset(world, 0, sizeof *world);
    world->allocator = *allocator;
    world->waiter.allocator = *allocator;
    world->waiter.woken = world_woken;
    world->caller.waiter = &world->waiter;
    world->caller.id = 7;
    world->caller.now = 5000000000;
    world->caller.why = &world->why;
    devices_start(&world->devices, allocator, seed, 1 << 20);
    world->devices.start_time = 2000000000;
    const struct fs_limits limits = {0};
    int32_t result = fs_new(allocator, &limits, 0, &world->devices.fs);
    if (result == 0) {
        result = environment_new(&world->devices, &world->caller.environment);
    }
    if (result == 0) {
        result = view_boot(&world->devices, &world->caller, &world->view);
    }
    return result;
}

static inline void world_end(struct world *world) {
    if (world->view.ns) {
        CHECK(view_check(&world->view));
        view_drop(&world->view);
    }
    environment_drop(world->caller.environment);
    CHECK(devices_check(&world->devices));
    if (world->devices.fs) {
        uint32_t number = 0;
        const char *wrong = fs_check(world->devices.fs, false, &number);
        if (!CHECK(wrong == NULL)) {
            printf("%s (%u)\n", wrong, number);
        }
        fs_free(world->devices.fs);
    }
    devices_end(&world->devices);
}

static inline int32_t world_walk(struct world *world, const char *path, uint32_t flags,
                                 struct place *to, struct entry *last) {
    return ns_walk(&world->view, &world->caller, NULL, name_of_text(path), flags, to, last);
}

/* 0 or -errno of walking there. */
static inline int32_t world_try(struct world *world, const char *path, uint32_t flags) {
    struct place place;
    const int32_t result = world_walk(world, path, flags, &place, NULL);
    if (result == 0) {
        place_drop(&place);
    } else {
        CHECK(place.chan == NULL && place.mount == NULL);
    }
    return result;
}

static inline int32_t world_make(struct world *world, const char *path, uint32_t mode,
                                 const char *target) {
    struct creation creation = {.mode = mode};
    struct place dir;
    struct place made;
    struct entry last;
    int32_t result = world_walk(world, path, WALK_PARENT | WALK_NO_FOLLOW, &dir, &last);
    if (result < 0) {
        return result;
    }
    if (target) {
        creation.target = name_of_text(target);
    }
    result =
        ns_create(&dir, &world->caller, (struct name){last.name, last.name_size}, &creation, &made);
    if (result == 0) {
        place_drop(&made);
    }
    place_drop(&dir);
    return result;
}

static inline int32_t world_dir(struct world *world, const char *path) {
    return world_make(world, path, MODE_DIR | 0755, NULL);
}

static inline int32_t world_file(struct world *world, const char *path) {
    return world_make(world, path, MODE_FILE | 0644, NULL);
}

static inline int32_t world_link(struct world *world, const char *path, const char *target) {
    return world_make(world, path, MODE_SYMLINK | 0777, target);
}

static inline int32_t world_remove(struct world *world, const char *path, bool directory) {
    struct place dir;
    struct entry last;
    int32_t result = world_walk(world, path, WALK_PARENT | WALK_NO_FOLLOW, &dir, &last);
    if (result == 0) {
        result = ns_remove(&world->view, &dir, &world->caller,
                           (struct name){last.name, last.name_size}, directory);
        place_drop(&dir);
    }
    return result;
}

static inline int32_t world_chdir(struct world *world, const char *path) {
    struct place place;
    const int32_t result = world_walk(world, path, WALK_DIRECTORY, &place, NULL);
    if (result == 0) {
        place_drop(&world->view.here);
        world->view.here = place;
    }
    return result;
}

static inline int32_t world_bind(struct world *world, const char *from, const char *to,
                                 uint32_t flags) {
    return view_bind(&world->view, &world->caller, NULL, name_of_text(from), name_of_text(to),
                     flags);
}

static inline int32_t world_unmount(struct world *world, const char *from, const char *at) {
    const struct name name = from ? name_of_text(from) : (struct name){NULL, 0};
    return view_unmount(&world->view, &world->caller, NULL, from ? &name : NULL, name_of_text(at));
}

/* Whether both paths lead to the same file. */
static inline bool world_same(struct world *world, const char *a, const char *b) {
    struct place one;
    struct place two;
    const int32_t first = world_walk(world, a, 0, &one, NULL);
    const int32_t second = world_walk(world, b, 0, &two, NULL);
    const bool same = first == 0 && second == 0 && chan_same(one.chan, two.chan);
    place_drop(&one);
    place_drop(&two);
    return same;
}

/* The path of a directory, as a string that lives until the next call. */
static inline const char *world_path(struct world *world, const char *path, char text[4096]) {
    struct place place;
    int32_t result = world_walk(world, path, 0, &place, NULL);
    if (result == 0) {
        result = ns_path(&world->view, &world->caller, &place, text, 4096);
        place_drop(&place);
    }
    if (result < 0) {
        snprintf(text, 4096, "error %d", -result);
    } else {
        CHECK_EQ(strlen(text), result);
    }
    return text;
}

/* Names in a directory, each followed by a blank. */
static inline const char *world_list(struct world *world, const char *path, char text[4096]) {
    struct place place;
    struct entry entry;
    struct dir_cursor cursor = {0};
    uint32_t size = 0;
    text[0] = 0;
    if (world_walk(world, path, 0, &place, NULL) < 0 ||
        ns_open(&place, &world->caller, OPEN_READ) < 0) {
        place_drop(&place);
        return "error";
    }
    while (ns_next(&place, &world->caller, &cursor, &entry) == 1) {
        size += (uint32_t)snprintf(text + size, 4096 - size, "%s ", entry.name);
        CHECK_EQ(strlen(entry.name), entry.name_size);
    }
    place_drop(&place);
    return text;
}

static inline int32_t world_open(struct world *world, const char *path, uint32_t mode,
                                 struct place *place) {
    int32_t result = world_walk(world, path, 0, place, NULL);
    if (result == 0) {
        result = ns_open(place, &world->caller, mode);
        if (result < 0) {
            place_drop(place);
        }
    }
    return result;
}

static inline int32_t world_write(struct world *world, const char *path, const char *text) {
    struct place place;
    uint64_t offset = 0;
    int32_t result = world_open(world, path, OPEN_WRITE, &place);
    if (result >= 0) {
        result = chan_write(place.chan, &world->caller, &offset, (const uint8_t *)text,
                            (uint32_t)strlen(text));
        place_drop(&place);
    }
    return result;
}

/* All of a file as a string. */
static inline int32_t world_read(struct world *world, const char *path, char text[4096]) {
    struct place place;
    uint32_t size = 0;
    int32_t result = world_open(world, path, OPEN_READ, &place);
    if (result < 0) {
        return result;
    }
    do {
        result = chan_read(place.chan, &world->caller, size, (uint8_t *)text + size,
                           size < 4000 ? 50 : 0);
        size += result > 0 ? (uint32_t)result : 0;
    } while (result > 0);
    place_drop(&place);
    text[size] = 0;
    return result < 0 ? result : (int32_t)size;
}

#endif
