/* A machine for a codec (base/codec.h): what all of its text begins with. Cages, files, names
 * follow as the objects that this leads to. */
#include "base/alloc.h"
#include "base/codec.h"
#include "cage/files.h"
#include "cage/process.h"
#include "fs/inode.h"
#include "machine/machine_text.h"

#include <string.h>

/* Loading: what the file says must be granted, as machine->options then tells. */
static void limit_codec(struct codec *codec, uint32_t *limit) {
    const uint32_t granted = *limit;
    codec_word(codec, limit);
    if (codec->loads && *limit > granted) {
        codec_fail(codec, -MOX_ENOSPC);
    }
}

static void options_codec(struct codec *codec, mox_machine *machine) {
    struct mox_machine_options *options = &machine->options;
    const uint64_t output = options->output_limit;
    limit_codec(codec, &options->memory_limit);
    limit_codec(codec, &options->cages_max);
    codec_wide(codec, &options->output_limit);
    codec_word(codec, &options->stack_size);
    codec_word(codec, &options->uid);
    codec_word(codec, &options->gid);
    if (codec->loads && options->output_limit > output) {
        codec_fail(codec, -MOX_ENOSPC);
    }
    (void)codec_need(codec, options->memory_limit > 0 && machine_options_good(options));
    machine->memory_limit = options->memory_limit;
    machine->slots = options->cages_max + 2;
}

/* Every cage, in the order of ids. */
static void cages_codec(struct codec *codec, mox_machine *machine) {
    struct cage *cage = codec->loads ? NULL : machine_next_cage(machine, 0);
    uint32_t last = 0;
    if (codec->loads) {
        machine->cages =
            codec_get(codec, &codec->structures, machine->slots * sizeof *machine->cages);
    }
    while (codec_more(codec, cage)) {
        cage = cage_codec_owned(codec, cage);
        if (!codec_need(codec, cage != NULL && cage->id > last)) {
            return;
        }
        last = cage->id;
        struct cage **slot = &machine->cages[cage->id % machine->slots];
        if (codec->loads && codec_need(codec, *slot == NULL)) {
            *slot = cage;
            machine->alive += cage->id != CAGE_INIT ? 1 : 0;
        }
        cage = codec->loads ? NULL : machine_next_cage(machine, last);
    }
    (void)codec_need(codec, codec_good(codec) && machine_cage(machine, CAGE_INIT) != NULL);
}

/* Those that can run, in the order of their turns, and the one whose turn it is. */
static void queue_codec(struct codec *codec, mox_machine *machine) {
    struct cage **at = &machine->first_ready;
    while (codec_more(codec, *at)) {
        *at = cage_codec(codec, *at);
        struct cage *cage = *at;
        if (!codec_need(codec, cage != NULL && (!codec->loads || !cage->ready))) {
            return;
        }
        cage->ready = true;
        machine->last_ready = cage;
        at = &cage->next_runnable;
    }
    machine->current = cage_codec(codec, machine->current);
}

static void clock_codec(struct codec *codec, mox_machine *machine) {
    uint64_t used = machine->memory_used;
    codec_wide(codec, &machine->spent);
    codec_wide(codec, &machine->skipped);
    codec_wide(codec, &used); /* loading: as much must be used again, as the text then says */
    codec_flag(codec, &machine->timers_changed);
    if (!machine->timers_changed) {
        codec_wide(codec, &machine->next_timer);
    }
    machine->last_id = codec_most(codec, machine->last_id, CAGE_ID_MAX);
    codec_word(codec, &machine->first_spawned);
    codec_flag(codec, &machine->first_ended);
    codec_word(codec, &machine->first_status);
}

static void store_codec(struct codec *codec, struct fs *fs) {
    codec_flag(codec, &fs->save_wanted);
    codec_word(codec, (uint32_t *)&fs->save_result);
    wait_codec(codec, &fs->save_finished);
}

void machine_codec(struct codec *codec, mox_machine *machine) {
    static const uint8_t name[16] = "moxbox cages v2";
    uint8_t begins[sizeof name];
    uint32_t version = MOX_SEMANTICS_VERSION;
    memcpy(begins, name, sizeof name);
    codec_bytes(codec, begins, sizeof begins);
    codec_word(codec, &version);
    (void)codec_need(codec,
                     memcmp(begins, name, sizeof name) == 0 && version == MOX_SEMANTICS_VERSION);
    options_codec(codec, machine);
    clock_codec(codec, machine);
    if (codec_good(codec)) {
        devices_codec(codec, &machine->devices);
        cages_codec(codec, machine);
    }
    if (codec_good(codec)) {
        queue_codec(codec, machine);
        files_codec(codec, machine->files);
        view_codec(codec, &machine->view);
        mappings_codec(codec, machine);
        store_codec(codec, machine->devices.fs);
        (void)codec_need(codec, machine->view.ns != NULL);
    }
}

static struct waiter *nobody(struct codec *codec, struct waiter *waiter) {
    uint32_t none = 0;
    (void)waiter;
    codec_word(codec, &none);
    (void)codec_need(codec, none == 0);
    return NULL;
}

void machine_host_codec(struct codec *codec, mox_machine *machine) {
    uint64_t debt = codec->loads ? 0 : machine->spent - machine->allowed;
    codec->waiter = nobody;
    codec_wide(codec, &debt);
    machine->stop = (mox_stop)codec_most(codec, (uint32_t)machine->stop, MOX_STOP_DEADLOCK);
    for (uint32_t i = 0; i < 2; i++) {
        byte_queue_codec(codec, &machine->devices.console.output[i], false);
    }
    if (codec->loads && codec_need(codec, debt <= machine->spent)) {
        machine->allowed = machine->spent - debt;
    }
}
