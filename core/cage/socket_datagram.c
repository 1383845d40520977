/* Messages: UDP inside the machine and AF_UNIX datagrams. A message stands in its receiver's queue
 * as 4 bytes length of the sender's address, the address, the bytes. UDP loses what does not fit, a
 * sender of AF_UNIX waits, both as in Linux. */
#include "cage/socket.h"

#include <string.h>

#include "base/bytes.h"
#include "moxbox/errno.h"

enum { HEAD = 4, UDP_MAX = 65507 };

/* Puts the whole message or nothing: 0, -ENOBUFS, -EMSGSIZE, -ENOMEM. */
static int32_t put(struct transfer *transfer, struct socket *to, const struct address *from,
                   const struct const_spans *data) {
    const uint32_t head_size = BYTE_QUEUE_HEAD + HEAD + from->size;
    uint8_t head[BYTE_QUEUE_HEAD + HEAD + ADDRESS_MAX];
    if (data->size > to->in.limit - head_size) {
        return -MOX_EMSGSIZE;
    }
    const int32_t error = byte_queue_reserve(&to->in, head_size + data->size);
    if (error < 0) {
        return error;
    }
    bytes_store32(head, HEAD + from->size + data->size);
    bytes_store32(head + BYTE_QUEUE_HEAD, from->size);
    memcpy(head + BYTE_QUEUE_HEAD + HEAD, from->bytes, from->size);
    (void)byte_queue_put(&to->in, head, head_size);
    spans_put(&to->in, data, 0, data->size);
    parcel_post(transfer, to, head_size + data->size);
    return 0;
}

static int32_t unix_send(struct transfer *transfer, struct socket *socket, const struct address *to,
                         const struct const_spans *data) {
    struct socket *found = NULL;
    if (to->size > 0) {
        const int32_t error = unix_find(transfer->cage, socket, to, &found);
        if (error < 0) {
            return error;
        }
    } else if (socket->target != 0) {
        found = socket_by_number(socket->files, socket->target);
        if (found == NULL) {
            socket->target = 0;
            socket->remote.size = 0;
            return -MOX_ECONNREFUSED;
        }
    } else {
        return -MOX_ENOTCONN;
    }
    if (found->target != 0 && found->target != socket->number) {
        return -MOX_EPERM;
    }
    if (socket->out_ended || found->in_shut) {
        return call_broken_pipe(transfer->cage, transfer->quiet);
    }
    const int32_t error = put(transfer, found, &socket->local, data);
    if (error == -MOX_ENOBUFS) {
        return transfer->non_blocking
                   ? -MOX_EAGAIN
                   : socket_wait(transfer->cage, &found->in.writers, socket->options.send_timeout);
    }
    return error < 0 ? error : (int32_t)data->size;
}

static int32_t udp_send(struct transfer *transfer, struct socket *socket, const struct address *to,
                        const struct const_spans *data) {
    const struct address *target = to->size > 0 ? to : &socket->remote;
    struct socket *found = NULL;
    if (socket->error != 0) {
        return socket_error(socket);
    }
    if (socket->out_ended) {
        return call_broken_pipe(transfer->cage, transfer->quiet);
    }
    if (target->size == 0) {
        return -MOX_EDESTADDRREQ;
    }
    if (data->size > UDP_MAX) {
        return -MOX_EMSGSIZE;
    }
    int32_t error = socket->by_name.in_table ? 0 : inet_bind_any(socket);
    if (error < 0) {
        return error;
    }
    error = inet_find(transfer->cage, socket, target, &found);
    if (error == -MOX_ECONNREFUSED) { /* told later, and only to who is connected */
        socket->error = socket->remote.size > 0 ? MOX_ECONNREFUSED : 0;
        socket_changed(socket);
        return (int32_t)data->size;
    }
    if (error < 0) {
        return error;
    }
    if (found->in_shut) {
        return (int32_t)data->size;
    }
    const struct address from = inet_seen_from(socket, target);
    error = put(transfer, found, &from, data);
    return error == -MOX_ENOMEM ? error : (int32_t)data->size; /* what has no room is lost */
}

int32_t datagram_send(struct transfer *transfer, struct socket *socket, const struct address *to,
                      const struct const_spans *data) {
    return socket->domain == ABI_AF_UNIX ? unix_send(transfer, socket, to, data)
                                         : udp_send(transfer, socket, to, data);
}

/* needs: a message. The sender's address as this socket shows it; gives where the bytes begin. */
static uint32_t sender(const struct socket *socket, struct address *from) {
    uint8_t word[HEAD];
    struct address stored = {.size = 0};
    (void)byte_queue_peek(&socket->in, BYTE_QUEUE_HEAD, word, HEAD);
    const uint32_t size = bytes_load32(word);
    stored.size = size < ADDRESS_MAX ? size : ADDRESS_MAX;
    (void)byte_queue_peek(&socket->in, BYTE_QUEUE_HEAD + HEAD, stored.bytes, stored.size);
    if (from != NULL) {
        *from = socket->domain == ABI_AF_UNIX ? stored : inet_shown(socket->domain, &stored);
    }
    return BYTE_QUEUE_HEAD + HEAD + size;
}

int32_t datagram_receive(struct transfer *transfer, struct socket *socket, const struct spans *to,
                         struct address *from) {
    if (socket->error != 0) {
        return socket_error(socket);
    }
    if (socket->in.size == 0) {
        if (socket->in_shut) {
            return 0;
        }
        return transfer->non_blocking ? -MOX_EAGAIN
                                      : socket_wait(transfer->cage, &socket->in.readers,
                                                    socket->options.receive_timeout);
    }
    const uint32_t start = sender(socket, from);
    const uint32_t all = BYTE_QUEUE_HEAD + byte_queue_message_size(&socket->in);
    const uint32_t size = all - start;
    const uint32_t count = spans_peek(&socket->in, start, to, size);
    transfer->told |= count < size ? ABI_MSG_TRUNC : 0;
    parcel_take(transfer, socket, all);
    return (int32_t)(transfer->real_size ? size : count);
}

uint32_t datagram_ready(const struct socket *socket) {
    const struct socket *target = socket_by_number(socket->files, socket->target);
    const bool room = target == NULL || byte_queue_room(&target->in) >= target->in.limit / 4;
    uint32_t ready = room ? READY_OUT : 0u;
    ready |= socket->error != 0 ? READY_ERR : 0u;
    ready |= socket->in.size > 0 ? READY_IN : 0u;
    ready |= socket->in_shut ? READY_IN | READY_RDHUP : 0u;
    ready |= socket->in_shut && socket->out_ended ? READY_HUP : 0u;
    return ready;
}
