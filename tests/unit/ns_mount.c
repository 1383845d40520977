/* bind, unmount, unions, name spaces of one's own, namespace files. */
#include "unit/ns_world.h"

static void start(struct world *world) {
    const struct mox_allocator allocator = alloc_default(NULL);
    CHECK_EQ(world_start(world, &allocator), 0);
    CHECK_EQ(world_dir(world, "/one"), 0);
    CHECK_EQ(world_dir(world, "/two"), 0);
    CHECK_EQ(world_dir(world, "/mnt"), 0);
    CHECK_EQ(world_file(world, "/one/a"), 0);
    CHECK_EQ(world_file(world, "/one/both"), 0);
    CHECK_EQ(world_file(world, "/two/b"), 0);
    CHECK_EQ(world_file(world, "/two/both"), 0);
    CHECK_EQ(world_file(world, "/mnt/old"), 0);
    CHECK_EQ(world_dir(world, "/one/dir"), 0);
}

static int32_t read_file(struct world *world, const char *text, uint32_t *line) {
    return ns_read_file(&world->view, &world->caller, text, (uint32_t)strlen(text), line);
}

static uint32_t lines(struct world *world, uint32_t index, char text[4096]) {
    const uint32_t size = ns_line(&world->view, &world->caller, index, text, 4095);
    text[size] = 0;
    return size;
}

static void boot(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK_TEXT(world_list(&world, "/", text),
               "boot chan dev env fd net net.alt nvfs prog mnt one tmp two ");
    CHECK_TEXT(world_list(&world, "#/", text), "boot chan dev env fd net net.alt nvfs prog ");
    CHECK(world_same(&world, "/dev/null", "#c/null"));
    CHECK(world_same(&world, "/tmp", "#U/tmp"));
    CHECK(world_same(&world, "/", "#U"));
    CHECK(!world_same(&world, "/dev", "#//"));
    struct attributes attributes;
    struct place place;
    CHECK_EQ(world_walk(&world, "/tmp", 0, &place, NULL), 0);
    CHECK_EQ(chan_attributes(place.chan, &world.caller, &attributes), 0);
    CHECK_EQ(attributes.mode, MODE_DIR | 01777);
    place_drop(&place);
    lines(&world, 0, text);
    CHECK_TEXT(text, "bind -ac '#U' /");
    lines(&world, 1, text);
    CHECK_TEXT(text, "bind -b '#c' /dev");
    lines(&world, 2, text);
    CHECK_TEXT(text, "bind -c '#e' /env");
    lines(&world, 3, text);
    CHECK_TEXT(text, "bind '#p' /prog");
    CHECK_EQ(lines(&world, 6, text), 0);
    world_end(&world);
}

static void device_names(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK_EQ(world_try(&world, "#c", 0), 0);
    CHECK_EQ(world_try(&world, "#c/", 0), 0);
    CHECK_EQ(world_try(&world, "#c/../../null", 0), 0); /* its root is its own parent */
    CHECK_EQ(world_try(&world, "#//dev", 0), 0);
    world.why = WHY_NONE;
    CHECK_EQ(world_try(&world, "#/dev", 0), -MOX_EINVAL); /* "dev" is the spec */
    CHECK_TEXT(reason_text(world.why), "bad attach specifier");
    CHECK_EQ(world_try(&world, "#cx", 0), -MOX_EINVAL);
    CHECK_EQ(world_try(&world, "#Z/x", 0), -MOX_ENODEV);
    CHECK_TEXT(reason_text(world.why), "unknown device in # filename");
    CHECK_EQ(world_try(&world, "#", 0), -MOX_ENODEV);
    CHECK_EQ(world_try(&world, "#\xce\xa3", 0), -MOX_ENODEV);
    CHECK_EQ(world_try(&world, "#\xce", 0), -MOX_ENODEV);
    CHECK_EQ(world_try(&world, "#\xff\xff\xff\xff\xff", 0), -MOX_ENODEV);
    CHECK_EQ(world_try(&world, "./#c", 0), -MOX_ENOENT); /* not at the beginning: a name */
    CHECK(world_same(&world, "#*cons/null", "/dev/null"));
    CHECK_EQ(world_try(&world, "#*cons!x", 0), -MOX_EINVAL);
    CHECK_EQ(world_try(&world, "#*", 0), -MOX_EINVAL);
    CHECK_TEXT(reason_text(world.why), "bad attach specifier");
    CHECK_EQ(world_try(&world, "#*nothing", 0), -MOX_ENODEV);
    CHECK_EQ(world_try(&world, "#*indir!cons", 0), -MOX_ENODEV);
    CHECK_TEXT(world_path(&world, "#c", text), "#c");
    CHECK_TEXT(world_path(&world, "#U/one/dir", text), "#U/one/dir");
    CHECK_TEXT(world_path(&world, "#//dev", text), "/dev"); /* what "/" hides is part of it */
    /* Mounts are not followed behind a '#'. */
    CHECK_EQ(world_bind(&world, "/one", "/mnt", MOUNT_REPLACE), 1 + 6);
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir ");
    CHECK_TEXT(world_list(&world, "#U/mnt", text), "old ");
    ns_no_devices(world.view.ns);
    CHECK_EQ(world_try(&world, "#c", 0), -MOX_EPERM);
    CHECK_TEXT(reason_text(world.why), "mount/attach disallowed");
    CHECK_EQ(world_try(&world, "#U", 0), -MOX_EPERM);
    CHECK_EQ(world_try(&world, "#*cons", 0), -MOX_EPERM);
    CHECK_EQ(world_try(&world, "#e", 0), 0);
    CHECK_EQ(world_try(&world, "#|", 0), 0);
    CHECK_EQ(world_try(&world, "/dev/null", 0), 0);
    world_end(&world);
}

