/* The translator as far as a native build can test it: it writes modules for random programs, and
 * the engine around them computes what the interpreter computes when every translated function
 * leaves again at once. That the code in the modules is right is tested where it can run:
 * tests/xlate, tests/js. */
#include "../oracle/random_program.h"
#include "base/alloc.h"
#include "check.h"
#include "unit/counting.h"
#include "xlate/xlate.h"

#include <string.h>

/* A function that has no fuel for its first block: it leaves for where it was entered. */
static int32_t leave_at_once(void *context, uint32_t function, int32_t fuel, int32_t depth) {
    CHECK(function >= 1 && depth > 0 && fuel > 0);
    ++*(uint64_t *)context;
    return -1 - fuel;
}

struct machine {
    struct space space;
    struct cpu cpu;
};

static void map(struct machine *m, uint32_t base, uint32_t size, uint32_t rights,
                const uint8_t *bytes) {
    CHECK_EQ(space_map(&m->space, base, size, rights, NULL, "test"), MOX_OK);
    memcpy(space_find(&m->space, base)->bytes, bytes, size);
}

static void make(struct machine *m, const struct random_program *program) {
    static uint8_t noise[PROGRAM_STACK_SIZE];
    const struct mox_allocator allocator = alloc_default(NULL);
    for (uint32_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)(i * 31 + (i >> 7));
    }
    space_init(&m->space, &allocator, 1 << 24);
    CHECK_EQ(cpu_init(&m->cpu, &allocator), MOX_OK);
    map(m, PROGRAM_TEXT, program->size, RIGHT_READ, program->text);
    map(m, PROGRAM_DATA, PROGRAM_DATA_SIZE, RIGHT_READ | RIGHT_WRITE, noise);
    map(m, PROGRAM_MORE, PROGRAM_MORE_SIZE, RIGHT_READ | RIGHT_WRITE, noise);
    map(m, PROGRAM_CONST, PROGRAM_CONST_SIZE, RIGHT_READ, noise);
    map(m, PROGRAM_STACK, PROGRAM_STACK_SIZE, RIGHT_READ | RIGHT_WRITE, noise);
    m->cpu.pc = PROGRAM_TEXT;
}

static void unmake(struct machine *m) {
    cpu_free(&m->cpu);
    space_free(&m->space);
}

static bool same(const struct machine *a, const struct machine *b) {
    bool equal = a->cpu.count == b->cpu.count && a->cpu.pc == b->cpu.pc;
    equal &= cpu_condition(&a->cpu) == cpu_condition(&b->cpu);
    equal &= memcmp(a->cpu.r, b->cpu.r, sizeof a->cpu.r) == 0;
    for (uint32_t i = 0; i < a->space.count; i++) {
        const struct region *region = &a->space.regions[i];
        equal &= memcmp(region->bytes, b->space.regions[i].bytes, region->size) == 0;
    }
    return equal;
}

