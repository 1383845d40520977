/**
 * The one error class and the one list of error codes. Codes that the core can answer come from its status
 * table (core/base/status.def through generated/tables.js); what JavaScript adds is listed here and nowhere else.
 */
import { STATUSES } from './generated/tables.js';

const OWN = {
  MOXBOX_DISPOSED: 'the box was disposed of and cannot be used any more',
  MOXBOX_BUSY: 'the box is running; wait for that call or abort it first',
  MOXBOX_BUDGET: 'a budget is a whole number of instructions from 0 to 2^64 - 1, or Infinity',
  MOXBOX_OPTION: 'an option is not known or outside its range',
  MOXBOX_ABORTED: 'the call was aborted; the box stands where it stopped and can run on',
  MOXBOX_ADDRESS: 'the range is not wholly mapped in guest memory',
  MOXBOX_FILE: 'an input cannot be read',
  MOXBOX_HASH: 'no file with this SHA-256 was found',
  MOXBOX_RECEIPT: 'the receipt is not valid',
  MOXBOX_CORE: 'the core (core.wasm) cannot be loaded',
  MOXBOX_CORRUPT: 'the core answered what it must never answer; this box cannot be trusted any more',
  MOXBOX_ENGINE: 'code cannot be made at run time here, so the translator cannot run',
  MOXBOX_PROGRAM: 'a program of a cage cannot be started, or its name space not changed',
  MOXBOX_STORE: 'the file system cannot be saved; nothing of this save is in the store, and the next brings all of it',
  MOXBOX_WORKER: 'the worker that holds the box failed',
};

/** @param {number} status index in the core's status table @returns {string} */
export function codeOfStatus(status) {
  const row = STATUSES[status];
  return row ? `MOXBOX_${row.name}` : 'MOXBOX_CORRUPT';
}

/**
 * Every error code that this library can throw, with its sentence.
 *
 * @example
 * import { ERROR_CODES } from 'moxbox';
 * for (const [code, sentence] of Object.entries(ERROR_CODES)) console.log(code, sentence);
 *
 * @type {Readonly<Record<string, string>>}
 */
export const ERROR_CODES = Object.freeze({
  ...Object.fromEntries(STATUSES.slice(1).map(({ name, text }) => [`MOXBOX_${name}`, text])),
  ...OWN,
});

const BRAND = Symbol.for('moxbox.error');

/**
 * Misuse, a bad file, or a host that cannot give what is needed. What a guest does is never an error: it is
 * the `stop` of a result. Wrong argument types are a plain TypeError.
 *
 * @example
 * import { Box, MoxboxError } from 'moxbox';
 * try {
 *   await Box.create({ programs: [new Uint8Array(3)] });
 * } catch (error) {
 *   if (!MoxboxError.is(error)) throw error;
 *   console.log(error.code); // 'MOXBOX_ELF_NOT_ELF'
 * }
 */
export class MoxboxError extends Error {
  /**
   * @param {string} code a key of ERROR_CODES
   * @param {string} [message] default: the code's sentence
   * @param {{cause?: unknown, field?: string}} [more] field: the part of a receipt or option that is wrong
   */
  constructor(code, message = ERROR_CODES[code] ?? code, more = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'MoxboxError';
    this.code = code;
    this.field = more.field;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /**
   * True for an error of this class, also when it comes from another copy of the library.
   * @param {unknown} error
   * @returns {error is MoxboxError}
   */
  static is(error) {
    return typeof error === 'object' && error !== null && BRAND in error;
  }
}

/**
 * Makes an array that can be large; an engine without memory for it throws a RangeError of its own.
 * @template T
 * @param {() => T} make
 * @returns {T}
 */
export function allocated(make) {
  try {
    return make();
  } catch (cause) {
    throw cause instanceof RangeError ? new MoxboxError('MOXBOX_NO_MEMORY', undefined, { cause }) : cause;
  }
}

/** @param {Uint8Array[]} parts @returns {Uint8Array} */
export function joined(parts) {
  const all = allocated(() => new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * The core broke its contract: nothing that it says can be used.
 * @param {string} what
 * @param {unknown} [cause]
 */
export function corrupt(what, cause) {
  return new MoxboxError('MOXBOX_CORRUPT', `${ERROR_CODES.MOXBOX_CORRUPT}: ${what}`, { cause });
}
