/* Prints what others make of the table of system calls, to standard output:
 *
 *     print_calls calls-js    web/generated/calls.js
 *     print_calls calls-page  core/cage/SYSCALLS.md, the manual page */
#include "cage/abi.h"
#include "cage/calls.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct argument {
    const char *word;
    const char *name;
    int reg;
};
struct call {
    int number;
    const char *name;
    const char *status;
    int price;
    int per_64;
    const char *sentence;
    struct argument arguments[7];
};

#define INT(reg, id) {"number", #id, reg},
#define UINT(reg, id) {"number", #id, reg},
#define ADDRESS(reg, id) {"address", #id, reg},
#define FILE(reg, id) {"descriptor", #id, reg},
#define FD(reg, id) {"descriptor", #id, reg},
#define AT(reg, id) {"descriptor or AT_FDCWD", #id, reg},
#define PATH(reg, id) {"path", #id, reg},
#define OPT_PATH(reg, id) {"path or 0", #id, reg},
#define IN(reg, id, size) {"bytes in", #id, reg}, {"size", #id, size},
#define OUT(reg, id, size) {"bytes out", #id, reg}, {"size", #id, size},
#define OPT_IN(reg, id, size) {"bytes in or 0", #id, reg}, {"size", #id, size},
#define IN_N(reg, id, size) {"structure in", #id, reg},
#define OUT_N(reg, id, size) {"structure out", #id, reg},
#define INOUT_N(reg, id, size) {"structure in and out", #id, reg},
#define OPT_IN_N(reg, id, size) {"structure in or 0", #id, reg},
#define OPT_OUT_N(reg, id, size) {"structure out or 0", #id, reg},
#define OPT_INOUT_N(reg, id, size) {"structure in and out or 0", #id, reg},
#define IN_LIST(reg, id, count, size) {"list in", #id, reg}, {"count", #id, count},
#define OUT_LIST(reg, id, count, size) {"list out", #id, reg}, {"count", #id, count},
#define INOUT_LIST(reg, id, count, size) {"list in and out", #id, reg}, {"count", #id, count},
#define ROOM(reg, id, size) {"bytes out", #id, reg}, {"address of the size", #id, size},
#define OPT_ROOM(reg, id, size) {"bytes out or 0", #id, reg}, {"address of the size", #id, size},
#define STRINGS(reg, id) {"strings", #id, reg},
#define IOVEC_IN(reg, id, count) {"buffers in", #id, reg}, {"count", #id, count},
#define IOVEC_OUT(reg, id, count) {"buffers out", #id, reg}, {"count", #id, count},
#define MESSAGE_IN(reg, id) {"message in", #id, reg},
#define MESSAGE_OUT(reg, id) {"message out", #id, reg},
#define BY_COMMAND(reg, id, command) {"number or structure", #id, reg},

