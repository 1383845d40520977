/* A box as bytes, from which another goes on just as it would have: all that the rest of a run, its
 * report and its receipt depend on. The bytes are the same on every host and however they are cut.
 * All numbers are little-endian 32-bit words; a 64-bit one is two, the low one first.
 *
 *     16 bytes  "moxbox snapshot" and a zero byte
 *     3 words   version of this format, 1; MOX_SEMANTICS_VERSION;
 *               1 if data files are left out, else 0
 *     3 words   stop (mox_stop: NONE, EXIT, BUDGET, FAULT or BREAK); memory limit; stack size
 *     3 words   1 if the budget had no limit, else 0;
 *               the budget (64 bits; 0 without limit), which is not less than the count
 *     20 words  $fp $sp $r0 ... $r13; pc; cc (0, 4, 9, 10, 17 or 18);
 *               instructions retired (64 bits)
 *     word      number of special registers that are not 0; for each, in ascending order
 *       2 words   its number; its value
 *     word      number of programs; for each, in the order of adding
 *       32 bytes  SHA-256 of the file
 *       3 words   size of the file (64 bits); number of segments; for each, as the file has them
 *         3 words   base; size; rights (read 1, write 2)
 *     word      number of data files; for each, in the order of adding
 *       32 bytes  SHA-256 of the file
 *       word      size of the file
 *     word      number of heap regions; for each, in the order of mapping
 *       word      its size
 *     then the contents as base/pieces.h has blocks of memory: of each segment in the order above,
 *               of each data file that is not empty unless they are left out, of the stack,
 *               of each heap region
 *     32 bytes  SHA-256 of all before
 *
 * What follows from these is not there, and is made again by the code that made it first: where
 * everything lies, its names, the memory-map descriptors, the exit code, the fault. So a file can
 * say nothing but what some box could be, and there is one way to say it: bytes that are read and
 * written again are the same. */
#ifndef MOXBOX_BOX_SNAPSHOT_H
#define MOXBOX_BOX_SNAPSHOT_H

#include "base/pieces.h"
#include "cpu/cpu.h"
#include "mem/space.h"
#include "moxbox/box.h"

enum {
    SNAPSHOT_TAG_SIZE = 16,
    SNAPSHOT_FORMAT = 1,
    SNAPSHOT_INPUTS_MAX = 1 << 16, /* programs, and data files: empty ones cost the guest nothing */
    /* What follows the versions, up to the number of special registers. */
    SNAPSHOT_HEAD_WORDS = 7 + REG_COUNT + 5,
    SNAPSHOT_PROGRAM_LEAST = 52 + 32, /* bytes of a file: a header, and that of one segment */
};
extern const uint8_t snapshot_tag[SNAPSHOT_TAG_SIZE];

/* JavaScript keeps whole numbers exactly up to here; no file is larger. */
#define SNAPSHOT_PROGRAM_MOST ((1ull << 53) - 1)

struct input; /* box/parts.h */

/* Walks over the regions whose contents a snapshot has, in its order. */
struct contents {
    const struct input *program; /* the next segment is `segment` of it; NULL: none is left */
    uint32_t segment;
    uint32_t index; /* of the next region otherwise */
};

void contents_start(const mox_box *box, struct contents *contents);

/* The region that it stands on, or NULL at the end. */
const struct region *contents_region(const mox_box *box, struct contents *contents,
                                     bool data_left_out);
void contents_next(struct contents *contents);

/* What comes next of a snapshot being written. */
enum snapshot_part {
    SNAPSHOT_HEAD,
    SNAPSHOT_PROGRAM,
    SNAPSHOT_DATA_COUNT,
    SNAPSHOT_DATA,
    SNAPSHOT_HEAP_COUNT,
    SNAPSHOT_HEAP,
    SNAPSHOT_CONTENTS,
    SNAPSHOT_DIGEST,
    SNAPSHOT_END,
};

struct snapshot_writer {
    struct pieces_out out;
    struct mox_snapshot_options options;
    enum snapshot_part part;
    const struct input *input; /* the next one */
    uint32_t heap;             /* heap regions written */
    struct contents contents;
    uint32_t at; /* in the region's contents */
};

#endif
