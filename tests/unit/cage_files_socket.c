/* Sockets through mox_dispatch: the scenarios of SafePOSIX's networking_tests and ipc_tests. What
 * poll, errors and ends look like was noted down from a Linux 6.18 that ran the same calls (the
 * rows called "as Linux"); tests of the same C source on both are the guests' business. */
#include "unit/cage_files.h"

enum {
    STREAM = 1,
    DATAGRAM = 2,
    PACKETS = 5,
    UNIX = 1,
    INET = 2,
    INET6 = 10,
    NONE = 0x14,    /* OUT HUP: not connected */
    ENDED = 0x2005, /* IN OUT RDHUP: the peer sends no more */
    OVER = 0x2015,  /* IN OUT HUP RDHUP: both directions have ended */
    RESET = 0x201d  /* the same with ERR */
};

static uint32_t cage;

static void begin(void) {
    machine_begin(NULL, 0);
    cage = bare();
}

static int32_t make(uint32_t domain, uint32_t type) {
    const int32_t fd = CALL(cage, socket, domain, type, 0);
    CHECK(fd > 2);
    return fd;
}

static int32_t bind_inet(int32_t fd, uint32_t ip, uint32_t port) {
    return CALL(cage, bind, (uint32_t)fd, AT_NAME, put_inet(cage, ip, port));
}
static int32_t connect_inet(int32_t fd, uint32_t ip, uint32_t port) {
    return CALL(cage, connect, (uint32_t)fd, AT_NAME, put_inet(cage, ip, port));
}
static int32_t bind_unix(int32_t fd, const char *path) {
    return CALL(cage, bind, (uint32_t)fd, AT_NAME, put_unix(cage, path));
}
static int32_t connect_unix(int32_t fd, const char *path) {
    return CALL(cage, connect, (uint32_t)fd, AT_NAME, put_unix(cage, path));
}

static int32_t send_size(int32_t fd, uint32_t size, uint32_t flags) {
    return CALL(cage, send, (uint32_t)fd, AT_BYTES, size, flags | ABI_MSG_NOSIGNAL);
}
static int32_t recv_size(int32_t fd, uint32_t size, uint32_t flags) {
    return CALL(cage, recv, (uint32_t)fd, AT_ROOM, size, flags);
}

static int32_t accept_fd(int32_t fd) {
    return CALL(cage, accept, (uint32_t)fd, 0, 0);
}

static int32_t so_error(int32_t fd) {
    put_word(cage, AT_SIZE, 4);
    CHECK_EQ(CALL(cage, getsockopt, (uint32_t)fd, 1, ABI_SO_ERROR, AT_SMALL, AT_SIZE), 0);
    return (int32_t)get_word(cage, AT_SMALL);
}

/* getsockname or getpeername: the size it tells; the address is at AT_NAME. */
static int32_t name_of(int32_t fd, uint32_t call) {
    const uint32_t words[6] = {(uint32_t)fd, AT_NAME, AT_SIZE};
    put_word(cage, AT_SIZE, 110);
    const int32_t error = call_words(cage, call, words);
    return error < 0 ? error : (int32_t)get_word(cage, AT_SIZE);
}
static uint32_t port_of(int32_t fd, uint32_t call) {
    CHECK(name_of(fd, call) >= 16);
    const uint32_t word = get_word(cage, AT_NAME);
    return (word >> 8 & 0xff00) | word >> 24;
}

static int32_t listener(uint32_t domain, uint32_t port, int32_t backlog) {
    const int32_t fd = make(domain, STREAM);
    CHECK_EQ(bind_inet(fd, LOOPBACK, port), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)fd, (uint32_t)backlog), 0);
    return fd;
}

static void connected(int32_t server, uint32_t port, int32_t pair[2]) {
    pair[0] = make(INET, STREAM);
    CHECK_EQ(connect_inet(pair[0], LOOPBACK, port), 0);
    pair[1] = accept_fd(server);
    CHECK(pair[1] > 0);
}

