/*
 * malloc's spare blocks: that freed small blocks are used again, that they do not make the heap
 * grow, and what the allocation calls answer at their edges.
 *
 * Input:  none.
 * Output: none.
 * Exit status: 0, or the number of the check that failed.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MIB = 1024 * 1024, BLOCKS = 8192, PHASES = 20 };

static char *blocks[BLOCKS];

static size_t heap_size(void) {
    return mallinfo().arena;
}

/* Each small size, twice at once: blocks do not overlap, and the last freed comes back. */
static int test_sizes(void) {
    for (size_t size = 0; size <= 600; size++) {
        char *one = malloc(size);
        char *other = malloc(size);
        if (one == NULL || other == NULL || ((uintptr_t)one & 7) != 0 || one == other) {
            return 1;
        }
        memset(one, 1, size);
        memset(other, 2, size);
        for (size_t i = 0; i < size; i++) {
            if (one[i] != 1) {
                return 2;
            }
        }
        free(one);
        char *again = malloc(size);
        if (size > 4 && size <= 500 && again != one) {
            return 3;
        }
        free(again);
        free(other);
        char *cleared = calloc(size, 1);
        if (cleared == NULL) {
            return 4;
        }
        for (size_t i = 0; i < size; i++) {
            if (cleared[i] != 0) {
                return 4;
            }
        }
        free(cleared);
    }
    return 0;
}

/* A mebibyte of blocks of one size, all freed before the next size: the heap stays as large. */
static int test_phases(void) {
    size_t after_first = 0;
    for (unsigned phase = 0; phase < PHASES; phase++) {
        const size_t size = 20 + 24 * phase;
        const unsigned count =
            (unsigned)(MIB / (size + 4)) < BLOCKS ? (unsigned)(MIB / (size + 4)) : BLOCKS;
        for (unsigned i = 0; i < count; i++) {
            blocks[i] = malloc(size);
            if (blocks[i] == NULL) {
                return 5;
            }
            *blocks[i] = (char)i;
        }
        for (unsigned i = 0; i < count; i++) {
            if (*blocks[i] != (char)i) {
                return 6;
            }
            free(blocks[i]);
        }
        if (phase == 2) {
            after_first = heap_size();
        }
        if (phase > 2 && heap_size() > after_first + after_first / 2 + MIB / 2) {
            return 7;
        }
    }
    return 0;
}

/* What the C library itself allocates comes back, too. */
static int test_library(void) {
    const size_t before = heap_size();
    for (unsigned i = 0; i < 100000; i++) {
        char *copy =
            strdup("some seventy characters that the C library copies to a block of its own");
        if (copy == NULL) {
            return 8;
        }
        free(copy);
    }
    return heap_size() > before ? 9 : 0;
}

static int test_edges(void) {
    volatile size_t half = SIZE_MAX / 2 + 1; /* volatile: the compiler would warn */
    errno = 0;
    if (calloc(half, 2) != NULL || errno != ENOMEM) {
        return 10;
    }
    char *grown = realloc(NULL, 10);
    memcpy(grown, "123456789", 10);
    for (size_t size = 11; size < 3000; size += size / 3) {
        grown = realloc(grown, size);
        if (grown == NULL || malloc_usable_size(grown) < size || strcmp(grown, "123456789") != 0) {
            return 11;
        }
    }
    if (realloc(grown, half * 2 - 64) != NULL || strcmp(grown, "123456789") != 0) {
        return 12;
    }
    free(NULL);
    return realloc(grown, 0) == NULL ? 0 : 13;
}

int main(void) {
    int wrong = test_sizes();
    wrong = wrong != 0 ? wrong : test_phases();
    wrong = wrong != 0 ? wrong : test_library();
    return wrong != 0 ? wrong : test_edges();
}
