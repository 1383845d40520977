/**
 * Receipts: small files that say what a run was and what it computed, so that anybody can run it again and
 * compare. Nothing about time, host or engine is inside.
 *
 * The file is one CBOR map (RFC 8949) in core deterministic encoding: shortest integers, definite lengths,
 * keys sorted bytewise. Hashes are 32-byte strings, everything else integers, text and null:
 *
 *     v             1, the version of this format
 *     semantics     version of the machine's rules
 *     programs      [{hash, size}], in order; the last one started
 *     data          [{hash, size}], in order
 *     options       {memoryLimitBytes, stackSizeBytes}
 *     budget        instructions allowed since the start; null for no limit
 *     stop          "exit" | "budget" | "fault" | "break"
 *     exitCode      when stop is "exit", else null
 *     fault         {kind, pc, address, size} when stop is "fault", else null
 *     instructions  exact count since the start
 *     output        {hash, size} of the output buffer
 *     state         {hash, size} of the State Buffer
 *     machine       hash of the whole machine state at the end
 *
 * A receipt's id is the SHA-256 of its bytes. The JSON mirror has the same fields, hashes as hexadecimal text,
 * `budget` and `instructions` as decimal text, and may carry the `id`.
 *
 * Receipts come from strangers: the parser takes exactly this and names the field that is wrong.
 */
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { FAULTS, STOPS } from './generated/tables.js';
import { ERROR_CODES, MoxboxError } from './errors.js';
import { bytesOfHex, hexOf } from './result.js';

/** @typedef {{hash: string, size: number}} Sealed */
/**
 * @typedef {object} Receipt
 * @property {1} v
 * @property {number} semantics
 * @property {Sealed[]} programs
 * @property {Sealed[]} data
 * @property {{memoryLimitBytes: number, stackSizeBytes: number}} options
 * @property {bigint | null} budget
 * @property {string} stop
 * @property {number | null} exitCode
 * @property {{kind: string, pc: number, address: number, size: number} | null} fault
 * @property {bigint} instructions
 * @property {Sealed} output
 * @property {Sealed} state
 * @property {string} machine
 */

/**
 * @typedef {object} Shape how one value is read and written in both forms
 * @property {(value: unknown, field: string) => any} fromCbor
 * @property {(value: any) => unknown} toCbor
 * @property {(value: unknown, field: string) => any} fromJson
 * @property {(value: any) => unknown} toJson
 */

export const RECEIPT_VERSION = 1;
export const MAX_RECEIPT_BYTES = 1 << 20;
const MAX_U64 = 2n ** 64n - 1n;
const MAX_U32 = 2 ** 32 - 1;

/** @param {string} field @param {string} what @param {unknown} [cause] */
export function badReceipt(field, what, cause) {
  return new MoxboxError('MOXBOX_RECEIPT', `${ERROR_CODES.MOXBOX_RECEIPT}: ${field}: ${what}`, { field, cause });
}

/** @param {(value: unknown, field: string) => any} check @returns {Shape} */
function plain(check) {
  return { fromCbor: check, toCbor: (value) => value, fromJson: check, toJson: (value) => value };
}

const word = plain((value, field) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_U32 || Object.is(value, -0)) {
    throw badReceipt(field, 'must be a whole number from 0 to 2^32 - 1');
  }
  return value;
});

/** @param {readonly string[]} names @returns {Shape} */
const oneOf = (names) => plain((value, field) => {
  if (typeof value !== 'string' || !names.includes(value)) throw badReceipt(field, `must be one of ${names.join(', ')}`);
  return value;
});

const version = plain((value, field) => {
  if (value !== RECEIPT_VERSION) throw badReceipt(field, `must be ${RECEIPT_VERSION}; this moxbox knows no other format`);
  return value;
});