static void test_making(void) {
    begin();
    static const struct {
        uint32_t domain, type, protocol;
        int32_t result;
    } rows[] = {
        {77, 1, 0, -MOX_EAFNOSUPPORT},
        {INET, 77, 0, -MOX_EINVAL},
        {INET, STREAM, 17, -MOX_EPROTONOSUPPORT},
        {INET, DATAGRAM, 6, -MOX_EPROTONOSUPPORT},
        {UNIX, STREAM, 17, -MOX_EPROTONOSUPPORT},
        {UNIX, 4, 0, -MOX_ESOCKTNOSUPPORT},
        {INET, PACKETS, 0, -MOX_ESOCKTNOSUPPORT},
        {INET, 3, 0, -MOX_EPERM},
        {UNIX, STREAM | 0x100, 0, -MOX_EINVAL},
        {INET, STREAM, 6, 3},
        {INET6, DATAGRAM, 17, 4},
        {UNIX, PACKETS, 0, 5},
        {UNIX, STREAM | 04000 | 02000000, 0, 6},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(CALL(cage, socket, rows[i].domain, rows[i].type, rows[i].protocol),
                 rows[i].result);
    }
    CHECK_EQ(CALL(cage, fcntl, 6, ABI_F_GETFL), ABI_O_RDWR | ABI_O_NONBLOCK);
    CHECK_EQ(CALL(cage, fcntl, 6, ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK_EQ(CALL(cage, socketpair, INET, STREAM, 0, AT_SMALL), -MOX_EOPNOTSUPP);
    CHECK_EQ(CALL(cage, socketpair, UNIX, 77, 0, AT_SMALL), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, socketpair, UNIX, STREAM, 0, 0x500), -MOX_EFAULT);
    CHECK_EQ(CALL(cage, listen, 0, 1), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, accept, 0, 0, 0), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, shutdown, 0, 0), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, send, 0, AT_BYTES, 1, 0), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, recv, 0, AT_ROOM, 1, 0), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, connect, 0, AT_NAME, put_inet(cage, LOOPBACK, 1)), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, bind, 0, AT_NAME, put_inet(cage, LOOPBACK, 1)), -MOX_ENOTSOCK);
    CHECK_EQ(name_of(0, CALL_getsockname), -MOX_ENOTSOCK);
    CHECK_EQ(CALL(cage, socketpair, UNIX, STREAM | 04000 | 02000000, 0, AT_SMALL), 0);
    CHECK_EQ(CALL(cage, fcntl, 7, ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK_EQ(recv_size(8, 1, 0), -MOX_EAGAIN);
    machine_end();
}

static void test_bind(void) {
    begin();
    const int32_t a = make(INET, STREAM);
    const int32_t b = make(INET, STREAM);
    const int32_t six = make(INET6, STREAM);
    const int32_t udp = make(INET, DATAGRAM);
    CHECK_EQ(name_of(a, CALL_getsockname), 16);
    CHECK_EQ(get_word(cage, AT_NAME), INET);
    CHECK_EQ(CALL(cage, bind, (uint32_t)a, AT_NAME, 8), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, bind, (uint32_t)six, AT_NAME, put_inet(cage, LOOPBACK, 50)),
             -MOX_EAFNOSUPPORT);
    CHECK_EQ(bind_inet(a, 0x08080808, 5000), -MOX_EADDRNOTAVAIL);
    CHECK_EQ(bind_inet(a, LOOPBACK, 5000), 0);
    CHECK_EQ(bind_inet(a, LOOPBACK, 5001), -MOX_EINVAL);
    CHECK_EQ(bind_inet(b, LOOPBACK, 5000), -MOX_EADDRINUSE);
    CHECK_EQ(bind_inet(b, 0, 5000), -MOX_EADDRINUSE);
    CHECK_EQ(bind_inet(udp, LOOPBACK, 5000), 0); /* UDP has ports of its own */
    CHECK_EQ(bind_inet(b, LOOPBACK + 1, 5000), 0);
    CHECK_EQ(port_of(b, CALL_getsockname), 5000);
    const int32_t c = make(INET, STREAM);
    const int32_t d = make(INET, STREAM);
    CHECK_EQ(bind_inet(c, 0, 0), 0);
    CHECK_EQ(port_of(c, CALL_getsockname), 60999);
    CHECK_EQ(CALL(cage, listen, (uint32_t)d, 1), 0);
    CHECK_EQ(port_of(d, CALL_getsockname), 60998);
    CHECK_EQ(bind_inet(d, 0, 60), -MOX_EINVAL);
    /* SO_REUSEADDR on both, and nobody listens. */
    const int32_t e = make(INET, STREAM);
    const int32_t f = make(INET, STREAM);
    put_word(cage, AT_SMALL, 7);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)e, 1, ABI_SO_REUSEADDR, AT_SMALL, 4), 0);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)f, 1, ABI_SO_REUSEADDR, AT_SMALL, 4), 0);
    CHECK_EQ(bind_inet(e, 0, 7000), 0);
    CHECK_EQ(bind_inet(f, 0, 7000), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)e, 1), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)f, 1), -MOX_EADDRINUSE);
    CHECK_EQ(close_fd(cage, a), 0);
    const int32_t g = make(INET, STREAM);
    CHECK_EQ(bind_inet(g, LOOPBACK, 5000), 0);
    machine_end();
    machine_begin(NULL, 5);
    cage = bare();
    CHECK_EQ(bind_inet(make(INET, STREAM), LOOPBACK, 80), -MOX_EACCES);
    machine_end();
}

/* The rows "as Linux" of TCP. */
static void test_tcp_states(void) {
    begin();
    int32_t pair[2];
    const int32_t fresh = make(INET, STREAM);
    CHECK_EQ(ready(cage, fresh), NONE);
    CHECK_EQ(recv_size(fresh, 1, 0), -MOX_ENOTCONN);
    CHECK_EQ(send_size(fresh, 1, 0), -MOX_EPIPE);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)fresh, 2), -MOX_ENOTCONN);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)fresh, 3), -MOX_EINVAL);
    CHECK_EQ(accept_fd(fresh), -MOX_EINVAL);
    CHECK_EQ(connect_inet(fresh, LOOPBACK, 4000), -MOX_ECONNREFUSED);
    CHECK_EQ(ready(cage, fresh), NONE);
    CHECK_EQ(connect_inet(fresh, 0x0a000001, 4000), -MOX_ENETUNREACH);
    CHECK_EQ(set_flags(cage, fresh, ABI_O_NONBLOCK), 0);
    CHECK_EQ(connect_inet(fresh, LOOPBACK, 4000), -MOX_EINPROGRESS);
    CHECK_EQ(ready(cage, fresh), RESET);
    CHECK_EQ(so_error(fresh), MOX_ECONNREFUSED);
    CHECK_EQ(so_error(fresh), 0);
    CHECK_EQ(ready(cage, fresh), OVER);
    const int32_t server = listener(INET, 4000, 1);
    CHECK_EQ(ready(cage, server), 0);
    CHECK_EQ(recv_size(server, 1, 0), -MOX_ENOTCONN);
    CHECK_EQ(send_size(server, 1, 0), -MOX_EPIPE);
    CHECK_EQ(connect_inet(server, LOOPBACK, 4000), -MOX_EISCONN);
    CHECK_EQ(accept_fd(server), WAITS);
    CHECK_EQ(connect_inet(fresh, LOOPBACK, 4000), -MOX_EINPROGRESS);
    CHECK_EQ(ready(cage, fresh), READY_OUT);
    CHECK_EQ(connect_inet(fresh, LOOPBACK, 4000), 0);
    CHECK_EQ(connect_inet(fresh, LOOPBACK, 4000), -MOX_EISCONN);
    CHECK_EQ(ready(cage, server), READY_IN);
    pair[0] = fresh;
    pair[1] = accept_fd(server);
    CHECK_EQ(ready(cage, pair[1]), READY_OUT);
    CHECK_EQ(port_of(pair[1], CALL_getpeername), port_of(fresh, CALL_getsockname));
    CHECK_EQ(port_of(fresh, CALL_getpeername), 4000);
    CHECK_EQ(port_of(pair[1], CALL_getsockname), 4000);
    CHECK_EQ(get_word(cage, AT_NAME + 4), 0x0100007f);
    machine_end();
}

