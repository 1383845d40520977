/**
 * Whole files and directories of a machine of cages, by the system calls of one of its cages.
 */
import { CAGE_LIMITS, CALLS, CONSTANTS, STRUCTURES } from './generated/calls.js';
import { MoxboxError, corrupt, joined } from './errors.js';
import { reasonOf } from './host-calls.js';

/** @typedef {import('./host-calls.js').Argument} Argument */
/** @typedef {Record<(typeof STRUCTURES)['stat'][number], number>} Stat */
/** @typedef {(name: keyof typeof CALLS, ...args: Argument[]) => number} Call a system call, >= 0 or a negated errno */

const ENOENT = -2;
const DENTS_SIZE = 32 << 10;
/* Half of the room that a cage of the host has. */
const TRANSFER = CAGE_LIMITS.bareRoomSize / 2;
const REPLACE = CONSTANTS.O_WRONLY | CONSTANTS.O_CREAT | CONSTANTS.O_TRUNC;

export class GuestFiles {
  #call;
  #root;

  /** @param {Call} call @param {string} [root] what stands in front of every path */
  constructor(call, root = '') {
    this.#call = call;
    this.#root = root;
  }

  /**
   * @param {string} path that it is about @param {keyof typeof CALLS} call @param {...Argument} args
   * @returns {number} >= 0; what is refused is an error
   */
  #do(path, call, ...args) {
    return this.#check(path, this.#call(call, ...args));
  }

  /** One call on a path. @param {'mkdir' | 'rmdir' | 'unlink'} call @param {string} path @param {...number} args */
  change(call, path, ...args) {
    this.#do(path, call, this.#root + path, ...args);
  }

  /** @param {string} path of a symbolic link itself @returns {Stat | undefined} undefined: there is no such file */
  look(path) {
    const bytes = new Uint8Array(4 * STRUCTURES.stat.length);
    const result = this.#call('lstat', this.#root + path, bytes);
    if (result === ENOENT) return undefined;
    this.#check(path, result);
    const view = new DataView(bytes.buffer);
    return /** @type {Stat} */ (Object.fromEntries(STRUCTURES.stat.map((word, i) => [word, view.getUint32(4 * i, true)])));
  }

  /** @param {string} path @returns {Stat} */
  stat(path) {
    const stat = this.look(path);
    if (!stat) throw new MoxboxError('MOXBOX_FILE', `${path} in the cage: ${reasonOf(ENOENT)}`);
    return stat;
  }

  /** @param {string} path @returns {number} type and permissions; 0: there is no such file */
  mode(path) {
    return this.look(path)?.mode ?? 0;
  }

  /** @param {string} path @returns {number} one of S_IF...; 0: there is no such file */
  type(path) {
    return this.mode(path) & CONSTANTS.S_IFMT;
  }

  /** @param {string} path made with the directories above it, where they are missing */
  makeFolder(path) {
    const parts = path.split('/').filter((part) => part !== '');
    for (let i = 1; i <= parts.length; i += 1) {
      const here = `/${parts.slice(0, i).join('/')}`;
      if (this.type(here) !== CONSTANTS.S_IFDIR) this.change('mkdir', here, 0o755);
    }
  }

  /** @param {string} path @returns {string[]} in their order, without . and .. */
  names(path) {
    const file = this.#do(path, 'open', this.#root + path, 0, 0);
    const names = [];
    const bytes = new Uint8Array(DENTS_SIZE);
    const view = new DataView(bytes.buffer);
    for (;;) {
      const size = this.#do(path, 'getdents', file, bytes, bytes.length);
      if (size === 0) break;
      if (size > bytes.length) throw corrupt('a directory gave more than was asked for');
      for (let at = 0; at < size;) {
        const length = view.getUint16(at + CAGE_LIMITS.direntLength, true);
        const name = bytes.subarray(at + CAGE_LIMITS.direntName, at + length);
        const end = name.indexOf(0);
        if (end < 1 || at + length > size) throw corrupt('an entry of a directory has no name');
        names.push(new TextDecoder().decode(name.subarray(0, end)));
        at += length;
      }
    }
    this.#do(path, 'close', file);
    return names.filter((name) => name !== '.' && name !== '..');
  }

  /** @param {string} path @returns {Uint8Array} */
  read(path) {
    const file = this.#do(path, 'open', this.#root + path, 0, 0);
    const parts = [];
    const part = new Uint8Array(TRANSFER);
    for (;;) {
      const size = this.#do(path, 'read', file, part, part.length);
      if (size === 0) break;
      parts.push(part.slice(0, size));
    }
    this.#do(path, 'close', file);
    return joined(parts);
  }

  /** @param {string} path made or replaced @param {Uint8Array} bytes @param {number} mode of a new file */
  write(path, bytes, mode) {
    const file = this.#do(path, 'open', this.#root + path, REPLACE, mode);
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + TRANSFER);
      at += this.#do(path, 'write', file, part, part.length);
    }
    this.#do(path, 'close', file);
  }

  /** @param {string} path of a symbolic link @returns {string} where it leads */
  target(path) {
    const bytes = new Uint8Array(CAGE_LIMITS.pathMax);
    const size = this.#do(path, 'readlink', this.#root + path, bytes, bytes.length);
    return new TextDecoder().decode(bytes.subarray(0, size));
  }

  /** @param {string} path @param {number} result */
  #check(path, result) {
    if (result < 0) throw new MoxboxError('MOXBOX_FILE', `${path} in the cage: ${reasonOf(result)}`);
    return result;
  }
}
