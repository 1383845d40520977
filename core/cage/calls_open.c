/* open and its like. */
#include "cage/fdtable.h"
#include "cage/names.h"

enum {
    /* Linux's, without a name in the guest's headers. */
    FLAG_PATH = 010000000,
    FLAG_TMPFILE = 020000000,
    FLAG_ASYNC = 020000
};

static uint32_t chan_mode(uint32_t flags) {
    /* The fourth is Linux's: both rights are asked for, and the descriptor has neither. */
    static const uint32_t access[] = {OPEN_READ, OPEN_WRITE, OPEN_READ | OPEN_WRITE,
                                      OPEN_READ | OPEN_WRITE};
    return access[flags & ABI_O_ACCMODE] | (flags & ABI_O_TRUNC ? (uint32_t)OPEN_TRUNCATE : 0) |
           (flags & ABI_O_APPEND ? (uint32_t)OPEN_APPEND : 0);
}

/* What F_GETFL shows later. */
static uint32_t status_flags(uint32_t flags) {
    return flags & (ABI_O_ACCMODE | ABI_O_APPEND | ABI_O_NONBLOCK | ABI_O_SYNC | FLAG_ASYNC);
}

/* Puts the file, whose reference is taken over, into the table. */
static int32_t install(struct cage *cage, struct file *file, uint32_t flags) {
    const int32_t fd = fdtable_install(cage->fds, file, 0, (flags & ABI_O_CLOEXEC) != 0);
    if (fd < 0) {
        file_drop(file);
    }
    return fd;
}

/* /fd/N, /dev/stdin: the same open file once more, when it allows what is wanted. */
static int32_t open_descriptor(struct cage *cage, uint32_t fd, uint32_t flags) {
    struct file *file = fdtable_get(cage->fds, fd);
    if (file == NULL) {
        return -MOX_ENXIO;
    }
    const uint32_t want = chan_mode(flags);
    if (((want & OPEN_READ) && !file_may_read(file)) ||
        ((want & OPEN_WRITE) && !file_may_write(file))) {
        return -MOX_EACCES;
    }
    file_hold(file);
    return install(cage, file, flags);
}

/* What has to be known before a file is opened. 1: it is a fifo. */
static int32_t look_before(struct cage *cage, const struct place *place, uint32_t flags) {
    struct attributes attributes;
    const bool dir = chan_is_dir(place->chan);
    if (chan_is_symlink(place->chan)) {
        return -MOX_ELOOP;
    }
    if ((flags & ABI_O_DIRECTORY) != 0 && !dir) {
        return -MOX_ENOTDIR;
    }
    if (dir) {
        const bool writes = (chan_mode(flags) & (OPEN_WRITE | OPEN_TRUNCATE)) != 0;
        return writes || (flags & ABI_O_CREAT) != 0 ? -MOX_EISDIR : 0;
    }
    const int32_t result = chan_attributes(place->chan, &cage->caller, &attributes);
    if (result < 0) {
        return result;
    }
    switch (attributes.mode & MODE_TYPE) {
    case MODE_FIFO: return 1;
    case MODE_SOCKET:
    case MODE_BLOCK: return -MOX_ENXIO;
    default: return 0;
    }
}

/* Opens what is at a place, which is taken over whatever happens. */
static int32_t open_place(struct cage *cage, struct place *place, uint32_t flags, bool made) {
    struct file *file = NULL;
    uint32_t fd;
    if (dup_descriptor(place->chan, &fd)) {
        place_drop(place);
        return open_descriptor(cage, fd, flags);
    }
    int32_t result = look_before(cage, place, flags);
    if (result == 1) {
        result = fifo_open(cage, place, flags & ~(uint32_t)ABI_O_CREAT, &file);
    } else if (result == 0) {
        /* Who makes a file may open it whatever its mode. */
        struct caller super = names_super(cage);
        result = ns_open(place, made ? &super : &cage->caller, chan_mode(flags));
        if (result >= 0) {
            result = file_chan_new(&cage->machine->allocator, place, status_flags(flags), &file);
        }
        if (result >= 0) {
            *place = (struct place){NULL, NULL, false}; /* the file's now */
        }
    }
    place_drop(place);
    return result < 0 ? result : install(cage, file, flags);
}

/* open with O_CREAT: makes the file when there is none. */
static int32_t open_create(struct cage *cage, struct place *dir, const struct entry *last,
                           uint32_t flags, uint32_t mode) {
    const struct name name = names_last(last);
    struct place place;
    if (names_is_special(last)) {
        return flags & ABI_O_EXCL ? -MOX_EEXIST : -MOX_EISDIR;
    }
    int32_t result = ns_child(&cage->view, dir, &cage->caller, name, &place);
    if (result >= 0) {
        const bool exists = (flags & ABI_O_EXCL) != 0;
        if (exists || (last->type == MODE_DIR && !chan_is_symlink(place.chan))) {
            const bool is_dir = chan_is_dir(place.chan);
            place_drop(&place);
            return exists ? -MOX_EEXIST : is_dir ? -MOX_EISDIR : -MOX_ENOTDIR;
        }
        return open_place(cage, &place, flags, false);
    }
    if (result != -MOX_ENOENT) {
        return result;
    }
    if (last->type == MODE_DIR) {
        return -MOX_EISDIR;
    }
    const struct creation creation = {.mode = MODE_FILE | (mode & 07777 & ~cage->caller.umask)};
    result = ns_create(dir, &cage->caller, name, &creation, &place);
    return result < 0 ? result : open_place(cage, &place, flags & ~(uint32_t)ABI_O_TRUNC, true);
}

int32_t names_open(struct cage *cage, struct file *at, struct name path, uint32_t flags,
                   uint32_t mode) {
    struct place place;
    struct entry last;
    if ((flags & (FLAG_TMPFILE | FLAG_PATH)) != 0) {
        return -MOX_EOPNOTSUPP;
    }
    if ((flags & ABI_O_CREAT) != 0 && (flags & ABI_O_DIRECTORY) != 0) {
        return -MOX_EINVAL;
    }
    int32_t result = fdtable_lowest(cage->fds, 0);
    if (result < 0) {
        return result;
    }
    const bool no_follow =
        (flags & ABI_O_NOFOLLOW) != 0 || ((flags & ABI_O_CREAT) != 0 && (flags & ABI_O_EXCL) != 0);
    const uint32_t walk = no_follow ? (uint32_t)WALK_NO_FOLLOW : 0;
    if ((flags & ABI_O_CREAT) == 0) {
        result = names_walk(cage, at, path, walk, &place, &last);
        return result < 0 ? result
                          : names_failed(cage, path, open_place(cage, &place, flags, false));
    }
    result = names_walk(cage, at, path, walk | WALK_PARENT, &place, &last);
    if (result == 0) {
        result = names_failed(cage, path, open_create(cage, &place, &last, flags, mode));
        place_drop(&place);
    }
    return result;
}

int32_t sys_open(struct cage *cage, struct name path, int32_t flags, uint32_t mode) {
    return names_open(cage, NULL, path, (uint32_t)flags, mode);
}

int32_t sys_openat(struct cage *cage, struct file *at, struct name path, int32_t flags,
                   uint32_t mode) {
    return names_open(cage, at, path, (uint32_t)flags, mode);
}
