/* F7 for cages: any calls with any arguments, made by several cages in turn, with the host's memory
 * failing now and then. After each call every structure of the kernel must be in order and the
 * answer be one that there is; in the end nothing is left over; and the same calls give the same
 * answers and the same state a second time. */
#include "bytes_in.h"
#include "cage/arguments.h"
#include "cage/calls.h"
#include "machine/machine_parts.h"
#include "moxbox/errno.h"
#include "unit/counting.h"
#include "unit/machine_snapshots.h"

enum {
    STEPS = 200,
    CAGES = 6,
    SCRATCH = MOX_BARE_ROOM,
    SCRATCH_SIZE = 1 << 20,
    NAMES = SCRATCH, /* paths and addresses of sockets, SLOT bytes apart */
    SLOT = 128,
    WORDS = SCRATCH + 0x4000, /* small structures */
    MESSAGE = SCRATCH + 0x6000,
    ROOM = SCRATCH + 0x8000,
    ERROR_LAST = 131,
    RELAY = 24, /* steps */
};

/* PLAIN and RELAYED do without memory that fails: who has been restored asks for it elsewhere. */
enum life { AS_IT_IS, PLAIN, RELAYED };

static const char *const paths[] = {
    "/a", "/d", "/d/b", "/fifo",   "/link", "/tmp/x", "/dev/null", "/dev/cons",
    "#|", ".",  "..",   "/d/../a", "",      "/fd/3",  "/dev/zero", "#e/v"};
enum { PATHS = sizeof paths / sizeof *paths, ADDRESSES = 6 };

static const uint16_t numbers[] = {
#define SYSCALL(number, name, ...) number,
#include "cage/syscalls.def"
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static const uint32_t interesting[] = {0,          1,          2,
                                       4,          8,          0x7f,
                                       0x80,       0x100,      0x1ff,
                                       1023,       1024,       4095,
                                       4096,       65535,      65536,
                                       0x7fffffff, 0x80000000, 0xfffff000,
                                       0xffffffff, 0xffffff9c, SCRATCH + SCRATCH_SIZE - 4,
                                       0xfffffff0, 02000000,   04000,
                                       0102,       0777};

enum { INTERESTING = sizeof interesting / sizeof *interesting };

struct world {
    mox_machine *machine;
    struct counting counting;
    uint32_t cages[CAGES];
    uint64_t answers; /* all of them, mixed */
    enum life life;
};

static void put(struct world *world, uint32_t cage, uint32_t address, const void *bytes,
                uint32_t size) {
    (void)mox_machine_write(world->machine, cage, address, bytes, size);
}

/* What the arguments point to: paths, addresses of sockets, some words. */
static void furnish(struct world *world, uint32_t cage) {
    static const uint8_t addresses[ADDRESSES][28] = {
        {2, 0, 0x0f, 0xa0, 127, 0, 0, 1}, {2, 0, 0, 0, 0, 0, 0, 0},
        {2, 0, 0x0f, 0xa1, 0, 0, 0, 0},   {1, 0, '/', 's', 0},
        {1, 0, 0, 'a', 'b', 0},           {10, 0, 0x0f, 0xa0, [23] = 1}};
    for (uint32_t i = 0; i < PATHS; i++) {
        put(world, cage, NAMES + i * SLOT, paths[i], (uint32_t)strlen(paths[i]) + 1);
    }
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        put(world, cage, NAMES + (PATHS + i) * SLOT, addresses[i], sizeof addresses[i]);
    }
}

static void new_cage(struct world *world, uint32_t index) {
    uint32_t id = 0;
    if (mox_machine_bare(world->machine, &id) == MOX_OK) {
        world->cages[index] = id;
        furnish(world, id);
    }
}

static uint32_t take_argument(struct bytes_in *in) {
    const uint32_t kind = take8(in);
    switch (kind % 8) {
    case 0:
    case 1: return kind / 8; /* a descriptor, a flag, a small number */
    case 2: return NAMES + kind / 8 % (PATHS + ADDRESSES) * SLOT;
    case 3: return WORDS + kind / 8 * 16;
    case 4: return ROOM + kind / 8 * 256;
    case 5: return interesting[kind / 8 % INTERESTING];
    case 6: return 1u << kind / 8;
    default: return take32(in);
    }
}

