/* Calls the functions of newlib's libm with the arguments of libm/test's tables and with arbitrary
 * bit patterns, and prints the bits of each result, all NaNs as one. Built twice, for the box
 * (software floating point) and natively with the same libm (the machine's floating point): the
 * outputs must be the same bytes. The tables' files call run_vector_1 for each function. */
#include <stdint.h>
#include <string.h>

#include "test.h"

enum { PATTERNS = 400 };

/* Of the C library that the program is linked with; newlib's headers are not those of the native
 * one. */
int puts(const char *text);

void run_vector_1(int vector, one_line_type *p, char *function, char *name, char *types);

static double double_of(uint32_t high, uint32_t low) {
    const uint64_t bits = (uint64_t)high << 32 | low;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static char *put_hex(char *to, uint32_t word) {
    for (int shift = 28; shift >= 0; shift -= 4) {
        *to++ = "0123456789abcdef"[word >> shift & 15];
    }
    return to;
}

/* line is 0 for an arbitrary pattern. */
static void print(const char *name, uint32_t line, double a, double b, double result) {
    const double values[3] = {a, b, result};
    char text[100];
    char *to = text;
    while (*name) {
        *to++ = *name++;
    }
    *to++ = ' ';
    to = put_hex(to, line);
    for (int i = 0; i < 3; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        if (values[i] != values[i]) {
            bits = UINT64_C(0x7ff8000000000000);
        }
        *to++ = ' ';
        to = put_hex(to, (uint32_t)(bits >> 32));
        to = put_hex(to, (uint32_t)bits);
    }
    *to = '\0';
    puts(text);
}

static double call(const char *types, char *function, double a, double b) {
    if (strcmp(types, "dd") == 0) {
        return ((double (*)(double))function)(a);
    }
    if (strcmp(types, "ff") == 0) {
        return ((float (*)(float))function)((float)a);
    }
    if (strcmp(types, "ddd") == 0) {
        return ((double (*)(double, double))function)(a, b);
    }
    if (strcmp(types, "fff") == 0) {
        return ((float (*)(float, float))function)((float)a, (float)b);
    }
    if (strcmp(types, "did") == 0) {
        return ((double (*)(int, double))function)((int)a, b);
    }
    return ((float (*)(int, float))function)((int)a, (float)b);
}

/* What C leaves open: a number too large for its new type, and an order of a Bessel function that
 * is no number at all. */
static int sensible(const char *types, double a, double b) {
    if (types[1] == 'i') {
        return a >= -50 && a <= 50 && (types[2] == 'd' || (b >= -FLT_MAX && b <= FLT_MAX));
    }
    return types[0] == 'd' || (a >= -FLT_MAX && a <= FLT_MAX && b >= -FLT_MAX && b <= FLT_MAX);
}

static uint32_t next(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state ^ *state >> 16;
}

/* Half of the patterns are anything, half are numbers of everyday size. */
static double pattern(uint32_t *state) {
    const uint32_t high = next(state);
    const uint32_t low = next(state);
    return high & 1 ? double_of(high, low) : double_of((high & 0x803fffffu) + 0x3fe00000u, low);
}

void run_vector_1(int vector, one_line_type *p, char *function, char *name, char *types) {
    (void)vector;
    for (; p->line; p++) {
        const double a = double_of((uint32_t)p->qs[1].msw, (uint32_t)p->qs[1].lsw);
        const double b = double_of((uint32_t)p->qs[2].msw, (uint32_t)p->qs[2].lsw);
        if (sensible(types, a, b)) {
            print(name, (uint32_t)p->line, a, b, call(types, function, a, b));
        }
    }
    uint32_t state = 1;
    for (int i = 0; i < PATTERNS; i++) {
        const double a = pattern(&state);
        const double b = pattern(&state);
        if (types[1] != 'i' && sensible(types, a, b)) {
            print(name, 0, a, b, call(types, function, a, b));
        }
    }
}

// clang-format off
#define FUNCTIONS(F) \
    F(acos) F(acosf) F(acosh) F(acoshf) F(asin) F(asinf) F(asinh) F(asinhf) F(atan) F(atan2) \
    F(atan2f) F(atanf) F(atanh) F(atanhf) F(ceil) F(ceilf) F(cos) F(cosf) F(cosh) F(coshf) \
    F(erf) F(erfc) F(erfcf) F(erff) F(exp) F(expf) F(fabs) F(fabsf) F(floor) F(floorf) F(fmod) \
    F(fmodf) F(gamma) F(gammaf) F(hypot) F(hypotf) F(j0) F(j0f) F(j1) F(j1f) F(jn) F(jnf) \
    F(log) F(log10) F(log10f) F(log1p) F(log1pf) F(log2) F(log2f) F(logf) F(sin) F(sinf) \
    F(sinh) F(sinhf) F(sqrt) F(sqrtf) F(tan) F(tanf) F(tanh) F(tanhf) F(y0) F(y0f) F(y1) \
    F(y1f) F(yn) F(ynf)
// clang-format on

#define DECLARE(name) int test_##name(int);
FUNCTIONS(DECLARE)

int main(void) {
#define CALL(name) test_##name(0);
    FUNCTIONS(CALL)
    return 0;
}
