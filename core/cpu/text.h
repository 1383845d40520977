/* Predecoded text. Read-only guest memory is decoded a basic block at a time, when it is first
 * reached, into chunks of operations that the interpreter walks. Code in writable memory has no
 * chunk: it can change under the interpreter's feet and is decoded one instruction at a time. */
#ifndef MOXBOX_CPU_TEXT_H
#define MOXBOX_CPU_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "isa/insn.h"
#include "mem/space.h"

/* What an operation does. */
enum kind {
    KIND_DECODE, /* nothing is decoded here yet (zeroed memory) */
    KIND_LEAVE,  /* behind the last halfword of a chunk */
    KIND_ENTER,  /* an instruction where translated code begins */
    KIND_KNOWN,  /* the mov that a known function begins with; imm is which (known.h) */
    KIND_STEP, /* an instruction that the walk cannot take in its stride: decode and run it alone */
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...) KIND_##ident,
#include "isa/moxie.def"
    KIND_BAD,
#define FUSE(first, second) KIND_##first##_##second,
#include "cpu/fused.def"
    KIND_COUNT
};
_Static_assert(KIND_COUNT <= 256, "a kind is one byte");

/* One halfword of text. For a first halfword of an instruction: what it does. */
struct op {
    uint8_t kind;
    uint8_t a; /* register fields, as byte offsets into the register file */
    uint8_t b;
    uint8_t run; /* instructions from here to the end of the basic block; 0 for kinds that retire
                    none */
    uint32_t imm;
};

enum {
    OP_BLOCK_MAX = 255,    /* longest run; a longer block is cut by a KIND_STEP */
    CHUNK_TEXT = 64 << 10, /* bytes of text a chunk covers at most, on addresses of that alignment
                            */
    CHUNK_TAIL = 3,   /* KIND_LEAVE slots behind the end, as the longest instruction has three */
    TEXT_CHUNKS = 64, /* chunks alive at most */
    TEXT_QUOTA = 4 << 20,    /* bytes of chunks alive at most; beyond it all are dropped */
    TEXT_PAGES = 256,        /* entries of the page-to-chunk cache */
    TEXT_PATIENCE = 1 << 16, /* instructions that run undecoded before chunks are dropped */
};

struct chunk {
    uint32_t pc;    /* guest address of ops[0], even */
    uint32_t slots; /* whole halfwords of text covered */
    struct op ops[];
};

struct text_cache {
    struct mox_allocator allocator;
    size_t used; /* bytes of chunks alive */
    uint32_t count;
    uint32_t refused; /* how often there was no room for a chunk since the last drop */
    uint32_t made;    /* chunks made so far, modulo 2^32 */
    struct chunk *chunks[TEXT_CHUNKS];
    const uint32_t *entries; /* not 0 for each halfword from entries_base on where translated code
                                begins */
    uint32_t entries_base;
    uint32_t entries_count;
    struct chunk *page[TEXT_PAGES]; /* by page number modulo TEXT_PAGES; may be stale in address,
                                       never in life */
};

/* The chunk that holds the instruction at pc, one that has nothing decoded yet if need be
 * (text->made counts those). NULL when pc is odd, not in read-only memory, or when there is no
 * memory or no room for a chunk now. Any earlier chunk may be gone after it. */
struct chunk *text_find(struct text_cache *text, const struct space *space, uint32_t pc);

/* Decodes from a slot to the end of its basic block, and says how many instructions that was.
 * needs: slot < chunk->slots, text still mapped. */
uint32_t text_decode(const struct text_cache *text, struct chunk *chunk, const struct space *space,
                     uint32_t slot);

/* From now on, a jump to halfword i from address base on ends cpu_run with CPU_ENTER when
 * entries[i] is not 0. The caller keeps entries until it sets others. */
void text_set_entries(struct text_cache *text, uint32_t base, uint32_t count,
                      const uint32_t *entries);

/* Turns one instruction into ops[0], with run 1, and a KIND_LEAVE behind it: needs CHUNK_TAIL + 1
 * ops. */
void text_single(struct op *ops, const struct insn *insn);

/* Forgets all chunks, as after a change of mapped text. */
void text_drop(struct text_cache *text);

#endif
