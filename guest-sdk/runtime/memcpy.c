/*
 * memcpy by words, 32 bytes a turn. A box allows misaligned words, so alignment is not looked at;
 * the words are volatile-free plain loads and stores that the compiler must not turn back into a
 * memcpy (see the flags in build-runtime.sh).
 */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    uint8_t *d = to;
    const uint8_t *s = from;
    for (; length >= 32; length -= 32, d += 32, s += 32) {
        word *dw = (word *)d;
        const word *sw = (const word *)s;
        dw[0] = sw[0];
        dw[1] = sw[1];
        dw[2] = sw[2];
        dw[3] = sw[3];
        dw[4] = sw[4];
        dw[5] = sw[5];
        dw[6] = sw[6];
        dw[7] = sw[7];
    }
    for (; length >= 4; length -= 4, d += 4, s += 4) {
        *(word *)d = *(const word *)s;
    }
    while (length-- != 0) {
        *d++ = *s++;
    }
    return to;
}
