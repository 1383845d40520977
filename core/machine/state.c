/* The hash of a whole machine: SHA-256 of the text below, in little-endian words; two machines with
 * equal hashes do the same from here on, whatever host they are on.
 *
 *     16 bytes  "moxbox cages v1" and a zero byte
 *     words     MOX_SEMANTICS_VERSION, units spent and skipped, options, ids and queue of the
 *               scheduler
 *     for each cage in the order of ids: what cage_words says, its signals, timers, descriptors and
 *               names, then its regions in address order: base, size, rights, SHA-256 of contents
 *     the file system's own digest, the machine's files, its devices */
#include "base/alloc.h"
#include "base/sha256.h"
#include "cage/files.h"
#include "cage/names.h"
#include "cage/signals.h"
#include "cage/timers.h"
#include "fs/fs.h"
#include "machine/machine_parts.h"

#include <string.h>

struct machine_hash {
    struct sha256 whole;
    struct sha256 contents;
    uint32_t cage; /* whose regions are being read; 0: none yet */
    uint32_t region;
    uint32_t offset;
};

static void add_word(struct machine_hash *hash, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    sha256_update(&hash->whole, bytes, sizeof bytes);
}

static void add_wide(struct machine_hash *hash, uint64_t value) {
    add_word(hash, (uint32_t)value);
    add_word(hash, (uint32_t)(value >> 32));
}

static void sink(void *context, const uint8_t *bytes, uint32_t size) {
    struct machine_hash *hash = context;
    sha256_update(&hash->whole, bytes, size);
}

static void add_machine(struct machine_hash *hash, const mox_machine *machine) {
    static const uint8_t name[16] = "moxbox cages v1";
    const struct mox_machine_options *options = &machine->options;
    sha256_update(&hash->whole, name, sizeof name);
    add_word(hash, MOX_SEMANTICS_VERSION);
    add_wide(hash, machine->spent);
    add_wide(hash, machine->skipped);
    add_wide(hash, machine->memory_limit);
    add_word(hash, options->stack_size);
    add_word(hash, options->cages_max);
    add_wide(hash, options->start_time);
    add_word(hash, machine->last_id);
    add_word(hash, machine->current != NULL ? machine->current->id : 0);
    for (const struct cage *cage = machine->first_ready; cage != NULL; cage = cage->next_runnable) {
        add_word(hash, cage->id);
    }
    add_word(hash, 0);
}

static void add_signals(struct machine_hash *hash, const struct signals *signals) {
    for (uint32_t i = 1; i <= ABI_SIGNAL_COUNT; i++) {
        add_word(hash, signals->actions[i].handler);
        add_word(hash, signals->actions[i].flags);
        add_wide(hash, signals->actions[i].mask);
        if (signals->pending & signal_bit(i)) {
            sha256_update(&hash->whole, &signals->info[i], sizeof signals->info[i]);
        }
    }
    add_word(hash, signals->queued);
    sha256_update(&hash->whole, signals->queue, signals->queued * sizeof *signals->queue);
    add_wide(hash, signals->mask);
    add_wide(hash, signals->pending);
    add_wide(hash, signals->awaited);
    add_wide(hash, signals->mask_saved ? signals->saved_mask : 0);
    add_word(hash, signals->mask_saved);
    add_wide(hash, signals->alarm);
    add_wide(hash, signals->alarm_interval);
    add_word(hash, signals->stack.address);
    add_word(hash, signals->stack.size);
    add_word(hash, signals->stack.flags);
}

static void add_timers(struct machine_hash *hash, const struct timers *timers) {
    for (uint32_t i = 0; timers != NULL && i < TIMERS_MAX; i++) {
        const struct timer *timer = &timers->timers[i];
        const uint32_t words[] = {timer->used,  timer->clock, timer->signal,
                                  timer->value, timer->rests, timer->overruns};
        for (uint32_t j = 0; j < sizeof words / sizeof *words; j++) {
            add_word(hash, words[j]);
        }
        add_wide(hash, timer->at);
        add_wide(hash, timer->interval);
    }
    add_word(hash, timers != NULL);
}

static void add_registers(struct machine_hash *hash, const struct cpu *cpu) {
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        add_word(hash, cpu->r[i]);
    }
    add_word(hash, cpu->pc);
    add_word(hash, cpu_condition(cpu));
    for (uint32_t i = 0; i < SREG_COUNT; i++) {
        add_word(hash, cpu->sr[i]);
    }
}

