/*
 * malloc over mmap: many blocks of mixed sizes, freed and grown in random order, each checked for
 * its contents; then everything the box has.
 *
 * Input:  none.
 * Output: text: "ok", and how many of the box's bytes one large request after another got, in MiB.
 * Exit status: 0, or the number of the check that failed.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 500, TURNS = 6000, MIB = 1024 * 1024 };

static struct block {
    uint8_t *bytes;
    size_t size;
    uint8_t mark;
} blocks[BLOCKS];

static uint32_t seed = 12345;

static uint32_t random_below(uint32_t limit) {
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * limit) >> 32);
}

static int intact(const struct block *block) {
    for (size_t i = 0; i < block->size; i += 13) {
        if (block->bytes[i] != block->mark) {
            return 0;
        }
    }
    return block->size == 0 || block->bytes[block->size - 1] == block->mark;
}

/* Mostly small sizes, seldom some 100 kB. */
static size_t random_size(void) {
    uint32_t kind = random_below(100);
    return random_below(kind < 80 ? 200 : kind < 98 ? 5000 : 120000);
}

static int turn(struct block *block) {
    if (block->bytes != NULL && !intact(block)) {
        return 1;
    }
    switch (random_below(3)) {
    case 0:
        free(block->bytes);
        block->bytes = NULL;
        block->size = 0;
        return 0;
    case 1: {
        size_t size = random_size() + 1;
        size_t kept = size < block->size ? size : block->size;
        block->bytes = realloc(block->bytes, size);
        if (block->bytes == NULL) {
            return 2;
        }
        block->size = kept;
        if (!intact(block)) {
            return 3;
        }
        block->size = size;
        break;
    }
    default:
        free(block->bytes);
        block->size = random_size() + 1;
        block->bytes = calloc(1, block->size);
        block->mark = 0;
        if (block->bytes == NULL || ((uintptr_t)block->bytes & 7) != 0 || !intact(block)) {
            return 4;
        }
    }
    block->mark = (uint8_t)random_below(256);
    memset(block->bytes, block->mark, block->size);
    return 0;
}

static unsigned count_free_mebibytes(void) {
    unsigned count = 0;
    while (malloc(MIB - 64) != NULL) {
        count++;
    }
    return count;
}

int main(void) {
    for (unsigned i = 0; i < TURNS; i++) {
        int wrong = turn(&blocks[random_below(BLOCKS)]);
        if (wrong != 0) {
            return wrong;
        }
    }
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (blocks[i].bytes != NULL && !intact(&blocks[i])) {
            return 5;
        }
        free(blocks[i].bytes);
    }
    volatile size_t too_much = 0xffffff00u; /* volatile: the compiler would warn */
    if (malloc(too_much) != NULL || malloc(too_much / 2) != NULL) {
        return 6;
    }
    char *text = malloc(100); /* room for the answer, before there is none */
    setvbuf(stdout, text, _IOFBF, 100);
    printf("ok %u\n", count_free_mebibytes());
    return 0;
}
