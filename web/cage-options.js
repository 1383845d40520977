/**
 * What callers may pass to cages, and the checks that run before anything else happens; see options.js.
 */
import { DEFAULT_BUDGET, DEFAULT_ENGINE, checkBudget, checkControl, checkCount, checkEngine, checkKeys, checkPages,
  checkPositive, checkSnapshot, wrong } from './options.js';

/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').CoreSource} CoreSource */
/** @typedef {import('./options.js').Engine} Engine */
/** @typedef {import('./store.js').Store} Store */

/** @typedef {Input | {content: Input, mode?: number} | {directory: true}} CageFile a file's content; mode: its
 *   permissions, default 0644; or a directory, for which nothing more has to be said when files lie in it */

/**
 * @typedef {object} CageOptions
 * @property {Input} [program] an ELF executable for cages, stored at `path` with mode 0755
 * @property {string} [path] what is started, a path in the machine; default: /bin/ and the program's file name, or
 *   /bin/program. Without a program it must be among `files` or in the store
 * @property {string[]} [args] arguments behind the program's own name
 * @property {string} [argv0] the program's own name; default: `path`
 * @property {Record<string, string>} [env] the environment; there is nothing else in it
 * @property {string} [cwd] where it starts; default /
 * @property {Uint8Array | ArrayBuffer | string | ReadableStream<Uint8Array>} [stdin] standard input; without it,
 *   write to `cage.stdin`
 * @property {Record<string, CageFile>} [files] by their absolute paths in the machine
 * @property {Record<string, Input>} [inputs] sealed: /boot/NAME, read-only, their hashes part of the state
 * @property {Uint8Array} [seed] at most 32 bytes, of /dev/random
 * @property {bigint | Date} [startTime] nanoseconds since 1970, or a date; default 0n
 * @property {Store} [store] where the file system lasts
 * @property {number} [memoryLimitBytes] of all cages, files and pipes; default 512 MiB
 * @property {number} [stackSizeBytes] of a new program, whole pages; default 1 MiB
 * @property {number} [mostCages] default 1024
 * @property {number} [outputLimitBytes] what all cages may write to stdout and stderr; default 1 GiB
 * @property {number} [uid] of the programs that the host starts; default 0
 * @property {number} [gid]
 * @property {CoreSource} [core] core.wasm, where the package cannot find its own
 * @property {Engine} [engine] as for a box: how fast, never what is computed
 */

/**
 * @typedef {object} CageRunOptions
 * @property {bigint | number} [budget] units (instructions and prices of calls) that this run may use, or Infinity;
 *   default 10^9
 * @property {AbortSignal} [signal] looked at between slices and while waiting for input
 * @property {(progress: {instructions: bigint, budget: bigint | number}) => void} [onProgress] as for a box
 * @property {number} [slice] units of a slice at most, for tests: it changes nothing that is computed
 */

/** @typedef {import('./cage-snapshot.js').Told} CageSnapshotOptions */

/**
 * @typedef {object} CageRestoreGrants what the caller grants, whatever the snapshot says
 * @property {Uint8Array | ArrayBuffer | string | ReadableStream<Uint8Array>} [stdin] standard input from here on
 * @property {number} [memoryLimitBytes] the highest limit that the snapshot may have; default 512 MiB
 * @property {number} [mostCages] default 1024
 * @property {number} [outputLimitBytes] default 1 GiB
 * @property {CoreSource} [core] core.wasm, where the package cannot find its own
 * @property {Engine} [engine] as for a box: how fast, never what is computed
 */
/** @typedef {CageRestoreGrants & CageSnapshotOptions} CageRestoreOptions */

/** @typedef {{args?: string[], argv0?: string, env?: Record<string, string>, cwd?: string}} SpawnOptions */

const KEYS = ['program', 'path', 'args', 'argv0', 'env', 'cwd', 'stdin', 'files', 'inputs', 'seed', 'startTime', 'store',
  'memoryLimitBytes', 'stackSizeBytes', 'mostCages', 'outputLimitBytes', 'uid', 'gid', 'core', 'engine'];
