/**
 * Flips every value that JavaScript takes from the core, one at a time:
 *
 *     node tests/js/hostile-cases.js
 *
 * A box is made, run, read and hashed; everything that web/heap.js reads from the core's memory and everything
 * that an export returns is counted. Then the same is done again for each of these values and each way of
 * changing it. It must end in a MoxboxError or in results of the right shape that
 * are the caller's own. The core itself goes on with the true values, so that what is tested is the glue: it
 * must not loop, hand out a wrong view, or let a foreign exception through. hostile.test.js runs this as a
 * process of its own, because a loop can only be ended from outside.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Box, MoxboxError } from '../../node/index.js';
import { bytesSource } from '../../web/input.js';
import { LIMITS } from '../../web/generated/tables.js';
import { Heap } from '../../web/heap.js';
import { loadAll } from '../../web/load.js';
import { Machine } from '../../web/machine.js';
import { driveSync } from '../../web/slices.js';
import { readSnapshot, writeSnapshot } from '../../web/snapshot.js';
import { bytes, coreModule, demoGuest } from './helpers.js';
import { op, program } from './program.js';

const CORE = coreModule();
const SORT = { programs: [new Uint8Array(readFileSync(demoGuest('sort')))], data: [bytes('c\nb\na\n'), new Uint8Array(0)] };
/** @typedef {{programs: Uint8Array[], data: Uint8Array[]}} Inputs */
const FAULT = { programs: [program([op.ldi(3, 0x100), op.load(3, 3)])], data: [bytes('abc')] };
/** @type {any} */
const OPTIONS = { memoryLimitBytes: LIMITS.defaultMemoryLimit, stackSizeBytes: LIMITS.defaultStackSize };
/** Of long records only the first words and the last are changed; the others are treated alike. */
const WORDS_CHANGED = 20;

/** Ways to change a number that the core gave. @type {((value: number) => number)[]} */
const NUMBERS = [() => 0, () => 4097, (value) => value ^ 1, (value) => value ^ (1 << 31), () => 0xffffffff, () => 0x7fffffff,
  (value) => value + 4, (value) => value ^ 0x00010000, () => 0xfffffffc, () => 0xf0000];
/** Ways to change bytes. @type {((bytes: Uint8Array) => Uint8Array)[]} */
const BYTES = [(block) => block.fill(0), (block) => block.fill(0xff), (block) => block.map((byte) => byte ^ 1),
  (block) => block.map((byte) => byte ^ 0x80)];

/** What is changed in this run: the at-th value, in the way-th manner. */
const target = { at: -1, way: 0, seen: 0, named: '' };
/** An address that was changed, to be changed back when it is given to the core. */
const moved = { from: 0, to: 0 };

/** @param {string} what @param {number} value */
function tampered(what, value) {
  target.seen += 1;
  if (target.seen - 1 !== target.at) return value;
  target.named = what;
  moved.to = value >>> 0;
  const changed = NUMBERS[target.way % NUMBERS.length](value);
  moved.from = changed >>> 0;
  return changed;
}

/** @param {string} what @param {Uint8Array} block */
function tamperedBytes(what, block) {
  target.seen += 1;
  if (target.seen - 1 !== target.at || block.length === 0) return block;
  target.named = what;
  return BYTES[target.way % BYTES.length](block);
}

/** The true address for one in a block of so many bytes whose address was changed. @param {number} address @param {number} size */
function trueAddress(address, size) {
  const isNear = moved.from !== moved.to && address >= moved.from && address - moved.from < size;
  return isNear ? address - moved.from + moved.to : address;
}

/** The same for an argument, which may as well be a number that is no address. @param {any} value */
function trueArgument(value) {
  if (typeof value !== 'number') return value;
  if (moved.from >= 1 << 16) return trueAddress(value, 2048);
  return value === moved.from && moved.from !== 0 ? moved.to : value;
}

const { u32, words, copy, fill, put, setU32 } = Heap.prototype;
Object.assign(Heap.prototype, {
  /** @this {Heap} @param {any} address @param {number} [offset] */
  u32(address, offset) {
    return tampered('u32', u32.call(this, address, offset)) >>> 0;
  },
  /** @this {Heap} @param {any} address @param {number} count */
  words(address, count) {
    return words.call(this, address, count).map((word, index) =>
      (index < WORDS_CHANGED || index === count - 1 ? tampered(`words[${index}] of ${count}`, word) >>> 0 : word));
  },
  /** @this {Heap} @param {any} address @param {number} length */
  copy(address, length) {
    return tamperedBytes(`copy of ${length}`, copy.call(this, address, length));
  },
  /** @this {Heap} @param {any} address @param {number} length @param {any} write */
  fill(address, length, write) {
    this.pointer(address, length, 'a block');
    return fill.call(this, /** @type {any} */ (trueAddress(address, 1 << 20)), length, write);
  },
  /** @this {Heap} @param {any} address @param {Uint8Array} block */
  put(address, block) {
    this.pointer(address, block.length, 'a block');
    put.call(this, /** @type {any} */ (trueAddress(address, 1 << 20)), block);
  },
  /** @this {Heap} @param {any} address @param {number} value @param {number} [offset] */
  setU32(address, value, offset = 0) {
    this.pointer(address + offset, 4, 'a word');
    setU32.call(this, /** @type {any} */ (trueAddress(address, 1 << 20)), value, offset);
  },
});

