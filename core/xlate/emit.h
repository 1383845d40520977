/* Writes the code of one basic block, or a part of it, as WebAssembly; the meanings come from
 * moxie.def.
 *
 * A translated function has the type (fuel, depth) -> fuel. It keeps guest registers in locals and
 * works on the core's own memory, with the addresses of one machine as constants. It ends
 *   normally   by a ret: the result is the fuel left, cpu->pc is where the guest goes on;
 *   early      the result is -1 - fuel; the site number in memory says at which instruction and how
 * many instructions of its block were paid but not run. Site 0 means: at cpu->pc. Either way the
 * machine is exactly what the interpreter would have left.
 * Called with fuel -1 and depth 0 it returns at once and changes nothing else than the site number.
 *
 * Where it cannot go on by itself it hands the machine and the site to the imported function
 * (xlate_resume), as the last thing it does; what that returns is what it returns. A call of a
 * function that has no translation is a call of the same. */
#ifndef MOXBOX_XLATE_EMIT_H
#define MOXBOX_XLATE_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "xlate/blame.h"
#include "xlate/flow.h"
#include "xlate/graph.h"
#include "xlate/notes.h"
#include "xlate/profile.h"
#include "xlate/wasm_writer.h"

/* Where code was left: at pc, with `undo` instructions paid for that did not run (modulo 2^32:
 * others may have run that are not paid for). */
struct xlate_site {
    uint32_t pc;
    uint32_t undo;
    bool start;       /* of a function */
    bool away;        /* the code at pc is not this function's */
    bool inside;      /* a block, not where one begins */
    uint32_t entry;   /* of the profile, whose function it was */
    uint16_t version; /* of that */
    bool fixed;       /* for an access that was taken for one that stays in a region */
    bool unseen;      /* for code that had not run */
    /* By the computed jump at pc, for where no target was seen; the machine stands there already.
     */
    bool computed;
    bool copied;   /* in a function that was called, of which the code is a copy in its caller's */
    uint8_t count; /* times it was left by, for one of these */
};

struct site_list {
    struct mox_allocator allocator;
    struct xlate_site *sites; /* [0] is not used */
    uint32_t count;
    uint32_t capacity;
    bool failed;
};

/* Locals of a translated function. */
enum {
    LOCAL_FUEL,
    LOCAL_DEPTH,
    LOCAL_X, /* operands of a shortcut, as doubles */
    LOCAL_Y,
    LOCAL_Z,        /* its result's 64 bits; or a window's bounds, while an access is checked */
    LOCAL_REGISTER, /* 16 of them; from here on 32 bits */
    LOCAL_COMPARED_A = LOCAL_REGISTER + 16,
    LOCAL_COMPARED_B,
    LOCAL_SITE,
    LOCAL_TARGET,
    LOCAL_ENTRY, /* where the dispatcher led last, for END_ROUTE; 0 when somebody has been there */
    LOCAL_T0,
    LOCAL_T1,
    LOCAL_T2,
    LOCAL_KEPT_FP, /* before the call of a known function that has to run */
    LOCAL_KEPT_SP,
    LOCAL_ADDRESS,
    LOCAL_WINDOW,
    LOCAL_OFFSET,
    LOCAL_GROUP, /* as many as the function's groups need; behind them doubles (wides.h) */
    LOCAL_PARAMETERS = LOCAL_X,
};

/* A function with a dispatcher can be begun in other places: the bits of its depth above these are
 * then the number of the text's slot, plus 1. */
enum { DEPTH_BITS = 10 };

/* Labels around the code of a function: to write registers to memory, as the exit of the block that
 * is being written says, and have the engine go on; to have it go on; to leave early at cpu->pc,
 * unless a callee has; to leave early; to hand on what a callee returned. */
enum emit_label { LABEL_EXIT, LABEL_RESUME, LABEL_BACK, LABEL_CLEAN, LABEL_UNWIND };

struct emitter {
    struct wasm_writer *w;
    struct graph *graph;
    struct flow_facts *facts;
    const struct profile *profile;
    const struct space *space;
    const struct cpu *cpu;
    struct site_list *sites;
    struct note_list *notes; /* NULL: nobody looks */
    uint32_t cpu_at;         /* addresses in the core's memory */
    uint32_t space_at;
    uint32_t site_at; /* of the word that takes the site number */
    const void *resume_for;
    uint8_t *returns; /* one a slot of text: set where a call comes back to */
    uint32_t entry;   /* index in the profile */
    struct blame *blame;
    uint16_t start;  /* of the function that is written: its place in blame->starts, or 0 */
    uint32_t labels; /* open between here and the function's own */
    uint32_t exit;   /* of the block that is being written */
    bool copied;     /* it is */
    uint32_t owed;   /* unpaid behind it */
    /* The function that translates the code at pc, or GRAPH_NONE, and a call of it. */
    uint32_t (*function_at)(void *context, uint32_t pc);
    void (*write_call)(void *context, uint32_t function);
    void *context;
};

/* The address of a field of the processor in the core's memory. */
#define CPU_FIELD(e, name) ((e)->cpu_at + (uint32_t)offsetof(struct cpu, name))

/* Notes something on the code that is written next. */
void emit_note(struct emitter *e, enum note_kind kind, uint32_t value);

/* Notes what locals and addresses in emitted code are. */
void emit_note_places(struct emitter *e);

/* Branches: to a label around the function, always or when the value on the stack is not 0. */
void emit_branch(struct emitter *e, enum wasm_op op, enum emit_label label);

/* Sets the site for an exit at pc, where a block begins and all is paid. */
void emit_site(struct emitter *e, uint32_t pc);

/* Leaves translated code for pc, with all paid instructions run. */
void emit_exit(struct emitter *e, uint32_t pc);

/* Leaves translated code for LOCAL_TARGET, where the computed jump at pc leads. */
void emit_leave_computed(struct emitter *e, uint32_t pc);

/* Leaves for LOCAL_TARGET, where the ret of a copied function led. */
void emit_leave_returned(struct emitter *e);

/* Code for a block, or for an edge out of it, is written next. */
void emit_in_block(struct emitter *e, uint32_t number);

/* Leaves the graph for pc, over an edge out of the block that is being written: for the function
 * that has pc as entry, if there is one. */
void emit_leave(struct emitter *e, uint32_t pc);

/* The upper 32 bits of LOCAL_Z, on the stack. */
void emit_upper(struct emitter *e);

/* Moves registers between locals and the machine. */
void emit_load_registers(struct emitter *e, uint32_t registers);
void emit_store_registers(struct emitter *e, uint32_t registers);

/* Calls the imported function: LOCAL_SITE is where the machine stands, `deeper` calls below this
 * function's own; the result is the fuel that is left, as of a translated function. */
void emit_resume(struct emitter *e, uint32_t deeper);

/* cpu->pc = LOCAL_TARGET. */
void emit_store_target(struct emitter *e);

/* Leaves at pc, through `label`, unless there is fuel for `path` instructions. */
void emit_fuel_check(struct emitter *e, uint32_t pc, uint32_t path, enum emit_label label);

/* The same where a function begins; the one that is newer than this, if there is one, goes on. No
 * register is in a local. */
void emit_start_check(struct emitter *e, uint32_t pc, uint32_t path);

/* Pays and runs the instructions of a block, up to a branch, whose condition stays on the stack,
 * or to another end, whose target, when it is computed, stays in LOCAL_TARGET. */
void emit_block(struct emitter *e, uint32_t number);

#endif
