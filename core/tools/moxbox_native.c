/* The core as a native command, to be compared with the WebAssembly build:
 *
 *     moxbox_native run -e PROGRAM [-e PROGRAM]... [-d FILE]... [-o OUT] [--state FILE]
 *                       [--receipt FILE] [--budget N|inf] [--slice N] [--memory BYTES] [--stack
 * BYTES] [--json] [--snapshot FILE [--omit-data]]
 *     moxbox_native run --resume FILE [-d FILE]... the same options but --stack
 *
 * Options, JSON fields and exit statuses are those of `moxbox run` (node/usage.js), as far as they
 * are here;
 * `moxbox_native cage` is told of in native_cage.h. --slice runs in slices of N instructions, which
 * changes nothing else. Receipts have the format of web/receipt.js. Progress, search by hash and
 * the rest are the real command's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "moxbox/box.h"
#include "tools/cbor.h"
#include "tools/native_cage.h"

enum {
    STATUS_USAGE = 2,
    STATUS_BREAK = 123,
    STATUS_BUDGET = 124,
    STATUS_FAULT = 125,
    STATUS_ERROR = 126
};

static const char *const stop_names[] = {
#define STOP(name, json, sentence) json,
#include "base/stop.def"
};

static const char *const fault_names[] = {
#define FAULT(name, json, sentence) json,
#include "base/fault.def"
};

/* An input file, or a buffer that the run gave. */
struct sealed {
    uint8_t hash[MOX_HASH_SIZE];
    uint64_t size;
};

struct inputs {
    const char **paths; /* of argv's size, so that it cannot run over */
    struct sealed *sealed;
    size_t count;
};

struct command {
    struct inputs programs;
    struct inputs data;
    const char *output_path;
    const char *state_path;
    const char *receipt_path;
    const char *snapshot_path;
    const char *resume_path;
    bool omit_data;
    uint64_t budget; /* of this run, then of all since the start; UINT64_MAX with `unlimited` */
    bool unlimited;
    uint64_t slice;
    struct mox_options options;
    bool json;

    mox_box *box;
    struct sealed output;
    struct sealed state;
    uint8_t machine[MOX_HASH_SIZE];
};

static void stop_with(int status, const char *what, const char *where) {
    fprintf(stderr, "moxbox_native: %s%s%s\n", what, *where ? ": " : "", where);
    exit(status);
}

static void need(mox_status status, const char *where) {
    if (status != MOX_OK) {
        stop_with(STATUS_ERROR, mox_status_text(status), where);
    }
}

static void *some(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) {
        stop_with(STATUS_ERROR, "no memory", "");
    }
    return memory;
}

static void inputs_init(struct inputs *inputs, int most) {
    inputs->paths = some((size_t)most, sizeof *inputs->paths);
    inputs->sealed = NULL;
}

/* The box has so many. */
static void inputs_seal(struct inputs *inputs, uint32_t count) {
    inputs->sealed = some((size_t)count + 1, sizeof *inputs->sealed);
    inputs->count = count;
}

static void inputs_free(struct inputs *inputs) {
    free(inputs->paths);
    free(inputs->sealed);
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

/* Fills in one option with its value; false when there is none of that name. */
static bool take_option(struct command *command, const char *option, const char *value) {
    if (strcmp(option, "-e") == 0) {
        command->programs.paths[command->programs.count++] = value;
    } else if (strcmp(option, "-d") == 0) {
        command->data.paths[command->data.count++] = value;
    } else if (strcmp(option, "-o") == 0) {
        command->output_path = value;
    } else if (strcmp(option, "--state") == 0) {
        command->state_path = value;
    } else if (strcmp(option, "--receipt") == 0) {
        command->receipt_path = value;
    } else if (strcmp(option, "--snapshot") == 0) {
        command->snapshot_path = value;
    } else if (strcmp(option, "--resume") == 0) {
        command->resume_path = value;
    } else if (strcmp(option, "--budget") == 0) {
        command->unlimited = strcmp(value, "inf") == 0;
        command->budget = command->unlimited ? UINT64_MAX : number(value, option, UINT64_MAX);
    } else if (strcmp(option, "--slice") == 0) {
        command->slice = number(value, option, UINT64_MAX);
    } else if (strcmp(option, "--memory") == 0) {
        command->options.memory_limit = (uint32_t)number(value, option, UINT32_MAX);
    } else if (strcmp(option, "--stack") == 0) {
        command->options.stack_size = (uint32_t)number(value, option, UINT32_MAX);
    } else {
        return false;
    }
    return true;
}

static void parse(struct command *command, int argc, char **argv) {
    if (argc < 2 || strcmp(argv[1], "run") != 0) {
        stop_with(STATUS_USAGE, "usage: moxbox_native run -e PROGRAM [-d FILE]... [options]", "");
    }
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            command->json = true;
        } else if (strcmp(argv[i], "--omit-data") == 0) {
            command->omit_data = true;
        } else if (i + 1 >= argc || !take_option(command, argv[i], argv[i + 1])) {
            stop_with(STATUS_USAGE, "unknown option, or an option without its value", argv[i]);
        } else {
            i++;
        }
    }
    if ((command->programs.count == 0) == (command->resume_path == NULL) || command->slice == 0) {
        stop_with(STATUS_USAGE,
                  "name a program with -e, or a snapshot with --resume; slices have at least one "
                  "instruction",
                  "");
    }
}

