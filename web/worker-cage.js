/**
 * A machine of cages in a Worker: the interface of `Cage` (cage.js), every member but the streams awaited. Bytes that go
 * to the worker are copied, so that the caller's stay usable; bytes that come back were made for the caller and are
 * transferred. A store stays on this side, where its changes are put into it. One worker holds one machine.
 *
 * @example
 * import { Cage } from 'moxbox/worker';
 * const cage = await Cage.create({ program: cageElf, args: ['-n', '3'], stdin: 'some text\n' });
 * const { exitCode } = await cage.run({ budget: 100_000_000n });
 * console.log(exitCode, await new Response(cage.stdout).text());
 * cage.dispose();
 */
import { checkCageOptions, checkCageRestore, checkCageRun, checkCageSnapshot, checkSpawn, checkText } from './cage-options.js';
import { StandardOutput, bytesOf } from './cage-streams.js';
import { coreOf } from './core.js';
import { MoxboxError } from './errors.js';
import { webHost } from './host.js';
import { asyncCall, checkCount, checkRange } from './options.js';
import { WorkerChannel, sendable, sentError } from './worker-channel.js';

/** @typedef {import('./cage-options.js').CageOptions} CageOptions */
/** @typedef {import('./cage-options.js').CageRunOptions} CageRunOptions */
/** @typedef {import('./cage-options.js').CageRestoreOptions} CageRestoreOptions */
/** @typedef {import('./cage-options.js').CageSnapshotOptions} CageSnapshotOptions */
/** @typedef {import('./cage-options.js').SpawnOptions} SpawnOptions */
/** @typedef {import('./cage.js').CageResult} CageResult */
/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').WorkerPort} WorkerPort */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {typeof import('./generated/calls.js').CALLS} CALLS */

/** The same interface as `Cage`, in a Worker. Members that `Cage` answers at once answer with a promise here. */
export class WorkerCage {
  /** @type {Host} */
  static host = webHost;

  #channel;
  #outputs = /** @type {const} */ ([new StandardOutput(), new StandardOutput()]);
  /** Streams whose reader is slow, so that the worker holds back what follows. @type {Set<number>} */
  #held = new Set();
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  #source;
  /** @type {Store | undefined} */
  #store;
  #spawned = 0;
  #stdin;

