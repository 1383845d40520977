import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeReceipt } from '../../node/index.js';
import { Progress, printable } from '../../node/terminal.js';
import { CLI, ROOT, bytes, demoGuest, folder, guest } from './helpers.js';
import { countdown, forever, op, program } from './program.js';

/**
 * @param {string[]} args @param {{cwd?: string}} [options]
 * @returns {Promise<{status: number, out: Buffer, err: string}>}
 */
function moxbox(args, options = {}) {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { encoding: 'buffer', maxBuffer: 1 << 26, ...options }, (error, out, err) => {
      resolve({ status: error ? Number(error.code) : 0, out, err: err.toString() });
    });
  });
}

/** @param {Uint8Array} content */
const hashOf = (content) => createHash('sha256').update(content).digest('hex');

/** @param {string} path @param {Uint8Array | string} content @returns {string} the path */
function file(path, content) {
  writeFileSync(path, content);
  return path;
}

test('run sends the output to standard output and passes the status on', async (t) => {
  const dir = folder(t);
  const data = file(join(dir, 'in'), 'hello\x1b[31m\n');
  const { status, out, err } = await moxbox(['run', '-e', guest('basic'), '-d', data]);
  assert.deepEqual([status, out.toString(), err], [0, 'hello\x1b[31m\n', '']);
  const seven = file(join(dir, 'seven.elf'), countdown(3, 0x107));
  assert.equal((await moxbox(['run', '-e', seven])).status, 7);
});

test('budget, fault and brk have their own statuses and one line that says where', async (t) => {
  const dir = folder(t);
  const loop = file(join(dir, 'loop.elf'), forever());
  const budget = await moxbox(['run', '-e', loop, '--budget', '1_000']);
  assert.deepEqual([budget.status, budget.err], [124, 'moxbox: budget after 1000 instructions\n']);
  const bad = file(join(dir, 'bad.elf'), program([op.ldi(3, 0x50000000), op.store(3, 3)]));
  const fault = await moxbox(['run', '-e', bad]);
  assert.deepEqual([fault.status, fault.err],
    [125, 'moxbox: fault "write" at pc 0x00001006: cannot write 4 bytes at 0x50000000, after 1 instructions\n']);
  const brk = await moxbox(['run', '-e', file(join(dir, 'brk.elf'), program([op.brk()]))]);
  assert.deepEqual([brk.status, brk.err], [123, 'moxbox: break after 0 instructions\n']);
  assert.equal((await moxbox(['run', '-q', '-e', bad])).err, '');
});

test('-v says count and speed', async (t) => {
  const elf = file(join(folder(t), 'a.elf'), countdown(100));
  assert.match((await moxbox(['run', '-v', '-e', elf])).err, /^moxbox: exit 0 after 304 instructions \([0-9.]+ s, \d+ MIPS\)\n$/);
});

test('output and state go to files, whole', async (t) => {
  const dir = folder(t);
  const out = join(dir, 'out');
  const state = join(dir, 'state');
  const first = await moxbox(['run', '-e', guest('state'), '-o', out, '--state', state]);
  assert.deepEqual([first.status, first.out.length, readFileSync(out, 'latin1')], [0, 0, '1']);
  await moxbox(['run', '-e', guest('state'), '-d', state, '-o', out]);
  assert.equal(readFileSync(out, 'latin1'), '2');
  assert.deepEqual(readdirSync(dir).sort(), ['out', 'state']);
  symlinkSync(out, join(dir, 'link'));
  await moxbox(['run', '-e', guest('state'), '-o', join(dir, 'link')]);
  assert.equal(readFileSync(out, 'latin1'), '1');
  assert.equal((await moxbox(['run', '-e', guest('state'), '-o', '/dev/null'])).status, 0);
});

test('nothing is run when an output cannot be written', async (t) => {
  const dir = folder(t);
  const loop = file(join(dir, 'loop.elf'), forever());
  for (const [option, path] of [['-o', join(dir, 'no/such/out')], ['--state', dir], ['--receipt', join(loop, 'x')]]) {
    const { status, err } = await moxbox(['run', '-e', loop, '--budget', 'inf', option, path]);
    assert.equal(status, 126, option);
    assert.match(err, /^moxbox: cannot write /);
  }
});

