/**
 * The core's memory, and the only code that makes views of it. A call into the core can grow the memory and
 * so detach every view: no view leaves this file but through fill(), during which the core is not called.
 * Numbers that come out of the core are checked here as those of a stranger, so that a broken or hostile core
 * gives a typed error, never a wrong result or a foreign exception.
 */
import { allocated, corrupt } from './errors.js';

/** @typedef {number & {readonly _p: 'machine'}} MachinePtr an address in the core's memory, checked */

export class Heap {
  /** @type {WebAssembly.Memory} */
  #memory;

  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.#memory = memory;
  }

  /** Bytes of memory that the core holds now. */
  get size() {
    return this.#memory.buffer.byteLength;
  }

  /**
   * @param {unknown} value an i32 as the core returned it (wasm gives addresses from 2^31 on as negative)
   * @param {number} length bytes that must lie there
   * @param {string} what for the error
   * @returns {MachinePtr}
   */
  pointer(value, length, what) {
    const address = typeof value === 'number' ? value >>> 0 : 0;
    if (address === 0 || !Number.isInteger(length) || length < 0 || length > this.size
      || address > this.size - length) {
      throw corrupt(`${what} (${String(value)}, ${length} bytes) lies outside its memory`);
    }
    return /** @type {MachinePtr} */ (address);
  }

  /** @param {MachinePtr} address @param {number} [offset] @returns {number} */
  u32(address, offset = 0) {
    this.pointer(address + offset, 4, 'a word');
    return new DataView(this.#memory.buffer).getUint32(address + offset, true);
  }

  /** @param {MachinePtr} address @param {number} value @param {number} [offset] */
  setU32(address, value, offset = 0) {
    this.pointer(address + offset, 4, 'a word');
    new DataView(this.#memory.buffer).setUint32(address + offset, value, true);
  }

  /** @param {MachinePtr} address @param {number} count @returns {number[]} */
  words(address, count) {
    this.pointer(address, 4 * count, 'a record');
    const view = new DataView(this.#memory.buffer, address, 4 * count);
    const words = []; /* after every slice, so without a call for each word */
    for (let i = 0; i < count; i += 1) words.push(view.getUint32(4 * i, true));
    return words;
  }

  /** A C bool. @param {MachinePtr} address @returns {boolean} */
  bool(address) {
    const [value] = this.copy(address, 1);
    if (value !== 0 && value !== 1) throw corrupt(`a truth value is ${value}`);
    return value === 1;
  }

  /**
   * Text up to its end of string.
   * @param {MachinePtr} address @param {number} room @param {string} what
   * @returns {string}
   */
  text(address, room, what) {
    const bytes = this.copy(address, room);
    const end = bytes.indexOf(0);
    if (end < 0) throw corrupt(`${what} has no end`);
    const codes = bytes.subarray(0, end);
    if (codes.some((code) => code < 0x20 || code > 0x7e)) throw corrupt(`${what} is not printable`);
    return String.fromCharCode(...codes);
  }

  /** @param {MachinePtr} address @param {number} length @returns {Uint8Array} the caller's own copy */
  copy(address, length) {
    this.pointer(address, length, 'a block');
    return allocated(() => new Uint8Array(this.#memory.buffer, address, length).slice());
  }

  /** @param {MachinePtr} address @param {Uint8Array} bytes */
  put(address, bytes) {
    this.pointer(address, bytes.length, 'a block');
    new Uint8Array(this.#memory.buffer, address, bytes.length).set(bytes);
  }

  /**
   * Lends a writable view. The core must not be called before `write` has ended.
   * @template T
   * @param {MachinePtr} address @param {number} length
   * @param {(view: Uint8Array) => T} write
   * @returns {T}
   */
  fill(address, length, write) {
    this.pointer(address, length, 'a block');
    return write(new Uint8Array(this.#memory.buffer, address, length));
  }
}
