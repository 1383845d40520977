/**
 * Caches for what boxes learn of their programs. An entry is some kilobytes under a key of 64 hexadecimal digits.
 * It holds hints, no code: whatever a cache gives back, whoever wrote it, a run computes the same; only how soon
 * it is fast depends on it. So a cache may be anywhere, shared with anybody, and wrong.
 */

/**
 * @typedef {object} Cache where entries are kept. Neither call makes a run fail: what they throw or reject with
 *   is as if there were no entry
 * @property {(key: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>} get
 * @property {(key: string, entry: Uint8Array) => void | Promise<void>} put
 * @property {(key: string, made: Made) => void} [hold] keeps a compiled module in this process, if it likes to
 * @property {(key: string) => Made | undefined} [held]
 */

/**
 * @typedef {{bytes: Uint8Array, module: WebAssembly.Module, kept?: Kept}} Made a module that this process compiled itself
 * @typedef {{bytes: Uint8Array, hints: Uint8Array, core: WebAssembly.Module}} Kept what goes with it in a machine of that
 *   core that used those hints
 */

/** No entry is larger. */
export const MOST_ENTRY_BYTES = 1 << 20;
const ENTRIES = 64;
/* Of compiled modules: each takes some times its bytes. */
const MODULES = 16;

/**
 * Keeps what was used last.
 * @template V
 * @param {Map<string, V>} map @param {string} key @param {V} value @param {number} most
 */
function keep(map, key, value, most) {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}

/**
 * A cache of this page or process: the default.
 *
 * @example
 * import { memoryCache, run } from 'moxbox';
 * const cache = memoryCache();
 * const first = await run(elf, { data: [file], cache });
 * const second = await run(elf, { data: [file], cache });
 *
 * @param {{entries?: number, modules?: number}} [options]
 * @returns {Cache}
 */
export function memoryCache({ entries = ENTRIES, modules = MODULES } = {}) {
  /** @type {Map<string, Uint8Array>} */
  const kept = new Map();
  /** @type {Map<string, Made>} */
  const made = new Map();
  return {
    get: (key) => kept.get(key),
    put(key, entry) {
      keep(kept, key, entry, entries);
    },
    hold(key, module) {
      keep(made, key, module, modules);
    },
    held: (key) => made.get(key),
  };
}

/**
 * A cache that lasts longer than its page, in the browser's Cache API (which pages of an insecure context lack:
 * then nothing is kept).
 *
 * @example
 * import { run, webCache } from 'moxbox';
 * const result = await run(elf, { data: [file], cache: webCache() });
 *
 * @param {string} [name] of the browser's cache
 * @param {{entries?: number}} [options]
 * @returns {Cache}
 */
export function webCache(name = 'moxbox-hints', { entries = ENTRIES } = {}) {
  const place = (/** @type {string} */ key) => new URL(`/.moxbox/${key}`, globalThis.location?.href ?? 'https://moxbox.invalid').href;
  return {
    async get(key) {
      const store = await globalThis.caches.open(name);
      const found = await store.match(place(key));
      const entry = found && await found.arrayBuffer();
      return entry && entry.byteLength <= MOST_ENTRY_BYTES ? new Uint8Array(entry) : undefined;
    },
    async put(key, entry) {
      const store = await globalThis.caches.open(name);
      await store.put(place(key), new Response(/** @type {BodyInit} */ (entry)));
      const all = await store.keys(); /* the oldest first */
      await Promise.all(all.slice(0, Math.max(0, all.length - entries)).map((each) => store.delete(each)));
    },
  };
}
