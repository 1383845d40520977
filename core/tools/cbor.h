/* Writes CBOR (RFC 8949) in core deterministic encoding, as far as receipts need it: shortest
 * heads, definite lengths. That the keys of a map come in the order of their encoded bytes is the
 * caller's duty. */
#ifndef MOXBOX_TOOLS_CBOR_H
#define MOXBOX_TOOLS_CBOR_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CBOR_UNSIGNED = 0, CBOR_BYTES = 2, CBOR_TEXT = 3, CBOR_ARRAY = 4, CBOR_MAP = 5 };

/* The type of an item and its value or length. */
static inline void cbor_head(FILE *out, unsigned type, uint64_t value) {
    const unsigned sizes[] = {0, 1, 2, 4, 8};
    unsigned kind = 0;
    if (value < 24) {
        putc((int)(type << 5 | (unsigned)value), out);
        return;
    }
    do {
        kind++;
    } while (kind < 4 && value >> 8 * sizes[kind] != 0);
    putc((int)(type << 5 | (23 + kind)), out);
    for (unsigned i = sizes[kind]; i-- > 0;) {
        putc((int)(value >> 8 * i & 0xff), out);
    }
}

static inline void cbor_unsigned(FILE *out, uint64_t value) {
    cbor_head(out, CBOR_UNSIGNED, value);
}

static inline void cbor_bytes(FILE *out, const uint8_t *bytes, size_t size) {
    cbor_head(out, CBOR_BYTES, size);
    fwrite(bytes, 1, size, out);
}

static inline void cbor_text(FILE *out, const char *text) {
    cbor_head(out, CBOR_TEXT, strlen(text));
    fputs(text, out);
}

static inline void cbor_null(FILE *out) {
    putc(0xf6, out);
}

#endif
