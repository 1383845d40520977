/* The sieve of Eratosthenes up to one million, `size` times. */
#include "bench.h"

#include <string.h>

enum { LIMIT = 1000000 };

static uint8_t composite[LIMIT];

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    for (uint32_t round = 0; round < size; round++) {
        uint32_t count = 0;
        uint32_t last = 0;
        memset(composite, 0, sizeof composite);
        for (uint32_t i = 2; i < LIMIT; i++) {
            if (composite[i])
                continue;
            count++;
            last = i;
            if (i < 1000)
                for (uint32_t j = i * i; j < LIMIT; j += i)
                    composite[j] = 1;
        }
        checksum = bench_mix(bench_mix(checksum, count), last + round);
    }
    return checksum;
}
