/* What every benchmark program is: one function from a size to a checksum, in plain C11, with no
 * input or output of its own. The same file is built as a guest, as a wasm module and natively
 * (bench_guest.c and bench_native.c hold their main; the wasm module exports bench itself), so
 * every side does exactly the same work. The size arrives at run time, so no compiler can do the
 * work beforehand. */
#ifndef MOXBOX_BENCH_H
#define MOXBOX_BENCH_H

#include <stdint.h>

/* Does the work `size` asks for (sizes: programs.js) and returns a checksum over all results. */
uint32_t bench(uint32_t size);

/* xorshift32: the same "random" inputs everywhere. *state must not be 0. */
static inline uint32_t bench_random(uint32_t *state) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return x;
}

/* One step of FNV-1a over the four bytes of `value` at once: order matters, zeros count. */
static inline uint32_t bench_mix(uint32_t checksum, uint32_t value) {
    return (checksum ^ value) * 16777619u;
}

enum { BENCH_SEED = 0x2545f491 };

#endif
