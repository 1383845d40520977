/* Message queues. A queue is a mapped file: what all that have it open share is here a few words
 * and semaphores, on which the kernel lets them wait. `messages` counts what can be received,
 * `room` what can be sent, `lock` is held with all signals held back. Who is killed just then
 * leaves it locked: there is nothing in the kernel that would know. */
#include <errno.h>
#include <limits.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "named.h"

struct message {
    unsigned used;
    unsigned priority;
    unsigned order; /* the lower of the same priority came first */
    unsigned size;
    char bytes[];
};

struct queue {
    sem_t lock;
    sem_t messages;
    sem_t room;
    unsigned capacity;
    unsigned message_size;
    unsigned count;
    unsigned next_order;
    unsigned receivers; /* that wait: they get the message, and nobody is notified */
    pid_t notified;     /* 0: nobody wants to be */
    int signal;         /* 0: to be notified of nothing */
    void *value;
};

/* What this process has open. */
static struct opened {
    struct queue *queue;
    size_t size;
    int flags;
} opened[MQ_OPEN_MAX];

enum {
    DEFAULT_CAPACITY = 10,
    DEFAULT_SIZE = 8192,
    QUEUE_BYTES_MAX = 16 << 20,
    DESCRIPTOR_BASE = 1 << 16 /* so that they are no descriptors of files */
};

static int failed(int error) {
    errno = error;
    return -1;
}

static size_t stride(const struct queue *queue) {
    return (sizeof(struct message) + queue->message_size + 3) & ~(size_t)3;
}

static struct message *message_at(struct queue *queue, unsigned index) {
    return (struct message *)((char *)(queue + 1) + index * stride(queue));
}

static struct opened *find(mqd_t descriptor) {
    const unsigned index = (unsigned)(descriptor - DESCRIPTOR_BASE);
    if (index >= MQ_OPEN_MAX || opened[index].queue == NULL) {
        errno = EBADF;
        return NULL;
    }
    return &opened[index];
}

static sigset_t lock(struct queue *queue) {
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    while (__mox_sem_wait((long)&queue->lock) == -EINTR) {
    }
    return before;
}

static void unlock(struct queue *queue, const sigset_t *before) {
    (void)__mox_sem_post((long)&queue->lock);
    (void)sigprocmask(SIG_SETMASK, before, NULL);
}

static void start_queue(void *bytes, const void *context) {
    struct queue *queue = bytes;
    *queue = *(const struct queue *)context;
    (void)sem_init(&queue->lock, 1, 1);
    (void)sem_init(&queue->messages, 1, 0);
    (void)sem_init(&queue->room, 1, queue->capacity);
}

