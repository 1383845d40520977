/* F12: the name walker against a second, recursive one that looks at the inodes themselves; and
 * binds, unions, moving, name spaces of one's own and namespace files in any order, after each of
 * which everything must be in order. */
#include "bytes_in.h"
#include "unit/counting.h"
#include "unit/ns_world.h"

enum { OPERATIONS = 60, PIECES = 7, LINKS_MAX = 40 };

/* Names of which paths are made; those behind SHORT are no targets of links, so that what a chain
 * of links makes of a path never gets too long. */
enum { SHORT = 14, NAMES = 18 };
static const char *const names[NAMES] = {"a",    "b",    "c",       "l",       "m",   "..",
                                         ".",    "",     "..",      "tmp",     "dev", "env",
                                         "null", "boot", "long255", "long256", "#U",  "#c"};

static void take_path(struct bytes_in *in, uint32_t from, char path[4096]) {
    const uint32_t shape = take8(in);
    uint32_t pieces = shape % PIECES;
    uint32_t size = 0;
    if (shape & 0x80) {
        path[size++] = '/';
    }
    while (pieces-- > 0) {
        const uint32_t choice = take8(in) % from;
        const char *name = names[choice];
        if (strncmp(name, "long", 4) == 0) {
            const uint32_t length = name[6] == '5' ? 255 : 256;
            memset(path + size, 'n', length);
            size += length;
        } else {
            memcpy(path + size, name, strlen(name));
            size += (uint32_t)strlen(name);
        }
        if (pieces > 0 || (shape & 0x40)) {
            path[size++] = '/';
        }
    }
    path[size] = 0;
}

/* The second walker: over inodes, with a function's own stack for links. */
struct naive {
    struct fs *fs;
    const struct caller *caller;
    uint32_t links;
};

static bool is_type(const struct inode *inode, uint32_t type) {
    return (inode->mode & MODE_TYPE) == type;
}

static bool may_search(const struct naive *naive, const struct inode *dir) {
    return caller_may(naive->caller, dir->uid, dir->gid, dir->mode, 1);
}

static int32_t naive_walk(struct naive *naive, struct inode *at, const char *path, bool follow,
                          struct inode **to);

static int32_t naive_step(struct naive *naive, struct inode *at, struct fs_name name, bool last,
                          bool follow, struct inode **to) {
    const bool up = name.size == 2 && memcmp(name.bytes, "..", 2) == 0;
    if (!is_type(at, MODE_DIR)) {
        return -MOX_ENOTDIR;
    }
    *to = at;
    if (name.size == 1 && name.bytes[0] == '.') {
        return !last || may_search(naive, at) ? 0 : -MOX_EACCES;
    }
    if (name.size > 255) {
        return -MOX_ENAMETOOLONG;
    }
    if (!may_search(naive, at)) {
        return -MOX_EACCES;
    }
    if (up) {
        *to = at == fs_root(naive->fs) ? at : fs_parent(naive->fs, at);
        return 0;
    }
    struct inode *child = fs_find(naive->fs, at, name);
    if (child == NULL) {
        return -MOX_ENOENT;
    }
    *to = child;
    if (!is_type(child, MODE_SYMLINK) || !follow) {
        return 0;
    }
    char target[4096];
    if (++naive->links > LINKS_MAX) {
        return -MOX_ELOOP;
    }
    memcpy(target, child->body.target->bytes, child->body.target->size);
    target[child->body.target->size] = 0;
    return naive_walk(naive, at, target, true, to);
}

static int32_t naive_walk(struct naive *naive, struct inode *at, const char *path, bool follow,
                          struct inode **to) {
    if (path[0] == 0) {
        return -MOX_ENOENT;
    }
    at = path[0] == '/' ? fs_root(naive->fs) : at;
    while (*path != 0) {
        const size_t slashes = strspn(path, "/");
        path += slashes;
        const struct fs_name name = {path, (uint32_t)strcspn(path, "/")};
        path += name.size;
        if (name.size == 0) {
            break;
        }
        const bool last = path[strspn(path, "/")] == 0;
        const int32_t result = naive_step(naive, at, name, last, follow || *path == '/', to);
        if (result < 0) {
            return result;
        }
        at = *to;
        if (*path == '/' && !is_type(at, MODE_DIR)) {
            return -MOX_ENOTDIR;
        }
    }
    *to = at;
    return 0;
}

