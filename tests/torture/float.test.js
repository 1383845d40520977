/** Floating point in guests (guest-sdk/runtime/float) against the machine's, operation by operation. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { Compiler, root } from './build.js';
import { checkWasm, exitsWithZero, full, tryAll } from './harness.js';

const SHIMS = path.join(root, 'tests/torture/shims');

/** @type {import('./build.js').Program} */
const program = {
  name: 'float bits',
  sources: [path.join(SHIMS, 'float_bits.c')],
  // No fused multiply-add: every operation is done by itself.
  flags: ['-O2', '-Wall', '-Wextra', '-Werror', '-ffp-contract=off', '-include', path.join(SHIMS, 'float_cases.h')],
  link: ['-lm'],
};

test('every operation of doubles and floats gives the same bits in software and in hardware', async (t) => {
  const { failures, ran: [run] } = await tryAll([program], exitsWithZero);
  assert.deepEqual([...failures], []);
  const built = (await Compiler.native().build([program])).get(program.name);
  assert.ok(built && 'elf' in built, JSON.stringify(built));
  const { stdout, status } = spawnSync(built.elf, { encoding: 'latin1', timeout: 60_000 });
  assert.equal(status, 0);
  const expected = stdout.split('\n');
  const actual = Buffer.from(run?.outcome.output ?? '', 'hex').toString('latin1').split('\n');
  assert.equal(actual.length, expected.length);
  // A checksum goes on from the one before: the first line of each operation that differs is the one to look at.
  const different = expected.flatMap((line, i) => (line === actual[i] ? [] : [`${actual[i]}, on hardware ${line}`]));
  assert.deepEqual(different.slice(0, 30), []);
  if (full && run) t.diagnostic(checkWasm([run]));
  t.diagnostic(`${expected.length - 1} checksums`);
});
