/** Libraries and interpreters with their own tests: the guest ends and prints as the native build does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compiler } from './build.js';
import { runNative, runTranslated, runWasm, inWords } from './guests.js';
import { full, guest } from './harness.js';
import { runOnHost } from './host.js';
import { allPrograms } from './programs.js';

/** In the normal tier, longer runs than this are native only. */
const WASM_LIMIT = full ? 2n ** 64n : 100_000_000n;

/** @param {Uint8Array} bytes @param {RegExp[]} unlike */
const comparable = (bytes, unlike) =>
  unlike.reduce((text, pattern) => text.replace(pattern, ''), Buffer.from(bytes).toString('latin1'));

const programs = allPrograms();
const natives = await Compiler.native().build(programs);
const guests = await guest().build(programs);

for (const { name, data, unlike = [] } of programs) {
  test(`${name} does what it does natively`, async (t) => {
    const native = natives.get(name);
    const built = guests.get(name);
    assert.ok(native && 'elf' in native, `does not compile natively: ${JSON.stringify(native)}`);
    assert.ok(built && 'elf' in built, `does not compile for the box: ${JSON.stringify(built)}`);
    const expected = runOnHost(native.elf, data?.[0]);
    assert.ok(expected, `${native.elf} does not end`);
    const job = { elf: built.elf, data };
    const [outcome = {}] = await runNative([job]);
    assert.equal(inWords(outcome), `exit ${expected.status}`, built.elf);
    assert.equal(comparable(Buffer.from(outcome.output ?? '', 'hex'), unlike), comparable(expected.output, unlike));
    t.diagnostic(`${name}: ${outcome.instructions} instructions`);
    if (BigInt(outcome.instructions ?? 0) >= WASM_LIMIT) return;
    assert.deepEqual(runWasm(job), outcome);
    const translated = runTranslated(job);
    assert.deepEqual(translated.outcome, outcome, 'with the translator forced');
    t.diagnostic(`${translated.inside} of them in translated code`);
  });
}
