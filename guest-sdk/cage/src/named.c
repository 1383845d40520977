#include "named.h"

#include <fcntl.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

int __named_path(named_path path, const char *folder, const char *name) {
    const char *plain = *name == '/' ? name + 1 : name;
    if (strlen(name) > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (*plain == 0 || strchr(plain, '/') != NULL || strcmp(plain, ".") == 0 ||
        strcmp(plain, "..") == 0) {
        errno = EINVAL;
        return -1;
    }
    snprintf(path, sizeof(named_path), "%s%s", folder, plain);
    if (mkdir(folder, 0777) == 0) {
        (void)chmod(folder, 01777); /* whatever the umask says */
    }
    return 0;
}

/* What cannot be a name is none, and the folder's sticky bit is a matter of rights, as on Linux. */
int __named_remove(const char *folder, const char *name) {
    named_path path;
    if (__named_path(path, folder, name) < 0) {
        errno = errno == EINVAL ? ENOENT : errno;
        return -1;
    }
    const int result = unlink(path);
    if (result < 0 && errno == EPERM) {
        errno = EACCES;
    }
    return result;
}

/* Makes the file under another name, and gives it its own when it is complete. */
static int make(const named_path path, mode_t mode, size_t size,
                void (*start)(void *bytes, const void *context), const void *context) {
    char unfinished[sizeof NAMED_QUEUES + 32];
    snprintf(unfinished, sizeof unfinished, "%.*s.new-%d", (int)(strrchr(path, '/') + 1 - path),
             path, (int)getpid());
    (void)unlink(unfinished);
    const int fd = open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        return -1;
    }
    void *bytes = ftruncate(fd, (off_t)size) < 0
                      ? MAP_FAILED
                      : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int result = -1;
    if (bytes != MAP_FAILED) {
        start(bytes, context);
        result = munmap(bytes, size) < 0 ? -1 : link(unfinished, path);
    }
    const int error = errno;
    (void)unlink(unfinished);
    if (result < 0) {
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int __named_open(const named_path path, int flags, mode_t mode, size_t size,
                 void (*start)(void *bytes, const void *context), const void *context) {
    for (;;) {
        int fd = flags & O_CREAT && flags & O_EXCL ? -1 : open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0 || !(flags & O_CREAT) || (errno != ENOENT && !(flags & O_EXCL))) {
            return fd;
        }
        fd = make(path, mode, size, start, context);
        if (fd >= 0 || errno != EEXIST || flags & O_EXCL) {
            return fd;
        }
    }
}

int shm_open(const char *name, int flags, mode_t mode) {
    named_path path;
    if (__named_path(path, NAMED_MEMORY, name) < 0) {
        return -1;
    }
    if ((flags & O_ACCMODE) == O_WRONLY) {
        errno = EINVAL;
        return -1;
    }
    return open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
}

int shm_unlink(const char *name) {
    return __named_remove(NAMED_MEMORY, name);
}

enum { OPENED_MAX = 256 };

/* Semaphores that are open: opened again, one is found where it lies already. */
static struct opened {
    sem_t *at;
    dev_t device;
    ino_t inode;
    int times;
} opened[OPENED_MAX];

static struct opened *find(const struct stat *file) {
    for (int i = 0; i < OPENED_MAX; i++) {
        struct opened *entry = &opened[i];
        if (entry->times > 0 && entry->device == file->st_dev && entry->inode == file->st_ino) {
            return entry;
        }
    }
    return NULL;
}

static struct opened *find_free(void) {
    int i = 0;
    while (i < OPENED_MAX && opened[i].times > 0) {
        i++;
    }
    if (i == OPENED_MAX) {
        errno = EMFILE;
        return NULL;
    }
    return &opened[i];
}

static void start_semaphore(void *bytes, const void *context) {
    (void)sem_init(bytes, 1, *(const unsigned *)context);
}

static sem_t *map_semaphore(int fd) {
    struct stat file;
    if (fstat(fd, &file) < 0) {
        return SEM_FAILED;
    }
    struct opened *entry = find(&file);
    if (entry != NULL) {
        entry->times++;
        return entry->at;
    }
    entry = find_free();
    void *at = entry == NULL ? MAP_FAILED
                             : mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
        return SEM_FAILED;
    }
    *entry = (struct opened){at, file.st_dev, file.st_ino, 1};
    return at;
}

sem_t *sem_open(const char *name, int flags, ...) {
    named_path path;
    mode_t mode = 0;
    unsigned value = 0;
    if (flags & O_CREAT) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        value = va_arg(more, unsigned);
        va_end(more);
    }
    if (__named_path(path, NAMED_SEMAPHORES, name) < 0) {
        return SEM_FAILED;
    }
    if (value > SEM_VALUE_MAX) {
        errno = EINVAL;
        return SEM_FAILED;
    }
    const int fd = __named_open(path, flags, mode, sizeof(sem_t), start_semaphore, &value);
    if (fd < 0) {
        return SEM_FAILED;
    }
    sem_t *at = map_semaphore(fd);
    const int error = errno;
    (void)close(fd);
    errno = error;
    return at;
}

int sem_close(sem_t *semaphore) {
    for (int i = 0; i < OPENED_MAX; i++) {
        if (opened[i].times > 0 && opened[i].at == semaphore) {
            return --opened[i].times > 0 ? 0 : munmap(semaphore, sizeof(sem_t));
        }
    }
    errno = EINVAL;
    return -1;
}

int sem_unlink(const char *name) {
    return __named_remove(NAMED_SEMAPHORES, name);
}
