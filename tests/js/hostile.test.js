import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Box, MoxboxError } from '../../node/index.js';
import { Box as WorkerBox } from '../../node/worker-client.js';
import { bytesSource } from '../../web/input.js';
import { LIMITS } from '../../web/generated/tables.js';
import { loadAll } from '../../web/load.js';
import { Machine } from '../../web/machine.js';
import { driveSync } from '../../web/slices.js';
import { bytes, demoGuest, endWith, failsWith, guest } from './helpers.js';
import { countdown, program, op } from './program.js';

const CORE_BYTES = new Uint8Array(readFileSync(new URL('../../web/core.wasm', import.meta.url)));
const CORE = new WebAssembly.Module(CORE_BYTES);

test('the core can ask its host for nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(CORE), []);
});

test('every value that comes out of the core, changed, gives a typed error or a result of the right shape', async (t) => {
  const script = fileURLToPath(new URL('hostile-cases.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 600_000 });
  const { attempts, ends } = JSON.parse(stdout);
  assert.ok(attempts > 3000, `${attempts} attempts`);
  assert.ok(ends.MOXBOX_CORRUPT > 0 && ends['a result'] > 0, stdout);
  t.diagnostic(stdout.trim());
});

/**
 * The core's module with another upper limit of its memory, so that the engine refuses to grow it.
 * @param {number} pages
 */
function withMaximum(pages) {
  const at = memorySection(CORE_BYTES);
  const [body, size, sizeEnd] = [at.body, at.size, at.body];
  const [count, afterCount] = leb(CORE_BYTES, body);
  const flags = CORE_BYTES[afterCount];
  const [initial, afterInitial] = leb(CORE_BYTES, afterCount + 1);
  assert.deepEqual([count, flags], [1, 1], 'one memory with a maximum');
  const section = [1, 1, ...toLeb(initial), ...toLeb(Math.max(pages, initial))];
  assert.ok(afterInitial > sizeEnd);
  const patched = [...CORE_BYTES.subarray(0, at.id), 5, ...toLeb(section.length), ...section, ...CORE_BYTES.subarray(body + size)];
  return { initial, module: new WebAssembly.Module(Uint8Array.from(patched)) };
}

/** @param {Uint8Array} file @returns {{id: number, size: number, body: number}} */
function memorySection(file) {
  for (let at = 8; at < file.length; ) {
    const [size, body] = leb(file, at + 1);
    if (file[at] === 5) return { id: at, size, body };
    at = body + size;
  }
  throw new Error('the core has no memory section');
}

/** @param {Uint8Array} file @param {number} at @returns {[number, number]} value, and where the next byte is */
function leb(file, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    value |= (file[at] & 0x7f) << shift;
    at += 1;
    if (file[at - 1] < 0x80) return [value >>> 0, at];
  }
}

/** @param {number} value @returns {number[]} */
function toLeb(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...toLeb(value >>> 7)];
}

/** A guest that maps `times` regions of 256 KiB and stores into each; then it exits with 5. @param {number} times */
const mapping = (times) => program([...Array.from({ length: times }, () => [op.ldi(2, 0), op.ldi(3, 0x40000), op.ldi(4, 7), op.ldi(5, 6),
  [0x3000, 90, 0], op.store(2, 3)]).flat(), op.exit(5)]);

test('memory that cannot grow is MOXBOX_NO_MEMORY at every limit, and with enough of it all is as ever', async (t) => {
  const { initial } = withMaximum(0);
  const input = { programs: [mapping(8)], data: [new Uint8Array(initial * 65536).fill(3)] };
  const whole = await Box.create(input);
  const expected = await whole.run({ hashes: true });
  assert.equal(expected.exitCode, 5);
  /** @type {Set<string>} */
  const failed = new Set();
  let pages = initial;
  for (let done = false; !done; pages += 1) {
    assert.ok(pages < 3 * initial + 200, 'no limit is enough');
    const { module } = withMaximum(pages);
    try {
      const box = await Box.create({ ...input, core: module });
      try {
        const result = await box.run({ hashes: true });
        assert.deepEqual(result, expected);
        done = true;
      } catch (error) {
        failsWith('MOXBOX_NO_MEMORY')(error);
        failed.add('run');
        await checkStandsBeforeCall(box, input);
      }
    } catch (error) {
      failsWith('MOXBOX_NO_MEMORY')(error);
      failed.add('create');
    }
  }
  assert.deepEqual([...failed].sort(), ['create', 'run']);
  t.diagnostic(`limits of ${initial} to ${pages - 1} pages`);
});

/** The box stands where a smaller budget would have stopped it. @param {Box} box @param {{programs: Uint8Array[], data: Uint8Array[]}} input */
async function checkStandsBeforeCall(box, input) {
  const { instructions, stop } = box.report;
  assert.equal(stop, 'budget');
  assert.equal(box.disassemble(box.report.pc, 1)[0].text, 'swi 0x5a');
  const other = await Box.create(input);
  await other.run({ budget: instructions });
  assert.equal(await box.stateHash(), await other.stateHash());
  await assert.rejects(box.run(), failsWith('MOXBOX_NO_MEMORY')); // there is still none
  assert.equal(box.report.instructions, instructions);
}