const RUN_KEYS = ['budget', 'signal', 'onProgress', 'slice'];
const SNAPSHOT_KEYS = ['signal', 'onProgress'];
const RESTORE_KEYS = ['stdin', 'memoryLimitBytes', 'mostCages', 'outputLimitBytes', 'core', 'engine', ...SNAPSHOT_KEYS];
const SPAWN_KEYS = ['args', 'argv0', 'env', 'cwd'];
const SEED_SIZE = 32;

/** @param {unknown} options */
export function checkCageOptions(options) {
  const given = checkKeys(options, KEYS, 'Cage.create');
  const { program, path = pathOf(program), stdin, files = {}, inputs = {}, seed = new Uint8Array(), startTime = 0n, store,
    core, engine = DEFAULT_ENGINE, stackSizeBytes = 0 } = given;
  if (path !== undefined) checkText(path, 'path');
  checkEngine(engine);
  if (!(seed instanceof Uint8Array)) throw new TypeError('seed must be a Uint8Array');
  if (seed.length > SEED_SIZE) throw wrong('seed', `has at most ${SEED_SIZE} bytes, not ${seed.length}`);
  checkPages(stackSizeBytes, 'stackSizeBytes');
  for (const name of Object.keys(files)) {
    checkText(name, 'files');
    if (!name.startsWith('/')) throw wrong('files', `must have absolute paths, not "${name}"`);
  }
  for (const name of Object.keys(inputs)) {
    checkText(name, 'inputs');
    if (name === '' || name.includes('/')) throw wrong('inputs', `must have names without "/", not "${name}"`);
  }
  if (store !== undefined && (typeof store?.get !== 'function' || typeof store?.batch !== 'function')) {
    throw new TypeError('store must be an object with get and batch');
  }
  return {
    program: /** @type {Input | undefined} */ (program),
    path: /** @type {string | undefined} */ (path),
    stdin: checkStdin(stdin),
    files: Object.entries(/** @type {Record<string, CageFile>} */ (files)).map(fileOf),
    inputs: Object.entries(/** @type {Record<string, Input>} */ (inputs)),
    store: /** @type {Store | undefined} */ (store),
    core: /** @type {CoreSource | undefined} */ (core),
    engine: /** @type {Engine} */ (engine),
    start: checkSpawn(Object.fromEntries(SPAWN_KEYS.filter((key) => key in given).map((key) => [key, given[key]]))),
    machine: {
      memoryLimit: optionalCount(given.memoryLimitBytes, 'memoryLimitBytes'),
      stackSize: optionalCount(given.stackSizeBytes, 'stackSizeBytes'),
      cagesMax: optionalCount(given.mostCages, 'mostCages'),
      uid: checkCount(given.uid ?? 0, 'uid'),
      gid: checkCount(given.gid ?? 0, 'gid'),
      outputLimit: BigInt(optionalCount(given.outputLimitBytes, 'outputLimitBytes')),
      startTime: timeOf(startTime),
      seed,
    },
  };
}

/** @param {unknown} options */
export function checkSpawn(options) {
  const { args = [], argv0, env = {}, cwd = '/' } = checkKeys(options, SPAWN_KEYS, 'spawn');
  if (!Array.isArray(args)) throw new TypeError('args must be an array of strings');
  args.forEach((arg, i) => checkText(arg, `args[${i}]`));
  if (argv0 !== undefined) checkText(argv0, 'argv0');
  checkText(cwd, 'cwd');
  if (typeof env !== 'object' || env === null) throw new TypeError('env must be an object of strings');
  for (const [name, value] of Object.entries(env)) {
    checkText(name, 'env');
    checkText(value, `env.${name}`);
    if (name === '' || name.includes('=')) throw wrong('env', `cannot have a variable "${name}"`);
  }
  return {
    args: /** @type {string[]} */ ([...args]),
    argv0: /** @type {string | undefined} */ (argv0),
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    cwd: /** @type {string} */ (cwd),
  };
}

