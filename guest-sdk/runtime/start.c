/* From the entry point to main and from main to exit. */
#include <stdlib.h>

#include "rt_internal.h"

extern int main(int argc, char **argv, char **envp);

typedef void (*hook)(void);

/* Bounds that the linker script gives; the arrays hold the functions marked constructor and
 * destructor. */
extern const hook __preinit_array_start[];
extern const hook __preinit_array_end[];
extern const hook __init_array_start[];
extern const hook __init_array_end[];
extern const hook __fini_array_start[];
extern const hook __fini_array_end[];

static void run_destructors(void) {
    const hook *h = __fini_array_end;
    while (h != __fini_array_start) {
        (*--h)();
    }
}

_Noreturn void __moxbox_main(void) {
    static char name[] = "program";
    static char *argv[] = {name, NULL, NULL};

    for (const hook *h = __preinit_array_start; h != __preinit_array_end; h++) {
        (*h)();
    }
    for (const hook *h = __init_array_start; h != __init_array_end; h++) {
        (*h)();
    }
    /* Registered only when there are any, so that a program without destructors pays nothing. */
    if (&__fini_array_start[0] != &__fini_array_end[0]) {
        atexit(run_destructors);
    }
    exit(main(1, argv, argv + 1));
}
