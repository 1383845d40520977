/* A hash table of strings with chains, growing as it fills: `size` insertions of made-up words,
 * then look-ups of words that are there and words that are not. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *next;
    uint32_t hash;
    uint32_t count;
    char word[];
};

struct table {
    struct entry **buckets;
    uint32_t bucket_count; /* a power of two */
    uint32_t entry_count;
};

static uint32_t hash_of(const char *word) {
    uint32_t hash = 2166136261u;
    while (*word != 0)
        hash = (hash ^ (uint8_t)*word++) * 16777619u;
    return hash;
}

static struct entry *find(const struct table *table, const char *word, uint32_t hash) {
    struct entry *entry = table->buckets[hash & (table->bucket_count - 1)];
    while (entry != NULL && (entry->hash != hash || strcmp(entry->word, word) != 0))
        entry = entry->next;
    return entry;
}

static int grow(struct table *table) {
    uint32_t count = table->bucket_count * 2;
    struct entry **buckets = calloc(count, sizeof(struct entry *));
    if (buckets == NULL)
        return -1;
    for (uint32_t i = 0; i < table->bucket_count; i++) {
        struct entry *entry = table->buckets[i];
        while (entry != NULL) {
            struct entry *next = entry->next;
            struct entry **bucket = &buckets[entry->hash & (count - 1)];
            entry->next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = count;
    return 0;
}

static int count_word(struct table *table, const char *word) {
    uint32_t hash = hash_of(word);
    struct entry *entry = find(table, word, hash);
    if (entry == NULL) {
        size_t length = strlen(word) + 1;
        if (table->entry_count == table->bucket_count && grow(table) != 0)
            return -1;
        entry = malloc(sizeof *entry + length);
        if (entry == NULL)
            return -1;
        struct entry **bucket = &table->buckets[hash & (table->bucket_count - 1)];
        entry->hash = hash;
        entry->count = 0;
        memcpy(entry->word, word, length);
        entry->next = *bucket;
        *bucket = entry;
        table->entry_count++;
    }
    entry->count++;
    return 0;
}

/* Words of three to six syllables out of a few thousand. */
static void make_word(uint32_t number, char *word) {
    static const char syllables[16][3] = {"ba", "ke", "li", "mo",  "nu",  "pa", "re",  "si",
                                          "to", "vu", "za", "che", "dri", "ou", "gla", "y"};
    number = number % 5000 * 2654435761u;
    int count = 3 + (int)(number >> 30);
    for (int i = 0; i < count; i++, number >>= 4)
        for (int k = 0; k < 3 && syllables[number & 15][k] != 0; k++)
            *word++ = syllables[number & 15][k];
    *word = 0;
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t checksum = 0;
    uint32_t found = 0;
    char word[24];
    struct table table = {calloc(16, sizeof(struct entry *)), 16, 0};
    if (table.buckets == NULL)
        return 0;
    for (uint32_t i = 0; i < size; i++) {
        make_word(bench_random(&random) >> 8, word);
        if (count_word(&table, word) != 0)
            return 0;
    }
    for (uint32_t i = 0; i < size; i++) {
        make_word(bench_random(&random) >> 8, word);
        if (i & 1)
            word[0] = '-';
        const struct entry *entry = find(&table, word, hash_of(word));
        found += entry != NULL ? entry->count : 0;
    }
    for (uint32_t i = 0; i < table.bucket_count; i++) {
        struct entry *entry = table.buckets[i];
        while (entry != NULL) {
            struct entry *next = entry->next;
            checksum += bench_mix(entry->hash, entry->count);
            free(entry);
            entry = next;
        }
    }
    free(table.buckets);
    return bench_mix(bench_mix(checksum, table.entry_count), found);
}