static void test_tcp_ends(void) {
    begin();
    int32_t pair[2];
    const int32_t server = listener(INET, 4000, 1);
    connected(server, 4000, pair);
    put_text(cage, AT_BYTES, "hello");
    CHECK_EQ(send_size(pair[1], 5, 0), 5);
    CHECK_EQ(ready(cage, pair[0]), READY_IN | READY_OUT);
    /* The peer closes: what it sent is there; the first send is lost, the next one breaks. */
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(ready(cage, pair[0]), ENDED);
    CHECK_EQ(send_size(pair[0], 3, 0), 3);
    CHECK_EQ(ready(cage, pair[0]), RESET);
    CHECK_EQ(recv_size(pair[0], 10, 0), 5);
    CHECK_EQ(recv_size(pair[0], 10, 0), 0);
    CHECK_EQ(send_size(pair[0], 3, 0), -MOX_EPIPE);
    CHECK_EQ(recv_size(pair[0], 10, 0), 0);
    CHECK_EQ(so_error(pair[0]), 0);
    CHECK_EQ(name_of(pair[0], CALL_getpeername), -MOX_ENOTCONN);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 1), -MOX_ENOTCONN);
    /* It closes with bytes that it has not read. */
    connected(server, 4000, pair);
    CHECK_EQ(send_size(pair[0], 3, 0), 3);
    CHECK_EQ(send_size(pair[1], 3, 0), 3);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(ready(cage, pair[0]), RESET);
    CHECK_EQ(recv_size(pair[0], 10, 0), 3);
    CHECK_EQ(recv_size(pair[0], 10, 0), -MOX_ECONNRESET);
    CHECK_EQ(recv_size(pair[0], 10, 0), 0);
    CHECK_EQ(send_size(pair[0], 3, 0), -MOX_EPIPE);
    CHECK_EQ(ready(cage, pair[0]), OVER);
    connected(server, 4000, pair);
    CHECK_EQ(send_size(pair[0], 3, 0), 3);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(send_size(pair[0], 3, 0), -MOX_ECONNRESET);
    CHECK_EQ(send_size(pair[0], 3, 0), -MOX_EPIPE);
    CHECK_EQ(recv_size(pair[0], 3, 0), 0);
    machine_end();
}

static void test_tcp_shutdown(void) {
    begin();
    int32_t pair[2];
    const int32_t server = listener(INET, 4000, 5);
    connected(server, 4000, pair);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 1), 0);
    CHECK_EQ(ready(cage, pair[1]), ENDED);
    CHECK_EQ(ready(cage, pair[0]), READY_OUT);
    CHECK_EQ(recv_size(pair[1], 1, 0), 0);
    CHECK_EQ(send_size(pair[0], 1, 0), -MOX_EPIPE);
    CHECK_EQ(send_size(pair[1], 1, 0), 1); /* half closed: the other direction goes on */
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[1], 1), 0);
    CHECK_EQ(ready(cage, pair[0]), OVER);
    CHECK_EQ(ready(cage, pair[1]), OVER);
    CHECK_EQ(recv_size(pair[0], 5, 0), 1);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 1), -MOX_ENOTCONN);
    connected(server, 4000, pair);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 0), 0);
    CHECK_EQ(ready(cage, pair[0]), ENDED);
    CHECK_EQ(recv_size(pair[0], 1, 0), 0);
    CHECK_EQ(send_size(pair[1], 1, 0), 1);
    CHECK_EQ(recv_size(pair[0], 1, 0), 1);
    CHECK_EQ(ready(cage, pair[1]), READY_OUT);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 2), 0);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)pair[0], ABI_F_GETFD), 0); /* the descriptor stays */
    machine_end();
}

/* A listener that shuts its receiving side: TCP listens no more, AF_UNIX lets in who has come. As
 * Linux. */
static void test_listener_shutdown(void) {
    begin();
    const int32_t server = listener(INET, 4000, 5);
    const int32_t client = make(INET, STREAM);
    CHECK_EQ(connect_inet(client, LOOPBACK, 4000), 0);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)server, ABI_SHUT_WR), 0);
    CHECK_EQ(ready(cage, server), READY_IN);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)server, ABI_SHUT_RD), 0);
    CHECK_EQ(accept_fd(server), -MOX_EINVAL);
    CHECK_EQ(recv_size(client, 1, 0), -MOX_ECONNRESET);
    CHECK_EQ(connect_inet(make(INET, STREAM), LOOPBACK, 4000), -MOX_ECONNREFUSED);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)server, ABI_SHUT_RD), -MOX_ENOTCONN);
    CHECK_EQ(CALL(cage, listen, (uint32_t)server, 1), 0);
    CHECK_EQ(connect_inet(make(INET, STREAM), LOOPBACK, 4000), 0);
    CHECK(accept_fd(server) > 0);
    const int32_t named = make(UNIX, STREAM);
    CHECK_EQ(bind_unix(named, "/tmp/named"), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)named, 1), 0);
    CHECK_EQ(connect_unix(make(UNIX, STREAM), "/tmp/named"), 0);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)named, ABI_SHUT_RD), 0);
    CHECK_EQ(connect_unix(make(UNIX, STREAM), "/tmp/named"), -MOX_ECONNREFUSED);
    CHECK(accept_fd(named) > 0);
    CHECK_EQ(ready(cage, named), READY_IN | READY_RDHUP);
    CHECK_EQ(accept_fd(named), -MOX_EINVAL);
    machine_end();
}

