/* moxbox: a black-box run of a Moxie program under an exact budget.
 *
 *     mox_box_create -> mox_box_add_program / mox_box_add_data (any order, any number)
 *     -> mox_box_seal until done -> mox_box_start -> mox_box_run as often as wanted -> collect
 *     -> destroy
 *
 * mox_box_snapshot makes bytes of a started box, and mox_box_restore a started box of them.
 *
 * A box is deterministic: the same programs, data, options and total budget give the same
 * registers, memory and instruction count on every host. Nothing gets in after mox_box_start. A box
 * holds all of its state; two boxes never influence each other. A box must not be used by two
 * threads at the same time.
 *
 * Functions that return mox_status change nothing when they fail. Guest addresses and sizes are
 * uint32_t. */
#ifndef MOXBOX_BOX_H
#define MOXBOX_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moxbox/allocator.h"
#include "moxbox/status.h"
#include "moxbox/translator.h"

/* One guest, its memory and its inputs. Made by mox_box_create, owned by the caller, ended by
 * mox_box_destroy; every pointer obtained from a box ends with it. */
typedef struct mox_box mox_box;

enum {
    MOX_PAGE_SIZE = 4096,
    MOX_HASH_SIZE = 32,
    MOX_DEFAULT_MEMORY_LIMIT = 256 << 20,
    MOX_DEFAULT_STACK_SIZE = 64 << 10,
    /* What a program computes. Any change that can alter a result of any run raises it. */
    MOX_SEMANTICS_VERSION = 1,
};

struct mox_options {
    uint32_t memory_limit; /* bytes of guest memory, whole regions in pages; 0: the default */
    uint32_t stack_size;   /* bytes, a multiple of MOX_PAGE_SIZE; 0: the default */
};

/* Where a run stands. All fields are words so that a foreign reader needs only their order, which
 * REPORT_FIELDS states once (web/generated/tables.js is printed from it). */
#define REPORT_FIELDS(FIELD)                                                                       \
    FIELD(stop)      /* mox_stop */                                                                \
    FIELD(exit_code) /* $r0 at swi 1, when stop is EXIT */                                         \
    FIELD(count_low) /* instructions retired since the start, low and high word */                 \
    FIELD(count_high)                                                                              \
    FIELD(fault_kind)     /* mox_fault_kind; the fields below are 0 unless stop is FAULT */        \
    FIELD(fault_pc)       /* address of the instruction that cannot be executed */                 \
    FIELD(fault_address)  /* first byte of the access that fails; 0 for ILLEGAL and DIVIDE */      \
    FIELD(fault_size)     /* bytes of the access */                                                \
    FIELD(output_address) /* the output buffer and the State Buffer, both 0 when there is none */  \
    FIELD(output_size)                                                                             \
    FIELD(state_address)                                                                           \
    FIELD(state_size)                                                                              \
    FIELD(memory_used) /* bytes of guest memory that count against the limit */

struct mox_report {
#define FIELD(name) uint32_t name;
    REPORT_FIELDS(FIELD)
#undef FIELD
};

/* What a box was set up with. Words, as in a report. */
#define SETUP_FIELDS(FIELD)                                                                        \
    FIELD(memory_limit)                                                                            \
    FIELD(stack_size)                                                                              \
    FIELD(program_count)                                                                           \
    FIELD(data_count)                                                                              \
    FIELD(unlimited) /* the rest: of a restored box, as its snapshot's options had them; else 0 */ \
    FIELD(budget_low)                                                                              \
    FIELD(budget_high)

struct mox_setup {
#define FIELD(name) uint32_t name;
    SETUP_FIELDS(FIELD)
#undef FIELD
};

/* How a snapshot is made. The budget is what the host allowed since the start, for receipts; the
 * box does not know it and it decides nothing. */
struct mox_snapshot_options {
    uint32_t leave_out_data; /* 1: data files are named by their SHA-256 only */
    uint32_t unlimited;      /* 1: there was no limit, and budget is not looked at */
    uint64_t budget;         /* at least as many as instructions have retired */
};

enum { MOX_SNAPSHOT_ROOM = 8192 };

/* Registers as a debugger or a receipt shows them. */
struct mox_registers {
    uint32_t r[16]; /* $fp $sp $r0..$r13 */
    uint32_t pc;
    uint32_t cc; /* 0 before the first cmp, else EQ 4, or (LT 2 | GT 1) + (LTU 16 | GTU 8) */
    uint32_t sr[256];
};

