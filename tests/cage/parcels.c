/* Open files in messages of AF_UNIX sockets: what comes with which bytes, what is lost, and what is
 * told. Prints the same on Linux and in a cage; no line has a descriptor's number or a size that
 * depends on the word. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES = 260 };

static union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(FILES * sizeof(int))];
} control;
static char text[256];

static void say(const char *what, long result) {
    if (result < 0) {
        printf("%s: errno %d\n", what, errno);
    } else {
        printf("%s: %ld\n", what, result);
    }
}

static struct msghdr message_of(struct iovec *part, void *bytes, size_t size, size_t room) {
    *part = (struct iovec){bytes, size};
    return (struct msghdr){.msg_iov = part,
                           .msg_iovlen = 1,
                           .msg_control = room > 0 ? &control : NULL,
                           .msg_controllen = room};
}

static long send_list(int to, const char *bytes, size_t size, const int *fds, unsigned count,
                      int flags) {
    struct iovec part;
    struct msghdr message = message_of(&part, (void *)bytes, size, CMSG_SPACE(count * sizeof(int)));
    memset(&control, 0, sizeof control);
    control.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * sizeof(int)),
                                    .cmsg_level = SOL_SOCKET,
                                    .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), fds, count * sizeof(int));
    return sendmsg(to, &message, flags | MSG_NOSIGNAL);
}

static long send_one(int to, const char *bytes, int fd) {
    return send_list(to, bytes, strlen(bytes), &fd, 1, 0);
}

static int got[FILES];

/* Says what came; the descriptors are in `got`. `room`: for so many. */
static unsigned receive(const char *what, int from, size_t size, unsigned room, int flags) {
    struct iovec part;
    struct msghdr message =
        message_of(&part, text, size, room > 0 ? CMSG_SPACE(room * sizeof(int)) : 0);
    memset(&control, 0, sizeof control);
    memset(text, 0, sizeof text);
    const long result = recvmsg(from, &message, flags | MSG_DONTWAIT);
    unsigned count = 0;
    if (result >= 0) {
        for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head != NULL;
             head = CMSG_NXTHDR(&message, head)) {
            count = (unsigned)((head->cmsg_len - CMSG_LEN(0)) / sizeof(int));
            memcpy(got, CMSG_DATA(head), count * sizeof(int));
            printf("level %d type %d ", head->cmsg_level, head->cmsg_type);
        }
        printf("%u files, flags %x, \"%s\", ", count, (unsigned)message.msg_flags, text);
    }
    say(what, result);
    return count;
}

