/* #U: the writable inode file system (fs/fs.h). Here are the rules of who may do what, in the order
 * in which Linux asks them; what is done is the file system's. The node of a channel is an inode,
 * held. Fifos and sockets are inodes only: who opens one makes the pipe or socket behind it. */
#include "ns/dev_rows.h"

#include <string.h>

#include "fs/image.h"
#include "moxbox/errno.h"

enum { MAY_READ = 4, MAY_WRITE = 2, MAY_SEARCH = 1, EXECUTE_GROUP = 010 };
enum { DEVICE_NULL = 1 << 8 | 3, DEVICE_ZERO = 1 << 8 | 5, DEVICE_RANDOM = 1 << 8 | 8 };
enum { DEVICE_URANDOM = 1 << 8 | 9, STATFS_TYPE = 0x4d4f5821 };

static struct inode *inode_of(const struct chan *chan) {
    return chan->node;
}

static struct fs *fs_of(const struct chan *chan) {
    return chan->devices->fs;
}

static struct fs_name fs_name_from(struct name name) {
    return (struct fs_name){name.bytes, name.size};
}

static bool may(const struct caller *caller, const struct inode *inode, uint32_t want) {
    return caller_may(caller, inode->uid, inode->gid, inode->mode, want);
}

static bool owns(const struct caller *caller, const struct inode *inode) {
    return caller->uid == 0 || caller->uid == inode->uid;
}

/* Versions change with contents. */
static struct qid qid_of_inode(const struct inode *inode) {
    struct qid qid = qid_of(inode->number, inode->mode);
    qid.version = (uint32_t)(inode->mtime ^ inode->mtime >> 32);
    return qid;
}

/* A channel whose inode is still to come, so that nothing can fail behind a change. */
static struct chan *new_chan(struct machine_devices *devices) {
    return chan_new(devices, &fs_device, 0, qid_of(0, 0), NULL);
}

static void set_node(struct chan *chan, struct inode *inode) {
    chan->node = inode;
    chan->qid = qid_of_inode(inode);
    fs_hold(inode);
}

static int32_t chan_to(struct machine_devices *devices, struct inode *inode, struct chan **to) {
    struct chan *chan = new_chan(devices);
    if (chan == NULL) {
        return -MOX_ENOMEM;
    }
    set_node(chan, inode);
    *to = chan;
    return 0;
}

static int32_t fs_dev_attach(struct machine_devices *devices, const struct caller *caller,
                             struct name spec, struct chan **root) {
    if (spec.size > 0) {
        return chan_refuse(caller, MOX_EINVAL, WHY_SPEC);
    }
    if (devices->fs == NULL) {
        return -MOX_ENODEV;
    }
    return chan_to(devices, fs_root(devices->fs), root);
}

static int32_t fs_dev_walk(struct chan *dir, const struct caller *caller, struct name name,
                           struct chan **to) {
    if (!may(caller, inode_of(dir), MAY_SEARCH)) {
        return -MOX_EACCES;
    }
    struct inode *inode = name_is(name, "..")
                              ? fs_parent(fs_of(dir), inode_of(dir))
                              : fs_find(fs_of(dir), inode_of(dir), fs_name_from(name));
    return inode == NULL ? -MOX_ENOENT : chan_to(dir->devices, inode, to);
}

static int32_t fs_dev_get_attributes(struct chan *chan, const struct caller *caller,
                                     struct attributes *attributes) {
    const struct inode *inode = inode_of(chan);
    (void)caller;
    *attributes = (struct attributes){
        .inode = inode->number,
        .mode = inode->mode,
        .links = inode->links,
        .uid = inode->uid,
        .gid = inode->gid,
        .rdev = inode->rdev,
        .size = inode->size,
        .blocks = (uint64_t)inode->blocks * (BLOCK_SIZE / 512),
        .atime = inode->atime,
        .mtime = inode->mtime,
        .ctime = inode->ctime,
    };
    return 0;
}