/* An accept that waits ends when another cage shuts the listener. */
static void test_waiting_accept(void) {
    begin();
    const uint32_t server = (uint32_t)listener(INET, 4000, 5);
    const uint32_t named = (uint32_t)make(UNIX, STREAM);
    CHECK_EQ(bind_unix((int32_t)named, "/tmp/named"), 0);
    CHECK_EQ(CALL(cage, listen, named, 1), 0);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(CALL(cage, accept, server, 0, 0), WAITS);
    CHECK_EQ(CALL(child, shutdown, server, ABI_SHUT_RDWR), 0);
    CHECK_EQ(CALL(cage, accept, server, 0, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, accept, named, 0, 0), WAITS);
    CHECK_EQ(CALL(child, shutdown, named, ABI_SHUT_RDWR), 0);
    CHECK_EQ(CALL(cage, accept, named, 0, 0), -MOX_EINVAL);
    machine_end();
}

static void test_backlog(void) {
    begin();
    int32_t fds[4];
    const int32_t server = listener(INET, 4000, 1);
    for (uint32_t i = 0; i < 4; i++) {
        fds[i] = make(INET, STREAM | ABI_SOCK_NONBLOCK);
        CHECK_EQ(connect_inet(fds[i], LOOPBACK, 4000), -MOX_EINPROGRESS);
        CHECK_EQ(ready(cage, fds[i]), i < 2 ? READY_OUT : 0); /* one more than the backlog */
    }
    CHECK_EQ(connect_inet(fds[2], LOOPBACK, 4000), -MOX_EALREADY);
    CHECK_EQ(send_size(fds[2], 1, 0), -MOX_EAGAIN);
    CHECK(accept_fd(server) > 0); /* makes room for the third */
    CHECK_EQ(ready(cage, fds[2]), READY_OUT);
    CHECK_EQ(so_error(fds[2]), 0);
    CHECK_EQ(ready(cage, fds[3]), 0);
    CHECK_EQ(close_fd(cage, server), 0);
    CHECK_EQ(so_error(fds[1]), MOX_ECONNRESET);
    CHECK_EQ(ready(cage, fds[1]), OVER);
    CHECK_EQ(so_error(fds[3]), MOX_ECONNREFUSED);
    CHECK_EQ(ready(cage, fds[0]), READY_OUT); /* was accepted */
    /* A connect that waits ends with the room, or with the listener. */
    const int32_t again = listener(INET, 4000, 0);
    const int32_t waits = make(INET, STREAM);
    const int32_t other = make(INET, STREAM);
    CHECK_EQ(connect_inet(other, LOOPBACK, 4000), 0);
    CHECK_EQ(connect_inet(waits, LOOPBACK, 4000), WAITS);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK(CALL(child, accept, (uint32_t)again, 0, 0) > 0);
    const int32_t first = connect_inet(waits, LOOPBACK, 4000);
    CHECK_EQ(first, 0);
    machine_end();
}

/* A blocking connect of one cage while another one has the listener. */
static void test_waiting_connect(void) {
    begin();
    const int32_t server = listener(INET, 4000, 0);
    const uint32_t host = cage;
    const uint32_t guest = bare();
    CHECK_EQ(CALL(guest, socket, INET, STREAM, 0), 3);
    CHECK_EQ(CALL(guest, socket, INET, STREAM, 0), 4);
    CHECK_EQ(CALL(guest, socket, INET, STREAM, 0), 5);
    CHECK_EQ(CALL(guest, connect, 3, AT_NAME, put_inet(guest, LOOPBACK, 4000)), 0);
    CHECK_EQ(CALL(guest, connect, 4, AT_NAME, 16), WAITS);
    CHECK_EQ(CALL(guest, connect, 4, AT_NAME, 16), WAITS);
    cage = host;
    const int32_t accepted = accept_fd(server);
    CHECK(accepted > 0);
    CHECK_EQ(CALL(guest, connect, 4, AT_NAME, 16), 0);
    CHECK_EQ(CALL(guest, connect, 4, AT_NAME, 16), -MOX_EISCONN);
    CHECK_EQ(CALL(guest, connect, 5, AT_NAME, 16), WAITS);
    CHECK_EQ(close_fd(cage, server), 0);
    CHECK_EQ(CALL(guest, connect, 5, AT_NAME, 16), -MOX_ECONNREFUSED);
    CHECK_EQ(ready(guest, 5), NONE);
    machine_end();
}

static void test_unix_states(void) {
    begin();
    int32_t pair[2];
    const int32_t fresh = make(UNIX, STREAM);
    CHECK_EQ(ready(cage, fresh), NONE);
    CHECK_EQ(recv_size(fresh, 1, 0), -MOX_EINVAL);
    CHECK_EQ(send_size(fresh, 1, 0), -MOX_ENOTCONN);
    CHECK_EQ(name_of(fresh, CALL_getpeername), -MOX_ENOTCONN);
    CHECK_EQ(name_of(fresh, CALL_getsockname), 2);
    CHECK_EQ(CALL(cage, listen, (uint32_t)fresh, 1), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)fresh, 2), 0);
    CHECK_EQ(ready(cage, fresh), OVER);
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(ready(cage, pair[0]), READY_OUT);
    CHECK_EQ(CALL(cage, connect, (uint32_t)pair[0], AT_NAME, put_unix(cage, "/x")), -MOX_EISCONN);
    CHECK_EQ(send_size(pair[1], 3, 0), 3);
    CHECK_EQ(send_size(pair[0], 3, 0), 3);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(ready(cage, pair[0]), RESET);
    CHECK_EQ(send_size(pair[0], 1, 0), -MOX_EPIPE);
    CHECK_EQ(recv_size(pair[0], 10, 0), 3);
    CHECK_EQ(recv_size(pair[0], 10, 0), -MOX_ECONNRESET);
    CHECK_EQ(recv_size(pair[0], 10, 0), 0);
    CHECK_EQ(ready(cage, pair[0]), OVER);
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(ready(cage, pair[0]), OVER);
    CHECK_EQ(send_size(pair[0], 1, 0), -MOX_EPIPE);
    CHECK_EQ(recv_size(pair[0], 1, 0), 0);
    CHECK_EQ(name_of(pair[0], CALL_getpeername), 2);
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 1), 0);
    CHECK_EQ(ready(cage, pair[0]), READY_OUT);
    CHECK_EQ(ready(cage, pair[1]), ENDED);
    CHECK_EQ(send_size(pair[0], 1, 0), -MOX_EPIPE);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[1], 1), 0);
    CHECK_EQ(ready(cage, pair[0]), OVER);
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)pair[0], 0), 0);
    CHECK_EQ(ready(cage, pair[0]), ENDED);
    CHECK_EQ(ready(cage, pair[1]), READY_OUT);
    CHECK_EQ(send_size(pair[1], 1, 0), -MOX_EPIPE);
    CHECK_EQ(recv_size(pair[0], 1, 0), 0);
    machine_end();
}

