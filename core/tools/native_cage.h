/* moxbox_native cage [options] PROGRAM [ARGUMENT]...: a program with files, in a machine of cages.
 *
 *     --dir HOST:GUEST[:ro]   copies what lies in a folder of the host to a folder of the machine
 *     --file HOST:GUEST[:ro]  the same of one file; nothing is ever brought back, as if ":ro"
 *     --env NAME=VALUE   a variable of the environment; there are no others
 *     --cwd GUEST        where it starts
 *     --budget N|inf, --slice N, --memory BYTES
 *     --start SECONDS    when it starts, since 1970; otherwise at 0
 *     --snapshot FILE    writes the machine's snapshot to it in the end
 *     --resume FILE      goes on from a snapshot, in the place of a program
 *     --relay            behind every slice, goes on in another machine, made from a snapshot of
 * the last one: nothing else may change
 *     --hash             prints the hash of the machine's state in the end, to standard error
 *     --guest            PROGRAM is a path of the machine, not of the host
 *
 * Standard input, output and error are the program's. The exit status is its own; 128 + N when
 * signal N ended it, 124 when the budget did not suffice, 123 when every cage waits for another. */
#ifndef MOXBOX_TOOLS_NATIVE_CAGE_H
#define MOXBOX_TOOLS_NATIVE_CAGE_H

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "moxbox/errno.h"
#include "moxbox/machine.h"
#include "tools/native_snapshot.h"

enum {
    CAGE_STATUS_USAGE = 2,
    CAGE_STATUS_DEADLOCK = 123,
    CAGE_STATUS_BUDGET = 124,
    CAGE_STATUS_ERROR = 126,
    CAGE_PATH = 4096,
    CAGE_TEXT = 128 << 10,
    CAGE_DEPTH = 32
};

/* Strings with their NULs, one after the other. */
struct cage_strings {
    char bytes[CAGE_TEXT];
    uint32_t size;
};

struct cage_copy {
    char host[CAGE_PATH];
    char guest[CAGE_PATH];
};

struct cage_command {
    mox_machine *machine;
    struct cage_copy *copies; /* of --dir and --file */
    int copy_count;
    struct cage_strings arguments;
    struct cage_strings environment;
    const char *directory;
    const char *program;
    uint64_t budget;
    bool unlimited;
    uint64_t slice;
    bool hash;
    bool guest;
    bool relay;
    const char *snapshot;
    const char *resume;
    struct mox_machine_options options;
};

static _Noreturn void cage_stop(const char *what, const char *where, int status) {
    fprintf(stderr, "moxbox_native cage: %s: %s\n", where, what);
    exit(status);
}

static void cage_need(mox_status status, const char *where) {
    if (status != MOX_OK) {
        cage_stop(mox_status_text(status), where, CAGE_STATUS_ERROR);
    }
}

static void cage_add_string(struct cage_strings *strings, const char *text) {
    const size_t size = strlen(text) + 1;
    if (size > CAGE_TEXT - strings->size) {
        cage_stop("arguments and environment are larger than 128 KiB", text, CAGE_STATUS_USAGE);
    }
    memcpy(strings->bytes + strings->size, text, size);
    strings->size += (uint32_t)size;
}

static void cage_put_file(struct cage_command *command, const char *host, const char *guest,
                          uint32_t mode) {
    uint8_t *bytes = NULL;
    FILE *file = fopen(host, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        cage_stop(strerror(errno), host, CAGE_STATUS_ERROR);
    }
    const long size = ftell(file);
    rewind(file);
    if (size < 0 || size > INT32_MAX) {
        cage_stop("files have at most 2 GiB", host, CAGE_STATUS_ERROR);
    }
    cage_need(mox_machine_put(command->machine, guest, mode, (uint32_t)size, &bytes), guest);
    if (size > 0 && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        cage_stop("cannot be read to its end", host, CAGE_STATUS_ERROR);
    }
    fclose(file);
}

static void cage_put_any(struct cage_command *command, const char *host, const char *guest,
                         int depth);

static int cage_order(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* In the order of names, which decides the numbers of inodes and so the hash of the state. */
static void cage_put_directory(struct cage_command *command, const char *host, const char *guest,
                               int depth) {
    struct dirent **entries = NULL;
    const int count = depth > CAGE_DEPTH ? 0 : scandir(host, &entries, NULL, cage_order);
    if (count <= 0) {
        cage_stop(depth > CAGE_DEPTH ? "too deep" : strerror(errno), host, CAGE_STATUS_ERROR);
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char from[CAGE_PATH];
        char to[CAGE_PATH];
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            if (snprintf(from, sizeof from, "%s/%s", host, name) >= CAGE_PATH ||
                snprintf(to, sizeof to, "%s/%s", guest, name) >= CAGE_PATH) {
                cage_stop("a path is too long", host, CAGE_STATUS_ERROR);
            }
            cage_put_any(command, from, to, depth + 1);
        }
        free(entries[i]);
    }
    free(entries);
}

