/** Receipts on the playground page: made there, made natively, altered, and about other files. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { decodeReceipt, encodeReceipt, receiptId, receiptToJson, verify } from '../../node/index.js';
import { DEMOS } from '../../web/playground/demos.js';
import { ROOT } from '../js/helpers.js';
import { DESKTOP, PHONE, shoot, useBrowser } from './chromium.js';
import { badRead, demo, spin } from './guests.js';
import { runNative } from './native.js';
import { downloadBy, drop, pageTestIn, pickTab, press, refusal, standsAt, textOf } from './playground-page.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../../web/receipt.js').Receipt} Receipt */

const SAMPLE = DEMOS.find(({ id }) => id === 'hash')?.data[0]?.text ?? '';

const pageTest = pageTestIn(useBrowser());
const folder = mkdtempSync(join(tmpdir(), 'moxbox-receipts-'));
after(() => rmSync(folder, { recursive: true }));

/**
 * The receipt that the native build makes of the page's first demo.
 * @returns {Promise<Buffer>}
 */
async function nativeReceipt() {
  const [data, receipt] = [join(folder, 'road.txt'), join(folder, 'native.receipt')];
  writeFileSync(data, SAMPLE);
  await runNative(['-e', join(ROOT, 'demo/guests/hash.elf'), '-d', data, '--receipt', receipt]);
  return readFileSync(receipt);
}

/** @param {Page} page @returns {Promise<string>} what the page says of the receipt in the field */
async function verdictOf(page) {
  await press(page, 'Verify');
  await page.waitForFunction(() => /^(Same|Different)/.test(document.getElementById('verify-result')?.textContent ?? ''));
  return textOf(page, 'verify-result');
}

/**
 * Pastes a receipt's JSON mirror with something changed.
 * @param {Page} page
 * @param {Receipt} receipt
 */
async function paste(page, receipt) {
  await pickTab(page, 'Verify one');
  await page.fill('#receipt-text', JSON.stringify(receiptToJson(receipt)));
}

for (const [size, window] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  pageTest(`on a ${size} a receipt made in the page is true in Node, and in the page by file and by text`, async (page) => {
    await press(page, 'Run');
    await standsAt(page, 'Exit 0');
    await press(page, 'Make a receipt');
    await page.locator('#receipt-done').waitFor();
    await shoot(page, `${size}-receipt`, true);
    const { name, bytes } = await downloadBy(page, 'Download as JSON');
    assert.match(name, /^moxbox-[0-9a-f]{12}\.receipt\.json$/);
    const cbor = await downloadBy(page, 'Download the receipt');
    const id = await textOf(page, 'receipt-id');
    assert.equal(id, await receiptId(decodeReceipt(cbor.bytes)));
    assert.deepEqual(await verify(cbor.bytes, { programs: [demo('hash')], data: [Buffer.from(SAMPLE)] }), { same: true });
    await drop(page, [{ name: 'mine.receipt', bytes: cbor.bytes }]);
    await page.getByText('mine.receipt').waitFor();
    assert.match(await verdictOf(page), /^Same/);
    await shoot(page, `${size}-verified`);
    await page.fill('#receipt-text', bytes.toString());
    assert.equal(await page.locator('#verify-result').isHidden(), true, 'a verdict does not outlive its receipt');
    assert.match(await verdictOf(page), /^Same/);
  }, { window });
}

pageTest('a receipt made natively is the one that the page makes, and verifies there', async (page) => {
  const native = await nativeReceipt();
  await pickTab(page, 'Verify one');
  await page.setInputFiles('#receipt-input', { name: 'native.receipt', mimeType: '', buffer: native });
  await page.getByText('native.receipt').waitFor();
  assert.match(await verdictOf(page), /^Same/);
  await press(page, 'Run');
  await standsAt(page, 'Exit 0');
  await pickTab(page, 'This run');
  await press(page, 'Make a receipt');
  await page.locator('#receipt-done').waitFor();
  const { bytes } = await downloadBy(page, 'Download the receipt');
  assert.deepEqual(bytes, native);
});

