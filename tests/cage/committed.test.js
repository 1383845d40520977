/** The committed programs for cages are what their sources give, byte for byte. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../guests-cage/', import.meta.url));

test('committed programs for cages are rebuilt bit for bit', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'moxbox-guests-cage-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync(join(FOLDER, 'build.sh'), [folder]);
  const elfs = (/** @type {string} */ where) => readdirSync(where).filter((name) => name.endsWith('.elf')).sort();
  assert.ok(elfs(folder).length > 0);
  assert.deepEqual(elfs(folder), elfs(FOLDER));
  for (const name of elfs(folder)) assert.ok(readFileSync(join(folder, name)).equals(readFileSync(join(FOLDER, name))), name);
});
