import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cage } from '../../node/index.js';
import { CAGE_LIMITS } from '../../web/generated/calls.js';
import { PIPELINE, PIPELINE_INPUT, allOf, nativePipeline, textOf } from './cage-helpers.js';
import { ROOT, failsWith } from './helpers.js';

const ELF = readFileSync(PIPELINE);

/** @param {import('../../web/cage-options.js').CageOptions} options @param {import('../../web/cage-options.js').CageRunOptions} [run] */
async function runAll(options, run = {}) {
  const cage = await Cage.create({ program: ELF, path: '/bin/pipeline.elf', stdin: PIPELINE_INPUT, ...options });
  const all = await allOf(cage, run);
  cage.dispose();
  return all;
}

test('a program of many processes has the native state, whatever the slices and the engine', async (t) => {
  const native = await nativePipeline(t);
  assert.equal(native.status, 3);
  assert.match(native.out, /stage 3: signal 15\n[^]*stage 2: exit 4\n/);
  assert.match(native.err, /ticks/);
  for (const slice of ['977', '100003']) assert.deepEqual(await nativePipeline(t, ['--slice', slice]), native);
  for (const engine of /** @type {const} */ (['interpreter', 'translator', 'auto'])) {
    for (const slice of [undefined, 1009, 65537]) {
      const { result, hash, out, err } = await runAll({ engine }, slice ? { slice } : {});
      assert.equal(result.stop, 'exit');
      assert.deepEqual({ hash, out, err, status: result.exitCode, instructions: result.instructions }, native, `${engine} ${slice}`);
    }
  }
});

test('budgets add up: many small runs are one large run', async () => {
  const whole = await runAll({});
  const cage = await Cage.create({ program: ELF, path: '/bin/pipeline.elf', stdin: PIPELINE_INPUT });
  let runs = 0;
  for (let stop = 'budget'; stop === 'budget'; runs += 1) {
    const before = cage.report.instructions;
    ({ stop } = await cage.run({ budget: 500_000n }));
    assert.ok(cage.report.instructions > before);
  }
  assert.ok(runs > 5);
  assert.equal(await cage.stateHash(), whole.hash);
  cage.dispose();
});

test('streams: input that comes bit by bit, a machine that waits for it, and output while it runs', async () => {
  const cage = await Cage.create({ program: ELF });
  const blocked = await cage.run();
  assert.deepEqual([blocked.stop, blocked.exitCode, blocked.waits.length > 0], ['blocked', undefined, true]);
  assert.match(blocked.waits.join('\n'), /waits in read/);
  const writer = cage.stdin.getWriter();
  await writer.write('b a ');
  await writer.write(new TextEncoder().encode('b\n'));
  assert.equal((await cage.run()).stop, 'blocked');
  await writer.close();
  const { stop, exitCode } = await cage.run();
  assert.deepEqual([stop, exitCode], ['exit', 3]);
  assert.match(await textOf(cage.stdout), /^ {2}1 a\n {2}2 b\n/m);
  const stream = new ReadableStream({
    async start(controller) {
      for (const part of ['b a ', 'b\n']) {
        await new Promise((resolve) => { setTimeout(resolve, 5); });
        controller.enqueue(new TextEncoder().encode(part));
      }
      controller.close();
    },
  });
  const { out, result } = await runAll({ stdin: stream });
  assert.equal(result.stop, 'exit');
  assert.match(out, /^ {2}1 a\n {2}2 b\n/m);
  cage.dispose();
});

test('an abort ends a run that computes and one that waits for input', async () => {
  const cage = await Cage.create({ program: ELF, stdin: new ReadableStream({}) });
  await assert.rejects(cage.run({ signal: AbortSignal.abort() }), failsWith('MOXBOX_ABORTED'));
  const stopper = new AbortController();
  const looks = setInterval(() => { if (cage.report.stop === 'blocked') stopper.abort(); }, 10);
  await assert.rejects(cage.run({ signal: stopper.signal }), failsWith('MOXBOX_ABORTED'));
  clearInterval(looks);
  assert.equal(cage.report.stop, 'blocked');
  cage.dispose();
  const failing = new ReadableStream({ pull() { throw new Error('gone'); } });
  const other = await Cage.create({ program: ELF, stdin: failing });
  await assert.rejects(other.run(), failsWith('MOXBOX_FILE', { message: /standard input/ }));
  other.dispose();
});

