/* What all sockets share. See socket.h. */
#include "cage/socket.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "moxbox/errno.h"

bool socket_is_stream(const struct socket *socket) {
    return socket->type != ABI_SOCK_DGRAM;
}

bool socket_is_tcp(const struct socket *socket) {
    return socket->domain != ABI_AF_UNIX && socket->type == ABI_SOCK_STREAM;
}

void socket_changed(struct socket *socket) {
    wait_wake(&socket->in.readers);
    wait_wake(&socket->in.writers);
}

int32_t socket_error(struct socket *socket) {
    const int32_t error = -(int32_t)socket->error;
    socket->error = 0;
    return error;
}

int32_t socket_wait(struct cage *cage, struct wait_queue *queue, uint64_t timeout) {
    if (cage_timed_out(cage)) {
        return -MOX_EAGAIN;
    }
    if (timeout > 0) {
        cage_wait_until(cage, cage_deadline_in(cage, timeout));
    }
    return call_waits_for(cage, queue);
}

struct socket *socket_new(struct files *files, uint32_t domain, uint32_t type) {
    struct socket *socket =
        files->sockets.count < SOCKETS_MAX ? alloc_get(&files->allocator, sizeof *socket) : NULL;
    if (socket == NULL) {
        return NULL;
    }
    socket->files = files;
    socket->number = ++files->next_number;
    socket->domain = domain;
    socket->type = type;
    socket->options.send_size = SOCKET_BUFFER;
    socket->options.receive_size = SOCKET_BUFFER;
    socket->options.receive_low = 1;
    socket->options.send_low = 1;
    byte_queue_init(&socket->in, &files->blocks, SOCKET_BUFFER);
    key_table_put(&files->sockets, &socket->by_number, socket->number);
    return socket;
}

struct socket *socket_by_number(const struct files *files, uint64_t number) {
    return (struct socket *)key_table_find(&files->sockets, number); /* its first member */
}

void socket_free(struct socket *socket) {
    struct files *files = socket->files;
    if (socket_is_stream(socket)) {
        stream_close(socket);
    }
    socket_changed(socket);
    if (socket->domain == ABI_AF_UNIX) {
        unix_unbind(socket);
    } else {
        inet_unbind(socket);
    }
    key_table_remove(&files->sockets, &socket->by_number);
    byte_queue_clear(&socket->in);
    struct parcel *parcels = socket->parcels;
    alloc_give(&files->allocator, socket, sizeof *socket);
    parcels_drop(files, parcels);
}

static struct transfer transfer_of(struct cage *cage, const struct file *file) {
    return (struct transfer){.cage = cage, .non_blocking = (file->flags & ABI_O_NONBLOCK) != 0};
}

static int32_t socket_read(struct file *file, struct cage *cage, const uint64_t *offset,
                           const struct spans *to) {
    struct socket *socket = file->object;
    struct transfer transfer = transfer_of(cage, file);
    if (offset != NULL) {
        return -MOX_ESPIPE;
    }
    if (to->size == 0) {
        return 0;
    }
    const int32_t count = socket_is_stream(socket) ? stream_receive(&transfer, socket, to)
                                                   : datagram_receive(&transfer, socket, to, NULL);
    parcels_drop(socket->files, transfer.parcel);
    return count;
}

static int32_t socket_write(struct file *file, struct cage *cage, const uint64_t *offset,
                            const struct const_spans *from) {
    struct socket *socket = file->object;
    struct transfer transfer = transfer_of(cage, file);
    const struct address nowhere = {.size = 0};
    if (offset != NULL) {
        return -MOX_ESPIPE;
    }
    return socket_is_stream(socket) ? stream_send(&transfer, socket, from)
                                    : datagram_send(&transfer, socket, &nowhere, from);
}

static int32_t socket_attributes(struct file *file, struct cage *cage,
                                 struct attributes *attributes) {
    const struct socket *socket = file->object;
    files_attributes(cage, MODE_SOCKET | 0777, socket->number, attributes);
    return 0;
}

static int32_t socket_ioctl(struct file *file, struct cage *cage, uint32_t request,
                            uint8_t *argument) {
    const struct socket *socket = file->object;
    (void)cage;
    if (request != ABI_FIONREAD) {
        return -MOX_ENOTTY;
    }
    if (socket->state == SOCKET_LISTENING) {
        return -MOX_EINVAL;
    }
    uint32_t size = socket->in.size;
    if (socket->type != ABI_SOCK_STREAM) {
        const uint32_t message = byte_queue_message_size(&socket->in);
        uint8_t head[4];
        size = 0;
        if (message != UINT32_MAX && byte_queue_peek(&socket->in, BYTE_QUEUE_HEAD, head, 4) == 4) {
            size = message - 4 - bytes_load32(head);
        }
    }
    bytes_store32(argument, size);
    return 0;
}

static int32_t socket_poll(struct file *file, uint32_t events, struct waiter *waiter) {
    struct socket *socket = file->object;
    const bool stream = socket_is_stream(socket);
    int32_t error = 0;
    if (waiter != NULL) {
        error = wait_join(waiter, &socket->in.readers);
    }
    if (waiter != NULL && error == 0 && (events & READY_OUT) != 0) {
        struct socket *to = stream ? socket->peer : socket_by_number(socket->files, socket->target);
        error = to != NULL ? wait_join(waiter, &to->in.writers) : 0;
    }
    return error < 0 ? error : (int32_t)(stream ? stream_ready(socket) : datagram_ready(socket));
}

