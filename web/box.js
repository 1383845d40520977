/**
 * A box: one guest with its memory and inputs, run under an exact budget. Everything here is the machine's
 * answers in order; the machine itself is machine.js.
 */
import { MoxboxError, corrupt } from './errors.js';
import { coreOf, coreOfSync, startMachine } from './core.js';
import { webHost } from './host.js';
import { bytesSource, openInput, readInputSync } from './input.js';
import { hashMachine, hashSource, loadAll } from './load.js';
import { ENGINES, MAX_BUDGET, aborted, asyncCall, checkBoxOptions, checkCount, checkKeys, checkRange,
  checkRestoreOptions, checkRunOptions, checkSnapshotOptions } from './options.js';
import { SlicePacer, drive, driveSync, smaller, sparingly } from './slices.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';
import { Learner } from './learner.js';
import { Translations } from './translate.js';
import { LIMITS } from './generated/tables.js';

/** @typedef {import('./options.js').BoxOptions} BoxOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./options.js').SnapshotOptions} SnapshotOptions */
/** @typedef {import('./options.js').RestoreOptions} RestoreOptions */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').Source} Source */
/** @typedef {import('./machine.js').Machine} Machine */
/** @typedef {import('./result.js').Result} Result */
/** @typedef {import('./result.js').Report} Report */
/** @typedef {ReturnType<typeof checkBoxOptions>} CheckedBox */
/** @typedef {ReturnType<typeof checkRunOptions>} CheckedRun */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/* A box can have tens of thousands of inputs. */
const HASHES_AT_ONCE = 500;

/** One guest, made by `Box.create` or `Box.restore` and ended by `dispose`. */
export class Box {
  /** What this runtime offers; Node's Box (node/box.js) has its own. @type {Host} */
  static host = webHost;

  /** @type {Machine | undefined} */
  #machine;
  #startTurns;
  #options;
  #translations;
  /** @type {Learner | undefined} */
  #learner;
  #sizes;
  #busy = false;
  #pauseWanted = false;
  /** Instructions since the start that the runs so far allowed. @type {bigint | number} */
  #limit = 0n;
  #slices = new SlicePacer();

  /**
   * Not for callers: use Box.create.
   * @param {Machine} machine loaded and ready
   * @param {Pick<Host, 'startTurns' | 'cache'>} host
   * @param {{memoryLimitBytes: number, stackSizeBytes: number, engine?: import('./options.js').Engine,
   *   cache?: import('./options.js').Cache | false}} options
   * @param {{programs: number[], data: number[]}} sizes
   * @param {bigint | number} [limit] instructions that the runs of a box before it allowed
   */
  constructor(machine, host, { memoryLimitBytes, stackSizeBytes, engine = 'interpreter', cache = host.cache }, sizes, limit = 0n) {
    this.#machine = machine;
    this.#limit = limit;
    machine.translate(ENGINES.indexOf(engine));
    this.#startTurns = host.startTurns;
    this.#options = { memoryLimitBytes, stackSizeBytes };
    this.#sizes = sizes;
    if (cache && engine === 'auto') {
      this.#learner = new Learner(machine, cache, { programs: sizes.programs.length, data: sizes.data.length });
    }
    this.#translations = new Translations(engine, this.#learner);
  }

  /**
   * Loads programs and data files and makes the machine ready at the last program's entry point. Every input
   * is opened before anything is loaded; on failure nothing is left behind.
   *
   * @example
   * import { Box } from 'moxbox';
   * const box = await Box.create({ programs: [elf], data: [new TextEncoder().encode('abc')] });
   * const { stop, exitCode, output, instructions } = await box.run({ budget: 1_000_000n });
   * console.log(stop, exitCode, output.length, instructions);
   * box.dispose();
   *
   * @param {BoxOptions} options
   * @returns {Promise<Box>} rejects with an ELF_ code, MOXBOX_MEMORY_LIMIT, MOXBOX_FILE, ...
   */
  static create(options) {
    return asyncCall(() => checkBoxOptions(options), async (checked) => {
      const { host } = this;
      const module = await coreOf(checked.core, host);
      return opened(checked, host, async (sources) => {
        const machine = await drive(loaded(module, checked, sources), host.startTurns());
        const box = new this(machine, host, checked, sizesOf(sources));
        await box.#learner?.load();
        return box;
      });
    });
  }

