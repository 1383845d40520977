/* What is done with the entries of a directory that may be a union: each operation first finds the
 * element that it concerns. */
#include "ns/mount.h"

#include <string.h>

#include "moxbox/errno.h"

int32_t ns_open(struct place *at, struct caller *caller, uint32_t mode) {
    return chan_open(&at->chan, caller, mode);
}

/* The element of a directory that has the name. *child (not NULL) is the caller's to drop. */
static int32_t element_with(const struct place *dir, const struct caller *caller, struct name name,
                            struct chan **element, struct chan **child) {
    int32_t result = -MOX_ENOENT;
    *element = dir->chan;
    if (!dir->top) {
        return chan_walk(dir->chan, caller, name, child);
    }
    for (const struct element *one = dir->mount->elements; one; one = one->next) {
        const int32_t tried = chan_walk(one->chan, caller, name, child);
        if (tried >= 0 || tried == -MOX_ENOMEM) {
            *element = one->chan;
            return tried;
        }
        result = result == -MOX_ENOENT ? tried : result;
    }
    return result;
}

/* The element of a directory where a new entry goes. */
static int32_t element_for_new(const struct place *dir, const struct caller *caller,
                               struct chan **element) {
    *element = dir->chan;
    if (!dir->top) {
        return 0;
    }
    for (const struct element *one = dir->mount->elements; one; one = one->next) {
        if (one->create) {
            *element = one->chan;
            return 0;
        }
    }
    return chan_refuse(caller, MOX_EROFS, WHY_NO_CREATION);
}

/* The same, when there is no entry of this name yet. */
static int32_t element_without(const struct place *dir, const struct caller *caller,
                               struct name name, struct chan **element) {
    if (dir->top) { /* a single directory looks for itself */
        struct chan *child;
        const int32_t found = element_with(dir, caller, name, element, &child);
        if (found >= 0) {
            chan_drop(child);
            return -MOX_EEXIST;
        }
        if (found != -MOX_ENOENT) {
            return found;
        }
    }
    return element_for_new(dir, caller, element);
}

int32_t ns_create(struct place *dir, struct caller *caller, struct name name,
                  const struct creation *creation, struct place *made) {
    struct chan *element;
    struct chan *chan;
    int32_t result = element_without(dir, caller, name, &element);
    if (result >= 0) {
        result = chan_create(element, caller, name, creation, &chan);
    }
    if (result < 0) {
        return result;
    }
    *made = (struct place){NULL, NULL, false};
    place_set(made, chan, dir->mount, false);
    chan_drop(chan);
    return 0;
}

int32_t ns_entry(const struct view *view, const struct place *dir, const struct caller *caller,
                 struct name name, struct chan **child) {
    struct chan *element;
    struct chan *found;
    const int32_t result = element_with(dir, caller, name, &element, &found);
    if (result < 0) {
        return result;
    }
    const bool mounted = mount_find(view->ns, found) != NULL;
    if (child) {
        *child = found;
    } else {
        chan_drop(found);
    }
    return mounted;
}

int32_t ns_child(const struct view *view, const struct place *dir, const struct caller *caller,
                 struct name name, struct place *to) {
    *to = *dir;
    place_hold(to);
    place_current(view->ns, to);
    const int32_t result = place_down(to, caller, name);
    if (result < 0) {
        place_drop(to);
    } else {
        place_current(view->ns, to);
    }
    return result;
}

int32_t ns_remove(const struct view *view, const struct place *dir, const struct caller *caller,
                  struct name name, bool directory) {
    struct chan *element;
    struct chan *child;
    int32_t result = element_with(dir, caller, name, &element, &child);
    if (result < 0) {
        return result;
    }
    const bool mounted = mount_find(view->ns, child) != NULL;
    chan_drop(child); /* before the entry goes, so that it goes entirely */
    if (mounted) {
        return -MOX_EBUSY;
    }
    return chan_remove(element, caller, name, directory);
}

int32_t ns_link(const struct view *view, const struct place *target, const struct caller *caller,
                const struct place *dir, struct name name) {
    struct chan *element;
    (void)view;
    const int32_t result = element_without(dir, caller, name, &element);
    return result < 0 ? result : chan_link(target->chan, caller, element, name);
}

int32_t ns_rename(const struct view *view, const struct place *dir, const struct caller *caller,
                  struct name name, const struct place *to_dir, struct name to) {
    struct chan *from_element;
    struct chan *to_element;
    struct chan *child;
    int32_t result = element_with(dir, caller, name, &from_element, &child);
    if (result < 0) {
        return result;
    }
    const bool mounted = mount_find(view->ns, child) != NULL;
    chan_drop(child);
    if (mounted) {
        return -MOX_EBUSY;
    }
    result = element_with(to_dir, caller, to, &to_element, &child);
    if (result >= 0) {
        const bool covered = mount_find(view->ns, child) != NULL;
        chan_drop(child);
        if (covered) {
            return -MOX_EBUSY;
        }
    } else if (result == -MOX_ENOENT) {
        result = element_for_new(to_dir, caller, &to_element);
    }
    return result < 0 ? result : chan_rename(from_element, caller, name, to_element, to);
}

/* The rights to read an element of a union other than the one that was opened. */
static bool may_list(struct chan *chan, const struct caller *caller) {
    struct attributes attributes;
    return chan_attributes(chan, caller, &attributes) >= 0 &&
           caller_may(caller, attributes.uid, attributes.gid, attributes.mode, 4);
}

static void moved(struct dir_cursor *cursor, const struct entry *entry) {
    cursor->position++;
    cursor->name_size = entry->name_size;
    memcpy(cursor->name, entry->name, entry->name_size);
    cursor->name[entry->name_size] = 0;
}

int32_t ns_next(const struct place *dir, struct caller *caller, struct dir_cursor *cursor,
                struct entry *entry) {
    if (!dir->top) {
        const int32_t result = chan_next(dir->chan, caller, cursor, entry);
        if (result > 0) {
            moved(cursor, entry);
        }
        return result;
    }
    const struct element *one = dir->mount->elements;
    for (uint32_t i = 0; one && i < cursor->element; i++) {
        one = one->next;
    }
    for (; one; one = one->next) { /* one that fails is as if it were empty */
        const bool readable = chan_same(one->chan, dir->chan) || may_list(one->chan, caller);
        const int32_t result = readable ? chan_next(one->chan, caller, cursor, entry) : 0;
        if (result > 0) {
            moved(cursor, entry);
            return result;
        }
        if (result == CALL_WAITS) {
            return result;
        }
        cursor->element++;
        cursor->name_size = 0;
    }
    return 0;
}

int32_t ns_hidden(const struct place *dir, const struct caller *caller,
                  const struct dir_cursor *cursor) {
    if (!dir->top) {
        return 0;
    }
    const struct name name = {cursor->name, cursor->name_size};
    const struct element *one = dir->mount->elements;
    for (uint32_t i = 0; one && i < cursor->element; i++, one = one->next) {
        struct chan *child;
        const int32_t result = chan_walk(one->chan, caller, name, &child);
        if (result >= 0) {
            chan_drop(child);
            return 1;
        }
        if (result == -MOX_ENOMEM) {
            return result;
        }
    }
    return 0;
}
