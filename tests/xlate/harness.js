/**
 * Runs fuzz.c, wherever WebAssembly runs: tests/xlate/run.js in Node, tests/browser/xlate.test.js in a page. Nothing
 * here is Node's.
 */

const PARTS = ['stop', 'count', 'pc', 'condition code', 'registers', 'special registers', 'memory', 'stop', 'fault'];
const LONGEST = [1, 2, 3, 7, 50, 1000, 30_000];
/* The table of functions only grows. */
const PROGRAMS_OF_INSTANCE = 500;

/**
 * @typedef {object} Total
 * @property {number} programs
 * @property {number} instructions
 * @property {number} modules that were compiled
 * @property {number} bytes of them
 * @property {string[]} failed
 */

/**
 * An instance of a harness. A module of translated code that it asks for gets the places in the table of the one
 * before where `again` says that nothing of that one is called any more.
 * @param {WebAssembly.Module} harness @param {{again?: boolean, print?: (text: string) => void}} [options]
 */
export function startHarness(harness, { again = false, print = () => {} } = {}) {
  const stats = { modules: 0, bytes: 0 };
  /** @type {Record<string, any>} */
  let exports = {};
  let places = { first: 0, count: 0 };
  const view = () => new DataView(exports.memory.buffer);
  const earlier = new Proxy({}, { get: (_, number) => exports.__indirect_function_table.get(Number(number)) });
  const env = {
    emscripten_notify_memory_growth() {},
    install(/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ count) {
      const bytes = new Uint8Array(exports.memory.buffer, at >>> 0, size).slice();
      const made = new WebAssembly.Instance(new WebAssembly.Module(bytes),
        { env: { memory: exports.memory, resume: exports.resume }, table: earlier }).exports;
      const table = exports.__indirect_function_table;
      if (!again || count > places.count) places = { first: table.grow(count), count };
      for (let i = 0; i < count; i += 1) table.set(places.first + i, made[i]);
      stats.modules += 1;
      stats.bytes += size;
      return places.first;
    },
  };
  const wasi = {
    proc_exit() { throw new Error('the harness ended'); },
    fd_write(/** @type {number} */ _fd, /** @type {number} */ vectors, /** @type {number} */ count, /** @type {number} */ written) {
      let size = 0;
      for (let i = 0; i < count; i += 1) {
        const [start, length] = [view().getUint32(vectors + 8 * i, true), view().getUint32(vectors + 8 * i + 4, true)];
        print(new TextDecoder().decode(new Uint8Array(exports.memory.buffer, start, length).slice()));
        size += length;
      }
      view().setUint32(written, size, true);
      return 0;
    },
    fd_close: () => 0,
    fd_seek: () => 0,
  };
  ({ exports } = new WebAssembly.Instance(harness, { env, wasi_snapshot_preview1: wasi }));
  exports._initialize?.();
  return { exports, stats };
}

/**
 * Runs random programs from `first` on until there are enough or it is time.
 * @param {WebAssembly.Module} harness
 * @param {{programs: number, seconds: number, first: number}} options
 * @returns {Total}
 */
export function runPrograms(harness, { programs, seconds, first }) {
  const until = performance.now() + seconds * 1000;
  const total = { programs: 0, instructions: 0, modules: 0, bytes: 0, failed: /** @type {string[]} */ ([]) };
  let machine = startHarness(harness);
  for (let seed = first; total.programs < programs && performance.now() < until; seed += 1) {
    const longest = LONGEST[seed % LONGEST.length];
    const count = machine.exports.run(seed, longest);
    total.programs += 1;
    total.instructions += Math.abs(count);
    if (count < 0) {
      total.failed.push(`seed ${seed}: ${PARTS[machine.exports.difference()]} differs after ${-count - 1} instructions`);
      console.log(total.failed.at(-1));
    }
    if (total.programs % PROGRAMS_OF_INSTANCE === 0) {
      total.modules += machine.stats.modules;
      total.bytes += machine.stats.bytes;
      machine = startHarness(harness);
    }
  }
  total.modules += machine.stats.modules;
  total.bytes += machine.stats.bytes;
  return total;
}
