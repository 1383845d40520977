/* Message queues. A queue is a mapped file that only the kernel's calls change. */
#include <errno.h>
#include <limits.h>
#include <mqueue.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "named.h"

/* What this process has open. */
static struct opened {
    struct mox_mqueue *queue;
    size_t size;
    int flags;
} opened[MQ_OPEN_MAX];

enum {
    DEFAULT_CAPACITY = 10,
    DEFAULT_SIZE = 8192,
    QUEUE_BYTES_MAX = 16 << 20,
    DESCRIPTOR_BASE = 1 << 16, /* so that they are no descriptors of files */
    NEITHER = -1
};

static int failed(int error) {
    errno = error;
    return -1;
}

static size_t stride(const struct mox_mqueue *queue) {
    return (sizeof(struct mox_mqmessage) + queue->message_size + 3) & ~(size_t)3;
}

/* NULL with EBADF; also for one that was opened for `not_for` only. */
static struct opened *find(mqd_t descriptor, int not_for) {
    const unsigned index = (unsigned)(descriptor - DESCRIPTOR_BASE);
    if (index >= MQ_OPEN_MAX || opened[index].queue == NULL ||
        (opened[index].flags & O_ACCMODE) == not_for) {
        errno = EBADF;
        return NULL;
    }
    return &opened[index];
}

static void start_queue(void *bytes, const void *context) {
    memcpy(bytes, context, sizeof(struct mox_mqueue));
}

/* The shape of a queue that may have to be made: -1 for what none can have. */
static int shape(const struct mq_attr *attributes, struct mox_mqueue *queue) {
    *queue = (struct mox_mqueue){.capacity = DEFAULT_CAPACITY, .message_size = DEFAULT_SIZE};
    if (attributes == NULL) {
        return 0;
    }
    if (attributes->mq_maxmsg <= 0 || attributes->mq_msgsize <= 0 ||
        attributes->mq_msgsize > QUEUE_BYTES_MAX ||
        attributes->mq_maxmsg >
            (long)(QUEUE_BYTES_MAX / (attributes->mq_msgsize + sizeof(struct mox_mqmessage)))) {
        return failed(EINVAL);
    }
    queue->capacity = (unsigned)attributes->mq_maxmsg;
    queue->message_size = (unsigned)attributes->mq_msgsize;
    return 0;
}

static mqd_t map_queue(int fd, int flags) {
    struct stat file;
    int index = 0;
    while (index < MQ_OPEN_MAX && opened[index].queue != NULL) {
        index++;
    }
    if (index == MQ_OPEN_MAX) {
        return failed(EMFILE);
    }
    if (fstat(fd, &file) < 0) {
        return -1;
    }
    const size_t size = (size_t)file.st_size;
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
        return -1;
    }
    opened[index] = (struct opened){at, size, flags};
    return index + DESCRIPTOR_BASE;
}

mqd_t mq_open(const char *name, int flags, ...) {
    named_path path;
    struct mox_mqueue wanted;
    const struct mq_attr *attributes = NULL;
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        attributes = va_arg(more, const struct mq_attr *);
        va_end(more);
    }
    if (__named_path(path, NAMED_QUEUES, name) < 0 || shape(attributes, &wanted) < 0) {
        return -1;
    }
    const size_t size = sizeof wanted + wanted.capacity * stride(&wanted);
    const int fd = __named_open(path, flags, mode, size, start_queue, &wanted);
    if (fd < 0) {
        return -1;
    }
    const mqd_t descriptor = map_queue(fd, flags & (O_ACCMODE | O_NONBLOCK));
    const int error = errno;
    (void)close(fd);
    errno = error;
    return descriptor;
}

int mq_close(mqd_t descriptor) {
    struct opened *entry = find(descriptor, NEITHER);
    if (entry == NULL) {
        return -1;
    }
    (void)__mox_mq_notify((long)entry->queue, -1, 0);
    (void)munmap(entry->queue, entry->size);
    *entry = (struct opened){0};
    return 0;
}

int mq_unlink(const char *name) {
    return __named_remove(NAMED_QUEUES, name);
}

int mq_getattr(mqd_t descriptor, struct mq_attr *attributes) {
    const struct opened *entry = find(descriptor, NEITHER);
    if (entry == NULL) {
        return -1;
    }
    *attributes = (struct mq_attr){entry->flags & O_NONBLOCK, (long)entry->queue->capacity,
                                   (long)entry->queue->message_size, (long)entry->queue->count};
    return 0;
}

int mq_setattr(mqd_t descriptor, const struct mq_attr *attributes, struct mq_attr *old) {
    struct opened *entry = find(descriptor, NEITHER);
    if (entry == NULL || (old != NULL && mq_getattr(descriptor, old) < 0)) {
        return -1;
    }
    entry->flags = (entry->flags & ~O_NONBLOCK) | (int)(attributes->mq_flags & O_NONBLOCK);
    return 0;
}

int mq_notify(mqd_t descriptor, const struct sigevent *event) {
    const struct opened *entry = find(descriptor, NEITHER);
    if (entry == NULL) {
        return -1;
    }
    if (event == NULL) {
        return (int)answer(__mox_mq_notify((long)entry->queue, -1, 0));
    }
    const int silent = event->sigev_notify == SIGEV_NONE;
    if (!silent && (event->sigev_notify != SIGEV_SIGNAL || event->sigev_signo < 0)) {
        return failed(EINVAL);
    }
    return (int)answer(__mox_mq_notify((long)entry->queue, silent ? 0 : event->sigev_signo,
                                       (long)event->sigev_value.sival_ptr));
}

int mq_timedsend(mqd_t descriptor, const char *bytes, size_t size, unsigned priority,
                 const struct timespec *until) {
    const struct opened *entry = find(descriptor, O_RDONLY);
    struct mox_timespec words;
    if (entry == NULL) {
        return -1;
    }
    if (priority >= MQ_PRIO_MAX) {
        return failed(EINVAL);
    }
    return (int)answer(__mox_mq_send((long)entry->queue, (long)bytes, (long)size, (long)priority,
                                     entry->flags & O_NONBLOCK, timespec_argument(until, &words)));
}

int mq_send(mqd_t descriptor, const char *bytes, size_t size, unsigned priority) {
    return mq_timedsend(descriptor, bytes, size, priority, NULL);
}

ssize_t mq_timedreceive(mqd_t descriptor, char *bytes, size_t size, unsigned *priority,
                        const struct timespec *until) {
    const struct opened *entry = find(descriptor, O_WRONLY);
    struct mox_timespec words;
    if (entry == NULL) {
        return -1;
    }
    return answer(__mox_mq_receive((long)entry->queue, (long)bytes, (long)size, (long)priority,
                                   entry->flags & O_NONBLOCK, timespec_argument(until, &words)));
}

ssize_t mq_receive(mqd_t descriptor, char *bytes, size_t size, unsigned *priority) {
    return mq_timedreceive(descriptor, bytes, size, priority, NULL);
}
