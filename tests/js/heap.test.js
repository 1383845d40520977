import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box, MoxboxError } from '../../node/index.js';
import { startMachine } from '../../web/core.js';
import { LIMITS, REPORT_FIELDS, STATUSES, STOPS } from '../../web/generated/tables.js';
import { Heap } from '../../web/heap.js';
import { Machine } from '../../web/machine.js';
import { driveSync } from '../../web/slices.js';
import { loadAll } from '../../web/load.js';
import { bytesSource } from '../../web/input.js';
import { coreModule, failsWith } from './helpers.js';
import { countdown, program, op } from './program.js';

const CORE = coreModule();

/**
 * A real instance whose exports a test can replace, loaded with a small program.
 * @param {Record<string, any>} replaced
 */
function hostileMachine(replaced) {
  const { exports } = new WebAssembly.Instance(CORE, {});
  /** @type {any} */ (exports)._initialize();
  const machine = new Machine({ ...exports, ...replaced });
  machine.create(LIMITS.defaultMemoryLimit, LIMITS.defaultStackSize);
  driveSync(loadAll(machine, { programs: [bytesSource(countdown(3))], data: [] }));
  return machine;
}

/** @param {(words: DataView, memory: WebAssembly.Memory) => void} change */
function withReport(change) {
  const { exports } = new WebAssembly.Instance(CORE, {});
  /** @type {any} */
  const core = exports;
  core._initialize();
  const machine = new Machine({
    ...core,
    mox_box_report(/** @type {number} */ box) {
      const at = core.mox_box_report(box);
      change(new DataView(core.memory.buffer, at), core.memory);
      return at;
    },
  });
  machine.create(LIMITS.defaultMemoryLimit, LIMITS.defaultStackSize);
  driveSync(loadAll(machine, { programs: [bytesSource(countdown(3))], data: [] }));
  return new Box(machine, Box.host, { memoryLimitBytes: 1, stackSizeBytes: 1 }, { programs: [1], data: [] });
}

/** @param {string} field */
const wordAt = (field) => 4 * REPORT_FIELDS.indexOf(field);

test('pointers outside the memory are refused, whatever their type', () => {
  const heap = new Heap(new WebAssembly.Memory({ initial: 1 }));
  for (const [value, length] of [[0, 1], [65536, 1], [65535, 2], [-1, 1], [1, 65536], [1, -1], [1, 1.5], [1, NaN],
    [undefined, 1], ['8', 1], [8n, 1], [NaN, 1]]) {
    assert.throws(() => heap.pointer(value, /** @type {number} */ (length), 'x'), failsWith('MOXBOX_CORRUPT'));
  }
  assert.equal(heap.pointer(65532, 4, 'x'), 65532);
});

test('a copy survives the growth of memory, and nothing reads a stale view', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Heap(memory);
  const at = heap.pointer(8, 4, 'x');
  heap.setU32(at, 7);
  const copy = heap.copy(at, 4);
  memory.grow(1);
  assert.equal(copy[0], 7);
  assert.equal(heap.u32(at), 7);
  assert.equal(heap.size, 131072);
});

test('text without an end or with control characters is refused', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Heap(memory);
  const at = heap.pointer(8, 4, 'x');
  new Uint8Array(memory.buffer).set([65, 66, 67, 68], 8);
  assert.throws(() => heap.text(at, 4, 'x'), failsWith('MOXBOX_CORRUPT'));
  new Uint8Array(memory.buffer).set([0x1b, 0], 8);
  assert.throws(() => heap.text(at, 4, 'x'), failsWith('MOXBOX_CORRUPT'));
});

test('a stop or a fault kind that does not exist is refused', () => {
  for (const field of ['stop', 'faultKind']) {
    for (const value of [STOPS.length, 99, 0xffffffff]) {
      const box = withReport((report) => report.setUint32(wordAt(field), value, true));
      assert.throws(() => box.report, failsWith('MOXBOX_CORRUPT'));
      assert.throws(() => box.runSync(), failsWith('MOXBOX_CORRUPT'));
    }
  }
});

