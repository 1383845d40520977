/*
 * Works for ever, each job as long as the others: a hash of the data, sorting, lists and trees from
 * malloc, a small machine that interprets, text, floating point. For tests that need a program
 * which neither ends nor always does the same.
 *
 * Input:  any data file.
 */
#include "moxbox.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES = 200000, KEYS = 4096, BLOCK = 1 << 20, BOARD = 10 };

static uint32_t values[VALUES];
static struct moxbox_bytes input;
static uint32_t seed = 1;
static volatile uint32_t result;

static uint32_t next_random(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void hash_data(void) {
    static uint32_t at;
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < BLOCK && input.size > 0; i++) {
        at = at + 1 < input.size ? at + 1 : 0;
        hash = (hash ^ input.data[at]) * 16777619u;
    }
    result = hash;
}

static int by_value(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void sort_values(void) {
    for (uint32_t i = 0; i < VALUES; i++) {
        values[i] = next_random();
    }
    qsort(values, VALUES, sizeof *values, by_value);
    result = values[VALUES / 2];
}

struct node {
    struct node *left;
    struct node *right;
    uint32_t key;
};

static struct node *insert(struct node *tree, uint32_t key) {
    if (tree == NULL) {
        tree = calloc(1, sizeof *tree);
        if (tree != NULL) {
            tree->key = key;
        }
    } else if (key < tree->key) {
        tree->left = insert(tree->left, key);
    } else {
        tree->right = insert(tree->right, key);
    }
    return tree;
}

static uint32_t release(struct node *tree) {
    if (tree == NULL) {
        return 0;
    }
    const uint32_t count = release(tree->left) + release(tree->right) + 1;
    free(tree);
    return count;
}

static void grow_tree(void) {
    struct node *tree = NULL;
    for (uint32_t i = 0; i < KEYS; i++) {
        tree = insert(tree, next_random());
    }
    result = release(tree);
}

/* Counts down from a million by a program of its own. */
static void interpret(void) {
    enum { LOAD, ADD, XOR, SHIFT, AGAIN, STOP };
    static const uint8_t program[] = {LOAD, ADD, XOR, SHIFT, ADD, AGAIN, STOP};
    uint32_t a = 1;
    uint32_t left = 1000000;
    for (uint32_t pc = 0; program[pc] != STOP; pc++) {
        switch (program[pc]) {
        case LOAD: a = left; break;
        case ADD: a += 0x9e3779b9u; break;
        case XOR: a ^= a >> 15; break;
        case SHIFT: a = a << 7 | a >> 25; break;
        case AGAIN: pc = --left > 0 ? 0 : pc; break;
        default: break;
        }
    }
    result = a;
}

static void write_text(void) {
    char line[80];
    uint32_t length = 0;
    for (int i = 0; i < 5000; i++) {
        length += (uint32_t)snprintf(line, sizeof line, "%d: %lu, %x, %s", i,
                                     (unsigned long)next_random(), (unsigned)i, "text");
        length += (uint32_t)strlen(strchr(line, ':'));
    }
    result = length;
}

static void calculate(void) {
    double sum = 0;
    for (int i = 1; i < 20000; i++) {
        sum += sqrt((double)i) / (1.0 + sin((double)i) * 0.5);
    }
    result = (uint32_t)sum;
}

static uint32_t place_queens(uint32_t row, uint32_t columns, uint32_t left, uint32_t right) {
    uint32_t count = row == BOARD;
    for (uint32_t column = 0; row < BOARD && column < BOARD; column++) {
        const uint32_t bit = 1u << column;
        if (((columns | left | right) & bit) == 0) {
            count += place_queens(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1);
        }
    }
    return count;
}

static void set_queens(void) {
    result = place_queens(0, 0, 0, 0);
}

int main(void) {
    static void (*const jobs[])(void) = {hash_data,  sort_values, grow_tree, interpret,
                                         write_text, calculate,   set_queens};
    moxbox_input(0, &input);
    for (uint32_t i = 0;; i = (i + 1) % (sizeof jobs / sizeof *jobs)) {
        jobs[i]();
    }
}
