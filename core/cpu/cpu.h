/* The Moxie CPU: registers, exact instruction count, and the interpreter. It knows guest memory
 * through mem/ only, and no system calls: a swi ends cpu_run with CPU_SWI and the
 * caller decides. */
#ifndef MOXBOX_CPU_CPU_H
#define MOXBOX_CPU_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "mem/space.h"
#include "moxbox/status.h"

struct text_cache; /* predecoded text, cpu/text.h */

enum { REG_FP, REG_SP, REG_R0, REG_COUNT = 16, SREG_COUNT = 256 };

/* What a call puts on the stack: the caller's frame pointer, the return address, and a word for the
 * callee, which it leaves alone (jsra in moxie.def). */
enum { FRAME_SIZE = 12, FRAME_UNUSED = 4 };

/* Special registers with a meaning (isa.md): the cause of the last trap, the number of the last
 * swi, and the two buffers. */
enum {
    SREG_CAUSE = 2,
    SREG_SWI = 3,
    SREG_OUTPUT = 6,
    SREG_OUTPUT_SIZE = 7,
    SREG_STATE = 8,
    SREG_STATE_SIZE = 9
};

struct fault {
    uint32_t kind; /* mox_fault_kind */
    uint32_t address;
    uint32_t size;
};

struct cpu {
    uint32_t r[REG_COUNT];
    uint32_t pc;
    /* The operands of the last cmp; the condition is worked out when a branch asks. */
    uint32_t compared_a;
    uint32_t compared_b;
    uint32_t compared; /* 0 until the first cmp */
    uint64_t count;    /* instructions retired */
    uint32_t sr[SREG_COUNT];
    struct fault fault; /* why the last cpu_run returned CPU_FAULT */
    /* What may still be spent; the caller sets it before a run. No part of the machine: it decides
     * where a run pauses, never what it computes. */
    uint64_t effort;
    /* sr[SREG_CAUSE] and sr[SREG_SWI] as they were before the last swi, for cpu_undo_swi. */
    uint32_t before_swi[2];
    struct text_cache *text;
};

enum cpu_stop {
    CPU_BUDGET, /* fuel used up */
    CPU_SWI,    /* a swi retired: number in sr[SREG_SWI], pc behind it */
    CPU_FAULT,  /* pc on the instruction, cpu->fault says why, nothing of it happened */
    CPU_BREAK,  /* pc on a brk, not counted */
    CPU_ENTER,  /* pc on an entry of translated text (text_set_entries) */
    CPU_PAUSE,  /* the effort is used up; pc on the next instruction */
};

/* What a host's time goes to, in units of about ten nanoseconds of a core in WebAssembly. */
enum {
    EFFORT_ACCESS = 8,   /* an access that no window holds */
    EFFORT_BUFFER = 8,   /* a buffer register, for each region it may lie in */
    EFFORT_SINGLE = 12,  /* an instruction that is decoded to run once */
    EFFORT_FIND = 2,     /* going to other text */
    EFFORT_DECODE = 6,   /* a block of text that is decoded to stay */
    EFFORT_DECODED = 4,  /* each of its instructions */
    EFFORT_TURN = 4,     /* going between translated code and the interpreter */
    EFFORT_CALL = 4,     /* a system call */
    EFFORT_MAP = 300,    /* a region more */
    EFFORT_PAGE = 300,   /* a page of memory that is touched for the first time */
    EFFORT_CHUNK = 1200, /* a chunk of text more */
    EFFORT_LEAST = 100,  /* with so much, some instruction gets done before the pause */
    EFFORT_ORDINARY = 3, /* so many instructions of cpu_run that need nothing slow cost one unit */
};
#define EFFORT_UNLIMITED UINT64_MAX

static inline void cpu_spend(struct cpu *cpu, uint32_t effort) {
    cpu->effort -= effort < cpu->effort ? effort : cpu->effort;
}

/* All registers 0, effort unlimited. Allocates the text cache: OK or NO_MEMORY. */
mox_status cpu_init(struct cpu *cpu, const struct mox_allocator *allocator);
void cpu_free(struct cpu *cpu);

/* Retires at most `fuel` instructions and says why it stopped; never more, never fewer without a
 * reason. After it, cpu->count has grown by exactly the number of retired instructions. It cannot
 * run out of memory: text that cannot be predecoded is decoded as it runs. */
enum cpu_stop cpu_run(struct cpu *cpu, struct space *space, uint64_t fuel);

/* Retires the one instruction at pc, whether or not it is an entry. CPU_BUDGET when that is all. */
enum cpu_stop cpu_step(struct cpu *cpu, struct space *space);

/* Directly after CPU_SWI: takes the swi back, so that the machine stands before it as if it had not
 * been reached. For a call that the host cannot carry out now. */
void cpu_undo_swi(struct cpu *cpu);

/* What a program can learn of (base/codec.h). Loading needs a cpu fresh from cpu_init. */
struct codec;
void cpu_codec(struct codec *codec, struct cpu *cpu);

/* The condition code as the architecture shows it: 0 before the first cmp, else one of 4, 9, 10,
 * 17, 18. */
uint32_t cpu_condition(const struct cpu *cpu);

/* Makes it so, by some cmp that gives it. False when it is none of these. */
bool cpu_set_condition(struct cpu *cpu, uint32_t condition);

#endif
