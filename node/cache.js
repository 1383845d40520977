/**
 * A cache in a folder: what boxes learn of programs, for later processes. See web/cache.js for why nothing in it
 * needs to be believed; here it is only made sure that no file in it, whatever it is, holds up or fills anything.
 */
import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { MOST_ENTRY_BYTES } from '../web/cache.js';

/** @typedef {import('../web/cache.js').Cache} Cache */

const ENTRIES = 256;
/** An entry, or the draft of one. */
const OURS = /^(\.?)[0-9a-f]{64}/;
/* A draft that is older belongs to a process that was ended in the middle. */
const DRAFT_MS = 60_000;

/** The folder of this user's caches. */
export function cacheFolder() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'moxbox', 'hints');
  if (XDG_CACHE_HOME?.startsWith('/')) return join(XDG_CACHE_HOME, 'moxbox', 'hints');
  return join(homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), 'moxbox', 'hints');
}

/**
 * Entries are written beside their place and renamed, so that nobody reads half of one; the least recently used
 * go when there are too many.
 *
 * @example
 * import { folderCache, run } from 'moxbox';
 * const result = await run(elf, { data: [file], cache: folderCache() });
 *
 * @param {string} [folder] made when it is missing; default: moxbox/hints in the user's folder for caches
 * @param {{entries?: number}} [options]
 * @returns {Cache}
 */
export function folderCache(folder = cacheFolder(), { entries = ENTRIES } = {}) {
  return {
    async get(key) {
      const path = join(folder, key);
      /* A pipe is not waited for, and a link not followed. */
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      try {
        const info = await file.stat();
        if (!info.isFile() || info.size > MOST_ENTRY_BYTES) return undefined;
        const bytes = new Uint8Array(info.size);
        const { bytesRead } = await file.read(bytes, 0, info.size, 0);
        const now = new Date();
        await utimes(path, now, now).catch(() => {});
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    async put(key, entry) {
      await makeFolder(folder);
      const draft = join(folder, `.${key}.${randomBytes(6).toString('hex')}`);
      try {
        await writeFile(draft, entry, { flag: 'wx', mode: 0o600 });
        await rename(draft, join(folder, key));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await evict(folder, entries);
    },
  };
}

/**
 * Node's own `recursive` tries without end where a folder is there in which none can be made, as in /proc.
 * @param {string} folder
 */
async function makeFolder(folder) {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw cause;
    await makeFolder(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

/** @param {string} folder @param {number} most */
async function evict(folder, most) {
  const names = (await readdir(folder)).filter((name) => OURS.test(name));
  if (names.length <= most) return;
  const files = await Promise.all(names.map(async (name) => {
    const path = join(folder, name);
    const used = await stat(path).then(({ mtimeMs }) => mtimeMs, () => Infinity);
    return { path, used, draft: name.startsWith('.') };
  }));
  const old = files.filter(({ draft, used }) => draft && used < Date.now() - DRAFT_MS);
  const whole = files.filter(({ draft }) => !draft).sort((a, b) => a.used - b.used);
  const gone = [...old, ...whole.slice(0, Math.max(0, whole.length - most))];
  await Promise.all(gone.map(({ path }) => rm(path, { force: true })));
}