static void cage_put_any(struct cage_command *command, const char *host, const char *guest,
                         int depth) {
    struct stat status;
    if (stat(host, &status) != 0) {
        cage_stop(strerror(errno), host, CAGE_STATUS_ERROR);
    }
    if (S_ISDIR(status.st_mode)) {
        cage_need(mox_machine_make_directory(command->machine, guest), guest);
        cage_put_directory(command, host, guest, depth);
    } else if (S_ISREG(status.st_mode)) {
        cage_put_file(command, host, guest, (uint32_t)status.st_mode & 0777);
    }
}

static uint64_t cage_number(const char *text, const char *option) {
    char *end = NULL;
    errno = 0;
    const uint64_t value = strtoull(text, &end, 0);
    if (errno != 0 || end == text || *end != '\0' || *text == '-') {
        cage_stop("is not followed by a number", option, CAGE_STATUS_USAGE);
    }
    return value;
}

/* HOST:GUEST or HOST:GUEST:ro; HOST may have colons. */
static struct cage_copy cage_copy_of(const char *value) {
    struct cage_copy copy = {0};
    size_t size = strlen(value);
    if (size > 3 && strcmp(value + size - 3, ":ro") == 0) {
        size -= 3;
    }
    if (size >= CAGE_PATH) {
        cage_stop("the path is too long", value, CAGE_STATUS_USAGE);
    }
    memcpy(copy.host, value, size);
    char *colon = strrchr(copy.host, ':');
    if (colon == NULL || colon == copy.host || colon[1] != '/') {
        cage_stop("is not HOST:GUEST with an absolute GUEST", value, CAGE_STATUS_USAGE);
    }
    memcpy(copy.guest, colon + 1, strlen(colon));
    *colon = '\0';
    return copy;
}

static bool cage_take_option(struct cage_command *command, const char *option, const char *value) {
    if (strcmp(option, "--dir") == 0 || strcmp(option, "--file") == 0) {
        command->copies[command->copy_count++] = cage_copy_of(value);
    } else if (strcmp(option, "--env") == 0) {
        cage_add_string(&command->environment, value);
    } else if (strcmp(option, "--cwd") == 0) {
        command->directory = value;
    } else if (strcmp(option, "--budget") == 0) {
        command->unlimited = strcmp(value, "inf") == 0;
        command->budget = command->unlimited ? UINT64_MAX : cage_number(value, option);
    } else if (strcmp(option, "--slice") == 0) {
        command->slice = cage_number(value, option);
    } else if (strcmp(option, "--memory") == 0) {
        command->options.memory_limit = (uint32_t)cage_number(value, option);
    } else if (strcmp(option, "--snapshot") == 0) {
        command->snapshot = value;
    } else if (strcmp(option, "--resume") == 0) {
        command->resume = value;
    } else if (strcmp(option, "--start") == 0) {
        command->options.start_time = cage_number(value, option) * 1000000000;
    } else {
        return false;
    }
    return true;
}

static void cage_parse(struct cage_command *command, int argc, char **argv) {
    int i = 2;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--hash") == 0) {
            command->hash = true;
        } else if (strcmp(argv[i], "--guest") == 0) {
            command->guest = true;
        } else if (strcmp(argv[i], "--relay") == 0) {
            command->relay = true;
        } else if (i + 1 >= argc || !cage_take_option(command, argv[i], argv[i + 1])) {
            cage_stop("is not an option, or its value is missing", argv[i], CAGE_STATUS_USAGE);
        } else {
            i++;
        }
    }
    if ((i >= argc) != (command->resume != NULL)) {
        cage_stop("either a program is to be given, or --resume", "PROGRAM", CAGE_STATUS_USAGE);
    }
    command->program = i < argc ? argv[i] : NULL;
    for (; i < argc; i++) {
        cage_add_string(&command->arguments, argv[i]);
    }
}

static void cage_load(struct cage_command *command) {
    for (int i = 0; i < command->copy_count; i++) {
        cage_put_any(command, command->copies[i].host, command->copies[i].guest, 0);
    }
    if (!command->guest) {
        static char path[CAGE_PATH];
        const char *slash = strrchr(command->program, '/');
        const char *name = slash != NULL ? slash + 1 : command->program;
        if (snprintf(path, sizeof path, "/bin/%s", name) >= CAGE_PATH) {
            cage_stop("the path is too long", command->program, CAGE_STATUS_USAGE);
        }
        cage_put_file(command, command->program, path, 0755);
        command->program = path;
    }
}

static void cage_start(struct cage_command *command) {
    uint32_t cage = 0;
    int32_t error = 0;
    cage_need(mox_machine_create(&command->options, NULL, &command->machine), "machine");
    cage_load(command);
    cage_need(mox_machine_spawn(command->machine, command->program, command->arguments.bytes,
                                command->arguments.size, command->environment.bytes,
                                command->environment.size, command->directory, &cage, &error),
              command->program);
    if (cage == 0) {
        cage_stop(mox_errno_text(-error), command->program, CAGE_STATUS_ERROR);
    }
}

