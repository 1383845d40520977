/**
 * Work in slices short enough for an event loop. How long a slice is depends on the clock; what the work
 * computes does not, because every piece can be cut anywhere.
 */
import { corrupt } from './errors.js';

/* An engine compiles a function when it is called first, runs new code slowly, and goes over to the optimised
 * code only when it is entered again, so the first slices are small. Code that is translated can run ten times as fast as code that is not yet,
 * so that a larger slice could turn out ten times as long as the one before. */
const FIRST_INSTRUCTIONS = 5_000;
const MOST_INSTRUCTIONS = 4_000_000;
/* Only translated code does more than these in a slice, which has a third of the time then: other translated code may
 * still be ten times as slow, until the engine has optimised it. Each slice costs some 10 us besides. */
const MANY_INSTRUCTIONS = 1_000_000;
const MANY_MS = 1;
/* What a slice may take of slow things and of what is interpreted, in units of about 10 ns (the core's cpu.h). */
const FIRST_EFFORT = 100_000;
const LEAST_EFFORT = 10_000;
const MOST_EFFORT = 300_000;
const FIRST_BYTES = 256 << 10;
const MOST_BYTES = 16 << 20;
/* Less than half of the 8 ms that a slice may take, for a machine that suddenly gets slower. */
const TARGET_MS = 3;

/* Pieces that follow each other in one turn of the event loop: after this long no further one begins. A turn
 * for each piece of a fifth of a millisecond would cost as much as the piece, and leave its events to be swept
 * up by the thousand, at the page's expense. */
const TURN_MS = 1.5;

/* Between two calls of onProgress. What is done with them may cost more than a slice: slices can be as short as a
 * fifth of this. */
const PROGRESS_MS = 1;

/* Slices that only touch memory: no more than there can be when each touches 50 of 2^20 pages. */
const MOST_IDLE = 2 ** 15;

/** Chooses the size of the next piece from how long the last ones took. */
export class Pacer {
  #amount;
  #first;
  #least;
  #many;
  #most;
  #targetMs;

  /**
   * Amounts are in any unit of work; of more than `many` a piece takes MANY_MS at most.
   * @param {{first: number, most: number, many?: number, least?: number, targetMs?: number}} options
   */
  constructor({ first, most, many = most, least = 1, targetMs = TARGET_MS }) {
    this.#amount = first;
    this.#first = first;
    this.#least = least;
    this.#many = many;
    this.#most = most;
    this.#targetMs = targetMs;
  }

  /** For a machine's instructions. @param {number} [targetMs] */
  static instructions(targetMs) {
    return new Pacer({ first: FIRST_INSTRUCTIONS, many: MANY_INSTRUCTIONS, most: MOST_INSTRUCTIONS, targetMs });
  }

  /** For what a machine does beside its instructions. @param {number} [targetMs] */
  static effort(targetMs) {
    return new Pacer({ first: FIRST_EFFORT, most: MOST_EFFORT, least: LEAST_EFFORT, targetMs });
  }

  /** For bytes that are copied or hashed. @param {number} [targetMs] */
  static bytes(targetMs) {
    return new Pacer({ first: FIRST_BYTES, most: MOST_BYTES, targetMs });
  }

  /** The size of the next piece: a whole number. */
  get amount() {
    return this.#amount;
  }

