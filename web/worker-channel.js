/**
 * The page's end of a worker: calls with their answers, runs that can be aborted, and whatever else the worker says.
 * The messages are those of worker-calls.js. And what cannot be posted as it is: URLs and errors, for both ends.
 */
import { MoxboxError } from './errors.js';
import { aborted } from './options.js';

/** @typedef {import('./options.js').WorkerPort} WorkerPort */
/** @typedef {(progress: any) => void} OnProgress */

/**
 * @typedef {object} Pending one call that the worker has not answered yet
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {OnProgress | undefined} onProgress
 */

export class WorkerChannel {
  /** @type {WorkerPort | undefined} */
  #port;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextId = 1;
  #onEnd;

  /**
   * @param {WorkerPort} port
   * @param {(message: any) => void} onMessage takes what is no answer
   * @param {(error: MoxboxError) => void} [onEnd] told why nothing will come any more
   */
  constructor(port, onMessage, onEnd = () => {}) {
    this.#port = port;
    this.#onEnd = onEnd;
    port.onMessage((message) => {
      if (message.id === undefined) onMessage(message);
      else this.#answer(message);
    });
    port.onFailure((error) => this.end(new MoxboxError('MOXBOX_WORKER', error.message, { cause: error })));
  }

  /** @param {any} message @param {Transferable[]} [transfer] */
  post(message, transfer) {
    this.#port?.post(message, transfer);
  }

  /**
   * @param {string} call
   * @param {unknown[]} args
   * @param {OnProgress} [onProgress]
   * @returns {Promise<any>}
   */
  call(call, args, onProgress) {
    return new Promise((resolve, reject) => {
      if (!this.#port) throw new MoxboxError('MOXBOX_DISPOSED');
      const id = this.#nextId;
      this.#nextId += 1;
      try {
        this.#port.post({ id, call, args });
      } catch (cause) {
        throw new MoxboxError('MOXBOX_WORKER', 'the call cannot be sent to the worker', { cause });
      }
      this.#pending.set(id, { resolve, reject, onProgress });
    });
  }

  /**
   * A call that tells its progress and can be aborted.
   * @param {string} call @param {object} options @param {{signal?: AbortSignal, onProgress?: OnProgress}} more
   * @returns {Promise<any>}
   */
  async run(call, options, { signal, onProgress }) {
    if (signal?.aborted) throw aborted(signal);
    const id = this.#nextId;
    const onAbort = () => this.post({ id, abort: true });
    const done = this.call(call, [{ ...options, progress: onProgress !== undefined }], onProgress);
    signal?.addEventListener('abort', onAbort);
    try {
      return await done;
    } catch (error) {
      throw signal && error instanceof MoxboxError && error.code === 'MOXBOX_ABORTED' ? aborted(signal) : error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the worker; whoever waits for it gets the error. @param {MoxboxError} error */
  end(error) {
    const port = this.#port;
    this.#port = undefined;
    port?.end();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
    if (port) this.#onEnd(error);
  }

  /** @param {any} message {id, value} | {id, error} | {id, progress} */
  #answer({ id, value, error, progress }) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    if (progress) {
      pending.onProgress?.(progress);
      return;
    }
    this.#pending.delete(id);
    if (error) pending.reject(errorFrom(error));
    else pending.resolve(value);
  }
}

/**
 * A URL object cannot be posted; its text can, marked so that Node does not take it for a path.
 * @param {unknown} input
 */
export function sendable(input) {
  return input instanceof URL ? { url: input.href } : input;
}

/** @param {any} input as sendable made it */
export function received(input) {
  return Object.getPrototypeOf(input) === Object.prototype && typeof input.url === 'string' ? new URL(input.url) : input;
}

/** @typedef {{code?: string, name: string, message: string, field?: string}} SentError an error, as it is posted */

/** @param {unknown} error @returns {SentError} */
export function sentError(error) {
  if (MoxboxError.is(error)) {
    const { name, message, code, field } = error;
    return { name, message, code, field };
  }
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}

/** @param {SentError} sent */
export function errorFrom(sent) {
  if (sent.code !== undefined) return new MoxboxError(sent.code, sent.message, { field: sent.field });
  return sent.name === 'TypeError' ? new TypeError(sent.message) : new MoxboxError('MOXBOX_WORKER', sent.message);
}
