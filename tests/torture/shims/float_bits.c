/* Every operation of floating point that a compiler has no instruction for, with the operands of
 * float_cases.h. Built for the box (software) and natively (the machine's floating
 * point): the same checksums, a line for each operation and each 16,384 operands. */
#include <math.h>
#include <stdio.h>

#include "float_cases.h"

/* OPERATION(id, name): a checksum each. */
#define OPERATIONS(OPERATION)                                                                      \
    OPERATION(DOUBLE_ADD, "double add")                                                            \
    OPERATION(DOUBLE_SUB, "double sub")                                                            \
    OPERATION(DOUBLE_MUL, "double mul")                                                            \
    OPERATION(DOUBLE_DIV, "double div")                                                            \
    OPERATION(FLOAT_ADD, "float add")                                                              \
    OPERATION(FLOAT_SUB, "float sub")                                                              \
    OPERATION(FLOAT_MUL, "float mul")                                                              \
    OPERATION(FLOAT_DIV, "float div")                                                              \
    OPERATION(COMPARE_DOUBLES, "compare doubles")                                                  \
    OPERATION(COMPARE_FLOATS, "compare floats")                                                    \
    OPERATION(SQRT, "sqrt")                                                                        \
    OPERATION(DOUBLE_TO_FLOAT, "double to float")                                                  \
    OPERATION(FLOAT_TO_DOUBLE, "float to double")                                                  \
    OPERATION(INT32_TO_DOUBLE, "int32 to double")                                                  \
    OPERATION(UINT32_TO_DOUBLE, "uint32 to double")                                                \
    OPERATION(INT64_TO_DOUBLE, "int64 to double")                                                  \
    OPERATION(UINT64_TO_DOUBLE, "uint64 to double")                                                \
    OPERATION(INT32_TO_FLOAT, "int32 to float")                                                    \
    OPERATION(UINT32_TO_FLOAT, "uint32 to float")                                                  \
    OPERATION(INT64_TO_FLOAT, "int64 to float")                                                    \
    OPERATION(UINT64_TO_FLOAT, "uint64 to float")                                                  \
    OPERATION(DOUBLE_TO_INT32, "double to int32")                                                  \
    OPERATION(DOUBLE_TO_UINT32, "double to uint32")                                                \
    OPERATION(DOUBLE_TO_INT64, "double to int64")                                                  \
    OPERATION(DOUBLE_TO_UINT64, "double to uint64")                                                \
    OPERATION(FLOAT_TO_INT32, "float to int32")                                                    \
    OPERATION(FLOAT_TO_UINT32, "float to uint32")                                                  \
    OPERATION(FLOAT_TO_INT64, "float to int64")                                                    \
    OPERATION(FLOAT_TO_UINT64, "float to uint64")

enum { BLOCK = 1 << 14, BLOCKS = 20 };

enum operation {
#define ID(id, name) id,
    OPERATIONS(ID)
#undef ID
};

static const char *const names[] = {
#define NAME(id, name) name,
    OPERATIONS(NAME)
#undef NAME
};

enum { OPERATION_COUNT = sizeof names / sizeof names[0] };

static uint32_t checksums[OPERATION_COUNT];

static inline void mix(enum operation operation, uint64_t result) {
    uint32_t sum = checksums[operation];
    sum = (sum ^ (uint32_t)result) * 16777619u;
    sum = (sum ^ (uint32_t)(result >> 32)) * 16777619u;
    checksums[operation] = sum;
}

#ifdef __moxie__
#define DOUBLE(result) bits_of_double(result)
#define FLOAT(result) bits_of_float(result)
#else
#define DOUBLE(result) known64(result, c.a, c.b)
#define FLOAT(result) known32(result, c.float_a, c.float_b)
#endif

