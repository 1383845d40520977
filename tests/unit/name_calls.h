/* Calls with names as a host makes them: a machine, bare cages, and memory in each for what calls
 * point to. */
#ifndef MOXBOX_TESTS_NAME_CALLS_H
#define MOXBOX_TESTS_NAME_CALLS_H

#include <string.h>

#include "cage/calls.h"
#include "unit/check.h"

enum { SLOTS = 4, SLOT_SIZE = 8192, EOK = 0 };

struct desk {
    mox_machine *machine;
    uint32_t cage;
    uint32_t memory; /* SLOTS * SLOT_SIZE bytes of the cage */
};

static inline int32_t desk_call(const struct desk *desk, uint32_t call, uint32_t a, uint32_t b,
                                uint32_t c, uint32_t d, uint32_t e) {
    return mox_dispatch(desk->machine, desk->cage, call, a, b, c, d, e, 0);
}

/* Another cage in the same machine. */
static inline struct desk desk_beside(mox_machine *machine) {
    struct desk desk = {.machine = machine};
    CHECK_EQ(mox_machine_bare(machine, &desk.cage), MOX_OK);
    const int32_t memory =
        mox_dispatch(machine, desk.cage, CALL_mmap, 0, SLOTS * SLOT_SIZE, 3, 0x22, (uint32_t)-1, 0);
    CHECK(memory > 0);
    desk.memory = (uint32_t)memory;
    return desk;
}

static inline struct desk desk_new(const struct mox_machine_options *options) {
    mox_machine *machine = NULL;
    CHECK_EQ(mox_machine_create(options, NULL, &machine), MOX_OK);
    return desk_beside(machine);
}

static inline uint32_t desk_put(const struct desk *desk, uint32_t slot, const void *bytes,
                                uint32_t size) {
    const uint32_t address = desk->memory + slot * SLOT_SIZE;
    CHECK(size <= SLOT_SIZE);
    CHECK(mox_machine_write(desk->machine, desk->cage, address, bytes, size));
    return address;
}

static inline uint32_t desk_text(const struct desk *desk, uint32_t slot, const char *text) {
    return desk_put(desk, slot, text, (uint32_t)strlen(text) + 1);
}

static inline uint32_t desk_slot(const struct desk *desk, uint32_t slot) {
    return desk->memory + slot * SLOT_SIZE;
}

static inline void desk_get(const struct desk *desk, uint32_t slot, void *to, uint32_t size) {
    CHECK(mox_machine_read(desk->machine, desk->cage, desk_slot(desk, slot), to, size));
}

/* A call whose first argument is a path. */
static inline int32_t with_path(const struct desk *desk, uint32_t call, const char *path,
                                uint32_t b, uint32_t c) {
    return desk_call(desk, call, desk_text(desk, 0, path), b, c, 0, 0);
}

static inline int32_t with_paths(const struct desk *desk, uint32_t call, const char *a,
                                 const char *b) {
    const uint32_t first = desk_text(desk, 0, a);
    return desk_call(desk, call, first, desk_text(desk, 1, b), 0, 0, 0);
}

static inline int32_t desk_open(const struct desk *desk, const char *path, uint32_t flags,
                                uint32_t mode) {
    return with_path(desk, CALL_open, path, flags, mode);
}

static inline int32_t desk_close(const struct desk *desk, int32_t fd) {
    return desk_call(desk, CALL_close, (uint32_t)fd, 0, 0, 0, 0);
}

static inline int32_t desk_stat(const struct desk *desk, uint32_t call, const char *path,
                                struct abi_stat *stat) {
    uint8_t bytes[ABI_STAT_SIZE];
    const int32_t result = with_path(desk, call, path, desk_slot(desk, 2), 0);
    desk_get(desk, 2, bytes, sizeof bytes);
    abi_load(stat, bytes, sizeof bytes);
    return result;
}

static inline uint32_t desk_mode(const struct desk *desk, const char *path) {
    struct abi_stat stat;
    CHECK_EQ(desk_stat(desk, CALL_lstat, path, &stat), 0);
    return stat.mode;
}

/* A file with this text. */
static inline void desk_file(const struct desk *desk, const char *path, const char *text,
                             uint32_t mode) {
    const uint32_t size = (uint32_t)strlen(text);
    const int32_t fd = desk_open(desk, path, 0101 | 01000, mode);
    CHECK(fd >= 0);
    CHECK_EQ(desk_call(desk, CALL_write, (uint32_t)fd, desk_put(desk, 1, text, size), size, 0, 0),
             size);
    CHECK_EQ(desk_close(desk, fd), 0);
}

/* What a file says, as a string; "error N" when it cannot be opened or read. */
static inline const char *desk_read(const struct desk *desk, const char *path, char text[4096]) {
    const int32_t fd = desk_open(desk, path, 0, 0);
    int32_t result = fd;
    uint32_t size = 0;
    while (result >= 0) {
        result = desk_call(desk, CALL_read, (uint32_t)fd, desk_slot(desk, 1), 4000 - size, 0, 0);
        if (result <= 0) {
            break;
        }
        desk_get(desk, 1, text + size, (uint32_t)result);
        size += (uint32_t)result;
    }
    text[size] = 0;
    if (result < 0) {
        snprintf(text, 4096, "error %d", -result);
    }
    if (fd >= 0) {
        CHECK_EQ(desk_close(desk, fd), 0);
    }
    return text;
}

#endif
