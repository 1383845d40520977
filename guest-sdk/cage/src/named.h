/* Shared memory, semaphores and message queues that have names: files in a folder of their own, for
 * each sort one, which are mapped. */
#ifndef CAGE_NAMED_H
#define CAGE_NAMED_H

#include <limits.h>
#include <sys/types.h>

#define NAMED_MEMORY "/tmp/.shm/"
#define NAMED_SEMAPHORES "/tmp/.sem/"
#define NAMED_QUEUES "/tmp/.mqueue/"

typedef char named_path[sizeof NAMED_QUEUES + NAME_MAX];

/* The path of a name, whose folder there is then. -1 with errno: EINVAL, ENAMETOOLONG. */
int __named_path(named_path path, const char *folder, const char *name);

/* Takes the name away: -1 with errno. */
int __named_remove(const char *folder, const char *name);

/* Opens the file of a name for mapping. When there is none and O_CREAT is set, it is made with
 * `size` bytes that `start(bytes, context)` writes; nobody sees it before. -1 with errno. */
int __named_open(const named_path path, int flags, mode_t mode, size_t size,
                 void (*start)(void *bytes, const void *context), const void *context);

#endif