/* "socket 7", "socket port 4000", "socket /run/s". */
static uint32_t socket_label(const struct file *file, char *to, uint32_t size) {
    enum { FAMILY = 2, PORT_AT = 2 };
    const struct socket *socket = file->object;
    const uint8_t *bytes = socket->local.bytes;
    if (socket->domain != ABI_AF_UNIX && socket->by_name.in_table) {
        const uint32_t port = (uint32_t)bytes[PORT_AT] << 8 | bytes[PORT_AT + 1];
        return files_number_label("socket port ", port, to, size);
    }
    if (socket->domain != ABI_AF_UNIX || socket->local.size <= FAMILY || bytes[FAMILY] == 0) {
        return files_number_label("socket ", socket->number, to, size);
    }
    uint32_t length = files_text_label("socket ", to, size);
    for (uint32_t i = FAMILY; i < socket->local.size && bytes[i] != 0 && length + 1 < size; i++) {
        to[length++] = (char)bytes[i];
        to[length] = 0;
    }
    return length;
}

static void socket_close(struct file *file) {
    socket_free(file->object);
}

static const struct file_ops socket_ops = {
    .kind = FILE_SOCKET,
    .read = socket_read,
    .write = socket_write,
    .attributes = socket_attributes,
    .ioctl = socket_ioctl,
    .poll = socket_poll,
    .label = socket_label,
    .close = socket_close,
};

struct socket *socket_by_name(struct key_node *node) {
    return node == NULL
               ? NULL
               : (struct socket *)(void *)((char *)node - offsetof(struct socket, by_name));
}

struct socket *socket_of(const struct file *file) {
    return file->ops == &socket_ops ? file->object : NULL;
}

struct file *socket_file(struct socket *socket, uint32_t flags) {
    struct file *file =
        file_new(&socket->files->allocator, &socket_ops, ABI_O_RDWR | flags, socket);
    if (file != NULL) {
        socket->file = file;
    }
    return file;
}

static bool list_check(const struct socket *listener, const struct socket *first,
                       const struct socket *last, uint32_t *count) {
    const struct socket *before = NULL;
    *count = 0;
    for (const struct socket *at = first; at != NULL; at = at->next) {
        if (at->listener != listener) {
            return false;
        }
        before = at;
        ++*count;
    }
    return before == last;
}

bool socket_check(const struct file *file) {
    const struct socket *socket = socket_of(file);
    return socket != NULL && socket->file == file &&
           socket_by_number(socket->files, socket->number) == socket;
}

bool sockets_check(const struct files *files) {
    for (struct key_node *node = key_table_first(&files->sockets); node != NULL;
         node = key_table_after(&files->sockets, node)) {
        const struct socket *socket = (struct socket *)node;
        uint32_t pending;
        uint32_t waiting;
        const struct socket *peer = socket->peer;
        if (!byte_queue_check(&socket->in) ||
            !list_check(socket, socket->pending_first, socket->pending_last, &pending) ||
            !list_check(socket, socket->waiting_first, socket->waiting_last, &waiting) ||
            pending != socket->pending || (peer != NULL && peer->peer != socket) ||
            (peer != NULL && socket->state != SOCKET_CONNECTED) ||
            (socket->state == SOCKET_CONNECTING) !=
                (socket->listener != NULL && socket->file != NULL)) {
            return false;
        }
    }
    return true;
}

void sockets_state(const struct state *state, const struct files *files) {
    for (struct key_node *node = key_table_first(&files->sockets); node != NULL;
         node = key_table_after(&files->sockets, node)) {
        const struct socket *socket = (struct socket *)node;
        const uint32_t bits = (socket->file != NULL ? 1u : 0u) | (socket->in_ended ? 2u : 0u) |
                              (socket->in_shut ? 4u : 0u) | (socket->out_ended ? 8u : 0u) |
                              (socket->told ? 16u : 0u) | (socket->by_name.in_table ? 32u : 0u) |
                              (socket->parcels != NULL ? 64u : 0u);
        state_wide(state, socket->number);
        state_word(state, socket->domain);
        state_word(state, socket->type);
        state_word(state, socket->state);
        state_word(state, bits);
        state_word(state, socket->error);
        state_word(state, socket->backlog);
        state_bytes(state, socket->local.bytes, socket->local.size);
        state_bytes(state, socket->remote.bytes, socket->remote.size);
        state_chan(state, socket->place.chan);
        state_wide(state, socket->peer != NULL ? socket->peer->number : 0);
        state_wide(state, socket->target);
        state_wide(state, socket->listener != NULL ? socket->listener->number : 0);
        state_wide(state, socket->next != NULL ? socket->next->number : 0);
        state_word(state, socket->options.linger);
        state_wide(state, socket->options.receive_timeout);
        state_wide(state, socket->options.send_timeout);
        state_queue(state, &socket->in);
        if (socket->parcels != NULL) {
            parcels_state(state, socket);
        }
    }
}