static int file_with(const char *bytes) {
    char name[] = "parcelXXXXXX";
    const int fd = mkstemp(name);
    (void)unlink(name);
    (void)!write(fd, bytes, strlen(bytes));
    (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

static int is_open(int fd) {
    return fcntl(fd, F_GETFD) >= 0;
}

static void drop(unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        close(got[i]);
    }
}

static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
static const char *const type_names[] = {"stream", "datagram", "packets"};

static void one_file(int type) {
    int pair[2];
    char bytes[8] = {0};
    struct stat sent;
    struct stat came;
    (void)!socketpair(AF_UNIX, type, 0, pair);
    const int fd = file_with("abcdef");
    fstat(fd, &sent);
    (void)!read(fd, bytes, 2);
    say("send", send_one(pair[0], "hello", fd));
    close(fd);
    printf("gone %d\n", !is_open(fd));
    unsigned count = receive("receive", pair[1], 100, 1, MSG_CMSG_CLOEXEC);
    fstat(got[0], &came);
    printf("same %d, close-on-exec %d\n", sent.st_ino == came.st_ino, fcntl(got[0], F_GETFD));
    say("read on", read(got[0], bytes, 8)); /* the offset went along */
    printf("%s\n", bytes);
    drop(count);
    receive("nothing more", pair[1], 100, 1, 0);
    close(pair[0]);
    close(pair[1]);
}

static void peek_and_cut(int type) {
    int pair[2];
    (void)!socketpair(AF_UNIX, type, 0, pair);
    const int fds[3] = {file_with("1"), file_with("2"), file_with("3")};
    say("three", send_list(pair[0], "xyz", 3, fds, 3, 0));
    unsigned count = receive("a look", pair[1], 100, 3, MSG_PEEK);
    printf("other %d\n", got[0] != fds[0] && got[0] != got[1]);
    drop(count);
    drop(receive("a look without room", pair[1], 100, 0, MSG_PEEK));
    drop(receive("two of three", pair[1], 100, 2, 0));
    say("again", send_list(pair[0], "xyz", 3, fds, 3, 0));
    drop(receive("none", pair[1], 100, 0, 0));
    say("again", send_list(pair[0], "xyz", 3, fds, 3, 0));
    say("by read", read(pair[1], text, 2));
    drop(receive("behind it", pair[1], 100, 3, MSG_DONTWAIT));
    say("nothing", send_list(pair[0], "", 0, fds, 2, 0));
    drop(receive("with nothing", pair[1], 100, 3, 0));
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
    close(pair[0]);
    close(pair[1]);
}

/* Where the bytes of a stream end that one call reads. */
static void stream_ends(void) {
    int pair[2];
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const int fd = file_with("1");
    say("plain", write(pair[0], "aaa", 3));
    say("one", send_one(pair[0], "bbb", fd));
    say("plain", write(pair[0], "ccc", 3));
    say("two", send_one(pair[0], "ddd", fd));
    say("three", send_one(pair[0], "eee", fd));
    say("plain", write(pair[0], "fff", 3));
    drop(receive("before", pair[1], 2, 1, 0));
    drop(receive("a part", pair[1], 2, 1, 0));
    drop(receive("its rest and the next", pair[1], 100, 1, 0));
    drop(receive("no further", pair[1], 100, 1, 0));
    drop(receive("the last", pair[1], 100, 1, 0));
    say("one", send_one(pair[0], "ggg", fd));
    say("plain", write(pair[0], "hhh", 3));
    say("all that is asked for", recv(pair[1], text, 6, MSG_WAITALL));
    say("the rest", recv(pair[1], text, 6, MSG_DONTWAIT));
    say("one", send_one(pair[0], "iii", fd));
    drop(receive("no bytes", pair[1], 0, 1, 0));
    drop(receive("the bytes", pair[1], 100, 1, 0));
    close(fd);
    close(pair[0]);
    close(pair[1]);
}

static void refused(void) {
    int pair[2];
    int many[FILES];
    struct iovec part;
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    for (int i = 0; i < FILES; i++) {
        many[i] = pair[0];
    }
    say("254", send_list(pair[0], "x", 1, many, 254, 0));
    say("253", send_list(pair[0], "x", 1, many, 253, 0));
    drop(receive("253", pair[1], 100, 253, 0));
    many[3] = -1;
    say("a bad one", send_list(pair[0], "x", 1, many, 4, 0));
    say("none", send_list(pair[0], "x", 1, many, 0, 0));
    struct msghdr message = message_of(&part, text, 1, sizeof control.head);
    control.head =
        (struct cmsghdr){.cmsg_len = 1, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    say("too short", sendmsg(pair[0], &message, 0));
    control.head.cmsg_len = sizeof control.head + 1;
    say("too long", sendmsg(pair[0], &message, 0));
    control.head = (struct cmsghdr){
        .cmsg_len = sizeof control.head, .cmsg_level = SOL_SOCKET, .cmsg_type = 99};
    say("unknown", sendmsg(pair[0], &message, 0));
    control.head.cmsg_level = 99;
    say("of another level", sendmsg(pair[0], &message, 0));
    receive("what came", pair[1], 100, 1, 0);
    close(pair[1]);
    say("to nobody", send_one(pair[0], "x", pair[0]));
    close(pair[0]);
    const int tcp = socket(AF_INET, SOCK_STREAM, 0);
    say("not connected", send_one(tcp, "x", tcp));
    close(tcp);
}

/* What was never received is closed with the socket, also when sockets have each other. */
static void never_received(void) {
    int pair[2];
    int other[2];
    int ends[2];
    (void)!pipe(ends);
    struct pollfd end = {ends[0], POLLIN, 0};
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    (void)!socketpair(AF_UNIX, SOCK_DGRAM, 0, other);
    send_one(pair[0], "x", ends[1]);
    send_one(other[0], "x", pair[1]);
    send_one(pair[0], "x", other[1]);
    close(ends[1]);
    close(pair[1]);
    printf("still there %d\n", poll(&end, 1, 0));
    close(other[1]);
    close(socket(AF_UNIX, SOCK_DGRAM, 0)); /* Linux only looks when a socket goes, and a little
                                              later */
    const int ended = poll(&end, 1, 10000);
    printf("collected %d %x\n", ended, (unsigned)end.revents);
    struct pollfd gone = {pair[0], 0, 0};
    (void)!poll(&gone, 1, 10000); /* what Linux collects goes one after the other */
    signal(SIGPIPE, SIG_IGN);
    say("to one that is gone", write(pair[0], "x", 1));
    close(pair[0]);
    close(other[0]);
    close(ends[0]);
}

/* Answers on connections that it is given. */
static void work(int from) {
    struct iovec part;
    char bytes[32];
    struct msghdr message = message_of(&part, text, 16, CMSG_SPACE(sizeof(int)));
    while (recvmsg(from, &message, 0) > 0 && text[0] == 'c') {
        int connection;
        memcpy(&connection, CMSG_DATA(&control.head), sizeof connection);
        const long size = read(connection, bytes, sizeof bytes);
        for (long i = 0; i < size; i++) {
            bytes[i] ^= 'a' ^ 'A';
        }
        (void)!write(connection, bytes, (size_t)size);
        close(connection);
        message = message_of(&part, text, 16, CMSG_SPACE(sizeof(int)));
    }
}

/* A server that hands its connections to a child, which was there before. */
static void server_and_worker(void) {
    int pair[2];
    int status;
    char answer[32] = {0};
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "parcel-server"};
    (void)!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)unlink(address.sun_path);
    say("bind", bind(server, (struct sockaddr *)&address, sizeof address));
    listen(server, 3);
    fflush(stdout);
    if (fork() == 0) {
        work(pair[1]);
        _exit(7);
    }
    for (int i = 0; i < 3; i++) {
        const int client = socket(AF_UNIX, SOCK_STREAM, 0);
        connect(client, (struct sockaddr *)&address, sizeof address);
        const int connection = accept(server, NULL, NULL);
        send_one(pair[0], "c", connection);
        close(connection);
        (void)!write(client, "question", 8);
        memset(answer, 0, sizeof answer);
        say("answer", read(client, answer, sizeof answer - 1));
        printf("%s\n", answer);
        say("and the end", read(client, answer, 1));
        close(client);
    }
    (void)!write(pair[0], "q", 1);
    wait(&status);
    printf("worker %x\n", (unsigned)status);
    (void)unlink(address.sun_path);
    close(pair[0]);
    close(pair[1]);
    close(server);
}

