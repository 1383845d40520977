/* Five bodies under gravity for `size` steps in double precision, square roots by Newton's
 * iteration. */
#include "bench.h"

#include <string.h>

enum { BODIES = 5 };

struct body {
    double place[3];
    double speed[3];
    double mass;
};

static struct body bodies[BODIES];

static double square_root(double x) {
    double guess = x > 1 ? x / 2 : 1;
    for (int i = 0; i < 8; i++)
        guess = 0.5 * (guess + x / guess);
    return guess;
}

static void attract(struct body *a, struct body *b, double time) {
    double apart[3];
    double square = 0.01;
    for (int i = 0; i < 3; i++) {
        apart[i] = a->place[i] - b->place[i];
        square += apart[i] * apart[i];
    }
    double pull = time / (square * square_root(square));
    for (int i = 0; i < 3; i++) {
        a->speed[i] -= apart[i] * b->mass * pull;
        b->speed[i] += apart[i] * a->mass * pull;
    }
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    const double time = 0.001;
    for (int n = 0; n < BODIES; n++) {
        for (int i = 0; i < 3; i++) {
            bodies[n].place[i] = (double)(bench_random(&random) >> 20) / 512.0 - 4.0;
            bodies[n].speed[i] = (double)(bench_random(&random) >> 20) / 4096.0 - 0.5;
        }
        bodies[n].mass = 0.5 + n;
    }
    for (uint32_t step = 0; step < size; step++) {
        for (int n = 0; n < BODIES; n++)
            for (int m = n + 1; m < BODIES; m++)
                attract(&bodies[n], &bodies[m], time);
        for (int n = 0; n < BODIES; n++)
            for (int i = 0; i < 3; i++)
                bodies[n].place[i] += time * bodies[n].speed[i];
    }
    for (int n = 0; n < BODIES; n++)
        for (int i = 0; i < 3; i++) {
            uint32_t words[2];
            memcpy(words, &bodies[n].place[i], sizeof words);
            checksum = bench_mix(bench_mix(checksum, words[0]), words[1]);
        }
    return checksum;
}
