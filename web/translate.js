/**
 * Translated code: the core writes WebAssembly modules, this compiles them and gives their functions back.
 * Where code cannot be made at run time (a content-security policy without wasm-unsafe-eval, some edge hosts)
 * it notices, and the core interprets.
 */
import { MoxboxError, corrupt } from './errors.js';

/** @typedef {Pick<import('./machine.js').Machine, 'run' | 'waitingModule' | 'install' | 'forTranslated'>
 *   & {translation: () => {writing: boolean}}} Machine of one program or of cages */
/** @typedef {import('./learner.js').Learner} Learner */

/* A piece of writing or warming is as short as a turn of the event loop that it goes into. */
const PIECE_MS = 1;
/* Fuel with which a translated function returns at once (core/xlate/emit.h). */
const NO_FUEL = -1;

/* A module up to this size is compiled at once, in less than a millisecond. A larger one would hold up the
 * event loop, for 15 ms at two megabytes, so it is compiled beside the run. */
const AT_ONCE_BYTES = 64 << 10;

/** @typedef {{bytes: Uint8Array, count: number, module?: WebAssembly.Module, error?: unknown}} Job */

/** What compiles the modules of one machine. */
export class Translations {
  #engine;
  #learner;
  /** A module that is compiled beside the run. @type {Job | undefined} */
  #job;
  /** Functions of large modules that nobody has called yet. @type {Function[]} */
  #cold = [];

  /**
   * @param {import('./options.js').Engine} engine 'translator' makes it an error that code cannot be made
   * @param {Learner} [learner] of the same machine
   */
  constructor(engine, learner) {
    this.#engine = engine;
    this.#learner = learner;
  }

  /**
   * Goes on with the module that is being written, for no longer than a slice; the guest stands meanwhile.
   * @param {Machine} machine
   * @returns {boolean} whether there is more to do
   */
  goOnWriting(machine) {
    if (this.#engine === 'interpreter') return false;
    const end = performance.now() + PIECE_MS;
    while (machine.translation().writing) {
      if (performance.now() > end) return true;
      machine.run(0n);
    }
    return false;
  }

  /**
   * Calls new functions, as engines compile each when it is called first, all of a large module in 20 ms: a
   * guest that goes over to another part of its work would call them in one slice.
   * @returns {boolean} whether there was one
   */
  warm() {
    if (this.#cold.length === 0) return false;
    const end = performance.now() + PIECE_MS;
    do this.#cold.pop()?.(NO_FUEL, 0); while (this.#cold.length > 0 && performance.now() < end);
    return true;
  }

  /**
   * Compiles the module that waits, if one does, or goes on with that.
   * @param {Machine} machine
   * @param {boolean} turning whether the event loop turns meanwhile, as it must for work beside the run
   * @returns {boolean} whether the machine has new code
   */
  advance(machine, turning) {
    if (this.#engine === 'interpreter') return false;
    const job = turning ? this.#job : undefined;
    if (job) {
      if (!job.module && !job.error) return false;
      this.#job = undefined;
      this.#install(machine, job, turning, () => job.module ?? raise(job.error));
      return true;
    }
    const waiting = machine.waitingModule();
    if (!waiting) return false;
    const bytes = /** @type {BufferSource & Uint8Array} */ (waiting.bytes);
    const known = this.#learner?.compiled(bytes);
    if (turning && !known && bytes.length > AT_ONCE_BYTES) {
      this.#job = startJob(bytes, waiting.count);
      return false;
    }
    this.#job = undefined;
    this.#install(machine, waiting, turning, () => known ?? new WebAssembly.Module(bytes));
    return true;
  }

  /** @param {Machine} machine @param {{bytes: Uint8Array, count: number}} written @param {boolean} turning @param {() => WebAssembly.Module} compile */
  #install(machine, { bytes, count }, turning, compile) {
    const functions = functionsOf(machine, count, () => {
      const module = compile();
      this.#learner?.learned({ bytes, module });
      return module;
    });
    if (!functions && this.#engine === 'translator') throw new MoxboxError('MOXBOX_ENGINE');
    machine.install(functions);
    this.#cold = functions && turning && bytes.length > AT_ONCE_BYTES ? functions : [];
  }
}

/** @param {BufferSource & Uint8Array} bytes @param {number} count */
function startJob(bytes, count) {
  /** @type {Job} */
  const job = { bytes, count };
  WebAssembly.compile(bytes).then((module) => {
    job.module = module;
  }, (error) => {
    job.error = error;
  });
  return job;
}

/**
 * @param {Machine} machine @param {number} count @param {() => WebAssembly.Module} compile
 * @returns {Function[] | undefined}
 */
function functionsOf(machine, count, compile) {
  try {
    const { exports } = new WebAssembly.Instance(compile(), machine.forTranslated);
    return Array.from({ length: count }, (_, index) => /** @type {Function} */ (exports[index]));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /disallow|unsafe-eval|Content Security/i.test(error.message)) return undefined;
    if (error instanceof EvalError || error instanceof RangeError) return undefined; /* forbidden, or no memory for it */
    throw corrupt('a module that the core made does not compile', error);
  }
}

/** @param {unknown} error @returns {never} */
function raise(error) {
  throw error;
}
