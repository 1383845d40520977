/* Product of two integer matrices of 80 x 80, `size` times, each product feeding the next. */
#include "bench.h"

enum { SIDE = 80 };

static int32_t a[SIDE][SIDE];
static int32_t b[SIDE][SIDE];
static int32_t product[SIDE][SIDE];

static void multiply(void) {
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            int32_t sum = 0;
            for (int k = 0; k < SIDE; k++)
                sum += a[i][k] * b[k][j];
            product[i][j] = sum;
        }
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            a[i][j] = (int32_t)(bench_random(&random) >> 22);
            b[i][j] = (int32_t)(bench_random(&random) >> 22);
        }
    for (uint32_t round = 0; round < size; round++) {
        multiply();
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++) {
                checksum = bench_mix(checksum, (uint32_t)product[i][j]);
                a[i][j] = product[i][j] & 1023;
            }
    }
    return checksum;
}
