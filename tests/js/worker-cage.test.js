/** Cages in a worker: the interface of Cage, and what a thread of its own adds. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cage as LocalCage, MemoryStore } from '../../node/index.js';
import { Cage } from '../../node/worker-client.js';
import { CAGE_LIMITS } from '../../web/generated/calls.js';
import { WorkerCage as WebWorkerCage } from '../../web/worker-cage.js';
import { PIPELINE, PIPELINE_INPUT, allOf, textOf } from './cage-helpers.js';
import { ROOT, bytes, endWith, failsWith, text } from './helpers.js';

/** @typedef {import('../../node/index.js').CageOptions} CageOptions */

const ELF = readFileSync(PIPELINE);
const BRIEF = join(ROOT, 'tests/guests-cage/brief.elf');

/** @param {import('node:test').TestContext} t @param {CageOptions} options */
const cageFor = async (t, options) => endWith(t, await Cage.create(options));

test('cages in a worker compute what cages here compute', async (t) => {
  const words = bytes(PIPELINE_INPUT);
  const options = { program: ELF, path: '/bin/pipeline.elf', env: { A: 'b' }, seed: bytes('seed'), startTime: new Date(1e12),
    inputs: { data: new Blob(['sealed']) }, files: { '/etc/one': bytes('one'), '/etc/two': { content: bytes('two'), mode: 0o600 } } };
  const streamOf = () => new Blob([words]).stream();
  for (const stdin of [() => PIPELINE_INPUT, () => words, streamOf]) {
    const here = await LocalCage.create({ ...options, stdin: stdin() });
    const cage = await cageFor(t, { ...options, stdin: stdin() });
    assert.equal(cage.spawned, here.spawned);
    assert.deepEqual(await allOf(cage), await allOf(here));
    here.dispose();
  }
  assert.equal(words.length, PIPELINE_INPUT.length, 'the bytes are still the caller\'s');
});

test('every member of Cage is there', () => {
  const names = (/** @type {any} */ of) => Object.getOwnPropertyNames(of.prototype).sort();
  assert.deepEqual(names(WebWorkerCage), names(Object.getPrototypeOf(LocalCage)));
});

test('a machine is restored in a worker, and goes on as it would have', async (t) => {
  const here = await LocalCage.create({ program: BRIEF, args: ['2'] });
  const cage = await cageFor(t, { program: BRIEF, args: ['2'] });
  await cage.run({ budget: 1000n });
  const told = /** @type {number[]} */ ([]);
  const snapshot = await cage.snapshot({ onProgress: ({ doneBytes }) => told.push(doneBytes) });
  assert.equal(told.at(-1), snapshot.length);
  const other = endWith(t, await Cage.restore(snapshot, { memoryLimitBytes: 512 << 20, stdin: '' }));
  assert.equal(other.spawned, cage.spawned);
  const { exitCode, instructions } = await other.run();
  const expected = await here.run();
  assert.deepEqual([exitCode, instructions], [expected.exitCode, expected.instructions]);
  assert.equal(await other.stateHash(), await here.stateHash());
  here.dispose();
  await assert.rejects(Cage.restore(new Uint8Array(100)), { code: 'MOXBOX_SNAPSHOT_KIND' });
});

