/* Making, moving and removing entries of directories. */
#include "cage/names.h"

enum { MODE_BITS = 07777, MKDIR_BITS = 01777 };

/* Makes an entry. A name with '/' behind it can only be a directory's. */
static int32_t make(struct cage *cage, struct file *at, struct name path,
                    struct creation creation) {
    struct place dir;
    struct place made;
    struct entry last;
    const bool is_dir = (creation.mode & MODE_TYPE) == MODE_DIR;
    int32_t result = names_entry(cage, at, path, &dir, &last);
    if (result < 0) {
        return result;
    }
    if ((creation.mode & MODE_TYPE) != MODE_SYMLINK) {
        creation.mode &= ~cage->caller.umask;
    }
    if (names_is_special(&last)) {
        result = -MOX_EEXIST;
    } else if (!is_dir && last.type == MODE_DIR) {
        result = ns_entry(&cage->view, &dir, &cage->caller, names_last(&last), NULL);
        result = result >= 0 ? -MOX_EEXIST : result;
    } else {
        result = ns_create(&dir, &cage->caller, names_last(&last), &creation, &made);
        if (result >= 0) {
            place_drop(&made);
        }
    }
    place_drop(&dir);
    return names_failed(cage, path, result < 0 ? result : 0);
}

static int32_t make_dir(struct cage *cage, struct file *at, struct name path, uint32_t mode) {
    return make(cage, at, path, (struct creation){.mode = MODE_DIR | (mode & MKDIR_BITS)});
}

int32_t sys_mkdir(struct cage *cage, struct name path, uint32_t mode) {
    return make_dir(cage, NULL, path, mode);
}

int32_t sys_mkdirat(struct cage *cage, struct file *at, struct name path, uint32_t mode) {
    return make_dir(cage, at, path, mode);
}

static int32_t make_node(struct cage *cage, struct file *at, struct name path, uint32_t mode,
                         uint32_t device) {
    struct creation creation = {.mode = mode & MODE_BITS, .rdev = device};
    switch (mode & MODE_TYPE) {
    case 0: creation.mode |= MODE_FILE; break;
    case MODE_FILE:
    case MODE_FIFO:
    case MODE_SOCKET: creation.mode |= mode & MODE_TYPE; break;
    case MODE_CHAR:
    case MODE_BLOCK:
        creation.mode |= mode & MODE_TYPE;
        if (cage->caller.uid != 0) {
            return names_failed(cage, path, -MOX_EPERM);
        }
        break;
    default:
        return names_failed(cage, path, (mode & MODE_TYPE) == MODE_DIR ? -MOX_EPERM : -MOX_EINVAL);
    }
    return make(cage, at, path, creation);
}

int32_t sys_mknod(struct cage *cage, struct name path, uint32_t mode, uint32_t device) {
    return make_node(cage, NULL, path, mode, device);
}

int32_t sys_mknodat(struct cage *cage, struct file *at, struct name path, uint32_t mode,
                    uint32_t device) {
    return make_node(cage, at, path, mode, device);
}

static int32_t make_symlink(struct cage *cage, struct name target, struct file *at,
                            struct name path) {
    if (target.size == 0) {
        return names_failed(cage, path, -MOX_ENOENT);
    }
    return make(cage, at, path, (struct creation){.mode = MODE_SYMLINK | 0777, .target = target});
}

int32_t sys_symlink(struct cage *cage, struct name target, struct name path) {
    return make_symlink(cage, target, NULL, path);
}

int32_t sys_symlinkat(struct cage *cage, struct name target, struct file *at, struct name path) {
    return make_symlink(cage, target, at, path);
}

static int32_t read_link(struct cage *cage, struct file *at, struct name path, struct span to) {
    struct place place;
    if (to.size == 0) {
        return -MOX_EINVAL;
    }
    int32_t result = names_walk(cage, at, path, WALK_NO_FOLLOW, &place, NULL);
    if (result == 0) {
        result = names_failed(cage, path,
                              chan_read_link(place.chan, &cage->caller, (char *)to.bytes, to.size));
        place_drop(&place);
    }
    return result;
}

int32_t sys_readlink(struct cage *cage, struct name path, struct span to) {
    return read_link(cage, NULL, path, to);
}

int32_t sys_readlinkat(struct cage *cage, struct file *at, struct name path, struct span to) {
    return read_link(cage, at, path, to);
}

/* What rmdir says of "/", "." and ".."; unlink takes them for the directories that they are. */
static int32_t special_error(const struct entry *last, bool directory) {
    if (!directory) {
        return -MOX_EISDIR;
    }
    return last->name_size == 0 ? -MOX_EBUSY : last->name_size == 1 ? -MOX_EINVAL : -MOX_ENOTEMPTY;
}

