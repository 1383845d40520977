#include "base/random.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sha256.h"

void random_start(struct random *random, const uint8_t seed[32]) {
    memset(random, 0, sizeof *random);
    memcpy(random->seed, seed, sizeof random->seed);
}

static void next_block(struct random *random) {
    uint8_t counter[8];
    struct sha256 sha;
    bytes_store32(counter, (uint32_t)random->blocks);
    bytes_store32(counter + 4, (uint32_t)(random->blocks >> 32));
    sha256_start(&sha);
    sha256_update(&sha, random->seed, sizeof random->seed);
    sha256_update(&sha, counter, sizeof counter);
    sha256_finish(&sha, random->block);
    random->blocks++;
    random->left = sizeof random->block;
}

void random_bytes(struct random *random, uint8_t *to, uint32_t size) {
    while (size > 0) {
        if (random->left == 0) {
            next_block(random);
        }
        const uint32_t part = size < random->left ? size : random->left;
        memcpy(to, random->block + sizeof random->block - random->left, part);
        random->left -= part;
        to += part;
        size -= part;
    }
}