static const struct call calls[] = {
#define SYSCALL(number, name, status, price, per_64, sentence, ...)                                \
    {number, #name, #status, price, per_64, sentence, {__VA_ARGS__{NULL, NULL, 0}}},
#include "cage/syscalls.def"
};
enum { CALLS = sizeof calls / sizeof *calls };

/* The argument that a register holds; a value goes before the size of another. */
static const struct argument *argument_in(const struct call *call, int reg) {
    const struct argument *found = NULL;
    for (const struct argument *a = call->arguments; a->word != NULL; a++) {
        const bool size = strcmp(a->word, "count") == 0 || strcmp(a->word, "size") == 0;
        if (a->reg == reg && (found == NULL || !size)) {
            found = a;
        }
    }
    return found;
}

static const char *what_it_is(const struct argument *argument) {
    const char *word = argument->word;
    return strcmp(word, "size") == 0 || strcmp(word, "count") == 0 ? word : argument->name;
}

static void print_page(void) {
    int full = 0;
    puts("# System calls\n");
    puts(
        "Printed by `core/tools/print_calls.c` from `core/cage/syscalls.def`; do not edit. "
        "Structures, constants and\nthe start of a program are described in `abi.h`. A guest makes "
        "call N by `swi 0x1000 + N` with its\narguments in `$r0` to `$r5`; the result in `$r0` is "
        "not negative, or a negated errno. A price is in\nunits (nanoseconds of the machine's "
        "clock) of one call, and for each begun 64 bytes moved.\n");
    puts("| number | call | status | price | |");
    puts("|---|---|---|---|---|");
    for (int i = 0; i < CALLS; i++) {
        const struct call *call = &calls[i];
        full += strcmp(call->status, "FULL") == 0;
        printf("| %d | `%s(", call->number, call->name);
        for (int reg = 0; reg < 6; reg++) {
            const struct argument *argument = argument_in(call, reg);
            if (argument != NULL) {
                printf("%s%s", reg > 0 ? ", " : "", what_it_is(argument));
            }
        }
        printf(")` | ");
        for (const char *c = call->status; *c != '\0'; c++) {
            putchar(tolower((unsigned char)*c));
        }
        printf(" | %d", call->price);
        if (call->per_64 > 0) {
            printf(" + %d", call->per_64);
        }
        printf(" | %s |\n", call->sentence);
    }
    printf("\n%d calls, %d of them as POSIX and Linux have them.\n", CALLS, full);
}

static void print_camel(const char *name) {
    for (; *name != '\0'; name++) {
        if (*name == '_') {
            putchar(toupper((unsigned char)*++name));
        } else {
            putchar(*name);
        }
    }
}

static void print_calls_js(void) {
    puts("/** @typedef {object} CallInfo\n"
         " * @property {number} number\n"
         " * @property {string} status full, partial, refused\n"
         " * @property {readonly (readonly [string, string])[]} registers what registers 0, 1, ... "
         "hold "
         "and its name */\n");
    puts("/** The system calls by name. @type {Readonly<Record<string, CallInfo>>} */");
    puts("export const CALLS = Object.freeze({");
    for (int i = 0; i < CALLS; i++) {
        const struct call *call = &calls[i];
        printf("  /** %s */\n  %s: { number: %d, status: '", call->sentence, call->name,
               call->number);
        for (const char *c = call->status; *c != '\0'; c++) {
            putchar(tolower((unsigned char)*c));
        }
        printf("', registers: [");
        for (int reg = 0; reg < 6; reg++) {
            const struct argument *argument = argument_in(call, reg);
            if (argument != NULL) {
                printf("%s['%s', '%s']", reg > 0 ? ", " : "", argument->word, argument->name);
            }
        }
        puts("] },");
    }
    puts("});\n");
}

static void print_structures_js(void) {
    puts("/** Structures as rows of 32-bit words. @type {Readonly<Record<string, readonly "
         "string[]>>} */");
    puts("export const STRUCTURES = Object.freeze({");
#define WORD(name) printf("'%s', ", #name);
#define STRUCT(name, words)                                                                        \
    printf("  %s: [", #name);                                                                      \
    words puts("],");
    ABI_STRUCTS(STRUCT, WORD)
#undef STRUCT
#undef WORD
    puts("});\n");
}

/* Four to a line. They are numbered from 1 on. */
static void print_signal(uint32_t number, const char *name) {
    const uint32_t column = (number - 1) % 4;
    printf("%s%s%u: 'SIG%s',", column == 0 && number > 1 ? "\n" : "", column == 0 ? "  " : " ",
           number, name);
}

static void print_js(void) {
    puts("// Printed by core/tools/print_calls.c from the core's tables; do not edit.\n");
    print_calls_js();
    print_structures_js();
    puts("/** What programs name in calls. @type {Readonly<Record<string, number>>} */");
    puts("export const CONSTANTS = Object.freeze({");
#define CONSTANT(name, value) printf("  %s: %ld,\n", #name, (long)(value));
    ABI_CONSTANTS(CONSTANT)
#undef CONSTANT
    puts("});\n");
    puts("/** Signals by number. @type {Readonly<Record<number, string>>} */");
    puts("export const SIGNALS = Object.freeze({");
#define SIGNAL(name, number, action) print_signal(number, #name);
    ABI_SIGNALS(SIGNAL)
#undef SIGNAL
    puts("");
    puts("});\n");
    puts("/** Errors of calls by number. @type {Readonly<Record<number, {name: string, text: "
         "string}>>} */");
    puts("export const ERRORS = Object.freeze({");
#define ERRNO(name, number, sentence)                                                              \
    printf("  %d: { name: '%s', text: '%s' },\n", number, "E" #name, sentence);
#include "base/errno.def"
    puts("});\n");
    puts("/** The words of struct mox_machine_report, in order. @type {readonly string[]} */");
    puts("export const MACHINE_REPORT_FIELDS = Object.freeze([");
#define FIELD(name)                                                                                \
    printf("  '");                                                                                 \
    print_camel(#name);                                                                            \
    puts("',");
    MACHINE_REPORT_FIELDS(FIELD)
#undef FIELD
    puts("]);\n");
    puts("/** Fixed numbers. */");
    puts("export const CAGE_LIMITS = Object.freeze({");
    printf("  dispatchWaits: %d,\n", MOX_DISPATCH_WAITS);
    printf("  swiBase: %d,\n", ABI_SWI_BASE);
    printf("  mostCages: %d,\n", CAGES_DEFAULT);
    printf("  quantum: %d,\n", QUANTUM);
    printf("  pathMax: %d,\n", PATH_MAX_BYTES);
    printf("  signals: %d,\n", ABI_SIGNAL_COUNT);
    printf("  bareRoom: %d,\n", MOX_BARE_ROOM);
    printf("  bareRoomSize: %d,\n", MOX_BARE_ROOM_SIZE);
    printf("  direntLength: %d,\n", ABI_DIRENT_LENGTH);
    printf("  direntName: %d,\n", ABI_DIRENT_NAME);
    puts("});\n");
    puts("/** Where the fields of struct mox_machine_options lie. */");
    puts("export const MACHINE_OPTIONS = Object.freeze({");
#define OFFSET(name)                                                                               \
    printf("  ");                                                                                  \
    print_camel(#name);                                                                            \
    printf(": %zu,\n", offsetof(struct mox_machine_options, name));
    OFFSET(memory_limit)
    OFFSET(stack_size)
    OFFSET(cages_max)
    OFFSET(uid)
    OFFSET(gid)
    OFFSET(start_time)
    OFFSET(seed)
    OFFSET(output_limit)
#undef OFFSET
    printf("  size: %zu,\n", sizeof(struct mox_machine_options));
    puts("});");
}

int main(int argc, char **argv) {
    const char *kind = argc == 2 ? argv[1] : "";
    if (strcmp(kind, "calls-js") == 0) {
        print_js();
    } else if (strcmp(kind, "calls-page") == 0) {
        print_page();
    } else {
        fprintf(stderr, "usage: print_calls calls-js|calls-page\n");
        return 2;
    }
    return ferror(stdout) != 0;
}
