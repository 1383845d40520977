/**
 * What callers may pass, and the checks that run before anything else happens: wrong types are a TypeError,
 * unknown keys and values out of range a MoxboxError. Also the interface of a host, which is what a Node
 * process and a page do differently.
 */
import { LIMITS } from './generated/tables.js';
import { ERROR_CODES, MoxboxError } from './errors.js';

/** @typedef {Uint8Array | ArrayBuffer | ArrayBufferView | Blob | URL | string} Input a file's bytes, or where
 *   they are: a URL in a page, a path or file: URL in Node */
/** @typedef {WebAssembly.Module | ArrayBuffer | ArrayBufferView | URL} CoreSource */

/** @typedef {'auto' | 'interpreter' | 'translator'} Engine */
/** @typedef {import('./cache.js').Cache} Cache */

/**
 * @typedef {object} Source an opened input. Its size does not change: read() fails when the file behind it does
 * @property {number} size bytes
 * @property {(into: Uint8Array, offset: number) => number | Promise<number>} read fills `into` from `offset` on, wholly
 *   or in part, and says how many bytes it wrote (at least 1)
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} WorkerPort a worker as both of its sides see it
 * @property {(message: any, transfer?: Transferable[]) => void} post
 * @property {(listener: (message: any) => void) => void} onMessage
 * @property {(listener: (error: Error) => void) => void} onFailure
 * @property {() => void} end
 */

/**
 * @typedef {object} Turns
 * @property {() => Promise<void>} next lets the event loop do everything that waits
 * @property {() => void} end
 */

/**
 * @typedef {object} Host what depends on where the library runs
 * @property {() => Promise<WebAssembly.Module>} loadCore the compiled core of this package
 * @property {() => WebAssembly.Module} loadCoreSync the same at once, or MOXBOX_CORE where that cannot be
 * @property {(input: URL | string) => Promise<Source>} open
 * @property {(input: URL | string) => Uint8Array} readSync
 * @property {() => Turns} startTurns for one piece of work
 * @property {() => WorkerPort} startWorker
 * @property {Cache} cache the default
 */

/**
 * @typedef {object} BoxOptions
 * @property {Input[]} programs ELF executables for Moxie; the last one's entry point starts
 * @property {Input[]} [data] data files, mapped behind the programs in this order
 * @property {number} [memoryLimitBytes] of guest memory; default 256 MiB
 * @property {number} [stackSizeBytes] whole pages; default 64 KiB
 * @property {CoreSource} [core] core.wasm, where the package cannot find its own
 * @property {Engine} [engine] how programs run, which changes their speed and nothing that they compute: 'auto'
 *   translates hot code to WebAssembly where code can be made at run time, 'interpreter' never does,
 *   'translator' does as early as it can, and fails where it cannot
 * @property {Cache | false} [cache] where engine 'auto' keeps what it learns of programs for later boxes, which
 *   changes their speed and nothing that they compute; default: memory of this page or process; false: nowhere
 */

/**
 * @typedef {object} RunOptions
 * @property {bigint | number} [budget] instructions that this run may use, or Infinity; default 10^9
 * @property {AbortSignal} [signal] looked at between slices only
 * @property {(progress: {instructions: bigint, budget: bigint | number}) => void} [onProgress] called every
 *   few milliseconds and at the end, with the instructions since the start and the limit that they may reach
 * @property {boolean} [hashes] also hash the output, the State Buffer and the machine, as a receipt needs
 */

/**
 * @typedef {object} Control of calls that take long
 * @property {AbortSignal} [signal] looked at between slices only
 * @property {(progress: {doneBytes: number, totalBytes: number}) => void} [onProgress] called every few milliseconds
 *   and at the end
 */

/**
 * @typedef {object} SnapshotOptions
 * @property {boolean} [omitData] name data files by their SHA-256 only, so that Box.restore needs them again; default
 *   false: they are in the snapshot
 * @property {AbortSignal} [signal] looked at between slices only
 * @property {Control['onProgress']} [onProgress]
 */

/**
 * @typedef {object} RestoreOptions what the caller grants, whatever the snapshot says
 * @property {Input[]} [data] the data files of a snapshot that omits them, in the order of Box.create
 * @property {number} [memoryLimitBytes] the highest limit of guest memory that the snapshot may have; default 256 MiB.
 *   The box has the one that it had
 * @property {CoreSource} [core] as for Box.create, like the next two
 * @property {Engine} [engine]
 * @property {Cache | false} [cache]
 * @property {AbortSignal} [signal] looked at between slices only
 * @property {Control['onProgress']} [onProgress]
 */

