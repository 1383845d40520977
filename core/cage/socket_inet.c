/* Addresses of AF_INET and AF_INET6. The machine has the loopback network only: 127.0.0.0/8 and
 * ::1, the second also under the first as ::ffff:127.0.0.1. Inside, every address is one of 16
 * bytes. Ports that nobody chose go down from 60999, as SafePOSIX's do. */
#include "cage/socket.h"

#include <string.h>

#include "base/bytes.h"
#include "moxbox/errno.h"

enum {
    PORT_FIRST = 60999,
    PORT_LAST = 32768,
    PORT_PRIVILEGED = 1024,
    INET_SIZE = 16,
    INET6_SIZE = 28,
    INET6_LEAST = 24, /* without the scope */
    PORT_AT = 2,
    INET_AT = 4,
    INET6_AT = 8,
    BYTES = 16,
};

struct ip {
    uint8_t bytes[BYTES];
    uint32_t port;
};

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t any6[BYTES];
static const uint8_t loopback6[BYTES] = {[15] = 1};
static const uint8_t loopback4[BYTES] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};

static uint32_t family_of(const struct address *address) {
    return bytes_load16(address->bytes);
}

static struct ip ip_of(const struct address *address) {
    struct ip ip;
    ip.port = (uint32_t)address->bytes[PORT_AT] << 8 | address->bytes[PORT_AT + 1];
    if (family_of(address) == ABI_AF_INET) {
        memcpy(ip.bytes, mapped, sizeof mapped);
        memcpy(ip.bytes + sizeof mapped, address->bytes + INET_AT, 4);
    } else {
        memcpy(ip.bytes, address->bytes + INET6_AT, BYTES);
    }
    return ip;
}

static struct address address_of(uint32_t domain, const struct ip *ip) {
    struct address address = {.size = domain == ABI_AF_INET ? INET_SIZE : INET6_SIZE};
    bytes_store16(address.bytes, domain);
    address.bytes[PORT_AT] = (uint8_t)(ip->port >> 8);
    address.bytes[PORT_AT + 1] = (uint8_t)ip->port;
    if (domain == ABI_AF_INET) {
        memcpy(address.bytes + INET_AT, ip->bytes + sizeof mapped, 4);
    } else {
        memcpy(address.bytes + INET6_AT, ip->bytes, BYTES);
    }
    return address;
}

