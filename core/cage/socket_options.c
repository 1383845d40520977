/* Options of sockets. Those that mean nothing inside a machine are remembered, as programs read
 * them back. */
#include <stddef.h>
#include <string.h>

#include "base/bytes.h"
#include "cage/socket.h"
#include "moxbox/errno.h"

enum {
    LEVEL_SOCKET = 1,
    LEVEL_IP = 0,
    LEVEL_TCP = 6,
    LEVEL_IP6 = 41,
    BUFFER_LEAST = 2304,
    BUFFER_MOST = 425984, /* twice what Linux lets a program ask for */
};

/* A plain number: where it is kept; flag: any value but 0 is 1. */
struct plain {
    uint32_t level;
    uint32_t option;
    uint32_t at;
    bool flag;
};
#define PLAIN(level, option, field, flag)                                                          \
    { level, option, offsetof(struct socket_options, field), flag }
static const struct plain plains[] = {
    PLAIN(LEVEL_SOCKET, 2, reuse_address, true), PLAIN(LEVEL_SOCKET, 5, dont_route, true),
    PLAIN(LEVEL_SOCKET, 6, broadcast, true),     PLAIN(LEVEL_SOCKET, 9, keep_alive, true),
    PLAIN(LEVEL_SOCKET, 10, oob_inline, true),   PLAIN(LEVEL_SOCKET, 12, priority, false),
    PLAIN(LEVEL_SOCKET, 15, reuse_port, true),   PLAIN(LEVEL_SOCKET, 16, pass_credentials, true),
    PLAIN(LEVEL_SOCKET, 18, receive_low, false), PLAIN(LEVEL_TCP, 1, no_delay, true),
    PLAIN(LEVEL_IP6, 26, v6_only, true),
};
#undef PLAIN

static bool level_applies(const struct socket *socket, uint32_t level) {
    switch (level) {
    case LEVEL_SOCKET: return true;
    case LEVEL_IP: return socket->domain == ABI_AF_INET;
    case LEVEL_TCP: return socket_is_tcp(socket);
    case LEVEL_IP6: return socket->domain == ABI_AF_INET6;
    default: return false;
    }
}

static const struct plain *find_plain(uint32_t level, uint32_t option) {
    for (uint32_t i = 0; i < sizeof plains / sizeof plains[0]; i++) {
        if (plains[i].level == level && plains[i].option == option) {
            return &plains[i];
        }
    }
    return NULL;
}

static void fill_word(struct room *room, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    room_fill(room, bytes, sizeof bytes);
    room->needed = room->size < sizeof bytes ? room->size : (uint32_t)sizeof bytes;
}

static void fill_time(struct room *room, uint64_t nanoseconds) {
    const uint64_t seconds = nanoseconds / SECOND;
    const struct abi_timespec time = {(uint32_t)seconds, (uint32_t)(seconds >> 32),
                                      (uint32_t)(nanoseconds % SECOND)};
    uint8_t bytes[ABI_TIMESPEC_SIZE];
    abi_store(bytes, &time, sizeof bytes);
    room_fill(room, bytes, sizeof bytes);
    room->needed = room->size < sizeof bytes ? room->size : (uint32_t)sizeof bytes;
}

