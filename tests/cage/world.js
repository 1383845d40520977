/** What the tests of other people's programs in cages share: where they lie, how they run, what is expected. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NATIVE } from '../native.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The full tier: more operations, all files, all tests. */
export const full = process.env.MOXBOX_CAGE === 'full';

/** Makes busybox, which is /bin/busybox, the shell and all tools of a world. */
export const INSTALL = '/bin/busybox --install -s /bin;';

/** @typedef {{status: number, out: string, err: string}} Ended */

/**
 * Builds programs, once. @param {string[]} names of tests/cage/programs.sh
 * @param {boolean} [here] for this system instead of a cage
 * @returns {string[]} their folders
 */
export function programs(names, here = false) {
  const parameters = [...(here ? ['--here'] : []), ...names];
  return execFileSync(path.join(root, 'tests/cage/programs.sh'), parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    .trim().split('\n');
}

/** @returns {string} the compiler for programs in cages */
export function guestCompiler() {
  const bin = execFileSync(path.join(root, 'guest-sdk/cage/build.sh'), { encoding: 'utf8' }).trim().split('\n').at(-1);
  return path.join(String(bin), 'moxiebox-cage-gcc');
}

/**
 * Compiles one of our own programs, tests/cage/NAME.c. @param {string} folder where the result goes
 * @param {string} name @param {boolean} [here] for this system
 */
export function compile(folder, name, here = false) {
  const out = path.join(folder, here ? `${name}.here` : name);
  execFileSync(here ? 'cc' : guestCompiler(), ['-O1', '-w', '-D_GNU_SOURCE', path.join(root, 'tests/cage', `${name}.c`), '-o', out]);
  return out;
}

/** @returns {string} an empty folder for this process, gone when it ends */
export function scratchFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'moxbox-cage-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * @param {string} file @param {string[]} parameters
 * @param {{input?: string | Buffer, seconds?: number, cwd?: string, env?: NodeJS.ProcessEnv}} [options]
 * @returns {Promise<Ended>} status -1: it did not end in its time, or by a signal
 */
export function run(file, parameters, { input = '', seconds = 600, cwd, env } = {}) {
  return new Promise((resolve) => {
    const options = { encoding: /** @type {const} */ ('latin1'), maxBuffer: 1 << 26, timeout: seconds * 1000, cwd, env,
      killSignal: /** @type {const} */ ('SIGKILL') };
    const child = execFile(file, parameters, options, (error, out, err) =>
      resolve({ status: error ? (typeof error.code === 'number' ? error.code : -1) : 0, out, err }));
    child.stdin?.on('error', () => {}); // a program need not read it
    child.stdin?.end(input);
  });
}

/** @param {string[]} parameters of moxbox_native cage @param {Parameters<typeof run>[2]} [options] */
export const cage = (parameters, options) => run(NATIVE, ['cage', ...parameters], options);

/**
 * @template T, R
 * @param {T[]} items @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} in order, as many at a time as there are processors
 */
export async function inParallel(items, work) {
  /** @type {R[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(/** @type {T} */ (items[index]));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** @typedef {{shows: string, why: string}} Exception */
/** @type {Record<string, Record<string, Exception>>} */
const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));

/**
 * Holds what did not pass to expected.json: nothing more, nothing less, and what it shows.
 * @param {string} suite
 * @param {Map<string, string>} failures by name, what each shows in its first line
 */
export function checkFailures(suite, failures) {
  const wanted = Object.entries(expected[suite] ?? {});
  const shown = new Map(wanted.map(([name, { shows }]) => [name, shows]));
  const wrong = [...failures].filter(([name, words]) => shown.get(name) !== words.split('\n')[0])
    .map(([name, words]) => `${name}: ${words}${shown.has(name) ? `\n  expected.json says: ${shown.get(name)}` : ''}`);
  for (const name of shown.keys()) {
    if (!failures.has(name)) wrong.push(`${name}: passes, but expected.json says that it does not`);
  }
  assert.equal(wrong.length, 0, `${suite}:\n${wrong.join('\n')}`);
}
