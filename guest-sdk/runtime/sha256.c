/* SHA-256 around the one-block step of sha256_block.S. */
#include <string.h>

#include "sandboxrt_crypto.h"

/* Mixes the 64 bytes of a block into the state. */
extern void __moxbox_sha256_block(uint32_t state[8], const uint8_t *block);

static void store_big_endian(uint8_t *p, uint32_t value) {
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

void sha256_init(struct sha256_ctx *ctx) {
    static const uint32_t start[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memcpy(ctx->state, start, sizeof start);
    ctx->total = 0;
}

void sha256_update(struct sha256_ctx *ctx, const void *data, size_t length) {
    const uint8_t *bytes = data;
    size_t held = (size_t)(ctx->total % SHA256_BLOCK_SIZE);
    ctx->total += length;
    if (held != 0) {
        size_t room = SHA256_BLOCK_SIZE - held;
        if (length < room) {
            memcpy(ctx->pending + held, bytes, length);
            return;
        }
        memcpy(ctx->pending + held, bytes, room);
        __moxbox_sha256_block(ctx->state, ctx->pending);
        bytes += room;
        length -= room;
    }
    for (; length >= SHA256_BLOCK_SIZE; length -= SHA256_BLOCK_SIZE) {
        __moxbox_sha256_block(ctx->state, bytes);
        bytes += SHA256_BLOCK_SIZE;
    }
    memcpy(ctx->pending, bytes, length);
}

void sha256_final(struct sha256_ctx *ctx, uint8_t *digest) {
    size_t held = (size_t)(ctx->total % SHA256_BLOCK_SIZE);
    uint64_t bits = ctx->total * 8;
    ctx->pending[held++] = 0x80;
    if (held > SHA256_BLOCK_SIZE - 8) {
        memset(ctx->pending + held, 0, SHA256_BLOCK_SIZE - held);
        __moxbox_sha256_block(ctx->state, ctx->pending);
        held = 0;
    }
    memset(ctx->pending + held, 0, SHA256_BLOCK_SIZE - 8 - held);
    store_big_endian(ctx->pending + 56, (uint32_t)(bits >> 32));
    store_big_endian(ctx->pending + 60, (uint32_t)bits);
    __moxbox_sha256_block(ctx->state, ctx->pending);
    for (unsigned i = 0; i < 8; i++) {
        store_big_endian(digest + 4 * i, ctx->state[i]);
    }
}
