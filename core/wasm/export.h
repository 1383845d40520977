/* What the files of exports share. */
#ifndef MOXBOX_WASM_EXPORT_H
#define MOXBOX_WASM_EXPORT_H

#include "moxbox/allocator.h"
#include "moxbox/translator.h"

/* A function that the module exports as `name`. */
#define EXPORT(name, result, ...)                                                                  \
    result wasm_##name(__VA_ARGS__);                                                               \
    __attribute__((export_name(#name))) result wasm_##name(__VA_ARGS__)

/* The module's own allocator. */
extern const struct mox_allocator wasm_allocator;

/* mode 0: interpret (then it is not used); 1: translate what pays; 2: translate eagerly; 3: watch.
 */
struct mox_translator wasm_translator(uint32_t mode);

#endif
