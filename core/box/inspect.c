/* Looking at a box from outside; nothing here changes the machine. */
#include "box/parts.h"

#include "isa/disasm.h"

#include <string.h>

_Static_assert((int)MOX_PAGE_SIZE == (int)SPACE_PAGE, "pages");
_Static_assert((int)MOX_READ == (int)RIGHT_READ && (int)MOX_WRITE == (int)RIGHT_WRITE, "rights");
_Static_assert(sizeof((struct mox_region *)0)->tags == SPACE_TAG_SIZE, "tags");

/* A buffer that the guest announced in special registers `sreg` and sreg + 1, when there is one. */
static void report_buffer(const mox_box *box, uint32_t sreg, uint32_t *address, uint32_t *size) {
    const uint32_t at = box->cpu.sr[sreg];
    const uint32_t length = box->cpu.sr[sreg + 1];
    if (at != 0 && length != 0 && space_allows(&box->space, at, length, RIGHT_READ)) {
        *address = at;
        *size = length;
    }
}

const struct mox_report *mox_box_report(mox_box *box) {
    const struct cpu *cpu = &box->cpu;
    struct mox_report *report = &box->report;
    *report = (struct mox_report){
        .stop = (uint32_t)box->stop,
        .count_low = (uint32_t)cpu->count,
        .count_high = (uint32_t)(cpu->count >> 32),
        .memory_used = box->space.used,
    };
    if (box->stop == MOX_STOP_EXIT) {
        report->exit_code = box->exit_code;
    }
    if (box->stop == MOX_STOP_FAULT) {
        report->fault_kind = cpu->fault.kind;
        report->fault_pc = cpu->pc;
        report->fault_address = cpu->fault.address;
        report->fault_size = cpu->fault.size;
    }
    if (cpu->sr[SREG_OUTPUT] != box->first_output ||
        cpu->sr[SREG_OUTPUT_SIZE] != box->first_output_size) {
        report_buffer(box, SREG_OUTPUT, &report->output_address, &report->output_size);
    }
    report_buffer(box, SREG_STATE, &report->state_address, &report->state_size);
    return report;
}

void mox_box_registers(const mox_box *box, struct mox_registers *registers) {
    memcpy(registers->r, box->cpu.r, sizeof registers->r);
    registers->pc = box->cpu.pc;
    registers->cc = cpu_condition(&box->cpu);
    memcpy(registers->sr, box->cpu.sr, sizeof registers->sr);
}

const uint8_t *mox_box_window(const mox_box *box, uint32_t address, uint32_t *size) {
    const struct region *region = space_find(&box->space, address);
    if (!region) {
        *size = 0;
        return NULL;
    }
    *size = region->size - (address - region->base);
    return region->bytes + (address - region->base);
}

bool mox_box_region(const mox_box *box, uint32_t index, struct mox_region *region) {
    if (index >= box->space.count) {
        return false;
    }
    const struct region *found = &box->space.regions[index];
    *region =
        (struct mox_region){.address = found->base, .size = found->size, .rights = found->rights};
    memcpy(region->tags, found->tags, sizeof region->tags);
    return true;
}

static const struct input *input_at(struct input_list *list, uint32_t index) {
    if (index >= list->count) {
        return NULL;
    }
    if (!list->asked || index < list->asked_index) {
        list->asked = list->first;
        list->asked_index = 0;
    }
    for (; list->asked_index < index; list->asked_index++) {
        list->asked = list->asked->next;
    }
    return list->asked;
}

static const uint8_t *hash_of(const struct input *input) {
    return input && input->sealed ? input->hash : NULL;
}

const uint8_t *mox_box_program_hash(mox_box *box, uint32_t index) {
    return hash_of(input_at(&box->programs, index));
}

const uint8_t *mox_box_data_hash(mox_box *box, uint32_t index) {
    return hash_of(input_at(&box->data, index));
}

uint64_t mox_box_program_size(mox_box *box, uint32_t index) {
    const struct input *input = input_at(&box->programs, index);
    return input ? input->size : 0;
}

uint32_t mox_box_data_size(mox_box *box, uint32_t index) {
    const struct input *input = input_at(&box->data, index);
    return input ? (uint32_t)input->size : 0;
}

void mox_box_setup(const mox_box *box, struct mox_setup *setup) {
    *setup = (struct mox_setup){
        .memory_limit = box->memory_limit,
        .stack_size = box->stack_size,
        .program_count = box->programs.count,
        .data_count = box->data.count,
        .unlimited = box->restored.unlimited,
        .budget_low = (uint32_t)box->restored.budget,
        .budget_high = (uint32_t)(box->restored.budget >> 32),
    };
}

/* state_hash_known: data files lie in the order of adding, so one step forward finds each. */
static const uint8_t *sealed_contents(void *context, const struct region *region) {
    mox_box *box = context;
    while (box->hashing_data && box->hashing_data->address < region->base) {
        box->hashing_data = box->hashing_data->next;
    }
    return box->hashing_data && box->hashing_data->bytes == region->bytes ? box->hashing_data->hash
                                                                          : NULL;
}

mox_status mox_box_state_hash(mox_box *box, uint32_t max_bytes, uint8_t hash[MOX_HASH_SIZE],
                              bool *done) {
    if (!box_is_ready(box)) {
        return MOX_BAD_PHASE;
    }
    if (!box->hashing) {
        state_hash_start(&box->state_hash, &box->cpu, &box->space, box->stop == MOX_STOP_EXIT,
                         box->exit_code);
        box->hashing_data = box->data.first;
        box->hashing = true;
    }
    *done = state_hash_step(&box->state_hash, &box->space, max_bytes, sealed_contents, box, hash);
    if (*done) {
        box->hashing = false;
    }
    return MOX_OK;
}

void mox_box_disassemble(const mox_box *box, uint32_t address, char *text, size_t size,
                         uint32_t *length) {
    uint8_t code[INSN_MAX_BYTES];
    char nothing[1];
    const uint32_t available = space_fetch(&box->space, address, code, sizeof code);
    if (size == 0) { /* no room even for the end of string: only the length is wanted */
        text = nothing;
        size = sizeof nothing;
    }
    *length = 0;
    text[0] = '\0';
    if (available >= 2) {
        *length = disasm_insn(code, available, address, text, size);
    }
}