test('files that cannot be read or loaded are named', async (t) => {
  const dir = folder(t);
  const data = join(dir, 'out');
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [['-e', '/no/such.elf'], /cannot read "\/no\/such.elf": there is no such file/],
    [['-e', dir], /it is a directory/],
    [['-e', guest('basic'), '-d', join(dir, 'none')], /cannot read .*none/],
    [['-e', CLI], /programs\[0\]: not an ELF file/],
    [['-e', guest('basic'), '--memory', '4K'], /needs more memory/],
  ])) {
    const { status, err, out } = await moxbox(['run', ...args, '-o', data]);
    assert.equal(status, 126);
    assert.match(err, message);
    assert.equal(out.length, 0);
    assert.ok(!existsSync(data));
  }
});

test('a wrong command line is refused with status 2 and the help', async () => {
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [[], /name a command/], [['fly'], /there is no command "fly"/], [['run'], /name a program/],
    [['run', 'x.elf'], /unexpected "x.elf"/], [['run', '-e', 'a', '--fast'], /--fast/],
    [['run', '-e', 'a', '--budget=-1'], /--budget must be/], [['run', '-e', 'a', '--budget', '1.5'], /--budget must be/],
    [['run', '-e', 'a', '--budget', 'NaN'], /--budget must be/],
    [['run', '-e', guest('exit0'), '--memory', '1T'], /--memory must be/],
    [['run', '-e', 'a', '--json', '-o', '-'], /both want standard output/],
    [['run', '-e', 'a', '-o', 'x', '--state', 'x'], /the same file/],
    [['verify'], /name one receipt/], [['hash'], /at least one/], [['disasm'], /name one program/],
  ])) {
    const { status, err } = await moxbox(args);
    assert.equal(status, 2, args.join(' '));
    assert.match(err, message);
    assert.match(err, /usage: moxbox/);
  }
});

test('a budget beyond 2^64 is refused', async () => {
  const { status, err } = await moxbox(['run', '-e', guest('exit0'), '--budget', '18446744073709551616']);
  assert.equal(status, 126);
  assert.match(err, /from 0 to 2\^64 - 1/);
});

test('--json prints one object with everything', async (t) => {
  const dir = folder(t);
  const data = file(join(dir, 'in'), 'hello');
  const { status, out } = await moxbox(['run', '--json', '-e', guest('basic'), '-d', data]);
  assert.equal(status, 0);
  const { seconds, ...object } = JSON.parse(out.toString());
  assert.ok(seconds >= 0);
  assert.match(object.instructions, /^[0-9]+$/);
  assert.deepEqual({ ...object, instructions: '' }, {
    stop: 'exit', exitCode: 0, instructions: '', budget: '1000000000', fault: null,
    hashes: { programs: [hashOf(readFileSync(guest('basic')))], data: [hashOf(bytes('hello'))] },
    outputSize: 5, stateSize: 0, output: 'aGVsbG8=', state: '',
  });
  const taken = await moxbox(['run', '--json', '-e', guest('basic'), '-d', data, '-o', join(dir, 'o'), '--state', join(dir, 's')]);
  assert.ok(!('output' in JSON.parse(taken.out.toString())) && !('state' in JSON.parse(taken.out.toString())));
  const failed = await moxbox(['run', '--json', '-e', '/no/such']);
  assert.equal(JSON.parse(failed.out.toString()).error.code, 'MOXBOX_FILE');
  const fault = await moxbox(['run', '--json', '-e', guest('overflow')]);
  assert.equal(JSON.parse(fault.out.toString()).fault.kind, 'write');
});

