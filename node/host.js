/**
 * What Node adds to the web's host: files by path, the core from this package's folder, worker threads.
 */
import { constants } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { memoryCache } from '../web/cache.js';
import { compileCore, compileCoreSync, once } from '../web/core.js';
import { MoxboxError } from '../web/errors.js';
import { webHost } from '../web/host.js';
import { bytesSource } from '../web/input.js';

/** @typedef {import('../web/options.js').Host} Host */
/** @typedef {import('../web/options.js').Source} Source */
/** @typedef {import('../web/options.js').WorkerPort} WorkerPort */

/* More than any default memory limit lets in. */
const MOST_STREAMED = 512 << 20;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const CORE = new URL('../web/core.wasm', import.meta.url);

/** @type {Host} */
export const nodeHost = Object.freeze({
  loadCore: once(async () => awake(compileCore(await readFile(CORE).catch(noCore)))),
  loadCoreSync() {
    try {
      return compileCoreSync(readFileSync(CORE));
    } catch (cause) {
      return MoxboxError.is(cause) ? raise(cause) : noCore(cause);
    }
  },
  async open(input) {
    if (input instanceof URL && input.protocol !== 'file:') return webHost.open(input);
    const path = input instanceof URL ? fileURLToPath(input) : input;
    return openFile(path).catch((cause) => raise(fileError(path, cause)));
  },
  readSync(input) {
    const path = input instanceof URL ? fileURLToPath(input) : input;
    try {
      return readFileSync(path);
    } catch (cause) {
      throw fileError(path, cause);
    }
  },
  startTurns: () => ({
    next: () => new Promise((resolve) => {
      setImmediate(resolve);
    }),
    end() {},
  }),
  startWorker: () => portOf(new Worker(new URL('./worker.js', import.meta.url))),
  cache: memoryCache(),
});

/**
 * Node whose event loop has nothing to do waits for all of its engine's threads before it goes on, so that the first
 * turn of a run would last until the core is optimised, 20 ms. With a timer it has something to do.
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function awake(work) {
  const timer = setTimeout(() => {}, LONGEST_TIMER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} path
 * @returns {Promise<Source>}
 */
async function openFile(path) {
  const file = await open(path);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
    if (!stat.isFile()) return bytesSource(await readStream(file).finally(() => file.close()));
    return {
      size: stat.size,
      async read(into, offset) {
        const length = Math.min(into.length, constants.MAX_LENGTH);
        try {
          return (await file.read(into, 0, length, offset)).bytesRead;
        } catch (cause) {
          throw fileError(path, cause);
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/**
 * A pipe or a device: its size is known only at its end, which some devices do not have.
 * @param {import('node:fs/promises').FileHandle} file
 */
async function readStream(file) {
  const chunks = [];
  let size = 0;
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_STREAMED) throw new Error(`it is no regular file and does not end within ${MOST_STREAMED} bytes`);
  }
  return Buffer.concat(chunks, size);
}

const REASONS = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'you may not read it'],
  ['EPERM', 'you may not read it'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['ELOOP', 'its links go in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** @param {string} path @param {any} cause @returns {MoxboxError} */
function fileError(path, cause) {
  if (MoxboxError.is(cause)) return cause;
  return new MoxboxError('MOXBOX_FILE', `cannot read "${path}": ${REASONS.get(cause?.code) ?? cause?.message}`, { cause });
}

/** @param {unknown} cause @returns {never} */
function noCore(cause) {
  throw new MoxboxError('MOXBOX_CORE', `cannot read ${fileURLToPath(CORE)}; in a checkout core/setup/wasm.sh builds it`,
    { cause });
}

/** @param {unknown} error @returns {never} */
function raise(error) {
  throw error;
}

/** @param {Worker} worker @returns {WorkerPort} */
function portOf(worker) {
  let ended = false;
  return {
    post: (message, transfer = []) => worker.postMessage(message, /** @type {any} */ (transfer)),
    onMessage: (listener) => { worker.on('message', listener); },
    onFailure(listener) {
      worker.on('error', listener);
      worker.on('exit', (code) => {
        if (!ended) listener(new Error(`the worker ended with code ${code}`));
      });
    },
    end() {
      ended = true;
      void worker.terminate();
    },
  };
}
