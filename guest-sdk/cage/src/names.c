/* Calls that take paths. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

int access(const char *path, int mode) {
    return (int)answer(__mox_access((long)path, mode));
}

int faccessat(int directory, const char *path, int mode, int flags) {
    return (int)answer(__mox_faccessat(directory, (long)path, mode, flags));
}

int eaccess(const char *path, int mode) {
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

int unlink(const char *path) {
    return (int)answer(__mox_unlink((long)path));
}

int unlinkat(int directory, const char *path, int flags) {
    return (int)answer(__mox_unlinkat(directory, (long)path, flags));
}

int link(const char *from, const char *to) {
    return (int)answer(__mox_link((long)from, (long)to));
}

int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
    return (int)answer(__mox_linkat(from_directory, (long)from, to_directory, (long)to, flags));
}

int symlink(const char *target, const char *path) {
    return (int)answer(__mox_symlink((long)target, (long)path));
}

int symlinkat(const char *target, int directory, const char *path) {
    return (int)answer(__mox_symlinkat((long)target, directory, (long)path));
}

ssize_t readlink(const char *restrict path, char *restrict to, size_t size) {
    return answer(__mox_readlink((long)path, (long)to, (long)size));
}

ssize_t readlinkat(int directory, const char *restrict path, char *restrict to, size_t size) {
    return answer(__mox_readlinkat(directory, (long)path, (long)to, (long)size));
}

/* rename of the C library comes here. */
int _rename(const char *from, const char *to) {
    return (int)answer(__mox_rename((long)from, (long)to));
}

int renameat(int from_directory, const char *from, int to_directory, const char *to) {
    return (int)answer(__mox_renameat(from_directory, (long)from, to_directory, (long)to));
}

int mkdir(const char *path, mode_t mode) {
    return (int)answer(__mox_mkdir((long)path, (long)mode));
}

int mkdirat(int directory, const char *path, mode_t mode) {
    return (int)answer(__mox_mkdirat(directory, (long)path, (long)mode));
}

int rmdir(const char *path) {
    return (int)answer(__mox_rmdir((long)path));
}

int chdir(const char *path) {
    return (int)answer(__mox_chdir((long)path));
}

int fchdir(int fd) {
    return (int)answer(__mox_fchdir(fd));
}

int chroot(const char *path) {
    return (int)answer(__mox_chroot((long)path));
}

int chmod(const char *path, mode_t mode) {
    return (int)answer(__mox_chmod((long)path, (long)mode));
}

int fchmod(int fd, mode_t mode) {
    return (int)answer(__mox_fchmod(fd, (long)mode));
}

int fchmodat(int directory, const char *path, mode_t mode, int flags) {
    return (int)answer(__mox_fchmodat(directory, (long)path, (long)mode, flags));
}

int lchmod(const char *path, mode_t mode) {
    return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}

int chown(const char *path, uid_t uid, gid_t gid) {
    return (int)answer(__mox_chown((long)path, (long)uid, (long)gid));
}

int lchown(const char *path, uid_t uid, gid_t gid) {
    return (int)answer(__mox_lchown((long)path, (long)uid, (long)gid));
}

int fchown(int fd, uid_t uid, gid_t gid) {
    return (int)answer(__mox_fchown(fd, (long)uid, (long)gid));
}

int fchownat(int directory, const char *path, uid_t uid, gid_t gid, int flags) {
    return (int)answer(__mox_fchownat(directory, (long)path, (long)uid, (long)gid, flags));
}

int mknod(const char *path, mode_t mode, dev_t device) {
    return (int)answer(__mox_mknod((long)path, (long)mode, (long)device));
}

int mknodat(int directory, const char *path, mode_t mode, dev_t device) {
    return (int)answer(__mox_mknodat(directory, (long)path, (long)mode, (long)device));
}

int mkfifo(const char *path, mode_t mode) {
    return mknod(path, S_IFIFO | (mode & 07777), 0);
}

