/**
 * Caches of what boxes learn: whatever comes out of one, a run computes the same, and a cache that fails is as
 * if there were none.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync,
  utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Box as WorkerBox } from '../../node/worker-client.js';
import { Box, folderCache, memoryCache, run } from '../../node/index.js';
import { machineFor, runForced, stateHashOf, watched } from '../xlate/forced.js';
import { CLI, ROOT, coreModule, modulesOf, randomFrom } from './helpers.js';

const fileOf = (/** @type {string} */ path) => new Uint8Array(readFileSync(join(ROOT, path)));
const core = coreModule();
const scratch = mkdtempSync(join(tmpdir(), 'moxbox-cache-'));
after(() => rmSync(scratch, { recursive: true }));
const RTLIB = fileOf('tests/guests/rtlib.elf');
/* Long enough for several modules. */
const HEAP = fileOf('tests/guests/heap.elf');

/** A cache that can be looked into. */
function openCache() {
  /** @type {Map<string, Uint8Array>} */
  const entries = new Map();
  return {
    entries,
    get: (/** @type {string} */ key) => entries.get(key),
    put(/** @type {string} */ key, /** @type {Uint8Array} */ entry) {
      entries.set(key, entry);
    },
  };
}

/** @param {Uint8Array} elf @param {import('../../node/index.js').Cache | false} cache */
async function resultOf(elf, cache) {
  const box = await Box.create({ programs: [elf], cache });
  const result = await box.run({ hashes: true });
  box.dispose();
  return result;
}

/** As the learner seals it. @param {string} key @param {Uint8Array} hints */
function sealed(key, hints) {
  const seal = createHash('sha256').update(key).update(hints).digest();
  return new Uint8Array(Buffer.concat([seal, hints]));
}

test('a second run begins with what the first learned, and a third one with its code', async () => {
  const cache = memoryCache();
  const first = await modulesOf(() => run(RTLIB, { cache }));
  assert.ok(first >= 1);
  let made = 1;
  for (let i = 0; i < 20 && made > 0; i += 1) made = await modulesOf(() => run(RTLIB, { cache })); /* it learns on */
  assert.equal(made, 0);
  assert.ok(await modulesOf(() => run(RTLIB, { cache: false })) >= 1);
});

test('a later run takes what goes with the code, and writes no module', async () => {
  const inner = memoryCache();
  /** @type {import('../../web/cache.js').Made[]} */
  const held = [];
  const cache = { ...inner, hold(/** @type {string} */ key, /** @type {import('../../web/cache.js').Made} */ made) {
    held.push(made);
    inner.hold?.(key, made);
  } };
  const plain = await run(RTLIB, { cache: false });
  const firsts = [];
  for (let i = 0; i < 12; i += 1) {
    held.length = 0;
    assert.deepEqual(await run(RTLIB, { cache }), plain);
    firsts.push(held[0]);
  }
  assert.ok(firsts[11].kept && firsts[11].bytes.length > 0);
  assert.equal(firsts[11], firsts[10], 'the cache gets back what it gave: nothing was written');
  held.length = 0;
  const other = await WebAssembly.compile(readFileSync(join(ROOT, 'web/core.wasm')));
  assert.deepEqual(await run(RTLIB, { cache, core: other }), plain);
  assert.notEqual(held[0], firsts[11], 'what one core has kept is not for another');
});

test('a snapshot that lies about its program runs what it holds, whatever the cache has of that program', async () => {
  const cache = memoryCache();
  const begun = await Box.create({ programs: [RTLIB], cache: false });
  await begun.run({ budget: 1 });
  const snapshot = await begun.snapshot();
  begun.dispose();
  /** @param {Uint8Array} bytes @param {import('../../node/index.js').Cache | false} from @param {import('../../node/index.js').RunOptions} options */
  const resumed = async (bytes, from, options) => {
    const box = await Box.restore(bytes, { cache: from });
    const result = await box.run(options);
    box.dispose();
    return result;
  };
  for (let i = 0; i < 12; i += 1) await resumed(snapshot, cache, {});
  const view = new DataView(RTLIB.buffer, RTLIB.byteOffset);
  const text = RTLIB.subarray(view.getUint32(56, true)).subarray(0, view.getUint32(68, true)); /* the first segment's */
  const place = Buffer.from(snapshot).indexOf(text.subarray(0, 2000));
  assert.ok(place > 0);
  const seen = new Set();
  for (let at = 0; at < 1200; at += 20) {
    const forged = snapshot.slice();
    forged[place + at] ^= 4;
    forged.set(createHash('sha256').update(forged.subarray(0, -32)).digest(), forged.length - 32);
    const options = { budget: 300_000, hashes: true };
    const plain = await resumed(forged, false, options);
    assert.deepEqual(await resumed(forged, cache, options), plain, `byte ${at}`);
    if (plain.stop === 'budget') seen.add(JSON.stringify(plain.hashes));
  }
  assert.ok(seen.size > 1, 'some run on, and otherwise');
});

