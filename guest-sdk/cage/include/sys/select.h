#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H

#include <sys/_sigset.h>
#include <sys/_timeval.h>
#include <sys/cdefs.h>
#include <sys/timespec.h>

#if !defined(_SIGSET_T_DECLARED)
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t;
#endif

#define _SYS_TYPES_FD_SET
#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif
typedef unsigned long fd_mask;
#define NFDBITS 32
#ifndef _howmany
#define _howmany(x, y) (((x) + ((y)-1)) / (y))
#endif

typedef struct _types_fd_set {
    fd_mask fds_bits[_howmany(FD_SETSIZE, NFDBITS)];
} _types_fd_set;
#define fd_set _types_fd_set

#define FD_SET(n, p) ((p)->fds_bits[(n) / NFDBITS] |= 1UL << ((n) % NFDBITS))
#define FD_CLR(n, p) ((p)->fds_bits[(n) / NFDBITS] &= ~(1UL << ((n) % NFDBITS)))
#define FD_ISSET(n, p) (((p)->fds_bits[(n) / NFDBITS] >> ((n) % NFDBITS)) & 1)
#define FD_ZERO(p) ((void)__builtin_memset((p), 0, sizeof *(p)))

__BEGIN_DECLS
int select(int __n, fd_set *__readable, fd_set *__writable, fd_set *__exceptions,
           struct timeval *__timeout);
int pselect(int __n, fd_set *__readable, fd_set *__writable, fd_set *__exceptions,
            const struct timespec *__timeout, const sigset_t *__mask);
__END_DECLS

#endif
