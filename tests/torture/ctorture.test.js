/** GCC's C torture suite, gcc.c-torture/execute with its parts ieee and builtins, as guests. */
import { test } from 'node:test';
import { sources } from './build.js';
import { LEVELS, cTorture } from './ctorture.js';
import { checkAgain, checkFailures, checkWasm, exitsWithZero, full, tryAll } from './harness.js';

const [folder = ''] = sources('gcc');

for (const level of full ? LEVELS : ['-O2']) {
  test(`gcc.c-torture/execute at ${level}`, async (t) => {
    const programs = cTorture(folder, level);
    const { failures, ran } = await tryAll(programs, exitsWithZero);
    t.diagnostic(`${level}: ${programs.length - failures.size} of ${programs.length} programs pass`);

    await t.test('passes but for the files of expected.json', () => checkFailures('gcc.c-torture', level, failures));
    await t.test('gives the same stop, count and state in WebAssembly, interpreted and translated', (t) => {
      t.diagnostic(`${level}: ${checkWasm(ran)}`);
    });
    if (full) {
      await t.test('gives the same in slices of 997 instructions', () => checkAgain(ran, { slice: 997 }));
      await t.test('gives the same under sanitizers', () => checkAgain(ran, { preset: 'native-debug' }));
    }
  });
}
