/* Runs many guests, one after the other, in this one process, and prints what became of each:
 *
 *     torture_run [--stack BYTES] [--memory BYTES] [--budget N] [--slice N] <LIST >RESULTS
 *
 * A line of LIST is a program's path and, behind tab characters, those of its data files. For each
 * comes one line of JSON: stop, exitCode, instructions, fault, machine (the state hash), output.
 * Two guests in one process must not feel each other; that all of them run in one is a part of the
 * test. guests.js reads this and does the same with the WebAssembly build. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moxbox/box.h"

enum { STATUS_USAGE = 2, STATUS_ERROR = 126 };

static const char *const status_names[] = {
#define STATUS(name, sentence) "MOXBOX_" #name,
#include "base/status.def"
};

static const char *const stop_names[] = {
#define STOP(name, json, sentence) json,
#include "base/stop.def"
};

static const char *const fault_names[] = {
#define FAULT(name, json, sentence) json,
#include "base/fault.def"
};

struct limits {
    struct mox_options box;
    uint64_t budget;
    uint64_t slice;
};

static void stop_with(int status, const char *what, const char *where) {
    fprintf(stderr, "torture_run: %s: %s\n", where, what);
    exit(status);
}

static uint8_t *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        stop_with(STATUS_ERROR, strerror(errno), path);
    }
    const long length = ftell(file);
    uint8_t *bytes = length < 0 ? NULL : malloc((size_t)length + 1);
    if (!bytes) {
        stop_with(STATUS_ERROR, "cannot be measured or held in memory", path);
    }
    rewind(file);
    *size = (size_t)length;
    if (fread(bytes, 1, *size, file) != *size) {
        stop_with(STATUS_ERROR, "could not be read to its end", path);
    }
    fclose(file);
    return bytes;
}

static mox_status add_data(mox_box *box, const char *path) {
    size_t size;
    uint8_t *bytes = read_file(path, &size);
    uint8_t *place;
    const mox_status status =
        size > UINT32_MAX ? MOX_MEMORY_LIMIT : mox_box_add_data(box, (uint32_t)size, &place);
    if (status == MOX_OK && size > 0) {
        memcpy(place, bytes, size);
    }
    free(bytes);
    return status;
}

/* Loads the files of one line, which it cuts at the tabs, and starts. */
static mox_status load(mox_box *box, char *line) {
    char *data = strchr(line, '\t');
    if (data) {
        *data++ = '\0';
    }
    size_t size;
    uint8_t *program = read_file(line, &size);
    mox_status status = mox_box_add_program(box, program, size);
    free(program);
    while (status == MOX_OK && data) {
        char *next = strchr(data, '\t');
        if (next) {
            *next++ = '\0';
        }
        status = add_data(box, data);
        data = next;
    }
    return status == MOX_OK ? mox_box_start(box) : status;
}

static mox_status run(mox_box *box, const struct limits *limits, const struct mox_report **report) {
    uint64_t left = limits->budget;
    mox_status status = MOX_OK;
    do {
        const uint64_t slice = left < limits->slice ? left : limits->slice;
        status = mox_box_run(box, slice);
        left -= slice;
        *report = mox_box_report(box);
    } while (status == MOX_OK && (*report)->stop == MOX_STOP_BUDGET && left > 0);
    return status;
}

static void print_output(const mox_box *box, const struct mox_report *report) {
    uint32_t done = 0;
    while (done < report->output_size) {
        uint32_t size;
        const uint8_t *bytes = mox_box_window(box, report->output_address + done, &size);
        if (!bytes) {
            stop_with(STATUS_ERROR, "the output is not mapped", "a guest");
        }
        for (uint32_t i = 0; i < size && done < report->output_size; i++, done++) {
            printf("%02x", (unsigned)bytes[i]);
        }
    }
}

static mox_status print_result(mox_box *box, const struct mox_report *report) {
    uint8_t hash[MOX_HASH_SIZE];
    bool done = false;
    while (!done) {
        const mox_status status = mox_box_state_hash(box, UINT32_MAX, hash, &done);
        if (status != MOX_OK) {
            return status;
        }
    }
    printf("{\"stop\":\"%s\",\"exitCode\":%" PRIu32 ",\"instructions\":\"%" PRIu64 "\",\"fault\":",
           stop_names[report->stop], report->exit_code,
           (uint64_t)report->count_high << 32 | report->count_low);
    if (report->stop == MOX_STOP_FAULT) {
        printf("{\"kind\":\"%s\",\"pc\":%" PRIu32 ",\"address\":%" PRIu32 ",\"size\":%" PRIu32 "}",
               fault_names[report->fault_kind], report->fault_pc, report->fault_address,
               report->fault_size);
    } else {
        printf("null");
    }
    printf(",\"machine\":\"");
    for (size_t i = 0; i < sizeof hash; i++) {
        printf("%02x", (unsigned)hash[i]);
    }
    printf("\",\"output\":\"");
    print_output(box, report);
    printf("\"}\n");
    return MOX_OK;
}

static mox_status run_line(char *line, const struct limits *limits) {
    mox_box *box = NULL;
    const struct mox_report *report = NULL;
    mox_status status = mox_box_create(&limits->box, NULL, &box);
    if (status == MOX_OK) {
        status = load(box, line);
    }
    if (status == MOX_OK) {
        status = run(box, limits, &report);
    }
    if (status == MOX_OK) {
        status = print_result(box, report);
    }
    mox_box_destroy(box);
    return status;
}

static uint64_t number(const char *text, const char *option, uint64_t most) {
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] < '0' || text[0] > '9' ||
        value > most) {
        stop_with(STATUS_USAGE, "not a number in range", option);
    }
    return value;
}

int main(int argc, char **argv) {
    struct limits limits = {.budget = 1000000000, .slice = UINT64_MAX};
    for (int i = 1; i < argc; i += 2) {
        const char *option = argv[i];
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(option, "--stack") == 0) {
            limits.box.stack_size = (uint32_t)number(value, option, UINT32_MAX);
        } else if (strcmp(option, "--memory") == 0) {
            limits.box.memory_limit = (uint32_t)number(value, option, UINT32_MAX);
        } else if (strcmp(option, "--budget") == 0) {
            limits.budget = number(value, option, UINT64_MAX);
        } else if (strcmp(option, "--slice") == 0 && strcmp(value, "0") != 0) {
            limits.slice = number(value, option, UINT64_MAX);
        } else {
            stop_with(STATUS_USAGE, "unknown option", option);
        }
    }
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n') {
            line[length - 1] = '\0';
        }
        const mox_status status = run_line(line, &limits);
        if (status != MOX_OK) {
            printf("{\"error\":\"%s\"}\n", status_names[status]);
        }
    }
    free(line);
    return 0;
}
