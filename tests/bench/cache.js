#!/usr/bin/env node
/**
 * What a cache of hints (web/cache.js) gives: each program at three sizes, in fresh processes without and with a
 * folder that earlier ones have filled, and again and again in one process without and with a memory cache. Times
 * are processor time of create and run, the median of --runs.
 *
 *     node tests/bench/cache.js [--runs 5] [--only vm]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Box, folderCache, memoryCache } from '../../node/index.js';
import { buildPrograms } from './build.js';
import { PROGRAMS } from './programs.js';

/** Sizes for some 10, 100 and 1,000 million instructions. */
const JOBS = { crc32: [10, 100, 1000], fib: [29, 33, 38], sudoku: [1, 8, 80], lz: [2, 25, 250], json: [3, 27, 270], vm: [500, 3400, 26_000] };
const AGAIN = 8;
const LEARN = 3;

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** @param {string} elf @param {number} size @param {import('../../node/index.js').Cache | false} cache */
async function job(elf, size, cache) {
  const data = new Uint8Array(Uint32Array.of(size).buffer);
  const before = process.cpuUsage();
  const box = await Box.create({ programs: [elf], data: [data], cache });
  const { instructions } = await box.run({ budget: Infinity });
  box.dispose();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, instructions: Number(instructions) };
}

/** @param {string[]} args @returns {{ms: number[], instructions: number}} */
const elsewhere = (...args) => JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--job', ...args], { encoding: 'utf8' }));

/** @param {string} elf @param {string} size @param {string} where a folder, "memory" or "off" @param {string} times */
async function jobs(elf, size, where, times) {
  const cache = where === 'off' ? false : where === 'memory' ? memoryCache() : folderCache(where);
  const all = [];
  for (let i = 0; i < Number(times); i += 1) all.push(await job(elf, Number(size), cache));
  console.log(JSON.stringify({ ms: all.map(({ ms }) => ms), instructions: all[0]?.instructions }));
}

/** @param {number} runs @param {string | undefined} only */
function table(runs, only) {
  console.log('program  instructions    new process: without     with   same process: without     with   (ms of processor time)');
  for (const [name, sizes] of Object.entries(JOBS)) {
    if (only !== undefined && name !== only) continue;
    const elf = `build/bench/${name}.elf`;
    for (const size of sizes.map(String)) {
      const folder = mkdtempSync(join(tmpdir(), 'moxbox-bench-'));
      for (let i = 0; i < LEARN; i += 1) elsewhere(elf, size, folder, '1');
      const cold = Array.from({ length: runs }, () => elsewhere(elf, size, 'off', '1'));
      const warm = Array.from({ length: runs }, () => elsewhere(elf, size, folder, '1'));
      const later = (/** @type {string} */ where) => median(elsewhere(elf, size, where, String(AGAIN)).ms.slice(AGAIN / 2));
      const columns = [median(cold.map(({ ms }) => ms[0] ?? NaN)), median(warm.map(({ ms }) => ms[0] ?? NaN)), later('off'), later('memory')]
        .map((ms) => ms.toFixed(0));
      console.log(name.padEnd(8), String(cold[0]?.instructions).padStart(12), columns[0]?.padStart(23), columns[1]?.padStart(8), columns[2]?.padStart(23), columns[3]?.padStart(8));
      rmSync(folder, { recursive: true });
    }
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true,
  options: { job: { type: 'boolean' }, runs: { type: 'string', default: '5' }, only: { type: 'string' } } });
if (values.job) await jobs(...(/** @type {[string, string, string, string]} */ (positionals)));
else {
  process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
  buildPrograms(PROGRAMS.filter(({ name }) => Object.hasOwn(JOBS, name)), () => {});
  table(Number(values.runs), values.only);
}
