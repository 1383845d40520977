/* The mount table of a name space. A mount point is known by its channel (device, instance, qid),
 * so it is found whatever name led there. */
#include "ns/mount.h"

#include "base/alloc.h"
#include "moxbox/errno.h"

void place_hold(const struct place *place) {
    if (place->chan) {
        chan_hold(place->chan);
    }
    if (place->mount) {
        place->mount->refs++;
    }
}

void place_drop(struct place *place) {
    chan_drop(place->chan);
    mount_drop(place->mount);
    *place = (struct place){NULL, NULL, false};
}

void place_set(struct place *place, struct chan *chan, struct mount *mount, bool top) {
    const struct place next = {chan, mount, top};
    place_hold(&next);
    place_drop(place);
    *place = next;
}

bool place_same(const struct place *a, const struct place *b) {
    if (a->top != b->top || (a->mount == NULL) != (b->mount == NULL)) {
        return false;
    }
    if (a->mount != NULL && !chan_same(a->mount->point.chan, b->mount->point.chan)) {
        return false;
    }
    return a->top || chan_same(a->chan, b->chan);
}

static void elements_drop(struct machine_devices *devices, struct element *element) {
    while (element) {
        struct element *next = element->next;
        chan_drop(element->chan);
        alloc_give(&devices->allocator, element, sizeof *element);
        element = next;
    }
}

void mount_drop(struct mount *mount) {
    /* A point's own mount goes with it; mounts may lie in each other as deep as there are mounts,
     * so this is a loop and no recursion. */
    while (mount && --mount->refs == 0) {
        struct mount *outer = mount->point.mount;
        elements_drop(mount->devices, mount->elements);
        chan_drop(mount->point.chan);
        alloc_give(&mount->devices->allocator, mount, sizeof *mount);
        mount = outer;
    }
}

static uint32_t bucket_of(const struct chan *chan) {
    return (uint32_t)(chan->qid.path + chan->instance * 7u + chan->dev->letter * 3u) %
           MOUNT_BUCKETS;
}

struct mount *mount_find(const struct ns *ns, const struct chan *point) {
    struct mount *mount = ns->buckets[bucket_of(point)];
    while (mount && !chan_same(mount->point.chan, point)) {
        mount = mount->next;
    }
    return mount;
}

struct chan *mount_face(const struct mount *mount) {
    for (const struct element *element = mount->elements; element; element = element->next) {
        if (element->create) {
            return element->chan;
        }
    }
    return mount->elements->chan;
}

bool mount_has(const struct mount *mount, const struct chan *chan) {
    for (const struct element *element = mount->elements; element; element = element->next) {
        if (chan_same(element->chan, chan)) {
            return true;
        }
    }
    return false;
}

void place_current(const struct ns *ns, struct place *place) {
    struct mount *mount = mount_find(ns, place->top ? place->mount->point.chan : place->chan);
    if (mount && !(place->top && place->mount == mount && mount_face(mount) == place->chan)) {
        place_set(place, mount_face(mount), mount, true);
    }
}

int32_t ns_new(const struct mox_allocator *allocator, struct machine_devices *devices,
               struct ns **ns) {
    (void)allocator; /* the devices have it, and mounts outlive their name space */
    *ns = alloc_get(&devices->allocator, sizeof **ns);
    if (*ns == NULL) {
        return -MOX_ENOMEM;
    }
    (*ns)->refs = 1;
    (*ns)->devices = devices;
    return 0;
}

void ns_hold(struct ns *ns) {
    ns->refs++;
}

void ns_drop(struct ns *ns) {
    if (ns == NULL || --ns->refs > 0) {
        return;
    }
    for (uint32_t i = 0; i < MOUNT_BUCKETS; i++) {
        for (struct mount *mount = ns->buckets[i], *next; mount; mount = next) {
            next = mount->next;
            mount_drop(mount);
        }
    }
    alloc_give(&ns->devices->allocator, ns, sizeof *ns);
}

void ns_own(struct ns *ns, uint32_t uid) {
    ns->owner = uid;
}

bool ns_may_change(const struct ns *ns, const struct caller *caller) {
    return caller->uid == 0 || caller->uid == ns->owner;
}

void ns_no_devices(struct ns *ns) {
    ns->no_devices = true;
}

/* Appends a copy of an element to *list; *list is the caller's to drop when this fails. */
static int32_t append(struct machine_devices *devices, struct element **list,
                      const struct element *from) {
    struct element *element = alloc_get(&devices->allocator, sizeof *element);
    if (element == NULL) {
        return -MOX_ENOMEM;
    }
    *element = *from;
    element->next = NULL;
    chan_hold(element->chan);
    while (*list) {
        list = &(*list)->next;
    }
    *list = element;
    return 0;
}

