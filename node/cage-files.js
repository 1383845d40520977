/**
 * Folders of this computer in a machine of cages: copied in before the start, and what programs changed copied
 * back. Nothing else of this computer is ever touched.
 */
import { chmod, mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { MoxboxError } from '../web/errors.js';
import { CONSTANTS } from '../web/generated/calls.js';
import { GuestFiles } from '../web/guest-files.js';
import { writeWhole } from './files.js';
import { UsageError } from './usage.js';

/** @typedef {import('./cage.js').Cage} Cage */
/** @typedef {{host: string, guest: string, readOnly: boolean}} Mapping */
/** @typedef {{host: string, guest: string, mode: number, folder?: boolean}} Copy */
/** @typedef {{mapping: Mapping, copies: Copy[]}} Tree what lies there, each folder in front of what is in it */

/* Deeper than this are only links that go in a circle. */
const MOST_DEEP = 32;
const { S_IFMT, S_IFDIR, S_IFREG } = CONSTANTS;
/* The device of the file system: what is mounted in front of it is no concern of this computer. */
export const FILE_SYSTEM = '#U';

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
  const tree = { mapping, copies: [] };
  await look(tree, mapping.host, mapping.guest, 0);
  return tree;
}

/** @param {Tree} tree @param {string} host @param {string} guest @param {number} depth */
async function look(tree, host, guest, depth) {
  if (depth > MOST_DEEP) throw new MoxboxError('MOXBOX_FILE', `"${host}" is too deep; do its links go in a circle?`);
  const info = await stat(host).catch((cause) => {
    throw new MoxboxError('MOXBOX_FILE', `cannot read "${host}": ${cause.message}`, { cause });
  });
  const folder = info.isDirectory();
  if (folder || info.isFile()) tree.copies.push({ host, guest, mode: info.mode & 0o777, folder });
  if (!folder) return;
  const names = (await readdir(host)).map((name) => Buffer.from(name)).sort(Buffer.compare).map(String);
  for (const name of names) await look(tree, join(host, name), posix.join(guest, name), depth + 1);
}

/**
 * What Cage.create makes of it, in the order that decides the numbers of inodes and so the hash of the state.
 * @param {Copy[]} copies
 * @returns {Record<string, import('../web/cage-options.js').CageFile>}
 */
export function filesOf(copies) {
  return Object.fromEntries(copies.map(({ host, guest, mode, folder }) => [guest, folder ? { directory: true } : { content: host, mode }]));
}

/**
 * Files of the file system of a cage's machine, without devices, while `use` runs.
 * @template T
 * @param {Cage} cage @param {(files: GuestFiles) => T} use
 * @returns {Promise<Awaited<T>>}
 */
export async function withFiles(cage, use) {
  const id = cage.bare();
  try {
    return await use(new GuestFiles((name, ...args) => cage.dispatch(id, name, ...args), FILE_SYSTEM));
  } finally {
    cage.dispatch(id, 'exit', 0);
  }
}

/**
 * Brings what the programs changed back: new and changed files are written, files that came from the folder and are
 * gone are removed. Links and devices stay behind, as they could name what was not given.
 * @param {GuestFiles} files @param {Tree} tree
 * @returns {Promise<string[]>} what was left behind
 */
export async function bringBack(files, { mapping, copies }) {
  /** @type {string[]} */
  const left = [];
  const known = new Map(copies.filter(({ folder }) => !folder).map((copy) => [copy.guest, copy]));
  await back(mapping.host, mapping.guest);
  for (const { host, guest } of known.values()) {
    if (files.type(guest) === 0) await rm(host, { force: true });
  }
  return left;

  /** @param {string} host @param {string} guest */
  async function back(host, guest) {
    const mode = files.mode(guest);
    if ((mode & S_IFMT) === S_IFDIR) {
      await mkdir(host, { recursive: true });
      for (const name of files.names(guest)) {
        if (name.includes('/') || (process.platform === 'win32' && /[\\:]/.test(name))) left.push(posix.join(guest, name));
        else await back(join(host, name), posix.join(guest, name));
      }
    } else if ((mode & S_IFMT) === S_IFREG) {
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
