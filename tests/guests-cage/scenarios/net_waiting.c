/* Sockets: options, pairs, ends of connections. Waiting: poll, select, epoll. */
#include "net.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/time.h>

static char bytes[4096];

enum { CLIENTS = 3 };

static struct sockaddr_in server_address;

/* A client that is greeted, speaks a little later than the one before, and goes. */
static void run_client(int number) {
    char word[16];
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    snprintf(word, sizeof word, "client %d", number);
    NEEDS(connect(fd, AT(server_address)) == 0);
    usleep((unsigned)(20000 * number + 10000));
    NEEDS(write(fd, word, strlen(word)) == (ssize_t)strlen(word));
    NEEDS(reads(fd, "bye"));
    leave();
}

static void start_clients(pid_t *clients) {
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = child();
        if (clients[i] == 0) {
            run_client(i);
        }
    }
}

/* Clients come and speak in an order that is nobody's to say: they are counted. */
static int greeted[CLIENTS];

static int serve(int fd) {
    int number = -1;
    const ssize_t size = read(fd, bytes, sizeof bytes - 1);
    bytes[size > 0 ? size : 0] = '\0';
    NEEDS(sscanf(bytes, "client %d", &number) == 1 && number >= 0 && number < CLIENTS);
    greeted[number]++;
    NEEDS(write(fd, "bye", 3) == 3);
    NEEDS(close(fd) == 0);
    return 1;
}

static void end_clients(const pid_t *clients) {
    for (int i = 0; i < CLIENTS; i++) {
        GIVES(ended(clients[i]), 0);
        GIVES(greeted[i], 1);
    }
}

/* A descriptor for writing that would wait, whose other end is *reader. */
static int full_pipe(int *reader, bool sockets) {
    int ends[2];
    NEEDS((sockets ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) : pipe(ends)) == 0);
    NEEDS(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    while (write(ends[1], bytes, sizeof bytes) > 0) {
    }
    NEEDS(errno == EAGAIN);
    *reader = ends[0];
    return ends[1];
}

static void empty_later(int reader) {
    NEEDS(fcntl(reader, F_SETFL, O_NONBLOCK) == 0);
    usleep(20000);
    while (read(reader, bytes, sizeof bytes) > 0) {
    }
    leave();
}

