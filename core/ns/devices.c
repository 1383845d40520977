#include "ns/console.h"

#include <string.h>

#include "base/alloc.h"
#include "base/codec.h"

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
    return boot_check(devices) && devices->random.left <= sizeof devices->random.block &&
           devices->sysname[SYSNAME_MAX] == 0 && console_check(devices);
}

static void console_codec(struct codec *codec, struct console *console) {
    byte_queue_codec(codec, &console->input, false);
    codec_flag(codec, &console->input_ended);
    codec_wide(codec, &console->output_limit);
    codec_wide(codec, &console->written);
    codec_flag(codec, &console->line_done);
    console->line_size = codec_most(codec, console->line_size, CONSOLE_LINE);
    codec_word(codec, &console->line_given);
    codec_bytes(codec, console->line, console->line_size);
}

static void input_codec(struct codec *codec, struct machine_devices *devices,
                        struct boot_input **at) {
    uint32_t name_size = codec->loads ? 0 : (*at)->name_size;
    name_size = codec_most(codec, name_size, NAME_MAX_BYTES);
    if (codec->loads) {
        *at = codec_get(codec, &devices->allocator, sizeof **at + name_size);
    }
    struct boot_input *input = *at;
    if (input == NULL) {
        return;
    }
    input->name_size = name_size;
    codec_bytes(codec, input->name, name_size);
    codec_word(codec, &input->number);
    codec_word(codec, &input->size);
    codec_blob(codec, &devices->blocks, &input->bytes, input->size, input->size,
               codec->loads ? NULL : boot_digest(input));
}

static void inputs_codec(struct codec *codec, struct machine_devices *devices) {
    struct boot_input **at = &devices->inputs;
    codec_word(codec, &devices->input_count);
    for (uint32_t i = 0; i < devices->input_count && codec_good(codec); i++) {
        input_codec(codec, devices, at);
        at = *at != NULL ? &(*at)->next : at;
    }
}

void devices_codec(struct codec *codec, struct machine_devices *devices) {
    codec_bytes(codec, devices->random.seed, sizeof devices->random.seed);
    codec_wide(codec, &devices->random.blocks);
    codec_word(codec, &devices->random.left);
    codec_bytes(codec, devices->random.block, sizeof devices->random.block);
    console_codec(codec, &devices->console);
    inputs_codec(codec, devices);
    codec_word(codec, &devices->pipes);
    codec_word(codec, &devices->mounts);
    codec_word(codec, &devices->groups);
    codec_wide(codec, &devices->start_time);
    codec_word(codec, &devices->host_uid);
    codec_bytes(codec, devices->sysname, sizeof devices->sysname);
}