/* Takes the module that waits, if one does; whether it looks like one. */
static bool install(struct xlate *xlate, struct cpu *cpu, uint32_t first) {
    static const uint8_t magic[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    uint32_t size;
    uint32_t count;
    const uint8_t *module = xlate_module(xlate, &size, &count);
    if (module == NULL) {
        CHECK(size == 0 && count == 0);
        return false;
    }
    CHECK(count > 0 && size > sizeof magic && memcmp(module, magic, sizeof magic) == 0);
    xlate_install(xlate, cpu, first);
    CHECK(xlate_module(xlate, &size, &count) == NULL);
    return true;
}

static struct random_program program;

/* Runs a program with and without the engine; how many modules it made. `failing`: which of the
 * engine's allocations fails, with all that follow, or 0. */
static uint32_t run_program(uint64_t seed, size_t failing, bool can_compile) {
    struct machine plain;
    struct machine translated;
    struct counting counting = {0};
    uint64_t calls = 0;
    const struct mox_allocator allocator = counting_allocator(&counting);
    const struct mox_translator translator = {
        .context = &calls, .call = leave_at_once, .eager = true};
    random_program(&program, seed);
    make(&plain, &program);
    make(&translated, &program);
    struct xlate *xlate = xlate_new(&allocator, &translator);
    uint32_t modules = 0;
    counting.fail_at = failing == 0 ? 0 : counting.calls + failing;
    counting.forever = true;
    for (uint32_t i = 0; i < 40; i++) {
        const uint64_t fuel = 1 + random_below(&program, 3000);
        const enum cpu_stop stop = cpu_run(&plain.cpu, &plain.space, fuel);
        CHECK_EQ(xlate_run(xlate, &translated.cpu, &translated.space, fuel), stop);
        if (!CHECK(same(&plain, &translated)) || (stop != CPU_BUDGET && stop != CPU_SWI)) {
            break;
        }
        modules += install(xlate, &translated.cpu, can_compile ? 1 + i : 0);
    }
    CHECK(can_compile || calls == 0);
    xlate_free(xlate, &translated.cpu);
    CHECK_EQ(counting.bytes, 0);
    unmake(&plain);
    unmake(&translated);
    return modules;
}

/* Memory that comes back at the same addresses for who asks for the same. */
struct arena {
    struct counting counting;
    size_t used;
    _Alignas(16) uint8_t bytes[8 << 20];
};

static void *arena_allocate(void *context, size_t size) {
    struct arena *arena = context;
    struct counting *counting = &arena->counting;
    const size_t room = (size + 15) / 16 * 16;
    counting->calls++;
    if (counting->fail_at != 0 && counting->calls >= counting->fail_at) {
        counting->failed = true;
        return NULL;
    }
    CHECK(room <= sizeof arena->bytes - arena->used);
    uint8_t *memory = arena->bytes + arena->used;
    memset(memory, 0, room);
    arena->used += room;
    counting->blocks++;
    counting->bytes += size;
    return memory;
}

static void arena_release(void *context, void *memory, size_t size) {
    struct arena *arena = context;
    CHECK(memory != NULL && arena->counting.blocks > 0 && arena->counting.bytes >= size);
    arena->counting.blocks--;
    arena->counting.bytes -= size;
    arena->used = arena->counting.blocks == 0 ? 0 : arena->used;
}

/* What one engine hands to the next. */
struct handed {
    uint32_t size;
    uint8_t bytes[1 << 20];
};

static void hand(struct handed *handed, const uint8_t *bytes, uint32_t size) {
    CHECK(bytes != NULL && size > 0 && size <= sizeof handed->bytes);
    handed->size = size;
    memcpy(handed->bytes, bytes, size);
}

static struct arena arena;
static const struct mox_allocator arena_memory = {&arena, arena_allocate, arena_release};

static void learn(struct handed *hints) {
    struct machine watched;
    const struct mox_translator translator = {.call = leave_at_once, .watch = true};
    struct xlate *xlate = xlate_new(&arena_memory, &translator);
    make(&watched, &program);
    xlate_run(xlate, &watched.cpu, &watched.space, 5000);
    uint32_t size;
    const uint8_t *bytes = xlate_hints(xlate, &size);
    hand(hints, bytes, size);
    xlate_free(xlate, &watched.cpu);
    unmake(&watched);
}

/* Has an engine use the hints, and what was kept, if any, up to the module that waits: its size. */
static uint32_t begin(struct xlate *xlate, struct machine *m, const struct handed *hints,
                      const struct handed *kept) {
    uint32_t size;
    uint32_t count;
    xlate_use_hints(xlate, &m->cpu, &m->space, hints->bytes, hints->size);
    if (kept != NULL) {
        xlate_use_kept(xlate, kept->bytes, kept->size);
    }
    xlate_run(xlate, &m->cpu, &m->space, 0);
    xlate_module(xlate, &size, &count);
    CHECK(size == 0 || count > 0);
    return count > 0 ? size : UINT32_MAX;
}

/* Writes a module of hints, keeps what that leaves, and has it taken by an engine at the same
 * addresses. failing: which of that one's allocations fails, with all that follow, or 0. False when
 * none was left to fail. */
static bool keep_and_take(const struct handed *hints, size_t failing) {
    static struct handed kept;
    struct machine plain;
    struct machine m;
    uint64_t calls = 0;
    const struct mox_translator translator = {
        .context = &calls, .call = leave_at_once, .eager = true};
    make(&plain, &program);
    make(&m, &program);
    struct xlate *xlate = xlate_new(&arena_memory, &translator);
    uint32_t size = begin(xlate, &m, hints, NULL);
    CHECK(size > 0 && size != UINT32_MAX);
    const uint8_t *bytes = xlate_keep(xlate, &m.cpu, &m.space, &size);
    hand(&kept, bytes, size);
    xlate_free(xlate, &m.cpu);
    CHECK_EQ(arena.counting.bytes, 0);

    xlate = xlate_new(&arena_memory, &translator);
    arena.counting.fail_at = failing == 0 ? 0 : arena.counting.calls + failing;
    arena.counting.failed = false;
    const uint32_t taken = begin(xlate, &m, hints, &kept);
    CHECK(failing != 0 || taken == 0);
    if (taken != UINT32_MAX) {
        xlate_install(xlate, &m.cpu, 1);
    }
    for (uint32_t i = 0; i < 10; i++) {
        const enum cpu_stop stop = cpu_run(&plain.cpu, &plain.space, 500);
        CHECK_EQ(xlate_run(xlate, &m.cpu, &m.space, 500), stop);
        if (!CHECK(same(&plain, &m)) || (stop != CPU_BUDGET && stop != CPU_SWI)) {
            break;
        }
        install(xlate, &m.cpu, 1 + i);
    }
    CHECK(failing != 0 || calls > 0);
    const bool failed = arena.counting.failed;
    arena.counting.fail_at = 0;
    xlate_free(xlate, &m.cpu);
    CHECK_EQ(arena.counting.bytes, 0);
    unmake(&plain);
    unmake(&m);
    return failed;
}

static void test_keeping(void) {
    static struct handed hints;
    random_program(&program, 4);
    learn(&hints);
    keep_and_take(&hints, 0);
    size_t failing = 1;
    while (keep_and_take(&hints, failing)) {
        failing++;
    }
    CHECK(failing > 20);
}

int main(void) {
    test_keeping();
    uint32_t modules = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        modules += run_program(seed, 0, true);
    }
    CHECK(modules > 150);
    CHECK_EQ(run_program(4, 0, false), 1); /* the first is refused, and none is made after it */
    for (size_t failing = 1; failing <= 60; failing++) {
        run_program(4, failing, true);
    }
    const struct mox_allocator none =
        counting_allocator(&(struct counting){.fail_at = 1, .forever = true});
    CHECK(xlate_new(&none, &(struct mox_translator){.call = leave_at_once, .eager = true}) == NULL);
    xlate_free(NULL, NULL);
    return check_report("translator, natively");
}
