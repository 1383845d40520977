/* The name walker: every form of path, symbolic links and their limits, "..", mounts and rights. */
#include "unit/ns_world.h"

static void start(struct world *world) {
    const struct mox_allocator allocator = alloc_default(NULL);
    CHECK_EQ(world_start(world, &allocator), 0);
    CHECK_EQ(world_dir(world, "/a"), 0);
    CHECK_EQ(world_dir(world, "/a/b"), 0);
    CHECK_EQ(world_dir(world, "/a/b/c"), 0);
    CHECK_EQ(world_file(world, "/a/f"), 0);
    CHECK_EQ(world_file(world, "/a/b/g"), 0);
}

static void forms(void) {
    struct world world;
    start(&world);
    CHECK(world_same(&world, "/a/b/c", "//a///b/./c//"));
    CHECK(world_same(&world, "/a/b/c", "/a/b/../b/c/."));
    CHECK(world_same(&world, "/", "/../../.."));
    CHECK(world_same(&world, "/", "/a/b/c/../../.."));
    CHECK(world_same(&world, "/", "."));
    CHECK(!world_same(&world, "/a/b", "/a"));
    CHECK_EQ(world_try(&world, "", 0), -MOX_ENOENT);
    CHECK_EQ(world_try(&world, "/nothing", 0), -MOX_ENOENT);
    CHECK_EQ(world_try(&world, "/nothing/../a", 0), -MOX_ENOENT);
    CHECK_EQ(world_try(&world, "/a/f/", 0), -MOX_ENOTDIR);
    CHECK_EQ(world_try(&world, "/a/f/.", 0), -MOX_ENOTDIR);
    CHECK_EQ(world_try(&world, "/a/f/..", 0), -MOX_ENOTDIR);
    CHECK_EQ(world_try(&world, "/a/f/x", 0), -MOX_ENOTDIR);
    CHECK_EQ(world_try(&world, "/a/f", WALK_DIRECTORY), -MOX_ENOTDIR);
    CHECK_EQ(world_try(&world, "/a/b", WALK_DIRECTORY), 0);
    CHECK_EQ(world_chdir(&world, "/a/b"), 0);
    CHECK(world_same(&world, "g", "/a/b/g"));
    CHECK(world_same(&world, "../f", "/a/f"));
    CHECK(world_same(&world, "./c/..", "."));
    CHECK_EQ(world_try(&world, "f", 0), -MOX_ENOENT);
    world_end(&world);
}

static void lengths(void) {
    struct world world;
    char path[6000];
    start(&world);
    memset(path, 'n', sizeof path);
    path[0] = '/';
    path[256] = 0; /* a name of 255 bytes */
    CHECK_EQ(world_try(&world, path, 0), -MOX_ENOENT);
    CHECK_EQ(world_dir(&world, path), 0);
    CHECK_EQ(world_try(&world, path, 0), 0);
    path[256] = 'n';
    path[257] = 0;
    CHECK_EQ(world_try(&world, path, 0), -MOX_ENAMETOOLONG);
    CHECK_EQ(world_dir(&world, path), -MOX_ENAMETOOLONG);
    /* The longest path leads somewhere; one byte more is too much. */
    for (uint32_t i = 0; i < sizeof path; i += 2) {
        path[i] = '/';
        path[i + 1] = '.';
    }
    path[4095] = 0;
    CHECK_EQ(strlen(path), 4095);
    CHECK_EQ(world_try(&world, path, 0), 0);
    path[4095] = '/';
    path[4096] = 0;
    CHECK_EQ(world_try(&world, path, 0), -MOX_ENAMETOOLONG);
    world_end(&world);
}

