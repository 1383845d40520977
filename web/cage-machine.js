/**
 * One instance of the core with one machine of cages in it: the only code that calls the core's functions of
 * core/include/moxbox/machine.h, which says what each does. What comes out of the core is believed only when checked.
 */
import { CAGE_LIMITS, ERRORS, MACHINE_OPTIONS, MACHINE_REPORT_FIELDS } from './generated/calls.js';
import { LIMITS, STOPS } from './generated/tables.js';
import { MoxboxError, corrupt, joined } from './errors.js';
import { Instance } from './instance.js';
import { hexOf } from './result.js';

/** @typedef {import('./heap.js').MachinePtr} MachinePtr */
/** @typedef {import('./store.js').StoreChange} StoreChange */
/** @typedef {{engine: number, module: number}} Token which module of which engine it is */
/** @typedef {Function[] | undefined} Functions of a module; undefined: code cannot be made here */

/**
 * @typedef {object} CageReport where a machine of cages stands
 * @property {string} stop
 * @property {bigint} units spent since the start: instructions and prices of calls
 * @property {bigint} time nanoseconds since 1970
 * @property {number} cages that live
 * @property {boolean} waitsInput some cage waits for standard input
 * @property {boolean} waitsStore the machine waits until its file system is saved
 * @property {number | undefined} status of the first program, as waitpid gives it, when it has ended
 * @property {number} memoryBytes
 * @property {number} spawned the first program's cage; 0: none
 * @property {bigint} allowed units that all budgets have allowed and that are used; prices can overdraw it
 */

/** @typedef {{memoryLimit?: number, stackSize?: number, cagesMax?: number, uid?: number, gid?: number,
 *   startTime?: bigint, seed?: Uint8Array, outputLimit?: bigint}} MachineOptions what is missing or 0 is the default */

const WORD = 4;
const SCRATCH_SIZE = 1024;
const LINE_SIZE = SCRATCH_SIZE;
const CHANGES = Object.freeze([undefined, 'put', 'root', 'delete']);
/* struct mox_store_damage: problem, inode, has_key, key. */
const DAMAGE_SIZE = 9 + LIMITS.hashSize;
const SENTENCE_SIZE = 128;

export class CageMachine {
  #core;
  /** 0 while there is none, as it is being made from a snapshot. @type {MachinePtr} */
  #machine;
  #restore;
  #mostCages;
  /** What the functions of each engine take of the table. @type {Map<number, import('./function-table.js').Places[]>} */
  #places = new Map();

  /**
   * @param {Record<string, any>} exports of an instance of the core
   * @param {MachineOptions} options when it restores: the most memory, cages and output that it grants
   * @param {boolean} [restores] there is no machine until restoreStep has made one
   */
  constructor(exports, options, restores = false) {
    this.#core = new Instance(exports, SCRATCH_SIZE);
    const record = new Uint8Array(MACHINE_OPTIONS.size);
    const view = new DataView(record.buffer);
    for (const key of /** @type {const} */ (['memoryLimit', 'stackSize', 'cagesMax', 'uid', 'gid'])) {
      view.setUint32(MACHINE_OPTIONS[key], options[key] ?? 0, true);
    }
    view.setBigUint64(MACHINE_OPTIONS.startTime, options.startTime ?? 0n, true);
    view.setBigUint64(MACHINE_OPTIONS.outputLimit, options.outputLimit ?? 0n, true);
    record.set(options.seed ?? [], MACHINE_OPTIONS.seed);
    const { scratch, heap } = this.#core;
    this.#core.lend(record, (at) => this.#core.do(restores ? 'mox_restore_create' : 'mox_machine_create', at, scratch));
    const made = heap.pointer(heap.u32(scratch), WORD, 'the machine');
    this.#machine = restores ? /** @type {MachinePtr} */ (0) : made;
    this.#restore = restores ? made : /** @type {MachinePtr} */ (0);
    this.#mostCages = options.cagesMax || CAGE_LIMITS.mostCages;
  }

  /** @param {number} size @returns {MachinePtr} */
  alloc(size) {
    return this.#core.alloc(size);
  }

  /** @param {MachinePtr} block */
  free(block) {
    this.#core.free(block);
  }

  /**
   * The next piece of a snapshot.
   * @param {number} maxBytes to look at @param {MachinePtr} block of `room` bytes @param {number} room
   */
  snapshot(maxBytes, block, room) {
    return this.#core.snapshotPiece('mox_machine_snapshot', block, room, this.#machine, maxBytes);
  }

