#include "base/pieces.h"

#include "base/bytes.h"

void pieces_out_start(struct pieces_out *out) {
    *out = (struct pieces_out){0};
    sha256_start(&out->digest);
}

void pieces_out_into(struct pieces_out *out, uint8_t *bytes, uint32_t room) {
    out->bytes = bytes;
    out->room = room;
    out->used = 0;
}

uint32_t pieces_out_cut(struct pieces_out *out) {
    sha256_update(&out->digest, out->bytes, out->used);
    out->room = out->used; /* nothing fits any more */
    return out->used;
}

bool pieces_fits(const struct pieces_out *out, uint32_t size) {
    return size <= out->room - out->used;
}

void pieces_put_bytes(struct pieces_out *out, const uint8_t *bytes, uint32_t size) {
    memcpy(out->bytes + out->used, bytes, size);
    out->used += size;
}

void pieces_put_word(struct pieces_out *out, uint32_t word) {
    bytes_store32(out->bytes + out->used, word);
    out->used += 4;
}

void pieces_put_wide(struct pieces_out *out, uint64_t value) {
    pieces_put_word(out, (uint32_t)value);
    pieces_put_word(out, (uint32_t)(value >> 32));
}

void pieces_put_digest(struct pieces_out *out) {
    struct sha256 whole = out->digest;
    uint8_t digest[PIECES_DIGEST];
    sha256_update(&whole, out->bytes, out->used);
    sha256_finish(&whole, digest);
    pieces_put_bytes(out, digest, sizeof digest);
}

/* Bytes of a block's page that begins at `offset`. */
static uint32_t page_size(uint32_t size, uint32_t offset) {
    return size - offset < PIECES_PAGE ? size - offset : PIECES_PAGE;
}

bool pieces_put_pages(struct pieces_out *out, const uint8_t *bytes, uint32_t size, uint32_t *at,
                      uint32_t *max_bytes) {
    while (*at < size) {
        const uint32_t here = page_size(size, *at);
        if (*max_bytes == 0) {
            return false;
        }
        if (!bytes_are_zero(bytes + *at, here)) {
            if (!pieces_fits(out, 4 + here)) {
                return false;
            }
            pieces_put_word(out, *at / PIECES_PAGE);
            pieces_put_bytes(out, bytes + *at, here);
        }
        *at += here;
        *max_bytes -= here < *max_bytes ? here : *max_bytes;
    }
    if (!pieces_fits(out, 4)) {
        return false;
    }
    pieces_put_word(out, PIECES_PAGES_END);
    *at = 0;
    return true;
}

void pieces_in_start(struct pieces_in *in) {
    in->piece = NULL;
    in->left = 0;
    in->held_size = 0;
    sha256_start(&in->digest);
}

void pieces_in_feed(struct pieces_in *in, const uint8_t *bytes, uint32_t size) {
    in->piece = bytes;
    in->left = size;
}

/* As many of size bytes as the piece has. */
static const uint8_t *advance(struct pieces_in *in, uint32_t *size) {
    const uint8_t *bytes = in->piece;
    *size = *size < in->left ? *size : in->left;
    if (*size > 0) {
        in->piece += *size;
        in->left -= *size;
    }
    return bytes;
}

/* As pieces_take, without the digest. */
static const uint8_t *take(struct pieces_in *in, uint32_t size) {
    if (in->held_size == 0 && size <= in->left) {
        return advance(in, &size);
    }
    uint32_t here = size - in->held_size;
    const uint8_t *bytes = advance(in, &here);
    if (here > 0) {
        memcpy(in->held + in->held_size, bytes, here);
        in->held_size += here;
    }
    if (in->held_size < size) {
        return NULL;
    }
    in->held_size = 0;
    return in->held;
}

const uint8_t *pieces_take(struct pieces_in *in, uint32_t size) {
    const uint8_t *bytes = take(in, size);
    if (bytes != NULL) {
        sha256_update(&in->digest, bytes, size);
    }
    return bytes;
}

bool pieces_take_all(struct pieces_in *in, uint8_t *to, uint32_t size, uint32_t *at) {
    uint32_t here = size - *at;
    const uint8_t *bytes = advance(in, &here);
    if (here > 0) {
        memcpy(to + *at, bytes, here);
        sha256_update(&in->digest, bytes, here);
        *at += here;
    }
    return *at == size;
}

/* Goes to the next page: true when it is open, else *taken says what there is instead. */
static bool open_page(struct pieces_in *in, uint32_t size, struct pieces_pages *pages,
                      enum pieces_taken *taken) {
    const uint8_t *word = pieces_take(in, 4);
    if (word == NULL) {
        *taken = PIECES_MORE;
        return false;
    }
    const uint32_t number = bytes_load32(word);
    if (number == PIECES_PAGES_END) {
        *pages = (struct pieces_pages){0};
        *taken = PIECES_DONE;
        return false;
    }
    *taken = PIECES_BAD;
    *pages = (struct pieces_pages){
        .next = number + 1, .open = number >= pages->next && (uint64_t)number * PIECES_PAGE < size};
    return pages->open;
}

enum pieces_taken pieces_take_pages(struct pieces_in *in, uint8_t *bytes, uint32_t size,
                                    struct pieces_pages *pages) {
    enum pieces_taken taken;
    while (pages->open || open_page(in, size, pages, &taken)) {
        const uint32_t offset = (pages->next - 1) * PIECES_PAGE;
        const uint32_t here = page_size(size, offset);
        if (!pieces_take_all(in, bytes + offset, here, &pages->at)) {
            return PIECES_MORE;
        }
        if (bytes_are_zero(bytes + offset, here)) {
            return PIECES_BAD;
        }
        pages->open = false;
    }
    return taken;
}

enum pieces_taken pieces_take_digest(struct pieces_in *in) {
    const uint8_t *bytes = take(in, PIECES_DIGEST);
    if (bytes == NULL) {
        return PIECES_MORE;
    }
    uint8_t digest[PIECES_DIGEST];
    struct sha256 whole = in->digest;
    sha256_finish(&whole, digest);
    return memcmp(bytes, digest, sizeof digest) == 0 ? PIECES_DONE : PIECES_BAD;
}
