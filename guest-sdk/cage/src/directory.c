/* Directories: the records of getdents are struct dirent as they come. */
#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

_Static_assert(offsetof(struct dirent, d_reclen) == 16, "as the kernel writes it");
_Static_assert(offsetof(struct dirent, d_name) == 19, "as the kernel writes it");

int getdents(int fd, void *to, int size);
int getdents(int fd, void *to, int size) {
    return (int)answer(__mox_getdents(fd, (long)to, size));
}

DIR *fdopendir(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) {
        return NULL;
    }
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return NULL;
    }
    DIR *dir = malloc(sizeof *dir);
    if (dir != NULL) {
        *dir = (DIR){.fd = fd};
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    return dir;
}

DIR *opendir(const char *path) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        const int error = errno;
        (void)close(fd);
        errno = error;
    }
    return dir;
}

struct dirent *readdir(DIR *dir) {
    if (dir->at == dir->end) {
        const int count = getdents(dir->fd, dir->buffer, sizeof dir->buffer);
        if (count <= 0) {
            return NULL;
        }
        dir->at = 0;
        dir->end = count;
    }
    struct dirent *entry = (struct dirent *)(void *)(dir->buffer + dir->at);
    dir->at += entry->d_reclen;
    dir->position = entry->d_off;
    return entry;
}

int readdir_r(DIR *restrict dir, struct dirent *restrict entry, struct dirent **restrict result) {
    const int before = errno;
    errno = 0;
    const struct dirent *found = readdir(dir);
    const int error = errno;
    errno = before;
    *result = found != NULL ? entry : NULL;
    if (found != NULL) {
        memcpy(entry, found, found->d_reclen);
    }
    return found != NULL ? 0 : error;
}

int closedir(DIR *dir) {
    const int fd = dir->fd;
    free(dir);
    return close(fd);
}

int dirfd(DIR *dir) {
    return dir->fd;
}

long telldir(DIR *dir) {
    return dir->position;
}

void seekdir(DIR *dir, long position) {
    (void)lseek(dir->fd, position, SEEK_SET);
    dir->position = position;
    dir->at = dir->end = 0;
}

void rewinddir(DIR *dir) {
    seekdir(dir, 0);
}

int alphasort(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

int scandir(const char *path, struct dirent ***list, int (*wanted)(const struct dirent *),
            int (*order)(const struct dirent **, const struct dirent **)) {
    DIR *dir = opendir(path);
    struct dirent **found = NULL;
    size_t count = 0;
    if (dir == NULL) {
        return -1;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (wanted != NULL && !wanted(entry)) {
            continue;
        }
        struct dirent **larger = realloc(found, (count + 1) * sizeof *found);
        struct dirent *copy = malloc(entry->d_reclen);
        if (larger != NULL) {
            found = larger;
        }
        if (larger == NULL || copy == NULL) {
            free(copy);
            while (count > 0) {
                free(found[--count]);
            }
            free(found);
            (void)closedir(dir);
            errno = ENOMEM;
            return -1;
        }
        memcpy(copy, entry, entry->d_reclen);
        found[count++] = copy;
    }
    (void)closedir(dir);
    if (order != NULL && count > 1) {
        qsort(found, count, sizeof *found, (int (*)(const void *, const void *))order);
    }
    *list = found;
    return (int)count;
}
