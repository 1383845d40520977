import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cage } from '../../node/index.js';
import { bringBack, filesOf, mappingOf, treeOf, withFiles } from '../../node/cage-files.js';
import { NATIVE } from '../native.js';
import { PIPELINE, PIPELINE_INPUT, execute, nativePipeline } from './cage-helpers.js';
import { CLI, ROOT, folder } from './helpers.js';

const POUR = join(ROOT, 'tests/guests-cage/pour.elf');
const KEEP = join(ROOT, 'tests/guests-cage/keep.elf');

/** @param {string[]} args @param {string} [input] */
const moxbox = (args, input) => execute(process.execPath, [CLI, ...args], input);

test('moxbox cage: output, errors and status are the program\'s, and the same as natively', async (t) => {
  const native = await nativePipeline(t);
  const ran = await moxbox(['cage', PIPELINE], PIPELINE_INPUT);
  assert.deepEqual([ran.status, ran.out, ran.err], [3, native.out, native.err]);
  const json = JSON.parse((await moxbox(['cage', '--json', PIPELINE], PIPELINE_INPUT)).out);
  assert.deepEqual([json.stop, json.exitCode, json.signal, json.budget], ['exit', 3, null, null]);
  assert.equal(json.instructions, String(native.instructions));
  assert.equal(Buffer.from(json.stdout, 'base64').toString(), native.out);
  assert.match(json.stateHash, /^[0-9a-f]{64}$/);
});

test('moxbox cage: the budget, and who waits then', async () => {
  const { status, err } = await moxbox(['cage', '--budget', '50_000', PIPELINE], PIPELINE_INPUT);
  assert.equal(status, 124);
  assert.match(err, /^moxbox: budget after \d+ instructions\n/m);
  const json = JSON.parse((await moxbox(['cage', '--json', '--budget', '0', PIPELINE])).out);
  assert.deepEqual([json.stop, json.exitCode, json.instructions], ['budget', null, '0']);
});

test('moxbox cage: a command line that is wrong, and programs that are none', async (t) => {
  const text = join(folder(t), 'text');
  writeFileSync(text, 'no program');
  const cases = /** @type {const} */ ([
    [[], 2, /name a program/], [['--nonsense', PIPELINE], 2, /nonsense/], [['--dir', 'x', PIPELINE], 2, /HOST:GUEST/],
    [['--dir', '/tmp:relative', PIPELINE], 2, /absolute/], [['--env', 'x', PIPELINE], 2, /NAME=VALUE/],
    [['--seed', 'xyz', PIPELINE], 2, /hexadecimal/], [['--budget', 'some', PIPELINE], 2, /--budget/],
    [[text], 126, /cannot be started.*ENOEXEC/], [['/no/such/program'], 126, /no such file/],
    [['--dir', '/no/such/folder:/x', PIPELINE], 126, /cannot read/], [['--guest', '/bin/none'], 126, /ENOENT/],
    [['--cwd', '/nowhere', PIPELINE], 126, /ENOENT/], [['--engine', 'steam', PIPELINE], 126, /engine/],
  ]);
  for (const [args, status, message] of cases) {
    const ran = await moxbox(['cage', ...args]);
    assert.equal(ran.status, status, args.join(' '));
    assert.match(ran.err, message);
  }
  assert.match((await moxbox(['cage', '--help'])).out, /--dir HOST:GUEST/);
});

test('moxbox cage: a reader that goes away ends it', async () => {
  const child = spawn(process.execPath, [CLI, 'cage', PIPELINE], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout.destroy();
  child.stdin.on('error', () => {});
  child.stdin.end(PIPELINE_INPUT);
  const status = await new Promise((resolve) => { child.on('exit', resolve); });
  assert.ok(status === 141 || status === 3, String(status));
});

test('folders go in and come back: new, changed and removed files, permissions, nothing else', async (t) => {
  const host = join(folder(t), 'work');
  mkdirSync(join(host, 'empty'), { recursive: true });
  for (const name of ['same', 'changed', 'removed']) writeFileSync(join(host, name), name);
  chmodSync(join(host, 'same'), 0o640);
  writeFileSync(join(host, '..', 'outside'), 'outside');
  const tree = await treeOf(mappingOf(`${host}:/try/`, '--dir'));
  assert.deepEqual(tree.copies.map(({ guest }) => guest), ['/try', '/try/changed', '/try/empty', '/try/removed', '/try/same']);
  const cage = await Cage.create({ files: filesOf(tree.copies) });
  const id = cage.bare();
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    const file = cage.dispatch(id, 'open', path, 0o1101, 0o600);
    const bytes = Buffer.from(text);
    assert.equal(cage.dispatch(id, 'write', file, bytes, bytes.length), bytes.length);
    assert.equal(cage.dispatch(id, 'close', file), 0);
  };
  await withFiles(cage, (files) => {
    assert.equal(files.mode('/try/same') & 0o777, 0o640);
    assert.equal(files.mode('/try/empty'), 0o40755);
  });
  write('/try/changed', 'other');
  write('/try/empty/new', 'x'.repeat(600_000));
  assert.equal(cage.dispatch(id, 'unlink', '/try/removed'), 0);
  assert.equal(cage.dispatch(id, 'symlink', '../outside', '/try/link'), 0);
  assert.equal(cage.dispatch(id, 'rename', '/try/same', '/try/moved'), 0);
  assert.deepEqual(await withFiles(cage, (files) => bringBack(files, tree)), ['/try/link']);
  assert.deepEqual(readdirSync(host).sort(), ['changed', 'empty', 'moved']);
  assert.equal(readFileSync(join(host, 'changed'), 'utf8'), 'other');
  assert.equal(readFileSync(join(host, 'moved'), 'utf8'), 'same');
  assert.equal(readFileSync(join(host, 'empty/new'), 'utf8').length, 600_000);
  assert.equal(readFileSync(join(host, '..', 'outside'), 'utf8'), 'outside');
  cage.dispose();
});

