/* The square root of a double, in place of newlib's, which finds it bit by bit. */
#include "float.h"

enum { F64_BIAS = 1023 };

/* The root of x * 2^32 within 2^-31 of itself; 2^30 <= x < 2^32. */
static inline uint32_t root_of_word(uint32_t x) {
    /* a line near the curve, and three steps of Newton's, each with twice the digits */
    uint32_t root = 0x5800 + (x >> 17) + (x >> 19);
    root = (root + x / root) >> 1;
    root = (root + x / root) >> 1;
    const uint32_t whole = x / root;
    return ((root + whole) << 15) + ((x - whole * root) << 15) / root;
}

static NOINLINE uint64_t root_of_special(uint64_t a) {
    if ((a & ~F64_SIGN) > F64_INFINITY) {
        return a | F64_QUIET;
    }
    return a << 1 == 0 || a == F64_INFINITY ? a : F64_NAN;
}

uint64_t __ieee754_sqrt(uint64_t a) {
    uint32_t exponent = high(a) >> 20;
    if (exponent - 1 >= 2046) {
        if (high(a) >= high(F64_INFINITY) || a == 0) {
            return root_of_special(a);
        }
        /* subnormal: 2^54 times as much has a root of 2^27 times as much */
        const uint32_t up = leading_zeros_64(a) - 11;
        return __ieee754_sqrt((a << up) + ((uint64_t)(54 - up) << 52)) - ((uint64_t)27 << 52);
    }
    /* x is what stands above the result's place, from 2^52 to 2^54: its root times 2^27 is looked
     * for. */
    const uint32_t odd = ~exponent & 1;
    const uint64_t x = ((a & (F64_ONE_BIT - 1)) | F64_ONE_BIT) << odd;
    const uint32_t near = root_of_word((uint32_t)(x >> 22));
    /* One step more: the mean of near * 2^22 and x * 2^54 divided by that. */
    const uint64_t other =
        __divdf3((a & (F64_ONE_BIT - 1)) | (uint64_t)(F64_BIAS + 52 + 32 + odd) << 52,
                 words(((F64_BIAS + 30) << 20) + (near >> 11), near << 21));
    const uint64_t quotient = ((other & (F64_ONE_BIT - 1)) | F64_ONE_BIT)
                              << ((high(other) >> 20) - (F64_BIAS + 52));
    uint64_t root = (((uint64_t)near << 22) + quotient) >> 1;
    /* It may be two too large or one too small; what it leaves of x * 2^54 says so, of which the
     * lower half is enough. */
    int64_t rest = (int64_t)((x << 54) - root * root);
    while (rest < 0) {
        root--;
        rest += (int64_t)(root << 1 | 1);
    }
    if ((uint64_t)rest > root << 1) {
        root++;
    }
    /* The last bit is worth half a unit, and no root lies between two doubles exactly. */
    return ((uint64_t)((exponent + F64_BIAS - 2) >> 1) << 52) + ((root + 1) >> 1);
}
