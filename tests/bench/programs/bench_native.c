/* The native main: `prog SIZE RUNS` prints the checksum of the last run and the milliseconds of each. */
#define _POSIX_C_SOURCE 199309L
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s SIZE RUNS\n", argv[0]);
        return 2;
    }
    uint32_t size = (uint32_t)strtoul(argv[1], NULL, 10);
    int runs = atoi(argv[2]);
    uint32_t checksum = 0;
    printf("{\"runsMs\": [");
    for (int i = 0; i < runs; i++) {
        double start = now_ms();
        checksum = bench(size);
        printf("%s%.4f", i > 0 ? ", " : "", now_ms() - start);
    }
    printf("], \"checksum\": %lu}\n", (unsigned long)checksum);
    return 0;
}