test('system calls, memory, spawn, files and names', async (t) => {
  const here = await LocalCage.create({ program: BRIEF, args: ['2'], files: { '/etc/greeting': bytes('hello') } });
  const cage = await cageFor(t, { program: BRIEF, args: ['2'], files: { '/etc/greeting': bytes('hello') } });
  /** @param {LocalCage | InstanceType<typeof Cage>} of */
  const use = async (of) => {
    const id = await of.bare();
    const file = await of.dispatch(id, 'open', '/etc/greeting', 0, 0);
    const both = new Uint8Array(32);
    const read = await of.dispatch(id, 'read', file, both.subarray(0, 16), 16);
    await of.write(id, 0x10000, bytes('abc'));
    const own = await of.read(id, 0x10000, 3);
    const missing = await of.dispatch(id, 'open', '/etc/nothing', 0, 0);
    const pipe = new Uint8Array(8);
    await of.dispatch(id, 'pipe', pipe);
    const waits = await of.dispatch(id, 'read', pipe[0], new Uint8Array(4), 4);
    await of.putFile('/etc/greeting', new Blob(['again']), 0o600);
    await of.dispatch(id, 'mkdir', '/other', 0o755);
    await of.bind('/etc', '/other', { order: 'replace' });
    const second = await of.spawn('/bin/brief.elf', { args: ['3'], argv0: 'x' });
    await of.dispatch(id, 'exit', 0);
    const result = await of.run();
    return { id, file, read, both: text(both), own, missing, pipe, waits, second, result, report: await of.report, hash: await of.stateHash() };
  };
  const [there, mine] = [await use(cage), await use(here)];
  assert.deepEqual(there, mine);
  assert.deepEqual([there.read, there.waits, there.result.stop], [5, CAGE_LIMITS.dispatchWaits, 'exit']);
  assert.match(there.both, /^hello\0/);
  here.dispose();
});

test('streams: input bit by bit, a machine that waits for it, output while it runs', async (t) => {
  const cage = await cageFor(t, { program: ELF });
  const blocked = await cage.run();
  assert.deepEqual([blocked.stop, blocked.waits.length > 0], ['blocked', true]);
  const writer = cage.stdin.getWriter();
  await writer.write('b a ');
  assert.equal((await cage.run()).stop, 'blocked');
  await writer.write(bytes('b\n'));
  await writer.close();
  assert.deepEqual([(await cage.run()).exitCode, (await cage.report).stop], [3, 'exit']);
  assert.match(await textOf(cage.stdout), /^ {2}1 a\n {2}2 b\n/m);
  const given = await cageFor(t, { program: ELF, stdin: 'x' });
  await assert.rejects(given.stdin.getWriter().write('y'), failsWith('MOXBOX_OPTION', { message: /stdin/ }));
  const failing = await cageFor(t, { program: ELF, stdin: new ReadableStream({ pull() { throw new Error('gone'); } }) });
  await assert.rejects(failing.run(), failsWith('MOXBOX_FILE', { message: /standard input/ }));
});

test('a reader that is slow holds the machine back, and nothing is lost', async (t) => {
  const size = 96 << 20; /* twice what may wait in both threads */
  const cage = await cageFor(t, { program: join(ROOT, 'tests/guests-cage/pour.elf'), args: [String(size)] });
  const reader = cage.stdout.getReader();
  const running = cage.run({ budget: Infinity });
  let got = 0;
  let early = 0n;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    assert.equal(part.value[0], (got % 64) + 32, 'in their order');
    got += part.value.length;
    if (early === 0n) {
      await new Promise((resolve) => { setTimeout(resolve, 300); });
      early = (await cage.report).instructions;
    }
  }
  const { exitCode, instructions } = await running;
  assert.deepEqual([got, exitCode], [size, 0]);
  assert.ok(early < instructions, 'it had not ended while nobody read');
});

test('errors arrive with their code and field', async (t) => {
  await assert.rejects(Cage.create({ program: bytes('no program') }), failsWith('MOXBOX_PROGRAM', { message: /ENOEXEC/ }));
  await assert.rejects(Cage.create({ program: '/no/such/file' }), failsWith('MOXBOX_FILE'));
  await assert.rejects(Cage.create(/** @type {any} */ ({ prog: ELF })), failsWith('MOXBOX_OPTION', { field: 'prog' }));
  assert.throws(() => Cage.create({ program: ELF, args: /** @type {any} */ ('x') }), TypeError);
  const cage = await cageFor(t, { program: ELF, stdin: '' });
  await assert.rejects(cage.spawn('/bin/none'), failsWith('MOXBOX_PROGRAM', { message: /ENOENT/ }));
  await assert.rejects(cage.dispatch(1, /** @type {any} */ ('fly')), failsWith('MOXBOX_OPTION', { field: 'call' }));
  await assert.rejects(cage.read(1, 0, 4), failsWith('MOXBOX_ADDRESS'));
  await assert.rejects(cage.kill(4711), failsWith('MOXBOX_PROGRAM', { message: /ESRCH/ }));
  await assert.rejects(cage.bind('/nowhere', '/tmp'), failsWith('MOXBOX_PROGRAM', { message: /ENOENT/ }));
  assert.throws(() => cage.run(/** @type {any} */ ({ budget: 'x' })), TypeError);
  const running = cage.run();
  await assert.rejects(cage.run(), failsWith('MOXBOX_BUSY'));
  await running;
});

