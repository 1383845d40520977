/**
 * The Worker's side of worker-client.js in a browser: all of it is worker-calls.js, given this scope as the port.
 */
import { Box } from './box.js';
import { Cage } from './cage.js';
import { serve } from './worker-calls.js';

const scope = /** @type {any} */ (globalThis);

serve({ Box, Cage }, {
  post: (message, transfer = []) => scope.postMessage(message, transfer),
  onMessage(listener) {
    scope.addEventListener('message', (/** @type {MessageEvent} */ event) => listener(event.data));
  },
});
