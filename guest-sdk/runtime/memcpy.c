/*
 * memcpy by words, 32 bytes a turn. A box allows misaligned words, so alignment is not looked at;
 * the words are volatile-free plain loads and stores that the compiler must not turn back into a
 * memcpy (see the flags in build-runtime.sh). What is left at the end is copied from both its ends
 * at once: the halves overlap where it is not a power of two, and no loop counts.
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
    word *const first = (word *)d, *const end = (word *)(d + length);
    const word *const sfirst = (const word *)s, *const send = (const word *)(s + length);
    if (length >= 16) {
        first[0] = sfirst[0];
        first[1] = sfirst[1];
        first[2] = sfirst[2];
        first[3] = sfirst[3];
        end[-4] = send[-4];
        end[-3] = send[-3];
        end[-2] = send[-2];
        end[-1] = send[-1];
    } else if (length >= 8) {
        first[0] = sfirst[0];
        first[1] = sfirst[1];
        end[-2] = send[-2];
        end[-1] = send[-1];
    } else if (length >= 4) {
        first[0] = sfirst[0];
        end[-1] = send[-1];
    } else {
        while (length-- != 0) {
            *d++ = *s++;
        }
    }
    return to;
}
