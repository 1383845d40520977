import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Box, encodeReceipt, receiptOf, verify } from '../../node/index.js';
import { Box as WorkerBox } from '../../node/worker-client.js';
import { NATIVE, skipWithoutNative as skip } from '../native.js';
import { CLI, bytes, demoGuest, endWith, failsWith, folder, guest, text } from './helpers.js';
import { countdown, forever, op, program } from './program.js';

/** @typedef {import('../../node/index.js').Result} Result */

const ENGINES = /** @type {const} */ (['interpreter', 'translator']);

const [SP, R0, R1, R2, R3, R5] = [1, 2, 3, 4, 5, 7];
const mmap = (/** @type {number} */ size) => [op.ldi(R0, 0), op.ldi(R1, size), op.ldi(R2, 7), op.ldi(R3, 6), op.swi(90)];

/** Heap of two regions, the stack, both buffers, comparisons, a loop; then `end`. @param {number[][]} end */
const busy = (end) => program([op.gsr(SP, 7), op.dec(SP, 8), op.store(SP, R5), ...mmap(4096), ...mmap(3 * 4096), op.ssr(R0, 6),
  op.ldi(R1, 64), op.ssr(R1, 7), op.ssr(R0, 8), op.ssr(R1, 9), op.ldi(R1, 12), op.ldi(R2, 0),
  op.inc(R0, 4), op.store(R0, R1), op.store(SP, R0), op.dec(R1, 1), op.cmp(R1, R2), op.bne(-12), ...end]);

/** @type {Record<string, number[][]>} */
const ENDS = { exit: [op.exit(0x1234)], fault: [op.ldi(R1, 0xffffff00), op.store(R1, R1)], break: [op.brk()], illegal: [op.bad()] };

/** @param {import('node:test').TestContext} t @param {any} options */
const boxFor = async (t, options) => endWith(t, await Box.create(options));

/** What a box computes from where it stands. @param {Box} box @returns {Promise<Result>} */
async function endOf(box) {
  const result = await box.run({ budget: 10_000, hashes: true });
  box.dispose();
  return result;
}

test('after every number of instructions, a snapshot goes on to the same end on every engine', async () => {
  for (const [name, end] of Object.entries(ENDS)) {
    const options = { programs: [busy(end)], data: [bytes('abc'), new Uint8Array(0), new Uint8Array(9000).fill(7, 5000)], cache: /** @type {const} */ (false) };
    const { instructions: count } = await endOf(Box.createSync(options));
    assert.ok(count > 80n && count < 120n, String(count));
    const expected = await endOf(Box.createSync({ ...options, engine: 'interpreter' }));
    const walker = Box.createSync({ ...options, engine: 'interpreter' });
    for (let k = 0; k <= count; k += name === 'exit' ? 1 : Number(count) / 4) {
      k = Math.floor(k);
      while (walker.report.instructions < BigInt(k)) walker.step();
      const omitData = k % 2 === 0;
      const snapshot = await walker.snapshot({ omitData });
      for (const engine of ENGINES) {
        const restored = await Box.restore(snapshot, { data: omitData ? options.data : [], engine, cache: false });
        assert.deepEqual(await restored.snapshot({ omitData }), snapshot);
        assert.deepEqual(restored.report, walker.report);
        assert.deepEqual(restored.registers, walker.registers);
        assert.deepEqual(restored.regions, walker.regions);
        const result = await endOf(restored);
        /* An end that was reached before the snapshot keeps the budget that it was reached under. */
        assert.deepEqual({ ...result, budget: 0n }, { ...expected, budget: 0n }, `${name} ${k} ${engine}`);
      }
    }
    walker.dispose();
  }
});

