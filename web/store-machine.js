/**
 * Machines of cages and their stores: opening and saving, for whoever runs programs, and a machine with nothing in it
 * but its file system and a store, which is what tools for images need.
 */
import { startInstance } from './core.js';
import { CALLS } from './generated/calls.js';
import { MoxboxError } from './errors.js';
import { CageMachine } from './cage-machine.js';
import { callInCage } from './host-calls.js';
import { drive } from './slices.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./host-calls.js').Argument} Argument */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/**
 * Takes over what is in the store, or begins with the blank file system when it is empty.
 * @param {CageMachine} machine with which nothing has been done @param {Store} store
 * @param {(key: Uint8Array) => void} [onRead] told of each object
 */
export async function openStore(machine, store, onRead) {
  machine.storeOpen(await store.get());
  for (let key = machine.storeWants(); key; key = machine.storeWants()) {
    onRead?.(key);
    machine.storeGive(await store.get(key));
  }
}

/**
 * Brings everything that has changed into the store.
 * @param {() => CageMachine} alive the machine; throws when it is gone @param {Store} store
 * @returns {Work<number>} how many objects were written
 */
export function* saveStore(alive, store) {
  const machine = alive();
  const changes = [];
  for (let change = machine.storeNext(); change; change = machine.storeNext()) {
    changes.push(change);
    yield;
    alive();
  }
  /** @type {unknown} */
  let failure;
  const saved = changes.length > 0 ? store.batch(changes) : Promise.resolve();
  const stored = yield saved.then(() => 1, (error) => {
    failure = error;
    return 0;
  });
  alive().storeDone(stored === 1);
  if (stored !== 1) throw new MoxboxError('MOXBOX_STORE', undefined, { cause: failure });
  return changes.filter(({ change }) => change === 'put').length;
}

/* A tool has nothing else to do. */
const NO_TURNS = Object.freeze({ next: async () => {}, end() {} });

export class StoreMachine {
  #machine;
  #store;
  #cage;
  #read;

  /** @param {CageMachine} machine @param {Store} store @param {Set<string>} read keys of the objects that were read */
  constructor(machine, store, read) {
    this.#machine = machine;
    this.#store = store;
    this.#read = read;
    this.#cage = machine.bare();
  }

  /**
   * @param {WebAssembly.Module} core @param {Store} store @param {{memoryLimitBytes?: number, startTimeMs?: number}} [options]
   */
  static async open(core, store, { memoryLimitBytes = 2 ** 30, startTimeMs = 0 } = {}) {
    const machine = new CageMachine(startInstance(core), { memoryLimit: memoryLimitBytes, startTime: BigInt(startTimeMs) * 1_000_000n });
    /** @type {Set<string>} */
    const read = new Set();
    await openStore(machine, store, (key) => read.add(key.join()));
    return new StoreMachine(machine, store, read);
  }

  /** Whether opening has read an object of this key. @param {Uint8Array} key */
  hasRead(key) {
    return this.#read.has(key.join());
  }

  /** @returns {Promise<number>} how many objects were written */
  save() {
    return drive(saveStore(() => this.#machine, this.#store), NO_TURNS);
  }

  /**
   * A system call in the name of root.
   * @param {keyof typeof CALLS} name @param {...Argument} args
   * @returns {number} >= 0, or a negated errno
   */
  call(name, ...args) {
    return callInCage(this.#machine, this.#cage, CALLS[name].number, args);
  }
}
