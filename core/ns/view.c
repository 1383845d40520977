/* Views: the one that a machine begins with, copies for new cages, and name spaces of one's own
 * (pctl). */
#include "ns/mount.h"

#include "moxbox/errno.h"

void view_copy(const struct view *from, struct view *to) {
    *to = *from;
    ns_hold(to->ns);
    place_hold(&to->root);
    place_hold(&to->here);
}

void view_drop(struct view *view) {
    place_drop(&view->here);
    place_drop(&view->root);
    ns_drop(view->ns);
    view->ns = NULL;
}

static bool place_check(const struct place *place) {
    return place->chan != NULL && place->chan->refs > 0 && (!place->top || place->mount != NULL) &&
           (place->mount == NULL || (place->mount->refs > 0 && place->mount->elements != NULL)) &&
           chan_is_dir(place->chan);
}

bool view_check(const struct view *view) {
    return ns_check(view->ns) && place_check(&view->root) && place_check(&view->here);
}

int32_t view_fork(struct view *view) {
    struct ns *ns;
    const int32_t result = ns_copy(view->ns, &ns);
    if (result < 0) {
        return result;
    }
    ns_drop(view->ns);
    view->ns = ns;
    place_current(ns, &view->here); /* the copy of the mount that it was in */
    return 0;
}

int32_t view_new(struct view *view) {
    struct ns *ns;
    const int32_t result = ns_new(NULL, view->ns->devices, &ns);
    if (result < 0) {
        return result;
    }
    ns->no_devices = view->ns->no_devices;
    ns->owner = view->ns->owner;
    struct place root = view->root;
    place_hold(&root);
    while (root.top) {
        place_set(&root, root.mount->point.chan, root.mount->point.mount, root.mount->point.top);
    }
    place_set(&view->root, root.chan, NULL, false);
    place_set(&view->here, root.chan, NULL, false);
    place_drop(&root);
    ns_drop(view->ns);
    view->ns = ns;
    return 0;
}

int32_t view_bind(struct view *view, const struct caller *caller, const struct place *base,
                  struct name from, struct name to, uint32_t flags) {
    struct place source;
    struct place target = {NULL, NULL, false};
    int32_t result = ns_walk(view, caller, base, from, 0, &source, NULL);
    if (result == 0) {
        result = ns_walk(view, caller, base, to, WALK_NO_MOUNT, &target, NULL);
    }
    if (result == 0) {
        result = ns_bind(view->ns, caller, &source, &target, flags);
    }
    place_drop(&target);
    place_drop(&source);
    return result;
}

int32_t view_unmount(struct view *view, const struct caller *caller, const struct place *base,
                     const struct name *from, struct name at) {
    struct place source = {NULL, NULL, false};
    struct place target = {NULL, NULL, false};
    int32_t result = from ? ns_walk(view, caller, base, *from, 0, &source, NULL) : 0;
    if (result == 0) {
        result = ns_walk(view, caller, base, at, WALK_NO_MOUNT, &target, NULL);
    }
    if (result == 0) {
        result = ns_unmount(view->ns, caller, from ? &source : NULL, &target);
    }
    place_drop(&target);
    place_drop(&source);
    return result;
}

static int32_t make_tmp(struct view *view, const struct caller *caller) {
    const struct creation creation = {.mode = MODE_DIR | 01777};
    struct caller host = *caller;
    struct place root;
    struct place made = {NULL, NULL, false};
    host.uid = 0;
    host.gid = 0;
    int32_t result = ns_walk(view, &host, NULL, (struct name){"#U", 2}, 0, &root, NULL);
    if (result == 0) {
        result = ns_create(&root, &host, (struct name){"tmp", 3}, &creation, &made);
        place_drop(&made);
    }
    place_drop(&root);
    return result == -MOX_EEXIST ? 0 : result;
}

struct boot_bind {
    const char *from;
    const char *to;
    uint32_t flags;
    bool of_fs;
    bool may_fail; /* it need not be there */
};

static int32_t boot_binds(struct view *view, const struct caller *caller) {
    static const struct boot_bind binds[] = {
        {"#U", "/", MOUNT_AFTER | MOUNT_CREATE, true, false},
        {"#c", "/dev", MOUNT_BEFORE, false, false},
        {"#U/dev", "/dev", MOUNT_AFTER | MOUNT_CREATE, true, true}, /* what mknod makes there */
        {"#e", "/env", MOUNT_REPLACE | MOUNT_CREATE, false, false},
        {"#p", "/prog", MOUNT_REPLACE, false, false},
        {"#d", "/fd", MOUNT_REPLACE, false, false},
        {"#B", "/boot", MOUNT_REPLACE, false, false},
    };
    const bool has_fs = view->ns->devices->fs != NULL;
    for (uint32_t i = 0; i < sizeof binds / sizeof *binds; i++) {
        if (binds[i].of_fs && !has_fs) {
            continue;
        }
        const int32_t result = view_bind(view, caller, NULL, name_of_text(binds[i].from),
                                         name_of_text(binds[i].to), binds[i].flags);
        if (result < 0 && !(binds[i].may_fail && result == -MOX_ENOENT)) {
            return result;
        }
    }
    return has_fs ? make_tmp(view, caller) : 0;
}

int32_t view_boot(struct machine_devices *devices, struct caller *caller, struct view *view) {
    struct chan *root;
    *view = (struct view){.ns = NULL};
    int32_t result = ns_new(NULL, devices, &view->ns);
    if (result == 0) {
        result = chan_attach(&root_device, devices, caller, (struct name){"", 0}, &root);
    }
    if (result == 0) {
        place_set(&view->root, root, NULL, false);
        place_set(&view->here, root, NULL, false);
        chan_drop(root);
        result = boot_binds(view, caller);
    }
    if (result == 0) { /* what was bound on "/"; the root finds it whenever it is used */
        place_current(view->ns, &view->here);
    } else {
        view_drop(view);
    }
    return result < 0 ? result : 0;
}
