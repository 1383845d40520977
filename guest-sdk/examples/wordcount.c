/*
 * Counts lines, words and bytes, and the words that occur most often.
 *
 * Input:  data file 0. A word is a run of bytes other than blanks, as for wc; for the list of
 * frequent words it is a run of letters, taken without regard to case. Output: text: "lines words
 * bytes" as three numbers, then up to ten lines "count word", the most frequent first and in
 * alphabetical order among equals.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <moxbox.h>

enum { SHOWN = 10, FIRST_SLOTS = 1024, LONGEST = 64 };

struct word {
    char *text; /* NULL in a free slot */
    unsigned long count;
};

/* An open-addressing table, kept at most half full; slots is a power of two. */
struct table {
    struct word *words;
    size_t slots;
    size_t used;
};

static void *checked(void *block) {
    if (block == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return block;
}

static struct word *find(const struct table *table, const char *text) {
    uint32_t hash = 2166136261u;
    for (const char *c = text; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    }
    size_t at = hash & (table->slots - 1);
    while (table->words[at].text != NULL && strcmp(table->words[at].text, text) != 0) {
        at = (at + 1) & (table->slots - 1);
    }
    return &table->words[at];
}

static void grow(struct table *table) {
    struct table larger = {NULL, table->slots == 0 ? FIRST_SLOTS : table->slots * 2, table->used};
    larger.words = checked(calloc(larger.slots, sizeof *larger.words));
    for (size_t i = 0; i < table->slots; i++) {
        if (table->words[i].text != NULL) {
            *find(&larger, table->words[i].text) = table->words[i];
        }
    }
    free(table->words);
    *table = larger;
}

static void add(struct table *table, const char *text) {
    if (table->used * 2 >= table->slots) {
        grow(table);
    }
    struct word *word = find(table, text);
    if (word->text == NULL) {
        word->text = checked(strdup(text));
        table->used++;
    }
    word->count++;
}

static int more_frequent(const void *left, const void *right) {
    const struct word *a = left;
    const struct word *b = right;
    if (a->text == NULL || b->text == NULL) {
        return (a->text == NULL) - (b->text == NULL);
    }
    if (a->count != b->count) {
        return a->count < b->count ? 1 : -1;
    }
    return strcmp(a->text, b->text);
}

/* Letters beyond the longest word that is kept are dropped, so equal beginnings count as one word.
 */
static void collect_words(struct table *table, const struct moxbox_bytes *input) {
    char text[LONGEST + 1];
    size_t length = 0;
    for (size_t i = 0; i <= input->size; i++) {
        if (i < input->size && isalpha(input->data[i])) {
            if (length < LONGEST) {
                text[length++] = (char)tolower(input->data[i]);
            }
        } else if (length != 0) {
            text[length] = '\0';
            add(table, text);
            length = 0;
        }
    }
}

static void print_totals(const struct moxbox_bytes *input) {
    unsigned long lines = 0;
    unsigned long words = 0;
    int inside = 0;
    for (size_t i = 0; i < input->size; i++) {
        int blank = isspace(input->data[i]);
        lines += input->data[i] == '\n';
        words += !blank && !inside;
        inside = !blank;
    }
    printf("%lu %lu %lu\n", lines, words, (unsigned long)input->size);
}

int main(void) {
    struct moxbox_bytes input = {NULL, 0};
    struct table table = {NULL, 0, 0};

    (void)moxbox_input(0, &input);
    print_totals(&input);
    collect_words(&table, &input);
    qsort(table.words, table.slots, sizeof *table.words, more_frequent);
    for (size_t i = 0; i < SHOWN && i < table.used; i++) {
        printf("%7lu %s\n", table.words[i].count, table.words[i].text);
    }
    return 0;
}
