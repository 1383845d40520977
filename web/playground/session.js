/* One machine at a time and what the user does with it: load, run, pause, step, stop. The machine is in a
 * Worker, so every action is a promise; `phase` says which actions make sense now. Views are told of every
 * change and read what they need; they never talk to the machine's worker about running. */
import { Box, MoxboxError } from './library.js';
import { boxOptions, EMPTY_JOB } from './job.js';

/** @typedef {import('./job.js').Job} Job */
/** @typedef {import('../result.js').Result} Result */
/**
 * @typedef {'empty' | 'loading' | 'ready' | 'running' | 'paused' | 'ended'} Phase
 *   ready: at the entry point, nothing has run; paused: it can run on; ended: exit, fault, break or stopped
 */

/**
 * @typedef {object} Listener
 * @property {() => void} onChange the phase, the job or the result changed
 * @property {(instructions: bigint) => void} onProgress during a run, once a slice
 */

export class Session {
  /** @type {Phase} */
  phase = 'empty';
  /** @type {Job} */
  job = EMPTY_JOB;
  /** @type {Box | undefined} the machine to look at; undefined only in phase 'empty' and the first 'loading' */
  box;
  /** @type {Result | undefined} of the last run or step of this machine */
  result;
  /** Who ended the last run: the machine itself or the user. @type {'machine' | 'pause' | 'stop'} */
  endedBy = 'machine';
  /** Instructions that the user has allowed so far. @type {bigint | number} */
  granted = 0n;
  /** Wall time spent in runs of this machine, for the speed shown. */
  activeMs = 0;
  /** Counts machines, so that views know a new one. */
  machine = 0;

  #listener;
  #loads = 0;
  /** The phase to go back to when a load fails. @type {Phase} */
  #settled = 'empty';

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /**
   * Makes a machine for a job. Only when that works does the job take the place of the present one, whose
   * run, if any, ends; when it fails, all stays as it was and the error is thrown.
   * @param {Job} job
   * @returns {Promise<boolean>} false when a later load overtook this one
   */
  async load(job) {
    if (job.programs.length === 0) {
      this.#replace(undefined, job, 'empty');
      return true;
    }
    this.#loads += 1;
    const mine = this.#loads;
    if (this.phase !== 'loading') this.#settled = this.phase;
    if (this.phase !== 'running') this.#enter('loading');
    try {
      const box = await Box.create(boxOptions(job));
      if (mine !== this.#loads) {
        box.dispose();
        return false;
      }
      this.#replace(box, job, 'ready');
      return true;
    } catch (error) {
      if (mine !== this.#loads) return false;
      if (this.phase === 'loading') this.#enter(this.#settled);
      throw error;
    }
  }

  /**
   * Runs from where the machine stands; one that has ended starts anew. After a pause the rest of the budget
   * is used, after a used-up budget it is granted once more.
   * @param {bigint | number} budget
   */
  async run(budget) {
    if (this.phase === 'ended' && !(await this.load(this.job))) return;
    if (!this.box || (this.phase !== 'ready' && this.phase !== 'paused')) return;
    const used = this.result?.instructions ?? 0n;
    const left = this.#left(used);
    const rest = this.phase === 'ready' || this.endedBy === 'machine' || left === 0n ? budget : left;
    this.granted = typeof rest === 'bigint' ? used + rest : rest;
    await this.#advance((box) => box.run({
      budget: rest,
      onProgress: ({ instructions }) => {
        if (box === this.box) this.#listener.onProgress(instructions);
      },
    }));
  }

  /**
   * Runs a few instructions, used-up budget or not.
   * @param {number} count
   * @param {bigint | number} budget what a run that goes on from here may use in all, steps included
   */
  async step(count, budget) {
    if (this.phase === 'ended' && !(await this.load(this.job))) return;
    if (!this.box || (this.phase !== 'ready' && this.phase !== 'paused')) return;
    if (this.phase === 'ready') this.granted = budget;
    await this.#advance((box) => box.run({ budget: BigInt(count) }));
    const used = this.result?.instructions ?? 0n;
    if (typeof this.granted === 'bigint' && used > this.granted) this.granted = used;
    // The next run continues with what is left of the budget, as after a pause.
    if (this.phase === 'paused') this.endedBy = 'pause';
    this.#listener.onChange();
  }

  /** Ends the run between two slices; it can go on. */
  async pause() {
    if (this.phase !== 'running') return;
    this.endedBy = 'pause';
    await this.box?.pause();
  }

  /** Ends the run for good. The machine stays to be looked at. */
  async stop() {
    if (this.phase === 'running') {
      this.endedBy = 'stop';
      await this.box?.pause();
    } else if (this.phase === 'paused') {
      this.endedBy = 'stop';
      this.#enter('ended');
    }
  }

  /** @param {bigint} used @returns {bigint | number} */
  #left(used) {
    if (typeof this.granted === 'number') return this.granted;
    return this.granted > used ? this.granted - used : 0n;
  }

  /** @param {(box: Box) => Promise<Result>} action */
  async #advance(action) {
    const { box } = this;
    if (!box) return;
    const before = this.phase;
    this.endedBy = 'machine';
    this.#enter('running');
    const begin = performance.now();
    try {
      const result = await action(box);
      if (box !== this.box) return;
      this.activeMs += performance.now() - begin;
      this.result = result;
      // pause() and stop() may have set it while this waited.
      const asked = /** @type {Session['endedBy']} */ (this.endedBy);
      if (asked === 'pause' && (result.stop !== 'budget' || result.instructions === this.granted)) {
        this.endedBy = 'machine';
      }
      const over = result.stop !== 'budget' || asked === 'stop';
      this.#enter(over ? 'ended' : 'paused');
    } catch (error) {
      // A machine that was replaced while it ran tells nobody.
      if (box !== this.box) return;
      this.#enter(MoxboxError.is(error) && error.code === 'MOXBOX_CORRUPT' ? 'ended' : before);
      throw error;
    }
  }

  /**
   * @param {Box | undefined} box
   * @param {Job} job
   * @param {Phase} phase
   */
  #replace(box, job, phase) {
    const old = this.box;
    this.box = box;
    this.job = job;
    this.result = undefined;
    this.endedBy = 'machine';
    this.granted = 0n;
    this.activeMs = 0;
    this.machine += 1;
    old?.dispose();
    this.#enter(phase);
  }

  /** @param {Phase} phase */
  #enter(phase) {
    this.phase = phase;
    this.#listener.onChange();
  }
}
