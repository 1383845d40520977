/* Doubles, for every operand: what float64.S leaves to C. Short rather than fast. */
#include "float.h"

enum {
    SPARE = 10, /* bits of a significand in work behind the result's 53 */
    EXPONENT_MAX = 2047,
    BIAS = 1023,
    DIGIT_BITS = 12, /* of a quotient, five times: 60 behind its first bit */
    DIGITS = 5,
};

static bool is_nan(uint64_t a) {
    return (a & ~F64_SIGN) > F64_INFINITY;
}

static bool is_infinite(uint64_t a) {
    return (a & ~F64_SIGN) == F64_INFINITY;
}

static bool is_finite(uint64_t a) {
    return high(a) << 1 < high(F64_INFINITY) << 1;
}

static bool is_zero(uint64_t a) {
    return (high(a) << 1 | low(a)) == 0;
}

/* One of them is a NaN; which one is the result decides _FP_CHOOSENAN of libgcc's sfp-machine.h. */
static uint64_t choose_nan(uint64_t a, uint64_t b) {
    const bool take_b = !is_nan(a) || (is_nan(b) && (a & F64_QUIET) != 0 && (b & F64_QUIET) == 0);
    return (take_b ? b : a) | F64_QUIET;
}

/* A number that is not 0: the exponent as if it were normal, the significand's upper bit in bit 52.
 */
struct parts {
    int32_t exponent;
    uint64_t significand;
};

static struct parts unpack(uint64_t a) {
    struct parts parts = {(int32_t)(high(a) << 1 >> 21), a & (F64_ONE_BIT - 1)};
    if (parts.exponent == 0) {
        const uint32_t up = leading_zeros_64(parts.significand) - 11;
        parts.significand <<= up;
        parts.exponent = 1 - (int32_t)up;
    } else {
        parts.significand |= F64_ONE_BIT;
    }
    return parts;
}

/* The significand has SPARE bits more than a double's; its upper one is in bit 52 + SPARE. */
static uint64_t round_and_pack(uint64_t sign, int32_t exponent, uint64_t significand) {
    if (exponent >= EXPONENT_MAX) {
        return sign | F64_INFINITY;
    }
    if (exponent < 1) {
        significand = shift_right_sticky(significand, (uint32_t)(1 - exponent));
        exponent = 1;
    }
    significand += (1U << (SPARE - 1)) - 1 + (low(significand) >> SPARE & 1);
    /* Rounding up may carry into the exponent, which is then right, for infinity too. */
    return sign | (((uint64_t)(uint32_t)(exponent - 1) << 52) + (significand >> SPARE));
}

/* |a| >= |b| > 0, finite */
static uint64_t add_ordered(uint64_t a, uint64_t b) {
    const bool alike = ((high(a) ^ high(b)) & HALF) == 0;
    const uint32_t a_exponent = high(a) << 1 >> 21;
    const uint32_t b_exponent = high(b) << 1 >> 21;
    if (a_exponent == 0) { /* both are, and the sum of the bits is that of the numbers */
        const uint64_t rest = a - (b & ~F64_SIGN);
        return alike ? a + (b & ~F64_SIGN) : (rest & ~F64_SIGN) == 0 ? 0 : rest;
    }
    const uint64_t x = ((a & (F64_ONE_BIT - 1)) | F64_ONE_BIT) << SPARE;
    uint64_t y = (b & (F64_ONE_BIT - 1)) << SPARE;
    uint32_t down = a_exponent - b_exponent;
    if (b_exponent == 0) {
        down--;
    } else {
        y |= F64_ONE_BIT << SPARE;
    }
    if (down != 0) {
        y = shift_right_sticky(y, down);
    }
    int32_t exponent = (int32_t)a_exponent;
    uint64_t significand = alike ? x + y : x - y;
    if (alike) {
        if ((significand & F64_SIGN) != 0) {
            significand = shift_right_sticky(significand, 1);
            exponent++;
        }
    } else {
        if (significand == 0) {
            return 0;
        }
        const uint32_t up = leading_zeros_64(significand) - 1;
        significand <<= up;
        exponent -= (int32_t)up;
    }
    return round_and_pack(a & F64_SIGN, exponent, significand);
}