static int32_t get_socket_level(struct socket *socket, uint32_t option, struct room *value) {
    const struct socket_options *options = &socket->options;
    if (option == ABI_SO_TYPE) {
        fill_word(value, socket->type);
    } else if (option == ABI_SO_ERROR) {
        fill_word(value, (uint32_t)-socket_error(socket));
    } else if (option == ABI_SO_SNDBUF) {
        fill_word(value, options->send_size);
    } else if (option == ABI_SO_RCVBUF) {
        fill_word(value, options->receive_size);
    } else if (option == ABI_SO_SNDLOWAT) {
        fill_word(value, options->send_low);
    } else if (option == ABI_SO_ACCEPTCONN) {
        fill_word(value, socket->state == SOCKET_LISTENING ? 1 : 0);
    } else if (option == ABI_SO_DOMAIN) {
        fill_word(value, socket->domain);
    } else if (option == ABI_SO_PROTOCOL) {
        fill_word(value, socket->domain == ABI_AF_UNIX ? 0
                         : socket_is_tcp(socket)       ? ABI_IPPROTO_TCP
                                                       : ABI_IPPROTO_UDP);
    } else if (option == ABI_SO_RCVTIMEO) {
        fill_time(value, options->receive_timeout);
    } else if (option == ABI_SO_SNDTIMEO) {
        fill_time(value, options->send_timeout);
    } else if (option == ABI_SO_LINGER) {
        uint8_t bytes[8];
        bytes_store32(bytes, options->linger);
        bytes_store32(bytes + 4, options->linger_seconds);
        room_fill(value, bytes, sizeof bytes);
        value->needed = value->size < sizeof bytes ? value->size : (uint32_t)sizeof bytes;
    } else {
        return -MOX_ENOPROTOOPT;
    }
    return 0;
}

int32_t socket_get_option(struct socket *socket, uint32_t level, uint32_t option,
                          struct room *value) {
    const struct plain *plain = find_plain(level, option);
    uint32_t word;
    if (value->size >> 31 != 0) {
        return -MOX_EINVAL;
    }
    if (!level_applies(socket, level)) {
        return -MOX_EOPNOTSUPP;
    }
    if (plain == NULL) {
        return level == LEVEL_SOCKET ? get_socket_level(socket, option, value) : -MOX_ENOPROTOOPT;
    }
    memcpy(&word, (const char *)&socket->options + plain->at, sizeof word);
    fill_word(value, word);
    return 0;
}

/* Linux doubles what is asked for, for its own book-keeping, and programs expect it. */
static uint32_t buffer_size(uint32_t asked) {
    const uint32_t doubled = asked < BUFFER_MOST / 2 ? asked * 2 : BUFFER_MOST;
    return doubled > BUFFER_LEAST ? doubled : BUFFER_LEAST;
}

static int32_t set_time(struct const_span value, uint64_t *nanoseconds) {
    if (value.size < ABI_TIMESPEC_SIZE) {
        return -MOX_EINVAL;
    }
    return clock_take(value, nanoseconds) < 0 ? -MOX_EDOM : 0;
}

static int32_t set_socket_level(struct socket *socket, uint32_t option, struct const_span value) {
    struct socket_options *options = &socket->options;
    const uint32_t word = bytes_load32(value.bytes);
    if (option == ABI_SO_RCVTIMEO) {
        return set_time(value, &options->receive_timeout);
    }
    if (option == ABI_SO_SNDTIMEO) {
        return set_time(value, &options->send_timeout);
    }
    if (option == ABI_SO_LINGER) {
        if (value.size < 8) {
            return -MOX_EINVAL;
        }
        options->linger = word != 0 ? 1 : 0;
        options->linger_seconds = bytes_load32(value.bytes + 4);
    } else if (option == ABI_SO_SNDBUF) {
        options->send_size = buffer_size(word);
    } else if (option == ABI_SO_RCVBUF) {
        options->receive_size = buffer_size(word);
        socket->in.limit = options->receive_size; /* what stands there already stays */
        wait_wake(&socket->in.writers);
    } else {
        return -MOX_ENOPROTOOPT;
    }
    return 0;
}

int32_t socket_set_option(struct socket *socket, uint32_t level, uint32_t option,
                          struct const_span value) {
    const struct plain *plain = find_plain(level, option);
    if (!level_applies(socket, level)) {
        return -MOX_ENOPROTOOPT;
    }
    if (value.size < 4) {
        return -MOX_EINVAL;
    }
    if (plain == NULL) {
        return level == LEVEL_SOCKET ? set_socket_level(socket, option, value) : -MOX_ENOPROTOOPT;
    }
    uint32_t word = bytes_load32(value.bytes);
    word = plain->flag ? (word != 0 ? 1 : 0) : word;
    memcpy((char *)&socket->options + plain->at, &word, sizeof word);
    return 0;
}