static void links(void) {
    struct world world;
    start(&world);
    CHECK_EQ(world_link(&world, "/a/up", ".."), 0);
    CHECK_EQ(world_link(&world, "/to", "/a/b"), 0);
    CHECK_EQ(world_link(&world, "/slash", "a/b/"), 0);
    CHECK_EQ(world_link(&world, "/file", "a/f"), 0);
    CHECK_EQ(world_link(&world, "/nowhere", "a/none"), 0);
    CHECK_EQ(world_link(&world, "/chain", "to"), 0);
    CHECK_EQ(world_link(&world, "/device", "#c/null"), 0);
    CHECK(world_same(&world, "/to/c", "/a/b/c"));
    CHECK(world_same(&world, "/to/..", "/a"));
    CHECK(world_same(&world, "/a/up", "/"));
    CHECK(world_same(&world, "/a/up/a/up/a/b", "/a/b"));
    CHECK(world_same(&world, "/slash", "/a/b"));
    CHECK(world_same(&world, "/chain/g", "/a/b/g"));
    CHECK(!world_same(&world, "/file", "/a/b/g"));
    CHECK_EQ(world_try(&world, "/nowhere", 0), -MOX_ENOENT);
    CHECK_EQ(world_try(&world, "/nowhere", WALK_NO_FOLLOW), 0);
    CHECK_EQ(world_try(&world, "/nowhere/", WALK_NO_FOLLOW), -MOX_ENOENT);
    CHECK_EQ(world_try(&world, "/file/", WALK_NO_FOLLOW), -MOX_ENOTDIR);
    CHECK_EQ(world_try(&world, "/device", 0), -MOX_ENOENT); /* a link's '#' is just a name */
    struct place place;
    CHECK_EQ(world_walk(&world, "/to", WALK_NO_FOLLOW, &place, NULL), 0);
    CHECK(chan_is_symlink(place.chan));
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "/to/", WALK_NO_FOLLOW, &place, NULL), 0);
    CHECK(chan_is_dir(place.chan));
    place_drop(&place);
    world_end(&world);
}

/* A chain of 40 links is followed, one of 41 is a loop; so are links to themselves. */
static void loops(void) {
    struct world world;
    start(&world);
    char path[32];
    char target[32] = "/a/f";
    for (int i = 0; i < 41; i++) {
        snprintf(path, sizeof path, "/l%d", i);
        CHECK_EQ(world_link(&world, path, target), 0);
        snprintf(target, sizeof target, "l%d", i);
    }
    CHECK_EQ(world_try(&world, "/l39", 0), 0);
    CHECK_EQ(world_try(&world, "/l40", 0), -MOX_ELOOP);
    CHECK_EQ(world_try(&world, "/l40", WALK_NO_FOLLOW), 0);
    CHECK_EQ(world_link(&world, "/self", "self"), 0);
    CHECK_EQ(world_link(&world, "/grow", "grow/x"), 0);
    CHECK_EQ(world_link(&world, "/ping", "pong"), 0);
    CHECK_EQ(world_link(&world, "/pong", "ping/.."), 0);
    CHECK_EQ(world_try(&world, "/self", 0), -MOX_ELOOP);
    CHECK_EQ(world_try(&world, "/grow", 0), -MOX_ELOOP);
    CHECK_EQ(world_try(&world, "/ping", 0), -MOX_ELOOP);
    struct place place;
    struct entry last;
    CHECK_EQ(world_walk(&world, "/ping", WALK_PARENT, &place, &last), -MOX_ELOOP);
    world_end(&world);
}

/* Targets that are as long as they can be, again and again, with a rest behind them. */
static void long_targets(void) {
    struct world world;
    char target[4096];
    char path[4096];
    start(&world);
    uint32_t size = 0;
    while (size < 4000) {
        size += (uint32_t)snprintf(target + size, sizeof target - size, "%s", "./././");
    }
    snprintf(target + size, sizeof target - size, "a");
    CHECK_EQ(world_link(&world, "/long", target), 0);
    CHECK(world_same(&world, "/long/b", "/a/b"));
    CHECK(world_same(&world, "/long/../long/../long/b/c", "/a/b/c"));
    /* What is left of the path and the target must fit twice PATH_MAX_BYTES together. */
    CHECK_EQ(world_link(&world, "/longer", target), 0);
    snprintf(path, sizeof path, "/longer/../long/../%.3000s/a/b", target);
    CHECK_EQ(world_try(&world, path, 0) == 0, true);
    world_end(&world);
}

static void parents(void) {
    struct world world;
    struct place place;
    struct entry last;
    start(&world);
    const uint32_t stay = WALK_PARENT | WALK_NO_FOLLOW;
    CHECK_EQ(world_walk(&world, "/a/b/new", stay, &place, &last), 0);
    CHECK_TEXT(last.name, "new");
    CHECK_EQ(last.name_size, 3);
    CHECK_EQ(last.type, 0);
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "/a/b/new//", stay, &place, &last), 0);
    CHECK_TEXT(last.name, "new");
    CHECK_EQ(last.type, MODE_DIR);
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "//", stay, &place, &last), 0);
    CHECK_EQ(last.name_size, 0);
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "/a/.", stay, &place, &last), 0);
    CHECK_TEXT(last.name, ".");
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "/a/b/..", stay, &place, &last), 0);
    CHECK_TEXT(last.name, "..");
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "/a/f/x", stay, &place, &last), -MOX_ENOTDIR);
    CHECK_EQ(world_walk(&world, "/none/x", stay, &place, &last), -MOX_ENOENT);
    /* A link at the end is followed to where it would make a file. */
    CHECK_EQ(world_link(&world, "/dangling", "/a/b/made"), 0);
    CHECK_EQ(world_walk(&world, "/dangling", WALK_PARENT, &place, &last), 0);
    CHECK_TEXT(last.name, "made");
    char text[4096];
    CHECK_EQ(ns_path(&world.view, &world.caller, &place, text, sizeof text), 4);
    CHECK_TEXT(text, "/a/b");
    place_drop(&place);
    CHECK_EQ(world_walk(&world, "/dangling", stay, &place, &last), 0);
    CHECK_TEXT(last.name, "dangling");
    place_drop(&place);
    world_end(&world);
}

