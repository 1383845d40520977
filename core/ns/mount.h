/* Inside of the mount table, for walk.c, union.c and the others of this folder. */
#ifndef MOXBOX_NS_MOUNT_H
#define MOXBOX_NS_MOUNT_H

#include "ns/devices.h"
#include "ns/ns.h"

enum { MOUNT_BUCKETS = 32, MOUNT_ELEMENTS_MAX = 1024, MOUNT_CACHE = 0x10 };

/* What is to be found at a mount point: one tree, or several that are searched in this order. */
struct element {
    struct element *next;
    struct chan *chan;
    uint32_t id;
    bool create; /* new files may go here */
    bool kept;   /* what was there before the first mount, with no id of its own */
};

struct mount {
    uint32_t refs;
    uint32_t number;          /* mounts of one name space in the order of making */
    struct place point;       /* what it hides; its own mount is an older one, so no cycles */
    struct element *elements; /* never empty */
    struct mount *next;       /* of the same bucket */
    bool sound;               /* ns_codec.c's own */
    struct machine_devices *devices;
};

struct ns {
    uint32_t refs;
    bool no_devices;
    uint32_t owner;    /* who may change it, besides user 0 */
    uint32_t elements; /* in all mounts */
    uint32_t numbers;  /* mounts made so far */
    struct machine_devices *devices;
    struct mount *buckets[MOUNT_BUCKETS];
};

/* What is mounted on a channel, NULL: nothing. */
struct mount *mount_find(const struct ns *ns, const struct chan *point);

/* The element that stands for the whole as a directory: where new files go, or the first. */
struct chan *mount_face(const struct mount *mount);

/* Whether the channel is the root of one of the elements. */
bool mount_has(const struct mount *mount, const struct chan *chan);

/* Puts a mount of a known number into the table. */
void mount_settle(struct ns *ns, struct mount *mount);

/* The mount made first among those with a number above `after`; NULL: there is none. */
const struct mount *mount_after(const struct ns *ns, uint32_t after);

void mount_drop(struct mount *mount); /* NULL is allowed */

/* Replaces *place, which is dropped, by (chan, mount, top), which are held. */
void place_set(struct place *place, struct chan *chan, struct mount *mount, bool top);

/* Enters what is mounted on the place; for the root of a mount of another name space (a copy), the
 * mount that is there in this one. */
void place_current(const struct ns *ns, struct place *place);

/* Whether both are the same place, however they were reached. */
bool place_same(const struct place *a, const struct place *b);

/* To the parent directory; the root (which is current) and a device's root stay where they are. */
int32_t place_up(const struct ns *ns, const struct place *root, const struct caller *caller,
                 struct place *place);

/* To the entry `name`, without following it or entering what is mounted there. */
int32_t place_down(struct place *place, const struct caller *caller, struct name name);

#endif
