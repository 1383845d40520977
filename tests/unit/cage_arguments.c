/* What the dispatcher promises for every call of the table: bad descriptors, bad pointers at every
 * edge of memory, wrapping lengths, unterminated and over-long paths, huge counts give the right
 * errno, whatever the handler, and change nothing. */
#include "unit/cages.h"

#include "base/codec.h"
#include "base/sha256.h"
#include "cage/files.h"

enum {
    GOOD_PATH = SCRATCH + 0x100,
    GOOD_WORD = SCRATCH + 0x200, /* a size for ROOM */
    GOOD_BYTES = SCRATCH + 0x1000,
    GOOD_LIST = SCRATCH + 0x4000,
    READ_ONLY_SIZE = 8192,
};

struct picture {
    uint8_t memory[SCRATCH_END - SCRATCH];
    uint8_t tables[32];
};

struct world {
    mox_machine *machine;
    uint32_t cage;
    uint32_t read_only; /* address of memory that cannot be written */
    struct picture *before;
    uint32_t tried;
};

/* Memory, descriptors and files; not the clock. Memory is kept as it is, because comparing is a
 * hundred times faster than hashing. */
static void picture(struct world *world, struct picture *to) {
    struct sha256 sha;
    struct cage *cage = machine_cage(world->machine, world->cage);
    sha256_start(&sha);
    CHECK(mox_machine_read(world->machine, world->cage, SCRATCH, to->memory, sizeof to->memory));
    struct codec codec;
    codec_save(&codec, &world->machine->host);
    codec.devices = &world->machine->devices;
    codec.machine = world->machine;
    codec.waiter = cage_waiter_codec;
    files_cage_codec(&codec, cage);
    files_codec(&codec, world->machine->files);
    devices_codec(&codec, &world->machine->devices);
    while (codec_next(&codec)) {
    }
    CHECK(codec_good(&codec));
    sha256_update(&sha, codec.text, codec.size);
    codec_free(&codec);
    sha256_finish(&sha, to->tables);
}

/* Registers with which nothing is wrong. */
static void good_words(const struct call_info *info, uint32_t words[ARGUMENTS]) {
    memset(words, 0, ARGUMENTS * sizeof *words);
    for (const struct argument_rule *rule = info->rules; rule->kind != ARGUMENT_NONE; rule++) {
        switch ((enum argument_kind)rule->kind) {
        case ARGUMENT_NONE:
        case ARGUMENT_WORD: break;
        case ARGUMENT_FILE:
        case ARGUMENT_FD:
        case ARGUMENT_AT: words[rule->reg] = 1; break;
        case ARGUMENT_PATH: words[rule->reg] = GOOD_PATH; break;
        case ARGUMENT_BYTES:
            words[rule->reg] = GOOD_BYTES;
            words[rule->other] = 16;
            break;
        case ARGUMENT_FIXED: words[rule->reg] = GOOD_BYTES; break;
        case ARGUMENT_LIST:
            words[rule->reg] = GOOD_LIST;
            words[rule->other] = 1;
            break;
        case ARGUMENT_ROOM:
            words[rule->reg] = GOOD_BYTES;
            words[rule->other] = GOOD_WORD;
            break;
        case ARGUMENT_STRINGS: words[rule->reg] = GOOD_LIST; break;
        case ARGUMENT_IOVEC:
            words[rule->reg] = GOOD_LIST;
            words[rule->other] = 0;
            break;
        case ARGUMENT_MESSAGE: words[rule->reg] = GOOD_LIST; break;
        case ARGUMENT_COMMAND: break;
        }
    }
}

static void expect(struct world *world, const struct call_info *info, const uint32_t words[6],
                   int32_t error, const char *what) {
    static struct picture after;
    const int32_t result = call_of(world->machine, world->cage, info->number, words);
    world->tried++;
    if (!CHECK_EQ(result, error)) {
        printf("    %s: %s\n", info->name, what);
    }
    picture(world, &after);
    if (!CHECK(memcmp(&after, world->before, sizeof after) == 0)) {
        printf("    %s: %s changed something\n", info->name, what);
    }
}

