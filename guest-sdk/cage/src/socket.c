/* Sockets. */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"

int socket(int domain, int type, int protocol) {
    return (int)answer(__mox_socket(domain, type, protocol));
}

int socketpair(int domain, int type, int protocol, int fds[2]) {
    return (int)answer(__mox_socketpair(domain, type, protocol, (long)fds));
}

int bind(int fd, const struct sockaddr *address, socklen_t size) {
    return (int)answer(__mox_bind(fd, (long)address, (long)size));
}

int listen(int fd, int backlog) {
    return (int)answer(__mox_listen(fd, backlog));
}

int accept(int fd, struct sockaddr *address, socklen_t *size) {
    return (int)answer(__mox_accept(fd, (long)address, (long)size));
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
    return (int)answer(__mox_accept4(fd, (long)address, (long)size, flags));
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
    return (int)answer(__mox_connect(fd, (long)address, (long)size));
}

int shutdown(int fd, int how) {
    return (int)answer(__mox_shutdown(fd, how));
}

int getsockname(int fd, struct sockaddr *address, socklen_t *size) {
    return (int)answer(__mox_getsockname(fd, (long)address, (long)size));
}

int getpeername(int fd, struct sockaddr *address, socklen_t *size) {
    return (int)answer(__mox_getpeername(fd, (long)address, (long)size));
}

/* Time-outs are a struct timeval here and a timespec in the kernel. */
static int is_time(int level, int name) {
    return level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
    struct mox_timespec words;
    socklen_t words_size = sizeof words;
    if (!is_time(level, name) || *size < sizeof(struct timeval)) {
        return (int)answer(__mox_getsockopt(fd, level, name, (long)value, (long)size));
    }
    if (answer(__mox_getsockopt(fd, level, name, (long)&words, (long)&words_size)) < 0) {
        return -1;
    }
    *(struct timeval *)value =
        (struct timeval){kernel_seconds(words.sec_low, words.sec_high), (long)words.nsec / 1000};
    *size = sizeof(struct timeval);
    return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
    struct mox_timespec words;
    if (!is_time(level, name) || size < sizeof(struct timeval)) {
        return (int)answer(__mox_setsockopt(fd, level, name, (long)value, (long)size));
    }
    const struct timeval *time = value;
    time_to_kernel(&words, time->tv_sec, time->tv_usec * 1000);
    return (int)answer(__mox_setsockopt(fd, level, name, (long)&words, sizeof words));
}

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
    return answer(__mox_send(fd, (long)bytes, (long)size, flags));
}

ssize_t recv(int fd, void *bytes, size_t size, int flags) {
    return answer(__mox_recv(fd, (long)bytes, (long)size, flags));
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to,
               socklen_t to_size) {
    return answer(__mox_sendto(fd, (long)bytes, (long)size, flags, (long)to, (long)to_size));
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags, struct sockaddr *from,
                 socklen_t *from_size) {
    return answer(__mox_recvfrom(fd, (long)bytes, (long)size, flags, (long)from, (long)from_size));
}

/* The seven words of the kernel's struct msghdr are newlib's in the same order. */
_Static_assert(sizeof(struct msghdr) == sizeof(struct mox_msghdr), "struct msghdr");

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    return answer(__mox_sendmsg(fd, (long)message, flags));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
    return answer(__mox_recvmsg(fd, (long)message, flags));
}

int gethostname(char *to, size_t size) {
    return (int)answer(__mox_gethostname((long)to, (long)size));
}

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

/* The machine has one interface, its loopback. */
struct interface {
    struct ifaddrs entry;
    struct sockaddr_in address;
    struct sockaddr_in mask;
};

int getifaddrs(struct ifaddrs **list) {
    struct interface *lo = calloc(1, sizeof *lo);
    if (lo == NULL) {
        return -1;
    }
    lo->address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    lo->mask = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(0xff000000u)}};
    lo->entry = (struct ifaddrs){
        .ifa_name = "lo",
        .ifa_flags = 1 | 8 | 0x40, /* IFF_UP, IFF_LOOPBACK, IFF_RUNNING */
        .ifa_addr = (struct sockaddr *)&lo->address,
        .ifa_netmask = (struct sockaddr *)&lo->mask,
    };
    *list = &lo->entry;
    return 0;
}

void freeifaddrs(struct ifaddrs *list) {
    free(list);
}
