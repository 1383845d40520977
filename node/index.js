/**
 * moxbox for Node.js.
 */
export { Box } from './box.js';
export { Cage } from './cage.js';
export { run, runSync, sha256 } from './bound.js';
export { folderCache } from './cache.js';
export { memoryCache, webCache } from '../web/cache.js';
export { ERROR_CODES, MoxboxError } from '../web/errors.js';
export { decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson } from '../web/receipt.js';
export { receiptId, receiptOf, verify } from './verify.js';
export { LevelStore, MemoryStore } from '../web/store.js';

/** @typedef {import('../web/cache.js').Cache} Cache */
/** @typedef {import('../web/cage-options.js').CageOptions} CageOptions */
/** @typedef {import('../web/cage-options.js').CageRunOptions} CageRunOptions */
/** @typedef {import('../web/cage-options.js').CageSnapshotOptions} CageSnapshotOptions */
/** @typedef {import('../web/cage-options.js').CageRestoreOptions} CageRestoreOptions */
/** @typedef {import('../web/cage.js').CageResult} CageResult */
/** @typedef {import('../web/store.js').Store} Store */
/** @typedef {import('../web/options.js').BoxOptions} BoxOptions */
/** @typedef {import('../web/options.js').RunOptions} RunOptions */
/** @typedef {import('../web/options.js').SnapshotOptions} SnapshotOptions */
/** @typedef {import('../web/options.js').RestoreOptions} RestoreOptions */
/** @typedef {import('../web/options.js').Input} Input */
/** @typedef {import('../web/result.js').Result} Result */
/** @typedef {import('../web/result.js').Report} Report */
/** @typedef {import('../web/result.js').Fault} Fault */
/** @typedef {import('../web/result.js').Registers} Registers */
/** @typedef {import('../web/result.js').Region} Region */
/** @typedef {import('../web/result.js').Line} Line */
/** @typedef {import('../web/receipt.js').Receipt} Receipt */
/** @typedef {import('../web/verify.js').Verdict} Verdict */
