/** F6: what the loader maps of an accepted file is what binutils' readelf reads in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Box, MoxboxError } from '../../node/index.js';
import { ROOT, demoGuest, guest } from '../js/helpers.js';

const { good, cases } = JSON.parse(readFileSync(new URL('verdicts.json', import.meta.url), 'utf8'));

/** Accepted files: the unusual ones of the list, and real programs. @returns {Map<string, Uint8Array>} by file name */
function acceptedFiles() {
  const files = new Map();
  cases.forEach((/** @type {any} */ [, size, changes, status], /** @type {number} */ index) => {
    if (status !== 'OK') return;
    const file = new Uint8Array(size);
    file.set(Buffer.from(good, 'hex').subarray(0, size));
    for (const [offset, hex] of changes) file.set(Buffer.from(hex, 'hex'), offset);
    files.set(`case-${index}`, file);
  });
  for (const name of ['count', 'printf', 'stdio', 'mmap']) files.set(name, new Uint8Array(readFileSync(guest(name))));
  for (const name of ['json', 'sort']) files.set(name, new Uint8Array(readFileSync(demoGuest(name))));
  return files;
}

/** The entry point and the loaded ranges that readelf prints for each file. @param {Map<string, Uint8Array>} files */
function byReadelf(files) {
  const bin = execFileSync(join(ROOT, 'guest-sdk/toolchain.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'moxbox-readelf-'));
  try {
    for (const [name, file] of files) writeFileSync(join(folder, name), file);
    const listing = execFileSync(join(bin, 'moxiebox-readelf'), ['-lW', ...files.keys()],
      { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] });
    return new Map(listing.split(/^File: /m).slice(1).map((text) => {
      const loads = [...text.matchAll(/^ +LOAD +\S+ 0x(\w+) \S+ 0x(\w+) 0x(\w+) (R| )(W| )/gm)].map(([, address, , size, read, write]) => ({
        address: parseInt(address, 16), size: parseInt(size, 16), readable: read === 'R', writable: write === 'W' }));
      return [text.split('\n', 1)[0], { entry: parseInt(/Entry point 0x(\w+)/.exec(text)?.[1] ?? '', 16),
        loads: loads.filter(({ size }) => size > 0).sort((a, b) => a.address - b.address) }];
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('every accepted file is mapped as readelf reads it', async (t) => {
  const files = acceptedFiles();
  const theirs = byReadelf(files);
  assert.equal(theirs.size, files.size);
  let compared = 0;
  for (const [name, file] of files) {
    const expected = theirs.get(name);
    let box;
    try {
      box = await Box.create({ programs: [file], memoryLimitBytes: 2 ** 32 - 4096 });
    } catch (error) {
      assert.ok(MoxboxError.is(error) && error.code === 'MOXBOX_ADDRESS_SPACE', `${name}: ${String(error)}`); // no room for a stack behind it
      continue;
    }
    const ours = box.regions.filter(({ tags }) => /,elf\d+,$/.test(tags)).map(({ tags, ...range }) => range);
    assert.deepEqual(ours, expected?.loads, name);
    assert.equal(box.report.pc, expected?.entry, name);
    compared += 1;
  }
  assert.ok(compared > 100, `${compared} files`);
  t.diagnostic(`${compared} files`);
});
