/**
 * Folders of this computer in a machine of cages: copied in before the start, and what programs changed copied
 * back. Nothing else of this computer is ever touched.
 */
import { chmod, mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { CALLS, ERRORS, STRUCTURES } from '../web/generated/calls.js';
import { MoxboxError } from '../web/errors.js';
import { writeWhole } from './files.js';
import { UsageError } from './usage.js';

/** @typedef {import('./cage.js').Cage} Cage */
/** @typedef {{host: string, guest: string, readOnly: boolean}} Mapping */
/** @typedef {{host: string, guest: string, mode: number}} Copy */
/** @typedef {{mapping: Mapping, files: Copy[], folders: string[], bare: string[]}} Tree bare: empty folders */

/* Deeper than this are only links that go in a circle. */
const MOST_DEEP = 32;
const DENTS_SIZE = 32 << 10;
const READ_SIZE = 512 << 10;
const DIRENT = Object.freeze({ length: 16, name: 19 });
const TYPE = 0o170000;
const DIRECTORY = 0o040000;
const REGULAR = 0o100000;
const ENOENT = -2;

/** @param {string} text HOST:GUEST[:ro] @param {string} option @returns {Mapping} */
export function mappingOf(text, option) {
  const readOnly = text.endsWith(':ro');
  const pair = readOnly ? text.slice(0, -3) : text;
  const colon = pair.lastIndexOf(':');
  const [host, guest] = [pair.slice(0, colon), pair.slice(colon + 1)];
  if (colon < 1 || !guest.startsWith('/')) {
    throw new UsageError(`${option} takes HOST:GUEST or HOST:GUEST:ro with an absolute GUEST, not "${text}"`);
  }
  return { host, guest: posix.normalize(guest).replace(/(?<=.)\/$/, ''), readOnly };
}

/** What lies in a folder or is a file of this computer. @param {Mapping} mapping @returns {Promise<Tree>} */
export async function treeOf(mapping) {
  /** @type {Tree} */
  const tree = { mapping, files: [], folders: [], bare: [] };
  await look(tree, mapping.host, mapping.guest, 0);
  return tree;
}

/** @param {Tree} tree @param {string} host @param {string} guest @param {number} depth */
async function look(tree, host, guest, depth) {
  if (depth > MOST_DEEP) throw new MoxboxError('MOXBOX_FILE', `"${host}" is too deep; do its links go in a circle?`);
  const info = await stat(host).catch((cause) => {
    throw new MoxboxError('MOXBOX_FILE', `cannot read "${host}": ${cause.message}`, { cause });
  });
  if (info.isFile()) tree.files.push({ host, guest, mode: info.mode & 0o777 });
  if (!info.isDirectory()) return;
  tree.folders.push(guest);
  const names = (await readdir(host)).sort();
  if (names.length === 0) tree.bare.push(guest);
  for (const name of names) await look(tree, join(host, name), posix.join(guest, name), depth + 1);
}

/** System calls on files in the name of one cage. */
export class GuestFiles {
  #cage;
  #id;

  /** @param {Cage} cage */
  constructor(cage) {
    this.#cage = cage;
    this.#id = cage.bare();
  }

  /** @param {string} what @param {keyof typeof CALLS} call @param {...(number | string | Uint8Array)} args */
  #do(what, call, ...args) {
    const result = this.#cage.dispatch(this.#id, call, ...args);
    if (result < 0) throw new MoxboxError('MOXBOX_FILE', `${what} in the cage: ${reason(result)}`);
    return result;
  }

  /** @param {string} path made with the folders above it */
  makeFolder(path) {
    const parts = path.split('/').filter((part) => part !== '');
    for (let i = 1; i <= parts.length; i += 1) {
      const here = `/${parts.slice(0, i).join('/')}`;
      if (this.type(here) !== DIRECTORY) this.#do(`cannot make ${here}`, 'mkdir', here, 0o755);
    }
  }

  /** @param {string} path @returns {number} its type; 0: there is none */
  type(path) {
    return this.mode(path) & TYPE;
  }

  /** @param {string} path @returns {number} type and permissions; 0: there is no such file */
  mode(path) {
    const bytes = new Uint8Array(4 * STRUCTURES.stat.length);
    const result = this.#cage.dispatch(this.#id, 'lstat', path, bytes);
    if (result === ENOENT) return 0;
    if (result < 0) throw new MoxboxError('MOXBOX_FILE', `cannot look at ${path} in the cage: ${reason(result)}`);
    return new DataView(bytes.buffer).getUint32(4 * STRUCTURES.stat.indexOf('mode'), true);
  }

  /** @param {string} path @returns {string[]} */
  list(path) {
    const file = this.#do(`cannot open ${path}`, 'open', path, 0, 0);
    const names = [];
    const bytes = new Uint8Array(DENTS_SIZE);
    for (;;) {
      const size = this.#do(`cannot list ${path}`, 'getdents', file, bytes, bytes.length);
      if (size === 0) break;
      for (let at = 0; at < size;) {
        const length = bytes[at + DIRENT.length] | (bytes[at + DIRENT.length + 1] << 8);
        const name = bytes.subarray(at + DIRENT.name, at + length);
        const end = name.indexOf(0);
        if (length <= DIRENT.name || at + length > size || end < 1) throw new MoxboxError('MOXBOX_CORRUPT');
        names.push(new TextDecoder().decode(name.subarray(0, end)));
        at += length;
      }
    }
    this.#do(`cannot close ${path}`, 'close', file);
    return names.filter((name) => name !== '.' && name !== '..');
  }

  /** @param {string} path @returns {Uint8Array} */
  read(path) {
    const file = this.#do(`cannot open ${path}`, 'open', path, 0, 0);
    const parts = [];
    const bytes = new Uint8Array(READ_SIZE);
    for (;;) {
      const size = this.#do(`cannot read ${path}`, 'read', file, bytes, bytes.length);
      if (size === 0) break;
      parts.push(bytes.slice(0, size));
    }
    this.#do(`cannot close ${path}`, 'close', file);
    return Buffer.concat(parts);
  }

  end() {
    this.#cage.dispatch(this.#id, 'exit', 0);
  }
}

