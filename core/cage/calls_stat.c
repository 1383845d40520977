/* What files are: attributes, and changing them. */
#include "cage/fdtable.h"
#include "cage/names.h"

enum { STATFS_TYPE = (int)0xBEEFC0DE, NANOSECONDS = 1000000000, UNCHANGED = -1 };
#define NSEC_NOW 0x3fffffffu
#define NSEC_OMIT 0x3ffffffeu

static const struct name no_name = {"", 0};

static void store_stat(struct span to, const struct attributes *from) {
    const struct abi_stat stat = {
        .ino_low = (uint32_t)from->inode,
        .ino_high = (uint32_t)(from->inode >> 32),
        .dev = from->device,
        .mode = from->mode,
        .nlink = from->links,
        .uid = from->uid,
        .gid = from->gid,
        .rdev = from->rdev,
        .size_low = (uint32_t)from->size,
        .size_high = (uint32_t)(from->size >> 32),
        .blksize = 4096,
        .blocks_low = (uint32_t)from->blocks,
        .blocks_high = (uint32_t)(from->blocks >> 32),
        .atime_low = (uint32_t)(from->atime / NANOSECONDS),
        .atime_high = (uint32_t)(from->atime / NANOSECONDS >> 32),
        .atime_nsec = (uint32_t)(from->atime % NANOSECONDS),
        .mtime_low = (uint32_t)(from->mtime / NANOSECONDS),
        .mtime_high = (uint32_t)(from->mtime / NANOSECONDS >> 32),
        .mtime_nsec = (uint32_t)(from->mtime % NANOSECONDS),
        .ctime_low = (uint32_t)(from->ctime / NANOSECONDS),
        .ctime_high = (uint32_t)(from->ctime / NANOSECONDS >> 32),
        .ctime_nsec = (uint32_t)(from->ctime % NANOSECONDS),
    };
    abi_store(to.bytes, &stat, ABI_STAT_SIZE);
}

/* Of what a place leads to; /fd/N is what the descriptor is. */
static int32_t place_attributes(struct cage *cage, const struct place *place,
                                struct attributes *attributes) {
    uint32_t fd;
    if (dup_descriptor(place->chan, &fd)) {
        struct file *file = fdtable_get(cage->fds, fd);
        return file ? names_file_attributes(cage, file, attributes) : -MOX_ENOENT;
    }
    return chan_attributes(place->chan, &cage->caller, attributes);
}

static int32_t stat_path(struct cage *cage, struct file *at, struct name path, uint32_t walk,
                         struct span stat) {
    struct place place;
    struct attributes attributes;
    int32_t result = names_walk(cage, at, path, walk, &place, NULL);
    if (result == 0) {
        result = names_failed(cage, path, place_attributes(cage, &place, &attributes));
        place_drop(&place);
    }
    if (result >= 0) {
        store_stat(stat, &attributes);
    }
    return result < 0 ? result : 0;
}

static int32_t stat_file(struct cage *cage, struct file *file, struct span stat) {
    struct attributes attributes;
    const int32_t result = names_file_attributes(cage, file, &attributes);
    if (result < 0) {
        return result;
    }
    store_stat(stat, &attributes);
    return 0;
}

int32_t sys_xstat(struct cage *cage, struct name path, struct span stat) {
    return stat_path(cage, NULL, path, 0, stat);
}

int32_t sys_lstat(struct cage *cage, struct name path, struct span stat) {
    return stat_path(cage, NULL, path, WALK_NO_FOLLOW, stat);
}

int32_t sys_fxstat(struct cage *cage, struct file *file, struct span stat) {
    return stat_file(cage, file, stat);
}

int32_t sys_fstatat(struct cage *cage, struct file *at, struct name path, struct span stat,
                    uint32_t flags) {
    if ((flags & ~(uint32_t)(AT_NO_FOLLOW | AT_EMPTY)) != 0) {
        return -MOX_EINVAL;
    }
    if (path.size == 0 && (flags & AT_EMPTY) != 0) {
        return at ? stat_file(cage, at, stat)
                  : stat_path(cage, NULL, (struct name){".", 1}, 0, stat);
    }
    return stat_path(cage, at, path, flags & AT_NO_FOLLOW ? (uint32_t)WALK_NO_FOLLOW : 0, stat);
}

