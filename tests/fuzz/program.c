#include "program.h"

#include "base/alloc.h"
#include "cpu/text.h"

/* Where regions lie. Text is the first of a layout; its size is that of the code. */
struct place {
    uint32_t base;
    uint32_t size; /* 0: as much as there is code */
    uint32_t rights;
};

enum { NONE = 0, READ = RIGHT_READ, BOTH = RIGHT_READ | RIGHT_WRITE };

static const struct place layouts[][PROGRAM_REGIONS] = {
    /* Plain; two neighbours that an access can straddle, one of them read-only. */
    {{0x10000, 0, READ},
     {0x8000, 256, BOTH},
     {0x8100, 61, READ},
     {0x813d, 40, BOTH},
     {0x20000, 512, BOTH}},
    /* Text at the very top, data at the very bottom and over a page's end. */
    {{0xffffe800u, 0, READ},
     {0x1, 95, BOTH},
     {0xfffa, 700, BOTH},
     {0x40001, 3, BOTH},
     {0x50000, 16, NONE}},
    /* Text over the edge of two chunks, which can be written: code that changes itself. */
    {{0x1ffc0, 0, BOTH},
     {0x8000, 300, BOTH},
     {0x9000, 2, READ},
     {0x9002, 5, BOTH},
     {0x30000, 4, NONE}},
    /* Text at an odd address without rights, data that shares cache windows with it. */
    {{0x110001, 0, NONE},
     {0x10000, 256, BOTH},
     {0x210000, 256, BOTH},
     {0x310000, 64, READ},
     {0x310040, 8, BOTH}},
};

uint32_t next_below(uint32_t *seed, uint32_t limit) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % limit;
}

/* A register's value: as it is, but for two first digits that place it at a region's begin or end.
 */
static uint32_t take_value(struct bytes_in *in, const struct program *program) {
    const uint32_t value = take32(in);
    const struct program_region *region =
        &program->regions[(value >> 24 & 15) % program->region_count];
    const uint32_t delta = value & 0xffff;
    switch (value >> 28) {
    case 0xa: return region->base + delta - 16;
    case 0xb: return region->base + region->size + delta - 16;
    default: return value;
    }
}

static void place_regions(struct program *program, uint32_t layout, uint32_t code_size) {
    program->region_count = 0;
    for (uint32_t i = 0; i < PROGRAM_REGIONS && layouts[layout][i].base != 0; i++) {
        const struct place *place = &layouts[layout][i];
        struct program_region *region = &program->regions[program->region_count++];
        region->base = place->base;
        region->rights = place->rights;
        region->size = place->size == 0 ? code_size : place->size;
        region->bytes = place->size == 0 ? program->text : program->data + 600 * i;
    }
}

void program_read(struct program *program, const uint8_t *data, size_t size, uint32_t code_max) {
    struct bytes_in in = {data, size};
    memset(program, 0, sizeof *program);
    const uint32_t flags = take8(&in);
    const uint32_t pc = take16(&in);
    const uint32_t fill = take8(&in);
    program->slices = take32(&in) | 1;
    program->compared = flags >> 2 & 1;
    /* Everything of fixed size comes before the code, so that more code moves nothing. */
    const size_t fixed = REG_COUNT * 4 + 8 + 6 * 4 + 64;
    const size_t code_left = in.left > fixed ? in.left - fixed : 0;
    const uint32_t code_size = code_left < 2          ? 2
                               : code_left < code_max ? (uint32_t)code_left
                                                      : code_max;
    place_regions(program, flags & 3, code_size);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        program->r[i] = take_value(&in, program);
    }
    program->compared_a = take_value(&in, program);
    program->compared_b = take_value(&in, program);
    for (uint32_t i = 0; i < 4; i++) {
        program->sr[SREG_OUTPUT + i] = take_value(&in, program);
    }
    program->sr[take8(&in)] = take_value(&in, program);
    take8(&in), take16(&in);
    for (uint32_t i = 0; i < PROGRAM_BYTES; i++) {
        program->data[i] = (uint8_t)(i * fill);
    }
    for (uint32_t i = 0; i < 64; i++) {
        program->data[600 + i] = (uint8_t)take8(&in);
    }
    for (uint32_t i = 0; i < code_size; i++) {
        program->text[i] = (uint8_t)take8(&in);
    }
    program->pc = flags & 8 ? program->regions[0].base + pc : program->regions[0].base;
}

