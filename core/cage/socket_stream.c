/* Connections: TCP inside the machine, AF_UNIX streams and SOCK_SEQPACKET. Each side receives from
 * its own queue and sends into its peer's. A connection is complete as soon as it stands in the
 * listener's backlog, as in Linux; the server's side exists from then on and waits for accept.
 *
 * How ends and errors show follows Linux for each family; tests/unit/cage_files_socket.c has the
 * table of what it did there. */
#include "cage/socket.h"

#include "base/bytes.h"
#include "moxbox/errno.h"

static void list_append(struct socket **first, struct socket **last, struct socket *socket,
                        struct socket *listener) {
    socket->next = NULL;
    socket->listener = listener;
    if (*last != NULL) {
        (*last)->next = socket;
    } else {
        *first = socket;
    }
    *last = socket;
}

static void list_remove(struct socket **first, struct socket **last, struct socket *socket) {
    struct socket *before = NULL;
    for (struct socket *at = *first; at != socket; at = at->next) {
        before = at;
    }
    if (before != NULL) {
        before->next = socket->next;
    } else {
        *first = socket->next;
    }
    if (*last == socket) {
        *last = before;
    }
    socket->next = NULL;
    socket->listener = NULL;
}

static bool backlog_full(const struct socket *listener) {
    return listener->pending > listener->backlog; /* one more than it says, as in Linux */
}

void stream_pair(struct socket *a, struct socket *b) {
    a->state = SOCKET_CONNECTED;
    b->state = SOCKET_CONNECTED;
    a->peer = b;
    b->peer = a;
}

/* Makes the server's side and puts it into the backlog; -ENOMEM. */
static int32_t establish(struct socket *socket, struct socket *listener) {
    struct socket *server = socket_new(socket->files, listener->domain, listener->type);
    if (server == NULL) {
        return -MOX_ENOMEM;
    }
    if (socket->domain == ABI_AF_UNIX) {
        server->local = listener->local;
        server->remote = socket->local;
        socket->remote = listener->local;
    } else {
        server->local = inet_shown(listener->domain, &socket->remote);
        server->remote = inet_shown(listener->domain, &socket->local);
    }
    const struct socket_options options = listener->options;
    server->options = options;
    server->in.limit = options.receive_size;
    stream_pair(socket, server);
    list_append(&listener->pending_first, &listener->pending_last, server, listener);
    listener->pending++;
    socket_changed(listener);
    socket_changed(socket);
    return 0;
}

void stream_refused(struct socket *socket) {
    socket->state = SOCKET_NEW;
    socket->error = MOX_ECONNREFUSED;
    socket->in_ended = true;
    socket_changed(socket);
}

static void forget_failure(struct socket *socket) {
    socket->error = 0;
    socket->in_ended = false;
    socket->in_shut = false;
    socket->out_ended = false;
    socket->told = false;
}

int32_t stream_connect(struct transfer *transfer, struct socket *socket, struct socket *listener) {
    const bool tcp = socket_is_tcp(socket);
    if (!backlog_full(listener)) {
        forget_failure(socket);
        const int32_t error = establish(socket, listener);
        if (error < 0) {
            return error;
        }
        socket->told = !tcp || !transfer->non_blocking;
        return socket->told ? 0 : -MOX_EINPROGRESS;
    }
    if (!tcp) {
        return transfer->non_blocking ? -MOX_EAGAIN
                                      : socket_wait(transfer->cage, &listener->in.writers,
                                                    socket->options.send_timeout);
    }
    forget_failure(socket);
    socket->state = SOCKET_CONNECTING;
    list_append(&listener->waiting_first, &listener->waiting_last, socket, listener);
    if (transfer->non_blocking) {
        return -MOX_EINPROGRESS;
    }
    transfer->cage->caller.progress = 1; /* it is this call that connects */
    return socket_wait(transfer->cage, &socket->in.readers, socket->options.send_timeout);
}

/* A connect on a socket that is connected, or on its way, or a blocking connect made again. */
int32_t stream_connect_again(struct transfer *transfer, struct socket *socket) {
    if (socket->state == SOCKET_CONNECTED) {
        const bool news = !socket->told;
        socket->told = true;
        return news ? 0 : -MOX_EISCONN;
    }
    if (transfer->non_blocking) {
        return -MOX_EALREADY;
    }
    const int32_t result =
        socket_wait(transfer->cage, &socket->in.readers, socket->options.send_timeout);
    return result == -MOX_EAGAIN ? -MOX_EINPROGRESS : result;
}

int32_t stream_admit(struct socket *listener) {
    struct socket *waiting = listener->waiting_first;
    if (waiting == NULL || listener->pending > listener->backlog + 1) {
        return 0;
    }
    const int32_t error = establish(waiting, listener);
    if (error == 0) {
        list_remove(&listener->waiting_first, &listener->waiting_last, waiting);
    }
    return error;
}

