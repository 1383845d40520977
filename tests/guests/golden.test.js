import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from '../xlate/golden.js';

test('the program of the golden translations is what its source gives', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'moxbox-golden-'));
  try {
    build(join(scratch, 'cases.elf'));
    assert.deepEqual(readFileSync(join(scratch, 'cases.elf')), readFileSync(new URL('../xlate/golden/cases.elf', import.meta.url)));
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