test('programs and data are found by their SHA-256', async (t) => {
  const dir = folder(t);
  const programs = join(dir, 'programs');
  const files = join(dir, 'files');
  mkdirSync(programs);
  mkdirSync(files);
  const hash = hashOf(readFileSync(guest('basic')));
  copyFileSync(guest('basic'), join(programs, 'any-name'));
  const dataHash = hashOf(bytes('hello'));
  writeFileSync(join(files, dataHash), 'hello');
  const found = ['run', '-e', hash, '-E', files, '-E', programs, '-d', dataHash.toUpperCase(), '-D', files];
  assert.deepEqual([(await moxbox(found)).status, (await moxbox(found)).out.toString()], [0, 'hello']);
  writeFileSync(join(files, dataHash), 'other');
  const lying = await moxbox(found);
  assert.equal(lying.status, 126);
  assert.match(lying.err, /no file with SHA-256/);
  assert.match((await moxbox(['run', '-e', hash])).err, /name a folder/);
  assert.match((await moxbox(['run', '-e', hash, '-E', join(dir, 'none')])).err, /cannot list/);
});

test('-t prints every instruction and what it changed, and changes nothing', async (t) => {
  const dir = folder(t);
  const elf = file(join(dir, 'a.elf'), countdown(2, 5));
  const traced = await moxbox(['run', '-t', '-e', elf, '--receipt', join(dir, 'traced')]);
  const lines = traced.err.trimEnd().split('\n');
  assert.equal(traced.status, 5);
  assert.equal(lines.length, 10);
  assert.match(lines[0], /^0x00001000 {2}ldi\.l \$r1, 0x2 +\$r1=0x00000002$/);
  assert.match(lines[2], /dec \$r1, 0x1 +\$r1=0x00000001$/);
  await moxbox(['run', '-e', elf, '--receipt', join(dir, 'plain')]);
  assert.deepEqual(readFileSync(join(dir, 'traced')), readFileSync(join(dir, 'plain')));
  const short = await moxbox(['run', '-t', '-e', elf, '--budget', '4']);
  assert.deepEqual([short.status, short.err.trimEnd().split('\n').length], [124, 5]);
});

test('a receipt verifies, from CBOR and from JSON, and a tampered one names the field', async (t) => {
  const dir = folder(t);
  const data = file(join(dir, 'data.txt'), 'b\na\n');
  const cbor = join(dir, 'r.cbor');
  const json = join(dir, 'r.json');
  await moxbox(['run', '-q', '-e', demoGuest('sort'), '-d', data, '--receipt', cbor]);
  await moxbox(['run', '-q', '-e', demoGuest('sort'), '-d', data, '--receipt', json]);
  assert.equal(decodeReceipt(new Uint8Array(readFileSync(cbor))).stop, 'exit');
  for (const receipt of [cbor, json]) {
    const { status, out } = await moxbox(['verify', receipt, '-e', demoGuest('sort'), '-d', data]);
    assert.deepEqual([status, out.toString()], [0, 'same\n']);
  }
  const searched = await moxbox(['verify', cbor, '-E', join(ROOT, 'demo/guests')]);
  assert.deepEqual([searched.status, searched.out.toString()], [0, 'same\n']);
  const { id, ...mirror } = JSON.parse(readFileSync(json, 'utf8'));
  assert.match(id, /^[0-9a-f]{64}$/);
  file(json, JSON.stringify({ ...mirror, instructions: String(BigInt(mirror.instructions) + 1n) }));
  const bent = await moxbox(['verify', json, '-e', demoGuest('sort'), '-d', data]);
  assert.equal(bent.status, 1);
  assert.match(bent.out.toString(), /^not the same: instructions: the receipt says \d+, this run gives \d+\n$/);
  const other = await moxbox(['verify', '--json', cbor, '-e', demoGuest('sort'), '-d', CLI]);
  assert.equal(other.status, 1);
  assert.equal(JSON.parse(other.out.toString()).field, 'data[0].hash');
  file(cbor, readFileSync(cbor).subarray(0, 99));
  const cut = await moxbox(['verify', cbor, '-e', demoGuest('sort')]);
  assert.deepEqual([cut.status, cut.out.length], [126, 0]);
  assert.match(cut.err, /the receipt is not valid/);
});

