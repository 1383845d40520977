/* Conversions between doubles, floats and whole numbers. Outside a type's range C says nothing;
 * here a number too large becomes the largest or smallest of signed types and of 64 bits, as in
 * libgcc, and a negative one of unsigned types is taken modulo 2^32 or 2^64. */
#include "float.h"

enum { F64_BIAS = 1023, F32_BIAS = 127 };

/* --- from whole numbers to double --- */

static inline uint64_t f64_from_word(uint32_t sign, uint32_t x) {
    const uint32_t up = leading_zeros(x);
    x <<= up;
    /* the significand's upper bit adds 1 to the exponent */
    return words(sign + ((F64_BIAS + 30 - up) << 20) + (x >> 11), x << 21);
}

uint64_t __floatunsidf(uint32_t i) {
    return i == 0 ? 0 : f64_from_word(0, i);
}

uint64_t __floatsidf(int32_t i) {
    if (i > 0) {
        return f64_from_word(0, (uint32_t)i);
    }
    return i == 0 ? 0 : f64_from_word(HALF, -(uint32_t)i);
}

/* upper != 0 */
static NOINLINE uint64_t f64_from_words(uint32_t upper, uint32_t lower, uint32_t sign) {
    const uint32_t up = leading_zeros(upper);
    if (up != 0) {
        upper = upper << up | lower >> (32 - up);
        lower <<= up;
    }
    const uint32_t guard = lower << 21;
    uint32_t head = sign + ((F64_BIAS + 62 - up) << 20) + (upper >> 11);
    uint32_t tail = upper << 21 | lower >> 11;
    if (guard >= HALF && (guard > HALF || (tail & 1) != 0)) {
        tail++;
        head += tail == 0;
    }
    return words(head, tail);
}

uint64_t __floatundidf(uint64_t i) {
    return high(i) == 0 ? __floatunsidf(low(i)) : f64_from_words(high(i), low(i), 0);
}

uint64_t __floatdidf(int64_t i) {
    const uint64_t u = (uint64_t)i;
    if (i >= 0) {
        return __floatundidf(u);
    }
    const uint32_t lower = -low(u);
    const uint32_t upper = lower == 0 ? -high(u) : ~high(u);
    return upper == 0 ? f64_from_word(HALF, lower) : f64_from_words(upper, lower, HALF);
}

/* --- from whole numbers to float --- */

/* x != 0; `sticky` when more bits follow below x */
static inline uint32_t f32_from_word(uint32_t sign, uint32_t exponent, uint32_t x, bool sticky) {
    const uint32_t up = leading_zeros(x);
    x <<= up;
    const uint32_t guard = x << 24 | sticky;
    const uint32_t packed = sign + ((exponent - up) << 23) + (x >> 8);
    if (guard < HALF) {
        return packed;
    }
    return packed + (guard > HALF ? 1 : packed & 1);
}

uint32_t __floatunsisf(uint32_t i) {
    return i == 0 ? 0 : f32_from_word(0, F32_BIAS + 30, i, false);
}

uint32_t __floatsisf(int32_t i) {
    if (i > 0) {
        return f32_from_word(0, F32_BIAS + 30, (uint32_t)i, false);
    }
    return i == 0 ? 0 : f32_from_word(HALF, F32_BIAS + 30, -(uint32_t)i, false);
}

/* upper != 0 */
static NOINLINE uint32_t f32_from_words(uint32_t upper, uint32_t lower, uint32_t sign) {
    const uint32_t up = leading_zeros(upper);
    if (up != 0) {
        upper = upper << up | lower >> (32 - up);
        lower <<= up;
    }
    return f32_from_word(sign, F32_BIAS + 62 - up, upper, lower != 0);
}

uint32_t __floatundisf(uint64_t i) {
    return high(i) == 0 ? __floatunsisf(low(i)) : f32_from_words(high(i), low(i), 0);
}

uint32_t __floatdisf(int64_t i) {
    return i < 0 ? F32_SIGN | __floatundisf(-(uint64_t)i) : __floatundisf((uint64_t)i);
}

/* --- from double to whole numbers --- */

/* The upper word of a's significand, its first bit in bit 31. */
static inline uint32_t f64_head(uint64_t a) {
    return high(a) << 11 | low(a) >> 21 | HALF;
}

static inline uint32_t f64_exponent(uint64_t a) {
    return high(a) << 1 >> 21;
}

int32_t __fixdfsi(uint64_t a) {
    const uint32_t exponent = f64_exponent(a);
    if (exponent < F64_BIAS) {
        return 0;
    }
    if (exponent > F64_BIAS + 30) {
        return (high(a) & HALF) != 0 ? INT32_MIN : INT32_MAX;
    }
    const uint32_t size = f64_head(a) >> (F64_BIAS + 31 - exponent);
    return (high(a) & HALF) != 0 ? -(int32_t)size : (int32_t)size;
}

uint32_t __fixunsdfsi(uint64_t a) {
    const uint32_t exponent = f64_exponent(a);
    if (exponent < F64_BIAS) {
        return 0;
    }
    if (exponent > F64_BIAS + 31) {
        return (high(a) & HALF) != 0 ? HALF : UINT32_MAX;
    }
    const uint32_t size = f64_head(a) >> (F64_BIAS + 31 - exponent);
    return (high(a) & HALF) != 0 ? -size : size;
}