/* Mostly what a call of this kind wants there: otherwise random calls hardly get beyond the checks.
 */
static void take_arguments(struct bytes_in *in, const struct call_info *info, uint32_t words[6]) {
    for (const struct argument_rule *rule = info->rules; rule->kind != ARGUMENT_NONE; rule++) {
        const uint32_t any = take8(in);
        uint32_t *word = &words[rule->reg];
        switch (rule->kind) {
        case ARGUMENT_FILE:
        case ARGUMENT_FD: *word = any % 24; break;
        case ARGUMENT_AT: *word = any % 4 == 0 ? any / 4 : 0xffffff9c; break;
        case ARGUMENT_PATH: *word = NAMES + any % PATHS * SLOT; break;
        case ARGUMENT_WORD: *word = any < 128 ? any % 32 : interesting[any % INTERESTING]; break;
        case ARGUMENT_ROOM:
            *word = ROOM + any * 256;
            words[rule->other] = WORDS + take8(in) / 8 * 16;
            break;
        case ARGUMENT_BYTES:
        case ARGUMENT_LIST:
        case ARGUMENT_IOVEC:
            *word = any % 4 == 0   ? NAMES + (PATHS + any / 4 % ADDRESSES) * SLOT
                    : any % 4 == 1 ? WORDS + any / 8 * 16
                                   : ROOM + any * 256;
            words[rule->other] = any % 8 == 7 ? take16(in) : take8(in) % 32;
            break;
        default: *word = WORDS + any / 8 * 16;
        }
    }
    while (take8(in) % 4 == 0 && in->left > 0) {
        words[take8(in) % 6] = take_argument(in);
    }
}

/* A struct msghdr with one buffer and a few descriptors, or room for them. */
static void put_message(struct world *world, struct bytes_in *in, uint32_t cage) {
    enum { VECTOR = 28, CONTROL = 36, HEAD = 12, FILES = 3 };
    const uint32_t any = take8(in);
    const uint32_t count = any % (FILES + 1);
    const uint32_t words[(CONTROL + HEAD) / 4 + FILES] = {0,
                                                          0,
                                                          MESSAGE + VECTOR,
                                                          1,
                                                          count > 0 ? MESSAGE + CONTROL : 0,
                                                          count > 0 ? HEAD + 4 * count : 0,
                                                          0,
                                                          ROOM,
                                                          any / 4, /* the buffer */
                                                          HEAD + 4 * count,
                                                          1,
                                                          1,
                                                          take8(in) % 24,
                                                          take8(in) % 24,
                                                          take8(in) % 24};
    uint8_t bytes[sizeof words];
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        bytes_store32(bytes + 4 * i, words[i]);
    }
    put(world, cage, MESSAGE, bytes, sizeof bytes);
}

/* What is likelier than by chance: sockets that can reach each other, and messages. */
static void help_call(struct world *world, struct bytes_in *in, uint32_t cage, uint32_t number,
                      uint32_t words[6]) {
    static const uint8_t types[] = {1, 1, 2, 5};
    if (number == CALL_socketpair || number == CALL_socket) {
        const uint32_t any = take8(in);
        words[0] = any % 8 < 5 ? 1 : any % 8 == 5 ? 2 : words[0];
        words[1] = any / 8 % 4 > 0 ? types[any / 32 % 4] : words[1];
        words[2] = any / 8 % 4 > 0 ? 0 : words[2];
    } else if (number == CALL_sendmsg || number == CALL_recvmsg) {
        put_message(world, in, cage);
        words[1] = take8(in) % 8 > 0 ? MESSAGE : words[1];
    }
}

static void make_call(struct world *world, struct bytes_in *in, uint32_t index) {
    uint32_t words[6] = {0};
    const uint32_t number = numbers[take8(in) % NUMBERS];
    const struct call_info *info = call_find(number);
    if (info != NULL) {
        take_arguments(in, info, words);
        help_call(world, in, world->cages[index], number, words);
    }
    const int32_t result = mox_dispatch(world->machine, world->cages[index], number, words[0],
                                        words[1], words[2], words[3], words[4], words[5]);
    /* Addresses may be negative numbers; errors are among the last 4095. */
    MUST(result == MOX_DISPATCH_WAITS || result >= -ERROR_LAST || result < -4095);
    world->answers = (world->answers ^ (uint32_t)result) * 0x100000001b3u;
    if (number == CALL_fork && result > 0) {
        world->cages[take8(in) % CAGES] = (uint32_t)result;
    }
}

