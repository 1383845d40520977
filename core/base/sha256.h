/* SHA-256 (FIPS 180-4), for sealing inputs and for receipts. */
#ifndef MOXBOX_BASE_SHA256_H
#define MOXBOX_BASE_SHA256_H

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

#endif
