/**
 * Guests for tests: the committed demos, and programs of a few instructions for what no sensible C program does.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, demoGuest } from '../js/helpers.js';
import { ENTRY, op, program } from '../js/program.js';

export { ENTRY };
const [R0, R1, R2, R3] = [2, 3, 4, 5];

/** @param {string} name of a demo @returns {Buffer} */
export const demo = (name) => readFileSync(demoGuest(name));

/** A C program that works for ever, at many things (tests/guests/busy.c). */
export const busy = readFileSync(join(ROOT, 'tests', 'guests', 'busy.elf'));

/** @param {number[][]} code of tests/js/program.js */
const elfOf = (code) => Buffer.from(program(code));

/** $r0 counts up for ever. */
export const spin = elfOf([op.inc(R0, 1), op.jmpa(ENTRY)]);

/** One instruction that works, then a read of address 0x10. */
export const FAULT_PC = ENTRY + 6;
export const badRead = elfOf([op.ldi(R1, 0x10), op.load(R0, R1)]);

/** A brk as the first instruction. */
export const breaks = elfOf([op.brk()]);

/** A page of memory from mmap every six instructions, for ever. */
export const MAPPER_LOOP = 6;
export const mapper = elfOf([op.ldi(R0, 0), op.ldi(R1, 4096), op.ldi(R2, 7), op.ldi(R3, 6), op.swi(90), op.jmpa(ENTRY)]);