static void cage_resume(struct cage_command *command) {
    struct native_bytes bytes = {NULL, 0, 0};
    if (!native_read(command->resume, &bytes)) {
        cage_stop(strerror(errno), command->resume, CAGE_STATUS_ERROR);
    }
    cage_need(native_restore(&bytes, &command->options, &command->machine), command->resume);
    free(bytes.bytes);
}

static void cage_save(struct cage_command *command) {
    struct native_bytes bytes = {NULL, 0, 0};
    cage_need(native_snapshot(command->machine, &bytes), "snapshot");
    if (!native_write(command->snapshot, &bytes)) {
        cage_stop(strerror(errno), command->snapshot, CAGE_STATUS_ERROR);
    }
    free(bytes.bytes);
}

static void cage_relay(struct cage_command *command) {
    struct native_bytes bytes = {NULL, 0, 0};
    mox_machine *next = NULL;
    cage_need(native_snapshot(command->machine, &bytes), "snapshot");
    cage_need(native_restore(&bytes, &command->options, &next), "snapshot");
    mox_machine_destroy(command->machine);
    command->machine = next;
    free(bytes.bytes);
}

/* Hands on what the cages wrote. */
static void cage_flush(mox_machine *machine) {
    for (uint32_t stream = 1; stream <= 2; stream++) {
        uint32_t size;
        const uint8_t *bytes;
        while ((bytes = mox_machine_output(machine, stream, &size)) != NULL && size > 0) {
            (void)fwrite(bytes, 1, size, stream == 1 ? stdout : stderr);
            mox_machine_take(machine, stream, size);
        }
    }
    fflush(stdout);
}

/* Waits for input of the host, or its end. */
static void cage_feed(mox_machine *machine) {
    uint8_t bytes[4096];
    const ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    if (size > 0) {
        cage_need(mox_machine_input(machine, bytes, (uint32_t)size), "standard input");
    } else {
        mox_machine_input_end(machine);
    }
}

static void cage_print_waits(const mox_machine *machine) {
    char line[512];
    for (uint32_t i = 0; mox_machine_wait_line(machine, i, line, sizeof line) > 0; i++) {
        fprintf(stderr, "moxbox_native cage: %s\n", line);
    }
}

static void cage_print_hash(mox_machine *machine) {
    uint8_t hash[MOX_HASH_SIZE];
    bool done = false;
    while (!done) {
        cage_need(mox_machine_state_hash(machine, UINT32_MAX, hash, &done), "hash");
    }
    for (int i = 0; i < MOX_HASH_SIZE; i++) {
        fprintf(stderr, "%02x", hash[i]);
    }
    const struct mox_machine_report *report = mox_machine_report(machine);
    fprintf(stderr, " %" PRIu64 "\n",
            (uint64_t)report->count_high << 32 | (uint64_t)report->count_low);
}

static int cage_run(struct cage_command *command) {
    for (;;) {
        const uint64_t slice = command->budget < command->slice ? command->budget : command->slice;
        cage_need(mox_machine_run(command->machine, slice), "run");
        command->budget -= command->unlimited ? 0 : slice;
        if (command->relay) {
            cage_relay(command);
        }
        mox_machine *machine = command->machine;
        cage_flush(machine);
        const struct mox_machine_report *report = mox_machine_report(machine);
        if (report->stop == MOX_STOP_BLOCKED && report->waits_input) {
            cage_feed(machine);
        } else if (report->stop == MOX_STOP_DEADLOCK || report->stop == MOX_STOP_BLOCKED) {
            cage_print_waits(machine);
            return CAGE_STATUS_DEADLOCK;
        } else if (report->stop == MOX_STOP_EXIT) {
            const uint32_t signal = report->exit_status & 0x7f;
            return signal != 0 ? 128 + (int)signal : (int)(report->exit_status >> 8 & 0xff);
        } else if (command->budget == 0) {
            return CAGE_STATUS_BUDGET;
        }
    }
}

static int cage_main(int argc, char **argv) {
    struct cage_command *command = calloc(1, sizeof *command);
    if (command == NULL ||
        (command->copies = calloc((size_t)argc, sizeof *command->copies)) == NULL) {
        cage_stop("no memory", "start", CAGE_STATUS_ERROR);
    }
    command->budget = UINT64_MAX;
    command->unlimited = true;
    command->slice = 100000000;
    command->directory = "/";
    cage_parse(command, argc, argv);
    if (command->resume != NULL) {
        cage_resume(command);
    } else {
        cage_start(command);
    }
    const int status = cage_run(command);
    if (command->hash) {
        cage_print_hash(command->machine);
    }
    if (command->snapshot != NULL) {
        cage_save(command);
    }
    mox_machine_destroy(command->machine);
    free(command->copies);
    free(command);
    return fflush(stdout) == 0 ? status : CAGE_STATUS_ERROR;
}

#endif
