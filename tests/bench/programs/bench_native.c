/* The native main: `prog SIZE RUNS` prints the checksum of the last run and the milliseconds of
 * each. Runs shorter than BATCH_MS are timed in batches. */
#define _POSIX_C_SOURCE 199309L
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const double BATCH_MS = 5;

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s SIZE RUNS\n", argv[0]);
        return 2;
    }
    uint32_t size = (uint32_t)strtoul(argv[1], NULL, 10);
    int runs = atoi(argv[2]);
    double first = now_ms();
    uint32_t checksum = bench(size);
    first = now_ms() - first;
    int batch = first < BATCH_MS ? (int)(BATCH_MS / (first + 0.001)) + 1 : 1;
    printf("{\"runsMs\": [%.5f", first);
    for (int i = 1; i < runs; i++) {
        double start = now_ms();
        for (int call = 0; call < batch; call++)
            checksum = bench(size);
        printf(", %.5f", (now_ms() - start) / batch);
    }
    printf("], \"checksum\": %lu}\n", (unsigned long)checksum);
    return 0;
}