static bool is_v4(const struct ip *ip) {
    return memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

static bool is_any(const struct ip *ip) {
    return is_v4(ip) ? bytes_load32(ip->bytes + sizeof mapped) == 0
                     : memcmp(ip->bytes, any6, BYTES) == 0;
}

static bool is_loopback(const struct ip *ip) {
    return is_v4(ip) ? ip->bytes[sizeof mapped] == 127 : memcmp(ip->bytes, loopback6, BYTES) == 0;
}

struct address inet_shown(uint32_t domain, const struct address *address) {
    const struct ip ip = ip_of(address);
    return address_of(domain, &ip);
}

bool inet_same(const struct address *a, const struct address *b) {
    const struct ip left = ip_of(a);
    const struct ip right = ip_of(b);
    return left.port == right.port && memcmp(left.bytes, right.bytes, BYTES) == 0;
}

bool inet_reachable(const struct address *address) {
    const struct ip ip = ip_of(address);
    return is_any(&ip) || is_loopback(&ip);
}

int32_t inet_take(uint32_t domain, struct const_span bytes, struct address *address) {
    const bool v4 = domain == ABI_AF_INET;
    if (bytes.size < 2) {
        return -MOX_EINVAL;
    }
    const uint32_t family = bytes_load16(bytes.bytes);
    if (bytes.size < (v4 ? INET_SIZE : INET6_LEAST) && family == domain) {
        return -MOX_EINVAL;
    }
    if (family != domain) {
        return bytes.size < INET_SIZE ? -MOX_EINVAL : -MOX_EAFNOSUPPORT;
    }
    *address = (struct address){.size = v4 ? INET_SIZE : INET6_SIZE};
    memcpy(address->bytes, bytes.bytes, bytes.size < address->size ? bytes.size : address->size);
    return 0;
}

static uint64_t key_of(uint32_t type, uint32_t port) {
    return (uint64_t)type << 16 | port;
}

/* Whether something sent to `ip` is for who is bound to `local`. */
static bool covers(const struct socket *socket, const struct ip *ip) {
    const struct ip local = ip_of(&socket->local);
    if (is_any(&local)) {
        return is_v4(&local) ? is_v4(ip) : !is_v4(ip) || socket->options.v6_only == 0;
    }
    return memcmp(local.bytes, ip->bytes, BYTES) == 0;
}

static bool conflict(const struct socket *socket, const struct ip *ip, const struct socket *other) {
    const struct ip theirs = ip_of(&other->local);
    const struct socket_options *a = &socket->options;
    const struct socket_options *b = &other->options;
    const bool wide =
        is_any(ip) && (is_v4(ip) ? is_v4(&theirs) : !is_v4(&theirs) || a->v6_only == 0);
    const bool overlap = wide || covers(other, ip);
    const bool shared = a->reuse_port != 0 && b->reuse_port != 0;
    const bool reused = a->reuse_address != 0 && b->reuse_address != 0 &&
                        (socket->type == ABI_SOCK_DGRAM || other->state != SOCKET_LISTENING);
    return overlap && !shared && !reused;
}

static bool conflicts(const struct socket *socket, const struct ip *ip) {
    const struct files *files = socket->files;
    for (struct key_node *node = key_table_find(&files->ports, key_of(socket->type, ip->port));
         node != NULL; node = key_table_next(node)) {
        if (socket_by_name(node) != socket && conflict(socket, ip, socket_by_name(node))) {
            return true;
        }
    }
    return false;
}

static int32_t put(struct socket *socket, const struct ip *ip) {
    socket->local = address_of(socket->domain, ip);
    key_table_put(&socket->files->ports, &socket->by_name, key_of(socket->type, ip->port));
    return 0;
}

/* The next free port below the last one that was handed out; 0: none is free. */
static uint32_t free_port(struct files *files, uint32_t type) {
    uint32_t port = files->next_port;
    for (uint32_t i = 0; i <= PORT_FIRST - PORT_LAST; i++) {
        port = port < PORT_LAST || port > PORT_FIRST ? PORT_FIRST : port;
        if (key_table_find(&files->ports, key_of(type, port)) == NULL) {
            files->next_port = port - 1;
            return port;
        }
        port--;
    }
    return 0;
}

int32_t inet_bind(struct cage *cage, struct socket *socket, const struct address *address) {
    struct ip ip = ip_of(address);
    if (socket->by_name.in_table || socket->state != SOCKET_NEW) {
        return -MOX_EINVAL;
    }
    if (!inet_reachable(address)) {
        return -MOX_EADDRNOTAVAIL;
    }
    if (ip.port != 0 && ip.port < PORT_PRIVILEGED && cage->caller.uid != 0) {
        return -MOX_EACCES;
    }
    if (ip.port == 0) {
        ip.port = free_port(socket->files, socket->type);
        return ip.port == 0 ? -MOX_EADDRINUSE : put(socket, &ip);
    }
    return conflicts(socket, &ip) ? -MOX_EADDRINUSE : put(socket, &ip);
}

int32_t inet_bind_any(struct socket *socket) {
    struct ip ip = {.port = free_port(socket->files, socket->type)};
    if (ip.port == 0) {
        return -MOX_EADDRNOTAVAIL;
    }
    if (socket->domain == ABI_AF_INET) {
        memcpy(ip.bytes, mapped, sizeof mapped);
    }
    return put(socket, &ip);
}

void inet_unbind(struct socket *socket) {
    key_table_remove(&socket->files->ports, &socket->by_name);
}

int32_t inet_may_listen(const struct socket *socket) {
    const struct ip ip = ip_of(&socket->local);
    for (struct key_node *node =
             key_table_find(&socket->files->ports, key_of(socket->type, ip.port));
         node != NULL; node = key_table_next(node)) {
        const struct socket *other = socket_by_name(node);
        if (other != socket && other->state == SOCKET_LISTENING && conflict(socket, &ip, other)) {
            return -MOX_EADDRINUSE;
        }
    }
    return 0;
}

/* Nobody's address stands for the loopback of its own kind. */
static struct ip reached(const struct address *address) {
    struct ip ip = ip_of(address);
    if (is_any(&ip)) {
        memcpy(ip.bytes, is_v4(&ip) ? loopback4 : loopback6, BYTES);
    }
    return ip;
}

struct address inet_reached(uint32_t domain, const struct address *address) {
    const struct ip ip = reached(address);
    return address_of(domain, &ip);
}

struct address inet_seen_from(const struct socket *socket, const struct address *remote) {
    struct ip local = ip_of(&socket->local);
    const struct ip other = reached(remote);
    if (is_any(&local)) {
        memcpy(local.bytes, is_v4(&other) ? loopback4 : loopback6, BYTES);
    }
    return address_of(socket->domain, &local);
}

/* Whether a socket takes what comes from `sender`, and how well it fits: 0 no, more is better. */
static uint32_t fits(const struct socket *socket, const struct ip *to,
                     const struct address *sender) {
    const struct ip local = ip_of(&socket->local);
    if (!covers(socket, to)) {
        return 0;
    }
    if (socket_is_stream(socket)) {
        return socket->state != SOCKET_LISTENING ? 0 : is_any(&local) ? 1 : 2;
    }
    if (socket->remote.size > 0) {
        return inet_same(&socket->remote, sender) ? 3 : 0;
    }
    return is_any(&local) ? 1 : 2;
}

int32_t inet_find(struct cage *cage, const struct socket *from, const struct address *address,
                  struct socket **found) {
    const struct files *files = files_of(cage);
    const struct ip to = reached(address);
    const struct address sender = inet_seen_from(from, address);
    uint32_t best = 0;
    *found = NULL;
    if (!is_loopback(&to)) {
        return -MOX_ENETUNREACH;
    }
    if (to.port == 0) {
        return from->type == ABI_SOCK_DGRAM ? -MOX_EINVAL : -MOX_ECONNREFUSED;
    }
    for (struct key_node *node = key_table_find(&files->ports, key_of(from->type, to.port));
         node != NULL; node = key_table_next(node)) {
        const uint32_t fit = fits(socket_by_name(node), &to, &sender);
        if (fit > best) {
            best = fit;
            *found = socket_by_name(node);
        }
    }
    return *found == NULL ? -MOX_ECONNREFUSED : 0;
}

bool inet_name_check(const struct socket *socket) {
    return socket->by_name.key == key_of(socket->type, ip_of(&socket->local).port);
}
