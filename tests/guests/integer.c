/*
 * What the CPU has no instruction for: division of 64-bit numbers, against what a quotient and a
 * rest are, and the number of zero bits below the lowest one.
 *
 * Input:  none.
 * Output: none.
 * Exit status: 0, or the number of the check that failed.
 */
#include <stdint.h>

enum { PAIRS = 4000 };

static uint64_t state = 88172645463325252u;

static uint64_t random64(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Of any length, often next to a power of two, and often with only few bits. */
static uint64_t number(void) {
    const uint64_t kind = random64();
    const uint64_t power = UINT64_C(1) << (kind & 63);
    switch (kind >> 6 & 3) {
    case 0: return random64() & (power - 1);
    case 1: return power - 1 + (kind >> 8 & 1) * 2;
    case 2: return power;
    default: return (uint32_t)random64();
    }
}

static int test_unsigned(uint64_t n, uint64_t d) {
    const uint64_t quotient = n / d;
    const uint64_t rest = n % d;
    return quotient * d + rest == n && rest < d && (quotient == 0 || d <= n);
}

static int test_signed(int64_t n, int64_t d) {
    if (n == INT64_MIN && d == -1) {
        return 1; /* C leaves it open */
    }
    const int64_t quotient = n / d;
    const int64_t rest = n % d;
    const uint64_t size = rest < 0 ? -(uint64_t)rest : (uint64_t)rest;
    const uint64_t most = d < 0 ? -(uint64_t)d : (uint64_t)d;
    return (uint64_t)quotient * (uint64_t)d + (uint64_t)rest == (uint64_t)n && size < most &&
           (rest == 0 || (rest < 0) == (n < 0));
}

int main(void) {
    for (unsigned i = 0; i < PAIRS; i++) {
        const uint64_t n = number();
        const uint64_t d = number();
        if (d == 0) {
            continue;
        }
        if (!test_unsigned(n, d)) {
            return 1;
        }
        if (!test_signed((int64_t)n, (int64_t)d) || !test_signed(-(int64_t)n, (int64_t)d) ||
            !test_signed((int64_t)n, -(int64_t)d) || !test_signed(-(int64_t)n, -(int64_t)d)) {
            return 2;
        }
    }
    for (int bit = 0; bit < 32; bit++) {
        const uint32_t above = (uint32_t)(random64() << bit << 1);
        if (__builtin_ctz(UINT32_C(1) << bit) != bit || __builtin_ctz(above | 1u << bit) != bit) {
            return 3;
        }
    }
    return 0;
}