static void test_unix_names(void) {
    begin();
    const int32_t server = make(UNIX, STREAM);
    const int32_t client = make(UNIX, STREAM);
    const int32_t datagram = make(UNIX, DATAGRAM);
    CHECK_EQ(connect_unix(client, "/s"), -MOX_ENOENT);
    CHECK_EQ(bind_unix(server, "/nowhere/s"), -MOX_ENOENT);
    CHECK_EQ(bind_unix(server, "/s"), 0);
    CHECK_EQ(bind_unix(server, "/t"), -MOX_EINVAL);
    CHECK_EQ(bind_unix(client, "/s"), -MOX_EADDRINUSE);
    CHECK_EQ(connect_unix(datagram, "/s"), -MOX_EPROTOTYPE);
    CHECK_EQ(connect_unix(client, "/s"), -MOX_ECONNREFUSED);
    CHECK_EQ(open_file(cage, "/s", 2, 0), -MOX_ENXIO);
    CHECK_EQ(CALL(cage, listen, (uint32_t)server, 0), 0);
    put_text(cage, AT_NAME, "/s");
    put_text(cage, AT_SMALL, "/moved");
    CHECK_EQ(CALL(cage, rename, AT_NAME, AT_SMALL), 0);
    CHECK_EQ(connect_unix(client, "/s"), -MOX_ENOENT);
    CHECK_EQ(connect_unix(client, "/moved"), 0); /* the inode is the name */
    const int32_t late = make(UNIX, STREAM | ABI_SOCK_NONBLOCK);
    CHECK_EQ(connect_unix(late, "/moved"), -MOX_EAGAIN);
    CHECK_EQ(ready(cage, late), NONE);
    CHECK_EQ(set_flags(cage, late, 0), 0);
    CHECK_EQ(connect_unix(late, "/moved"), WAITS);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    put_word(child, AT_SIZE, 110);
    const int32_t accepted = CALL(child, accept, (uint32_t)server, AT_NAME, AT_SIZE);
    CHECK(accepted > 0);
    CHECK_EQ(get_word(child, AT_SIZE), 2); /* the client has no name */
    CHECK_EQ(connect_unix(late, "/moved"), 0);
    CHECK_EQ(name_of(client, CALL_getpeername), 5);
    CHECK_EQ(write_text(child, accepted, "to you"), 6);
    CHECK(reads(cage, client, "to you"));
    CHECK_EQ(close_fd(cage, server), 0);
    CHECK_EQ(close_fd(child, server), 0);
    CHECK_EQ(connect_unix(make(UNIX, STREAM), "/moved"), -MOX_ECONNREFUSED);
    CHECK_EQ(so_error(late), MOX_ECONNRESET); /* was never accepted */
    CHECK_EQ(ready(cage, client), READY_OUT);
    put_text(cage, AT_NAME, "/moved");
    CHECK_EQ(CALL(cage, unlink, AT_NAME), 0);
    const int32_t file = open_file(cage, "/file", 0102, 0666);
    CHECK(file > 0);
    CHECK_EQ(connect_unix(make(UNIX, STREAM), "/file"), -MOX_ECONNREFUSED);
    machine_end();
}

/* Names that are in no file system. */
static void test_abstract_names(void) {
    begin();
    static const uint8_t name[] = {1, 0, 0, 'n', 'a', 'm', 'e'};
    const int32_t server = make(UNIX, PACKETS);
    const int32_t client = make(UNIX, PACKETS);
    put(cage, AT_NAME, name, sizeof name);
    CHECK_EQ(CALL(cage, connect, (uint32_t)client, AT_NAME, sizeof name), -MOX_ECONNREFUSED);
    CHECK_EQ(CALL(cage, bind, (uint32_t)server, AT_NAME, sizeof name), 0);
    CHECK_EQ(CALL(cage, bind, (uint32_t)client, AT_NAME, sizeof name), -MOX_EADDRINUSE);
    CHECK_EQ(CALL(cage, bind, (uint32_t)client, AT_NAME, 2), 0); /* the kernel chooses */
    CHECK_EQ(name_of(client, CALL_getsockname), 8);
    CHECK_EQ(CALL(cage, listen, (uint32_t)server, 5), 0);
    put(cage, AT_NAME, name, sizeof name);
    CHECK_EQ(CALL(cage, connect, (uint32_t)client, AT_NAME, sizeof name), 0);
    const int32_t accepted = accept_fd(server);
    /* SOCK_SEQPACKET keeps messages apart. */
    CHECK_EQ(write_text(cage, client, "first"), 5);
    CHECK_EQ(write_text(cage, client, "second"), 6);
    CHECK_EQ(recv_size(accepted, 3, ABI_MSG_TRUNC | ABI_MSG_PEEK), 5);
    CHECK_EQ(recv_size(accepted, 3, 0), 3);
    CHECK(came(cage, "fir"));
    CHECK(reads(cage, accepted, "second"));
    CHECK_EQ(close_fd(cage, client), 0);
    CHECK_EQ(recv_size(accepted, 3, 0), 0);
    machine_end();
}

