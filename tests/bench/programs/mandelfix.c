/* The Mandelbrot set in fixed point (24 bits behind the point, 64-bit products), `size` x `size`
 * points. */
#include "bench.h"

enum { POINT = 24, ONE = 1 << POINT, MOST_STEPS = 200 };

static int32_t multiply(int32_t x, int32_t y) {
    return (int32_t)(((int64_t)x * y) >> POINT);
}

/* Before the test, |x| and |y| are below 6, so every square stays below 2^31. */
static uint32_t steps_of(int32_t cx, int32_t cy) {
    int32_t x = 0;
    int32_t y = 0;
    for (uint32_t step = 0; step < MOST_STEPS; step++) {
        int32_t xx = multiply(x, x);
        int32_t yy = multiply(y, y);
        if (xx + yy > 4 * ONE)
            return step;
        y = 2 * multiply(x, y) + cy;
        x = xx - yy + cx;
    }
    return MOST_STEPS;
}

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    int32_t side = (int32_t)size;
    int32_t step = 5 * (ONE / 2) / side;
    for (int32_t row = 0; row < side; row++)
        for (int32_t column = 0; column < side; column++)
            checksum =
                bench_mix(checksum, steps_of(column * step - 2 * ONE, row * step - 5 * (ONE / 4)));
    return checksum;
}