/** @typedef {Omit<BoxOptions, 'programs'> & RunOptions} OneRunOptions */

export const DEFAULT_BUDGET = 1_000_000_000n;
export const MAX_BUDGET = 2n ** 64n - 1n;
const TOP = 2 ** 32;

const BOX_KEYS = ['programs', 'data', 'memoryLimitBytes', 'stackSizeBytes', 'core', 'engine', 'cache'];
/** The engines, by the number that the core has for each. @type {readonly Engine[]} */
export const ENGINES = Object.freeze(['interpreter', 'auto', 'translator']);
export const DEFAULT_ENGINE = 'auto';
const SNAPSHOT_KEYS = ['omitData', 'signal', 'onProgress'];
const RESTORE_KEYS = ['data', 'memoryLimitBytes', 'core', 'engine', 'cache', 'signal', 'onProgress'];
const RUN_KEYS = ['budget', 'signal', 'onProgress', 'hashes'];

/**
 * An asynchronous call whose misuse of types is thrown at once and whose other errors reject.
 * @template C, T
 * @param {() => C} check throws what is wrong with the arguments
 * @param {(checked: C) => T | Promise<T>} call
 * @returns {Promise<T>}
 */
export function asyncCall(check, call) {
  /** @type {C} */
  let checked;
  try {
    checked = check();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return Promise.reject(error);
  }
  return (async () => call(checked))();
}

/**
 * @param {unknown} options @param {string[]} known @param {string} call
 * @returns {Record<string, any>}
 */
export function checkKeys(options, known, call) {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${call}: options must be an object`);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new MoxboxError('MOXBOX_OPTION', `${call} knows no option "${key}"; it knows ${known.join(', ')}`,
        { field: key });
    }
  }
  return options;
}

/**
 * @param {unknown} options
 * @returns {{programs: Input[], data: Input[], memoryLimitBytes: number, stackSizeBytes: number,
 *   core: CoreSource | undefined, engine: Engine, cache: Cache | false | undefined}}
 */
export function checkBoxOptions(options) {
  const { programs, data = [], memoryLimitBytes = LIMITS.defaultMemoryLimit,
    stackSizeBytes = LIMITS.defaultStackSize, core, engine = DEFAULT_ENGINE, cache } = checkKeys(options, BOX_KEYS, 'Box.create');
  checkInputs(programs, 'programs');
  checkInputs(data, 'data');
  checkPositive(memoryLimitBytes, 'memoryLimitBytes');
  checkPositive(stackSizeBytes, 'stackSizeBytes');
  checkPages(stackSizeBytes, 'stackSizeBytes');
  checkEngine(engine);
  checkCache(cache);
  return { programs: [...programs], data: [...data], memoryLimitBytes, stackSizeBytes, core, engine, cache };
}

/**
 * @param {unknown} options
 * @returns {{budget: bigint | number, signal: AbortSignal | undefined,
 *   onProgress: RunOptions['onProgress'], hashes: boolean}}
 */
export function checkRunOptions(options) {
  const { budget = DEFAULT_BUDGET, signal, onProgress, hashes = false } = checkKeys(options, RUN_KEYS, 'run');
  checkControl({ signal, onProgress }, 'run');
  if (typeof hashes !== 'boolean') throw new TypeError('run: hashes must be true or false');
  return { budget: checkBudget(budget), signal, onProgress, hashes };
}

/**
 * @param {unknown} options
 * @returns {{omitData: boolean} & Control}
 */
export function checkSnapshotOptions(options) {
  const { omitData = false, signal, onProgress } = checkKeys(options, SNAPSHOT_KEYS, 'snapshot');
  checkControl({ signal, onProgress }, 'snapshot');
  if (typeof omitData !== 'boolean') throw new TypeError('snapshot: omitData must be true or false');
  return { omitData, signal, onProgress };
}

/**
 * @param {unknown} snapshot
 * @param {unknown} options
 * @returns {{snapshot: Input, data: Input[], memoryLimitBytes: number, core: CoreSource | undefined, engine: Engine,
 *   cache: Cache | false | undefined} & Control}
 */
export function checkRestoreOptions(snapshot, options) {
  const { data = [], memoryLimitBytes = LIMITS.defaultMemoryLimit, core, engine = DEFAULT_ENGINE, cache, signal,
    onProgress } = checkKeys(options, RESTORE_KEYS, 'Box.restore');
  checkSnapshot(snapshot);
  checkInputs(data, 'data');
  checkPositive(memoryLimitBytes, 'memoryLimitBytes');
  checkEngine(engine);
  checkCache(cache);
  checkControl({ signal, onProgress }, 'Box.restore');
  return { snapshot: /** @type {Input} */ (snapshot), data: [...data], memoryLimitBytes, core, engine, cache, signal, onProgress };
}

/**
 * Splits the options of a one-call run.
 * @param {unknown} options
 */
export function splitOptions(options) {
  const given = checkKeys(options, [...BOX_KEYS.filter((key) => key !== 'programs'), ...RUN_KEYS], 'run');
  const pick = (/** @type {string[]} */ keys) =>
    Object.fromEntries(keys.filter((key) => key in given).map((key) => [key, given[key]]));
  return { box: pick(BOX_KEYS), run: pick(RUN_KEYS) };
}

/** @param {unknown} budget @returns {bigint | number} a bigint from 0 to 2^64 - 1, or Infinity */
export function checkBudget(budget) {
  if (typeof budget !== 'bigint' && typeof budget !== 'number') {
    throw new TypeError('a budget is a bigint or a number');
  }
  if (budget === Infinity) return budget;
  if (typeof budget === 'number' && !Number.isSafeInteger(budget)) throw badBudget(budget);
  const whole = BigInt(budget);
  if (whole < 0n || whole > MAX_BUDGET) throw badBudget(budget);
  return whole;
}

/** @param {bigint | number} budget */
function badBudget(budget) {
  const hint = typeof budget === 'number' && budget > Number.MAX_SAFE_INTEGER ? '; write it as a bigint' : '';
  return new MoxboxError('MOXBOX_BUDGET', `${ERROR_CODES.MOXBOX_BUDGET}, not ${budget}${hint}`,
    { field: 'budget' });
}

/** @param {unknown} value @param {string} name @returns {number} */
export function checkCount(value, name) {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number`);
  if (!Number.isInteger(value) || value < 0 || value >= TOP) {
    throw wrong(name, `must be a whole number from 0 to 2^32 - 1, not ${value}`);
  }
  return value;
}

