/* Text processing: splits a text of 100 kB into lines and words, folds case, counts each word in a
 * sorted array searched by bisection, and formats the most frequent ones; `size` times. */
#include "bench.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_SIZE = 100000, MOST_WORDS = 512, WORD_SIZE = 16, MOST_SHOWN = 20 };

struct word {
    char text[WORD_SIZE];
    uint32_t count;
};

static char text[TEXT_SIZE + 1];
static struct word words[MOST_WORDS];
static uint32_t word_count;

static void make_text(uint32_t *random) {
    static const char *const stems[] = {"The", "sand",  "box",   "runs", "Program", "exactly",
                                        "as",  "many",  "steps", "YOU",  "pay",     "for",
                                        "and", "never", "one",   "more"};
    static const char *const ends[] = {"", "", "", "s", "ed", "ing", "-like", "ness"};
    static const char *const gaps[] = {" ", " ", " ", " ", ", ", ". ", "\n", " - "};
    char *out = text;
    char *end = text + TEXT_SIZE - 32;
    while (out < end) {
        uint32_t r = bench_random(random);
        const char *parts[3] = {stems[r >> 4 & 15], ends[r >> 10 & 7], gaps[r >> 20 & 7]};
        for (int i = 0; i < 3; i++) {
            size_t length = strlen(parts[i]);
            memcpy(out, parts[i], length);
            out += length;
        }
    }
    *out = 0;
}

static int count_word(const char *word) {
    uint32_t low = 0;
    uint32_t high = word_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = strcmp(word, words[middle].text);
        if (order == 0) {
            words[middle].count++;
            return 0;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    if (word_count == MOST_WORDS)
        return -1;
    memmove(words + low + 1, words + low, (word_count - low) * sizeof words[0]);
    strcpy(words[low].text, word);
    words[low].count = 1;
    word_count++;
    return 0;
}

static uint32_t split(const char *at, int *failed) {
    uint32_t lines = 0;
    char word[WORD_SIZE];
    while (*at != 0) {
        uint32_t length = 0;
        if (!isalpha((unsigned char)*at)) {
            lines += *at++ == '\n';
            continue;
        }
        while (isalnum((unsigned char)*at) || *at == '-') {
            if (length < WORD_SIZE - 1)
                word[length++] = (char)tolower((unsigned char)*at);
            at++;
        }
        word[length] = 0;
        *failed |= count_word(word);
    }
    return lines;
}

/* "word 123\n" into line; returns its length. */
static uint32_t format(char *line, const struct word *word) {
    uint32_t length = (uint32_t)strlen(word->text);
    uint32_t count = word->count;
    uint32_t digits = 1;
    for (uint32_t rest = count; rest >= 10; rest /= 10)
        digits++;
    memcpy(line, word->text, length);
    line[length] = ' ';
    for (uint32_t i = digits; i > 0; i--, count /= 10)
        line[length + i] = (char)('0' + count % 10);
    line[length + digits + 1] = '\n';
    return length + digits + 2;
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    int failed = 0;
    make_text(&random);
    for (uint32_t round = 0; round < size; round++) {
        word_count = 0;
        checksum = bench_mix(checksum, split(text, &failed));
        for (int shown = 0; shown < MOST_SHOWN; shown++) {
            struct word *most = words;
            char line[WORD_SIZE + 16];
            for (uint32_t i = 1; i < word_count; i++)
                if (words[i].count > most->count)
                    most = words + i;
            uint32_t length = format(line, most);
            for (uint32_t i = 0; i < length; i++)
                checksum = bench_mix(checksum, (uint8_t)line[i]);
            most->count = 0;
        }
    }
    return failed ? 0 : checksum;
}
