/* What all sockets share. See socket.h. */
#include "cage/socket.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/codec.h"
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

struct socket *socket_first(const struct files *files) {
    return (struct socket *)key_table_first(&files->sockets);
}

struct socket *socket_after(const struct socket *socket) {
    return (struct socket *)key_table_after(&socket->files->sockets, &socket->by_number);
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

static void socket_codec(struct codec *codec, struct file *file);

const struct file_ops socket_ops = {
    .kind = FILE_SOCKET,
    .read = socket_read,
    .write = socket_write,
    .attributes = socket_attributes,
    .ioctl = socket_ioctl,
    .poll = socket_poll,
    .label = socket_label,
    .close = socket_close,
    .codec = socket_codec,
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
    for (const struct socket *socket = socket_first(files); socket != NULL;
         socket = socket_after(socket)) {
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

static void socket_begin(struct codec *codec, void *object) {
    struct socket *socket = object;
    struct files *files = codec->machine->files;
    codec_wide(codec, &socket->number);
    codec_word(codec, &socket->domain);
    codec_word(codec, &socket->type);
    if (!codec->loads) {
        return;
    }
    const uint32_t domain = socket->domain;
    const uint32_t type = socket->type;
    socket->files = files;
    byte_queue_init(&socket->in, &codec->blocks, 0);
    if (codec_need(codec,
                   (domain == ABI_AF_UNIX || domain == ABI_AF_INET || domain == ABI_AF_INET6) &&
                       (type == ABI_SOCK_STREAM || type == ABI_SOCK_DGRAM ||
                        (type == SOCKET_SEQPACKET && domain == ABI_AF_UNIX)) &&
                       files->sockets.count < SOCKETS_MAX &&
                       socket_by_number(files, socket->number) == NULL)) {
        key_table_put(&files->sockets, &socket->by_number, socket->number);
    }
}

static void address_codec(struct codec *codec, struct address *address) {
    address->size = codec_most(codec, address->size, ADDRESS_MAX);
    codec_bytes(codec, address->bytes, address->size);
}

static void options_codec(struct codec *codec, struct socket_options *options) {
    uint32_t *words[] = {
        &options->reuse_address, &options->reuse_port,       &options->keep_alive,
        &options->oob_inline,    &options->no_delay,         &options->v6_only,
        &options->broadcast,     &options->pass_credentials, &options->dont_route,
        &options->priority,      &options->linger,           &options->linger_seconds,
        &options->send_size,     &options->receive_size,     &options->receive_low,
        &options->send_low};
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        codec_word(codec, words[i]);
    }
    codec_wide(codec, &options->receive_timeout);
    codec_wide(codec, &options->send_timeout);
}

static void socket_body(struct codec *codec, void *object);
static bool socket_end(struct codec *codec, void *object);

static const struct codec_kind socket_kind = {.size = sizeof(struct socket),
                                              .single = true,
                                              .begin = socket_begin,
                                              .body = socket_body,
                                              .end = socket_end};

/* Those that nobody has accepted belong to the listener; those that wait for room have files. */
static uint32_t line_codec(struct codec *codec, struct socket *listener, struct socket **first,
                           struct socket **last, bool owned) {
    struct socket **at = first;
    uint32_t count = 0;
    while (codec_more(codec, *at)) {
        *at = owned ? codec_owned(codec, &socket_kind, *at)
                    : codec_reference(codec, &socket_kind, *at);
        struct socket *socket = *at;
        if (codec->loads && codec_need(codec, socket != NULL && socket->listener == NULL &&
                                                  socket->type == listener->type)) {
            socket->listener = listener;
            *last = socket;
        }
        count++;
        at = socket != NULL ? &socket->next : at;
    }
    return count;
}

static void socket_body(struct codec *codec, void *object) {
    struct socket *socket = object;
    socket->state = (enum socket_state)codec_most(codec, (uint32_t)socket->state, SOCKET_CONNECTED);
    address_codec(codec, &socket->local);
    address_codec(codec, &socket->remote);
    place_codec(codec, &socket->place);
    byte_queue_codec(codec, &socket->in, true);
    codec_wide(codec, &socket->taken);
    parcels_codec(codec, socket);
    socket->peer = codec_reference(codec, &socket_kind, socket->peer);
    codec_wide(codec, &socket->target);
    codec_flag(codec, &socket->in_ended);
    codec_flag(codec, &socket->in_shut);
    codec_flag(codec, &socket->out_ended);
    codec_flag(codec, &socket->told);
    codec_word(codec, &socket->error);
    codec_word(codec, &socket->backlog);
    options_codec(codec, &socket->options);
    const uint32_t pending =
        line_codec(codec, socket, &socket->pending_first, &socket->pending_last, true);
    socket->pending = codec->loads ? pending : socket->pending;
    (void)line_codec(codec, socket, &socket->waiting_first, &socket->waiting_last, false);
}

/* What waits in it: messages, each behind the length of an address. */
static bool messages_check(const struct socket *socket) {
    uint32_t at = 0;
    if (socket->type == ABI_SOCK_STREAM) {
        return true;
    }
    while (at < socket->in.size) {
        uint8_t head[BYTE_QUEUE_HEAD + 4];
        if (byte_queue_peek(&socket->in, at, head, sizeof head) < sizeof head) {
            return false;
        }
        const uint32_t size = bytes_load32(head);
        const uint32_t address = bytes_load32(head + BYTE_QUEUE_HEAD);
        if (size < 4 || address > ADDRESS_MAX || address > size - 4 ||
            size > socket->in.size - at - BYTE_QUEUE_HEAD) {
            return false;
        }
        at += BYTE_QUEUE_HEAD + size;
    }
    return true;
}

static bool socket_end(struct codec *codec, void *object) {
    const struct socket *socket = object;
    const struct socket *peer = socket->peer;
    const bool is_unix = socket->domain == ABI_AF_UNIX;
    (void)codec;
    return (peer == NULL || (peer->type == socket->type && socket_is_stream(socket) &&
                             (peer->domain == ABI_AF_UNIX) == is_unix)) &&
           (socket->state != SOCKET_LISTENING || socket_is_stream(socket)) &&
           (!socket->by_name.in_table ||
            (is_unix ? unix_name_check(socket) : inet_name_check(socket))) &&
           messages_check(socket);
}

static void socket_codec(struct codec *codec, struct file *file) {
    struct socket *socket = codec_owned(codec, &socket_kind, file->object);
    file->object = socket;
    if (socket != NULL) {
        socket->file = file;
    }
}

static bool is_unix_socket(const void *object) {
    return ((const struct socket *)object)->domain == ABI_AF_UNIX;
}

static bool is_inet_socket(const void *object) {
    return ((const struct socket *)object)->domain != ABI_AF_UNIX;
}

void sockets_codec(struct codec *codec, struct files *files) {
    const uint32_t at = offsetof(struct socket, by_name);
    key_table_codec(codec, &files->ports, &socket_kind, at, false, is_inet_socket);
    key_table_codec(codec, &files->names, &socket_kind, at, false, is_unix_socket);
}
