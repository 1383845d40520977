/** Runs lists of guests: natively in one process of run_native.c, and in this process with the WebAssembly build. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MoxboxError, runSync } from '../../node/index.js';
import { LIMITS } from '../../web/generated/tables.js';
import { forcedMachine, runForced, stateHashOf } from '../xlate/forced.js';
import { root } from './build.js';

/**
 * @typedef {object} Guest
 * @property {string} elf
 * @property {string[]} [data] files
 *
 * @typedef {object} Outcome what became of a guest; everything but `output` as the core says it
 * @property {string} [error] status of a guest that could not be started or run
 * @property {string} [stop]
 * @property {number} [exitCode]
 * @property {string} [instructions]
 * @property {{kind: string, pc: number, address: number, size: number} | null} [fault]
 * @property {string} [machine] the state hash
 * @property {string} [output] in hexadecimal digits
 */

export const STACK_SIZE = 1 << 20;
export const BUDGET = 2_000_000_000;
const NATIVE_LIMIT_MS = 3_600_000;

/** One module for the whole run, which is not disturbed by a build that goes on beside it. */
const core = new WebAssembly.Module(readFileSync(path.join(root, 'web/core.wasm')));

/**
 * @param {Guest[]} guests
 * @param {{preset?: string, slice?: number}} [options] preset: which build of the core
 * @returns {Promise<Outcome[]>}
 */
export async function runNative(guests, { preset = 'native-release', slice } = {}) {
  const command = path.join(root, 'build', preset, 'torture_run');
  if (!existsSync(command)) throw new Error(`${command} is missing: cmake --preset ${preset} && cmake --build --preset ${preset}`);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'moxbox-torture-'));
  try {
    const list = path.join(scratch, 'list');
    writeFileSync(list, guests.map(({ elf, data = [] }) => `${[elf, ...data].join('\t')}\n`).join(''));
    const results = path.join(scratch, 'results');
    const files = [openSync(list, 'r'), openSync(results, 'w')];
    const args = ['--stack', STACK_SIZE, '--budget', BUDGET, ...(slice ? ['--slice', slice] : [])].map(String);
    try {
      await new Promise((resolve, reject) => {
        const child = spawn(command, args, { stdio: [files[0], files[1], 'inherit'], timeout: NATIVE_LIMIT_MS });
        child.on('error', reject);
        child.on('close', (status, signal) => (status === 0 ? resolve(undefined) :
          reject(new Error(`torture_run ended by ${signal ?? `status ${status}`} after ${
            readFileSync(results, 'utf8').split('\n').length - 1} of ${guests.length} guests`))));
      });
    } finally {
      for (const file of files) closeSync(/** @type {number} */ (file));
    }
    return readFileSync(results, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * @param {Guest} guest
 * @returns {Outcome} as runNative gives it
 */
export function runWasm({ elf, data = [] }) {
  try {
    const result = runSync(elf, { core, data, engine: 'interpreter', stackSizeBytes: STACK_SIZE, budget: BUDGET, hashes: true });
    return {
      stop: result.stop,
      exitCode: result.exitCode ?? 0,
      instructions: String(result.instructions),
      fault: result.fault ?? null,
      machine: /** @type {string} */ (result.hashes.machine),
      output: Buffer.from(result.output).toString('hex'),
    };
  } catch (error) {
    return refusal(error);
  }
}

/** @param {unknown} error @returns {Outcome} unless it is no verdict on the guest */
function refusal(error) {
  const ours = ['MOXBOX_CORE', 'MOXBOX_CORRUPT', 'MOXBOX_FILE'];
  if (error instanceof MoxboxError && !ours.includes(error.code)) return { error: error.code };
  throw error;
}

/**
 * With the translator forced, in slices of which the first hundred are short.
 * @param {Guest} guest
 * @returns {{outcome: Outcome, inside: bigint}} as runNative gives it, and the instructions in translated code
 */
export function runTranslated({ elf, data = [] }) {
  const read = (/** @type {string} */ file) => new Uint8Array(readFileSync(file));
  try {
    const machine = forcedMachine(core, { programs: [read(elf)], data: data.map(read),
      memoryLimitBytes: LIMITS.defaultMemoryLimit, stackSizeBytes: STACK_SIZE });
    let slices = 0;
    const report = runForced(machine, BigInt(BUDGET), (most) => {
      slices += 1;
      return slices > 100 ? most : Math.min(most, 1 + (slices * 7919) % 1009);
    });
    return {
      outcome: {
        stop: report.stop,
        exitCode: report.exitCode ?? 0,
        instructions: String(report.instructions),
        fault: report.fault ?? null,
        machine: stateHashOf(machine),
        output: Buffer.from(machine.read(report.outputAddress, report.outputSize)).toString('hex'),
      },
      inside: machine.translation().inside,
    };
  } catch (error) {
    return { outcome: refusal(error), inside: 0n };
  }
}

/** @param {Outcome} outcome */
export function inWords({ error, stop, exitCode, instructions, fault }) {
  if (error) return error;
  if (fault) return `${fault.kind} at 0x${fault.pc.toString(16)}, address 0x${fault.address.toString(16)}`;
  return stop === 'exit' ? `exit ${exitCode}` : `${stop} after ${instructions}`;
}
