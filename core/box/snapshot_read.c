/* A snapshot is a stranger's bytes. Each step takes one item when all of it is there, checks it,
 * and does at once what it says, by the code that does it for a box's own programs; so what is read
 * is held nowhere twice. A machine that began in some wrong way is never run: until the end is
 * reached and everything was right, the box is none. */
#include "base/alloc.h"
#include "base/bytes.h"
#include "box/parts.h"
#include "load/tags.h"

#include <string.h>

/* What comes next, in the order of a snapshot. */
enum step {
    READ_TAG,
    READ_HEAD,
    READ_SPECIAL,
    READ_PROGRAM_COUNT,
    READ_PROGRAM,
    READ_SEGMENT,
    READ_DATA_COUNT,
    READ_DATA,
    READ_HEAP_COUNT,
    READ_HEAP,
    READ_CONTENTS,
    READ_DIGEST,
    READ_NOTHING,
};

struct restoring {
    struct pieces_in in;
    enum step step;
    bool hungry; /* for more than was fed */
    bool failed;
    uint32_t left; /* items of a list that are still to come */
    uint32_t left_of_program;
    struct input *input; /* the program that segments belong to; the next data file that was given
                          */
    uint32_t sr[SREG_COUNT];
    uint32_t next_special; /* the lowest number that may follow */
    struct contents contents;
    struct pieces_pages pages;
};

/* Goes on with a list's items, or behind it when there are none. */
static void go_to(struct restoring *from, uint32_t count, enum step items, enum step behind) {
    from->left = count;
    from->step = count > 0 ? items : behind;
}

/* What a box's own limits say about what a snapshot says. */
static mox_status fitting(mox_status status) {
    return status == MOX_OK || status == MOX_NO_MEMORY ? status : MOX_SNAPSHOT_LAYOUT;
}

static mox_status read_tag(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    (void)box;
    if (memcmp(bytes, snapshot_tag, SNAPSHOT_TAG_SIZE) != 0) {
        return MOX_SNAPSHOT_KIND;
    }
    if (bytes_load32(bytes + SNAPSHOT_TAG_SIZE) != SNAPSHOT_FORMAT ||
        bytes_load32(bytes + SNAPSHOT_TAG_SIZE + 4) != MOX_SEMANTICS_VERSION) {
        return MOX_SNAPSHOT_VERSION;
    }
    from->step = READ_HEAD;
    return MOX_OK;
}

static mox_status set_options(mox_box *box, const struct mox_snapshot_options *options,
                              uint32_t memory_limit, uint32_t stack_size) {
    const uint32_t given = box->memory_limit - box->space.limit; /* for data files */
    if (options->leave_out_data > 1 || memory_limit == 0 || stack_size == 0 ||
        stack_size % MOX_PAGE_SIZE != 0) {
        return MOX_SNAPSHOT_LAYOUT;
    }
    if (options->unlimited > 1 || (options->unlimited && options->budget != 0)) {
        return MOX_SNAPSHOT_STATE;
    }
    if (memory_limit > box->memory_limit) {
        return MOX_MEMORY_LIMIT;
    }
    if (given > memory_limit) {
        return MOX_SNAPSHOT_DATA;
    }
    box->memory_limit = memory_limit;
    box->space.limit = memory_limit - given;
    box->stack_size = stack_size;
    box->restored = *options;
    return MOX_OK;
}

static mox_status read_head(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    uint32_t words[SNAPSHOT_HEAD_WORDS];
    struct cpu *cpu = &box->cpu;
    for (uint32_t i = 0; i < SNAPSHOT_HEAD_WORDS; i++) {
        words[i] = bytes_load32(bytes + (size_t)4 * i);
    }
    const uint32_t *machine = words + 7; /* behind the options */
    const struct mox_snapshot_options options = {.leave_out_data = words[0],
                                                 .unlimited = words[4],
                                                 .budget = words[5] | (uint64_t)words[6] << 32};
    const mox_status status = set_options(box, &options, words[2], words[3]);
    if (status != MOX_OK) {
        return status;
    }
    box->stop = (mox_stop)words[1];
    memcpy(cpu->r, machine, sizeof cpu->r);
    machine += REG_COUNT;
    cpu->pc = machine[0];
    cpu->count = machine[2] | (uint64_t)machine[3] << 32;
    if (words[1] > MOX_STOP_BREAK || (words[1] == MOX_STOP_NONE && cpu->count != 0) ||
        !cpu_set_condition(cpu, machine[1]) ||
        (!options.unlimited && options.budget < cpu->count) || machine[4] > SREG_COUNT) {
        return MOX_SNAPSHOT_STATE;
    }
    go_to(from, machine[4], READ_SPECIAL, READ_PROGRAM_COUNT);
    return MOX_OK;
}

static mox_status read_special(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    (void)box;
    const uint32_t number = bytes_load32(bytes);
    const uint32_t value = bytes_load32(bytes + 4);
    if (number < from->next_special || number >= SREG_COUNT || value == 0) {
        return MOX_SNAPSHOT_STATE;
    }
    from->sr[number] = value;
    from->next_special = number + 1;
    go_to(from, from->left - 1, READ_SPECIAL, READ_PROGRAM_COUNT);
    return MOX_OK;
}

