/* The host's streams and the line editing of #c/cons. */
#include "ns/console.h"

#include <string.h>

#include "moxbox/errno.h"

enum { ERASE = '\b', DELETE = 0x7f, KILL = 0x15, END = 0x04, INPUT_MAX = 1 << 30 };

int32_t console_input(struct machine_devices *devices, const uint8_t *bytes, uint32_t size) {
    struct byte_queue *input = &devices->console.input;
    if (devices->console.input_ended) {
        return size == 0 ? 0 : -MOX_EPIPE;
    }
    const int32_t reserved = byte_queue_reserve(input, size);
    return reserved < 0 ? reserved : byte_queue_put(input, bytes, size);
}

void console_input_end(struct machine_devices *devices) {
    devices->console.input_ended = true;
    wait_wake(&devices->console.input.readers);
}

int32_t console_read(struct machine_devices *devices, struct caller *caller, uint8_t *to,
                     uint32_t size) {
    struct console *console = &devices->console;
    if (size == 0) {
        return 0;
    }
    const uint32_t taken = byte_queue_take(&console->input, to, size);
    if (taken > 0 || console->input_ended) {
        return (int32_t)taken;
    }
    return caller_waits(caller, &console->input.readers);
}

static void edit(struct console *console, uint8_t byte) {
    if (byte == ERASE || byte == DELETE) {
        console->line_size -= console->line_size > 0;
    } else if (byte == KILL) {
        console->line_size = 0;
    } else if (byte == END) {
        console->line_done = true;
    } else {
        console->line[console->line_size++] = byte;
        console->line_done = byte == '\n' || console->line_size == CONSOLE_LINE;
    }
}

/* Edits what has arrived until a line is done. */
static void fill_line(struct console *console) {
    uint8_t byte;
    while (!console->line_done && byte_queue_take(&console->input, &byte, 1) == 1) {
        edit(console, byte);
    }
    if (!console->line_done && console->input_ended && console->line_size > 0) {
        console->line_done = true;
    }
}

int32_t console_read_line(struct machine_devices *devices, struct caller *caller, uint8_t *to,
                          uint32_t size) {
    struct console *console = &devices->console;
    if (size == 0) {
        return 0;
    }
    if (console->raw == 0) {
        fill_line(console);
    }
    if (!console->line_done) { /* raw, or nothing has come */
        return console_read(devices, caller, to, size);
    }
    const uint32_t left = console->line_size - console->line_given;
    const uint32_t count = size < left ? size : left;
    memcpy(to, console->line + console->line_given, count);
    console->line_given += count;
    if (console->line_given == console->line_size) {
        console->line_done = false;
        console->line_size = 0;
        console->line_given = 0;
    }
    return (int32_t)count;
}

int32_t console_write(struct machine_devices *devices, uint32_t stream, const uint8_t *from,
                      uint32_t size) {
    struct console *console = &devices->console;
    struct byte_queue *output = &console->output[stream - CONSOLE_OUT];
    if (size > console->output_limit - console->written) {
        return -MOX_ENOSPC;
    }
    const int32_t reserved = byte_queue_reserve(output, size);
    if (reserved < 0) {
        return reserved == -MOX_ENOBUFS ? -MOX_ENOSPC : reserved;
    }
    console->written += size;
    return byte_queue_put(output, from, size);
}

int32_t console_poll(struct machine_devices *devices, uint32_t stream, struct waiter *waiter) {
    struct console *console = &devices->console;
    if (stream != CONSOLE_IN) {
        return READY_OUT;
    }
    if (waiter) {
        const int32_t joined = wait_join(waiter, &console->input.readers);
        if (joined < 0) {
            return joined;
        }
    }
    return (console->input.size > 0 || console->input_ended ? READY_IN : 0) |
           (console->input_ended ? READY_HUP : 0);
}

int32_t console_poll_line(struct machine_devices *devices, struct waiter *waiter) {
    struct console *console = &devices->console;
    if (console->raw == 0) {
        fill_line(console);
    }
    const int32_t raw = console_poll(devices, CONSOLE_IN, waiter);
    if (raw < 0) {
        return raw;
    }
    return READY_OUT | (console->line_done ? READY_IN : raw & READY_IN);
}

void console_start(struct machine_devices *devices, uint64_t output_limit) {
    struct console *console = &devices->console;
    memset(console, 0, sizeof *console);
    byte_queue_init(&console->input, &devices->allocator, INPUT_MAX);
    byte_queue_init(&console->output[0], &devices->allocator, INPUT_MAX);
    byte_queue_init(&console->output[1], &devices->allocator, INPUT_MAX);
    console->output_limit = output_limit < INPUT_MAX ? output_limit : INPUT_MAX;
}

void console_end(struct machine_devices *devices) {
    byte_queue_clear(&devices->console.input);
    byte_queue_clear(&devices->console.output[0]);
    byte_queue_clear(&devices->console.output[1]);
}

bool console_check(const struct machine_devices *devices) {
    const struct console *console = &devices->console;
    return byte_queue_check(&console->input) && byte_queue_check(&console->output[0]) &&
           byte_queue_check(&console->output[1]) && console->line_size <= CONSOLE_LINE &&
           console->line_given <= console->line_size && console->written <= console->output_limit;
}
