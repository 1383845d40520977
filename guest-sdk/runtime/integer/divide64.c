/*
 * 64-bit division (libgcc's names). Most 64-bit numbers that are divided would fit in 32 bits, as
 * in Lua's integers: then it is one instruction of some 25. The others are left to libgcc, which
 * takes 105 to 140. Dividing by zero is the CPU's fault in both.
 */
#include <stddef.h>
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
int64_t __divdi3(int64_t n, int64_t d);
int64_t __moddi3(int64_t n, int64_t d);

static int short_both(uint64_t n, uint64_t d) {
    return ((uint32_t)(n >> 32) | (uint32_t)(d >> 32)) == 0;
}

uint64_t __udivdi3(uint64_t n, uint64_t d) {
    if (short_both(n, d)) {
        return (uint32_t)n / (uint32_t)d;
    }
    return __udivmoddi4(n, d, NULL);
}

uint64_t __umoddi3(uint64_t n, uint64_t d) {
    if (short_both(n, d)) {
        return (uint32_t)n % (uint32_t)d;
    }
    uint64_t rest;
    __udivmoddi4(n, d, &rest);
    return rest;
}

/* Two's complement: the least number's magnitude is itself, unsigned. */
static uint64_t magnitude(int64_t n) {
    return n < 0 ? -(uint64_t)n : (uint64_t)n;
}

int64_t __divdi3(int64_t n, int64_t d) {
    if (short_both((uint64_t)n, (uint64_t)d)) {
        return (uint32_t)n / (uint32_t)d;
    }
    const uint64_t quotient = __udivdi3(magnitude(n), magnitude(d));
    return (int64_t)((n < 0) != (d < 0) ? -quotient : quotient);
}

int64_t __moddi3(int64_t n, int64_t d) {
    if (short_both((uint64_t)n, (uint64_t)d)) {
        return (uint32_t)n % (uint32_t)d;
    }
    const uint64_t rest = __umoddi3(magnitude(n), magnitude(d));
    return (int64_t)(n < 0 ? -rest : rest);
}