/** An instance whose every answer goes through tampered(). */
function instance() {
  /** @type {any} */
  const { exports } = new WebAssembly.Instance(CORE, {});
  exports._initialize();
  return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value !== 'function' ? value
    : (/** @type {any[]} */ ...args) => {
      const answer = value(...args.map(trueArgument));
      return typeof answer === 'number' ? tampered(name, answer) | 0 : answer;
    }]));
}

/** Memory of the core that must never be handed out. @type {WebAssembly.Memory} */
let memory;

/** @param {unknown} array @param {number} [length] */
function checkOwn(array, length) {
  assert.ok(array instanceof Uint8Array && array.buffer !== memory.buffer, 'a view of the core\'s memory');
  assert.equal(array.byteLength, array.buffer.byteLength, 'a part of something else');
  if (length !== undefined) assert.equal(array.length, length);
}

/** @param {import('../../node/index.js').Result} result */
function checkResult(result) {
  assert.ok(['none', 'exit', 'budget', 'fault', 'break'].includes(result.stop));
  assert.equal(result.exitCode !== undefined, result.stop === 'exit');
  assert.equal(result.fault !== undefined, result.stop === 'fault');
  assert.ok(result.instructions >= 0n && result.instructions < 2n ** 64n);
  checkOwn(result.output);
  checkOwn(result.state);
  for (const hash of [...result.hashes.programs, ...result.hashes.data, result.hashes.machine]) assert.match(hash ?? '', /^[0-9a-f]{64}$/);
}

/** A machine in an instance that lies. */
function freshMachine() {
  const exports = instance();
  ({ memory } = exports);
  const machine = new Machine(exports);
  machine.create(LIMITS.defaultMemoryLimit, LIMITS.defaultStackSize);
  return machine;
}

/** Does everything that a user can do. @param {Inputs} inputs */
function useAll(inputs) {
  const machine = freshMachine();
  driveSync(loadAll(machine, { programs: inputs.programs.map(bytesSource), data: inputs.data.map(bytesSource) }));
  const sizes = { programs: inputs.programs.map(({ length }) => length), data: inputs.data.map(({ length }) => length) };
  const box = new Box(machine, Box.host, OPTIONS, sizes);
  box.step(3);
  const { pc } = box.report;
  checkOwn(box.read(pc, 2), 2);
  for (const line of box.disassemble(pc, 2)) {
    checkOwn(line.bytes);
    assert.match(line.text, /^[\x20-\x7e]*$/);
  }
  for (const region of box.regions) assert.ok(region.address + region.size <= 2 ** 32);
  assert.equal(box.registers.special.length, 256);
  const snapshot = driveSync(writeSnapshot(() => machine, { omitData: false, budget: 1000n }));
  checkOwn(snapshot);
  checkResult(box.runSync({ budget: 1_000_000, hashes: true }));
  if (inputs === FAULT) goOn(snapshot); /* the other takes longer and shows no more */
}

/** Another box goes on from a snapshot. @param {Uint8Array} snapshot */
function goOn(snapshot) {
  const machine = freshMachine();
  const { sizes, budget, ...options } = driveSync(readSnapshot(machine, { snapshot: bytesSource(snapshot), data: [] }, {}));
  for (const size of [...sizes.programs, ...sizes.data, ...Object.values(options)]) assert.ok(Number.isSafeInteger(size) && size >= 0);
  const box = new Box(machine, Box.host, options, sizes, budget);
  checkResult(box.runSync({ budget: 100, hashes: true }));
}

/** One run with one value changed; how it ended. @param {Inputs} inputs */
function attempt(inputs) {
  target.seen = 0;
  moved.from = moved.to = 0;
  try {
    useAll(inputs);
    return 'a result';
  } catch (error) {
    if (!MoxboxError.is(error)) {
      console.log(`value ${target.at} (${target.named}), way ${target.way}: ${error instanceof Error ? error.stack : String(error)}`);
      process.exit(1);
    }
    return error.code;
  }
}

/** @type {Record<string, number>} */
const ends = {};
let attempts = 0;
let slowest = 0;
for (const inputs of [SORT, FAULT]) {
  target.at = -1;
  assert.equal(attempt(inputs), 'a result');
  const values = target.seen;
  for (target.at = 0; target.at < values; target.at += 1) {
    for (target.way = 0; target.way < NUMBERS.length; target.way += 1) {
      const start = performance.now();
      const end = attempt(inputs);
      slowest = Math.max(slowest, performance.now() - start);
      ends[end] = (ends[end] ?? 0) + 1;
      attempts += 1;
    }
  }
}
console.log(JSON.stringify({ attempts, ends, slowestMs: Math.round(slowest) }));
