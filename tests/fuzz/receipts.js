/**
 * F10: the receipt parser under hostile files. Usage: node tests/fuzz/receipts.js [SECONDS] [SEED]
 *
 * Mutates real receipts, as bytes, as CBOR structures and as JSON, with numbers that repeat for a seed. Whatever
 * comes in, the parser gives a receipt or a MOXBOX_RECEIPT error that names a field; an accepted file is exactly
 * what the encoder makes of its receipt, in both forms. Files in corpus/receipts are read first. A file that
 * fails is written there; JSON that fails is printed, to be added to PAST.
 */
import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { encode } from 'cborg';
import { MoxboxError } from '../../web/errors.js';
import { decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson } from '../../web/receipt.js';

const CORPUS = new URL('corpus/receipts/', import.meta.url);
/** A parser that needs more processor time than this for one file can be used to hold up its user. */
const SLOWEST_MS = 2000;

/** @param {number} seed @returns {(below: number) => number} */
export function numbers(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const H = (/** @type {number} */ byte) => byte.toString(16).padStart(2, '0').repeat(32);
const sealed = (/** @type {number} */ byte, /** @type {number} */ size) => ({ hash: H(byte), size });
const BASE = { v: 1, semantics: 1, programs: [sealed(1, 5000)], data: [sealed(2, 0), sealed(3, 2 ** 32 - 1)],
  options: { memoryLimitBytes: 268435456, stackSizeBytes: 65536 }, output: sealed(4, 12), state: sealed(5, 0), machine: H(6) };
/** @type {any[]} */
const RECEIPTS = [
  { ...BASE, budget: 1000n, stop: 'exit', exitCode: 7, fault: null, instructions: 1000n },
  { ...BASE, budget: null, stop: 'fault', exitCode: null, fault: { kind: 'read', pc: 4096, address: 2 ** 32 - 4, size: 4 },
    instructions: 2n ** 63n },
  { ...BASE, budget: 0n, stop: 'budget', exitCode: null, fault: null, instructions: 0n, data: [] },
];

/** What failed once and is no file: as it came in. */
const PAST = [
  // -0 passed for a size, and came back as 0 from the file that the encoder made.
  JSON.stringify(receiptToJson(RECEIPTS[0])).replace('"size":5000', '"size":-0'),
  // A list that says what lists made from it are: a TypeError came out.
  { ...receiptToJson(RECEIPTS[0]), data: Object.assign([sealed(1, 1)], { constructor: [] }) },
];

/** @param {Uint8Array} bytes */
export function checkBytes(bytes) {
  const start = process.cpuUsage();
  let receipt;
  try {
    receipt = decodeReceipt(bytes);
  } catch (error) {
    assertTyped(error);
  }
  assert.ok(process.cpuUsage(start).user < SLOWEST_MS * 1000, 'a file holds the parser up');
  if (receipt === undefined) return false;
  assert.deepEqual(encodeReceipt(receipt), Uint8Array.from(bytes));
  assert.deepEqual(receiptFromJson(JSON.stringify(receiptToJson(receipt))).receipt, receipt);
  return true;
}

/** @param {unknown} json */
export function checkJson(json) {
  let receipt;
  try {
    ({ receipt } = receiptFromJson(json));
  } catch (error) {
    assertTyped(error);
  }
  if (receipt !== undefined) assert.deepEqual(decodeReceipt(encodeReceipt(receipt)), receipt);
  return receipt !== undefined;
}

/** @param {unknown} error */
function assertTyped(error) {
  if (!MoxboxError.is(error)) throw error;
  assert.equal(error.code, 'MOXBOX_RECEIPT');
  assert.ok(typeof error.field === 'string' && error.field !== '' && /^[\x20-\x7e]{1,120}$/.test(error.field), `field ${error.field}`);
  assert.match(error.message, /^[\x20-\x7e]{1,400}$/);
}

/** @param {Uint8Array} bytes @param {(below: number) => number} random @returns {Uint8Array} */
function mutateBytes(bytes, random) {
  const at = random(bytes.length + 1);
  const length = random(40);
  const heads = [0x00, 0x17, 0x18, 0x1b, 0x20, 0x3b, 0x40, 0x5f, 0x60, 0x7f, 0x80, 0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xdb,
    0xe0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff];
  switch (random(7)) {
    case 0: return bytes.with(Math.min(at, bytes.length - 1), random(256));
    case 1: return bytes.with(Math.min(at, bytes.length - 1), heads[random(heads.length)]);
    case 2: return bytes.slice(0, at);
    case 3: return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + length)]);
    case 4: return Uint8Array.from([...bytes.slice(0, at + length), ...bytes.slice(at)]);
    case 5: return Uint8Array.from([...bytes.slice(0, at), heads[random(heads.length)], ...bytes.slice(at + random(2))]);
    default: {
      const opener = [0x81, 0xa1, 0xc1, 0xd8, 0x9f, 0xbf][random(6)];
      return Uint8Array.from([...bytes.slice(0, at), ...new Uint8Array(1 << random(17)).fill(opener), ...bytes.slice(at)]);
    }
  }
}

