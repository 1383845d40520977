/**
 * Functions that are costly to translate hold up nobody, and are translated as exactly as others.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box } from '../../node/index.js';
import { modulesOf } from './helpers.js';
import { BASE, LIMIT_MS, bestOf, guestOf } from './hold-guests.js';
import { MODULES, SHAPES, holdsOf, programOf } from './large-functions.js';
import { op } from './program.js';

/* Bytes of text that are translated at most (PROFILE_BYTES in core/xlate/profile.h). */
const PART = 4 << 20;
const EXACT = 3_000_000n;

/**
 * Whether a program computes the same in both engines.
 * @param {Uint8Array} program
 */
async function computesTheSame(program) {
  const programs = [program];
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
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`translating does not hold up the event loop: ${name}`, async (t) => {
    const { best, limit } = await bestOf(LIMIT_MS, async () => {
      const { stop, modules, holds } = await holdsOf(shape);
      assert.equal(stop, 'budget');
      assert.ok(modules >= MODULES, `${modules} modules`);
      return holds[0];
    });
    t.diagnostic(`longest hold: ${best.toFixed(1)} ms`);
    assert.ok(best < limit, `${best.toFixed(1)} ms`);
  });

  test(`translated, it computes the same: ${name}`, () => computesTheSame(programOf(shape, 3)));
}

/* Translated is the part that the program is in when that begins; it calls into both. */
const EDGE = BASE + PART;
const [BEFORE, BEHIND] = [EDGE - 128, EDGE + 128];
for (const [where, main] of Object.entries({ 'in front of': EDGE - 64, across: EDGE - 8, behind: EDGE + 32 })) {
  test(`a program ${where} the edge of a part of its text computes the same, translated`, async () => {
    const places = /** @type {[number, number[][]][]} */ ([[BEFORE, [op.inc(6, 1), op.ret()]], [BEHIND, [op.inc(7, 1), op.ret()]],
      [main, [op.jsra(BEFORE), op.jsra(BEHIND), op.inc(5, 1), op.jmpa(main)]]]);
    const program = guestOf([op.jmpa(main)], { size: PART + 256, fast: 3, places: places.map(([at, code]) => [at - BASE, code.flat()]) });
    assert.ok(await modulesOf(() => computesTheSame(program)) > 0);
  });
}
