import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box } from '../../node/index.js';
import { bytes, demoGuest, guest } from './helpers.js';
import { countdown, op, program } from './program.js';

/** Numbers that look random and are the same every time. @param {number} seed */
function numbers(seed) {
  let state = seed >>> 0;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** @param {import('../../node/index.js').Box} box */
async function stateOf(box) {
  const { stop, exitCode, instructions, fault, hashes } = await box.collect({ hashes: true });
  return { stop, exitCode, instructions, fault, hashes };
}

/** Programs whose every prefix is looked at, by name: small ones that exit, fault and break. */
const SMALL = new Map([
  ['count.elf', { programs: [guest('count')] }],
  ['a countdown', { programs: [countdown(20, 3)] }],
  ['a fault', { programs: [program([op.ldi(3, 1), op.inc(3, 1), op.ldi(4, 0), op.div(3, 4)])] }],
  ['a break', { programs: [program([op.ldi(3, 1), op.inc(3, 1), op.brk()])] }],
  ['faults.elf a', { programs: [guest('faults')], data: [bytes('a')] }],
]);

for (const [name, options] of SMALL) {
  test(`every budget from 0 to the length of ${name} runs exactly that many instructions`, async () => {
    const whole = await Box.create(options);
    const { instructions } = await whole.run();
    const length = Number(instructions);
    assert.ok(length > 0 && length < 1000);
    const stepper = await Box.create(options);
    for (let budget = 0; budget <= length; budget += 1) {
      const box = await Box.create(options);
      const result = await box.run({ budget });
      assert.equal(result.instructions, BigInt(budget));
      if (budget < length) assert.equal(result.stop, 'budget');
      assert.equal(await box.stateHash(), await stepper.stateHash(), `after ${budget} instructions`);
      await box.run();
      assert.deepEqual(await stateOf(box), await stateOf(whole));
      stepper.step();
    }
  });
}

test('the length of count.elf is what its source says', async () => {
  const box = await Box.create({ programs: [guest('count')] });
  assert.equal((await box.run()).instructions, 43n);
});

test('any split into slices ends in the same state and the same count', async () => {
  const random = numbers(7);
  for (const options of [{ programs: [guest('count')] }, { programs: [demoGuest('sort')], data: [bytes('c\nb\na\nd\n')] },
    { programs: [guest('setjmp')] }, { programs: [guest('mmap')] }]) {
    const whole = await Box.create(options);
    await whole.run();
    const end = await stateOf(whole);
    for (let round = 0; round < 10; round += 1) {
      const box = await Box.create(options);
      const longest = 1 + random(Number(end.instructions));
      while (box.report.stop === 'none' || box.report.stop === 'budget') {
        if (random(2) === 0) box.step(random(longest) + 1);
        else box.runSync({ budget: random(longest) });
      }
      assert.deepEqual(await stateOf(box), end);
    }
  }
});

test('a stopped machine in the middle has the state of one that was stepped there', async () => {
  const options = { programs: [demoGuest('json')], data: [bytes('{"a":[1,2,{"b":null}]}')] };
  const random = numbers(11);
  for (let round = 0; round < 5; round += 1) {
    const at = random(3000);
    const once = await Box.create(options);
    await once.run({ budget: at });
    const often = await Box.create(options);
    for (let i = 0; i < at; i += 1) often.step();
    assert.equal(await often.stateHash(), await once.stateHash());
  }
});