/** @type {Shape} */
const count = {
  fromCbor(value, field) {
    const whole = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(/** @type {number} */ (value)) : -1n;
    if (whole < 0n || whole > MAX_U64) throw badReceipt(field, 'must be a whole number from 0 to 2^64 - 1');
    return whole;
  },
  toCbor: (value) => value,
  fromJson(value, field) {
    if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,19})$/.test(value) || BigInt(value) > MAX_U64) {
      throw badReceipt(field, 'must be decimal digits, from "0" to 2^64 - 1');
    }
    return BigInt(value);
  },
  toJson: String,
};

/** @type {Shape} */
const hash = {
  fromCbor(value, field) {
    if (!(value instanceof Uint8Array) || value.length !== 32) throw badReceipt(field, 'must be 32 bytes');
    return hexOf(value);
  },
  toCbor: bytesOfHex,
  fromJson(value, field) {
    if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw badReceipt(field, 'must be 64 hexadecimal digits');
    return value;
  },
  toJson: (value) => value,
};

/** @param {Shape} shape @returns {Shape} */
const orNull = (shape) => ({
  fromCbor: (value, field) => (value === null ? null : shape.fromCbor(value, field)),
  toCbor: (value) => (value === null ? null : shape.toCbor(value)),
  fromJson: (value, field) => (value === null ? null : shape.fromJson(value, field)),
  toJson: (value) => (value === null ? null : shape.toJson(value)),
});

/** @param {Shape} shape @returns {Shape} */
const list = (shape) => {
  const each = (/** @type {'fromCbor' | 'fromJson'} */ form) => (/** @type {unknown} */ value, /** @type {string} */ field) => {
    if (!Array.isArray(value)) throw badReceipt(field, 'must be a list');
    // Not value.map, which would ask the stranger's list for the kind of list to make.
    return Array.from(value, (item, index) => shape[form](item, `${field}[${index}]`));
  };
  return {
    fromCbor: each('fromCbor'),
    toCbor: (value) => value.map(shape.toCbor),
    fromJson: each('fromJson'),
    toJson: (value) => value.map(shape.toJson),
  };
};

/** @param {Record<string, Shape>} shapes @returns {Shape} */
const record = (shapes) => {
  const keys = Object.keys(shapes);
  const each = (/** @type {'toCbor' | 'toJson'} */ form) => (/** @type {any} */ value) =>
    Object.fromEntries(keys.map((key) => [key, shapes[key][form](value[key])]));
  const from = (/** @type {'fromCbor' | 'fromJson'} */ form) => (/** @type {unknown} */ value, /** @type {string} */ field) => {
    const entries = entriesOf(value, field);
    const inside = (/** @type {string} */ key) => (field === '' ? key : `${field}.${key}`);
    for (const key of entries.keys()) {
      if (typeof key !== 'string' || !keys.includes(key)) throw badReceipt(inside(printable(key) || '""'), 'is not a field of a receipt');
    }
    return Object.fromEntries(keys.map((key) => {
      if (!entries.has(key)) throw badReceipt(inside(key), 'is missing');
      return [key, shapes[key][form](entries.get(key), inside(key))];
    }));
  };
  return { fromCbor: from('fromCbor'), toCbor: each('toCbor'), fromJson: from('fromJson'), toJson: each('toJson') };
};

const sealed = record({ hash, size: word });

const RECEIPT = record({
  v: version,
  semantics: word,
  programs: list(sealed),
  data: list(sealed),
  options: record({ memoryLimitBytes: word, stackSizeBytes: word }),
  budget: orNull(count),
  stop: oneOf(STOPS.slice(1)),
  exitCode: orNull(word),
  fault: orNull(record({ kind: oneOf(FAULTS.slice(1).map(({ name }) => name)), pc: word, address: word, size: word })),
  instructions: count,
  output: sealed,
  state: sealed,
  machine: hash,
});

/**
 * The receipt as a file.
 *
 * @example
 * import { decodeReceipt, encodeReceipt } from 'moxbox';
 * const receipt = decodeReceipt(receiptBytes);
 * console.log(receipt.instructions, encodeReceipt(receipt).length === receiptBytes.length);
 *
 * @param {Receipt} receipt
 * @returns {Uint8Array}
 */
export function encodeReceipt(receipt) {
  return encode(RECEIPT.toCbor(receipt), rfc8949EncodeOptions);
}

