// Printed by core/tools/print_tables.c from the core's tables; do not edit.

/** Why a core call failed; the index is the number that crosses, the error code is
 * "MOXBOX_" + name. @type {readonly {name: string, text: string}[]} */
export const STATUSES = Object.freeze([
  { name: 'OK', text: "no error" },
  { name: 'NO_MEMORY', text: "the host has no memory left" },
  { name: 'MEMORY_LIMIT', text: "the guest needs more memory than the limit allows" },
  { name: 'ADDRESS_SPACE', text: "the guest's memory does not fit below the top of the 32-bit address space" },
  { name: 'BAD_ARGUMENT', text: "an argument is outside its documented range" },
  { name: 'BAD_PHASE', text: "the call does not belong to this phase: add programs and data, start, then run" },
  { name: 'NO_PROGRAM', text: "no program was added, so there is nothing to start" },
  { name: 'ELF_NOT_ELF', text: "not an ELF file: too short, or without the ELF magic number" },
  { name: 'ELF_CLASS', text: "the ELF file is not a 32-bit one" },
  { name: 'ELF_ENDIAN', text: "the ELF file is not little-endian" },
  { name: 'ELF_VERSION', text: "the ELF version is not 1" },
  { name: 'ELF_MACHINE', text: "the ELF file is not for the Moxie CPU" },
  { name: 'ELF_TYPE', text: "the ELF file is not a static executable" },
  { name: 'ELF_HEADER', text: "the size of the ELF header is not 52 bytes" },
  { name: 'ELF_PHDR', text: "the program header table is missing, misplaced or of the wrong size" },
  { name: 'ELF_SEGMENT', text: "a segment lies outside the file or outside the address space" },
  { name: 'ELF_OVERLAP', text: "two segments overlap in the address space" },
  { name: 'ELF_ENTRY', text: "the entry point is odd or outside every segment" },
  { name: 'ELF_TOO_BIG', text: "the file has more segments than the loader takes" },
  { name: 'IMAGE_DAMAGED', text: "the stored file system is damaged; nothing of it was taken" },
  { name: 'SNAPSHOT_KIND', text: "not a snapshot of this kind: its first bytes are others" },
  { name: 'SNAPSHOT_VERSION', text: "the snapshot is of another version of the format or of the machine's rules" },
  { name: 'SNAPSHOT_SHORT', text: "the snapshot ends too early" },
  { name: 'SNAPSHOT_LONG', text: "the snapshot goes on behind its end" },
  { name: 'SNAPSHOT_DIGEST', text: "the snapshot is damaged: it does not have the digest that it ends with" },
  { name: 'SNAPSHOT_STATE', text: "the snapshot's registers, counts or reason to stop are such as no machine has" },
  { name: 'SNAPSHOT_LAYOUT', text: "the snapshot's programs, sizes or memory are such as no machine has" },
  { name: 'SNAPSHOT_PAGES', text: "the snapshot's pages are out of order, outside their memory, or zero" },
  { name: 'SNAPSHOT_DATA', text: "the data files are not those of the snapshot, in its order" },
  { name: 'SNAPSHOT_KERNEL', text: "the snapshot's cages, files or names are such as no machine has" },
]);

/** Why a run returned. @type {readonly string[]} */
export const STOPS = Object.freeze([
  'none', // the machine has not run yet
  'exit', // the program ended by swi 1
  'budget', // the budget is used up; the machine can run on
  'fault', // an instruction cannot be executed; nothing of it has happened
  'break', // pc stands on a brk instruction, which was not counted
  'blocked', // every cage waits, some of them for the host: input, or the store
  'deadlock', // every cage waits for another, and nothing can arrive any more
]);

