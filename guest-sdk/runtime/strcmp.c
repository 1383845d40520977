/*
 * strcmp: one character first, which tells most strings apart and needs no register saved, then
 * words where both strings are aligned, as those of malloc are. A word that holds a string's end is
 * within the last word of the memory that the string lies in only if it is aligned, so that others
 * go byte by byte.
 */
#include <stdint.h>
#include <string.h>

#define ONES UINT32_C(0x01010101)
#define HIGHS UINT32_C(0x80808080)

typedef uint32_t __attribute__((may_alias)) word;

__attribute__((noinline)) static int compare(const uint8_t *a, const uint8_t *b) {
    if ((((uintptr_t)a | (uintptr_t)b) & (sizeof(word) - 1)) == 0) {
        for (;;) {
            const uint32_t x = *(const word *)a;
            if (x != *(const word *)b) {
                break;
            }
            if (((x - ONES) & ~x & HIGHS) != 0) {
                return 0;
            }
            a += sizeof(word);
            b += sizeof(word);
        }
    }
    while (*a == *b && *a != 0) {
        a++;
        b++;
    }
    return *a - *b;
}

int strcmp(const char *one, const char *other) {
    const uint8_t *a = (const uint8_t *)one;
    const uint8_t *b = (const uint8_t *)other;
    return *a != *b ? *a - *b : compare(a, b);
}
