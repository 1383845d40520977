/**
 * The determinism corpus: corpus.json says for programs, inputs and budgets what state every build of the core
 * must reach. It is recorded once and replayed by all: natively by tests/unit/corpus.c, here in Node, and by
 * pages in tests/browser.
 *
 *     node tests/corpus/corpus.js --record    writes corpus.json anew; needed only when guests change or
 *                                             MOX_SEMANTICS_VERSION does
 *
 * One entry is one line, read by a small scanner in C: hashes of the programs' files, data as hexadecimal text,
 * and at each point the budget since the start, the stop, the count and the hash of the whole state.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Box } from '../../node/index.js';
import { LIMITS } from '../../web/generated/tables.js';

/** @typedef {[number, string, number, string]} Point budget, stop, count, hash of the state */
/** @typedef {{name: string, programs: [string, string][], data: string[], memory: number, stack: number, points: Point[]}} Entry */
/** @typedef {Omit<import('../../node/index.js').BoxOptions, 'programs' | 'data'>} Options */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = new URL('corpus.json', import.meta.url);

/** @returns {{semantics: number, entries: Entry[]}} */
export function readCorpus() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** @param {string} path @returns {Uint8Array} a file of the repository */
export const fileOf = (path) => new Uint8Array(readFileSync(join(ROOT, path)));

/** @param {Uint8Array} file */
export const hashOf = (file) => createHash('sha256').update(file).digest('hex');

/** What a box is made of for an entry. @param {Entry} entry */
export function boxOptions({ programs, data, memory, stack }) {
  return {
    programs: programs.map(([path]) => fileOf(path)),
    data: data.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
    memoryLimitBytes: memory,
    stackSizeBytes: stack,
  };
}

/**
 * Stands at each budget in turn.
 * @param {Entry} entry
 * @param {number[]} budgets rising
 * @param {Options} [more]
 * @returns {Promise<Point[]>}
 */
export async function pointsOf(entry, budgets, more = {}) {
  const box = await Box.create({ ...boxOptions(entry), ...more });
  /** @type {Point[]} */
  const points = [];
  let used = 0;
  for (const budget of budgets) {
    const { stop } = await box.run({ budget: budget - used });
    used = budget;
    points.push([budget, stop, Number(box.report.instructions), await box.stateHash()]);
  }
  box.dispose();
  return points;
}

/** @param {string} text one byte a character */
const hex = (text) => Buffer.from(text, 'latin1').toString('hex');

/** Everything that is recorded, without its points. @returns {Entry[]} */
function entries() {
  const { runs } = JSON.parse(readFileSync(join(ROOT, 'tests/guests/guests.json'), 'utf8'));
  const small = { memory: LIMITS.defaultMemoryLimit, stack: LIMITS.defaultStackSize, points: [] };
  /** @type {(name: string, path: string, data?: string[], more?: object) => Entry} */
  const entry = (name, path, data = [], more = {}) => ({ name, programs: [[path, hashOf(fileOf(path))]], data: data.map(hex), ...small, ...more });
  const lines = Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 211} line\n`).join('');
  return [
    ...runs.map((/** @type {any} */ run) => entry(`${run.guest} ${(run.data ?? []).map((/** @type {string} */ text) => JSON.stringify(text.slice(0, 8)).replace(/[\\"]/g, '')).join(' ')}`.trim(),
      `tests/guests/${run.guest}.elf`, run.data)),
    entry('asm', 'demo/guests/asm.elf'),
    entry('floats', 'demo/guests/floats.elf'),
    entry('hash abc', 'demo/guests/hash.elf', ['abc']),
    entry('hash, 10000 bytes', 'demo/guests/hash.elf', ['0123456789'.repeat(1000)]),
    entry('sort', 'demo/guests/sort.elf', [lines]),
    entry('wordcount', 'demo/guests/wordcount.elf', [lines.repeat(2)]),
    entry('json', 'demo/guests/json.elf', ['{"a": [1, 2.5e3, {"b": null}], "c": "d"}']),
    entry('chain, first', 'demo/guests/chain.elf', ['x']),
    entry('heap in 1 MiB', 'tests/guests/heap.elf', [], { memory: 1 << 20 }),
    entry('mmap in 256 KiB', 'tests/guests/mmap.elf', [], { memory: 1 << 18 }),
    entry('overflow of one page', 'tests/guests/overflow.elf', [], { stack: 4096 }),
    entry('sort, limit 2 GiB', 'demo/guests/sort.elf', ['b\na\n'], { memory: 2 ** 31, stack: 1 << 20 }),
  ];
}

async function record() {
  const made = [];
  for (const entry of entries()) {
    let count;
    try {
      [[, , count]] = await pointsOf(entry, [20_000_000]);
    } catch (error) {
      console.log(`left out: ${entry.name}: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    const budgets = [...new Set([0, 1, 2, 61, 1000, 30011, Math.floor(count / 2), count - 1, count, count + 5])]
      .filter((budget) => budget >= 0 && budget <= count + 5).sort((a, b) => a - b);
    made.push({ ...entry, points: await pointsOf(entry, budgets) });
  }
  const text = made.map((entry) => JSON.stringify(entry)).join(',\n');
  writeFileSync(FILE, `{"semantics":${LIMITS.semanticsVersion},"entries":[\n${text}\n]}\n`);
  const points = made.reduce((sum, entry) => sum + entry.points.length, 0);
  console.log(`${made.length} entries, ${points} points, ${made.reduce((sum, { points: all }) => sum + (all.at(-1)?.[2] ?? 0), 0)} instructions`);
}

if (process.argv[2] === '--record') await record();
