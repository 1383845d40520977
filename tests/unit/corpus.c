/* The determinism corpus (tests/corpus/corpus.js): every build reaches the recorded states, whether
 * it runs from point to point at once, in slices, paused after the least effort, or in a box of its
 * own from each point to the next, made from a snapshot. */
#include "moxbox/box.h"
#include "unit/check.h"
#include "unit/snapshots.h"

#include <stdlib.h>
#include <string.h>

static const char *const stop_names[] = {
#define STOP(name, json, sentence) json,
#include "base/stop.def"
};

/* Reads the one form that the recorder writes; whatever differs ends the program. */
struct scanner {
    const char *at;
};

static void expect(struct scanner *scanner, const char *text) {
    if (strncmp(scanner->at, text, strlen(text)) != 0) {
        printf("tests/corpus/corpus.json: expected %s at %.40s\n", text, scanner->at);
        exit(1);
    }
    scanner->at += strlen(text);
}

static bool accept(struct scanner *scanner, const char *text) {
    const bool there = strncmp(scanner->at, text, strlen(text)) == 0;
    scanner->at += there ? strlen(text) : 0;
    return there;
}

static uint64_t number(struct scanner *scanner) {
    char *end;
    const uint64_t value = strtoull(scanner->at, &end, 10);
    scanner->at = end;
    return value;
}

/* A text without escapes, which the caller frees. */
static char *text(struct scanner *scanner) {
    expect(scanner, "\"");
    const size_t length = strcspn(scanner->at, "\"\\");
    char *copy = calloc(1, length + 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, scanner->at, length);
    scanner->at += length;
    expect(scanner, "\"");
    return copy;
}

static char *read_whole(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        printf("cannot read %s\n", path);
        exit(1);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = calloc(1, *size + 1);
    if (bytes == NULL || fread(bytes, 1, *size, file) != *size) {
        abort();
    }
    fclose(file);
    return bytes;
}

