/* What the page uses of the moxbox library, in one place. The machine is always the one in a Worker. */
export { Box } from '../worker-client.js';
export { MoxboxError } from '../errors.js';
export { FAULTS } from '../generated/tables.js';

/**
 * Receipts come with the CBOR library, which the rest of the page does without: it is loaded when the first
 * receipt is made or read, and where it cannot be loaded everything else still works.
 * @returns {Promise<typeof import('./receipts.js')>}
 */
export async function receipts() {
  try {
    return await import('./receipts.js');
  } catch (cause) {
    throw new Error('Receipts need the package cborg, which this server does not hand out; moxbox serve does once the packages are installed', { cause });
  }
}
