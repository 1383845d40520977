/** The test guests do what guests.json says, and the example programs compute what they claim. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runSync } from '../../node/index.js';

/** @param {string} path */
const file = (path) => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
/** @param {string} text */
const bytes = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
/** @param {Uint8Array} data */
const text = (data) => Buffer.from(data).toString('latin1');
/** @param {Uint8Array} data */
const sha256 = (data) => createHash('sha256').update(data).digest();

/** @param {string} path @param {Uint8Array[]} [data] */
const run = (path, data = []) => runSync(file(path), { data });
/** @param {string} name @param {string[]} inputs */
const example = (name, ...inputs) => run(`../../demo/guests/${name}.elf`, inputs.map(bytes));

const { runs } = JSON.parse(text(file('guests.json')));

for (const { guest, data = [], stop, status, fault, size, output } of runs) {
  test(`${guest}.elf${data.length === 0 ? '' : ` on ${JSON.stringify(data)}`} ends with ${status ?? fault ?? stop}`, () => {
    const result = run(`${guest}.elf`, data.map(bytes));
    assert.equal(result.stop, stop);
    assert.equal(result.exitCode, status);
    assert.equal(result.fault?.kind, fault);
    assert.equal(result.fault?.size, size);
    assert.equal(text(result.output), output);
  });
}

test('count.elf runs 43 instructions', () => assert.equal(run('count.elf').instructions, 43n));

test('printf.elf prints what a native C library prints', () => {
  assert.equal(text(run('printf.elf').output), text(file('printf.expected')));
});

test('sha256.elf gives the digest of 4096 bytes, at once and in pieces', () => {
  const input = Uint8Array.from({ length: 4096 }, (_, i) => (i * 31 + (i >> 3)) & 255);
  const result = run('sha256.elf', [input]);
  assert.equal(result.exitCode, 0);
  assert.deepEqual(Buffer.from(result.output), sha256(input));
});

test('heap.elf uses nearly all of the memory and survives its end', () => {
  const result = run('heap.elf');
  assert.equal(result.exitCode, 0);
  const [word, mebibytes] = text(result.output).split(' ');
  assert.equal(word, 'ok');
  assert.ok(Number(mebibytes) > 240, `only ${mebibytes} MiB of 256`);
});

test('a State Buffer goes into the next run', () => {
  let state = run('state.elf').state;
  for (const expected of ['2', '3', '4']) {
    const result = run('state.elf', [state]);
    assert.equal(text(result.output), expected);
    state = result.state;
  }
});

test('hash: lengths around the block size', () => {
  for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000]) {
    const input = new Uint8Array(length).fill(length);
    const result = run('../../demo/guests/hash.elf', [input]);
    assert.equal(text(result.output), `${sha256(input).toString('hex')}\n`);
  }
});

test('sort: lines by byte value, a missing last newline added', () => {
  assert.equal(text(example('sort', 'b\na\n\xff\nab\n\n').output), '\na\nab\nb\n\xff\n');
  assert.equal(text(example('sort', 'b\na').output), 'a\nb\n');
  assert.equal(text(example('sort', '').output), '');
});

test('wordcount: the totals of wc, then the frequent words', () => {
  assert.equal(text(example('wordcount', 'the cat\nThe dog, the end.').output),
    '1 6 25\n      3 the\n      1 cat\n      1 dog\n      1 end\n');
  assert.equal(text(example('wordcount').output), '0 0 0\n');
});

test('json: lays out what JSON.parse takes, and says where the rest is wrong', () => {
  const source = '{"a":[1,2.5e-3,{"b":null}],"c":{},"d":[],"e":"x\\u00e9","f":true}';
  const good = example('json', source);
  assert.equal(good.exitCode, 0);
  assert.equal(text(good.output).replaceAll('2.5e-3', '0.0025').replaceAll('\\u00e9', 'é'),
    `${JSON.stringify(JSON.parse(source), null, 2)}\n`);
  for (const [wrong, message] of [
    ['[1,]', 'line 1, column 4: a value is expected here\n'],
    ['{\n "a" 1}', 'line 2, column 6: \':\' is expected here\n'],
    ['"abc', 'line 1, column 5: the string does not end\n'],
    [`${'['.repeat(201)}1`, 'line 1, column 201: nested too deeply\n'],
  ]) {
    const bad = example('json', wrong);
    assert.equal(bad.exitCode, 1);
    assert.equal(text(bad.output), message);
  }
});

test('chain: a chain made in pieces is the chain made at once', () => {
  const whole = example('chain', 'one', 'two', 'three');
  const first = example('chain', 'one', 'two');
  const second = run('../../demo/guests/chain.elf', [bytes('three'), first.state]);
  assert.equal(text(second.output), text(whole.output));
  assert.deepEqual(second.state, whole.state);
  assert.match(text(whole.output), /^chain length 3\n[0-9a-f]{64}\n$/);
  assert.equal(example('chain', 'MOXCHAIN').exitCode, 1);
});

test('floats: statistics of its input, and a refusal', () => {
  const result = example('floats', '3 1e3\n-2.5 7');
  assert.match(text(result.output),
    /^count {4}4\nsmallest -2.5\nmedian {3}5\nlargest {2}1000\nmean {5}251.875\nstddev {3}431.94/);
  assert.match(text(result.output), /pi, step 4 {2}3\.14159265358979/);
  assert.equal(example('floats', '3 x').exitCode, 1);
});

test('asm: the primes below 1000', () => {
  const primes = text(example('asm').output).trim().split('\n').map(Number);
  assert.equal(primes.length, 168);
  assert.equal(primes.at(-1), 997);
  assert.equal(primes.reduce((a, b) => a + b), 76127);
});
