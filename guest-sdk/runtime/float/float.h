/* Floating point by whole-number instructions: what the files of this folder share. Numbers are
 * their bits (on Moxie, uint64_t and double are passed alike), so that the same files can be
 * compiled and tested on a machine whose own floating point knows the answers.
 *
 * Results are IEEE 754's, rounded to nearest, ties to even; there are no flags and no traps. Of
 * NaNs IEEE leaves open which; these are those of GCC's own library for Moxie (f64_nan).
 */
#ifndef MOXBOX_FLOAT_H
#define MOXBOX_FLOAT_H

#include <stdbool.h>
#include <stdint.h>

#define F64_SIGN UINT64_C(0x8000000000000000)
#define F64_INFINITY UINT64_C(0x7ff0000000000000)
#define F64_QUIET UINT64_C(0x0008000000000000)
#define F64_NAN UINT64_C(0x7fffffffffffffff)
#define F64_ONE_BIT UINT64_C(0x0010000000000000) /* the bit above the fraction */
#define F32_SIGN UINT32_C(0x80000000)
#define F32_INFINITY UINT32_C(0x7f800000)
#define F32_QUIET UINT32_C(0x00400000)
#define F32_NAN UINT32_C(0x7fffffff)
#define F32_ONE_BIT UINT32_C(0x00800000)
#define HALF UINT32_C(0x80000000) /* of a unit, in a word behind it */

#define NOINLINE __attribute__((noinline))

static inline uint32_t low(uint64_t x) {
    return (uint32_t)x;
}

static inline uint32_t high(uint64_t x) {
    return (uint32_t)(x >> 32);
}

static inline uint64_t words(uint32_t upper, uint32_t lower) {
    return (uint64_t)upper << 32 | lower;
}

/* of x != 0 */
static inline uint32_t leading_zeros(uint32_t x) {
#ifdef __moxie__
    extern const uint8_t __clz_tab[256];
    const uint32_t bits = x < 0x10000 ? (x < 0x100 ? 0 : 8) : (x < 0x1000000 ? 16 : 24);
    return 32 - bits - __clz_tab[x >> bits];
#else
    return (uint32_t)__builtin_clz(x);
#endif
}

static inline uint32_t leading_zeros_64(uint64_t x) {
    return high(x) != 0 ? leading_zeros(high(x)) : 32 + leading_zeros(low(x));
}

/* What is shifted out is 1 in the last bit; count > 0. */
static inline uint64_t shift_right_sticky(uint64_t x, uint32_t count) {
    return count > 63 ? x != 0 : x >> count | (x << (64 - count) != 0);
}

/* What every operation does where the fast way does not go; float64.S and float32.S jump
 * to them. */
uint64_t __moxbox_f64_add(uint64_t a, uint64_t b);
uint64_t __moxbox_f64_sub(uint64_t a, uint64_t b);
uint64_t __moxbox_f64_mul(uint64_t a, uint64_t b);
uint64_t __moxbox_f64_div(uint64_t a, uint64_t b);
uint64_t __moxbox_f64_cancelled(uint64_t packed, uint32_t guard);
uint32_t __moxbox_f32_add(uint32_t a, uint32_t b);
uint32_t __moxbox_f32_sub(uint32_t a, uint32_t b);
uint32_t __moxbox_f32_mul(uint32_t a, uint32_t b);
uint32_t __moxbox_f32_cancelled(uint32_t packed, uint32_t guard);

/* libgcc's names, which GCC calls; others are in assembly, __divdf3 with them */
uint64_t __divdf3(uint64_t a, uint64_t b);
int __eqdf2(uint64_t a, uint64_t b);
int __nedf2(uint64_t a, uint64_t b);
int __unorddf2(uint64_t a, uint64_t b);
uint32_t __divsf3(uint32_t a, uint32_t b);
int __eqsf2(uint32_t a, uint32_t b);
int __nesf2(uint32_t a, uint32_t b);
int __lesf2(uint32_t a, uint32_t b);
int __ltsf2(uint32_t a, uint32_t b);
int __gesf2(uint32_t a, uint32_t b);
int __gtsf2(uint32_t a, uint32_t b);
int __unordsf2(uint32_t a, uint32_t b);
uint64_t __extendsfdf2(uint32_t a);
uint32_t __truncdfsf2(uint64_t a);
uint64_t __floatsidf(int32_t i);
uint64_t __floatunsidf(uint32_t i);
uint64_t __floatdidf(int64_t i);
uint64_t __floatundidf(uint64_t i);
uint32_t __floatsisf(int32_t i);
uint32_t __floatunsisf(uint32_t i);
uint32_t __floatdisf(int64_t i);
uint32_t __floatundisf(uint64_t i);
int32_t __fixdfsi(uint64_t a);
uint32_t __fixunsdfsi(uint64_t a);
int64_t __fixdfdi(uint64_t a);
uint64_t __fixunsdfdi(uint64_t a);
int32_t __fixsfsi(uint32_t a);
uint32_t __fixunssfsi(uint32_t a);
int64_t __fixsfdi(uint32_t a);
uint64_t __fixunssfdi(uint32_t a);

/* newlib's name, which sqrt calls */
uint64_t __ieee754_sqrt(uint64_t a);

#endif
