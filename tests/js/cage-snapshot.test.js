/** Snapshots of cages: what is restored goes on as the other would have, in Node, natively, and from one to the other. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Cage, MemoryStore } from '../../node/index.js';
import { NATIVE } from '../native.js';
import { PIPELINE, textOf } from './cage-helpers.js';
import { CLI, ROOT } from './helpers.js';

const folder = mkdtempSync(path.join(tmpdir(), 'moxbox-cage-snapshot-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (/** @type {string} */ name) => path.join(folder, name);

/** @typedef {{stop: string, exitCode: number | undefined, instructions: bigint, out: string, hash: string}} Ended */

/** Runs to the end, with what was written before. @param {Cage} cage @param {string} [before] @returns {Promise<Ended>} */
async function end(cage, before = '') {
  const text = textOf(cage.stdout);
  const { stop, exitCode, instructions } = await cage.run({ budget: Infinity });
  const hash = await cage.stateHash();
  cage.dispose();
  return { stop, exitCode, instructions, out: before + await text, hash };
}

/** What a cage has written by now; it can only be disposed of. @param {Cage} cage */
async function written(cage) {
  const text = textOf(cage.stdout);
  cage.dispose();
  return text;
}

const create = () => Cage.create({ program: PIPELINE, stdin: '' });
const whole = await create().then((cage) => end(cage));

test('a machine that is restored at any point ends as the one that ran on', async () => {
  for (const budget of [1n, 70_001n, 1_000_003n, 3_333_333n, 6_000_000n]) {
    const cage = await create();
    const { instructions } = await cage.run({ budget });
    const bytes = await cage.snapshot();
    const hash = await cage.stateHash();
    const before = await written(cage);
    const other = await Cage.restore(bytes, { stdin: '' });
    assert.equal(other.report.instructions, instructions);
    assert.equal(await other.stateHash(), hash);
    assert.deepEqual(await other.snapshot(), bytes);
    assert.deepEqual(await end(other, before), whole, `after ${budget}`);
  }
});

test('a run in small budgets stops where it would without a restore between them, overdrawn or not', async () => {
  const [one, two] = [await create(), await create()];
  let relayed = two;
  for (let i = 0; i < 8; i++) {
    const expected = await one.run({ budget: 12_347n });
    assert.equal((await relayed.run({ budget: 12_347n })).instructions, expected.instructions);
    const next = await Cage.restore(await relayed.snapshot(), { stdin: '' });
    relayed.dispose();
    relayed = next;
  }
  assert.equal(await relayed.stateHash(), await one.stateHash());
  one.dispose();
  relayed.dispose();
});

test('the bytes are the same natively, and each goes on from the other\'s', async () => {
  const native = (/** @type {string[]} */ ...parameters) => spawnSync(NATIVE, ['cage', ...parameters], { encoding: 'utf8', input: '' });
  const first = native('--budget', '2000000', '--snapshot', file('native'), PIPELINE);
  assert.equal(first.status, 124, first.stderr);
  const here = await Cage.create({ files: { '/bin/pipeline.elf': { content: PIPELINE, mode: 0o755 } }, stdin: '' });
  here.spawn('/bin/pipeline.elf', { argv0: PIPELINE });
  await here.run({ budget: 2_000_000n });
  const bytes = await here.snapshot();
  const before = await written(here);
  assert.equal(before, first.stdout);
  assert.ok(Buffer.from(bytes).equals(readFileSync(file('native'))), 'other bytes than native ones');
  const ended = await end(await Cage.restore(file('native'), { stdin: '' }), before);
  writeFileSync(file('here'), bytes);
  const last = native('--hash', '--resume', file('here'));
  assert.equal(last.status, ended.exitCode);
  assert.equal(before + last.stdout, ended.out);
  assert.match(last.stderr, new RegExp(`^${ended.hash} ${ended.instructions}$`, 'm'));
});

