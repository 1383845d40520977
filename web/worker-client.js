/**
 * A box whose machine runs in a Worker: the interface of `Box` (box.js), every member awaited. The page (or
 * Node's main thread) never waits for the guest, and no SharedArrayBuffer is used, so no special headers are
 * needed. One worker holds one box; dispose() ends the worker even in the middle of a run.
 *
 * @example
 * import { Box } from 'moxbox/worker';
 * const box = await Box.create({ programs: [elf], data: [file] });
 * const result = await box.run({ budget: 50_000_000n, onProgress: (p) => console.log(p.instructions) });
 * box.dispose();
 */
import { coreOf } from './core.js';
import { MoxboxError } from './errors.js';
import { asyncCall, checkBoxOptions, checkCount, checkRange, checkRestoreOptions, checkRunOptions, checkSnapshotOptions } from './options.js';
import { webHost } from './host.js';
import { WorkerCage } from './worker-cage.js';
import { WorkerChannel, sendable } from './worker-channel.js';

/** @typedef {import('./options.js').BoxOptions} BoxOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./options.js').SnapshotOptions} SnapshotOptions */
/** @typedef {import('./options.js').RestoreOptions} RestoreOptions */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').WorkerPort} WorkerPort */
/** @typedef {import('./result.js').Result} Result */
/** @typedef {import('./result.js').Report} Report */
/** @typedef {import('./result.js').Registers} Registers */
/** @typedef {import('./result.js').Region} Region */
/** @typedef {import('./result.js').Line} Line */

/** The same interface as `Box`, in a Worker. Members that `Box` answers at once answer with a promise here. */
export class WorkerBox {
  /** @type {Host} */
  static host = webHost;

  #channel;
  /** @type {import('./cache.js').Cache | false} */
  #cache = false;

  /** @param {WorkerPort} port made by create(); not for callers */
  constructor(port) {
    this.#channel = new WorkerChannel(port, (message) => { void this.#serveCache(message); });
  }

