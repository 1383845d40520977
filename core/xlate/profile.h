/* What was seen of the guest's text while it ran one instruction at a time: which regions each
 * access touches, where computed jumps and calls go, which places are worth an entry. Hints only:
 * translated code checks everything it assumes, so that a wrong hint costs speed and
 * nothing else. */
#ifndef MOXBOX_XLATE_PROFILE_H
#define MOXBOX_XLATE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "isa/insn.h"
#include "mem/space.h"
#include "moxbox/translator.h"

/* Of larger text a profile has the part that pc is in: parts begin at multiples of this from the
 * region's base. A halfword costs some 20 bytes as long as the machine is there. */
enum { PROFILE_BYTES = 4 << 20 };

enum {
    PROFILE_UNSEEN = 0,     /* site: no access was seen */
    PROFILE_MIXED = 0xffff, /* site: several regions; anything between is region number + 1 */
    PROFILE_TARGETS = 4096, /* distinct (site, target) pairs kept */
    PROFILE_PAIRS = 4 * PROFILE_TARGETS, /* places to look for them in: a power of two */
    PROFILE_ENTRIES = MOX_FUNCTIONS_MAX, /* places to enter translated code kept */
};

struct profile_target {
    uint32_t site; /* address of the jmp or jsr */
    uint32_t target;
    uint16_t next; /* of the same site: index in targets; of the last one, the first's */
};

/* Of one read-only region of text, or a part of it. */
struct profile {
    struct mox_allocator allocator;
    const uint8_t *text;    /* the region's own bytes, which do not move */
    uint32_t size;          /* of the text in bytes */
    uint32_t base;          /* address of text[0], even */
    uint32_t slots;         /* whole halfwords of text */
    uint16_t *site;         /* one a slot */
    uint16_t *entry_number; /* of each slot: index in entries + 1, or 0 */
    uint8_t *arrivals; /* of each slot: calls and backward branches seen, up to what makes an entry
                        */
    /* Of each slot: an instruction that ran begins there. Translated code leaves out what did not
     * run yet, where that is known. */
    uint8_t *seen;
    /* Of each slot that a dispatcher (graph.h) leads to: its number, or 0. Translated code reads
     * it. */
    uint16_t *number;
    uint32_t number_count;
    bool partial;          /* it is known */
    uint32_t covered;      /* places that ran, as far as it is known */
    uint32_t revision;     /* how many runs, one after the other, the hints are from */
    uint32_t settled;      /* regions that were there before anything ran */
    uint32_t calls_enough; /* arrivals that make a called place an entry, and the head of a loop */
    uint32_t loops_enough;
    uint32_t target_count;
    struct profile_target targets[PROFILE_TARGETS];
    uint16_t *last_target;         /* one a slot: of that site, index in targets + 1, or 0 */
    uint16_t pairs[PROFILE_PAIRS]; /* index in targets + 1, or 0; found by what the pair is */
    uint32_t entry_count;
    uint32_t entries[PROFILE_ENTRIES];
};

/* For the read-only region that holds pc; NULL when there is none or no memory. */
struct profile *profile_new(const struct mox_allocator *allocator, const struct space *space,
                            uint32_t pc, uint32_t calls_enough, uint32_t loops_enough);
void profile_free(struct profile *profile);

/* The place of an address in the arrays that have one for each halfword of the text. */
static inline uint32_t profile_slot(const struct profile *profile, uint32_t pc) {
    return (pc - profile->base) / 2;
}

/* Whether pc is the address of a halfword of the text. */
bool profile_holds(const struct profile *profile, uint32_t pc);

/* Decodes the instruction at pc; false when that is not wholly in the text. */
bool profile_decode(const struct profile *profile, uint32_t pc, struct insn *insn);

/* Whether the code at pc looks like the start of a function that compilers make. */
bool profile_begins(const struct profile *profile, uint32_t pc);

/* Runs at most `fuel` instructions one at a time and notes what they do. Returns as cpu_run. */
enum cpu_stop profile_run(struct profile *profile, struct cpu *cpu, struct space *space,
                          uint64_t fuel);

/* Makes the places that the outermost functions under way go on at entries: what runs now will come
 * back there, and has no translated caller to do so. */
void profile_note_stack(struct profile *profile, const struct cpu *cpu, struct space *space);

/* From now on what the interpreter has not reached by now counts as not run; what an earlier call
 * saw stays. */
void profile_cover(struct profile *profile, const struct cpu *cpu);

/* An instruction that ran begins at that slot. */
void profile_see(struct profile *profile, uint32_t slot);

/* Whether translated code should hold what is at pc. */
bool profile_wanted(const struct profile *profile, uint32_t pc);

/* Makes pc a place where translated code is entered. */
void profile_add_entry(struct profile *profile, uint32_t pc);

/* The jmp or jsr at `site` goes to `target`, and may again. */
void profile_add_target(struct profile *profile, uint32_t site, uint32_t target);

/* The number of the place at pc for dispatchers; 0 when there are too many. */
uint32_t profile_number(struct profile *profile, uint32_t pc);

/* Whether the pair is among the first `count` targets. */
bool profile_has_target(const struct profile *profile, uint32_t site, uint32_t target,
                        uint32_t count);

/* The target of a site that is kept behind `target`, in the order they were added; NULL for the
 * first. NULL: there is none. */
const struct profile_target *profile_next_target(const struct profile *profile, uint32_t site,
                                                 const struct profile_target *target);

/* The access at pc touches several regions. */
void profile_mix(struct profile *profile, uint32_t pc);

/* The region that the access at pc was seen to touch, or NULL when none or several were. Where
 * several regions came while the guest ran, what was in one of them may be in any tomorrow. */
const struct region *profile_region(const struct profile *profile, const struct space *space,
                                    uint32_t pc);

#endif
