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
import { aborted, asyncCall, checkBoxOptions, checkCount, checkRange, checkRunOptions } from './options.js';
import { webHost } from './host.js';

/** @typedef {import('./options.js').BoxOptions} BoxOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').WorkerPort} WorkerPort */
/** @typedef {import('./result.js').Result} Result */
/** @typedef {import('./result.js').Report} Report */
/** @typedef {import('./result.js').Registers} Registers */
/** @typedef {import('./result.js').Region} Region */
/** @typedef {import('./result.js').Line} Line */

/**
 * @typedef {object} Pending one call that the worker has not answered yet
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {((progress: {instructions: bigint, budget: bigint | number}) => void) | undefined} onProgress
 */

/** The same interface as `Box`, in a Worker. Members that `Box` answers at once answer with a promise here. */
export class WorkerBox {
  /** @type {Host} */
  static host = webHost;

  /** @type {WorkerPort | undefined} */
  #port;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextId = 1;
  /** @type {import('./cache.js').Cache | false} */
  #cache = false;

  /** @param {WorkerPort} port made by create(); not for callers */
  constructor(port) {
    this.#port = port;
    port.onMessage((message) => this.#answer(message));
    port.onFailure((error) => this.#fail(new MoxboxError('MOXBOX_WORKER', error.message, { cause: error })));
  }

  /**
   * Starts a worker and makes a box in it. Byte arrays are copied, never transferred: the caller's stay usable.
   * Fails as `Box.create` does; the worker is ended then.
   * @param {BoxOptions} options
   * @returns {Promise<WorkerBox>}
   */
  static create(options) {
    return asyncCall(async () => {
      const checked = checkBoxOptions(options);
      const { host } = this;
      const core = await (checked.core ? coreOf(checked.core, host) : host.loadCore());
      const box = new this(host.startWorker());
      try {
        const { programs, data, memoryLimitBytes, stackSizeBytes, engine, cache = host.cache } = checked;
        box.#cache = cache;
        await box.#call('create', [{ programs: programs.map(sendable), data: data.map(sendable),
          memoryLimitBytes, stackSizeBytes, core, engine, cache: cache !== false }]);
        return box;
      } catch (error) {
        box.dispose();
        throw error;
      }
    }, () => { checkBoxOptions(options); });
  }

  /**
   * Runs as `Box.run` does. An aborted `signal` ends the run between two slices and rejects with
   * MOXBOX_ABORTED; the box can run on afterwards.
   * @param {RunOptions} [options]
   * @returns {Promise<Result>}
   */
  run(options = {}) {
    return asyncCall(() => {
      const { budget, signal, onProgress, hashes } = checkRunOptions(options);
      if (signal?.aborted) throw aborted(signal);
      const id = this.#nextId;
      const done = this.#call('run', [{ budget, hashes, progress: onProgress !== undefined }], onProgress);
      if (!signal) return done;
      const onAbort = () => this.#port?.post({ id, abort: true });
      signal.addEventListener('abort', onAbort);
      return done.catch((error) => {
        throw error instanceof MoxboxError && error.code === 'MOXBOX_ABORTED' ? aborted(signal) : error;
      }).finally(() => signal.removeEventListener('abort', onAbort));
    }, () => { checkRunOptions(options); });
  }

  /**
   * Ends the run that is going on between two slices. Its promise resolves as if its budget had been what it
   * has used by then (`stop` is 'budget'), and the box can run on. Without a run nothing happens.
   * @returns {Promise<void>} when the worker has taken the request
   */
  pause() {
    return this.#call('pause', []);
  }

  /**
   * Runs at most `count` instructions and says where the machine stands then.
   * @param {number} [count]
   * @returns {Promise<Report>}
   */
  step(count = 1) {
    return asyncCall(() => this.#call('step', [count]), () => { checkCount(count, 'count'); });
  }

  /**
   * The result as the machine stands, with copies of the output and the State Buffer.
   * @param {{hashes?: boolean}} [options] hashes: also hash output, State Buffer and machine, for a receipt
   * @returns {Promise<Result>}
   */
  collect(options = {}) {
    return this.#call('collect', [options]);
  }

  /** Where the machine stands. @returns {Promise<Report>} */
  get report() {
    return this.#call('report', []);
  }

  /** @returns {Promise<Registers>} */
  get registers() {
    return this.#call('registers', []);
  }

  /** Bytes of host memory that the box holds. @returns {Promise<number>} */
  get heldBytes() {
    return this.#call('heldBytes', []);
  }

  /** The mapped ranges of guest memory in address order. @returns {Promise<Region[]>} */
  get regions() {
    return this.#call('regions', []);
  }

  /**
   * Copies guest memory, whatever its rights. Fails with MOXBOX_ADDRESS when a byte is not mapped.
   * @param {number} address
   * @param {number} length
   * @returns {Promise<Uint8Array>}
   */
  read(address, length) {
    return asyncCall(() => this.#call('read', [address, length]), () => { checkRange(address, length); });
  }

  /**
   * At most `count` instructions from `address` on; fewer where memory ends.
   * @param {number} address
   * @param {number} count
   * @returns {Promise<Line[]>}
   */
  disassemble(address, count) {
    return asyncCall(() => this.#call('disassemble', [address, count]), () => { checkRange(address, count); });
  }

  /** SHA-256 of the whole machine state, as hexadecimal text. @returns {Promise<string>} */
  stateHash() {
    return this.#call('stateHash', []);
  }

  /** Ends the worker and everything in it; a run that is going on rejects with MOXBOX_DISPOSED. */
  dispose() {
    this.#fail(new MoxboxError('MOXBOX_DISPOSED'));
  }

  /**
   * @param {string} call
   * @param {unknown[]} args
   * @param {Pending['onProgress']} [onProgress]
   * @returns {Promise<any>}
   */
  #call(call, args, onProgress) {
    return new Promise((resolve, reject) => {
      if (!this.#port) throw new MoxboxError('MOXBOX_DISPOSED');
      const id = this.#nextId;
      this.#nextId += 1;
      try {
        this.#port.post({ id, call, args });
      } catch (cause) {
        throw new MoxboxError('MOXBOX_WORKER', 'the call cannot be sent to the worker', { cause });
      }
      this.#pending.set(id, { resolve, reject, onProgress });
    });
  }

  /** @param {any} message from worker-calls.js: {id, value} | {id, error} | {id, progress} | {cache, ...} */
  #answer(message) {
    if (message.cache) {
      void this.#serveCache(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.progress) {
      pending.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    if (message.error) pending.reject(errorFrom(message.error));
    else pending.resolve(message.value);
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
      if (call === 'get') this.#port?.post({ found: { ...found, key } });
    } catch {
      if (call === 'get') this.#port?.post({ found: { key } });
    }
  }

  /** @param {MoxboxError} error */
  #fail(error) {
    const port = this.#port;
    this.#port = undefined;
    port?.end();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
  }
}
if (Symbol.dispose) {
  Object.defineProperty(WorkerBox.prototype, Symbol.dispose, { value: WorkerBox.prototype.dispose });
}

export { WorkerBox as Box };

/**
 * A URL object cannot be posted; its text can, marked so that Node does not take it for a path.
 * @param {unknown} input
 */
function sendable(input) {
  return input instanceof URL ? { url: input.href } : input;
}

/** @param {{code?: string, name: string, message: string, field?: string}} sent */
function errorFrom(sent) {
  if (sent.code !== undefined) return new MoxboxError(sent.code, sent.message, { field: sent.field });
  return sent.name === 'TypeError' ? new TypeError(sent.message) : new MoxboxError('MOXBOX_WORKER', sent.message);
}
