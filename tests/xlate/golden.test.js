import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goldenTexts, keptTexts } from './golden.js';

const texts = await goldenTexts();
const kept = keptTexts();

test('every case is translated, and nothing else is kept', () => {
  assert.ok(texts.size >= 36);
  assert.deepEqual([...kept.keys()].sort(), [...texts.keys()].sort());
});

for (const [name, text] of texts) {
  test(`${name} is translated as golden/${name}.txt shows`, () => {
    assert.equal(text, kept.get(name), 'when this is meant: tests/xlate/golden.js --record, and look at the difference');
  });
}
