/**
 * What a box learns of its programs, kept for later boxes: which places are hot, where computed jumps go, which
 * memory each access touches. The core takes it as hints (core/xlate/hints.h); here are the key that it is kept
 * under and the seal that finds damage. A damaged entry could change no result, but slow all later runs.
 */
import { MOST_ENTRY_BYTES } from './cache.js';
import { bytesSource } from './input.js';
import { hashSource } from './load.js';
import { hexOf } from './result.js';
import { driveSync } from './slices.js';
import { LIMITS } from './generated/tables.js';

/** @typedef {import('./cache.js').Cache} Cache */
/** @typedef {import('./cache.js').Made} Made */
/** @typedef {import('./machine.js').Machine} Machine */

const VERSION = 'moxbox hints 1';
/* Of one box that are kept compiled. */
const MOST_MODULES = 4;

/** @param {Machine} machine @param {Uint8Array} bytes */
const sha256 = (machine, bytes) => driveSync(hashSource(machine, bytesSource(bytes)));

/** @param {string} key @param {Uint8Array} hints @returns {Uint8Array} what the seal is of */
function sealed(key, hints) {
  const name = new TextEncoder().encode(key);
  const all = new Uint8Array(name.length + hints.length);
  all.set(name);
  all.set(hints, name.length);
  return all;
}

export class Learner {
  #machine;
  #cache;
  #key;
  /** The hints that the cache has. @type {Uint8Array | undefined} */
  #known;
  #news = false;
  /** The module that this box need not write. @type {Made | undefined} */
  #first;
  /** Until the box has code of its own, it may have learned without. */
  #installed = false;
  /* Modules that this box asked for: each has a key of its own, as later ones only add to the first. */
  #asked = 0;

  /**
   * @param {Machine} machine loaded, and not run yet
   * @param {Cache} cache
   * @param {{programs: number, data: number}} counts of files
   */
  constructor(machine, cache, { programs, data }) {
    this.#machine = machine;
    this.#cache = cache;
    const hashes = Array.from({ length: programs }, (_, index) => machine.inputHash('program', index));
    this.#key = sha256(machine, new TextEncoder().encode([VERSION, LIMITS.semanticsVersion, data, ...hashes].join('\n')));
  }

  /** Asks the cache and waits for its answer. */
  async load() {
    try {
      this.#use(await this.#cache.get(this.#key));
    } catch { /* as if there were no entry */ }
  }

  /** The same for caches that answer at once. */
  loadSync() {
    try {
      const answer = this.#cache.get(this.#key);
      if (answer instanceof Promise) answer.catch(() => {});
      else this.#use(answer);
    } catch { /* as if there were no entry */ }
  }

  /** @param {Uint8Array | undefined} entry */
  #use(entry) {
    if (!(entry instanceof Uint8Array) || entry.length <= LIMITS.hashSize || entry.length > MOST_ENTRY_BYTES) return;
    const hints = entry.slice(LIMITS.hashSize);
    if (sha256(this.#machine, sealed(this.#key, hints)) !== hexOf(entry.subarray(0, LIMITS.hashSize))) return;
    if (!this.#machine.useHints(hints)) return;
    this.#known = hints;
    const first = this.#cache.held?.(this.#placeOfModule(1));
    const kept = first?.kept;
    if (!kept || kept.core !== this.#machine.module || !same(kept.hints, hints)) return;
    if (this.#machine.useKept(kept.bytes)) this.#first = first;
  }

  /**
   * A module with these bytes that this process compiled before; without bytes, the one that goes with what was kept.
   * @param {Uint8Array} bytes
   */
  compiled(bytes) {
    this.#asked += 1;
    if (bytes.length === 0) return this.#first?.module;
    const made = this.#cache.held?.(this.#placeOfModule(this.#asked));
    return made && same(made.bytes, bytes) ? made.module : undefined;
  }

  /** The box compiled a module, and has not installed it yet. @param {Made} made */
  learned(made) {
    this.#news = this.#installed = true;
    if (this.#asked > MOST_MODULES) return;
    const held = made.bytes.length > 0 ? { ...made, kept: this.#kept() } : this.#first;
    if (held) this.#cache.hold?.(this.#placeOfModule(this.#asked), held);
  }

  /** What goes with the module that waits. @returns {Made['kept']} */
  #kept() {
    const core = this.#machine.module;
    const hints = this.#known;
    const bytes = core && hints ? this.#machine.keep() : undefined;
    return core && hints && bytes && { bytes, hints, core };
  }

  /** @param {number} number from 1 on */
  #placeOfModule(number) {
    return `${this.#key}.${number}`;
  }

  /** Gives the cache what the box knows more than it did. @param {boolean} ended the guest has */
  save(ended) {
    if (!this.#news && (this.#installed || !ended)) return;
    this.#news = false;
    const hints = this.#machine.hints();
    if (!hints || (this.#known && same(this.#known, hints))) return;
    this.#known = hints;
    const seal = sha256(this.#machine, sealed(this.#key, hints));
    const entry = new Uint8Array(LIMITS.hashSize + hints.length);
    entry.set(seal.match(/../g)?.map((digits) => parseInt(digits, 16)) ?? []);
    entry.set(hints, LIMITS.hashSize);
    if (entry.length > MOST_ENTRY_BYTES) return;
    (async () => this.#cache.put(this.#key, entry))().catch(() => {});
  }
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function same(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false; /* every() takes 10 ms for a module */
  return true;
}