test('system calls of the host: files, errors, names', async () => {
  const cage = await Cage.create({ files: { '/etc/greeting': new TextEncoder().encode('hello') }, inputs: { data: new Uint8Array([1, 2, 3]) } });
  const id = cage.bare();
  const read = (/** @type {string} */ path) => {
    const file = cage.dispatch(id, 'open', path, 0, 0);
    assert.ok(file >= 0, `${path}: ${file}`);
    const into = new Uint8Array(16);
    const size = cage.dispatch(id, 'read', file, into, into.length);
    assert.equal(cage.dispatch(id, 'close', file), 0);
    return Buffer.from(into.subarray(0, size)).toString('latin1');
  };
  assert.equal(read('/etc/greeting'), 'hello');
  assert.equal(read('/boot/data'), '\x01\x02\x03');
  assert.equal(cage.dispatch(id, 'open', '/etc/nothing', 0, 0), -2);
  assert.equal(cage.dispatch(id, 9999), -38);
  assert.equal(cage.dispatch(77, 'getpid'), -3);
  assert.equal(cage.dispatch(id, 'getpid'), id);
  assert.equal(cage.dispatch(id, 'mkdir', '/other', 0o755), 0);
  cage.bind('/etc', '/other');
  assert.equal(read('/other/greeting'), 'hello');
  assert.throws(() => cage.bind('/nowhere', '/other'), failsWith('MOXBOX_PROGRAM', { message: /ENOENT/ }));
  const pipe = new Uint8Array(8);
  assert.equal(cage.dispatch(id, 'pipe', pipe), 0);
  const waiting = cage.dispatch(id, 'read', pipe[0], new Uint8Array(4), 4);
  assert.equal(waiting, CAGE_LIMITS.dispatchWaits);
  await cage.putFile('/etc/greeting', new TextEncoder().encode('again'));
  assert.equal(read('/etc/greeting'), 'again');
  assert.throws(() => cage.read(id, 0, 4), failsWith('MOXBOX_ADDRESS'));
  cage.dispose();
});

test('what cannot be started and what is wrong has its own error', async () => {
  const text = new TextEncoder().encode('no program');
  await assert.rejects(Cage.create({ program: text }), failsWith('MOXBOX_PROGRAM', { message: /ENOEXEC/ }));
  await assert.rejects(Cage.create({ path: '/bin/none' }), failsWith('MOXBOX_PROGRAM', { message: /ENOENT/ }));
  await assert.rejects(Cage.create({ program: '/no/such/file' }), failsWith('MOXBOX_FILE'));
  await assert.rejects(Cage.create({ program: ELF, memoryLimitBytes: 4096 }));
  await assert.rejects(Cage.create(/** @type {any} */ ({ prog: ELF })), failsWith('MOXBOX_OPTION', { field: 'prog' }));
  await assert.rejects(Cage.create({ files: { relative: text } }), failsWith('MOXBOX_OPTION', { field: 'files' }));
  await assert.rejects(Cage.create({ program: ELF, env: { 'a=b': '' } }), failsWith('MOXBOX_OPTION', { field: 'env' }));
  await assert.rejects(Cage.create({ program: ELF, args: ['a\0b'] }), failsWith('MOXBOX_OPTION', { field: 'args[0]' }));
  assert.throws(() => Cage.create({ program: ELF, args: /** @type {any} */ ('x') }), TypeError);
  const cage = await Cage.create({ program: ELF, stdin: '' });
  const running = cage.run();
  assert.throws(() => cage.spawn('/bin/program'), failsWith('MOXBOX_BUSY'));
  await assert.rejects(cage.run(), failsWith('MOXBOX_BUSY'));
  await running;
  cage.dispose();
  await assert.rejects(cage.run(), failsWith('MOXBOX_DISPOSED'));
  assert.throws(() => cage.bare(), failsWith('MOXBOX_DISPOSED'));
});

test('a run that is going on ends with the machine', async () => {
  const cage = await Cage.create({ program: ELF, stdin: PIPELINE_INPUT });
  const running = cage.run({ slice: 1000 });
  setTimeout(() => cage.dispose(), 5);
  await assert.rejects(running, failsWith('MOXBOX_DISPOSED'));
});

