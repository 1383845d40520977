/**
 * moxbox for browsers and every other host without Node's modules.
 */
export { Box } from './box.js';
export { ERROR_CODES, MoxboxError } from './errors.js';
export { sha256 } from './hash.js';
export { decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson } from './receipt.js';
export { run, runSync } from './run.js';
export { receiptId, receiptOf, verify } from './verify.js';
