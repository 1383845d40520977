#include "fs/fs.h"

#include <string.h>

#include "base/alloc.h"
#include "fs/saved.h"
#include "moxbox/errno.h"

int32_t fs_new(const struct mox_allocator *allocator, const struct fs_limits *limits, uint64_t now,
               struct fs **out) {
    struct inode *root;
    struct fs *fs = alloc_get(allocator, sizeof *fs);
    if (fs == NULL) {
        return -MOX_ENOMEM;
    }
    fs->allocator = *allocator;
    fs->limit = limits->bytes != 0 ? limits->bytes : FS_BYTES_DEFAULT;
    fs->inode_limit = limits->inodes != 0 ? limits->inodes : FS_INODES_DEFAULT;
    fs->link_limit = limits->links != 0 ? limits->links : FS_LINKS_DEFAULT;
    fs->scratch = alloc_get(allocator, OBJECT_MAX_SIZE);
    int32_t error = fs->scratch == NULL ? -MOX_ENOMEM : 0;
    if (error == 0 && (fs->inode_limit > FS_INODES_MAX || fs->link_limit < 2)) {
        error = -MOX_EINVAL;
    }
    if (error == 0) {
        error = inode_new(fs, MODE_DIR | 0755, &root);
        error = error == -MOX_ENOSPC ? -MOX_EINVAL : error;
    }
    if (error != 0) {
        fs_free(fs);
        return error;
    }
    root->links = 2;
    root->parent = FS_ROOT;
    root->atime = root->mtime = root->ctime = now;
    *out = fs;
    return 0;
}

void fs_free(struct fs *fs) {
    uint32_t index = 0;
    if (fs == NULL) {
        return;
    }
    const struct mox_allocator allocator = fs->allocator;
    saved_free(fs->saved);
    fs->saved = NULL;
    while (radix_next(&fs->table, &index)) {
        const struct group *group = radix_get(&fs->table, index);
        uint32_t slot = 0;
        while (group->inodes[slot] == NULL) {
            slot++;
        }
        inode_free(fs, group->inodes[slot]);
    }
    alloc_give(&allocator, fs->scratch, OBJECT_MAX_SIZE);
    alloc_give(&allocator, fs, sizeof *fs);
}

struct inode *fs_root(struct fs *fs) {
    return inode_get(fs, FS_ROOT);
}

void fs_hold(struct inode *inode) {
    inode->holds++;
}

/* Frees what has neither name nor holder. A removed directory held its parent, and so on up. */
static void free_unused(struct fs *fs, struct inode *inode) {
    while (inode != NULL && inode->links == 0 && inode->holds == 0) {
        struct inode *parent = inode_is(inode, MODE_DIR) ? inode_get(fs, inode->parent) : NULL;
        inode_free(fs, inode);
        if (parent != NULL) {
            parent->holds--;
        }
        inode = parent;
    }
}

void fs_drop(struct fs *fs, struct inode *inode) {
    inode->holds--;
    free_unused(fs, inode);
}

struct inode *fs_find(const struct fs *fs, const struct inode *dir, struct fs_name name) {
    const struct dir_entry *entry = dir_find(&dir->body.dir, name.bytes, name.size);
    return entry == NULL ? NULL : inode_get(fs, entry->number);
}

struct inode *fs_parent(const struct fs *fs, const struct inode *dir) {
    return inode_get(fs, dir->parent);
}

bool fs_next(const struct inode *dir, struct fs_name behind, struct fs_name *name,
             uint32_t *number) {
    const struct dir_entry *entry = dir_next(&dir->body.dir, behind.bytes, behind.size);
    if (entry != NULL) {
        *name = (struct fs_name){entry->name, entry->size};
        *number = entry->number;
    }
    return entry != NULL;
}

int32_t fs_name_of(const struct inode *dir, struct fs_name *name) {
    *name = (struct fs_name){"", 0};
    if (dir->named != NULL) {
        *name = (struct fs_name){dir->named->name, dir->named->size};
    }
    return dir->links == 0 ? -MOX_ENOENT : 0;
}

void fs_accessed(struct fs *fs, struct inode *inode, uint64_t now) {
    if (inode->atime != now) {
        inode->atime = now;
        inode_touch(fs, inode);
    }
}

void fs_modified(struct fs *fs, struct inode *inode, uint64_t now) {
    inode->mtime = now;
    inode->ctime = now;
    inode_touch(fs, inode);
}