static void unions(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK(world_bind(&world, "/one", "/mnt", MOUNT_BEFORE) > 0);
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir old ");
    CHECK(world_same(&world, "/mnt/both", "/one/both"));
    CHECK(world_bind(&world, "/two", "/mnt", MOUNT_AFTER | MOUNT_CREATE) > 0);
    /* Duplicates are not removed; the first is found. */
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir old b both ");
    CHECK(world_same(&world, "/mnt/both", "/one/both"));
    CHECK(world_same(&world, "/mnt/b", "/two/b"));
    CHECK(world_same(&world, "/mnt/old", "#U/mnt/old"));
    CHECK(world_same(&world, "/mnt/dir/../b", "/two/b")); /* ".." leads back into the union */
    CHECK(world_same(&world, "/mnt/..", "/"));
    CHECK_TEXT(world_path(&world, "/mnt/dir", text), "/mnt/dir");
    CHECK_TEXT(world_path(&world, "/mnt", text), "/mnt");
    /* New files go where MCREATE says, also when an earlier element could have them. */
    CHECK_EQ(world_file(&world, "/mnt/new"), 0);
    CHECK(world_same(&world, "/mnt/new", "/two/new"));
    CHECK_EQ(world_file(&world, "/mnt/a"), -MOX_EEXIST);
    CHECK_EQ(world_remove(&world, "/mnt/a", false), 0);
    CHECK_EQ(world_try(&world, "/one/a", 0), -MOX_ENOENT);
    CHECK_EQ(world_remove(&world, "/mnt/both", false), 0); /* and then the second shows */
    CHECK(world_same(&world, "/mnt/both", "/two/both"));
    CHECK_EQ(world_remove(&world, "/mnt", true), -MOX_EBUSY);
    CHECK_EQ(world_unmount(&world, "/nothing", "/mnt"), -MOX_ENOENT);
    CHECK_EQ(world_unmount(&world, "/tmp", "/mnt"), -MOX_EINVAL);
    CHECK_TEXT(reason_text(world.why), "not in union");
    CHECK_EQ(world_unmount(&world, "/two", "/mnt"), 0);
    CHECK_TEXT(world_list(&world, "/mnt", text), "dir old ");
    CHECK_EQ(world_file(&world, "/mnt/new"), -MOX_EROFS);
    CHECK_TEXT(reason_text(world.why), "mounted directory forbids creation");
    CHECK_EQ(world_unmount(&world, "/one", "/mnt"), 0);
    CHECK_TEXT(world_list(&world, "/mnt", text), "old ");
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), 0);
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), -MOX_EINVAL);
    CHECK_TEXT(reason_text(world.why), "not mounted");
    CHECK_EQ(world_file(&world, "/mnt/new"), 0);
    world_end(&world);
}

