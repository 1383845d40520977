/** POSIX's realtime in cages: as on this system, and the same for slices of any length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cage, compile, run, scratchFolder } from './world.js';

const folder = scratchFolder();
const guest = compile(folder, 'realtime');

test('queued signals, timers, named semaphores, shared memory and message queues are what this system has', async () => {
  const expected = await run(compile(folder, 'realtime', true), []);
  assert.equal(expected.status, 0, expected.err);
  assert.ok(expected.out.split('\n').length > 80);
  assert.deepEqual(await cage(['--start', '1600000000', guest]), expected);
});

test('slices of any length give the same output and state', async () => {
  const whole = await cage(['--hash', guest]);
  assert.equal(whole.status, 0, whole.err);
  for (const slice of ['100003', '1234567']) {
    assert.deepEqual(await cage(['--hash', '--slice', slice, guest]), whole, `slices of ${slice}`);
  }
});
