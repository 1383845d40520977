/** What the tests of all suites share: build, run natively, run in WebAssembly, compare with expected.json. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Compiler } from './build.js';
import { inWords, runNative, runTranslated, runWasm } from './guests.js';

/**
 * @typedef {import('./build.js').Program} Program
 * @typedef {import('./guests.js').Outcome} Outcome
 *
 * @typedef {object} Exception a program that does not pass
 * @property {string} shows what becomes of it: "does not compile" or the outcome in words
 * @property {string} why
 * @property {string[]} [at] the only options at which it does not pass
 */

/** The full tier: every level, every program in WebAssembly too, in slices and under sanitizers. */
export const full = process.env.MOXBOX_TORTURE === 'full';
/** In the normal tier one program of so many runs in WebAssembly too. */
const SAMPLE = 8;

/** @type {Compiler | undefined} */
let guestCompiler;
export function guest() {
  guestCompiler ??= Compiler.guest();
  return guestCompiler;
}

/** @type {Record<string, Record<string, Exception>>} */
const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));

/**
 * Holds what did not pass to the list: nothing more, nothing less, and for the reason given.
 * @param {string} suite
 * @param {string} options at which the programs were compiled
 * @param {Map<string, string>} failures by name, in words
 */
export function checkFailures(suite, options, failures) {
  const listed = Object.entries(expected[suite] ?? {}).filter(([, { at }]) => at?.includes(options) ?? true);
  const wanted = new Map(listed.map(([name, { shows }]) => [name, shows]));
  const wrong = [...failures].filter(([name, words]) => wanted.get(name) !== words.split('\n')[0])
    .map(([name, words]) => `${name}: ${words}${wanted.has(name) ? `\n  expected.json says: ${wanted.get(name)}` : ''}`);
  for (const name of wanted.keys()) {
    if (!failures.has(name)) wrong.push(`${name}: passes, but expected.json says that it does not`);
  }
  assert.equal(wrong.length, 0, `${suite} at ${options}:\n${wrong.join('\n')}`);
}

/**
 * @typedef {object} Tried
 * @property {Map<string, string>} failures what did not compile or did not pass, in words
 * @property {{name: string, elf: string, data?: string[], outcome: Outcome}[]} ran
 */

/**
 * Compiles programs for the box and runs them natively.
 * @param {(Program & {data?: string[]})[]} programs
 * @param {(outcome: Outcome, name: string) => string | undefined} judge what is wrong with an outcome, in words
 * @returns {Promise<Tried>}
 */
export async function tryAll(programs, judge) {
  const built = await guest().build(programs);
  /** @type {Map<string, string>} */
  const failures = new Map();
  const runnable = programs.flatMap(({ name, data }) => {
    const result = built.get(name);
    if (result && 'elf' in result) return [{ name, data, elf: result.elf }];
    failures.set(name, `does not compile\n${result?.error}`);
    return [];
  });
  const outcomes = await runNative(runnable);
  const ran = runnable.map((program, index) => ({ ...program, outcome: /** @type {Outcome} */ (outcomes[index]) }));
  for (const { name, outcome, elf } of ran) {
    const words = judge(outcome, name);
    if (words !== undefined) failures.set(name, `${words}\n  moxbox_native run -e ${elf}`);
  }
  return { failures, ran };
}

/** A program that checks itself: anything but exit 0 is wrong. @param {Outcome} outcome */
export const exitsWithZero = (outcome) =>
  (outcome.stop === 'exit' && outcome.exitCode === 0 ? undefined : inWords(outcome));

/**
 * The same stop, count, output and state hash in WebAssembly, interpreted and with the translator forced.
 * @param {Tried['ran']} ran
 * @param {number} [every] one of how many
 * @returns {string} how many were compared
 */
export function checkWasm(ran, every = full ? 1 : SAMPLE) {
  const sample = ran.filter((_, index) => index % every === 0);
  let [inside, all] = [0, 0];
  for (const { name, elf, data, outcome } of sample) {
    assert.deepEqual(runWasm({ elf, data }), outcome, `${name} in WebAssembly (${elf})`);
    const translated = runTranslated({ elf, data });
    assert.deepEqual(translated.outcome, outcome, `${name} with the translator (${elf})`);
    inside += Number(translated.inside);
    all += Number(outcome.instructions ?? 0);
  }
  return `${sample.length} programs, ${(inside / all * 100).toFixed(1)} % of ${all} instructions in translated code`;
}

/**
 * The same again on another build of the core or in slices.
 * @param {Tried['ran']} ran
 * @param {Parameters<typeof runNative>[1]} options
 */
export async function checkAgain(ran, options) {
  const outcomes = await runNative(ran, options);
  ran.forEach(({ name, elf, outcome }, index) => {
    assert.deepEqual(outcomes[index], outcome, `${name} with ${JSON.stringify(options)} (${elf})`);
  });
}