static void flags(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK_EQ(world_bind(&world, "/one", "/two/b", MOUNT_REPLACE), -MOX_ENOTDIR);
    CHECK_TEXT(reason_text(world.why), "inconsistent mount");
    CHECK_EQ(world_bind(&world, "/one/a", "/two", MOUNT_REPLACE), -MOX_ENOTDIR);
    CHECK_EQ(world_bind(&world, "/one/a", "/two/b", MOUNT_AFTER), -MOX_ENOTDIR);
    CHECK_EQ(world_bind(&world, "/one", "/mnt", 3), -MOX_EINVAL);
    CHECK_EQ(world_bind(&world, "/one", "/mnt", 0x100), -MOX_EINVAL);
    CHECK_EQ(world_bind(&world, "/", "/mnt", MOUNT_CREATE), -MOX_EINVAL); /* a union */
    CHECK_TEXT(reason_text(world.why), "inconsistent mount");
    /* A file on a file. */
    CHECK(world_bind(&world, "/one/a", "/two/b", MOUNT_REPLACE) > 0);
    CHECK(world_same(&world, "/two/b", "/one/a"));
    CHECK_EQ(world_remove(&world, "/two/b", false), -MOX_EBUSY);
    CHECK_EQ(world_unmount(&world, NULL, "/two/b"), 0);
    /* Binding a union copies its elements. */
    CHECK(world_bind(&world, "/one", "/mnt", MOUNT_BEFORE) > 0);
    CHECK(world_bind(&world, "/mnt", "/two", MOUNT_REPLACE) > 0);
    CHECK_TEXT(world_list(&world, "/two", text), "a both dir old ");
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), 0);
    CHECK_TEXT(world_list(&world, "/two", text), "a both dir old ");
    CHECK_EQ(world_file(&world, "/two/x"), -MOX_EROFS);
    /* MREPL throws away what was there. */
    CHECK(world_bind(&world, "/tmp", "/two", MOUNT_REPLACE | MOUNT_CREATE) > 0);
    CHECK_EQ(world_file(&world, "/two/x"), 0);
    CHECK_TEXT(world_list(&world, "/two", text), "x ");
    CHECK(world_same(&world, "/two/x", "/tmp/x"));
    world_end(&world);
}

/* Mounts on what is mounted, on themselves, on their own parents; ".." always leads back. */
static void nesting(void) {
    struct world world;
    char text[4096];
    start(&world);
    CHECK(world_bind(&world, "/one", "/mnt", MOUNT_REPLACE) > 0);
    CHECK(world_bind(&world, "/two", "/mnt/dir", MOUNT_REPLACE) > 0);
    CHECK_TEXT(world_list(&world, "/mnt/dir", text), "b both ");
    CHECK_TEXT(world_path(&world, "/mnt/dir", text), "/mnt/dir");
    CHECK(world_same(&world, "/mnt/dir/../a", "/one/a"));
    CHECK(world_same(&world, "/mnt/dir/../..", "/"));
    /* The point is known by the directory, so it is there by its other name too. */
    CHECK_TEXT(world_list(&world, "/one/dir", text), "b both ");
    CHECK_TEXT(world_path(&world, "/one/dir", text), "/mnt/dir");
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), 0);
    CHECK_TEXT(world_list(&world, "/one/dir", text), "b both ");
    CHECK(world_bind(&world, "/one", "/one/dir", MOUNT_REPLACE) > 0);
    CHECK(world_same(&world, "/one/dir/dir/dir", "/one"));
    CHECK(world_same(&world, "/one/dir/dir/dir/..", "/one"));
    CHECK(world_bind(&world, "/", "/one/dir", MOUNT_REPLACE) > 0);
    CHECK(world_same(&world, "/one/dir/one/a", "/one/a"));
    CHECK(world_bind(&world, ".", "/", MOUNT_BEFORE) > 0);
    CHECK_EQ(world_unmount(&world, NULL, "/"), 0);
    CHECK_EQ(world_try(&world, "/one", 0), -MOX_ENOENT);
    CHECK_TEXT(world_list(&world, "/", text), "boot chan dev env fd net net.alt nvfs prog ");
    CHECK(world_bind(&world, "#U", "/", MOUNT_AFTER | MOUNT_CREATE) > 0);
    CHECK_EQ(world_try(&world, "/one", 0), 0);
    world_end(&world);
}

