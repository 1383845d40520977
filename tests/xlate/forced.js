/**
 * Runs a program with the translator forced: a first machine watches every instruction and learns each called
 * place, each loop and each access; a second one has all of that translated before its first instruction. What
 * is not translated then was not reached in the first machine's budget, or is never translated (system calls,
 * writable text).
 */
import { startMachine } from '../../web/core.js';
import { bytesSource } from '../../web/input.js';
import { loadAll } from '../../web/load.js';
import { driveSync } from '../../web/slices.js';
import { Translations } from '../../web/translate.js';

/** @typedef {import('../../web/machine.js').Machine} Machine */
/**
 * @typedef {object} Job
 * @property {Uint8Array[]} programs
 * @property {Uint8Array[]} data
 * @property {number} memoryLimitBytes
 * @property {number} stackSizeBytes
 */

const EAGER = 2;
const WATCH = 3;
/* Watching runs some ten million instructions a second. */
const WATCHED = 2_000_000n;
const MOST_SLICE = 4_000_000;

const translations = new Translations('translator');

/** @param {WebAssembly.Module} core @param {Job} job @param {number} engine of Machine.translate */
export function machineFor(core, { programs, data, memoryLimitBytes, stackSizeBytes }, engine) {
  const machine = startMachine(core);
  machine.create(memoryLimitBytes, stackSizeBytes);
  driveSync(loadAll(machine, { programs: programs.map(bytesSource), data: data.map(bytesSource) }));
  machine.translate(engine);
  return machine;
}

/**
 * What a machine learns by watching; undefined for a program without a call or a loop.
 * @param {WebAssembly.Module} core @param {Job} job @param {bigint} [budget]
 */
export function watched(core, job, budget = WATCHED) {
  const machine = machineFor(core, job, WATCH);
  machine.run(budget);
  return machine.hints();
}

/**
 * A machine for the job that runs translated code from its first instruction.
 * @param {WebAssembly.Module} core @param {Job} job
 * @param {Uint8Array | undefined} [hints]
 */
export function forcedMachine(core, job, hints = watched(core, job)) {
  const machine = machineFor(core, job, EAGER);
  if (hints && machine.useHints(hints)) {
    do machine.run(0n); while (machine.translation().writing);
    translations.advance(machine, false);
  }
  return machine;
}

/**
 * Runs to a count of instructions, or to where the guest stands, in slices that `slice` chooses.
 * @param {Machine} machine @param {bigint} limit instructions since the start
 * @param {(most: number) => number} [slice] a number from 1 to most
 */
export function runForced(machine, limit, slice = (most) => most) {
  for (let done = machine.report().instructions; ;) {
    const left = limit - done;
    const most = left < BigInt(MOST_SLICE) ? Number(left) : MOST_SLICE;
    machine.run(most > 0 ? BigInt(slice(most)) : 0n);
    const report = machine.report();
    done = report.instructions;
    if (report.stop !== 'budget' || done >= limit) return report;
    translations.advance(machine, false);
  }
}

/** @param {Machine} machine @returns {string} */
export function stateHashOf(machine) {
  for (;;) {
    const hash = machine.stateHash(1 << 30);
    if (hash !== undefined) return hash;
  }
}
