/**
 * Answers the calls of a worker client from a box in this thread. A message is {id, call, args} or
 * {id, abort: true}; an answer {id, value}, {id, error} or, any number of times before, {id, progress}. The box
 * asks the client's cache by {cache: 'get' | 'put' | 'hold', key, entry}; 'get' is answered by {found}.
 * Byte arrays in answers are copies already, so they are transferred.
 */
import { MoxboxError } from './errors.js';

/** @typedef {import('./box.js').Box} Box */
/** @typedef {import('./options.js').WorkerPort} WorkerPort */
/** @typedef {import('./cache.js').Cache} Cache */
/** @typedef {{entry?: Uint8Array, made?: import('./cache.js').Made, key: string}} Found */
/** @typedef {{box: Box | undefined, running: Map<number, AbortController>, cache: ReturnType<typeof cacheOver>}} Served */

/**
 * What a client may call, and nothing else.
 * @param {typeof import('./box.js').Box} BoxClass
 * @param {Served} served
 * @param {(id: number, progress: object) => void} sendProgress
 * @returns {Record<string, (id: number, ...args: any[]) => any>}
 */
function callsOf(BoxClass, served, sendProgress) {
  const box = () => {
    if (!served.box) throw new MoxboxError('MOXBOX_DISPOSED');
    return served.box;
  };
  return {
    async create(_id, options) {
      const programs = options.programs.map(received);
      const data = options.data.map(received);
      served.box = await BoxClass.create({ ...options, programs, data, cache: options.cache && served.cache.cache });
    },
    async run(id, { budget, hashes, progress }) {
      const stopper = new AbortController();
      served.running.set(id, stopper);
      try {
        return await box().run({ budget, hashes, signal: stopper.signal,
          ...(progress && { onProgress: (/** @type {object} */ at) => sendProgress(id, at) }) });
      } finally {
        served.running.delete(id);
      }
    },
    pause: () => box().pause(),
    step: (_id, count) => box().step(count),
    collect: (_id, options) => box().collect(options),
    report: () => box().report,
    registers: () => box().registers,
    regions: () => box().regions,
    heldBytes: () => box().heldBytes,
    read: (_id, address, length) => box().read(address, length),
    disassemble: (_id, address, count) => box().disassemble(address, count),
    stateHash: () => box().stateHash(),
  };
}

/**
 * The client's cache, as the box here sees it.
 * @param {(message: any) => void} post
 * @returns {{cache: Cache, found: (answer: Found) => void}}
 */
function cacheOver(post) {
  /** @type {Map<string, (answer: Found) => void>} */
  const asked = new Map();
  /** @type {Found['made']} */
  let made;
  return {
    cache: {
      get: (key) => new Promise((resolve) => {
        asked.set(key, (answer) => {
          made = answer.made;
          resolve(answer.entry);
        });
        post({ cache: 'get', key });
      }),
      put(key, entry) {
        post({ cache: 'put', key, entry });
      },
      hold(key, entry) {
        made = entry;
        post({ cache: 'hold', key, entry });
      },
      held: () => made,
    },
    found(answer) {
      asked.get(answer.key)?.(answer);
      asked.delete(answer.key);
    },
  };
}

/**
 * @param {typeof import('./box.js').Box} BoxClass
 * @param {Pick<WorkerPort, 'post' | 'onMessage'>} port
 */
export function serve(BoxClass, port) {
  /** @type {Served} */
  const served = { box: undefined, running: new Map(), cache: cacheOver((message) => port.post(message)) };
  const calls = callsOf(BoxClass, served, (id, progress) => port.post({ id, progress }));
  port.onMessage(async ({ id, call, args, abort, found }) => {
    if (found) {
      served.cache.found(found);
      return;
    }
    if (abort) {
      served.running.get(id)?.abort();
      return;
    }
    try {
      if (!Object.hasOwn(calls, call)) throw new TypeError(`no call "${call}"`);
      const value = await calls[call](id, ...args);
      port.post({ id, value }, buffersOf(value));
    } catch (error) {
      port.post({ id, error: sentError(error) });
    }
  });
}

/** @param {any} input as worker-client.js sends it */
function received(input) {
  return Object.getPrototypeOf(input) === Object.prototype && typeof input.url === 'string'
    ? new URL(input.url) : input;
}

/** @param {any} value @returns {Transferable[]} */
function buffersOf(value) {
  if (value instanceof Uint8Array) return [value.buffer];
  if (value?.output instanceof Uint8Array) return [value.output.buffer, value.state.buffer];
  return [];
}

/** @param {unknown} error */
function sentError(error) {
  if (MoxboxError.is(error)) {
    const { name, message, code, field } = error;
    return { name, message, code, field };
  }
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}
