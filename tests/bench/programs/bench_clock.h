/* The clocks of the native mains: wall time and this process's processor time, in milliseconds. */
#ifndef MOXBOX_BENCH_CLOCK_H
#define MOXBOX_BENCH_CLOCK_H

#include <stdio.h>
#include <time.h>

struct bench_time {
    double wall_ms;
    double cpu_ms;
};

static inline double bench_read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline struct bench_time bench_now(void) {
    struct bench_time now = {bench_read_clock(CLOCK_MONOTONIC),
                             bench_read_clock(CLOCK_PROCESS_CPUTIME_ID)};
    return now;
}

/* Prints the time since `start`, over `times` equal pieces of work, as an element of a JSON array.
 */
static inline void bench_print_time(struct bench_time start, int times, const char *separator) {
    struct bench_time now = bench_now();
    printf("%s{\"ms\": %.5f, \"cpuMs\": %.5f}", separator, (now.wall_ms - start.wall_ms) / times,
           (now.cpu_ms - start.cpu_ms) / times);
}

#endif