/** A value of any type. @param {(below: number) => number} random @returns {unknown} */
function anyValue(random) {
  const values = [0, 1, -1, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 1.5, 1e300, -0, true, false, null, '', 'exit', 'fault', '0', '00', '1'.repeat(25),
    '18446744073709551615', '18446744073709551616', 0n, 2n ** 64n - 1n, -1n, [], {}, [[]], H(7), new Uint8Array(32), new Uint8Array(31),
    sealed(1, 1), [sealed(1, 1)], { __proto__: null, toString: 1 }, { length: 3 }, '\u001b[2J', '__proto__', '\ud800'];
  return values[random(values.length)];
}

/** Replaces, adds or removes something somewhere. @param {any} value @param {(below: number) => number} random @returns {any} */
function mutateValue(value, random) {
  const isMap = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  if (!isMap || random(8) === 0) return anyValue(random);
  /** @type {any} */
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const keys = Object.keys(copy);
  const key = keys[random(keys.length || 1)];
  const kind = random(8);
  if (kind === 0 || key === undefined) {
    const name = ['x', '__proto__', 'constructor', '\u001b[31m', 'v ', '0'][random(6)];
    Object.defineProperty(copy, name, { value: anyValue(random), enumerable: true, configurable: true, writable: true });
  }
  else if (kind === 1 && !Array.isArray(copy)) delete copy[key];
  else copy[key] = mutateValue(copy[key], random);
  return copy;
}

/** @param {any} value hashes as text become bytes, as in a file @returns {any} */
function withBytes(value) {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return Uint8Array.from(Buffer.from(value, 'hex'));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(withBytes);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withBytes(inner)]));
}

/** One round. @param {(below: number) => number} random @returns {boolean} whether it was accepted */
function round(random) {
  const receipt = RECEIPTS[random(RECEIPTS.length)];
  const times = 1 + random(3);
  if (random(3) === 0) {
    let json = receiptToJson(receipt, random(2) === 0 ? undefined : H(9));
    for (let i = 0; i < times; i += 1) json = mutateValue(json, random);
    return checkJson((last = random(2) === 0 ? json : toText(json)));
  }
  let bytes = encodeReceipt(receipt);
  if (random(2) === 0) {
    let value = withBytes(receipt);
    for (let i = 0; i < times; i += 1) value = mutateValue(value, random);
    bytes = encode(value);
  } else {
    for (let i = 0; i < times && bytes.length > 0; i += 1) bytes = mutateBytes(bytes, random);
  }
  return checkBytes((last = bytes));
}

/** @param {unknown} json */
function toText(json) {
  return JSON.stringify(json, (_, value) => (typeof value === 'bigint' ? value.toString() : value)) ?? 'null';
}

/** What was tried last: a file, or JSON. @type {unknown} */
let last;

const seconds = Number(process.argv[2] ?? 2);
const seed = Number(process.argv[3] ?? 1);
const random = numbers(seed);
let rounds = 0;
let accepted = 0;
mkdirSync(CORPUS, { recursive: true });
try {
  for (const name of readdirSync(CORPUS)) {
    last = new Uint8Array(readFileSync(new URL(name, CORPUS)));
    checkBytes(/** @type {Uint8Array} */ (last));
  }
  for (const json of PAST) checkJson((last = json));
  for (const receipt of RECEIPTS) assert.ok(checkBytes(encodeReceipt(receipt)), 'a good receipt is refused');
  for (const end = performance.now() + seconds * 1000; performance.now() < end; rounds += 1) accepted += Number(round(random));
  console.log(`ok - fuzz receipts: ${rounds} executions in ${seconds} s, ${accepted} accepted (seed ${seed})`);
} catch (error) {
  if (last instanceof Uint8Array && rounds > 0) writeFileSync(new URL(`failing-${seed}-${rounds}`, CORPUS), last);
  else console.log(inspect(last, { depth: null }));
  console.log(`not ok - fuzz receipts: round ${rounds} of seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
}
