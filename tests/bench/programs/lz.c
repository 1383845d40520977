/* A byte-oriented Lempel-Ziv compressor with a hash table of earlier places, and its decompressor,
 * over 64 KiB of text-like bytes, `size` times. Token: a byte below 128 starts that many + 1
 * literals; one above is a match of (byte - 128 + 4) bytes at the distance in the next two bytes.
 */
#include "bench.h"

#include <string.h>

enum {
    PLAIN_SIZE = 64 << 10,
    HASH_BITS = 12,
    SHORTEST = 4,
    LONGEST = 127 + SHORTEST,
    MOST_LITERALS = 128
};

static uint8_t plain[PLAIN_SIZE];
static uint8_t unpacked[PLAIN_SIZE];
static uint8_t packed[PLAIN_SIZE + PLAIN_SIZE / 64];
static uint32_t last_place[1 << HASH_BITS];

static void make_plain(uint32_t *random) {
    static const char words[16][8] = {"the ", "box ", "runs ",  "exactly", " and ",  "memory ",
                                      "of ",  "a ",   "count ", "in ",     "state ", "\n",
                                      "is ",  "to ",  "wasm ",  "hash "};
    uint32_t at = 0;
    while (at < PLAIN_SIZE) {
        uint32_t r = bench_random(random);
        const char *word = words[(r >> 8) & 15];
        for (int i = 0; i < 8 && word[i] != 0 && at < PLAIN_SIZE; i++)
            plain[at++] = (uint8_t)word[i];
        if ((r & 7) == 0 && at < PLAIN_SIZE)
            plain[at++] = (uint8_t)('0' + (r >> 16) % 10);
    }
}

static uint32_t word_at(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint8_t *put_literals(uint8_t *out, const uint8_t *from, const uint8_t *end) {
    while (from < end) {
        uint32_t count = (uint32_t)(end - from);
        if (count > MOST_LITERALS)
            count = MOST_LITERALS;
        *out++ = (uint8_t)(count - 1);
        memcpy(out, from, count);
        out += count;
        from += count;
    }
    return out;
}

static uint32_t pack(void) {
    uint8_t *out = packed;
    uint32_t at = 0;
    uint32_t literals = 0; /* where the pending ones start */
    memset(last_place, 0, sizeof last_place);
    while (at + SHORTEST <= PLAIN_SIZE) {
        uint32_t word = word_at(plain + at);
        uint32_t *slot = &last_place[(word * 2654435761u) >> (32 - HASH_BITS)];
        uint32_t earlier = *slot; /* plus one; 0 is none */
        *slot = at + 1;
        if (earlier == 0 || at - (earlier - 1) > 0xffff || word_at(plain + earlier - 1) != word) {
            at++;
            continue;
        }
        const uint8_t *match = plain + earlier - 1;
        uint32_t length = SHORTEST;
        while (length < LONGEST && at + length < PLAIN_SIZE && match[length] == plain[at + length])
            length++;
        uint32_t distance = at - (earlier - 1);
        out = put_literals(out, plain + literals, plain + at);
        *out++ = (uint8_t)(128 + length - SHORTEST);
        *out++ = (uint8_t)distance;
        *out++ = (uint8_t)(distance >> 8);
        at += length;
        literals = at;
    }
    out = put_literals(out, plain + literals, plain + PLAIN_SIZE);
    return (uint32_t)(out - packed);
}

static uint32_t unpack(uint32_t packed_size) {
    const uint8_t *in = packed;
    const uint8_t *end = packed + packed_size;
    uint8_t *out = unpacked;
    while (in < end) {
        uint32_t token = *in++;
        if (token < 128) {
            memcpy(out, in, token + 1);
            in += token + 1;
            out += token + 1;
        } else {
            const uint8_t *from = out - (in[0] | in[1] << 8);
            in += 2;
            for (uint32_t left = token - 128 + SHORTEST; left > 0; left--)
                *out++ = *from++;
        }
    }
    return (uint32_t)(out - unpacked);
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    for (uint32_t round = 0; round < size; round++) {
        make_plain(&random);
        uint32_t packed_size = pack();
        if (unpack(packed_size) != PLAIN_SIZE || memcmp(plain, unpacked, PLAIN_SIZE) != 0)
            return 0;
        for (uint32_t i = 0; i < packed_size; i += 16)
            checksum = bench_mix(checksum, packed[i]);
        checksum = bench_mix(checksum, packed_size);
    }
    return checksum;
}