  /** @param {WorkerPort} port made by create(); not for callers */
  constructor(port) {
    this.#channel = new WorkerChannel(port, (message) => this.#hear(message), (error) => this.#end(error));
    this.#stdin = new WritableStream({
      write: (chunk) => this.#channel.call('cage.input', [bytesOf(chunk)]),
      close: () => this.#channel.call('cage.inputEnd', []),
      abort: () => this.#channel.call('cage.inputEnd', []),
    });
  }

  /**
   * Starts a worker and makes a machine of cages in it. Fails as `Cage.create` does; the worker is ended then.
   * @param {CageOptions} options
   * @returns {Promise<WorkerCage>}
   */
  static create(options) {
    return asyncCall(() => checkCageOptions(options), async ({ stdin, store, core: given, files, inputs, program }) => {
      const { host } = this;
      const core = await coreOf(given, host);
      const cage = new this(host.startWorker());
      cage.#store = store;
      return cage.#filled(stdin, (input) =>
        cage.#channel.call('cage.create', [{ ...options, core,
          ...(program !== undefined && { program: sendable(program) }),
          ...(options.files && { files: Object.fromEntries(files.map(({ path, content, mode }) =>
            [path, content === undefined ? { directory: true } : { content: sendable(content), mode }])) }),
          ...(options.inputs && { inputs: Object.fromEntries(inputs.map(([name, input]) => [name, sendable(input)])) }),
          ...input, store: store !== undefined }]));
    });
  }

  /**
   * Starts a worker and makes a machine in it of a snapshot, as `Cage.restore` does.
   * @param {Input} snapshot
   * @param {CageRestoreOptions} [options]
   * @returns {Promise<WorkerCage>}
   */
  static restore(snapshot, options = {}) {
    return asyncCall(() => checkCageRestore(snapshot, options), async ({ stdin, signal, onProgress, core: given }) => {
      const { host } = this;
      const core = await coreOf(given, host);
      const { memoryLimitBytes, mostCages, outputLimitBytes, engine } = options;
      const cage = new this(host.startWorker());
      return cage.#filled(stdin, (input) => cage.#channel.run('cage.restore', { snapshot: sendable(snapshot), core, engine,
        memoryLimitBytes, mostCages, outputLimitBytes, ...input }, { signal, onProgress }));
    });
  }

  /**
   * Itself, when the worker has made its machine; else the worker is ended.
   * @param {Uint8Array | ReadableStream<Uint8Array> | undefined} stdin
   * @param {(input: {stdin: Uint8Array | undefined, streamed: boolean}) => Promise<number>} fill gives the first program
   */
  async #filled(stdin, fill) {
    const bytes = stdin instanceof Uint8Array ? stdin : undefined;
    if (stdin !== undefined && !(stdin instanceof Uint8Array)) this.#source = stdin.getReader();
    try {
      this.#spawned = await fill({ stdin: bytes, streamed: this.#source !== undefined });
      return this;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** As `Cage.stdin`. @returns {WritableStream<Uint8Array | string>} */
  get stdin() {
    return this.#stdin;
  }

  /** @returns {ReadableStream<Uint8Array>} */
  get stdout() {
    return this.#outputs[0].readable;
  }

  /** @returns {ReadableStream<Uint8Array>} */
  get stderr() {
    return this.#outputs[1].readable;
  }

  /** As `Cage.spawned`. */
  get spawned() {
    return this.#spawned;
  }

  /**
   * Runs as `Cage.run` does.
   * @param {CageRunOptions} [options]
   * @returns {Promise<CageResult>} when all output of the run is in the streams here
   */
  run(options = {}) {
    return asyncCall(() => checkCageRun(options), ({ budget, signal, onProgress, slice }) => {
      return this.#channel.run('cage.run', { budget, ...(slice !== Infinity && { slice }) }, { signal, onProgress });
    });
  }

  /**
   * As `Cage.spawn`.
   * @param {string} path @param {SpawnOptions} [options]
   * @returns {Promise<number>}
   */
  spawn(path, options = {}) {
    return asyncCall(() => {
      checkText(path, 'path');
      checkSpawn(options);
    }, () => this.#channel.call('cage.spawn', [path, options]));
  }

  /**
   * As `Cage.kill`.
   * @param {number} target @param {string | number} [signal]
   * @returns {Promise<bigint>}
   */
  kill(target, signal) {
    return this.#channel.call('cage.kill', [target, signal]);
  }

  /**
   * As `Cage.putFile`.
   * @param {string} path @param {Input} content @param {number} [mode]
   * @returns {Promise<void>}
   */
  putFile(path, content, mode) {
    return asyncCall(() => { checkText(path, 'path'); }, () => this.#channel.call('cage.putFile', [path, sendable(content), mode]));
  }

  /** As `Cage.bare`. @returns {Promise<number>} */
  bare() {
    return this.#channel.call('cage.bare', []);
  }

  /**
   * As `Cage.dispatch`; bytes that the call writes to are filled when the promise is kept.
   * @param {number} cage
   * @param {keyof CALLS | number} call
   * @param {...(number | string | Uint8Array)} args
   * @returns {Promise<number>}
   */
  async dispatch(cage, call, ...args) {
    const { result, filled } = await this.#channel.call('cage.dispatch', [cage, call, ...args]);
    args.filter((arg) => arg instanceof Uint8Array).forEach((arg, i) => arg.set(filled[i]));
    return result;
  }

  /**
   * As `Cage.bind`.
   * @param {string} from @param {string} to
   * @param {{order?: 'replace' | 'before' | 'after', create?: boolean}} [options]
   * @returns {Promise<void>}
   */
  bind(from, to, options = {}) {
    return asyncCall(() => {
      checkText(from, 'from');
      checkText(to, 'to');
    }, () => this.#channel.call('cage.bind', [from, to, options]));
  }

  /** As `Cage.read`. @param {number} cage @param {number} address @param {number} length @returns {Promise<Uint8Array>} */
  read(cage, address, length) {
    return asyncCall(() => { checkRange(address, length); }, () => this.#channel.call('cage.read', [cage, address, length]));
  }

  /** As `Cage.write`. @param {number} cage @param {number} address @param {Uint8Array} bytes @returns {Promise<void>} */
  write(cage, address, bytes) {
    return asyncCall(() => { checkCount(address, 'address'); }, () => this.#channel.call('cage.write', [cage, address, bytes]));
  }

  /** Where the machine stands. @returns {Promise<CageResult>} */
  get report() {
    return this.#channel.call('cage.report', []);
  }

  /** As `Cage.stateHash`. @returns {Promise<string>} */
  stateHash() {
    return this.#channel.call('cage.stateHash', []);
  }

  /**
   * As `Cage.snapshot`.
   * @param {CageSnapshotOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  snapshot(options = {}) {
    return asyncCall(() => checkCageSnapshot(options), ({ signal, onProgress }) => {
      return this.#channel.run('cage.snapshot', {}, { signal, onProgress });
    });
  }

  /** As `Cage.save`. @returns {Promise<void>} */
  save() {
    return this.#channel.call('cage.save', []);
  }

  /** Ends the worker and everything in it, and the streams; a run that is going on rejects with MOXBOX_DISPOSED. */
  dispose() {
    this.#channel.end(new MoxboxError('MOXBOX_DISPOSED'));
  }

  /** @param {MoxboxError} error why the worker is gone */
  #end(error) {
    for (const output of this.#outputs) {
      if (error.code === 'MOXBOX_DISPOSED') output.close();
      else output.fail(error);
    }
    this.#source?.cancel().catch(() => {});
  }

  /** @param {any} message of worker-cage-calls.js */
  #hear({ output, bytes, wantsInput, store }) {
    if (output !== undefined) this.#deliver(output, bytes);
    if (wantsInput) void this.#give();
    if (store) void this.#keep(store);
  }

  /** @param {number} stream @param {Uint8Array | undefined} bytes undefined: it has ended */
  #deliver(stream, bytes) {
    const output = this.#outputs[stream - 1];
    if (!bytes) {
      output.close();
      return;
    }
    output.push(bytes);
    const room = this.#held.has(stream) ? undefined : output.room();
    if (!room) return;
    this.#held.add(stream);
    this.#channel.post({ hold: stream });
    void room.then(() => {
      this.#held.delete(stream);
      this.#channel.post({ go: stream });
    });
  }

  /** One piece of the stream that the option "stdin" gave. */
  async #give() {
    try {
      const { done, value } = await /** @type {ReadableStreamDefaultReader<Uint8Array>} */ (this.#source).read();
      this.#channel.post({ input: done ? { done } : { bytes: bytesOf(value) } });
    } catch (error) {
      this.#channel.post({ input: { error: sentError(error) } });
    }
  }

  /** What the worker's machine wants of the store. @param {{number: number, key?: Uint8Array, changes?: import('./store.js').StoreChange[]}} wanted */
  async #keep({ number, key, changes }) {
    try {
      const store = /** @type {Store} */ (this.#store);
      const value = changes ? await store.batch(changes) : await store.get(key);
      this.#channel.post({ stored: { number, value } });
    } catch (error) {
      this.#channel.post({ stored: { number, error: sentError(error) } });
    }
  }
}
if (Symbol.dispose) {
  Object.defineProperty(WorkerCage.prototype, Symbol.dispose, { value: WorkerCage.prototype.dispose });
}
