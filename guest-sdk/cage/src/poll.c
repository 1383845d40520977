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

static int milliseconds(const struct timespec *time) {
    if (time == NULL) {
        return -1;
    }
    return time->tv_sec >= 2147483
               ? 0x7fffffff
               : (int)(time->tv_sec * 1000 + (time->tv_nsec + 999999) / 1000000);
}

/* The mask is set for the time of the call. A signal between the two calls is seen by the handler
 * before the wait begins, which the kernel's own form of the call would not let happen; there is
 * none yet. */
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
          const __sigset_t *mask) {
    sigset_t before;
    if (mask != NULL) {
        (void)sigprocmask(SIG_SETMASK, mask, &before);
    }
    const int result = poll(fds, count, milliseconds(timeout));
    if (mask != NULL) {
        const int error = errno;
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        errno = error;
    }
    return result;
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
    sigset_t before;
    if (mask != NULL) {
        (void)sigprocmask(SIG_SETMASK, mask, &before);
    }
    const int result =
        (int)answer(__mox_select(count, (long)readable, (long)writable, (long)exceptions,
                                 timespec_argument(timeout, &words)));
    if (mask != NULL) {
        const int error = errno;
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        errno = error;
    }
    return result;
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
    sigset_t before;
    if (mask != NULL) {
        (void)sigprocmask(SIG_SETMASK, mask, &before);
    }
    const int result = epoll_wait(epoll, events, count, timeout_ms);
    if (mask != NULL) {
        const int error = errno;
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        errno = error;
    }
    return result;
}
