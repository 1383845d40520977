/**
 * Text files in a StoreMachine, for the tests of stores.
 */
import { GuestFiles } from '../../web/guest-files.js';

/** @typedef {import('../../web/store-machine.js').StoreMachine} StoreMachine */

/** @param {StoreMachine} machine */
const filesOf = (machine) => new GuestFiles((name, ...args) => machine.call(name, ...args));

/** @param {StoreMachine} machine @param {string} path @param {string} text */
export function writeFile(machine, path, text) {
  filesOf(machine).write(path, new TextEncoder().encode(text), 0o644);
}

/** @param {StoreMachine} machine @param {string} path @returns {string | undefined} */
export function readFile(machine, path) {
  const files = filesOf(machine);
  return files.type(path) === 0 ? undefined : new TextDecoder().decode(files.read(path));
}

/** The number that the writer put there; 0: none. @param {StoreMachine} machine @param {string} path */
export function numberIn(machine, path) {
  return Number(readFile(machine, path)?.split('\n')[0] ?? 0);
}
