/* The state of files for the hash of a machine: everything that decides what a program will see,
 * and nothing of the host's addresses. A file that several descriptors have is written where the
 * first of them stands, in the order of cages and numbers; the others name that place. */
#include "base/bytes.h"
#include "cage/epoll.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "cage/ipc.h"
#include "cage/locks.h"
#include "cage/pipe.h"
#include "cage/socket.h"

void state_word(const struct state *state, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    state->sink(state->context, bytes, sizeof bytes);
}

void state_wide(const struct state *state, uint64_t value) {
    state_word(state, (uint32_t)value);
    state_word(state, (uint32_t)(value >> 32));
}

void state_bytes(const struct state *state, const void *bytes, uint32_t size) {
    state_word(state, size);
    state->sink(state->context, bytes, size);
}

void state_queue(const struct state *state, const struct byte_queue *queue) {
    uint8_t part[256];
    uint32_t done = 0;
    state_word(state, queue->limit);
    state_word(state, queue->size);
    while (done < queue->size) {
        const uint32_t count = byte_queue_peek(queue, done, part, sizeof part);
        state->sink(state->context, part, count);
        done += count;
    }
}

void state_chan(const struct state *state, const struct chan *chan) {
    state_word(state, chan != NULL);
    if (chan != NULL) {
        state_word(state, chan->dev->letter);
        state_word(state, chan->instance);
        state_wide(state, chan->qid.path);
        state_word(state, chan->mode);
    }
}

static void file_state(const struct state *state, const struct file *file) {
    state_word(state, file->ops->kind);
    state_word(state, file->flags);
    state_wide(state, file->offset);
    state_word(state, file->lock);
    state_chan(state, file->place.chan);
    state_word(state, file->cursor != NULL);
    if (file->cursor != NULL) {
        state_wide(state, file->cursor->position);
        state_word(state, file->cursor->element);
        state_bytes(state, file->cursor->name, file->cursor->name_size);
    }
    switch (file->ops->kind) {
    case FILE_FILE:
    case FILE_STREAM: break;
    case FILE_SOCKET: state_wide(state, socket_of(file)->number); break;
    case FILE_PIPE: pipe_state(state, file); break;
    case FILE_EPOLL: epoll_state(state, file); break;
    }
}

/* Whether a file is the descriptor as which it was written: cage << 32 | number + 1. */
static bool is_descriptor(mox_machine *machine, const struct file *file) {
    const struct cage *cage = machine_cage(machine, (uint32_t)(file->written >> 32));
    const uint32_t number = (uint32_t)file->written - 1;
    return cage != NULL && cage->fds != NULL && fdtable_get(cage->fds, number) == file;
}

/* The place where a file was written first; 0: it must be written here. */
static uint64_t written_at(const struct cage *cage, uint32_t fd, struct file *file) {
    const uint64_t here = (uint64_t)cage->id << 32 | (fd + 1);
    if (file->written < here && is_descriptor(cage->machine, file)) {
        return file->written;
    }
    file->written = here;
    return 0;
}

void files_cage_state(const struct cage *cage, files_sink *sink, void *context) {
    const struct state state = {sink, context, NULL};
    const struct fdtable *fds = cage->fds;
    for (uint32_t fd = 0; fds != NULL && fd < fds->end; fd++) {
        struct file *file = fds->files[fd];
        if (file != NULL) {
            const uint64_t there = written_at(cage, fd, file);
            state_word(&state, fd);
            state_word(&state, fds->close_on_exec[fd]);
            state_wide(&state, there);
            if (there == 0) {
                file_state(&state, file);
            }
        }
    }
    state_word(&state, UINT32_MAX);
    state_word(&state, cage->opening != NULL);
    if (cage->opening != NULL) {
        file_state(&state, cage->opening);
    }
    ipc_cage_state(&state, cage);
}

/* Files that are in parcels only are written where the first of those is, and then have this bit
 * and their number among them. */
#define IN_PARCEL (UINT64_C(1) << 63)

static void forget_places(mox_machine *machine, const struct socket *socket) {
    for (const struct parcel *parcel = socket->parcels; parcel != NULL; parcel = parcel->next) {
        for (uint32_t i = 0; i < parcel->count; i++) {
            struct file *file = parcel->files[i];
            file->written = is_descriptor(machine, file) ? file->written : 0;
        }
    }
}

void parcels_state(const struct state *state, const struct socket *socket) {
    for (const struct parcel *parcel = socket->parcels; parcel != NULL; parcel = parcel->next) {
        state_wide(state, parcel->start - socket->taken);
        state_wide(state, parcel->end - socket->taken);
        state_word(state, parcel->count);
        for (uint32_t i = 0; i < parcel->count; i++) {
            struct file *file = parcel->files[i];
            state_wide(state, file->written);
            if (file->written == 0) {
                file->written = IN_PARCEL | ++*state->parcel_files;
                file_state(state, file);
            }
        }
    }
    state_wide(state, UINT64_MAX);
}

void files_state(mox_machine *machine, files_sink *sink, void *context) {
    const struct files *files = machine->files;
    uint32_t parcel_files = 0;
    const struct state state = {sink, context, &parcel_files};
    for (struct key_node *node = key_table_first(&files->sockets); node != NULL;
         node = key_table_after(&files->sockets, node)) {
        forget_places(machine, (struct socket *)node);
    }
    state_wide(&state, files->next_number);
    state_word(&state, files->next_port);
    state_word(&state, files->next_segment);
    sockets_state(&state, files);
    locks_state(&state, files);
    shm_state(&state, files);
}
