#include "base/alloc.h"
#include "base/bytes.h"
#include "box/parts.h"

#include <string.h>

_Static_assert((int)MOX_SNAPSHOT_ROOM >= (int)PIECES_ITEM_MAX, "every item fits");

const uint8_t snapshot_tag[SNAPSHOT_TAG_SIZE] = "moxbox snapshot";

void contents_start(const mox_box *box, struct contents *contents) {
    *contents = (struct contents){.program = box->programs.first, .index = box->segment_count};
}

/* Data files that are not empty lie behind the segments, then the stack, then the descriptors,
 * whose bytes follow from the rest, then the heap. */
const struct region *contents_region(const mox_box *box, struct contents *contents,
                                     bool data_left_out) {
    if (contents->program) {
        return space_find(&box->space, contents->program->segments[contents->segment]);
    }
    if (data_left_out && contents->index == box->segment_count) {
        contents->index += box->data_regions;
    }
    if (contents->index == box->segment_count + box->data_regions + 1) {
        contents->index++;
    }
    return contents->index < box->space.count ? &box->space.regions[contents->index] : NULL;
}

void contents_next(struct contents *contents) {
    if (!contents->program) {
        contents->index++;
        return;
    }
    contents->segment++;
    if (contents->segment == contents->program->segment_count) {
        contents->segment = 0;
        contents->program = contents->program->next;
    }
}

static uint32_t heap_first(const mox_box *box) {
    return box->space.count - box->heap_count;
}

static void put_head(const mox_box *box, struct snapshot_writer *writer) {
    struct pieces_out *out = &writer->out;
    const struct cpu *cpu = &box->cpu;
    const struct mox_snapshot_options *options = &writer->options;
    uint32_t specials = 0;
    pieces_put_bytes(out, snapshot_tag, SNAPSHOT_TAG_SIZE);
    const uint32_t words[] = {SNAPSHOT_FORMAT,     MOX_SEMANTICS_VERSION, options->leave_out_data,
                              (uint32_t)box->stop, box->memory_limit,     box->stack_size,
                              options->unlimited};
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        pieces_put_word(out, words[i]);
    }
    pieces_put_wide(out, options->budget);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        pieces_put_word(out, cpu->r[i]);
    }
    pieces_put_word(out, cpu->pc);
    pieces_put_word(out, cpu_condition(cpu));
    pieces_put_wide(out, cpu->count);
    for (uint32_t i = 0; i < SREG_COUNT; i++) {
        specials += cpu->sr[i] != 0;
    }
    pieces_put_word(out, specials);
    for (uint32_t i = 0; i < SREG_COUNT; i++) {
        if (cpu->sr[i] != 0) {
            pieces_put_word(out, i);
            pieces_put_word(out, cpu->sr[i]);
        }
    }
    pieces_put_word(out, box->programs.count);
}

static void put_program(const mox_box *box, struct pieces_out *out, const struct input *program) {
    pieces_put_bytes(out, program->hash, MOX_HASH_SIZE);
    pieces_put_wide(out, program->size);
    pieces_put_word(out, program->segment_count);
    for (uint32_t i = 0; i < program->segment_count; i++) {
        const struct region *region = space_find(&box->space, program->segments[i]);
        pieces_put_word(out, region->base);
        pieces_put_word(out, region->size);
        pieces_put_word(out, region->rights);
    }
}

/* Each part below has room for its largest item. True when it is done. */

static bool put_inputs(const mox_box *box, struct snapshot_writer *writer) {
    const struct input *input = writer->input;
    if (!input) {
        return true;
    }
    if (writer->part == SNAPSHOT_PROGRAM) {
        put_program(box, &writer->out, input);
    } else {
        pieces_put_bytes(&writer->out, input->hash, MOX_HASH_SIZE);
        pieces_put_word(&writer->out, (uint32_t)input->size);
    }
    writer->input = input->next;
    return false;
}

