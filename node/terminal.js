/**
 * What the command line shows: progress, and guest output that cannot command the terminal.
 */

const SHOW_AFTER_MS = 400;
const EVERY_MS = 100;

/* Everything that can move the cursor, change the terminal, or reorder text: C0 without tab and newline, DEL,
 * C1, and the bidirectional controls. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text for a terminal; what is not text shows as an escape.
 * @param {Uint8Array | string} content
 * @returns {string}
 */
export function printable(content) {
  return new TextDecoder().decode(typeof content === 'string' ? Buffer.from(content) : content).replace(UNSAFE, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/**
 * Writes all of it, in the stream's own time. A reader that has gone away is not an error.
 * @param {NodeJS.WritableStream} stream
 * @param {Uint8Array | string} content
 * @returns {Promise<void>}
 */
export function write(stream, content) {
  return new Promise((resolve, reject) => {
    stream.write(/** @type {any} */ (content), (error) => {
      if (error && /** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

/** One line on a terminal that tells how far a run is. */
export class Progress {
  #stream;
  #start = performance.now();
  #last = 0;
  #shown = false;

  /** @param {import('node:tty').WriteStream | undefined} stream undefined: show nothing */
  constructor(stream) {
    this.#stream = stream;
  }

  /** @param {{instructions: bigint, budget: bigint | number}} at */
  update({ instructions, budget }) {
    const now = performance.now();
    if (!this.#stream || now - this.#start < SHOW_AFTER_MS || now - this.#last < EVERY_MS) return;
    this.#last = now;
    this.#shown = true;
    const mips = Number(instructions) / (now - this.#start) / 1000;
    const share = typeof budget === 'bigint' && budget > 0n
      ? `, ${Number((instructions * 1000n) / budget) / 10} % of the budget` : '';
    const line = `${(Number(instructions) / 1e6).toFixed(0)} million instructions, ${mips.toFixed(0)} MIPS${share}`;
    this.#stream.write(`\r\x1b[K${line.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Takes the line away. */
  clear() {
    if (this.#shown) this.#stream?.write('\r\x1b[K');
    this.#shown = false;
  }
}