/* A file that is written by somebody who is not root is no longer what its owner let run as him. */
static void drop_privilege(struct inode *inode) {
    inode->mode &= ~(uint32_t)MODE_SETUID;
    if ((inode->mode & EXECUTE_GROUP) != 0) {
        inode->mode &= ~(uint32_t)MODE_SETGID;
    }
}

static void written(struct chan *chan, const struct caller *caller) {
    if (caller->uid != 0) {
        drop_privilege(inode_of(chan));
    }
    fs_modified(fs_of(chan), inode_of(chan), caller->now);
}

static int32_t check_times(const struct caller *caller, const struct inode *inode,
                           const struct attribute_change *change) {
    const uint32_t both = SET_ATIME | SET_MTIME;
    if ((change->set & both) == 0 || owns(caller, inode)) {
        return 0;
    }
    /* "Now" is for whoever may write. */
    if ((change->set & both) == both && change->atime == caller->now &&
        change->mtime == caller->now) {
        return may(caller, inode, MAY_WRITE) ? 0 : -MOX_EACCES;
    }
    return -MOX_EPERM;
}

static int32_t check_size(const struct chan *chan, const struct caller *caller,
                          const struct attribute_change *change) {
    const struct inode *inode = inode_of(chan);
    if ((change->set & SET_SIZE) == 0) {
        return 0;
    }
    if (!inode_is(inode, MODE_FILE)) {
        return inode_is(inode, MODE_DIR) ? -MOX_EISDIR : -MOX_EINVAL;
    }
    if ((chan->mode & OPEN_WRITE) == 0 && !may(caller, inode, MAY_WRITE)) {
        return -MOX_EACCES;
    }
    return change->size > FS_FILE_MAX ? -MOX_EFBIG : 0;
}

static int32_t check_change(const struct chan *chan, const struct caller *caller,
                            const struct attribute_change *change) {
    const struct inode *inode = inode_of(chan);
    const bool root = caller->uid == 0;
    if ((change->set & SET_UID) != 0 && !root &&
        !(owns(caller, inode) && change->uid == inode->uid)) {
        return -MOX_EPERM;
    }
    if ((change->set & SET_GID) != 0 && !root &&
        !(owns(caller, inode) &&
          (change->gid == inode->gid || caller_in_group(caller, change->gid)))) {
        return -MOX_EPERM;
    }
    if ((change->set & SET_MODE) != 0 && !owns(caller, inode)) {
        return -MOX_EPERM;
    }
    const int32_t error = check_times(caller, inode, change);
    return error != 0 ? error : check_size(chan, caller, change);
}

static int32_t fs_dev_set_attributes(struct chan *chan, const struct caller *caller,
                                     const struct attribute_change *change) {
    struct inode *inode = inode_of(chan);
    int32_t error = check_change(chan, caller, change);
    if (error == 0 && (change->set & SET_SIZE) != 0) {
        error = fs_resize(fs_of(chan), inode, change->size);
        if (error == 0) {
            written(chan, caller);
        }
    }
    if (error != 0 || change->set == 0) {
        return error;
    }
    if ((change->set & (SET_UID | SET_GID | SET_OWNER)) != 0) {
        inode->uid = (change->set & SET_UID) != 0 ? change->uid : inode->uid;
        inode->gid = (change->set & SET_GID) != 0 ? change->gid : inode->gid;
        if (!inode_is(inode, MODE_DIR)) {
            drop_privilege(inode);
        }
    }
    if ((change->set & SET_MODE) != 0) {
        inode->mode = (inode->mode & MODE_TYPE) | (change->mode & MODE_PERMISSIONS);
        if (caller->uid != 0 && !caller_in_group(caller, inode->gid)) {
            inode->mode &= ~(uint32_t)MODE_SETGID;
        }
    }
    inode->atime = (change->set & SET_ATIME) != 0 ? change->atime : inode->atime;
    inode->mtime = (change->set & SET_MTIME) != 0 ? change->mtime : inode->mtime;
    fs_changed(fs_of(chan), inode, caller->now);
    return 0;
}