test('a signal comes between two instructions that the report names, and comes there again', async () => {
  const brief = readFileSync(join(ROOT, 'tests/guests-cage/brief.elf'));
  const options = { program: brief, args: ['1000000', '1000'] };
  const first = await Cage.create(options);
  const running = first.run({ budget: Infinity });
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  const at = await first.kill(-first.spawned, 'SIGINT');
  const ended = await running;
  assert.deepEqual([ended.stop, ended.exitCode, ended.signal, ended.cages], ['exit', undefined, 'SIGINT', 0]);
  assert.deepEqual(ended.signals, [{ instructions: at, target: -first.spawned, signal: 'SIGINT' }]);
  assert.ok(at > 0n && at <= ended.instructions);
  for (const slice of [undefined, 997]) {
    const again = await Cage.create({ ...options, engine: slice ? 'interpreter' : 'auto' });
    assert.equal((await again.run({ budget: at, ...(slice && { slice }) })).instructions, at);
    assert.equal(await again.kill(-again.spawned, 2), at);
    assert.deepEqual(await again.run({ budget: Infinity, ...(slice && { slice }) }), ended);
    assert.equal(await again.stateHash(), await first.stateHash());
    again.dispose();
  }
  first.dispose();
});

test('signals: to a machine that waits for input, to one that stands, to nobody, and none that there is', async () => {
  const cage = await Cage.create({ program: ELF, stdin: new ReadableStream({}) });
  const running = cage.run();
  setTimeout(() => { cage.kill(-cage.spawned, 'SIGTERM').catch(() => {}); }, 50);
  assert.equal((await running).signal, 'SIGTERM');
  await assert.rejects(cage.kill(-cage.spawned), failsWith('MOXBOX_PROGRAM', { message: /ESRCH/ }));
  await assert.rejects(cage.kill(1, 'SIGNONE'), failsWith('MOXBOX_OPTION', { field: 'signal' }));
  await assert.rejects(cage.kill(0), failsWith('MOXBOX_PROGRAM', { message: /EINVAL/ }));
  assert.throws(() => cage.kill(/** @type {any} */ ('x')), TypeError);
  cage.dispose();
  await assert.rejects(cage.kill(1), failsWith('MOXBOX_DISPOSED'));
  const other = await Cage.create({ program: ELF, stdin: new ReadableStream({}) });
  const waiting = other.run();
  setTimeout(() => {
    const killed = other.kill(-1);
    other.dispose();
    killed.catch(() => {});
  }, 50);
  await assert.rejects(waiting, failsWith('MOXBOX_DISPOSED'));
});

test('memory that is in use counts guests and files', async () => {
  const empty = await Cage.create({});
  const cage = await Cage.create({ program: ELF, files: { '/etc/large': new Uint8Array(1 << 20) } });
  const [none, files] = [empty.report.memoryBytes, cage.report.memoryBytes];
  assert.ok(files - none > (1 << 20) + ELF.length, `${none} and ${files}`);
  assert.equal((await cage.run({ budget: 10_000n })).stop, 'budget');
  assert.ok(cage.report.memoryBytes > none + (1 << 20), 'the stack of a program');
  await cage.kill(-1, 'SIGKILL');
  await cage.run();
  const id = cage.bare();
  assert.equal(cage.dispatch(id, 'unlink', '/etc/large'), 0);
  cage.dispatch(id, 'exit', 0);
  assert.ok(cage.report.memoryBytes < files - (1 << 20) && cage.report.memoryBytes > none);
  empty.dispose();
  cage.dispose();
});

test('a store has the files again, and one that fails says so', async () => {
  const { MemoryStore } = await import('../../web/store.js');
  const store = new MemoryStore();
  const first = await Cage.create({ program: ELF, path: '/bin/pipeline', stdin: '', store });
  assert.equal((await first.run()).stop, 'exit');
  first.dispose();
  assert.ok((await store.keys()).length > 0);
  const second = await Cage.create({ path: '/bin/pipeline', stdin: PIPELINE_INPUT, store });
  assert.equal((await second.run()).exitCode, 3);
  second.dispose();
  const broken = new MemoryStore();
  broken.batch = async () => { throw new Error('disk full'); };
  const third = await Cage.create({ program: ELF, stdin: '', store: broken });
  await assert.rejects(third.run(), failsWith('MOXBOX_STORE'));
  third.dispose();
});
