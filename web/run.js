/**
 * The simple case in one call: a program in, a result out, nothing left behind.
 */
import { Box } from './box.js';
import { splitOptions } from './options.js';

/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').OneRunOptions} OneRunOptions */
/** @typedef {import('./options.js').BoxOptions} BoxOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./result.js').Result} Result */

/**
 * @typedef {object} BoxClass
 * @property {(options: BoxOptions) => Promise<{run(options?: RunOptions): Promise<Result>, dispose(): void}>} create
 * @property {(options: BoxOptions) => {runSync(options?: RunOptions): Result, dispose(): void}} createSync
 */

/**
 * run and runSync for one kind of box.
 * @param {BoxClass} BoxClass
 */
export function runnersFor(BoxClass) {
  /**
   * Runs one program on its inputs.
   *
   * @example
   * import { run } from 'moxbox';
   * const result = await run(elf, { data: [file], budget: 50_000_000n });
   *
   * @param {Input | Input[]} program the executable, or several, of which the last one starts
   * @param {OneRunOptions} [options] those of Box.create and of run
   * @returns {Promise<Result>}
   */
  async function run(program, options = {}) {
    const { box: forBox, run: forRun } = splitOptions(options);
    const box = await BoxClass.create({ ...forBox, programs: Array.isArray(program) ? program : [program] });
    try {
      return await box.run(forRun);
    } finally {
      box.dispose();
    }
  }

  /**
   * The same at once, for workers and scripts: it does not give the event loop a turn.
   *
   * @example
   * import { runSync } from 'moxbox';
   * const { output } = runSync(elf, { data: [file] });
   *
   * @param {Input | Input[]} program
   * @param {OneRunOptions} [options]
   * @returns {Result}
   */
  function runSync(program, options = {}) {
    const { box: forBox, run: forRun } = splitOptions(options);
    const box = BoxClass.createSync({ ...forBox, programs: Array.isArray(program) ? program : [program] });
    try {
      return box.runSync(forRun);
    } finally {
      box.dispose();
    }
  }

  return { run, runSync };
}

export const { run, runSync } = runnersFor(Box);
