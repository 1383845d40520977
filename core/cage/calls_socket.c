/* The calls of sockets: what they check, and which domain and kind does the rest. */
#include <string.h>

#include "base/bytes.h"
#include "cage/fdtable.h"
#include "cage/socket.h"
#include "moxbox/errno.h"

enum { TYPE_MASK = 15, TYPE_RAW = 3, TYPE_END = 11, MESSAGE_OOB = 1 };

static int32_t check_type(uint32_t domain, uint32_t type, uint32_t protocol) {
    const bool stream = type == ABI_SOCK_STREAM;
    const bool datagram = type == ABI_SOCK_DGRAM;
    if (type >= TYPE_END) {
        return -MOX_EINVAL;
    }
    if (domain == ABI_AF_UNIX) {
        if (protocol > 1) {
            return -MOX_EPROTONOSUPPORT;
        }
        return stream || datagram || type == SOCKET_SEQPACKET ? 0 : -MOX_ESOCKTNOSUPPORT;
    }
    if (domain != ABI_AF_INET && domain != ABI_AF_INET6) {
        return -MOX_EAFNOSUPPORT;
    }
    if (!stream && !datagram) {
        return type == TYPE_RAW ? -MOX_EPERM : -MOX_ESOCKTNOSUPPORT;
    }
    const uint32_t own = stream ? ABI_IPPROTO_TCP : ABI_IPPROTO_UDP;
    return protocol == 0 || protocol == own ? 0 : -MOX_EPROTONOSUPPORT;
}

static bool type_flags_fit(uint32_t type) {
    return (type & ~(TYPE_MASK | ABI_SOCK_NONBLOCK | ABI_SOCK_CLOEXEC)) == 0;
}

static int32_t make(struct cage *cage, uint32_t domain, uint32_t type, struct file **file) {
    struct socket *socket = socket_new(files_of(cage), domain, type & TYPE_MASK);
    if (socket == NULL) {
        return -MOX_ENOMEM;
    }
    *file = socket_file(socket, type & ABI_SOCK_NONBLOCK);
    if (*file == NULL) {
        socket_free(socket);
        return -MOX_ENOMEM;
    }
    return 0;
}

int32_t sys_socket(struct cage *cage, uint32_t domain, uint32_t type, uint32_t protocol) {
    struct file *file;
    int32_t result =
        type_flags_fit(type) ? check_type(domain, type & TYPE_MASK, protocol) : -MOX_EINVAL;
    if (result == 0) {
        result = make(cage, domain, type, &file);
    }
    if (result == 0) {
        result = fdtable_install(cage->fds, file, 0, (type & ABI_SOCK_CLOEXEC) != 0);
        if (result < 0) {
            file_drop(file);
        }
    }
    return result;
}

int32_t sys_socketpair(struct cage *cage, uint32_t domain, uint32_t type, uint32_t protocol,
                       struct span pair) {
    struct file *files[2];
    int32_t result =
        type_flags_fit(type) ? check_type(domain, type & TYPE_MASK, protocol) : -MOX_EINVAL;
    if (result == 0 && domain != ABI_AF_UNIX) {
        result = -MOX_EOPNOTSUPP;
    }
    if (result == 0) {
        result = make(cage, domain, type, &files[0]);
    }
    if (result < 0) {
        return result;
    }
    result = make(cage, domain, type, &files[1]);
    if (result < 0) {
        file_drop(files[0]);
        return result;
    }
    struct socket *a = socket_of(files[0]);
    struct socket *b = socket_of(files[1]);
    if (socket_is_stream(a)) {
        stream_pair(a, b);
        a->told = true;
        b->told = true;
    } else {
        a->target = b->number;
        b->target = a->number;
    }
    return fdtable_install_pair(cage->fds, files, (type & ABI_SOCK_CLOEXEC) != 0, pair.bytes);
}

static int32_t take_address(const struct socket *socket, struct const_span bytes,
                            struct address *address) {
    return socket->domain == ABI_AF_UNIX ? unix_take(bytes, address)
                                         : inet_take(socket->domain, bytes, address);
}

int32_t sys_bind(struct cage *cage, struct file *file, struct const_span bytes) {
    struct socket *socket = socket_of(file);
    struct address address;
    const int32_t error = socket == NULL ? -MOX_ENOTSOCK : take_address(socket, bytes, &address);
    if (error < 0) {
        return error;
    }
    return socket->domain == ABI_AF_UNIX ? unix_bind(cage, socket, &address)
                                         : inet_bind(cage, socket, &address);
}