test('disasm prints from the entry point, from an address, and so many', async (t) => {
  const elf = file(join(folder(t), 'a.elf'), countdown(2, 5));
  const all = (await moxbox(['disasm', elf])).out.toString().trimEnd().split('\n');
  assert.equal(all.length, 7);
  assert.equal(all[0], '0x00001000  3001 0200 0000  ldi.l $r1, 0x2');
  const some = (await moxbox(['disasm', elf, '--address', '0x1006', '--count', '2'])).out.toString().trimEnd().split('\n');
  assert.deepEqual(some, all.slice(1, 3));
  assert.equal((await moxbox(['disasm', elf, '--address', '0'])).status, 126);
  assert.equal((await moxbox(['disasm', elf, '--address', 'x'])).status, 2);
});

test('hash prints what sha256sum prints', async (t) => {
  const path = file(join(folder(t), 'a'), new Uint8Array(3_000_000).fill(7));
  const { out } = await moxbox(['hash', path, guest('basic')]);
  assert.equal(out.toString(), `${hashOf(readFileSync(path))}  ${path}\n${hashOf(readFileSync(guest('basic')))}  ${guest('basic')}\n`);
  assert.equal((await moxbox(['hash', '/no/such'])).status, 126);
});

test('help and version are there', async () => {
  assert.match((await moxbox(['--help'])).out.toString(), /usage: moxbox COMMAND/);
  for (const command of ['run', 'verify', 'disasm', 'hash']) {
    const { status, out } = await moxbox([command, '--help']);
    assert.equal(status, 0);
    assert.match(out.toString(), new RegExp(`usage: moxbox ${command}`));
    assert.match(out.toString(), /exit status/);
  }
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.match((await moxbox(['--version'])).out.toString(), new RegExp(`^moxbox ${version.replaceAll('.', '\\.')}, semantics \\d+\n$`));
});

/**
 * Interrupts a run after a while; longer the next time when it had not begun by then.
 * @param {string[]} args @param {number} [afterMs]
 * @returns {Promise<{status: number, err: string}>}
 */
async function interrupted(args, afterMs = 1000) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk) => { err = (err + chunk).slice(-1000); });
  const timer = setTimeout(() => child.kill('SIGINT'), afterMs);
  const status = await new Promise((resolve) => { child.on('close', resolve); });
  clearTimeout(timer);
  return status === null && afterMs < 30_000 ? interrupted(args, 2 * afterMs) : { status, err };
}

test('an interrupt stops between slices and reports where', async (t) => {
  const loop = file(join(folder(t), 'loop.elf'), forever());
  for (const extra of [[], ['-t']]) {
    const { status, err } = await interrupted(['run', '-e', loop, '--budget', 'inf', ...extra]);
    assert.equal(status, 130);
    assert.match(err, /moxbox: interrupted after [1-9]\d* instructions, at pc 0x0000100[02]\n$/);
  }
});

test('a reader that stops early is not an error', async () => {
  const child = spawn(process.execPath, [CLI, 'disasm', demoGuest('json')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk) => { err += chunk; });
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise((resolve) => { child.on('close', resolve); });
  assert.deepEqual([status, err], [0, '']);
});

test('control characters do not reach a terminal', () => {
  assert.equal(printable(bytes('a\tb\n\x1b]0;x\x07\x7f\r')), 'a\tb\n\\x1b]0;x\\x07\\x7f\\x0d');
  assert.equal(printable(new TextEncoder().encode('\u009b1m\u202eé')), '\\x9b1m\\u202eé');
  assert.equal(printable(Uint8Array.from([0xff, 0x41])), '\ufffdA');
});

test('progress says instructions, speed and share, only after a while, and takes its line away', async () => {
  /** @type {string[]} */
  const written = [];
  const progress = new Progress(/** @type {any} */ ({ columns: 80, write: (/** @type {string} */ text) => written.push(text) }));
  progress.update({ instructions: 5n, budget: 10n });
  progress.clear();
  assert.deepEqual(written, []);
  await new Promise((resolve) => { setTimeout(resolve, 450); });
  progress.update({ instructions: 250_000_000n, budget: 1_000_000_000n });
  progress.update({ instructions: 260_000_000n, budget: 1_000_000_000n });
  progress.clear();
  assert.equal(written.length, 2);
  assert.match(written[0], /250 million instructions, \d+ MIPS, 25 % of the budget/);
  assert.equal(written[1], '\r\x1b[K');
});