static void add_cage(struct machine_hash *hash, const struct cage *cage) {
    const struct caller *caller = &cage->caller;
    const uint32_t words[] = {
        cage->id,          cage->parent->id, cage->state,        cage->quantum_left, cage->call,
        cage->interrupted, cage->brk_start,  cage->brk,          cage->exit_status,  cage->change,
        cage->stop_signal, cage->executed,   cage->group,        cage->session,      cage->uid,
        cage->gid,         cage->saved_uid,  cage->saved_gid,    caller->uid,        caller->gid,
        caller->umask,     caller->progress, caller->group_count};
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        add_word(hash, words[i]);
    }
    for (uint32_t i = 0; i < caller->group_count; i++) {
        add_word(hash, caller->groups[i]);
    }
    add_wide(hash, cage->deadline);
    add_wide(hash, cage->used);
    add_wide(hash, cage->used_by_children);
    sha256_update(&hash->whole, cage->program, strlen(cage->program) + 1);
    if (cage->signals != NULL) {
        add_registers(hash, &cage->cpu);
        add_signals(hash, cage->signals);
        add_timers(hash, cage->timers);
        if (cage->id != CAGE_INIT) {
            files_cage_state(cage, sink, hash);
            names_state(cage, sink, hash);
        }
        add_word(hash, cage->space.count);
    }
}

/* Reads on in a region, at most *most bytes. True when it is done. */
static bool add_region(struct machine_hash *hash, const struct region *region, uint32_t *most) {
    const uint32_t left = region->size - hash->offset;
    const uint32_t here = left < *most ? left : *most;
    uint8_t digest[MOX_HASH_SIZE];
    if (here == 0) {
        return false;
    }
    if (hash->offset == 0) {
        sha256_start(&hash->contents);
        add_word(hash, region->base);
        add_word(hash, region->size);
        add_word(hash, region->rights);
    }
    sha256_update(&hash->contents, region->bytes + hash->offset, here);
    hash->offset += here;
    *most -= here;
    if (here < left) {
        return false;
    }
    sha256_finish(&hash->contents, digest);
    sha256_update(&hash->whole, digest, sizeof digest);
    hash->offset = 0;
    return true;
}

/* What belongs to no cage. True when it is done. */
static bool add_rest(struct machine_hash *hash, mox_machine *machine, uint32_t most) {
    uint8_t digest[MOX_HASH_SIZE];
    if (most == 0 || !fs_hash_step(machine->devices.fs, most, digest)) {
        return false;
    }
    sha256_update(&hash->whole, digest, sizeof digest);
    files_state(machine, sink, hash);
    devices_state(&machine->devices, sink, hash);
    return true;
}

void machine_forget_hash(mox_machine *machine) {
    if (machine->hashing != NULL) {
        alloc_give(&machine->host, machine->hashing, sizeof *machine->hashing);
        machine->hashing = NULL;
    }
}

mox_status mox_machine_state_hash(mox_machine *machine, uint32_t max_bytes,
                                  uint8_t digest[MOX_HASH_SIZE], bool *done) {
    *done = false;
    if (machine->hashing == NULL) {
        const mox_status status = machine_settle(machine);
        if (status != MOX_OK) {
            return status;
        }
        machine->hashing = alloc_get(&machine->host, sizeof *machine->hashing);
        if (machine->hashing == NULL) {
            return MOX_NO_MEMORY;
        }
        sha256_start(&machine->hashing->whole);
        add_machine(machine->hashing, machine);
    }
    struct machine_hash *hash = machine->hashing;
    for (;;) {
        const struct cage *cage = hash->cage != 0 ? machine_cage(machine, hash->cage) : NULL;
        if (cage != NULL && hash->region < cage->space.count) {
            if (!add_region(hash, &cage->space.regions[hash->region], &max_bytes)) {
                return MOX_OK;
            }
            hash->region++;
            continue;
        }
        cage = machine_next_cage(machine, hash->cage);
        if (cage == NULL) {
            break;
        }
        add_cage(hash, cage);
        hash->cage = cage->id;
        hash->region = 0;
    }
    if (!add_rest(hash, machine, max_bytes)) {
        return MOX_OK;
    }
    sha256_finish(&hash->whole, digest);
    machine_forget_hash(machine);
    *done = true;
    return MOX_OK;
}
