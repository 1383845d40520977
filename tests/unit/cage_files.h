/* For the tests of files, sockets and locks: a machine with bare cages, whose calls the test makes.
 * What goes to and from a cage's memory lies at fixed places of its scratch memory. */
#ifndef MOXBOX_TESTS_CAGE_FILES_H
#define MOXBOX_TESTS_CAGE_FILES_H

#include <string.h>

#include "base/bytes.h"
#include "cage/abi.h"
#include "cage/cage.h"
#include "cage/calls.h"
#include "cage/files.h"
#include "cage/process.h"
#include "moxbox/errno.h"
#include "moxbox/machine.h"
#include "unit/check.h"
#include "unit/counting.h"
#include "unit/machine_snapshots.h"

enum {
    AT_BYTES = 0x10000, /* what a call reads */
    AT_ROOM = 0x80000,  /* what it writes */
    AT_NAME = 0xf0000,  /* paths and addresses */
    AT_SIZE = 0xf1000,  /* a socklen_t */
    AT_SMALL = 0xf2000, /* pairs, times, options */
    WAITS = MOX_DISPATCH_WAITS,
};

static mox_machine *machine;

static inline void machine_begin(struct counting *counting, uint32_t uid) {
    const struct mox_machine_options options = {.uid = uid, .gid = uid};
    struct mox_allocator allocator;
    if (counting != NULL) {
        allocator = counting_allocator(counting);
    }
    CHECK_EQ(mox_machine_create(&options, counting != NULL ? &allocator : NULL, &machine), MOX_OK);
}

static inline uint32_t bare(void) {
    uint32_t id = 0;
    CHECK_EQ(mox_machine_bare(machine, &id), MOX_OK);
    return id;
}

static inline bool all_in_order(void) {
    return process_check(machine) && files_check(machine->files) &&
           devices_check(&machine->devices) && view_check(&machine->view);
}

/* Ends the machine; everything must be in order before. */
static inline void machine_end(void) {
    CHECK(all_in_order());
    snapshot_try(machine);
    mox_machine_destroy(machine);
    machine = NULL;
}

#define CALL(cage, name, ...) call_words(cage, CALL_##name, (const uint32_t[6]){__VA_ARGS__})
static inline int32_t call_words(uint32_t cage, uint32_t number, const uint32_t words[6]) {
    return mox_dispatch(machine, cage, number, words[0], words[1], words[2], words[3], words[4],
                        words[5]);
}

static inline void put(uint32_t cage, uint32_t address, const void *bytes, uint32_t size) {
    CHECK(mox_machine_write(machine, cage, address, bytes, size));
}
static inline void put_word(uint32_t cage, uint32_t address, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    put(cage, address, bytes, 4);
}
static inline uint32_t get_word(uint32_t cage, uint32_t address) {
    uint8_t bytes[4] = {0};
    CHECK(mox_machine_read(machine, cage, address, bytes, 4));
    return bytes_load32(bytes);
}
static inline void put_text(uint32_t cage, uint32_t address, const char *text) {
    put(cage, address, text, (uint32_t)strlen(text) + 1);
}

static inline int32_t write_text(uint32_t cage, int32_t fd, const char *text) {
    put_text(cage, AT_BYTES, text);
    return CALL(cage, write, (uint32_t)fd, AT_BYTES, (uint32_t)strlen(text));
}
static inline int32_t read_some(uint32_t cage, int32_t fd, uint32_t size) {
    return CALL(cage, read, (uint32_t)fd, AT_ROOM, size);
}
/* Whether the last bytes that came are these. */
static inline bool came(uint32_t cage, const char *text) {
    char bytes[4096] = {0};
    const uint32_t size = (uint32_t)strlen(text);
    return mox_machine_read(machine, cage, AT_ROOM, (uint8_t *)bytes, size) &&
           memcmp(bytes, text, size) == 0;
}
/* A read that gives exactly this text. */
static inline bool reads(uint32_t cage, int32_t fd, const char *text) {
    return read_some(cage, fd, 4096) == (int32_t)strlen(text) && came(cage, text);
}

static inline int32_t open_file(uint32_t cage, const char *path, uint32_t flags, uint32_t mode) {
    put_text(cage, AT_NAME, path);
    return CALL(cage, open, AT_NAME, flags, mode);
}

static inline int32_t close_fd(uint32_t cage, int32_t fd) {
    return CALL(cage, close, (uint32_t)fd);
}

/* pipe2 and socketpair: 0 with two descriptors, or -errno. */
static inline int32_t make_pipe(uint32_t cage, uint32_t flags, int32_t pair[2]) {
    const int32_t result = CALL(cage, pipe2, AT_SMALL, flags);
    pair[0] = (int32_t)get_word(cage, AT_SMALL);
    pair[1] = (int32_t)get_word(cage, AT_SMALL + 4);
    return result;
}
static inline int32_t make_pair(uint32_t cage, uint32_t type, int32_t pair[2]) {
    const int32_t result = CALL(cage, socketpair, ABI_AF_UNIX, type, 0, AT_SMALL);
    pair[0] = (int32_t)get_word(cage, AT_SMALL);
    pair[1] = (int32_t)get_word(cage, AT_SMALL + 4);
    return result;
}

/* poll of one descriptor that does not wait: its revents. */
static inline uint32_t ready(uint32_t cage, int32_t fd) {
    put_word(cage, AT_SMALL, (uint32_t)fd);
    put_word(cage, AT_SMALL + 4, READY_IN | READY_OUT | READY_PRI | READY_RDHUP);
    const int32_t count = CALL(cage, poll, AT_SMALL, 1, 0);
    const uint32_t revents = get_word(cage, AT_SMALL + 4) >> 16;
    CHECK_EQ(count, revents != 0 ? 1 : 0);
    return revents;
}

static inline int32_t set_flags(uint32_t cage, int32_t fd, uint32_t flags) {
    return CALL(cage, fcntl, (uint32_t)fd, ABI_F_SETFL, flags);
}

/* Addresses, at AT_NAME: their size. */
static inline uint32_t put_inet(uint32_t cage, uint32_t ip, uint32_t port) {
    const uint8_t bytes[16] = {2,
                               0,
                               (uint8_t)(port >> 8),
                               (uint8_t)port,
                               (uint8_t)(ip >> 24),
                               (uint8_t)(ip >> 16),
                               (uint8_t)(ip >> 8),
                               (uint8_t)ip};
    put(cage, AT_NAME, bytes, sizeof bytes);
    return sizeof bytes;
}
static inline uint32_t put_unix(uint32_t cage, const char *path) {
    uint8_t bytes[110] = {1, 0};
    const size_t size = strlen(path);
    memcpy(bytes + 2, path, size);
    put(cage, AT_NAME, bytes, sizeof bytes);
    return (uint32_t)size + 3;
}
enum { LOOPBACK = 0x7f000001 };

#endif
