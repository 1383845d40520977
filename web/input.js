/**
 * Inputs as sources of known size that fill the core's memory piece by piece, so that a large file is copied
 * once and is never held twice.
 */
import { MoxboxError } from './errors.js';

/** @typedef {import('./options.js').Source} Source */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').Host} Host */

/**
 * @param {Input} input checked by options.js
 * @param {Host} host
 * @returns {Promise<Source>} to be closed by the caller
 */
export async function openInput(input, host) {
  if (typeof input === 'string' || input instanceof URL) return host.open(input);
  if (typeof Blob === 'function' && input instanceof Blob) return blobSource(input);
  return bytesSource(/** @type {ArrayBuffer | ArrayBufferView} */ (input));
}

/** @param {ArrayBuffer | ArrayBufferView} input @returns {Source} */
export function bytesSource(input) {
  const bytes = viewOf(input);
  const size = bytes.length;
  return {
    size,
    read(into, offset) {
      if (bytes.length !== size) throw new MoxboxError('MOXBOX_FILE', 'the bytes were transferred away while being read');
      into.set(bytes.subarray(offset, offset + into.length));
      return into.length;
    },
    async close() {},
  };
}

/** @param {Blob} blob @returns {Source} */
function blobSource(blob) {
  return {
    size: blob.size,
    async read(into, offset) {
      try {
        const piece = new Uint8Array(await blob.slice(offset, offset + into.length).arrayBuffer());
        into.set(piece);
        return piece.length;
      } catch (cause) {
        throw new MoxboxError('MOXBOX_FILE', 'the file cannot be read any more', { cause });
      }
    },
    async close() {},
  };
}

/**
 * @param {Input} input
 * @param {Host} host
 * @returns {Uint8Array}
 */
export function readInputSync(input, host) {
  if (typeof input === 'string' || input instanceof URL) return host.readSync(input);
  if (typeof Blob === 'function' && input instanceof Blob) {
    throw new MoxboxError('MOXBOX_FILE', 'a Blob cannot be read synchronously');
  }
  return viewOf(/** @type {ArrayBuffer | ArrayBufferView} */ (input));
}

/** @param {ArrayBuffer | ArrayBufferView} input @returns {Uint8Array} */
function viewOf(input) {
  return ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);
}
