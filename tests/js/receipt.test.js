import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, rfc8949EncodeOptions } from 'cborg';
import { Box, decodeReceipt, encodeReceipt, receiptFromJson, receiptId, receiptOf, receiptToJson, run, sha256,
  verify } from '../../node/index.js';
import { Box as WorkerBox } from '../../node/worker-client.js';
import { MAX_RECEIPT_BYTES } from '../../web/receipt.js';
import { bytes, demoGuest, failsWith } from './helpers.js';
import { countdown, forever, op, program } from './program.js';

const INPUTS = { programs: [demoGuest('wordcount')], data: [bytes('one two two')] };
const CLAIM = await receiptOf(await run(INPUTS.programs, { data: INPUTS.data, budget: 10_000_000n, hashes: true }));

/** @param {string} field @param {any} value */
const tampered = (field, value) => ({ ...structuredClone(CLAIM), [field]: value });

/** The receipt as CBOR's own values, to be bent. @returns {any} */
const raw = () => {
  const hash = (/** @type {string} */ hex) => new Uint8Array(Buffer.from(hex, 'hex'));
  const sealed = (/** @type {import('../../web/receipt.js').Sealed} */ one) => ({ hash: hash(one.hash), size: one.size });
  return { ...CLAIM, options: { ...CLAIM.options }, programs: CLAIM.programs.map(sealed), data: CLAIM.data.map(sealed), output: sealed(CLAIM.output),
    state: sealed(CLAIM.state), machine: hash(CLAIM.machine) };
};

/** @param {any} value */
const cbor = (value) => encode(value, rfc8949EncodeOptions);

test('a receipt comes back from its file as it was, and its id is the hash of the file', async () => {
  const file = encodeReceipt(CLAIM);
  assert.deepEqual(decodeReceipt(file), CLAIM);
  assert.deepEqual(Buffer.from(encodeReceipt(decodeReceipt(file))), Buffer.from(file));
  assert.equal(await receiptId(CLAIM), await sha256(file));
  assert.deepEqual(Buffer.from(cbor(raw())), Buffer.from(file));
});

test('the JSON mirror comes back as it was, with its id', async () => {
  const id = await receiptId(CLAIM);
  const text = JSON.stringify(receiptToJson(CLAIM, id));
  assert.deepEqual(receiptFromJson(text), { receipt: CLAIM, id });
  assert.deepEqual(receiptFromJson(receiptToJson(CLAIM)), { receipt: CLAIM, id: undefined });
});

test('a true receipt verifies in every form and in a worker', async () => {
  const json = receiptToJson(CLAIM, await receiptId(CLAIM));
  for (const form of [encodeReceipt(CLAIM), CLAIM, json, JSON.stringify(json)]) {
    assert.deepEqual(await verify(form, INPUTS), { same: true });
  }
  const box = await WorkerBox.create(INPUTS);
  await box.run({ budget: 10_000_000n });
  assert.deepEqual(await receiptOf(box), CLAIM);
  box.dispose();
});

test('receipts of budget, fault, break and unlimited runs verify', async () => {
  const fault = program([op.ldi(3, 1), op.load(4, 3)]);
  for (const [elf, budget] of /** @type {[Uint8Array, any][]} */ ([[forever(), 12_345n], [fault, 100],
    [program([op.brk()]), 100], [countdown(9), Infinity], [forever(), 0]])) {
    const receipt = await receiptOf(await run(elf, { budget, hashes: true }));
    assert.deepEqual(decodeReceipt(encodeReceipt(receipt)), receipt);
    assert.deepEqual(await verify(receipt, { programs: [elf] }), { same: true });
  }
});

test('a receipt of a box that was run in several calls is that of one run', async () => {
  const box = await Box.create(INPUTS);
  await box.run({ budget: 1000 });
  box.step(5);
  await box.run({ budget: 10_000_000n - 1005n });
  assert.deepEqual(await receiptOf(box), CLAIM);
});

