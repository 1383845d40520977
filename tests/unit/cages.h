/* Machines for tests: a bare cage with memory to lay arguments out in, and small guests. */
#ifndef MOXBOX_TESTS_CAGES_H
#define MOXBOX_TESTS_CAGES_H

#include "cage/arguments.h"
#include "cage/cage.h"
#include "machine/machine_parts.h"
#include "moxbox/errno.h"
#include "unit/check.h"
#include "unit/guest.h"
#include "unit/machine_snapshots.h"

/* Where a bare cage's memory is, as mox_machine_bare says. */
enum { SCRATCH = MOX_BARE_ROOM, SCRATCH_END = SCRATCH + MOX_BARE_ROOM_SIZE, GUEST_AT = 0x1000 };

static inline mox_machine *machine_new(const struct mox_allocator *allocator) {
    mox_machine *machine = NULL;
    const struct mox_machine_options options = {.memory_limit = 64 << 20, .stack_size = 64 << 10};
    CHECK_EQ(mox_machine_create(&options, allocator, &machine), MOX_OK);
    return machine;
}

static inline uint32_t bare_new(mox_machine *machine) {
    uint32_t cage = 0;
    CHECK_EQ(mox_machine_bare(machine, &cage), MOX_OK);
    return cage;
}

static inline void machine_sound(mox_machine *machine) {
    const char *problem = machine_check(machine);
    if (!CHECK(problem == NULL)) {
        printf("    %s\n", problem);
    }
}

/* And another one can be made that is the same. */
static inline void machine_sound_and_saved(mox_machine *machine) {
    machine_sound(machine);
    snapshot_try(machine);
}

#define CALL(machine, cage, name, ...)                                                             \
    call_of((machine), (cage), CALL_##name, (const uint32_t[6]){__VA_ARGS__})
static inline int32_t call_of(mox_machine *machine, uint32_t cage, uint32_t number,
                              const uint32_t a[6]) {
    return mox_dispatch(machine, cage, number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static inline void poke(mox_machine *machine, uint32_t cage, uint32_t address, const void *bytes,
                        uint32_t size) {
    CHECK(mox_machine_write(machine, cage, address, bytes, size));
}

static inline void poke_word(mox_machine *machine, uint32_t cage, uint32_t address, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    poke(machine, cage, address, bytes, sizeof bytes);
}

static inline uint32_t peek_word(mox_machine *machine, uint32_t cage, uint32_t address) {
    uint8_t bytes[4] = {0};
    CHECK(mox_machine_read(machine, cage, address, bytes, sizeof bytes));
    return bytes_load32(bytes);
}

/* Puts a guest into /bin/NAME, program and data writable in one segment, and starts it. */
static inline uint32_t guest_start(mox_machine *machine, const struct guest *guest) {
    static struct elf_file file;
    uint8_t *bytes = NULL;
    uint32_t cage = 0;
    int32_t error = 0;
    elf_file_of_guest(&file, GUEST_AT, guest);
    CHECK_EQ(mox_machine_put(machine, "/bin/guest", 0755, file.size, &bytes), MOX_OK);
    memcpy(bytes, file.bytes, file.size);
    CHECK_EQ(mox_machine_spawn(machine, "/bin/guest", "guest", 6, NULL, 0, "/", &cage, &error),
             MOX_OK);
    CHECK_EQ(error, 0);
    return cage;
}

static inline void guest_call(struct guest *guest, uint32_t number) {
    guest_swi(guest, ABI_SWI_BASE + number);
}

/* beq/bne and their like: relative to the next instruction. condition: 0 beq, 1 bne. */
static inline void guest_branch(struct guest *guest, uint32_t condition, uint32_t to) {
    const uint32_t offset = (to - (guest->size + 2)) / 2 & 0x3ff;
    guest_half(guest, 0xc000 | condition << 10 | offset);
}

#endif
