/** Random programs (tests/xlate) in a page: translated and interpreted, they pass through the same states there too. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildHarness } from '../xlate/run.js';
import { ROOT } from '../js/helpers.js';
import { openBlank, useBrowser } from './chromium.js';

const browser = useBrowser();

/* Other programs than those of the normal tier in Node. */
const FIRST = Number(process.env.MOXBOX_SEED ?? 50_000);
const PROGRAMS = Number(process.env.MOXBOX_PROGRAMS ?? 120);

test('random programs pass through the same states translated and interpreted in a page', (t) => browser.withPage(async (page) => {
  buildHarness();
  await page.route('**/fuzz/harness.js', (route) => route.fulfill({ contentType: 'text/javascript',
    body: readFileSync(join(ROOT, 'tests/xlate/harness.js')) }));
  await page.route('**/fuzz/fuzz.wasm', (route) => route.fulfill({ contentType: 'application/wasm',
    body: readFileSync(join(ROOT, 'build/xlate/fuzz.wasm')) }));
  await openBlank(page, browser.url);
  const total = await page.evaluate(async ({ first, programs }) => {
    const { runPrograms } = await import(String('/fuzz/harness.js'));
    const harness = await WebAssembly.compileStreaming(fetch('/fuzz/fuzz.wasm'));
    return runPrograms(harness, { programs, seconds: Infinity, first });
  }, { first: FIRST, programs: PROGRAMS });
  t.diagnostic(`${total.programs} programs, ${total.instructions} instructions, ${total.modules} modules`);
  assert.deepEqual(total.failed, []);
  assert.equal(total.programs, PROGRAMS);
  assert.ok(total.modules > PROGRAMS, `${total.modules} modules`);
}));

test('what a page learned is in the browser\'s cache for the next page, and damaged entries change nothing', () => browser.withBlank(async (page) => {
  const elf = [...readFileSync(join(ROOT, 'tests/guests/rtlib.elf'))];
  const job = async (/** @type {number[]} */ bytes) => page.evaluate(async (program) => {
    const { Box, webCache } = await import(String('/web/index.js'));
    const box = await Box.create({ programs: [Uint8Array.from(program)], cache: webCache('test', { entries: 2 }) });
    const { stop, instructions } = await box.run();
    const hash = await box.stateHash();
    box.dispose();
    const store = await caches.open('test');
    for (let i = 0; i < 100 && (await store.keys()).length === 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    const [first] = await store.keys();
    const entry = first && await (await store.match(first))?.arrayBuffer();
    return { stop, instructions: String(instructions), hash, entries: (await store.keys()).length, size: entry?.byteLength ?? 0 };
  }, bytes);
  const first = await job(elf);
  assert.equal(first.entries, 1);
  assert.ok(first.size > 100);
  await page.reload();
  assert.deepEqual({ ...await job(elf), size: 0 }, { ...first, size: 0 });
  await page.evaluate(async () => {
    const store = await caches.open('test');
    const [entry] = await store.keys();
    if (entry) await store.put(entry, new Response(new Uint8Array(1000)));
  });
  assert.deepEqual({ ...await job(elf), size: 0 }, { ...first, size: 0 });
}));