/* Both names of a socket that talks to this address from now on. */
static int32_t inet_settle(struct socket *socket, const struct address *address) {
    if (!inet_reachable(address)) {
        return -MOX_ENETUNREACH;
    }
    const int32_t error = socket->by_name.in_table ? 0 : inet_bind_any(socket);
    if (error < 0) {
        return error;
    }
    socket->remote = inet_reached(socket->domain, address);
    socket->local = inet_seen_from(socket, address);
    return 0;
}

static int32_t connect_datagram(struct cage *cage, struct socket *socket,
                                const struct address *address) {
    struct socket *found;
    if (socket->domain != ABI_AF_UNIX) {
        return inet_settle(socket, address);
    }
    const int32_t error = unix_find(cage, socket, address, &found);
    if (error < 0) {
        return error;
    }
    if (found->target != 0 && found->target != socket->number) {
        return -MOX_EPERM;
    }
    socket->target = found->number;
    socket->remote = *address;
    socket_changed(socket);
    return 0;
}

static int32_t connect_stream(struct transfer *transfer, struct socket *socket,
                              const struct address *address) {
    struct socket *listener = NULL;
    const bool tcp = socket_is_tcp(socket);
    int32_t error = tcp ? inet_settle(socket, address) : 0;
    if (error < 0) {
        return error;
    }
    error = tcp ? inet_find(transfer->cage, socket, address, &listener)
                : unix_find(transfer->cage, socket, address, &listener);
    if (error == 0 && listener->in_shut) {
        error = -MOX_ECONNREFUSED;
    }
    if (error == -MOX_ECONNREFUSED && tcp && transfer->non_blocking) {
        stream_refused(socket);
        return -MOX_EINPROGRESS;
    }
    return error < 0 ? error : stream_connect(transfer, socket, listener);
}

/* A blocking connect that waits in a listener's line is made again: how did it go? */
static int32_t connect_goes_on(struct transfer *transfer, struct socket *socket) {
    if (socket->state == SOCKET_NEW) {
        const int32_t error = socket_error(socket);
        socket->in_ended = false;
        return error < 0 ? error : -MOX_ECONNREFUSED;
    }
    return stream_connect_again(transfer, socket);
}

static int32_t disconnect(struct socket *socket) {
    if (socket_is_stream(socket)) {
        return -MOX_EAFNOSUPPORT;
    }
    socket->target = 0;
    socket->remote.size = 0;
    return 0;
}

int32_t sys_connect(struct cage *cage, struct file *file, struct const_span bytes) {
    struct socket *socket = socket_of(file);
    struct address address;
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    struct transfer transfer = {.cage = cage, .non_blocking = (file->flags & ABI_O_NONBLOCK) != 0};
    if (bytes.size >= 2 && bytes_load16(bytes.bytes) == ABI_AF_UNSPEC) {
        return disconnect(socket);
    }
    const int32_t error = take_address(socket, bytes, &address);
    if (error < 0) {
        return error;
    }
    if (!socket_is_stream(socket)) {
        return connect_datagram(cage, socket, &address);
    }
    if (cage->caller.progress != 0) {
        return connect_goes_on(&transfer, socket);
    }
    if (socket->state == SOCKET_LISTENING) {
        return socket_is_tcp(socket) ? -MOX_EISCONN : -MOX_EINVAL;
    }
    if (socket->state != SOCKET_NEW) {
        return stream_connect_again(&transfer, socket);
    }
    return connect_stream(&transfer, socket, &address);
}

int32_t sys_listen(struct cage *cage, struct file *file, int32_t backlog) {
    struct socket *socket = socket_of(file);
    const uint32_t wanted = (uint32_t)backlog;
    (void)cage;
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    if (!socket_is_stream(socket)) {
        return -MOX_EOPNOTSUPP;
    }
    if (socket->state != SOCKET_NEW && socket->state != SOCKET_LISTENING) {
        return -MOX_EINVAL;
    }
    if (!socket->by_name.in_table) {
        const int32_t error = socket_is_tcp(socket) ? inet_bind_any(socket) : -MOX_EINVAL;
        if (error < 0) {
            return error;
        }
    }
    const int32_t error = socket_is_tcp(socket) ? inet_may_listen(socket) : 0;
    if (error < 0) {
        return error;
    }
    socket->backlog = wanted < BACKLOG_MAX ? wanted : BACKLOG_MAX;
    socket->state = SOCKET_LISTENING;
    wait_wake(&socket->in.writers);
    return 0;
}

/* An address as getsockname and others tell it: one that there is not has at least its family. */
static void tell(const struct socket *socket, const struct address *address, struct room *room) {
    struct address shown = *address;
    if (shown.size == 0) {
        shown = (struct address){.size = 2};
        if (socket->domain != ABI_AF_UNIX) {
            shown.size = socket->domain == ABI_AF_INET ? 16 : 28;
        }
        bytes_store16(shown.bytes, socket->domain);
    }
    room_fill(room, shown.bytes, shown.size);
}