static void test_transfer(void) {
    begin();
    int32_t pair[2];
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    put_text(cage, AT_BYTES, "peek");
    CHECK_EQ(send_size(pair[0], 4, 0), 4);
    CHECK_EQ(recv_size(pair[1], 2, ABI_MSG_PEEK), 2);
    CHECK_EQ(recv_size(pair[1], 10, ABI_MSG_PEEK), 4);
    CHECK(came(cage, "peek"));
    CHECK_EQ(recv_size(pair[1], 10, ABI_MSG_WAITALL), WAITS);
    CHECK_EQ(recv_size(pair[1], 10, ABI_MSG_WAITALL | ABI_MSG_DONTWAIT), 4);
    CHECK_EQ(recv_size(pair[1], 10, ABI_MSG_DONTWAIT), -MOX_EAGAIN);
    CHECK_EQ(send_size(pair[0], 4, 0), 4);
    CHECK_EQ(recv_size(pair[1], 8, ABI_MSG_WAITALL), WAITS);
    CHECK_EQ(CALL(child, send, (uint32_t)pair[0], AT_BYTES, 4, 0), 4);
    CHECK_EQ(recv_size(pair[1], 8, ABI_MSG_WAITALL), 8);
    CHECK_EQ(send_size(pair[0], 1, 1), -MOX_EOPNOTSUPP); /* MSG_OOB */
    CHECK_EQ(CALL(cage, sendto, (uint32_t)pair[0], AT_BYTES, 1, 0, AT_NAME, 16), -MOX_EISCONN);
    /* A send that is larger than the buffer goes in parts. */
    CHECK_EQ(CALL(cage, send, (uint32_t)pair[0], AT_BYTES, 300000, 0), WAITS);
    CHECK_EQ(CALL(child, recv, (uint32_t)pair[1], AT_ROOM, 50000, 0), 50000);
    CHECK_EQ(CALL(cage, send, (uint32_t)pair[0], AT_BYTES, 300000, 0), WAITS);
    CHECK_EQ(CALL(child, recv, (uint32_t)pair[1], AT_ROOM, 100000, 0), 100000);
    CHECK_EQ(CALL(cage, send, (uint32_t)pair[0], AT_BYTES, 300000, 0), 300000);
    CHECK_EQ(CALL(child, recv, (uint32_t)pair[1], AT_ROOM, 400000, 0), 150000);
    CHECK_EQ(CALL(cage, send, (uint32_t)pair[0], AT_BYTES, 300000, ABI_MSG_DONTWAIT), 212992);
    CHECK_EQ(send_size(pair[0], 1, ABI_MSG_DONTWAIT), -MOX_EAGAIN);
    CHECK_EQ(ready(cage, pair[0]), 0);
    /* SO_RCVTIMEO: the machine's clock goes on only when cages run, so the host's call just waits.
     */
    static const uint8_t second[12] = {1};
    put(cage, AT_SMALL, second, sizeof second);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)pair[0], 1, ABI_SO_RCVTIMEO, AT_SMALL, 12), 0);
    CHECK_EQ(recv_size(pair[0], 1, 0), WAITS);
    machine_end();
}

static void test_messages(void) {
    begin();
    int32_t pair[2];
    CHECK_EQ(make_pair(cage, DATAGRAM, pair), 0);
    /* Two buffers out, two buffers in. */
    const uint32_t words[] = {0, 0, AT_SMALL + 64, 2, 0, 0, 0};
    const uint32_t vectors[] = {AT_BYTES, 2, AT_BYTES + 2, 4};
    const uint32_t rooms[] = {AT_ROOM, 3, AT_ROOM + 100, 2};
    put_text(cage, AT_BYTES, "abcdef");
    put(cage, AT_SMALL, words, sizeof words);
    put(cage, AT_SMALL + 64, vectors, sizeof vectors);
    CHECK_EQ(CALL(cage, sendmsg, (uint32_t)pair[0], AT_SMALL, 0), 6);
    put(cage, AT_SMALL + 64, rooms, sizeof rooms);
    CHECK_EQ(CALL(cage, recvmsg, (uint32_t)pair[1], AT_SMALL, 0), 5);
    CHECK(came(cage, "abc"));
    CHECK_EQ(get_word(cage, AT_SMALL + 24), ABI_MSG_TRUNC);
    CHECK_EQ(get_word(cage, AT_ROOM + 100) & 0xffff, 'd' | 'e' << 8);
    /* Empty ones are messages too. */
    CHECK_EQ(send_size(pair[0], 0, 0), 0);
    CHECK_EQ(ready(cage, pair[1]), READY_IN | READY_OUT);
    CHECK_EQ(recv_size(pair[1], 10, 0), 0);
    CHECK_EQ(recv_size(pair[1], 10, ABI_MSG_DONTWAIT), -MOX_EAGAIN);
    CHECK_EQ(send_size(pair[0], 100000, 0), 100000);
    CHECK_EQ(send_size(pair[0], 212980, ABI_MSG_DONTWAIT), -MOX_EAGAIN);
    CHECK_EQ(send_size(pair[0], 212990, 0), -MOX_EMSGSIZE);
    CHECK_EQ(recv_size(pair[1], 10, ABI_MSG_TRUNC), 100000);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(send_size(pair[0], 1, 0), -MOX_ECONNREFUSED);
    CHECK_EQ(send_size(pair[0], 1, 0), -MOX_ENOTCONN);
    CHECK_EQ(ready(cage, pair[0]), READY_OUT);
    /* By name; who is connected hears its peer only. */
    const int32_t server = make(UNIX, DATAGRAM);
    const int32_t client = make(UNIX, DATAGRAM);
    CHECK_EQ(bind_unix(server, "/dg"), 0);
    CHECK_EQ(bind_unix(client, "/cl"), 0);
    CHECK_EQ(CALL(cage, sendto, (uint32_t)client, AT_BYTES, 3, 0, AT_NAME, put_unix(cage, "/dg")),
             3);
    put_word(cage, AT_SIZE, 110);
    CHECK_EQ(CALL(cage, recvfrom, (uint32_t)server, AT_ROOM, 10, 0, AT_NAME, AT_SIZE), 3);
    CHECK_EQ(get_word(cage, AT_SIZE), 6);
    CHECK_EQ(get_word(cage, AT_NAME) >> 16, '/' | 'c' << 8);
    CHECK_EQ(connect_unix(server, "/cl"), 0);
    CHECK_EQ(CALL(cage, sendto, (uint32_t)pair[0], AT_BYTES, 3, 0, AT_NAME, put_unix(cage, "/dg")),
             -MOX_EPERM);
    CHECK_EQ(CALL(cage, listen, (uint32_t)server, 1), -MOX_EOPNOTSUPP);
    CHECK_EQ(accept_fd(server), -MOX_EOPNOTSUPP);
    machine_end();
}

