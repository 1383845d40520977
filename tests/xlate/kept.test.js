/**
 * What writing a module leaves in the engine is taken by a later machine in place of writing: it passes through the
 * same states, and where the bytes do not fit it writes.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, coreModule, randomFrom } from '../js/helpers.js';
import { machineFor, runForced, stateHashOf, watched } from './forced.js';

const EAGER = 2;
const LIMIT = 3_000_000n;
const core = coreModule();
const random = randomFrom(Number(process.env.MOXBOX_SEED ?? 1));
const guests = readdirSync(join(ROOT, 'tests/guests')).filter((name) => name.endsWith('.elf'));

/** @param {string} name @param {Uint8Array[]} [data] @returns {import('./forced.js').Job} */
function jobOf(name, data = []) {
  const elf = new Uint8Array(readFileSync(join(ROOT, 'tests/guests', name)));
  return { programs: [elf], data, memoryLimitBytes: 64 << 20, stackSizeBytes: 64 << 10 };
}

/** A machine with hints whose module waits. @param {import('./forced.js').Job} job @param {Uint8Array} hints @param {Uint8Array} [kept] */
function waitingWith(job, hints, kept) {
  const machine = machineFor(core, job, EAGER);
  assert.ok(machine.useHints(hints));
  if (kept) assert.ok(machine.useKept(kept));
  do machine.run(0n); while (machine.translation().writing);
  const waiting = machine.waitingModule();
  assert.ok(waiting);
  return { machine, ...waiting };
}

/** @param {import('../../web/machine.js').Machine} machine @param {WebAssembly.Module} module @param {number} count */
function install(machine, module, count) {
  const { exports } = new WebAssembly.Instance(module, machine.forTranslated);
  machine.install(Array.from({ length: count }, (_, index) => /** @type {Function} */ (exports[index])));
}

/** Runs a machine in the same slices each time. @param {import('../../web/machine.js').Machine} machine */
function endOf(machine) {
  const slice = randomFrom(7);
  const { stop, instructions, exitCode } = runForced(machine, LIMIT, (most) => 1 + slice(Math.min(most, 40_000)));
  return { stop, instructions, exitCode, hash: stateHashOf(machine) };
}

/** A module that was written of what a job shows, and what is kept of it; undefined for a job that shows nothing. */
function written(/** @type {import('./forced.js').Job} */ job) {
  const hints = watched(core, job);
  if (!hints) return undefined;
  const { machine, bytes, count } = waitingWith(job, hints);
  const kept = machine.keep();
  assert.ok(kept);
  assert.deepEqual(machine.keep(), kept);
  const module = new WebAssembly.Module(/** @type {BufferSource} */ (bytes));
  install(machine, module, count);
  assert.equal(machine.keep(), undefined);
  return { hints, kept, module, count, bytes, end: endOf(machine), inside: machine.translation().inside };
}

test('a machine that takes what was kept passes through the same states', () => {
  let taken = 0;
  for (const name of guests) {
    const job = jobOf(name);
    const first = written(job);
    if (!first) continue;
    const second = waitingWith(job, first.hints, first.kept);
    assert.equal(second.bytes.length, 0, name);
    assert.equal(second.count, first.count, name);
    assert.equal(second.machine.keep(), undefined);
    install(second.machine, first.module, second.count);
    assert.ok(second.machine.translation().functions > 0);
    assert.deepEqual(endOf(second.machine), first.end, name);
    assert.equal(second.machine.translation().inside, first.inside, `${name}: as much runs translated`);
    assert.deepEqual(endOf(machineFor(core, job, 0)), first.end, name);
    taken += 1;
  }
  assert.ok(taken >= 10, `${taken} guests`);
});

test('a machine that lies in memory differently writes a module of its own', () => {
  const first = written(jobOf('rtlib.elf'));
  assert.ok(first);
  for (const data of [[new Uint8Array(1)], [new Uint8Array(100_000), new Uint8Array(3)]]) {
    const other = jobOf('rtlib.elf', data);
    const { machine, bytes, count } = waitingWith(other, first.hints, first.kept);
    assert.ok(bytes.length > 0);
    install(machine, new WebAssembly.Module(/** @type {BufferSource} */ (bytes)), count);
    assert.deepEqual(endOf(machine), endOf(machineFor(core, other, 0)));
  }
});

test('a machine with one bit of another text writes a module of its own', () => {
  const job = jobOf('rtlib.elf');
  const first = written(job);
  assert.ok(first);
  const [elf] = job.programs;
  const [, offset, size] = [0, 4, 16].map((field) => new DataView(elf.buffer).getUint32(52 + field, true)); /* of the first segment */
  for (const at of [0, 1, size >> 1, size - 2]) {
    const other = elf.slice();
    other[offset + at] ^= 1;
    const { bytes } = waitingWith({ ...job, programs: [other] }, first.hints, first.kept);
    assert.ok(bytes.length > 0, `byte ${at}`);
  }
});

test('what is cut, too long or shows its damage is not taken, and leaves nothing behind', () => {
  const job = jobOf('rtlib.elf');
  const first = written(job);
  assert.ok(first);
  const { hints, kept, bytes } = first;
  const longer = new Uint8Array(kept.length + 4);
  longer.set(kept);
  const refused = [longer, new Uint8Array(64)];
  for (let i = 0; i < 30; i += 1) refused.push(kept.slice(0, 1 + random(kept.length - 1)));
  for (const strange of refused) assert.deepEqual(waitingWith(job, hints, strange).bytes, bytes);
  let found = 0;
  for (let i = 0; i < 60; i += 1) {
    const damaged = kept.slice();
    damaged[random(kept.length)] ^= 1 << random(8);
    const machine = waitingWith(job, hints, damaged);
    if (machine.bytes.length === 0) continue; /* it is to be believed */
    assert.deepEqual(machine.bytes, bytes);
    found += 1;
  }
  assert.ok(found > 0);
});

test('what is kept is for a machine that uses hints and has not begun', () => {
  const job = jobOf('rtlib.elf');
  const first = written(job);
  assert.ok(first);
  const machine = machineFor(core, job, EAGER);
  assert.equal(machine.keep(), undefined);
  assert.equal(machine.useKept(first.kept), false);
  assert.equal(machine.useKept(new Uint8Array(0)), false);
  assert.equal(machineFor(core, job, 0).useKept(first.kept), false);
});
