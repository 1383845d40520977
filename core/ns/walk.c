/* THE name walker. One loop over the elements of a path, with what is left of the path as text: a
 * symbolic link puts its target in front of the rest, so nothing here is recursive. */
#include "ns/mount.h"

#include <string.h>

#include "base/alloc.h"
#include "moxbox/errno.h"

enum { LINKS_MAX = 40, TEXT_SIZE = 2 * PATH_MAX_BYTES };

struct walk {
    const struct view *view;
    const struct caller *caller;
    uint32_t flags;
    struct place root; /* as it is now */
    struct place at;
    bool no_mount; /* the path began with a device: what it leads to is the device's own tree */
    const char *rest;
    uint32_t left;
    char *text; /* TEXT_SIZE bytes; once there was a link, `rest` is its end */
    uint32_t links;
};

static int32_t may_search(const struct place *place, const struct caller *caller) {
    struct attributes attributes;
    if (!chan_is_dir(place->chan)) {
        return -MOX_ENOTDIR;
    }
    const int32_t result = chan_attributes(place->chan, caller, &attributes);
    if (result < 0) {
        return result;
    }
    return caller_may(caller, attributes.uid, attributes.gid, attributes.mode, 1) ? 0 : -MOX_EACCES;
}

int32_t place_up(const struct ns *ns, const struct place *root, const struct caller *caller,
                 struct place *place) {
    struct chan *above;
    int32_t result = may_search(place, caller);
    if (result < 0 || place_same(place, root)) {
        return result;
    }
    /* The right to search was asked for; what the mount hides is nobody's business. */
    struct caller super = *caller;
    super.uid = 0;
    struct place up = *place;
    place_hold(&up);
    while (up.top) {
        place_set(&up, up.mount->point.chan, up.mount->point.mount, up.mount->point.top);
    }
    result = chan_walk(up.chan, &super, (struct name){"..", 2}, &above);
    if (result < 0) {
        place_drop(&up);
        return result;
    }
    if (chan_same(above, up.chan)) { /* a device's root has no parent */
        chan_drop(above);
        place_drop(&up);
        return 0;
    }
    place_set(place, above, up.mount, false);
    chan_drop(above);
    place_drop(&up);
    /* The root of the mount that it was in, as it is now? */
    struct mount *mount = place->mount ? mount_find(ns, place->mount->point.chan) : NULL;
    mount = mount ? mount : place->mount;
    if (mount && mount_has(mount, place->chan)) {
        place_set(place, mount_face(mount), mount, true);
    }
    return 0;
}

int32_t place_down(struct place *place, const struct caller *caller, struct name name) {
    struct chan *to = NULL;
    int32_t result = -MOX_ENOENT;
    if (!place->top) {
        result = chan_walk(place->chan, caller, name, &to);
    } else {
        for (const struct element *one = place->mount->elements; one; one = one->next) {
            const int32_t tried = chan_walk(one->chan, caller, name, &to);
            result = result == -MOX_ENOENT || tried >= 0 ? tried : result;
            if (tried >= 0 || tried == -MOX_ENOMEM) {
                break;
            }
        }
    }
    if (result < 0) {
        return result;
    }
    place_set(place, to, place->mount, false);
    chan_drop(to);
    return 0;
}

/* A rune's bytes at the beginning of a name; 0: none. */
static uint32_t take_rune(struct name text, uint32_t *rune) {
    if (text.size == 0) {
        return 0;
    }
    const uint8_t first = (uint8_t)text.bytes[0];
    const uint32_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size > text.size || (first >= 0x80 && first < 0xc2) || first > 0xf4) {
        return 0;
    }
    *rune = size == 1 ? first : first & (0x7fu >> size);
    for (uint32_t i = 1; i < size; i++) {
        const uint8_t byte = (uint8_t)text.bytes[i];
        if ((byte & 0xc0) != 0x80) {
            return 0;
        }
        *rune = *rune << 6 | (byte & 0x3f);
    }
    return size;
}

/* #pctl NODEVS leaves these: a cage's own pipes, environment, services, ssl and authentication. */
static bool device_allowed(const struct ns *ns, uint32_t letter, bool has_spec) {
    if (!ns->no_devices) {
        return true;
    }
    return letter == '|' || letter == 'e' || letter == 'D' || letter == 'a' ||
           (letter == 's' && !has_spec);
}