int32_t sys_accept4(struct cage *cage, struct file *file, struct room *address, uint32_t flags) {
    struct socket *socket = socket_of(file);
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    if (!socket_is_stream(socket)) {
        return -MOX_EOPNOTSUPP;
    }
    if (socket->state != SOCKET_LISTENING ||
        (flags & ~(ABI_SOCK_NONBLOCK | ABI_SOCK_CLOEXEC)) != 0) {
        return -MOX_EINVAL;
    }
    const int32_t fd = fdtable_lowest(cage->fds, 0);
    if (fd < 0) {
        return fd;
    }
    if (socket->pending_first == NULL && socket->in_shut) {
        return -MOX_EINVAL;
    }
    if (socket->pending_first == NULL) {
        return (file->flags & ABI_O_NONBLOCK) != 0
                   ? -MOX_EAGAIN
                   : socket_wait(cage, &socket->in.readers, socket->options.receive_timeout);
    }
    const int32_t error = stream_admit(socket);
    if (error < 0) {
        return error;
    }
    struct file *accepted = socket_file(socket->pending_first, flags & ABI_SOCK_NONBLOCK);
    if (accepted == NULL) {
        return -MOX_ENOMEM;
    }
    struct socket *server = stream_take_pending(socket);
    server->told = true;
    tell(server, &server->remote, address);
    fdtable_put(cage->fds, (uint32_t)fd, accepted, (flags & ABI_SOCK_CLOEXEC) != 0);
    return fd;
}

int32_t sys_accept(struct cage *cage, struct file *file, struct room *address) {
    return sys_accept4(cage, file, address, 0);
}

int32_t sys_getsockname(struct cage *cage, struct file *file, struct room *address) {
    const struct socket *socket = socket_of(file);
    (void)cage;
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    tell(socket, &socket->local, address);
    return 0;
}

int32_t sys_getpeername(struct cage *cage, struct file *file, struct room *address) {
    const struct socket *socket = socket_of(file);
    (void)cage;
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    const bool over =
        socket_is_tcp(socket) && (socket->in_ended || socket->in_shut) && socket->out_ended;
    const bool connected = socket_is_stream(socket)
                               ? socket->state == SOCKET_CONNECTED && !over
                               : socket->target != 0 || socket->remote.size > 0;
    if (!connected) {
        return -MOX_ENOTCONN;
    }
    tell(socket, &socket->remote, address);
    return 0;
}

int32_t sys_shutdown(struct cage *cage, struct file *file, uint32_t how) {
    struct socket *socket = socket_of(file);
    (void)cage;
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    if (how > ABI_SHUT_RDWR) {
        return -MOX_EINVAL;
    }
    const bool in = how != ABI_SHUT_WR;
    const bool out = how != ABI_SHUT_RD;
    if (socket_is_stream(socket)) {
        return stream_shutdown(socket, in, out);
    }
    socket->in_shut = socket->in_shut || in;
    socket->out_ended = socket->out_ended || out;
    socket_changed(socket);
    const bool connected = socket->domain == ABI_AF_UNIX || socket->remote.size > 0;
    return connected ? 0 : -MOX_ENOTCONN; /* as Linux: it is done all the same */
}

static struct transfer transfer_of(struct cage *cage, const struct file *file, uint32_t flags) {
    return (struct transfer){
        .cage = cage,
        .non_blocking = ((file->flags & ABI_O_NONBLOCK) | (flags & ABI_MSG_DONTWAIT)) != 0,
        .quiet = (flags & ABI_MSG_NOSIGNAL) != 0,
        .peek = (flags & ABI_MSG_PEEK) != 0,
        .wait_all = (flags & ABI_MSG_WAITALL) != 0,
        .real_size = (flags & ABI_MSG_TRUNC) != 0,
    };
}

/* What a send is about besides its bytes. */
struct letter {
    struct const_span address;
    struct const_span control;
};

static int32_t deliver(struct transfer *transfer, struct socket *socket,
                       const struct const_spans *from, struct const_span bytes) {
    struct address address = {.size = 0};
    const bool named = bytes.bytes != NULL && bytes.size > 0;
    if (socket_is_stream(socket)) {
        if (named && !socket_is_tcp(socket)) {
            return socket->state == SOCKET_CONNECTED ? -MOX_EISCONN : -MOX_EOPNOTSUPP;
        }
        return stream_send(transfer, socket, from);
    }
    const int32_t error = named ? take_address(socket, bytes, &address) : 0;
    return error < 0 ? error : datagram_send(transfer, socket, &address, from);
}

