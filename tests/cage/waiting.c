/* Everything a program can wait for in a file, pipe or socket: prints the same in a cage and on the
 * system that builds it. Nothing here depends on how fast it runs. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

static char bytes[100000];

static long milliseconds(void) {
    struct timeval now;
    gettimeofday(&now, NULL);
    return (long)(now.tv_sec % 100000) * 1000 + now.tv_usec / 1000;
}

static pid_t child(void) {
    fflush(stdout);
    return fork();
}

static void finish(void) {
    int status = 0;
    wait(&status);
    printf("child %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

static void pipes(void) {
    int ends[2];
    long total = 0;
    pipe(ends);
    if (child() == 0) {
        close(ends[0]);
        usleep(20000);
        write(ends[1], "hello", 5);
        usleep(20000);
        _exit(3);
    }
    close(ends[1]);
    long count = (long)read(ends[0], bytes, 100);
    printf("read %ld %.5s\n", count, bytes);
    printf("end %ld\n", (long)read(ends[0], bytes, 100));
    close(ends[0]);
    finish();
    pipe(ends);
    if (child() == 0) {
        close(ends[1]);
        while ((count = (long)read(ends[0], bytes, 7777)) > 0) {
            total += count;
        }
        printf("read in all %ld\n", total);
        fflush(stdout);
        _exit(0);
    }
    close(ends[0]);
    for (int i = 0; i < 10; i++) {
        total += (long)write(ends[1], bytes, sizeof bytes);
    }
    close(ends[1]);
    finish();
    printf("written %ld\n", total);
}

static void timeouts(void) {
    int ends[2];
    pipe(ends);
    struct pollfd entry = {ends[0], POLLIN, 0};
    long start = milliseconds();
    printf("poll %d\n", poll(&entry, 1, 50));
    printf("waited %d\n", milliseconds() - start >= 49);
    struct timeval timeout = {0, 50000};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    start = milliseconds();
    printf("select %d\n", select(ends[0] + 1, &set, NULL, NULL, &timeout));
    printf("waited %d\n", milliseconds() - start >= 49);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = 7};
    const int epoll = epoll_create(1);
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    start = milliseconds();
    printf("epoll %d\n", epoll_wait(epoll, &event, 1, 50));
    printf("waited %d\n", milliseconds() - start >= 49);
    if (child() == 0) {
        usleep(20000);
        write(ends[1], "x", 1);
        _exit(0);
    }
    printf("epoll %d %u\n", epoll_wait(epoll, &event, 1, -1), (unsigned)event.data.u32);
    finish();
}

static void nothing(int signal) {
    (void)signal;
}

static void signals(void) {
    int ends[2];
    struct sigaction action = {.sa_handler = nothing};
    const struct itimerval soon = {{0, 0}, {0, 30000}};
    pipe(ends);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    long count = (long)read(ends[0], bytes, 1);
    printf("read %ld %d\n", count, errno == EINTR);
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    if (child() == 0) {
        usleep(90000);
        write(ends[1], "y", 1);
        _exit(0);
    }
    printf("read again %ld\n", (long)read(ends[0], bytes, 1));
    finish();
    setitimer(ITIMER_REAL, &soon, NULL);
    struct pollfd entry = {ends[0], POLLIN, 0};
    count = poll(&entry, 1, 5000);
    printf("poll %ld %d\n", count, errno == EINTR);
    if (child() == 0) {
        int broken[2];
        pipe(broken);
        close(broken[0]);
        write(broken[1], "x", 1);
        _exit(9);
    }
    finish();
}

static void client(const struct sockaddr_in *server, int number) {
    char text[20];
    const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
    usleep(20000 * (unsigned)(number + 1));
    if (connect(socket_fd, (const struct sockaddr *)server, sizeof *server) < 0) {
        _exit(1);
    }
    write(socket_fd, text, (size_t)sprintf(text, "client %d", number));
    const long count = (long)read(socket_fd, bytes, sizeof bytes - 1);
    bytes[count > 0 ? count : 0] = 0;
    printf("got %s\n", bytes);
    fflush(stdout);
    _exit(0);
}

static void connections(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    char text[200];
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(server, (struct sockaddr *)&address, sizeof address);
    getsockname(server, (struct sockaddr *)&address, &size);
    listen(server, 2);
    for (int i = 0; i < 3; i++) {
        if (child() == 0) {
            client(&address, i);
        }
    }
    for (int i = 0; i < 3; i++) {
        const int peer = accept(server, NULL, NULL);
        const long count = (long)read(peer, bytes, 100);
        bytes[count > 0 ? count : 0] = 0;
        printf("server: %s\n", bytes);
        fflush(stdout);
        write(peer, text, (size_t)sprintf(text, "answer to %.100s", bytes));
        close(peer);
        finish();
    }
    close(server);
}

static void datagrams(const char *folder) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    long total = 0;
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    const int server = socket(AF_UNIX, SOCK_DGRAM, 0);
    printf("bind %d\n", bind(server, (struct sockaddr *)&address, sizeof address));
    if (child() == 0) {
        const int sender = socket(AF_UNIX, SOCK_DGRAM, 0);
        for (int i = 0; i < 1000; i++) {
            if (sendto(sender, bytes, 1000, 0, (struct sockaddr *)&address, sizeof address) < 0) {
                _exit(1);
            }
        }
        _exit(0);
    }
    for (int i = 0; i < 1000; i++) {
        total += (long)recv(server, bytes, sizeof bytes, 0);
    }
    printf("datagrams %ld\n", total);
    finish();
    unlink(address.sun_path);
}

static void fifo_and_locks(const char *folder) {
    char path[200];
    snprintf(path, sizeof path, "%s/fifo", folder);
    mkfifo(path, 0600);
    if (child() == 0) {
        const int out = open(path, O_WRONLY);
        write(out, "through the fifo", 16);
        _exit(0);
    }
    const int in = open(path, O_RDONLY);
    const long count = (long)read(in, bytes, 100);
    printf("fifo %.*s\n", (int)count, bytes);
    finish();
    unlink(path);
    snprintf(path, sizeof path, "%s/file", folder);
    const int file = open(path, O_RDWR | O_CREAT, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
    printf("lock %d\n", fcntl(file, F_SETLK, &lock));
    if (child() == 0) {
        printf("locked %d\n", fcntl(file, F_SETLK, &lock));
        fflush(stdout);
        _exit(fcntl(file, F_SETLKW, &lock) < 0);
    }
    usleep(50000);
    lock.l_type = F_UNLCK;
    fcntl(file, F_SETLK, &lock);
    finish();
    unlink(path);
}

static void semaphores(void) {
    const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    volatile int *shared = shmat(id, NULL, 0);
    sem_t *semaphore = (sem_t *)(shared + 16);
    sem_init(semaphore, 1, 0);
    if (child() == 0) {
        usleep(20000);
        shared[0] = 42;
        sem_post(semaphore);
        _exit(0);
    }
    printf("sem_wait %d\n", sem_wait(semaphore));
    printf("shared %d\n", shared[0]);
    finish();
    shmctl(id, IPC_RMID, NULL);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : "/tmp";
    pipes();
    timeouts();
    signals();
    connections();
    datagrams(folder);
    fifo_and_locks(folder);
    semaphores();
    return 0;
}
