/**
 * Receipts with Node's box and host; apart from bound.js because only this needs the CBOR package.
 */
import { receiptsFor } from '../web/verify.js';
import { Box } from './box.js';
import { nodeHost } from './host.js';

export const { receiptOf, receiptId, verify } = receiptsFor(Box, nodeHost);