static void set_cpu(const struct program *program, struct cpu *cpu) {
    memcpy(cpu->r, program->r, sizeof cpu->r);
    memcpy(cpu->sr, program->sr, sizeof cpu->sr);
    cpu->pc = program->pc;
    cpu->compared = program->compared;
    cpu->compared_a = program->compared ? program->compared_a : 0;
    cpu->compared_b = program->compared ? program->compared_b : 0;
}

void program_twin(const struct program *program, struct twin *twin) {
    twin_make(twin);
    for (uint32_t i = 0; i < program->region_count; i++) {
        const struct program_region *region = &program->regions[i];
        twin_map(twin, region->base, region->size, region->rights, region->bytes);
    }
    set_cpu(program, &twin->cpu);
    memcpy(twin->oracle.r, program->r, sizeof twin->oracle.r);
    memcpy(twin->oracle.sr, program->sr, sizeof twin->oracle.sr);
    twin->oracle.pc = program->pc;
    twin->oracle.cc = cpu_condition(&twin->cpu);
}

static void *never(void *context, size_t size) {
    (void)context, (void)size;
    return NULL;
}

static void release(void *context, void *memory, size_t size) {
    (void)context, (void)size;
    free(memory);
}

void program_lone(const struct program *program, struct lone *lone, bool predecoded) {
    const struct mox_allocator allocator = alloc_default(NULL);
    space_init(&lone->space, &allocator, 1 << 24);
    MUST(cpu_init(&lone->cpu, &allocator) == MOX_OK);
    lone->effort = 0;
    if (!predecoded) {
        lone->cpu.text->allocator = (struct mox_allocator){NULL, never, release};
    }
    for (uint32_t i = 0; i < program->region_count; i++) {
        const struct program_region *region = &program->regions[i];
        uint8_t *bytes = alloc_get(&allocator, region->size);
        MUST(bytes != NULL);
        memcpy(bytes, region->bytes, region->size);
        MUST(space_map(&lone->space, region->base, region->size, region->rights, bytes, "fuzz") ==
             MOX_OK);
    }
    set_cpu(program, &lone->cpu);
}

void lone_free(struct lone *lone) {
    cpu_free(&lone->cpu);
    space_free(&lone->space);
}

enum cpu_stop lone_run(struct lone *lone, uint64_t fuel) {
    const uint64_t until = lone->cpu.count + fuel;
    enum cpu_stop stop = CPU_BUDGET;
    uint32_t idle = 0;
    while (lone->cpu.count < until &&
           (stop == CPU_BUDGET || stop == CPU_SWI || stop == CPU_PAUSE)) {
        const uint64_t before = lone->cpu.count;
        lone->cpu.effort = lone->effort == 0 ? EFFORT_UNLIMITED : EFFORT_LEAST + lone->effort;
        stop = cpu_run(&lone->cpu, &lone->space, until - before);
        MUST(lone->cpu.count <= until);
        MUST(stop != CPU_BUDGET || lone->cpu.count == until);
        MUST(stop != CPU_SWI || lone->cpu.count > before);
        MUST(stop != CPU_PAUSE || (lone->effort != 0 && lone->cpu.count < until));
        /* Making a chunk and decoding a block may each use up what there is. */
        idle = lone->cpu.count == before ? idle + 1 : 0;
        MUST(stop != CPU_PAUSE || idle < 3);
    }
    return stop == CPU_SWI ? CPU_BUDGET : stop;
}

bool lone_same(const struct lone *a, const struct lone *b) {
    bool same = memcmp(a->cpu.r, b->cpu.r, sizeof a->cpu.r) == 0 &&
                memcmp(a->cpu.sr, b->cpu.sr, sizeof a->cpu.sr) == 0 && a->cpu.pc == b->cpu.pc &&
                a->cpu.count == b->cpu.count && cpu_condition(&a->cpu) == cpu_condition(&b->cpu);
    for (uint32_t i = 0; i < a->space.count; i++) {
        const struct region *ours = &a->space.regions[i];
        same = same && memcmp(ours->bytes, b->space.regions[i].bytes, ours->size) == 0;
    }
    return same;
}