static bool device_known(uint32_t rdev) {
    return rdev == DEVICE_NULL || rdev == DEVICE_ZERO || rdev == DEVICE_RANDOM ||
           rdev == DEVICE_URANDOM;
}

static int32_t fs_dev_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    struct inode *inode = inode_of(*chan);
    const int32_t error = may_open(caller, inode->uid, inode->gid, inode->mode, mode);
    if (error != 0) {
        return error;
    }
    if (inode_is(inode, MODE_SYMLINK)) {
        return -MOX_ELOOP;
    }
    if (inode_is(inode, MODE_SOCKET) ||
        (inode_is(inode, MODE_CHAR) && !device_known(inode->rdev))) {
        return -MOX_ENXIO;
    }
    if ((mode & OPEN_TRUNCATE) != 0 && inode_is(inode, MODE_FILE)) {
        (void)fs_resize(fs_of(*chan), inode, 0); /* getting smaller cannot fail */
        written(*chan, caller);
    }
    return 0;
}

/* Whether a new entry may be made in a directory under this name. */
static int32_t may_enter(const struct chan *dir, const struct caller *caller, struct name name) {
    if (!may(caller, inode_of(dir), MAY_SEARCH)) {
        return -MOX_EACCES;
    }
    if (fs_find(fs_of(dir), inode_of(dir), fs_name_from(name)) != NULL) {
        return -MOX_EEXIST;
    }
    return may(caller, inode_of(dir), MAY_WRITE) ? 0 : -MOX_EACCES;
}

/* Whether the entry of this inode may be taken out of a directory. */
static int32_t may_leave(const struct inode *dir, const struct caller *caller,
                         const struct inode *inode) {
    if (!may(caller, dir, MAY_WRITE | MAY_SEARCH)) {
        return -MOX_EACCES;
    }
    return (dir->mode & MODE_STICKY) != 0 && !owns(caller, inode) && caller->uid != dir->uid
               ? -MOX_EPERM
               : 0;
}

static int32_t fs_dev_create(struct chan *dir, const struct caller *caller, struct name name,
                             const struct creation *creation, struct chan **made) {
    const struct inode *above = inode_of(dir);
    struct fs_creation new = {.mode = creation->mode,
                              .uid = caller->uid,
                              .gid = caller->gid,
                              .rdev = creation->rdev,
                              .target = fs_name_from(creation->target)};
    const uint32_t type = creation->mode & MODE_TYPE;
    struct inode *inode;
    int32_t error = may_enter(dir, caller, name);
    if (error != 0) {
        return error;
    }
    if (type == MODE_CHAR && caller->uid != 0) {
        return -MOX_EPERM;
    }
    if ((above->mode & MODE_SETGID) != 0) {
        new.gid = above->gid;
        new.mode |= type == MODE_DIR ? (uint32_t)MODE_SETGID : 0;
    }
    if (type == MODE_FILE && caller->uid != 0 && !caller_in_group(caller, new.gid)) {
        new.mode &= ~(uint32_t)MODE_SETGID;
    }
    struct chan *chan = new_chan(dir->devices);
    if (chan == NULL) {
        return -MOX_ENOMEM;
    }
    error = fs_create(fs_of(dir), inode_of(dir), fs_name_from(name), &new, caller->now, &inode);
    if (error != 0) {
        chan_drop(chan);
        return error;
    }
    set_node(chan, inode);
    *made = chan;
    return 0;
}

static int32_t read_device(struct chan *chan, uint8_t *to, uint32_t size) {
    const uint32_t rdev = inode_of(chan)->rdev;
    if (rdev == DEVICE_NULL) {
        return 0;
    }
    if (rdev == DEVICE_ZERO) {
        memset(to, 0, size);
    } else {
        random_bytes(&chan->devices->random, to, size);
    }
    return (int32_t)size;
}