static mox_status read_program_count(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    (void)box;
    const uint32_t count = bytes_load32(bytes);
    if (count == 0 || count > SNAPSHOT_INPUTS_MAX) {
        return MOX_SNAPSHOT_LAYOUT;
    }
    go_to(from, count, READ_PROGRAM, READ_DATA_COUNT);
    return MOX_OK;
}

static mox_status read_program(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    const uint32_t segments = bytes_load32(bytes + MOX_HASH_SIZE + 8);
    const uint64_t size = bytes_load32(bytes + MOX_HASH_SIZE) |
                          (uint64_t)bytes_load32(bytes + MOX_HASH_SIZE + 4) << 32;
    if (segments == 0 || segments > ELF_MAX_SEGMENTS || size < SNAPSHOT_PROGRAM_LEAST ||
        size > SNAPSHOT_PROGRAM_MOST) {
        return MOX_SNAPSHOT_LAYOUT;
    }
    from->input = box_add_program(box);
    if (!from->input) {
        return MOX_NO_MEMORY;
    }
    memcpy(from->input->hash, bytes, MOX_HASH_SIZE);
    from->input->size = size;
    from->left_of_program = segments;
    from->step = READ_SEGMENT;
    return MOX_OK;
}

static mox_status read_segment(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    struct input *program = from->input;
    char tags[SPACE_TAG_SIZE];
    const uint32_t base = bytes_load32(bytes);
    const uint32_t rights = bytes_load32(bytes + 8);
    if (rights > (RIGHT_READ | RIGHT_WRITE)) {
        return MOX_SNAPSHOT_LAYOUT;
    }
    tags_write(tags, rights, "elf", box->segment_count);
    const mox_status status =
        space_map(&box->space, base, bytes_load32(bytes + 4), rights, NULL, tags);
    if (status != MOX_OK) {
        return fitting(status);
    }
    program->segments[program->segment_count++] = base;
    box->segment_count++;
    from->left_of_program--;
    if (from->left_of_program == 0) {
        go_to(from, from->left - 1, READ_PROGRAM, READ_DATA_COUNT);
    }
    return MOX_OK;
}

/* Everything that has an address of its own is known: the machine gets its form. */
static mox_status lay_out(mox_box *box, struct restoring *from) {
    const mox_status status = fitting(layout_make(box));
    if (status == MOX_OK) {
        memcpy(box->cpu.sr, from->sr, sizeof box->cpu.sr);
        box->started = true;
    }
    return status;
}

static mox_status read_data_count(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    const uint32_t count = bytes_load32(bytes);
    if (count > SNAPSHOT_INPUTS_MAX) {
        return MOX_SNAPSHOT_LAYOUT;
    }
    if (box->data.count != (box->restored.leave_out_data ? count : 0)) {
        return MOX_SNAPSHOT_DATA;
    }
    from->input = box->data.first;
    go_to(from, count, READ_DATA, READ_HEAP_COUNT);
    return count > 0 ? MOX_OK : lay_out(box, from);
}

/* A file that is left out has been given; one that is not gets its room. What it hashes to is known
 * at the end. */
static mox_status read_data(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    const uint32_t size = bytes_load32(bytes + MOX_HASH_SIZE);
    if (!box->restored.leave_out_data) {
        const mox_status status = box_add_data(box, size, &from->input);
        if (status != MOX_OK) {
            return fitting(status);
        }
    } else if (from->input->size != size ||
               (from->input->sealed && memcmp(from->input->hash, bytes, MOX_HASH_SIZE) != 0)) {
        return MOX_SNAPSHOT_DATA;
    }
    memcpy(from->input->hash, bytes, MOX_HASH_SIZE);
    from->input = from->input->next;
    go_to(from, from->left - 1, READ_DATA, READ_HEAP_COUNT);
    return from->left > 0 ? MOX_OK : lay_out(box, from);
}

static mox_status read_heap_count(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    contents_start(box, &from->contents);
    go_to(from, bytes_load32(bytes), READ_HEAP, READ_CONTENTS);
    return MOX_OK;
}

static mox_status read_heap(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    uint32_t base;
    const uint32_t size = bytes_load32(bytes);
    if (size % MOX_PAGE_SIZE != 0) {
        return MOX_SNAPSHOT_LAYOUT;
    }
    go_to(from, from->left - 1, READ_HEAP, READ_CONTENTS);
    return fitting(calls_map_heap(box, size, &base));
}

static mox_status read_contents(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    const bool left_out = box->restored.leave_out_data != 0;
    const struct region *region = contents_region(box, &from->contents, left_out);
    (void)bytes;
    if (!region) {
        from->step = READ_DIGEST;
        return MOX_OK;
    }
    switch (pieces_take_pages(&from->in, region->bytes, region->size, &from->pages)) {
    case PIECES_BAD: return MOX_SNAPSHOT_PAGES;
    case PIECES_MORE: from->hungry = true; break;
    case PIECES_DONE: contents_next(&from->contents); break;
    }
    return MOX_OK;
}