  /**
   * Makes a box that stands where another one stood when `snapshot` was taken of it, here or elsewhere, and that goes
   * on bit for bit as that one. The bytes may be anybody's: a box that they make can do nothing that another cannot,
   * and gets no more memory than `memoryLimitBytes`. What they say of the past, the programs' hashes for one, is
   * their maker's word; `verify` runs a receipt from its start.
   *
   * @example
   * import { Box } from 'moxbox';
   * const box = await Box.create({ programs: [elf], data: [file] });
   * await box.run({ budget: 1000 });
   * const bytes = await box.snapshot({ omitData: true });
   * const other = await Box.restore(bytes, { data: [file] });
   * console.log((await other.run()).output);
   *
   * @param {Input} snapshot
   * @param {RestoreOptions} [options]
   * @returns {Promise<Box>} rejects with a SNAPSHOT_ code, MOXBOX_MEMORY_LIMIT, MOXBOX_FILE, ...
   */
  static restore(snapshot, options = {}) {
    return asyncCall(() => checkRestoreOptions(snapshot, options), async (checked) => {
      const { host } = this;
      const module = await coreOf(checked.core, host);
      return opened({ programs: [checked.snapshot], data: checked.data }, host, async ({ programs: [source], data }) => {
        const { machine, setup } = await drive(restored(module, checked, { snapshot: source, data }), host.startTurns());
        const box = new this(machine, host, { ...checked, ...setup }, setup.sizes, setup.budget);
        await box.#learner?.load();
        return box;
      });
    });
  }

  /**
   * The same at once, for workers and scripts: inputs must be bytes (in Node also paths).
   * @param {BoxOptions} options
   * @returns {Box}
   */
  static createSync(options) {
    const checked = checkBoxOptions(options);
    const { host } = this;
    const module = coreOfSync(checked.core, host);
    const sources = {
      programs: checked.programs.map((input) => bytesSource(readInputSync(input, host))),
      data: checked.data.map((input) => bytesSource(readInputSync(input, host))),
    };
    const machine = driveSync(loaded(module, checked, sources));
    const box = new this(machine, host, checked, sizesOf(sources));
    box.#learner?.loadSync();
    return box;
  }

  /**
   * Runs until the guest ends, faults, stands on a brk, or has used up `budget` more instructions; in time
   * slices, so that the event loop stays alive. An aborted `signal` rejects with MOXBOX_ABORTED between two
   * slices. After 'budget' or an abort the box runs on with the next call. Resolves for whatever the guest does.
   *
   * @example
   * import { Box } from 'moxbox';
   * const box = await Box.create({ programs: [elf], data: [file] });
   * const first = await box.run({ budget: 1000, onProgress: ({ instructions }) => console.log(instructions) });
   * if (first.stop === 'budget') await box.run({ budget: Infinity, signal: AbortSignal.timeout(10_000) });
   *
   * @param {RunOptions} [options]
   * @returns {Promise<Result>}
   */
  run(options = {}) {
    return asyncCall(() => checkRunOptions(options), (checked) => {
      return this.#drive(this.#runAndCollect(checked, true));
    });
  }

  /**
   * Runs without giving the event loop a turn.
   * @param {RunOptions} [options]
   * @returns {Result}
   */
  runSync(options = {}) {
    return this.#driveSync(this.#runAndCollect(checkRunOptions(options), false));
  }

  /**
   * Ends the run that is going on between two slices. Its promise resolves as if its budget had been what it
   * has used by then (`stop` is 'budget'), and the box can run on. Without a run nothing happens.
   */
  pause() {
    this.#alive();
    this.#pauseWanted = true;
  }

  /**
   * Runs at most `count` instructions and says where the machine stands then.
   *
   * @example
   * import { Box } from 'moxbox';
   * const box = Box.createSync({ programs: [elf] });
   * for (let i = 0; i < 10; i += 1) {
   *   const [line] = box.disassemble(box.report.pc, 1);
   *   console.log(line.text, box.step().instructions, box.registers.general.$sp);
   * }
   *
   * @param {number} [count]
   * @returns {Report}
   */
  step(count = 1) {
    const budget = BigInt(checkCount(count, 'count'));
    this.#driveSync(this.#runTo({ budget, signal: undefined, onProgress: undefined }, false));
    return this.report;
  }

