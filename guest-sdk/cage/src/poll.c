/* Waiting for descriptors. */
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include "kernel.h"

int poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
    return (int)answer(__mox_poll((long)fds, (long)count, timeout_ms));
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
          const __sigset_t *mask) {
    struct mox_timespec words;
    struct mox_sigset held;
    return (int)answer(__mox_ppoll((long)fds, (long)count, timespec_argument(timeout, &words),
                                   sigset_argument(mask, &held)));
}

int select(int count, fd_set *readable, fd_set *writable, fd_set *exceptions,
           struct timeval *timeout) {
    struct mox_timespec words;
    if (timeout != NULL) {
        if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
            errno = EINVAL;
            return -1;
        }
        time_to_kernel(&words, timeout->tv_sec + timeout->tv_usec / 1000000,
                       timeout->tv_usec % 1000000 * 1000);
    }
    return (int)answer(__mox_select(count, (long)readable, (long)writable, (long)exceptions,
                                    timeout != NULL ? (long)&words : 0));
}

int pselect(int count, fd_set *readable, fd_set *writable, fd_set *exceptions,
            const struct timespec *timeout, const sigset_t *mask) {
    struct mox_timespec words;
    struct mox_sigset held;
    return (int)answer(__mox_pselect(count, (long)readable, (long)writable, (long)exceptions,
                                     timespec_argument(timeout, &words),
                                     sigset_argument(mask, &held)));
}

int epoll_create(int size) {
    return (int)answer(__mox_epoll_create(size));
}

int epoll_create1(int flags) {
    return (int)answer(__mox_epoll_create1(flags));
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
    return (int)answer(__mox_epoll_ctl(epoll, operation, fd, (long)event));
}

int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout_ms) {
    return (int)answer(__mox_epoll_wait(epoll, (long)events, count, timeout_ms));
}

int epoll_pwait(int epoll, struct epoll_event *events, int count, int timeout_ms,
                const sigset_t *mask) {
    struct mox_sigset held;
    return (int)answer(
        __mox_epoll_pwait(epoll, (long)events, count, timeout_ms, sigset_argument(mask, &held)));
}
