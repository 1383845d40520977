/* memset by words; see memcpy.c about alignment. */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

void *memset(void *to, int value, size_t length) {
    uint8_t *d = to;
    uint32_t fill = (uint8_t)value * UINT32_C(0x01010101);
    for (; length >= 32; length -= 32, d += 32) {
        word *dw = (word *)d;
        dw[0] = fill;
        dw[1] = fill;
        dw[2] = fill;
        dw[3] = fill;
        dw[4] = fill;
        dw[5] = fill;
        dw[6] = fill;
        dw[7] = fill;
    }
    for (; length >= 4; length -= 4, d += 4) {
        *(word *)d = fill;
    }
    while (length-- != 0) {
        *d++ = (uint8_t)fill;
    }
    return to;
}
