/*
 * Sorts lines by the values of their bytes, as `LC_ALL=C sort` does.
 *
 * Input:  data file 0. A last line without a newline gets one.
 * Output: the lines in order.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <moxbox.h>

struct line {
    const uint8_t *text;
    size_t length; /* without the newline */
};

static void *checked(void *block) {
    if (block == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return block;
}

static bool before(const struct line *a, const struct line *b) {
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, common);
    return order < 0 || (order == 0 && a->length < b->length);
}

static size_t count_lines(const struct moxbox_bytes *input) {
    size_t count = 0;
    for (size_t i = 0; i < input->size; i++) {
        count += input->data[i] == '\n';
    }
    return count + (input->size != 0 && input->data[input->size - 1] != '\n');
}

static void split(const struct moxbox_bytes *input, struct line *lines, size_t count) {
    const uint8_t *at = input->data;
    const uint8_t *end = at + input->size;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));
        const uint8_t *stop = newline == NULL ? end : newline;
        lines[i] = (struct line){at, (size_t)(stop - at)};
        at = stop + 1;
    }
}

/* Merges the sorted halves from[0, half) and from[half, count) into to. */
static void merge(struct line *to, const struct line *from, size_t half, size_t count) {
    size_t left = 0;
    size_t right = half;
    for (size_t i = 0; i < count; i++) {
        bool take_right = left == half || (right < count && before(&from[right], &from[left]));
        to[i] = take_right ? from[right++] : from[left++];
    }
}

/* Merge sort from the bottom up: at most log2(n) passes for any input, and no recursion. */
static struct line *sorted(struct line *lines, struct line *spare, size_t count) {
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t at = 0; at < count; at += 2 * run) {
            size_t both = count - at < 2 * run ? count - at : 2 * run;
            merge(spare + at, lines + at, both < run ? both : run, both);
        }
        struct line *swap = lines;
        lines = spare;
        spare = swap;
    }
    return lines;
}

int main(void) {
    struct moxbox_bytes input = {NULL, 0};
    (void)moxbox_input(0, &input);
    size_t count = count_lines(&input);
    if (count == 0) {
        setreturn(NULL, 0);
        return 0;
    }

    struct line *lines = checked(calloc(count, sizeof *lines));
    struct line *spare = checked(calloc(count, sizeof *spare));
    uint8_t *output = checked(malloc(input.size + 1));
    uint8_t *at = output;

    split(&input, lines, count);
    lines = sorted(lines, spare, count);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, lines[i].text, lines[i].length);
        at += lines[i].length;
        *at++ = '\n';
    }
    setreturn(output, (size_t)(at - output));
    return 0;
}
