#include "cpu/text.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "cpu/known.h"

#include <string.h>

/* The operation that does what two neighbours do, or KIND_DECODE when there is none. */
static uint8_t fused_kind(uint8_t first, uint8_t second) {
    switch (first << 8 | second) {
/* clang-format off */
#define FUSE(first, second) \
    case KIND_##first << 8 | KIND_##second: return KIND_##first##_##second;
#include "cpu/fused.def"
    /* clang-format on */
    default: return KIND_DECODE;
    }
}

/* Instruction identifiers and kinds come from the same table in the same order. */
static uint8_t plain_kind(uint8_t id) {
    return id == INSN_BAD ? KIND_BAD : (uint8_t)(id - 1 + KIND_ldi_l);
}

static struct op op_from(const struct insn *insn) {
    return (struct op){
        .kind = plain_kind(insn->id),
        .a = (uint8_t)(insn->a * sizeof(uint32_t)),
        .b = (uint8_t)(insn->b * sizeof(uint32_t)),
        .imm = insn->imm,
    };
}

void text_single(struct op *ops, const struct insn *insn) {
    for (uint32_t i = 1; i <= CHUNK_TAIL; i++) {
        ops[i] = (struct op){.kind = KIND_LEAVE};
    }
    ops[0] = op_from(insn);
    ops[0].run = 1;
}

static size_t chunk_size(uint32_t slots) {
    return sizeof(struct chunk) + (slots + CHUNK_TAIL) * sizeof(struct op);
}

void text_drop(struct text_cache *text) {
    for (uint32_t i = 0; i < text->count; i++) {
        alloc_give(&text->allocator, text->chunks[i], chunk_size(text->chunks[i]->slots));
    }
    memset(text->page, 0, sizeof text->page);
    text->count = 0;
    text->used = 0;
    text->refused = 0;
}

static bool chunk_holds(const struct chunk *chunk, uint32_t pc) {
    return pc - chunk->pc < chunk->slots * 2;
}

/* Makes the chunk for pc in a region; NULL when there is no whole halfword or no memory. */
static struct chunk *chunk_new(struct text_cache *text, const struct region *region, uint32_t pc) {
    const uint32_t aligned = pc & ~(uint32_t)(CHUNK_TEXT - 1);
    const uint32_t start = aligned > region->base ? aligned : (region->base + 1) & ~1u;
    const uint32_t left = region->size - (start - region->base);
    const uint32_t room = aligned + CHUNK_TEXT - start;
    const uint32_t slots = (left < room ? left : room) / 2;
    if (pc - start >= slots * 2) {
        return NULL;
    }
    if (text->count == TEXT_CHUNKS || text->used + chunk_size(slots) > TEXT_QUOTA) {
        /* A chunk costs as much as ten thousand instructions. A guest that jumps about in more text
         * than the quota holds would have one made at every jump, and hold up its host. */
        if (text->refused < TEXT_PATIENCE) {
            text->refused++;
            return NULL;
        }
        text_drop(text);
    }
    struct chunk *chunk = alloc_get(&text->allocator, chunk_size(slots));
    if (chunk == NULL) {
        return NULL;
    }
    chunk->pc = start;
    chunk->slots = slots;
    for (uint32_t i = 0; i < CHUNK_TAIL; i++) {
        chunk->ops[slots + i].kind = KIND_LEAVE;
    }
    text->chunks[text->count++] = chunk;
    text->used += chunk_size(slots);
    text->made++;
    return chunk;
}

struct chunk *text_find(struct text_cache *text, const struct space *space, uint32_t pc) {
    if (pc & 1) {
        return NULL;
    }
    struct chunk **cached = &text->page[(pc >> WINDOW_PAGE_BITS) % TEXT_PAGES];
    if (*cached != NULL && chunk_holds(*cached, pc)) {
        return *cached;
    }
    for (uint32_t i = 0; i < text->count; i++) {
        if (chunk_holds(text->chunks[i], pc)) {
            *cached = text->chunks[i];
            return *cached;
        }
    }
    const struct region *region = space_find(space, pc);
    if (region == NULL || region->rights & RIGHT_WRITE) {
        return NULL;
    }
    struct chunk *chunk = chunk_new(text, region, pc);
    if (chunk != NULL) {
        *cached = chunk; /* after a drop every entry is NULL, so none outlives its chunk */
    }
    return chunk;
}

