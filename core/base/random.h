/* The machine's random bytes: SHA-256 of the seed and a counter, so that a seed gives the same
 * bytes everywhere and nobody who sees some of them can tell the others. */
#ifndef MOXBOX_BASE_RANDOM_H
#define MOXBOX_BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint8_t seed[32];
    uint64_t blocks;   /* made so far */
    uint32_t left;     /* bytes at the end of `block` that nobody has got */
    uint8_t block[32]; /* the present one */
};

void random_start(struct random *random, const uint8_t seed[32]);
void random_bytes(struct random *random, uint8_t *to, uint32_t size);

#endif
