/**
 * The Open POSIX Test Suite in cages: how its tests run, and the table of what each gives.
 *
 *   node tests/cage/posix.js --record   runs all, writes posixtestsuite.txt again and prints the counts; reasons
 *                                       stay where outcomes do, others are left as "?" to be filled in
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cage, inParallel, programs } from './world.js';

const tableFile = fileURLToPath(new URL('posixtestsuite.txt', import.meta.url));

/** Statuses that tests end with (posixtest.h), and what the native build adds. */
const OUTCOMES = new Map([[0, 'pass'], [1, 'fail'], [2, 'unresolved'], [4, 'unsupported'], [5, 'untested'],
  [123, 'deadlock'], [124, 'endless']]);
const SIGNAL = 128;
const DOES_NOT_COMPILE = 'does-not-compile';

/** Tests that take seconds each; only the full tier runs them. */
export const SLOW = new Set(['clock/1-1', 'fork/8-1', 'mmap/10-1', 'mmap/24-1', 'shm_open/23-1', 'sigaction/11-1']);

/**
 * @typedef {{name: string, program: string, parameters: string[], compiled: boolean}} PosixTest
 * @typedef {{outcome: string, reason: string}} Row reason: '' or a key of the table's reasons
 * @typedef {{reasons: Map<string, string>, rows: Map<string, Row>}} Table
 */

/** @returns {{folder: string, tests: PosixTest[]}} all of the suite, in order; programs are built if need be */
export function suite() {
  const [folder = ''] = programs(['posixtestsuite']);
  /** @type {PosixTest[]} */
  const tests = [];
  const families = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const family of families.map(({ name }) => name).sort()) {
    for (const file of readdirSync(path.join(folder, family)).sort()) {
      const name = `${family}/${file.replace(/\.(log|run)$/, '')}`;
      const [program = '', ...parameters] = file.endsWith('.run')
        ? readFileSync(path.join(folder, family, file), 'utf8').trim().split(' ') : [file];
      if (!file.endsWith('buildonly')) tests.push({ name, program: `${family}/${program}`, parameters, compiled: !file.endsWith('.log') });
    }
  }
  return { folder, tests };
}

/**
 * Runs a test in a machine of its own, which has what some tests look for: a program of the suite, a file of
 * it, sleep and ls. @param {string} folder @param {string} busybox @param {PosixTest} test
 */
async function outcomeOf(folder, busybox, { program, parameters, compiled }) {
  if (!compiled) return DOES_NOT_COMPILE;
  const place = '/conformance/interfaces';
  const { status } = await cage(['--budget', '20000000000', '--start', '1600000000', '--cwd', '/',
    '--file', `${path.join(folder, 'sigaltstack/9-buildonly')}:${place}/sigaltstack/9-buildonly.test`,
    '--file', `${path.join(folder, '3-7.c')}:${place}/mlockall/3-7.c`, '--file', `${path.join(busybox, 'busybox')}:/bin/sleep`,
    '--file', `${path.join(busybox, 'busybox')}:/bin/ls`,
    path.join(folder, program), ...parameters]);
  return OUTCOMES.get(status) ?? (status > SIGNAL ? `signal-${status - SIGNAL}` : `exit-${status}`);
}

/** @param {string} folder of the suite @param {PosixTest[]} tests @returns {Promise<Map<string, string>>} outcomes by name */
export async function runAll(folder, tests) {
  const [busybox = ''] = programs(['busybox']);
  const outcomes = await inParallel(tests, (test) => outcomeOf(folder, busybox, test));
  return new Map(tests.map(({ name }, index) => [name, outcomes[index] ?? '']));
}

/** @returns {Table} what is recorded */
export function readTable() {
  /** @type {Table} */
  const table = { reasons: new Map(), rows: new Map() };
  for (const line of readFileSync(tableFile, 'utf8').split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
    const [first = '', second = '', ...rest] = line.split(' ');
    if (first === 'reason') table.reasons.set(second, rest.join(' '));
    else table.rows.set(first, { outcome: second, reason: rest.join(' ') });
  }
  return table;
}

/** Families of one sort, for the counts. @type {[string, RegExp][]} */
const SORTS = [
  ['signals', /^(sig|kill|raise)/], ['timers, clocks, sleeping', /^(timer|clock_|nanosleep|time\b)/], ['message queues', /^mq_/],
  ['semaphores', /^sem_/], ['shared and mapped memory', /^(shm_|m?map|munmap|mmap|mlock|munlock)/], ['scheduling', /^sched_/],
  ['processes, time and others', /./],
];
const COLUMNS = ['pass', 'fail', 'unresolved', 'unsupported', 'untested', DOES_NOT_COMPILE];

/** @param {Table} table @returns {string[]} the lines of tests/README.md */
export function counts({ rows }) {
  const lines = [`| families | tests | ${COLUMNS.join(' | ')} |`, `|---|${'---|'.repeat(COLUMNS.length + 1)}`];
  const left = new Map(rows);
  /** @param {string} title @param {Row[]} some */
  const add = (title, some) => {
    const numbers = COLUMNS.map((column) => some.filter(({ outcome }) => outcome === column
      || (column === 'fail' && !COLUMNS.includes(outcome))).length);
    lines.push(`| ${title} | ${some.length} | ${numbers.join(' | ')} |`);
  };
  for (const [title, pattern] of SORTS) {
    const names = [...left.keys()].filter((name) => pattern.test(name));
    add(title, names.map((name) => /** @type {Row} */ (left.get(name))));
    names.forEach((name) => left.delete(name));
  }
  add('all', [...rows.values()]);
  return lines;
}

async function record() {
  const { folder, tests } = suite();
  const before = readTable();
  const outcomes = await runAll(folder, tests);
  const head = readFileSync(tableFile, 'utf8').split('\n').filter((line) => line.startsWith('#'));
  const lines = [...head, ...[...before.reasons].map(([key, words]) => `reason ${key} ${words}`), ''];
  for (const [name, outcome] of outcomes) {
    const row = before.rows.get(name);
    const reason = outcome === 'pass' ? '' : row?.outcome === outcome ? row.reason : '?';
    lines.push(`${name} ${outcome}${reason === '' ? '' : ` ${reason}`}`);
  }
  writeFileSync(tableFile, `${lines.join('\n')}\n`);
  process.stdout.write(`${counts(readTable()).join('\n')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] !== '--record') throw new Error('posix.js --record');
  await record();
}
