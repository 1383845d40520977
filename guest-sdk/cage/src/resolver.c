/* Names of hosts and services: numbers, and what always has a name. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel.h"

int h_errno;

static const struct known {
    const char *name;
    int port;
} services[] = {{"echo", 7},  {"ftp", 21},    {"ssh", 22},  {"telnet", 23},
                {"smtp", 25}, {"domain", 53}, {"http", 80}, {"https", 443}};

/* -1 when there is none of that name. */
static long port_of(const char *service) {
    char *end;
    const unsigned long number = strtoul(service, &end, 10);
    if (*service >= '0' && *service <= '9' && *end == '\0') {
        return number <= 0xffff ? (long)number : -1;
    }
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (strcmp(services[i].name, service) == 0) {
            return services[i].port;
        }
    }
    return -1;
}

static int is_local(const char *host) {
    char name[64];
    return strcmp(host, "localhost") == 0 ||
           (gethostname(name, sizeof name) == 0 && strcmp(host, name) == 0);
}

/* A family's address of a host: 1, or 0 when it has none. host NULL: any (passive) or loopback. */
static int address_of(const char *host, int family, int passive, uint8_t to[16]) {
    if (host == NULL || is_local(host)) {
        const int any = host == NULL && passive;
        memset(to, 0, 16);
        if (family == AF_INET && !any) {
            to[0] = 127;
            to[3] = 1;
        } else if (!any) {
            to[15] = 1;
        }
        return 1;
    }
    return inet_pton(family, host, to) == 1;
}

static int append(struct addrinfo ***end, int family, int type, const uint8_t *bytes, long port) {
    struct entry {
        struct addrinfo info;
        struct sockaddr_in6 address;
    } *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return EAI_MEMORY;
    }
    if (family == AF_INET) {
        struct sockaddr_in *address = (struct sockaddr_in *)(void *)&made->address;
        address->sin_family = AF_INET;
        address->sin_port = htons((uint16_t)port);
        memcpy(&address->sin_addr, bytes, 4);
    } else {
        made->address.sin6_family = AF_INET6;
        made->address.sin6_port = htons((uint16_t)port);
        memcpy(&made->address.sin6_addr, bytes, 16);
    }
    made->info = (struct addrinfo){
        .ai_family = family,
        .ai_socktype = type,
        .ai_protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP,
        .ai_addrlen = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6),
        .ai_addr = (struct sockaddr *)&made->address,
    };
    **end = &made->info;
    *end = &made->info.ai_next;
    return 0;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
    static const int families[] = {AF_INET, AF_INET6};
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    const struct addrinfo none = {0};
    const struct addrinfo *wanted = hints != NULL ? hints : &none;
    struct addrinfo *list = NULL;
    struct addrinfo **end = &list;
    const long port = service != NULL ? port_of(service) : 0;
    if (host == NULL && service == NULL) {
        return EAI_NONAME;
    }
    if (port < 0) {
        return EAI_SERVICE;
    }
    for (size_t f = 0; f < 2; f++) {
        uint8_t bytes[16];
        if ((wanted->ai_family != AF_UNSPEC && wanted->ai_family != families[f]) ||
            !address_of(host, families[f], wanted->ai_flags & AI_PASSIVE, bytes)) {
            continue;
        }
        for (size_t t = 0; t < 2; t++) {
            if (wanted->ai_socktype != 0 && wanted->ai_socktype != types[t]) {
                continue;
            }
            if (append(&end, families[f], types[t], bytes, port) != 0) {
                freeaddrinfo(list);
                return EAI_MEMORY;
            }
        }
    }
    *result = list;
    return list != NULL ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list) {
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;
        free(list);
        list = next;
    }
}

const char *gai_strerror(int error) {
    switch (error) {
    case 0: return "no error";
    case EAI_NONAME: return "name or service not known";
    case EAI_SERVICE: return "service not known for this type of socket";
    case EAI_MEMORY: return "out of memory";
    case EAI_FAMILY: return "address family not supported";
    case EAI_OVERFLOW: return "buffer too small";
    default: return "name resolution failed";
    }
}

int getnameinfo(const struct sockaddr *address, socklen_t size, char *host, socklen_t host_size,
                char *service, socklen_t service_size, int flags) {
    const void *bytes;
    unsigned port;
    if (size >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        bytes = &in->sin_addr;
        port = ntohs(in->sin_port);
    } else if (size >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)address;
        bytes = &in->sin6_addr;
        port = ntohs(in->sin6_port);
    } else {
        return EAI_FAMILY;
    }
    if (host != NULL && host_size > 0) {
        if (flags & NI_NAMEREQD) {
            return EAI_NONAME;
        }
        if (inet_ntop(address->sa_family, bytes, host, host_size) == NULL) {
            return EAI_OVERFLOW;
        }
    }
    if (service != NULL && service_size > 0 &&
        snprintf(service, service_size, "%u", port) >= (int)service_size) {
        return EAI_OVERFLOW;
    }
    return 0;
}

struct hostent *gethostbyname(const char *name) {
    static uint8_t bytes[16];
    static char *addresses[] = {(char *)bytes, NULL};
    static char *aliases[] = {NULL};
    static struct hostent host = {
        .h_aliases = aliases, .h_addrtype = AF_INET, .h_length = 4, .h_addr_list = addresses};
    if (!address_of(name, AF_INET, 0, bytes)) {
        h_errno = HOST_NOT_FOUND;
        return NULL;
    }
    host.h_name = (char *)name;
    return &host;
}

struct servent *getservbyname(const char *name, const char *protocol) {
    static char *aliases[] = {NULL};
    static struct servent service = {.s_aliases = aliases};
    const long port = port_of(name);
    if (port < 0) {
        return NULL;
    }
    service.s_name = (char *)name;
    service.s_port = htons((uint16_t)port);
    service.s_proto = (char *)(protocol != NULL ? protocol : "tcp");
    return &service;
}

struct protoent *getprotobyname(const char *name) {
    static char *aliases[] = {NULL};
    static struct protoent protocol = {.p_aliases = aliases};
    protocol.p_proto = strcmp(name, "tcp") == 0   ? IPPROTO_TCP
                       : strcmp(name, "udp") == 0 ? IPPROTO_UDP
                                                  : -1;
    protocol.p_name = (char *)name;
    return protocol.p_proto < 0 ? NULL : &protocol;
}