/* The shape of a queue that may have to be made: -1 for what none can have. */
static int shape(const struct mq_attr *attributes, struct queue *queue) {
    *queue = (struct queue){.capacity = DEFAULT_CAPACITY, .message_size = DEFAULT_SIZE};
    if (attributes == NULL) {
        return 0;
    }
    if (attributes->mq_maxmsg <= 0 || attributes->mq_msgsize <= 0 ||
        attributes->mq_msgsize > QUEUE_BYTES_MAX ||
        attributes->mq_maxmsg >
            (long)(QUEUE_BYTES_MAX / (attributes->mq_msgsize + sizeof(struct message)))) {
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
    struct queue wanted;
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

/* Takes back the wish of this process to be notified. */
static void unnotify(struct queue *queue) {
    const sigset_t before = lock(queue);
    if (queue->notified == getpid()) {
        queue->notified = 0;
    }
    unlock(queue, &before);
}

int mq_close(mqd_t descriptor) {
    struct opened *entry = find(descriptor);
    if (entry == NULL) {
        return -1;
    }
    unnotify(entry->queue);
    (void)munmap(entry->queue, entry->size);
    *entry = (struct opened){0};
    return 0;
}

int mq_unlink(const char *name) {
    return __named_remove(NAMED_QUEUES, name);
}

int mq_getattr(mqd_t descriptor, struct mq_attr *attributes) {
    const struct opened *entry = find(descriptor);
    if (entry == NULL) {
        return -1;
    }
    *attributes = (struct mq_attr){entry->flags & O_NONBLOCK, (long)entry->queue->capacity,
                                   (long)entry->queue->message_size, (long)entry->queue->count};
    return 0;
}

int mq_setattr(mqd_t descriptor, const struct mq_attr *attributes, struct mq_attr *old) {
    struct opened *entry = find(descriptor);
    if (entry == NULL || (old != NULL && mq_getattr(descriptor, old) < 0)) {
        return -1;
    }
    entry->flags = (entry->flags & ~O_NONBLOCK) | (int)(attributes->mq_flags & O_NONBLOCK);
    return 0;
}

int mq_notify(mqd_t descriptor, const struct sigevent *event) {
    struct opened *entry = find(descriptor);
    if (entry == NULL) {
        return -1;
    }
    if (event == NULL) {
        unnotify(entry->queue);
        return 0;
    }
    const int silent = event->sigev_notify == SIGEV_NONE;
    if ((!silent && event->sigev_notify != SIGEV_SIGNAL) ||
        (!silent && (event->sigev_signo < 0 || event->sigev_signo >= NSIG))) {
        return failed(EINVAL);
    }
    struct queue *queue = entry->queue;
    const sigset_t before = lock(queue);
    const int busy = queue->notified != 0 && __mox_kill(queue->notified, 0) != -ESRCH;
    if (!busy) {
        queue->notified = getpid();
        queue->signal = silent ? 0 : event->sigev_signo;
        queue->value = event->sigev_value.sival_ptr;
    }
    unlock(queue, &before);
    return busy ? failed(EBUSY) : 0;
}

/* Waits for one of a semaphore, as the descriptor and the time say. */
static int take(const struct opened *entry, sem_t *semaphore, const struct timespec *until) {
    if (entry->flags & O_NONBLOCK) {
        return sem_trywait(semaphore);
    }
    return until != NULL ? sem_timedwait(semaphore, until) : sem_wait(semaphore);
}

/* needs: the lock, room */
static void put_message(struct queue *queue, const char *bytes, size_t size, unsigned priority) {
    unsigned index = 0;
    while (message_at(queue, index)->used) {
        index++;
    }
    struct message *message = message_at(queue, index);
    message->used = 1;
    message->priority = priority;
    message->order = queue->next_order++;
    message->size = (unsigned)size;
    memcpy(message->bytes, bytes, size);
    queue->count++;
}

/* needs: the lock, a message */
static size_t take_message(struct queue *queue, char *bytes, unsigned *priority) {
    struct message *first = NULL;
    for (unsigned i = 0; i < queue->capacity; i++) {
        struct message *message = message_at(queue, i);
        if (message->used &&
            (first == NULL || message->priority > first->priority ||
             (message->priority == first->priority && (int)(message->order - first->order) < 0))) {
            first = message;
        }
    }
    memcpy(bytes, first->bytes, first->size);
    if (priority != NULL) {
        *priority = first->priority;
    }
    first->used = 0;
    queue->count--;
    return first->size;
}

int mq_timedsend(mqd_t descriptor, const char *bytes, size_t size, unsigned priority,
                 const struct timespec *until) {
    const struct opened *entry = find(descriptor);
    if (entry == NULL) {
        return -1;
    }
    struct queue *queue = entry->queue;
    if ((entry->flags & O_ACCMODE) == O_RDONLY) {
        return failed(EBADF);
    }
    if (priority >= MQ_PRIO_MAX) {
        return failed(EINVAL);
    }
    if (size > queue->message_size) {
        return failed(EMSGSIZE);
    }
    if (take(entry, &queue->room, until) < 0) {
        return -1;
    }
    const sigset_t before = lock(queue);
    struct queue told = {.notified = 0};
    if (queue->count == 0 && queue->receivers == 0) {
        told = *queue;
        queue->notified = 0;
    }
    put_message(queue, bytes, size, priority);
    (void)__mox_sem_post((long)&queue->messages);
    unlock(queue, &before);
    if (told.notified != 0 && told.signal != 0) {
        (void)__mox_sigqueue(told.notified, told.signal, (long)told.value, SI_MESGQ);
    }
    return 0;
}

int mq_send(mqd_t descriptor, const char *bytes, size_t size, unsigned priority) {
    return mq_timedsend(descriptor, bytes, size, priority, NULL);
}

static void count_receiver(struct queue *queue, int change) {
    const sigset_t before = lock(queue);
    queue->receivers += (unsigned)change;
    unlock(queue, &before);
}

/* Waits for a message; while it does, it counts as one who waits. */
static int await_message(const struct opened *entry, const struct timespec *until) {
    struct queue *queue = entry->queue;
    if (sem_trywait(&queue->messages) == 0) {
        return 0;
    }
    if (entry->flags & O_NONBLOCK) {
        return -1;
    }
    count_receiver(queue, 1);
    const int result = take(entry, &queue->messages, until);
    const int error = errno;
    count_receiver(queue, -1);
    errno = error;
    return result;
}

ssize_t mq_timedreceive(mqd_t descriptor, char *bytes, size_t size, unsigned *priority,
                        const struct timespec *until) {
    const struct opened *entry = find(descriptor);
    if (entry == NULL) {
        return -1;
    }
    struct queue *queue = entry->queue;
    if ((entry->flags & O_ACCMODE) == O_WRONLY) {
        return failed(EBADF);
    }
    if (size < queue->message_size) {
        return failed(EMSGSIZE);
    }
    if (await_message(entry, until) < 0) {
        return -1;
    }
    const sigset_t before = lock(queue);
    const size_t got = take_message(queue, bytes, priority);
    (void)__mox_sem_post((long)&queue->room);
    unlock(queue, &before);
    return (ssize_t)got;
}

ssize_t mq_receive(mqd_t descriptor, char *bytes, size_t size, unsigned *priority) {
    return mq_timedreceive(descriptor, bytes, size, priority, NULL);
}
