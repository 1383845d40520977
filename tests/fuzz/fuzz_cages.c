/* Random calls of the whole table, made in the names of several bare cages that fork and end, with
 * paths, descriptors and buffers that are right often enough; after each call every invariant of
 * the kernel must hold. What the machine computes is compared with a second machine to which the
 * same is done, unchecked. */
#include "bytes_in.h"
#include "cage/arguments.h"
#include "machine/machine_parts.h"

enum {
    CALLS_MOST = 200,
    CAGES = 4,
    SCRATCH = MOX_BARE_ROOM,
    SCRATCH_END = SCRATCH + MOX_BARE_ROOM_SIZE,
    AT_PATHS = SCRATCH,
    AT_WORDS = SCRATCH + 0x4000,
    AT_BUFFER = SCRATCH + 0x8000,
    PATH_STEP = 64,
};

static const char *const paths[] = {
    "/tmp",        "/tmp/a", "a",      "b",           "d",          "d/a",         "d/../b",
    "/",           ".",      "..",     "s",           "/dev/null",  "/dev/zero",   "/dev/cons",
    "/env/x",      "/fd/1",  "/prog",  "#|",          "/boot/none", "fifo",        "d/s",
    "/dev/random", "#c",     "",       "/etc/passwd", "/fd/3",      "/prog/2/ctl", "#e/v",
    "sock",        "d/d/d",  "/bin/x", "/dev/full"};
enum { PATHS = sizeof paths / sizeof *paths };

struct world {
    mox_machine *machine;
    uint32_t cages[CAGES];
};

static void prepare(const struct world *world, uint32_t cage) {
    for (uint32_t i = 0; i < PATHS; i++) {
        MUST(mox_machine_write(world->machine, cage, AT_PATHS + i * PATH_STEP,
                               (const uint8_t *)paths[i], (uint32_t)strlen(paths[i]) + 1));
    }
}

static void world_new(struct world *world) {
    const struct mox_machine_options options = {.memory_limit = 24 << 20, .cages_max = 6};
    MUST(mox_machine_create(&options, NULL, &world->machine) == MOX_OK);
    for (uint32_t i = 0; i < 2; i++) {
        MUST(mox_machine_bare(world->machine, &world->cages[i]) == MOX_OK);
        prepare(world, world->cages[i]);
    }
    world->cages[2] = 0;
    world->cages[3] = 0;
}

/* A word that may be a number, a flag, an address or rubbish. */
static uint32_t any_word(struct bytes_in *in) {
    switch (take8(in) % 8) {
    case 0: return take8(in);
    case 1: return take16(in);
    case 2: return take32(in);
    case 3: return 1u << take8(in) % 32;
    case 4: return UINT32_MAX - take8(in) % 120;
    case 5: return AT_WORDS + take8(in) * 4;
    default: return take8(in) % 5;
    }
}

static uint32_t any_address(struct bytes_in *in) {
    switch (take8(in) % 16) {
    case 0: return 0;
    case 1: return SCRATCH_END - take8(in);
    case 2: return take32(in);
    case 3: return 0x40000000 + take8(in) * 4096;
    default: return AT_BUFFER + (take8(in) % 16) * 1024;
    }
}

static uint32_t any_size(struct bytes_in *in) {
    const uint32_t shape = take8(in);
    return shape < 240 ? shape * (shape % 7) : take32(in);
}

static uint32_t any_descriptor(struct bytes_in *in) {
    const uint32_t shape = take8(in);
    return shape < 240 ? shape % 12 : take32(in);
}

