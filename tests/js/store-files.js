/**
 * Whole files by the system calls of a StoreMachine, for the tests of stores.
 */
/** @typedef {import('../../web/store-machine.js').StoreMachine} StoreMachine */

const CREATE = 0o1101;

/** @param {StoreMachine} machine @param {string} path @param {string} text */
export function writeFile(machine, path, text) {
  const bytes = new TextEncoder().encode(text);
  const fd = machine.call('open', path, CREATE, 0o644);
  const moved = machine.call('write', fd, bytes, bytes.length);
  machine.call('close', fd);
  if (moved !== bytes.length) throw new Error(`${path}: wrote ${moved} of ${bytes.length} bytes`);
}

/** @param {StoreMachine} machine @param {string} path @returns {string | undefined} */
export function readFile(machine, path) {
  const fd = machine.call('open', path, 0, 0);
  if (fd < 0) return undefined;
  const bytes = new Uint8Array(machine.transferBytes);
  const size = machine.call('read', fd, bytes, bytes.length);
  machine.call('close', fd);
  return new TextDecoder().decode(bytes.subarray(0, size));
}

/** The number that the writer put there; 0: none. @param {StoreMachine} machine @param {string} path */
export function numberIn(machine, path) {
  return Number(readFile(machine, path)?.split('\n')[0] ?? 0);
}
