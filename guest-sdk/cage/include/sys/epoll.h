#ifndef _SYS_EPOLL_H
#define _SYS_EPOLL_H
#include <stdint.h>
#include <sys/signal.h>
#define EPOLLIN 1u
#define EPOLLPRI 2u
#define EPOLLOUT 4u
#define EPOLLERR 8u
#define EPOLLHUP 0x10u
#define EPOLLRDNORM 0x40u
#define EPOLLRDBAND 0x80u
#define EPOLLWRNORM 0x100u
#define EPOLLWRBAND 0x200u
#define EPOLLRDHUP 0x2000u
#define EPOLLONESHOT 0x40000000u
#define EPOLLET 0x80000000u
#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3
#define EPOLL_CLOEXEC 0x80000
typedef union epoll_data {
    void *ptr;
    int fd;
    uint32_t u32;
    uint64_t u64;
} epoll_data_t;
struct epoll_event {
    uint32_t events;
    epoll_data_t data;
} __attribute__((__packed__));
_BEGIN_STD_C
int epoll_create(int __size);
int epoll_create1(int __flags);
int epoll_ctl(int __epoll, int __operation, int __fd, struct epoll_event *__event);
int epoll_wait(int __epoll, struct epoll_event *__events, int __count, int __timeout_ms);
int epoll_pwait(int __epoll, struct epoll_event *__events, int __count, int __timeout_ms,
                const sigset_t *__mask);
_END_STD_C
#endif
