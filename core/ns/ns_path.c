/* From places back to names: getcwd, fd2path, the lines of /prog/n/ns. */
#include "ns/mount.h"

#include <string.h>

#include "moxbox/errno.h"

/* A path under construction, from its end to its beginning. */
struct backwards {
    char *bytes;
    uint32_t size;
    uint32_t at; /* what there is begins here */
};

static int32_t prepend(struct backwards *path, const char *bytes, uint32_t size) {
    if (size > path->at) {
        return -MOX_ERANGE;
    }
    path->at -= size;
    memcpy(path->bytes + path->at, bytes, size);
    return 0;
}

static uint32_t put_rune(uint32_t rune, char *to) {
    if (rune < 0x80) {
        to[0] = (char)rune;
        return 1;
    }
    if (rune < 0x800) {
        to[0] = (char)(0xc0 | rune >> 6);
        to[1] = (char)(0x80 | (rune & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | rune >> 12);
    to[1] = (char)(0x80 | (rune >> 6 & 0x3f));
    to[2] = (char)(0x80 | (rune & 0x3f));
    return 3;
}

/* A device's root has the name "#c". */
static int32_t prepend_device(struct backwards *path, const struct chan *root) {
    char text[4] = "#";
    return prepend(path, text, 1 + put_rune(root->dev->letter, text + 1));
}

/* Name and directory of a place that is no root of a mount. 1: it was the root of its device. */
static int32_t climb(const struct view *view, const struct caller *super, struct place *at,
                     const struct place *root, struct backwards *path) {
    struct entry entry;
    struct place above = *at;
    place_hold(&above);
    int32_t result = place_up(view->ns, root, super, &above);
    if (result == 0 && place_same(&above, at)) {
        result = 1;
    } else if (result == 0) {
        result = chan_name_of(at->chan, super, &entry);
        if (result >= 0) {
            result = prepend(path, entry.name, entry.name_size);
        }
        if (result >= 0) {
            result = prepend(path, "/", 1);
        }
        place_set(at, above.chan, above.mount, above.top);
    }
    place_drop(&above);
    return result;
}

/* Whether the place is what is hidden by the mount on the root. */
static bool under_root(const struct place *at, const struct place *root) {
    return root->top && !at->top && chan_same(at->chan, root->mount->point.chan);
}

static int32_t build(const struct view *view, const struct caller *super, struct place *at,
                     const struct place *root, struct backwards *path) {
    const uint32_t empty = path->at;
    while (!place_same(at, root) && !under_root(at, root)) {
        if (at->top) {
            const struct place *point = &at->mount->point;
            place_set(at, point->chan, point->mount, point->top);
            continue;
        }
        const int32_t result = climb(view, super, at, root, path);
        if (result < 0) {
            return result;
        }
        if (result == 1) {
            return prepend_device(path, at->chan);
        }
    }
    return path->at == empty ? prepend(path, "/", 1) : 0;
}

int32_t ns_path(const struct view *view, const struct caller *caller, const struct place *place,
                char *to, uint32_t size) {
    char bytes[PATH_MAX_BYTES]; /* what fails leaves `to`, which can be a guest's, as it is */
    const uint32_t room = size < sizeof bytes ? size : (uint32_t)sizeof bytes;
    struct backwards path = {bytes, room, room};
    struct place root = view->root;
    struct place at = *place;
    struct caller super = *caller; /* getcwd asks for no rights */
    super.uid = 0;
    place_hold(&root);
    place_hold(&at);
    place_current(view->ns, &root);
    /* The NUL. */
    int32_t result = prepend(&path, "", 1);
    if (result == 0) {
        result = build(view, &super, &at, &root, &path);
    }
    place_drop(&at);
    place_drop(&root);
    if (result < 0) {
        return result == -MOX_ERANGE && size > room ? -MOX_ENAMETOOLONG : result;
    }
    const uint32_t length = room - path.at;
    memcpy(to, bytes + path.at, length);
    return (int32_t)(length - 1);
}

/* Text that is cut where the room ends; size counts on. */
struct line {
    char *to;
    uint32_t room;
    uint32_t size;
};

static void add(struct line *line, const char *bytes, uint32_t size) {
    for (uint32_t i = 0; i < size; i++, line->size++) {
        if (line->size < line->room) {
            line->to[line->size] = bytes[i];
        }
    }
}

/* One word of a namespace file, in quotes where it needs them. */
static void add_word(struct line *line, const char *bytes, uint32_t size) {
    bool quoted = size == 0 || bytes[0] == '#';
    for (uint32_t i = 0; i < size; i++) {
        quoted = quoted || (uint8_t)bytes[i] <= ' ' || bytes[i] == '\'' || bytes[i] == '$';
    }
    if (!quoted) {
        add(line, bytes, size);
        return;
    }
    add(line, "'", 1);
    for (uint32_t i = 0; i < size; i++) {
        add(line, bytes + i, 1);
        if (bytes[i] == '\'') {
            add(line, "'", 1);
        }
    }
    add(line, "'", 1);
}

static void add_place(struct line *line, const struct view *view, const struct caller *caller,
                      const struct place *place) {
    char path[PATH_MAX_BYTES];
    const int32_t size = ns_path(view, caller, place, path, sizeof path);
    if (size >= 0) {
        add_word(line, path, (uint32_t)size);
    } else { /* a file of a device that cannot tell its name, or one that was removed */
        struct backwards device = {path, sizeof path, sizeof path};
        if (prepend_device(&device, place->chan) == 0) {
            add_word(line, path + device.at, device.size - device.at);
        }
    }
}

/* The index-th bind in the order in which they were made. */
static const struct element *bind_at(const struct ns *ns, uint32_t index,
                                     const struct mount **mount, bool *first) {
    const struct element *found = NULL;
    uint32_t after = 0;
    uint32_t skip = index;
    for (;;) { /* ids may be shared by the elements of a copied union: those count in their order */
        uint32_t lowest = UINT32_MAX;
        for (uint32_t i = 0; i < MOUNT_BUCKETS; i++) {
            for (const struct mount *m = ns->buckets[i]; m; m = m->next) {
                for (const struct element *one = m->elements; one; one = one->next) {
                    if (!one->kept && one->id > after && one->id < lowest) {
                        lowest = one->id;
                    }
                }
            }
        }
        if (lowest == UINT32_MAX) {
            return NULL;
        }
        for (uint32_t i = 0; i < MOUNT_BUCKETS; i++) {
            for (const struct mount *m = ns->buckets[i]; m; m = m->next) {
                for (found = m->elements; found; found = found->next) {
                    if (!found->kept && found->id == lowest && skip-- == 0) {
                        *mount = m;
                        *first = found == m->elements;
                        return found;
                    }
                }
            }
        }
        after = lowest;
    }
}

/* How it was bound: before or after what was there before any bind; the rest of an union without it
 * comes after its first. */
static const char *order_of(const struct mount *mount, const struct element *element, bool first) {
    bool behind_kept = false;
    bool has_kept = false;
    for (const struct element *one = mount->elements; one; one = one->next) {
        has_kept = has_kept || one->kept;
        behind_kept = behind_kept || (one == element && has_kept);
    }
    if (has_kept) {
        return behind_kept ? "a" : "b";
    }
    return first ? "" : "a";
}

uint32_t ns_line(const struct view *view, const struct caller *caller, uint32_t index, char *to,
                 uint32_t size) {
    struct line line = {to, size, 0};
    const struct mount *mount;
    bool first;
    const struct element *element = bind_at(view->ns, index, &mount, &first);
    if (element == NULL) {
        return 0;
    }
    const char *order = order_of(mount, element, first);
    add(&line, "bind", 4);
    if (order[0] != 0 || element->create) {
        add(&line, " -", 2);
        add(&line, order, (uint32_t)strlen(order));
        add(&line, "c", element->create ? 1 : 0);
    }
    add(&line, " ", 1);
    add_place(&line, view, caller, &(struct place){element->chan, NULL, false});
    add(&line, " ", 1);
    add_place(&line, view, caller, &mount->point);
    return line.size < size ? line.size : size;
}
