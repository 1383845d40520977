/**
 * One instance of the core with the one box in it: the only code that calls the core's exports (box.h says
 * what each does). Blocks given to out-parameters lie in one scratch block, taken once. The instance is
 * dropped with the machine, so nothing of it can leak.
 */
import { FAULTS, LIMITS, NOTES, REGISTERS, REPORT_FIELDS, SETUP_FIELDS, STOPS } from './generated/tables.js';
import { MoxboxError, corrupt, joined } from './errors.js';
import { Instance } from './instance.js';
import { faultOf, hexOf } from './result.js';

/** @typedef {import('./heap.js').MachinePtr} MachinePtr */
/** @typedef {import('./result.js').Report} Report */
/** @typedef {{omitData: boolean, budget: bigint | number}} SnapshotStart budget: since the start; Infinity: no limit */

const WORD = 4;
const TEXT_SIZE = 64;
const LONGEST_INSTRUCTION = 6;
/* Room for the largest out-parameter, the registers; every other use is far smaller. */
const SCRATCH_SIZE = LIMITS.registersSize;
/* More cannot exist: regions are pages with a guard page behind each. */
const MOST_REGIONS = 2 ** 20;
const TOP = 2 ** 32;
/* The others are of cages. */
const BOX_STOPS = STOPS.slice(0, STOPS.indexOf('break') + 1);

export class Machine {
  #core;
  /** @type {MachinePtr} */
  #scratch;
  /** @type {MachinePtr | undefined} */
  #box;

  /** What it is an instance of, if that is known. @type {WebAssembly.Module | undefined} */
  module;

  /** @param {Record<string, any>} exports of an instance of the core @param {WebAssembly.Module} [module] of that */
  constructor(exports, module) {
    this.module = module;
    this.#core = new Instance(exports, SCRATCH_SIZE);
    this.#scratch = this.#core.scratch;
  }

  /** Bytes of memory that the instance holds. */
  get heldBytes() {
    return this.#core.heap.size;
  }

  /** What translated code imports; see Instance. */
  get forTranslated() {
    return this.#core.forTranslated;
  }

  /** @param {number} size @returns {MachinePtr} */
  alloc(size) {
    return this.#core.alloc(size);
  }

  /** @param {MachinePtr} address from alloc */
  free(address) {
    this.#core.free(address);
  }

  /**
   * Lends a writable view of a block; see Heap.fill.
   * @template T
   * @param {MachinePtr} address @param {number} length
   * @param {(view: Uint8Array) => T} write
   * @returns {T}
   */
  fill(address, length, write) {
    return this.#core.heap.fill(address, length, write);
  }

  /** @param {number} memoryLimit @param {number} stackSize */
  create(memoryLimit, stackSize) {
    const options = this.#scratch;
    const out = /** @type {MachinePtr} */ (this.#scratch + 2 * WORD);
    this.#core.heap.setU32(options, memoryLimit);
    this.#core.heap.setU32(options, stackSize, WORD);
    this.#core.do('mox_box_create', options, 0, out);
    this.#box = this.#core.heap.pointer(this.#core.heap.u32(out), WORD, 'the box');
  }

  /** @param {MachinePtr} file @param {number} size */
  addProgram(file, size) {
    this.#core.do('mox_box_add_program', this.#box, file, size);
  }

  /** @param {number} size @returns {MachinePtr | undefined} where the bytes go; undefined for none */
  addData(size) {
    this.#core.do('mox_box_add_data', this.#box, size, this.#scratch);
    if (size === 0) return undefined;
    return this.#core.heap.pointer(this.#core.heap.u32(this.#scratch), size, 'the data');
  }

  /** @param {number} maxBytes @returns {boolean} whether everything is hashed */
  seal(maxBytes) {
    this.#core.do('mox_box_seal', this.#box, maxBytes, this.#scratch);
    return this.#core.heap.bool(this.#scratch);
  }

  start() {
    this.#core.do('mox_box_start', this.#box);
  }

  /** @param {bigint} budget */
  run(budget) {
    this.#core.do('mox_box_run', this.#box, budget);
  }

  /**
   * Runs until the budget or the effort is used up, which may be before any instruction.
   * @param {bigint} budget
   * @param {number} effort what slow things may take, in units of about 10 ns
   */
  slice(budget, effort) {
    this.#core.do('mox_box_slice', this.#box, budget, effort);
  }

  /** @param {number} engine 0 interprets, 1 translates what pays, 2 translates early, 3 watches */
  translate(engine) {
    this.#core.do('mox_box_translate', this.#box, engine);
  }

  /** The WebAssembly module that waits to be compiled, if one does; no bytes: it goes with what useKept took. @returns {{bytes: Uint8Array, count: number} | undefined} */
  waitingModule() {
    return this.#core.waitingModule('mox_box_module', /** @type {MachinePtr} */ (this.#box));
  }

  /** A box has one engine, which lives as long as it. */
  knows() {
    return true;
  }

  /**
   * Puts the functions of the module that waited into the core's table.
   * @param {Function[] | undefined} functions undefined: the module cannot be compiled here
   */
  install(functions) {
    const first = functions ? this.#core.table.add(functions).first : 0;
    this.#core.call('mox_box_install', this.#box, first);
    return true;
  }

  /** What the core has learned of the program, for useHints of a later machine. @returns {Uint8Array | undefined} */
  hints() {
    return this.#lent('mox_box_hints', 'the hints');
  }

  /**
   * While the first module waits, and was written of hints: what goes with it, for useKept of a later machine.
   * @returns {Uint8Array | undefined}
   */
  keep() {
    return this.#lent('mox_box_keep', 'what is kept');
  }

  /** @param {string} name of what lends bytes @param {string} what they are @returns {Uint8Array | undefined} a copy */
  #lent(name, what) {
    const at = this.#core.call(name, this.#box, this.#scratch);
    if (at === 0) return undefined;
    const size = this.#core.heap.u32(this.#scratch);
    return this.#core.heap.copy(this.#core.heap.pointer(at, size, what), size);
  }