/** @param {string} field @param {string} what */
export function wrong(field, what) {
  return new MoxboxError('MOXBOX_OPTION', `${field} ${what}`, { field });
}

/** @param {unknown} address @param {unknown} length */
export function checkRange(address, length) {
  checkCount(address, 'address');
  checkCount(length, 'length');
}

/** @param {unknown} value @param {string} name @returns {number} */
export function checkPositive(value, name) {
  const count = checkCount(value, name);
  if (count === 0) throw wrong(name, 'must be at least 1');
  return count;
}

/** @param {any} value @param {string} name */
export function checkPages(value, name) {
  if (value % LIMITS.pageSize !== 0) throw wrong(name, `must be a multiple of ${LIMITS.pageSize}`);
}

/** @param {unknown} inputs @param {string} name */
function checkInputs(inputs, name) {
  if (!Array.isArray(inputs)) throw new TypeError(`${name} must be an array of files`);
  inputs.forEach((input, index) => {
    if (!isInput(input)) {
      throw new TypeError(`${name}[${index}] must be a Uint8Array, ArrayBuffer, Blob, URL or (in Node) a path`);
    }
  });
}

/** @param {unknown} snapshot */
export function checkSnapshot(snapshot) {
  if (!isInput(snapshot)) throw new TypeError('the snapshot must be a Uint8Array, ArrayBuffer, Blob, URL or (in Node) a path');
}

/** @param {{signal: any, onProgress: unknown}} given @param {string} call */
export function checkControl({ signal, onProgress }, call) {
  if (signal !== undefined && !(typeof signal === 'object' && signal !== null && 'aborted' in signal)) {
    throw new TypeError(`${call}: signal must be an AbortSignal`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`${call}: onProgress must be a function`);
  }
}

/** @param {any} engine */
export function checkEngine(engine) {
  if (!ENGINES.includes(engine)) throw wrong('engine', `must be one of ${ENGINES.join(', ')}`);
}

/** @param {any} cache */
function checkCache(cache) {
  if (cache === undefined || cache === false) return;
  if (typeof cache?.get !== 'function' || typeof cache?.put !== 'function') {
    throw new TypeError('cache must be an object with get and put, or false');
  }
}

/** @param {unknown} input @returns {input is Input} */
function isInput(input) {
  return typeof input === 'string' || ArrayBuffer.isView(input) || input instanceof ArrayBuffer
    || input instanceof URL || (typeof Blob === 'function' && input instanceof Blob);
}

/** @param {AbortSignal} [signal] @returns {MoxboxError} */
export function aborted(signal) {
  return new MoxboxError('MOXBOX_ABORTED', undefined, { cause: signal?.reason });
}