/* One's own name space: changes are not seen on the other side, also not through "/" and ".". */
static void own_names(void) {
    struct world world;
    struct view other;
    char text[4096];
    start(&world);
    CHECK(world_bind(&world, "/one", "/mnt", MOUNT_BEFORE) > 0);
    CHECK_EQ(world_chdir(&world, "/mnt"), 0);
    view_copy(&world.view, &other);
    CHECK_EQ(view_fork(&world.view), 0);
    CHECK(ns_check(world.view.ns));
    CHECK(world_bind(&world, "/two", "/mnt", MOUNT_BEFORE) > 0);
    CHECK(world_bind(&world, "/two", "/tmp", MOUNT_REPLACE) > 0);
    CHECK(world_bind(&world, "/two", "/", MOUNT_BEFORE) > 0);
    CHECK_TEXT(world_list(&world, "/mnt", text), "b both a both dir old ");
    CHECK_TEXT(world_list(&world, ".", text), "b both a both dir old ");
    CHECK_EQ(world_try(&world, "/b", 0), 0);
    struct view mine = world.view;
    world.view = other;
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir old ");
    CHECK_TEXT(world_list(&world, ".", text), "a both dir old ");
    CHECK_TEXT(world_list(&world, "/tmp", text), "");
    CHECK_EQ(world_try(&world, "/b", 0), -MOX_ENOENT);
    CHECK(world_bind(&world, "/tmp", "/mnt", MOUNT_REPLACE) > 0);
    view_drop(&world.view);
    world.view = mine;
    CHECK_TEXT(world_list(&world, "/mnt", text), "b both a both dir old ");
    CHECK_TEXT(world_path(&world, ".", text), "/mnt");
    CHECK_EQ(view_new(&world.view), 0);
    CHECK_TEXT(world_list(&world, "/", text), "boot chan dev env fd net net.alt nvfs prog ");
    CHECK_TEXT(world_list(&world, "/dev", text), "");
    CHECK_EQ(lines(&world, 0, text), 0);
    world_end(&world);
}

/* Nobody changes what the names of others mean. */
static void owners(void) {
    struct world world;
    struct view shared;
    uint32_t line;
    start(&world);
    world.caller.uid = 1000;
    CHECK_EQ(world_bind(&world, "/one", "/mnt", MOUNT_REPLACE), -MOX_EPERM);
    CHECK_EQ(world_unmount(&world, NULL, "/"), -MOX_EPERM);
    CHECK_EQ(read_file(&world, "nodev\n", &line), -MOX_EPERM);
    view_copy(&world.view, &shared);
    CHECK_EQ(read_file(&world, "fork\nbind /one /mnt\nunmount /dev\nnodev\n", &line), 0);
    world.caller.uid = 1001;
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), -MOX_EPERM);
    world.caller.uid = 0;
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), 0);
    view_drop(&world.view);
    world.view = shared;
    CHECK_EQ(world_try(&world, "/dev/null", 0), 0);
    CHECK_EQ(world_try(&world, "#c", 0), 0);
    world_end(&world);
}

static void many(void) {
    struct world world;
    start(&world);
    int32_t result = 1;
    uint32_t count = 0;
    while (result > 0) {
        result = world_bind(&world, "/one", "/mnt", MOUNT_AFTER);
        count += result > 0;
    }
    CHECK_EQ(result, -MOX_ENOSPC);
    CHECK(count > 900 && count < 1024);
    CHECK(ns_check(world.view.ns));
    CHECK_EQ(world_try(&world, "/mnt/old", 0), 0);
    CHECK_EQ(world_try(&world, "/mnt/none", 0), -MOX_ENOENT);
    CHECK_EQ(world_unmount(&world, NULL, "/mnt"), 0);
    CHECK(world_bind(&world, "/one", "/mnt", MOUNT_AFTER) > 0);
    world_end(&world);
}

/* Mounts in mounts in mounts: letting go of them needs no deep stack. */
static void deep(void) {
    struct world world;
    start(&world);
    CHECK_EQ(world_chdir(&world, "/mnt"), 0);
    for (uint32_t i = 0; i < 900; i++) {
        if (!CHECK_EQ(world_dir(&world, "d"), 0) || !CHECK_EQ(world_dir(&world, "e"), 0) ||
            !CHECK(world_bind(&world, "e", "d", MOUNT_REPLACE | MOUNT_CREATE) > 0) ||
            !CHECK_EQ(world_chdir(&world, "d"), 0)) {
            break;
        }
    }
    char text[4096];
    CHECK_EQ(strlen(world_path(&world, ".", text)), 4 + 2 * 900);
    CHECK(world_same(&world, "/", "/mnt/d/../d/d/../../.."));
    world_end(&world);
}