SCENARIO(ut_lind_net_poll_bad_input) {
    static struct pollfd entries[1100];
    const struct rlimit limit = {1024, 1024};
    struct pollfd entry = {100, POLLIN, 0};
    memset(entries, 0xff, sizeof entries);
    GIVES(poll(&entry, 1, 0), 1);
    GIVES(entry.revents, POLLNVAL);
    entry.fd = -1; /* left out */
    GIVES(poll(&entry, 1, 0), 0);
    GIVES(entry.revents, 0);
    GIVES(poll(NULL, 0, 0), 0);
    NEEDS(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    GIVES(poll(entries, 1024, 0), 0);
    FAILS(poll(entries, 1100, 0), EINVAL);
    FAILS(poll(NULL, 1, 0), EFAULT);
}

SCENARIO(ut_lind_net_poll_timeout) {
    int ends[2];
    NEEDS(pipe(ends) == 0);
    struct pollfd entry = {ends[0], POLLIN, 0};
    const long start = now_ms();
    GIVES(poll(&entry, 1, 30), 0);
    HOLDS(now_ms() - start >= 29);
    GIVES(poll(&entry, 1, 0), 0);
    const pid_t pid = child();
    if (pid == 0) {
        usleep(20000);
        NEEDS(write(ends[1], "x", 1) == 1);
        leave();
    }
    GIVES(poll(&entry, 1, -1), 1);
    GIVES(entry.revents, POLLIN);
    GIVES(ended(pid), 0);
    GIVES(close(ends[1]), 0);
    GIVES(poll(&entry, 1, 0), 1);
    GIVES(entry.revents, POLLIN | POLLHUP);
    HOLDS(reads(ends[0], "x"));
    GIVES(poll(&entry, 1, 0), 1);
    GIVES(entry.revents, POLLHUP);
}

SCENARIO(ut_lind_net_poll) {
    pid_t clients[CLIENTS];
    struct pollfd entries[CLIENTS + 2];
    int count = 2;
    int done = 0;
    entries[0] = (struct pollfd){bound(SOCK_STREAM, &server_address), POLLIN, 0};
    start_clients(clients);
    entries[1] = (struct pollfd){fresh("file"), POLLIN | POLLOUT, 0};
    GIVES(poll(entries + 1, 1, -1), 1);
    GIVES(entries[1].revents, POLLIN | POLLOUT); /* a file is always ready */
    entries[1].fd = -1;
    while (done < CLIENTS) {
        NEEDS(poll(entries, (nfds_t)count, -1) > 0);
        if ((entries[0].revents & POLLIN) != 0) {
            const int fd = accept(entries[0].fd, NULL, NULL);
            entries[count++] = (struct pollfd){fd, POLLIN, 0};
        }
        for (int i = 2; i < count; i++) {
            if (entries[i].fd >= 0 && (entries[i].revents & POLLIN) != 0) {
                done += serve(entries[i].fd);
                entries[i] = (struct pollfd){-1, 0, 0};
            }
        }
    }
    end_clients(clients);
}

SCENARIO(ut_lind_net_select_badinput) {
    fd_set set;
    struct timeval bad = {-1, 0};
    struct timeval none = {0, 0};
    FD_ZERO(&set);
    FAILS(select(-1, &set, NULL, NULL, &none), EINVAL);
    FAILS(select(1, &set, NULL, NULL, &bad), EINVAL);
    GIVES(dup2(STDOUT_FILENO, 100), 100); /* Linux looks no further than its table reaches */
    GIVES(close(100), 0);
    FD_SET(100, &set);
    FAILS(select(101, &set, NULL, NULL, &none), EBADF);
    FAILS(select(101, NULL, &set, NULL, &none), EBADF);
    FAILS(select(101, NULL, NULL, &set, &none), EBADF);
    GIVES(select(100, &set, NULL, NULL, &none), 0); /* only what is below the count is looked at */
    GIVES(select(0, NULL, NULL, NULL, &none), 0);
}

SCENARIO(ut_lind_net_select_timeout) {
    int ends[2];
    fd_set set;
    struct timeval time = {0, 30000};
    NEEDS(pipe(ends) == 0);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    const long start = now_ms();
    GIVES(select(ends[0] + 1, &set, NULL, NULL, &time), 0);
    HOLDS(now_ms() - start >= 29);
    HOLDS(!FD_ISSET(ends[0], &set));
    time = (struct timeval){0, 10000};
    GIVES(select(0, NULL, NULL, NULL, &time), 0); /* a sleep */
    GIVES(write(ends[1], "x", 1), 1);
    FD_SET(ends[0], &set);
    GIVES(select(ends[0] + 1, &set, NULL, NULL, NULL), 1);
    HOLDS(FD_ISSET(ends[0], &set));
}

/* Writing is possible again when the other side has read. */
static void select_write(bool sockets) {
    int reader = -1;
    fd_set set;
    struct timeval none = {0, 0};
    const int fd = full_pipe(&reader, sockets);
    FD_ZERO(&set);
    FD_SET(fd, &set);
    GIVES(select(fd + 1, NULL, &set, NULL, &none), 0);
    const pid_t pid = child();
    if (pid == 0) {
        empty_later(reader);
    }
    FD_SET(fd, &set);
    GIVES(select(fd + 1, NULL, &set, NULL, NULL), 1);
    GIVES(write(fd, bytes, 100), 100);
    GIVES(ended(pid), 0);
    GIVES(close(reader), 0);
    GIVES(select(fd + 1, NULL, &set, NULL, NULL), 1); /* nobody reads: it would not wait */
    signal(SIGPIPE, SIG_IGN);
    FAILS(write(fd, bytes, 100), EPIPE);
}

SCENARIO(ut_lind_net_select_pipe_write_blocking) {
    select_write(false);
}

SCENARIO(ut_lind_net_select_socket_write_blocking) {
    select_write(true);
}

SCENARIO(ut_lind_net_select) {
    pid_t clients[CLIENTS];
    fd_set all;
    fd_set set;
    int done = 0;
    struct timeval none = {0, 0};
    const int server = bound(SOCK_STREAM, &server_address);
    int highest = server;
    FD_ZERO(&all);
    FD_SET(server, &all);
    start_clients(clients);
    while (done < CLIENTS) {
        set = all;
        NEEDS(select(highest + 1, &set, NULL, NULL, NULL) > 0);
        if (FD_ISSET(server, &set)) {
            const int fd = accept(server, NULL, NULL);
            FD_SET(fd, &all);
            highest = fd > highest ? fd : highest;
        }
        for (int fd = server + 1; fd <= highest; fd++) {
            if (FD_ISSET(fd, &set)) {
                done += serve(fd);
                FD_CLR(fd, &all);
            }
        }
    }
    end_clients(clients);
    set = all;
    GIVES(select(highest + 1, &set, NULL, NULL, &none), 0);
    const int file = fresh("file");
    FD_ZERO(&set);
    FD_SET(file, &set);
    fd_set writable = set;
    GIVES(select(file + 1, &set, &writable, NULL, NULL), 2);
}

SCENARIO(ut_lind_net_shutdown_bad_input) {
    int client;
    connected(&client);
    FAILS(shutdown(-1, SHUT_RDWR), EBADF);
    FAILS(shutdown(100, SHUT_RDWR), EBADF);
    FAILS(shutdown(fresh("file"), SHUT_RDWR), ENOTSOCK);
    FAILS(shutdown(client, 3), EINVAL);
    FAILS(shutdown(client, -1), EINVAL);
    FAILS(shutdown(socket(AF_INET, SOCK_STREAM, 0), SHUT_RDWR), ENOTCONN);
    SHOW(shutdown(socket(AF_UNIX, SOCK_STREAM, 0), SHUT_RDWR)); /* Linux has nothing against it */
    GIVES(close(client), 0);
    FAILS(shutdown(client, SHUT_RDWR), EBADF);
}

/* One direction of a connection, then the other. */
static void shut(int one, int two) {
    signal(SIGPIPE, SIG_IGN);
    GIVES(write(one, "before", 6), 6);
    GIVES(shutdown(one, SHUT_WR), 0);
    FAILS(write(one, "x", 1), EPIPE);
    HOLDS(reads(two, "before"));
    GIVES(read(two, bytes, 1), 0);
    GIVES(write(two, "still", 5), 5);
    HOLDS(reads(one, "still"));
    GIVES(shutdown(two, SHUT_RDWR), 0);
    GIVES(read(one, bytes, 1), 0);
    GIVES(read(two, bytes, 1), 0);
    FAILS(write(two, "x", 1), EPIPE);
    GIVES(fcntl(two, F_GETFD), 0); /* the descriptor stays */
    GIVES(close(two), 0);
}

SCENARIO(ut_lind_net_shutdown_unix) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    shut(pair[0], pair[1]);
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(shutdown(pair[0], SHUT_RD), 0);
    GIVES(read(pair[0], bytes, 1), 0);
    FAILS(write(pair[1], "x", 1), EPIPE);
    GIVES(write(pair[0], "y", 1), 1);
    HOLDS(reads(pair[1], "y"));
}

