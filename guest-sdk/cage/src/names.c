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

/* Resolves one link after the other, as the kernel would. */
char *realpath(const char *restrict path, char *restrict resolved) {
    char left[PATH_MAX];
    char next[PATH_MAX];
    char target[PATH_MAX];
    char *const out = resolved != NULL ? resolved : malloc(PATH_MAX);
    size_t length = 0;
    int links = 0;
    if (out == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    if (path == NULL || *path == '\0') {
        errno = path == NULL ? EINVAL : ENOENT;
        goto fail;
    }
    if (strlen(path) >= sizeof left) {
        errno = ENAMETOOLONG;
        goto fail;
    }
    strcpy(left, path);
    if (*path != '/') {
        if (getcwd(out, PATH_MAX) == NULL) {
            goto fail;
        }
        length = strcmp(out, "/") == 0 ? 0 : strlen(out);
    }
    for (char *at = left; *at != '\0';) {
        const size_t slashes = strspn(at, "/");
        const size_t size = strcspn(at + slashes, "/");
        const char *element = at + slashes;
        at += slashes + size;
        if (size == 0 || (size == 1 && *element == '.')) {
            continue;
        }
        if (size == 2 && element[0] == '.' && element[1] == '.') {
            while (length > 0 && out[--length] != '/') {
            }
            continue;
        }
        if (length + 1 + size >= PATH_MAX) {
            errno = ENAMETOOLONG;
            goto fail;
        }
        out[length] = '/';
        memcpy(out + length + 1, element, size);
        out[length + 1 + size] = '\0';
        struct stat status;
        if (lstat(out, &status) < 0) {
            goto fail;
        }
        if (!S_ISLNK(status.st_mode)) {
            length += 1 + size;
            continue;
        }
        const ssize_t count = readlink(out, target, sizeof target - 1);
        if (count < 0) {
            goto fail;
        }
        target[count] = '\0';
        if (++links > 40 || snprintf(next, sizeof next, "%s%s", target, at) >= (int)sizeof next) {
            errno = links > 40 ? ELOOP : ENAMETOOLONG;
            goto fail;
        }
        strcpy(left, next);
        at = left;
        if (*target == '/') {
            length = 0;
        }
    }
    if (length == 0) {
        out[length++] = '/';
    }
    out[length] = '\0';
    return out;
fail:
    if (resolved == NULL) {
        free(out);
    }
    return NULL;
}
