/* Sockets, with Linux's numbers. They reach other cages of the same machine. */
#ifndef _SYS_SOCKET_H
#define _SYS_SOCKET_H

#include <sys/types.h>
#include <sys/uio.h>

typedef __socklen_t socklen_t;
typedef __sa_family_t sa_family_t;

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_LOCAL AF_UNIX
#define AF_INET 2
#define AF_INET6 10
#define PF_UNSPEC AF_UNSPEC
#define PF_UNIX AF_UNIX
#define PF_LOCAL AF_UNIX
#define PF_INET AF_INET
#define PF_INET6 AF_INET6

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_RDM 4
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK 0x800
#define SOCK_CLOEXEC 0x80000

#define SOL_SOCKET 1
#define SO_DEBUG 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_DONTROUTE 5
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_OOBINLINE 10
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_PASSCRED 16
#define SO_PEERCRED 17
#define SO_RCVLOWAT 18
#define SO_SNDLOWAT 19
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL 38
#define SO_DOMAIN 39

#define MSG_OOB 1
#define MSG_PEEK 2
#define MSG_DONTROUTE 4
#define MSG_CTRUNC 8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_EOR 0x80
#define MSG_WAITALL 0x100
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define SOMAXCONN 128
#define SCM_RIGHTS 1

struct sockaddr {
    sa_family_t sa_family;
    char sa_data[14];
};
struct sockaddr_storage {
    sa_family_t ss_family;
    char __padding[126];
} __attribute__((__aligned__(4)));
struct linger {
    int l_onoff;
    int l_linger;
};
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};
struct msghdr {
    void *msg_name;
    socklen_t msg_namelen;
    struct iovec *msg_iov;
    size_t msg_iovlen;
    void *msg_control;
    size_t msg_controllen;
    int msg_flags;
};
struct cmsghdr {
    size_t cmsg_len;
    int cmsg_level;
    int cmsg_type;
};
#define CMSG_ALIGN(n) (((n) + 3u) & ~3u)
#define CMSG_DATA(c) ((unsigned char *)((c) + 1))
#define CMSG_SPACE(n) (sizeof(struct cmsghdr) + CMSG_ALIGN(n))
#define CMSG_LEN(n) (sizeof(struct cmsghdr) + (n))
#define CMSG_FIRSTHDR(m)                                                                           \
    ((m)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr *)(m)->msg_control : 0)
#define CMSG_NXTHDR(m, c)                                                                          \
    ((char *)(c) + CMSG_ALIGN((c)->cmsg_len) + sizeof(struct cmsghdr) >                            \
             (char *)(m)->msg_control + (m)->msg_controllen                                        \
         ? 0                                                                                       \
         : (struct cmsghdr *)((char *)(c) + CMSG_ALIGN((c)->cmsg_len)))

_BEGIN_STD_C
int socket(int __domain, int __type, int __protocol);
int socketpair(int __domain, int __type, int __protocol, int __fds[2]);
int bind(int __fd, const struct sockaddr *__address, socklen_t __size);
int listen(int __fd, int __backlog);
int accept(int __fd, struct sockaddr *__address, socklen_t *__size);
int accept4(int __fd, struct sockaddr *__address, socklen_t *__size, int __flags);
int connect(int __fd, const struct sockaddr *__address, socklen_t __size);
int shutdown(int __fd, int __how);
int getsockname(int __fd, struct sockaddr *__address, socklen_t *__size);
int getpeername(int __fd, struct sockaddr *__address, socklen_t *__size);
int getsockopt(int __fd, int __level, int __name, void *__value, socklen_t *__size);
int setsockopt(int __fd, int __level, int __name, const void *__value, socklen_t __size);
ssize_t send(int __fd, const void *__bytes, size_t __size, int __flags);
ssize_t recv(int __fd, void *__bytes, size_t __size, int __flags);
ssize_t sendto(int __fd, const void *__bytes, size_t __size, int __flags,
               const struct sockaddr *__to, socklen_t __to_size);
ssize_t recvfrom(int __fd, void *__bytes, size_t __size, int __flags, struct sockaddr *__from,
                 socklen_t *__from_size);
ssize_t sendmsg(int __fd, const struct msghdr *__message, int __flags);
ssize_t recvmsg(int __fd, struct msghdr *__message, int __flags);
_END_STD_C

#endif