static int32_t access_path(struct cage *cage, struct file *at, struct name path, int32_t mode,
                           uint32_t flags) {
    struct place place;
    struct attributes attributes;
    if ((mode & ~7) != 0 || (flags & ~(uint32_t)(AT_EFFECTIVE | AT_NO_FOLLOW)) != 0) {
        return -MOX_EINVAL;
    }
    /* The walk, too, is made with the rights that are asked about. */
    const uint32_t uid = cage->caller.uid;
    const uint32_t gid = cage->caller.gid;
    if ((flags & AT_EFFECTIVE) == 0) {
        cage->caller.uid = cage->uid;
        cage->caller.gid = cage->gid;
    }
    int32_t result = names_walk(cage, at, path, flags & AT_NO_FOLLOW ? (uint32_t)WALK_NO_FOLLOW : 0,
                                &place, NULL);
    if (result == 0) {
        result = place_attributes(cage, &place, &attributes);
        place_drop(&place);
        if (result >= 0) {
            result = caller_may(&cage->caller, attributes.uid, attributes.gid, attributes.mode,
                                (uint32_t)mode)
                         ? 0
                         : -MOX_EACCES;
        }
    }
    cage->caller.uid = uid;
    cage->caller.gid = gid;
    return names_failed(cage, path, result);
}

int32_t sys_access(struct cage *cage, struct name path, int32_t mode) {
    return access_path(cage, NULL, path, mode, 0);
}

int32_t sys_faccessat(struct cage *cage, struct file *at, struct name path, int32_t mode,
                      uint32_t flags) {
    return access_path(cage, at, path, mode, flags);
}

static int32_t change_chan(struct cage *cage, struct chan *chan,
                           const struct attribute_change *change) {
    const int32_t result = chan_set_attributes(chan, &cage->caller, change);
    return result < 0 ? result : 0;
}

static int32_t change_path(struct cage *cage, struct file *at, struct name path, uint32_t walk,
                           const struct attribute_change *change) {
    struct place place;
    int32_t result = names_walk(cage, at, path, walk, &place, NULL);
    if (result == 0) {
        result = names_failed(cage, path, change_chan(cage, place.chan, change));
        place_drop(&place);
    }
    return result;
}

/* Pipes and sockets have no attributes that could be changed. */
static int32_t change_file(struct cage *cage, const struct file *file,
                           const struct attribute_change *change) {
    return file->place.chan ? change_chan(cage, file->place.chan, change) : -MOX_EINVAL;
}

static struct attribute_change mode_change(uint32_t mode) {
    return (struct attribute_change){.set = SET_MODE, .mode = mode & 07777};
}

int32_t sys_chmod(struct cage *cage, struct name path, uint32_t mode) {
    const struct attribute_change change = mode_change(mode);
    return change_path(cage, NULL, path, 0, &change);
}

int32_t sys_fchmod(struct cage *cage, struct file *file, uint32_t mode) {
    const struct attribute_change change = mode_change(mode);
    return change_file(cage, file, &change);
}

int32_t sys_fchmodat(struct cage *cage, struct file *at, struct name path, uint32_t mode,
                     uint32_t flags) {
    const struct attribute_change change = mode_change(mode);
    if (flags != 0) { /* symbolic links have no permissions of their own */
        return flags == AT_NO_FOLLOW ? -MOX_EOPNOTSUPP : -MOX_EINVAL;
    }
    return change_path(cage, at, path, 0, &change);
}

static struct attribute_change owner_change(uint32_t uid, uint32_t gid) {
    return (struct attribute_change){.set = SET_OWNER |
                                            (uid != (uint32_t)UNCHANGED ? (uint32_t)SET_UID : 0) |
                                            (gid != (uint32_t)UNCHANGED ? (uint32_t)SET_GID : 0),
                                     .uid = uid,
                                     .gid = gid};
}

int32_t sys_chown(struct cage *cage, struct name path, uint32_t uid, uint32_t gid) {
    const struct attribute_change change = owner_change(uid, gid);
    return change_path(cage, NULL, path, 0, &change);
}