/* A mapped range of guest memory. tags is the text of its memory-map descriptor ("ro,data0,"). */
struct mox_region {
    uint32_t address;
    uint32_t size;
    uint32_t rights; /* MOX_READ | MOX_WRITE */
    char tags[24];
};
enum { MOX_READ = 1, MOX_WRITE = 2 };

/* Makes an empty box. options and allocator may be NULL for the defaults; *allocator is copied.
 * Fails with NO_MEMORY or BAD_ARGUMENT. */
mox_status mox_box_create(const struct mox_options *options, const struct mox_allocator *allocator,
                          mox_box **box);

/* Ends a box and gives all its memory back. NULL is allowed. */
void mox_box_destroy(mox_box *box);

/* Loads an ELF executable; file is read during the call only. The entry point of the last program
 * is where the run starts. Fails with an ELF_ status, MEMORY_LIMIT, NO_MEMORY or BAD_PHASE. */
mox_status mox_box_add_program(mox_box *box, const uint8_t *file, size_t size);

/* Reserves the next data file of `size` bytes (0 is allowed) and points *bytes at zeroed host
 * memory that the caller fills before mox_box_seal (NULL for size 0); the box owns it. Fails with
 * MEMORY_LIMIT, NO_MEMORY or BAD_PHASE. */
mox_status mox_box_add_data(mox_box *box, uint32_t size, uint8_t **bytes);

/* Hashes data that is not hashed yet, at most max_bytes of it, and says whether all is done. */
mox_status mox_box_seal(mox_box *box, uint32_t max_bytes, bool *done);

/* Lays out data, stack and memory-map descriptors and makes the machine ready at the entry point.
 * Seals what is not sealed. Fails with NO_PROGRAM, ADDRESS_SPACE, MEMORY_LIMIT, NO_MEMORY,
 * BAD_PHASE. */
mox_status mox_box_start(mox_box *box);

/* Runs at most `budget` instructions from where the machine stands; 0 runs none. A guest that ended
 * or faulted stays where it is. Fails only with NO_MEMORY (a host that cannot give what the limit
 * allows; the machine stands before the instruction and can run on) or BAD_PHASE. */
mox_status mox_box_run(mox_box *box, uint64_t budget);

/* As mox_box_run, for a host that has to come back soon: it also stops, with BUDGET, when what the
 * instructions cost beyond their ordinary time has used up `effort`, in units of about ten
 * nanoseconds. How a run is cut changes nothing; every call gets on, some without an instruction.
 */
mox_status mox_box_slice(mox_box *box, uint64_t budget, uint32_t effort);

/* Lets the box translate hot code to WebAssembly, which changes its speed and nothing else; NULL:
 * it interprets only, as at first. *translator is copied. After every mox_box_run the host asks
 * mox_box_module whether code waits to be compiled, compiles it, and says so by mox_box_install.
 * Fails with NO_MEMORY. */
mox_status mox_box_translate(mox_box *box, const struct mox_translator *translator);

/* The WebAssembly module that waits, its size in bytes and the number of its functions; NULL when
 * none does. Of size 0: the one that goes with what mox_box_use_kept took. The box owns it; valid
 * until mox_box_install. */
const uint8_t *mox_box_module(const mox_box *box, uint32_t *size, uint32_t *count);

/* The functions of the module that waits can be called by the numbers first, first + 1, ...; those
 * of earlier modules stay. first 0: the host cannot compile, the
 * box interprets. */
void mox_box_install(mox_box *box, uint32_t first);

/* What the box has learned of its program's text since it translates, as bytes that make a later
 * box with the same programs fast from its start; NULL when nothing, or there is no memory. The box
 * owns them; valid until the next call on it. */
const uint8_t *mox_box_hints(mox_box *box, uint32_t *size);

/* After the start or a restore, before the first run then, when the box translates: takes such
 * bytes, whoever they come from. They are hints and nothing else: what the box computes never
 * depends on them. False when they cannot be used. */
bool mox_box_use_hints(mox_box *box, const uint8_t *bytes, uint32_t size);

/* While the first module waits, when it was written of hints: what writing it left in the box, for
 * a later one to do without. NULL when it was not, or there is no memory. The box owns the bytes;
 * valid until the next call on it. */
