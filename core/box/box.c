/* The phases of a box up to its start: programs and data come in and are sealed. */
#include "box/parts.h"

#include "base/alloc.h"

#include <string.h>

static void list_init(struct input_list *list) {
    list->first = NULL;
    list->end = &list->first;
    list->count = 0;
}

static void list_append(struct input_list *list, struct input *input) {
    *list->end = input;
    list->end = &input->next;
    list->count++;
}

static void list_free(const struct mox_allocator *allocator, struct input_list *list) {
    struct input *next;
    for (struct input *input = list->first; input; input = next) {
        next = input->next;
        alloc_give(allocator, input, sizeof *input);
    }
}

mox_status mox_box_create(const struct mox_options *options, const struct mox_allocator *allocator,
                          mox_box **box) {
    const struct mox_options defaults = {0};
    const struct mox_options *wanted = options ? options : &defaults;
    const struct mox_allocator memory = alloc_default(allocator);
    mox_status status;
    mox_box *made;
    if (wanted->stack_size % MOX_PAGE_SIZE != 0) {
        return MOX_BAD_ARGUMENT;
    }
    made = alloc_get(&memory, sizeof *made);
    if (!made) {
        return MOX_NO_MEMORY;
    }
    made->allocator = memory;
    made->memory_limit = wanted->memory_limit ? wanted->memory_limit : MOX_DEFAULT_MEMORY_LIMIT;
    made->stack_size = wanted->stack_size ? wanted->stack_size : MOX_DEFAULT_STACK_SIZE;
    list_init(&made->programs);
    list_init(&made->data);
    status = cpu_init(&made->cpu, &made->allocator);
    if (status != MOX_OK) {
        alloc_give(&memory, made, sizeof *made);
        return status;
    }
    space_init(&made->space, &made->allocator, made->memory_limit);
    *box = made;
    return MOX_OK;
}

void mox_box_destroy(mox_box *box) {
    if (!box) {
        return;
    }
    if (!box->started) {
        for (struct input *file = box->data.first; file; file = file->next) {
            alloc_give(&box->allocator, file->bytes, (size_t)file->size);
        }
    }
    restoring_free(box);
    const struct mox_allocator allocator = box->allocator;
    space_free(&box->space);
    xlate_free(box->xlate, &box->cpu);
    cpu_free(&box->cpu);
    list_free(&allocator, &box->programs);
    list_free(&allocator, &box->data);
    alloc_give(&allocator, box, sizeof *box);
}

struct input *box_add_program(mox_box *box) {
    struct input *program = alloc_get(&box->allocator, sizeof *program);
    if (program) {
        program->sealed = true;
        list_append(&box->programs, program);
    }
    return program;
}

mox_status mox_box_add_program(mox_box *box, const uint8_t *file, size_t size) {
    struct elf_image image;
    struct input *program;
    mox_status status;
    if (!box_is_open(box)) {
        return MOX_BAD_PHASE;
    }
    program = alloc_get(&box->allocator, sizeof *program);
    if (!program) {
        return MOX_NO_MEMORY;
    }
    status = elf_load(&box->space, file, size, box->segment_count, &image);
    if (status != MOX_OK) {
        alloc_give(&box->allocator, program, sizeof *program);
        return status;
    }
    sha256_of(file, size, program->hash);
    program->sealed = true;
    program->size = size;
    program->segment_count = image.count;
    for (uint32_t i = 0; i < image.count; i++) {
        program->segments[i] = image.segments[i].address;
    }
    list_append(&box->programs, program);
    box->segment_count += image.count;
    box->entry = image.entry;
    return MOX_OK;
}

mox_status box_add_data(mox_box *box, uint32_t size, struct input **added) {
    const uint64_t needed = space_whole_pages(size);
    struct input *file;
    if (needed > box->space.limit - box->space.used) {
        return MOX_MEMORY_LIMIT;
    }
    file = alloc_get(&box->allocator, sizeof *file);
    if (!file) {
        return MOX_NO_MEMORY;
    }
    if (size > 0) {
        file->bytes = alloc_get(&box->allocator, size);
        if (!file->bytes) {
            alloc_give(&box->allocator, file, sizeof *file);
            return MOX_NO_MEMORY;
        }
    }
    file->size = size;
    box->space.limit -= (uint32_t)needed;
    list_append(&box->data, file);
    if (!box->sealing) {
        box->sealing = file;
    }
    *added = file;
    return MOX_OK;
}

mox_status mox_box_add_data(mox_box *box, uint32_t size, uint8_t **bytes) {
    struct input *file;
    const mox_status status = box_is_open(box) ? box_add_data(box, size, &file) : MOX_BAD_PHASE;
    if (status == MOX_OK) {
        *bytes = file->bytes;
    }
    return status;
}

/* What a file is hashed to. In a restore it must be what the snapshot said. */
static mox_status seal_file(mox_box *box, struct input *file, const uint8_t hash[MOX_HASH_SIZE]) {
    box->sealing = file->next;
    if (box->restoring && memcmp(file->hash, hash, MOX_HASH_SIZE) != 0) {
        return MOX_SNAPSHOT_DATA;
    }
    memcpy(file->hash, hash, MOX_HASH_SIZE);
    file->sealed = true;
    return MOX_OK;
}

mox_status box_seal(mox_box *box, uint32_t max_bytes, bool *done) {
    mox_status status = MOX_OK;
    while (box->sealing && status == MOX_OK) {
        struct input *file = box->sealing;
        uint8_t hash[MOX_HASH_SIZE];
        if (!sha256_step(&box->sealing_hash, file->bytes, (uint32_t)file->size, &max_bytes, hash)) {
            break;
        }
        status = seal_file(box, file, hash);
    }
    *done = box->sealing == NULL;
    return status;
}

mox_status mox_box_seal(mox_box *box, uint32_t max_bytes, bool *done) {
    return box->restoring ? MOX_BAD_PHASE : box_seal(box, max_bytes, done);
}

mox_status mox_box_start(mox_box *box) {
    mox_status status;
    bool sealed = false;
    if (!box_is_open(box)) {
        return MOX_BAD_PHASE;
    }
    if (box->programs.count == 0) {
        return MOX_NO_PROGRAM;
    }
    while (!sealed) {
        (void)box_seal(box, UINT32_MAX, &sealed);
    }
    status = layout_make(box);
    if (status == MOX_OK) {
        box->cpu.pc = box->entry;
        box->started = true;
        box->fresh = true;
    }
    return status;
}
