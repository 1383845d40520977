/* The recursive Fibonacci number of `size`: calls and almost nothing else. */
#include "bench.h"

static uint32_t fib(uint32_t n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

uint32_t bench(uint32_t size) {
    return fib(size);
}