struct socket *stream_take_pending(struct socket *listener) {
    struct socket *server = listener->pending_first;
    list_remove(&listener->pending_first, &listener->pending_last, server);
    listener->pending--;
    wait_wake(&listener->in.writers);
    return server;
}

static int32_t may_send(struct transfer *transfer, struct socket *socket) {
    const bool tcp = socket_is_tcp(socket);
    const struct socket *peer = socket->peer;
    if (socket->state == SOCKET_CONNECTING) {
        return transfer->non_blocking
                   ? -MOX_EAGAIN
                   : socket_wait(transfer->cage, &socket->in.readers, socket->options.send_timeout);
    }
    if (tcp && socket->error != 0 && socket->error != MOX_EPIPE) {
        return socket_error(socket);
    }
    if (socket->state != SOCKET_CONNECTED && !tcp) {
        return -MOX_ENOTCONN;
    }
    const bool deaf = !tcp && (peer == NULL || peer->in_shut);
    if (socket->state != SOCKET_CONNECTED || socket->out_ended || deaf) {
        socket->error = socket->error == MOX_EPIPE ? 0 : socket->error;
        return call_broken_pipe(transfer->cage, transfer->quiet);
    }
    return 0;
}

/* The other side has closed: what is sent is lost, and the connection with it, as the reset says
 * that comes back. */
static int32_t send_to_nobody(struct socket *socket, uint32_t size) {
    socket->error = MOX_EPIPE;
    socket->in_ended = true;
    socket->out_ended = true;
    socket_changed(socket);
    return (int32_t)size;
}

static int32_t send_packet(struct transfer *transfer, struct socket *socket,
                           const struct const_spans *from) {
    struct byte_queue *queue = &socket->peer->in;
    uint8_t head[BYTE_QUEUE_HEAD + 4] = {0}; /* a length, and no address */
    if (from->size > queue->limit - sizeof head) {
        return -MOX_EMSGSIZE;
    }
    const int32_t error = byte_queue_reserve(queue, from->size + (uint32_t)sizeof head);
    if (error == -MOX_ENOBUFS) {
        return transfer->non_blocking
                   ? -MOX_EAGAIN
                   : socket_wait(transfer->cage, &queue->writers, socket->options.send_timeout);
    }
    if (error < 0) {
        return error;
    }
    bytes_store32(head, from->size + 4);
    (void)byte_queue_put(queue, head, sizeof head);
    spans_put(queue, from, 0, from->size);
    parcel_post(transfer, socket->peer, from->size + (uint32_t)sizeof head);
    wait_wake(&queue->readers);
    return (int32_t)from->size;
}

int32_t stream_send(struct transfer *transfer, struct socket *socket,
                    const struct const_spans *from) {
    uint32_t *done = &transfer->cage->caller.progress;
    const int32_t may = may_send(transfer, socket);
    if (may != 0) {
        return may != CALL_WAITS && *done > 0 ? (int32_t)*done : may;
    }
    if (socket->peer == NULL) {
        return send_to_nobody(socket, from->size);
    }
    if (socket->type != ABI_SOCK_STREAM) {
        return send_packet(transfer, socket, from);
    }
    struct byte_queue *queue = &socket->peer->in;
    const uint32_t room = byte_queue_room(queue);
    const uint32_t rest = from->size - *done;
    const uint32_t count = rest < room ? rest : room;
    const int32_t error = byte_queue_reserve(queue, count);
    if (error < 0) {
        return *done > 0 ? (int32_t)*done : error;
    }
    spans_put(queue, from, *done, count);
    if (count > 0) {
        parcel_post(transfer, socket->peer, count);
    }
    *done += count;
    if (*done == from->size) {
        return (int32_t)*done;
    }
    const int32_t result = transfer->non_blocking ? -MOX_EAGAIN
                                                  : socket_wait(transfer->cage, &queue->writers,
                                                                socket->options.send_timeout);
    return result == -MOX_EAGAIN && *done > 0 ? (int32_t)*done : result;
}

static int32_t receive_packet(struct transfer *transfer, struct socket *socket,
                              const struct spans *to) {
    const uint32_t size = byte_queue_message_size(&socket->in) - 4;
    const uint32_t count = spans_peek(&socket->in, BYTE_QUEUE_HEAD + 4, to, size);
    if (count < size) {
        transfer->told |= ABI_MSG_TRUNC;
    }
    parcel_take(transfer, socket, BYTE_QUEUE_HEAD + 4 + size);
    return (int32_t)(transfer->real_size ? size : count);
}

