/* tests/unit/insn_matrix.c with the translator in the place of the interpreter: each instruction
 * that the matrix puts into read-only text is translated before it runs. */
#include "base/alloc.h"
#include "cpu/cpu.h"
#include "xlate/hints.h"
#include "xlate/xlate.h"

#include <stdlib.h>
#include <string.h>

static enum cpu_stop translated_run(struct cpu *cpu, struct space *space, uint64_t fuel);

/* The matrix and its machines, unchanged but for what runs them. */
#define cpu_run translated_run
#define main insn_matrix
#include "../oracle/twin.c"

/* Nothing is translated before the first cmp, so it was there already. */
static void make_compared(struct twin *twin) {
    twin_make(twin);
    twin->cpu.compared = 1;
    twin->oracle.cc = cpu_condition(&twin->cpu);
}
#define twin_make make_compared
#include "../unit/insn_matrix.c"
#undef twin_make
#undef cpu_run
#undef main

#define EXPORT(name) __attribute__((export_name(#name)))

__attribute__((import_module("env"), import_name("install"))) uint32_t host_install(
    const uint8_t *module, uint32_t size, uint32_t count);

enum { SEEN = 24 }; /* bytes of text that a case can be made of */

static struct xlate *xlate;
static const struct cpu *translated_cpu;
static uint32_t translated_pc;
static uint8_t translated_text[SEEN];
static uint32_t variant;
static double inside;
static double all;

static int32_t call(void *context, uint32_t function, int32_t fuel, int32_t depth) {
    (void)context;
    return ((int32_t(*)(int32_t, int32_t))(uintptr_t)function)(fuel, depth);
}

EXPORT(resume)
int32_t resume(struct xlate *engine, int32_t fuel, int32_t depth, uint32_t site) {
    return xlate_resume(engine, fuel, depth, site);
}

EXPORT(translated) double get_translated(void) {
    return inside;
}

EXPORT(interpreted) double get_interpreted(void) {
    return all - inside;
}

static void forget_translation(struct cpu *cpu) {
    if (xlate != NULL) {
        struct mox_translation report;
        xlate_report(xlate, cpu, &report);
        inside += report.inside_low;
        xlate_free(xlate, cpu);
        xlate = NULL;
    }
}

/* An entry at pc, and for the accesses there no region, or one after the other. */
static void give_hints(const struct cpu *cpu, const struct space *space) {
    struct profile *profile = profile_new(&space->allocator, space, cpu->pc, 1, 1);
    if (profile == NULL) {
        return;
    }
    profile_add_entry(profile, cpu->pc);
    variant = (variant + 1) % (space->count + 1);
    for (uint32_t i = 0; i < SEEN / 2 && (cpu->pc - profile->base) / 2 + i < profile->slots; i++) {
        profile->site[(cpu->pc - profile->base) / 2 + i] = (uint16_t)variant;
    }
    const uint32_t size = hints_size(profile);
    uint8_t *bytes = malloc(size);
    hints_write(profile, bytes);
    profile_free(profile);
    xlate_use_hints(xlate, cpu, space, bytes, size);
    free(bytes);
}

static void translate_text(struct cpu *cpu, struct space *space, const uint8_t *text) {
    static const struct mox_translator translator = {.call = call, .eager = true};
    forget_translation(cpu);
    xlate = xlate_new(&space->allocator, &translator);
    translated_cpu = cpu;
    translated_pc = cpu->pc;
    memcpy(translated_text, text, SEEN);
    give_hints(cpu, space);
    xlate_run(xlate, cpu, space, 0);
    uint32_t size;
    uint32_t count;
    const uint8_t *module = xlate_module(xlate, &size, &count);
    if (module != NULL) {
        xlate_install(xlate, cpu, host_install(module, size, count));
    }
}

static enum cpu_stop translated_run(struct cpu *cpu, struct space *space, uint64_t fuel) {
    const struct region *region = space_find(space, cpu->pc);
    const bool fixed = region != NULL && !(region->rights & RIGHT_WRITE) && !(cpu->pc & 1) &&
                       region->size - (cpu->pc - region->base) >= SEEN;
    if (!fixed) {
        forget_translation(cpu);
        return cpu_run(cpu, space, fuel);
    }
    const uint8_t *text = region->bytes + (cpu->pc - region->base);
    if (xlate == NULL || cpu != translated_cpu || cpu->pc != translated_pc ||
        memcmp(text, translated_text, SEEN) != 0) {
        translate_text(cpu, space, text);
    }
    const uint64_t before = cpu->count;
    const enum cpu_stop stop = xlate_run(xlate, cpu, space, fuel);
    all += (double)(cpu->count - before);
    return stop;
}

/* How many checks failed; what they found is printed. */
EXPORT(matrix) int run_matrix(void) {
    return insn_matrix();
}
