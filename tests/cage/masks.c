/* Calls that wait with another mask of signals: prints the same in a cage and on the system that
 * builds it. The mask and the wait are one step, so that a signal which came before is not missed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];
static int epoll_fd;
static volatile sig_atomic_t handled;
static volatile sig_atomic_t other_held; /* inside the handler */
static sigset_t none;

static void handler(int signal) {
    sigset_t mask;
    (void)signal;
    handled++;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    other_held = sigismember(&mask, SIGUSR2);
}

static int by_ppoll(const struct timespec *timeout, const sigset_t *mask) {
    struct pollfd one = {.fd = ends[0], .events = POLLIN};
    return ppoll(&one, 1, timeout, mask);
}

static int by_pselect(const struct timespec *timeout, const sigset_t *mask) {
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(ends[0], &readable);
    return pselect(ends[0] + 1, &readable, NULL, NULL, timeout, mask);
}

static int by_epoll(const struct timespec *timeout, const sigset_t *mask) {
    struct epoll_event event;
    const int milliseconds =
        timeout == NULL ? -1 : (int)(timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000);
    return epoll_pwait(epoll_fd, &event, 1, milliseconds, mask);
}

typedef int waiting(const struct timespec *timeout, const sigset_t *mask);

static void tell(const char *what, int result) {
    const int error = result < 0 ? errno : 0;
    sigset_t mask, pending;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    sigpending(&pending);
    printf("  %s: %d%s, handled %d, held %d%d, pending %d\n", what, result,
           error == 0        ? ""
           : error == EINTR  ? " EINTR"
           : error == EINVAL ? " EINVAL"
                             : " other",
           (int)handled, sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2),
           sigismember(&pending, SIGUSR1));
}

static void each(const char *name, waiting *wait_for) {
    static const struct timespec soon = {.tv_nsec = 20000000};
    static const struct timespec now = {0};
    char byte = 'x';
    printf("%s\n", name);
    handled = 0;
    raise(SIGUSR1);
    tell("pending", 0);
    tell("waits with no mask", wait_for(&soon, NULL));
    tell("a signal that came before", wait_for(NULL, &none));
    printf("  in the handler, the other was held: %d\n", (int)other_held);
    tell("nothing comes", wait_for(&soon, &none));
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    tell("a signal while it waits", wait_for(NULL, &none));
    wait(NULL);
    raise(SIGUSR1);
    tell("no time, and a signal", wait_for(&now, &none) < 0 ? -1 : 0);
    raise(SIGUSR1);
    write(ends[1], &byte, 1);
    tell("ready, and a signal", wait_for(NULL, &none));
    tell("once more", wait_for(&soon, &none));
    read(ends[0], &byte, 1);
    tell("the signal at last", wait_for(&soon, &none));
}

static void refused(void) {
    const struct timespec wrong = {.tv_nsec = 1000000000};
    tell("ppoll, a wrong time", by_ppoll(&wrong, &none));
    tell("pselect, a wrong time", by_pselect(&wrong, &none));
    errno = 0;
    tell("epoll_pwait, no room", epoll_pwait(epoll_fd, (struct epoll_event *)ends, 0, 0, &none));
}

int main(void) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct epoll_event event = {.events = EPOLLIN};
    sigset_t both;
    sigemptyset(&none);
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    sigaction(SIGUSR1, &action, NULL);
    sigprocmask(SIG_BLOCK, &both, NULL);
    setvbuf(stdout, NULL, _IONBF, 0);
    if (pipe(ends) != 0 || (epoll_fd = epoll_create1(0)) < 0 ||
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ends[0], &event) != 0) {
        return 1;
    }
    each("ppoll", by_ppoll);
    each("pselect", by_pselect);
    each("epoll_pwait", by_epoll);
    refused();
    return 0;
}
