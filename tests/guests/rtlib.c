/*
 * Every function of the box's string list, over all alignments and many lengths, against plain
 * loops.
 *
 * Input:  none.
 * Exit status: 0, or the number of the first function that is wrong (see the list in main).
 */
#include <stdint.h>
#include <string.h>

enum { ROOM = 160, LONGEST = 100 };

static uint8_t left[ROOM];
static uint8_t right[ROOM];
static uint8_t copy[ROOM];

/* Calls go through volatile pointers, so that the compiler cannot answer in the library's place. */
static void *(*volatile do_memchr)(const void *, int, size_t) = memchr;
static int (*volatile do_memcmp)(const void *, const void *, size_t) = memcmp;
static void *(*volatile do_memcpy)(void *, const void *, size_t) = memcpy;
static void *(*volatile do_memmove)(void *, const void *, size_t) = memmove;
static void *(*volatile do_memset)(void *, int, size_t) = memset;
static char *(*volatile do_strchr)(const char *, int) = strchr;
static int (*volatile do_strcmp)(const char *, const char *) = strcmp;
static char *(*volatile do_strcpy)(char *, const char *) = strcpy;
static size_t (*volatile do_strlen)(const char *) = strlen;
static char *(*volatile do_strncpy)(char *, const char *, size_t) = strncpy;
static char *(*volatile do_strstr)(const char *, const char *) = strstr;

/* Fills an array with bytes that repeat late and are never 0. */
static void fill(uint8_t *bytes, uint32_t seed) {
    for (unsigned i = 0; i < ROOM; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24 | 1);
    }
}

static int test_memcpy(unsigned to, unsigned from, unsigned length) {
    fill(left, 1);
    fill(right, 2);
    fill(copy, 2);
    if (do_memcpy(right + to, left + from, length) != right + to) {
        return 0;
    }
    for (unsigned i = 0; i < ROOM; i++) {
        uint8_t expected = i >= to && i < to + length ? left[from + i - to] : copy[i];
        if (right[i] != expected) {
            return 0;
        }
    }
    return 1;
}

static int test_memmove(unsigned to, unsigned from, unsigned length) {
    fill(left, 3);
    fill(copy, 3);
    if (do_memmove(left + to, left + from, length) != left + to) {
        return 0;
    }
    for (unsigned i = 0; i < ROOM; i++) {
        if (left[i] != (i >= to && i < to + length ? copy[from + i - to] : copy[i])) {
            return 0;
        }
    }
    return 1;
}

static int test_memset(unsigned to, unsigned length) {
    fill(left, 4);
    fill(copy, 4);
    if (do_memset(left + to, 0x1a5, length) != left + to) {
        return 0;
    }
    for (unsigned i = 0; i < ROOM; i++) {
        if (left[i] != (i >= to && i < to + length ? 0xa5 : copy[i])) {
            return 0;
        }
    }
    return 1;
}

static int test_memcmp(unsigned a, unsigned b, unsigned length) {
    fill(left, 5);
    fill(copy, 5);
    for (unsigned i = 0; i < length; i++) {
        right[b + i] = left[a + i];
    }
    right[b + length] = (uint8_t)~left[a + length];
    if (do_memcmp(left + a, right + b, length) != 0) {
        return 0;
    }
    for (unsigned i = 0; i < length; i++) {
        uint8_t was = right[b + i];
        right[b + i] = (uint8_t)(left[a + i] ^ 0x80);
        int order = do_memcmp(left + a, right + b, length);
        if (order == 0 || (order < 0) != (left[a + i] < right[b + i])) {
            return 0;
        }
        right[b + i] = was;
    }
    return 1;
}

static int test_memchr(unsigned from, unsigned length) {
    do_memset(left, 'x', ROOM);
    left[from + length] = 'q';
    if (do_memchr(left + from, 'q', length) != NULL) {
        return 0;
    }
    return do_memchr(left + from, 'q' + 256, length + 1) == left + from + length;
}

static int test_strings(unsigned to, unsigned from, unsigned length) {
    char *source = (char *)left + from;
    char *target = (char *)right + to;
    fill(left, 6);
    fill(right, 7);
    source[length] = '\0';
    if (do_strlen(source) != length) {
        return 1;
    }
    if (do_strcpy(target, source) != target || do_memcmp(target, source, length + 1) != 0) {
        return 2;
    }
    if (do_strcmp(target, source) != 0) {
        return 3;
    }
    if (length != 0) {
        target[length - 1] = (char)(source[length - 1] + 2);
        int greater = (uint8_t)target[length - 1] > (uint8_t)source[length - 1];
        if ((do_strcmp(target, source) > 0) != greater || do_strcmp(source, target) == 0) {
            return 3;
        }
        target[length - 1] = '\0';
        if (do_strcmp(target, source) >= 0) {
            return 3;
        }
    }
    if (do_strchr(source, '\0') != source + length || do_strchr(source, 2) != NULL) {
        return 4;
    }
    if (do_strchr(source, source[length / 2]) > source + length / 2) {
        return 4;
    }
    return 0;
}

static int test_strncpy(unsigned length, unsigned room) {
    char *target = (char *)right + 3;
    fill(left, 8);
    fill(right, 9);
    fill(copy, 9);
    left[1 + length] = '\0';
    if (do_strncpy(target, (char *)left + 1, room) != target) {
        return 0;
    }
    for (unsigned i = 0; i < room; i++) {
        if ((uint8_t)target[i] != (i < length ? left[1 + i] : 0)) {
            return 0;
        }
    }
    return right[3 + room] == copy[3 + room];
}

static int test_strstr(void) {
    static const char hay[] = "aab aabaaab needle in a haystack, aabaab";
    return do_strstr(hay, "") == hay && do_strstr(hay, "aab") == hay &&
           do_strstr(hay, "aabaaab") == hay + 4 && do_strstr(hay, "needle") == hay + 12 &&
           do_strstr(hay, "aabaab") == hay + 34 && do_strstr(hay, "aabaabb") == NULL &&
           do_strstr("", "a") == NULL && do_strstr(hay, "haystacks") == NULL;
}

/* The list: 1 memcpy, 2 memmove, 3 memset, 4 memcmp, 5 memchr, 10 + n strings, 6 strncpy, 7 strstr.
 */
int main(void) {
    for (unsigned length = 0; length <= LONGEST; length += length < 40 ? 1 : 7) {
        for (unsigned a = 0; a < 4; a++) {
            for (unsigned b = 0; b < 4; b++) {
                if (!test_memcpy(a, b, length)) {
                    return 1;
                }
                if (!test_memmove(a * 9, b * 9, length)) {
                    return 2;
                }
                if (!test_memcmp(a, b, length)) {
                    return 4;
                }
                int wrong = test_strings(a, b, length);
                if (wrong != 0) {
                    return 10 + wrong;
                }
            }
            if (!test_memset(a, length)) {
                return 3;
            }
            if (!test_memchr(a, length)) {
                return 5;
            }
        }
        if (!test_strncpy(length / 2, length)) {
            return 6;
        }
        if (!test_strncpy(length, length / 2)) {
            return 6;
        }
    }
    return test_strstr() ? 0 : 7;
}