static int32_t send_to(struct cage *cage, struct file *file, const struct const_spans *from,
                       uint32_t flags, const struct letter *letter) {
    struct socket *socket = socket_of(file);
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    if ((flags & MESSAGE_OOB) != 0) {
        return -MOX_EOPNOTSUPP;
    }
    struct transfer transfer = transfer_of(cage, file, flags);
    /* A call that goes on has sent its parcel with its first bytes. */
    const bool begins = letter->control.size > 0 && cage->caller.progress == 0;
    const int32_t error = begins ? parcel_pack(cage, socket, letter->control, &transfer.parcel) : 0;
    const int32_t count = error < 0 ? error : deliver(&transfer, socket, from, letter->address);
    parcels_drop(socket->files, transfer.parcel);
    return count;
}

int32_t sys_sendto(struct cage *cage, struct file *file, struct const_span from, uint32_t flags,
                   struct const_span address) {
    const struct const_spans one = {&from, 1, from.size};
    const struct letter letter = {.address = address};
    return send_to(cage, file, &one, flags, &letter);
}

int32_t sys_send(struct cage *cage, struct file *file, struct const_span from, uint32_t flags) {
    return sys_sendto(cage, file, from, flags, (struct const_span){NULL, 0});
}

/* message: of recvmsg; NULL: nothing but the address is wanted. */
static int32_t receive_from(struct cage *cage, struct file *file, const struct spans *to,
                            uint32_t flags, struct room *room, struct message *message) {
    struct socket *socket = socket_of(file);
    struct address address = {.size = 0};
    if (socket == NULL) {
        return -MOX_ENOTSOCK;
    }
    if ((flags & MESSAGE_OOB) != 0) {
        return socket_is_tcp(socket) ? -MOX_EINVAL : -MOX_EOPNOTSUPP;
    }
    struct transfer transfer = transfer_of(cage, file, flags);
    const bool stream = socket_is_stream(socket);
    const int32_t count = stream ? stream_receive(&transfer, socket, to)
                                 : datagram_receive(&transfer, socket, to, &address);
    if (stream && socket->domain == ABI_AF_UNIX) {
        address = socket->remote;
    }
    if (count >= 0) { /* nobody's address has no bytes at all here */
        room_fill(room, address.bytes, address.size);
    }
    if (message != NULL) {
        message->flags = transfer.told | (flags & ABI_MSG_CMSG_CLOEXEC);
        if (transfer.parcel != NULL) {
            parcel_unpack(cage, transfer.parcel, message, (flags & ABI_MSG_CMSG_CLOEXEC) != 0);
        }
    }
    parcels_drop(socket->files, transfer.peek ? NULL : transfer.parcel);
    return count;
}

int32_t sys_recvfrom(struct cage *cage, struct file *file, struct span to, uint32_t flags,
                     struct room *address) {
    const struct spans one = {&to, 1, to.size};
    return receive_from(cage, file, &one, flags, address, NULL);
}

int32_t sys_recv(struct cage *cage, struct file *file, struct span to, uint32_t flags) {
    return sys_recvfrom(cage, file, to, flags, NULL);
}

int32_t sys_sendmsg(struct cage *cage, struct file *file, struct message *message, uint32_t flags) {
    const struct letter letter = {{message->address.bytes, message->address.size},
                                  {message->control.bytes, message->control.size}};
    struct const_span items[IOVEC_MAX];
    for (uint32_t i = 0; i < message->data.count; i++) {
        items[i] = (struct const_span){message->data.items[i].bytes, message->data.items[i].size};
    }
    const struct const_spans data = {items, message->data.count, message->data.size};
    return send_to(cage, file, &data, flags, &letter);
}

int32_t sys_recvmsg(struct cage *cage, struct file *file, struct message *message, uint32_t flags) {
    message->control.needed = 0;
    return receive_from(cage, file, &message->data, flags, &message->address, message);
}

int32_t sys_getsockopt(struct cage *cage, struct file *file, uint32_t level, uint32_t option,
                       struct room *value) {
    struct socket *socket = socket_of(file);
    (void)cage;
    return socket == NULL ? -MOX_ENOTSOCK : socket_get_option(socket, level, option, value);
}

int32_t sys_setsockopt(struct cage *cage, struct file *file, uint32_t level, uint32_t option,
                       struct const_span value) {
    struct socket *socket = socket_of(file);
    (void)cage;
    return socket == NULL ? -MOX_ENOTSOCK : socket_set_option(socket, level, option, value);
}

int32_t sys_getifaddrs(struct cage *cage, struct span to) {
    static const char text[] =
        "lo 127.0.0.1 255.0.0.0\nlo ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n";
    (void)cage;
    if (to.size < sizeof text) {
        return -MOX_EINVAL;
    }
    memcpy(to.bytes, text, sizeof text);
    return 0;
}