test('memory that grows during every call leaves no stale view', async () => {
  for (const inputs of [{ programs: [readFileSync(demoGuest('json'))], data: [bytes('{"a":[1,2]}')] }, { programs: [readFileSync(guest('mmap'))], data: [] }]) {
    const plain = await Box.create(inputs);
    const expected = await plain.run({ hashes: true });
    /** @type {any} */
    const { exports } = new WebAssembly.Instance(CORE, {});
    exports._initialize();
    let grown = 0;
    const growing = Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value !== 'function' ? value
      : (/** @type {any[]} */ ...args) => {
        const answer = value(...args);
        exports.memory.grow(1); // detaches every view made before
        grown += 1;
        return answer;
      }]));
    const machine = new Machine(growing);
    machine.create(LIMITS.defaultMemoryLimit, LIMITS.defaultStackSize);
    driveSync(loadAll(machine, { programs: inputs.programs.map(bytesSource), data: inputs.data.map(bytesSource) }));
    const sizes = { programs: inputs.programs.map(({ length }) => length), data: inputs.data.map(({ length }) => length) };
    /** @type {any} */
    const options = { memoryLimitBytes: LIMITS.defaultMemoryLimit, stackSizeBytes: LIMITS.defaultStackSize };
    const box = new Box(machine, Box.host, options, sizes);
    assert.deepEqual(await box.run({ hashes: true }), expected);
    assert.deepEqual(box.regions, plain.regions);
    assert.deepEqual(box.registers, plain.registers);
    assert.deepEqual(box.disassemble(0x1000, 50), plain.disassemble(0x1000, 50));
    assert.ok(grown > 100);
  }
});

/**
 * Runs `use` with the n-th large allocation of JavaScript failing as an engine's does.
 * @param {number} n from 0
 * @param {() => Promise<unknown>} use
 * @returns {Promise<boolean>} whether there was an n-th
 */
async function withoutMemory(n, use) {
  const { slice } = Uint8Array.prototype;
  const Real = Uint8Array;
  let seen = 0;
  const fail = () => {
    seen += 1;
    if (seen - 1 === n) throw new RangeError('Array buffer allocation failed');
  };
  globalThis.Uint8Array = new Proxy(Real, {
    construct(target, args, self) {
      if (typeof args[0] === 'number') fail();
      return Reflect.construct(target, args, self);
    },
  });
  Real.prototype.slice = function failing(...args) {
    fail();
    return slice.apply(this, args);
  };
  try {
    await use();
  } catch (error) {
    assert.ok(MoxboxError.is(error), `allocation ${n}: ${error instanceof Error ? error.stack : String(error)}`);
    assert.equal(error.code, 'MOXBOX_NO_MEMORY');
  } finally {
    globalThis.Uint8Array = Real;
    Real.prototype.slice = slice;
  }
  return seen > n;
}

test('an allocation of JavaScript that fails is MOXBOX_NO_MEMORY, and the same call works afterwards', async () => {
  const input = { programs: [demoGuest('sort')], data: [bytes('c\nb\na\n')] };
  const expected = await (await Box.create(input)).run({ hashes: true });
  let n = 0;
  for (; ; n += 1) {
    const box = await Box.create(input);
    const again = await withoutMemory(n, () => box.run({ hashes: true }));
    assert.deepEqual(await box.run({ hashes: true }), { ...expected, budget: (await box.collect()).budget });
    if (!again) break;
  }
  assert.ok(n >= 5, `${n} allocations`);
  for (n = 0; await withoutMemory(n, () => Box.create({ ...input, programs: [guest('count')] })); n += 1);
  const box = await Box.create(input);
  const snapshot = await box.snapshot();
  for (n = 0; await withoutMemory(n, () => box.snapshot()); n += 1) assert.deepEqual(await box.snapshot(), snapshot);
  assert.ok(n >= 3, `${n} allocations`);
  const kept = new Blob([/** @type {any} */ (snapshot)]);
  for (n = 0; await withoutMemory(n, () => Box.restore(kept)); n += 1);
  assert.ok(n >= 1, `${n} allocations`);
});

test('a message that cannot be sent to the worker is an error of that call, and the worker goes on', async (t) => {
  const box = endWith(t, await WorkerBox.create({ programs: [countdown(3)] }));
  const { Worker } = await import('node:worker_threads');
  const real = Worker.prototype.postMessage;
  Worker.prototype.postMessage = () => { throw new DOMException('Data cannot be cloned, out of memory.', 'DataCloneError'); };
  try {
    await assert.rejects(box.step(1), failsWith('MOXBOX_WORKER'));
  } finally {
    Worker.prototype.postMessage = real;
  }
  assert.equal((await box.step(1)).instructions, 1n);
});
