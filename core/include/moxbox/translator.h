/* What a host offers that can compile and run WebAssembly made at run time (box.h says how the two
 * work together). A module that the core makes imports the core's own memory as "env" "memory" and
 * exports functions "0", "1", ... of the type (i32, i32) -> i32. */
#ifndef MOXBOX_TRANSLATOR_H
#define MOXBOX_TRANSLATOR_H

#include <stdbool.h>
#include <stdint.h>

/* A module has at most so many functions. */
enum { MOX_FUNCTIONS_MAX = 2048 };

struct mox_translator {
    void *context;
    /* Calls an installed function. */
    int32_t (*call)(void *context, uint32_t function, int32_t fuel, int32_t depth);
    /* Translate as soon as anything was seen at all, instead of when it pays: for tests. */
    bool eager;
};

#endif