test('the command line goes on from what it wrote', () => {
  const run = (/** @type {string[]} */ ...parameters) =>
    spawnSync(process.execPath, [CLI, 'cage', '--quiet', ...parameters], { encoding: 'utf8', input: '' });
  const first = run('--budget', '2000000', '--snapshot', file('cli'), PIPELINE);
  assert.equal(first.status, 124, first.stderr);
  const second = run('--resume', file('cli'));
  assert.equal(second.status, whole.exitCode, second.stderr);
  assert.equal(first.stdout + second.stdout, whole.out);
  for (const wrong of [['--resume', file('cli'), PIPELINE], ['--resume', file('cli'), '--env', 'A=b'], ['--snapshot', file('cli')]]) {
    assert.equal(run(...wrong).status, 2);
  }
  const damaged = readFileSync(file('cli'));
  damaged[100] ^= 1;
  writeFileSync(file('damaged'), damaged);
  assert.equal(run('--resume', file('damaged')).status, 126);
});

test('input that nobody has read goes along, and files do without the store', async () => {
  const cage = await Cage.create({ program: path.join(ROOT, 'tests/guests-cage/keep.elf'), store: new MemoryStore(), stdin: 'one\n' });
  await cage.run();
  cage.spawn('/bin/keep.elf');
  const other = await Cage.restore(await cage.snapshot());
  assert.equal(await other.stateHash(), await cage.stateHash());
  other.dispose();
  cage.dispose();
});

test('limits are granted by who restores', async () => {
  const cage = await Cage.create({ program: PIPELINE, stdin: '', memoryLimitBytes: 64 << 20, mostCages: 20, outputLimitBytes: 5000 });
  const bytes = await cage.snapshot();
  cage.dispose();
  const grants = { memoryLimitBytes: 64 << 20, mostCages: 20, outputLimitBytes: 5000 };
  (await Cage.restore(bytes, grants)).dispose();
  for (const [name, value] of Object.entries(grants)) {
    await assert.rejects(Cage.restore(bytes, { ...grants, [name]: value - 1 }), { code: 'MOXBOX_MEMORY_LIMIT' });
  }
});

test('what is no snapshot of a machine is refused, and says why', async () => {
  const cage = await create();
  const bytes = await cage.snapshot();
  cage.dispose();
  const changed = (/** @type {number} */ at) => {
    const copy = bytes.slice();
    copy[at] ^= 1;
    return copy;
  };
  const cases = /** @type {[Uint8Array, string][]} */ ([
    [changed(0), 'MOXBOX_SNAPSHOT_KIND'],
    [bytes.subarray(0, bytes.length - 1), 'MOXBOX_SNAPSHOT_SHORT'],
    [new Uint8Array(), 'MOXBOX_SNAPSHOT_SHORT'],
    [changed(bytes.length - 1), 'MOXBOX_SNAPSHOT_DIGEST'],
    [changed(40), 'MOXBOX_SNAPSHOT_KERNEL'],
    [Uint8Array.from([...bytes, 0]), 'MOXBOX_SNAPSHOT_LONG'],
  ]);
  for (const [wrong, code] of cases) await assert.rejects(Cage.restore(wrong), { code });
  assert.throws(() => Cage.restore(/** @type {any} */ (7)), TypeError);
  await assert.rejects(Cage.restore(bytes, /** @type {any} */ ({ store: {} })), { code: 'MOXBOX_OPTION' });
});

test('a snapshot can be given up, and tells how far it is', async () => {
  const cage = await create();
  await cage.run({ budget: 100_000n });
  await assert.rejects(cage.snapshot({ signal: AbortSignal.abort() }), { code: 'MOXBOX_ABORTED' });
  /** @type {number[]} */
  const told = [];
  const bytes = await cage.snapshot({ onProgress: ({ doneBytes }) => told.push(doneBytes) });
  assert.equal(told.at(-1), bytes.length);
  await assert.rejects(Cage.restore(bytes, { signal: AbortSignal.abort() }), { code: 'MOXBOX_ABORTED' });
  cage.dispose();
});