/** @param {unknown} options */
export function checkCageRun(options) {
  const { budget = DEFAULT_BUDGET, signal, onProgress, slice = Infinity } = checkKeys(options, RUN_KEYS, 'run');
  checkControl({ signal, onProgress }, 'run');
  if (slice !== Infinity) checkPositive(slice, 'slice');
  return {
    budget: checkBudget(budget),
    signal: /** @type {AbortSignal | undefined} */ (signal),
    onProgress: /** @type {CageRunOptions['onProgress']} */ (onProgress),
    slice: /** @type {number} */ (slice),
  };
}

/** @param {unknown} options @returns {CageSnapshotOptions} */
export function checkCageSnapshot(options) {
  const { signal, onProgress } = checkKeys(options, SNAPSHOT_KEYS, 'snapshot');
  checkControl({ signal, onProgress }, 'snapshot');
  return { signal, onProgress };
}

/** @param {unknown} snapshot @param {unknown} options */
export function checkCageRestore(snapshot, options) {
  const given = checkKeys(options, RESTORE_KEYS, 'Cage.restore');
  const { stdin, core, engine = DEFAULT_ENGINE, signal, onProgress } = given;
  checkSnapshot(snapshot);
  checkEngine(engine);
  checkControl({ signal, onProgress }, 'Cage.restore');
  return {
    snapshot: /** @type {Input} */ (snapshot),
    stdin: checkStdin(stdin),
    store: undefined,
    core: /** @type {CoreSource | undefined} */ (core),
    engine: /** @type {Engine} */ (engine),
    signal: /** @type {AbortSignal | undefined} */ (signal),
    onProgress: /** @type {CageSnapshotOptions['onProgress']} */ (onProgress),
    machine: {
      memoryLimit: optionalCount(given.memoryLimitBytes, 'memoryLimitBytes'),
      cagesMax: optionalCount(given.mostCages, 'mostCages'),
      outputLimit: BigInt(optionalCount(given.outputLimitBytes, 'outputLimitBytes')),
    },
  };
}

/** @param {unknown} text @param {string} name */
export function checkText(text, name) {
  if (typeof text !== 'string') throw new TypeError(`${name} must be a string`);
  if (text.includes('\0')) throw wrong(name, 'cannot hold a zero character');
}

/** @param {unknown} value @param {string} name @returns {number} 0: the default */
function optionalCount(value, name) {
  return value === undefined ? 0 : checkPositive(value, name);
}

/** @param {unknown} program */
function pathOf(program) {
  if (program === undefined) return undefined;
  const file = program instanceof URL ? program.pathname : program;
  const name = typeof file === 'string' ? file.split(/[\\/]/).at(-1) : '';
  return `/bin/${name || 'program'}`;
}

/** @param {unknown} time @returns {bigint} */
function timeOf(time) {
  const nanoseconds = time instanceof Date ? BigInt(time.getTime()) * 1_000_000n : time;
  if (typeof nanoseconds !== 'bigint') throw new TypeError('startTime must be a bigint of nanoseconds or a Date');
  if (nanoseconds < 0n || nanoseconds >= 2n ** 63n) throw wrong('startTime', 'must lie from 1970 to 2262');
  return nanoseconds;
}

/**
 * @param {[string, CageFile]} entry
 * @returns {{path: string, content: Input | undefined, mode: number}} content undefined: it is a directory
 */
function fileOf([path, file]) {
  if (typeof file === 'object' && file !== null && 'directory' in file && file.directory === true) return { path, content: undefined, mode: 0 };
  const plain = typeof file === 'string' || !(typeof file === 'object' && file !== null && 'content' in file);
  const { content, mode = 0o644 } = plain ? { content: file } : file;
  if (checkCount(mode, 'mode') > 0o7777) throw wrong('files', `cannot give ${path} the mode ${mode}`);
  return { path, content: /** @type {Input} */ (content), mode };
}

/** @param {any} stdin @returns {Uint8Array | ReadableStream<Uint8Array> | undefined} */
function checkStdin(stdin) {
  if (stdin === undefined || typeof stdin?.getReader === 'function') return stdin;
  if (typeof stdin === 'string') return new TextEncoder().encode(stdin);
  if (stdin instanceof Uint8Array) return stdin;
  if (stdin instanceof ArrayBuffer) return new Uint8Array(stdin);
  throw new TypeError('stdin must be bytes, text or a ReadableStream');
}
