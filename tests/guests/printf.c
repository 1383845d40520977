/*
 * The formats of printf, long long and floating point among them.
 *
 * Input:  none.
 * Output: one line a format, as printf.expected has it (which a native C library wrote).
 */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static void integers(void) {
    printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d]\n", 42, 42, 42, 42, 42, 42);
    printf("[%d] [%u] [%x] [%X] [%#x] [%o]\n", INT_MIN, UINT_MAX, 0xbeefu, 0xbeefu, 0xbeefu, 8u);
    printf("[%hhd] [%hd] [%zu] [%td] [%jd]\n", 300, 70000, sizeof(uint64_t), (ptrdiff_t)-3,
           (intmax_t)-4);
    printf("[%lld] [%llu] [%llx]\n", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefULL);
    printf("[%c] [%s] [%.3s] [%10s] [%-10s] [%%]\n", 'c', "text", "cutting", "right", "left");
    printf("[%*d] [%.*s]\n", 6, 7, 2, "abc");
}

static void floats(void) {
    printf("[%f] [%.0f] [%.10f] [%e] [%g] [%g]\n", 1.5, 2.5, 1 / 3.0, 12345.678, 1e-5, 100000.0);
    printf("[%g] [%g] [%G] [%+.3e] [%010.2f]\n", 1e6, 0.0001, 1e-10, -9.9999, -3.14159);
    printf("[%.17g] [%.17g] [%g]\n", 0.1, DBL_MAX, DBL_MIN);
    printf("[%f] [%F] [%e] [%f]\n", HUGE_VAL, -HUGE_VAL, -0.0, NAN);
    printf("[%a] [%a] [%a]\n", 1.0, 0.5, -0.1);
    printf("[%.3f] [%.3f] [%.3f]\n", sqrt(2), exp(1), sin(1));
    printf("[%.20f]\n[%.50g]\n", 1e15 / 7, 1e100);
}

int main(void) {
    integers();
    floats();
    return 0;
}
