/* Comparisons. Bits of numbers that are not negative stand in the order of the numbers, and most
 * numbers that are compared are of these; the rest takes a few instructions more. */
#include "float.h"

enum { F64_SPECIAL = 0x7ff00000 }; /* the upper word of infinity */

static inline bool f64_is_nan(uint64_t a) {
    const uint32_t upper = high(a) & 0x7fffffff;
    return upper > F64_SPECIAL || (upper == F64_SPECIAL && low(a) != 0);
}

#define F64_EQUALITY(name)                                                                         \
    int name(uint64_t a, uint64_t b) {                                                             \
        if (low(a) != low(b)) {                                                                    \
            return 1;                                                                              \
        }                                                                                          \
        if (high(a) == high(b)) {                                                                  \
            return f64_is_nan(a);                                                                  \
        }                                                                                          \
        return ((high(a) | high(b)) << 1 | low(a)) != 0;                                           \
    }

F64_EQUALITY(__eqdf2)
F64_EQUALITY(__nedf2)

int __unorddf2(uint64_t a, uint64_t b) {
    return f64_is_nan(a) || f64_is_nan(b);
}

static inline bool f32_is_nan(uint32_t a) {
    return (a << 1) > (F32_INFINITY << 1);
}

static NOINLINE int f32_compare(uint32_t a, uint32_t b, int unordered) {
    if (f32_is_nan(a) || f32_is_nan(b)) {
        return unordered;
    }
    if (((a | b) << 1) == 0 || a == b) {
        return 0;
    }
    if (((a ^ b) & F32_SIGN) != 0) {
        return (a & F32_SIGN) != 0 ? -1 : 1;
    }
    return (a < b) != ((a & F32_SIGN) != 0) ? -1 : 1;
}

#define F32_ORDER(name, unordered)                                                                 \
    int name(uint32_t a, uint32_t b) {                                                             \
        if (a < F32_INFINITY && b < F32_INFINITY) {                                                \
            return a == b ? 0 : a < b ? -1 : 1;                                                    \
        }                                                                                          \
        return f32_compare(a, b, unordered);                                                       \
    }

F32_ORDER(__lesf2, 2)
F32_ORDER(__ltsf2, 2)
F32_ORDER(__gesf2, -2)
F32_ORDER(__gtsf2, -2)

#define F32_EQUALITY(name)                                                                         \
    int name(uint32_t a, uint32_t b) {                                                             \
        return a == b ? f32_is_nan(a) : ((a | b) << 1) != 0;                                       \
    }

F32_EQUALITY(__eqsf2)
F32_EQUALITY(__nesf2)

int __unordsf2(uint32_t a, uint32_t b) {
    return f32_is_nan(a) || f32_is_nan(b);
}
