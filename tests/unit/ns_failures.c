/* The host's memory fails at the n-th allocation, for every n until nothing fails: each operation
 * of the name space says -ENOMEM and has changed nothing, and works when memory is back. */
#include "unit/counting.h"
#include "unit/ns_world.h"

struct run {
    struct counting counting;
    struct world world;
    uint32_t failures;
};

/* True when the operation failed for want of memory, which is back then: it is to be repeated. */
static bool failed(struct run *run, int32_t result) {
    if (result != -MOX_ENOMEM) {
        CHECK(result >= 0);
        return false;
    }
    CHECK(run->counting.failed);
    run->counting.fail_at = 0;
    run->failures++;
    CHECK(view_check(&run->world.view));
    CHECK(devices_check(&run->world.devices));
    return true;
}

static void names(struct run *run) {
    struct world *world = &run->world;
    struct place place;
    while (failed(run, world_dir(world, "/a"))) {
        CHECK_EQ(world_try(world, "/a", 0), -MOX_ENOENT);
    }
    while (failed(run, world_dir(world, "/b"))) {
    }
    while (failed(run, world_file(world, "/b/f"))) {
    }
    while (failed(run, world_link(world, "/link", "a/../b"))) {
    }
    while (failed(run, world_try(world, "/link/f", 0))) {
    }
    struct entry last;
    while (failed(run, world_walk(world, "/link", WALK_PARENT, &place, &last))) {
    }
    place_drop(&place);
    char text[4096];
    while (failed(run, world_chdir(world, "link"))) {
        CHECK_TEXT(world_path(world, ".", text), "/");
    }
}

/* Bytes of the list of a directory; the allocations for looking do not count. */
static uint32_t look(struct run *run, const char *path) {
    const struct counting before = run->counting;
    char text[4096];
    run->counting.fail_at = 0;
    const uint32_t size = (uint32_t)strlen(world_list(&run->world, path, text));
    run->counting.fail_at = before.fail_at;
    run->counting.calls = before.calls;
    return size;
}

static void mounts(struct run *run) {
    struct world *world = &run->world;
    struct view old;
    while (failed(run, world_bind(world, "/b", "/a", MOUNT_BEFORE | MOUNT_CREATE))) {
        CHECK_EQ(look(run, "/a"), 0);
    }
    while (failed(run, world_bind(world, "/a", "/tmp", MOUNT_AFTER))) {
        CHECK_EQ(look(run, "/tmp"), 0);
    }
    CHECK_EQ(look(run, "/tmp"), 2); /* "f " */
    view_copy(&world->view, &old);
    while (failed(run, view_fork(&world->view))) {
        CHECK(world->view.ns == old.ns);
    }
    CHECK(world->view.ns != old.ns);
    while (failed(run, world_unmount(world, "/b", "/a"))) {
        CHECK_EQ(look(run, "/a"), 2);
    }
    uint32_t line;
    while (
        failed(run, ns_read_file(&world->view, &world->caller, "bind /b /a\ncd /\n", 16, &line))) {
        world_unmount(world, NULL, "/a");
    }
    while (failed(run, view_new(&world->view))) {
        CHECK_EQ(look(run, "/a"), 2);
    }
    view_drop(&world->view);
    world->view = old;
}

static void devices(struct run *run) {
    struct world *world = &run->world;
    struct environment *copy;
    struct place place;
    uint8_t *bytes;
    while (failed(run, world_file(world, "/env/x"))) {
        CHECK_EQ(world_try(world, "/env/x", 0), -MOX_ENOENT);
    }
    while (failed(run, world_write(world, "/env/x", "value"))) {
    }
    while (failed(run, environment_copy(&world->devices, world->caller.environment, &copy))) {
    }
    environment_drop(copy);
    while (failed(run, boot_add(&world->devices, name_of_text("in"), 100, &bytes))) {
        CHECK(world->devices.inputs == NULL);
    }
    while (failed(run, world_open(world, "#|/data", OPEN_READ | OPEN_WRITE, &place))) {
    }
    uint64_t offset = 0;
    while (failed(run, chan_write(place.chan, &world->caller, &offset, bytes, 100))) {
    }
    place_drop(&place);
    while (failed(run, console_input(&world->devices, bytes, 100))) {
        CHECK_EQ(world->devices.console.input.size, 0);
    }
    while (failed(run, console_write(&world->devices, CONSOLE_OUT, bytes, 100))) {
        CHECK_EQ(world->devices.console.written, 0);
    }
    /* Directories are copied to be opened. */
    while (failed(run, world_open(world, "/", OPEN_READ, &place))) {
    }
    place_drop(&place);
}

/* True when nothing failed. */
static bool disturbed(size_t fail_at, bool forever) {
    struct run run = {.counting = {.fail_at = fail_at, .forever = forever}};
    const struct mox_allocator allocator = counting_allocator(&run.counting);
    int32_t result;
    while ((result = world_start(&run.world, &allocator)) < 0) {
        CHECK_EQ(result, -MOX_ENOMEM);
        world_end(&run.world);
        CHECK_EQ(run.counting.blocks, 0);
        run.counting.fail_at = 0;
        run.failures++;
    }
    names(&run);
    mounts(&run);
    devices(&run);
    CHECK(run.failures <= 1);
    CHECK_EQ(run.failures == 1, run.counting.failed);
    world_end(&run.world);
    CHECK_EQ(run.counting.blocks, 0);
    CHECK_EQ(run.counting.bytes, 0);
    return !run.counting.failed;
}

int main(void) {
    counting_fail_each(disturbed, 100);
    return check_report("name space without memory");
}
