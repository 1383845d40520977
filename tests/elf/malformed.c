/* Every malformed ELF file: the required verdict, the same one twice, nothing kept of a refused
 * file, and no crash when an accepted one runs.
 *
 * With the argument --json it prints instead all files and verdicts as tests/elf/verdicts.json has
 * them: the good file, and for each case a name, the size, and what differs from the good file (cut
 * or filled with zeros to that size). Other builds of the core are held to the same verdicts by
 * that file. */
#include "elf/cases.h"

#include "moxbox/box.h"
#include "unit/check.h"
#include "unit/counting.h"

static const char *const status_names[] = {
#define STATUS(name, sentence) #name,
#include "base/status.def"
};

/* Loads the file into a fresh box and, when it is accepted, runs it a little. */
static mox_status verdict_of(const uint8_t *file, size_t size) {
    struct counting counting = {0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    struct mox_region region;
    mox_box *box = NULL;
    if (!CHECK_EQ(mox_box_create(NULL, &allocator, &box), MOX_OK)) {
        return MOX_NO_MEMORY;
    }
    const size_t blocks = counting.blocks;
    const size_t bytes = counting.bytes;
    const mox_status status = mox_box_add_program(box, file, size);
    CHECK(status != MOX_NO_MEMORY);
    if (status != MOX_OK) {
        CHECK_EQ(counting.blocks, blocks);
        CHECK_EQ(counting.bytes, bytes);
        CHECK_EQ(mox_box_report(box)->memory_used, 0);
        CHECK(!mox_box_region(box, 0, &region));
        CHECK(mox_box_program_hash(box, 0) == NULL);
        CHECK_EQ(mox_box_add_program(box, file, size), status);
        CHECK_EQ(mox_box_start(box), MOX_NO_PROGRAM);
    } else {
        const mox_status started = mox_box_start(box);
        CHECK(started == MOX_OK || started == MOX_ADDRESS_SPACE);
        CHECK_EQ(mox_box_run(box, 100), started == MOX_OK ? MOX_OK : MOX_BAD_PHASE);
        CHECK(mox_box_report(box)->count_low <= 100);
    }
    mox_box_destroy(box);
    CHECK_EQ(counting.blocks, 0);
    CHECK_EQ(counting.bytes, 0);
    return status;
}

static void check_case(void *context, const char *name, const uint8_t *file, size_t size,
                       int expected) {
    (void)context;
    const mox_status status = verdict_of(file, size);
    const bool right = CHECK(expected == ANY_VERDICT || (int)status == expected);
    const bool same = CHECK_EQ(verdict_of(file, size), status);
    if (!right || !same) {
        printf("  %s: %s\n", name, status_names[status]);
    }
}

/* How a file is told from the good one. */
struct printer {
    struct elf_file good;
    FILE *out;
    bool first;
};

static uint8_t good_byte(const struct printer *printer, size_t i) {
    return i < printer->good.size ? printer->good.bytes[i] : 0;
}

static void print_hex(FILE *out, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        fprintf(out, "%02x", bytes[i]);
    }
}

static void print_case(void *context, const char *name, const uint8_t *file, size_t size,
                       int expected) {
    struct printer *printer = context;
    bool first = true;
    (void)expected;
    fprintf(printer->out, "%s\n[\"%s\", %zu, [", printer->first ? "" : ",", name, size);
    printer->first = false;
    for (size_t i = 0; i < size;) {
        size_t end = i;
        while (end < size && file[end] != good_byte(printer, end)) {
            end++;
        }
        if (end > i) {
            fprintf(printer->out, "%s[%zu, \"", first ? "" : ", ", i);
            print_hex(printer->out, file + i, end - i);
            fprintf(printer->out, "\"]");
            first = false;
        }
        i = end + 1;
    }
    fprintf(printer->out, "], \"%s\"]", status_names[verdict_of(file, size)]);
}

static void print_json(FILE *out) {
    struct printer printer = {.out = out, .first = true};
    good_file(&printer.good);
    fprintf(out, "{\"good\": \"");
    print_hex(out, printer.good.bytes, printer.good.size);
    fprintf(out, "\",\n\"cases\": [");
    elf_cases_visit(print_case, &printer);
    fprintf(out, "\n]}\n");
}

/* The committed file is what this build prints. */
static void check_json(const char *path) {
    FILE *now = tmpfile();
    FILE *then = fopen(path, "r");
    if (!CHECK(now != NULL) || !CHECK(then != NULL)) {
        return;
    }
    print_json(now);
    rewind(now);
    int a;
    int b;
    do {
        a = getc(now);
        b = getc(then);
    } while (a == b && a != EOF);
    if (!CHECK_EQ(a, b)) {
        printf("  %s is not current: run this program with --json > %s\n", path, path);
    }
    fclose(now);
    fclose(then);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--json") == 0) {
        print_json(stdout);
        return ferror(stdout) != 0;
    }
    elf_cases_visit(check_case, NULL);
    check_json("tests/elf/verdicts.json");
    return check_report("malformed ELF files");
}