test('every word of the report, flipped, gives a typed error or a result, never anything else', () => {
  for (let word = 0; word < REPORT_FIELDS.length; word += 1) {
    for (let bit = 0; bit < 32; bit += 1) {
      const box = withReport((report) => report.setUint32(4 * word, report.getUint32(4 * word, true) ^ (2 ** bit), true));
      try {
        box.runSync({ budget: 1000 });
      } catch (error) {
        assert.ok(MoxboxError.is(error), `${REPORT_FIELDS[word]} bit ${bit}: ${String(error)}`);
      }
    }
  }
});

test('a count that does not fit the budget is refused', () => {
  let calls = 0;
  const box = withReport((report) => {
    calls += 1;
    if (calls > 1) report.setUint32(wordAt('countLow'), 5000, true);
  });
  assert.throws(() => box.runSync({ budget: 100 }), failsWith('MOXBOX_CORRUPT', { message: /under a budget/ }));
});

test('a report, a hash or a window outside the memory is refused', () => {
  assert.throws(() => hostileMachine({ mox_box_report: () => 0x7ffffff0 }).report(), failsWith('MOXBOX_CORRUPT'));
  assert.throws(() => hostileMachine({ mox_box_report: () => 0 }).report(), failsWith('MOXBOX_CORRUPT'));
  assert.throws(() => hostileMachine({ mox_box_program_hash: () => 0 }).inputHash('program', 0), failsWith('MOXBOX_CORRUPT'));
  assert.throws(() => hostileMachine({ mox_box_window: () => -16 }).read(0x1000, 4), (error) => MoxboxError.is(error));
});

test('statuses that do not exist are refused, and those that do have their code', () => {
  for (const status of [STATUSES.length, -1, 1.5, undefined, 2n]) {
    assert.throws(() => hostileMachine({}).run.call(hostileMachine({ mox_box_run: () => status }), 1n), failsWith('MOXBOX_CORRUPT'));
  }
  for (const [status, { name }] of STATUSES.entries()) {
    const machine = hostileMachine({ mox_box_run: () => status });
    if (status === 0) assert.doesNotThrow(() => machine.run(1n));
    else assert.throws(() => machine.run(1n), failsWith(`MOXBOX_${name}`));
  }
});

test('regions without end, out of order or with impossible rights are refused', () => {
  assert.throws(() => hostileMachine({ mox_box_region: () => 1 }).regions(), failsWith('MOXBOX_CORRUPT'));
  assert.throws(() => hostileMachine({ mox_box_region: () => 7 }).regions(), failsWith('MOXBOX_CORRUPT'));
});

test('a trap inside the core is a typed error, and the machine is not used again', () => {
  const machine = hostileMachine({ mox_box_run() { throw new WebAssembly.RuntimeError('unreachable'); } });
  assert.throws(() => machine.run(1n), failsWith('MOXBOX_CORRUPT'));
  assert.throws(() => machine.report(), failsWith('MOXBOX_CORRUPT'));
  assert.throws(() => machine.registers(), failsWith('MOXBOX_CORRUPT'));
});

test('memory that the host does not give is MOXBOX_NO_MEMORY', () => {
  assert.throws(() => hostileMachine({ mox_alloc: () => 0 }), failsWith('MOXBOX_NO_MEMORY'));
});

test('an instance holds little more than its guest uses', () => {
  for (const size of [0, 1 << 20, 32 << 20]) {
    const machine = startMachine(CORE);
    machine.create(LIMITS.defaultMemoryLimit, LIMITS.defaultStackSize);
    driveSync(loadAll(machine, { programs: [bytesSource(program([op.exit(0)]))], data: [bytesSource(new Uint8Array(size))] }));
    machine.run(100n);
    const used = machine.report().memoryBytes;
    assert.ok(machine.heldBytes <= 1.2 * used + (8 << 20), `${machine.heldBytes} bytes held for ${used}`);
  }
});
