/* Ackermann's function of (3, 6), `size` times: deep recursion. */
#include "bench.h"

static uint32_t ackermann(uint32_t m, uint32_t n) {
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    for (uint32_t round = 0; round < size; round++)
        checksum = bench_mix(checksum, ackermann(3, 5 + (round & 1)));
    return checksum;
}