int32_t sys_lchown(struct cage *cage, struct name path, uint32_t uid, uint32_t gid) {
    const struct attribute_change change = owner_change(uid, gid);
    return change_path(cage, NULL, path, WALK_NO_FOLLOW, &change);
}

int32_t sys_fchown(struct cage *cage, struct file *file, uint32_t uid, uint32_t gid) {
    const struct attribute_change change = owner_change(uid, gid);
    return change_file(cage, file, &change);
}

int32_t sys_fchownat(struct cage *cage, struct file *at, struct name path, uint32_t uid,
                     uint32_t gid, uint32_t flags) {
    const struct attribute_change change = owner_change(uid, gid);
    if ((flags & ~(uint32_t)(AT_NO_FOLLOW | AT_EMPTY)) != 0) {
        return -MOX_EINVAL;
    }
    if (path.size == 0 && (flags & AT_EMPTY) != 0 && at) {
        return change_file(cage, at, &change);
    }
    return change_path(cage, at, path, flags & AT_NO_FOLLOW ? (uint32_t)WALK_NO_FOLLOW : 0,
                       &change);
}

/* Sets the size of a regular file; the right to write was asked for. */
static int32_t set_size(struct cage *cage, struct chan *chan, int32_t length) {
    struct attributes attributes;
    const struct caller super = names_super(cage);
    const struct attribute_change change = {.set = SET_SIZE, .size = (uint32_t)length};
    int32_t result = chan_attributes(chan, &cage->caller, &attributes);
    if (result >= 0 && (attributes.mode & MODE_TYPE) != MODE_FILE) {
        result = -MOX_EINVAL;
    }
    if (result >= 0) {
        result = chan_set_attributes(chan, &super, &change);
    }
    return result < 0 ? result : 0;
}

static int32_t may_truncate(struct cage *cage, struct chan *chan) {
    struct attributes attributes;
    if (chan_is_dir(chan)) {
        return -MOX_EISDIR;
    }
    const int32_t result = chan_attributes(chan, &cage->caller, &attributes);
    if (result < 0) {
        return result;
    }
    return caller_may(&cage->caller, attributes.uid, attributes.gid, attributes.mode, 2)
               ? 0
               : -MOX_EACCES;
}

int32_t sys_truncate(struct cage *cage, struct name path, int32_t length) {
    struct place place;
    if (length < 0) {
        return -MOX_EINVAL;
    }
    int32_t result = names_walk(cage, NULL, path, 0, &place, NULL);
    if (result == 0) {
        result = may_truncate(cage, place.chan);
        result = result < 0 ? result : set_size(cage, place.chan, length);
        place_drop(&place);
    }
    return names_failed(cage, path, result);
}

/* One of the two times: false when its nanoseconds are no time. */
static bool time_change(const uint8_t *from, uint64_t now, uint32_t bit, uint32_t *set,
                        uint64_t *time) {
    struct abi_timespec spec;
    abi_load(&spec, from, ABI_TIMESPEC_SIZE);
    const uint64_t seconds = (uint64_t)spec.sec_high << 32 | spec.sec_low;
    if (spec.nsec == NSEC_OMIT) {
        return true;
    }
    *set |= bit;
    if (spec.nsec == NSEC_NOW) {
        *time = now;
        return true;
    }
    /* From 1970 on, up to what 64 bits of nanoseconds hold. */
    const uint64_t most = UINT64_MAX / NANOSECONDS - 1;
    *time = spec.sec_high >> 31 != 0 ? 0 : (seconds < most ? seconds : most) * NANOSECONDS;
    *time += spec.sec_high >> 31 != 0 ? 0 : spec.nsec;
    return spec.nsec < NANOSECONDS;
}

/* The present time may be set by whoever may write, others only by the owner. */
static int32_t may_set_times(struct cage *cage, struct chan *chan, bool to_now) {
    struct attributes attributes;
    const int32_t result = chan_attributes(chan, &cage->caller, &attributes);
    if (result < 0) {
        return result;
    }
    if (cage->caller.uid == 0 || cage->caller.uid == attributes.uid) {
        return 0;
    }
    if (!to_now) {
        return -MOX_EPERM;
    }
    return caller_may(&cage->caller, attributes.uid, attributes.gid, attributes.mode, 2)
               ? 0
               : -MOX_EACCES;
}