int32_t stream_receive(struct transfer *transfer, struct socket *socket, const struct spans *to) {
    struct byte_queue *in = &socket->in;
    const bool ended = socket->in_ended || socket->in_shut;
    if (socket->state != SOCKET_CONNECTED && socket->state != SOCKET_CONNECTING && !ended) {
        return socket_is_tcp(socket) ? -MOX_ENOTCONN : -MOX_EINVAL;
    }
    const bool packets = socket->type != ABI_SOCK_STREAM;
    /* All that is asked for, or as much as can ever wait at once. */
    const uint32_t all = parcel_limit(socket, to->size < in->limit ? to->size : in->limit);
    const uint32_t enough =
        transfer->wait_all && !ended && !packets && socket->error == 0 ? all : 1;
    if (in->size >= enough || (in->size > 0 && transfer->non_blocking)) {
        if (packets) {
            return receive_packet(transfer, socket, to);
        }
        const uint32_t count = spans_peek(in, 0, to, parcel_limit(socket, to->size));
        parcel_take(transfer, socket, count);
        return (int32_t)count;
    }
    if (socket->error != 0 && (socket->error != MOX_EPIPE || !ended)) {
        return socket_error(socket);
    }
    if (ended || to->size == 0) {
        return 0;
    }
    if (transfer->non_blocking) {
        return -MOX_EAGAIN;
    }
    return socket_wait(transfer->cage, &in->readers, socket->options.receive_timeout);
}

uint32_t stream_ready(const struct socket *socket) {
    const bool tcp = socket_is_tcp(socket);
    const bool ended = socket->in_ended || socket->in_shut;
    uint32_t ready = socket->error != 0 ? READY_ERR : 0u;
    if (socket->state == SOCKET_LISTENING) {
        return (socket->pending > 0 ? READY_IN : 0u) |
               (socket->in_shut ? READY_IN | READY_RDHUP : 0u);
    }
    if (socket->state == SOCKET_CONNECTING) {
        return 0;
    }
    if (socket->state == SOCKET_NEW || (ended && socket->out_ended)) {
        ready |= READY_HUP;
    }
    ready |= ended ? READY_IN | READY_RDHUP : 0u;
    ready |= socket->in.size > 0 ? READY_IN : 0u;
    const struct socket *peer = socket->peer;
    const bool room = peer == NULL || byte_queue_room(&peer->in) >= peer->in.limit / 4;
    const bool fails = tcp && socket->out_ended; /* at once: also a way to be ready */
    return ready | (room || fails ? READY_OUT : 0u);
}

static void close_listener(struct socket *socket) {
    while (socket->pending_first != NULL) {
        struct socket *server = socket->pending_first;
        list_remove(&socket->pending_first, &socket->pending_last, server);
        socket->pending--;
        if (server->peer != NULL) {
            server->peer->error = MOX_ECONNRESET;
            server->peer->out_ended = true;
        }
        socket_free(server);
    }
    while (socket->waiting_first != NULL) {
        struct socket *waiting = socket->waiting_first;
        list_remove(&socket->waiting_first, &socket->waiting_last, waiting);
        stream_refused(waiting);
    }
}

int32_t stream_shutdown(struct socket *socket, bool in, bool out) {
    const bool tcp = socket_is_tcp(socket);
    if (tcp && socket->state == SOCKET_LISTENING) {
        if (in) { /* it listens no more; AF_UNIX lets in who has come, and nobody after that */
            close_listener(socket);
            socket->state = SOCKET_NEW;
            socket_changed(socket);
        }
        return 0;
    }
    const bool over = (socket->in_ended || socket->in_shut) && socket->out_ended;
    if (tcp && (socket->state != SOCKET_CONNECTED || over)) {
        return -MOX_ENOTCONN;
    }
    socket->in_shut = socket->in_shut || in;
    socket->out_ended = socket->out_ended || out;
    if (out && socket->peer != NULL) {
        socket->peer->in_ended = true;
        socket_changed(socket->peer);
    }
    if (in && socket->peer != NULL) {
        socket_changed(socket->peer);
    }
    socket_changed(socket);
    return 0;
}

void stream_close(struct socket *socket) {
    struct socket *peer = socket->peer;
    struct socket *listener = socket->listener;
    close_listener(socket);
    if (listener != NULL && socket->state == SOCKET_CONNECTING) {
        list_remove(&listener->waiting_first, &listener->waiting_last, socket);
    }
    if (peer != NULL) {
        const bool tcp = socket_is_tcp(socket);
        const bool hard = socket->options.linger != 0 && socket->options.linger_seconds == 0;
        const bool reset = socket->in.size > 0 || (tcp && hard);
        peer->peer = NULL;
        peer->in_ended = true;
        peer->out_ended = peer->out_ended || reset || !tcp;
        peer->error = reset ? MOX_ECONNRESET : peer->error;
        socket->peer = NULL;
        socket_changed(peer);
    }
}