static void descriptors(struct world *world, const struct call_info *info,
                        const struct argument_rule *rule) {
    static const uint32_t bad[] = {999, 1023, 1024, 5000, 0x7fffffff, 0x80000000, UINT32_MAX};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    if (rule->kind == ARGUMENT_AT) { /* an absolute path would not look at it */
        poke(world->machine, world->cage, GOOD_PATH, "tmp", 4);
        picture(world, world->before);
    }
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words[rule->reg] = bad[i];
        expect(world, info, words, -MOX_EBADF, "bad descriptor");
    }
    poke(world->machine, world->cage, GOOD_PATH, "/tmp", 5);
    picture(world, world->before);
}

/* A buffer of `size` bytes at every place where it cannot be. */
static void buffers(struct world *world, const struct call_info *info,
                    const struct argument_rule *rule, uint32_t size) {
    const uint32_t bad[] = {0,
                            1,
                            SCRATCH - 1,
                            SCRATCH - size,
                            SCRATCH_END - size + 1,
                            SCRATCH_END - 1,
                            SCRATCH_END,
                            0x7fffffff,
                            0x80000000,
                            0xfffff000 - size,
                            0xfffff000,
                            0u - size,
                            UINT32_MAX};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    if (rule->kind == ARGUMENT_BYTES) {
        words[rule->other] = size;
    }
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words[rule->reg] = bad[i];
        if ((rule->optional && bad[i] == 0) || (size == 1 && bad[i] == SCRATCH_END - 1)) {
            continue;
        }
        expect(world, info, words, -MOX_EFAULT, "bad address");
    }
    if (rule->rights & RIGHT_WRITE) {
        words[rule->reg] = world->read_only;
        expect(world, info, words, -MOX_EFAULT, "read-only memory");
        words[rule->reg] = world->read_only + READ_ONLY_SIZE - size;
        expect(world, info, words, -MOX_EFAULT, "end of read-only memory");
    }
}

static void lengths(struct world *world, const struct call_info *info,
                    const struct argument_rule *rule) {
    const uint32_t bad[] = {SCRATCH_END - GOOD_BYTES + 1,
                            0x7fffffff,
                            0x80000000,
                            0xfffff000,
                            0u - GOOD_BYTES,
                            UINT32_MAX};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words[rule->other] = bad[i];
        expect(world, info, words, -MOX_EFAULT, "huge length");
    }
}

static void paths(struct world *world, const struct call_info *info,
                  const struct argument_rule *rule) {
    static char many[2 * PATH_MAX_BYTES];
    const uint32_t bad[] = {1, SCRATCH - 1, SCRATCH_END, 0x80000000, 0xfffff000, UINT32_MAX};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words[rule->reg] = bad[i];
        expect(world, info, words, -MOX_EFAULT, "path at a bad address");
    }
    if (!rule->optional) {
        words[rule->reg] = 0;
        expect(world, info, words, -MOX_EFAULT, "path at address 0");
    }
    memset(many, 'a', sizeof many);
    poke(world->machine, world->cage, SCRATCH_END - (uint32_t)sizeof many, many, sizeof many);
    picture(world, world->before);
    words[rule->reg] = SCRATCH_END - (PATH_MAX_BYTES - 1);
    expect(world, info, words, -MOX_EFAULT, "path that runs out of memory");
    words[rule->reg] = SCRATCH_END - PATH_MAX_BYTES;
    expect(world, info, words, -MOX_ENAMETOOLONG, "path without an end");
    words[rule->reg] = SCRATCH_END - (uint32_t)sizeof many;
    expect(world, info, words, -MOX_ENAMETOOLONG, "longer path without an end");
}

static void lists(struct world *world, const struct call_info *info,
                  const struct argument_rule *rule) {
    const uint32_t bad[] = {LIST_MAX + 1, 0x10000000, 0x15555556,
                            0x20000001,   0x80000000, UINT32_MAX};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words[rule->other] = bad[i];
        expect(world, info, words, -MOX_EINVAL, "huge count");
    }
}

static void rooms(struct world *world, const struct call_info *info,
                  const struct argument_rule *rule) {
    const uint32_t bad[] = {0, SCRATCH_END - 3, SCRATCH_END, 0xfffffffd, world->read_only};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words[rule->other] = bad[i];
        expect(world, info, words, -MOX_EFAULT, "bad address of a size");
    }
    good_words(info, words);
    poke_word(world->machine, world->cage, GOOD_WORD, 0x80000000);
    picture(world, world->before);
    expect(world, info, words, -MOX_EINVAL, "negative size");
    poke_word(world->machine, world->cage, GOOD_WORD, 0x7fffffff);
    picture(world, world->before);
    expect(world, info, words, -MOX_EFAULT, "huge size");
    poke_word(world->machine, world->cage, GOOD_WORD, 16);
    picture(world, world->before);
}

