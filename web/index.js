/**
 * moxbox for browsers and every other host without Node's modules.
 */
export { Box } from './box.js';
export { Cage } from './cage.js';
export { memoryCache, webCache } from './cache.js';
export { ERROR_CODES, MoxboxError } from './errors.js';
export { sha256 } from './hash.js';
export { decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson } from './receipt.js';
export { run, runSync } from './run.js';
export { receiptId, receiptOf, verify } from './verify.js';
export { LevelStore, MemoryStore } from './store.js';

/** @typedef {import('./cache.js').Cache} Cache */
/** @typedef {import('./cage-options.js').CageOptions} CageOptions */
/** @typedef {import('./cage-options.js').CageRunOptions} CageRunOptions */
/** @typedef {import('./cage-options.js').CageSnapshotOptions} CageSnapshotOptions */
/** @typedef {import('./cage-options.js').CageRestoreOptions} CageRestoreOptions */
/** @typedef {import('./cage.js').CageResult} CageResult */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./options.js').BoxOptions} BoxOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./options.js').SnapshotOptions} SnapshotOptions */
/** @typedef {import('./options.js').RestoreOptions} RestoreOptions */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./result.js').Result} Result */
/** @typedef {import('./result.js').Report} Report */
/** @typedef {import('./result.js').Fault} Fault */
/** @typedef {import('./result.js').Registers} Registers */
/** @typedef {import('./result.js').Region} Region */
/** @typedef {import('./result.js').Line} Line */
/** @typedef {import('./receipt.js').Receipt} Receipt */
/** @typedef {import('./verify.js').Verdict} Verdict */
