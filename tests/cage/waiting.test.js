/** What waits for files, pipes, sockets, locks and signals, and what sockets carry: as on this system, and the same for slices of any length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cage, compile, run, scratchFolder } from './world.js';

const folder = scratchFolder();
const PROGRAMS = [
  { name: 'waiting', what: 'pipes, time-outs, signals, sockets, fifos, locks and semaphores', lines: 35 },
  { name: 'parcels', what: 'open files in messages', lines: 90 },
  { name: 'masks', what: 'ppoll, pselect and epoll_pwait with their masks of signals', lines: 30 },
];

for (const { name, what, lines } of PROGRAMS) {
  const [guest, here] = [compile(folder, name), compile(folder, name, true)];

  test(`${what} wait as on this system`, async () => {
    const expected = await run(here, [folder]);
    assert.equal(expected.status, 0, expected.err);
    assert.ok(expected.out.split('\n').length > lines);
    assert.deepEqual(await cage([guest]), expected);
  });

  test(`${what}: slices of any length give the same output and state`, async () => {
    const whole = await cage(['--hash', guest]);
    assert.equal(whole.status, 0, whole.err);
    for (const slice of ['100003', '1234567']) {
      assert.deepEqual(await cage(['--hash', '--slice', slice, guest]), whole, `slices of ${slice}`);
    }
  });
}
