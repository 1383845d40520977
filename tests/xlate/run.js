#!/usr/bin/env node
// Differential fuzzing of the translator: random programs in random slices, interpreter against translated
// code, compared on the whole state after every slice.
//
//   tests/xlate/run.js [--programs N] [--seconds S] [--first SEED]
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const parts = ['stop', 'count', 'pc', 'condition code', 'registers', 'special registers', 'memory', 'stop', 'fault'];
const LONGEST = [1, 2, 3, 7, 50, 1000, 30_000];

/** Compiles the harness with the core's own sources. @returns {WebAssembly.Module} */
export function buildHarness() {
  const out = join(root, 'build/xlate');
  mkdirSync(out, { recursive: true });
  const sources = ['isa', 'mem', 'cpu', 'xlate'].flatMap((layer) => readdirSync(join(root, 'core', layer))
    .filter((name) => name.endsWith('.c')).map((name) => join(root, 'core', layer, name)));
  execFileSync('emcc', ['-O2', '-std=c11', `-I${root}/core`, `-I${root}/core/include`, `-I${root}/tests/oracle`, '--no-entry',
    '-sSTANDALONE_WASM', '-sWASM_BIGINT', '-sALLOW_MEMORY_GROWTH', '-sALLOW_TABLE_GROWTH', '-Wl,--export-table',
    '-Wl,--growable-table', '-sERROR_ON_UNDEFINED_SYMBOLS=0', '-sWARN_ON_UNDEFINED_SYMBOLS=0', '-sTOTAL_STACK=512KB',
    join(root, 'tests/xlate/fuzz.c'), join(root, 'tests/oracle/random_program.c'), join(root, 'core/base/alloc.c'),
    ...sources, '-o', join(out, 'fuzz.wasm')],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' } });
  return new WebAssembly.Module(readFileSync(join(out, 'fuzz.wasm')));
}

/** @param {WebAssembly.Module} harness */
export function startHarness(harness) {
  const stats = { modules: 0, bytes: 0 };
  /** @type {Record<string, any>} */
  let exports = {};
  const earlier = new Proxy({}, { get: (_, number) => exports.__indirect_function_table.get(Number(number)) });
  const env = {
    emscripten_notify_memory_growth() {},
    install(/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ count) {
      const bytes = new Uint8Array(exports.memory.buffer, at >>> 0, size).slice();
      const made = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: exports.memory, resume: exports.resume }, table: earlier }).exports;
      const table = exports.__indirect_function_table;
      const first = table.grow(count);
      for (let i = 0; i < count; i += 1) table.set(first + i, made[i]);
      stats.modules += 1;
      stats.bytes += size;
      return first;
    },
  };
  const imports = { env, wasi_snapshot_preview1: { proc_exit() { throw new Error('the harness ended'); } } };
  ({ exports } = new WebAssembly.Instance(harness, imports));
  exports._initialize?.();
  return { exports, stats };
}

/**
 * Runs programs from `first` on until there are enough or it is time.
 * @param {{programs: number, seconds: number, first: number}} options
 */
export function fuzz({ programs, seconds, first }) {
  const harness = buildHarness();
  const until = performance.now() + seconds * 1000;
  const total = { programs: 0, instructions: 0, modules: 0, bytes: 0, failed: /** @type {string[]} */ ([]) };
  let machine = startHarness(harness);
  for (let seed = first; total.programs < programs && performance.now() < until; seed += 1) {
    const longest = LONGEST[seed % LONGEST.length];
    const count = machine.exports.run(seed, longest);
    total.programs += 1;
    total.instructions += Math.abs(count);
    if (count < 0) {
      total.failed.push(`seed ${seed}: ${parts[machine.exports.difference()]} differs after ${-count - 1} instructions`);
      console.log(total.failed.at(-1));
    }
    if (total.programs % 500 === 0) { /* the table only grows */
      total.modules += machine.stats.modules;
      total.bytes += machine.stats.bytes;
      machine = startHarness(harness);
    }
  }
  total.modules += machine.stats.modules;
  total.bytes += machine.stats.bytes;
  return total;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { programs: { type: 'string' }, seconds: { type: 'string' }, first: { type: 'string' } } });
  const total = fuzz({ programs: Number(values.programs ?? 2000), seconds: Number(values.seconds ?? Infinity), first: Number(values.first ?? 0) });
  console.log(`${total.programs} programs, ${total.instructions} instructions, ${total.modules} modules of ${total.bytes} bytes, ${total.failed.length} failed`);
  process.exitCode = total.failed.length > 0 || total.modules === 0 ? 1 : 0;
}
