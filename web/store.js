/**
 * Stores, where the file system of a machine of cages lasts: a map from keys of 32 bytes to bytes, and one root
 * record, in which a batch of changes happens wholly or not at all. The core names what it wants and says what to
 * change (core/include/moxbox/machine.h); it never sees a store.
 */
import { hexOf } from './result.js';

/** @typedef {{change: 'put', key: Uint8Array, bytes: Uint8Array} | {change: 'root', bytes: Uint8Array}
 *   | {change: 'delete', key: Uint8Array}} StoreChange */

/**
 * @typedef {object} Store
 * @property {(key?: Uint8Array) => Promise<Uint8Array | undefined>} get an object; without a key, the root record
 * @property {(changes: StoreChange[]) => Promise<void>} batch all of the changes or none of them, and lasting when
 *   the promise is kept
 * @property {() => Promise<Uint8Array[]>} keys of all objects
 * @property {() => Promise<void>} close
 */

/**
 * A store that lives as long as this object does.
 *
 * @example
 * import { Cage, MemoryStore } from 'moxbox';
 * const store = new MemoryStore();
 * const first = await Cage.create({ program: cageElf, path: '/bin/words', stdin: 'a b\n', store });
 * await first.run();
 * first.dispose();
 * const second = await Cage.create({ path: '/bin/words', stdin: 'c\n', store }); // the program is in the store
 * console.log((await second.run()).exitCode);
 * second.dispose();
 *
 * @implements {Store}
 */
export class MemoryStore {
  /** @type {Map<string, {key: Uint8Array, bytes: Uint8Array}>} */
  #objects = new Map();
  /** @type {Uint8Array | undefined} */
  #root;

  /** @param {Uint8Array} [key] */
  async get(key) {
    return key === undefined ? this.#root : this.#objects.get(hexOf(key))?.bytes;
  }

  /** @param {StoreChange[]} changes */
  async batch(changes) {
    for (const change of changes) {
      if (change.change === 'root') this.#root = change.bytes;
      else if (change.change === 'delete') this.#objects.delete(hexOf(change.key));
      else this.#objects.set(hexOf(change.key), { key: change.key, bytes: change.bytes });
    }
  }

  async keys() {
    return Array.from(this.#objects.values(), ({ key }) => key);
  }

  async close() {}
}

/**
 * @typedef {object} LevelDatabase what is needed of a database of the npm package `level` (abstract-level)
 * @property {() => Promise<void>} open
 * @property {(key: Uint8Array, options: object) => Promise<Uint8Array | undefined>} get
 * @property {(operations: any[], options: object) => Promise<void>} batch
 * @property {(options: object) => AsyncIterable<Uint8Array>} keys
 * @property {() => Promise<void>} close
 */

const BINARY = Object.freeze({ keyEncoding: 'view', valueEncoding: 'view' });
const OBJECT = 0x6f;
const ROOT = Uint8Array.of(0x72);

/** @param {Uint8Array} key */
const objectKey = (key) => Uint8Array.of(OBJECT, ...key);

/**
 * A store in a database of the npm package `level`: LevelDB in Node, IndexedDB in a browser (there the database has a
 * name instead of a folder, and a batch outlives the page, but a loss of power only when the browser sees to it).
 *
 * @example
 * import { Level } from 'level';
 * import { Cage, LevelStore } from 'moxbox';
 * const store = await LevelStore.open(new Level(folder));
 * const cage = await Cage.create({ program: cageElf, stdin: 'a b\n', store });
 * await cage.run();
 * cage.dispose();
 * await store.close();
 *
 * @implements {Store}
 */
export class LevelStore {
  /** @type {LevelDatabase} */
  #database;

  /** @param {LevelDatabase} database opened */
  constructor(database) {
    this.#database = database;
  }

  /** @param {LevelDatabase} database */
  static async open(database) {
    await database.open();
    return new LevelStore(database);
  }

  /** @param {Uint8Array} [key] */
  async get(key) {
    try {
      return await this.#database.get(key === undefined ? ROOT : objectKey(key), BINARY);
    } catch (error) {
      /* Before version 2 of abstract-level what is missing was an error. */
      if (/** @type {{code?: string}} */ (error).code === 'LEVEL_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** @param {StoreChange[]} changes */
  async batch(changes) {
    const operations = changes.map((change) => ({
      type: change.change === 'delete' ? 'del' : 'put',
      key: change.change === 'root' ? ROOT : objectKey(change.key),
      ...(change.change !== 'delete' && { value: change.bytes }),
      ...BINARY,
    }));
    await this.#database.batch(operations, { sync: true });
  }

  async keys() {
    const keys = [];
    const range = { gte: Uint8Array.of(OBJECT), lt: Uint8Array.of(OBJECT + 1), keyEncoding: 'view' };
    for await (const key of this.#database.keys(range)) keys.push(key.slice(1));
    return keys;
  }

  async close() {
    await this.#database.close();
  }
}