test('progress, abort, budget and running on', async (t) => {
  const cage = await cageFor(t, { program: BRIEF, args: ['1000000', '1000'] });
  const stopper = new AbortController();
  const reason = new Error('mine');
  let seen = 0n;
  const running = cage.run({ budget: Infinity, signal: stopper.signal, onProgress: ({ instructions }) => {
    assert.ok(instructions >= seen);
    seen = instructions;
    if (instructions > 100_000n) stopper.abort(reason);
  } });
  await assert.rejects(running, (error) => failsWith('MOXBOX_ABORTED')(error) && /** @type {any} */ (error).cause === reason);
  const { instructions } = await cage.report;
  const further = await cage.run({ budget: 100_000n });
  assert.equal(further.stop, 'budget');
  assert.ok(further.instructions > instructions);
  await assert.rejects(cage.run({ signal: AbortSignal.abort() }), failsWith('MOXBOX_ABORTED'));
});

test('a signal ends a program that computes, at an instruction that the report names', async (t) => {
  const options = { program: BRIEF, args: ['1000000', '1000'] };
  const cage = await cageFor(t, options);
  const running = cage.run({ budget: Infinity });
  const at = await cage.kill(-cage.spawned, 'SIGINT');
  const result = await running;
  assert.deepEqual([result.stop, result.signal], ['exit', 'SIGINT']);
  assert.deepEqual(result.signals, [{ instructions: at, target: -cage.spawned, signal: 'SIGINT' }]);
});

test('a store stays with the caller', async (t) => {
  const store = new MemoryStore();
  const first = await cageFor(t, { program: ELF, path: '/bin/pipeline', stdin: '', store });
  assert.equal((await first.run()).stop, 'exit');
  assert.ok((await store.keys()).length > 0);
  const second = await cageFor(t, { path: '/bin/pipeline', stdin: PIPELINE_INPUT, store });
  assert.equal((await second.run()).exitCode, 3);
  await second.putFile('/etc/more', bytes('more'));
  await second.save();
  const third = await cageFor(t, { store });
  assert.ok(await third.dispatch(await third.bare(), 'open', '/etc/more', 0, 0) >= 0);
  const broken = new MemoryStore();
  broken.batch = async () => { throw new Error('disk full'); };
  const fourth = await cageFor(t, { program: ELF, stdin: '', store: broken });
  await assert.rejects(fourth.run(), failsWith('MOXBOX_STORE'));
});

test('dispose ends a run, the streams and everything after it; a worker that dies is an error', async () => {
  const cage = await Cage.create({ program: BRIEF, args: ['1000000', '1000'] });
  const running = cage.run({ budget: Infinity });
  setTimeout(() => cage.dispose(), 20);
  await assert.rejects(running, failsWith('MOXBOX_DISPOSED'));
  await assert.rejects(cage.report, failsWith('MOXBOX_DISPOSED'));
  assert.equal(await textOf(cage.stdout), '');
  cage.dispose();
  /** @type {((error: Error) => void)[]} */
  const listeners = [];
  class Dying extends WebWorkerCage {
    static host = { ...Cage.host, startWorker: () => ({ post() {}, onMessage() {}, end() {},
      onFailure: (/** @type {(error: Error) => void} */ listener) => { listeners.push(listener); } }) };
  }
  const creating = Dying.create({ program: ELF });
  setTimeout(() => listeners[0](new Error('no such script')), 20);
  await assert.rejects(creating, failsWith('MOXBOX_WORKER', { message: /no such script/ }));
});