/** @param {number} result */
function reason(result) {
  const known = /** @type {Record<number, {name: string, text: string}>} */ (ERRORS)[-result];
  return known ? `${known.text} (${known.name})` : `error ${-result}`;
}

/**
 * Brings what the programs changed back: new and changed files are written, files that came from the folder and are
 * gone are removed. Links and devices stay behind, as they could name what was not given.
 * @param {GuestFiles} files @param {Tree} tree
 * @returns {Promise<string[]>} what was left behind
 */
export async function bringBack(files, { mapping, files: copied }) {
  /** @type {string[]} */
  const left = [];
  const known = new Map(copied.map((copy) => [copy.guest, copy]));
  await back(mapping.host, mapping.guest);
  for (const { host, guest } of known.values()) {
    if (files.type(guest) === 0) await rm(host, { force: true });
  }
  return left;

  /** @param {string} host @param {string} guest */
  async function back(host, guest) {
    const mode = files.mode(guest);
    if ((mode & TYPE) === DIRECTORY) {
      await mkdir(host, { recursive: true });
      for (const name of files.list(guest)) {
        if (name.includes('/') || (process.platform === 'win32' && /[\\:]/.test(name))) left.push(posix.join(guest, name));
        else await back(join(host, name), posix.join(guest, name));
      }
    } else if ((mode & TYPE) === REGULAR) {
      await writeBack(host, files.read(guest), mode & 0o777, known.get(guest));
      known.delete(guest);
    } else if (mode !== 0) {
      left.push(guest);
      known.delete(guest);
    }
  }
}

/** @param {string} host @param {Uint8Array} content @param {number} mode @param {Copy | undefined} copy */
async function writeBack(host, content, mode, copy) {
  const same = copy !== undefined && Buffer.compare(await readFile(host).catch(() => Buffer.alloc(0)), content) === 0
    && (content.length > 0 || (await stat(host).catch(() => undefined)) !== undefined);
  if (!same) await writeWhole(host, content);
  if (!same || copy?.mode !== mode) await chmod(host, mode);
}
