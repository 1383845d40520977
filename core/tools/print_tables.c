/* Prints what others make of the core's tables, to standard output:
 *
 *     print_tables js     web/generated/tables.js
 *     print_tables isa    core/isa/INSTRUCTIONS.md, the manual page of the instruction set
 *     print_tables fuse   the fused pairs, one a line (tests count them)
 *
 * The C preprocessor is the only reader of .def files; whoever needs a table in another language
 * gets it printed from here. */
#include "box/snapshot.h"
#include "cpu/cpu.h"
#include "isa/insn.h"
#include "mem/space.h"
#include "moxbox/box.h"
#include "xlate/blame.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* "fault_kind" as "faultKind". */
static void print_camel(const char *name) {
    for (; *name != '\0'; name++) {
        if (*name == '_') {
            name++;
            putchar(toupper((unsigned char)*name));
        } else {
            putchar(*name);
        }
    }
}

static void print_list_js(void) {
    puts("/** Why a core call failed; the index is the number that crosses, the error code is\n"
         " * \"MOXBOX_\" + name. @type {readonly {name: string, text: string}[]} */");
    puts("export const STATUSES = Object.freeze([");
#define STATUS(name, sentence) puts("  { name: '" #name "', text: \"" sentence "\" },");
#include "base/status.def"
    puts("]);\n");
    puts("/** Why a run returned. @type {readonly string[]} */");
    puts("export const STOPS = Object.freeze([");
#define STOP(name, json, sentence) puts("  '" json "', // " sentence);
#include "base/stop.def"
    puts("]);\n");
    puts("/** Kinds of fault. @type {readonly {name: string, text: string}[]} */");
    puts("export const FAULTS = Object.freeze([");
#define FAULT(name, json, sentence) puts("  { name: '" json "', text: \"" sentence "\" },");
#include "base/fault.def"
    puts("]);\n");
}

static void print_notes_js(void) {
    puts("/** What a note on a translated module says. @type {readonly string[]} */");
    puts("export const NOTES = Object.freeze([");
#define NOTE(name, json, sentence) puts("  '" json "', // " sentence);
#include "xlate/note.def"
    puts("]);\n");
    puts("/** Why an entry has no translation. @type {readonly {name: string, text: string}[]} */");
    puts("export const STUBS = Object.freeze([");
#define STUB(name, json, sentence) puts("  { name: '" json "', text: \"" sentence "\" },");
#include "xlate/stub.def"
    puts("]);\n");
    puts("/** What translated code keeps, besides registers. @type {readonly {name: string, bytes: "
         "number}[]} */");
    puts("export const PLACES = Object.freeze([");
    enum { WORD = sizeof(uint32_t) };
#define PLACE(name, json, bytes) printf("  { name: '" json "', bytes: %zu },\n", (size_t)(bytes));
#include "xlate/place.def"
    puts("]);\n");
}

static void print_js(void) {
    puts("// Printed by core/tools/print_tables.c from the core's tables; do not edit.\n");
    print_list_js();
#define FIELD(name)                                                                                \
    printf("  '");                                                                                 \
    print_camel(#name);                                                                            \
    puts("',");
    puts("/** The words of struct mox_report, in order. @type {readonly string[]} */");
    puts("export const REPORT_FIELDS = Object.freeze([");
    REPORT_FIELDS(FIELD)
    puts("]);\n");
    puts("/** The words of struct mox_setup, in order. @type {readonly string[]} */");
    puts("export const SETUP_FIELDS = Object.freeze([");
    SETUP_FIELDS(FIELD)
    puts("]);\n");
#undef FIELD
    puts("/** Names of registers 0 to 15. @type {readonly string[]} */");
    puts("export const REGISTERS = Object.freeze([");
    for (int i = 0; i < 16; i++) {
        printf("  '%s',\n", register_names[i]);
    }
    puts("]);\n");
    print_notes_js();
    puts("/** Sizes in bytes and fixed numbers. */");
    puts("export const LIMITS = Object.freeze({");
    printf("  pageSize: %d,\n", MOX_PAGE_SIZE);
    printf("  hashSize: %d,\n", MOX_HASH_SIZE);
    printf("  defaultMemoryLimit: %d,\n", MOX_DEFAULT_MEMORY_LIMIT);
    printf("  defaultStackSize: %d,\n", MOX_DEFAULT_STACK_SIZE);
    printf("  reportSize: %zu,\n", sizeof(struct mox_report));
    printf("  registersSize: %zu,\n", sizeof(struct mox_registers));
    printf("  regionSize: %zu,\n", sizeof(struct mox_region));
    printf("  regionTagsSize: %zu,\n", sizeof((struct mox_region){0}.tags));
    printf("  mostFunctions: %d,\n", MOX_FUNCTIONS_MAX);
    printf("  translationSize: %zu,\n", sizeof(struct mox_translation));
    printf("  rightRead: %d,\n", MOX_READ);
    printf("  rightWrite: %d,\n", MOX_WRITE);
    printf("  snapshotRoom: %d,\n", MOX_SNAPSHOT_ROOM);
    printf("  mostSnapshotInputs: %d,\n", SNAPSHOT_INPUTS_MAX);
    printf("  semanticsVersion: %d,\n", MOX_SEMANTICS_VERSION);
    puts("});");
}

static void print_isa(void) {
    static const char *const flows[] = {"next", "branch", "jump", "trap"};
    puts("# Moxie instructions\n");
    puts("Printed by `core/tools/print_tables.c` from `core/isa/moxie.def`, which defines the "
         "words of the\n"
         "last column; do not edit. Bytes are the length of the whole instruction.\n");
    puts("| form | opcode | instruction | bytes | flow | meaning |");
    puts("|---|---|---|---|---|---|");
    for (int i = INSN_BAD + 1; i < INSN_COUNT; i++) {
        const struct insn_info *info = &insn_table[i];
        printf("| %d | 0x%02x | `%s", info->form, info->opcode, info->mnemonic);
        const char *syntax = operands_syntax[info->operands];
        printf("%s%s` | %d | %s | `%s` |\n", *syntax != '\0' ? " " : "", syntax, info->length,
               flows[info->flow], *info->meaning != '\0' ? info->meaning : "nothing");
    }
    puts("\nOperands: A and B are registers, I an immediate, O a signed offset, T a target "
         "address.");
}

static void print_fused(void) {
#define FUSE(first, second) puts(#first " " #second);
#include "cpu/fused.def"
}

int main(int argc, char **argv) {
    const char *kind = argc == 2 ? argv[1] : "";
    if (strcmp(kind, "js") == 0) {
        print_js();
    } else if (strcmp(kind, "isa") == 0) {
        print_isa();
    } else if (strcmp(kind, "fuse") == 0) {
        print_fused();
    } else {
        fprintf(stderr, "usage: print_tables js|isa|fuse\n");
        return 2;
    }
    return ferror(stdout) != 0;
}
