import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPrograms, startHarness } from './harness.js';
import { buildHarness } from './run.js';

test('random programs pass through the same states translated and interpreted', () => {
  const total = runPrograms(buildHarness(), { programs: 400, seconds: 120, first: Number(process.env.MOXBOX_SEED ?? 0) });
  assert.deepEqual(total.failed, []);
  assert.ok(total.modules > total.programs, `${total.modules} modules for ${total.programs} programs`);
});

test('every instruction at its boundaries does translated what the oracle does', (t) => {
  const harness = buildHarness('matrix', ['tests/xlate/matrix.c', 'tests/oracle/oracle.c'], [`-I${new URL('../unit', import.meta.url).pathname}`]);
  /** @type {string[]} */
  const printed = [];
  const { exports, stats } = startHarness(harness, { again: true, print: (text) => printed.push(text) });
  const failed = exports.matrix();
  const text = printed.join('');
  t.diagnostic(`${text.trim().split('\n').at(-1)}; ${stats.modules} modules, ${exports.translated()} instructions translated, ${exports.interpreted()} not`);
  assert.equal(failed, 0, text);
  assert.ok(exports.translated() > 300_000);
});
