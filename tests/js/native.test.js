import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Box, decodeReceipt, encodeReceipt, receiptOf, run, sha256, verify } from '../../node/index.js';
import { NATIVE, skipWithoutNative as skip } from '../native.js';
import { bytes, demoGuest, folder, guest, text } from './helpers.js';

const LONG = process.env.MOXBOX_LONG === '1';
const MIB = 1 << 20;

/**
 * Runs natively and gives the receipt's bytes and the output.
 * @param {string} dir @param {string[]} args
 * @returns {Promise<{receipt: Uint8Array, output: Uint8Array}>}
 */
function native(dir, args) {
  const [receipt, output] = [join(dir, 'receipt'), join(dir, 'output')];
  return new Promise((resolve, reject) => {
    execFile(NATIVE, ['run', ...args, '--receipt', receipt, '-o', output], (error, _out, err) => {
      if (error && ![123, 124, 125].includes(Number(error.code)) && /moxbox_native: (?!fault|budget|break)/.test(err)) reject(error);
      else resolve({ receipt: new Uint8Array(readFileSync(receipt)), output: new Uint8Array(readFileSync(output)) });
    });
  });
}

/** @param {string} dir @param {{guest: string, data?: string[]}} each */
function argsOf(dir, { guest: path, data = [] }) {
  const files = data.map((content, index) => {
    const file = join(dir, `data${index}`);
    writeFileSync(file, bytes(content));
    return file;
  });
  return { path, files, args: ['-e', path, ...files.flatMap((file) => ['-d', file])] };
}

test('the native build and wasm write the same receipt, byte for byte, for every guest', { skip }, async (t) => {
  const dir = folder(t);
  const { runs } = JSON.parse(readFileSync(guest('guests').replace('.elf', '.json'), 'utf8'));
  const all = [...runs.map((/** @type {any} */ each) => ({ ...each, guest: guest(each.guest) })),
    ...['asm', 'floats'].map((name) => ({ guest: demoGuest(name) })),
    { guest: demoGuest('wordcount'), data: ['a b a c\n'.repeat(1000)] },
    { guest: demoGuest('sort'), data: [Array.from({ length: 500 }, (_, i) => `${(i * 7919) % 503}\n`).join('')] },
    { guest: demoGuest('json'), data: ['{"a": [1, 2.5e3, {"b": null}], "c": "\\u00e9"}'] }];
  for (const each of all) {
    const { path, files, args } = argsOf(dir, each);
    const made = await native(dir, args);
    const result = await run(path, { data: files, hashes: true });
    const receipt = encodeReceipt(await receiptOf(result));
    const name = `${path} ${JSON.stringify(each.data ?? []).slice(0, 80)}`;
    assert.deepEqual(decodeReceipt(made.receipt), decodeReceipt(receipt), name);
    assert.deepEqual(Buffer.from(made.receipt), Buffer.from(receipt), name);
    assert.deepEqual(Buffer.from(made.output), Buffer.from(result.output), name);
  }
});

test('a receipt made natively verifies here, and one that was tampered with does not', { skip }, async (t) => {
  const dir = folder(t);
  const { path, files, args } = argsOf(dir, { guest: demoGuest('hash'), data: ['abc'] });
  const { receipt } = await native(dir, [...args, '--budget', '123456789']);
  assert.deepEqual(await verify(receipt, { programs: [path], data: files }), { same: true });
  const claim = decodeReceipt(receipt);
  const verdict = await verify({ ...claim, output: { ...claim.output, hash: '00'.repeat(32) } }, { programs: [path], data: files });
  assert.equal(verdict.same ? '' : verdict.field, 'output.hash');
});

test('prefixes, options and slices agree with the native build', { skip }, async (t) => {
  const dir = folder(t);
  const { path, files, args } = argsOf(dir, { guest: demoGuest('json'), data: ['{"a":[1,2,3]}'] });
  for (const budget of [0, 1, 2, 17, 100, 1001, 5003]) {
    const made = await native(dir, [...args, '--budget', String(budget), '--slice', '97', '--memory', '1048576', '--stack', '16384']);
    const box = await Box.create({ programs: [path], data: files, memoryLimitBytes: 1 << 20, stackSizeBytes: 16384 });
    await box.run({ budget });
    assert.deepEqual(decodeReceipt(made.receipt), await receiptOf(box), `budget ${budget}`);
  }
});

test('a file\'s SHA-256 by a guest is sha256sum\'s, with the native build\'s count', { skip }, async (t) => {
  const dir = folder(t);
  const size = LONG ? 64 * MIB : 4 * MIB;
  const file = join(dir, 'file');
  const content = Buffer.alloc(size);
  for (let i = 0; i < size; i += 4) content.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  writeFileSync(file, content);
  const expected = createHash('sha256').update(content).digest('hex');
  const made = await native(dir, ['-e', demoGuest('hash'), '-d', file, '--budget', 'inf']);
  const result = await run(demoGuest('hash'), { data: [file], budget: Infinity, hashes: true });
  assert.equal(text(result.output).trim(), expected);
  assert.equal(result.hashes.data[0], expected);
  assert.equal(decodeReceipt(made.receipt).instructions, result.instructions);
  assert.deepEqual(Buffer.from(made.receipt), Buffer.from(encodeReceipt(await receiptOf(result))));
  t.diagnostic(`${size / MIB} MiB: ${result.instructions} instructions`);
});

test('the SHA-256 of a file of 64 MiB is sha256sum\'s', async (t) => {
  const file = join(folder(t), 'file');
  const content = Buffer.alloc(64 * MIB, 'moxbox 64 MiB ');
  writeFileSync(file, content);
  assert.equal(await sha256(file), createHash('sha256').update(content).digest('hex'));
});
