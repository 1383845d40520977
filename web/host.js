/**
 * The host that every browser, worker and fetch-based runtime is: nothing but web-standard globals.
 */
import { memoryCache } from './cache.js';
import { MoxboxError } from './errors.js';
import { fetchCore, once } from './core.js';
import { bytesSource } from './input.js';

/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').WorkerPort} WorkerPort */

/** @type {Host} */
export const webHost = Object.freeze({
  loadCore: once(() => fetchCore(new URL('./core.wasm', import.meta.url), openUrl)),
  loadCoreSync() {
    throw new MoxboxError('MOXBOX_CORE', 'here the core cannot be loaded synchronously; pass it as the option "core"');
  },
  open: openUrl,
  readSync() {
    throw new MoxboxError('MOXBOX_FILE', 'here only bytes can be read synchronously');
  },
  startTurns,
  startWorker() {
    return portOf(new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));
  },
  cache: memoryCache(),
});

/** @param {URL | string} input */
async function openUrl(input) {
  if (!(input instanceof URL)) {
    throw new MoxboxError('MOXBOX_FILE', `"${input}" is text; here a file is bytes, a Blob or a URL object`);
  }
  try {
    const response = await fetch(input);
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return bytesSource(await response.arrayBuffer());
  } catch (cause) {
    throw new MoxboxError('MOXBOX_FILE', `${input.href} cannot be fetched`, { cause });
  }
}

/**
 * A timer would wait 4 ms each time; a message does not. scheduler.yield() is no choice: Chromium lets what it
 * continues go before all timers and messages that wait, so that a long run would starve them. One channel does
 * for all turns of a run: sweeping up thousands of them is what once held a page up for 18 ms.
 * @returns {import('./options.js').Turns}
 */
function startTurns() {
  /** @type {MessageChannel | undefined} */
  let channel;
  /** @type {() => void} */
  let arrived;
  return {
    next() {
      if (!channel) {
        channel = new MessageChannel();
        channel.port1.onmessage = () => arrived();
      }
      const { port2 } = channel;
      return new Promise((resolve) => {
        arrived = resolve;
        port2.postMessage(undefined);
      });
    },
    end() {
      channel?.port1.close();
    },
  };
}

/** @param {Worker} worker @returns {WorkerPort} */
function portOf(worker) {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage(listener) {
      worker.addEventListener('message', (event) => listener(event.data));
    },
    onFailure(listener) {
      worker.addEventListener('error', (event) => listener(new Error(event.message || 'the worker could not start')));
    },
    end: () => worker.terminate(),
  };
}
