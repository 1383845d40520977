/**
 * System calls that the host makes in the name of a cage without a program: what is no number lies in the cage's own
 * memory meanwhile.
 */
import { CAGE_LIMITS, ERRORS } from './generated/calls.js';
import { MoxboxError } from './errors.js';

/** @typedef {import('./cage-machine.js').CageMachine} CageMachine */
/** @typedef {number | string | Uint8Array} Argument */

const WORDS = 6;
const encoder = new TextEncoder();

/**
 * @param {CageMachine} machine @param {number} cage @param {number} call
 * @param {Argument[]} args bytes that the call writes to are filled
 * @returns {number} as CageMachine.dispatch
 */
export function callInCage(machine, cage, call, args) {
  if (args.length > WORDS) throw new MoxboxError('MOXBOX_OPTION', `a call has at most ${WORDS} arguments`, { field: 'args' });
  /** @type {[number, Uint8Array][]} */
  const buffers = [];
  let at = CAGE_LIMITS.bareRoom;
  const words = args.map((arg) => {
    if (typeof arg === 'number') return arg;
    const bytes = typeof arg === 'string' ? encoder.encode(`${arg}\0`) : arg;
    const here = at;
    at += (bytes.length + 7) & ~7;
    if (at > CAGE_LIMITS.bareRoom + CAGE_LIMITS.bareRoomSize || !machine.write(cage, here, bytes)) {
      throw new MoxboxError('MOXBOX_ADDRESS', `cage ${cage} has no room for the arguments`);
    }
    if (typeof arg !== 'string') buffers.push([here, arg]);
    return here;
  });
  while (words.length < WORDS) words.push(0);
  const result = machine.dispatch(cage, call, words);
  for (const [address, bytes] of buffers) {
    const now = machine.read(cage, address, bytes.length);
    if (now) bytes.set(now);
  }
  return result;
}

/** @param {number} error a negated errno @returns {string} for people */
export function reasonOf(error) {
  const known = /** @type {Record<number, {name: string, text: string}>} */ (ERRORS)[-error];
  return known ? `${known.text} (${known.name})` : `error ${-error}`;
}