test('an entry is of the programs, wherever it is kept, and its seal is of key and hints', async () => {
  const cache = openCache();
  await run(RTLIB, { cache });
  await run(HEAP, { cache });
  assert.equal(cache.entries.size, 2);
  for (const [key, entry] of cache.entries) {
    assert.match(key, /^[0-9a-f]{64}$/);
    assert.deepEqual(entry, sealed(key, entry.slice(32)));
  }
});

test('damaged, cut, swapped, foreign and impossible entries change nothing', async () => {
  const cache = openCache();
  const expected = await resultOf(RTLIB, cache);
  await resultOf(HEAP, cache);
  const [[key, good], [, other]] = cache.entries;
  const random = randomFrom(7);
  const flipped = good.slice();
  flipped[random(good.length)] ^= 1 << random(8);
  const oldVersion = good.slice(32);
  oldVersion[3] ^= 1;
  const elsewhere = good.slice(32);
  elsewhere[4] ^= 2;
  /** @type {Record<string, any>} */
  const bad = {
    'one bit': flipped, 'cut': good.slice(0, -1), 'half': good.slice(0, good.length >> 1), 'no hints': good.slice(0, 32),
    'empty': new Uint8Array(0), 'longer': new Uint8Array([...good, 0]), "another program's": other,
    "another program's, sealed": sealed(key, other.slice(32)), 'another version, sealed': sealed(key, oldVersion),
    'another place, sealed': sealed(key, elsewhere), 'text': 'hints', 'null': null, 'number': 7, 'zeros': new Uint8Array(1000),
    'too large': new Uint8Array((1 << 20) + 1), 'nothing but a head': sealed(key, good.slice(32, 56)),
  };
  for (const [name, entry] of Object.entries(bad)) {
    for (const answer of [() => entry, async () => entry]) {
      assert.deepEqual(await resultOf(RTLIB, { get: answer, put() {} }), expected, name);
    }
  }
});

test('a damaged entry is replaced', async () => {
  const cache = openCache();
  await run(RTLIB, { cache });
  const [[key, good]] = cache.entries;
  cache.entries.set(key, good.slice(0, -4));
  await run(RTLIB, { cache });
  assert.deepEqual(cache.entries.get(key)?.slice(0, 32), sealed(key, cache.entries.get(key)?.slice(32) ?? good).slice(0, 32));
});

test('a cache that throws, rejects or answers late changes nothing', async () => {
  const expected = await resultOf(RTLIB, false);
  const fail = () => { throw new Error('no cache'); };
  const reject = async () => fail();
  const late = () => new Promise((resolve) => setTimeout(resolve, 20, undefined));
  for (const get of [fail, reject, late]) {
    for (const put of [fail, reject]) {
      assert.deepEqual(await resultOf(RTLIB, /** @type {any} */ ({ get, put })), expected);
      const box = Box.createSync({ programs: [RTLIB], cache: /** @type {any} */ ({ get, put }) });
      assert.equal(box.runSync().instructions, expected.instructions);
    }
  }
  assert.throws(() => Box.create({ programs: [RTLIB], cache: /** @type {any} */ ({}) }), TypeError);
});

test('hints that somebody made up, properly sealed or not, lead every guest through the same states', () => {
  const guests = readdirSync(join(ROOT, 'tests/guests')).filter((name) => name.endsWith('.elf'));
  let used = 0;
  let inside = 0n;
  guests.forEach((name, number) => {
    const job = { programs: [fileOf(`tests/guests/${name}`)], data: [], memoryLimitBytes: 1 << 24, stackSizeBytes: 1 << 16 };
    const hints = watched(core, job, 300_000n);
    if (!hints) return;
    const limit = 300_000n;
    const plain = machineFor(core, job, 0);
    const expected = runForced(plain, limit);
    for (let round = 0; round < 12; round += 1) {
      const random = randomFrom(number * 100 + round + 1);
      const forged = hints.slice();
      const words = new Uint32Array(forged.buffer);
      const changes = 1 + random(1 + (words.length - 6));
      for (let i = 0; i < changes; i += 1) {
        /* Behind the head: entries, targets and accesses, mostly near to what they were. */
        const at = 6 + random(words.length - 6);
        words[at] = random(3) > 0 ? words[at] + 2 * (random(64) - 32) : words[6 + random(words.length - 6)] ^ random(2 ** 20);
      }
      const machine = machineFor(core, job, 2);
      used += Number(machine.useHints(forged));
      const actual = runForced(machine, limit, (most) => 1 + random(Math.min(most, 20_000)));
      assert.deepEqual(actual, expected, `${name}, round ${round}`);
      assert.equal(stateHashOf(machine), stateHashOf(plain), `${name}, round ${round}`);
      inside += machine.translation().inside;
    }
  });
  assert.ok(used > 100, `${used} forged hints were taken`);
  assert.ok(inside > 2_000_000n, `${inside} instructions ran in code made from them`);
});

