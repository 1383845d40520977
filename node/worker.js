/**
 * The thread's side of worker-client.js.
 */
import { parentPort } from 'node:worker_threads';
import { serve } from '../web/worker-calls.js';
import { Box } from './box.js';
import { Cage } from './cage.js';

const port = parentPort;
if (!port) throw new Error('worker.js is started by moxbox/worker, not by hand');

serve({ Box, Cage }, {
  post: (message, transfer = []) => port.postMessage(message, /** @type {any} */ (transfer)),
  onMessage: (listener) => { port.on('message', listener); },
});