test('moxbox cage --dir: read-only folders stay as they are', async (t) => {
  const host = join(folder(t), 'work');
  mkdirSync(host);
  writeFileSync(join(host, 'file'), 'x');
  for (const more of ['', ':ro']) {
    assert.equal((await moxbox(['cage', '--dir', `${host}:/try${more}`, PIPELINE])).status, 3);
    assert.deepEqual(readdirSync(host), ['file']);
  }
});

test('moxbox cage --dir: folders, empty ones too, give the native state and the same ids of cages', async (t) => {
  const dir = folder(t);
  const program = join(dir, 'pipeline.elf');
  copyFileSync(PIPELINE, program);
  chmodSync(program, 0o755);
  const host = join(dir, 'a:b');
  for (const name of ['empty', 'b/empty/empty', '\u{1f300}', '\uff5e', 'B']) mkdirSync(join(host, name), { recursive: true });
  for (const name of ['b/file', 'b/other', 'c', '\u{1f300}/x']) writeFileSync(join(host, name), name);
  symlinkSync('b', join(host, 'link'));
  chmodSync(join(host, 'c'), 0o600);
  const hashes = new Set();
  for (const folders of [[], [`${host}:/try`], [`${host}:/try/:ro`, `${host}/b:/tmp/b`], [`${host}/empty:/`, `${host}/b/empty:/deep/er`]]) {
    const options = folders.flatMap((each) => ['--dir', each]);
    const native = await execute(NATIVE, ['cage', '--hash', ...options, program], PIPELINE_INPUT);
    const ran = await moxbox(['cage', '--json', ...options, program], PIPELINE_INPUT);
    const { stateHash, instructions, exitCode, stdout } = JSON.parse(ran.out);
    assert.equal(native.err.split('\n').at(-2), `${stateHash} ${instructions}`, options.join(' '));
    assert.deepEqual([exitCode, Buffer.from(stdout, 'base64').toString()], [native.status, native.out]);
    hashes.add(stateHash);
  }
  assert.equal(hashes.size, 4);
  for (const wrong of ['nowhere', `${host}/b:relative`, ':/x', '/x:ro']) {
    assert.equal((await execute(NATIVE, ['cage', '--dir', wrong, program])).status, 2, wrong);
    assert.equal((await moxbox(['cage', '--dir', wrong, program])).status, 2, wrong);
  }
});

/**
 * Runs the command until it has written something, and interrupts it.
 * @param {string[]} args @param {boolean} [again] and again each time that it says that it was
 */
function interrupted(args, again = false) {
  const child = spawn(process.execPath, [CLI, 'cage', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [size, err, notes] = [0, '', 0];
  child.stdout.on('data', (/** @type {Buffer} */ bytes) => {
    if (size === 0) child.kill('SIGINT');
    size += bytes.length;
  });
  child.stderr.on('data', (/** @type {Buffer} */ bytes) => {
    err += bytes;
    const seen = err.split('SIGINT after').length - 1;
    if (again && seen > notes) child.kill('SIGINT');
    notes = seen;
  });
  return new Promise((/** @type {(ended: {status: number, size: number, err: string}) => void} */ resolve) => {
    child.on('close', (status) => resolve({ status: status ?? -1, size, err }));
  });
}

test('moxbox cage: an interrupt goes to the program, after instructions that are named', async () => {
  for (const [program, ...args] of [[POUR, '900000000'], [KEEP]]) {
    const { status, size, err } = await interrupted([program, ...args]);
    const [, instructions] = /^moxbox: SIGINT after (\d+) instructions\n$/.exec(err) ?? [];
    assert.equal(status, 130, err);
    assert.ok(instructions, err);
    const cage = await Cage.create({ program, args, stdin: new ReadableStream({}) });
    const stopper = new AbortController();
    const waiting = cage.run({ budget: BigInt(instructions), signal: stopper.signal });
    if (program === KEEP) setTimeout(() => stopper.abort(), 50); /* it waits for input */
    await waiting.catch(() => {});
    assert.equal(await cage.kill(-cage.spawned, 'SIGINT'), BigInt(instructions));
    const { signal, signals } = await cage.run({ budget: Infinity });
    assert.equal(signal, 'SIGINT');
    assert.deepEqual(signals.map((sent) => sent.instructions), [BigInt(instructions)]);
    const output = await new Response(/** @type {any} */ (cage.stdout)).arrayBuffer();
    assert.equal(output.byteLength, size, 'as much output as the command gave');
    cage.dispose();
  }
});

test('moxbox cage: a second interrupt ends a program that does not mind', async () => {
  const { status, err } = await interrupted([POUR, '900000000', 'x'], true);
  assert.equal(status, 130);
  assert.match(err, /^(moxbox: SIGINT after \d+ instructions\n)+moxbox: interrupted after \d+ instructions\n$/);
});

test('moxbox cage --store: a file system that lasts', async (t) => {
  const store = join(folder(t), 'store');
  const first = await moxbox(['cage', '--store', store, PIPELINE], PIPELINE_INPUT);
  assert.equal(first.status, 3, first.err);
  assert.ok(existsSync(store));
  const again = await moxbox(['cage', '--store', store, '--guest', '/bin/pipeline.elf'], PIPELINE_INPUT);
  assert.equal(again.status, 3, again.err);
});