SCENARIO(ut_lind_net_shutdown_inet) {
    int client;
    const int server = connected(&client);
    shut(client, server);
}

SCENARIO(ut_lind_net_shutdown) {
    int client;
    const int server = connected(&client);
    const pid_t pid = child();
    if (pid == 0) {
        NEEDS(close(client) == 0);
        NEEDS(read(server, bytes, sizeof bytes) == 4);
        NEEDS(read(server, bytes, sizeof bytes) == 0); /* shut down, though it is open */
        NEEDS(write(server, "got it", 6) == 6);
        leave();
    }
    GIVES(close(server), 0);
    GIVES(send(client, "data", 4, 0), 4);
    GIVES(shutdown(client, SHUT_WR), 0);
    HOLDS(reads(client, "got it"));
    GIVES(ended(pid), 0);
    GIVES(read(client, bytes, 1), 0);
    struct sockaddr_in address;
    const int listener = bound(SOCK_STREAM, &address);
    const int waiting = socket(AF_INET, SOCK_STREAM, 0);
    GIVES(connect(waiting, AT(address)), 0);
    GIVES(shutdown(listener, SHUT_WR), 0); /* means nothing for a listener */
    GIVES(shutdown(listener, SHUT_RD), 0);
    FAILS(accept(listener, NULL, NULL), EINVAL);
    FAILS(read(waiting, bytes, 1), ECONNRESET);
    FAILS(connect(socket(AF_INET, SOCK_STREAM, 0), AT(address)), ECONNREFUSED);
    GIVES(listen(listener, 1), 0);
    struct sockaddr_un path = path_address("server");
    const int named = socket(AF_UNIX, SOCK_STREAM, 0);
    GIVES(bind(named, AT(path)), 0);
    GIVES(listen(named, 1), 0);
    GIVES(connect(socket(AF_UNIX, SOCK_STREAM, 0), AT(path)), 0);
    GIVES(shutdown(named, SHUT_RD), 0);
    FAILS(connect(socket(AF_UNIX, SOCK_STREAM, 0), AT(path)), ECONNREFUSED);
    HOLDS(accept(named, NULL, NULL) >= 0); /* who came before is let in */
    struct pollfd entry = {named, POLLIN, 0};
    GIVES(poll(&entry, 1, 0), 1);
    GIVES(entry.revents, POLLIN);
    FAILS(accept(named, NULL, NULL), EINVAL);
}