static int32_t fs_dev_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                           uint32_t size) {
    struct inode *inode = inode_of(chan);
    if ((chan->mode & (OPEN_READ | OPEN_EXEC)) == 0) {
        return -MOX_EBADF;
    }
    if (size == 0) {
        return 0;
    }
    fs_accessed(fs_of(chan), inode, caller->now);
    if (inode_is(inode, MODE_CHAR)) {
        return read_device(chan, to, size);
    }
    return inode_is(inode, MODE_FILE) ? (int32_t)fs_read(inode, offset, to, size) : -MOX_ENXIO;
}

static int32_t fs_dev_write(struct chan *chan, struct caller *caller, uint64_t *offset,
                            const uint8_t *from, uint32_t size) {
    struct inode *inode = inode_of(chan);
    if ((chan->mode & OPEN_WRITE) == 0) {
        return -MOX_EBADF;
    }
    if (inode_is(inode, MODE_CHAR)) {
        return (int32_t)size; /* all of the known ones take what they are given */
    }
    if (!inode_is(inode, MODE_FILE)) {
        return -MOX_ENXIO;
    }
    const uint64_t at = (chan->mode & OPEN_APPEND) != 0 ? inode->size : *offset;
    const int32_t moved = fs_write(fs_of(chan), inode, at, from, size);
    if (moved > 0) {
        written(chan, caller);
    }
    if (moved >= 0) {
        *offset = at;
    }
    return moved;
}

static int32_t fs_dev_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                           struct entry *entry) {
    const struct fs_name from = {behind->name, behind->name_size};
    struct fs_name name;
    uint32_t number;
    fs_accessed(fs_of(dir), inode_of(dir), caller->now);
    if (!fs_next(inode_of(dir), from, &name, &number)) {
        return 0;
    }
    entry_set(entry, (struct name){name.bytes, name.size}, number,
              inode_get(fs_of(dir), number)->mode);
    return 1;
}

static int32_t fs_dev_remove(struct chan *dir, const struct caller *caller, struct name name,
                             bool directory) {
    const struct inode *above = inode_of(dir);
    if (!may(caller, above, MAY_SEARCH)) {
        return -MOX_EACCES;
    }
    const struct inode *inode = fs_find(fs_of(dir), above, fs_name_from(name));
    if (inode == NULL) {
        return -MOX_ENOENT;
    }
    const int32_t error = may_leave(above, caller, inode);
    return error != 0
               ? error
               : fs_remove(fs_of(dir), inode_of(dir), fs_name_from(name), directory, caller->now);
}

static int32_t fs_dev_link(struct chan *target, const struct caller *caller, struct chan *dir,
                           struct name name) {
    const int32_t error = may_enter(dir, caller, name);
    return error != 0 ? error
                      : fs_link(fs_of(dir), inode_of(target), inode_of(dir), fs_name_from(name),
                                caller->now);
}

static int32_t may_rename(const struct caller *caller, const struct inode *dir,
                          const struct inode *moved, const struct inode *to_dir,
                          const struct inode *replaced) {
    int32_t error = may_leave(dir, caller, moved);
    if (error == 0) {
        error = replaced != NULL                              ? may_leave(to_dir, caller, replaced)
                : may(caller, to_dir, MAY_WRITE | MAY_SEARCH) ? 0
                                                              : -MOX_EACCES;
    }
    /* A directory that moves gets another "..". */
    if (error == 0 && dir != to_dir && inode_is(moved, MODE_DIR) &&
        !may(caller, moved, MAY_WRITE)) {
        error = -MOX_EACCES;
    }
    return error;
}