static bool put_heap(const mox_box *box, struct snapshot_writer *writer) {
    if (writer->heap == box->heap_count) {
        return true;
    }
    pieces_put_word(&writer->out, box->space.regions[heap_first(box) + writer->heap].size);
    writer->heap++;
    return false;
}

/* True when there is no further region, or what fits and may be looked at is used up. */
static bool put_contents(const mox_box *box, struct snapshot_writer *writer, uint32_t *max_bytes) {
    const bool left_out = writer->options.leave_out_data != 0;
    for (;;) {
        const struct region *region = contents_region(box, &writer->contents, left_out);
        if (!region) {
            return true;
        }
        if (*max_bytes == 0 ||
            !pieces_put_pages(&writer->out, region->bytes, region->size, &writer->at, max_bytes)) {
            return false;
        }
        /* So that very many regions of one byte take their time too. */
        *max_bytes -= *max_bytes < PIECES_PAGE ? *max_bytes : PIECES_PAGE;
        contents_next(&writer->contents);
    }
}

/* Goes on with the part that the writer is at. False: it waits for the next piece. */
static bool put_part(const mox_box *box, struct snapshot_writer *writer, uint32_t *max_bytes) {
    struct pieces_out *out = &writer->out;
    if (writer->part == SNAPSHOT_CONTENTS) {
        if (!put_contents(box, writer, max_bytes)) {
            return false;
        }
    } else if (!pieces_fits(out, PIECES_ITEM_MAX)) {
        return false;
    }
    switch (writer->part) {
    case SNAPSHOT_HEAD:
        put_head(box, writer);
        writer->input = box->programs.first;
        break;
    case SNAPSHOT_DATA_COUNT:
        pieces_put_word(out, box->data.count);
        writer->input = box->data.first;
        break;
    case SNAPSHOT_HEAP_COUNT:
        pieces_put_word(out, box->heap_count);
        contents_start(box, &writer->contents);
        break;
    case SNAPSHOT_PROGRAM:
    case SNAPSHOT_DATA:
        if (!put_inputs(box, writer)) {
            return true;
        }
        break;
    case SNAPSHOT_HEAP:
        if (!put_heap(box, writer)) {
            return true;
        }
        break;
    case SNAPSHOT_CONTENTS: break;
    case SNAPSHOT_DIGEST: pieces_put_digest(out); break;
    case SNAPSHOT_END: return false;
    }
    writer->part++;
    return true;
}

static bool can_write(const mox_box *box, const struct mox_snapshot_options *options) {
    const bool budget = options->unlimited || options->budget >= box->cpu.count;
    return options->leave_out_data <= 1 && options->unlimited <= 1 && budget &&
           box->programs.count <= SNAPSHOT_INPUTS_MAX && box->data.count <= SNAPSHOT_INPUTS_MAX;
}

mox_status mox_box_snapshot(mox_box *box, const struct mox_snapshot_options *options,
                            uint32_t max_bytes, uint8_t *bytes, uint32_t room, uint32_t *size,
                            bool *done) {
    struct snapshot_writer *writer = &box->writer;
    if (!box_is_ready(box) || (!options && !box->writing)) {
        return MOX_BAD_PHASE;
    }
    if (room < MOX_SNAPSHOT_ROOM || (options && !can_write(box, options))) {
        return MOX_BAD_ARGUMENT;
    }
    if (options) {
        *writer = (struct snapshot_writer){.options = *options};
        writer->options.budget = options->unlimited ? 0 : options->budget;
        pieces_out_start(&writer->out);
        box->writing = true;
    }
    max_bytes = max_bytes > 0 ? max_bytes : 1;
    pieces_out_into(&writer->out, bytes, room);
    while (put_part(box, writer, &max_bytes)) {
    }
    *size = pieces_out_cut(&writer->out);
    *done = writer->part == SNAPSHOT_END;
    box->writing = !*done;
    return MOX_OK;
}
