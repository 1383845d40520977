/* A job: what is to be run. Jobs are values; every change makes a new one, so that a change which turns out
 * bad (an ELF file that is none) leaves the page with the job it had. */

/**
 * @typedef {object} Item a program or a data file
 * @property {string} name for people only; the guest never sees it
 * @property {Blob} blob
 * @property {boolean} sample whether it came with a demo, so that the user's own files replace it
 */

/**
 * @typedef {object} Job
 * @property {string} demo id of the demo it began as, or ''
 * @property {readonly Item[]} programs the last one's entry point is where the run starts
 * @property {readonly Item[]} data
 * @property {number} memoryLimitBytes
 * @property {number} stackSizeBytes
 */

/** @type {Job} */
export const EMPTY_JOB = Object.freeze({
  demo: '', programs: [], data: [], memoryLimitBytes: 256 << 20, stackSizeBytes: 64 << 10,
});

/**
 * @param {string} name
 * @param {Blob | Uint8Array | string} content
 * @param {boolean} [sample]
 * @returns {Item}
 */
export function itemOf(name, content, sample = false) {
  const part = content instanceof Uint8Array ? new Uint8Array(content) : content;
  return { name, blob: part instanceof Blob ? part : new Blob([part]), sample };
}

/**
 * The job with further files: programs go behind the user's own programs or replace a demo's, with its sample
 * data; data go behind the user's own data or replace a demo's samples.
 * @param {Job} job
 * @param {{programs?: Item[], data?: Item[]}} added
 * @returns {Job}
 */
export function withFiles(job, { programs = [], data = [] }) {
  const own = (/** @type {readonly Item[]} */ items) => items.filter((item) => !item.sample);
  return {
    ...job,
    demo: programs.length ? '' : job.demo,
    programs: programs.length ? [...own(job.programs), ...programs] : job.programs,
    data: data.length || programs.length ? [...own(job.data), ...data] : job.data,
  };
}

/**
 * @param {Job} job
 * @param {'programs' | 'data'} list
 * @param {number} index
 * @param {Item} [replacement] nothing: the item is taken out
 * @returns {Job}
 */
export function withItem(job, list, index, replacement) {
  const items = [...job[list]];
  items.splice(index, 1, ...(replacement ? [replacement] : []));
  return { ...job, [list]: items };
}

const STATE_NAME = 'state.bin';

/**
 * The job with a State Buffer as its last data file, in the place of the one fed before, if any.
 * @param {Job} job
 * @param {Uint8Array} state
 * @returns {Job}
 */
export function withState(job, state) {
  const data = job.data.at(-1)?.name === STATE_NAME ? job.data.slice(0, -1) : job.data;
  return { ...job, data: [...data, itemOf(STATE_NAME, state)] };
}

/**
 * What `Box.create` takes.
 * @param {Job} job
 */
export function boxOptions(job) {
  return {
    programs: job.programs.map((item) => item.blob),
    data: job.data.map((item) => item.blob),
    memoryLimitBytes: job.memoryLimitBytes,
    stackSizeBytes: job.stackSizeBytes,
  };
}
