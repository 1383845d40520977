/* memcmp by words up to the first difference; see memcpy.c about alignment. */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

int memcmp(const void *left, const void *right, size_t length) {
    const uint8_t *a = left;
    const uint8_t *b = right;
    for (; length >= 16; length -= 16, a += 16, b += 16) {
        const word *aw = (const word *)a;
        const word *bw = (const word *)b;
        if (aw[0] != bw[0] || aw[1] != bw[1] || aw[2] != bw[2] || aw[3] != bw[3]) {
            break;
        }
    }
    for (; length >= 4 && *(const word *)a == *(const word *)b; length -= 4) {
        a += 4;
        b += 4;
    }
    for (; length != 0; length--, a++, b++) {
        if (*a != *b) {
            return *a - *b;
        }
    }
    return 0;
}