  /**
   * @param {number} amount of work done
   * @param {number} ms that it took; clocks in pages are coarse, so 0 is possible
   */
  spent(amount, ms) {
    if (amount < this.#amount && ms < this.#targetMs) return; /* too short to tell anything */
    const fitting = (/** @type {number} */ allowedMs) => (ms > 0 ? amount * (allowedMs / ms) : Infinity);
    const next = Math.min(fitting(this.#targetMs), Math.max(this.#many, fitting(MANY_MS)), 2 * this.#amount, this.#most);
    this.#amount = Math.max(this.#least, Math.floor(next));
  }

  /** What follows is new code: small pieces again. */
  restart() {
    this.#amount = Math.min(this.#amount, this.#first);
  }

  /**
   * Does one piece and learns from it.
   * @template T
   * @param {number} amount
   * @param {() => T} work
   * @returns {T}
   */
  time(amount, work) {
    const start = performance.now();
    const result = work();
    this.spent(amount, performance.now() - start);
    return result;
  }
}

/** Chooses what each slice of one machine gets, and notices a machine that does not get on. */
export class SlicePacer {
  #instructions = Pacer.instructions();
  #effort = Pacer.effort();
  /** Slices one after the other that did nothing. */
  #idle = 0;

  /**
   * Runs one slice.
   * @param {bigint} most instructions
   * @param {(instructions: bigint, effort: number) => void} slice
   */
  run(most, slice) {
    const instructions = smaller(most, BigInt(this.#instructions.amount));
    const effort = this.#effort.amount;
    const start = performance.now();
    slice(instructions, effort);
    return { instructions, effort, ms: performance.now() - start };
  }

  /**
   * Learns from a slice.
   * @param {ReturnType<SlicePacer['run']>} given
   * @param {{whole: boolean, paused: boolean, idle: boolean}} came whole: it used all its instructions; paused: it could
   *   run on; idle: it did nothing
   */
  learn({ instructions, effort, ms }, { whole, paused, idle }) {
    if (whole) this.#instructions.spent(Number(instructions), ms);
    else if (paused) this.#effort.spent(effort, ms);
    this.#idle = idle ? this.#idle + 1 : 0;
    if (this.#idle > MOST_IDLE) throw corrupt('a machine that does not get on');
  }

  /** See Pacer.restart. */
  restart() {
    this.#instructions.restart();
  }
}

/**
 * Tells progress, but not of every slice.
 * @template P
 * @param {((progress: P) => void) | undefined} onProgress
 * @param {number} [everyMs]
 * @returns {(progress: P, ended: boolean) => void} ended: this one is told
 */
export function sparingly(onProgress, everyMs = PROGRESS_MS) {
  let told = -Infinity;
  return (progress, ended) => {
    if (!onProgress || (!ended && performance.now() - told < everyMs)) return;
    told = performance.now();
    onProgress(progress);
  };
}

/** @param {bigint} a @param {bigint} b */
export function smaller(a, b) {
  return a < b ? a : b;
}

/**
 * Work that can be cut: it yields nothing where the event loop may do other things, or the answer of a source
 * that it waits for. The same work runs to its end at once (driveSync) or between other work (drive).
 * @template T
 * @typedef {Generator<void | number | Promise<number>, T, number>} Work
 */

/**
 * Does pieces of work that say nothing until the last one has the answer.
 * @template T
 * @param {Pacer} pacer
 * @param {(amount: number) => T | undefined | false} piece
 * @returns {Work<T>}
 */
export function* untilDone(pacer, piece) {
  for (;;) {
    const { amount } = pacer;
    const answer = pacer.time(amount, () => piece(amount));
    if (answer !== undefined && answer !== false) return answer;
    yield;
  }
}

/**
 * @template T
 * @param {Work<T>} work
 * @param {import('./options.js').Turns} turns ended here
 * @returns {Promise<T>}
 */
export async function drive(work, turns) {
  try {
    let began = performance.now();
    let step = work.next(0);
    while (!step.done) {
      const { value } = step;
      try {
        if (value === undefined && performance.now() - began >= TURN_MS) {
          await turns.next();
          began = performance.now();
        }
        const answer = await value;
        step = work.next(answer ?? 0);
      } catch (error) {
        step = work.throw(error);
      }
    }
    return step.value;
  } finally {
    turns.end();
  }
}

/**
 * @template T
 * @param {Work<T>} work
 * @returns {T}
 */
export function driveSync(work) {
  let step = work.next(0);
  while (!step.done) step = work.next(typeof step.value === 'number' ? step.value : 0);
  return step.value;
}