pageTest('an altered receipt is refused with the field that differs', async (page) => {
  const receipt = decodeReceipt(await nativeReceipt());
  const other = 'ab'.repeat(32);
  /** @type {[string, Partial<Receipt>][]} */
  const alterations = [
    ['instructions', { instructions: receipt.instructions + 1n }],
    ['exitCode', { exitCode: 1 }],
    ['output.hash', { output: { ...receipt.output, hash: other } }],
    ['output.size', { output: { ...receipt.output, size: receipt.output.size - 1 } }],
    ['state.size', { state: { ...receipt.state, size: 1 } }],
    ['machine', { machine: other }],
    ['programs[0].hash', { programs: [{ ...receipt.programs[0], hash: other }] }],
    ['data[0].hash', { data: [{ ...receipt.data[0], hash: other }] }],
    ['semantics', { semantics: receipt.semantics + 1 }],
    ['budget', { budget: receipt.instructions - 1n, instructions: receipt.instructions - 1n, stop: 'budget', exitCode: null }],
  ];
  for (const [field, change] of alterations.slice(0, -1)) {
    await paste(page, { ...receipt, ...change });
    const verdict = await verdictOf(page);
    assert.ok(verdict.startsWith(`Different: ${field}`), `${field}: ${verdict}`);
    assert.match(verdict, /The receipt says .+; running it again gives .+/);
  }
  await shoot(page, 'altered');
  // A machine stopped one instruction earlier is in another state than the one that ended.
  await paste(page, { ...receipt, ...alterations.at(-1)?.[1] });
  assert.match(await verdictOf(page), /^Different: (output\.hash|output\.size|machine)/);
});

pageTest('an altered file is refused: CBOR that is cut, JSON whose id is another receipt\'s, text that is neither', async (page) => {
  const native = await nativeReceipt();
  await pickTab(page, 'Verify one');
  await page.setInputFiles('#receipt-input', { name: 'cut.receipt', mimeType: '', buffer: native.subarray(0, -1) });
  assert.match(await refusal(page, 'receipt-error'), /cut\.receipt: .*file: .*MOXBOX_RECEIPT/);
  const receipt = decodeReceipt(native);
  const json = { ...receiptToJson(receipt, await receiptId(receipt)), instructions: String(receipt.instructions + 1n) };
  await page.fill('#receipt-text', JSON.stringify(json));
  await press(page, 'Verify');
  await page.waitForFunction(() => document.getElementById('receipt-error')?.textContent?.includes(': id: '));
  for (const [text, field] of [['{"v":1}', 'semantics'], ['not json', 'file'], ['[1]', 'file'], ['{"v":2}', 'v']]) {
    await page.fill('#receipt-text', String(text));
    await press(page, 'Verify');
    await page.waitForFunction((name) => document.getElementById('receipt-error')?.textContent?.includes(`: ${name}: `), field);
    assert.equal(await page.inputValue('#receipt-text'), text, 'what was pasted stays');
  }
  assert.equal(await page.locator('#verify-result').isHidden(), true);
});

pageTest('receipts of a fault, of a used-up budget and of a pause verify', async (page) => {
  for (const [name, program, line] of /** @type {const} */ ([['bad.elf', badRead, 'Fault'], ['spin.elf', spin, 'Budget']])) {
    await drop(page, [{ name, bytes: program }]);
    await page.getByText(name).waitFor();
    await standsAt(page, 'Ready');
    await page.fill('#budget', '12345');
    await press(page, 'Run');
    await standsAt(page, line);
    await pickTab(page, 'This run');
    await press(page, 'Make a receipt');
    await page.locator('#receipt-done').waitFor();
    const { bytes } = await downloadBy(page, 'Download the receipt');
    assert.deepEqual(encodeReceipt(decodeReceipt(bytes)), new Uint8Array(bytes));
    await drop(page, [{ name: 'this.receipt', bytes }]);
    await page.getByText('this.receipt').waitFor();
    assert.match(await verdictOf(page), /^Same/);
    await press(page, `Remove ${name}`);
    await page.getByText(name).waitFor({ state: 'detached' });
  }
});

pageTest('verifying a receipt that claims a very long run can be stopped', async (page) => {
  await drop(page, [{ name: 'spin.elf', bytes: spin }]);
  await page.getByText('spin.elf').waitFor();
  await page.fill('#budget', '100');
  await press(page, 'Run');
  await standsAt(page, 'Budget');
  await press(page, 'Make a receipt');
  await page.locator('#receipt-done').waitFor();
  const receipt = decodeReceipt((await downloadBy(page, 'Download the receipt')).bytes);
  await paste(page, { ...receipt, budget: null, instructions: 10n ** 15n, stop: 'exit', exitCode: 0 });
  await press(page, 'Verify');
  await page.waitForFunction(() => /instructions so far/.test(document.getElementById('verify-result')?.textContent ?? ''));
  await page.locator('#verify', { hasText: 'Stop' }).click();
  await page.locator('#verify', { hasText: 'Verify' }).waitFor();
  assert.equal(await page.locator('#verify-result').isHidden(), true);
  assert.equal(await page.locator('#receipt-error').isHidden(), true);
});