static uint8_t digit(char c) {
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void bytes_of_hex(const char *hex, uint8_t *bytes) {
    for (size_t i = 0; hex[i] != '\0'; i += 2) {
        bytes[i / 2] = (uint8_t)(digit(hex[i]) << 4 | digit(hex[i + 1]));
    }
}

static void add_program(struct scanner *scanner, mox_box *box) {
    uint8_t hash[MOX_HASH_SIZE] = {0};
    size_t size;
    expect(scanner, "[");
    char *path = text(scanner);
    expect(scanner, ",");
    char *hex = text(scanner);
    expect(scanner, "]");
    char *file = read_whole(path, &size);
    bytes_of_hex(hex, hash);
    CHECK_EQ(mox_box_add_program(box, (const uint8_t *)file, size), MOX_OK);
    if (!CHECK(memcmp(mox_box_program_hash(box, 0), hash, sizeof hash) == 0)) {
        printf("  %s is another file than the recorded one\n", path);
    }
    free(file);
    free(hex);
    free(path);
}

static void add_data(struct scanner *scanner, mox_box *box) {
    uint8_t *bytes = NULL;
    char *hex = text(scanner);
    CHECK_EQ(mox_box_add_data(box, (uint32_t)(strlen(hex) / 2), &bytes), MOX_OK);
    bytes_of_hex(hex, bytes);
    free(hex);
}

static uint64_t count_of(mox_box *box) {
    const struct mox_report *report = mox_box_report(box);
    return report->count_low | (uint64_t)report->count_high << 32;
}

/* How a run is cut: into pieces of so many instructions, or, with slice 0, wherever the least
 * effort is used up. */
static void run(mox_box *box, uint64_t budget, uint64_t slice) {
    const uint64_t until = count_of(box) + budget;
    uint32_t idle = 0;
    do {
        const uint64_t piece = budget < slice ? budget : slice;
        const uint64_t before = count_of(box);
        if (slice == 0) {
            CHECK_EQ(mox_box_slice(box, budget, 0), MOX_OK);
            budget = until - count_of(box);
            /* It may touch a page of memory instead. */
            idle = count_of(box) == before ? idle + 1 : 0;
        } else {
            CHECK_EQ(mox_box_run(box, piece), MOX_OK);
            budget -= piece;
        }
    } while (budget > 0 && idle < 1000 &&
             (slice != 0 || mox_box_report(box)->stop == MOX_STOP_BUDGET));
}

/* Another box goes on. */
static mox_box *go_on(mox_box *box) {
    mox_status status;
    struct snapshot snapshot = snapshot_of(box);
    mox_box *made = snapshot_box(&snapshot, 100000, UINT32_MAX, &status);
    CHECK_EQ(status, MOX_OK);
    snapshot_free(&snapshot);
    if (made == NULL) {
        return box;
    }
    mox_box_destroy(box);
    return made;
}

static void check_point(struct scanner *scanner, mox_box *box, uint64_t *used, uint64_t slice) {
    uint8_t expected[MOX_HASH_SIZE] = {0};
    uint8_t hash[MOX_HASH_SIZE] = {0};
    bool done = false;
    expect(scanner, "[");
    const uint64_t budget = number(scanner);
    expect(scanner, ",");
    char *stop = text(scanner);
    expect(scanner, ",");
    const uint64_t count = number(scanner);
    expect(scanner, ",");
    char *hex = text(scanner);
    expect(scanner, "]");
    bytes_of_hex(hex, expected);
    run(box, budget - *used, slice);
    *used = budget;
    const struct mox_report *report = mox_box_report(box);
    CHECK(strcmp(stop_names[report->stop], stop) == 0);
    CHECK_EQ(count_of(box), count);
    while (!done) {
        CHECK_EQ(mox_box_state_hash(box, 100000, hash, &done), MOX_OK);
    }
    CHECK(memcmp(hash, expected, sizeof hash) == 0);
    free(hex);
    free(stop);
}

/* One entry; slice: as `run` has it. */
static void replay(struct scanner *scanner, uint64_t slice, bool restored) {
    const uint64_t failed = check_failed;
    mox_box *box = NULL;
    expect(scanner, "{\"name\":");
    char *name = text(scanner);
    /* The limits stand behind the inputs, but a box wants them first. */
    struct scanner ahead = {strstr(scanner->at, "\"memory\":")};
    expect(&ahead, "\"memory\":");
    struct mox_options options = {.memory_limit = (uint32_t)number(&ahead)};
    expect(&ahead, ",\"stack\":");
    options.stack_size = (uint32_t)number(&ahead);
    CHECK_EQ(mox_box_create(&options, NULL, &box), MOX_OK);
    expect(scanner, ",\"programs\":[");
    do {
        add_program(scanner, box);
    } while (accept(scanner, ","));
    expect(scanner, "],\"data\":[");
    while (!accept(scanner, "]")) {
        add_data(scanner, box);
        (void)accept(scanner, ",");
    }
    CHECK_EQ(mox_box_start(box), MOX_OK);
    scanner->at = ahead.at;
    expect(scanner, ",\"points\":[");
    uint64_t used = 0;
    do {
        box = restored ? go_on(box) : box;
        check_point(scanner, box, &used, slice);
    } while (accept(scanner, ","));
    expect(scanner, "]}");
    mox_box_destroy(box);
    if (check_failed != failed) {
        printf("  in \"%s\", slices of %" PRIu64 "\n", name, slice);
    }
    free(name);
}

int main(void) {
    static const uint64_t slices[] = {UINT64_MAX, 9973, 0, UINT64_MAX};
    size_t size;
    char *file = read_whole("tests/corpus/corpus.json", &size);
    uint32_t entries = 0;
    for (size_t i = 0; i < 4; i++) {
        struct scanner scanner = {file};
        expect(&scanner, "{\"semantics\":");
        CHECK_EQ(number(&scanner), MOX_SEMANTICS_VERSION);
        expect(&scanner, ",\"entries\":[\n");
        do {
            replay(&scanner, slices[i], i == 3);
            entries++;
        } while (accept(&scanner, ",\n"));
        expect(&scanner, "\n]}");
    }
    CHECK(entries >= 4 * 50);
    free(file);
    return check_report("determinism corpus");
}
