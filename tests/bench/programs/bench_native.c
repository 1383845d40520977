/* The native main: `prog SIZE RUNS` prints the time of each run and the checksum of the last. Runs
 * shorter than BATCH_MS are timed in batches. */
#define _POSIX_C_SOURCE 199309L
#include "bench.h"
#include "bench_clock.h"

#include <stdio.h>
#include <stdlib.h>

static const double BATCH_MS = 5;

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s SIZE RUNS\n", argv[0]);
        return 2;
    }
    uint32_t size = (uint32_t)strtoul(argv[1], NULL, 10);
    int runs = atoi(argv[2]);
    double first = bench_now().cpu_ms;
    uint32_t checksum = bench(size);
    first = bench_now().cpu_ms - first;
    int batch = first < BATCH_MS ? (int)(BATCH_MS / (first + 0.001)) + 1 : 1;
    printf("{\"runs\": [");
    for (int i = 0; i < runs; i++) {
        struct bench_time start = bench_now();
        for (int call = 0; call < batch; call++)
            checksum = bench(size);
        bench_print_time(start, batch, i > 0 ? ", " : "");
    }
    printf("], \"checksum\": %lu}\n", (unsigned long)checksum);
    return 0;
}
