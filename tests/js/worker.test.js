import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box as LocalBox, run } from '../../node/index.js';
import { Box } from '../../node/worker-client.js';
import { WorkerBox as WebWorkerBox } from '../../web/worker-client.js';
import { bytes, demoGuest, endWith, failsWith, guest, text } from './helpers.js';
import { ENTRY, countdown, forever } from './program.js';

/** @param {import('node:test').TestContext} t @param {import('../../web/options.js').BoxOptions} options */
const boxFor = async (t, options) => endWith(t, await Box.create(options));

test('a box in a worker computes what a box here computes', async (t) => {
  const options = { programs: [demoGuest('wordcount')], data: [bytes('a b a'), new Blob(['x']), guest('basic')] };
  const box = await boxFor(t, options);
  const here = await LocalBox.create(options);
  assert.deepEqual(await box.run({ budget: 1_000_000n, hashes: true }), await here.run({ budget: 1_000_000n, hashes: true }));
  assert.equal(await box.stateHash(), await here.stateHash());
  here.dispose();
});

test('every member of Box answers the same, with a promise', async (t) => {
  const options = { programs: [countdown(50, 3)], data: [bytes('hello')] };
  const box = await boxFor(t, options);
  const here = await LocalBox.create(options);
  assert.deepEqual(await box.step(7), here.step(7));
  assert.deepEqual(await box.report, here.report);
  assert.deepEqual(await box.registers, here.registers);
  assert.deepEqual(await box.regions, here.regions);
  assert.equal(await box.heldBytes, here.heldBytes);
  assert.deepEqual(await box.read(ENTRY, 10), here.read(ENTRY, 10));
  assert.deepEqual(await box.disassemble(ENTRY, 4), here.disassemble(ENTRY, 4));
  assert.deepEqual(await box.collect(), await here.collect());
  const names = (/** @type {any} */ of) => Object.getOwnPropertyNames(of.prototype).filter((name) => name !== 'runSync').sort();
  assert.deepEqual(names(WebWorkerBox), names(Object.getPrototypeOf(LocalBox)));
});

test('the caller\'s bytes stay usable after they went to the worker', async (t) => {
  const data = bytes('hello');
  const box = await boxFor(t, { programs: [guest('basic')], data: [data] });
  assert.equal(data.length, 5);
  assert.equal(text((await box.run()).output), 'hello');
});

test('errors arrive with their code and field', async (t) => {
  await assert.rejects(Box.create({ programs: [bytes('no')] }), failsWith('MOXBOX_ELF_NOT_ELF', { field: 'programs[0]' }));
  await assert.rejects(Box.create({ programs: ['/no/such'] }), failsWith('MOXBOX_FILE'));
  await assert.rejects(Box.create({ programs: [countdown(1)], memoryLimitBytes: 4096 }), failsWith('MOXBOX_MEMORY_LIMIT'));
  await assert.rejects(Box.create(/** @type {any} */ ({ programs: [], x: 1 })), failsWith('MOXBOX_OPTION', { field: 'x' }));
  const box = await boxFor(t, { programs: [countdown(1)] });
  await assert.rejects(box.run({ budget: -1 }), failsWith('MOXBOX_BUDGET'));
  await assert.rejects(box.read(0, 4), failsWith('MOXBOX_ADDRESS'));
  assert.throws(() => box.run(/** @type {any} */ ({ budget: 'x' })), TypeError);
  assert.throws(() => box.read(/** @type {any} */ ('x'), 4), TypeError);
});

test('progress, abort and running on', async (t) => {
  const box = await boxFor(t, { programs: [forever()] });
  const stopper = new AbortController();
  const reason = new Error('mine');
  let seen = 0n;
  const running = box.run({ budget: Infinity, signal: stopper.signal, onProgress: ({ instructions, budget }) => {
    assert.equal(budget, Infinity);
    assert.ok(instructions > seen);
    seen = instructions;
    if (instructions > 100_000n) stopper.abort(reason);
  } });
  await assert.rejects(running, (error) => failsWith('MOXBOX_ABORTED')(error) && /** @type {any} */ (error).cause === reason);
  const { instructions } = await box.report;
  assert.ok(instructions >= seen);
  assert.equal((await box.run({ budget: 5 })).instructions, instructions + 5n);
  await assert.rejects(box.run({ signal: AbortSignal.abort() }), failsWith('MOXBOX_ABORTED'));
});

test('while it runs it can be looked at and paused, but not run twice', async (t) => {
  const box = await boxFor(t, { programs: [forever()] });
  const running = box.run({ budget: Infinity });
  await assert.rejects(box.run(), failsWith('MOXBOX_BUSY'));
  const first = (await box.report).instructions;
  assert.equal((await box.regions)[0].address, ENTRY);
  await box.pause();
  const result = await running;
  assert.equal(result.stop, 'budget');
  assert.equal(result.budget, result.instructions);
  assert.ok(result.instructions >= first);
  assert.equal((await box.step(3)).instructions, result.instructions + 3n);
});

test('dispose ends a run that is going on and everything after it', async () => {
  const box = await Box.create({ programs: [forever()] });
  const running = box.run({ budget: Infinity });
  setTimeout(() => box.dispose(), 20);
  await assert.rejects(running, failsWith('MOXBOX_DISPOSED'));
  await assert.rejects(box.run(), failsWith('MOXBOX_DISPOSED'));
  await assert.rejects(box.report, failsWith('MOXBOX_DISPOSED'));
  box.dispose();
});

test('the main thread is free while the worker computes', async (t) => {
  const box = await boxFor(t, { programs: [forever()] });
  let ticks = 0;
  const timer = setInterval(() => { ticks += 1; }, 1);
  await box.run({ budget: 20_000_000n });
  clearInterval(timer);
  assert.ok(ticks > 2);
});

test('a worker that cannot start or that dies is an error, not a silence', async () => {
  const { host } = Box;
  /** @type {((error: Error) => void)[]} */
  const listeners = [];
  class Dying extends WebWorkerBox {
    static host = { ...host, startWorker: () => ({ post() {}, onMessage() {}, end() {},
      onFailure: (/** @type {(error: Error) => void} */ listener) => { listeners.push(listener); } }) };
  }
  const creating = Dying.create({ programs: [countdown(1)] });
  setTimeout(() => listeners[0](new Error('no such script')), 20);
  await assert.rejects(creating, failsWith('MOXBOX_WORKER', { message: /no such script/ }));
});

test('the one-call run and a worker agree on a run that ends in a fault', async (t) => {
  const options = { programs: [guest('faults')], data: [bytes('d')] };
  const box = await boxFor(t, options);
  assert.deepEqual(await box.run(), await run(options.programs[0], { data: options.data }));
});
