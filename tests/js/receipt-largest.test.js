/**
 * The largest files that the receipt parser reads, in the shapes that cost parsers most: each is refused, or read,
 * in a time that grows with its size and no faster.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'cborg';
import { MAX_RECEIPT_BYTES, decodeReceipt } from '../../web/receipt.js';

/** Processor time, which other work on this computer does not lengthen. */
const LIMIT_MS = 2000;
const HEAD = 5;

/** A CBOR head with a count of 32 bits. @param {number} major @param {number} n */
const head = (major, n) => [(major << 5) | 26, n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

/**
 * A list (4) or map (5) of as many items as fit.
 * @param {number} major @param {number} size of an item @param {(i: number) => number[]} item
 */
function full(major, size, item) {
  const bytes = new Uint8Array(MAX_RECEIPT_BYTES);
  const count = Math.floor((bytes.length - HEAD) / size);
  bytes.set(head(major, count));
  for (let i = 0; i < count; i += 1) bytes.set(item(i), HEAD + i * size);
  return bytes.subarray(0, HEAD + count * size);
}

const digits = (/** @type {number} */ n) => [...String(n)].map((c) => c.charCodeAt(0));
const sealed = { hash: new Uint8Array(32), size: 0 };
const receipt = { v: 1, semantics: 1, programs: Array.from({ length: 20_000 }, () => sealed), data: [],
  options: { memoryLimitBytes: 268435456, stackSizeBytes: 65536 }, output: sealed, state: sealed, machine: sealed.hash,
  budget: 1000n, stop: 'exit', exitCode: 7, fault: null, instructions: 1000n };

/** @type {Record<string, Uint8Array>} */
const FILES = {
  'lists in lists': new Uint8Array(MAX_RECEIPT_BYTES).fill(0x81),
  'maps in maps': new Uint8Array(MAX_RECEIPT_BYTES).fill(0xa1),
  'tags on tags': new Uint8Array(MAX_RECEIPT_BYTES).fill(0xc1),
  'a list of numbers': full(4, 1, () => [1]),
  'a list of empty maps': full(4, 1, () => [0xa0]),
  'a map of numbers': full(5, 6, (i) => [...head(0, 70000 + i), 0]),
  'a map of names in order': full(5, 8, (i) => [0x66, ...digits(100000 + i), 0]),
  'a map of names out of order': full(5, 8, (i) => [0x66, ...digits(999999 - i), 0]),
  'a map of one name': full(5, 8, () => [0x66, ...digits(111111), 0]),
  'a list of texts': full(4, 2, () => [0x61, 0x61]),
  'a list of the largest numbers': full(4, 9, () => [0x1b, ...Array(8).fill(255)]),
  'as many programs as fit': encode(receipt),
};

for (const [name, bytes] of Object.entries(FILES)) {
  test(`${name}: read or refused in time`, (t) => {
    const start = process.cpuUsage();
    if (name === 'as many programs as fit') assert.equal(decodeReceipt(bytes).programs.length, 20_000);
    else assert.throws(() => decodeReceipt(bytes), { code: 'MOXBOX_RECEIPT' });
    const { user, system } = process.cpuUsage(start);
    t.diagnostic(`${bytes.length} bytes, ${((user + system) / 1000).toFixed(0)} ms`);
    assert.ok((user + system) / 1000 < LIMIT_MS, 'a file holds the parser up');
  });
}