static int32_t fs_dev_rename(struct chan *dir, const struct caller *caller, struct name name,
                             struct chan *to_dir, struct name to) {
    const struct fs *fs = fs_of(dir);
    const struct inode *from = inode_of(dir);
    const struct inode *into = inode_of(to_dir);
    if (!may(caller, from, MAY_SEARCH) || !may(caller, into, MAY_SEARCH)) {
        return -MOX_EACCES;
    }
    const struct inode *moved = fs_find(fs, from, fs_name_from(name));
    const struct inode *replaced = fs_find(fs, into, fs_name_from(to));
    if (moved == NULL) {
        return -MOX_ENOENT;
    }
    const int32_t error = moved == replaced ? 0 : may_rename(caller, from, moved, into, replaced);
    return error != 0 ? error
                      : fs_rename(fs_of(dir), inode_of(dir), fs_name_from(name), inode_of(to_dir),
                                  fs_name_from(to), caller->now);
}

static int32_t fs_dev_read_link(struct chan *chan, const struct caller *caller, char *to,
                                uint32_t size) {
    const struct target *target = inode_of(chan)->body.target;
    size = size < target->size ? size : target->size;
    memcpy(to, target->bytes, size);
    fs_accessed(fs_of(chan), inode_of(chan), caller->now);
    return (int32_t)size;
}

static int32_t fs_dev_name_of(struct chan *dir, const struct caller *caller, struct entry *entry) {
    struct fs_name name;
    const int32_t error = fs_name_of(inode_of(dir), &name);
    (void)caller;
    if (error != 0 || name.size == 0) {
        return -MOX_ENOENT;
    }
    entry_set(entry, (struct name){name.bytes, name.size}, inode_of(dir)->number,
              inode_of(dir)->mode);
    return 0;
}

int32_t fs_device_sync(struct machine_devices *devices, struct caller *caller) {
    struct fs *fs = devices->fs;
    if (caller->progress == 0) {
        fs_want_save(fs);
    }
    if (fs_save_wanted(fs)) {
        const int32_t waits = caller_waits(caller, &fs->save_finished);
        caller->progress = waits == CALL_WAITS ? 1 : 0;
        return waits;
    }
    return caller->progress == 0 ? 0 : fs->save_result;
}

static int32_t fs_dev_sync(struct chan *chan, struct caller *caller) {
    return fs_device_sync(chan->devices, caller);
}

static int32_t fs_dev_usage(struct chan *chan, struct fs_usage *usage) {
    struct fs_room room;
    fs_room(fs_of(chan), &room);
    *usage = (struct fs_usage){.type = STATFS_TYPE,
                               .block_size = BLOCK_SIZE,
                               .blocks = room.blocks,
                               .blocks_free = room.blocks_free,
                               .files = room.inodes,
                               .files_free = room.inodes_free};
    return 0;
}

static void fs_dev_copied(struct chan *copy) {
    fs_hold(inode_of(copy));
}

static void fs_dev_close(struct chan *chan) {
    if (chan->node != NULL) {
        fs_drop(fs_of(chan), inode_of(chan));
    }
}

/* The inode's number is the path; inodes are loaded behind everything else. */
static bool fs_dev_joined(struct chan *chan) {
    struct inode *inode =
        chan->qid.path <= FS_INODES_MAX ? inode_get(fs_of(chan), (uint32_t)chan->qid.path) : NULL;
    if (inode == NULL || chan->qid.type != qid_of_inode(inode).type) {
        return false;
    }
    chan->node = inode;
    fs_hold(inode);
    return true;
}

const struct dev fs_device = {
    .letter = 'U',
    .name = "fs",
    .attach = fs_dev_attach,
    .walk = fs_dev_walk,
    .get_attributes = fs_dev_get_attributes,
    .set_attributes = fs_dev_set_attributes,
    .open = fs_dev_open,
    .create = fs_dev_create,
    .read = fs_dev_read,
    .write = fs_dev_write,
    .next = fs_dev_next,
    .remove = fs_dev_remove,
    .link = fs_dev_link,
    .rename = fs_dev_rename,
    .read_link = fs_dev_read_link,
    .name_of = fs_dev_name_of,
    .sync = fs_dev_sync,
    .usage = fs_dev_usage,
    .copied = fs_dev_copied,
    .close = fs_dev_close,
    .joined = fs_dev_joined,
};
