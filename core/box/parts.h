/* What a box is made of, for the files of this folder. */
#ifndef MOXBOX_BOX_PARTS_H
#define MOXBOX_BOX_PARTS_H

#include "base/sha256.h"
#include "cpu/cpu.h"
#include "mem/space.h"
#include "moxbox/box.h"
#include "proof/state_hash.h"
#include "xlate/xlate.h"

/* A program or data file in the order of adding. Programs keep only their hash. */
struct input {
    struct input *next;
    uint8_t *bytes; /* of a data file; the space's from the start on; NULL when empty */
    uint32_t size;
    uint32_t address; /* where a data file is, or would be when it is empty; set by layout */
    bool sealed;
    uint8_t hash[MOX_HASH_SIZE];
};

struct input_list {
    struct input *first;
    struct input **end; /* where the next one is linked in */
    uint32_t count;
};

struct mox_box {
    struct mox_allocator allocator;
    struct space space; /* until the start, its limit lacks what the data files will need */
    struct cpu cpu;
    struct xlate *xlate; /* NULL: interpret only */
    uint32_t memory_limit;
    uint32_t stack_size;
    bool started;

    struct input_list programs;
    struct input_list data;
    uint32_t entry;         /* of the last program */
    uint32_t segment_count; /* of all programs, for the names "elfN" */
    uint32_t heap_count;

    struct input *sealing; /* the first data file that is not sealed, with its hash so far */
    uint32_t sealing_offset;
    struct sha256 sealing_hash;

    /* Special registers 6 and 7 at the start, which are no output buffer. */
    uint32_t first_output;
    uint32_t first_output_size;

    mox_stop stop;
    uint32_t exit_code;
    struct mox_report report;

    bool hashing; /* a state hash is under way */
    struct state_hash state_hash;
    const struct input *hashing_data; /* the next data file that hash will meet */
};

/* Places and maps data files, stack and descriptors, all or nothing, and sets the special registers
 * that tell the guest. ADDRESS_SPACE, MEMORY_LIMIT or NO_MEMORY. needs: all sealed. */
mox_status layout_make(mox_box *box);

/* Carries out the call of the swi that just retired. NO_MEMORY when the host cannot now; then
 * nothing of the call has happened. */
mox_status calls_serve(mox_box *box);

#endif