SCENARIO(ut_lind_net_socket) {
    const int domains[] = {AF_UNIX, AF_INET};
    const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    for (int i = 0; i < 4; i++) {
        NEEDS(socket(domains[i / 2], types[i % 2], 0) == 3 + i);
    }
    HOLDS(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) >= 0);
    HOLDS(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) >= 0);
    FAILS(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    FAILS(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
    FAILS(socket(AF_UNIX, SOCK_STREAM, 6), EPROTONOSUPPORT);
    FAILS(socket(AF_INET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
    FAILS(socket(AF_UNIX, 7, 0), ESOCKTNOSUPPORT);
    FAILS(socket(AF_INET, 14, 0), EINVAL);
    FAILS(socket(200, SOCK_STREAM, 0), EAFNOSUPPORT);
    FAILS(socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    GIVES(fcntl(fd, F_GETFD), FD_CLOEXEC);
    GIVES(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

SCENARIO(ut_lind_net_sockopt_bad_input_optname) {
    int value = 1;
    socklen_t size = sizeof value;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(setsockopt(fd, SOL_SOCKET, 9999, &value, size), ENOPROTOOPT);
    FAILS(getsockopt(fd, SOL_SOCKET, 9999, &value, &size), ENOPROTOOPT);
    FAILS(setsockopt(fd, IPPROTO_TCP, 9999, &value, size), ENOPROTOOPT);
    FAILS(getsockopt(fd, IPPROTO_TCP, 9999, &value, &size), ENOPROTOOPT);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_TYPE, &value, size), ENOPROTOOPT); /* can only be read */
    FAILS(setsockopt(fd, SOL_SOCKET, SO_ERROR, &value, size), ENOPROTOOPT);
}

SCENARIO(ut_lind_net_getsockopt_bad_input) {
    int value = 1;
    socklen_t size = sizeof value;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(getsockopt(-1, SOL_SOCKET, SO_TYPE, &value, &size), EBADF);
    FAILS(getsockopt(100, SOL_SOCKET, SO_TYPE, &value, &size), EBADF);
    FAILS(getsockopt(fresh("file"), SOL_SOCKET, SO_TYPE, &value, &size), ENOTSOCK);
    FAILS(getsockopt(fd, SOL_SOCKET, SO_TYPE, NULL, &size), EFAULT);
    size = (socklen_t)-1;
    FAILS(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size), EINVAL);
    size = 2; /* as much of it as fits */
    value = -1;
    GIVES(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size), 0);
    GIVES(size, 2);
    GIVES(value & 0xffff, SOCK_STREAM);
}

SCENARIO(ut_lind_net_setsockopt_bad_input) {
    const int value = 1;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(setsockopt(-1, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value), EBADF);
    FAILS(setsockopt(100, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value), EBADF);
    FAILS(setsockopt(fresh("file"), SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value), ENOTSOCK);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 2), EINVAL);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 0), EINVAL);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof value), EFAULT);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof value), EINVAL);
    FAILS(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, 1), EINVAL);
}

