/**
 * A machine of cages with nothing in it but its file system and a store: opens, saves, and makes single system
 * calls in the name of root. What tools for images need; programs run in other files.
 */
import { startInstance } from './core.js';
import { CALLS, STRUCTURES } from './generated/calls.js';
import { LIMITS } from './generated/tables.js';
import { MoxboxError, codeOfStatus } from './errors.js';
import { Heap } from './heap.js';

/** @typedef {import('./heap.js').MachinePtr} MachinePtr */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').StoreChange} StoreChange */
/** @typedef {Record<(typeof STRUCTURES)['stat'][number], number>} Stat */

/* struct mox_machine_options: seven words in front of the seed, of which two are a 64-bit time; then 64 bits. */
const OPTIONS_SIZE = 72;
const OPTION = Object.freeze({ memoryLimit: 0, startTime: 24 });
/* struct mox_store_op: change, key, bytes, size. */
const CHANGES = Object.freeze([undefined, 'put', 'root', 'delete']);
const OUT_SIZE = 256;
/* Where a bare cage has memory for the arguments of calls (core/machine). */
const CAGE_SCRATCH = 0x10000;
const CAGE_ROOM = 0x100000;
const TRANSFER = CAGE_ROOM / 2;

export class StoreMachine {
  /** @type {Record<string, (...args: any[]) => any>} */
  #exports;
  /** @type {Heap} */
  #heap;
  /** @type {MachinePtr} */
  #out;
  /** @type {MachinePtr} */
  #machine;
  #cage = 0;
  /** @type {Set<string>} */
  #read = new Set();
  /** @type {Store} */
  #store;

  /** @param {WebAssembly.Module} core @param {Store} store @param {{memoryLimitBytes: number, startTimeMs: number}} options */
  constructor(core, store, { memoryLimitBytes, startTimeMs }) {
    this.#exports = startInstance(core);
    this.#heap = new Heap(/** @type {any} */ (this.#exports.memory));
    this.#store = store;
    this.#out = this.#alloc(OUT_SIZE);
    const options = this.#alloc(OPTIONS_SIZE);
    this.#heap.put(options, new Uint8Array(OPTIONS_SIZE));
    const time = BigInt(startTimeMs) * 1000000n;
    this.#heap.setU32(options, memoryLimitBytes, OPTION.memoryLimit);
    this.#heap.setU32(options, Number(time & 0xffffffffn), OPTION.startTime);
    this.#heap.setU32(options, Number(time >> 32n), OPTION.startTime + 4);
    this.#do('mox_machine_create', options, this.#out);
    this.#call('mox_free', options);
    this.#machine = this.#heap.pointer(this.#heap.u32(this.#out), 4, 'the machine');
  }

  /**
   * Takes over what is in the store, or begins with the blank file system when it is empty.
   * @param {WebAssembly.Module} core @param {Store} store @param {{memoryLimitBytes?: number, startTimeMs?: number}} [options]
   */
  static async open(core, store, { memoryLimitBytes = 2 ** 30, startTimeMs = 0 } = {}) {
    const machine = new StoreMachine(core, store, { memoryLimitBytes, startTimeMs });
    await machine.#load();
    machine.#do('mox_machine_bare', machine.#machine, machine.#out);
    machine.#cage = machine.#heap.u32(machine.#out);
    return machine;
  }