static void test_udp(void) {
    begin();
    const int32_t a = make(INET, DATAGRAM);
    const int32_t b = make(INET, DATAGRAM);
    const uint32_t to = put_inet(cage, LOOPBACK, 4500);
    CHECK_EQ(ready(cage, a), READY_OUT);
    CHECK_EQ(send_size(a, 1, 0), -MOX_EDESTADDRREQ);
    CHECK_EQ(recv_size(a, 1, ABI_MSG_DONTWAIT), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, sendto, (uint32_t)a, AT_BYTES, 1, 0, AT_NAME, to), 1); /* lost */
    CHECK_EQ(CALL(cage, sendto, (uint32_t)a, AT_BYTES, 1, 0, AT_NAME, to), 1);
    CHECK_EQ(connect_inet(a, LOOPBACK, 4500), 0);
    CHECK_EQ(send_size(a, 1, 0), 1);
    CHECK_EQ(ready(cage, a), READY_OUT | READY_ERR);
    CHECK_EQ(send_size(a, 1, 0), -MOX_ECONNREFUSED);
    CHECK_EQ(recv_size(a, 1, ABI_MSG_DONTWAIT), -MOX_EAGAIN);
    CHECK_EQ(send_size(a, 65508, 0), -MOX_EMSGSIZE);
    CHECK_EQ(bind_inet(b, 0, 4500), 0);
    put_text(cage, AT_BYTES, "ping");
    CHECK_EQ(send_size(a, 4, 0), 4);
    put_word(cage, AT_SIZE, 110);
    CHECK_EQ(CALL(cage, recvfrom, (uint32_t)b, AT_ROOM, 100, 0, AT_NAME, AT_SIZE), 4);
    CHECK(came(cage, "ping"));
    CHECK_EQ(get_word(cage, AT_SIZE), 16);
    CHECK_EQ(get_word(cage, AT_NAME), 0x47ee0002); /* port 60999 is 0xee47 */
    CHECK_EQ(CALL(cage, sendto, (uint32_t)b, AT_BYTES, 4, 0, AT_NAME, 16), 4); /* answer it */
    CHECK_EQ(recv_size(a, 100, 0), 4);
    const int32_t stranger = make(INET, DATAGRAM);
    CHECK_EQ(CALL(cage, sendto, (uint32_t)stranger, AT_BYTES, 4, 0, AT_NAME,
                  put_inet(cage, LOOPBACK, port_of(a, CALL_getsockname))),
             4);
    CHECK_EQ(recv_size(a, 100, ABI_MSG_DONTWAIT), -MOX_EAGAIN); /* not its peer */
    /* What has no room is lost. */
    for (uint32_t i = 0; i < 5; i++) {
        CHECK_EQ(send_size(a, 60000, 0), 60000);
    }
    uint32_t got = 0;
    while (recv_size(b, 65536, ABI_MSG_DONTWAIT) == 60000) {
        got++;
    }
    CHECK_EQ(got, 3);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)a, 2), 0);
    CHECK_EQ(ready(cage, a), OVER);
    CHECK_EQ(recv_size(a, 1, 0), 0);
    CHECK_EQ(send_size(a, 1, 0), -MOX_EPIPE);
    put_word(cage, AT_NAME, 0);
    CHECK_EQ(CALL(cage, connect, (uint32_t)a, AT_NAME, 16), 0); /* AF_UNSPEC */
    CHECK_EQ(name_of(a, CALL_getpeername), -MOX_ENOTCONN);
    CHECK_EQ(CALL(cage, shutdown, (uint32_t)stranger, 2), -MOX_ENOTCONN);
    machine_end();
}

static uint32_t put_inet6(uint32_t port, bool mapped) {
    uint8_t bytes[28] = {10, 0, (uint8_t)(port >> 8), (uint8_t)port};
    bytes[23] = 1;
    if (mapped) {
        bytes[18] = 0xff;
        bytes[19] = 0xff;
        bytes[20] = 127;
    }
    put(cage, AT_NAME, bytes, sizeof bytes);
    return sizeof bytes;
}

static void test_inet6(void) {
    begin();
    const int32_t server = make(INET6, STREAM);
    static const uint8_t any[28] = {10, 0, 0x0f, 0xa0};
    put(cage, AT_NAME, any, sizeof any);
    CHECK_EQ(CALL(cage, bind, (uint32_t)server, AT_NAME, 28), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)server, 5), 0);
    const int32_t six = make(INET6, STREAM);
    CHECK_EQ(CALL(cage, connect, (uint32_t)six, AT_NAME, put_inet6(4000, false)), 0);
    const int32_t mapped = make(INET6, STREAM);
    CHECK_EQ(CALL(cage, connect, (uint32_t)mapped, AT_NAME, put_inet6(4000, true)), 0);
    const int32_t four = make(INET, STREAM);
    CHECK_EQ(connect_inet(four, LOOPBACK, 4000), 0); /* reaches it, too */
    const int32_t accepted = accept_fd(server);
    CHECK_EQ(name_of(accepted, CALL_getpeername), 28);
    CHECK(accept_fd(server) > 0);
    const int32_t third = accept_fd(server);
    CHECK_EQ(name_of(third, CALL_getpeername), 28);
    CHECK_EQ(get_word(cage, AT_NAME + 16), 0xffff0000);
    CHECK_EQ(get_word(cage, AT_NAME + 20), 0x0100007f);
    CHECK_EQ(write_text(cage, four, "4 to 6"), 6);
    CHECK(reads(cage, third, "4 to 6"));
    const int32_t other = make(INET, STREAM);
    CHECK_EQ(bind_inet(other, 0, 4000), -MOX_EADDRINUSE);
    /* IPV6_V6ONLY */
    const int32_t only = make(INET6, STREAM);
    put_word(cage, AT_SMALL, 1);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)only, 41, ABI_IPV6_V6ONLY, AT_SMALL, 4), 0);
    (void)put_inet6(4001, false);
    CHECK_EQ(CALL(cage, bind, (uint32_t)only, AT_NAME, 28), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)only, 5), 0);
    CHECK_EQ(connect_inet(make(INET, STREAM), LOOPBACK, 4001), -MOX_ECONNREFUSED);
    machine_end();
}

