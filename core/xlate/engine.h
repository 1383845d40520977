/* The engine's own state, for xlate.c, which runs it, and learned.c, which hands on what it
 * learned. */
#ifndef MOXBOX_XLATE_ENGINE_H
#define MOXBOX_XLATE_ENGINE_H

#include "xlate/blame.h"
#include "xlate/module.h"
#include "xlate/xlate.h"

struct xlate {
    struct mox_allocator allocator;
    struct mox_translator translator;
    bool off;
    struct profile *profile;
    bool watched;          /* there was memory for all that goes with the profile */
    uint32_t *function_of; /* one a slot of text: number in the core's table, MODULE_RETURN, or 0 */
    struct blame blame;
    struct site_list sites;
    struct module *module; /* being written, or waiting to be compiled */
    struct made *made;     /* of the module that waits, NULL: none does */
    struct made taken;     /* that, when it was not written here: `module` is NULL then */
    bool first;            /* it is the machine's first, and of hints alone */
    uint8_t *kept;         /* what it may be taken from */
    uint32_t kept_size;
    uint32_t translated; /* entries of the profile that have functions */
    uint32_t bytes;      /* of all modules since everything was translated last */
    uint32_t rewritten;  /* times that everything was translated once more */
    uint64_t lost; /* instructions that could have run meanwhile, of leaving code that was wrong */
    uint32_t settled; /* of the space before anything ran */
    bool hinted;      /* the profile is an earlier run's: translate without watching first */
    bool served;      /* hints were used */
    uint64_t missed;  /* instructions that could have run, were there better code from then on */
    uint8_t *lent;    /* by xlate_hints or xlate_keep */
    uint32_t lent_size;
    struct note_list notes;
    uint32_t rounds;
    uint32_t functions;   /* installed ones that work */
    uint64_t inside;      /* instructions that translated code ran */
    uint64_t interpreted; /* instructions since the last round */
    uint64_t next_round;  /* interpreted instructions until the next */
    uint32_t crossings;   /* times that translated code was entered, since the last look */
    uint64_t inside_then; /* `inside` at that */
    uint64_t rest;        /* instructions to be interpreted, whatever is translated */
    uint32_t rests;
    uint32_t misses;        /* crossings out of code that knew too little, since the last look */
    bool blamed;            /* for the rest: better code would not need it */
    uint32_t targets_known; /* of the profile, by the last module */
    uint64_t next_step;     /* the same until the next part of a module is written */
    uint32_t exit_site;     /* written by translated code */
    /* For xlate_resume: what runs, whether the interpreter has to do the next instruction, and why
     * it stopped inside translated code, CPU_BUDGET for no reason. */
    struct cpu *cpu;
    struct space *space;
    bool step;
    bool redirected;   /* it was left for the newer version of a function that was called */
    bool copied;       /* it was left in a function that its caller has a copy of */
    bool left;         /* translated code ran, so that the machine stands where it was left */
    uint32_t culprit;  /* entry of the function that was left, when that is its fault; or
                        * BLAME_NOBODY */
    bool inside_block; /* it was left in a block, so that an entry there would be a copy */
    enum cpu_stop stopped;
};

/* Takes a step to be able to watch the text at pc: memory for a large text costs milliseconds.
 * needs: it is not watched yet. False when there is no memory, or nothing to watch. */
bool engine_prepare(struct xlate *xlate, const struct cpu *cpu, const struct space *space);

/* Fills `taken` with what xlate_use_kept got. False when there is none, or it does not fit. */
bool engine_take_kept(struct xlate *xlate, const struct cpu *cpu, const struct space *space);
void engine_drop_kept(struct xlate *xlate);

#endif
