/** newlib's own tests, and its libm in software floating point against the machine's floating point. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Compiler, sources } from './build.js';
import { checkFailures, checkWasm, exitsWithZero, full, tryAll } from './harness.js';
import { libmBits, libmVectors, newlibSuite } from './newlib.js';

const [folder = ''] = sources('newlib');
/** @param {{output?: string}} outcome */
const textOf = ({ output = '' }) => Buffer.from(output, 'hex').toString('latin1');

test('newlib/testsuite', async (t) => {
  const programs = newlibSuite(folder);
  const { failures, ran } = await tryAll(programs, (outcome) => exitsWithZero(outcome) ??
    (/\bskip\b/i.test(textOf(outcome)) ? 'skips itself' : undefined));
  t.diagnostic(`${programs.length - failures.size} of ${programs.length} programs pass`);
  await t.test('passes but for the files of expected.json', () => checkFailures('newlib/testsuite', '-O2', failures));
  await t.test('gives the same stop, count and state in WebAssembly, interpreted and translated', (t) => {
    // strcmp-1 runs 640 million instructions, more than all others together.
    t.diagnostic(checkWasm(ran.filter(({ name }) => full || !name.endsWith('strcmp-1.c')), 1));
  });
});

test('newlib/libm: the same bits from software and from hardware floating point', async (t) => {
  const { guest, native } = libmBits(folder);
  const { failures, ran: [run] } = await tryAll([guest], exitsWithZero);
  assert.deepEqual([...failures], []);
  const built = (await Compiler.native().build([native])).get(native.name);
  assert.ok(built && 'elf' in built, JSON.stringify(built));
  const { stdout, status } = spawnSync(built.elf, { encoding: 'latin1', maxBuffer: 1 << 26, timeout: 60_000 });
  assert.equal(status, 0);
  const expected = stdout.split('\n');
  const actual = textOf(run?.outcome ?? {}).split('\n');
  assert.equal(actual.length, expected.length);
  const different = expected.flatMap((line, i) => (line === actual[i] ? [] : [`${actual[i]}, on hardware ${line}`]));
  assert.deepEqual(different.slice(0, 20), []);
  if (full && run) t.diagnostic(checkWasm([run]));
  t.diagnostic(`${expected.length - 1} results of ${new Set(expected.map((line) => line.split(' ')[0])).size - 1} functions`);
});

test('newlib/libm/test: its own vectors', async (t) => {
  const { failures, ran } = await tryAll([libmVectors(folder, '-O2')], exitsWithZero);
  assert.deepEqual([...failures], []);
  /** @type {Record<string, number>} */
  const complaints = {};
  let summary = '';
  for (const line of textOf(ran[0]?.outcome ?? {}).split('\n')) {
    const [, name] = /^(\S+?):\d+, /.exec(line) ?? [];
    if (name) complaints[name] = (complaints[name] ?? 0) + 1;
    if (line.startsWith('Tested')) summary = line;
  }
  t.diagnostic(summary);
  const expected = JSON.parse(readFileSync(new URL('libm-vectors.json', import.meta.url), 'utf8'));
  assert.deepEqual({ summary, complaints }, { summary: expected.summary, complaints: expected.complaints });
  if (full) t.diagnostic(checkWasm(ran));
});