static FILE *open_sized(const char *path, uint64_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        stop_with(STATUS_ERROR, strerror(errno), path);
    }
    if (fseek(file, 0, SEEK_END) != 0) {
        stop_with(STATUS_ERROR, "not a file of known size", path);
    }
    const long end = ftell(file);
    if (end < 0 || (uint64_t)end > UINT32_MAX) {
        stop_with(STATUS_ERROR, "larger than 4 GiB", path);
    }
    rewind(file);
    *size = (uint64_t)end;
    return file;
}

static void read_whole(FILE *file, uint8_t *bytes, uint64_t size, const char *path) {
    if (size > 0 && fread(bytes, 1, (size_t)size, file) != size) {
        stop_with(STATUS_ERROR, "cannot be read to its end", path);
    }
    fclose(file);
}

static void load_program(struct command *command, const char *path) {
    uint64_t size;
    FILE *file = open_sized(path, &size);
    uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
    if (!bytes) {
        stop_with(STATUS_ERROR, "no memory", path);
    }
    read_whole(file, bytes, size, path);
    need(mox_box_add_program(command->box, bytes, (size_t)size), path);
    free(bytes);
}

static void load_data(struct command *command, const char *path) {
    uint64_t size;
    FILE *file = open_sized(path, &size);
    uint8_t *bytes;
    need(mox_box_add_data(command->box, (uint32_t)size, &bytes), path);
    read_whole(file, bytes, size, path);
}

/* needs: data files that the snapshot omits are added. */
static void resume(struct command *command, const char *path) {
    static uint8_t piece[1 << 16];
    bool done = false;
    FILE *file = fopen(path, "rb");
    if (!file) {
        stop_with(STATUS_ERROR, strerror(errno), path);
    }
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;) {
        need(mox_box_restore(command->box, piece, (uint32_t)size), path);
    }
    if (ferror(file)) {
        stop_with(STATUS_ERROR, "cannot be read to its end", path);
    }
    fclose(file);
    while (!done) {
        need(mox_box_restore_end(command->box, UINT32_MAX, &done), path);
    }
}

/* What the box knows of its inputs, for JSON and receipts. */
static void seal_inputs(struct command *command) {
    struct mox_setup setup;
    mox_box_setup(command->box, &setup);
    command->options.memory_limit = setup.memory_limit;
    command->options.stack_size = setup.stack_size;
    inputs_seal(&command->programs, setup.program_count);
    inputs_seal(&command->data, setup.data_count);
    for (uint32_t i = 0; i < setup.program_count; i++) {
        struct sealed *sealed = &command->programs.sealed[i];
        sealed->size = mox_box_program_size(command->box, i);
        memcpy(sealed->hash, mox_box_program_hash(command->box, i), MOX_HASH_SIZE);
    }
    for (uint32_t i = 0; i < setup.data_count; i++) {
        struct sealed *sealed = &command->data.sealed[i];
        sealed->size = mox_box_data_size(command->box, i);
        memcpy(sealed->hash, mox_box_data_hash(command->box, i), MOX_HASH_SIZE);
    }
}

static void load(struct command *command) {
    need(mox_box_create(&command->options, NULL, &command->box), "options");
    for (size_t i = 0; i < command->programs.count; i++) {
        load_program(command, command->programs.paths[i]);
    }
    for (size_t i = 0; i < command->data.count; i++) {
        load_data(command, command->data.paths[i]);
    }
    if (command->resume_path) {
        resume(command, command->resume_path);
    } else {
        need(mox_box_start(command->box), "start");
    }
    seal_inputs(command);
}

static uint64_t count_of(const struct mox_report *report) {
    return report->count_low | (uint64_t)report->count_high << 32;
}