test('every field that says something else is refused with its name', async () => {
  const hash = 'ab'.repeat(32);
  const sealed = { hash, size: 3 };
  /** @type {[string, any, string][]} */
  const cases = [
    ['semantics', 2, 'semantics'],
    ['programs', [{ ...CLAIM.programs[0], hash }], 'programs[0].hash'],
    ['programs', [{ ...CLAIM.programs[0], size: 1 }], 'programs[0].size'],
    ['programs', [CLAIM.programs[0], sealed], 'programs'],
    ['data', [{ ...CLAIM.data[0], hash }], 'data[0].hash'],
    ['data', [{ ...CLAIM.data[0], size: 1 }], 'data[0].size'],
    ['data', [], 'data'],
    ['options', { ...CLAIM.options, memoryLimitBytes: 4096 }, 'options.memoryLimitBytes'],
    ['exitCode', 1, 'exitCode'],
    ['instructions', CLAIM.instructions + 1n, 'instructions'],
    ['instructions', CLAIM.instructions - 7n, 'instructions'],
    ['instructions', 9_999_999n, 'instructions'],
    ['output', { ...CLAIM.output, hash }, 'output.hash'],
    ['output', { ...CLAIM.output, size: 1 }, 'output.size'],
    ['state', { ...CLAIM.state, hash }, 'state.hash'],
    ['state', { ...CLAIM.state, size: 1 }, 'state.size'],
    ['machine', hash, 'machine'],
  ];
  for (const [field, value, name] of cases) {
    const verdict = await verify(tampered(field, value), INPUTS);
    assert.equal(verdict.same, false, name);
    assert.equal(verdict.same ? '' : verdict.field, name);
  }
  const other = tampered('stop', 'break');
  other.exitCode = null;
  const verdict = await verify(other, INPUTS);
  assert.deepEqual(verdict, { same: false, field: 'stop', expected: 'break', actual: 'exit' });
});

test('a changed limit or stack shows in the state of the machine', async () => {
  for (const options of [{ ...CLAIM.options, memoryLimitBytes: 1 << 20 }, { ...CLAIM.options, stackSizeBytes: 8192 }]) {
    const verdict = await verify(tampered('options', options), INPUTS);
    assert.equal(verdict.same ? '' : verdict.field, 'machine');
  }
});

test('other inputs than the receipt\'s are named, also when they do not load', async () => {
  const field = async (/** @type {any} */ inputs) => {
    const verdict = await verify(CLAIM, inputs);
    return verdict.same ? 'same' : verdict.field;
  };
  assert.equal(await field({ ...INPUTS, data: [bytes('one two three')] }), 'data[0].hash');
  assert.equal(await field({ ...INPUTS, data: [] }), 'data');
  assert.equal(await field({ ...INPUTS, programs: [demoGuest('sort')] }), 'programs[0].hash');
  assert.equal(await field({ ...INPUTS, programs: [bytes('no program')] }), 'programs[0].hash');
  await assert.rejects(verify(CLAIM, { ...INPUTS, programs: ['/no/such'] }), failsWith('MOXBOX_FILE'));
});

test('claims that contradict themselves are refused without a run', async () => {
  for (const [change, field] of /** @type {[any, string][]} */ ([[{ budget: CLAIM.instructions - 1n }, 'budget'],
    [{ stop: 'budget', exitCode: null }, 'budget'], [{ exitCode: null }, 'exitCode'], [{ stop: 'fault' }, 'exitCode'],
    [{ stop: 'fault', exitCode: null }, 'fault'], [{ programs: [] }, 'programs']])) {
    await assert.rejects(verify({ ...CLAIM, ...change }, INPUTS), failsWith('MOXBOX_RECEIPT', { field }));
  }
});

test('bytes that are no receipt are refused with the field that is wrong', () => {
  /** @type {[(value: any) => void, string][]} */
  const changes = [
    [(value) => { value.extra = 1; }, 'extra'],
    [(value) => { value.__proto2__ = 1; }, '__proto2__'],
    [(value) => { delete value.machine; }, 'machine'],
    [(value) => { value.v = 2; }, 'v'],
    [(value) => { value.semantics = -1; }, 'semantics'],
    [(value) => { value.semantics = 1.5; }, 'semantics'],
    [(value) => { value.semantics = '1'; }, 'semantics'],
    [(value) => { value.budget = -1; }, 'budget'],
    [(value) => { value.budget = '5'; }, 'budget'],
    [(value) => { value.instructions = null; }, 'instructions'],
    [(value) => { value.stop = 'none'; }, 'stop'],
    [(value) => { value.stop = 5; }, 'stop'],
    [(value) => { value.programs = {}; }, 'programs'],
    [(value) => { value.programs[0] = null; }, 'programs[0]'],
    [(value) => { value.programs[0].hash = new Uint8Array(31); }, 'programs[0].hash'],
    [(value) => { value.data[0].hash = 'ab'.repeat(32); }, 'data[0].hash'],
    [(value) => { value.data[0].size = 2 ** 32; }, 'data[0].size'],
    [(value) => { value.options = []; }, 'options'],
    [(value) => { value.options.more = 1; }, 'options.more'],
    [(value) => { value.output = null; }, 'output'],
    [(value) => { value.machine = new Uint8Array(33); }, 'machine'],
    [(value) => { value.fault = { kind: 'none', pc: 0, address: 0, size: 0 }; }, 'fault.kind'],
  ];
  for (const [change, field] of changes) {
    const value = raw();
    change(value);
    assert.throws(() => decodeReceipt(cbor(value)), failsWith('MOXBOX_RECEIPT', { field }), field);
  }
});

