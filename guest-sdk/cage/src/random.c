/* random() as BSD and Linux have it, number for number: programs seed it and expect their sequence.
 * An additive feedback generator x[i] = x[i - degree] + x[i - separation], of which the lowest bit
 * is dropped; with 8 bytes of state a linear congruential one. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

static const struct kind {
    size_t bytes; /* the least state that this kind needs */
    int degree;
    int separation;
} kinds[] = {{8, 0, 0}, {32, 7, 3}, {64, 15, 1}, {128, 31, 3}, {256, 63, 1}};

enum { KINDS = sizeof kinds / sizeof *kinds, FIRST_KIND = 3 };

/* A state in the caller's memory: one word that says which kind it is and where it stands, then the
 * numbers. */
static int32_t first_state[1 + 31];
static int32_t *state; /* NULL: not seeded yet */
static const struct kind *kind = &kinds[FIRST_KIND];
static int front;
static int rear;

static void park(void) {
    state[0] = (int32_t)(rear * KINDS + (kind - kinds));
}

static long next(void) {
    int32_t *x = state + 1;
    if (kind->degree == 0) {
        x[0] = (int32_t)(((uint32_t)x[0] * 1103515245u + 12345u) & 0x7fffffffu);
        return x[0];
    }
    const uint32_t sum = (uint32_t)x[front] + (uint32_t)x[rear];
    x[front] = (int32_t)sum;
    front = front + 1 == kind->degree ? 0 : front + 1;
    rear = rear + 1 == kind->degree ? 0 : rear + 1;
    return (long)(sum >> 1);
}

static void seed_state(unsigned seed) {
    int32_t *x = state + 1;
    x[0] = (int32_t)(seed != 0 ? seed : 1);
    for (int i = 1; i < kind->degree; i++) {
        const int64_t value =
            (int64_t)x[i - 1] % 127773 * 16807 - (int64_t)(x[i - 1] / 127773) * 2836;
        x[i] = (int32_t)(value < 0 ? value + 2147483647 : value);
    }
    front = kind->separation;
    rear = 0;
    for (int i = 0; i < 10 * kind->degree; i++) {
        (void)next();
    }
}

static void begin(void) {
    if (state == NULL) {
        state = first_state;
        seed_state(1);
    }
}

void srandom(unsigned seed) {
    if (state == NULL) {
        state = first_state;
    }
    seed_state(seed);
}

long random(void) {
    begin();
    return next();
}

char *initstate(unsigned seed, char *memory, size_t size) {
    begin();
    park();
    char *const old = (char *)state;
    if (size < kinds[0].bytes) {
        errno = EINVAL;
        return NULL;
    }
    kind = kinds;
    while (kind + 1 < kinds + KINDS && size >= kind[1].bytes) {
        kind++;
    }
    state = (int32_t *)(void *)memory;
    seed_state(seed);
    park();
    return old;
}

char *setstate(char *memory) {
    begin();
    park();
    char *const old = (char *)state;
    int32_t *const wanted = (int32_t *)(void *)memory;
    if (wanted[0] < 0 || wanted[0] / KINDS > 63) {
        errno = EINVAL;
        return NULL;
    }
    kind = &kinds[wanted[0] % KINDS];
    state = wanted;
    rear = wanted[0] / KINDS;
    front = kind->degree == 0 ? 0 : (rear + kind->separation) % kind->degree;
    return old;
}
