/* The Mandelbrot set in double precision, `size` x `size` points. Moxie has no floating-point unit:
 * the guest computes every operation in software. */
#include "bench.h"

enum { MOST_STEPS = 100 };

static uint32_t steps_of(double cx, double cy) {
    double x = 0;
    double y = 0;
    for (uint32_t step = 0; step < MOST_STEPS; step++) {
        double xx = x * x;
        double yy = y * y;
        if (xx + yy > 4.0)
            return step;
        y = 2 * x * y + cy;
        x = xx - yy + cx;
    }
    return MOST_STEPS;
}

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    for (uint32_t row = 0; row < size; row++)
        for (uint32_t column = 0; column < size; column++)
            checksum =
                bench_mix(checksum, steps_of(-2.0 + 2.5 * column / size, -1.25 + 2.5 * row / size));
    return checksum;
}