int mkfifoat(int directory, const char *path, mode_t mode) {
    return mknodat(directory, path, S_IFIFO | (mode & 07777), 0);
}

mode_t umask(mode_t mask) {
    return (mode_t)__mox_umask((long)mask);
}

char *getcwd(char *to, size_t size) {
    char *const room = to != NULL ? to : malloc(size != 0 ? size : PATH_MAX);
    if (room == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    if (to != NULL && size == 0) {
        errno = EINVAL;
        return NULL;
    }
    if (answer(__mox_getcwd((long)room, (long)(size != 0 ? size : PATH_MAX))) < 0) {
        if (to == NULL) {
            free(room);
        }
        return NULL;
    }
    return room;
}

char *getwd(char *to) {
    return getcwd(to, PATH_MAX);
}

char *get_current_dir_name(void) {
    return getcwd(NULL, 0);
}

/* What realpath works on. */
struct resolving {
    char left[PATH_MAX]; /* what is not looked at yet */
    char *out;           /* what is resolved, out[0..length) */
    size_t length;
    int links;
};

/* Appends one element and follows it when it is a link: where to go on, or NULL with errno set. */
static char *resolve(struct resolving *r, const char *element, size_t size, char *rest) {
    char target[PATH_MAX];
    char next[PATH_MAX];
    struct stat status;
    if (r->length + 1 + size >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    r->out[r->length] = '/';
    memcpy(r->out + r->length + 1, element, size);
    r->out[r->length + 1 + size] = '\0';
    if (lstat(r->out, &status) < 0) {
        return NULL;
    }
    if (!S_ISLNK(status.st_mode)) {
        r->length += 1 + size;
        return rest;
    }
    const ssize_t count = readlink(r->out, target, sizeof target - 1);
    if (count < 0) {
        return NULL;
    }
    target[count] = '\0';
    const int room = snprintf(next, sizeof next, "%s%s", target, rest);
    if (++r->links > SYMLOOP_MAX || room >= (int)sizeof next) {
        errno = r->links > SYMLOOP_MAX ? ELOOP : ENAMETOOLONG;
        return NULL;
    }
    strcpy(r->left, next);
    r->length = *target == '/' ? 0 : r->length;
    return r->left;
}

/* Resolves r->left: 0, or -1 with errno set. */
static int resolve_all(struct resolving *r) {
    for (char *at = r->left; *at != '\0';) {
        char *const element = at + strspn(at, "/");
        const size_t size = strcspn(element, "/");
        at = element + size;
        if (size == 0 || (size == 1 && *element == '.')) {
            continue;
        }
        if (size == 2 && element[0] == '.' && element[1] == '.') {
            while (r->length > 0 && r->out[--r->length] != '/') {
            }
        } else if ((at = resolve(r, element, size, at)) == NULL) {
            return -1;
        }
    }
    if (r->length == 0) {
        r->out[r->length++] = '/';
    }
    r->out[r->length] = '\0';
    return 0;
}

char *realpath(const char *restrict path, char *restrict resolved) {
    struct resolving r = {.out = resolved != NULL ? resolved : malloc(PATH_MAX)};
    int result = -1;
    if (r.out == NULL || path == NULL || *path == '\0' || strlen(path) >= sizeof r.left) {
        errno = r.out == NULL   ? ENOMEM
                : path == NULL  ? EINVAL
                : *path == '\0' ? ENOENT
                                : ENAMETOOLONG;
    } else if (*path == '/' || getcwd(r.out, PATH_MAX) != NULL) {
        r.length = *path == '/' || strcmp(r.out, "/") == 0 ? 0 : strlen(r.out);
        strcpy(r.left, path);
        result = resolve_all(&r);
    }
    if (result < 0 && resolved == NULL) {
        free(r.out);
    }
    return result < 0 ? NULL : r.out;
}
