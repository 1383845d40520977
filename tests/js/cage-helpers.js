/**
 * The program of many processes that the tests of cages run everywhere, and the native build's answer.
 */
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE } from '../native.js';
import { ROOT, folder } from './helpers.js';

export const PIPELINE = join(ROOT, 'tests/guests-cage/pipeline.elf');
export const PIPELINE_INPUT = 'the cat and the dog\nand the bird saw the sun\n'.repeat(60);
const TIMEOUT_MS = 120_000;

/** @typedef {import('../../node/index.js').Cage} Cage */
/** @typedef {{status: number, out: string, err: string}} Ended */

/** @param {ReadableStream<Uint8Array>} stream that ends */
export const textOf = (stream) => new Response(/** @type {any} */ (stream)).text();

/**
 * Everything that a run to the end tells.
 * @param {Cage | import('../../node/worker-client.js').Cage} cage
 * @param {import('../../web/cage-options.js').CageRunOptions} [run]
 */
export async function allOf(cage, run = {}) {
  const result = await cage.run({ budget: Infinity, ...run });
  const hash = await cage.stateHash();
  return { result, hash, out: await textOf(cage.stdout), err: await textOf(cage.stderr) };
}

/**
 * @param {string} command @param {string[]} args @param {string} [input]
 * @returns {Promise<Ended>}
 */
export function execute(command, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: 1 << 26, timeout: TIMEOUT_MS }, (error, out, err) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ status: error ? Number(error.code) : 0, out, err });
    });
    child.stdin?.on('error', () => {}); /* a program that does not read it */
    child.stdin?.end(input);
  });
}

/**
 * What moxbox_native makes of the pipeline: its output and status, and the machine's state in the end.
 * @param {{after: (clean: () => void) => void}} t
 * @param {string[]} [options]
 */
export async function nativePipeline(t, options = []) {
  const program = join(folder(t), 'pipeline.elf');
  copyFileSync(PIPELINE, program);
  chmodSync(program, 0o755); /* permissions are a part of the state, and a checkout may have others */
  const path = '/bin/pipeline.elf';
  const { status, out, err } = await execute(NATIVE,
    ['cage', '--hash', '--file', `${program}:${path}`, '--guest', ...options, path], PIPELINE_INPUT);
  const [, hash, instructions] = /([0-9a-f]{64}) (\d+)\n$/.exec(err) ?? [];
  if (!hash) throw new Error(`moxbox_native gave no hash: ${err}`);
  return { status, out, err: err.slice(0, err.lastIndexOf(hash)), hash, instructions: BigInt(instructions) };
}
