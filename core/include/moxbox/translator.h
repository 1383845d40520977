/* What a host offers that can compile and run WebAssembly made while it runs (box.h says how the
 * two work together). A module that the core makes imports the core's own memory as "env" "memory"
 * and the function mox_box_resume as "env" "resume", and exports functions "0", "1", ... of the
 * type (i32, i32) -> i32. */
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
    bool partial; /* with eager: from the first time on, only what ran; else all code first */
    /* Translate nothing: watch every instruction, for mox_box_hints and mox_box_inspect. */
    bool watch;
};

/* How translating goes. */
struct mox_translation {
    uint32_t writing; /* 1 while a module is being written; runs of 0 instructions go on with it */
    uint32_t entries; /* places known to be worth one */
    uint32_t functions;  /* of the installed module, without those that only leave again */
    uint32_t inside_low; /* instructions that translated code has run, 64 bits in two words */
    uint32_t inside_high;
};

#endif
