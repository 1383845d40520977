/* The name space of a group of cages: mount table, and THE name walker. Every path of every call,
 * POSIX or Plan 9, is resolved by ns_walk and nothing else.
 *
 * A place is a channel together with the mount it was reached through, so that ".." of a mounted
 * root leads to the directory it is mounted on, as in POSIX, whatever symbolic links led there. */
#ifndef MOXBOX_NS_NS_H
#define MOXBOX_NS_NS_H

#include "ns/dev.h"

struct ns;    /* counted: a mount table */
struct mount; /* counted: one mount point with the elements of its union */

struct place {
    struct chan *chan;
    struct mount *mount; /* NULL: under the root of the name space, or of a device (#c) */
    bool top;            /* chan stands for all elements of the mount: "its root" */
};

/* Where names are evaluated. */
struct view {
    struct ns *ns;
    struct place root; /* "/", or what is mounted on it */
    struct place here; /* the working directory */
};

void place_hold(const struct place *place);
void place_drop(struct place *place);                       /* and makes it empty */
void place_codec(struct codec *codec, struct place *place); /* an empty one, too */

int32_t ns_new(const struct mox_allocator *allocator, struct machine_devices *devices,
               struct ns **ns);
int32_t ns_copy(const struct ns *from, struct ns **ns); /* pctl FORKNS */
void ns_hold(struct ns *ns);
void ns_drop(struct ns *ns);
bool ns_check(const struct ns *ns);
/* Mounts are made and undone by user 0, or the user whose own the name space is (0 at first), so
 * that nobody changes what the names of others mean. */
void ns_own(struct ns *ns, uint32_t uid);
bool ns_may_change(const struct ns *ns, const struct caller *caller);
void ns_no_devices(struct ns *ns); /* pctl NODEVS: from now on only #| #e #s #D #a */

enum walk_flags {
    WALK_NO_FOLLOW = 1, /* the last element may be a symbolic link itself */
    WALK_PARENT = 2,    /* up to the last element, which is given as *last and need not exist */
    WALK_DIRECTORY = 4, /* the result must be a directory (a trailing '/' asks for it as well) */
    WALK_NO_MOUNT = 8,  /* the last step does not enter what is mounted there (bind, unmount) */
};

/* Resolves path (bytes without NUL; PATH_MAX_BYTES or more, the NUL counting, are -ENAMETOOLONG)
 * from `from` when it is relative (NULL: the view's working directory), from "/" or a device (#c)
 * when it says so. *to is the caller's to drop. -ENOENT -ENOTDIR -EACCES -ELOOP (40 links)
 * -ENAMETOOLONG -ENODEV (unknown device) -EPERM (device not allowed).
 *
 * With WALK_PARENT *to is the directory and *last what comes behind it: a name, or ".", "..", or ""
 * for "/" itself, and then *to is that very directory; last->type is MODE_DIR when a "/" follows.
 * The last element is followed when it is a symbolic link (unless WALK_NO_FOLLOW), so that open can
 * make the file that a dangling link names. `last` may be NULL otherwise. */
int32_t ns_walk(const struct view *view, const struct caller *caller, const struct place *from,
                struct name path, uint32_t flags, struct place *to, struct entry *last);

/* The absolute path of a directory; -ENOENT when it has been removed, -ERANGE when it does not fit,
 * -ENAMETOOLONG when it does not fit any path. Gives its length without NUL. */
int32_t ns_path(const struct view *view, const struct caller *caller, const struct place *place,
                char *to, uint32_t size);

/* Opens what `at` leads to / makes a new file in the directory (in a union, in the first element
 * that allows it) and gives an open channel. */
int32_t ns_open(struct place *at, struct caller *caller, uint32_t mode);
int32_t ns_create(struct place *dir, struct caller *caller, struct name name,
                  const struct creation *creation, struct place *made);

/* Whether something is mounted on the entry `name` of the directory: 1, 0 or -errno (-ENOENT). The
 * entry itself, not what is mounted there, in *child when not NULL. */
int32_t ns_entry(const struct view *view, const struct place *dir, const struct caller *caller,
                 struct name name, struct chan **child);

/* The entry `name` of a directory with what is mounted there; symbolic links are not followed. */
int32_t ns_child(const struct view *view, const struct place *dir, const struct caller *caller,
                 struct name name, struct place *to);

/* unlink and rmdir, link, rename; in a union, in the element that has the name, or else (new names)
 * in the first that allows creation. -EBUSY when something is mounted there, -EXDEV. */
int32_t ns_remove(const struct view *view, const struct place *dir, const struct caller *caller,
                  struct name name, bool directory);
int32_t ns_link(const struct view *view, const struct place *target, const struct caller *caller,
                const struct place *dir, struct name name);
int32_t ns_rename(const struct view *view, const struct place *dir, const struct caller *caller,
                  struct name name, const struct place *to_dir, struct name to);

/* Reading a directory, a union as the concatenation of its elements: the entry behind the cursor,
 * which moves; 1, or 0 at the end. */
int32_t ns_next(const struct place *dir, struct caller *caller, struct dir_cursor *cursor,
                struct entry *entry);

/* Whether an earlier element of a union has the name of an entry that ns_next has just given: a
 * directory of POSIX shows a name once, Inferno's unions show it as often as there are elements.
 * 1, 0 or -ENOMEM. */
int32_t ns_hidden(const struct place *dir, const struct caller *caller,
                  const struct dir_cursor *cursor);

/* bind and mount (Inferno sys-bind): a mount id > 0, or -errno. `to` is walked to with
 * WALK_NO_MOUNT. */
enum { MOUNT_REPLACE = 0, MOUNT_BEFORE = 1, MOUNT_AFTER = 2, MOUNT_ORDER = 3, MOUNT_CREATE = 4 };
int32_t ns_bind(struct ns *ns, const struct caller *caller, const struct place *from,
                const struct place *to, uint32_t flags);
int32_t ns_unmount(struct ns *ns, const struct caller *caller, const struct place *from_or_null,
                   const struct place *at);

/* One line of the mount table as a namespace file has it ("bind -a '#U' /", without newline), index
 * from 0: its length, 0 behind the last one. */
uint32_t ns_line(const struct view *view, const struct caller *caller, uint32_t index, char *to,
                 uint32_t size);

/* Reads an Inferno namespace(6) file: bind, mount, unmount, cd, new, fork, nodev lines. -EINVAL
 * with *line (from 1) when one is wrong; what the lines before it did stays done. */
int32_t ns_read_file(struct view *view, struct caller *caller, const char *text, uint32_t size,
                     uint32_t *line);

#endif
