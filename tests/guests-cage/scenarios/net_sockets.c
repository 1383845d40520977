/* Sockets: addresses, connections, datagrams. Ports are the system's choice, so that tests never
 * meet. */
#include "net.h"

#include <ifaddrs.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/uio.h>

static char bytes[1024];

struct sockaddr_in loopback(unsigned port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

struct sockaddr_un path_address(const char *path) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

int bound(int type, struct sockaddr_in *address) {
    socklen_t size = sizeof *address;
    const int fd = socket(AF_INET, type, 0);
    *address = loopback(0);
    NEEDS(bind(fd, (struct sockaddr *)address, sizeof *address) == 0);
    NEEDS(type != SOCK_STREAM || listen(fd, 5) == 0);
    NEEDS(getsockname(fd, (struct sockaddr *)address, &size) == 0 && address->sin_port != 0);
    return fd;
}

int connected(int *client) {
    struct sockaddr_in address;
    const int server = bound(SOCK_STREAM, &address);
    *client = socket(AF_INET, SOCK_STREAM, 0);
    NEEDS(connect(*client, AT(address)) == 0);
    const int connection = accept(server, NULL, NULL);
    NEEDS(connection >= 0 && close(server) == 0);
    return connection;
}

bool same_address(const struct sockaddr_in *a, const struct sockaddr_in *b) {
    return a->sin_family == b->sin_family && a->sin_port == b->sin_port &&
           a->sin_addr.s_addr == b->sin_addr.s_addr;
}

SCENARIO(ut_lind_net_bind) {
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    GIVES(bind(fd, AT(address)), 0);
    FAILS(bind(fd, AT(address)), EINVAL);
    GIVES(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    const int other = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(bind(other, AT(address)), EADDRINUSE);
    FAILS(bind(-1, AT(address)), EBADF);
    FAILS(bind(100, AT(address)), EBADF);
    FAILS(bind(fresh("file"), AT(address)), ENOTSOCK);
    FAILS(bind(other, (struct sockaddr *)&address, 3), EINVAL);
    struct sockaddr_un path = path_address("socket");
    FAILS(bind(other, AT(path)), EAFNOSUPPORT);
    struct sockaddr_in far = loopback(0);
    far.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 is nobody's */
    FAILS(bind(other, AT(far)), EADDRNOTAVAIL);
    const int unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    GIVES(bind(unix_socket, AT(path)), 0);
    FAILS(bind(socket(AF_UNIX, SOCK_STREAM, 0), AT(path)), EADDRINUSE);
    path = path_address("nothing/socket");
    FAILS(bind(socket(AF_UNIX, SOCK_STREAM, 0), AT(path)), ENOENT);
    GIVES(close(fd), 0);
    GIVES(bind(other, AT(address)), 0);
}

SCENARIO(ut_lind_net_bind_on_zero) {
    struct sockaddr_in one = loopback(0);
    struct sockaddr_in two;
    socklen_t size = sizeof one;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    one.sin_addr.s_addr = htonl(INADDR_ANY);
    GIVES(bind(fd, AT(one)), 0);
    GIVES(getsockname(fd, (struct sockaddr *)&one, &size), 0);
    GIVES(size, sizeof one);
    HOLDS(one.sin_addr.s_addr == htonl(INADDR_ANY));
    HOLDS(ntohs(one.sin_port) >= 1024);
    bound(SOCK_STREAM, &two);
    HOLDS(one.sin_port != two.sin_port);
    GIVES(listen(fd, 1), 0);
    two = loopback(ntohs(one.sin_port)); /* any address is this one too */
    GIVES(connect(socket(AF_INET, SOCK_STREAM, 0), AT(two)), 0);
    fd = accept(fd, (struct sockaddr *)&one, &size);
    HOLDS(fd >= 0 && one.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
}

/* A port of UDP is free in TCP, if no other program has it: one of several must be. */
static bool protocols_have_own_ports(void) {
    struct sockaddr_in address;
    for (int i = 0; i < 20; i++) {
        bound(SOCK_DGRAM, &address);
        if (bind(socket(AF_INET, SOCK_STREAM, 0), AT(address)) == 0) {
            return true;
        }
    }
    return false;
}

SCENARIO(ut_lind_net_bind_multiple) {
    struct sockaddr_in addresses[10];
    struct sockaddr_in address;
    const int on = 1;
    for (int i = 0; i < 10; i++) {
        bound(i % 2 == 0 ? SOCK_STREAM : SOCK_DGRAM, &addresses[i]);
        for (int j = i % 2; j < i; j += 2) {
            NEEDS(addresses[i].sin_port != addresses[j].sin_port);
        }
    }
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(bind(fd, AT(addresses[4])), EADDRINUSE);
    const int first = socket(AF_INET, SOCK_DGRAM, 0);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    const int third = socket(AF_INET, SOCK_DGRAM, 0);
    GIVES(setsockopt(first, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
    GIVES(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
    address = loopback(0);
    GIVES(bind(first, AT(address)), 0);
    socklen_t size = sizeof address;
    GIVES(getsockname(first, (struct sockaddr *)&address, &size), 0);
    GIVES(bind(fd, AT(address)), 0);
    FAILS(bind(third, AT(address)), EADDRINUSE);
    HOLDS(protocols_have_own_ports());
}

SCENARIO(ut_lind_net_connect_basic_udp) {
    struct sockaddr_in one;
    struct sockaddr_in two;
    const int a = bound(SOCK_DGRAM, &one);
    const int b = bound(SOCK_DGRAM, &two);
    const int other = socket(AF_INET, SOCK_DGRAM, 0);
    GIVES(connect(a, AT(two)), 0);
    GIVES(send(a, "to b", 4, 0), 4);
    GIVES(recv(b, bytes, sizeof bytes, 0), 4);
    GIVES(sendto(other, "strange", 7, 0, AT(one)), 7);
    FAILS(recv(a, bytes, sizeof bytes, MSG_DONTWAIT), EAGAIN); /* only the peer is heard */
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    GIVES(connect(a, &nobody, sizeof nobody), 0);
    FAILS(send(a, "x", 1, 0), EDESTADDRREQ);
}

SCENARIO(ut_lind_net_connect_basic_udp_ipv6) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t size = sizeof address;
    const int server = socket(AF_INET6, SOCK_DGRAM, 0);
    if (server < 0 || bind(server, AT(address)) < 0) {
        cannot("IPv6");
    }
    GIVES(getsockname(server, (struct sockaddr *)&address, &size), 0);
    GIVES(size, sizeof address);
    const int client = socket(AF_INET6, SOCK_DGRAM, 0);
    GIVES(connect(client, AT(address)), 0);
    GIVES(write(client, "six", 3), 3);
    struct sockaddr_in6 from;
    size = sizeof from;
    GIVES(recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size), 3);
    HOLDS(from.sin6_family == AF_INET6);
    HOLDS(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr) && !IN6_IS_ADDR_UNSPECIFIED(&from.sin6_addr));
    HOLDS(IN6_IS_ADDR_UNSPECIFIED(&in6addr_any) && !IN6_IS_ADDR_LOOPBACK(&in6addr_any));
    HOLDS(memcmp(&from.sin6_addr, &in6addr_loopback, sizeof in6addr_loopback) == 0);
    const char *kinds[] = {"::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "::ffff:1.2.3.4"};
    for (int i = 0; i < 6; i++) {
        struct in6_addr kind;
        NEEDS(inet_pton(AF_INET6, kinds[i], &kind) == 1);
        printf("%s: %d %d %d %d\n", kinds[i], IN6_IS_ADDR_LINKLOCAL(&kind) != 0,
               IN6_IS_ADDR_SITELOCAL(&kind) != 0, IN6_IS_ADDR_MULTICAST(&kind) != 0,
               IN6_IS_ADDR_V4MAPPED(&kind) != 0);
    }
    GIVES(sendto(server, "back", 4, 0, (struct sockaddr *)&from, size), 4);
    HOLDS(reads(client, "back"));
}

SCENARIO(ut_lind_net_getpeername_bad_input) {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    FAILS(getpeername(-1, (struct sockaddr *)&address, &size), EBADF);
    FAILS(getpeername(100, (struct sockaddr *)&address, &size), EBADF);
    FAILS(getpeername(fresh("file"), (struct sockaddr *)&address, &size), ENOTSOCK);
    FAILS(getpeername(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, &size),
          ENOTCONN);
    FAILS(getpeername(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&address, &size),
          ENOTCONN);
    FAILS(getpeername(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, &size),
          ENOTCONN);
    int client;
    connected(&client);
    size = (socklen_t)-1;
    FAILS(getpeername(client, (struct sockaddr *)&address, &size), EINVAL);
}

SCENARIO(ut_lind_net_getpeername_inet) {
    struct sockaddr_in peer;
    struct sockaddr_in own;
    socklen_t size = sizeof peer;
    int client;
    const int server = connected(&client);
    GIVES(getpeername(client, (struct sockaddr *)&peer, &size), 0);
    GIVES(size, sizeof peer);
    GIVES(getsockname(server, (struct sockaddr *)&own, &size), 0);
    HOLDS(same_address(&peer, &own));
    GIVES(getpeername(server, (struct sockaddr *)&peer, &size), 0);
    GIVES(getsockname(client, (struct sockaddr *)&own, &size), 0);
    HOLDS(same_address(&peer, &own));
    size = 4; /* what does not fit is cut off, and told */
    memset(&peer, 0xee, sizeof peer);
    GIVES(getpeername(client, (struct sockaddr *)&peer, &size), 0);
    GIVES(size, sizeof peer);
    HOLDS(peer.sin_addr.s_addr == 0xeeeeeeee);
}

SCENARIO(ut_lind_net_getpeername_unix) {
    struct sockaddr_un address = path_address("server");
    struct sockaddr_un peer;
    socklen_t size = sizeof peer;
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    const int client = socket(AF_UNIX, SOCK_STREAM, 0);
    GIVES(bind(server, AT(address)), 0);
    GIVES(listen(server, 1), 0);
    GIVES(connect(client, AT(address)), 0);
    memset(&peer, 0, sizeof peer);
    GIVES(getpeername(client, (struct sockaddr *)&peer, &size), 0);
    printf("%s, family %d\n", peer.sun_path, peer.sun_family);
    GIVES(size, (long)sizeof peer.sun_family + 7);
    const int connection = accept(server, NULL, NULL);
    size = sizeof peer;
    GIVES(getpeername(connection, (struct sockaddr *)&peer, &size), 0);
    GIVES(size, sizeof peer.sun_family); /* the client has no name */
}

SCENARIO(ut_lind_net_getpeername_udp) {
    struct sockaddr_in address;
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    bound(SOCK_DGRAM, &address);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    FAILS(getpeername(fd, (struct sockaddr *)&peer, &size), ENOTCONN);
    GIVES(connect(fd, AT(address)), 0);
    GIVES(getpeername(fd, (struct sockaddr *)&peer, &size), 0);
    HOLDS(same_address(&peer, &address));
}

SCENARIO(ut_lind_net_getsockname_bad_input) {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    FAILS(getsockname(-1, (struct sockaddr *)&address, &size), EBADF);
    FAILS(getsockname(100, (struct sockaddr *)&address, &size), EBADF);
    FAILS(getsockname(fresh("file"), (struct sockaddr *)&address, &size), ENOTSOCK);
    size = (socklen_t)-1;
    FAILS(getsockname(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, &size), EINVAL);
}

SCENARIO(ut_lind_net_getsockname_empty) {
    struct sockaddr_in address;
    struct sockaddr_un path;
    const struct sockaddr_in any = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    GIVES(getsockname(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, &size), 0);
    GIVES(size, sizeof address);
    HOLDS(same_address(&address, &any));
    size = sizeof path;
    GIVES(getsockname(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&path, &size), 0);
    GIVES(size, sizeof path.sun_family);
    GIVES(path.sun_family, AF_UNIX);
}

SCENARIO(ut_lind_net_getsockname_inet_connect) {
    struct sockaddr_in address;
    struct sockaddr_in own;
    socklen_t size = sizeof own;
    bound(SOCK_STREAM, &address);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    GIVES(connect(client, AT(address)), 0);
    GIVES(getsockname(client, (struct sockaddr *)&own, &size), 0);
    HOLDS(own.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    HOLDS(own.sin_port != 0 && own.sin_port != address.sin_port);
    FAILS(connect(client, AT(address)), EISCONN);
}

SCENARIO(ut_lind_net_getsockname_inet) {
    struct sockaddr_in address;
    struct sockaddr_in own;
    socklen_t size = sizeof own;
    const int fd = bound(SOCK_DGRAM, &address);
    GIVES(getsockname(fd, (struct sockaddr *)&own, &size), 0);
    HOLDS(same_address(&own, &address));
    HOLDS(own.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    size = 2;
    GIVES(getsockname(fd, (struct sockaddr *)&own, &size), 0);
    GIVES(size, sizeof own);
}

SCENARIO(ut_lind_net_getsockname_unix) {
    struct sockaddr_un address = path_address("name of it");
    struct sockaddr_un own;
    socklen_t size = sizeof own;
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    GIVES(bind(fd, AT(address)), 0);
    memset(&own, 0, sizeof own);
    GIVES(getsockname(fd, (struct sockaddr *)&own, &size), 0);
    printf("%s, family %d\n", own.sun_path, own.sun_family);
    GIVES(size, (long)sizeof own.sun_family + 11);
    GIVES(unlink("name of it"), 0);
    size = sizeof own;
    GIVES(getsockname(fd, (struct sockaddr *)&own, &size), 0);
}

SCENARIO(ut_lind_net_listen) {
    struct sockaddr_in address;
    const int server = bound(SOCK_STREAM, &address);
    const pid_t pid = child();
    if (pid == 0) {
        for (int i = 0; i < 3; i++) {
            const int client = socket(AF_INET, SOCK_STREAM, 0);
            NEEDS(connect(client, AT(address)) == 0);
            NEEDS(write(client, "hello", 5) == 5);
            NEEDS(reads(client, "served"));
            NEEDS(read(client, bytes, 1) == 0);
            NEEDS(close(client) == 0);
        }
        leave();
    }
    for (int i = 0; i < 3; i++) {
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        const int connection = accept(server, (struct sockaddr *)&from, &size);
        HOLDS(connection > server && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
        HOLDS(reads(connection, "hello"));
        GIVES(write(connection, "served", 6), 6);
        GIVES(close(connection), 0);
    }
    GIVES(ended(pid), 0);
    FAILS(listen(-1, 1), EBADF);
    FAILS(listen(100, 1), EBADF);
    FAILS(listen(fresh("file"), 1), ENOTSOCK);
    GIVES(listen(server, 10), 0);
    GIVES(listen(socket(AF_INET, SOCK_STREAM, 0), 1), 0); /* gets a port */
    FAILS(listen(socket(AF_UNIX, SOCK_STREAM, 0), 1), EINVAL);
    GIVES(close(server), 0);
    FAILS(connect(socket(AF_INET, SOCK_STREAM, 0), AT(address)), ECONNREFUSED);
}

SCENARIO(ut_lind_net_accept_errs) {
    struct sockaddr_in address;
    const struct rlimit limit = {64, 64};
    const int server = bound(SOCK_STREAM, &address);
    FAILS(accept(-1, NULL, NULL), EBADF);
    FAILS(accept(100, NULL, NULL), EBADF);
    FAILS(accept(fresh("file"), NULL, NULL), ENOTSOCK);
    FAILS(accept(socket(AF_INET, SOCK_STREAM, 0), NULL, NULL), EINVAL);
    FAILS(accept(socket(AF_INET, SOCK_DGRAM, 0), NULL, NULL), EOPNOTSUPP);
    GIVES(fcntl(server, F_SETFL, O_NONBLOCK), 0);
    FAILS(accept(server, NULL, NULL), EAGAIN);
    GIVES(connect(socket(AF_INET, SOCK_STREAM, 0), AT(address)), 0);
    NEEDS(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    int last = server;
    for (int fd = server; fd >= 0; fd = dup(server)) {
        last = fd;
    }
    FAILS(accept(server, NULL, NULL), EMFILE);
    GIVES(close(last), 0);
    struct pollfd entry = {server, POLLIN, 0};
    GIVES(poll(&entry, 1, 20000), 1);
    HOLDS(accept(server, NULL, NULL) == last); /* the connection has waited */
}

SCENARIO(ut_lind_net_listen_more_than_backlog) {
    struct sockaddr_un address = path_address("server");
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    int clients[4];
    GIVES(bind(server, AT(address)), 0);
    GIVES(listen(server, 1), 0);
    for (int i = 0; i < 4; i++) {
        clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (SHOW(connect(clients[i], AT(address))) < 0) {
            NEEDS(errno == EAGAIN);
        }
    }
    HOLDS(accept(server, NULL, NULL) >= 0);
    GIVES(connect(clients[3], AT(address)), 0);
    FAILS(connect(clients[2], AT(address)), EAGAIN);
    GIVES(close(server), 0);
    FAILS(connect(clients[2], AT(address)), ECONNREFUSED);
    FAILS(read(clients[1], bytes, 1), ECONNRESET); /* it was never accepted */
}

SCENARIO(ut_lind_net_listen_udp_socket) {
    struct sockaddr_in address;
    FAILS(listen(bound(SOCK_DGRAM, &address), 1), EOPNOTSUPP);
    FAILS(listen(socket(AF_UNIX, SOCK_DGRAM, 0), 1), EOPNOTSUPP);
}

SCENARIO(ut_lind_net_recvfrom) {
    struct sockaddr_in address;
    struct sockaddr_in own;
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    const int server = bound(SOCK_DGRAM, &address);
    const int client = bound(SOCK_DGRAM, &own);
    FAILS(recvfrom(server, bytes, 10, MSG_DONTWAIT, (struct sockaddr *)&from, &size), EAGAIN);
    GIVES(sendto(client, "datagram", 8, 0, AT(address)), 8);
    GIVES(sendto(client, "", 0, 0, AT(address)), 0);
    GIVES(recvfrom(server, bytes, 4, MSG_PEEK, (struct sockaddr *)&from, &size), 4);
    GIVES(recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size), 8);
    GIVES(size, sizeof from);
    HOLDS(same_address(&from, &own) && memcmp(bytes, "datagram", 8) == 0);
    GIVES(recvfrom(server, bytes, sizeof bytes, 0, NULL, NULL), 0);
    int stream;
    const int peer = connected(&stream);
    GIVES(send(stream, "stream", 6, 0), 6);
    GIVES(recvfrom(peer, bytes, 3, MSG_PEEK, NULL, NULL), 3);
    GIVES(recvfrom(peer, bytes, 4, 0, NULL, NULL), 4);
    HOLDS(memcmp(bytes, "stre", 4) == 0);
    GIVES(recvfrom(peer, bytes, 10, MSG_DONTWAIT, NULL, NULL), 2);
    FAILS(recvfrom(peer, bytes, 10, MSG_DONTWAIT, NULL, NULL), EAGAIN);
    FAILS(recvfrom(-1, bytes, 10, 0, NULL, NULL), EBADF);
    FAILS(recvfrom(fresh("file"), bytes, 10, 0, NULL, NULL), ENOTSOCK);
    FAILS(recv(socket(AF_INET, SOCK_STREAM, 0), bytes, 10, 0), ENOTCONN);
}

SCENARIO(ut_lind_net_recvfrom_unix) {
    struct sockaddr_un server_address = path_address("server");
    struct sockaddr_un client_address = path_address("client");
    struct sockaddr_un from;
    socklen_t size = sizeof from;
    const int server = socket(AF_UNIX, SOCK_DGRAM, 0);
    const int client = socket(AF_UNIX, SOCK_DGRAM, 0);
    GIVES(bind(server, AT(server_address)), 0);
    GIVES(sendto(client, "nameless", 8, 0, AT(server_address)), 8);
    GIVES(recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size), 8);
    GIVES(size, 0);
    GIVES(bind(client, AT(client_address)), 0);
    GIVES(sendto(client, "named", 5, 0, AT(server_address)), 5);
    memset(&from, 0, sizeof from);
    size = sizeof from;
    GIVES(recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size), 5);
    printf("from %s\n", from.sun_path);
    GIVES(sendto(server, "answer", 6, 0, (struct sockaddr *)&from, size), 6);
    HOLDS(reads(client, "answer"));
    GIVES(close(client), 0);
    FAILS(sendto(server, "late", 4, 0, AT(client_address)), ECONNREFUSED);
    GIVES(unlink("client"), 0);
    FAILS(sendto(server, "late", 4, 0, AT(client_address)), ENOENT);
}

SCENARIO(ut_lind_net_send_close_server_socket_early) {
    int client;
    signal(SIGPIPE, SIG_IGN);
    const int server = connected(&client);
    GIVES(close(server), 0);
    GIVES(recv(client, bytes, 1, 0), 0);
    GIVES(send(client, "into the void", 13, 0), 13); /* the answer to it breaks the connection */
    struct pollfd entry = {client, 0, 0};
    GIVES(poll(&entry, 1, 20000), 1);
    GIVES(entry.revents, POLLERR | POLLHUP);
    FAILS(send(client, "again", 5, 0), EPIPE);
    FAILS(send(client, "again", 5, MSG_NOSIGNAL), EPIPE);
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(send(pair[1], "unread", 6, 0), 6);
    GIVES(close(pair[0]), 0);
    FAILS(send(pair[1], "x", 1, 0), EPIPE);
    FAILS(recv(pair[1], bytes, 1, 0), ECONNRESET);
    GIVES(recv(pair[1], bytes, 1, 0), 0);
    const pid_t pid = child();
    if (pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        send(pair[1], "x", 1, 0);
        leave();
    }
    GIVES(ended(pid), -SIGPIPE);
}

SCENARIO(ut_lind_net_send_no_peer_address) {
    struct sockaddr_in address;
    const int server = bound(SOCK_DGRAM, &address);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    FAILS(send(fd, "x", 1, 0), EDESTADDRREQ);
    FAILS(sendto(fd, "x", 1, 0, NULL, 0), EDESTADDRREQ);
    GIVES(sendto(fd, "x", 1, 0, AT(address)), 1);
    GIVES(recv(server, bytes, 10, 0), 1);
    FAILS(send(socket(AF_INET, SOCK_STREAM, 0), "x", 1, MSG_NOSIGNAL), EPIPE);
    FAILS(send(socket(AF_UNIX, SOCK_STREAM, 0), "x", 1, MSG_NOSIGNAL), ENOTCONN);
    FAILS(send(socket(AF_UNIX, SOCK_DGRAM, 0), "x", 1, 0), ENOTCONN);
    FAILS(send(-1, "x", 1, 0), EBADF);
    FAILS(send(fresh("file"), "x", 1, 0), ENOTSOCK);
}

SCENARIO(ut_lind_net_udp_bad_bind) {
    struct sockaddr_in address;
    struct sockaddr_in far = loopback(0);
    bound(SOCK_DGRAM, &address);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    FAILS(bind(fd, AT(address)), EADDRINUSE);
    far.sin_addr.s_addr = htonl(0xc0000201);
    FAILS(bind(fd, AT(far)), EADDRNOTAVAIL);
    address = loopback(0);
    GIVES(bind(fd, AT(address)), 0);
    FAILS(bind(fd, AT(address)), EINVAL);
}

SCENARIO(ut_lind_net_udp_simple) {
    struct sockaddr_in address;
    const int server = bound(SOCK_DGRAM, &address);
    const pid_t pid = child();
    if (pid == 0) {
        const int client = socket(AF_INET, SOCK_DGRAM, 0);
        usleep(10000);
        NEEDS(sendto(client, "UDP Connection Attempt", 22, 0, AT(address)) == 22);
        NEEDS(recv(client, bytes, sizeof bytes, 0) == 2);
        leave();
    }
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    GIVES(recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size), 22);
    HOLDS(from.sin_port != 0);
    GIVES(sendto(server, "ok", 2, 0, AT(from)), 2);
    GIVES(ended(pid), 0);
}

SCENARIO(ut_lind_net_udp_connect) {
    struct sockaddr_in address;
    const int server = bound(SOCK_DGRAM, &address);
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    GIVES(connect(client, AT(address)), 0);
    GIVES(write(client, "written", 7), 7);
    HOLDS(reads(server, "written"));
    GIVES(send(client, "sent", 4, 0), 4);
    GIVES(recv(server, bytes, 10, 0), 4);
    GIVES(close(server), 0);
    GIVES(send(client, "lost", 4, 0), 4);
    struct pollfd entry = {client, 0, 0};
    GIVES(poll(&entry, 1, 20000), 1);
    GIVES(entry.revents, POLLERR);
    FAILS(send(client, "told", 4, 0), ECONNREFUSED); /* of the one before */
}

SCENARIO(ut_lind_net_domain_socket) {
    struct sockaddr_un address = path_address("server");
    struct sockaddr_un own = path_address("client");
    const int server = socket(AF_UNIX, SOCK_DGRAM, 0);
    GIVES(bind(server, AT(address)), 0);
    const pid_t pid = child();
    if (pid == 0) {
        const int client = socket(AF_UNIX, SOCK_DGRAM, 0);
        NEEDS(bind(client, AT(own)) == 0);
        NEEDS(connect(client, AT(address)) == 0);
        for (int i = 0; i < 100; i++) { /* more than a queue holds: send waits */
            NEEDS(send(client, &i, sizeof i, 0) == sizeof i);
        }
        NEEDS(reads(client, "enough"));
        leave();
    }
    usleep(10000);
    for (int i = 0; i < 100; i++) {
        int number = -1;
        NEEDS(recv(server, &number, sizeof number, 0) == sizeof number && number == i);
    }
    GIVES(sendto(server, "enough", 6, 0, AT(own)), 6);
    GIVES(ended(pid), 0);
    GIVES(connect(socket(AF_UNIX, SOCK_STREAM, 0), AT(address)) == -1 && errno == EPROTOTYPE, 1);
}

SCENARIO(ut_lind_net_gethostname) {
    char name[256];
    GIVES(gethostname(name, sizeof name), 0);
    HOLDS(strlen(name) > 0 && strlen(name) < sizeof name);
    FAILS(gethostname(name, strlen(name)), ENAMETOOLONG);
    if (IN_CAGE) {
        NEEDS(strcmp(name, "moxbox") == 0);
    }
}

SCENARIO(ut_lind_net_getifaddrs) {
    struct ifaddrs *list = NULL;
    bool found = false;
    GIVES(getifaddrs(&list), 0);
    for (struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
        if (entry->ifa_addr != NULL && entry->ifa_addr->sa_family == AF_INET) {
            const struct sockaddr_in *address = (struct sockaddr_in *)entry->ifa_addr;
            const struct sockaddr_in *mask = (struct sockaddr_in *)entry->ifa_netmask;
            found = found || (strcmp(entry->ifa_name, "lo") == 0 &&
                              address->sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
                              mask->sin_addr.s_addr == htonl(0xff000000));
        }
        NEEDS(!IN_CAGE || strcmp(entry->ifa_name, "lo") == 0);
    }
    HOLDS(found);
    freeifaddrs(list);
}

/* A root server of the name system would be somewhere else, and a cage has no way out; so a process
 * of the scenario plays one. */
SCENARIO(ut_lind_net_dns_rootserver_ping) {
    static const unsigned char question[] = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0,
                                             0,    0,    0, 0, 0, 2, 0, 1};
    struct sockaddr_in address;
    const int server = bound(SOCK_DGRAM, &address);
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    const pid_t pid = child();
    if (pid == 0) {
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        NEEDS(recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size) == 17);
        bytes[2] = (char)0x81; /* an answer */
        bytes[3] = (char)0x05; /* refused */
        NEEDS(sendto(server, bytes, 17, 0, AT(from)) == 17);
        leave();
    }
    GIVES(sendto(client, question, sizeof question, 0, AT(address)), 17);
    GIVES(recv(client, bytes, sizeof bytes, 0), 17);
    HOLDS(memcmp(bytes, question, 2) == 0 && (bytes[2] & 0x80) != 0 && bytes[3] == 5);
    GIVES(ended(pid), 0);
    if (IN_CAGE) {
        struct sockaddr_in far = loopback(53);
        far.sin_addr.s_addr = htonl(0xc0000201);
        NEEDS(sendto(client, "x", 1, 0, AT(far)) == -1 && errno == ENETUNREACH);
    }
}

SCENARIO(ut_lind_net_writev) {
    int client;
    const int server = connected(&client);
    struct iovec parts[4] = {{"one ", 4}, {"two ", 4}, {NULL, 0}, {"three", 5}};
    GIVES(writev(client, parts, 4), 13);
    HOLDS(reads(server, "one two three"));
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    GIVES(sendmsg(client, &message, 0), 8);
    struct iovec back[2] = {{bytes, 3}, {bytes + 10, 100}};
    GIVES(readv(server, back, 2), 8);
    HOLDS(memcmp(bytes, "one", 3) == 0 && memcmp(bytes + 10, " two ", 5) == 0);
    signal(SIGPIPE, SIG_IGN);
    GIVES(shutdown(client, SHUT_WR), 0);
    FAILS(writev(client, parts, 4), EPIPE);
}