static void run(struct command *command) {
    const uint64_t before = count_of(mox_box_report(command->box));
    uint64_t left = command->budget;
    command->budget = left <= UINT64_MAX - before ? left + before : UINT64_MAX;
    do {
        const uint64_t fuel = left < command->slice ? left : command->slice;
        need(mox_box_run(command->box, fuel), "run");
        left -= fuel;
    } while (left > 0 && mox_box_report(command->box)->stop == MOX_STOP_BUDGET);
}

/* Hashes guest memory and writes it to path, when there is one. */
static void collect(struct command *command, uint32_t address, uint32_t size, const char *path,
                    struct sealed *sealed) {
    FILE *file = NULL;
    struct sha256 sha;
    if (path) {
        file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
        if (!file) {
            stop_with(STATUS_ERROR, strerror(errno), path);
        }
    }
    sha256_start(&sha);
    sealed->size = size;
    while (size > 0) {
        uint32_t here;
        const uint8_t *bytes = mox_box_window(command->box, address, &here);
        here = here < size ? here : size;
        sha256_update(&sha, bytes, here);
        if (file) {
            fwrite(bytes, 1, here, file);
        }
        address += here;
        size -= here;
    }
    sha256_finish(&sha, sealed->hash);
    if (file && (ferror(file) || (file != stdout && fclose(file) != 0))) {
        stop_with(STATUS_ERROR, "cannot be written", path);
    }
}

static void finish(struct command *command) {
    const struct mox_report report = *mox_box_report(command->box);
    bool done = false;
    collect(command, report.output_address, report.output_size, command->output_path,
            &command->output);
    collect(command, report.state_address, report.state_size, command->state_path, &command->state);
    while (!done) {
        need(mox_box_state_hash(command->box, UINT32_MAX, command->machine, &done), "state hash");
    }
}

static void print_hash(const uint8_t hash[MOX_HASH_SIZE]) {
    putchar('"');
    for (unsigned i = 0; i < MOX_HASH_SIZE; i++) {
        printf("%02x", hash[i]);
    }
    putchar('"');
}

static void print_hashes(const char *name, const struct inputs *inputs) {
    printf("\"%s\": [", name);
    for (size_t i = 0; i < inputs->count; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        print_hash(inputs->sealed[i].hash);
    }
    fputs("], ", stdout);
}

static void print_json(const struct command *command) {
    const struct mox_report report = *mox_box_report(command->box);
    printf("{\n  \"stop\": \"%s\",\n", stop_names[report.stop]);
    if (report.stop == MOX_STOP_EXIT) {
        printf("  \"exitCode\": %" PRIu32 ",\n", report.exit_code);
    } else {
        puts("  \"exitCode\": null,");
    }
    printf("  \"instructions\": \"%" PRIu64 "\",\n", count_of(&report));
    if (command->unlimited) {
        puts("  \"budget\": null,");
    } else {
        printf("  \"budget\": \"%" PRIu64 "\",\n", command->budget);
    }
    if (report.stop == MOX_STOP_FAULT) {
        printf("  \"fault\": {\"kind\": \"%s\", \"pc\": %" PRIu32 ", \"address\": %" PRIu32
               ", \"size\": %" PRIu32 "},\n",
               fault_names[report.fault_kind], report.fault_pc, report.fault_address,
               report.fault_size);
    } else {
        puts("  \"fault\": null,");
    }
    fputs("  \"hashes\": {", stdout);
    print_hashes("programs", &command->programs);
    print_hashes("data", &command->data);
    fputs("\"output\": ", stdout);
    print_hash(command->output.hash);
    fputs(", \"state\": ", stdout);
    print_hash(command->state.hash);
    fputs(", \"machine\": ", stdout);
    print_hash(command->machine);
    printf("},\n  \"outputSize\": %" PRIu64 ",\n  \"stateSize\": %" PRIu64 "\n}\n",
           command->output.size, command->state.size);
}

static void receipt_sealed(FILE *out, const struct sealed *sealed) {
    cbor_head(out, CBOR_MAP, 2);
    cbor_text(out, "hash");
    cbor_bytes(out, sealed->hash, MOX_HASH_SIZE);
    cbor_text(out, "size");
    cbor_unsigned(out, sealed->size);
}

static void receipt_inputs(FILE *out, const char *name, const struct inputs *inputs) {
    cbor_text(out, name);
    cbor_head(out, CBOR_ARRAY, inputs->count);
    for (size_t i = 0; i < inputs->count; i++) {
        receipt_sealed(out, &inputs->sealed[i]);
    }
}

static void receipt_number(FILE *out, const char *name, uint64_t value) {
    cbor_text(out, name);
    cbor_unsigned(out, value);
}

