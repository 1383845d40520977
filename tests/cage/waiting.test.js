/** What waits for files, pipes, sockets and locks: as on this system, and the same for slices of any length. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { cage, root, run, scratchFolder } from './world.js';

const folder = scratchFolder();
const source = path.join(root, 'tests/cage/waiting.c');
const guest = path.join(folder, 'waiting');
const here = path.join(folder, 'waiting.here');
const bin = execFileSync(path.join(root, 'guest-sdk/cage/build.sh'), { encoding: 'utf8' }).trim().split('\n').at(-1);
execFileSync(path.join(String(bin), 'moxiebox-cage-gcc'), ['-O1', '-w', source, '-o', guest]);
execFileSync('cc', ['-O1', '-w', '-D_GNU_SOURCE', source, '-o', here]);

test('pipes, time-outs, signals, sockets, fifos, locks and semaphores wait as on this system', async () => {
  const expected = await run(here, [folder]);
  assert.equal(expected.status, 0, expected.err);
  assert.ok(expected.out.split('\n').length > 35);
  assert.deepEqual(await cage([guest]), expected);
});

test('slices of any length give the same output and state', async () => {
  const whole = await cage(['--hash', guest]);
  assert.equal(whole.status, 0, whole.err);
  for (const slice of ['100003', '1234567']) {
    assert.deepEqual(await cage(['--hash', '--slice', slice, guest]), whole, `slices of ${slice}`);
  }
});
