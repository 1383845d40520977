/**
 * moxbox for Node.js.
 */
export { Box } from './box.js';
export { run, runSync, sha256 } from './bound.js';
export { ERROR_CODES, MoxboxError } from '../web/errors.js';
export { decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson } from '../web/receipt.js';
export { receiptId, receiptOf, verify } from './verify.js';
