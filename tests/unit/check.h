/* Checks for the unit tests: each one counts, prints where and what it found when it fails, and
 * goes on. One test program is one .c file: int main(void) { ...; return check_report("what was
 * tested"); } */
#ifndef MOXBOX_TESTS_CHECK_H
#define MOXBOX_TESTS_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CHECK_PRINTED_MAX = 20 };

/* Sanitizers make everything some ten times slower and find what they find in less: a long test
 * does a share of its work there, and all of it in the plain builds. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHECK_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define CHECK_SANITIZED 1
#endif
#ifdef CHECK_SANITIZED
enum { CHECK_SHARE = 10 };
#else
enum { CHECK_SHARE = 1 };
#endif

static uint64_t check_count;
static uint64_t check_failed;

static inline bool check_that(bool holds, const char *file, int line, const char *text) {
    check_count++;
    if (!holds && check_failed++ < CHECK_PRINTED_MAX) {
        printf("%s:%d: not so: %s\n", file, line, text);
    }
    return holds;
}

static inline bool check_equal(uint64_t actual, uint64_t expected, const char *file, int line,
                               const char *text) {
    check_count++;
    if (actual != expected && check_failed++ < CHECK_PRINTED_MAX) {
        printf("%s:%d: %s is 0x%" PRIx64 ", expected 0x%" PRIx64 "\n", file, line, text, actual,
               expected);
    }
    return actual == expected;
}

#define CHECK(condition) check_that((condition), __FILE__, __LINE__, #condition)
#define CHECK_EQ(actual, expected)                                                                 \
    check_equal((uint64_t)(actual), (uint64_t)(expected), __FILE__, __LINE__, #actual)

#define CHECK_TEXT(actual, expected)                                                               \
    do {                                                                                           \
        const char *const got = (actual);                                                          \
        if (!CHECK(strcmp(got, (expected)) == 0)) {                                                \
            printf("  \"%s\" instead of \"%s\"\n", got, (expected));                               \
        }                                                                                          \
    } while (0)

/* Prints one closing line; 0 when every check held and there was at least one. */
static inline int check_report(const char *what) {
    printf("%s: %" PRIu64 " checks, %" PRIu64 " failed\n", what, check_count, check_failed);
    return check_failed != 0 || check_count == 0;
}

#endif
