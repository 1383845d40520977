/** How long a hostile guest can hold up the event loop (hold-guests.js has them and how a slice is measured). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GUESTS, LIMIT_MS, SLOW_INSTRUCTIONS, UNCACHED, bestOf, slicesOf } from './hold-guests.js';

const UNCACHED_LIMIT_MS = 150;

for (const engine of /** @type {const} */ (['interpreter', 'auto'])) {
  for (const [name, guest] of Object.entries(GUESTS)) {
    test(`the event loop is not held up by ${name}, ${engine}`, async (t) => {
      const usual = name === UNCACHED ? UNCACHED_LIMIT_MS : LIMIT_MS;
      const { best, limit } = await bestOf(usual, async () => {
        const { stop, instructions, budget, longest } = await slicesOf(guest, engine, SLOW_INSTRUCTIONS);
        assert.equal(stop, name === 'text that runs once' ? 'fault' : 'budget');
        assert.ok(stop === 'fault' || instructions === budget, 'the whole budget was run');
        return longest[0];
      });
      t.diagnostic(`longest slice: ${best.toFixed(1)} ms`);
      assert.ok(best < limit, `a slice of ${best.toFixed(0)} ms`);
    });
  }
}
