/*
 * SHA-256, written for an instruction set without a rotate: a rotation by n is one 64-bit product with
 * 2^(32-n), whose halves are or-ed. That takes five instructions where two shifts take seven. Sums of
 * three rotations are nested, so that each is a rotation of what the next one needs.
 */
#include <string.h>

#include "sandboxrt_crypto.h"

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The compiler must not see the factor, or it makes shifts of it again. */
static inline uint32_t rotate_right(uint32_t x, unsigned count)
{
    uint32_t factor = UINT32_C(1) << (32 - count);
    __asm__("" : "+r"(factor));
    uint64_t product = (uint64_t)x * factor;
    return (uint32_t)product | (uint32_t)(product >> 32);
}

static inline uint32_t sum_a(uint32_t a) /* 2, 13, 22 */
{
    return rotate_right(rotate_right(rotate_right(a, 9) ^ a, 11) ^ a, 2);
}

static inline uint32_t sum_e(uint32_t e) /* 6, 11, 25 */
{
    return rotate_right(rotate_right(rotate_right(e, 14) ^ e, 5) ^ e, 6);
}

static inline uint32_t sigma_near(uint32_t w) /* 7, 18, shift 3 */
{
    return rotate_right(rotate_right(w, 11) ^ w, 7) ^ (w >> 3);
}

static inline uint32_t sigma_far(uint32_t w) /* 17, 19, shift 10 */
{
    return rotate_right(rotate_right(w, 2) ^ w, 17) ^ (w >> 10);
}

static uint32_t load_big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store_big_endian(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

/* The block's 64 words, each with its round constant added. */
static void make_schedule(uint32_t sum[64], const uint8_t *block)
{
    uint32_t w[64];
    for (unsigned i = 0; i < 16; i++) {
        w[i] = load_big_endian(block + 4 * i);
        sum[i] = w[i] + round_constants[i];
    }
    for (unsigned i = 16; i < 64; i++) {
        w[i] = sigma_far(w[i - 2]) + w[i - 7] + sigma_near(w[i - 15]) + w[i - 16];
        sum[i] = w[i] + round_constants[i];
    }
}

/* One round; instead of moving eight variables, the caller names them turned by one each time. */
#define ROUND(a, b, c, d, e, f, g, h, addend)                                                              \
    do {                                                                                                   \
        uint32_t t = (h) + sum_e(e) + ((g) ^ ((e) & ((f) ^ (g)))) + (addend);                              \
        (d) += t;                                                                                          \
        (h) = t + sum_a(a) + (((a) & (b)) | ((c) & ((a) | (b))));                                          \
    } while (0)

static void take_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t sum[64];
    make_schedule(sum, block);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (const uint32_t *s = sum; s != sum + 64; s += 8) {
        ROUND(a, b, c, d, e, f, g, h, s[0]);
        ROUND(h, a, b, c, d, e, f, g, s[1]);
        ROUND(g, h, a, b, c, d, e, f, s[2]);
        ROUND(f, g, h, a, b, c, d, e, s[3]);
        ROUND(e, f, g, h, a, b, c, d, s[4]);
        ROUND(d, e, f, g, h, a, b, c, s[5]);
        ROUND(c, d, e, f, g, h, a, b, s[6]);
        ROUND(b, c, d, e, f, g, h, a, s[7]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

#undef ROUND

void sha256_init(struct sha256_ctx *ctx)
{
    static const uint32_t start[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memcpy(ctx->state, start, sizeof start);
    ctx->total = 0;
}

void sha256_update(struct sha256_ctx *ctx, const void *data, size_t length)
{
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
        take_block(ctx->state, ctx->pending);
        bytes += room;
        length -= room;
    }
    for (; length >= SHA256_BLOCK_SIZE; length -= SHA256_BLOCK_SIZE) {
        take_block(ctx->state, bytes);
        bytes += SHA256_BLOCK_SIZE;
    }
    memcpy(ctx->pending, bytes, length);
}

void sha256_final(struct sha256_ctx *ctx, uint8_t *digest)
{
    size_t held = (size_t)(ctx->total % SHA256_BLOCK_SIZE);
    uint64_t bits = ctx->total * 8;
    ctx->pending[held++] = 0x80;
    if (held > SHA256_BLOCK_SIZE - 8) {
        memset(ctx->pending + held, 0, SHA256_BLOCK_SIZE - held);
        take_block(ctx->state, ctx->pending);
        held = 0;
    }
    memset(ctx->pending + held, 0, SHA256_BLOCK_SIZE - 8 - held);
    store_big_endian(ctx->pending + 56, (uint32_t)(bits >> 32));
    store_big_endian(ctx->pending + 60, (uint32_t)bits);
    take_block(ctx->state, ctx->pending);
    for (unsigned i = 0; i < 8; i++) {
        store_big_endian(digest + 4 * i, ctx->state[i]);
    }
}
