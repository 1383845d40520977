/**
 * Answers the calls of a worker client from a box or a machine of cages in this thread. A message is {id, call, args}
 * or {id, abort: true}; an answer {id, value}, {id, error} or, any number of times before, {id, progress}. A box
 * asks the client's cache by {cache: 'get' | 'put' | 'hold', key, entry}; 'get' is answered by {found}. What more
 * cages say and hear tells worker-cage-calls.js. Byte arrays in answers are copies already, so they are transferred.
 */
import { MoxboxError } from './errors.js';
import { CageServer } from './worker-cage-calls.js';
import { received, sentError } from './worker-channel.js';
import { sparingly } from './slices.js';

/** @typedef {import('./box.js').Box} Box */
/** @typedef {import('./options.js').WorkerPort} WorkerPort */
/** @typedef {import('./cache.js').Cache} Cache */
/** @typedef {{entry?: Uint8Array, made?: import('./cache.js').Made, key: string}} Found */
/** @typedef {{box: Box | undefined, cache: ReturnType<typeof cacheOver>}} Served */

/* Between two messages about progress: each costs the page a tenth of a millisecond, and one a slice a fortieth of its
 * thread. */
const MESSAGE_MS = 10;

/**
 * What a client may call, and nothing else.
 * @param {typeof import('./box.js').Box} BoxClass
 * @param {Served} served
 * @param {import('./worker-cage-calls.js').Abortable} abortable
 * @returns {Record<string, (id: number, ...args: any[]) => any>}
 */
function boxCalls(BoxClass, served, abortable) {
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
    restore: (id, options) => abortable(id, options, async ({ snapshot, ...checked }) => {
      const data = checked.data.map(received);
      served.box = await BoxClass.restore(received(snapshot), { ...checked, data, cache: checked.cache && served.cache.cache });
    }),
    run: (id, options) => abortable(id, options, (checked) => box().run(checked)),
    snapshot: (id, options) => abortable(id, options, (checked) => box().snapshot(checked)),
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
 * @param {{Box: typeof import('./box.js').Box, Cage: typeof import('./cage.js').Cage}} classes
 * @param {Pick<WorkerPort, 'post' | 'onMessage'>} port
 */
export function serve(classes, port) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();
  /** @type {import('./worker-cage-calls.js').Abortable} */
  const abortable = async (id, { progress, ...options }, run) => {
    const stopper = new AbortController();
    /** @type {object | undefined} */
    let unsent;
    const tell = sparingly((/** @type {object} */ at) => {
      unsent = undefined;
      port.post({ id, progress: at });
    }, MESSAGE_MS);
    const onProgress = (/** @type {object} */ at) => {
      unsent = at;
      tell(at, false);
    };
    running.set(id, stopper);
    try {
      const value = await run({ ...options, signal: stopper.signal, ...(progress && { onProgress }) });
      if (unsent) tell(unsent, true);
      return value;
    } finally {
      running.delete(id);
    }
  };
  /** @type {Served} */
  const served = { box: undefined, cache: cacheOver((message) => port.post(message)) };
  const cages = new CageServer(classes.Cage, (message, transfer) => port.post(message, transfer));
  const calls = { ...boxCalls(classes.Box, served, abortable), ...cages.calls(abortable) };
  port.onMessage(async (message) => {
    const { id, call, args, abort, found } = message;
    if (found) served.cache.found(found);
    else if (abort) running.get(id)?.abort();
    else if (id === undefined) cages.hear(message);
    if (call === undefined) return;
    try {
      if (!Object.hasOwn(calls, call)) throw new TypeError(`no call "${call}"`);
      const value = await calls[call](id, ...args);
      port.post({ id, value }, buffersOf(value));
    } catch (error) {
      port.post({ id, error: sentError(error) });
    }
  });
}

/** @param {any} value @returns {Transferable[]} */
function buffersOf(value) {
  if (value instanceof Uint8Array) return [value.buffer];
  if (value?.output instanceof Uint8Array) return [value.output.buffer, value.state.buffer];
  if (value?.filled) return [...new Set(/** @type {Uint8Array<ArrayBuffer>[]} */ (value.filled).map(({ buffer }) => buffer))];
  return [];
}