/* #U alone as a name space, so that the walker has nothing but inodes. */
static void compare(struct world *world, const struct view *plain, const char *path,
                    uint32_t flags) {
    struct naive naive = {world->devices.fs, &world->caller, 0};
    struct inode *inode = NULL;
    struct place place;
    if (path[0] == '#') {
        return;
    }
    const int32_t expected =
        naive_walk(&naive, fs_root(naive.fs), path, (flags & WALK_NO_FOLLOW) == 0, &inode);
    const int32_t result =
        ns_walk(plain, &world->caller, NULL, name_of_text(path), flags, &place, NULL);
    MUST(result == expected);
    if (result == 0) {
        MUST(place.chan->node == inode && place.mount == NULL);
        place_drop(&place);
    }
}

static int32_t rename_to(struct world *world, const char *from, const char *to, bool link) {
    struct place place = {NULL, NULL, false};
    struct place to_dir = {NULL, NULL, false};
    struct entry name;
    struct entry to_name;
    const uint32_t flags = WALK_PARENT | WALK_NO_FOLLOW;
    int32_t result = world_walk(world, to, flags, &to_dir, &to_name);
    const struct name target = {to_name.name, to_name.name_size};
    const bool dots =
        result == 0 && (target.size == 0 || name_is(target, ".") || name_is(target, ".."));
    if (result == 0 && !dots && link) {
        result = world_walk(world, from, WALK_NO_FOLLOW, &place, NULL);
        if (result == 0) {
            result = ns_link(&world->view, &place, &world->caller, &to_dir, target);
        }
    } else if (result == 0 && !dots) {
        result = world_walk(world, from, flags, &place, &name);
        const struct name source = {name.name, name.name_size};
        if (result == 0 && source.size > 0 && !name_is(source, ".") && !name_is(source, "..")) {
            result = ns_rename(&world->view, &place, &world->caller, source, &to_dir, target);
        }
    }
    place_drop(&place);
    place_drop(&to_dir);
    return result;
}

static bool is_entry(const char *path) {
    const size_t size = strlen(path);
    return size > 0 && path[size - 1] != '/' && path[size - 1] != '.';
}

/* What getcwd says of a directory is a path, or that there is none. */
static void look(struct world *world, const char *path) {
    char text[4096];
    struct place place;
    struct entry entry;
    struct dir_cursor cursor = {0};
    if (world_walk(world, path, 0, &place, NULL) < 0) {
        return;
    }
    if (chan_is_dir(place.chan)) {
        const int32_t size = ns_path(&world->view, &world->caller, &place, text, sizeof text);
        MUST(size == -MOX_ENOENT || size == -MOX_ERANGE ||
             (size > 0 && strlen(text) == (size_t)size && (text[0] == '/' || text[0] == '#') &&
              (strstr(text, "//") == NULL || text[0] == '#')));
        for (uint32_t i = 0; i < 100 && ns_next(&place, &world->caller, &cursor, &entry) > 0; i++) {
            MUST(entry.name_size > 0 && strlen(entry.name) == entry.name_size);
            MUST(cursor.position == i + 1);
        }
    }
    place_drop(&place);
}

/* Two views that share or do not share a name space; operations go to the first. */
static void swap(struct world *world, struct view *other) {
    const struct view first = world->view;
    world->view = *other;
    *other = first;
}

static void set_root(struct world *world, const char *path) {
    struct place place;
    if (world_walk(world, path, WALK_DIRECTORY, &place, NULL) == 0) {
        place_drop(&world->view.root);
        world->view.root = place;
    }
}