test('the translator in a box of a snapshot uses what a cache learned, and computes the same', async (t) => {
  const options = { programs: [demoGuest('sort')], data: [bytes(Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 3001}\n`).join(''))] };
  const box = await boxFor(t, options);
  await box.run({ budget: 400_000 });
  const snapshot = await box.snapshot();
  const whole = await box.run({ hashes: true, budget: 10n ** 9n });
  const other = endWith(t, await Box.restore(snapshot));
  assert.deepEqual(await other.run({ hashes: true, budget: 10n ** 9n }), whole);
});

test('the bytes do not depend on how they were cut, nor on the engine', async (t) => {
  const options = { programs: [demoGuest('wordcount')], data: [bytes('some words and some more words '.repeat(20_000))] };
  /** @type {Set<string>} */
  const all = new Set();
  for (const engine of ENGINES) {
    const box = await boxFor(t, { ...options, engine });
    await box.run({ budget: 2_000_000 });
    all.add(Buffer.from(await box.snapshot()).toString('base64'));
    all.add(Buffer.from(await box.snapshot()).toString('base64'));
  }
  assert.equal(all.size, 1);
});

test('a receipt of the whole run is the receipt of a run that went through a snapshot', async (t) => {
  const inputs = { programs: [demoGuest('json')], data: [bytes('{"a": [1, 2.5e3, {"b": null}]}')] };
  const whole = await boxFor(t, inputs);
  const expected = encodeReceipt(await receiptOf(await whole.run({ hashes: true, budget: 100_000 })));
  const first = await boxFor(t, inputs);
  await first.run({ budget: 3000 });
  const second = await Box.restore(await first.snapshot({ omitData: true }), { data: inputs.data });
  const result = await second.run({ hashes: true, budget: 97_000 });
  assert.deepEqual(encodeReceipt(await receiptOf(result)), expected);
  assert.equal((await verify(expected, inputs)).same, true);
  /* One that has ended is the same without a run, too: its budget is in the snapshot. */
  const third = await Box.restore(await second.snapshot());
  assert.deepEqual(encodeReceipt(await receiptOf(await third.collect({ hashes: true }))), expected);
  for (const box of [second, third]) box.dispose();
});

test('a budget without limit stays one, and a box that never ran is one', async () => {
  const box = Box.createSync({ programs: [countdown(3)] });
  const fresh = await Box.restore(await box.snapshot());
  assert.equal(fresh.report.stop, 'none');
  box.runSync({ budget: Infinity });
  const ended = await Box.restore(await box.snapshot());
  assert.equal((await ended.collect()).budget, Infinity);
  for (const each of [box, fresh, ended]) each.dispose();
});

test('snapshot and data come from bytes, Blobs, paths and URLs', async (t) => {
  const dir = folder(t);
  const box = await boxFor(t, { programs: [guest('basic')], data: [bytes('hello')] });
  box.step(100);
  const [path, dataPath] = [join(dir, 'snapshot'), join(dir, 'data')];
  const snapshot = await box.snapshot({ omitData: true });
  writeFileSync(path, snapshot);
  writeFileSync(dataPath, 'hello');
  for (const input of [snapshot, snapshot.slice().buffer, new Blob([/** @type {any} */ (snapshot)]), path, pathToFileURL(path)]) {
    const restored = await Box.restore(input, { data: [dataPath] });
    assert.equal(text((await restored.run()).output), 'hello');
    restored.dispose();
  }
  await assert.rejects(Box.restore(join(dir, 'none')), failsWith('MOXBOX_FILE'));
  await assert.rejects(Box.restore(snapshot, { data: [join(dir, 'none')] }), failsWith('MOXBOX_FILE'));
});

test('a snapshot of much memory needs little more of it, and pages of zeros nothing', async (t) => {
  const box = await boxFor(t, { programs: [program([...mmap(64 << 20), op.inc(R0, 200), op.store(R0, R0), op.exit(0)])] });
  await box.run();
  const held = box.heldBytes;
  assert.ok(held > 64 << 20);
  const seen = /** @type {{doneBytes: number, totalBytes: number}[]} */ ([]);
  const small = await box.snapshot({ onProgress: (at) => seen.push(at) });
  assert.ok(small.length < 3 * 4096, String(small.length));
  assert.ok(seen.length >= 64, 'a piece of 1 MiB at most at a time');
  assert.ok(seen.every(({ doneBytes, totalBytes }, i) => totalBytes > 64 << 20 && doneBytes >= (seen[i - 1]?.doneBytes ?? 0)));
  assert.equal(seen.at(-1)?.doneBytes, seen[0].totalBytes);
  assert.ok(box.heldBytes - held < 8 << 20, `${box.heldBytes - held} bytes more`);
});

test('what is not a snapshot, or the end of one, or damaged, is refused', async () => {
  const box = Box.createSync({ programs: [program([...mmap(4096), op.exit(1)])], data: [bytes('abc')] });
  box.runSync();
  const snapshot = await box.snapshot();
  assert.ok(snapshot.length < 600);
  for (let size = 0; size < snapshot.length; size += 1) {
    await assert.rejects(Box.restore(snapshot.subarray(0, size)), failsWith('MOXBOX_SNAPSHOT_SHORT', { field: 'snapshot' }));
  }
  const longer = new Uint8Array(snapshot.length + 1);
  longer.set(snapshot);
  await assert.rejects(Box.restore(longer), failsWith('MOXBOX_SNAPSHOT_LONG'));
  for (let at = 0; at < snapshot.length; at += 1) {
    const changed = snapshot.slice();
    changed[at] ^= 1 << at % 8;
    await assert.rejects(Box.restore(changed), (error) => /^MOXBOX_(SNAPSHOT_(?!SHORT)|MEMORY_LIMIT)/.test(/** @type {any} */ (error).code)
      || failsWith('MOXBOX_SNAPSHOT_SHORT')(error));
  }
  await assert.rejects(Box.restore(guest('basic')), failsWith('MOXBOX_SNAPSHOT_KIND'));
  box.dispose();
});

test('the caller grants memory and files, whatever the snapshot says', async (t) => {
  const data = [bytes('abc'), bytes('def')];
  const box = await boxFor(t, { programs: [guest('basic')], data, memoryLimitBytes: 1 << 20 });
  const snapshot = await box.snapshot({ omitData: true });
  const granted = await Box.restore(snapshot, { data, memoryLimitBytes: 1 << 20 });
  assert.deepEqual((await granted.collect()).options, { memoryLimitBytes: 1 << 20, stackSizeBytes: 1 << 16 });
  granted.dispose();
  await assert.rejects(Box.restore(snapshot, { data, memoryLimitBytes: (1 << 20) - 1 }), failsWith('MOXBOX_MEMORY_LIMIT'));
  for (const wrong of [[], [data[0]], [data[1], data[0]], [...data, data[0]], [data[0], bytes('deg')], [data[0], bytes('de')]]) {
    await assert.rejects(Box.restore(snapshot, { data: wrong }), failsWith('MOXBOX_SNAPSHOT_DATA', { field: 'snapshot' }));
  }
  await assert.rejects(Box.restore(await box.snapshot(), { data }), failsWith('MOXBOX_SNAPSHOT_DATA'));
});

test('misuse is told at once', async (t) => {
  const box = await boxFor(t, { programs: [countdown(3)] });
  const any = /** @type {any} */ (box);
  assert.throws(() => any.snapshot({ omitData: 1 }), TypeError);
  assert.throws(() => any.snapshot({ signal: 1 }), TypeError);
  assert.throws(() => any.snapshot({ onProgress: 1 }), TypeError);
  assert.throws(() => any.snapshot(null), TypeError);
  await assert.rejects(any.snapshot({ x: 1 }), failsWith('MOXBOX_OPTION', { field: 'x' }));
  const restore = /** @type {any} */ (Box.restore.bind(Box));
  assert.throws(() => restore(), TypeError);
  assert.throws(() => restore(1), TypeError);
  assert.throws(() => restore(bytes(''), { data: [1] }), TypeError);
  assert.throws(() => restore(bytes(''), { signal: 1 }), TypeError);
  await assert.rejects(restore(bytes(''), { stackSizeBytes: 1 }), failsWith('MOXBOX_OPTION', { field: 'stackSizeBytes' }));
  await assert.rejects(restore(bytes(''), { engine: 'x' }), failsWith('MOXBOX_OPTION', { field: 'engine' }));
  await assert.rejects(restore(bytes(''), { memoryLimitBytes: 0 }), failsWith('MOXBOX_OPTION'));
  const first = box.snapshot();
  await assert.rejects(box.snapshot(), failsWith('MOXBOX_BUSY'));
  await first;
  box.dispose();
  await assert.rejects(box.snapshot(), failsWith('MOXBOX_DISPOSED'));
});

test('an abort leaves the box as it is, and nothing of the snapshot', async (t) => {
  const box = await boxFor(t, { programs: [program([...mmap(32 << 20), op.exit(0)])] });
  await box.run();
  const expected = await box.snapshot();
  for (const after of [0, 1, 5]) {
    const stopper = new AbortController();
    let pieces = 0;
    if (after === 0) stopper.abort();
    const taking = box.snapshot({ signal: stopper.signal, onProgress: () => {
      pieces += 1;
      if (pieces === after) stopper.abort();
    } });
    await assert.rejects(taking, failsWith('MOXBOX_ABORTED'));
    assert.equal(pieces, after);
  }
  assert.deepEqual(await box.snapshot(), expected);
  const stopper = new AbortController();
  const restoring = Box.restore(expected, { signal: stopper.signal, onProgress: () => stopper.abort() });
  await assert.rejects(restoring, failsWith('MOXBOX_ABORTED'));
});

test('a box in a worker gives and takes the same bytes', async (t) => {
  const options = { programs: [busy(ENDS.exit)], data: [bytes('abc')] };
  const here = await boxFor(t, options);
  const there = await WorkerBox.create(options);
  here.step(50);
  await there.step(50);
  const snapshot = await here.snapshot({ omitData: true });
  let told = 0;
  assert.deepEqual(await there.snapshot({ omitData: true, onProgress: () => { told += 1; } }), snapshot);
  assert.ok(told > 0);
  const restored = await WorkerBox.restore(snapshot, { data: [new Blob(['abc'])], onProgress: () => { told += 1; } });
  assert.ok(told > 1);
  assert.deepEqual(await restored.run({ hashes: true }), await here.run({ hashes: true }));
  await assert.rejects(WorkerBox.restore(snapshot), failsWith('MOXBOX_SNAPSHOT_DATA', { field: 'snapshot' }));
  await assert.rejects(WorkerBox.restore(snapshot, { signal: AbortSignal.abort() }), failsWith('MOXBOX_ABORTED'));
  await assert.rejects(there.snapshot({ signal: AbortSignal.abort() }), failsWith('MOXBOX_ABORTED'));
  assert.throws(() => restored.snapshot(/** @type {any} */ ({ omitData: 'no' })), TypeError);
  there.dispose();
  restored.dispose();
});

/** Snapshots that programs stop at, natively and here. */
const CASES = [
  { name: 'exit0', budgets: [0, 1, 100] },
  { name: 'basic', data: ['any bytes\n'], budgets: [57, 10_000] },
  { name: 'heap', data: ['x'], budgets: [3000, 200_000] },
  { name: 'faults', data: ['a'], budgets: [40, 10_000] },
  { name: 'faults', data: ['f'], budgets: [10_000] },
  { name: 'faults', data: ['p'], budgets: [10_000] },
  { name: 'faults', data: ['s'], budgets: [10_000] },
  { name: 'inputs', data: ['hello', '', 'x'], budgets: [5000] },
];

/** @param {string} file @param {string[]} args @returns {Promise<{status: number, out: string, err: string}>} */
const command = (file, args) => new Promise((resolve) => {
  execFile(file, args, (error, out, err) => resolve({ status: Number(error?.code ?? 0), out, err }));
});

test('native and wasm write the same snapshots, and each goes on from the other\'s', { skip }, async (t) => {
  const dir = folder(t);
  const at = (/** @type {string} */ name) => join(dir, name);
  for (const { name, data = [], budgets } of CASES) {
    const files = data.map((content, index) => {
      writeFileSync(at(`data${index}`), bytes(content));
      return ['-d', at(`data${index}`)];
    }).flat();
    const inputs = { programs: [guest(name)], data: data.map(bytes) };
    const whole = await boxFor(t, inputs);
    await whole.run({ budget: 1_000_000 });
    for (const [index, budget] of budgets.entries()) {
      const omit = index % 2 === 0 ? ['--omit-data'] : [];
      await command(NATIVE, ['run', '-e', guest(name), ...files, '--budget', String(budget), '--snapshot', at('s'), ...omit]);
      const box = await boxFor(t, inputs);
      await box.run({ budget });
      const snapshot = await box.snapshot({ omitData: omit.length > 0 });
      assert.deepEqual(new Uint8Array(readFileSync(at('s'))), snapshot, `${name} ${budget}`);
      writeFileSync(at('here'), snapshot);
      const rest = String(1_000_000 - budget);
      const { err } = await command(NATIVE, ['run', '--resume', at('here'), ...(omit.length > 0 ? files : []), '--budget', rest, '--receipt', at('r')]);
      assert.equal(err, '');
      const restored = await Box.restore(at('s'), { data: omit.length > 0 ? inputs.data : [] });
      await restored.run({ budget: 1_000_000 - budget });
      const { budget: allowed } = await restored.collect();
      for (const each of [whole, restored]) {
        /* A box that ended before its snapshot has used less than it was allowed then. */
        const receipt = await receiptOf({ ...await each.collect({ hashes: true }), budget: allowed });
        assert.deepEqual(new Uint8Array(readFileSync(at('r'))), encodeReceipt(receipt), `${name} ${budget}`);
      }
      restored.dispose();
    }
  }
});

test('the command line stops at a snapshot and goes on from it', async (t) => {
  const dir = folder(t);
  const at = (/** @type {string} */ name) => join(dir, name);
  writeFileSync(at('data'), 'c\nb\na\n');
  const moxbox = (/** @type {string[]} */ ...args) => command(process.execPath, [CLI, 'run', '-q', ...args]);
  const whole = await moxbox('-e', demoGuest('sort'), '-d', at('data'), '--receipt', at('whole'), '--budget', '5000');
  assert.equal(whole.out, 'a\nb\nc\n');
  const stopped = await moxbox('-e', demoGuest('sort'), '-d', at('data'), '--budget', '1000', '--snapshot', at('s'), '--omit-data');
  assert.deepEqual([stopped.status, stopped.out], [124, '']);
  const resumed = await moxbox('--resume', at('s'), '-d', at('data'), '--budget', '4000', '--receipt', at('resumed'), '--snapshot', at('end'));
  assert.deepEqual(resumed, whole);
  assert.deepEqual(readFileSync(at('resumed')), readFileSync(at('whole')));
  const again = await moxbox('--resume', at('end'), '--json');
  assert.deepEqual([again.status, JSON.parse(again.out).stop], [0, 'exit']);
  const traced = await moxbox('--resume', at('s'), '-d', at('data'), '--budget', '5', '-t', '--json');
  assert.equal(traced.err.split('\n').length - 1, 5);
  assert.equal(JSON.parse(traced.out).budget, '1005');
  const refusals = [[[], 2], [['--resume', at('s'), '-e', guest('basic')], 2], [['--resume', at('s'), '--stack', '8K'], 2],
    [['-e', guest('basic'), '--omit-data'], 2], [['--resume', at('s')], 126], [['--resume', at('data')], 126],
    [['--resume', at('s'), '-d', at('data'), '--memory', '64K'], 126],
    [['-e', guest('basic'), '--snapshot', at('x'), '-o', at('x')], 2], [['-e', guest('basic'), '--snapshot', at('no/x')], 126]];
  for (const [args, status] of /** @type {[string[], number][]} */ (refusals)) {
    const refused = await moxbox(...args);
    assert.equal(refused.status, status, `${args.join(' ')}: ${refused.err}`);
    assert.match(refused.err, /^moxbox: /);
  }
});

test('thousands of regions in a few bytes are made a few at a time', async () => {
  const box = Box.createSync({ programs: [forever()] });
  const snapshot = await box.snapshot();
  box.dispose();
  /* The list of heap regions lies behind one program of one segment and no data. */
  const view = new DataView(snapshot.buffer, snapshot.byteOffset);
  const heaps = 136 + 8 * view.getUint32(132, true) + 4 + 32 + 12 + 12 + 4;
  assert.equal(view.getUint32(heaps, true), 0);
  const many = 60_000;
  const forged = new Uint8Array(heaps + 4 + 4 * many);
  forged.set(snapshot.subarray(0, heaps));
  const words = new DataView(forged.buffer);
  words.setUint32(heaps, many, true);
  for (let i = 0; i < many; i += 1) words.setUint32(heaps + 4 + 4 * i, 4096, true);
  let turns = 0;
  await assert.rejects(Box.restore(forged, { onProgress: () => { turns += 1; } }), failsWith('MOXBOX_SNAPSHOT_SHORT'));
  assert.ok(turns > 3);
});
