/* Bytes that are written and read in pieces of any size, for snapshots: little-endian words, byte
 * strings, and blocks of memory by pages, of which those of zeros are left out. At the end stands
 * the SHA-256 of all before it, which tells damage by accident from what was written; against
 * malice it is nothing, so the reader still checks everything.
 *
 * How the pieces are cut changes no byte. The writer asks pieces_fits before each item (what it
 * puts without asking again, at most PIECES_ITEM_MAX bytes) and waits for the next piece when it
 * does not; the reader takes items as whole blocks, wherever they were cut.
 *
 * A block of memory is, for each page that is not all zero, in ascending order: its number, its
 * bytes (fewer on the last page when the block ends in it); then PIECES_PAGES_END. */
#ifndef MOXBOX_BASE_PIECES_H
#define MOXBOX_BASE_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"

enum {
    PIECES_PAGE = 4096,
    PIECES_ITEM_MAX = 4 + PIECES_PAGE, /* no page needs more; rooms have at least this */
    PIECES_DIGEST = 32,
};
#define PIECES_PAGES_END UINT32_MAX

struct pieces_out {
    uint8_t *bytes;
    uint32_t room;
    uint32_t used;
    struct sha256 digest; /* of the pieces before this one */
};

void pieces_out_start(struct pieces_out *out);

/* The next piece goes into bytes[0..room). */
void pieces_out_into(struct pieces_out *out, uint8_t *bytes, uint32_t room);

/* Ends the piece and says how many bytes it has. */
uint32_t pieces_out_cut(struct pieces_out *out);

/* Whether the piece has room for an item of `size` bytes. */
bool pieces_fits(const struct pieces_out *out, uint32_t size);

/* need: room. */
void pieces_put_word(struct pieces_out *out, uint32_t word);
void pieces_put_wide(struct pieces_out *out, uint64_t value); /* low word first */
void pieces_put_bytes(struct pieces_out *out, const uint8_t *bytes, uint32_t size);

/* Last of all: the digest. needs: room, and the same piece to be the last. */
void pieces_put_digest(struct pieces_out *out);

/* A block of memory, from *at on (0 at first). True when it is done, and *at is 0 again; false when
 * the piece is full, or after *max_bytes of memory, which count down. The block must not change
 * meanwhile. */
bool pieces_put_pages(struct pieces_out *out, const uint8_t *bytes, uint32_t size, uint32_t *at,
                      uint32_t *max_bytes);

struct pieces_in {
    const uint8_t *piece; /* what is left of the piece that was fed last; the caller's */
    uint32_t left;
    uint32_t held_size;
    uint8_t held[PIECES_ITEM_MAX]; /* the beginning of an item that the last piece ended in */
    struct sha256 digest;          /* of what was taken */
};

enum pieces_taken { PIECES_MORE, PIECES_DONE, PIECES_BAD };

/* A block of memory being read: zeroed at first. */
struct pieces_pages {
    uint32_t next; /* the lowest number that may follow */
    uint32_t at;   /* bytes that are there of page next - 1, when it is `open` */
    bool open;
};

void pieces_in_start(struct pieces_in *in);

/* The piece stays the caller's, and stays until it is used up: until something answers NULL, false
 * or MORE. */
void pieces_in_feed(struct pieces_in *in, const uint8_t *bytes, uint32_t size);

/* The next size bytes, 0 < size <= PIECES_ITEM_MAX, valid until the next call; NULL: not all of
 * them are there, and the same call is to be made again when more was fed. */
const uint8_t *pieces_take(struct pieces_in *in, uint32_t size);

/* As pieces_take, of any size, straight to where they belong. *at (0 at first) counts them. */
bool pieces_take_all(struct pieces_in *in, uint8_t *to, uint32_t size, uint32_t *at);

/* A block of memory, into zeroed bytes. BAD: a page that is out of order, outside, or zero. */
enum pieces_taken pieces_take_pages(struct pieces_in *in, uint8_t *bytes, uint32_t size,
                                    struct pieces_pages *pages);

/* Last of all. BAD: other bytes were taken than those that it is the digest of. */
enum pieces_taken pieces_take_digest(struct pieces_in *in);

#endif