/** Kinds of fault. @type {readonly {name: string, text: string}[]} */
export const FAULTS = Object.freeze([
  { name: 'none', text: "no fault" },
  { name: 'align-pc', text: "the program counter is odd" },
  { name: 'fetch', text: "an instruction byte is not mapped" },
  { name: 'illegal', text: "the halfword is not an instruction" },
  { name: 'divide', text: "division by zero" },
  { name: 'read', text: "a byte to be read is not mapped or not readable" },
  { name: 'write', text: "a byte to be written is not mapped or not writable" },
  { name: 'buffer', text: "the output or state buffer does not lie in readable memory" },
]);

/** The words of struct mox_report, in order. @type {readonly string[]} */
export const REPORT_FIELDS = Object.freeze([
  'stop',
  'exitCode',
  'countLow',
  'countHigh',
  'faultKind',
  'faultPc',
  'faultAddress',
  'faultSize',
  'outputAddress',
  'outputSize',
  'stateAddress',
  'stateSize',
  'memoryUsed',
]);

/** The words of struct mox_setup, in order. @type {readonly string[]} */
export const SETUP_FIELDS = Object.freeze([
  'memoryLimit',
  'stackSize',
  'programCount',
  'dataCount',
  'unlimited',
  'budgetLow',
  'budgetHigh',
]);

/** Names of registers 0 to 15. @type {readonly string[]} */
export const REGISTERS = Object.freeze([
  '$fp',
  '$sp',
  '$r0',
  '$r1',
  '$r2',
  '$r3',
  '$r4',
  '$r5',
  '$r6',
  '$r7',
  '$r8',
  '$r9',
  '$r10',
  '$r11',
  '$r12',
  '$r13',
]);

/** What a note on a translated module says. @type {readonly string[]} */
export const NOTES = Object.freeze([
  'function', // the function for the entry `value` begins
  'stub', // it only leaves again; `value` is the number of a reason in stub.def
  'block', // the basic block at `value` begins
  'header', // the block is the header of a loop; `value` is its address
  'insn', // the instruction at `value` begins
  'left', // the instruction at `value` is left to the interpreter
  'edge', // goes on at `value`, which is no part of this function
  'computed', // a target that was not seen before leaves at `value`
  'local', // local number `at` holds what `value`, a row of place.def, names
  'place', // the address `at` in memory holds what `value`, a row of place.def, names
  'region', // the address `at` in memory holds the guest's region at `value`
]);

/** Why an entry has no translation. @type {readonly {name: string, text: string}[]} */
export const STUBS = Object.freeze([
  { name: 'none', text: "it is translated" },
  { name: 'quota', text: "the module has as many bytes as it may have" },
  { name: 'empty', text: "no whole instruction lies there in read-only memory" },
  { name: 'nested', text: "its blocks are nested too deeply" },
]);

/** What translated code keeps, besides registers. @type {readonly {name: string, bytes: number}[]} */
export const PLACES = Object.freeze([
  { name: 'pc', bytes: 4 },
  { name: 'cmp.a', bytes: 4 },
  { name: 'cmp.b', bytes: 4 },
  { name: 'fuel', bytes: 4 },
  { name: 'depth', bytes: 4 },
  { name: 'site', bytes: 4 },
  { name: 'target', bytes: 4 },
  { name: 'entry', bytes: 4 },
  { name: 'special', bytes: 1024 },
  { name: 'readable', bytes: 32768 },
  { name: 'writable', bytes: 32768 },
  { name: 'numbers', bytes: 4 },
  { name: 'starts', bytes: 32768 },
]);

/** Sizes in bytes and fixed numbers. */
export const LIMITS = Object.freeze({
  pageSize: 4096,
  hashSize: 32,
  defaultMemoryLimit: 268435456,
  defaultStackSize: 65536,
  reportSize: 52,
  registersSize: 1096,
  regionSize: 36,
  regionTagsSize: 24,
  mostFunctions: 2048,
  translationSize: 20,
  rightRead: 1,
  rightWrite: 2,
  snapshotRoom: 8192,
  mostSnapshotInputs: 65536,
  semanticsVersion: 1,
});