  /**
   * Lends what an earlier run learned to one that has not begun. The bytes may be anybody's: they change how
   * fast it is and nothing else.
   * @param {Uint8Array} bytes
   * @returns {boolean} whether they are of this program
   */
  useHints(bytes) {
    return this.#lend('mox_box_use_hints', bytes);
  }

  /**
   * Behind useHints: what a machine with the same programs and hints kept, so that the module it went with, whose
   * functions the caller has, waits in place of one that is written. Where that cannot be, one is written.
   * @param {Uint8Array} bytes of this process's own machines: they are believed
   * @returns {boolean}
   */
  useKept(bytes) {
    return this.#lend('mox_box_use_kept', bytes);
  }

  /** @param {string} name of what takes bytes @param {Uint8Array} bytes @returns {boolean} its answer */
  #lend(name, bytes) {
    const block = this.alloc(bytes.length);
    this.#core.heap.put(block, bytes);
    const used = this.#core.call(name, this.#box, block, bytes.length);
    this.free(block);
    return used === 1;
  }

  /** How translating goes. */
  translation() {
    this.#core.call('mox_box_translation', this.#box, this.#scratch);
    const [writing, entries, functions, low, high] = this.#core.heap.words(this.#scratch, LIMITS.translationSize / WORD);
    return { writing: writing !== 0, entries, functions, inside: (BigInt(high) << 32n) | BigInt(low) };
  }

  /**
   * Of a machine that watched: the module of everything that it saw, with notes.
   * @returns {{bytes: Uint8Array, count: number, notes: {kind: string, at: number, value: number}[]} | undefined}
   */
  inspect() {
    if (this.#core.call('mox_box_inspect', this.#box) !== 1) return undefined;
    const at = this.#core.call('mox_box_notes', this.#box, this.#scratch);
    const count = this.#core.heap.u32(this.#scratch);
    const words = this.#core.heap.words(this.#core.heap.pointer(at, 3 * WORD * count, 'the notes'), 3 * count);
    const notes = Array.from({ length: count }, (_, i) =>
      ({ kind: NOTES[words[3 * i]], at: words[3 * i + 1], value: words[3 * i + 2] }));
    const module = this.waitingModule();
    return module && { ...module, notes };
  }

  /** @returns {Report & {outputAddress: number, stateAddress: number}} */
  report() {
    const at = this.#core.heap.pointer(this.#core.call('mox_box_report', this.#box), WORD * REPORT_FIELDS.length, 'the report');
    const record = this.#core.record(at, REPORT_FIELDS);
    this.#fillRegisters();
    return reportOf(record, this.#core.heap.u32(this.#scratch, WORD * REGISTERS.length));
  }

  /** @returns {import('./result.js').Registers} */
  registers() {
    this.#fillRegisters();
    const words = this.#core.heap.words(this.#scratch, LIMITS.registersSize / WORD);
    const count = REGISTERS.length;
    return {
      general: Object.fromEntries(REGISTERS.map((name, i) => [name, words[i]])),
      pc: words[count],
      cc: words[count + 1],
      special: Uint32Array.from(words.slice(count + 2)),
    };
  }

  /** @returns {import('./result.js').Region[]} */
  regions() {
    const regions = [];
    for (let end = 0; ; ) {
      const found = this.#core.call('mox_box_region', this.#box, regions.length, this.#scratch);
      if (found === 0) return regions;
      const [address, size, rights] = this.#core.heap.words(this.#scratch, 3);
      const tags = this.#core.heap.text(/** @type {MachinePtr} */ (this.#scratch + 3 * WORD), LIMITS.regionTagsSize, 'a tag');
      if (found !== 1 || address < end || size > TOP - address || rights > (LIMITS.rightRead | LIMITS.rightWrite) || regions.length >= MOST_REGIONS) {
        throw this.#core.break(corrupt(`region ${regions.length} is not one`));
      }
      end = address + size;
      regions.push({ address, size, readable: (rights & LIMITS.rightRead) !== 0,
        writable: (rights & LIMITS.rightWrite) !== 0, tags });
    }
  }

  /** @param {number} address @param {number} length @returns {Uint8Array} a copy */
  read(address, length) {
    if (length > TOP - address) throw notMapped(address, length);
    const parts = [];
    for (let done = 0; done < length; ) {
      const start = this.#core.call('mox_box_window', this.#box, address + done, this.#scratch);
      const size = this.#core.heap.u32(this.#scratch);
      if (size === 0) throw notMapped(address, length);
      const part = Math.min(size, length - done);
      parts.push(this.#core.heap.copy(this.#core.heap.pointer(start, part, 'a window'), part));
      done += part;
    }
    return parts.length === 1 ? parts[0] : joined(parts);
  }

  /** @param {number} address @param {number} count @returns {import('./result.js').Line[]} */
  disassemble(address, count) {
    const lines = [];
    const text = /** @type {MachinePtr} */ (this.#scratch + WORD);
    for (let at = address; lines.length < count && at < TOP; ) {
      this.#core.call('mox_box_disassemble', this.#box, at, text, TEXT_SIZE, this.#scratch);
      const length = this.#core.heap.u32(this.#scratch);
      if (length === 0) break;
      if (length > LONGEST_INSTRUCTION) throw this.#core.break(corrupt(`an instruction of ${length} bytes`));
      const line = this.#core.heap.text(text, TEXT_SIZE, 'an instruction');
      lines.push({ address: at, bytes: this.read(at, length), text: line });
      at += length;
    }
    return lines;
  }

  /** @param {'program' | 'data'} kind @param {number} index @returns {string} */
  inputHash(kind, index) {
    const at = this.#core.call(`mox_box_${kind}_hash`, this.#box, index);
    return hexOf(this.#core.heap.copy(this.#core.heap.pointer(at, LIMITS.hashSize, 'a hash'), LIMITS.hashSize));
  }

  /** @param {number} maxBytes @returns {string | undefined} undefined while there is more to hash */
  stateHash(maxBytes) {
    return this.#core.stateHash('mox_box_state_hash', /** @type {MachinePtr} */ (this.#box), maxBytes);
  }

  /**
   * The next piece of a snapshot.
   * @param {number} maxBytes of guest memory to look at @param {MachinePtr} block @param {number} room
   * @param {SnapshotStart} [start] with the first piece
   * @returns {{piece: Uint8Array, done: boolean}}
   */
  snapshot(maxBytes, block, room, start) {
    const options = start ? this.#snapshotOptions(start) : 0;
    return this.#core.snapshotPiece('mox_box_snapshot', block, room, this.#box, options, maxBytes);
  }

  /**
   * struct mox_snapshot_options, behind the answers: two truth values as words, and the budget.
   * @param {SnapshotStart} start
   */
  #snapshotOptions({ omitData, budget }) {
    const at = /** @type {MachinePtr} */ (this.#scratch + 2 * WORD);
    const limit = typeof budget === 'bigint' ? budget : 0n;
    const words = [Number(omitData), Number(typeof budget === 'number'), Number(limit & 0xffffffffn), Number(limit >> 32n)];
    words.forEach((word, index) => this.#core.heap.setU32(at, word, WORD * index));
    return at;
  }

  /** The next bytes of a snapshot to go on from. @param {MachinePtr} block @param {number} size */
  restore(block, size) {
    this.#core.do('mox_box_restore', this.#box, block, size);
  }

  /** After the last of them. @param {number} maxBytes @returns {boolean} whether the machine stands */
  restoreEnd(maxBytes) {
    this.#core.do('mox_box_restore_end', this.#box, maxBytes, this.#scratch);
    return this.#core.heap.bool(this.#scratch);
  }

  /**
   * What a restored box was set up with, its snapshot's budget, and the sizes of its inputs.
   * @returns {{memoryLimitBytes: number, stackSizeBytes: number, budget: bigint | number,
   *   sizes: {programs: number[], data: number[]}}}
   */
  setup() {
    this.#core.call('mox_box_setup', this.#box, this.#scratch);
    const { word, wide } = this.#core.record(this.#scratch, SETUP_FIELDS);
    const sizes = (/** @type {'program' | 'data'} */ kind) => {
      const count = word(`${kind}Count`);
      if (count > LIMITS.mostSnapshotInputs) throw this.#core.break(corrupt(`${count} inputs`));
      return Array.from({ length: count }, (_, index) => this.#inputSize(kind, index));
    };
    return {
      memoryLimitBytes: word('memoryLimit'),
      stackSizeBytes: word('stackSize'),
      budget: word('unlimited') === 0 ? wide('budget') : Infinity,
      sizes: { programs: sizes('program'), data: sizes('data') },
    };
  }

  /** @param {'program' | 'data'} kind @param {number} index */
  #inputSize(kind, index) {
    const answer = this.#core.call(`mox_box_${kind}_size`, this.#box, index);
    const size = typeof answer === 'bigint' ? Number(answer) : answer >>> 0;
    if (!Number.isSafeInteger(size) || size < 0) throw this.#core.break(corrupt(`an input of ${String(answer)} bytes`));
    return size;
  }

  /** Starts a SHA-256 of bytes that are not the box's. @returns {MachinePtr} its context */
  hashStart() {
    const context = this.alloc(this.#core.call('mox_sha256_size'));
    this.#core.call('mox_sha256_start', context);
    return context;
  }

  /** @param {MachinePtr} context @param {MachinePtr} bytes @param {number} size */
  hashUpdate(context, bytes, size) {
    this.#core.call('mox_sha256_update', context, bytes, size);
  }

  /** @param {MachinePtr} context freed here @returns {string} */
  hashFinish(context) {
    this.#core.call('mox_sha256_finish', context, this.#scratch);
    this.free(context);
    return hexOf(this.#core.heap.copy(this.#scratch, LIMITS.hashSize));
  }

  #fillRegisters() {
    this.#core.call('mox_box_registers', this.#box, this.#scratch);
  }
}

/**
 * @param {ReturnType<Instance['record']>} report
 * @param {number} pc
 */
function reportOf({ word, wide }, pc) {
  const stop = /** @type {Report['stop'] | undefined} */ (BOX_STOPS[word('stop')]);
  const kind = FAULTS[word('faultKind')]?.name;
  if (stop === undefined || kind === undefined) throw corrupt('the report holds no known stop or fault');
  if ((stop === 'fault') !== (word('faultKind') !== 0)) throw corrupt('a stop and a fault that do not belong together');
  for (const buffer of ['output', 'state']) {
    if (word(`${buffer}Size`) > TOP - word(`${buffer}Address`)) throw corrupt(`the ${buffer} buffer is not in memory`);
  }
  return {
    stop,
    exitCode: stop === 'exit' ? word('exitCode') : undefined,
    instructions: wide('count'),
    fault: stop === 'fault' ? faultOf(kind, word('faultPc'), word('faultAddress'), word('faultSize')) : undefined,
    pc,
    memoryBytes: word('memoryUsed'),
    outputAddress: word('outputAddress'),
    outputSize: word('outputSize'),
    stateAddress: word('stateAddress'),
    stateSize: word('stateSize'),
  };
}

/** @param {number} address @param {number} length */
function notMapped(address, length) {
  return new MoxboxError('MOXBOX_ADDRESS', `${length} bytes at 0x${address.toString(16)} are not wholly mapped`);
}
