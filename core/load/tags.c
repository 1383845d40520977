#include "load/tags.h"

#include <string.h>

void tags_write(char tags[SPACE_TAG_SIZE], uint32_t rights, const char *name, uint32_t number) {
    char digits[10];
    unsigned count = 0;
    char *at = tags;
    memset(tags, 0, SPACE_TAG_SIZE);
    memcpy(at, rights & RIGHT_WRITE ? "rw," : "ro,", 3);
    for (at += 3; *name != '\0'; name++) {
        *at++ = *name;
    }
    if (number != TAGS_NO_NUMBER) {
        do {
            digits[count++] = (char)('0' + number % 10);
            number /= 10;
        } while (number > 0);
    }
    while (count > 0) {
        *at++ = digits[--count];
    }
    *at = ',';
}
