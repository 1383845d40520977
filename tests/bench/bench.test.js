/** What the benchmark rests on: its programs compute the same in every build, and its sums are right. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../node/index.js';
import { ROOT, buildPrograms, runTool } from './build.js';
import { wasmImports } from './measure.js';
import { PROGRAMS } from './programs.js';
import { bars, means } from './report.js';
import { geometricMean, median, summary } from './statistics.js';

const built = buildPrograms(PROGRAMS, () => {});

/** @param {string} path @param {number} size @returns {Promise<number>} */
async function wasmChecksum(path, size) {
  const module = await WebAssembly.compile(readFileSync(join(ROOT, path)));
  const exports = /** @type {Record<string, Function>} */ ((await WebAssembly.instantiate(module, wasmImports(module))).exports);
  exports._initialize?.();
  return exports.bench?.(size) >>> 0;
}

/** @param {string} path @param {number} size @param {'interpreter' | 'translator'} engine @returns {Promise<number>} */
async function guestChecksum(path, size, engine) {
  const input = Buffer.alloc(4);
  input.writeUInt32LE(size);
  const result = await run(readFileSync(join(ROOT, path)), { data: [input], budget: Infinity, engine });
  assert.equal(result.stop, 'exit');
  assert.equal(result.exitCode, 0);
  return Buffer.from(result.output).readUInt32LE();
}

for (const { name, quick } of PROGRAMS) {
  test(`${name} computes the same as guest, as wasm and natively`, async () => {
    const paths = built.get(name);
    assert(paths);
    const native = JSON.parse(runTool(join(ROOT, paths.native), [String(quick), '1'])).checksum;
    assert.notEqual(native, 0, 'a program that finds itself wrong returns 0');
    assert.equal(await wasmChecksum(paths.wasm, quick), native);
    assert.equal(await guestChecksum(paths.guest, quick, 'interpreter'), native);
    assert.equal(await guestChecksum(paths.guest, quick, 'translator'), native);
  });
}

test('medians and geometric means are what they are called', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert(Math.abs(geometricMean([2, 8]) - 4) < 1e-12);
  const runs = [{ ms: 3, cpuMs: 2 }, { ms: 1, cpuMs: 1 }, { ms: 2, cpuMs: 0.5 }];
  assert.deepEqual(summary(runs), { bestMs: 1, medianMs: 2, runs: 3, bestCpuMs: 0.5 });
});

/** @param {string} kind @param {number} boxMs @returns {import('./bench.js').Row} a program that takes 1 ms as wasm */
function row(kind, boxMs) {
  const timed = (/** @type {number} */ ms) => ({ bestMs: ms, medianMs: ms, runs: 1, bestCpuMs: ms / 2,
    coldMs: ms, coldRunMs: ms });
  return { name: kind, kind, size: 1, checksum: 1, instructions: 1e6, native: timed(0.5),
    engines: { node: { box: timed(boxMs), wasm: timed(1) } } };
}

test('float programs count in the mean over all programs only', () => {
  const found = new Map(means([row('kernel', 4), row('mixed', 9), row('float', 216)], 'node')
    .map(({ group, toWasm, toNative }) => [group, { toWasm, toNative }]));
  assert(Math.abs((found.get('integer programs')?.toWasm ?? 0) - 6) < 1e-9);
  assert(Math.abs((found.get('integer programs')?.toNative ?? 0) - 12) < 1e-9);
  assert(Math.abs((found.get('all programs')?.toWasm ?? 0) - 7776 ** (1 / 3)) < 1e-9);
  assert.equal(found.has('calls'), false);
});

test('a bar is met up to its limit and not beyond', () => {
  const results = /** @type {any} */ ({
    engines: [{ name: 'node', place: 'node', mode: 'interpreter' }], programs: [row('kernel', 20)],
    start: {}, load: { node: { bytes: 1 << 20, addMs: 2, copyMs: 1, hashMs: 1, ratio: 1.06, ratioCpu: 1 } },
    memory: { node: [{ name: 'x', usedBytes: 10 << 20, heldBytes: 20 << 20 },
      { name: 'y', usedBytes: 0, heldBytes: 9 << 20 }] },
    core: { bytes: 1, gzipBytes: 1 } });
  assert.deepEqual(bars(results).map(({ name, met }) => [name, met]), [
    ['node: against wasm, geometric mean of integer programs', true],
    ['node: the same in processor time', true],
    ['node: against wasm, geometric mean of all programs', true],
    ['node: the same in processor time', true],
    ['node: adding 1 MiB against one copy and one SHA-256', false],
    ['node: the same in processor time', true],
    ['node: memory of the instance, guest x', true],
    ['node: memory of the instance, guest y', false],
    ['core.wasm with gzip', true],
  ]);
});