/* "#c/rest": the root of the device. A '/' directly behind '#' is the root device's letter. */
static int32_t start_at_device(struct walk *walk) {
    struct name spec = {walk->rest + 1, walk->left - 1};
    uint32_t letter = 0;
    struct chan *root;
    const uint32_t rune = take_rune(spec, &letter);
    spec.bytes += rune;
    spec.size -= rune;
    const char *slash = spec.size > 0 ? memchr(spec.bytes, '/', spec.size) : NULL;
    if (slash) {
        spec.size = (uint32_t)(slash - spec.bytes);
    }
    if (rune != 0 && !device_allowed(walk->view->ns, letter, spec.size > 0)) {
        return chan_refuse(walk->caller, MOX_EPERM, WHY_ATTACH);
    }
    /* #* leads to any device by its name; what NODEVS forbids it forbids there too. */
    const struct dev *dev = rune == 0 ? NULL : devtab_letter(letter);
    if (dev == NULL) {
        return chan_refuse(walk->caller, MOX_ENODEV, WHY_DEVICE_NAME);
    }
    const int32_t result = chan_attach(dev, walk->view->ns->devices, walk->caller, spec, &root);
    if (result < 0) {
        return result;
    }
    place_set(&walk->at, root, NULL, false);
    chan_drop(root);
    walk->no_mount = true;
    const uint32_t used = 1 + rune + spec.size;
    walk->rest += used;
    walk->left -= used;
    return 0;
}

static int32_t start(struct walk *walk, const struct place *from) {
    const struct view *view = walk->view;
    place_set(&walk->root, view->root.chan, view->root.mount, view->root.top);
    place_current(view->ns, &walk->root);
    if (walk->rest[0] == '#') {
        return start_at_device(walk);
    }
    if (walk->rest[0] == '/') {
        place_set(&walk->at, walk->root.chan, walk->root.mount, walk->root.top);
        return 0;
    }
    from = from ? from : &view->here;
    place_set(&walk->at, from->chan, from->mount, from->top);
    place_current(view->ns, &walk->at);
    return chan_is_dir(walk->at.chan) ? 0 : -MOX_ENOTDIR;
}

/* The next element; *last: nothing but slashes follows. */
static struct name take_element(struct walk *walk, bool *last, bool *slashes) {
    while (walk->left > 0 && walk->rest[0] == '/') {
        walk->rest++;
        walk->left--;
    }
    struct name name = {walk->rest, walk->left};
    const char *slash = walk->left > 0 ? memchr(walk->rest, '/', walk->left) : NULL;
    if (slash) {
        name.size = (uint32_t)(slash - walk->rest);
    }
    uint32_t behind = name.size;
    while (behind < walk->left && walk->rest[behind] == '/') {
        behind++;
    }
    *last = behind == walk->left;
    *slashes = behind > name.size;
    walk->rest += name.size; /* the slashes stay in front of the rest */
    walk->left -= name.size;
    return name;
}

/* Goes on with the target of the link, relative to the directory walk->at, and then the rest. */
static int32_t follow(struct walk *walk, struct chan *link) {
    if (++walk->links > LINKS_MAX) {
        return -MOX_ELOOP;
    }
    if (walk->text == NULL) {
        walk->text = alloc_get(&link->devices->allocator, TEXT_SIZE);
        if (walk->text == NULL) {
            return -MOX_ENOMEM;
        }
        memcpy(walk->text + TEXT_SIZE - walk->left, walk->rest, walk->left);
    }
    const uint32_t room = TEXT_SIZE - walk->left;
    const int32_t size = chan_read_link(link, walk->caller, walk->text, room);
    if (size <= 0) {
        return size < 0 ? size : -MOX_ENOENT;
    }
    if ((uint32_t)size >= room) {
        return -MOX_ENAMETOOLONG;
    }
    memmove(walk->text + room - (uint32_t)size, walk->text, (uint32_t)size);
    walk->left += (uint32_t)size;
    walk->rest = walk->text + TEXT_SIZE - walk->left;
    if (walk->rest[0] == '/') {
        place_set(&walk->at, walk->root.chan, walk->root.mount, walk->root.top);
        walk->no_mount = false;
    }
    return 0;
}

static void tell_last(struct entry *last, struct name name, bool slashes) {
    memset(last, 0, sizeof *last);
    memcpy(last->name, name.bytes, name.size);
    last->name_size = name.size;
    last->type = slashes ? MODE_DIR : 0;
}

