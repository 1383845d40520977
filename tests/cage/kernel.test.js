/**
 * Guests of the C library for cages against the same programs on this system: kernel.c prints the same
 * here and there; what is not POSIX but a promise of the machine (equal states for any slices, deadlock
 * told by name, a fork bomb that stays in its budget) is asserted by itself.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cage, compile, run, scratchFolder } from './world.js';

const folder = scratchFolder();
const build = (/** @type {string} */ name, here = false) => compile(folder, name, here);

test('processes, signals, timers and memory are what this system has', async () => {
  const here = build('kernel', true);
  const expected = await run(here, [here]);
  const got = await cage(['--budget', '2000000000', build('kernel'), '/bin/kernel']);
  assert.equal(expected.status, 3);
  assert.ok(expected.out.split('\n').length > 50);
  assert.equal(got.out.replaceAll('/bin/kernel', here), expected.out);
  assert.equal(got.status, 3);
});

test('slices of any length give the same output, state and count', async () => {
  const program = build('kernel');
  const results = [];
  for (const slice of ['1000000000', '1000', '99991', '7']) {
    results.push(await cage(['--hash', '--slice', slice, program, '/bin/kernel']));
  }
  assert.match(results[0].err, /^[0-9a-f]{64} \d+\n$/);
  for (const result of results) {
    assert.deepEqual(result, results[0]);
  }
});

test('cages that wait for each other are told by name', async () => {
  const { status, err } = await cage([build('deadlock')]);
  assert.equal(status, 123);
  assert.match(err, /2 waits in read for pipe 2/);
  assert.match(err, /3 waits in read for pipe 1/);
});

test('a fork bomb stays in its budget and its memory', async () => {
  const results = [];
  for (const slice of ['3000000000', '1000003']) {
    results.push(await cage(['--hash', '--budget', '300000000', '--memory', String(64 << 20), '--slice', slice,
      build('bomb')]));
  }
  assert.equal(results[0].status, 124);
  assert.deepEqual(results[0], results[1]);
});

test('scripts run by the interpreter that their first line names', async () => {
  const script = join(folder, 'script');
  writeFileSync(script, '#! /bin/kernel exit\nanything\n');
  const program = build('kernel');
  const { status, out } = await cage(['--file', `${program}:/bin/kernel`, script, 'one']);
  assert.equal(status, 42, 'kernel was started with "exit" as its first argument');
  assert.match(out, /^argc 4, argv '\/bin\/kernel' 'exit' '\/bin\/script' 'one'/);
});
