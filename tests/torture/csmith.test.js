/** Random programs compute on the guest what they compute natively. MOXBOX_CSMITH=FIRST-LAST tries other seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compiler } from './build.js';
import { csmithPrograms, keptSeeds, nativeChecksum, normalSeeds } from './csmith.js';
import { LEVELS } from './ctorture.js';
import { checkWasm, full, tryAll } from './harness.js';
import { inWords } from './guests.js';

const [first, last] = (process.env.MOXBOX_CSMITH ?? '').split('-').filter(Boolean).map(Number);
const asked = first === undefined ? undefined : Array.from({ length: last - first + 1 }, (_, i) => first + i);
const seeds = [...new Set([...keptSeeds(), ...asked ?? normalSeeds()])];

test(`csmith programs ${asked ? `${first} to ${last}` : 'of the normal run'} and those that once failed`, async (t) => {
  const native = await Compiler.native().build(csmithPrograms(seeds, ['-O0']));
  /** @type {Map<string, string>} */
  const checksums = new Map();
  for (const [seed, result] of native) {
    assert.ok('elf' in result, `seed ${seed} does not compile natively`);
    const checksum = nativeChecksum(result.elf);
    if (checksum !== undefined) checksums.set(seed, checksum);
  }
  const live = seeds.filter((seed) => checksums.has(String(seed)));
  t.diagnostic(`${live.length} of ${seeds.length} programs end natively within their time`);
  if (asked) assert.ok(live.length > seeds.length / 2, 'most programs end');
  else assert.deepEqual(seeds.filter((seed) => !live.includes(seed)), [], 'every program of the normal run ends; correct ENDLESS in csmith.js');

  for (const level of LEVELS) {
    await t.test(`guests at ${level}: the native checksum, the same run in WebAssembly`, (t) => compare(t, live, level));
  }

  /** @param {import('node:test').TestContext} t @param {number[]} seeds @param {string} level */
  async function compare(t, seeds, level) {
    const { failures, ran } = await tryAll(csmithPrograms(seeds, [level]), (outcome, seed) => {
      const text = Buffer.from(outcome.output ?? '', 'hex').toString();
      if (outcome.exitCode === 0 && text === checksums.get(seed)) return undefined;
      return `${inWords(outcome)}, ${JSON.stringify(text)} instead of ${JSON.stringify(checksums.get(seed))}`;
    });
    t.diagnostic(`${level}: ${ran.length - failures.size} checksums equal`);
    assert.equal(failures.size, 0, `put these seeds into csmith-seeds.txt:\n${[...failures].join('\n')}`);
    t.diagnostic(`${level}: ${checkWasm(ran, full ? 1 : 10)}`);
  }
});