/* What is left when a sender ends. */
static void sender_ends(void) {
    int pair[2];
    int ends[2];
    char answer[8] = {0};
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    (void)!pipe(ends);
    fflush(stdout);
    if (fork() == 0) {
        send_one(pair[0], "bye", ends[0]);
        _exit(0);
    }
    wait(NULL);
    close(ends[0]);
    say("into the pipe", write(ends[1], "later", 5));
    const unsigned count = receive("from a child that is gone", pair[1], 100, 1, 0);
    say("out of it", read(got[0], answer, 5));
    printf("%s\n", answer);
    drop(count);
    say("nobody reads", write(ends[1], "x", 1));
    close(ends[1]);
    close(pair[0]);
    close(pair[1]);
}

static void full_table(void) {
    int pair[2];
    const struct rlimit few = {64, 64};
    int fds[64];
    unsigned used = 0;
    (void)!socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    const int two[2] = {pair[0], pair[1]};
    say("two", send_list(pair[0], "x", 1, two, 2, 0));
    (void)setrlimit(RLIMIT_NOFILE, &few); /* changes nothing in a cage */
    while (used < 2000) {
        const int fd = dup(0);
        if (fd < 0) {
            break;
        }
        fds[used % 64] = fd;
        used++;
    }
    close(fds[(used - 1) % 64]);
    receive("room for one", pair[1], 100, 2, 0);
}

int main(int argc, char **argv) {
    if (argc > 1 && chdir(argv[1]) < 0) {
        return 1;
    }
    for (int i = 0; i < 3; i++) {
        printf("%s\n", type_names[i]);
        one_file(types[i]);
        peek_and_cut(types[i]);
    }
    stream_ends();
    refused();
    never_received();
    server_and_worker();
    sender_ends();
    full_table();
    return 0;
}
