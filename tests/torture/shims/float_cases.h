/* Operands for floating point: everything special with everything special, then random pairs of
 * which most are near something where rounding, alignment, normalisation or an exponent's end can
 * go wrong. And which NaN an operation gives, which IEEE 754 leaves open: that of GCC's library for
 * Moxie. For tests/unit/soft_float.c and, as a guest and on this machine,
 * tests/torture/shims/float_bits.c. */
#ifndef FLOAT_CASES_H
#define FLOAT_CASES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct float_case {
    uint64_t a; /* a double's bits */
    uint64_t b;
    uint32_t float_a; /* a float's */
    uint32_t float_b;
    uint64_t whole;
};

struct float_cases {
    uint32_t next;
    uint64_t random;
};

#define FLOAT_SEED UINT64_C(88172645463325252) /* any but 0 */

/* The positive ones; each stands for its negative, too. */
static const uint64_t float_specials[] = {
    0x0000000000000000, 0x0000000000000001, 0x0000000000000002, 0x000fffffffffffff, /* subnormal */
    0x0010000000000000, 0x0010000000000001, 0x0020000000000000, 0x3690000000000000, /* 2^-150 */
    0x36a0000000000000, 0x380fffffe0000000, 0x3810000000000000, 0x3c90000000000000, /* 2^-54 */
    0x3ca0000000000000, 0x3fdfffffffffffff, 0x3fe0000000000000, 0x3fe0000000000001, /* 0.5 */
    0x3fefffffffffffff, 0x3ff0000000000000, 0x3ff0000000000001, 0x3ff8000000000000, /* 1, 1.5 */
    0x4000000000000000, 0x4008000000000000, 0x41dfffffffc00000, 0x41e0000000000000, /* 2^31 */
    0x41efffffffe00000, 0x41f0000000000000, 0x4330000000000000, 0x4340000000000000, /* 2^53 */
    0x4340000000000001, 0x43dfffffffffffff, 0x43e0000000000000, 0x43f0000000000000, /* 2^64 */
    0x47efffffe0000000, 0x47effffff0000000, 0x7fdfffffffffffff, 0x7fefffffffffffff,
    0x7ff0000000000000, 0x7ff0000000000001, 0x7ff4000000000123, 0x7ff8000000000000,
    0x7ff8000020000456, 0x7fffffffffffffff,
};

enum { FLOAT_SPECIALS = 2 * sizeof float_specials / sizeof float_specials[0] };

static inline uint64_t float_special(uint32_t i) {
    return float_specials[i >> 1] | (uint64_t)(i & 1) << 63;
}

static inline uint64_t float_random(struct float_cases *cases) {
    uint64_t x = cases->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    cases->random = x;
    return x ^ x >> 29;
}

static inline uint64_t float_any(struct float_cases *cases) {
    const uint64_t random = float_random(cases);
    const uint64_t choice = float_random(cases);
    const uint64_t bit = UINT64_C(1) << (random & 63);
    const uint64_t fractions[8] = {random, 0, UINT64_MAX, bit, -bit, bit - 1, random << 26, random};
    const uint64_t small = choice >> 8;
    const uint64_t exponents[8] = {small,
                                   small & 3,
                                   2047 - (small & 3),
                                   991 + (small & 63),
                                   1021 + (small & 3),
                                   0,
                                   959 + (small & 127),
                                   1023};
    return (choice & 1) << 63 | (exponents[choice >> 1 & 7] & 2047) << 52 |
           fractions[choice >> 4 & 7] >> 12;
}

/* Something to add to, subtract from or compare with a. */
static inline uint64_t float_near(struct float_cases *cases, uint64_t a) {
    const uint64_t random = float_random(cases);
    const uint64_t turned = a ^ (random & 8) << 60;
    switch (random & 7) {
    case 0: return turned;
    case 1: return turned + (random >> 8 & 7) - 3;
    case 2: return turned ^ random >> 20;
    case 3: return turned ^ random >> (random >> 8 & 31) >> 5;
    case 4: return turned + (((random >> 8 & 127) - 64) << 52);
    case 5: return turned + (((random >> 8 & 3) - 2) << 52) + (random >> 10 & 3) - 1;
    default: return float_any(cases);
    }
}

/* A float that lies among floats about where the double lies among doubles. */
static inline uint32_t float_narrow(uint64_t a) {
    uint32_t exponent = a >> 52 & 2047;
    if (exponent >= 2044) {
        exponent -= 2047 - 255;
    } else if (exponent > 1023 - 127 && exponent < 1023 + 128) {
        exponent -= 1023 - 127;
    }
    return (uint32_t)(a >> 32 & 0x80000000) | (exponent & 255) << 23 |
           (uint32_t)((a >> 29 ^ a) & 0x7fffff);
}

static inline struct float_case float_next(struct float_cases *cases) {
    struct float_case c;
    const uint32_t i = cases->next++;
    if (i < FLOAT_SPECIALS * FLOAT_SPECIALS) {
        c.a = float_special(i / FLOAT_SPECIALS);
        c.b = float_special(i % FLOAT_SPECIALS);
    } else {
        c.a = float_any(cases);
        c.b = float_near(cases, c.a);
    }
    c.float_a = float_narrow(c.a);
    c.float_b = float_narrow(c.b);
    c.whole = (c.a << 11 | UINT64_C(1) << 63) >> (c.b >> 3 & 63);
    if (c.b >> 63 != 0) {
        c.whole = -c.whole;
    }
    return c;
}

static inline double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint64_t bits_of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline bool is_nan64(uint64_t a) {
    return a << 1 > UINT64_C(0xffe0000000000000);
}

static inline bool is_nan32(uint32_t a) {
    return a << 1 > 0xff000000;
}

/* The hardware's result of an operation, but for which NaN it is: the first operand's, if it is
 * one, made quiet; the second one's if the first is none, or quiet already and the second is not.
 */
static inline uint64_t known64(double result, uint64_t a, uint64_t b) {
    const uint64_t quiet = UINT64_C(0x0008000000000000);
    if (result == result) {
        return bits_of_double(result);
    }
    if (!is_nan64(a) && !is_nan64(b)) {
        return UINT64_C(0x7fffffffffffffff);
    }
    if (!is_nan64(a) || (is_nan64(b) && (a & quiet) != 0 && (b & quiet) == 0)) {
        return b | quiet;
    }
    return a | quiet;
}

static inline uint32_t known32(float result, uint32_t a, uint32_t b) {
    const uint32_t quiet = 0x00400000;
    if (result == result) {
        return bits_of_float(result);
    }
    if (!is_nan32(a) && !is_nan32(b)) {
        return 0x7fffffff;
    }
    if (!is_nan32(a) || (is_nan32(b) && (a & quiet) != 0 && (b & quiet) == 0)) {
        return b | quiet;
    }
    return a | quiet;
}

#endif