static void string_lists(struct world *world, const struct call_info *info,
                         const struct argument_rule *rule) {
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    words[rule->reg] = SCRATCH_END - 4;
    poke_word(world->machine, world->cage, SCRATCH_END - 4, GOOD_PATH);
    picture(world, world->before);
    expect(world, info, words, -MOX_EFAULT, "an array without an end");
    poke_word(world->machine, world->cage, GOOD_LIST, SCRATCH_END);
    picture(world, world->before);
    words[rule->reg] = GOOD_LIST;
    expect(world, info, words, -MOX_EFAULT, "a string at a bad address");
    for (uint32_t i = 0; i < 40000; i++) { /* of 5 bytes each */
        poke_word(world->machine, world->cage, GOOD_LIST + 4 * i, GOOD_PATH);
    }
    poke_word(world->machine, world->cage, GOOD_LIST + 4 * 40000, 0);
    picture(world, world->before);
    expect(world, info, words, -MOX_E2BIG, "too many strings");
    for (uint32_t i = 0; i <= 40000; i++) {
        poke_word(world->machine, world->cage, GOOD_LIST + 4 * i, 0);
    }
    picture(world, world->before);
}

static void vectors(struct world *world, const struct call_info *info,
                    const struct argument_rule *rule) {
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    words[rule->other] = IOVEC_MAX + 1;
    expect(world, info, words, -MOX_EINVAL, "too many buffers");
    words[rule->other] = UINT32_MAX;
    expect(world, info, words, -MOX_EINVAL, "far too many buffers");
    words[rule->other] = 2;
    words[rule->reg] = SCRATCH_END - 15;
    expect(world, info, words, -MOX_EFAULT, "a list of buffers at a bad address");
    good_words(info, words);
    words[rule->other] = 2;
    poke_word(world->machine, world->cage, GOOD_LIST, GOOD_BYTES);
    poke_word(world->machine, world->cage, GOOD_LIST + 4, 16);
    poke_word(world->machine, world->cage, GOOD_LIST + 8, SCRATCH_END - 1);
    poke_word(world->machine, world->cage, GOOD_LIST + 12, 2);
    picture(world, world->before);
    expect(world, info, words, -MOX_EFAULT, "a buffer at a bad address");
    poke_word(world->machine, world->cage, GOOD_LIST + 12, 0x7fffffff);
    picture(world, world->before);
    expect(world, info, words, -MOX_EINVAL, "buffers of more than 2 GiB");
    static const uint8_t none[16] = {0};
    poke(world->machine, world->cage, GOOD_LIST, none, sizeof none);
    picture(world, world->before);
}

static void messages(struct world *world, const struct call_info *info,
                     const struct argument_rule *rule) {
    struct abi_msghdr header = {.iov = GOOD_BYTES, .iov_count = IOVEC_MAX + 1};
    uint32_t words[ARGUMENTS];
    good_words(info, words);
    words[rule->reg] = SCRATCH_END - ABI_MSGHDR_SIZE + 1;
    expect(world, info, words, -MOX_EFAULT, "a message at a bad address");
    good_words(info, words);
    poke(world->machine, world->cage, GOOD_LIST, &header, sizeof header);
    picture(world, world->before);
    expect(world, info, words, -MOX_EMSGSIZE, "a message of too many buffers");
    header = (struct abi_msghdr){.name = SCRATCH_END - 1, .name_size = 2};
    poke(world->machine, world->cage, GOOD_LIST, &header, sizeof header);
    picture(world, world->before);
    expect(world, info, words, -MOX_EFAULT, "an address at a bad address");
    header = (struct abi_msghdr){.control = SCRATCH_END - 1, .control_size = 2};
    poke(world->machine, world->cage, GOOD_LIST, &header, sizeof header);
    picture(world, world->before);
    expect(world, info, words, -MOX_EFAULT, "control data at a bad address");
    header = (struct abi_msghdr){.iov = 0};
    poke(world->machine, world->cage, GOOD_LIST, &header, sizeof header);
    picture(world, world->before);
}

