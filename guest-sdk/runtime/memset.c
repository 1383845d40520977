/* memset by words, the rest from both its ends; see memcpy.c. */
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
    word *const first = (word *)d, *const end = (word *)(d + length);
    if (length >= 16) {
        first[0] = fill;
        first[1] = fill;
        first[2] = fill;
        first[3] = fill;
        end[-4] = fill;
        end[-3] = fill;
        end[-2] = fill;
        end[-1] = fill;
    } else if (length >= 8) {
        first[0] = fill;
        first[1] = fill;
        end[-2] = fill;
        end[-1] = fill;
    } else if (length >= 4) {
        first[0] = fill;
        end[-1] = fill;
    } else {
        while (length-- != 0) {
            *d++ = (uint8_t)fill;
        }
    }
    return to;
}
