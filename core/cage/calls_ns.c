/* Inferno's calls on the name space: bind, unmount, pctl, create, fd2path, errstr. */
#include "cage/fdtable.h"
#include "cage/names.h"

#include <string.h>

enum {
    PCTL_NEWFD = 1,
    PCTL_FORKFD = 2,
    PCTL_NEWNS = 4,
    PCTL_FORKNS = 8,
    PCTL_NEWPGRP = 16,
    PCTL_NODEVS = 32,
    PCTL_NEWENV = 64,
    PCTL_FORKENV = 128,
    PCTL_ALL = 255
};

int32_t sys_ns_bind(struct cage *cage, struct name from, struct name to, uint32_t flags) {
    cage->failure.why = WHY_NONE;
    cage->caller.why = &cage->failure.why;
    return names_failed(cage, from, view_bind(&cage->view, &cage->caller, NULL, from, to, flags));
}

int32_t sys_ns_unmount(struct cage *cage, struct name from, struct name at) {
    cage->failure.why = WHY_NONE;
    cage->caller.why = &cage->failure.why;
    return names_failed(
        cage, at, view_unmount(&cage->view, &cage->caller, NULL, from.bytes ? &from : NULL, at));
}

/* A new environment group; what it copies goes only when the new one is there. */
static int32_t change_environment(struct cage *cage, bool copy) {
    struct machine_devices *devices = &cage->machine->devices;
    struct environment *old = cage->caller.environment;
    struct environment *made;
    const int32_t result =
        copy && old ? environment_copy(devices, old, &made) : environment_new(devices, &made);
    if (result == 0) {
        environment_drop(old);
        cage->caller.environment = made;
    }
    return result;
}

/* A name space of its own belongs to the user who asked for it. */
static int32_t change_names(struct cage *cage, uint32_t flags) {
    if (flags == 0) {
        return 0;
    }
    const int32_t result = flags & PCTL_NEWNS ? view_new(&cage->view) : view_fork(&cage->view);
    if (result == 0) {
        ns_own(cage->view.ns, cage->caller.uid);
    }
    return result;
}

static void close_all(struct cage *cage) {
    for (uint32_t fd = 0; fd < FDS_MAX; fd++) {
        if (fdtable_get(cage->fds, fd)) {
            file_drop(fdtable_take(cage->fds, fd));
        }
    }
}

/* The steps that can fail come first. A cage's descriptors are its own already (FORKFD). */
int32_t sys_pctl(struct cage *cage, uint32_t flags) {
    const uint32_t names = flags & (PCTL_NEWNS | PCTL_FORKNS);
    const uint32_t groups = flags & (PCTL_NEWENV | PCTL_FORKENV);
    if ((flags & ~(uint32_t)PCTL_ALL) != 0 || names == (PCTL_NEWNS | PCTL_FORKNS) ||
        groups == (PCTL_NEWENV | PCTL_FORKENV)) {
        return -MOX_EINVAL;
    }
    if ((flags & PCTL_NODEVS) != 0 && names == 0 && !ns_may_change(cage->view.ns, &cage->caller)) {
        return -MOX_EPERM;
    }
    struct environment *old = cage->caller.environment;
    environment_hold(old);
    int32_t result = groups != 0 ? change_environment(cage, groups == PCTL_FORKENV) : 0;
    if (result == 0) {
        result = change_names(cage, names);
    }
    if (result < 0) { /* as if nothing had been asked for */
        environment_drop(cage->caller.environment);
        cage->caller.environment = old;
        return result;
    }
    environment_drop(old);
    if (flags & PCTL_NODEVS) {
        ns_no_devices(cage->view.ns);
    }
    if (flags & PCTL_NEWPGRP) {
        cage->group = cage->id;
    }
    if (flags & PCTL_NEWFD) {
        close_all(cage);
    }
    return 0;
}

enum {
    PLAN9_ACCESS = 3,
    PLAN9_TRUNC = 16,
    PLAN9_CEXEC = 32,
    PLAN9_RCLOSE = 64,
    PLAN9_EXCL = 0x1000,
    LINUX_CREAT = 0100,
    LINUX_EXCL = 0200,
    LINUX_TRUNC = 01000,
    LINUX_DIRECTORY = 0200000,
    LINUX_CLOEXEC = 02000000
};
#define PLAN9_DIR 0x80000000u

