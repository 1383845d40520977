/**
 * Translated code: the core writes WebAssembly modules, this compiles them and gives their functions back.
 * Where code cannot be made at run time (a content-security policy without wasm-unsafe-eval, some edge hosts)
 * it notices, and the core interprets.
 */
import { MoxboxError, corrupt } from './errors.js';

/** @typedef {import('./cage-machine.js').Token} Token */
/** @typedef {{bytes: Uint8Array, count: number, token?: Token}} Waiting a module; token: of which cage's engine */

/**
 * @typedef {object} Machine of one program or of cages
 * @property {import('./instance.js').Instance['forTranslated']} forTranslated
 * @property {() => {writing: boolean}} translation
 * @property {(budget: bigint) => void} run
 * @property {() => Waiting | undefined} waitingModule
 * @property {(token: any) => boolean} knows whether the engine is there that a module was written for; functions of
 *   a module whose engine is gone write to memory that is no longer its own
 * @property {(functions: Function[] | undefined, token: any) => boolean} install false: the module is stale
 */

/** @typedef {import('./learner.js').Learner} Learner */

/* A piece of writing or warming is as short as a turn of the event loop that it goes into. */
const PIECE_MS = 1;
/* Fuel with which a translated function returns at once (core/xlate/emit.h). */
const NO_FUEL = -1;

/* A module up to this size is compiled at once, in less than a millisecond. A larger one would hold up the
 * event loop, for 15 ms at two megabytes, so it is compiled beside the run. */
const AT_ONCE_BYTES = 64 << 10;

/** @typedef {Waiting & {module?: WebAssembly.Module, error?: unknown}} Job */

/** What compiles the modules of one machine. */
export class Translations {
  #engine;
  #learner;
  /** A module that is compiled beside the run. @type {Job | undefined} */
  #job;
  /** Functions of a large module that nobody has called yet. @type {{functions: Function[], token: Token | undefined}} */
  #cold = { functions: [], token: undefined };

  /**
   * @param {import('./options.js').Engine} engine 'translator' makes it an error that code cannot be made
   * @param {Learner} [learner] of the same machine
   */
  constructor(engine, learner) {
    this.#engine = engine;
    this.#learner = learner;
  }

  /**
   * What there is to do between two slices, in pieces that each can take as long as a slice.
   * @param {() => Machine} alive the machine; throws when it is gone
   * @param {boolean} turning whether the event loop turns meanwhile
   * @param {{restart: () => void}} slices told of new code
   * @returns {import('./slices.js').Work<void>}
   */
  *between(alive, turning, slices) {
    while (this.#goOnWriting(alive())) yield;
    if (this.advance(alive(), turning)) {
      slices.restart();
      do yield; while (this.warm(alive()));
    }
  }

  /**
   * Goes on with the module that is being written, for no longer than a slice; the guest stands meanwhile.
   * @param {Machine} machine
   * @returns {boolean} whether there is more to do
   */
  #goOnWriting(machine) {
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
   * @param {Machine} machine
   * @returns {boolean} whether there was one
   */
  warm(machine) {
    const { functions, token } = this.#cold;
    if (functions.length === 0) return false;
    if (!machine.knows(token)) {
      this.#cold = { functions: [], token: undefined };
      return false;
    }
    const end = performance.now() + PIECE_MS;
    do functions.pop()?.(NO_FUEL, 0); while (functions.length > 0 && performance.now() < end);
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
      return this.#install(machine, job, turning, () => job.module ?? raise(job.error));
    }
    const waiting = machine.waitingModule();
    if (!waiting) return false;
    const bytes = /** @type {BufferSource & Uint8Array} */ (waiting.bytes);
    const known = this.#learner?.compiled(bytes);
    if (turning && !known && bytes.length > AT_ONCE_BYTES) {
      this.#job = startJob({ ...waiting, bytes });
      return false;
    }
    this.#job = undefined;
    return this.#install(machine, waiting, turning, () => known ?? new WebAssembly.Module(bytes));
  }

  /**
   * @param {Machine} machine @param {Waiting} waiting @param {boolean} turning @param {() => WebAssembly.Module} compile
   * @returns {boolean} false: the module is stale
   */
  #install(machine, { bytes, count, token }, turning, compile) {
    if (!machine.knows(token)) return false; /* the functions that it imports may be gone, too */
    const functions = functionsOf(machine, count, () => {
      const module = compile();
      this.#learner?.learned({ bytes, module });
      return module;
    });
    if (!functions && this.#engine === 'translator') throw new MoxboxError('MOXBOX_ENGINE');
    if (!machine.install(functions, token)) return false;
    this.#cold = { functions: functions && turning && bytes.length > AT_ONCE_BYTES ? functions : [], token };
    return true;
  }
}

/** @param {Waiting & {bytes: BufferSource & Uint8Array}} waiting */
function startJob(waiting) {
  /** @type {Job} */
  const job = { ...waiting };
  WebAssembly.compile(waiting.bytes).then((module) => {
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
