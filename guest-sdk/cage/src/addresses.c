/* Internet addresses as text. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"

/* One to four numbers, octal and hexadecimal too, the last of which fills what is left. */
int inet_aton(const char *text, struct in_addr *address) {
    uint32_t parts[4];
    int count = 0;
    for (;;) {
        char *end;
        if (count == 4 || *text < '0' || *text > '9') {
            return 0;
        }
        parts[count++] = (uint32_t)strtoul(text, &end, 0);
        text = end;
        if (*text != '.') {
            break;
        }
        text++;
    }
    if (*text != '\0' && *text != ' ' && *text != '\n' && *text != '\t') {
        return 0;
    }
    uint32_t value = parts[count - 1];
    if (count > 1 && value >> (8 * (5 - count)) != 0) {
        return 0;
    }
    for (int i = 0; i < count - 1; i++) {
        if (parts[i] > 255) {
            return 0;
        }
        value |= parts[i] << (24 - 8 * i);
    }
    if (address != NULL) {
        address->s_addr = htonl(value);
    }
    return 1;
}

in_addr_t inet_addr(const char *text) {
    struct in_addr address;
    return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

char *inet_ntoa(struct in_addr address) {
    static char text[INET_ADDRSTRLEN];
    (void)inet_ntop(AF_INET, &address, text, sizeof text);
    return text;
}

static int parse4(const char *text, uint8_t to[4]) {
    for (int i = 0; i < 4; i++) {
        unsigned value = 0;
        int digits = 0;
        for (; *text >= '0' && *text <= '9'; text++) {
            value = value * 10 + (unsigned)(*text - '0');
            if (++digits > 3 || value > 255 || (digits > 1 && value < 10)) {
                return 0;
            }
        }
        if (digits == 0 || *text != (i == 3 ? '\0' : '.')) {
            return 0;
        }
        to[i] = (uint8_t)value;
        text++;
    }
    return 1;
}

/* Groups of 16 bits before and behind one "::"; the last two may be an IPv4 address. */
static int parse6(const char *text, uint8_t to[16]) {
    uint8_t out[16] = {0};
    int at = 0;
    int gap = -1;
    if (text[0] == ':' && *++text != ':') {
        return 0;
    }
    while (*text != '\0') {
        if (*text == ':') {
            if (gap >= 0) {
                return 0;
            }
            gap = at;
            text++;
            continue;
        }
        char *end;
        const unsigned long value = strtoul(text, &end, 16);
        if (end == text || end - text > 4 || *text == '+' || *text == '-' || at > 14) {
            return 0;
        }
        if (*end == '.') {
            if (at > 12 || !parse4(text, out + at)) {
                return 0;
            }
            at += 4;
            break;
        }
        out[at++] = (uint8_t)(value >> 8);
        out[at++] = (uint8_t)value;
        if (*end != '\0' && (*end != ':' || end[1] == '\0')) {
            return 0;
        }
        text = *end == ':' ? end + 1 : end;
    }
    if (gap >= 0) {
        if (at == 16) {
            return 0;
        }
        memmove(out + 16 - (at - gap), out + gap, (size_t)(at - gap));
        memset(out + gap, 0, (size_t)(16 - at));
    } else if (at != 16) {
        return 0;
    }
    memcpy(to, out, 16);
    return 1;
}

int inet_pton(int family, const char *text, void *address) {
    if (family == AF_INET) {
        return parse4(text, address);
    }
    if (family == AF_INET6) {
        return parse6(text, address);
    }
    errno = EAFNOSUPPORT;
    return -1;
}

/* The longest run of two or more zero groups becomes "::". */
static void print6(const uint8_t *from, char text[INET6_ADDRSTRLEN]) {
    int best = -1;
    int best_size = 1;
    for (int i = 0; i < 8;) {
        int size = 0;
        while (i + size < 8 && from[2 * (i + size)] == 0 && from[2 * (i + size) + 1] == 0) {
            size++;
        }
        if (size > best_size) {
            best = i;
            best_size = size;
        }
        i += size + 1;
    }
    const int mapped = best == 0 && best_size == 5 && from[10] == 0xff && from[11] == 0xff;
    const int groups = mapped ? 6 : 8;
    char *at = text;
    for (int i = 0; i < groups; i++) {
        if (i == best) {
            at += sprintf(at, "::");
            i += best_size - 1;
            continue;
        }
        at += sprintf(at, "%s%x", i > 0 && i != best + best_size ? ":" : "",
                      from[2 * i] << 8 | from[2 * i + 1]);
    }
    if (mapped) {
        (void)sprintf(at, ":%d.%d.%d.%d", from[12], from[13], from[14], from[15]);
    }
}

const char *inet_ntop(int family, const void *address, char *to, socklen_t size) {
    char text[INET6_ADDRSTRLEN + 8];
    const uint8_t *from = address;
    if (family == AF_INET) {
        (void)sprintf(text, "%d.%d.%d.%d", from[0], from[1], from[2], from[3]);
    } else if (family == AF_INET6) {
        text[0] = '\0';
        print6(from, text);
    } else {
        errno = EAFNOSUPPORT;
        return NULL;
    }
    if (strlen(text) >= size) {
        errno = ENOSPC;
        return NULL;
    }
    return strcpy(to, text);
}