void fs_changed(struct fs *fs, struct inode *inode, uint64_t now) {
    inode->ctime = now;
    inode_touch(fs, inode);
}

/* A directory has got or lost an entry. */
static void entries_changed(struct fs *fs, struct inode *dir, uint64_t now) {
    dir->size = (uint64_t)dir->body.dir.entries * DIR_ENTRY_SIZE;
    fs_modified(fs, dir, now);
}

/* Whether a name can become an entry. */
static int32_t check_name(const struct inode *dir, struct fs_name name) {
    if (dir->links == 0 || name.size == 0) {
        return -MOX_ENOENT;
    }
    if (name.size > FS_NAME_MAX) {
        return -MOX_ENAMETOOLONG;
    }
    return dir_name_good(name.bytes, name.size) ? 0 : -MOX_EINVAL;
}

/* Gives a symbolic link its target. */
static int32_t set_target(struct fs *fs, struct inode *inode, struct fs_name bytes) {
    int32_t error = 0;
    struct target *target =
        fs_get(fs, sizeof *target + bytes.size, CHARGE_TARGET + bytes.size, &error);
    if (target != NULL) {
        target->size = bytes.size;
        memcpy(target->bytes, bytes.bytes, bytes.size);
        inode->body.target = target;
        inode->behind = BEHIND_ALL;
        inode->size = bytes.size;
    }
    return error;
}

static int32_t check_creation(const struct fs *fs, const struct inode *dir, struct fs_name name,
                              const struct fs_creation *creation) {
    const uint32_t type = creation->mode & MODE_TYPE;
    const bool directory = type == MODE_DIR;
    const int32_t error = check_name(dir, name);
    if (error != 0) {
        return error;
    }
    if (dir_find(&dir->body.dir, name.bytes, name.size) != NULL) {
        return -MOX_EEXIST;
    }
    if (type == MODE_SYMLINK && creation->target.size > TARGET_MAX) {
        return -MOX_ENAMETOOLONG;
    }
    if ((type == MODE_SYMLINK && creation->target.size == 0) ||
        (type != MODE_SYMLINK && type != MODE_FILE && type != MODE_DIR && type != MODE_CHAR &&
         type != MODE_FIFO && type != MODE_SOCKET)) {
        return -MOX_EINVAL;
    }
    return directory && dir->links >= fs->link_limit ? -MOX_EMLINK : 0;
}

int32_t fs_create(struct fs *fs, struct inode *dir, struct fs_name name,
                  const struct fs_creation *creation, uint64_t now, struct inode **made) {
    struct inode *inode = NULL;
    int32_t error = check_creation(fs, dir, name, creation);
    if (error != 0) {
        return error;
    }
    error = inode_new(fs, creation->mode & MODE_ALL, &inode);
    if (error != 0) {
        return error;
    }
    if (inode_is(inode, MODE_SYMLINK)) {
        error = set_target(fs, inode, creation->target);
    }
    if (error == 0) {
        error = dir_insert(fs, &dir->body.dir, name.bytes, name.size, inode->number);
    }
    if (error != 0) {
        inode_free(fs, inode);
        return error;
    }
    const bool directory = inode_is(inode, MODE_DIR);
    inode->uid = creation->uid;
    inode->gid = creation->gid;
    inode->rdev = inode_is(inode, MODE_CHAR) ? creation->rdev : 0;
    inode->links = directory ? 2 : 1;
    if (directory) {
        inode->parent = dir->number;
        inode->named = dir_find(&dir->body.dir, name.bytes, name.size);
    }
    inode->atime = inode->mtime = inode->ctime = now;
    dir->links += directory ? 1 : 0;
    entries_changed(fs, dir, now);
    *made = inode;
    return 0;
}

int32_t fs_link(struct fs *fs, struct inode *target, struct inode *dir, struct fs_name name,
                uint64_t now) {
    int32_t error = check_name(dir, name);
    if (error != 0) {
        return error;
    }
    if (inode_is(target, MODE_DIR)) {
        return -MOX_EPERM;
    }
    if (dir_find(&dir->body.dir, name.bytes, name.size) != NULL) {
        return -MOX_EEXIST;
    }
    if (target->links == 0) {
        return -MOX_ENOENT;
    }
    if (target->links >= fs->link_limit) {
        return -MOX_EMLINK;
    }
    error = dir_insert(fs, &dir->body.dir, name.bytes, name.size, target->number);
    if (error == 0) {
        target->links++;
        fs_changed(fs, target, now);
        entries_changed(fs, dir, now);
    }
    return error;
}