  /** The next bytes of a snapshot, which stay until a step is hungry; size 0: no more follow. @param {MachinePtr} block @param {number} size */
  restoreFeed(block, size) {
    this.#core.do('mox_restore_feed', this.#restore, block, size);
  }

  /** @param {number} maxBytes @returns {'hungry' | 'busy' | 'done'} done: there is a machine */
  restoreStep(maxBytes) {
    const { heap, scratch } = this.#core;
    const out = /** @type {MachinePtr} */ (scratch + WORD);
    this.#core.do('mox_restore_step', this.#restore, maxBytes, scratch, out);
    const at = heap.u32(out);
    if (at === 0) return heap.bool(scratch) ? 'hungry' : 'busy';
    this.#machine = heap.pointer(at, WORD, 'the machine');
    this.#core.call('mox_restore_destroy', this.#restore);
    this.#restore = /** @type {MachinePtr} */ (0);
    return 'done';
  }

  get heldBytes() {
    return this.#core.heap.size;
  }

  /** What translated code imports. */
  get forTranslated() {
    return this.#core.forTranslated;
  }

  /** See Heap.fill. @template T @param {MachinePtr} address @param {number} length @param {(view: Uint8Array) => T} write */
  fill(address, length, write) {
    return this.#core.heap.fill(address, length, write);
  }

  /** @param {string} path @param {number} mode @param {number} size @returns {MachinePtr | undefined} where the bytes go */
  put(path, mode, size) {
    return this.#room('mox_machine_put', path, size, mode);
  }

  /** @param {string} path made with the directories above it, where they are missing */
  makeDirectory(path) {
    this.#core.lend(encoded(path), (at) => this.#core.do('mox_machine_make_directory', this.#machine, at));
  }

  /** @param {string} name @param {number} size @returns {MachinePtr | undefined} where the bytes go */
  addInput(name, size) {
    return this.#room('mox_machine_add_input', name, size);
  }