static mox_status read_digest(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    const enum pieces_taken taken = pieces_take_digest(&from->in);
    (void)box;
    (void)bytes;
    from->hungry = taken == PIECES_MORE;
    from->step = taken == PIECES_DONE ? READ_NOTHING : READ_DIGEST;
    return taken == PIECES_BAD ? MOX_SNAPSHOT_DIGEST : MOX_OK;
}

static mox_status read_nothing(mox_box *box, struct restoring *from, const uint8_t *bytes) {
    (void)box;
    (void)bytes;
    from->hungry = true;
    return from->in.left > 0 ? MOX_SNAPSHOT_LONG : MOX_OK;
}

/* An item has a size, and is read when all of it is there; or it takes what there is itself. */
static const struct {
    uint32_t size;
    mox_status (*read)(mox_box *box, struct restoring *from, const uint8_t *bytes);
} steps[] = {
    [READ_TAG] = {SNAPSHOT_TAG_SIZE + 8, read_tag},
    [READ_HEAD] = {4 * SNAPSHOT_HEAD_WORDS, read_head},
    [READ_SPECIAL] = {8, read_special},
    [READ_PROGRAM_COUNT] = {4, read_program_count},
    [READ_PROGRAM] = {MOX_HASH_SIZE + 12, read_program},
    [READ_SEGMENT] = {12, read_segment},
    [READ_DATA_COUNT] = {4, read_data_count},
    [READ_DATA] = {MOX_HASH_SIZE + 4, read_data},
    [READ_HEAP_COUNT] = {4, read_heap_count},
    [READ_HEAP] = {4, read_heap},
    [READ_CONTENTS] = {0, read_contents},
    [READ_DIGEST] = {0, read_digest},
    [READ_NOTHING] = {0, read_nothing},
};

static mox_status read_next(mox_box *box, struct restoring *from) {
    const uint32_t size = steps[from->step].size;
    const uint8_t *bytes = size > 0 ? pieces_take(&from->in, size) : NULL;
    from->hungry = size > 0 && bytes == NULL;
    return from->hungry ? MOX_OK : steps[from->step].read(box, from, bytes);
}

void restoring_free(mox_box *box) {
    alloc_give(&box->allocator, box->restoring, sizeof *box->restoring);
    box->restoring = NULL;
}

/* The restore that is under way, or a new one in a box that holds at most data files. */
static mox_status begin(mox_box *box) {
    if (box->restoring) {
        return box->restoring->failed ? MOX_BAD_PHASE : MOX_OK;
    }
    if (box->started || box->programs.count > 0) {
        return MOX_BAD_PHASE;
    }
    box->restoring = alloc_get(&box->allocator, sizeof *box->restoring);
    if (!box->restoring) {
        return MOX_NO_MEMORY;
    }
    pieces_in_start(&box->restoring->in);
    box->restoring->step = READ_TAG;
    return MOX_OK;
}

mox_status mox_box_restore(mox_box *box, const uint8_t *bytes, uint32_t size) {
    mox_status status = begin(box);
    if (status != MOX_OK) {
        return status;
    }
    struct restoring *from = box->restoring;
    pieces_in_feed(&from->in, bytes, size);
    do {
        status = read_next(box, from);
    } while (status == MOX_OK && !from->hungry);
    from->failed = status != MOX_OK;
    return status;
}

/* Address registers of buffers were readable when the program set them, and no memory goes away. */
static bool buffer_is_set(const mox_box *box, uint32_t number) {
    return space_allows(&box->space, box->cpu.sr[number], 1, RIGHT_READ);
}

/* Whether a machine in this state can have stopped so. Why it cannot go on is not in the snapshot:
 * the instruction is tried. */
static bool stands(mox_box *box) {
    struct cpu *cpu = &box->cpu;
    if (!buffer_is_set(box, SREG_OUTPUT) ||
        (cpu->sr[SREG_STATE] != 0 && !buffer_is_set(box, SREG_STATE))) {
        return false;
    }
    switch (box->stop) {
    case MOX_STOP_EXIT: box->exit_code = cpu->r[REG_R0]; return cpu->sr[SREG_SWI] == CALL_EXIT;
    case MOX_STOP_FAULT: return cpu_step(cpu, &box->space) == CPU_FAULT;
    case MOX_STOP_BREAK: return cpu_step(cpu, &box->space) == CPU_BREAK;
    default: return true;
    }
}

mox_status mox_box_restore_end(mox_box *box, uint32_t max_bytes, bool *done) {
    mox_status status = begin(box);
    *done = false;
    if (status != MOX_OK) {
        return status;
    }
    if (box->restoring->step != READ_NOTHING) {
        status = MOX_SNAPSHOT_SHORT;
    } else {
        status = box_seal(box, max_bytes, done);
        if (status == MOX_OK && *done && !stands(box)) {
            status = MOX_SNAPSHOT_STATE;
        }
    }
    box->restoring->failed = status != MOX_OK;
    *done = *done && status == MOX_OK;
    if (*done) {
        restoring_free(box);
        box->fresh = true;
    }
    return status;
}