static int32_t take_times(struct cage *cage, struct const_span times,
                          struct attribute_change *change, bool *to_now) {
    const uint64_t now = cage->caller.now;
    *change = (struct attribute_change){.set = SET_ATIME | SET_MTIME, .atime = now, .mtime = now};
    *to_now = true;
    if (times.bytes == NULL) {
        return 0;
    }
    change->set = 0;
    if (!time_change(times.bytes, now, SET_ATIME, &change->set, &change->atime) ||
        !time_change(times.bytes + ABI_TIMESPEC_SIZE, now, SET_MTIME, &change->set,
                     &change->mtime)) {
        return -MOX_EINVAL;
    }
    struct abi_timespec first;
    struct abi_timespec second;
    abi_load(&first, times.bytes, ABI_TIMESPEC_SIZE);
    abi_load(&second, times.bytes + ABI_TIMESPEC_SIZE, ABI_TIMESPEC_SIZE);
    *to_now = first.nsec == NSEC_NOW && second.nsec == NSEC_NOW;
    return 0;
}

static int32_t set_times(struct cage *cage, struct chan *chan,
                         const struct attribute_change *change, bool to_now) {
    const struct caller super = names_super(cage);
    int32_t result = change->set == 0 ? 0 : may_set_times(cage, chan, to_now);
    if (result == 0 && change->set != 0) {
        result = chan_set_attributes(chan, &super, change);
    }
    return result < 0 ? result : 0;
}

int32_t sys_utimensat(struct cage *cage, struct file *at, struct name path, struct const_span times,
                      uint32_t flags) {
    struct attribute_change change;
    struct place place;
    bool to_now;
    if ((flags & ~(uint32_t)(AT_NO_FOLLOW | AT_EMPTY)) != 0) {
        return -MOX_EINVAL;
    }
    int32_t result = take_times(cage, times, &change, &to_now);
    if (result < 0) {
        return result;
    }
    if (path.bytes == NULL || (path.size == 0 && (flags & AT_EMPTY) != 0)) {
        if (at == NULL) {
            return -MOX_EFAULT;
        }
        return at->place.chan ? set_times(cage, at->place.chan, &change, to_now) : -MOX_EINVAL;
    }
    result = names_walk(cage, at, path, flags & AT_NO_FOLLOW ? (uint32_t)WALK_NO_FOLLOW : 0, &place,
                        NULL);
    if (result == 0) {
        result = names_failed(cage, path, set_times(cage, place.chan, &change, to_now));
        place_drop(&place);
    }
    return result;
}

int32_t sys_utimens(struct cage *cage, struct name path, struct const_span times) {
    return sys_utimensat(cage, NULL, path, times, 0);
}

static int32_t store_usage(struct span to, struct chan *chan) {
    struct fs_usage usage = {.block_size = 4096};
    const int32_t result = chan ? chan_usage(chan, &usage) : 0;
    if (result < 0) {
        return result;
    }
    const struct abi_statfs statfs = {
        .type = usage.type != 0 ? usage.type : (uint32_t)STATFS_TYPE,
        .bsize = usage.block_size,
        .blocks_low = (uint32_t)usage.blocks,
        .blocks_high = (uint32_t)(usage.blocks >> 32),
        .bfree_low = (uint32_t)usage.blocks_free,
        .bfree_high = (uint32_t)(usage.blocks_free >> 32),
        .bavail_low = (uint32_t)usage.blocks_free,
        .bavail_high = (uint32_t)(usage.blocks_free >> 32),
        .files = (uint32_t)usage.files,
        .ffree = (uint32_t)usage.files_free,
        .namelen = NAME_MAX_BYTES,
    };
    abi_store(to.bytes, &statfs, ABI_STATFS_SIZE);
    return 0;
}

int32_t sys_statfs(struct cage *cage, struct name path, struct span statfs) {
    struct place place;
    int32_t result = names_walk(cage, NULL, path, 0, &place, NULL);
    if (result == 0) {
        result = store_usage(statfs, place.chan);
        place_drop(&place);
    }
    return result;
}

int32_t sys_fstatfs(struct cage *cage, struct file *file, struct span statfs) {
    return names_failed(cage, no_name, store_usage(statfs, file->place.chan));
}
