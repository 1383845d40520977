/**
 * What several test files need.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MoxboxError } from '../../node/index.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = join(ROOT, 'node/cli.js');

/** The core, compiled. */
export const coreModule = () => new WebAssembly.Module(readFileSync(join(ROOT, 'web/core.wasm')));

/** @param {string} name @returns {string} path of a committed guest of the tests */
export const guest = (name) => join(ROOT, 'tests/guests', `${name}.elf`);

/** @param {string} name @returns {string} path of a committed guest of the demo */
export const demoGuest = (name) => join(ROOT, 'demo/guests', `${name}.elf`);

/** @param {string} text one byte a character */
export const bytes = (text) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** @param {Uint8Array} output */
export const text = (output) => Buffer.from(output).toString('latin1');

/**
 * A box or a machine of cages that is disposed of after the test.
 * @template {{dispose: () => void}} T
 * @param {import('node:test').TestContext} t @param {T} owner
 * @returns {T}
 */
export function endWith(t, owner) {
  t.after(() => owner.dispose());
  return owner;
}

/**
 * What assert.throws and assert.rejects take.
 * @param {string} code @param {{field?: string, message?: RegExp}} [more]
 * @returns {(error: unknown) => boolean}
 */
export function failsWith(code, { field, message } = {}) {
  return (error) => {
    if (!MoxboxError.is(error)) throw error;
    assert.equal(error.code, code);
    if (field !== undefined) assert.equal(error.field, field);
    if (message) assert.match(error.message, message);
    return true;
  };
}

/**
 * A folder that is gone after the test.
 * @param {{after: (clean: () => void) => void}} t
 * @returns {string}
 */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'moxbox-test-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/**
 * How many modules are compiled while `work` goes on.
 * @param {(made: () => number) => unknown} work gets how many there are so far
 * @returns {Promise<number>}
 */
export async function modulesOf(work) {
  const { Module, compile } = WebAssembly;
  let made = 0;
  WebAssembly.compile = (bytes) => {
    made += 1;
    return compile(bytes);
  };
  WebAssembly.Module = /** @type {typeof Module} */ (new Proxy(Module, {
    construct(target, [bytes]) {
      made += 1;
      return new target(bytes);
    },
  }));
  try {
    await work(() => made);
  } finally {
    Object.assign(WebAssembly, { Module, compile });
  }
  return made;
}

/** A repeatable sequence of numbers below `limit`. @param {number} seed */
export function randomFrom(seed) {
  let state = seed >>> 0 || 1;
  return (/** @type {number} */ below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