/* An inode has lost its name in a directory. */
static void unname(struct fs *fs, struct inode *dir, struct inode *inode, uint64_t now) {
    if (inode_is(inode, MODE_DIR)) {
        inode->links = 0;
        inode->named = NULL;
        dir->links--;
        fs_hold(dir); /* its parent still, for ".." */
        entries_changed(fs, dir, now);
    } else {
        inode->links--;
    }
    fs_changed(fs, inode, now);
    free_unused(fs, inode);
}

int32_t fs_remove(struct fs *fs, struct inode *dir, struct fs_name name, bool directory,
                  uint64_t now) {
    struct inode *inode = fs_find(fs, dir, name);
    if (inode == NULL) {
        return -MOX_ENOENT;
    }
    if (directory != inode_is(inode, MODE_DIR)) {
        return directory ? -MOX_ENOTDIR : -MOX_EISDIR;
    }
    if (directory && inode->body.dir.entries > 0) {
        return -MOX_ENOTEMPTY;
    }
    dir_remove(fs, &dir->body.dir, name.bytes, name.size);
    entries_changed(fs, dir, now);
    unname(fs, dir, inode, now);
    return 0;
}

/* Whether `inode` is `dir` or above it. */
static bool is_above(const struct fs *fs, const struct inode *inode, const struct inode *dir) {
    while (dir != inode && dir->number != FS_ROOT) {
        dir = inode_get(fs, dir->parent);
    }
    return dir == inode;
}

static int32_t check_rename(const struct fs *fs, const struct inode *moved, const struct inode *dir,
                            const struct inode *to_dir, const struct inode *replaced) {
    const bool directory = inode_is(moved, MODE_DIR);
    if (directory && is_above(fs, moved, to_dir)) {
        return -MOX_EINVAL;
    }
    if (replaced != NULL) {
        if (directory != inode_is(replaced, MODE_DIR)) {
            return directory ? -MOX_ENOTDIR : -MOX_EISDIR;
        }
        return directory && replaced->body.dir.entries > 0 ? -MOX_ENOTEMPTY : 0;
    }
    return directory && dir != to_dir && to_dir->links >= fs->link_limit ? -MOX_EMLINK : 0;
}

int32_t fs_rename(struct fs *fs, struct inode *dir, struct fs_name name, struct inode *to_dir,
                  struct fs_name to, uint64_t now) {
    struct inode *moved = fs_find(fs, dir, name);
    int32_t error = check_name(to_dir, to);
    if (moved == NULL || error != 0) {
        return moved == NULL ? -MOX_ENOENT : error;
    }
    struct inode *replaced = fs_find(fs, to_dir, to);
    if (replaced == moved) {
        return 0; /* two names of one file: nothing happens, as POSIX has it */
    }
    error = check_rename(fs, moved, dir, to_dir, replaced);
    if (error != 0) {
        return error;
    }
    if (replaced != NULL) {
        dir_replace(fs, &to_dir->body.dir, to.bytes, to.size, moved->number);
    } else {
        error = dir_insert(fs, &to_dir->body.dir, to.bytes, to.size, moved->number);
        if (error != 0) {
            return error;
        }
    }
    dir_remove(fs, &dir->body.dir, name.bytes, name.size);
    if (inode_is(moved, MODE_DIR)) {
        dir->links--;
        to_dir->links++;
        moved->parent = to_dir->number;
        moved->named = dir_find(&to_dir->body.dir, to.bytes, to.size);
    }
    fs_changed(fs, moved, now);
    entries_changed(fs, dir, now);
    entries_changed(fs, to_dir, now);
    if (replaced != NULL) {
        unname(fs, to_dir, replaced, now);
    }
    return 0;
}

void fs_room(const struct fs *fs, struct fs_room *room) {
    room->blocks = fs->limit / BLOCK_SIZE;
    room->blocks_free = (fs->limit - fs->used) / BLOCK_SIZE;
    room->inodes = fs->inode_limit;
    room->inodes_free = fs->inode_limit - fs->inodes;
}

uint64_t fs_used(const struct fs *fs) {
    return fs->used;
}
