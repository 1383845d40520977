#include "ns/console.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

void devices_start(struct machine_devices *devices, const struct mox_allocator *allocator,
                   const uint8_t seed[32], uint64_t output_limit) {
    static const char name[] = "moxbox";
    memset(devices, 0, sizeof *devices);
    devices->allocator = *allocator;
    devices->blocks = *allocator;
    random_start(&devices->random, seed);
    console_start(devices, output_limit);
    memcpy(devices->sysname, name, sizeof name);
}

void devices_end(struct machine_devices *devices) {
    console_end(devices);
    for (struct boot_input *input = devices->inputs, *next; input; input = next) {
        next = input->next;
        alloc_give(&devices->blocks, input->bytes, input->size);
        alloc_give(&devices->allocator, input, sizeof *input + input->name_size);
    }
    devices->inputs = NULL;
}

bool devices_check(const struct machine_devices *devices) {
    uint32_t count = 0;
    for (const struct boot_input *input = devices->inputs; input; input = input->next) {
        if ((input->size > 0) != (input->bytes != NULL) || input->number > devices->input_count) {
            return false;
        }
        count++;
    }
    return count == devices->input_count && devices->random.left <= sizeof devices->random.block &&
           devices->sysname[SYSNAME_MAX] == 0 && console_check(devices);
}

static void put32(devices_sink *sink, void *context, uint32_t value) {
    uint8_t bytes[4];
    bytes_store32(bytes, value);
    sink(context, bytes, sizeof bytes);
}

static void put64(devices_sink *sink, void *context, uint64_t value) {
    put32(sink, context, (uint32_t)value);
    put32(sink, context, (uint32_t)(value >> 32));
}

static void console_state(const struct console *console, devices_sink *sink, void *context) {
    uint8_t byte;
    put32(sink, context, console->input.size);
    for (uint32_t i = 0; i < console->input.size; i++) {
        byte_queue_peek(&console->input, i, &byte, 1);
        sink(context, &byte, 1);
    }
    put32(sink, context, console->input_ended);
    put64(sink, context, console->written);
    put32(sink, context, console->raw);
    put32(sink, context, console->line_done);
    put32(sink, context, console->line_given);
    put32(sink, context, console->line_size);
    sink(context, console->line, console->line_size);
}

void devices_state(struct machine_devices *devices, devices_sink *sink, void *context) {
    sink(context, devices->random.seed, sizeof devices->random.seed);
    put64(sink, context, devices->random.blocks);
    put32(sink, context, devices->random.left);
    console_state(&devices->console, sink, context);
    put32(sink, context, devices->input_count);
    for (struct boot_input *input = devices->inputs; input; input = input->next) {
        put32(sink, context, input->number);
        put32(sink, context, input->size);
        put32(sink, context, input->name_size);
        sink(context, (const uint8_t *)input->name, input->name_size);
        sink(context, boot_digest(input), sizeof input->digest);
    }
    put32(sink, context, devices->pipes);
    put32(sink, context, devices->mounts);
    put32(sink, context, devices->groups);
    put64(sink, context, devices->start_time);
    put32(sink, context, devices->host_uid);
    sink(context, (const uint8_t *)devices->sysname, sizeof devices->sysname);
}