static void names_of_own(struct world *world, struct bytes_in *in, struct view *other) {
    switch (take8(in) % 8) {
    case 0: (void)view_fork(&world->view); break;
    case 1: (void)view_new(&world->view); break;
    case 2:
        view_drop(other);
        view_copy(&world->view, other);
        break;
    default: swap(world, other); break;
    }
}

static void read_lines(struct world *world, struct bytes_in *in) {
    static const char *const words[] = {"bind ", "-a ", "-bc ", "unmount ", "cd ", "fork\n", "'",
                                        "\n",    "/a ", "/b\n", ". ",       "$x ", "new\n",  "#"};
    char text[512];
    uint32_t size = 0;
    uint32_t line;
    for (uint32_t left = take8(in) % 24; left > 0; left--) {
        const uint32_t choice = take8(in);
        if (choice < 200) {
            const char *word = words[choice % (sizeof words / sizeof *words)];
            memcpy(text + size, word, strlen(word));
            size += (uint32_t)strlen(word);
        } else {
            text[size++] = (char)take8(in);
        }
    }
    (void)ns_read_file(&world->view, &world->caller, text, size, &line);
}

static void operate(struct world *world, struct bytes_in *in, struct view *other,
                    const struct view *plain) {
    char path[4096];
    char target[4096];
    const uint32_t choice = take8(in);
    take_path(in, NAMES, path);
    take_path(in, SHORT, target);
    switch (choice % 16) {
    case 0:
    case 1: (void)(is_entry(path) && world_dir(world, path)); break;
    case 2:
        (void)(is_entry(path) && world_make(world, path, MODE_FILE | (take16(in) & 0777), NULL));
        break;
    case 3:
    case 4: (void)(is_entry(path) && target[0] != 0 && world_link(world, path, target)); break;
    case 5: (void)(is_entry(path) && world_remove(world, path, (choice & 0x80) != 0)); break;
    case 6: (void)rename_to(world, path, target, (choice & 0x80) != 0); break;
    case 7:
    case 8: (void)world_bind(world, path, target, take8(in) & 7); break;
    case 9: (void)world_unmount(world, choice & 0x80 ? target : NULL, path); break;
    case 10: (void)world_chdir(world, path); break;
    case 11: set_root(world, path); break;
    case 12: names_of_own(world, in, other); break;
    case 13: read_lines(world, in); break;
    case 14:
        if (take8(in) == 255) {
            ns_no_devices(world->view.ns);
        }
        world->caller.uid = choice & 0x80 ? 1000 : 0;
        break;
    default:
        (void)(is_entry(path) &&
               world_make(world, path, MODE_DIR | (choice & 0x80 ? 0700 : 0), NULL));
        break;
    }
    look(world, target);
    compare(world, plain, path, choice & 0x40 ? (uint32_t)WALK_NO_FOLLOW : 0);
    compare(world, plain, target, 0);
    MUST(view_check(&world->view) && view_check(other) && devices_check(&world->devices));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes_in in = {data, size};
    struct counting counting = {0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    struct world world;
    struct view other;
    struct view plain;
    MUST(world_start(&world, &allocator) == 0);
    view_copy(&world.view, &other);
    view_copy(&world.view, &plain);
    MUST(view_new(&plain) == 0);
    place_drop(&plain.here);
    place_drop(&plain.root);
    MUST(world_walk(&world, "#U", 0, &plain.here, NULL) == 0);
    plain.root = plain.here;
    place_hold(&plain.here);
    for (uint32_t i = 0; i < OPERATIONS && in.left > 0; i++) {
        operate(&world, &in, &other, &plain);
    }
    view_drop(&other);
    view_drop(&plain);
    uint32_t number;
    view_drop(&world.view);
    MUST(fs_check(world.devices.fs, false, &number) == NULL);
    world_end(&world);
    MUST(counting.blocks == 0 && check_failed == 0);
    return 0;
}
