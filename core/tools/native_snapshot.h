/* Snapshots of machines for the native command line: whole, in memory, to files and from them. */
#ifndef MOXBOX_TOOLS_NATIVE_SNAPSHOT_H
#define MOXBOX_TOOLS_NATIVE_SNAPSHOT_H

#include <stdio.h>
#include <stdlib.h>

#include "moxbox/machine.h"

struct native_bytes {
    uint8_t *bytes;
    uint32_t size;
    uint32_t room;
};

static bool native_room(struct native_bytes *bytes, uint32_t more) {
    if (bytes->room - bytes->size >= more) {
        return true;
    }
    const uint32_t room = 2 * bytes->room + more;
    uint8_t *larger = realloc(bytes->bytes, room);
    if (larger == NULL) {
        return false;
    }
    bytes->bytes = larger;
    bytes->room = room;
    return true;
}

static mox_status native_snapshot(mox_machine *machine, struct native_bytes *bytes) {
    enum { PIECE = 1 << 20 };
    bool done = false;
    while (!done) {
        uint32_t size = 0;
        if (!native_room(bytes, PIECE)) {
            return MOX_NO_MEMORY;
        }
        const mox_status status = mox_machine_snapshot(
            machine, UINT32_MAX, bytes->bytes + bytes->size, PIECE, &size, &done);
        if (status != MOX_OK) {
            return status;
        }
        bytes->size += size;
    }
    return MOX_OK;
}

static mox_status native_restore(const struct native_bytes *bytes,
                                 const struct mox_machine_options *granted, mox_machine **machine) {
    mox_restore *restore = NULL;
    bool hungry = true;
    uint32_t fed = 0;
    *machine = NULL;
    mox_status status = mox_restore_create(granted, NULL, &restore);
    while (status == MOX_OK && *machine == NULL) {
        if (hungry) {
            status = mox_restore_feed(restore, bytes->bytes + fed, bytes->size - fed);
            fed = bytes->size;
        }
        if (status == MOX_OK) {
            status = mox_restore_step(restore, UINT32_MAX, &hungry, machine);
        }
    }
    mox_restore_destroy(restore);
    return status;
}

static bool native_read(const char *path, struct native_bytes *bytes) {
    enum { PIECE = 1 << 20 };
    FILE *file = fopen(path, "rb");
    size_t got = 0;
    if (file == NULL) {
        return false;
    }
    do {
        if (!native_room(bytes, PIECE)) {
            break;
        }
        got = fread(bytes->bytes + bytes->size, 1, PIECE, file);
        bytes->size += (uint32_t)got;
    } while (got == PIECE);
    const bool all = ferror(file) == 0;
    fclose(file);
    return all;
}

static bool native_write(const char *path, const struct native_bytes *bytes) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    const bool all = fwrite(bytes->bytes, 1, bytes->size, file) == bytes->size;
    return fclose(file) == 0 && all;
}

#endif
