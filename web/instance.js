/**
 * One instance of the core, as the files that call its exports see it: memory, calls whose answers are checked,
 * and the table that translated code goes into. The instance is dropped with its owner, so nothing can leak.
 */
import { LIMITS, STATUSES } from './generated/tables.js';
import { MoxboxError, codeOfStatus, corrupt } from './errors.js';
import { FunctionTable } from './function-table.js';
import { Heap } from './heap.js';
import { hexOf } from './result.js';

/** @typedef {import('./heap.js').MachinePtr} MachinePtr */

const WORD = 4;

export class Instance {
  /** @type {Record<string, any>} */
  #exports;
  /** @type {MoxboxError | undefined} */
  #broken;
  /** Where translated functions go. @type {FunctionTable} */
  table;
  /** @type {Heap} */
  heap;
  /** A block for out-parameters. @type {MachinePtr} */
  scratch;
  /**
   * What translated code imports: the core's memory, its function that goes on where translated code cannot, and
   * under its number each translated function of before.
   * @type {{env: {memory: WebAssembly.Memory, resume: Function}, table: Record<string, Function>}}
   */
  forTranslated;

  /** @param {Record<string, any>} exports of an instance of the core @param {number} scratchSize */
  constructor(exports, scratchSize) {
    this.#exports = exports;
    this.table = new FunctionTable(exports.__indirect_function_table);
    const numbered = { get: (/** @type {object} */ _, /** @type {string} */ number) => this.table.get(Number(number)) };
    this.forTranslated = { env: { memory: exports.memory, resume: exports.mox_box_resume }, table: new Proxy({}, numbered) };
    this.heap = new Heap(exports.memory);
    this.scratch = this.alloc(scratchSize);
  }

  /** @param {number} size @returns {MachinePtr} */
  alloc(size) {
    const address = this.call('mox_alloc', size);
    if (address === 0) throw new MoxboxError('MOXBOX_NO_MEMORY');
    return this.heap.pointer(address, size, 'a fresh block');
  }

  /** @param {MachinePtr} address from alloc */
  free(address) {
    this.call('mox_free', address);
  }

  /**
   * Lends bytes to the core while `use` runs.
   * @template T
   * @param {Uint8Array} bytes
   * @param {(at: MachinePtr) => T} use
   * @returns {T}
   */
  lend(bytes, use) {
    const block = this.alloc(Math.max(1, bytes.length));
    this.heap.put(block, bytes);
    const result = use(block);
    this.free(block);
    return result;
  }

  /** A call that answers with a status, which is thrown unless it is OK. @param {string} name @param {any[]} args */
  do(name, ...args) {
    const status = this.call(name, ...args);
    if (status === 0) return;
    if (!Number.isInteger(status) || status < 0 || status >= STATUSES.length) {
      throw this.break(corrupt(`${name} answered ${String(status)}`));
    }
    throw new MoxboxError(codeOfStatus(status));
  }

  /**
   * A trap means that the core has a bug or was tampered with; its state is not used again.
   * @param {string} name @param {any[]} args
   */
  call(name, ...args) {
    if (this.#broken) throw this.#broken;
    try {
      return this.#exports[name](...args);
    } catch (cause) {
      throw this.break(cause instanceof MoxboxError ? cause : corrupt(`${name} failed`, cause));
    }
  }

  /** @param {MoxboxError} error thrown by every call from now on */
  break(error) {
    this.#broken = error;
    return error;
  }

  /**
   * What the core shows as a record of words.
   * @param {MachinePtr} at @param {readonly string[]} fields in their order
   * @returns {{word: (name: string) => number, wide: (name: string) => bigint}} wide: of the fields NAMELow and NAMEHigh
   */
  record(at, fields) {
    const words = this.heap.words(at, fields.length);
    const word = (/** @type {string} */ name) => words[fields.indexOf(name)];
    return { word, wide: (name) => (BigInt(word(`${name}High`)) << 32n) | BigInt(word(`${name}Low`)) };
  }

  /**
   * The next piece of a snapshot.
   * @param {string} name of the export that writes it @param {MachinePtr} block @param {number} room
   * @param {...any} args that come before these
   */
  snapshotPiece(name, block, room, ...args) {
    const { heap, scratch } = this;
    const done = /** @type {MachinePtr} */ (scratch + WORD);
    this.do(name, ...args, block, room, scratch, done);
    const size = heap.u32(scratch);
    if (size > room) throw this.break(corrupt(`a piece of ${size} bytes`));
    return { piece: heap.copy(block, size), done: heap.bool(done) };
  }

  /**
   * @param {string} name of the export that hashes @param {MachinePtr} owner @param {number} maxBytes
   * @returns {string | undefined} undefined while there is more to hash
   */
  stateHash(name, owner, maxBytes) {
    const { heap, scratch } = this;
    const done = /** @type {MachinePtr} */ (scratch + LIMITS.hashSize);
    this.do(name, owner, maxBytes, scratch, done);
    return heap.bool(done) ? hexOf(heap.copy(scratch, LIMITS.hashSize)) : undefined;
  }

  /**
   * The WebAssembly module that waits to be compiled, if one does.
   * @param {string} name of the export that tells it @param {MachinePtr} owner @param {MachinePtr[]} more of its arguments
   * @returns {{bytes: Uint8Array, count: number} | undefined}
   */
  waitingModule(name, owner, ...more) {
    const at = this.call(name, owner, this.scratch, this.scratch + WORD, ...more);
    if (at === 0) return undefined;
    const [length, count] = this.heap.words(this.scratch, 2);
    if (count === 0 || count > LIMITS.mostFunctions) throw this.break(corrupt(`a module of ${count} functions`));
    return { bytes: this.heap.copy(this.heap.pointer(at, length, 'a module'), length), count };
  }
}