/* -ENOTDIR when the entry is no directory but has a '/' behind its name. */
static int32_t check_slash(struct cage *cage, const struct place *dir, const struct entry *last) {
    struct chan *child;
    if (last->type != MODE_DIR) {
        return 0;
    }
    const int32_t result = ns_entry(&cage->view, dir, &cage->caller, names_last(last), &child);
    if (result < 0) {
        return result;
    }
    const bool is_dir = chan_is_dir(child);
    chan_drop(child);
    return is_dir ? 0 : -MOX_ENOTDIR;
}

static int32_t remove_entry(struct cage *cage, struct file *at, struct name path, bool directory) {
    struct place dir;
    struct entry last;
    int32_t result = names_entry(cage, at, path, &dir, &last);
    if (result < 0) {
        return result;
    }
    if (names_is_special(&last)) {
        result = special_error(&last, directory);
    } else {
        result = check_slash(cage, &dir, &last);
    }
    if (result == 0) {
        result = ns_remove(&cage->view, &dir, &cage->caller, names_last(&last), directory);
    }
    place_drop(&dir);
    return names_failed(cage, path, result < 0 ? result : 0);
}

int32_t sys_unlink(struct cage *cage, struct name path) {
    return remove_entry(cage, NULL, path, false);
}

int32_t sys_rmdir(struct cage *cage, struct name path) {
    return remove_entry(cage, NULL, path, true);
}

int32_t sys_unlinkat(struct cage *cage, struct file *at, struct name path, uint32_t flags) {
    if ((flags & ~(uint32_t)AT_REMOVE_DIR) != 0) {
        return -MOX_EINVAL;
    }
    return remove_entry(cage, at, path, flags != 0);
}

static int32_t link_paths(struct cage *cage, struct file *old_at, struct name old_path,
                          struct file *at, struct name path, bool follow) {
    struct place target;
    struct place dir = {NULL, NULL, false};
    struct entry last;
    int32_t result =
        names_walk(cage, old_at, old_path, follow ? 0 : (uint32_t)WALK_NO_FOLLOW, &target, NULL);
    if (result == 0) {
        result = names_entry(cage, at, path, &dir, &last);
    }
    if (result == 0) {
        if (names_is_special(&last)) {
            result = -MOX_EEXIST;
        } else if (last.type == MODE_DIR) {
            result = ns_entry(&cage->view, &dir, &cage->caller, names_last(&last), NULL);
            result = result >= 0 ? -MOX_EEXIST : result;
        } else {
            result = ns_link(&cage->view, &target, &cage->caller, &dir, names_last(&last));
        }
    }
    place_drop(&dir);
    place_drop(&target);
    return names_failed(cage, path, result < 0 ? result : 0);
}

int32_t sys_link(struct cage *cage, struct name old_path, struct name path) {
    return link_paths(cage, NULL, old_path, NULL, path, false);
}

int32_t sys_linkat(struct cage *cage, struct file *old_at, struct name old_path, struct file *at,
                   struct name path, uint32_t flags) {
    if ((flags & ~(uint32_t)AT_FOLLOW) != 0) {
        return -MOX_EINVAL;
    }
    return link_paths(cage, old_at, old_path, at, path, flags != 0);
}

/* A '/' behind either name asks for a directory. */
static int32_t check_rename(struct cage *cage, const struct place *from, const struct entry *name,
                            const struct entry *to_name) {
    struct chan *child;
    const int32_t result = ns_entry(&cage->view, from, &cage->caller, names_last(name), &child);
    if (result < 0) {
        return result;
    }
    const bool is_dir = chan_is_dir(child);
    chan_drop(child);
    return is_dir || (name->type != MODE_DIR && to_name->type != MODE_DIR) ? 0 : -MOX_ENOTDIR;
}

static int32_t rename_paths(struct cage *cage, struct file *old_at, struct name old_path,
                            struct file *at, struct name path) {
    struct place from;
    struct place to = {NULL, NULL, false};
    struct entry name;
    struct entry to_name;
    int32_t result = names_entry(cage, old_at, old_path, &from, &name);
    if (result == 0) {
        result = names_entry(cage, at, path, &to, &to_name);
    }
    if (result == 0) {
        result = names_is_special(&name) || names_is_special(&to_name)
                     ? -MOX_EBUSY
                     : check_rename(cage, &from, &name, &to_name);
    }
    if (result == 0) {
        result = ns_rename(&cage->view, &from, &cage->caller, names_last(&name), &to,
                           names_last(&to_name));
    }
    place_drop(&to);
    place_drop(&from);
    return names_failed(cage, old_path, result < 0 ? result : 0);
}

int32_t sys_rename(struct cage *cage, struct name old_path, struct name path) {
    return rename_paths(cage, NULL, old_path, NULL, path);
}

int32_t sys_renameat(struct cage *cage, struct file *old_at, struct name old_path, struct file *at,
                     struct name path) {
    return rename_paths(cage, old_at, old_path, at, path);
}
