/** The Open POSIX Test Suite in cages: every outcome is the one that posixtestsuite.txt says, and has a reason there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { counts, readTable, runAll, SLOW, suite } from './posix.js';
import { full, root } from './world.js';

const table = readTable();
const { folder, tests } = suite();

test('the table has a row for each test, and a reason for each that does not pass', () => {
  assert.deepEqual([...table.rows.keys()], tests.map(({ name }) => name));
  const used = new Set();
  for (const [name, { outcome, reason }] of table.rows) {
    assert.equal(reason === '', outcome === 'pass', name);
    assert.ok(reason === '' || table.reasons.has(reason), `${name}: no reason "${reason}"`);
    used.add(reason);
  }
  for (const key of table.reasons.keys()) assert.ok(used.has(key), `no test has the reason "${key}"`);
});

test('every test ends as the table says', async (t) => {
  const some = tests.filter(({ name }) => full || !SLOW.has(name));
  const outcomes = await runAll(folder, some);
  const wrong = [...outcomes].filter(([name, outcome]) => table.rows.get(name)?.outcome !== outcome)
    .map(([name, outcome]) => `${name}: ${outcome}, the table says ${table.rows.get(name)?.outcome}`);
  t.diagnostic(`${outcomes.size} of ${tests.length} tests`);
  assert.ok(outcomes.size >= tests.length - SLOW.size);
  assert.deepEqual(wrong, []);
});

test('the counts in tests/README.md are those of the table', () => {
  const readme = readFileSync(path.join(root, 'tests/README.md'), 'utf8');
  assert.ok(readme.includes(counts(table).join('\n')), `tests/README.md should have\n${counts(table).join('\n')}`);
});
