/* Every allocation fails once, for every n until nothing fails, under fork, exec, mmap, brk, spawn
 * and bare cages: each time a documented errno, nothing leaks, everything is in order, the caller
 * is as it was, and the same call succeeds when memory is back. */
#include "unit/cages.h"

#include "unit/counting.h"

enum { PATHS = SCRATCH, VECTOR = SCRATCH + 0x1000, TURNS = 3000 };

struct world {
    struct counting counting;
    mox_machine *machine;
    uint32_t cage;
};

static void put_guest(mox_machine *machine) {
    static struct elf_file file;
    struct guest guest = {.size = 0};
    uint8_t *bytes = NULL;
    guest_exit(&guest, 0);
    elf_file_of_guest(&file, GUEST_AT, &guest);
    CHECK_EQ(mox_machine_put(machine, "/bin/guest", 0755, file.size, &bytes), MOX_OK);
    memcpy(bytes, file.bytes, file.size);
    CHECK_EQ(mox_machine_put(machine, "/bin/script", 0755, 13, &bytes), MOX_OK);
    memcpy(bytes, "#!/bin/guest\n", 13);
}

static void begin(struct world *world) {
    *world = (struct world){.machine = NULL};
    const struct mox_allocator allocator = counting_allocator(&world->counting);
    world->machine = machine_new(&allocator);
    put_guest(world->machine);
    world->cage = bare_new(world->machine);
    mox_machine *machine = world->machine;
    const uint32_t cage = world->cage;
    poke(machine, cage, PATHS, "/bin/script", 12);
    poke(machine, cage, PATHS + 64, "argument", 9);
    poke_word(machine, cage, VECTOR, PATHS);
    poke_word(machine, cage, VECTOR + 4, PATHS + 64);
    poke_word(machine, cage, VECTOR + 8, 0);
    CHECK((int32_t)CALL(machine, cage, mmap, 0, 3 * 4096, 3, 0x22, UINT32_MAX, 0) > 0);
    CHECK((int32_t)CALL(machine, cage, mmap, 0, 4096, 1, 0x22, UINT32_MAX, 0) > 0);
    CHECK_EQ(CALL(machine, cage, pipe, VECTOR + 64), 0);
}

static void end(struct world *world) {
    machine_sound(world->machine);
    mox_machine_destroy(world->machine);
    CHECK_EQ(world->counting.blocks, 0);
    CHECK_EQ(world->counting.bytes, 0);
}

/* What a call gives when memory is there is `good`'s business; without it only these. */
static bool is_refusal(int32_t result) {
    return result == -MOX_ENOMEM || result == -MOX_EAGAIN;
}

static int32_t does_fork(struct world *world) {
    return CALL(world->machine, world->cage, fork, 0);
}

static int32_t does_exec(struct world *world) {
    return CALL(world->machine, world->cage, exec, PATHS, VECTOR, VECTOR);
}

static int32_t does_mmap(struct world *world) {
    return CALL(world->machine, world->cage, mmap, 0, 4096, 3, 0x21, UINT32_MAX, 0);
}

static int32_t does_munmap(struct world *world) { /* the middle of three pages */
    return CALL(world->machine, world->cage, munmap, 0x40001000, 4096);
}

static int32_t does_mprotect(struct world *world) {
    return CALL(world->machine, world->cage, mprotect, 0x40001000, 4096, 1);
}

static int32_t does_brk(struct world *world) {
    const uint32_t now = (uint32_t)CALL(world->machine, world->cage, brk, 0);
    const uint32_t then = (uint32_t)CALL(world->machine, world->cage, brk, now + 5000);
    return then == now ? -MOX_ENOMEM : 0;
}

static int32_t does_timer(struct world *world) {
    return CALL(world->machine, world->cage, timer_create, ABI_CLOCK_MONOTONIC, ABI_SIGALRM, 0, 0);
}

static int32_t does_writev(struct world *world) {
    for (uint32_t i = 0; i < 100; i++) {
        poke_word(world->machine, world->cage, VECTOR + 0x1000 + 8 * i, PATHS);
        poke_word(world->machine, world->cage, VECTOR + 0x1000 + 8 * i + 4, 7);
    }
    const uint32_t writer = peek_word(world->machine, world->cage, VECTOR + 68);
    return CALL(world->machine, world->cage, writev, writer, VECTOR + 0x1000, 100);
}

static int32_t does_spawn(struct world *world) {
    uint32_t cage = 0;
    int32_t error = 0;
    CHECK_EQ(
        mox_machine_spawn(world->machine, "/bin/script", "a", 2, "B=1", 4, "/tmp", &cage, &error),
        MOX_OK);
    CHECK((cage == 0) == (error < 0));
    return error < 0 ? error : (int32_t)cage;
}

static int32_t does_bare(struct world *world) {
    uint32_t cage = 0;
    return mox_machine_bare(world->machine, &cage) == MOX_OK ? (int32_t)cage : -MOX_ENOMEM;
}

static uint32_t each_failure(const char *name, int32_t (*act)(struct world *world)) {
    uint32_t failures = 0;
    for (uint32_t n = 1; n < TURNS; n++) {
        struct world world;
        begin(&world);
        world.counting.fail_at = world.counting.calls + n;
        const uint32_t alive = world.machine->alive;
        int32_t result = act(&world);
        if (!world.counting.failed) {
            CHECK(result >= 0);
            end(&world);
            printf("%s: %u allocations\n", name, failures);
            return failures;
        }
        failures++;
        if (result < 0) { /* what can do without goes on */
            if (!CHECK(is_refusal(result))) {
                printf("    %s, allocation %u: %d\n", name, n, result);
            }
            CHECK_EQ(world.machine->alive, alive);
            CHECK_EQ(peek_word(world.machine, world.cage, VECTOR), PATHS);
            machine_sound(world.machine);
            world.counting.fail_at = 0;
            result = act(&world);
            if (!CHECK(result >= 0)) {
                printf("    %s again, allocation %u: %d\n", name, n, result);
            }
        }
        end(&world);
    }
    CHECK(false);
    return failures;
}

static void creating(void) {
    for (uint32_t n = 1; n < TURNS; n++) {
        struct counting counting = {.fail_at = n};
        const struct mox_allocator allocator = counting_allocator(&counting);
        mox_machine *machine = NULL;
        const mox_status status = mox_machine_create(NULL, &allocator, &machine);
        CHECK_EQ(status, counting.failed ? MOX_NO_MEMORY : MOX_OK);
        if (status == MOX_OK) {
            mox_machine_destroy(machine);
        }
        CHECK_EQ(counting.blocks, 0);
        if (!counting.failed) {
            CHECK(n > 20);
            return;
        }
    }
    CHECK(false);
}

int main(void) {
    creating();
    CHECK(each_failure("fork", does_fork) > 5);
    CHECK(each_failure("exec", does_exec) > 5);
    CHECK(each_failure("mmap", does_mmap) > 1);
    CHECK(each_failure("munmap", does_munmap) > 0);
    CHECK(each_failure("mprotect", does_mprotect) > 0);
    CHECK(each_failure("brk", does_brk) > 0);
    CHECK(each_failure("timer_create", does_timer) > 0);
    CHECK(each_failure("writev", does_writev) > 0);
    CHECK(each_failure("spawn", does_spawn) > 5);
    CHECK(each_failure("bare", does_bare) > 3);
    return check_report("memory that fails under cages");
}