  /**
   * Starts a worker and makes a box in it. Byte arrays are copied, never transferred: the caller's stay usable.
   * Fails as `Box.create` does; the worker is ended then.
   * @param {BoxOptions} options
   * @returns {Promise<WorkerBox>}
   */
  static create(options) {
    return asyncCall(() => checkBoxOptions(options), async (checked) => {
      const { host } = this;
      const core = await coreOf(checked.core, host);
      const box = new this(host.startWorker());
      const { programs, data, memoryLimitBytes, stackSizeBytes, engine, cache = host.cache } = checked;
      return box.#filled(cache, () => box.#channel.call('create', [{ programs: programs.map(sendable),
        data: data.map(sendable), memoryLimitBytes, stackSizeBytes, core, engine, cache: cache !== false }]));
    });
  }

  /**
   * Starts a worker and makes a box in it of a snapshot, as `Box.restore` does.
   * @param {Input} snapshot
   * @param {RestoreOptions} [options]
   * @returns {Promise<WorkerBox>}
   */
  static restore(snapshot, options = {}) {
    return asyncCall(() => checkRestoreOptions(snapshot, options), async (checked) => {
      const { host } = this;
      const core = await coreOf(checked.core, host);
      const box = new this(host.startWorker());
      const { data, memoryLimitBytes, engine, cache = host.cache, signal, onProgress } = checked;
      return box.#filled(cache, () => box.#channel.run('restore', { snapshot: sendable(checked.snapshot),
        data: data.map(sendable), memoryLimitBytes, core, engine, cache: cache !== false }, { signal, onProgress }));
    });
  }

  /**
   * Itself, when the worker has made its box; else the worker is ended.
   * @param {import('./cache.js').Cache | false} cache
   * @param {() => Promise<unknown>} fill
   */
  async #filled(cache, fill) {
    this.#cache = cache;
    try {
      await fill();
      return this;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * Runs as `Box.run` does. An aborted `signal` ends the run between two slices and rejects with
   * MOXBOX_ABORTED; the box can run on afterwards.
   * @param {RunOptions} [options]
   * @returns {Promise<Result>}
   */
  run(options = {}) {
    return asyncCall(() => checkRunOptions(options), ({ budget, signal, onProgress, hashes }) => {
      return this.#channel.run('run', { budget, hashes }, { signal, onProgress });
    });
  }

  /**
   * Ends the run that is going on between two slices. Its promise resolves as if its budget had been what it
   * has used by then (`stop` is 'budget'), and the box can run on. Without a run nothing happens.
   * @returns {Promise<void>} when the worker has taken the request
   */
  pause() {
    return this.#channel.call('pause', []);
  }

  /**
   * Runs at most `count` instructions and says where the machine stands then.
   * @param {number} [count]
   * @returns {Promise<Report>}
   */
  step(count = 1) {
    return asyncCall(() => { checkCount(count, 'count'); }, () => this.#channel.call('step', [count]));
  }

  /**
   * The result as the machine stands, with copies of the output and the State Buffer.
   * @param {{hashes?: boolean}} [options] hashes: also hash output, State Buffer and machine, for a receipt
   * @returns {Promise<Result>}
   */
  collect(options = {}) {
    return this.#channel.call('collect', [options]);
  }

  /**
   * The box as bytes, as `Box.snapshot` gives them.
   * @param {SnapshotOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  snapshot(options = {}) {
    return asyncCall(() => checkSnapshotOptions(options), ({ omitData, signal, onProgress }) => {
      return this.#channel.run('snapshot', { omitData }, { signal, onProgress });
    });
  }

  /** Where the machine stands. @returns {Promise<Report>} */
  get report() {
    return this.#channel.call('report', []);
  }

  /** @returns {Promise<Registers>} */
  get registers() {
    return this.#channel.call('registers', []);
  }

  /** Bytes of host memory that the box holds. @returns {Promise<number>} */
  get heldBytes() {
    return this.#channel.call('heldBytes', []);
  }

  /** The mapped ranges of guest memory in address order. @returns {Promise<Region[]>} */
  get regions() {
    return this.#channel.call('regions', []);
  }

  /**
   * Copies guest memory, whatever its rights. Fails with MOXBOX_ADDRESS when a byte is not mapped.
   * @param {number} address
   * @param {number} length
   * @returns {Promise<Uint8Array>}
   */
  read(address, length) {
    return asyncCall(() => { checkRange(address, length); }, () => this.#channel.call('read', [address, length]));
  }

  /**
   * At most `count` instructions from `address` on; fewer where memory ends.
   * @param {number} address
   * @param {number} count
   * @returns {Promise<Line[]>}
   */
  disassemble(address, count) {
    return asyncCall(() => { checkRange(address, count); }, () => this.#channel.call('disassemble', [address, count]));
  }

  /** SHA-256 of the whole machine state, as hexadecimal text. @returns {Promise<string>} */
  stateHash() {
    return this.#channel.call('stateHash', []);
  }

  /** Ends the worker and everything in it; a run that is going on rejects with MOXBOX_DISPOSED. */
  dispose() {
    this.#channel.end(new MoxboxError('MOXBOX_DISPOSED'));
  }

  /**
   * The worker's box uses the cache here, which is not posted. What fails is as if there were no entry.
   * @param {{cache: 'get' | 'put' | 'hold', key: string, entry?: any}} message
   */
  async #serveCache({ cache: call, key, entry }) {
    const cache = this.#cache;
    let found;
    try {
      if (cache && call === 'get') found = { entry: await cache.get(key), made: cache.held?.(key) };
      if (cache && call === 'put') await cache.put(key, entry);
      if (cache && call === 'hold') cache.hold?.(key, entry);
      if (call === 'get') this.#channel.post({ found: { ...found, key } });
    } catch {
      if (call === 'get') this.#channel.post({ found: { key } });
    }
  }
}
if (Symbol.dispose) {
  Object.defineProperty(WorkerBox.prototype, Symbol.dispose, { value: WorkerBox.prototype.dispose });
}

export { WorkerBox as Box, WorkerCage as Cage };