static void arithmetic(struct float_case c) {
    const double a = double_of(c.a);
    const double b = double_of(c.b);
    const float x = float_of(c.float_a);
    const float y = float_of(c.float_b);
    mix(DOUBLE_ADD, DOUBLE(a + b));
    mix(DOUBLE_SUB, DOUBLE(a - b));
    mix(DOUBLE_MUL, DOUBLE(a * b));
    mix(DOUBLE_DIV, DOUBLE(a / b));
    mix(FLOAT_ADD, FLOAT(x + y));
    mix(FLOAT_SUB, FLOAT(x - y));
    mix(FLOAT_MUL, FLOAT(x * y));
    mix(FLOAT_DIV, FLOAT(x / y));
    mix(COMPARE_DOUBLES, (uint32_t)(a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 |
                             (a == b) << 4 | (a != b) << 5 | __builtin_isunordered(a, b) << 6);
    mix(COMPARE_FLOATS, (uint32_t)(x < y) | (x <= y) << 1 | (x > y) << 2 | (x >= y) << 3 |
                            (x == y) << 4 | (x != y) << 5 | __builtin_isunordered(x, y) << 6);
    c.b = c.a; /* of one operand */
    if ((c.a & 7) == 0 || c.a << 12 == 0) {
        mix(SQRT, DOUBLE(sqrt(a)));
    }
    mix(DOUBLE_TO_FLOAT, bits_of_float((float)a));
    mix(FLOAT_TO_DOUBLE, bits_of_double((double)x));
}

static void conversions(struct float_case c) {
    const double a = double_of(c.a);
    const float x = float_of(c.float_a);
    const uint32_t word = (uint32_t)c.whole;
    mix(INT32_TO_DOUBLE, bits_of_double((double)(int32_t)word));
    mix(UINT32_TO_DOUBLE, bits_of_double((double)word));
    mix(INT64_TO_DOUBLE, bits_of_double((double)(int64_t)c.whole));
    mix(UINT64_TO_DOUBLE, bits_of_double((double)c.whole));
    mix(INT32_TO_FLOAT, bits_of_float((float)(int32_t)word));
    mix(UINT32_TO_FLOAT, bits_of_float((float)word));
    mix(INT64_TO_FLOAT, bits_of_float((float)(int64_t)c.whole));
    mix(UINT64_TO_FLOAT, bits_of_float((float)c.whole));
    if (a > -0x80000001p0 && a < 0x1p31) {
        mix(DOUBLE_TO_INT32, (uint32_t)(int32_t)a);
    }
    if (a > -1 && a < 0x1p32) {
        mix(DOUBLE_TO_UINT32, (uint32_t)a);
    }
    if (a >= -0x1p63 && a < 0x1p63) {
        mix(DOUBLE_TO_INT64, (uint64_t)(int64_t)a);
    }
    if (a > -1 && a < 0x1p64) {
        mix(DOUBLE_TO_UINT64, (uint64_t)a);
    }
    if (x >= -0x1p31f && x < 0x1p31f) {
        mix(FLOAT_TO_INT32, (uint32_t)(int32_t)x);
    }
    if (x > -1 && x < 0x1p32f) {
        mix(FLOAT_TO_UINT32, (uint32_t)x);
    }
    if (x >= -0x1p63f && x < 0x1p63f) {
        mix(FLOAT_TO_INT64, (uint64_t)(int64_t)x);
    }
    if (x > -1 && x < 0x1p64f) {
        mix(FLOAT_TO_UINT64, (uint64_t)x);
    }
}

int main(void) {
    struct float_cases cases = {0, FLOAT_SEED};
    for (int block = 0; block < BLOCKS; block++) {
        for (int i = 0; i < BLOCK; i++) {
            const struct float_case c = float_next(&cases);
            arithmetic(c);
            conversions(c);
        }
        for (int i = 0; i < OPERATION_COUNT; i++) {
            printf("%s, operands from %d: %08lx\n", names[i], block * BLOCK,
                   (unsigned long)checksums[i]);
        }
    }
    return 0;
}
