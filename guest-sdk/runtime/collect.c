/* stdout and stderr: collected in one growing buffer, which becomes the program's output at its
 * end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandboxrt.h"

#include "rt_internal.h"

enum { FIRST_ROOM = 4096 };

static struct {
    uint8_t *data;
    size_t size;
    size_t room;
} collected;

/* Doubling keeps the copies few; when memory is short, exactly what is needed will do. */
static bool make_room(size_t needed) {
    size_t room = collected.room < FIRST_ROOM ? FIRST_ROOM : collected.room;
    while (room < needed && room <= SIZE_MAX / 2) {
        room *= 2;
    }
    uint8_t *data = room < needed ? NULL : realloc(collected.data, room);
    if (data == NULL) {
        room = needed;
        data = realloc(collected.data, room);
    }
    if (data == NULL) {
        return false;
    }
    collected.data = data;
    collected.room = room;
    return true;
}

ssize_t _write(int fd, const void *bytes, size_t length) {
    if (fd != STDOUT_FILENO && fd != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    if (length > collected.room - collected.size && !make_room(collected.size + length)) {
        errno = ENOSPC;
        return -1;
    }
    memcpy(collected.data + collected.size, bytes, length);
    collected.size += length;
    return (ssize_t)length;
}

void __moxbox_publish(void) {
    if (!__moxbox_has_output()) {
        setreturn(collected.data, collected.size);
    }
}
