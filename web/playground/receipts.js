/* Receipts as the page handles them: made of a result, read from a file or pasted text, verified in a Worker. */
import { Box } from '../worker-client.js';
import { webHost } from '../host.js';
import { decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson } from '../receipt.js';
import { receiptsFor } from '../verify.js';
import { boxOptions } from './job.js';

/** @typedef {import('./job.js').Job} Job */
/** @typedef {{bytes: Uint8Array, json: string, id: string}} Made */

const { receiptOf, receiptId, verify } = receiptsFor(Box, webHost);

/**
 * @param {import('../receipt.js').Receipt} receipt
 * @returns {Promise<Made>}
 */
async function present(receipt) {
  const id = await receiptId(receipt);
  return { bytes: encodeReceipt(receipt), json: JSON.stringify(receiptToJson(receipt, id), null, 2), id };
}

/** @param {Box} box a machine that stands still after it ran */
export async function makeReceipt(box) {
  return present(await receiptOf(box));
}

/**
 * Reads a receipt file, which is CBOR or its JSON mirror.
 * @param {Uint8Array} bytes
 * @returns {Promise<Made>}
 */
export async function readReceipt(bytes) {
  // Every CBOR map begins with a byte above all of ASCII; JSON does not.
  if ((bytes[0] ?? 0) >= 0x80) return present(decodeReceipt(bytes));
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return present(receiptFromJson(text).receipt);
}

/** Whether a file is a receipt, rather than data that looks like one. @param {Uint8Array} bytes */
export function isReceipt(bytes) {
  return readReceipt(bytes).then(() => true, () => false);
}

/**
 * Runs the job's programs and data as the receipt says.
 * @param {Uint8Array | string} receipt a file's bytes or pasted JSON
 * @param {Job} job
 * @param {{signal: AbortSignal, onProgress: (instructions: bigint) => void}} how
 */
export async function verifyReceipt(receipt, job, { signal, onProgress }) {
  const { programs, data } = boxOptions(job);
  return verify(receipt, { programs, data, signal, onProgress: ({ instructions }) => onProgress(instructions) });
}
