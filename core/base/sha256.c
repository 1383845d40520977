/* SHA-256 as FIPS 180-4 section 6.2 has it. The 64 rounds are written out, eight to a line of
 * register names, so that no round moves a register and the message schedule is a ring of sixteen
 * local words: that is what makes plain C fast enough in WebAssembly to seal data at hundreds of
 * megabytes a second. */
#include "base/sha256.h"

#include <string.h>

/* Data goes to absorb in chunks: a WebAssembly engine replaces quickly compiled code by fast code
 * only between calls, and one call for 64 MiB would stay slow to its end (measured: 20 MB/s for 340
 * MB/s). */
enum { BLOCK = 64, CHUNK = 8192 };

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

static inline uint32_t rotate(uint32_t x, unsigned n) {
    return x >> n | x << (32 - n);
}

static inline uint32_t load_big_endian(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void store_big_endian(uint8_t *at, uint32_t value) {
    for (unsigned i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

void sha256_start(struct sha256 *sha) {
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memset(sha, 0, sizeof *sha);
    memcpy(sha->state, initial, sizeof initial);
}

/* Round i with message word w: afterwards d and h hold the two new values, and the caller names the
 * registers one place further on. */
#define ROUND(a, b, c, d, e, f, g, h, i, w)                                                        \
    do {                                                                                           \
        const uint32_t t = (h) + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +                  \
                           ((g) ^ ((e) & ((f) ^ (g)))) + round_constants[i] + (w);                 \
        (d) += t;                                                                                  \
        (h) = t + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +                                 \
              (((a) & (b)) | ((c) & ((a) | (b))));                                                 \
    } while (0)

/* The message word of round 0..15, and of the sixteen rounds after those that the ring holds. */
#define FIRST(i) (w[i] = load_big_endian(block + 4 * (i)))
#define NEXT(i)                                                                                    \
    (w[i] +=                                                                                       \
     (rotate(w[((i) + 14) & 15], 17) ^ rotate(w[((i) + 14) & 15], 19) ^                            \
      w[((i) + 14) & 15] >> 10) +                                                                  \
     w[((i) + 9) & 15] +                                                                           \
     (rotate(w[((i) + 1) & 15], 7) ^ rotate(w[((i) + 1) & 15], 18) ^ w[((i) + 1) & 15] >> 3))

#define EIGHT(WORD, base, i)                                                                       \
    ROUND(a, b, c, d, e, f, g, h, (base) + (i), WORD(i));                                          \
    ROUND(h, a, b, c, d, e, f, g, (base) + (i) + 1, WORD((i) + 1));                                \
    ROUND(g, h, a, b, c, d, e, f, (base) + (i) + 2, WORD((i) + 2));                                \
    ROUND(f, g, h, a, b, c, d, e, (base) + (i) + 3, WORD((i) + 3));                                \
    ROUND(e, f, g, h, a, b, c, d, (base) + (i) + 4, WORD((i) + 4));                                \
    ROUND(d, e, f, g, h, a, b, c, (base) + (i) + 5, WORD((i) + 5));                                \
    ROUND(c, d, e, f, g, h, a, b, (base) + (i) + 6, WORD((i) + 6));                                \
    ROUND(b, c, d, e, f, g, h, a, (base) + (i) + 7, WORD((i) + 7))

__attribute__((noinline)) static void absorb(uint32_t state[8], const uint8_t *block,
                                             size_t blocks) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (; blocks > 0; blocks--, block += BLOCK) {
        uint32_t w[16];
        EIGHT(FIRST, 0, 0);
        EIGHT(FIRST, 0, 8);
        for (unsigned base = 16; base < 64; base += 16) {
            EIGHT(NEXT, base, 0);
            EIGHT(NEXT, base, 8);
        }
        a = state[0] += a;
        b = state[1] += b;
        c = state[2] += c;
        d = state[3] += d;
        e = state[4] += e;
        f = state[5] += f;
        g = state[6] += g;
        h = state[7] += h;
    }
}

#undef ROUND
#undef FIRST
#undef NEXT
#undef EIGHT

void sha256_update(struct sha256 *sha, const void *data, size_t size) {
    const uint8_t *bytes = data;
    const size_t held = sha->size % BLOCK;
    size_t taken;
    if (size == 0) {
        return;
    }
    sha->size += size;
    if (held > 0) {
        const size_t room = BLOCK - held;
        taken = size < room ? size : room;
        memcpy(sha->pending + held, bytes, taken);
        if (taken < room) {
            return;
        }
        absorb(sha->state, sha->pending, 1);
        bytes += taken;
        size -= taken;
    }
    for (; size >= BLOCK; size -= taken, bytes += taken) {
        const size_t whole = size / BLOCK * BLOCK;
        taken = whole < CHUNK ? whole : CHUNK;
        absorb(sha->state, bytes, taken / BLOCK);
    }
    memcpy(sha->pending, bytes, size);
}

void sha256_finish(struct sha256 *sha, uint8_t digest[32]) {
    static const uint8_t end_mark[BLOCK] = {0x80};
    const uint64_t bits = sha->size * 8;
    const size_t held = sha->size % BLOCK;
    uint8_t length[8];
    store_big_endian(length, (uint32_t)(bits >> 32));
    store_big_endian(length + 4, (uint32_t)bits);
    /* The mark and zeros up to 8 bytes before the end of a block, then the length in bits. */
    sha256_update(sha, end_mark, held < 56 ? 56 - held : 120 - held);
    sha256_update(sha, length, sizeof length);
    for (unsigned i = 0; i < 8; i++) {
        store_big_endian(digest + (size_t)4 * i, sha->state[i]);
    }
}

void sha256_of(const void *data, size_t size, uint8_t digest[32]) {
    struct sha256 sha;
    sha256_start(&sha);
    sha256_update(&sha, data, size);
    sha256_finish(&sha, digest);
}

bool sha256_step(struct sha256_steps *steps, const uint8_t *block, uint32_t size,
                 uint32_t *max_bytes, uint8_t digest[32]) {
    const uint32_t left = size - steps->at;
    const uint32_t here = left < *max_bytes ? left : *max_bytes;
    if (steps->at == 0) {
        sha256_start(&steps->sha);
    }
    if (here > 0) {
        sha256_update(&steps->sha, block + steps->at, here);
    }
    steps->at += here;
    *max_bytes -= here;
    if (here < left) {
        return false;
    }
    sha256_finish(&steps->sha, digest);
    steps->at = 0;
    return true;
}