static void receipt_fault(FILE *out, const struct mox_report *report) {
    cbor_text(out, "fault");
    if (report->stop != MOX_STOP_FAULT) {
        cbor_null(out);
        return;
    }
    cbor_head(out, CBOR_MAP, 4);
    receipt_number(out, "pc", report->fault_pc);
    cbor_text(out, "kind");
    cbor_text(out, fault_names[report->fault_kind]);
    receipt_number(out, "size", report->fault_size);
    receipt_number(out, "address", report->fault_address);
}

/* The fields of web/receipt.js, keys in the order of their encoded bytes: shorter ones first. */
static void receipt_body(FILE *out, const struct command *command) {
    const struct mox_report report = *mox_box_report(command->box);
    const struct mox_options *options = &command->options;
    cbor_head(out, CBOR_MAP, 13);
    receipt_number(out, "v", 1);
    receipt_inputs(out, "data", &command->data);
    cbor_text(out, "stop");
    cbor_text(out, stop_names[report.stop]);
    receipt_fault(out, &report);
    cbor_text(out, "state");
    receipt_sealed(out, &command->state);
    cbor_text(out, "budget");
    if (command->unlimited) {
        cbor_null(out);
    } else {
        cbor_unsigned(out, command->budget);
    }
    cbor_text(out, "output");
    receipt_sealed(out, &command->output);
    cbor_text(out, "machine");
    cbor_bytes(out, command->machine, MOX_HASH_SIZE);
    cbor_text(out, "options");
    cbor_head(out, CBOR_MAP, 2);
    receipt_number(out, "stackSizeBytes",
                   options->stack_size ? options->stack_size : MOX_DEFAULT_STACK_SIZE);
    receipt_number(out, "memoryLimitBytes",
                   options->memory_limit ? options->memory_limit : MOX_DEFAULT_MEMORY_LIMIT);
    cbor_text(out, "exitCode");
    if (report.stop == MOX_STOP_EXIT) {
        cbor_unsigned(out, report.exit_code);
    } else {
        cbor_null(out);
    }
    receipt_inputs(out, "programs", &command->programs);
    receipt_number(out, "semantics", MOX_SEMANTICS_VERSION);
    receipt_number(out, "instructions", count_of(&report));
}

static void write_receipt(const struct command *command) {
    FILE *out = fopen(command->receipt_path, "wb");
    if (!out) {
        stop_with(STATUS_ERROR, strerror(errno), command->receipt_path);
    }
    receipt_body(out, command);
    if (ferror(out) || fclose(out) != 0) {
        stop_with(STATUS_ERROR, "cannot be written", command->receipt_path);
    }
}

static int exit_status(const struct command *command) {
    const struct mox_report *report = mox_box_report(command->box);
    switch (report->stop) {
    case MOX_STOP_EXIT: return (int)(report->exit_code & 0xff);
    case MOX_STOP_FAULT: return STATUS_FAULT;
    case MOX_STOP_BREAK: return STATUS_BREAK;
    default: return STATUS_BUDGET;
    }
}

static void write_snapshot(const struct command *command) {
    static uint8_t piece[1 << 16];
    const struct mox_snapshot_options options = {.leave_out_data = command->omit_data,
                                                 .unlimited = command->unlimited,
                                                 .budget = command->budget};
    const struct mox_snapshot_options *start = &options;
    FILE *out = fopen(command->snapshot_path, "wb");
    if (!out) {
        stop_with(STATUS_ERROR, strerror(errno), command->snapshot_path);
    }
    for (bool done = false; !done; start = NULL) {
        uint32_t size;
        need(mox_box_snapshot(command->box, start, UINT32_MAX, piece, sizeof piece, &size, &done),
             "snapshot");
        fwrite(piece, 1, size, out);
    }
    if (ferror(out) || fclose(out) != 0) {
        stop_with(STATUS_ERROR, "cannot be written", command->snapshot_path);
    }
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "cage") == 0) {
        return cage_main(argc, argv);
    }
    struct command command = {.budget = 1000000000, .slice = UINT64_MAX};
    inputs_init(&command.programs, argc + 1);
    inputs_init(&command.data, argc + 1);
    parse(&command, argc, argv);
    load(&command);
    run(&command);
    finish(&command);
    if (command.json) {
        print_json(&command);
    }
    if (command.receipt_path) {
        write_receipt(&command);
    }
    if (command.snapshot_path) {
        write_snapshot(&command);
    }
    const int status = exit_status(&command);
    mox_box_destroy(command.box);
    inputs_free(&command.programs);
    inputs_free(&command.data);
    return fflush(stdout) == 0 ? status : STATUS_ERROR;
}
