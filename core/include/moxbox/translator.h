/* What a host offers that can compile and run WebAssembly made at run time. The code that the core makes
 * imports the core's own memory as "env" "memory" and exports functions "0", "1", ... of the type
 * (i32, i32) -> i32. */
#ifndef MOXBOX_TRANSLATOR_H
#define MOXBOX_TRANSLATOR_H

#include <stddef.h>
#include <stdint.h>

struct mox_translator {
    void *context;
    /* Compiles a module and makes its `count` functions callable. Returns a number from which theirs
     * count on, never 0; or 0 when code cannot be made here, after which it is not asked again. Functions
     * of earlier modules are not called any more. */
    uint32_t (*install)(void *context, const uint8_t *module, size_t size, uint32_t count);
    /* Calls one. */
    int32_t (*call)(void *context, uint32_t function, int32_t fuel, int32_t depth);
};

#endif
