/*
 * strlen by aligned words, which never read beyond the page that holds the end. A word has a zero
 * byte exactly when (w - 0x01010101) & ~w has one of the high bits set.
 */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

size_t strlen(const char *text) {
    const char *at = text;
    for (; ((uintptr_t)at & 3) != 0; at++) {
        if (*at == '\0') {
            return (size_t)(at - text);
        }
    }
    const word *w = (const word *)at;
    while (((*w - UINT32_C(0x01010101)) & ~*w & UINT32_C(0x80808080)) == 0) {
        w++;
    }
    for (at = (const char *)w; *at != '\0'; at++) {
    }
    return (size_t)(at - text);
}