const uint8_t *mox_box_keep(mox_box *box, uint32_t *size);

/* Behind mox_box_use_hints: takes such bytes of another box of this process and this build with the
 * same programs that used the same hints, where the host still has the functions of that module;
 * they wait then in place of a module that is written, unless the boxes lie in memory differently.
 * Unlike hints, the bytes are believed, as compiled code is. False when they cannot be used. */
bool mox_box_use_kept(mox_box *box, const uint8_t *bytes, uint32_t size);

/* Fills *translation, with zeros when the box only interprets. */
void mox_box_translation(const mox_box *box, struct mox_translation *translation);

/* Translates at once all that a box which watches has seen; the module waits, and is not to be
 * installed. False when there is nothing to translate, or no memory. */
bool mox_box_inspect(mox_box *box);

/* What the module of the last inspection says where: triples of words as xlate/note.def has them.
 * The box owns them. */
const uint32_t *mox_box_notes(const mox_box *box, uint32_t *triples);

/* Where the machine stands now. The box owns *report; the next call on the box may change it. */
const struct mox_report *mox_box_report(mox_box *box);

/* Fills *registers. */
void mox_box_registers(const mox_box *box, struct mox_registers *registers);

/* The longest run of host bytes that holds guest memory from `address` on, whatever its rights;
 * *size is 0 and the result NULL when that address is not mapped. Valid until the box next runs. */
const uint8_t *mox_box_window(const mox_box *box, uint32_t address, uint32_t *size);

/* Region `index` in address order; false when there are not so many. */
bool mox_box_region(const mox_box *box, uint32_t index, struct mox_region *region);

/* SHA-256 of the index-th program file or data file in the order of adding; NULL when there is none
 * or when it is not sealed yet. 32 bytes, owned by the box. */
const uint8_t *mox_box_program_hash(mox_box *box, uint32_t index);
const uint8_t *mox_box_data_hash(mox_box *box, uint32_t index);

/* SHA-256 of the whole machine state in the canonical form of proof/state_hash.h. Works on at most
 * max_bytes of guest memory a call; *done says whether hash[32] is filled. Running starts it
 * afresh. */
mox_status mox_box_state_hash(mox_box *box, uint32_t max_bytes, uint8_t hash[MOX_HASH_SIZE],
                              bool *done);

/* What the box was set up with; the index-th program's or data file's size in bytes, 0 when there
 * is none. */
void mox_box_setup(const mox_box *box, struct mox_setup *setup);
uint64_t mox_box_program_size(mox_box *box, uint32_t index);
uint32_t mox_box_data_size(mox_box *box, uint32_t index);

/* Writes a snapshot in the format of box/snapshot.h, a piece a call into bytes[0..room); room is at
 * least MOX_SNAPSHOT_ROOM. With options it begins, with NULL it goes on; running ends it. *size:
 * bytes of the piece, which can be 0; *done: it was the last. Looks at no more than max_bytes of
 * guest memory and a page a call. Fails with BAD_PHASE, or BAD_ARGUMENT (also for a box of more
 * than 65,536 programs or data files). */
mox_status mox_box_snapshot(mox_box *box, const struct mox_snapshot_options *options,
                            uint32_t max_bytes, uint8_t *bytes, uint32_t room, uint32_t *size,
                            bool *done);

/* Makes a box, instead of mox_box_add_program and mox_box_start, go on from a snapshot; bytes are
 * its next piece, of any size, and anybody's. Data files that the snapshot leaves out are added
 * before. The box's options are what the host grants: a snapshot with a higher memory limit gives
 * MEMORY_LIMIT; with a lower one, that is in force. Fails also with a SNAPSHOT_ status, NO_MEMORY
 * or BAD_PHASE; after any failure the box can only be destroyed. */
mox_status mox_box_restore(mox_box *box, const uint8_t *bytes, uint32_t size);

/* No bytes follow. Checks the data files' hashes, at most max_bytes a call; with *done the box has
 * started and stands where the other one stood. Fails as mox_box_restore. */
mox_status mox_box_restore_end(mox_box *box, uint32_t max_bytes, bool *done);

/* Writes one instruction as text, with its end of string, into text[size], and its length in bytes
 * into *length (0 when the first halfword is not mapped; bad instructions print as "bad"). */
void mox_box_disassemble(const mox_box *box, uint32_t address, char *text, size_t size,
                         uint32_t *length);

#endif
