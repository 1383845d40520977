import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../web/generated/tables.js';
import { forcedMachine, runForced, stateHashOf } from '../xlate/forced.js';
import { boxOptions, fileOf, hashOf, pointsOf, readCorpus } from './corpus.js';

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

test('every entry of the corpus reaches its recorded states in Node, all of it translated before it runs', (t) => {
  const core = new WebAssembly.Module(fileOf('web/core.wasm'));
  let [inside, all] = [0, 0];
  for (const entry of entries) {
    const machine = forcedMachine(core, boxOptions(entry));
    for (const [budget, ...expected] of entry.points) {
      const { stop, instructions } = runForced(machine, BigInt(budget));
      assert.deepEqual([stop, Number(instructions), stateHashOf(machine)], expected, `${entry.name} at ${budget}`);
    }
    inside += Number(machine.translation().inside);
    all += Number(machine.report().instructions);
  }
  t.diagnostic(`${inside} of ${all} instructions in translated code`);
  assert.ok(inside > 0.9 * all);
});