test('a folder keeps entries for other processes, whole, and the least recently used go', async () => {
  const folder = join(scratch, 'deep', 'folder');
  const cache = folderCache(folder, { entries: 3 });
  const keys = Array.from('abcde', (letter) => letter.repeat(64));
  for (const [index, key] of keys.entries()) {
    await cache.put(key, Uint8Array.of(index));
    if (index < 3) utimesSync(join(folder, key), index + 1000, index + 1000);
    if (index === 2) assert.deepEqual(await cache.get(keys[0]), Uint8Array.of(0)); /* used: stays */
  }
  assert.deepEqual(readdirSync(folder).sort(), [keys[0], keys[3], keys[4]]);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, keys[0])).mode & 0o777, 0o600);
});

test('a folder that is none, cannot be written or holds strange things changes nothing', async () => {
  const expected = await resultOf(RTLIB, false);
  const inside = join(scratch, 'strange');
  const cache = folderCache(inside);
  let [key] = [''];
  /* What a run learns is written behind it; a busy computer may end a run before it has learned anything. */
  for (let i = 0; i < 200 && !key; i += 1) {
    if (i % 20 === 0) await run(RTLIB, { cache });
    await new Promise((resolve) => setTimeout(resolve, 20));
    [key = ''] = existsSync(inside) ? readdirSync(inside).filter((name) => !name.startsWith('.')) : [];
  }
  const file = join(inside, key);
  const good = readFileSync(file);
  const strange = {
    'a pipe': () => execFileSync('mkfifo', [file]),
    'a folder': () => mkdirSync(file),
    'a link': () => symlinkSync('/dev/zero', file),
    'a huge file': () => { writeFileSync(file, ''); truncateSync(file, 2 ** 40); },
    'half an entry': () => writeFileSync(file, good.subarray(0, good.length >> 1)),
  };
  for (const [name, make] of Object.entries(strange)) {
    rmSync(file, { recursive: true, force: true });
    make();
    assert.deepEqual(await resultOf(RTLIB, cache), expected, name);
  }
  const notAFolder = join(scratch, 'file');
  writeFileSync(notAFolder, '');
  for (const place of [notAFolder, join(notAFolder, 'below'), '/proc/moxbox-hints', `${scratch}/${'x'.repeat(300)}`]) {
    assert.deepEqual(await resultOf(RTLIB, folderCache(place)), expected, place);
  }
});

const sums = (/** @type {string} */ text) => JSON.stringify({ ...JSON.parse(text), seconds: 0 });
const jobArgs = [CLI, 'run', '-e', join(ROOT, 'tests/guests/rtlib.elf'), '--json', '-q', '--cache'];

test('processes that use one folder at the same time do not disturb each other', async () => {
  const folder = join(scratch, 'shared');
  const once = () => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...jobArgs, folder]);
    let out = '';
    child.stdout.on('data', (data) => { out += data; });
    child.on('close', (status) => (status === 0 ? resolve(sums(out)) : reject(new Error(`status ${status}`))));
  });
  const results = await Promise.all([once(), once(), once(), once()]);
  assert.equal(new Set(results).size, 1);
  assert.equal(await once(), results[0]);
  const [key = '', ...more] = readdirSync(folder);
  assert.deepEqual(more, []);
  const entry = new Uint8Array(readFileSync(join(folder, key)));
  assert.deepEqual(entry, sealed(key, entry.slice(32)));
});

test('a disk that is full changes nothing and leaves nothing', () => {
  const folder = join(scratch, 'full');
  mkdirSync(folder);
  const limited = execFileSync('bash', ['-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'bash', process.execPath, ...jobArgs, folder],
    { encoding: 'utf8' });
  const plain = execFileSync(process.execPath, [...jobArgs, 'off'], { encoding: 'utf8' });
  assert.equal(sums(limited), sums(plain));
  assert.deepEqual(readdirSync(folder), []);
});

test('moxbox run keeps its hints in the folder for caches; verify uses none', () => {
  const home = join(scratch, 'home');
  const env = { ...process.env, XDG_CACHE_HOME: home };
  const elf = join(ROOT, 'tests/guests/rtlib.elf');
  const receipt = join(scratch, 'receipt');
  const run = (/** @type {string[]} */ ...args) => execFileSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
  run('run', '-e', elf, '-o', join(scratch, 'output'), '--receipt', receipt, '--cache', 'off');
  assert.equal(run('verify', receipt, '-e', elf, '--engine', 'auto'), 'same\n');
  assert.equal(existsSync(home), false);
  run('run', '-e', elf, '-o', join(scratch, 'output'));
  assert.equal(readdirSync(join(home, 'moxbox', 'hints')).length, 1);
});

test('a box in a worker uses the cache of its client', async () => {
  const cache = openCache();
  for (let i = 0; i < 3; i += 1) {
    const box = await WorkerBox.create({ programs: [RTLIB], cache });
    const { stop } = await box.run();
    assert.equal(stop, 'exit');
    for (let wait = 0; wait < 100 && cache.entries.size === 0; wait += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    box.dispose();
    assert.equal(cache.entries.size, 1);
  }
  const broken = { get: async () => { throw new Error('no cache'); }, put() { throw new Error('no cache'); } };
  const box = await WorkerBox.create({ programs: [RTLIB], cache: broken });
  assert.equal((await box.run()).stop, 'exit');
  box.dispose();
});
