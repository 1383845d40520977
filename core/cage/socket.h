/* Kind Socket: everything inside the machine, so two cages are client and server without a host
 * network. socket.c has what all sockets share, socket_stream.c connections (AF_UNIX, TCP),
 * socket_datagram.c messages (AF_UNIX, UDP), socket_unix.c and socket_inet.c their addresses,
 * socket_options.c the options, calls_socket.c the system calls. */
#ifndef MOXBOX_CAGE_SOCKET_H
#define MOXBOX_CAGE_SOCKET_H

#include "cage/files_parts.h"
#include "cage/parcel.h"

enum {
    ADDRESS_MAX = 110,      /* sockaddr_un, the largest */
    SOCKET_BUFFER = 212992, /* bytes that wait to be received, as Linux and SafePOSIX have it */
    BACKLOG_MAX = 4096,
    SOCKET_SEQPACKET = 5,
};

/* A sockaddr as it crosses. size 0: none. */
struct address {
    uint32_t size;
    uint8_t bytes[ADDRESS_MAX];
};

enum socket_state {
    SOCKET_NEW, /* also after a connection that failed */
    SOCKET_LISTENING,
    SOCKET_CONNECTING, /* TCP: the listener's backlog is full */
    SOCKET_CONNECTED,  /* streams; stays so when the peer has gone */
};

/* Options that only are remembered, or read where they matter. */
struct socket_options {
    uint32_t reuse_address, reuse_port, keep_alive, oob_inline, no_delay, v6_only, broadcast,
        pass_credentials, dont_route, priority;
    uint32_t linger, linger_seconds;
    uint32_t send_size, receive_size;
    uint32_t receive_low, send_low;
    uint64_t receive_timeout, send_timeout; /* nanoseconds; 0: none */
};

struct socket {
    struct key_node by_number; /* in files->sockets */
    struct key_node by_name;   /* in files->ports or files->names, when it is bound */
    struct files *files;
    uint64_t number;
    struct file *file; /* NULL while it stands in a listener's queue */
    uint32_t domain;
    uint32_t type;
    enum socket_state state;
    struct address local;
    struct address remote;
    struct place place; /* of a socket that is bound to a path */

    struct byte_queue in;                 /* has arrived; its writers wait to send to this socket */
    uint64_t taken;                       /* bytes that have left the queue */
    struct parcel *parcels, *last_parcel; /* open files that have arrived (parcel.h) */
    struct socket *peer;                  /* of a connected stream; NULL: has gone */
    uint64_t target; /* number of the socket that datagrams go to (AF_UNIX); 0: none */
    bool in_ended;   /* the peer will send no more */
    bool in_shut;    /* shutdown(SHUT_RD) */
    bool out_ended;  /* shutdown(SHUT_WR), or the connection broke */
    bool told;       /* a connect that could not wait has been told of its success */
    uint32_t error;  /* for SO_ERROR and the next call: an errno, or 0 */

    /* Of a listener: connections that nobody has accepted, and sockets that wait for room there.
     * A connecting socket knows its listener. */
    struct socket *pending_first, *pending_last;
    struct socket *waiting_first, *waiting_last;
    uint32_t pending;
    uint32_t backlog;
    struct socket *next;     /* in one of those lists */
    struct socket *listener; /* whose list that is */

    struct socket_options options;

    bool reached; /* for parcels_settle, and the next one that is */
    struct socket *next_reached;
};

/* socket.c */
struct socket *socket_of(const struct file *file);    /* NULL: -ENOTSOCK */
struct socket *socket_by_name(struct key_node *node); /* whose by_name it is; NULL for NULL */
struct socket *socket_new(struct files *files, uint32_t domain, uint32_t type); /* NULL: no memory
                                                                                 */
struct file *socket_file(struct socket *socket, uint32_t flags); /* NULL: no memory */
void socket_free(struct socket *socket);
struct socket *socket_by_number(const struct files *files, uint64_t number); /* NULL: has gone */
struct socket *socket_first(const struct files *files); /* of all; NULL: there is none */
struct socket *socket_after(const struct socket *socket);
bool socket_is_stream(const struct socket *socket); /* has connections: also SOCK_SEQPACKET */
bool socket_is_tcp(const struct socket *socket);
void socket_changed(struct socket *socket);  /* wakes who waits for it */
int32_t socket_error(struct socket *socket); /* -errno of what went wrong meanwhile, once; or 0 */

