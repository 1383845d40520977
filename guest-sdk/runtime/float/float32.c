/* Floats: division, and of what float32.S leaves to C everything, for every operand. It goes
 * through double, which has room for all of them: rounding twice changes no sum, product or
 * quotient of floats, as a double has more than twice their digits. */
#include "float.h"

enum { EXPONENT_MAX = 255, BIAS = 127 };

static inline uint32_t exponent_of(uint32_t a) {
    return a << 1 >> 24;
}

static inline uint32_t significand_of(uint32_t a) {
    return (a & (F32_ONE_BIT - 1)) | F32_ONE_BIT;
}

static inline uint32_t rounded(uint32_t packed, uint32_t guard) {
    if (guard < HALF) {
        return packed;
    }
    return packed + (guard > HALF ? 1 : packed & 1);
}

static bool is_nan(uint32_t a) {
    return a << 1 > F32_INFINITY << 1;
}

static bool is_finite(uint32_t a) {
    return a << 1 < F32_INFINITY << 1;
}

/* One of them is a NaN; as choose_nan in float64.c. */
static uint32_t choose_nan(uint32_t a, uint32_t b) {
    const bool take_b = !is_nan(a) || (is_nan(b) && (a & F32_QUIET) != 0 && (b & F32_QUIET) == 0);
    return (take_b ? b : a) | F32_QUIET;
}

/* The sum of a and b; `given` is b, or -b for subtraction. */
static uint32_t sum(uint32_t a, uint32_t b, uint32_t given) {
    if (is_nan(a) || is_nan(b)) {
        return choose_nan(a, given);
    }
    if (b << 1 == 0) {
        return a << 1 == 0 ? a & b : a;
    }
    if (a << 1 == 0) {
        return b;
    }
    return __truncdfsf2(__moxbox_f64_add(__extendsfdf2(a), __extendsfdf2(b)));
}

/* As __moxbox_f64_cancelled. */
uint32_t __moxbox_f32_cancelled(uint32_t packed, uint32_t guard) {
    const uint32_t left = (packed & (F32_ONE_BIT - 1)) << 1 | guard >> 31;
    const uint32_t exponent = exponent_of(packed);
    if (left == 0) {
        return 0;
    }
    if (exponent == 0) {
        return packed;
    }
    const uint32_t up = leading_zeros(left) - 8;
    if (exponent <= up) {
        return (packed & F32_SIGN) | left << (exponent - 1);
    }
    return (packed & F32_SIGN) | (((exponent - 1 - up) << 23) + (left << up));
}

uint32_t __moxbox_f32_add(uint32_t a, uint32_t b) {
    return sum(a, b, b);
}

uint32_t __moxbox_f32_sub(uint32_t a, uint32_t b) {
    return sum(a, b ^ F32_SIGN, b);
}

typedef uint64_t operation(uint64_t a, uint64_t b);

static NOINLINE uint32_t by_double(uint32_t a, uint32_t b, operation *operate) {
    if (is_nan(a) || is_nan(b)) {
        return choose_nan(a, b);
    }
    /* 0 times or by a number, and a number times 0 */
    if (is_finite(a) && is_finite(b) &&
        ((a << 1 == 0 && b << 1 != 0) || (b << 1 == 0 && operate == __moxbox_f64_mul))) {
        return (a ^ b) & F32_SIGN;
    }
    return __truncdfsf2(operate(__extendsfdf2(a), __extendsfdf2(b)));
}

uint32_t __moxbox_f32_mul(uint32_t a, uint32_t b) {
    return by_double(a, b, __moxbox_f64_mul);
}

uint32_t __divsf3(uint32_t a, uint32_t b) {
    uint32_t exponent = exponent_of(a) - 1;
    const uint32_t other = exponent_of(b) - 1;
    if (exponent < EXPONENT_MAX - 1 && other < EXPONENT_MAX - 1) {
        exponent += BIAS - 2 - other; /* one less than the result's, if a's significand is less */
        if (exponent < EXPONENT_MAX - 3) {
            const uint32_t divisor = significand_of(b);
            uint32_t rest = significand_of(a);
            if (rest < divisor) {
                rest <<= 1;
            } else {
                exponent++;
            }
            /* the quotient's first bit, and eight at a time */
            rest = (rest - divisor) << 8;
            uint32_t digit = rest / divisor;
            uint32_t quotient = F32_ONE_BIT | digit << 15;
            rest = (rest - digit * divisor) << 8;
            digit = rest / divisor;
            quotient |= digit << 7;
            rest = (rest - digit * divisor) << 8;
            digit = rest / divisor;
            quotient |= digit >> 1;
            rest -= digit * divisor;
            const uint32_t guard = digit << 31 | (rest != 0);
            return rounded(((a ^ b) & F32_SIGN) + (exponent << 23) + quotient, guard);
        }
    }
    return by_double(a, b, __moxbox_f64_div);
}