static void test_options(void) {
    begin();
    const int32_t fd = make(INET, STREAM);
    static const struct {
        uint32_t level, option, before, set, after;
    } rows[] = {
        {1, 2, 0, 5, 1},
        {1, 15, 0, 1, 1},
        {1, 9, 0, 1, 1},
        {1, 10, 0, 1, 1},
        {1, 7, 212992, 4000, 8000},
        {1, 8, 212992, 1, 2304},
        {1, 18, 1, 9, 9},
        {6, 1, 0, 1, 1},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint32_t words[6] = {(uint32_t)fd, rows[i].level, rows[i].option, AT_SMALL, AT_SIZE};
        const uint32_t set[6] = {(uint32_t)fd, rows[i].level, rows[i].option, AT_SMALL, 4};
        put_word(cage, AT_SIZE, 4);
        CHECK_EQ(call_words(cage, CALL_getsockopt, words), 0);
        CHECK_EQ(get_word(cage, AT_SMALL), rows[i].before);
        put_word(cage, AT_SMALL, rows[i].set);
        CHECK_EQ(call_words(cage, CALL_setsockopt, set), 0);
        CHECK_EQ(call_words(cage, CALL_getsockopt, words), 0);
        CHECK_EQ(get_word(cage, AT_SMALL), rows[i].after);
        CHECK_EQ(get_word(cage, AT_SIZE), 4);
    }
    put_word(cage, AT_SIZE, 1);
    put_word(cage, AT_SMALL, UINT32_MAX);
    CHECK_EQ(CALL(cage, getsockopt, (uint32_t)fd, 1, ABI_SO_TYPE, AT_SMALL, AT_SIZE), 0);
    CHECK_EQ(get_word(cage, AT_SMALL), 0xffffff01); /* what fits */
    CHECK_EQ(get_word(cage, AT_SIZE), 1);
    put_word(cage, AT_SIZE, 4);
    CHECK_EQ(CALL(cage, getsockopt, (uint32_t)fd, 1, 999, AT_SMALL, AT_SIZE), -MOX_ENOPROTOOPT);
    CHECK_EQ(CALL(cage, getsockopt, (uint32_t)fd, 999, 2, AT_SMALL, AT_SIZE), -MOX_EOPNOTSUPP);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)fd, 999, 2, AT_SMALL, 4), -MOX_ENOPROTOOPT);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)fd, 1, 2, AT_SMALL, 2), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)fd, 1, 2, 0x500, 4), -MOX_EFAULT);
    put_word(cage, AT_SIZE, UINT32_MAX);
    CHECK_EQ(CALL(cage, getsockopt, (uint32_t)fd, 1, 2, AT_SMALL, AT_SIZE), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, gethostname, AT_ROOM, 100), 0);
    CHECK_EQ(CALL(cage, gethostname, AT_ROOM, 2), -MOX_ENAMETOOLONG);
    CHECK_EQ(CALL(cage, getifaddrs, AT_ROOM, 4096), 0);
    CHECK(came(cage, "lo 127.0.0.1"));
    CHECK_EQ(CALL(cage, getifaddrs, AT_ROOM, 4), -MOX_EINVAL);
    machine_end();
}

/* SO_LINGER of 0 seconds resets; a listener that goes takes the connections nobody accepted. */
static void test_linger_and_fork(void) {
    begin();
    int32_t pair[2];
    const int32_t server = listener(INET, 4000, 5);
    connected(server, 4000, pair);
    static const uint8_t linger[8] = {1};
    put(cage, AT_SMALL, linger, sizeof linger);
    CHECK_EQ(CALL(cage, setsockopt, (uint32_t)pair[1], 1, ABI_SO_LINGER, AT_SMALL, 8), 0);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(recv_size(pair[0], 1, 0), -MOX_ECONNRESET);
    connected(server, 4000, pair);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(close_fd(cage, pair[1]), 0); /* the child still has it */
    CHECK_EQ(ready(cage, pair[0]), READY_OUT);
    CHECK_EQ(write_text(child, pair[1], "bye"), 3);
    CHECK_EQ(CALL(child, exit, 0), 0);
    CHECK(reads(cage, pair[0], "bye"));
    CHECK_EQ(read_some(cage, pair[0], 1), 0);
    const int32_t early = make(INET, STREAM);
    CHECK_EQ(connect_inet(early, LOOPBACK, 4000), 0);
    CHECK_EQ(write_text(cage, early, "before accept"), 13);
    CHECK_EQ(close_fd(cage, early), 0);
    const int32_t accepted = accept_fd(server);
    CHECK(reads(cage, accepted, "before accept"));
    CHECK_EQ(read_some(cage, accepted, 1), 0);
    machine_end();
}

int main(void) {
    test_making();
    test_bind();
    test_tcp_states();
    test_tcp_ends();
    test_tcp_shutdown();
    test_listener_shutdown();
    test_waiting_accept();
    test_backlog();
    test_waiting_connect();
    test_unix_states();
    test_unix_names();
    test_abstract_names();
    test_transfer();
    test_messages();
    test_udp();
    test_inet6();
    test_options();
    test_linger_and_fork();
    return check_report("sockets of cages");
}