/* A call on it waits in `queue`, for at most `timeout` nanoseconds (0: for ever); -EAGAIN. */
int32_t socket_wait(struct cage *cage, struct wait_queue *queue, uint64_t timeout);

/* Of one call that sends or receives. */
struct transfer {
    struct cage *cage;
    bool non_blocking;
    bool quiet; /* no SIGPIPE */
    bool peek;
    bool wait_all;
    bool real_size; /* MSG_TRUNC: give the size a datagram had */
    uint32_t told;  /* MSG_ flags for recvmsg */
    /* To be sent: gone when it was. Received: the call's, unless it only looks. */
    struct parcel *parcel;
};

/* socket_stream.c */
int32_t stream_connect(struct transfer *transfer, struct socket *socket, struct socket *listener);
int32_t stream_connect_again(struct transfer *transfer, struct socket *socket);
void stream_refused(struct socket *socket);
void stream_pair(struct socket *a, struct socket *b);
int32_t stream_send(struct transfer *transfer, struct socket *socket,
                    const struct const_spans *from);
int32_t stream_receive(struct transfer *transfer, struct socket *socket, const struct spans *to);
int32_t stream_shutdown(struct socket *socket, bool in, bool out);
/* Before an accept: the first that waits for room gets into the backlog; -ENOMEM. */
int32_t stream_admit(struct socket *listener);
struct socket *stream_take_pending(struct socket *listener); /* needs: one */
uint32_t stream_ready(const struct socket *socket);
void stream_close(struct socket *socket);

/* socket_datagram.c. to: the address of one message, size 0: the connected one. from: where the
 * sender's goes; NULL is allowed. */
int32_t datagram_send(struct transfer *transfer, struct socket *socket, const struct address *to,
                      const struct const_spans *data);
int32_t datagram_receive(struct transfer *transfer, struct socket *socket, const struct spans *to,
                         struct address *from);
uint32_t datagram_ready(const struct socket *socket);

/* Addresses; domain by domain. address_take: checks what a guest gave. bind gives it to the socket.
 * find: the socket that a connect or a datagram to this address reaches; what it gives is 0, or
 * -errno (-ECONNREFUSED, -ENOENT ...), *found NULL then. */
int32_t unix_take(struct const_span bytes, struct address *address);
int32_t unix_bind(struct cage *cage, struct socket *socket, const struct address *address);
int32_t unix_find(struct cage *cage, const struct socket *from, const struct address *address,
                  struct socket **found);
int32_t unix_bind_any(struct socket *socket);
void unix_unbind(struct socket *socket);

int32_t inet_take(uint32_t domain, struct const_span bytes, struct address *address);
int32_t inet_bind(struct cage *cage, struct socket *socket, const struct address *address);
int32_t inet_find(struct cage *cage, const struct socket *from, const struct address *address,
                  struct socket **found);
int32_t inet_bind_any(struct socket *socket); /* a free port; -EADDRNOTAVAIL, -EAGAIN */
void inet_unbind(struct socket *socket);
int32_t inet_may_listen(const struct socket *socket); /* -EADDRINUSE */
/* The address by which the other side knows a socket that talks to `remote`. */
struct address inet_seen_from(const struct socket *socket, const struct address *remote);
/* Where what is sent to an address really goes: nobody's address is the loopback's. */
struct address inet_reached(uint32_t domain, const struct address *address);
/* An address as a socket of this domain shows it. */
struct address inet_shown(uint32_t domain, const struct address *address);
bool inet_same(const struct address *a, const struct address *b);
bool inet_reachable(const struct address *address); /* loopback, or any */

/* socket_options.c */
int32_t socket_get_option(struct socket *socket, uint32_t level, uint32_t option,
                          struct room *value);
int32_t socket_set_option(struct socket *socket, uint32_t level, uint32_t option,
                          struct const_span value);

bool socket_check(const struct file *file);
bool sockets_check(const struct files *files);
/* base/codec.h: the tables of names and ports. */
void sockets_codec(struct codec *codec, struct files *files);
/* Whether the name by which a socket is found is its own. */
bool unix_name_check(const struct socket *socket);
bool inet_name_check(const struct socket *socket);
extern const struct file_ops socket_ops;

#endif
