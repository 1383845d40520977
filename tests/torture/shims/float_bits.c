/* Every operation of floating point that a compiler has no instruction for, with the operands of
 * float_cases.h. Built for the box (software) and natively (the machine's floating
 * point): the same checksums, a line for each operation and each 16,384 operands. */
#include <math.h>
#include <stdio.h>

#include "float_cases.h"

enum { BLOCK = 1 << 14, BLOCKS = 20 };

static uint32_t checksums[64];

static inline void mix(int operation, uint64_t result) {
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
    mix(0, DOUBLE(a + b));
    mix(1, DOUBLE(a - b));
    mix(2, DOUBLE(a * b));
    mix(3, DOUBLE(a / b));
    mix(4, FLOAT(x + y));
    mix(5, FLOAT(x - y));
    mix(6, FLOAT(x * y));
    mix(7, FLOAT(x / y));
    mix(8, (uint32_t)(a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 |
               (a != b) << 5 | __builtin_isunordered(a, b) << 6);
    mix(9, (uint32_t)(x < y) | (x <= y) << 1 | (x > y) << 2 | (x >= y) << 3 | (x == y) << 4 |
               (x != y) << 5 | __builtin_isunordered(x, y) << 6);
    c.b = c.a; /* of one operand */
    if ((c.a & 7) == 0 || c.a << 12 == 0) {
        mix(10, DOUBLE(sqrt(a)));
    }
    mix(11, bits_of_float((float)a));
    mix(12, bits_of_double((double)x));
}

static void conversions(struct float_case c) {
    const double a = double_of(c.a);
    const float x = float_of(c.float_a);
    const uint32_t word = (uint32_t)c.whole;
    mix(13, bits_of_double((double)(int32_t)word));
    mix(14, bits_of_double((double)word));
    mix(15, bits_of_double((double)(int64_t)c.whole));
    mix(16, bits_of_double((double)c.whole));
    mix(17, bits_of_float((float)(int32_t)word));
    mix(18, bits_of_float((float)word));
    mix(19, bits_of_float((float)(int64_t)c.whole));
    mix(20, bits_of_float((float)c.whole));
    if (a > -0x80000001p0 && a < 0x1p31) {
        mix(21, (uint32_t)(int32_t)a);
    }
    if (a > -1 && a < 0x1p32) {
        mix(22, (uint32_t)a);
    }
    if (a >= -0x1p63 && a < 0x1p63) {
        mix(23, (uint64_t)(int64_t)a);
    }
    if (a > -1 && a < 0x1p64) {
        mix(24, (uint64_t)a);
    }
    if (x >= -0x1p31f && x < 0x1p31f) {
        mix(25, (uint32_t)(int32_t)x);
    }
    if (x > -1 && x < 0x1p32f) {
        mix(26, (uint32_t)x);
    }
    if (x >= -0x1p63f && x < 0x1p63f) {
        mix(27, (uint64_t)(int64_t)x);
    }
    if (x > -1 && x < 0x1p64f) {
        mix(28, (uint64_t)x);
    }
}

int main(void) {
    static const char *const names[] = {"double add",
                                        "double sub",
                                        "double mul",
                                        "double div",
                                        "float add",
                                        "float sub",
                                        "float mul",
                                        "float div",
                                        "compare doubles",
                                        "compare floats",
                                        "sqrt",
                                        "double to float",
                                        "float to double",
                                        "int32 to double",
                                        "uint32 to double",
                                        "int64 to double",
                                        "uint64 to double",
                                        "int32 to float",
                                        "uint32 to float",
                                        "int64 to float",
                                        "uint64 to float",
                                        "double to int32",
                                        "double to uint32",
                                        "double to int64",
                                        "double to uint64",
                                        "float to int32",
                                        "float to uint32",
                                        "float to int64",
                                        "float to uint64"};
    struct float_cases cases = {0, 88172645463325252u};
    for (int block = 0; block < BLOCKS; block++) {
        for (int i = 0; i < BLOCK; i++) {
            const struct float_case c = float_next(&cases);
            arithmetic(c);
            conversions(c);
        }
        for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
            printf("%s, operands from %d: %08lx\n", names[i], block * BLOCK,
                   (unsigned long)checksums[i]);
        }
    }
    return 0;
}