static void try_call(struct world *world, const struct call_info *info) {
    for (const struct argument_rule *rule = info->rules; rule->kind != ARGUMENT_NONE; rule++) {
        switch ((enum argument_kind)rule->kind) {
        case ARGUMENT_NONE:
        case ARGUMENT_WORD:
        case ARGUMENT_COMMAND: break;
        case ARGUMENT_FILE:
        case ARGUMENT_FD:
        case ARGUMENT_AT: descriptors(world, info, rule); break;
        case ARGUMENT_PATH: paths(world, info, rule); break;
        case ARGUMENT_BYTES:
            buffers(world, info, rule, 2);
            buffers(world, info, rule, 100);
            lengths(world, info, rule);
            break;
        case ARGUMENT_FIXED: buffers(world, info, rule, rule->size); break;
        case ARGUMENT_LIST:
            buffers(world, info, rule, rule->size);
            lists(world, info, rule);
            break;
        case ARGUMENT_ROOM:
            buffers(world, info, rule, 16);
            rooms(world, info, rule);
            break;
        case ARGUMENT_STRINGS: string_lists(world, info, rule); break;
        case ARGUMENT_IOVEC: vectors(world, info, rule); break;
        case ARGUMENT_MESSAGE: messages(world, info, rule); break;
        }
    }
}

/* A buffer over two regions is one to its handler, in and out. */
static void straddling(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t cage = bare_new(machine);
    const uint32_t first = (uint32_t)CALL(machine, cage, mmap, 0, 4096, 3, 0x22, UINT32_MAX, 0);
    const uint32_t second = (uint32_t)CALL(machine, cage, mmap, 0, 4096, 3, 0x22, UINT32_MAX, 0);
    CHECK_EQ(second, first + 4096);
    CHECK_EQ(CALL(machine, cage, pipe, second - 4), 0); /* the pair lies on both sides */
    const uint32_t reader = peek_word(machine, cage, second - 4);
    const uint32_t writer = peek_word(machine, cage, second);
    CHECK(reader >= 3 && writer == reader + 1);
    poke(machine, cage, second - 5, "0123456789", 10);
    CHECK_EQ(CALL(machine, cage, write, writer, second - 5, 10), 10);
    poke(machine, cage, second - 5, "..........", 10);
    CHECK_EQ(CALL(machine, cage, read, reader, second - 3, 10), 10);
    uint8_t bytes[12];
    CHECK(mox_machine_read(machine, cage, second - 5, bytes, sizeof bytes));
    CHECK(memcmp(bytes, "..0123456789", sizeof bytes) == 0);
    poke(machine, cage, second - 3, "/tmp/xy", 8);
    CHECK_EQ(CALL(machine, cage, mkdir, second - 3, 0755), 0);
    CHECK_EQ(CALL(machine, cage, rmdir, second - 3), 0);
    /* Rights of each part count. */
    CHECK_EQ(CALL(machine, cage, mprotect, second, 4096, 1), 0);
    CHECK_EQ(CALL(machine, cage, pipe, second - 4), -MOX_EFAULT);
    CHECK_EQ(CALL(machine, cage, munmap, second, 4096), 0);
    CHECK_EQ(CALL(machine, cage, mkdir, second - 3, 0755), -MOX_EFAULT);
    machine_sound(machine);
    mox_machine_destroy(machine);
}

int main(void) {
    static struct picture before;
    struct world world = {.machine = machine_new(NULL), .before = &before};
    world.cage = bare_new(world.machine);
    world.read_only =
        (uint32_t)CALL(world.machine, world.cage, mmap, 0, READ_ONLY_SIZE, 1, 0x22, UINT32_MAX, 0);
    CHECK((int32_t)world.read_only > 0);
    poke(world.machine, world.cage, GOOD_PATH, "/tmp", 5);
    poke_word(world.machine, world.cage, GOOD_WORD, 16);
    picture(&world, world.before);
    uint32_t calls = 0;
    for (uint32_t number = 0; number < CALL_NUMBER_END; number++) {
        const struct call_info *info = call_find(number);
        if (info != NULL) {
            try_call(&world, info);
            machine_sound(world.machine);
            calls++;
        } else {
            CHECK_EQ(CALL(world.machine, world.cage, getpid, 0), world.cage);
            const uint32_t words[6] = {0};
            CHECK_EQ(call_of(world.machine, world.cage, number, words), -MOX_ENOSYS);
        }
    }
    printf("%u calls, %u wrong ways to make them\n", calls, world.tried);
    CHECK(calls > 150);
    mox_machine_destroy(world.machine);
    straddling();
    return check_report("arguments of system calls");
}
