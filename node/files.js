/**
 * The command line's files: inputs by path or by hash, outputs that appear whole or not at all.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MoxboxError } from '../web/errors.js';
import { sha256 } from './bound.js';

const HASH = /^[0-9a-f]{64}$/i;

/**
 * Paths for what the command line names: a path stands for itself, a SHA-256 for the file in one of the folders
 * that has it, tried first under that name.
 * @param {string[]} names
 * @param {string[]} folders
 * @returns {Promise<string[]>}
 */
export async function locate(names, folders) {
  const paths = [];
  for (const name of names) {
    paths.push(HASH.test(name) ? await findByHash(name.toLowerCase(), folders) : name);
  }
  return paths;
}

/**
 * @param {string} hash
 * @param {string[]} folders
 * @returns {Promise<string>}
 */
async function findByHash(hash, folders) {
  if (folders.length === 0) {
    throw new MoxboxError('MOXBOX_HASH', `${hash} is a SHA-256; name a folder to look it up with -E or -D`);
  }
  for (const path of await candidates(hash, folders)) {
    if (await sha256(path) === hash) return path;
  }
  throw new MoxboxError('MOXBOX_HASH', `no file with SHA-256 ${hash} in ${folders.join(', ')}`);
}

/**
 * Files named by the hash first, so that a large folder is read only when none is.
 * @param {string} hash
 * @param {string[]} folders
 */
async function candidates(hash, folders) {
  /** @type {string[]} */
  const named = [];
  /** @type {string[]} */
  const others = [];
  for (const folder of folders) {
    let entries;
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      throw new MoxboxError('MOXBOX_FILE', `cannot list the folder "${folder}"`, { cause });
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (!entry.isFile() || !(await readable(path))) continue;
      (entry.name.toLowerCase() === hash ? named : others).push(path);
    }
  }
  return [...named, ...others];
}

/** @param {string} path */
function readable(path) {
  return access(path, constants.R_OK).then(() => true, () => false);
}

/**
 * Checks before a long run that its result can be written.
 * @param {string} path
 */
export async function checkWritable(path) {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) throw cannotWrite(path, 'it is a directory');
  const folder = dirname(info ? await realpath(path) : path);
  const folderInfo = await stat(folder).catch(() => undefined);
  if (!folderInfo?.isDirectory()) throw cannotWrite(path, `there is no folder "${folder}"`);
  const target = info && !info.isFile() ? path : folder;
  await access(target, constants.W_OK).catch((cause) => {
    throw cannotWrite(path, 'you may not write there', cause);
  });
}

/**
 * Writes a file so that nobody ever sees a part of it. Devices and pipes are written as they are.
 * @param {string} path
 * @param {Uint8Array | string} content
 */
export async function writeWhole(path, content) {
  const info = await stat(path).catch(() => undefined);
  if (info && !info.isFile()) {
    await writeFile(path, content).catch((cause) => { throw cannotWrite(path, cause.message, cause); });
    return;
  }
  const target = info ? await realpath(path) : path;
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(draft, content, { flag: 'wx', ...(info && { mode: info.mode & 0o777 }) });
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cannotWrite(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** @param {string} path @param {string} why @param {unknown} [cause] */
function cannotWrite(path, why, cause) {
  return new MoxboxError('MOXBOX_FILE', `cannot write "${path}": ${why}`, { cause });
}