static long option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) < 0 ? -1 : value;
}

SCENARIO(ut_lind_net_socketoptions) {
    const int on = 1;
    const int size = 20000;
    struct sockaddr_in address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    GIVES(option(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    GIVES(option(fd, SOL_SOCKET, SO_DOMAIN), AF_INET);
    GIVES(option(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    GIVES(option(fd, SOL_SOCKET, SO_ERROR), 0);
    GIVES(option(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
    GIVES(option(bound(SOCK_STREAM, &address), SOL_SOCKET, SO_ACCEPTCONN), 1);
    const int names[] = {SO_REUSEADDR, SO_KEEPALIVE, SO_REUSEPORT, SO_OOBINLINE};
    for (int i = 0; i < 4; i++) {
        NEEDS(option(fd, SOL_SOCKET, names[i]) == 0);
        NEEDS(setsockopt(fd, SOL_SOCKET, names[i], &on, sizeof on) == 0);
        NEEDS(option(fd, SOL_SOCKET, names[i]) == 1);
    }
    GIVES(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
    GIVES(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    GIVES(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    struct linger linger = {1, 5};
    socklen_t room = sizeof linger;
    GIVES(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    linger.l_linger = 0;
    GIVES(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &room), 0);
    GIVES(linger.l_linger, 5);
    HOLDS(option(fd, SOL_SOCKET, SO_SNDBUF) > 0);
    GIVES(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
    GIVES(option(fd, SOL_SOCKET, SO_SNDBUF), 2 * size); /* Linux counts its own part as much */
    GIVES(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    GIVES(option(fd, SOL_SOCKET, SO_RCVBUF), 2 * size);
    GIVES(option(fd, SOL_SOCKET, SO_RCVLOWAT), 1);
    GIVES(option(fd, SOL_SOCKET, SO_SNDLOWAT), 1);
    const int datagrams = socket(AF_UNIX, SOCK_DGRAM, 0);
    GIVES(option(datagrams, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    GIVES(option(datagrams, SOL_SOCKET, SO_DOMAIN), AF_UNIX);
    struct timeval wait = {0, 20000};
    GIVES(setsockopt(datagrams, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
    FAILS(recv(datagrams, bytes, 1, 0), EAGAIN);
}

SCENARIO(ut_lind_net_socketpair) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const pid_t pid = child();
    if (pid == 0) {
        for (int i = 0; i < 10; i++) {
            NEEDS(reads(pair[1], "ping"));
            NEEDS(send(pair[1], "pong", 4, 0) == 4);
        }
        leave();
    }
    for (int i = 0; i < 10; i++) {
        NEEDS(send(pair[0], "ping", 4, 0) == 4);
        NEEDS(reads(pair[0], "pong"));
    }
    GIVES(ended(pid), 0);
    GIVES(option(pair[0], SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    struct sockaddr_un address = path_address("server");
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    NEEDS(bind(server, AT(address)) == 0 && listen(server, 1) == 0);
    FAILS(connect(pair[0], AT(address)), EISCONN);
    GIVES(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    GIVES(send(pair[0], "packet", 6, 0), 6);
    GIVES(send(pair[0], "2", 1, 0), 1);
    GIVES(recv(pair[1], bytes, 100, 0), 6);
    GIVES(close(pair[0]), 0);
    GIVES(recv(pair[1], bytes, 100, 0), 1);
    GIVES(recv(pair[1], bytes, 100, 0), 0);
}

SCENARIO(ut_lind_net_socketpair_bad_input) {
    int pair[2] = {-7, -7};
    FAILS(socketpair(AF_INET, SOCK_STREAM, 0, pair), EOPNOTSUPP);
    FAILS(socketpair(AF_INET, SOCK_DGRAM, 0, pair), EOPNOTSUPP);
    FAILS(socketpair(200, SOCK_STREAM, 0, pair), EAFNOSUPPORT);
    FAILS(socketpair(AF_UNIX, 14, 0, pair), EINVAL);
    FAILS(socketpair(AF_UNIX, SOCK_STREAM, 6, pair), EPROTONOSUPPORT);
    FAILS(socketpair(AF_UNIX, SOCK_STREAM, 0, NULL), EFAULT);
    NEEDS(!IN_CAGE || (pair[0] == -7 && pair[1] == -7)); /* Linux may have written numbers */
    GIVES(dup(0), 3);                                    /* none was left open */
}

SCENARIO(ut_lind_net_socketpair_cloexec) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    GIVES(fcntl(pair[0], F_GETFD), FD_CLOEXEC);
    GIVES(fcntl(pair[1], F_GETFD), FD_CLOEXEC);
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(fcntl(pair[0], F_GETFD), 0);
    const pid_t pid = child();
    if (pid == 0) {
        execl(self, self, "--helper", "open", (char *)NULL);
        _exit(99);
    }
    GIVES(ended(pid), 4 | 8); /* descriptors 5 and 6 */
}

SCENARIO(ut_lind_net_socketpair_nonblocking) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    GIVES(fcntl(pair[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    FAILS(read(pair[0], bytes, 1), EAGAIN);
    FAILS(recv(pair[1], bytes, 1, 0), EAGAIN);
    while (write(pair[0], bytes, sizeof bytes) > 0) {
    }
    FAILS(write(pair[0], bytes, sizeof bytes), EAGAIN);
    GIVES(read(pair[1], bytes, 100), 100);
}

SCENARIO(ut_lind_net_epoll_create_bad_input) {
    FAILS(epoll_create(0), EINVAL);
    FAILS(epoll_create(-1), EINVAL);
    GIVES(epoll_create(1), 3);
    FAILS(epoll_create1(1), EINVAL);
    GIVES(epoll_create1(EPOLL_CLOEXEC), 4);
    GIVES(fcntl(4, F_GETFD), FD_CLOEXEC);
}

SCENARIO(ut_lind_net_epoll_ctl_bad_input) {
    struct epoll_event event = {.events = EPOLLIN};
    const int epoll = epoll_create(1);
    const int other = epoll_create(1);
    const int file = fresh("file");
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    FAILS(epoll_ctl(-1, EPOLL_CTL_ADD, fd, &event), EBADF);
    FAILS(epoll_ctl(100, EPOLL_CTL_ADD, fd, &event), EBADF);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, -1, &event), EBADF);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, 100, &event), EBADF);
    FAILS(epoll_ctl(file, EPOLL_CTL_ADD, fd, &event), EINVAL);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event), EINVAL);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event), EPERM);
    FAILS(epoll_ctl(epoll, 17, fd, &event), EINVAL);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event), ENOENT);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event), ENOENT);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, NULL), EFAULT);
    GIVES(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
    FAILS(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), EEXIST);
    GIVES(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event), 0);
    GIVES(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL), 0);
    GIVES(epoll_ctl(epoll, EPOLL_CTL_ADD, other, &event), 0);
    FAILS(epoll_ctl(other, EPOLL_CTL_ADD, epoll, &event), ELOOP);
}

SCENARIO(ut_lind_net_epoll_wait_bad_input) {
    struct epoll_event event;
    const int epoll = epoll_create(1);
    FAILS(epoll_wait(-1, &event, 1, 0), EBADF);
    FAILS(epoll_wait(100, &event, 1, 0), EBADF);
    FAILS(epoll_wait(fresh("file"), &event, 1, 0), EINVAL);
    GIVES(epoll_wait(epoll, &event, 1, 0), 0);
    GIVES(close(epoll), 0);
    FAILS(epoll_wait(epoll, &event, 1, 0), EBADF);
}

SCENARIO(ut_lind_net_epoll_maxevents_arg) {
    struct epoll_event events[4];
    int pair[2];
    const int epoll = epoll_create(1);
    FAILS(epoll_wait(epoll, events, 0, 0), EINVAL);
    FAILS(epoll_wait(epoll, events, -1, 0), EINVAL);
    FAILS(epoll_wait(epoll, events, INT_MAX, 0), EINVAL);
    for (int i = 0; i < 3; i++) {
        struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)i};
        NEEDS(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        NEEDS(epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event) == 0);
    }
    GIVES(epoll_wait(epoll, events, 4, 0), 3);
    GIVES(epoll_wait(epoll, events, 2, 0), 2);
    GIVES(epoll_wait(epoll, events, 1, 0), 1);
    GIVES(epoll_wait(epoll, events, 4, -1), 3);
}