/* An existing file is emptied and opened, unless OEXCL is set; a directory is made and opened for
 * reading. Access 3 (OEXEC) is reading; ORCLOSE is refused. */
int32_t sys_create(struct cage *cage, struct name path, uint32_t mode, uint32_t permissions) {
    const uint32_t known = PLAN9_ACCESS | PLAN9_TRUNC | PLAN9_CEXEC | PLAN9_EXCL;
    const uint32_t access = (mode & PLAN9_ACCESS) == 3 ? 0 : mode & PLAN9_ACCESS;
    const uint32_t common = mode & PLAN9_CEXEC ? (uint32_t)LINUX_CLOEXEC : 0;
    if ((mode & ~known) != 0) {
        return names_failed(cage, path, -MOX_EINVAL);
    }
    if ((permissions & PLAN9_DIR) == 0) {
        const uint32_t exclusive = mode & PLAN9_EXCL ? LINUX_EXCL : LINUX_TRUNC;
        return names_open(cage, NULL, path, access | LINUX_CREAT | exclusive | common,
                          permissions & 0777);
    }
    if (access != 0) {
        return names_failed(cage, path, -MOX_EISDIR);
    }
    int32_t result = fdtable_lowest(cage->fds, 0);
    if (result >= 0) {
        result = sys_mkdir(cage, path, permissions & 0777);
    }
    return result < 0 ? result : names_open(cage, NULL, path, LINUX_DIRECTORY | common, 0);
}

static uint32_t copy_text(struct span to, const char *text, uint32_t size) {
    const uint32_t count = size < to.size ? size : to.size;
    if (count > 0) {
        memcpy(to.bytes, text, count);
    }
    return count;
}

/* Of a directory; a file does not know the names it has. */
int32_t sys_fd2path(struct cage *cage, uint32_t fd, struct span to) {
    const struct file *file = fdtable_get(cage->fds, fd);
    if (file == NULL) {
        return -MOX_EBADF;
    }
    if (file->place.chan == NULL || !chan_is_dir(file->place.chan)) {
        return -MOX_EOPNOTSUPP;
    }
    if (to.size == 0) {
        return -MOX_EINVAL;
    }
    return ns_path(&cage->view, &cage->caller, &file->place, (char *)to.bytes, to.size);
}

struct inferno_text {
    int32_t error;
    const char *text;
};

static const char *inferno_text(int32_t error) {
    static const struct inferno_text texts[] = {
        {MOX_ENOENT, "file does not exist"},
        {MOX_EACCES, "permission denied"},
        {MOX_EPERM, "permission denied"},
        {MOX_EROFS, "permission denied"},
        {MOX_EBADF, "fd out of range or not open"},
        {MOX_EMFILE, "no free file descriptors"},
        {MOX_EEXIST, "file already exists"},
        {MOX_ENOTDIR, "not a directory"},
        {MOX_EISDIR, "file is a directory"},
        {MOX_ENODEV, "unknown device in # filename"},
        {MOX_ESPIPE, "seek on a stream"},
        {MOX_EPIPE, "i/o on hungup channel"},
        {MOX_EINTR, "interrupted"},
    };
    for (uint32_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].error == error) {
            return texts[i].text;
        }
    }
    const char *text = mox_errno_text(error);
    return text ? text : "unknown error";
}

/* "'name' message", cut to the room there is. */
int32_t sys_errstr(struct cage *cage, struct span to) {
    const struct name_failure *failure = &cage->failure;
    uint32_t used = 0;
    if (failure->error == 0) {
        return 0;
    }
    const char *why = reason_text(failure->why);
    const char *text = why ? why : inferno_text(failure->error);
    const struct name parts[] = {{"'", failure->name_size > 0},
                                 {failure->name, failure->name_size},
                                 {"' ", failure->name_size > 0 ? 2 : 0},
                                 {text, (uint32_t)strlen(text)}};
    for (uint32_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        used += copy_text((struct span){to.bytes + used, to.size - used}, parts[i].bytes,
                          parts[i].size);
    }
    return (int32_t)used;
}
