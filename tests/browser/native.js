/**
 * The native build of the core, to which the page is compared. Missing, it is an error that says how to
 * build it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { NATIVE } from '../native.js';

const STATUS_ERROR = 126;

/**
 * `moxbox_native run ... --json`
 * @param {string[]} args
 * @returns {Promise<any>} the JSON it prints
 */
export async function runNative(args) {
  if (!existsSync(NATIVE)) {
    throw new Error(`${NATIVE} is missing; build it: cmake --preset native-release && cmake --build --preset native-release`);
  }
  try {
    const { stdout } = await promisify(execFile)(NATIVE, ['run', ...args, '--json'], { maxBuffer: 1 << 28 });
    return JSON.parse(stdout);
  } catch (error) {
    const { code, stdout, stderr } = /** @type {{code?: number, stdout?: string, stderr?: string}} */ (error);
    // The guest's own status, or one of a stop that is not an exit.
    if (stdout && code !== undefined && code < STATUS_ERROR) return JSON.parse(stdout);
    throw new Error(`moxbox_native failed with status ${code}: ${stderr}`, { cause: error });
  }
}
