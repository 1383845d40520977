/**
 * Guests for tests: the committed demos, and programs of a few instructions put together here byte by byte,
 * for what no sensible C program does.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './chromium.js';

const HEADER_SIZE = 52 + 32;
const BASE = 0x1000;
export const ENTRY = BASE + HEADER_SIZE;

/** @param {string} name of a demo @returns {Buffer} */
export function demo(name) {
  return readFileSync(join(ROOT, 'demo', 'guests', `${name}.elf`));
}

/** A C program that works for ever, at many things (tests/guests/busy.c). */
export const busy = readFileSync(join(ROOT, 'tests', 'guests', 'busy.elf'));

/** @param {number} value @returns {number[]} */
const word = (value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];

/**
 * An ELF executable of one segment, header included, at BASE.
 * @param {number[]} code
 * @returns {Buffer}
 */
function elfOf(code) {
  const size = HEADER_SIZE + code.length;
  const half = (/** @type {number} */ value) => word(value).slice(0, 2);
  return Buffer.from([
    0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ...half(2), ...half(223), ...word(1), ...word(ENTRY), ...word(52), ...word(0), ...word(0),
    ...half(52), ...half(32), ...half(1), ...half(0), ...half(0), ...half(0),
    ...word(1), ...word(0), ...word(BASE), ...word(BASE), ...word(size), ...word(size), ...word(5), ...word(1),
    ...code,
  ]);
}

/** $r0 counts up for ever: inc $r0, 1; jmpa to it. */
export const spin = elfOf([0x01, 0x82, 0x00, 0x1a, ...word(ENTRY)]);

/** One instruction that works, then a read of address 0x10: ldi.l $r1, 0x10; ld.l $r0, ($r1). */
export const FAULT_PC = ENTRY + 6;
export const badRead = elfOf([0x30, 0x01, ...word(0x10), 0x23, 0x0a]);

/** A brk as the first instruction. */
export const breaks = elfOf([0x00, 0x35]);

/** A page of memory from mmap every six instructions, for ever. */
export const MAPPER_LOOP = 6;
export const mapper = elfOf([
  0x20, 0x01, ...word(0), 0x30, 0x01, ...word(4096), 0x40, 0x01, ...word(7), 0x50, 0x01, ...word(6),
  0x00, 0x30, ...word(90), 0x00, 0x1a, ...word(ENTRY),
]);