test('only the one encoding is taken', () => {
  const file = encodeReceipt(CLAIM);
  const refused = (/** @type {Uint8Array} */ bad) => assert.throws(() => decodeReceipt(bad), failsWith('MOXBOX_RECEIPT'));
  const at = Buffer.from(file).indexOf(Buffer.from('av', 'latin1'));
  assert.ok(at > 0);
  const longInteger = Buffer.concat([file.subarray(0, at + 2), Buffer.from([0x18, 1]), file.subarray(at + 3)]);
  refused(longInteger);
  refused(Buffer.concat([file, Buffer.from([0])]));
  refused(Buffer.concat([Buffer.from([0xbf]), file.subarray(1), Buffer.from([0xff])]));
  refused(encode({ ...raw(), v: 1 }, { mapSorter: (a, b) => (String(/** @type {any} */ (a)[0].value) < String(/** @type {any} */ (b)[0].value) ? 1 : -1) }));
});

test('a receipt cut off at any byte or with any bit flipped is refused or another receipt, never a crash', () => {
  const file = encodeReceipt(CLAIM);
  for (let length = 0; length < file.length; length += 1) {
    assert.throws(() => decodeReceipt(file.slice(0, length)), failsWith('MOXBOX_RECEIPT'));
  }
  for (let bit = 0; bit < 8 * file.length; bit += 1) {
    const bent = file.slice();
    bent[bit >> 3] ^= 1 << (bit & 7);
    try {
      assert.notDeepEqual(decodeReceipt(bent), CLAIM);
    } catch (error) {
      failsWith('MOXBOX_RECEIPT')(error);
    }
  }
});

test('huge and deep files are refused', () => {
  assert.throws(() => decodeReceipt(new Uint8Array(MAX_RECEIPT_BYTES + 1)), failsWith('MOXBOX_RECEIPT', { field: 'file' }));
  assert.throws(() => decodeReceipt(new Uint8Array(MAX_RECEIPT_BYTES).fill(0x81)), failsWith('MOXBOX_RECEIPT'));
  assert.throws(() => decodeReceipt(Uint8Array.from([0x9b, 0, 0, 0, 1, 0, 0, 0, 0])), failsWith('MOXBOX_RECEIPT'));
  assert.throws(() => receiptFromJson(' '.repeat(5 * MAX_RECEIPT_BYTES)), failsWith('MOXBOX_RECEIPT'));
  assert.throws(() => receiptFromJson('['.repeat(100_000)), failsWith('MOXBOX_RECEIPT'));
});

test('JSON that is no mirror is refused with the field that is wrong', async () => {
  const json = /** @type {any} */ (receiptToJson(CLAIM));
  for (const [change, field] of /** @type {[any, string][]} */ ([[{ instructions: 5 }, 'instructions'],
    [{ instructions: '05' }, 'instructions'], [{ instructions: '99999999999999999999' }, 'instructions'],
    [{ machine: 'AB'.repeat(32) }, 'machine'], [{ id: 'x' }, 'id'], [{ more: 1 }, 'more'], [{ v: '1' }, 'v']])) {
    assert.throws(() => receiptFromJson({ ...json, ...change }), failsWith('MOXBOX_RECEIPT', { field }));
  }
  assert.throws(() => receiptFromJson(`{"__proto__": 1, ${JSON.stringify(json).slice(1)}`),
    failsWith('MOXBOX_RECEIPT', { field: '__proto__' }));
  assert.throws(() => receiptFromJson('null'), failsWith('MOXBOX_RECEIPT'));
  await assert.rejects(verify({ ...json, id: 'ab'.repeat(32) }, INPUTS), failsWith('MOXBOX_RECEIPT', { field: 'id' }));
});

test('a result without hashes or of a machine that has not run makes no receipt', async () => {
  await assert.rejects(receiptOf(await run(countdown(1))), failsWith('MOXBOX_RECEIPT'));
  const box = await Box.create({ programs: [countdown(1)] });
  await assert.rejects(receiptOf(box), failsWith('MOXBOX_RECEIPT', { field: 'stop' }));
});

test('a false claim does not make the verifier run for longer than it says', async () => {
  const receipt = await receiptOf(await run(countdown(3), { budget: Infinity, hashes: true }));
  const lie = { ...receipt, programs: [{ hash: await sha256(forever()), size: forever().length }] };
  const verdict = await verify(lie, { programs: [forever()] });
  assert.deepEqual(verdict, { same: false, field: 'instructions', expected: '13', actual: '14 or more' });
});

test('a verification can be aborted', async () => {
  const receipt = await receiptOf(await run(forever(), { budget: 50_000_000n, hashes: true }));
  const stopper = new AbortController();
  await assert.rejects(verify(receipt, { programs: [forever()], signal: stopper.signal, onProgress: () => stopper.abort() }),
    failsWith('MOXBOX_ABORTED'));
});