static uint32_t count_of(const struct element *element) {
    uint32_t count = 0;
    for (; element; element = element->next) {
        count++;
    }
    return count;
}

static struct mount *mount_new(struct ns *ns, const struct place *point) {
    struct mount *mount = alloc_get(&ns->devices->allocator, sizeof *mount);
    if (mount) {
        mount->refs = 1;
        mount->devices = ns->devices;
        mount->point = *point;
        place_hold(&mount->point);
    }
    return mount;
}

void mount_settle(struct ns *ns, struct mount *mount) {
    struct mount **bucket = &ns->buckets[bucket_of(mount->point.chan)];
    mount->next = *bucket;
    *bucket = mount;
    ns->elements += count_of(mount->elements);
}

/* The table takes over the caller's reference. */
static void table_add(struct ns *ns, struct mount *mount) {
    mount->number = ++ns->numbers;
    mount_settle(ns, mount);
}

static void table_remove(struct ns *ns, struct mount *mount) {
    struct mount **at = &ns->buckets[bucket_of(mount->point.chan)];
    while (*at != mount) {
        at = &(*at)->next;
    }
    *at = mount->next;
    ns->elements -= count_of(mount->elements);
    mount_drop(mount);
}

const struct mount *mount_after(const struct ns *ns, uint32_t after) {
    const struct mount *first = NULL;
    for (uint32_t i = 0; i < MOUNT_BUCKETS; i++) {
        for (const struct mount *mount = ns->buckets[i]; mount; mount = mount->next) {
            if (mount->number > after && (first == NULL || mount->number < first->number)) {
                first = mount;
            }
        }
    }
    return first;
}

static int32_t copy_mount(struct ns *ns, const struct mount *from) {
    struct mount *mount = mount_new(ns, &from->point);
    if (mount == NULL) {
        return -MOX_ENOMEM;
    }
    if (from->point.mount) { /* in the order of making: the one around it was copied before */
        struct mount *outer = mount_find(ns, from->point.mount->point.chan);
        if (outer) {
            place_set(&mount->point, from->point.chan, outer, false);
        }
    }
    for (const struct element *element = from->elements; element; element = element->next) {
        if (append(ns->devices, &mount->elements, element) < 0) {
            mount_drop(mount);
            return -MOX_ENOMEM;
        }
    }
    table_add(ns, mount);
    return 0;
}

int32_t ns_copy(const struct ns *from, struct ns **ns) {
    struct ns *copy;
    if (ns_new(NULL, from->devices, &copy) < 0) {
        return -MOX_ENOMEM;
    }
    copy->no_devices = from->no_devices;
    copy->owner = from->owner;
    for (const struct mount *mount = mount_after(from, 0); mount;
         mount = mount_after(from, mount->number)) {
        if (copy_mount(copy, mount) < 0) {
            ns_drop(copy);
            return -MOX_ENOMEM;
        }
    }
    *ns = copy;
    return 0;
}

/* The elements that a bind adds. Of a union all are copied, and only the first gets the flags. */
static int32_t new_elements(struct ns *ns, const struct place *from, uint32_t flags, uint32_t id,
                            struct element **list) {
    const struct element single = {
        .chan = from->chan, .id = id, .create = (flags & MOUNT_CREATE) != 0};
    if (!from->top) {
        return append(ns->devices, list, &single);
    }
    for (const struct element *element = from->mount->elements; element; element = element->next) {
        const bool first = element == from->mount->elements;
        const struct element copy = {
            .chan = element->chan, .id = id, .create = first && single.create};
        if (append(ns->devices, list, &copy) < 0) {
            return -MOX_ENOMEM;
        }
    }
    return 0;
}

static int32_t check_bind(const struct caller *caller, const struct place *from,
                          const struct place *to, uint32_t flags) {
    const uint32_t order = flags & MOUNT_ORDER;
    if ((flags & ~(uint32_t)(MOUNT_ORDER | MOUNT_CREATE | MOUNT_CACHE)) != 0 ||
        order == MOUNT_ORDER) {
        return -MOX_EINVAL;
    }
    const bool dir = chan_is_dir(to->chan);
    if (dir != chan_is_dir(from->chan) || (order != MOUNT_REPLACE && !dir)) {
        return chan_refuse(caller, MOX_ENOTDIR, WHY_MOUNT);
    }
    if ((flags & MOUNT_CREATE) != 0 && from->top &&
        (from->mount->elements->next != NULL || !from->mount->elements->create)) {
        return chan_refuse(caller, MOX_EINVAL, WHY_MOUNT);
    }
    return 0;
}