/**
 * Reads a receipt file. Throws MOXBOX_RECEIPT, whose `field` says what is wrong, for anything but the exact
 * bytes that encodeReceipt makes.
 * @param {Uint8Array} bytes
 * @returns {Receipt}
 */
export function decodeReceipt(bytes) {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('decodeReceipt: bytes must be a Uint8Array');
  if (bytes.length > MAX_RECEIPT_BYTES) throw badReceipt('file', `is larger than ${MAX_RECEIPT_BYTES} bytes`);
  let value;
  try {
    value = decode(bytes, { strict: true, allowIndefinite: false, allowUndefined: false, allowInfinity: false,
      allowNaN: false, rejectDuplicateMapKeys: true, useMaps: true });
  } catch (cause) {
    throw badReceipt('file', 'is not deterministic CBOR, or is cut off', cause);
  }
  const receipt = sensible(RECEIPT.fromCbor(value, ''));
  const again = encodeReceipt(receipt);
  if (again.length !== bytes.length || again.some((byte, index) => byte !== bytes[index])) {
    throw badReceipt('file', 'is not in deterministic encoding');
  }
  return receipt;
}

/**
 * The receipt for people and for JSON tools.
 *
 * @example
 * import { decodeReceipt, receiptFromJson, receiptToJson } from 'moxbox';
 * const text = JSON.stringify(receiptToJson(decodeReceipt(receiptBytes)));
 * const { receipt } = receiptFromJson(text);
 *
 * @param {Receipt} receipt
 * @param {string} [id] its id, to be carried along
 * @returns {Record<string, unknown>}
 */
export function receiptToJson(receipt, id) {
  const mirror = /** @type {Record<string, unknown>} */ (RECEIPT.toJson(receipt));
  return id === undefined ? mirror : { id, ...mirror };
}

/**
 * Reads the JSON mirror, as text or parsed. Its `id` is given back, not compared.
 * @param {unknown} json
 * @returns {{receipt: Receipt, id: string | undefined}}
 */
export function receiptFromJson(json) {
  let value = json;
  if (typeof json === 'string') {
    if (json.length > 4 * MAX_RECEIPT_BYTES) throw badReceipt('file', `is larger than ${4 * MAX_RECEIPT_BYTES} characters`);
    try {
      value = JSON.parse(json);
    } catch (cause) {
      throw badReceipt('file', 'is not JSON', cause);
    }
  }
  const entries = new Map(entriesOf(value, 'file'));
  const id = entries.has('id') ? hash.fromJson(entries.get('id'), 'id') : undefined;
  entries.delete('id');
  return { receipt: sensible(RECEIPT.fromJson(entries, '')), id };
}

/**
 * Fields that fit their types but not each other.
 * @param {Receipt} receipt
 */
function sensible(receipt) {
  const { stop, budget, instructions, exitCode, fault } = receipt;
  if (receipt.programs.length === 0) throw badReceipt('programs', 'must name at least one program');
  if (budget !== null && instructions > budget) throw badReceipt('budget', 'is smaller than the count of instructions');
  if (stop === 'budget' && instructions !== budget) throw badReceipt('budget', 'must be the count of instructions at this stop');
  if ((stop === 'exit') !== (exitCode !== null)) throw badReceipt('exitCode', 'belongs to stop "exit" and to no other');
  if ((stop === 'fault') !== (fault !== null)) throw badReceipt('fault', 'belongs to stop "fault" and to no other');
  return receipt;
}

/** @param {unknown} value @param {string} field @returns {Map<unknown, unknown>} */
function entriesOf(value, field) {
  if (value instanceof Map) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw badReceipt(field || 'file', 'must be a map');
  }
  return new Map(Object.entries(value));
}

/** Text from a stranger, fit for a terminal. @param {unknown} key */
function printable(key) {
  // Anything else is not turned into text: a list nested deeply enough would use up the stack.
  if (typeof key !== 'string') return 'a key that is no text';
  return key === '' ? 'a key without a letter' : key.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
}
