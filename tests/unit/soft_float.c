/* The C part of the guests' floating point (guest-sdk/runtime/float), compiled for this machine:
 * bit by bit what the machine's own floating point gives. The assembly part, and that guests get
 * all of it, is held by tests/torture/float.test.js, with the same operands.
 *
 *     test_soft_float [CASES [SEED]] */
#include "../../guest-sdk/runtime/float/float.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/check.h"
#include "torture/shims/float_cases.h"

/* In guests, of float64.S. */
uint64_t __divdf3(uint64_t a, uint64_t b) {
    return __moxbox_f64_div(a, b);
}

static void same(const char *what, uint64_t a, uint64_t b, uint64_t own, uint64_t known) {
    if (!CHECK(own == known)) {
        printf("  %s of %016llx and %016llx: %016llx, must be %016llx\n", what,
               (unsigned long long)a, (unsigned long long)b, (unsigned long long)own,
               (unsigned long long)known);
    }
}

static void doubles(uint64_t a, uint64_t b) {
    const double x = double_of(a);
    const double y = double_of(b);
    same("sum", a, b, __moxbox_f64_add(a, b), known64(x + y, a, b));
    same("difference", a, b, __moxbox_f64_sub(a, b), known64(x - y, a, b));
    same("product", a, b, __moxbox_f64_mul(a, b), known64(x * y, a, b));
    same("quotient", a, b, __moxbox_f64_div(a, b), known64(x / y, a, b));
    same("root", a, 0, __ieee754_sqrt(a), known64(sqrt(x), a, a));
    same("equal", a, b, __eqdf2(a, b) == 0, x == y);
    same("not equal", a, b, __nedf2(a, b) != 0, x != y);
    same("unordered", a, b, __unorddf2(a, b) != 0, is_nan64(a) || is_nan64(b));
    same("to float", a, 0, __truncdfsf2(a), bits_of_float((float)x));
}

static void floats(uint32_t a, uint32_t b) {
    const float x = float_of(a);
    const float y = float_of(b);
    same("sum of floats", a, b, __moxbox_f32_add(a, b), known32(x + y, a, b));
    same("difference of floats", a, b, __moxbox_f32_sub(a, b), known32(x - y, a, b));
    same("product of floats", a, b, __moxbox_f32_mul(a, b), known32(x * y, a, b));
    same("quotient of floats", a, b, __divsf3(a, b), known32(x / y, a, b));
    same("floats equal", a, b, __eqsf2(a, b) == 0, x == y);
    same("floats not equal", a, b, __nesf2(a, b) != 0, x != y);
    same("floats less", a, b, __ltsf2(a, b) < 0, x < y);
    same("floats less or equal", a, b, __lesf2(a, b) <= 0, x <= y);
    same("floats greater", a, b, __gtsf2(a, b) > 0, x > y);
    same("floats greater or equal", a, b, __gesf2(a, b) >= 0, x >= y);
    same("floats unordered", a, b, __unordsf2(a, b) != 0, is_nan32(a) || is_nan32(b));
    same("to double", a, 0, __extendsfdf2(a), bits_of_double((double)x));
}

static void from_whole(uint64_t i) {
    const int32_t word = (int32_t)(uint32_t)i;
    const uint32_t unsigned_word = (uint32_t)i;
    same("int32 to double", i, 0, __floatsidf(word), bits_of_double(word));
    same("uint32 to double", i, 0, __floatunsidf(unsigned_word), bits_of_double(unsigned_word));
    same("int64 to double", i, 0, __floatdidf((int64_t)i), bits_of_double((double)(int64_t)i));
    same("uint64 to double", i, 0, __floatundidf(i), bits_of_double((double)i));
    same("int32 to float", i, 0, __floatsisf(word), bits_of_float((float)word));
    same("uint32 to float", i, 0, __floatunsisf(unsigned_word),
         bits_of_float((float)unsigned_word));
    same("int64 to float", i, 0, __floatdisf((int64_t)i), bits_of_float((float)(int64_t)i));
    same("uint64 to float", i, 0, __floatundisf(i), bits_of_float((float)i));
}

/* What does not fit is not C, but must not harm, nor be another number here than in a guest: the
 * end of the type that it lies beyond. */
static void to_whole(uint64_t a) {
    const double x = double_of(a);
    const bool negative = a >> 63 != 0;
    same("to int32", a, 0, (uint32_t)__fixdfsi(a),
         x > -0x80000001p0 && x < 0x1p31 ? (uint32_t)(int32_t)x
                                         : (uint32_t)(negative ? INT32_MIN : INT32_MAX));
    same("to int64", a, 0, (uint64_t)__fixdfdi(a),
         x >= -0x1p63 && x < 0x1p63 ? (uint64_t)(int64_t)x
                                    : (uint64_t)(negative ? INT64_MIN : INT64_MAX));
    const uint32_t unsigned_word = __fixunsdfsi(a);
    const uint64_t unsigned_words = __fixunsdfdi(a);
    if (x > -1 && x < 0x1p32) {
        same("to uint32", a, 0, unsigned_word, (uint32_t)x);
    }
    if (x > -1 && x < 0x1p64) {
        same("to uint64", a, 0, unsigned_words, (uint64_t)x);
    }
}

/* All floats are doubles, whose conversion is known to be right by now. */
static void float_to_whole(uint32_t a) {
    const uint64_t wide = __extendsfdf2(a);
    same("float to int32", a, 0, (uint32_t)__fixsfsi(a), (uint32_t)__fixdfsi(wide));
    same("float to int64", a, 0, (uint64_t)__fixsfdi(a), (uint64_t)__fixdfdi(wide));
    same("float to uint32", a, 0, __fixunssfsi(a), __fixunsdfsi(wide));
    same("float to uint64", a, 0, __fixunssfdi(a), __fixunsdfdi(wide));
}

int main(int argc, char **argv) {
    const long count = argc > 1 ? atol(argv[1]) : 1000000;
    struct float_cases cases = {0, FLOAT_SEED};
    if (argc > 2) {
        cases.random += (uint64_t)atol(argv[2]) << 20;
    }
    for (long i = 0; i < count; i++) {
        const struct float_case c = float_next(&cases);
        doubles(c.a, c.b);
        floats(c.float_a, c.float_b);
        from_whole(c.whole);
        to_whole(c.a);
        float_to_whole(c.float_a);
    }
    return check_report("soft_float");
}
