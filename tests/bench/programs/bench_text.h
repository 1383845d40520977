/* A text for programs that pack: words and numbers in a random order, so that it packs as texts do.
 */
#ifndef MOXBOX_BENCH_TEXT_H
#define MOXBOX_BENCH_TEXT_H

#include "bench.h"

#include <string.h>

static inline void bench_text(uint8_t *text, uint32_t size) {
    static const char *const words[] = {
        "the ",  "of ",   "a ",     "program ", "box ",   "memory ", "and ",  "runs ",
        "in ",   "to ",   "exact ", "count ",   "page, ", "worker ", "is ",   "byte ",
        "from ", "host ", "guest ", "never ",   "of\n",   "which ",  "same ", "result. ",
    };
    uint32_t random = BENCH_SEED;
    uint32_t at = 0;
    while (at < size) {
        const uint32_t pick = bench_random(&random) >> 8;
        char number[] = "00000 ";
        const char *word = words[pick % (sizeof words / sizeof *words)];
        if (pick % 31 == 0) {
            for (uint32_t i = 0, rest = pick; i < 5; i++, rest /= 10)
                number[i] = (char)('0' + rest % 10);
            word = number;
        }
        for (uint32_t i = 0; word[i] != '\0' && at < size; i++)
            text[at++] = (uint8_t)word[i];
    }
}

static inline uint32_t bench_sum(uint32_t checksum, const uint8_t *bytes, uint32_t size) {
    for (uint32_t i = 0; i + 4 <= size; i += 4) {
        uint32_t word;
        memcpy(&word, bytes + i, sizeof word);
        checksum = bench_mix(checksum, word);
    }
    return checksum;
}

#endif
