import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../web/generated/tables.js';
import { fileOf, hashOf, pointsOf, readCorpus } from './corpus.js';

const { semantics, entries } = readCorpus();

test('the corpus is of the programs and of the semantics that are here', () => {
  assert.equal(semantics, LIMITS.semanticsVersion);
  assert.ok(entries.length >= 50);
  for (const { programs } of entries) for (const [path, hash] of programs) assert.equal(hashOf(fileOf(path)), hash, path);
});

for (const engine of /** @type {const} */ (['interpreter', 'translator'])) {
  test(`every entry of the corpus reaches its recorded states in Node, ${engine}`, async () => {
    for (const entry of entries) {
      assert.deepEqual(await pointsOf(entry, entry.points.map(([budget]) => budget), { engine }), entry.points, entry.name);
    }
  });
}
