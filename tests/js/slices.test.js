import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pacer } from '../../web/slices.js';

const MANY = 1_000_000;
const MOST = 4_000_000;

/** A pacer whose slices were fast until they were as large as they get. */
function fastPacer() {
  const pacer = Pacer.instructions();
  for (let i = 0; i < 20; i += 1) pacer.spent(pacer.amount, 0.1);
  return pacer;
}

test('slices grow twofold at most, and no further than the greatest', () => {
  const pacer = Pacer.instructions();
  for (let before = pacer.amount; before < MOST; before = pacer.amount) {
    pacer.spent(before, 0.1);
    assert.equal(pacer.amount, Math.min(2 * before, MOST));
  }
  assert.equal(fastPacer().amount, MOST);
});

test('of more than a million instructions a slice takes a millisecond, of fewer three', () => {
  for (const [ms, amount] of [[1, MOST], [2, MOST / 2], [3.9, MOST / 3.9], [4.1, MANY], [12, MANY], [24, MANY / 2]]) {
    const pacer = fastPacer();
    pacer.spent(MOST, ms);
    assert.equal(pacer.amount, Math.floor(amount), `${ms} ms`);
  }
});

test('new code begins with small slices again', () => {
  const pacer = fastPacer();
  pacer.restart();
  assert.equal(pacer.amount, Pacer.instructions().amount);
});
