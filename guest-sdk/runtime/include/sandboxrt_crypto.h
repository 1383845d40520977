/* SHA-256 (FIPS 180-4), from start to digest: sha256_init, any number of sha256_update,
 * sha256_final. */
#ifndef SANDBOXRT_CRYPTO_H
#define SANDBOXRT_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SHA256_BLOCK_SIZE = 64, SHA256_DIGEST_SIZE = 32 };

struct sha256_ctx {
    uint32_t state[8];
    uint64_t total;                     /* bytes taken so far */
    uint8_t pending[SHA256_BLOCK_SIZE]; /* the unfinished block: total % 64 bytes of it are valid */
};

typedef struct sha256_ctx SHA256_CTX;

void sha256_init(struct sha256_ctx *ctx);
void sha256_update(struct sha256_ctx *ctx, const void *data, size_t length);

/* Writes the 32 bytes of the digest; the context must be initialised again before further use. */
void sha256_final(struct sha256_ctx *ctx, uint8_t *digest);

#ifdef __cplusplus
}
#endif

#endif
