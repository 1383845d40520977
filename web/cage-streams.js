/**
 * The standard streams of a machine of cages as WHATWG streams. Input reaches the machine only when all of it waits
 * for some, in pieces of one size, so that what is computed does not depend on when the bytes came.
 */
import { MoxboxError } from './errors.js';

/* As large as what the native command reads at once: the pieces are part of what programs see. */
const PIECE = 4096;
/* Input that nobody has read yet, above which writers wait. */
const HIGH_WATER = 1 << 20;
/* Output that nobody has read yet, above which the machine waits, if somebody reads it at all. */
const OUTPUT_HIGH_WATER = 16 << 20;

/** Standard input: a queue of bytes, filled by a stream or by whoever writes to `writable`. */
export class StandardInput {
  /** @type {Uint8Array[]} */
  #chunks = [];
  #size = 0;
  #ended = false;
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  #reader;
  /** The read that is going on; it outlives an aborted run. @type {Promise<void> | undefined} */
  #reading;
  /** @type {(() => void) | undefined} */
  #drained;
  /** What programs read. @type {WritableStream<Uint8Array | string>} */
  writable;

  /** @param {Uint8Array | ReadableStream<Uint8Array> | undefined} source */
  constructor(source) {
    this.writable = new WritableStream({
      write: (chunk) => {
        if (source !== undefined) throw new MoxboxError('MOXBOX_OPTION', 'this cage has its standard input from the option "stdin"');
        this.#push(bytesOf(chunk));
        return this.#size < HIGH_WATER ? undefined : new Promise((resolve) => { this.#drained = resolve; });
      },
      close: () => { this.#ended = true; },
      abort: () => { this.#ended = true; },
    });
    if (source instanceof Uint8Array) {
      this.#push(source);
      this.#ended = true;
    } else if (source !== undefined) {
      this.#reader = source.getReader();
    }
  }

  /** @param {Uint8Array} bytes */
  #push(bytes) {
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#size += bytes.length;
  }

  /** Whether nothing is there now and nothing will come by itself. */
  get dry() {
    return this.#chunks.length === 0 && !this.#ended && !this.#reader;
  }

  /** @returns {Promise<void> | undefined} what to wait for before take() has something */
  arrival() {
    if (this.#chunks.length > 0 || this.#ended || !this.#reader) return undefined;
    this.#reading ??= this.#reader.read().then(({ done, value }) => {
      if (value) this.#push(bytesOf(value));
      if (done) this.#ended = true;
    }).catch((cause) => {
      throw new MoxboxError('MOXBOX_FILE', 'standard input cannot be read', { cause });
    }).finally(() => { this.#reading = undefined; });
    return this.#reading;
  }

  /** @returns {Uint8Array | undefined} the next piece; undefined at the end */
  take() {
    const [first] = this.#chunks;
    if (!first) return undefined;
    const piece = first.subarray(0, PIECE);
    if (piece.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(PIECE);
    this.#size -= piece.length;
    if (this.#size < HIGH_WATER) {
      this.#drained?.();
      this.#drained = undefined;
    }
    return piece;
  }

  end() {
    this.#drained?.();
    this.#reader?.cancel().catch(() => {});
    this.#reader = undefined;
    this.#ended = true;
  }
}

/** Standard output or error. Nothing is lost when nobody reads; the machine waits for a reader that is slow. */
export class StandardOutput {
  /** @type {ReadableStreamDefaultController<Uint8Array> | undefined} */
  #controller;
  /** @type {(() => void) | undefined} */
  #wanted;
  /** @type {ReadableStream<Uint8Array>} */
  readable;

  constructor() {
    this.readable = new ReadableStream({
      start: (controller) => { this.#controller = controller; },
      pull: () => { this.#go(); },
      cancel: () => {
        this.#controller = undefined;
        this.#go();
      },
    }, { highWaterMark: OUTPUT_HIGH_WATER, size: (chunk) => chunk?.length ?? 0 });
  }

  #go() {
    this.#wanted?.();
    this.#wanted = undefined;
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    this.#controller?.enqueue(bytes);
  }

  /** @returns {Promise<void> | undefined} what the machine waits for before it goes on */
  room() {
    if (!this.#controller || !this.readable.locked || (this.#controller.desiredSize ?? 1) > 0) return undefined;
    return new Promise((resolve) => { this.#wanted = resolve; });
  }

  /** @param {unknown} error that readers get */
  fail(error) {
    this.#controller?.error(error);
    this.#controller = undefined;
    this.#go();
  }

  close() {
    this.#controller?.close();
    this.#controller = undefined;
    this.#go();
  }
}

/** @param {unknown} chunk @returns {Uint8Array} a copy */
export function bytesOf(chunk) {
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (chunk instanceof Uint8Array) return chunk.slice();
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk.slice(0));
  throw new TypeError('standard input takes bytes or text');
}
