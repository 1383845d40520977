/* The translator against the interpreter, inside WebAssembly: random programs in random slices,
 * compared on every bit of the state after every slice. tests/xlate/run.js builds and drives it. */
#include "base/alloc.h"
#include "random_program.h"
#include "xlate/xlate.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))

/* Compiles a module and gives the number of its first function. */
__attribute__((import_module("env"), import_name("install"))) uint32_t host_install(
    const uint8_t *module, uint32_t size, uint32_t count);

static int32_t call(void *context, uint32_t function, int32_t fuel, int32_t depth) {
    (void)context;
    return ((int32_t(*)(int32_t, int32_t))(uintptr_t)function)(fuel, depth);
}

struct machine {
    struct space space;
    struct cpu cpu;
};

static struct machine plain;
static struct machine translated;
static struct xlate *xlate;
static struct random_program program;
static uint32_t difference; /* what differed first: see differs() */

static void map(struct machine *m, uint32_t base, uint32_t size, uint32_t rights,
                const uint8_t *bytes) {
    uint8_t *own = alloc_get(&m->space.allocator, size);
    if (own == NULL) {
        abort();
    }
    memcpy(own, bytes, size);
    if (space_map(&m->space, base, size, rights, own, "fuzz") != MOX_OK) {
        abort();
    }
}

static void make(struct machine *m, uint32_t text_rights) {
    static uint8_t noise[PROGRAM_STACK_SIZE];
    const struct mox_allocator allocator = alloc_default(NULL);
    for (uint32_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)(i * 167 + (i >> 8) * 31);
    }
    space_init(&m->space, &allocator, 1 << 24);
    if (cpu_init(&m->cpu, &allocator) != MOX_OK) {
        abort();
    }
    map(m, PROGRAM_TEXT, program.size, text_rights, program.text);
    map(m, PROGRAM_DATA, PROGRAM_DATA_SIZE, RIGHT_READ | RIGHT_WRITE, noise);
    map(m, PROGRAM_MORE, PROGRAM_MORE_SIZE, RIGHT_READ | RIGHT_WRITE, noise + 7);
    map(m, PROGRAM_CONST, PROGRAM_CONST_SIZE, RIGHT_READ, noise + 9);
    map(m, PROGRAM_STACK, PROGRAM_STACK_SIZE, RIGHT_READ | RIGHT_WRITE, noise);
    m->cpu.pc = PROGRAM_TEXT;
}

static void unmake(struct machine *m) {
    cpu_free(&m->cpu);
    space_free(&m->space);
}

/* 0, or which part of the state differs. */
static uint32_t differs(void) {
    const struct cpu *a = &plain.cpu;
    const struct cpu *b = &translated.cpu;
    if (a->count != b->count) {
        return 1;
    }
    if (a->pc != b->pc) {
        return 2;
    }
    if (cpu_condition(a) != cpu_condition(b) || a->compared_a != b->compared_a ||
        a->compared_b != b->compared_b) {
        return 3;
    }
    if (memcmp(a->r, b->r, sizeof a->r) != 0) {
        return 4;
    }
    if (memcmp(a->sr, b->sr, sizeof a->sr) != 0) {
        return 5;
    }
    for (uint32_t i = 0; i < plain.space.count; i++) {
        const struct region *region = &plain.space.regions[i];
        if (memcmp(region->bytes, translated.space.regions[i].bytes, region->size) != 0) {
            return 6;
        }
    }
    return 0;
}

static bool same_fault(void) {
    const struct fault *a = &plain.cpu.fault;
    const struct fault *b = &translated.cpu.fault;
    return a->kind == b->kind && a->address == b->address && a->size == b->size;
}

EXPORT(resume) int32_t resume(struct xlate *x, int32_t fuel, int32_t depth, uint32_t site) {
    return xlate_resume(x, fuel, depth, site);
}

EXPORT(difference) uint32_t get_difference(void) {
    return difference;
}

EXPORT(state) const void *get_state(uint32_t which) {
    return which == 0 ? &plain.cpu : &translated.cpu;
}

/* Every other program is paused when some effort is used up. */
static enum cpu_stop run_translated(uint32_t seed, uint64_t fuel) {
    const uint64_t until = translated.cpu.count + fuel;
    enum cpu_stop stop;
    do {
        translated.cpu.effort = seed % 2 ? EFFORT_UNLIMITED : EFFORT_LEAST + seed * 7 % 2000;
        stop = xlate_run(xlate, &translated.cpu, &translated.space, until - translated.cpu.count);
    } while (stop == CPU_PAUSE);
    return stop;
}

/* Runs one program; the number of instructions, negative when the machines differed at that count.
 */
EXPORT(run) double run(uint32_t seed, uint32_t longest) {
    const struct mox_translator translator = {
        .call = call, .eager = true, .partial = seed % 2 == 1};
    random_program(&program, seed);
    make(&plain, RIGHT_READ);
    make(&translated, RIGHT_READ);
    xlate = xlate_new(&translated.space.allocator, &translator);
    difference = 0;
    enum cpu_stop expected = CPU_BUDGET;
    for (uint32_t slice = 0;
         slice < 400 && (expected == CPU_BUDGET || expected == CPU_SWI) && difference == 0;
         slice++) {
        const bool far = random_below(&program, 6) == 0;
        const uint32_t fuel =
            far ? random_below(&program, 20000) : random_below(&program, longest + 1);
        uint32_t size;
        uint32_t count;
        expected = cpu_run(&plain.cpu, &plain.space, fuel);
        const enum cpu_stop stop = run_translated(seed, fuel);
        difference = stop != expected ? 7 : differs();
        if (difference == 0 && stop == CPU_FAULT && !same_fault()) {
            difference = 8;
        }
        const uint8_t *module = xlate_module(xlate, &size, &count);
        if (module != NULL) {
            xlate_install(xlate, &translated.cpu, host_install(module, size, count));
        }
        if (expected == CPU_SWI && plain.cpu.sr[SREG_SWI] == 1) {
            break;
        }
    }
    const double count = (double)plain.cpu.count;
    xlate_free(xlate, &translated.cpu);
    unmake(&plain);
    unmake(&translated);
    return difference != 0 ? -count - 1 : count;
}
