/* Where a machine stands, what it says to the host, and who waits for what. */
#include "cage/dispatch.h"
#include "cage/files.h"
#include "cage/scheduler.h"
#include "fs/fs.h"
#include "machine/machine_parts.h"

#include <string.h>

const struct mox_machine_report *mox_machine_report(mox_machine *machine) {
    const uint64_t time = machine->devices.start_time + machine_clock(machine);
    const uint64_t memory = machine->memory_used + fs_used(machine->devices.fs);
    uint32_t cages = 0;
    for (const struct cage *cage = machine_next_cage(machine, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        cages += cage->state != CAGE_ZOMBIE ? 1 : 0;
    }
    machine->report = (struct mox_machine_report){
        .stop = machine->stop,
        .count_low = (uint32_t)machine->spent,
        .count_high = (uint32_t)(machine->spent >> 32),
        .time_low = (uint32_t)time,
        .time_high = (uint32_t)(time >> 32),
        .cages = cages,
        .waits_input = scheduler_waits_input(machine),
        .waits_store = machine_store_waits(machine, false),
        .exit_cage = machine->first_ended ? machine->first_spawned : 0,
        .exit_status = machine->first_status,
        .memory_used = memory < UINT32_MAX ? (uint32_t)memory : UINT32_MAX,
        .spawned = machine->first_spawned,
        .overdrawn = (uint32_t)(machine->spent - machine->allowed),
    };
    (void)mox_machine_output(machine, 1, &machine->report.output_size);
    (void)mox_machine_output(machine, 2, &machine->report.error_size);
    return &machine->report;
}

mox_status mox_machine_input(mox_machine *machine, const uint8_t *bytes, uint32_t size) {
    const mox_status status = machine_settle(machine);
    return status == MOX_OK ? machine_status(console_input(&machine->devices, bytes, size))
                            : status;
}

void mox_machine_input_end(mox_machine *machine) {
    (void)machine_settle(machine);
    console_input_end(&machine->devices);
}

/* The queue of stream 1 or 2; NULL: no such stream. */
static const struct byte_queue *stream_queue(const mox_machine *machine, uint32_t stream) {
    return stream == CONSOLE_OUT || stream == CONSOLE_ERROR
               ? &machine->devices.console.output[stream - 1]
               : NULL;
}

const uint8_t *mox_machine_output(const mox_machine *machine, uint32_t stream, uint32_t *size) {
    const struct byte_queue *queue = stream_queue(machine, stream);
    *size = 0;
    return queue != NULL ? byte_queue_front(queue, size) : NULL;
}

void mox_machine_take(mox_machine *machine, uint32_t stream, uint32_t size) {
    if (stream_queue(machine, stream) != NULL) {
        (void)byte_queue_drop(&machine->devices.console.output[stream - 1], size);
    }
}

/* Text that is cut where the room ends; size counts all of it. */
struct line {
    char *text;
    uint32_t room;
    uint32_t size;
};

static void line_text(struct line *line, const char *text) {
    for (; *text != '\0'; text++) {
        if (line->size + 1 < line->room) {
            line->text[line->size] = *text;
        }
        line->size++;
    }
}

static void line_number(struct line *line, uint32_t number) {
    char digits[11];
    uint32_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    line_text(line, digits + at);
}

uint32_t mox_machine_wait_line(const mox_machine *machine, uint32_t index, char *text,
                               uint32_t size) {
    mox_machine *own = (mox_machine *)(uintptr_t)machine; /* looking changes nothing */
    struct line line = {text, size, 0};
    char label[256];
    for (const struct cage *cage = machine_next_cage(own, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(own, cage->id)) {
        const bool waits = cage->state == CAGE_WAITING || cage->state == CAGE_STOPPED;
        if (!waits || index-- > 0) {
            continue;
        }
        line_number(&line, cage->id);
        if (cage->state == CAGE_STOPPED) {
            line_text(&line, " is stopped by signal ");
            line_number(&line, cage->stop_signal);
        } else {
            line_text(&line, " waits in ");
            line_text(&line, call_name(cage->call));
            if (files_wait_label(cage, label, sizeof label) > 0) {
                line_text(&line, " for ");
                line_text(&line, label);
            }
        }
        if (size > 0) {
            text[line.size < size ? line.size : size - 1] = '\0';
        }
        return line.size;
    }
    return 0;
}
