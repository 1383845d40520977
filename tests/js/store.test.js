/**
 * Stores: what is saved is there again, in memory and in LevelDB; a process that is killed while it saves leaves the
 * last save or the one before; damage is named; the command line `moxbox fs`.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile as readHostFile, rm, writeFile as writeHostFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeHost } from '../../node/host.js';
import { openLevelStore } from '../../node/level-store.js';
import { MemoryStore } from '../../web/store.js';
import { StoreMachine } from '../../web/store-machine.js';
import { CLI, failsWith } from './helpers.js';
import { numberIn, readFile, writeFile } from './store-files.js';

/** @typedef {import('../../web/store.js').Store} Store */

const run = promisify(execFile);
const WRITER = fileURLToPath(new URL('store-writer.js', import.meta.url));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moxbox-store-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** @param {Store} store */
const openMachine = async (store) => StoreMachine.open(await nodeHost.loadCore(), store);

/** @param {Store} store */
async function savesAndOpens(store) {
  const machine = await openMachine(store);
  assert.equal(machine.call('mkdir', '/new', 0o755), 0);
  writeFile(machine, '/new/file', 'first');
  assert.ok(await machine.save() > 3);
  assert.equal(await machine.save(), 0, 'nothing has changed');
  writeFile(machine, '/new/file', 'second');
  const changed = await machine.save();
  assert.ok(changed > 0 && changed < 8, `${changed} objects`);
  writeFile(machine, '/new/file', 'never saved');
  const again = await openMachine(store);
  assert.equal(readFile(again, '/new/file'), 'second');
  const keys = await store.keys();
  assert.ok(keys.every((key) => again.hasRead(key)), 'nothing is left over');
}

test('what was saved in memory is there again, and no more', async () => {
  await savesAndOpens(new MemoryStore());
});

test('what was saved in LevelDB is there again, also after it was closed', async () => {
  const path = join(folder, 'level');
  const store = await openLevelStore(path, { create: true });
  await savesAndOpens(store);
  await assert.rejects(openLevelStore(path), { code: 'MOXBOX_FILE', message: /in use/ });
  await store.close();
  const again = await openLevelStore(path);
  assert.equal(readFile(await openMachine(again), '/new/file'), 'second');
  await again.close();
});

test('a save that the store refuses is made up for by the next', async () => {
  const store = new MemoryStore();
  const machine = await openMachine(store);
  await machine.save();
  writeFile(machine, '/tmp/one', 'one');
  const batch = store.batch.bind(store);
  store.batch = async () => {
    throw new Error('the disk is full');
  };
  await assert.rejects(machine.save(), (error) => failsWith('MOXBOX_STORE')(error) && /disk is full/.test(String(/** @type {any} */ (error).cause)));
  store.batch = batch;
  writeFile(machine, '/tmp/two', 'two');
  await machine.save();
  const again = await openMachine(store);
  assert.equal(readFile(again, '/tmp/one'), 'one');
  assert.equal(readFile(again, '/tmp/two'), 'two');
});

test('a damaged and a missing object are named by their keys', async () => {
  const store = new MemoryStore();
  await (await openMachine(store)).save();
  for (const key of await store.keys()) {
    const name = Buffer.from(key).toString('hex');
    const bytes = /** @type {Uint8Array} */ (await store.get(key));
    const wrong = bytes.slice();
    wrong[wrong.length - 1] = /** @type {number} */ (wrong[wrong.length - 1]) ^ 1;
    await store.batch([{ change: 'put', key, bytes: wrong }]);
    await assert.rejects(openMachine(store), { code: 'MOXBOX_IMAGE_DAMAGED', message: new RegExp(name) });
    await store.batch([{ change: 'delete', key }]);
    await assert.rejects(openMachine(store), { code: 'MOXBOX_IMAGE_DAMAGED', message: /missing/ });
    await store.batch([{ change: 'put', key, bytes }]);
  }
  await openMachine(store);
});

test('a process that is killed while it saves leaves what it had saved', async () => {
  const path = join(folder, 'killed');
  let least = 0;
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (/** @type {Buffer} */ bytes) => {
      said += bytes;
      /* In the middle of one of the next saves. */
      if (said.split('\n').length > 3 + round) setTimeout(() => child.kill('SIGKILL'), round * 2);
    });
    await new Promise((resolve) => child.on('close', resolve));
    const last = Number(said.trim().split('\n').at(-1));
    assert.ok(last > least);
    const store = await openLevelStore(path);
    const machine = await openMachine(store);
    const a = numberIn(machine, '/a');
    assert.ok(a === last || a === last + 1, `${last} was saved, ${a} is there`);
    assert.equal(readFile(machine, '/a'), readFile(machine, '/b'), 'the two files are of one save');
    const keys = await store.keys();
    assert.ok(keys.every((key) => machine.hasRead(key)), 'nothing is left over');
    await store.close();
    least = a;
  }
});

/** @param {...string} args */
const fs = async (...args) => (await run(process.execPath, [CLI, 'fs', ...args])).stdout;

test('moxbox fs makes, fills, shows, copies, removes and checks', async () => {
  const store = join(folder, 'tool');
  const file = join(folder, 'file');
  const bytes = Buffer.from(Array.from({ length: 700000 }, (_, i) => (i * 7) & 255));
  await writeHostFile(file, bytes);
  await fs('format', store);
  await assert.rejects(fs('format', store), /--force/);
  await fs('mkdir', '-r', store, '/deep/er');
  await fs('import', store, file, '/deep/er/file');
  await fs('cp', '-r', store, '/deep', '/copy');
  assert.match(await fs('ls', store, '/copy/er'), /^-0644 +1 +0 +0 +700000 .* file\n$/);
  assert.match(await fs('tree', store, '/copy'), /`-- er\n {4}`-- file\n$/);
  await fs('export', store, '/copy/er/file', `${file}.out`);
  assert.deepEqual(await readHostFile(`${file}.out`), bytes);
  await assert.rejects(fs('rmdir', store, '/deep'), /not empty/);
  await assert.rejects(fs('rm', store, '/none'), /no such file/);
  await fs('rm', '-r', store, '/deep');
  await fs('rm', store, '/copy/er/file');
  await fs('rmdir', store, '/copy/er', '/copy');
  assert.match(await fs('check', store), /^good: 6 directories, 6 other names, \d+ objects\n$/);
  await assert.rejects(fs('ls', store, '/copy'), /no such file/);
  await assert.rejects(fs('fly', store), { code: 2 });
  await assert.rejects(fs('ls', join(folder, 'nothing')), { code: 126 });
});

test('moxbox fs check finds and removes what nothing leads to', async () => {
  const path = join(folder, 'lost');
  await fs('format', path);
  const store = await openLevelStore(path);
  await store.batch([{ change: 'put', key: new Uint8Array(32).fill(7), bytes: new Uint8Array(3) }]);
  await store.close();
  assert.match(await fs('check', path), /1 objects that nothing leads to/);
  assert.match(await fs('check', '--collect', path), /were removed/);
  assert.doesNotMatch(await fs('check', path), /nothing leads/);
});