  /**
   * The result as the machine stands, with copies of the output and the State Buffer.
   * @param {{hashes?: boolean}} [options] hashes: also hash output, State Buffer and machine, for a receipt
   * @returns {Promise<Result>}
   */
  collect(options = {}) {
    return asyncCall(() => { checkKeys(options, ['hashes'], 'collect'); }, () => this.#drive(this.#collect(options.hashes ?? false)));
  }

  /**
   * The box as bytes, from which Box.restore makes one that goes on as this one would. They depend on the machine and
   * the budgets of its runs alone: every host writes the same. Pages of zeros take no room.
   *
   * @example
   * import { Box } from 'moxbox';
   * const box = await Box.create({ programs: [elf], data: [file] });
   * const bytes = await box.snapshot({ onProgress: ({ doneBytes, totalBytes }) => console.log(doneBytes / totalBytes) });
   *
   * @param {SnapshotOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  snapshot(options = {}) {
    return asyncCall(() => checkSnapshotOptions(options), (checked) => {
      return this.#drive(writeSnapshot(() => this.#alive(), { ...checked, budget: this.#limit }));
    });
  }

  /** Where the machine stands. @returns {Report} */
  get report() {
    const { outputAddress, stateAddress, ...report } = this.#alive().report();
    return report;
  }

  get registers() {
    return this.#alive().registers();
  }

  /** The mapped ranges of guest memory in address order. */
  get regions() {
    return this.#alive().regions();
  }

  /** Bytes of host memory that this box holds. */
  get heldBytes() {
    return this.#alive().heldBytes;
  }

  /**
   * Copies guest memory, whatever its rights. Throws MOXBOX_ADDRESS when a byte is not mapped.
   *
   * @example
   * import { Box } from 'moxbox';
   * const box = await Box.create({ programs: [elf], data: [file] });
   * for (const { address, size, tags } of box.regions) console.log(tags, box.read(address, Math.min(size, 16)));
   *
   * @param {number} address
   * @param {number} length
   * @returns {Uint8Array}
   */
  read(address, length) {
    checkRange(address, length);
    return this.#alive().read(address, length);
  }

  /**
   * At most `count` instructions from `address` on; fewer where memory ends.
   * @param {number} address
   * @param {number} count
   * @returns {import('./result.js').Line[]}
   */
  disassemble(address, count) {
    checkRange(address, count);
    return this.#alive().disassemble(address, count);
  }

  /** SHA-256 of the whole machine state, as hexadecimal text. @returns {Promise<string>} */
  stateHash() {
    return this.#drive(hashMachine(() => this.#alive()));
  }

  /** Gives everything back. A run that is going on rejects with MOXBOX_DISPOSED; later calls throw it. */
  dispose() {
    this.#machine = undefined;
  }

  #alive() {
    if (!this.#machine) throw new MoxboxError('MOXBOX_DISPOSED');
    return this.#machine;
  }

  /**
   * @template T
   * @param {Work<T>} work
   * @returns {Promise<T>}
   */
  async #drive(work) {
    this.#enter();
    try {
      return await drive(work, this.#startTurns());
    } finally {
      this.#busy = false;
    }
  }

  /**
   * @template T
   * @param {Work<T>} work
   * @returns {T}
   */
  #driveSync(work) {
    this.#enter();
    try {
      return driveSync(work);
    } finally {
      this.#busy = false;
    }
  }

  #enter() {
    this.#alive();
    if (this.#busy) throw new MoxboxError('MOXBOX_BUSY');
    this.#busy = true;
    this.#pauseWanted = false;
  }