/* Joins two lists, the second behind the first. */
static struct element *joined(struct element *list, struct element *behind) {
    struct element **end = &list;
    while (*end) {
        end = &(*end)->next;
    }
    *end = behind;
    return list;
}

/* Puts a list, which is taken over, where the order says. */
static void put_elements(struct ns *ns, struct mount *mount, struct element *list, uint32_t order) {
    ns->elements += count_of(list);
    if (order == MOUNT_REPLACE) {
        ns->elements -= count_of(mount->elements);
        struct element *old = mount->elements;
        mount->elements = list;
        elements_drop(ns->devices, old);
    } else if (order == MOUNT_BEFORE) {
        mount->elements = joined(list, mount->elements);
    } else {
        mount->elements = joined(mount->elements, list);
    }
}

static int32_t bind_new(struct ns *ns, const struct place *to, uint32_t order,
                        struct element **list) {
    struct mount *mount = mount_new(ns, to);
    if (mount == NULL) {
        return -MOX_ENOMEM;
    }
    const struct element kept = {.chan = to->chan, .kept = true};
    if (order != MOUNT_REPLACE && append(ns->devices, &mount->elements, &kept) < 0) {
        mount_drop(mount);
        return -MOX_ENOMEM;
    }
    mount->elements =
        order == MOUNT_BEFORE ? joined(*list, mount->elements) : joined(mount->elements, *list);
    *list = NULL;
    table_add(ns, mount);
    return 0;
}

int32_t ns_bind(struct ns *ns, const struct caller *caller, const struct place *from,
                const struct place *to, uint32_t flags) {
    const uint32_t id = ns->devices->mounts + 1;
    const uint32_t order = flags & MOUNT_ORDER;
    struct element *list = NULL;
    struct place source = *from;
    int32_t result = ns_may_change(ns, caller) ? check_bind(caller, from, to, flags) : -MOX_EPERM;
    if (result < 0) {
        return result;
    }
    place_hold(&source);
    if (source.top) {
        place_current(ns, &source);
    }
    struct mount *mount = mount_find(ns, to->chan);
    result = new_elements(ns, &source, flags, id, &list);
    if (result == 0 && ns->elements + count_of(list) + 1 > MOUNT_ELEMENTS_MAX) {
        result = -MOX_ENOSPC;
    }
    if (result == 0 && mount) {
        put_elements(ns, mount, list, order);
        list = NULL;
    } else if (result == 0) {
        result = bind_new(ns, to, order, &list);
    }
    elements_drop(ns->devices, list);
    place_drop(&source);
    if (result < 0) {
        return result;
    }
    ns->devices->mounts = id;
    return (int32_t)id;
}

int32_t ns_unmount(struct ns *ns, const struct caller *caller, const struct place *from_or_null,
                   const struct place *at) {
    struct mount *mount = mount_find(ns, at->chan);
    if (!ns_may_change(ns, caller)) {
        return -MOX_EPERM;
    }
    if (mount == NULL) {
        return chan_refuse(caller, MOX_EINVAL, WHY_NOT_MOUNTED);
    }
    if (from_or_null == NULL) {
        table_remove(ns, mount);
        return 0;
    }
    for (struct element **link = &mount->elements; *link; link = &(*link)->next) {
        struct element *element = *link;
        if (!chan_same(element->chan, from_or_null->chan)) {
            continue;
        }
        if (link == &mount->elements && element->next == NULL) {
            table_remove(ns, mount);
            return 0;
        }
        *link = element->next;
        element->next = NULL;
        ns->elements--;
        elements_drop(ns->devices, element);
        return 0;
    }
    return chan_refuse(caller, MOX_EINVAL, WHY_NOT_IN_UNION);
}

bool ns_check(const struct ns *ns) {
    uint32_t elements = 0;
    for (uint32_t i = 0; i < MOUNT_BUCKETS; i++) {
        for (const struct mount *mount = ns->buckets[i]; mount; mount = mount->next) {
            if (mount->refs == 0 || mount->elements == NULL || mount->point.top ||
                bucket_of(mount->point.chan) != i || mount_find(ns, mount->point.chan) != mount ||
                mount->number > ns->numbers) {
                return false;
            }
            for (const struct element *one = mount->elements; one; one = one->next) {
                if (one->chan->refs == 0 ||
                    chan_is_dir(one->chan) != chan_is_dir(mount->point.chan)) {
                    return false;
                }
                elements++;
            }
        }
    }
    return ns->refs > 0 && elements == ns->elements && elements <= MOUNT_ELEMENTS_MAX;
}