  async #load() {
    const root = await this.#store.get();
    await this.#opening(() => this.#lend(root, (at, size) => this.#call('mox_machine_store_open', this.#machine, at, size)));
    for (;;) {
      const wanted = this.#call('mox_machine_store_wants', this.#machine);
      if (wanted === 0) return;
      const key = this.#heap.copy(this.#heap.pointer(wanted, LIMITS.hashSize, 'a key'), LIMITS.hashSize);
      this.#read.add(key.join());
      const bytes = await this.#store.get(key);
      await this.#opening(() => this.#lend(bytes, (at, size) => this.#call('mox_machine_store_give', this.#machine, at, size)));
    }
  }

  /** @param {() => number} step */
  async #opening(step) {
    const status = step();
    if (status === 0) return;
    const code = codeOfStatus(status);
    if (code !== 'MOXBOX_IMAGE_DAMAGED') throw new MoxboxError(code);
    throw new MoxboxError(code, `the stored file system is damaged: ${this.#damage()}`);
  }

  /** Whether opening has read an object of this key. @param {Uint8Array} key */
  hasRead(key) {
    return this.#read.has(key.join());
  }

  /** What is damaged, in words. */
  #damage() {
    const at = this.#heap.pointer(this.#call('mox_machine_store_damage', this.#machine), 9 + LIMITS.hashSize, 'the damage');
    const text = this.#heap.text(this.#heap.pointer(this.#heap.u32(at), 128, 'a sentence'), 128, 'a sentence');
    const inode = this.#heap.u32(at, 4);
    const about = inode === 0 ? '' : `, in inode ${inode}`;
    const [hasKey, ...key] = this.#heap.copy(/** @type {MachinePtr} */ (at + 8), 1 + LIMITS.hashSize);
    const object = hasKey ? `, object ${key.map((byte) => byte.toString(16).padStart(2, '0')).join('')}` : '';
    return `${text}${about}${object}`;
  }

  /** Brings everything that has changed into the store. @returns {Promise<number>} how many objects were written */
  async save() {
    /** @type {StoreChange[]} */
    const changes = [];
    for (;;) {
      this.#do('mox_machine_store_next', this.#machine, this.#out);
      const [change = 0, key = 0, bytes = 0, size = 0] = this.#heap.words(this.#out, 4);
      if (change === 0) break;
      const kind = CHANGES[change];
      changes.push(/** @type {StoreChange} */ ({
        change: kind,
        ...(kind !== 'root' && { key: this.#heap.copy(/** @type {MachinePtr} */ (key), LIMITS.hashSize) }),
        ...(kind !== 'delete' && { bytes: this.#heap.copy(/** @type {MachinePtr} */ (bytes), size) }),
      }));
    }
    if (changes.length === 0) return 0;
    let stored = false;
    try {
      await this.#store.batch(changes);
      stored = true;
    } finally {
      this.#call('mox_machine_store_done', this.#machine, stored ? 1 : 0);
    }
    return changes.filter(({ change }) => change === 'put').length;
  }

  /**
   * A system call with texts, numbers and bytes (an output buffer is as large as the array given, which is filled).
   * @param {keyof typeof CALLS} name
   * @param {...(string | number | Uint8Array)} args
   * @returns {number} >= 0, or a negated errno
   */
  call(name, ...args) {
    let at = CAGE_SCRATCH;
    const words = args.map((arg) => {
      if (typeof arg === 'number') return arg;
      const bytes = typeof arg === 'string' ? new TextEncoder().encode(`${arg}\0`) : arg;
      const here = at;
      this.#copyIn(here, bytes);
      at += (bytes.length + 7) & ~7;
      return here;
    });
    const result = this.#call('mox_dispatch', this.#machine, this.#cage, CALLS[name].number, ...[...words, 0, 0, 0, 0, 0, 0].slice(0, 6));
    args.forEach((arg, i) => {
      if (arg instanceof Uint8Array && result >= 0) this.#copyOut(words[i] ?? 0, arg);
    });
    return result;
  }

  /** @param {string} path of a symbolic link itself @returns {Stat | number} a negated errno when there is none */
  lstat(path) {
    const bytes = new Uint8Array(4 * STRUCTURES.stat.length);
    const result = this.call('lstat', path, bytes);
    if (result < 0) return result;
    const view = new DataView(bytes.buffer);
    return /** @type {Stat} */ (Object.fromEntries(STRUCTURES.stat.map((word, i) => [word, view.getUint32(4 * i, true)])));
  }

  /** Bytes that one read or write moves at most. */
  get transferBytes() {
    return TRANSFER;
  }

  /** @param {number} address in the cage @param {Uint8Array} bytes */
  #copyIn(address, bytes) {
    this.#lend(bytes, (at, size) => {
      if (size > 0 && !this.#call('mox_machine_write', this.#machine, this.#cage, address, at, size)) {
        throw new MoxboxError('MOXBOX_ADDRESS');
      }
    });
  }

  /** @param {number} address in the cage @param {Uint8Array} into */
  #copyOut(address, into) {
    if (into.length === 0) return;
    const block = this.#alloc(into.length);
    if (!this.#call('mox_machine_read', this.#machine, this.#cage, address, block, into.length)) {
      throw new MoxboxError('MOXBOX_ADDRESS');
    }
    into.set(this.#heap.copy(block, into.length));
    this.#call('mox_free', block);
  }

  /**
   * Bytes in a block of the core's memory while `use` runs; nothing is the address 0.
   * @template T
   * @param {Uint8Array | undefined} bytes
   * @param {(at: number, size: number) => T} use
   * @returns {T}
   */
  #lend(bytes, use) {
    if (bytes === undefined) return use(0, 0);
    const block = this.#alloc(bytes.length);
    try {
      this.#heap.put(block, bytes);
      return use(block, bytes.length);
    } finally {
      this.#call('mox_free', block);
    }
  }

  /** @param {number} size @returns {MachinePtr} */
  #alloc(size) {
    const address = this.#call('mox_alloc', size);
    if (address === 0) throw new MoxboxError('MOXBOX_NO_MEMORY');
    return this.#heap.pointer(address, size, 'a fresh block');
  }

  /** @param {string} name @param {...any} args a status that is not OK is thrown */
  #do(name, ...args) {
    const status = this.#call(name, ...args);
    if (status !== 0) throw new MoxboxError(codeOfStatus(status));
  }

  /** @param {string} name @param {...any} args @returns {number} */
  #call(name, ...args) {
    const found = this.#exports[name];
    if (found === undefined) throw new MoxboxError('MOXBOX_CORE', `core.wasm has no ${name}; build it anew`);
    return found(...args);
  }
}