uint64_t __moxbox_f64_add(uint64_t a, uint64_t b) {
    if (is_finite(a) && is_finite(b)) {
        if (is_zero(b)) {
            return is_zero(a) ? a & b : a;
        }
        if (is_zero(a)) {
            return b;
        }
        return (a & ~F64_SIGN) < (b & ~F64_SIGN) ? add_ordered(b, a) : add_ordered(a, b);
    }
    if (is_nan(a) || is_nan(b)) {
        return choose_nan(a, b);
    }
    if (is_infinite(a)) {
        return is_infinite(b) && a != b ? F64_NAN : a;
    }
    return b;
}

uint64_t __moxbox_f64_sub(uint64_t a, uint64_t b) {
    return is_nan(b) ? choose_nan(a, b) : __moxbox_f64_add(a, b ^ F64_SIGN);
}

/* The end of a subtraction of neighbours: a sign, the exponent less one, and what is left of the
 * significand, less than its half, with a half more if the guard says so. */
uint64_t __moxbox_f64_cancelled(uint64_t packed, uint32_t guard) {
    const uint64_t left = (packed & (F64_ONE_BIT - 1)) << 1 | guard >> 31;
    const int32_t exponent = (int32_t)(high(packed) << 1 >> 21);
    if (left == 0) {
        return 0;
    }
    if (exponent == 0) {
        return packed;
    }
    const uint32_t up = leading_zeros_64(left) - 11;
    if (exponent <= (int32_t)up) {
        return (packed & F64_SIGN) | left << (exponent - 1);
    }
    return (packed & F64_SIGN) | (((uint64_t)((uint32_t)exponent - 1 - up) << 52) + (left << up));
}

uint64_t __moxbox_f64_mul(uint64_t a, uint64_t b) {
    const uint64_t sign = (a ^ b) & F64_SIGN;
    if (!is_finite(a) || !is_finite(b)) {
        if (is_nan(a) || is_nan(b)) {
            return choose_nan(a, b);
        }
        return is_zero(a) || is_zero(b) ? F64_NAN : sign | F64_INFINITY;
    }
    if (is_zero(a) || is_zero(b)) {
        return sign;
    }
    const struct parts x = unpack(a);
    const struct parts y = unpack(b);
    const uint64_t m = x.significand << 11;
    const uint64_t n = y.significand << SPARE;
    /* the upper two words of the product's four, what is below as a last bit */
    const uint64_t lowest = (uint64_t)low(m) * low(n);
    const uint64_t middle = (uint64_t)high(m) * low(n) + high(lowest);
    const uint64_t other = (uint64_t)low(m) * high(n) + low(middle);
    uint64_t product = (uint64_t)high(m) * high(n) + high(middle) + high(other);
    product |= (low(lowest) | low(other)) != 0;
    int32_t exponent = x.exponent + y.exponent - BIAS + 1;
    if ((product >> (52 + SPARE)) == 0) {
        product <<= 1;
        exponent--;
    }
    return round_and_pack(sign, exponent, product);
}

uint64_t __moxbox_f64_div(uint64_t a, uint64_t b) {
    const uint64_t sign = (a ^ b) & F64_SIGN;
    if (is_nan(a) || is_nan(b)) {
        return choose_nan(a, b);
    }
    if (is_infinite(a)) {
        return is_infinite(b) ? F64_NAN : sign | F64_INFINITY;
    }
    if (is_zero(b)) {
        return is_zero(a) ? F64_NAN : sign | F64_INFINITY;
    }
    if (is_infinite(b) || is_zero(a)) {
        return sign;
    }
    struct parts x = unpack(a);
    const struct parts y = unpack(b);
    int32_t exponent = x.exponent - y.exponent + BIAS;
    if (x.significand < y.significand) {
        x.significand <<= 1;
        exponent--;
    }
    /* Twelve bits at a time, each time a little too few; the rest stays below two divisors. */
    uint64_t quotient = 0;
    uint64_t rest = x.significand;
    for (uint32_t i = 0; i < DIGITS; i++) {
        const uint32_t digit = (uint32_t)(rest >> 25) / ((high(y.significand) >> 5) + 1);
        rest = (rest << DIGIT_BITS) - digit * y.significand;
        quotient = (quotient << DIGIT_BITS) + digit;
    }
    while (rest >= y.significand) {
        rest -= y.significand;
        quotient++;
    }
    return round_and_pack(sign, exponent, quotient << 2 | (rest != 0));
}
