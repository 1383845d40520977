/**
 * What system calls cost: the same C program in a cage, natively and in Node, and natively on Linux, in one
 * run, in processor time.
 *
 *     node tests/bench/calls.js [--json FILE] [--quick]
 *
 * needs: the native-release build, the compiler for cages (both are made when they are missing)
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { processorTime } from './processor_time.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const native = join(root, 'build/native-release/moxbox_native');

/** Operation and how often, so that each takes some tenths of a second. @type {[string, number][]} */
const OPERATIONS = [
  ['getppid', 3_000_000], ['read1', 2_000_000], ['read64k', 60_000], ['write1', 2_000_000], ['write64k', 60_000],
  ['pipe', 200_000], ['fork+exec+wait', 1_000], ['open+close', 500_000], ['stat-deep', 500_000],
  ['fork64m', 20], ['copy64m', 20],
];
const TRIES = 3;

/** @param {string} cwd @param {string[]} command */
const secondsIn = (cwd, command) => processorTime(command, cwd).seconds;

/** The least of some tries, without what a program costs that does nothing.
 * @param {(operation: string, count: number) => number} run @param {string} operation @param {number} count */
function secondsOf(run, operation, count) {
  let least = Infinity;
  for (let i = 0; i < TRIES; i++) {
    least = Math.min(least, run(operation, count) - run('nothing', 0));
  }
  return Math.max(least, 0.001);
}

const { values } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'moxbox-calls-'));
try {
  const source = join(root, 'tests/bench/calls/calls.c');
  const bin = execFileSync(join(root, 'guest-sdk/cage/build.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    .trim();
  execFileSync(join(bin, 'moxiebox-cage-gcc'), ['-O2', source, '-o', join(folder, 'guest')]);
  execFileSync('gcc', ['-O2', source, '-o', join(folder, 'linux')]);
  const inCage = ['cage', '--file', `${join(folder, 'guest')}:/bin/calls`, '--guest', '/bin/calls'];
  /** @type {Record<string, (operation: string, count: number) => number>} */
  const places = {
    linux: (operation, count) => secondsIn(folder, [join(folder, 'linux'), operation, String(count)]),
    cage: (operation, count) => secondsIn(folder, [native, ...inCage, operation, String(count)]),
    node: (operation, count) => secondsIn(folder, [process.execPath, join(root, 'node/cli.js'), ...inCage, operation, String(count)]),
  };
  const rows = [];
  process.stdout.write('operation          Linux ns   cage ns   ratio   Node ns   ratio\n');
  for (const [operation, most] of OPERATIONS) {
    const count = values.quick ? Math.ceil(most / 10) : most;
    const ns = Object.fromEntries(Object.entries(places).map(([place, run]) =>
      [place, Math.round(secondsOf(run, operation, count) / count * 1e9)]));
    rows.push({ operation, count, ns });
    const cells = [ns.linux, ns.cage, (ns.cage / ns.linux).toFixed(2), ns.node, (ns.node / ns.linux).toFixed(2)];
    process.stdout.write(`${operation.padEnd(16)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`);
  }
  if (values.json) writeFileSync(values.json, JSON.stringify({ rows }, null, 2) + '\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
