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

/* Runs a program with and without the engine; how many modules it made. `failing`: which of the
 * engine's allocations fails, with all that follow, or 0. */
static uint32_t run_program(uint64_t seed, size_t failing, bool can_compile) {
    static struct random_program program;
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

int main(void) {
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