static void step(struct world *world, struct bytes_in *in, bool check) {
    const uint32_t what = take8(in);
    const uint32_t index = what % CAGES;
    uint8_t bytes[16];
    switch (what / CAGES % 16) {
    case 0: /* other contents of the small structures */
        for (uint32_t i = 0; i < 4; i++) {
            bytes_store32(bytes + 4 * i, take_argument(in));
        }
        put(world, world->cages[index], WORDS + take8(in) / 8 * 16, bytes, sizeof bytes);
        break;
    case 1:
        world->counting.failed = false;
        world->counting.fail_at = world->counting.calls + take8(in) % 16;
        world->counting.fail_at = world->life == AS_IT_IS ? world->counting.fail_at : 0;
        break;
    case 2: new_cage(world, index); break;
    case 3: (void)mox_machine_input(world->machine, bytes, 0); break;
    case 4: (void)mox_machine_run(world->machine, take16(in)); break;
    default: make_call(world, in, index);
    }
    const char *wrong = check ? machine_check(world->machine) : NULL;
    if (wrong != NULL) {
        printf("not in order: %s\n", wrong);
    }
    MUST(wrong == NULL);
}

/* Goes on in another machine, made from a snapshot. */
static void relay(struct world *world) {
    const struct mox_machine_options granted = {
        .memory_limit = 16 << 20, .cages_max = 16, .output_limit = 1 << 20};
    const struct mox_allocator allocator = counting_allocator(&world->counting);
    struct snapshot snapshot;
    mox_status status;
    world->counting.fail_at = 0;
    MUST(snapshot_take(world->machine, 1 << 20, UINT32_MAX, &snapshot) == MOX_OK);
    mox_machine_destroy(world->machine);
    world->machine =
        snapshot_restore(snapshot.bytes, snapshot.size, UINT32_MAX, &granted, &allocator, &status);
    MUST(world->machine != NULL);
    snapshot_free(&snapshot);
}

/* Checks after every step or not. The hash of the state in the end when `hash` is not NULL: that
 * takes most of the time. */
static void live(const uint8_t *data, size_t size, enum life life, bool check, uint64_t *answers,
                 uint8_t *hash) {
    struct bytes_in in = {data, size};
    struct world world = {.answers = 1, .life = life};
    const struct mox_machine_options options = {
        .memory_limit = 16 << 20, .cages_max = 16, .uid = take8(&in) & 1, .output_limit = 1 << 20};
    const struct mox_allocator allocator = counting_allocator(&world.counting);
    MUST(mox_machine_create(&options, &allocator, &world.machine) == MOX_OK);
    for (uint32_t i = 0; i < 3; i++) {
        new_cage(&world, i);
    }
    for (uint32_t i = 0; i < STEPS && in.left > 0; i++) {
        step(&world, &in, check);
        if (life == RELAYED && i % RELAY == 0) {
            relay(&world);
        }
    }
    world.counting.fail_at = 0;
    bool done = hash == NULL;
    while (!done) {
        MUST(mox_machine_state_hash(world.machine, UINT32_MAX, hash, &done) == MOX_OK);
    }
    *answers = world.answers;
    mox_machine_destroy(world.machine);
    MUST(world.counting.blocks == 0 && world.counting.bytes == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t answers[2];
    uint8_t hashes[2][MOX_HASH_SIZE] = {{0}};
    const bool hashed = size % 31 == 0 || size % 32 == 0;
    live(data, size, AS_IT_IS, true, &answers[0], hashed ? hashes[0] : NULL);
    live(data, size, AS_IT_IS, false, &answers[1], hashed ? hashes[1] : NULL);
    MUST(answers[0] == answers[1] && memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
    if (hashed) {
        live(data, size, PLAIN, false, &answers[0], hashes[0]);
        live(data, size, RELAYED, false, &answers[1], hashes[1]);
        MUST(answers[0] == answers[1] && memcmp(hashes[0], hashes[1], MOX_HASH_SIZE) == 0);
    }
    return 0;
}