/* Of a number from 1 up to, not including, 2^64; its significand's first bit in bit 63. */
static inline uint64_t whole_part(uint32_t upper, uint32_t lower, uint32_t down) {
    if (down > 31) {
        return upper >> (down - 32);
    }
    return down == 0 ? words(upper, lower)
                     : words(upper >> down, lower >> down | upper << (32 - down));
}

uint64_t __fixunsdfdi(uint64_t a) {
    const uint32_t exponent = f64_exponent(a);
    if (exponent < F64_BIAS) {
        return 0;
    }
    if (exponent > F64_BIAS + 63) {
        return (high(a) & HALF) != 0 ? F64_SIGN : UINT64_MAX;
    }
    const uint64_t size = whole_part(f64_head(a), low(a) << 11, F64_BIAS + 63 - exponent);
    return (high(a) & HALF) != 0 ? -size : size;
}

int64_t __fixdfdi(uint64_t a) {
    if (f64_exponent(a) > F64_BIAS + 62) {
        return (high(a) & HALF) != 0 ? INT64_MIN : INT64_MAX;
    }
    return (int64_t)__fixunsdfdi(a);
}

/* --- from float to whole numbers --- */

static inline uint32_t f32_exponent(uint32_t a) {
    return a << 1 >> 24;
}

int32_t __fixsfsi(uint32_t a) {
    const uint32_t exponent = f32_exponent(a);
    if (exponent < F32_BIAS) {
        return 0;
    }
    if (exponent > F32_BIAS + 30) {
        return (a & F32_SIGN) != 0 ? INT32_MIN : INT32_MAX;
    }
    const uint32_t size = (a << 8 | HALF) >> (F32_BIAS + 31 - exponent);
    return (a & F32_SIGN) != 0 ? -(int32_t)size : (int32_t)size;
}

uint32_t __fixunssfsi(uint32_t a) {
    const uint32_t exponent = f32_exponent(a);
    if (exponent < F32_BIAS) {
        return 0;
    }
    if (exponent > F32_BIAS + 31) {
        return (a & F32_SIGN) != 0 ? HALF : UINT32_MAX;
    }
    const uint32_t size = (a << 8 | HALF) >> (F32_BIAS + 31 - exponent);
    return (a & F32_SIGN) != 0 ? -size : size;
}

uint64_t __fixunssfdi(uint32_t a) {
    const uint32_t exponent = f32_exponent(a);
    if (exponent < F32_BIAS) {
        return 0;
    }
    if (exponent > F32_BIAS + 63) {
        return (a & F32_SIGN) != 0 ? F64_SIGN : UINT64_MAX;
    }
    const uint64_t size = whole_part(a << 8 | HALF, 0, F32_BIAS + 63 - exponent);
    return (a & F32_SIGN) != 0 ? -size : size;
}

int64_t __fixsfdi(uint32_t a) {
    if (f32_exponent(a) > F32_BIAS + 62) {
        return (a & F32_SIGN) != 0 ? INT64_MIN : INT64_MAX;
    }
    return (int64_t)__fixunssfdi(a);
}

/* --- between float and double --- */

enum { REBIAS = F64_BIAS - F32_BIAS };

/* Zero, subnormal, infinity, NaN. */
static NOINLINE uint64_t extend_special(uint32_t a) {
    const uint32_t sign = a & F32_SIGN;
    uint32_t fraction = a & (F32_ONE_BIT - 1);
    if ((a & F32_INFINITY) != 0) {
        return words(sign | 0x7ff00000, 0) | (uint64_t)fraction << 29 |
               (fraction != 0 ? F64_QUIET : 0);
    }
    if (fraction == 0) {
        return words(sign, 0);
    }
    const uint32_t up = leading_zeros(fraction) - 8;
    fraction <<= up;
    return words(sign + ((REBIAS - up) << 20) + (fraction >> 3), fraction << 29);
}

uint64_t __extendsfdf2(uint32_t a) {
    if ((a << 1 >> 24) - 1 < 254) {
        return words((a & F32_SIGN) + (REBIAS << 20) + (a << 1 >> 4), a << 29);
    }
    return extend_special(a);
}

static NOINLINE uint32_t truncate_special(uint64_t a) {
    const uint32_t sign = high(a) & HALF;
    const uint32_t exponent = f64_exponent(a);
    const uint32_t fraction = (high(a) & 0xfffff) << 3 | low(a) >> 29;
    if (exponent == 2047 && ((high(a) & 0xfffff) | low(a)) != 0) {
        return sign | F32_INFINITY | F32_QUIET | fraction;
    }
    if (exponent > REBIAS) {
        return sign | F32_INFINITY;
    }
    /* A subnormal of float has one place for each exponent above REBIAS - 23. */
    if (exponent < REBIAS - 24) {
        return sign;
    }
    const uint64_t significand = (a & (F64_ONE_BIT - 1)) | F64_ONE_BIT;
    const uint64_t kept = shift_right_sticky(significand, REBIAS + 1 - exponent);
    const uint32_t packed = sign | (uint32_t)(kept >> 29);
    const uint32_t guard = low(kept) << 3;
    return packed + (guard > HALF ? 1 : guard == HALF ? packed & 1 : 0);
}

uint32_t __truncdfsf2(uint64_t a) {
    if (f64_exponent(a) - (REBIAS + 1) < 254) {
        const uint32_t guard = low(a) << 3;
        const uint32_t packed =
            (high(a) & HALF) | ((high(a) & 0x7fffffff) - (REBIAS << 20)) << 3 | low(a) >> 29;
        if (guard < HALF) {
            return packed;
        }
        return packed + (guard > HALF ? 1 : packed & 1);
    }
    return truncate_special(a);
}
