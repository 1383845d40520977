/* SHA-256 (FIPS 180-4), for sealing inputs and for receipts. */
#ifndef MOXBOX_BASE_SHA256_H
#define MOXBOX_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t size;       /* bytes taken so far */
    uint8_t pending[64]; /* the last size % 64 of them */
};

void sha256_start(struct sha256 *sha);
void sha256_update(struct sha256 *sha, const void *data, size_t size);
void sha256_finish(struct sha256 *sha, uint8_t digest[32]);

/* All at once. */
void sha256_of(const void *data, size_t size, uint8_t digest[32]);

/* The hash of one block after the other, each in steps; zeroed at first. */
struct sha256_steps {
    struct sha256 sha;
    uint32_t at; /* of the block */
};

/* Takes at most *max_bytes more of a block, which count down. True when that is all of it: digest
 * is filled then, and the next block can follow. The block must not change meanwhile. */
bool sha256_step(struct sha256_steps *steps, const uint8_t *block, uint32_t size,
                 uint32_t *max_bytes, uint8_t digest[32]);

#endif