/* A basic block being decoded: first halfwords of its instructions, and where it goes on. */
struct block {
    uint32_t slot[OP_BLOCK_MAX];
    uint32_t count;
    uint32_t next; /* slot behind the last instruction */
    bool goes_on;  /* the last instruction falls through to next */
};

/* Reads instructions into plain operations, up to one that does not fall through, to text that is
 * decoded already, or to one that only a KIND_STEP can run: cut off by the end of the region, or
 * one too many. */
static void block_read(struct chunk *chunk, const struct region *region, uint32_t slot,
                       struct block *block) {
    block->count = 0;
    block->goes_on = true;
    while (block->goes_on && slot < chunk->slots && chunk->ops[slot].kind == KIND_DECODE) {
        const uint32_t pc = chunk->pc + slot * 2;
        const uint8_t *code = region->bytes + (pc - region->base);
        const uint32_t length = insn_table[insn_identify(bytes_load16(code))].length;
        if (block->count == OP_BLOCK_MAX || region->size - (pc - region->base) < length) {
            chunk->ops[slot].kind = KIND_STEP;
            break;
        }
        const struct insn insn = insn_decode(code, pc);
        chunk->ops[slot] = op_from(&insn);
        block->slot[block->count++] = slot;
        block->goes_on = insn_table[insn.id].flow == FLOW_NEXT;
        slot += length / 2;
    }
    block->next = slot;
}

/* Counts instructions backwards from the end of the block, and fuses neighbours. */
static void block_finish(struct chunk *chunk, const struct block *block) {
    uint32_t run = block->goes_on ? chunk->ops[block->next].run : 0;
    /* Plain kind of the instruction behind, when it is in this block. */
    uint8_t second = KIND_DECODE;
    for (uint32_t i = block->count; i-- > 0;) {
        struct op *op = &chunk->ops[block->slot[i]];
        if (run == OP_BLOCK_MAX) {
            *op = (struct op){.kind = KIND_STEP};
            run = 0;
            second = KIND_DECODE;
            continue;
        }
        op->run = (uint8_t)++run;
        const uint8_t first = op->kind;
        const uint8_t fused = fused_kind(first, second);
        if (fused != KIND_DECODE) {
            op->kind = fused;
        }
        second = first;
    }
}

/* Marks the block's first instruction if a known function begins with it that ends in the chunk. */
static void block_mark_known(struct chunk *chunk, const struct region *region,
                             const struct block *block) {
    if (block->count == 0) {
        return;
    }
    const uint32_t slot = block->slot[0];
    const uint32_t at = chunk->pc + slot * 2 - region->base;
    const uint32_t left = region->size - at;
    const uint32_t rest = (chunk->slots - slot) * 2;
    const enum known_id id = known_at(region->bytes + at, left < rest ? left : rest);
    if (id != KNOWN_COUNT) {
        chunk->ops[slot].kind = KIND_KNOWN;
        chunk->ops[slot].imm = id;
    }
}

static void block_mark_entries(const struct text_cache *text, struct chunk *chunk,
                               const struct block *block) {
    for (uint32_t i = 0; i < block->count; i++) {
        struct op *op = &chunk->ops[block->slot[i]];
        const uint32_t at = (chunk->pc + block->slot[i] * 2 - text->entries_base) / 2;
        if (at < text->entries_count && text->entries[at] != 0 && op->kind != KIND_STEP) {
            op->kind = KIND_ENTER;
        }
    }
}

uint32_t text_decode(const struct text_cache *text, struct chunk *chunk, const struct space *space,
                     uint32_t slot) {
    struct block block;
    const struct region *region = space_find(space, chunk->pc + slot * 2);
    block_read(chunk, region, slot, &block);
    block_finish(chunk, &block);
    block_mark_known(chunk, region, &block);
    block_mark_entries(text, chunk, &block);
    return block.count;
}

void text_set_entries(struct text_cache *text, uint32_t base, uint32_t count,
                      const uint32_t *entries) {
    text_drop(text);
    text->entries = entries;
    text->entries_base = base;
    text->entries_count = count;
}
