/**
 * The library's functions with Node's box and host.
 */
import { hasherFor } from '../web/hash.js';
import { runnersFor } from '../web/run.js';
import { Box } from './box.js';
import { nodeHost } from './host.js';

export const { run, runSync } = runnersFor(Box);
export const sha256 = hasherFor(nodeHost);
