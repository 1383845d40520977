/* Prints what the guest's C library has from the kernel's tables, to standard output:
 *
 *     print_guest header   numbers and prototypes (mox_syscalls.h)
 *     print_guest abi      structures and constants (mox_abi.h)
 *     print_guest stubs    __mox_NAME for each call: arguments as in C, the result or -errno
 *     print_guest errno    newlib's sys/errno.h with the kernel's numbers
 *
 * Moxie's C calling convention passes the first six arguments in $r0 to $r5, where the kernel
 * expects them, so a stub is a swi and a ret. */
#include "cage/abi.h"

#include <stdio.h>
#include <string.h>

/* The registers that an argument word names, as ", reg" each. */
#define INT(reg, id) , reg
#define UINT(reg, id) , reg
#define ADDRESS(reg, id) , reg
#define FILE(reg, id) , reg
#define FD(reg, id) , reg
#define AT(reg, id) , reg
#define PATH(reg, id) , reg
#define OPT_PATH(reg, id) , reg
#define STRINGS(reg, id) , reg
#define MESSAGE_IN(reg, id) , reg
#define MESSAGE_OUT(reg, id) , reg
#define IN(reg, id, size) , reg, size
#define OUT(reg, id, size) , reg, size
#define OPT_IN(reg, id, size) , reg, size
#define OPT_OUT(reg, id, size) , reg, size
#define ROOM(reg, id, size) , reg, size
#define OPT_ROOM(reg, id, size) , reg, size
#define IOVEC_IN(reg, id, count) , reg, count
#define IOVEC_OUT(reg, id, count) , reg, count
#define BY_COMMAND(reg, id, command) , reg, command
#define IN_N(reg, id, size) , reg
#define OUT_N(reg, id, size) , reg
#define INOUT_N(reg, id, size) , reg
#define OPT_IN_N(reg, id, size) , reg
#define OPT_OUT_N(reg, id, size) , reg
#define OPT_INOUT_N(reg, id, size) , reg
#define IN_LIST(reg, id, count, size) , reg, count
#define OUT_LIST(reg, id, count, size) , reg, count
#define INOUT_LIST(reg, id, count, size) , reg, count

/* registers: -1 and then what the words name. */
static void print_prototype(const char *name, const int *registers, size_t size) {
    int count = 0;
    for (size_t i = 0; i < size; i++) {
        count = registers[i] + 1 > count ? registers[i] + 1 : count;
    }
    printf("long __mox_%s(%s", name, count == 0 ? "void" : "long");
    for (int i = 1; i < count; i++) {
        printf(", long");
    }
    puts(");");
}

static void print_header(void) {
    puts(
        "/* System calls as the kernel has them. Printed by core/tools/print_guest.c; do not edit. "
        "*/\n#ifndef MOX_SYSCALLS_H\n#define MOX_SYSCALLS_H\n\n#include <mox_abi.h>\n");
#define SYSCALL(number, name, status, price, moved, sentence, ...)                                 \
    puts("/* " sentence " */\n#define SYS_" #name " " #number);
#include "cage/syscalls.def"
    puts("\n/* The calls themselves (stubs.S): the kernel's answer, >= 0 or -errno. */");
#define SYSCALL(number, name, status, price, moved, sentence, ...)                                 \
    print_prototype(#name, (const int[]){-1 __VA_ARGS__},                                          \
                    sizeof((const int[]){-1 __VA_ARGS__}) / sizeof(int));
#include "cage/syscalls.def"
    puts("\n#endif");
}

static void print_abi(void) {
    puts("/* What crosses between a program and the kernel besides numbers. Printed by "
         "core/tools/print_guest.c; do not edit. */\n#ifndef MOX_ABI_H\n#define MOX_ABI_H\n\n"
         "#include <stdint.h>\n");
#define WORD(name) "    uint32_t " #name ";\n"
#define STRUCT(name, words) "struct mox_" #name " {\n" words "};\n"
    puts(ABI_STRUCTS(STRUCT, WORD));
#define CONSTANT(name, value) puts("#define MOX_" #name " " #value);
    ABI_CONSTANTS(CONSTANT)
    puts("\n#endif");
}

static void print_stubs(void) {
    puts("/* Printed by core/tools/print_guest.c; do not edit. */\n\n"
         "\t.macro stub name, code\n\t.section .text.__mox_\\name, \"ax\"\n"
         "\t.global __mox_\\name\n\t.type __mox_\\name, @function\n"
         "__mox_\\name:\n\tswi\t\\code\n\tret\n\t.endm\n");
#define SYSCALL(number, name, status, price, moved, sentence, ...)                                 \
    printf("\tstub\t" #name ", 0x%x\n", (unsigned)(ABI_SWI_BASE + number));
#include "cage/syscalls.def"
}

static void print_errno(void) {
    puts("/* Error numbers, as the kernel gives them. Printed by core/tools/print_guest.c; do not "
         "edit. */\n#ifndef _SYS_ERRNO_H_\n#define _SYS_ERRNO_H_\n\n#include <sys/reent.h>\n\n"
         "#ifndef _REENT_ONLY\n#define errno (*__errno())\nextern int *__errno(void);\n#endif\n\n"
         "extern __IMPORT const char *const _sys_errlist[];\n"
         "extern __IMPORT int _sys_nerr;\n"
         "#define __errno_r(ptr) ((ptr)->_errno)\n");
#define ERRNO(name, number, sentence) puts("#define E" #name " " #number);
#include "base/errno.def"
    puts("#define EWOULDBLOCK EAGAIN\n#define EDEADLOCK EDEADLK\n#define ENOTSUP EOPNOTSUPP\n"
         "#define __ELASTERROR 2000\n\n#endif");
}

int main(int argc, char **argv) {
    const char *kind = argc == 2 ? argv[1] : "";
    if (strcmp(kind, "header") == 0) {
        print_header();
    } else if (strcmp(kind, "abi") == 0) {
        print_abi();
    } else if (strcmp(kind, "stubs") == 0) {
        print_stubs();
    } else if (strcmp(kind, "errno") == 0) {
        print_errno();
    } else {
        fprintf(stderr, "usage: print_guest header|abi|stubs|errno\n");
        return 2;
    }
    return ferror(stdout) != 0;
}