static void files(void) {
    struct world world;
    uint32_t line;
    char text[4096];
    start(&world);
    CHECK_EQ(read_file(&world, "", &line), 0);
    CHECK_EQ(read_file(&world,
                       "# a comment\n\nfork\n  bind -b /one /mnt\nbind -a -c '/two' /mnt\n"
                       "cd /mnt\nbind '#c' dir",
                       &line),
             0);
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir old b both ");
    CHECK_TEXT(world_path(&world, ".", text), "/mnt");
    CHECK_EQ(world_try(&world, "/mnt/dir/null", 0), 0);
    CHECK_EQ(read_file(&world, "unmount /two /mnt\nunmount dir\n", &line), 0);
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir old ");
    /* Errors name their line, and what stands before it was done. */
    CHECK_EQ(read_file(&world, "cd /\n\nbind /none /mnt\ncd /mnt\n", &line), -MOX_ENOENT);
    CHECK_EQ(line, 3);
    CHECK_TEXT(world_path(&world, ".", text), "/");
    CHECK_EQ(read_file(&world, "bind -i /none /mnt\n", &line), 0);
    static const char *const wrong[] = {
        "bind /one", "bind -x /one /mnt", "bind 'x /mnt", "cd",         "cd / /",       "fork x",
        "nonsense",  "unmount",           "new new",      "bind a b c", "nodev please", ". ",
        ". /one/a b"};
    for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQ(read_file(&world, wrong[i], &line), -MOX_EINVAL);
        CHECK_EQ(line, 1);
    }
    CHECK_EQ(read_file(&world, "mount tcp!x /mnt", &line), -MOX_EOPNOTSUPP);
    /* Variables, quotes, and files in files. */
    CHECK_EQ(world_file(&world, "/env/where"), 0);
    CHECK_EQ(world_write(&world, "/env/where", "/o'ne"), 5);
    CHECK_EQ(world_dir(&world, "/o'ne"), 0);
    CHECK_EQ(world_dir(&world, "/o'ne/$x y"), 0);
    CHECK_EQ(read_file(&world, "cd $where/'$x y'\n", &line), 0);
    CHECK_TEXT(world_path(&world, ".", text), "/o'ne/$x y");
    CHECK_EQ(read_file(&world, "cd '/o''ne'\ncd $none/\n", &line), 0);
    CHECK_EQ(world_write(&world, "/one/both", "cd /two\n. /one/both\n"), 20);
    CHECK_EQ(read_file(&world, ". /one/both", &line), -MOX_ELOOP);
    CHECK_TEXT(world_path(&world, ".", text), "/two");
    CHECK_EQ(read_file(&world, "nodev\nbind '#c' /two", &line), -MOX_EPERM);
    CHECK_EQ(line, 2);
    CHECK_EQ(read_file(&world, "new\n", &line), 0);
    CHECK_EQ(world_try(&world, "/one", 0), -MOX_ENOENT);
    world_end(&world);
}

/* What ns_line prints builds the same name space again. */
static void again(void) {
    struct world world;
    char before[8192] = "";
    char after[8192] = "";
    char text[4096];
    uint32_t line;
    start(&world);
    CHECK(world_bind(&world, "/one", "/mnt", MOUNT_BEFORE) > 0);
    CHECK(world_bind(&world, "/two", "/mnt", MOUNT_AFTER | MOUNT_CREATE) > 0);
    CHECK(world_bind(&world, "/one/dir", "/two", MOUNT_REPLACE) > 0);
    for (uint32_t i = 0; lines(&world, i, text) > 0; i++) {
        strcat(strcat(before, text), "\n");
    }
    CHECK_EQ(view_new(&world.view), 0);
    CHECK_EQ(read_file(&world, before, &line), 0);
    for (uint32_t i = 0; lines(&world, i, text) > 0; i++) {
        strcat(strcat(after, text), "\n");
    }
    CHECK_TEXT(after, before);
    CHECK_TEXT(world_list(&world, "/mnt", text), "a both dir old b both ");
    world_end(&world);
}

int main(void) {
    boot();
    device_names();
    unions();
    flags();
    nesting();
    own_names();
    owners();
    many();
    deep();
    files();
    again();
    return check_report("mounts, unions, name spaces");
}
