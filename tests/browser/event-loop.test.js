/**
 * A run never holds the page up: the longest delay of the event loop in ten seconds stays below LIMIT_MS,
 * with the machine in a Worker, on the page's own thread, and on the playground.
 *
 * Other work on this computer delays a page as well, and is no fault of ours. So the browser gets a higher
 * priority where that is allowed, and each case has up to ATTEMPTS ten-second runs to show one that is clean;
 * what every run measured is printed.
 */
import assert from 'node:assert/strict';
import { setPriority } from 'node:os';
import { after, before, test } from 'node:test';
import { openBlank, startBrowser } from './chromium.js';
import { demo } from './guests.js';
import { drop, openPlayground, press, standsAt } from './playground-page.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{longest: number, second: number, turns: number, millions: number}} Measured */

const SECONDS = 10;
const LIMIT_MS = 16;
const ATTEMPTS = 5;
const HIGH_PRIORITY = -15;
/* More than ten seconds of hashing for any machine. */
const DATA_BYTES = 64 << 20;

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
before(async () => {
  try {
    setPriority(HIGH_PRIORITY); // the browser inherits it
  } catch {
    console.log('# no right to raise the priority: other work on this machine disturbs the measurement');
  }
  browser = await startBrowser();
});
after(() => browser?.close());

/** Puts `startDelays` into the page: it watches the event loop until stop() tells what it saw. @param {Page} page */
async function addProbe(page) {
  await page.evaluate(() => {
    Object.assign(globalThis, {
      startDelays() {
        let [last, longest, second, turns, on] = [performance.now(), 0, 0, 0, true];
        // A timer that is due comes after 4 ms here, so the gaps measured are longer than the delays.
        const turn = () => {
          const now = performance.now();
          const gap = now - last;
          last = now;
          turns += 1;
          if (gap > longest) [longest, second] = [gap, longest];
          else if (gap > second) second = gap;
          if (on) setTimeout(turn);
        };
        setTimeout(turn);
        return () => {
          on = false;
          return { longest, second, turns };
        };
      },
    });
  });
}

/**
 * @param {string} name
 * @param {() => Promise<Measured>} measure
 */
async function holds(name, measure) {
  const all = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const seen = await measure();
    assert.ok(seen.turns > 100, `the event loop turned only ${seen.turns} times`);
    assert.ok(seen.millions > 10, `only ${seen.millions} million instructions ran`);
    console.log(`# ${name}: longest gap ${seen.longest.toFixed(1)} ms, then ${seen.second.toFixed(1)} ms, ${seen.turns} turns, ${(seen.millions / SECONDS).toFixed(0)} MIPS`);
    all.push(seen.longest);
    if (seen.longest < LIMIT_MS) return;
  }
  assert.fail(`the longest gaps were ${all.map((ms) => ms.toFixed(1)).join(', ')} ms; one of them must be below ${LIMIT_MS}`);
}

for (const [place, library] of [['a worker', '/web/worker-client.js'], ['the page itself', '/web/index.js']]) {
  test(`ten seconds of hashing in ${place} never hold up the page`, async () => {
    const { page, complaints, close } = await browser.page();
    try {
      await openBlank(page, browser.url);
      await addProbe(page);
      await holds(String(place), () => page.evaluate(async ({ path, program, bytes, seconds }) => {
        const { Box } = await import(String(path));
        const blob = new Blob([new Uint8Array(bytes)]);
        const elf = Uint8Array.from(atob(program), (char) => char.charCodeAt(0));
        const stop = /** @type {any} */ (globalThis).startDelays();
        const box = await Box.create({ programs: [elf], data: [blob] });
        const stopper = new AbortController();
        setTimeout(() => stopper.abort(), seconds * 1000);
        await box.run({ budget: Infinity, signal: stopper.signal }).catch((/** @type {any} */ error) => {
          if (error.code !== 'MOXBOX_ABORTED') throw error;
        });
        const seen = stop();
        const { instructions } = await box.report;
        box.dispose();
        return { ...seen, millions: Number(instructions) / 1e6 };
      }, { path: library, program: demo('hash').toString('base64'), bytes: DATA_BYTES, seconds: SECONDS }));
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
  });
}

test('ten seconds of hashing on the playground never hold up the page', async () => {
  const { page, complaints, close } = await browser.page();
  try {
    await openPlayground(page, browser.url);
    await addProbe(page);
    await page.setInputFiles('#data-input', { name: 'large.bin', mimeType: '', buffer: Buffer.alloc(32 << 20, 7) });
    await page.getByText('large.bin').waitFor();
    await standsAt(page, 'Ready');
    await drop(page, []);
    await page.fill('#budget', 'unlimited');
    await holds('the playground', async () => {
      await press(page, 'Run');
      await standsAt(page, 'Running');
      const seen = await page.evaluate(async (seconds) => {
        const stop = /** @type {any} */ (globalThis).startDelays();
        await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
        return { ...stop(), millions: Number(document.getElementById('count')?.textContent?.replaceAll(',', '')) / 1e6 };
      }, SECONDS);
      if (await page.locator('#stop').isEnabled()) await press(page, 'Stop');
      await page.locator('#run', { hasText: 'Run again' }).waitFor();
      return seen;
    });
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});
