/* User and group ids, limits, and what the machine is called. */
#include "cage/calls.h"
#include "cage/fdtable.h"

#include <string.h>

enum { UNCHANGED = UINT32_MAX };

int32_t sys_getuid(struct cage *cage) {
    return (int32_t)cage->uid;
}

int32_t sys_geteuid(struct cage *cage) {
    return (int32_t)cage->caller.uid;
}

int32_t sys_getgid(struct cage *cage) {
    return (int32_t)cage->gid;
}

int32_t sys_getegid(struct cage *cage) {
    return (int32_t)cage->caller.gid;
}

static bool is_root(const struct cage *cage) {
    return cage->caller.uid == 0;
}

/* A cage's ids of one sort, and whether it may set them as it likes. */
struct ids {
    uint32_t *real;
    uint32_t *effective;
    uint32_t *saved;
    bool root;
};

static struct ids users(struct cage *cage) {
    return (struct ids){&cage->uid, &cage->caller.uid, &cage->saved_uid, is_root(cage)};
}

static struct ids all_groups(struct cage *cage) {
    return (struct ids){&cage->gid, &cage->caller.gid, &cage->saved_gid, is_root(cage)};
}

static bool may_have(const struct ids *ids, uint32_t id) {
    return ids->root || id == UNCHANGED || id == *ids->real || id == *ids->effective ||
           id == *ids->saved;
}

/* What is not UNCHANGED; -EPERM when a cage may not have it, -EINVAL for what is no id. */
static int32_t set_all(struct ids ids, uint32_t real, uint32_t effective, uint32_t saved) {
    const uint32_t wanted[3] = {real, effective, saved};
    for (uint32_t i = 0; i < 3; i++) {
        if (wanted[i] != UNCHANGED && wanted[i] > INT32_MAX) {
            return -MOX_EINVAL;
        }
        if (!may_have(&ids, wanted[i])) {
            return -MOX_EPERM;
        }
    }
    *ids.real = real != UNCHANGED ? real : *ids.real;
    *ids.effective = effective != UNCHANGED ? effective : *ids.effective;
    *ids.saved = saved != UNCHANGED ? saved : *ids.saved;
    return 0;
}

/* setreuid's saved id: the new effective one as soon as either is set to something else than the
 * real one was. */
static int32_t set_two(struct ids ids, uint32_t real, uint32_t effective) {
    const uint32_t before = *ids.real;
    const int32_t error = set_all(ids, real, effective, UNCHANGED);
    if (error == 0 && (real != UNCHANGED || (effective != UNCHANGED && effective != before))) {
        *ids.saved = *ids.effective;
    }
    return error;
}

static int32_t set_one(struct ids ids, uint32_t id) {
    return id == UNCHANGED ? -MOX_EINVAL
           : ids.root      ? set_all(ids, id, id, id)
                           : set_all(ids, UNCHANGED, id, UNCHANGED);
}

int32_t sys_setuid(struct cage *cage, uint32_t uid) {
    return set_one(users(cage), uid);
}

int32_t sys_setreuid(struct cage *cage, uint32_t real, uint32_t effective) {
    return set_two(users(cage), real, effective);
}

int32_t sys_setresuid(struct cage *cage, uint32_t real, uint32_t effective, uint32_t saved) {
    return set_all(users(cage), real, effective, saved);
}

int32_t sys_setgid(struct cage *cage, uint32_t gid) {
    return set_one(all_groups(cage), gid);
}

int32_t sys_setregid(struct cage *cage, uint32_t real, uint32_t effective) {
    return set_two(all_groups(cage), real, effective);
}

int32_t sys_setresgid(struct cage *cage, uint32_t real, uint32_t effective, uint32_t saved) {
    return set_all(all_groups(cage), real, effective, saved);
}

int32_t sys_getgroups(struct cage *cage, int32_t count, struct span groups) {
    const uint32_t have = cage->caller.group_count;
    if (count < 0 || (count > 0 && (uint32_t)count < have)) {
        return -MOX_EINVAL;
    }
    for (uint32_t i = 0; count > 0 && i < have; i++) {
        bytes_store32(groups.bytes + 4 * i, cage->caller.groups[i]);
    }
    return (int32_t)have;
}

int32_t sys_setgroups(struct cage *cage, int32_t count, struct const_span groups) {
    if (!is_root(cage)) {
        return -MOX_EPERM;
    }
    if (count < 0 || count > CALLER_GROUPS) {
        return -MOX_EINVAL;
    }
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        cage->caller.groups[i] = bytes_load32(groups.bytes + 4 * i);
    }
    cage->caller.group_count = (uint32_t)count;
    return 0;
}

/* Linux's numbers end here. */
enum { RESOURCES = 16 };

/* Limits are the machine's; nothing is unlimited but what a machine does not measure. */
int32_t sys_getrlimit(struct cage *cage, uint32_t resource, struct span limit) {
    const uint64_t none = UINT64_MAX;
    uint64_t value = none;
    if (resource >= RESOURCES) {
        return -MOX_EINVAL;
    }
    if (resource == ABI_RLIMIT_STACK) {
        value = cage->machine->options.stack_size;
    } else if (resource == ABI_RLIMIT_NOFILE) {
        value = FDS_MAX;
    } else if (resource == ABI_RLIMIT_NPROC) {
        value = cage->machine->slots - 2;
    } else if (resource == ABI_RLIMIT_DATA || resource == ABI_RLIMIT_AS) {
        value = cage->machine->memory_limit;
    } else if (resource == ABI_RLIMIT_FSIZE) {
        value = INT32_MAX;
    } else if (resource == ABI_RLIMIT_CORE) {
        value = 0;
    }
    const struct abi_rlimit words = {
        .current_low = (uint32_t)value,
        .current_high = (uint32_t)(value >> 32),
        .most_low = (uint32_t)value,
        .most_high = (uint32_t)(value >> 32),
    };
    abi_store(limit.bytes, &words, sizeof words);
    return 0;
}

int32_t sys_setrlimit(struct cage *cage, uint32_t resource, struct const_span limit) {
    struct abi_rlimit words;
    (void)cage;
    abi_load(&words, limit.bytes, sizeof words);
    const uint64_t current = words.current_low | (uint64_t)words.current_high << 32;
    const uint64_t most = words.most_low | (uint64_t)words.most_high << 32;
    return resource >= RESOURCES || current > most ? -MOX_EINVAL : 0;
}

static void put_text(uint8_t *to, const char *text) {
    const size_t size = strlen(text);
    memset(to, 0, ABI_UTSNAME_FIELD);
    memcpy(to, text, size < ABI_UTSNAME_FIELD ? size : ABI_UTSNAME_FIELD - 1);
}

int32_t sys_uname(struct cage *cage, struct span name) {
    const char *const fields[] = {
        "moxbox", cage->machine->devices.sysname, "1", "1", "moxie", "(none)",
    };
    for (uint32_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        put_text(name.bytes + i * ABI_UTSNAME_FIELD, fields[i]);
    }
    return 0;
}

int32_t sys_gethostname(struct cage *cage, struct span to) {
    const char *name = cage->machine->devices.sysname;
    const uint32_t size = (uint32_t)strlen(name) + 1;
    if (to.size < size) {
        return -MOX_ENAMETOOLONG;
    }
    memcpy(to.bytes, name, size);
    return 0;
}
