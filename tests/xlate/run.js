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
import { runPrograms } from './harness.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Compiles a harness with the core's own sources.
 * @param {string} [name] of the file in build/xlate
 * @param {string[]} [files] the harness
 * @param {string[]} [flags]
 * @returns {WebAssembly.Module}
 */
export function buildHarness(name = 'fuzz', files = ['tests/xlate/fuzz.c', 'tests/oracle/random_program.c'], flags = []) {
  const out = join(root, 'build/xlate');
  mkdirSync(out, { recursive: true });
  const sources = ['isa', 'mem', 'cpu', 'xlate'].flatMap((layer) => readdirSync(join(root, 'core', layer))
    .filter((file) => file.endsWith('.c')).map((file) => join(root, 'core', layer, file)));
  execFileSync('emcc', ['-O2', '-std=c11', `-I${root}/core`, `-I${root}/core/include`, `-I${root}/tests/oracle`, '--no-entry',
    '-sSTANDALONE_WASM', '-sWASM_BIGINT', '-sALLOW_MEMORY_GROWTH', '-sALLOW_TABLE_GROWTH', '-Wl,--export-table',
    '-Wl,--growable-table', '-sERROR_ON_UNDEFINED_SYMBOLS=0', '-sWARN_ON_UNDEFINED_SYMBOLS=0', '-sTOTAL_STACK=512KB',
    ...flags, ...files.map((file) => join(root, file)), join(root, 'core/base/alloc.c'), ...sources, '-o', join(out, `${name}.wasm`)],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' } });
  return new WebAssembly.Module(readFileSync(join(out, `${name}.wasm`)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { programs: { type: 'string' }, seconds: { type: 'string' }, first: { type: 'string' } } });
  const total = runPrograms(buildHarness(),
    { programs: Number(values.programs ?? (values.seconds ? Infinity : 2000)), seconds: Number(values.seconds ?? Infinity), first: Number(values.first ?? 0) });
  console.log(`${total.programs} programs, ${total.instructions} instructions, ${total.modules} modules of ${total.bytes} bytes, ${total.failed.length} failed`);
  process.exitCode = total.failed.length > 0 || total.modules === 0 ? 1 : 0;
}
