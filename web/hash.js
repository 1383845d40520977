/**
 * SHA-256 of files of any size, by the core's own code, so that it works in pages without a secure context too.
 */
import { coreOf, startMachine } from './core.js';
import { webHost } from './host.js';
import { openInput } from './input.js';
import { hashSource } from './load.js';
import { aborted } from './options.js';
import { drive } from './slices.js';

/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').CoreSource} CoreSource */

/** @param {Host} host */
export function hasherFor(host) {
  /**
   * SHA-256 of a file as 64 hexadecimal digits, in slices that keep the event loop alive.
   *
   * @example
   * import { sha256 } from 'moxbox';
   * const name = await sha256(new Blob(['any file']));
   *
   * @param {Input} input
   * @param {{core?: CoreSource, signal?: AbortSignal}} [options]
   * @returns {Promise<string>}
   */
  return async function sha256(input, { core, signal } = {}) {
    const module = await coreOf(core, host);
    const source = await openInput(input, host);
    try {
      const turns = host.startTurns();
      return await drive(hashSource(startMachine(module), source), {
        next() {
          if (signal?.aborted) throw aborted(signal);
          return turns.next();
        },
        end: turns.end,
      });
    } finally {
      await source.close();
    }
  };
}

export const sha256 = hasherFor(webHost);
