import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Box, MoxboxError } from '../../node/index.js';

/* The native test of the loader wrote down each malformed file and its verdict (tests/elf/malformed.c). */
const { good, cases } = JSON.parse(readFileSync(new URL('../elf/verdicts.json', import.meta.url), 'utf8'));

/** @param {number} size @param {[number, string][]} changes */
function fileOf(size, changes) {
  const file = new Uint8Array(size);
  file.set(Buffer.from(good, 'hex').subarray(0, size));
  for (const [offset, hex] of changes) file.set(Buffer.from(hex, 'hex'), offset);
  return file;
}

test('every malformed ELF file has the verdict of the native build, as an error code', async () => {
  assert.ok(cases.length > 50);
  for (const [name, size, changes, status] of cases) {
    let verdict = 'OK';
    try {
      const box = await Box.create({ programs: [fileOf(size, changes)] });
      await box.run({ budget: 1000 });
      box.dispose();
    } catch (error) {
      assert.ok(MoxboxError.is(error), `${name}: ${String(error)}`);
      /* Not about the file itself: it is good, but leaves no room for a stack behind it. */
      if (error.field === undefined) assert.equal(error.code, 'MOXBOX_ADDRESS_SPACE', name);
      else verdict = error.code.replace('MOXBOX_', '');
    }
    assert.equal(verdict, status, name);
  }
});