/* The last element of a path of which the directory is wanted. *done: this was it; otherwise it is
 * a link that was followed. */
static int32_t parent_step(struct walk *walk, struct name name, bool slashes, struct entry *last,
                           bool *done) {
    if (!chan_is_dir(walk->at.chan)) {
        return -MOX_ENOTDIR;
    }
    if (name.size > NAME_MAX_BYTES) {
        return -MOX_ENAMETOOLONG;
    }
    tell_last(last, name, slashes);
    *done = true;
    if ((walk->flags & WALK_NO_FOLLOW) != 0 || name_is(name, ".") || name_is(name, "..")) {
        return 0;
    }
    struct place child = walk->at;
    place_hold(&child);
    int32_t result = place_down(&child, walk->caller, name);
    if (result == 0 && chan_is_symlink(child.chan)) {
        *done = false;
        result = follow(walk, child.chan);
    } else if (result == -MOX_ENOENT) {
        result = 0;
    }
    place_drop(&child);
    return result;
}

/* One element down. */
static int32_t name_step(struct walk *walk, struct name name, bool last, bool slashes) {
    struct place child = walk->at;
    place_hold(&child);
    int32_t result = place_down(&child, walk->caller, name);
    if (result < 0) {
        place_drop(&child);
        return result;
    }
    const bool stays = last && !slashes && (walk->flags & WALK_NO_FOLLOW) != 0;
    if (chan_is_symlink(child.chan) && !stays) {
        result = follow(walk, child.chan);
    } else {
        if (!walk->no_mount && !(last && (walk->flags & WALK_NO_MOUNT) != 0)) {
            place_current(walk->view->ns, &child);
        }
        place_set(&walk->at, child.chan, child.mount, child.top);
    }
    place_drop(&child);
    return result;
}

static int32_t dot_step(struct walk *walk, struct name name, bool last) {
    if (name.size == 1) { /* the next element asks for the right to search */
        return last ? may_search(&walk->at, walk->caller) : 0;
    }
    const int32_t result = place_up(walk->view->ns, &walk->root, walk->caller, &walk->at);
    if (result == 0 && !walk->no_mount && !walk->at.top) {
        place_current(walk->view->ns, &walk->at);
    }
    return result;
}

static int32_t run(struct walk *walk, struct entry *last_entry) {
    const bool parent = (walk->flags & WALK_PARENT) != 0;
    bool must_be_dir = (walk->flags & (WALK_DIRECTORY | WALK_PARENT)) != 0;
    if (parent) {
        tell_last(last_entry, (struct name){"", 0}, true);
    }
    while (walk->left > 0) {
        bool last;
        bool slashes;
        bool done = false;
        int32_t result;
        const struct name name = take_element(walk, &last, &slashes);
        if (name.size == 0) {
            must_be_dir = true;
            break;
        }
        const bool dots = name_is(name, ".") || name_is(name, "..");
        if (last && parent) {
            result = parent_step(walk, name, slashes, last_entry, &done);
            if (result == 0 && done && dots) {
                result = dot_step(walk, name, true);
            }
        } else if (dots) {
            result = dot_step(walk, name, last);
        } else {
            result = name_step(walk, name, last, slashes);
        }
        if (result < 0 || done) {
            return result;
        }
    }
    return must_be_dir && !chan_is_dir(walk->at.chan) ? -MOX_ENOTDIR : 0;
}

int32_t ns_walk(const struct view *view, const struct caller *caller, const struct place *from,
                struct name path, uint32_t flags, struct place *to, struct entry *last) {
    struct walk walk = {
        .view = view, .caller = caller, .flags = flags, .rest = path.bytes, .left = path.size};
    *to = (struct place){NULL, NULL, false};
    if (path.size == 0) {
        return -MOX_ENOENT;
    }
    if (path.size >= PATH_MAX_BYTES) {
        return -MOX_ENAMETOOLONG;
    }
    int32_t result = start(&walk, from);
    if (result == 0) {
        result = run(&walk, last);
    }
    if (result == 0 && (flags & WALK_NO_MOUNT) != 0) {
        while (walk.at.top) {
            const struct place *point = &walk.at.mount->point;
            place_set(&walk.at, point->chan, point->mount, point->top);
        }
    }
    if (result == 0) {
        *to = walk.at;
    } else {
        place_drop(&walk.at);
    }
    place_drop(&walk.root);
    alloc_give(&view->ns->devices->allocator, walk.text, TEXT_SIZE);
    return result;
}
