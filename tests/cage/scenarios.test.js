/**
 * SafePOSIX's test scenarios, by their names: C programs (tests/guests-cage/scenarios) that first run on this system
 * and then in cages, where they must see the same, line by line. What differs on purpose is in expected.json with its
 * reason, and fails when it no longer differs. Where a scenario is about what outlasts a machine, the host's side of
 * it is here.
 */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Cage, MemoryStore } from '../../node/index.js';
import { nodeHost } from '../../node/host.js';
import { StoreMachine } from '../../web/store-machine.js';
import { cage, checkFailures, guestCompiler, root, run, scratchFolder } from './world.js';

const SOURCES = path.join(root, 'tests/guests-cage/scenarios');
const PROGRAM = '/bin/scenarios';
/** How many of SafePOSIX's tests each of its files has, in the order of names.def; `more` is one that it never runs. */
const COUNTS = { fs: 153, ipc: 7, net: 57, sys: 9, more: 1 };
/** What a system may not have that builds this; a cage has it. */
const MAY_LACK = new Set(['ut_lind_net_connect_basic_udp_ipv6']);
const SLICES = ['9973', '1000003'];

const folder = scratchFolder();
chmodSync(folder, 0o755); // the scenarios run as another user

/** @param {string} compiler @param {string} name @returns {Promise<string>} the program */
async function build(compiler, name) {
  const sources = readdirSync(SOURCES).filter((file) => file.endsWith('.c')).map((file) => path.join(SOURCES, file));
  const out = path.join(folder, name);
  const { status, err } = await run(compiler, ['-O1', '-w', ...sources, '-o', out]);
  assert.equal(status, 0, err);
  chmodSync(out, 0o755); // part of the machine's state
  return out;
}

const [here = '', guest = ''] = await Promise.all([build('cc', 'here'), build(guestCompiler(), 'guest')]);
const inCages = (/** @type {string[]} */ ...options) =>
  cage(['--hash', ...options, '--file', `${guest}:${PROGRAM}`, '--cwd', '/tmp', '--guest', PROGRAM]);
const whole = inCages();

/** @type {{group: string, name: string}[]} */
const names = [...readFileSync(path.join(SOURCES, 'names.def'), 'utf8').matchAll(/^SCENARIO\((\w+), (\w+)\)$/gm)]
  .map(([, group = '', name = '']) => ({ group, name }));

/** @typedef {{lines: string[], end: string}} Seen */
/** @param {string} out @returns {Map<string, Seen>} */
function parse(out) {
  /** @type {Map<string, Seen>} */
  const seen = new Map();
  for (const part of out.split(/^== /m).slice(1)) {
    const [name = '', ...lines] = part.trimEnd().split('\n');
    assert.ok(!seen.has(name), `${name} has run twice`);
    seen.set(name, { lines: lines.slice(0, -1), end: lines.at(-1) ?? '' });
  }
  return seen;
}

test('all of SafePOSIX\'s 226 scenarios are there, each once', () => {
  for (const [group, count] of Object.entries(COUNTS)) {
    assert.equal(names.filter((entry) => entry.group === group).length, count, group);
  }
  assert.equal(names.length, 226 + 1);
  assert.equal(new Set(names.map(({ name }) => name)).size, names.length);
});

test('every scenario holds on this system and in cages, and sees the same in both', async (t) => {
  const [native, guests] = await Promise.all([run(here, [], { cwd: folder }), whole]);
  const [expected, got] = [parse(native.out), parse(guests.out)];
  const order = names.map(({ name }) => name);
  assert.deepEqual([...expected.keys()], order);
  assert.deepEqual([...got.keys()], order);
  /** @type {Map<string, string>} */
  const failures = new Map();
  let lines = 0;
  for (const name of order) {
    const [one, other] = [/** @type {Seen} */ (expected.get(name)), /** @type {Seen} */ (got.get(name))];
    assert.equal(other.end, '-- ok', `in a cage, ${name}:\n${other.lines.join('\n')}`);
    if (one.end === '-- cannot' && MAY_LACK.has(name)) {
      t.diagnostic(`${name}: this system cannot`);
      continue;
    }
    assert.equal(one.end, '-- ok', `here, ${name}:\n${one.lines.join('\n')}`);
    assert.equal(other.lines.length, one.lines.length, `${name}:\n${other.lines.join('\n')}\nhere:\n${one.lines.join('\n')}`);
    lines += one.lines.length;
    one.lines.forEach((line, index) => {
      if (other.lines[index] !== line) failures.set(`${name}: ${line}`, other.lines[index] ?? '');
    });
  }
  assert.equal(native.err, '');
  checkFailures('scenarios', failures);
  t.diagnostic(`${order.length} scenarios, ${lines} lines, ${failures.size} of them differ`);
});

