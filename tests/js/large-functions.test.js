/**
 * Functions that are costly to translate hold up nobody, and are translated as exactly as others.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box } from '../../node/index.js';
import { SHAPES, holdsOf, programOf } from './large-functions.js';

/* Twice what large-functions.js is to print on a quiet machine, as hold.test.js has it. Other work on this computer
 * can lengthen what is measured and never shortens it, so the best of some runs counts. */
const LIMIT_MS = 16;
const ATTEMPTS = 6;
const EXACT = 3_000_000n;

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`translating does not hold up the event loop: ${name}`, async (t) => {
    let best = Infinity;
    for (let i = 0; i < ATTEMPTS && best >= LIMIT_MS; i += 1) {
      const { stop, modules, holds } = await holdsOf(shape);
      assert.equal(stop, 'budget');
      assert.ok(modules > 1, `${modules} modules`);
      best = Math.min(best, holds[0]);
    }
    t.diagnostic(`longest hold: ${best.toFixed(1)} ms`);
    assert.ok(best < LIMIT_MS, `${best.toFixed(1)} ms`);
  });

  test(`translated, it computes the same: ${name}`, async () => {
    const programs = [programOf(shape, 3)];
    const [plain, translated] = [Box.createSync({ programs, engine: 'interpreter' }), Box.createSync({ programs, engine: 'translator' })];
    let all = 0n;
    for (const budget of [1n, 20_011n, EXACT]) {
      all += budget;
      plain.runSync({ budget });
      assert.equal(translated.runSync({ budget }).instructions, all);
      assert.equal(await translated.stateHash(), await plain.stateHash());
    }
    plain.dispose();
    translated.dispose();
  });
}