static void any_words(struct bytes_in *in, const struct call_info *info, uint32_t words[6]) {
    for (uint32_t i = 0; i < 6; i++) {
        words[i] = any_word(in);
    }
    for (const struct argument_rule *rule = info->rules; rule->kind != ARGUMENT_NONE; rule++) {
        switch ((enum argument_kind)rule->kind) {
        case ARGUMENT_NONE:
        case ARGUMENT_COMMAND:
        case ARGUMENT_WORD: break;
        case ARGUMENT_FILE:
        case ARGUMENT_FD: words[rule->reg] = any_descriptor(in); break;
        case ARGUMENT_AT:
            words[rule->reg] = take8(in) % 2 ? (uint32_t)-100 : any_descriptor(in);
            break;
        case ARGUMENT_PATH: words[rule->reg] = AT_PATHS + take8(in) % PATHS * PATH_STEP; break;
        case ARGUMENT_BYTES:
            words[rule->reg] = any_address(in);
            words[rule->other] = any_size(in);
            break;
        case ARGUMENT_FIXED: words[rule->reg] = any_address(in); break;
        case ARGUMENT_LIST:
        case ARGUMENT_IOVEC:
            words[rule->reg] = any_address(in);
            words[rule->other] = take8(in) % 20;
            break;
        case ARGUMENT_ROOM:
            words[rule->reg] = any_address(in);
            words[rule->other] = AT_WORDS + take8(in) * 4;
            break;
        case ARGUMENT_STRINGS:
        case ARGUMENT_MESSAGE: words[rule->reg] = AT_WORDS + take8(in) * 4; break;
        }
    }
}

/* One step in both machines, which give the same. */
static void step(struct world worlds[2], struct bytes_in *in) {
    const uint32_t which = take8(in) % CAGES;
    const uint32_t number =
        take8(in) % 64 == 0 ? take16(in) % CALL_NUMBER_END : (take8(in) * 2 + take8(in) % 2) % 310;
    const struct call_info *info = call_find(number);
    uint32_t words[6] = {0};
    int32_t results[2] = {0, 0};
    if (info == NULL) {
        uint8_t bytes[8];
        const uint32_t at = AT_WORDS + take8(in) * 4;
        bytes_store32(bytes, any_address(in));
        bytes_store32(bytes + 4, any_size(in));
        for (uint32_t i = 0; i < 2; i++) {
            (void)mox_machine_write(worlds[i].machine, worlds[i].cages[which], at, bytes, 8);
        }
        return;
    }
    any_words(in, info, words);
    for (uint32_t i = 0; i < 2; i++) {
        struct world *world = &worlds[i];
        mox_machine *machine = world->machine;
        results[i] = mox_dispatch(machine, world->cages[which], number, words[0], words[1],
                                  words[2], words[3], words[4], words[5]);
        if (number == CALL_fork && results[i] > 0) {
            for (uint32_t place = 2; place < CAGES; place++) {
                const struct cage *cage = machine_cage(machine, world->cages[place]);
                if (cage == NULL || cage->state == CAGE_ZOMBIE) {
                    world->cages[place] = (uint32_t)results[i];
                    break;
                }
            }
        }
        if (results[i] == MOX_DISPATCH_WAITS) {
            MUST(mox_machine_run(machine, 1000) == MOX_OK);
        }
        const char *problem = i == 0 ? machine_check(machine) : NULL;
        if (problem != NULL) {
            printf("after %s: %s\n", info->name, problem);
        }
        MUST(problem == NULL);
    }
    MUST(results[0] == results[1]);
}

static void state_of(mox_machine *machine, uint8_t hash[MOX_HASH_SIZE]) {
    bool done = false;
    while (!done) {
        MUST(mox_machine_state_hash(machine, 1 << 20, hash, &done) == MOX_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes_in in = {data, size};
    struct world worlds[2];
    uint8_t hashes[2][MOX_HASH_SIZE];
    world_new(&worlds[0]);
    world_new(&worlds[1]);
    for (uint32_t i = 0; i < CALLS_MOST && in.left > 0; i++) {
        step(worlds, &in);
    }
    const bool hashed = size % 31 == 0; /* it takes longer than all the rest */
    for (uint32_t i = 0; i < 2; i++) {
        if (hashed) {
            state_of(worlds[i].machine, hashes[i]);
        }
        mox_machine_destroy(worlds[i].machine);
    }
    MUST(!hashed || memcmp(hashes[0], hashes[1], sizeof hashes[0]) == 0);
    return 0;
}