  /** @param {string} name @param {string} text @param {number} size @param {number[]} between */
  #room(name, text, size, ...between) {
    const { scratch, heap } = this.#core;
    this.#core.lend(encoded(text), (at) => this.#core.do(name, this.#machine, at, ...between, size, scratch));
    return size === 0 ? undefined : heap.pointer(heap.u32(scratch), size, 'the room of a file');
  }

  /**
   * @param {string} path @param {string[]} args with the program's own name @param {string[]} env @param {string} cwd
   * @returns {number} the cage's id, or a negated errno
   */
  spawn(path, args, env, cwd) {
    const core = this.#core;
    const [program, folder, words, variables] = [[path], [cwd], args, env].map(strings);
    const out = /** @type {MachinePtr} */ (core.scratch + WORD);
    core.lend(program, (a) => core.lend(words, (b) => core.lend(variables, (c) => core.lend(folder, (d) =>
      core.do('mox_machine_spawn', this.#machine, a, b, words.length, c, variables.length, d, core.scratch, out)))));
    const [id, error] = core.heap.words(core.scratch, 2);
    return id === 0 ? this.#errno(error | 0) : this.#id(id);
  }

  /** A cage whose calls the host makes. @returns {number} its id */
  bare() {
    this.#core.do('mox_machine_bare', this.#machine, this.#core.scratch);
    return this.#id(this.#core.heap.u32(this.#core.scratch));
  }

  /**
   * @param {number} cage @param {number} call @param {number[]} words six
   * @returns {number} >= 0, a negated errno, or CAGE_LIMITS.dispatchWaits
   */
  dispatch(cage, call, words) {
    const result = this.#core.call('mox_dispatch', this.#machine, cage, call, ...words);
    if (!Number.isInteger(result)) throw this.#core.break(corrupt(`a call answered ${String(result)}`));
    return result;
  }

  /** @param {number} cage @param {number} address @param {Uint8Array} bytes @returns {boolean} false: not mapped */
  write(cage, address, bytes) {
    return this.#core.lend(bytes, (at) =>
      this.#core.call('mox_machine_write', this.#machine, cage, address, at, bytes.length) === 1);
  }

  /** @param {number} cage @param {number} address @param {number} size @returns {Uint8Array | undefined} undefined: not mapped */
  read(cage, address, size) {
    const core = this.#core;
    const block = core.alloc(Math.max(1, size));
    const found = core.call('mox_machine_read', this.#machine, cage, address, block, size) === 1;
    const bytes = found ? core.heap.copy(block, size) : undefined;
    core.free(block);
    return bytes;
  }

  /** @param {number} target as kill takes it @param {number} signal @returns {number} 0 or a negated errno */
  signal(target, signal) {
    const result = this.#core.call('mox_machine_signal', this.#machine, target, signal);
    return result === 0 ? 0 : this.#errno(result);
  }

  /** @param {bigint} budget @param {number} effort */
  slice(budget, effort) {
    this.#core.do('mox_machine_slice', this.#machine, budget, effort);
  }

  /** @returns {CageReport} */
  report() {
    const { heap } = this.#core;
    const at = heap.pointer(this.#core.call('mox_machine_report', this.#machine), WORD * MACHINE_REPORT_FIELDS.length, 'the report');
    const { word, wide } = this.#core.record(at, MACHINE_REPORT_FIELDS);
    const stop = STOPS[word('stop')];
    if (!['none', 'exit', 'budget', 'blocked', 'deadlock'].includes(stop)) throw this.#core.break(corrupt('the report holds no known stop'));
    if (word('cages') > this.#mostCages || word('exitStatus') > 0xffff) throw this.#core.break(corrupt('the report holds what cannot be'));
    return {
      stop,
      units: wide('count'),
      time: wide('time'),
      cages: word('cages'),
      waitsInput: word('waitsInput') !== 0,
      waitsStore: word('waitsStore') !== 0,
      status: word('exitCage') === 0 ? undefined : word('exitStatus'),
      memoryBytes: word('memoryUsed'),
      spawned: word('spawned'),
      allowed: wide('count') - BigInt(word('overdrawn')),
    };
  }

  /** @param {Uint8Array} bytes that arrive on standard input */
  input(bytes) {
    this.#core.lend(bytes, (at) => this.#core.do('mox_machine_input', this.#machine, at, bytes.length));
  }

  inputEnd() {
    this.#core.call('mox_machine_input_end', this.#machine);
  }

  /** @param {1 | 2} stream @returns {Uint8Array | undefined} what was written since it was last taken */
  take(stream) {
    const { heap, scratch } = this.#core;
    const parts = [];
    for (let all = 0; ;) {
      const at = this.#core.call('mox_machine_output', this.#machine, stream, scratch);
      const size = heap.u32(scratch);
      if (size === 0 || at === 0) break;
      all += size;
      if (all > heap.size) throw this.#core.break(corrupt('there is more output than memory'));
      parts.push(heap.copy(heap.pointer(at, size, 'the output'), size));
      this.#core.call('mox_machine_take', this.#machine, stream, size);
    }
    return parts.length > 1 ? joined(parts) : parts[0];
  }

  /** Who waits for what, a line for each cage. @returns {string[]} */
  waits() {
    const { heap, scratch } = this.#core;
    const lines = [];
    while (this.#core.call('mox_machine_wait_line', this.#machine, lines.length, scratch, LINE_SIZE) !== 0) {
      if (lines.length > this.#mostCages) throw this.#core.break(corrupt('more cages wait than there can be'));
      const bytes = heap.copy(scratch, LINE_SIZE);
      const end = bytes.indexOf(0);
      if (end < 0) throw this.#core.break(corrupt('a line has no end'));
      lines.push(new TextDecoder().decode(bytes.subarray(0, end)).replace(/\p{Cc}/gu, '?'));
    }
    return lines;
  }

  /** @param {number} maxBytes @returns {string | undefined} undefined while there is more to hash */
  stateHash(maxBytes) {
    return this.#core.stateHash('mox_machine_state_hash', this.#machine, maxBytes);
  }

  /** @param {number} engine as Machine.translate */
  translate(engine) {
    this.#core.do('mox_machine_translate', this.#machine, engine);
  }

  /** A cage's module is written in the slices that it runs in. */
  translation() {
    return { writing: false };
  }

  run() {
    this.slice(0n, 0);
  }

  /** @returns {{bytes: Uint8Array, count: number, token: Token} | undefined} */
  waitingModule() {
    const at = /** @type {MachinePtr} */ (this.#core.scratch + 2 * WORD);
    const waiting = this.#core.waitingModule('mox_machine_module', this.#machine, at);
    if (!waiting) return undefined;
    const [engine, module] = this.#core.heap.words(at, 2);
    return { ...waiting, token: { engine, module } };
  }

  /** Whether the engine is there that a module was written for. @param {Token} token */
  knows({ engine }) {
    return this.#truth('mox_machine_engine_lives', engine);
  }

  /**
   * @param {Functions} functions @param {Token} token
   * @returns {boolean} false: the module is stale, and none of its functions may be called
   */
  install(functions, token) {
    this.#giveBack();
    const places = functions && this.#core.table.add(functions);
    const fresh = this.#truth('mox_machine_install', token.engine, token.module, places?.first ?? 0);
    if (places && fresh) this.#places.set(token.engine, [...this.#places.get(token.engine) ?? [], places]);
    else if (places) this.#core.table.give(places);
    return fresh;
  }

  /** Places of engines that are gone. */
  #giveBack() {
    for (const [engine, given] of this.#places) {
      if (this.#truth('mox_machine_engine_lives', engine)) continue;
      for (const places of given) this.#core.table.give(places);
      this.#places.delete(engine);
    }
  }

  /** A call that answers with a C bool. @param {string} name @param {number[]} args */
  #truth(name, ...args) {
    const answer = this.#core.call(name, this.#machine, ...args);
    if (answer !== 0 && answer !== 1) throw this.#core.break(corrupt(`${name} answered ${String(answer)}`));
    return answer === 1;
  }

  /** @param {Uint8Array | undefined} root undefined: the store is empty */
  storeOpen(root) {
    this.#opening('mox_machine_store_open', root);
  }

  /** @param {Uint8Array | undefined} bytes of the object that was wanted */
  storeGive(bytes) {
    this.#opening('mox_machine_store_give', bytes);
  }

  /** @param {string} name @param {Uint8Array | undefined} bytes */
  #opening(name, bytes) {
    try {
      if (bytes === undefined) this.#core.do(name, this.#machine, 0, 0);
      else this.#core.lend(bytes, (at) => this.#core.do(name, this.#machine, at, bytes.length));
    } catch (error) {
      if (!(error instanceof MoxboxError) || error.code !== 'MOXBOX_IMAGE_DAMAGED') throw error;
      throw new MoxboxError(error.code, `${error.message}: ${this.#damage()}`);
    }
  }

  #damage() {
    const { heap } = this.#core;
    const at = heap.pointer(this.#core.call('mox_machine_store_damage', this.#machine), DAMAGE_SIZE, 'the damage');
    const [problem, inode] = heap.words(at, 2);
    const sentence = problem === 0 ? 'it says not what' : heap.text(heap.pointer(problem, SENTENCE_SIZE, 'a sentence'), SENTENCE_SIZE, 'a sentence');
    const [hasKey, ...key] = heap.copy(/** @type {MachinePtr} */ (at + 2 * WORD), 1 + LIMITS.hashSize);
    return `${sentence}${inode ? `, in inode ${inode}` : ''}${hasKey ? `, object ${hexOf(Uint8Array.from(key))}` : ''}`;
  }

  /** The key of the object that opening needs next. @returns {Uint8Array | undefined} */
  storeWants() {
    const at = this.#core.call('mox_machine_store_wants', this.#machine);
    return at === 0 ? undefined : this.#core.heap.copy(this.#core.heap.pointer(at, LIMITS.hashSize, 'a key'), LIMITS.hashSize);
  }

  /** The next change of a save. @returns {StoreChange | undefined} */
  storeNext() {
    const { heap, scratch } = this.#core;
    this.#core.do('mox_machine_store_next', this.#machine, scratch);
    const [number, key, bytes, size] = heap.words(scratch, 4);
    const change = CHANGES[number];
    if (number === 0) return undefined;
    if (change === undefined) throw this.#core.break(corrupt(`a change of the store is ${number}`));
    const block = (/** @type {number} */ at, /** @type {number} */ length) => heap.copy(heap.pointer(at, length, 'a change'), length);
    return /** @type {StoreChange} */ ({
      change,
      ...(change !== 'root' && { key: block(key, LIMITS.hashSize) }),
      ...(change !== 'delete' && { bytes: size === 0 ? new Uint8Array() : block(bytes, size) }),
    });
  }

  /** @param {boolean} stored */
  storeDone(stored) {
    this.#core.call('mox_machine_store_done', this.#machine, stored ? 1 : 0);
  }

  /** @param {number} id */
  #id(id) {
    if (id === 0 || id >= 2 ** 31) throw this.#core.break(corrupt(`a cage has the id ${id}`));
    return id;
  }

  /** @param {number} error */
  #errno(error) {
    if (!(-error in ERRORS)) throw this.#core.break(corrupt(`an error is ${error}`));
    return error;
  }
}

const encoder = new TextEncoder();

/** @param {string} text @returns {Uint8Array} with its end */
function encoded(text) {
  return encoder.encode(`${text}\0`);
}

/** @param {string[]} list @returns {Uint8Array} each with its end */
function strings(list) {
  return encoder.encode(list.map((text) => `${text}\0`).join(''));
}
