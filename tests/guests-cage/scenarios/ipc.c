/* Pipes, and sockets used like them. */
#include "scenarios.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

enum { MUCH = 200000 };
static char much[MUCH];

/* Sends or checks a pattern of MUCH bytes. */
static void send_much(int fd) {
    for (int i = 0; i < MUCH; i++) {
        much[i] = (char)(i * 7 + i / 1000);
    }
    for (int at = 0; at < MUCH;) {
        const ssize_t size = write(fd, much + at, (size_t)(MUCH - at < 30011 ? MUCH - at : 30011));
        NEEDS(size > 0);
        at += (int)size;
    }
}

static long receive_much(int fd) {
    long good = 0;
    char bytes[9001];
    ssize_t size;
    while ((size = read(fd, bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < size; i++, good++) {
            if (bytes[i] != (char)(good * 7 + good / 1000)) {
                return -1;
            }
        }
    }
    return size < 0 ? -2 : good;
}

SCENARIO(ut_lind_ipc_pipe_simple) {
    int ends[2];
    GIVES(pipe(ends), 0);
    GIVES(ends[0], 3);
    GIVES(ends[1], 4);
    const pid_t pid = child();
    if (pid == 0) {
        GIVES(close(ends[1]), 0);
        GIVES(receive_much(ends[0]), MUCH);
        leave();
    }
    NEEDS(close(ends[0]) == 0);
    send_much(ends[1]);
    NEEDS(close(ends[1]) == 0);
    GIVES(ended(pid), 0);
}

SCENARIO(ut_lind_ipc_pipe_rw_zero) {
    int ends[2];
    char byte = 'x';
    GIVES(pipe(ends), 0);
    GIVES(write(ends[1], &byte, 0), 0);
    GIVES(read(ends[0], &byte, 0), 0);
    GIVES(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    FAILS(read(ends[0], &byte, 1), EAGAIN);
    GIVES(write(ends[1], &byte, 1), 1);
    GIVES(read(ends[0], &byte, 0), 0);
    GIVES(read(ends[0], &byte, 1), 1);
}

SCENARIO(ut_lind_ipc_pipe2_nonblock) {
    int ends[2];
    GIVES(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    GIVES(fcntl(ends[0], F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDONLY | O_NONBLOCK);
    GIVES(fcntl(ends[1], F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_WRONLY | O_NONBLOCK);
    GIVES(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
    GIVES(fcntl(ends[1], F_GETFD), FD_CLOEXEC);
    FAILS(read(ends[0], much, 10), EAGAIN);
    FAILS(pipe2(ends, O_CREAT), EINVAL);
    const pid_t pid = child();
    if (pid == 0) {
        NEEDS(write(ends[1], "now", 3) == 3);
        leave();
    }
    GIVES(ended(pid), 0);
    GIVES(read(ends[0], much, 10), 3);
}

SCENARIO(ut_lind_ipc_pipe2_wouldblock) {
    int ends[2];
    long total = 0;
    ssize_t size;
    GIVES(pipe2(ends, O_NONBLOCK), 0);
    while ((size = write(ends[1], much, 1000)) > 0) {
        total += size;
    }
    FAILS(size, EAGAIN);
    HOLDS(total >= PIPE_BUF);
    FAILS(write(ends[1], much, PIPE_BUF), EAGAIN);
    long back = 0;
    while ((size = read(ends[0], much, sizeof much)) > 0) {
        back += size;
    }
    HOLDS(back == total);
    GIVES(write(ends[1], much, PIPE_BUF), PIPE_BUF);
    HOLDS(write(ends[1], much, sizeof much) < (ssize_t)sizeof much); /* as much as fits */
}

SCENARIO(ut_lind_ipc_domain_socket) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    GIVES(bind(server, (struct sockaddr *)&address, sizeof address), 0);
    GIVES(listen(server, 1), 0);
    HOLDS(S_ISSOCK(mode_of("socket")));
    const pid_t pid = child();
    if (pid == 0) {
        const int client = socket(AF_UNIX, SOCK_STREAM, 0);
        NEEDS(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
        NEEDS(reads(client, "welcome"));
        send_much(client);
        leave();
    }
    const int connection = accept(server, NULL, NULL);
    HOLDS(connection >= 0);
    GIVES(write(connection, "welcome", 7), 7);
    GIVES(receive_much(connection), MUCH);
    GIVES(ended(pid), 0);
    GIVES(close(server), 0);
    const int late = socket(AF_UNIX, SOCK_STREAM, 0);
    FAILS(connect(late, (struct sockaddr *)&address, sizeof address), ECONNREFUSED);
    GIVES(unlink("socket"), 0);
    FAILS(connect(late, (struct sockaddr *)&address, sizeof address), ENOENT);
}

SCENARIO(ut_lind_ipc_socketpair) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const pid_t pid = child();
    if (pid == 0) {
        NEEDS(close(pair[0]) == 0);
        NEEDS(reads(pair[1], "question"));
        NEEDS(write(pair[1], "answer", 6) == 6);
        send_much(pair[1]);
        leave();
    }
    GIVES(close(pair[1]), 0);
    GIVES(write(pair[0], "question", 8), 8);
    HOLDS(reads(pair[0], "answer"));
    GIVES(receive_much(pair[0]), MUCH);
    GIVES(ended(pid), 0);
    GIVES(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    GIVES(write(pair[0], "one", 3), 3);
    GIVES(write(pair[0], "second", 6), 6);
    GIVES(read(pair[1], much, 100), 3);
    GIVES(read(pair[1], much, 2), 2); /* the rest of a datagram is lost */
    GIVES(recv(pair[1], much, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN, 1);
}

/* More than a pipe holds, in pieces of every size. */
SCENARIO(ut_lind_ipc_writev2) {
    int ends[2];
    struct iovec parts[4] = {{much, 50000}, {much + 50000, 1}, {NULL, 0}, {much + 50001, 149999}};
    GIVES(pipe(ends), 0);
    for (int i = 0; i < MUCH; i++) {
        much[i] = (char)(i * 7 + i / 1000);
    }
    const pid_t pid = child();
    if (pid == 0) {
        NEEDS(close(ends[1]) == 0);
        NEEDS(receive_much(ends[0]) == MUCH);
        leave();
    }
    GIVES(close(ends[0]), 0);
    GIVES(writev(ends[1], parts, 4), MUCH);
    GIVES(close(ends[1]), 0);
    GIVES(ended(pid), 0);
}