  /**
   * @param {CheckedRun} options @param {boolean} turning
   * @returns {Work<Result>}
   */
  *#runAndCollect(options, turning) {
    yield* this.#runTo(options, turning);
    this.#learner?.save(this.#alive().report().stop !== 'budget');
    return yield* this.#collect(options.hashes);
  }

  /**
   * @param {Pick<CheckedRun, 'budget' | 'signal' | 'onProgress'>} options
   * @param {boolean} turning whether the event loop turns between slices
   * @returns {Work<void>}
   */
  *#runTo({ budget, signal, onProgress }, turning) {
    const tell = sparingly(onProgress);
    let done = this.#alive().report().instructions;
    this.#limit = typeof budget === 'number' ? budget : smaller(done + budget, MAX_BUDGET);
    try {
      for (;;) {
        if (signal?.aborted) throw aborted(signal);
        const report = this.#slice(done);
        done = report.instructions;
        const ended = report.stop !== 'budget' || done >= this.#limit;
        tell({ instructions: done, budget: this.#limit }, ended);
        if (ended) return;
        yield;
        yield* this.#translations.between(() => this.#alive(), turning, this.#slices);
        if (this.#pauseWanted) break;
      }
      this.#limit = done;
    } catch (error) {
      this.#limit = done;
      throw error;
    }
  }

  /** @param {bigint} done instructions before it */
  #slice(done) {
    const machine = this.#alive();
    const left = typeof this.#limit === 'number' ? MAX_BUDGET - done : this.#limit - done;
    const given = this.#slices.run(left, (instructions, effort) => machine.slice(instructions, effort));
    const report = machine.report();
    const ran = report.instructions - done;
    if (ran < 0n || ran > given.instructions) throw corrupt(`${ran} instructions under a budget of ${given.instructions}`);
    this.#slices.learn(given, { whole: ran === given.instructions, paused: report.stop === 'budget', idle: ran === 0n });
    return report;
  }

  /**
   * @param {boolean} hashes
   * @returns {Work<Result>}
   */
  *#collect(hashes) {
    const machine = this.#alive();
    const report = machine.report();
    const sizes = this.#sizes;
    const hashesOf = function* hashesOf(/** @type {'program' | 'data'} */ kind, /** @type {number} */ count) {
      const found = [];
      for (let index = 0; index < count; index += 1) {
        if (index % HASHES_AT_ONCE === HASHES_AT_ONCE - 1) yield;
        found.push(machine.inputHash(kind, index));
      }
      return found;
    };
    /** @type {Result} */
    const result = {
      stop: report.stop,
      exitCode: report.exitCode,
      output: buffer(machine, report.outputAddress, report.outputSize),
      state: buffer(machine, report.stateAddress, report.stateSize),
      instructions: report.instructions,
      fault: report.fault,
      hashes: {
        programs: yield* hashesOf('program', sizes.programs.length),
        data: yield* hashesOf('data', sizes.data.length),
      },
      sizes: { programs: [...sizes.programs], data: [...sizes.data] },
      options: { ...this.#options },
      budget: this.#limit,
      semantics: LIMITS.semanticsVersion,
    };
    if (hashes) {
      result.hashes.output = yield* hashSource(machine, bytesSource(result.output));
      result.hashes.state = yield* hashSource(machine, bytesSource(result.state));
      result.hashes.machine = yield* hashMachine(() => this.#alive());
    }
    return result;
  }
}
if (Symbol.dispose) Object.defineProperty(Box.prototype, Symbol.dispose, { value: Box.prototype.dispose });

/**
 * The core has checked that the guest may read this; a range that is not mapped is the core's mistake.
 * @param {Machine} machine @param {number} address @param {number} size
 */
function buffer(machine, address, size) {
  try {
    return machine.read(address, size);
  } catch (error) {
    throw error instanceof MoxboxError && error.code === 'MOXBOX_ADDRESS'
      ? corrupt('a buffer of the guest is not mapped', error) : error;
  }
}

/**
 * An empty machine. It pauses between what takes an engine long: the instance, and what is called for the first time.
 * @param {WebAssembly.Module} module
 * @param {{memoryLimitBytes: number, stackSizeBytes?: number}} options
 * @returns {Work<Machine>}
 */
function* empty(module, { memoryLimitBytes, stackSizeBytes = LIMITS.defaultStackSize }) {
  const machine = startMachine(module);
  yield;
  machine.create(memoryLimitBytes, stackSizeBytes);
  yield;
  return machine;
}

/**
 * A machine that is ready at its entry point.
 * @param {WebAssembly.Module} module @param {CheckedBox} options @param {{programs: Source[], data: Source[]}} sources
 * @returns {Work<Machine>}
 */
function* loaded(module, options, sources) {
  const machine = yield* empty(module, options);
  yield* loadAll(machine, sources);
  yield; /* its first run has a turn of its own */
  return machine;
}

/**
 * A machine that stands where a snapshot says, and what that says of the box.
 * @param {WebAssembly.Module} module @param {ReturnType<typeof checkRestoreOptions>} options
 * @param {{snapshot: Source, data: Source[]}} sources
 */
function* restored(module, options, sources) {
  const machine = yield* empty(module, options);
  const setup = yield* readSnapshot(machine, sources, options);
  yield;
  return { machine, setup };
}

/**
 * Opens inputs for as long as `use` takes.
 * @param {{programs: Input[], data: Input[]}} inputs
 * @param {Host} host
 * @param {(sources: {programs: Source[], data: Source[]}) => Promise<Box>} use
 */
async function opened({ programs, data }, host, use) {
  /** @type {{programs: Source[], data: Source[]}} */
  const sources = { programs: [], data: [] };
  try {
    for (const input of programs) sources.programs.push(await openInput(input, host));
    for (const input of data) sources.data.push(await openInput(input, host));
    return await use(sources);
  } finally {
    await Promise.all([...sources.programs, ...sources.data].map((source) => source.close()));
  }
}

/** @param {{programs: Source[], data: Source[]}} sources */
function sizesOf({ programs, data }) {
  return { programs: programs.map(({ size }) => size), data: data.map(({ size }) => size) };
}