SCENARIO(ut_lind_net_epoll_timeout) {
    int ends[2];
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x1234567887654321};
    const int epoll = epoll_create(1);
    NEEDS(pipe(ends) == 0);
    GIVES(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event), 0);
    const long start = now_ms();
    GIVES(epoll_wait(epoll, &event, 1, 30), 0);
    HOLDS(now_ms() - start >= 29);
    const pid_t pid = child();
    if (pid == 0) {
        usleep(20000);
        NEEDS(write(ends[1], "x", 1) == 1);
        leave();
    }
    memset(&event, 0, sizeof event);
    GIVES(epoll_wait(epoll, &event, 1, -1), 1);
    GIVES(event.events, EPOLLIN);
    HOLDS(event.data.u64 == 0x1234567887654321);
    GIVES(ended(pid), 0);
    event.events = EPOLLIN | EPOLLET;
    GIVES(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event), 0);
    GIVES(epoll_wait(epoll, &event, 1, 0), 1);
    GIVES(epoll_wait(epoll, &event, 1, 0), 0); /* told once */
    event.events = EPOLLIN | EPOLLONESHOT;
    GIVES(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event), 0);
    GIVES(epoll_wait(epoll, &event, 1, 0), 1);
    GIVES(write(ends[1], "y", 1), 1);
    GIVES(epoll_wait(epoll, &event, 1, 0), 0);
    GIVES(close(ends[0]), 0);
    GIVES(epoll_wait(epoll, &event, 1, 0), 0);
}

SCENARIO(ut_lind_net_epoll) {
    pid_t clients[CLIENTS];
    struct epoll_event events[CLIENTS + 1];
    struct epoll_event event = {.events = EPOLLIN};
    int done = 0;
    const int server = bound(SOCK_STREAM, &server_address);
    const int epoll = epoll_create(CLIENTS);
    event.data.fd = server;
    GIVES(epoll_ctl(epoll, EPOLL_CTL_ADD, server, &event), 0);
    start_clients(clients);
    while (done < CLIENTS) {
        const int count = epoll_wait(epoll, events, CLIENTS + 1, -1);
        NEEDS(count > 0);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == server) {
                event.data.fd = accept(server, NULL, NULL);
                NEEDS(epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event) == 0);
            } else {
                done += serve(events[i].data.fd); /* closing takes it out of the set */
            }
        }
    }
    end_clients(clients);
    GIVES(epoll_wait(epoll, events, CLIENTS + 1, 0), 0);
}
