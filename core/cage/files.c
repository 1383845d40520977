/* See files.h: what the machine and its cages have of files, and what the files of this folder
 * share. */
#include "cage/files.h"

#include <string.h>

#include "base/alloc.h"
#include "cage/epoll.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "cage/ipc.h"
#include "cage/locks.h"
#include "cage/parcel.h"
#include "cage/pipe.h"
#include "cage/signals.h"
#include "cage/socket.h"
#include "cage/stream.h"

struct files *files_of(const struct cage *cage) {
    return cage->machine->files;
}

struct machine_devices *devices_of(const struct cage *cage) {
    return &cage->machine->devices;
}

uint64_t files_key(const struct chan *chan) {
    return chan->qid.path ^ (uint64_t)chan->instance << 40 ^ (uint64_t)chan->dev->letter << 56;
}

void files_attributes(const struct cage *cage, uint32_t mode, uint64_t number,
                      struct attributes *attributes) {
    *attributes = (struct attributes){.inode = number,
                                      .mode = mode,
                                      .links = 1,
                                      .uid = cage->caller.uid,
                                      .gid = cage->caller.gid};
}

uint32_t files_text_label(const char *what, char *to, uint32_t size) {
    uint32_t length = 0;
    for (; *what != 0 && length + 1 < size; what++) {
        to[length++] = *what;
    }
    if (size > 0) {
        to[length] = 0;
    }
    return length;
}

uint32_t files_number_label(const char *what, uint64_t number, char *to, uint32_t size) {
    char digits[20];
    uint32_t count = 0;
    uint32_t length = files_text_label(what, to, size);
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0 && length + 1 < size) {
        to[length++] = digits[--count];
    }
    if (size > 0) {
        to[length] = 0;
    }
    return length;
}

int32_t call_waits_for(struct cage *cage, struct wait_queue *queue) {
    if (cage->caller.waiter == NULL) {
        return CALL_WAITS; /* a bare cage: its host tries again */
    }
    const int32_t error = wait_join(cage->caller.waiter, queue);
    return error < 0 ? error : CALL_WAITS;
}

int32_t call_broken_pipe(struct cage *cage, bool quiet) {
    if (!quiet) {
        signals_pipe(cage);
    }
    return -MOX_EPIPE;
}

void spans_put(struct byte_queue *queue, const struct const_spans *from, uint32_t skip,
               uint32_t count) {
    for (uint32_t i = 0; i < from->count && count > 0; i++) {
        const struct const_span *part = &from->items[i];
        if (skip >= part->size) {
            skip -= part->size;
            continue;
        }
        const uint32_t there = part->size - skip;
        const uint32_t some = count < there ? count : there;
        (void)byte_queue_put(queue, part->bytes + skip, some);
        count -= some;
        skip = 0;
    }
}

uint32_t spans_peek(const struct byte_queue *queue, uint32_t offset, const struct spans *to,
                    uint32_t count) {
    uint32_t done = 0;
    for (uint32_t i = 0; i < to->count && done < count; i++) {
        const struct span *part = &to->items[i];
        const uint32_t some = part->size < count - done ? part->size : count - done;
        const uint32_t got = byte_queue_peek(queue, offset + done, part->bytes, some);
        done += got;
        if (got < some) {
            break;
        }
    }
    return done;
}

void room_fill(struct room *room, const void *bytes, uint32_t size) {
    if (room == NULL || room->bytes == NULL) {
        return;
    }
    if (size > 0) {
        memcpy(room->bytes, bytes, size < room->size ? size : room->size);
    }
    room->needed = size;
}

int32_t files_new(const struct mox_allocator *allocator, const struct mox_allocator *blocks,
                  struct files **files) {
    *files = alloc_get(allocator, sizeof **files);
    if (*files == NULL) {
        return -MOX_ENOMEM;
    }
    (*files)->allocator = *allocator;
    (*files)->blocks = *blocks;
    return 0;
}

void files_free(struct files *files) {
    if (files != NULL) {
        parcels_free(files);
        ipc_free(files);
        locks_free(files);
        const struct mox_allocator allocator = files->allocator;
        alloc_give(&allocator, files, sizeof *files);
    }
}

int32_t files_cage_start(struct cage *cage) {
    struct files *files = files_of(cage);
    cage->fds = fdtable_new(&files->allocator);
    if (cage->fds == NULL) {
        return -MOX_ENOMEM;
    }
    for (uint32_t stream = CONSOLE_IN; stream <= CONSOLE_ERROR; stream++) {
        struct file *file = stream_new(devices_of(cage), &files->allocator, stream);
        if (file == NULL) {
            files_cage_end(cage);
            return -MOX_ENOMEM;
        }
        fdtable_put(cage->fds, stream, file, false);
    }
    return 0;
}

int32_t files_cage_fork(struct cage *parent, struct cage *child) {
    child->fds = fdtable_copy(parent->fds);
    if (child->fds == NULL) {
        return -MOX_ENOMEM;
    }
    const int32_t error = ipc_cage_fork(parent, child);
    if (error < 0) {
        fdtable_free(child->fds);
        child->fds = NULL;
    }
    return error;
}

void files_cage_exec(struct cage *cage) {
    ipc_cage_end(cage);
    for (uint32_t fd = 0; fd < cage->fds->end; fd++) {
        if (cage->fds->close_on_exec[fd]) {
            locks_forget_cage(cage, cage->fds->files[fd]);
        }
    }
    fdtable_exec(cage->fds);
}

void files_cage_end(struct cage *cage) {
    if (cage->fds == NULL) {
        return;
    }
    files_call_ended(cage);
    ipc_cage_end(cage);
    for (uint32_t fd = 0; fd < cage->fds->end; fd++) {
        if (cage->fds->files[fd] != NULL) {
            locks_forget_cage(cage, cage->fds->files[fd]);
        }
    }
    fdtable_free(cage->fds);
    cage->fds = NULL;
    parcels_settle(cage);
}

void files_call_ended(struct cage *cage) {
    file_drop(cage->opening);
    cage->opening = NULL;
    if (cage->lock != NULL) {
        ipc_lock_given_up(cage);
    }
    parcels_settle(cage);
}

uint32_t files_wait_label(const struct cage *cage, char *text, uint32_t size) {
    const struct file *file = cage->opening;
    if (file == NULL && cage->fds != NULL) {
        file = fdtable_get(cage->fds, cage->call_fd);
    }
    if (file != NULL && file->ops->label != NULL) {
        return file->ops->label(file, text, size);
    }
    return ipc_label(cage, text, size);
}

bool file_check(const struct file *file) {
    switch (file->ops->kind) {
    case FILE_FILE: return file->place.chan != NULL && file->place.chan->refs > 0;
    case FILE_STREAM: return file->offset <= CONSOLE_ERROR;
    case FILE_SOCKET: return socket_check(file);
    case FILE_PIPE: return pipe_check(file);
    case FILE_EPOLL: return epoll_check(file);
    }
    return false;
}

bool files_cage_check(const struct cage *cage) {
    if (cage->fds == NULL) {
        return cage->opening == NULL && cage->lock == NULL;
    }
    if (!fdtable_check(cage->fds) || !ipc_cage_check(cage)) {
        return false;
    }
    for (uint32_t fd = 0; fd < cage->fds->end; fd++) {
        const struct file *file = cage->fds->files[fd];
        if (file != NULL && !file_check(file)) {
            return false;
        }
    }
    return cage->opening == NULL || file_check(cage->opening);
}

bool files_check(const struct files *files) {
    return locks_check(files) && sockets_check(files) && parcels_check(files) && ipc_check(files);
}
