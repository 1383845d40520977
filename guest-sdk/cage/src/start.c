/* From the entry point to main and from main to exit. */
#include <stdlib.h>
#include <unistd.h>

#include "kernel.h"

typedef void (*hook)(void);

/* Bounds that the linker script gives; the arrays hold the functions marked constructor and
 * destructor. */
extern const hook __preinit_array_start[];
extern const hook __preinit_array_end[];
extern const hook __init_array_start[];
extern const hook __init_array_end[];
extern const hook __fini_array_start[];
extern const hook __fini_array_end[];

extern char **environ;

static void run_destructors(void) {
    const hook *h = __fini_array_end;
    while (h != __fini_array_start) {
        (*--h)();
    }
}

typedef int main_function(int argc, char **argv, char **envp);

_Noreturn void __cage_main(long *stack, main_function *program);
_Noreturn void __cage_main(long *stack, main_function *program) {
    const int argc = (int)stack[0];
    char **const argv = (char **)(stack + 1);
    environ = argv + argc + 1;
    for (const hook *h = __preinit_array_start; h != __preinit_array_end; h++) {
        (*h)();
    }
    for (const hook *h = __init_array_start; h != __init_array_end; h++) {
        (*h)();
    }
    (void)atexit(run_destructors);
    exit(program(argc, argv, environ));
}

_Noreturn void _exit(int status) {
    for (;;) {
        (void)__mox_exit(status);
    }
}

_Noreturn void _Exit(int status) {
    _exit(status);
}
