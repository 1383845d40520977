/** A file system in IndexedDB: what was saved is there after the page was loaded again, and no more. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cage, MemoryStore } from '../../node/index.js';
import { bundleOf } from './bundle.js';
import { ROOT } from '../js/helpers.js';
import { openBlank, useBrowser } from './chromium.js';

const browser = useBrowser();

const KEEP = readFileSync(join(ROOT, 'tests/guests-cage/keep.elf'));
const LEVEL = bundleOf('browser-level', 'browserLevel');
const hexOf = (/** @type {Uint8Array | undefined} */ bytes) => Buffer.from(bytes ?? []).toString('hex');

/**
 * One run of the program in the store, up to where it waits for input.
 * @param {typeof Cage} CageClass @param {import('../../node/index.js').Store} store @param {Uint8Array} [program]
 */
async function runIn(CageClass, store, program) {
  const cage = await CageClass.create({ path: '/bin/keep', store, ...(program && { program }) });
  const { stop } = await cage.run();
  const { value } = await cage.stdout.getReader().read();
  return { stop, said: new TextDecoder().decode(value) };
}

/** The same in a page, which is left without an end. @param {{library: string, program: string | undefined, run: string}} job */
async function inPage({ library, program, run }) {
  const { LevelStore } = await import(String('/web/store.js'));
  const { Cage: PageCage } = await import(library);
  const { BrowserLevel } = /** @type {any} */ (globalThis).browserLevel;
  const store = await LevelStore.open(new BrowserLevel('moxbox-files'));
  const bytes = program === undefined ? undefined : Uint8Array.from(atob(program), (char) => char.charCodeAt(0));
  const result = await (0, eval)(`(${run})`)(PageCage, store, bytes);
  return { ...result, root: Array.from(await store.get()), objects: (await store.keys()).length };
}

for (const library of ['/web/index.js', '/web/worker-client.js']) {
  test(`a file system in IndexedDB outlives its page (${library})`, () => browser.withPage(async (page) => {
    const memory = new MemoryStore();
    for (const [number, program] of [KEEP, undefined, undefined].entries()) {
      await openBlank(page, browser.url);
      await page.addScriptTag({ content: LEVEL });
      const here = await runIn(Cage, memory, program);
      const there = await page.evaluate(inPage, { library, program: program?.toString('base64'), run: String(runIn) });
      assert.deepEqual(here, { stop: 'blocked', said: `${number + 1} new\n` });
      const { root, objects, ...rest } = there;
      assert.deepEqual(rest, here);
      assert.equal(hexOf(Uint8Array.from(root)), hexOf(await memory.get()), 'the same image as in Node');
      assert.equal(objects, (await memory.keys()).length);
    }
  }));
}

test('a batch that IndexedDB refuses changes nothing', () => browser.withBlank(async (page) => {
  await page.addScriptTag({ content: LEVEL });
  const found = await page.evaluate(async () => {
    const { LevelStore } = await import(String('/web/store.js'));
    const { BrowserLevel } = /** @type {any} */ (globalThis).browserLevel;
    const store = await LevelStore.open(new BrowserLevel('refused'));
    const key = new Uint8Array(32).fill(1);
    await store.batch([{ change: 'put', key, bytes: Uint8Array.of(1) }, { change: 'root', bytes: Uint8Array.of(2) }]);
    const { put } = IDBObjectStore.prototype;
    let puts = 0;
    IDBObjectStore.prototype.put = function refuse(...args) {
      puts += 1;
      if (puts === 2) throw new DOMException('no room', 'QuotaExceededError');
      return put.apply(this, /** @type {any} */ (args));
    };
    const changes = [{ change: 'put', key, bytes: Uint8Array.of(3) }, { change: 'root', bytes: Uint8Array.of(4) }];
    const refused = await store.batch(changes).then(() => 'done', (/** @type {Error} */ error) => error.name);
    IDBObjectStore.prototype.put = put;
    const values = [...await store.get(key), ...await store.get()];
    await store.batch([{ change: 'delete', key }]);
    return { refused, puts, values, left: (await store.keys()).length, gone: await store.get(key) === undefined };
  });
  assert.deepEqual(found, { refused: found.refused, puts: 2, values: [1, 2], left: 0, gone: true });
  assert.notEqual(found.refused, 'done');
}));
