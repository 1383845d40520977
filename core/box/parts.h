/* What a box is made of, for the files of this folder. */
#ifndef MOXBOX_BOX_PARTS_H
#define MOXBOX_BOX_PARTS_H

#include "base/sha256.h"
#include "box/snapshot.h"
#include "cpu/cpu.h"
#include "load/elf.h"
#include "mem/space.h"
#include "moxbox/box.h"
#include "proof/state_hash.h"
#include "xlate/xlate.h"

/* A program or data file in the order of adding. Programs keep their hash, and where their segments
 * are. */
struct input {
    struct input *next;
    uint8_t *bytes; /* of a data file; the space's from the start on; NULL when empty */
    uint64_t size;
    uint32_t segment_count;
    uint32_t segments[ELF_MAX_SEGMENTS]; /* bases, in the order of the file */
    uint32_t address; /* where a data file is, or would be when it is empty; set by layout */
    bool sealed;
    uint8_t hash[MOX_HASH_SIZE];
};

struct input_list {
    struct input *first;
    struct input **end; /* where the next one is linked in */
    uint32_t count;
    /* The last one that was asked for, so that asking for each of many takes a step each; NULL:
     * none yet. */
    struct input *asked;
    uint32_t asked_index;
};

struct mox_box {
    struct mox_allocator allocator;
    struct space space; /* until the start, its limit lacks what the data files will need */
    struct cpu cpu;
    struct xlate *xlate; /* NULL: interpret only */
    uint32_t memory_limit;
    uint32_t stack_size;
    bool started;                /* the layout is made; when not `restoring`, it can run */
    bool fresh;                  /* and did not yet */
    struct restoring *restoring; /* a restore is under way, or has failed */

    struct input_list programs;
    struct input_list data;
    uint32_t entry;         /* of the last program */
    uint32_t segment_count; /* of all programs, for the names "elfN" */
    uint32_t heap_count;
    uint32_t data_regions; /* data files that are not empty; set by layout */

    struct input *sealing; /* the first data file that is not sealed, with its hash so far */
    struct sha256_steps sealing_hash;

    /* Special registers 6 and 7 at the start, which are no output buffer. */
    uint32_t first_output;
    uint32_t first_output_size;

    mox_stop stop;
    uint32_t exit_code;
    struct mox_report report;

    bool hashing; /* a state hash is under way */
    struct state_hash state_hash;
    const struct input *hashing_data; /* the next data file that hash will meet */

    bool writing; /* a snapshot is under way */
    struct snapshot_writer writer;
    struct mox_snapshot_options restored; /* the options of the snapshot that the box came from */
};

/* Programs and data may be added. */
static inline bool box_is_open(const mox_box *box) {
    return !box->started && !box->restoring;
}

/* There is a machine. */
static inline bool box_is_ready(const mox_box *box) {
    return box->started && !box->restoring;
}

/* box.c, for restoring too. As mox_box_add_data and mox_box_seal, in any phase before the start. */
mox_status box_add_data(mox_box *box, uint32_t size, struct input **added);
struct input *box_add_program(mox_box *box); /* with nothing known of it; NULL: no memory */
mox_status box_seal(mox_box *box, uint32_t max_bytes, bool *done);

/* Ends a restore: box/snapshot_read.c. */
void restoring_free(mox_box *box);

/* Places and maps data files, stack and descriptors, all or nothing, and sets the special registers
 * that tell the guest. ADDRESS_SPACE, MEMORY_LIMIT or NO_MEMORY. */
mox_status layout_make(mox_box *box);

/* Maps the next heap region. As space_map. *base: where. */
mox_status calls_map_heap(mox_box *box, uint32_t size, uint32_t *base);

enum { CALL_EXIT = 1, CALL_MMAP = 90 };

/* Carries out the call of the swi that just retired. NO_MEMORY when the host cannot now; then
 * nothing of the call has happened. */
mox_status calls_serve(mox_box *box);

#endif
