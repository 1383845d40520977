/* Addresses of AF_UNIX: a path, where bind makes an inode of kind socket; an abstract name (first
 * byte 0); or none. A path finds its socket by its inode, so a name that was moved still does. */
#include "cage/socket.h"

#include <string.h>

#include "base/bytes.h"
#include "moxbox/errno.h"

enum { FAMILY = 2 }; /* bytes before the path */

static bool is_abstract(const struct address *address) {
    return address->size > FAMILY && address->bytes[FAMILY] == 0;
}

static struct name path_of(const struct address *address) {
    const char *path = (const char *)address->bytes + FAMILY;
    uint32_t size = 0;
    while (FAMILY + size < address->size && path[size] != 0) {
        size++;
    }
    return (struct name){path, size};
}

int32_t unix_take(struct const_span bytes, struct address *address) {
    if (bytes.size < FAMILY || bytes.size > ADDRESS_MAX ||
        bytes_load16(bytes.bytes) != ABI_AF_UNIX) {
        return -MOX_EINVAL;
    }
    *address = (struct address){.size = bytes.size};
    memcpy(address->bytes, bytes.bytes, bytes.size);
    if (address->size > FAMILY && !is_abstract(address)) {
        const uint32_t length = FAMILY + path_of(address).size;
        address->size = length < ADDRESS_MAX ? length + 1 : length; /* with its NUL, as Linux shows
                                                                     */
        memset(address->bytes + length, 0, ADDRESS_MAX - length);
    }
    return 0;
}

/* FNV-1a. */
static uint64_t key_of_name(const struct address *address) {
    uint64_t key = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < address->size; i++) {
        key = (key ^ address->bytes[i]) * 0x100000001b3u;
    }
    return key;
}

static bool same(const struct address *a, const struct address *b) {
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static struct socket *find_abstract(const struct files *files, const struct address *address) {
    struct key_node *node = key_table_find(&files->names, key_of_name(address));
    while (node != NULL && !same(&socket_by_name(node)->local, address)) {
        node = key_table_next(node);
    }
    return socket_by_name(node);
}

static struct socket *find_inode(const struct files *files, const struct chan *chan) {
    struct key_node *node = key_table_find(&files->names, files_key(chan));
    while (node != NULL && (socket_by_name(node)->place.chan == NULL ||
                            !chan_same(socket_by_name(node)->place.chan, chan))) {
        node = key_table_next(node);
    }
    return socket_by_name(node);
}

static int32_t bind_path(struct cage *cage, struct socket *socket, const struct address *address) {
    struct place dir;
    struct place made = {.chan = NULL};
    struct entry last;
    const int32_t error =
        ns_walk(&cage->view, &cage->caller, NULL, path_of(address), WALK_PARENT, &dir, &last);
    if (error < 0) {
        return error;
    }
    const struct creation creation = {.mode = MODE_SOCKET | (0777 & ~cage->caller.umask)};
    const struct name name = {last.name, last.name_size};
    const bool proper = last.name_size > 0 && !name_is(name, ".") && !name_is(name, "..");
    const int32_t result =
        proper ? ns_create(&dir, &cage->caller, name, &creation, &made) : -MOX_EEXIST;
    place_drop(&dir);
    if (result < 0) {
        return result == -MOX_EEXIST ? -MOX_EADDRINUSE : result;
    }
    socket->place = made;
    key_table_put(&socket->files->names, &socket->by_name, files_key(made.chan));
    return 0;
}

int32_t unix_bind_any(struct socket *socket) {
    static const char digits[] = "0123456789abcdef";
    enum { DIGITS = 5 };
    struct address address = {.size = FAMILY + 1 + DIGITS};
    uint64_t number = socket->number;
    do { /* the socket's number, or the next one that is free */
        bytes_store16(address.bytes, ABI_AF_UNIX);
        for (uint32_t i = 0; i < DIGITS; i++) {
            address.bytes[FAMILY + DIGITS - i] = (uint8_t)digits[number >> (4 * i) & 15];
        }
        number++;
    } while (find_abstract(socket->files, &address) != NULL);
    socket->local = address;
    key_table_put(&socket->files->names, &socket->by_name, key_of_name(&address));
    return 0;
}

int32_t unix_bind(struct cage *cage, struct socket *socket, const struct address *address) {
    if (socket->by_name.in_table) {
        return -MOX_EINVAL;
    }
    if (address->size == FAMILY) {
        return unix_bind_any(socket);
    }
    if (is_abstract(address)) {
        if (find_abstract(socket->files, address) != NULL) {
            return -MOX_EADDRINUSE;
        }
        key_table_put(&socket->files->names, &socket->by_name, key_of_name(address));
    } else {
        const int32_t error = bind_path(cage, socket, address);
        if (error < 0) {
            return error;
        }
    }
    socket->local = *address;
    return 0;
}

void unix_unbind(struct socket *socket) {
    key_table_remove(&socket->files->names, &socket->by_name);
    place_drop(&socket->place);
}

static int32_t find_path(struct cage *cage, const struct address *address, struct socket **found) {
    struct place place;
    struct attributes attributes;
    int32_t error = ns_walk(&cage->view, &cage->caller, NULL, path_of(address), 0, &place, NULL);
    if (error < 0) {
        return error;
    }
    error = chan_attributes(place.chan, &cage->caller, &attributes);
    if (error == 0) {
        const bool may =
            caller_may(&cage->caller, attributes.uid, attributes.gid, attributes.mode, 2);
        const bool is_socket = (attributes.mode & MODE_TYPE) == MODE_SOCKET;
        *found = find_inode(files_of(cage), place.chan);
        if (!may) {
            error = -MOX_EACCES;
        } else if (!is_socket || *found == NULL) {
            error = -MOX_ECONNREFUSED;
        }
    }
    place_drop(&place);
    return error;
}

int32_t unix_find(struct cage *cage, const struct socket *from, const struct address *address,
                  struct socket **found) {
    struct socket *socket = NULL;
    *found = NULL;
    if (address->size <= FAMILY) {
        return -MOX_EINVAL;
    }
    if (is_abstract(address)) {
        socket = find_abstract(files_of(cage), address);
    } else {
        const int32_t error = find_path(cage, address, &socket);
        if (error < 0) {
            return error;
        }
    }
    if (socket == NULL) {
        return -MOX_ECONNREFUSED;
    }
    if (socket->type != from->type) {
        return -MOX_EPROTOTYPE;
    }
    if (socket_is_stream(socket) && (socket->state != SOCKET_LISTENING || socket->in_shut)) {
        return -MOX_ECONNREFUSED;
    }
    *found = socket;
    return 0;
}

bool unix_name_check(const struct socket *socket) {
    const struct chan *chan = socket->place.chan;
    return socket->by_name.key == (chan != NULL ? files_key(chan) : key_of_name(&socket->local));
}
