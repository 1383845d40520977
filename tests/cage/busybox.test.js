/** Pipelines of busybox in a cage print, and end with, what those of the same busybox on this system do. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cage, compile, inParallel, INSTALL, programs, run, scratchFolder } from './world.js';

const ones = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen',
  'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const words = Array.from({ length: 99 }, (_, i) => ones[i + 1] ?? `${tens[Math.floor((i + 1) / 10)]} ${ones[(i + 1) % 10]}`.trim());
const files = {
  words: `${words.join('\n')}\n`,
  text: Array.from({ length: 20 }, (_, i) => `${words.slice(4 * i, 4 * i + 4).join(', ')} and more.\n`).join(''),
  data: Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 7 + (i >> 3) * 13) & 255)),
};

const [inCage = ''] = programs(['busybox']);
const [here = ''] = programs(['busybox'], true);
const folder = scratchFolder();
const bin = path.join(folder, 'bin');

/** @param {string} place a new folder with the files */
function prepare(place) {
  mkdirSync(place);
  for (const [name, contents] of Object.entries(files)) writeFileSync(path.join(place, name), contents);
}

const pipelines = readFileSync(new URL('pipelines.sh', import.meta.url), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#')).map((line) => line.split(/: (.*)/s).slice(0, 2));

test(`busybox: ${pipelines.length} pipelines do what they do on this system`, async () => {
  const list = await run(path.join(here, 'busybox'), ['--list']);
  mkdirSync(bin);
  list.out.trim().split('\n').forEach((name) => symlinkSync(path.join(here, 'busybox'), path.join(bin, name)));
  const source = path.join(folder, 'source');
  prepare(source);
  const results = await inParallel(pipelines, async ([name = '', command = '']) => {
    const place = path.join(folder, name);
    prepare(place);
    const expected = await run(path.join(here, 'busybox'), ['ash', '-c', `umask 022; ${command}`], { cwd: place, env: { PATH: bin }, seconds: 60 });
    const got = await cage(['--dir', `${source}:/work`, '--cwd', '/work', '--budget', '20000000000', '--env', 'PATH=/bin',
      path.join(inCage, 'busybox'), 'ash', '-c', `${INSTALL} umask 022; ${command}`], { seconds: 60 });
    return { name, got, expected };
  });
  const wrong = results.filter(({ got, expected }) => JSON.stringify(got) !== JSON.stringify(expected));
  assert.deepEqual(Object.fromEntries(wrong.map(({ name, got }) => [name, got])),
    Object.fromEntries(wrong.map(({ name, expected }) => [name, expected])));
  assert.deepEqual(results.filter(({ expected }) => expected.out === '').map(({ name }) => name), [], 'what prints nothing shows nothing');
});

test('getopt and execvp do what they do on this system', async () => {
  const place = path.join(folder, 'options-here');
  mkdirSync(place);
  const expected = await run(compile(folder, 'options', true), [], { cwd: place });
  const got = await cage(['--file', `${path.join(inCage, 'busybox')}:/bin/sh`, compile(folder, 'options')]);
  assert.ok(expected.out.split('\n').length > 300);
  assert.deepEqual(got, expected);
});
