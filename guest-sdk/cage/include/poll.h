#ifndef _POLL_H
#define _POLL_H
#include <sys/_sigset.h>
#include <sys/cdefs.h>
#include <sys/timespec.h>
#define POLLIN 1
#define POLLPRI 2
#define POLLOUT 4
#define POLLERR 8
#define POLLHUP 0x10
#define POLLNVAL 0x20
#define POLLRDNORM 0x40
#define POLLRDBAND 0x80
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLRDHUP 0x2000
typedef unsigned nfds_t;
struct pollfd {
    int fd;
    short events;
    short revents;
};
__BEGIN_DECLS
int poll(struct pollfd *__fds, nfds_t __count, int __timeout_ms);
int ppoll(struct pollfd *__fds, nfds_t __count, const struct timespec *__timeout,
          const __sigset_t *__mask);
__END_DECLS
#endif
