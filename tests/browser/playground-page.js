/**
 * What a person does on the playground page, for tests: by labels and visible text where there are any.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESKTOP } from './chromium.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{name: string, bytes: Uint8Array | string}} Dropped */

export const PATIENCE_MS = 60_000;

/**
 * What makes tests with a playground of their own, which must not complain of anything.
 * @param {import('./chromium.js').Browser} browser
 */
export function pageTestIn(browser) {
  /**
   * @param {string} name
   * @param {(page: Page) => Promise<void>} body
   * @param {{demo?: string, window?: object}} [how]
   */
  return function pageTest(name, body, { demo = 'hash', window = DESKTOP } = {}) {
    test(name, () => browser.withPage(async (page) => {
      /** @type {string[]} */
      const foreign = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(browser.url) && !request.url().startsWith('blob:')) foreign.push(request.url());
      });
      await openPlayground(page, browser.url, demo);
      await body(page);
      assert.deepEqual(foreign, [], 'the page asks nobody but its own server');
    }, { window, shot: `failed-${name.replace(/\W+/g, '-')}` }));
  };
}

/**
 * Opens the playground and waits for its first demo.
 * @param {Page} page
 * @param {string} url of the server
 * @param {string} [demo]
 */
export async function openPlayground(page, url, demo = 'hash') {
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${url}/web/playground/#demo=${demo}`);
  await standsAt(page, 'Ready');
}

/**
 * Waits until the line that says how the run stands begins with a text.
 * @param {Page} page
 * @param {string} text
 */
export async function standsAt(page, text) {
  await page.waitForFunction((wanted) => document.getElementById('result')?.textContent?.startsWith(wanted), text,
    { timeout: PATIENCE_MS, polling: 50 });
  if (text === 'Running') return;
  // What is read from the machine after a stop arrives a moment later.
  await page.waitForFunction(() => document.querySelector('.machine')?.getAttribute('aria-busy') === 'false');
}

/** @param {Page} page @param {string} id */
export async function textOf(page, id) {
  return await page.locator(`#${id}`).textContent() ?? '';
}

/** @param {Page} page @returns {Promise<bigint>} the count that is shown */
export async function countOf(page) {
  return BigInt((await textOf(page, 'count')).replaceAll(',', ''));
}

/** @param {Page} page @param {string} name */
export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).click();
}

/** @param {Page} page @param {string} name */
export async function pickTab(page, name) {
  await page.getByRole('tab', { name, exact: true }).click();
}

/**
 * Drops files on the page as a file manager would.
 * @param {Page} page
 * @param {Dropped[]} files
 */
export async function drop(page, files) {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate((list) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, plain);
}

/**
 * Puts a text in the place of the only data file.
 * @param {Page} page
 * @param {string} text
 */
export async function typeData(page, text) {
  await page.getByRole('button', { name: /^Edit / }).click();
  await page.fill('#editor-text', text);
  await press(page, 'Use this text');
  await page.locator('#editor').waitFor({ state: 'hidden' });
  await standsAt(page, 'Ready');
}

/**
 * A click that ends in a download.
 * @param {Page} page
 * @param {string} name of the button
 */
export async function downloadBy(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, name)]);
  const stream = await file.createReadStream();
  const parts = [];
  for await (const part of stream) parts.push(part);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(parts) };
}

/**
 * The general registers, pc and cc as shown, with what is marked as changed.
 * @param {Page} page
 * @returns {Promise<Record<string, {text: string, changed: boolean}>>}
 */
export function registersOf(page) {
  return page.$$eval('#registers > div, #special > div', (cells) => Object.fromEntries(cells.map((cell) => [
    cell.querySelector('dt')?.textContent ?? '',
    { text: cell.querySelector('dd')?.textContent ?? '', changed: cell.classList.contains('changed') },
  ])));
}

/**
 * Waits for a refusal and gives its words.
 * @param {Page} page
 * @param {string} id of the place of the message
 */
export async function refusal(page, id) {
  const place = page.locator(`#${id}`);
  await place.waitFor({ state: 'visible' });
  const text = await place.textContent() ?? '';
  assert.ok(text.length > 10, 'a refusal has words');
  return text;
}