static void rights(void) {
    struct world world;
    start(&world);
    CHECK_EQ(world_make(&world, "/closed", MODE_DIR | 0600, NULL), 0);
    CHECK_EQ(world_dir(&world, "/closed/in"), 0);
    CHECK_EQ(world_make(&world, "/hidden", MODE_DIR | 0311, NULL), 0);
    CHECK_EQ(world_dir(&world, "/hidden/in"), 0);
    CHECK_EQ(world_chdir(&world, "/closed/in"), 0);
    world.caller.uid = 1000;
    world.caller.gid = 1000;
    CHECK_EQ(world_try(&world, "/closed", 0), 0);
    CHECK_EQ(world_try(&world, "/closed/in", 0), -MOX_EACCES);
    CHECK_EQ(world_try(&world, "/closed/none", 0), -MOX_EACCES);
    CHECK_EQ(world_try(&world, "/closed/.", 0), -MOX_EACCES);
    CHECK_EQ(world_try(&world, "/closed/..", 0), -MOX_EACCES);
    CHECK_EQ(world_try(&world, "/hidden/in", 0), 0);
    CHECK_EQ(world_try(&world, "..", 0), 0); /* from a directory of one's own */
    CHECK_EQ(world_try(&world, "../in", 0), -MOX_EACCES);
    char text[4096];
    CHECK_EQ(ns_path(&world.view, &world.caller, &world.view.here, text, sizeof text), 10);
    CHECK_TEXT(text, "/closed/in");
    CHECK_EQ(world_dir(&world, "/a/x"), -MOX_EACCES);
    world_end(&world);
}

/* A directory that is the working directory goes away; one that is moved takes its paths along. */
static void moving(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK_EQ(world_chdir(&world, "/a/b/c"), 0);
    CHECK_TEXT(world_path(&world, ".", text), "/a/b/c");
    CHECK_EQ(world_remove(&world, "/a/b/c", true), 0);
    CHECK_TEXT(world_path(&world, ".", text), "error 2");
    CHECK_EQ(world_file(&world, "x"), -MOX_ENOENT);
    CHECK_EQ(world_chdir(&world, "/a/b"), 0);
    struct place from;
    struct place to;
    CHECK_EQ(world_walk(&world, "/a", 0, &from, NULL), 0);
    CHECK_EQ(world_walk(&world, "/", 0, &to, NULL), 0);
    CHECK_EQ(
        ns_rename(&world.view, &from, &world.caller, name_of_text("b"), &to, name_of_text("moved")),
        0);
    place_drop(&to);
    place_drop(&from);
    CHECK_TEXT(world_path(&world, ".", text), "/moved");
    CHECK(world_same(&world, "..", "/"));
    CHECK_EQ(ns_path(&world.view, &world.caller, &world.view.here, text, 6), -MOX_ERANGE);
    CHECK_EQ(ns_path(&world.view, &world.caller, &world.view.here, text, 7), 6);
    CHECK_EQ(ns_path(&world.view, &world.caller, &world.view.here, text, 0), -MOX_ERANGE);
    world_end(&world);
}

/* chroot: what is outside cannot be reached by name. */
static void other_root(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK_EQ(world_link(&world, "/a/b/out", "/../../f"), 0);
    CHECK_EQ(world_file(&world, "/a/b/f"), 0);
    struct place root;
    CHECK_EQ(world_walk(&world, "/a/b", 0, &root, NULL), 0);
    place_drop(&world.view.root);
    world.view.root = root;
    CHECK_EQ(world_chdir(&world, "/c"), 0);
    CHECK_TEXT(world_path(&world, ".", text), "/c");
    CHECK(world_same(&world, "../../..", "/"));
    CHECK(world_same(&world, "/out", "/f"));
    CHECK_EQ(world_try(&world, "/a", 0), -MOX_ENOENT);
    world_end(&world);
}

int main(void) {
    forms();
    lengths();
    links();
    loops();
    long_targets();
    parents();
    rights();
    moving();
    other_root();
    return check_report("name walker");
}
