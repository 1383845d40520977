import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as moxbox from '../../node/index.js';
import { ROOT, folder } from './helpers.js';

const URLS = new Map([
  ['moxbox', pathToFileURL(join(ROOT, 'node/index.js')).href],
  ['moxbox/worker', pathToFileURL(join(ROOT, 'node/worker-client.js')).href],
  ['level', import.meta.resolve('level')],
]);

/* What the examples take for granted. */
const PRELUDE = `
import { readFileSync as readFileSync_ } from 'node:fs';
import { encodeReceipt as encode_, receiptOf as receiptOf_, run as run_ } from '${URLS.get('moxbox')}';
const elf = new Uint8Array(readFileSync_(${JSON.stringify(join(ROOT, 'demo/guests/wordcount.elf'))}));
const cageElf = new Uint8Array(readFileSync_(${JSON.stringify(join(ROOT, 'tests/guests-cage/pipeline.elf'))}));
const folder = new URL('files', import.meta.url).pathname;
const file = new TextEncoder().encode('some words');
const receiptBytes = encode_(await receiptOf_(await run_(elf, { data: [file], hashes: true })));
const console = { log() {} };
`;

/** @param {string} text @returns {string[]} the code of each @example */
function examplesOf(text) {
  return [...text.matchAll(/@example\n([^]*?)(?=\n\s*\*\s*@|\n\s*\*\/)/g)]
    .map((match) => match[1].replace(/^\s*\* ?/gm, ''));
}

/** @param {string} code with imports of the package by name */
const runnable = (code) => PRELUDE + code.replace(/from '(moxbox[^']*|level)'/g, (_, name) => {
  const url = URLS.get(name);
  assert.ok(url, `an example imports ${name}`);
  return `from '${url}'`;
});

const sources = readdirSync(join(ROOT, 'web')).filter((name) => name.endsWith('.js'));
const examples = [...sources.map((name) => `web/${name}`), 'node/cache.js'].flatMap((name) =>
  examplesOf(readFileSync(join(ROOT, name), 'utf8')).map((code, i) => ({ name, code, i })));

test('there is an example for everything that the package exports', () => {
  const all = examples.map(({ code }) => code).join('\n');
  for (const word of [...Object.keys(moxbox), 'moxbox/worker', 'box.step', 'box.read', 'signal']) assert.ok(all.includes(word), word);
});

for (const { name, code, i } of examples) {
  test(`example ${i + 1} of ${name} runs`, async (t) => {
    const path = join(folder(t), 'example.mjs');
    process.env.XDG_CACHE_HOME = join(folder(t), 'caches');
    writeFileSync(path, runnable(code));
    await import(pathToFileURL(path).href);
  });
}

test('the JavaScript examples of the README run', async (t) => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```js\n([^]*?)```/g)].map((match) => match[1]);
  assert.ok(blocks.length > 0);
  const dir = folder(t);
  for (const [i, code] of blocks.entries()) {
    if (/document|window|new URL\(/.test(code)) continue; /* for a page: tests/browser */
    const path = join(dir, `readme${i}.mjs`);
    writeFileSync(path, code.replace(/from '(moxbox[^']*)'/g, (_, name) => `from '${URLS.get(name)}'`).replace(/'(demo\/|tests\/|README\.md)/g, `'${ROOT}$1`));
    await import(pathToFileURL(path).href);
  }
});

test('everything that the package exports has a comment, and its error codes are all used', () => {
  const code = sources.map((name) => readFileSync(join(ROOT, 'web', name), 'utf8')).join('\n')
    + readdirSync(join(ROOT, 'node')).map((name) => readFileSync(join(ROOT, 'node', name), 'utf8')).join('\n');
  for (const name of Object.keys(moxbox)) {
    assert.match(code, new RegExp(`\\*/\\n(?:export |  )?(?:async )?(?:return )?(?:async )?(?:class|const|function) ${name}\\b|\\*/\\n  return async function ${name}\\b`), name);
  }
  const core = readFileSync(join(ROOT, 'web/generated/tables.js'), 'utf8');
  for (const own of Object.keys(moxbox.ERROR_CODES)) {
    const fromCore = core.includes(`'${own.replace('MOXBOX_', '')}'`);
    assert.ok(fromCore || code.split(`'${own}'`).length > 1, own);
  }
  for (const [, used] of code.matchAll(/'(MOXBOX_[A-Z_]+)'/g)) {
    assert.ok(used in moxbox.ERROR_CODES || used.endsWith('_'), `${used} is not in the list`);
  }
});