test('slices of any length, natively and in WebAssembly, give the same output and state', async () => {
  const expected = await whole;
  const [, hash] = /^([0-9a-f]{64}) \d+\n$/.exec(expected.err) ?? [];
  assert.ok(hash, expected.err);
  for (const slice of SLICES) assert.deepEqual(await inCages('--slice', slice), expected, slice);
  const relayed = await inCages('--relay', '--slice', '1000003'); /* in another machine, made from a snapshot, each time */
  assert.deepEqual(relayed, expected);
  const content = readFileSync(guest);
  const machine = await Cage.create({ path: PROGRAM, cwd: '/tmp', files: { [PROGRAM]: { content, mode: 0o755 } } });
  const output = new Response(machine.stdout).text();
  const { exitCode } = await machine.run({ budget: Infinity });
  assert.equal(exitCode, 0);
  assert.equal(await machine.stateHash(), hash);
  machine.dispose();
  assert.equal(await output, expected.out);
});

/** Where a struct stat has the device's number, in 32-bit words (core/cage/abi.h). */
const STAT = Object.freeze({ words: 22, mode: 3, device: 7 });
const O_RDWR_CREATE = 0o102;

/** A machine that takes over what is in the store. @param {MemoryStore} store */
const restart = async (store) => StoreMachine.open(await nodeHost.loadCore(), store);

/** @param {StoreMachine} machine @param {string} name @returns {{mode: number, device: number}} */
function statOf(machine, name) {
  const bytes = new Uint8Array(STAT.words * 4);
  assert.equal(machine.call('xstat', name, bytes), 0, name);
  const words = new Uint32Array(bytes.buffer);
  return { mode: words[STAT.mode] ?? 0, device: words[STAT.device] ?? 0 };
}

test('ut_lind_fs_load_fs: a blank store has its devices, and what was saved is there in the next machine', async () => {
  const store = new MemoryStore();
  const first = await restart(store);
  const fd = first.call('open', '/kept', O_RDWR_CREATE, 0o640);
  assert.equal(first.call('write', fd, Buffer.from('bytes'), 5), 5);
  assert.equal(first.call('mknod', '/device', 0o020600, 0x105), 0);
  assert.equal(first.call('symlink', 'kept', '/link'), 0);
  await first.save();
  assert.equal(first.call('unlink', '/kept'), 0); // and not saved
  for (const machine of [await restart(new MemoryStore()), await restart(store)]) {
    for (const [name, minor] of /** @type {const} */ ([['null', 3], ['zero', 5], ['random', 8], ['urandom', 9]])) {
      const { mode, device } = statOf(machine, `/dev/${name}`);
      assert.deepEqual([mode & 0o170000, device], [0o020000, 0x100 | minor], name);
    }
  }
  const second = await restart(store);
  const to = new Uint8Array(8);
  assert.equal(second.call('read', second.call('open', '/link', 0, 0), to, 8), 5);
  assert.equal(Buffer.from(to).toString('latin1', 0, 5), 'bytes');
  assert.deepEqual([statOf(second, '/kept').mode, statOf(second, '/device')], [0o100640, { mode: 0o020600, device: 0x105 }]);
});

/* SafePOSIX empties /tmp when it starts and when it ends; here nothing is lost unless a program removes it. */
test('ut_lind_fs_tmp_file_test: /tmp is there for everybody, and its files last as others do', async () => {
  const store = new MemoryStore();
  const first = await restart(store);
  assert.equal(statOf(first, '/tmp').mode, 0o041777);
  assert.ok(first.call('open', '/tmp/testfile', O_RDWR_CREATE, 0o777) >= 0);
  await first.save();
  assert.equal((await restart(store)).call('access', '/tmp/testfile', 0), 0);
  assert.equal((await restart(new MemoryStore())).call('access', '/tmp/testfile', 0), -2);
});

/* SafePOSIX's unit tests of the files of its host in which it keeps its own: here these are objects of a store. */
test('test_path_exists_true, _false, test_new_metadata_emulated_file: a store has a root when something was saved', async () => {
  const store = new MemoryStore();
  assert.equal(await store.get(), undefined);
  const machine = await restart(store);
  assert.equal(await store.get(), undefined, 'opening saves nothing');
  assert.ok(await machine.save() > 0);
  assert.ok(((await store.get())?.length ?? 0) > 0);
  assert.equal(await store.get(new Uint8Array(32)), undefined);
});

test('test_new_emulated_file, test_readat_emulated_file, test_writeat_emulated_file: bytes at offsets, also after a restart', async () => {
  const store = new MemoryStore();
  const first = await restart(store);
  const file = first.call('open', '/file', O_RDWR_CREATE, 0o644);
  assert.ok(file >= 0);
  assert.equal(first.call('pwrite', file, Buffer.from('Hello world!'), 12, 100), 12);
  await first.save();
  const second = await restart(store);
  const again = second.call('open', '/file', 2, 0);
  const to = new Uint8Array(20);
  assert.equal(second.call('pread', again, to, 20, 98), 14);
  assert.equal(Buffer.from(to).toString('latin1', 0, 14), '\0\0Hello world!');
  assert.equal(second.call('pread', again, to, 20, 112), 0);
  assert.equal(second.call('pread', again, to, 20, -1), -22);
});
