/**
 * The measurements themselves, on web-standard globals only: the same code runs in a Node process
 * (node_job.js) and in a page (page.js). A job is one fresh process or page; what it measures first is cold.
 */
import { summary } from './statistics.js';

/**
 * @typedef {object} Place what differs between Node and a page
 * @property {() => Promise<any>} importMoxbox
 * @property {(path: string) => Promise<Uint8Array<ArrayBuffer>>} read a file of the checkout
 * @property {() => Promise<Record<string, number>>} cpuMs milliseconds of processor time used so far, by
 *   process (of a page: main threads); the one that measures is among them
 */

/** @typedef {'interpreter' | 'auto'} Mode the box's option `engine`: without and with the translator */
/**
 * @typedef {object} ProgramJob
 * @property {'program'} kind
 * @property {string} guest path of the ELF file in the checkout
 * @property {string} wasm path of the same program as a wasm module
 * @property {number} size
 * @property {number} runs at least
 * @property {Mode} mode
 */
/** @typedef {{kind: 'start', guest: string, size: number, from?: number, upTo: number, mode: Mode}} StartJob */
/** @typedef {{kind: 'load', guest: string, bytes: number, runs: number, mode: Mode}} LoadJob */
/** @typedef {{kind: 'memory', guests: {name: string, guest: string, size: number, extraBytes: number}[], mode: Mode}}
 *   MemoryJob */
/** @typedef {ProgramJob | StartJob | LoadJob | MemoryJob} Job */

const MIB = 1 << 20;
const BATCH_MS = 30;

/** @param {number} size @returns {Uint8Array} data file 0 of a benchmark guest */
function sizeFile(size) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
}

/**
 * The clocks of one job. Wall time is what a user waits for; processor time is the same on a quiet machine and
 * still right on a busy one. The process that works most while the work is done is the one that does it. Asking
 * for its time costs something itself, which is found out first.
 * @param {Place} place
 */
async function makeStopwatch(place) {
  /** @param {Record<string, number>} before @param {Record<string, number>} after */
  const spent = (before, after) => Math.max(0, ...Object.entries(after).map(([name, ms]) => ms - (before[name] ?? ms)));
  let costMs = Infinity;
  for (let i = 0; i < 20; i += 1) {
    const before = await place.cpuMs();
    costMs = Math.min(costMs, spent(before, await place.cpuMs()));
  }
  /** @param {() => unknown} work @returns {Promise<{ms: number, cpuMs: number}>} */
  return async (work) => {
    const cpuBefore = await place.cpuMs();
    const before = performance.now();
    await work();
    const ms = performance.now() - before;
    return { ms, cpuMs: spent(cpuBefore, await place.cpuMs()) - costMs };
  };
}
/** @typedef {Awaited<ReturnType<typeof makeStopwatch>>} Stopwatch */

const STEADY_RUNS = 5;
const MOST_RUNS = 60;

/**
 * Repeats a run until it gets no faster: until STEADY_RUNS in a row have not lowered the best processor time by
 * 1 %. The engine's optimising compiler works in the background, so its result comes after a number of runs that
 * nobody can tell beforehand.
 * @template {{ms: number, cpuMs: number}} T
 * @param {number} least runs
 * @param {() => Promise<T>} once
 * @returns {Promise<T[]>}
 */
async function untilSteady(least, once) {
  /** @type {T[]} */
  const runs = [];
  let best = Infinity;
  let lowered = 0;
  while (runs.length < MOST_RUNS && (runs.length < least || runs.length - lowered < STEADY_RUNS)) {
    const run = await once();
    runs.push(run);
    if (run.cpuMs < 0.99 * best) lowered = runs.length;
    best = Math.min(best, run.cpuMs);
    // A pause in which the engine can put its optimised code in place.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return runs;
}

/** @param {any} result of Box.run @returns {number} */
function checksumOf(result) {
  if (result.stop !== 'exit' || result.exitCode !== 0 || result.output.length !== 4) {
    throw new Error(`the guest did not end well: ${result.stop} ${result.exitCode ?? ''} `
      + `${result.fault ? JSON.stringify(result.fault) : ''} after ${result.instructions} instructions`);
  }
  return new DataView(result.output.buffer, result.output.byteOffset).getUint32(0, true);
}

/**
 * One job from the file's bytes to the result; the run is timed.
 * @param {any} Box @param {Uint8Array} elf @param {ProgramJob} job @param {Stopwatch} time
 */
async function boxJob(Box, elf, { size, mode }, time) {
  const box = await Box.create({ programs: [elf], data: [sizeFile(size)], engine: mode });
  /** @type {any} */
  let result;
  const { ms, cpuMs } = await time(async () => { result = await box.run({ budget: Infinity }); });
  box.dispose();
  return { ms, cpuMs, instructions: Number(result.instructions), checksum: checksumOf(result) };
}

/**
 * The guest: first everything from nothing (library, core, guest), then more jobs.
 * @param {Place} place @param {ProgramJob} job @param {Stopwatch} time
 */
async function measureBox(place, job, time) {
  const start = performance.now();
  const { Box } = await place.importMoxbox();
  const elf = await place.read(job.guest);
  const first = await boxJob(Box, elf, job, time);
  const coldMs = performance.now() - start;
  const runs = await untilSteady(job.runs, () => boxJob(Box, elf, job, time));
  for (const run of runs) {
    if (run.checksum !== first.checksum || run.instructions !== first.instructions) {
      throw new Error(`${job.guest}: two runs of the same job differ`);
    }
  }
  return { coldMs, coldRunMs: first.ms, ...summary(runs), instructions: first.instructions,
    checksum: first.checksum };
}

/**
 * Emscripten tells of growing memory. What else a module imports comes with C libraries and is never called.
 * @param {WebAssembly.Module} module
 */
export function wasmImports(module) {
  /** @type {Record<string, Record<string, () => void>>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const never = () => { throw new Error(`the program called ${from}.${name}`); };
    (imports[from] ??= {})[name] = name === 'emscripten_notify_memory_growth' ? () => {} : never;
  }
  return imports;
}

/**
 * The same C as wasm: first everything from nothing (compile, instantiate, call), then calls on the same
 * instance until they get no faster.
 * @param {Place} place @param {ProgramJob} job @param {Stopwatch} time
 */
async function measureWasm(place, job, time) {
  const start = performance.now();
  const module = await WebAssembly.compile(await place.read(job.wasm));
  const instance = await WebAssembly.instantiate(module, wasmImports(module));
  const { _initialize, bench } = /** @type {Record<string, Function>} */ (instance.exports);
  _initialize?.();
  const before = performance.now();
  const checksum = bench?.(job.size) >>> 0;
  const end = performance.now();
  // The clocks are too coarse for short calls: these are timed in batches.
  const batch = Math.max(1, Math.ceil(BATCH_MS / Math.max(end - before, 0.01)));
  const runs = await untilSteady(job.runs, async () => {
    let last = checksum;
    const { ms, cpuMs } = await time(() => {
      for (let i = 0; i < batch && last === checksum; i += 1) last = bench?.(job.size) >>> 0;
    });
    if (last !== checksum) throw new Error(`${job.wasm}: two calls with the same size differ`);
    return { ms: ms / batch, cpuMs: cpuMs / batch };
  });
  return { coldMs: end - start, coldRunMs: end - before, ...summary(runs), checksum };
}

/**
 * From the ELF file's bytes to the first instruction, and on to 10^6, 10^7, ... instructions, in a process
 * where nothing ran before but the compilation of the core.
 * @param {Place} place @param {StartJob} job @param {Stopwatch} time
 */
async function measureStart(place, job, time) {
  const { Box } = await place.importMoxbox();
  const elf = await place.read(job.guest);
  const core = await WebAssembly.compile(await place.read('web/core.wasm'));
  const start = performance.now();
  /** @type {any} */
  let box;
  const first = await time(async () => {
    box = await Box.create({ programs: [elf], data: [sizeFile(job.size)], core, engine: job.mode });
    await box.run({ budget: 1 });
  });
  const steps = [];
  const cpuBefore = Math.max(...Object.values(await place.cpuMs()));
  for (let count = job.from ?? 1_000_000, done = 1; count <= job.upTo; count *= 10) {
    const { stop } = await box.run({ budget: count - done });
    if (stop !== 'budget') throw new Error(`${job.guest} ended before ${count} instructions`);
    done = count;
    const cpuMs = first.cpuMs + Math.max(...Object.values(await place.cpuMs())) - cpuBefore;
    steps.push({ instructions: count, ms: performance.now() - start, cpuMs });
  }
  box.dispose();
  return { firstMs: first.ms, firstCpuMs: first.cpuMs, steps };
}

/** @param {Uint8Array} bytes fills them with something that does not compress or repeat soon */
function scramble(bytes) {
  const words = new Uint32Array(bytes.buffer);
  for (let i = 0, x = 0x2545f491; i < words.length; i += 1) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
}

/** An instance of the core without the library around it. @param {WebAssembly.Module} core */
function bareCore(core) {
  /** @type {Record<string, Record<string, any>>} */
  const imports = {};
  for (const { module, name } of WebAssembly.Module.imports(core)) {
    (imports[module] ??= {})[name] = () => 0;
  }
  const exports = /** @type {Record<string, any>} */ (new WebAssembly.Instance(core, imports).exports);
  exports._initialize?.();
  return exports;
}

/**
 * What a data file of `bytes` bytes costs until the guest can start, beside its two necessary parts measured
 * alone: one copy into fresh wasm memory, and one SHA-256 by the core's own code. The four are measured by
 * turns, so that a busy minute does not hit one of them only.
 * @param {Place} place @param {LoadJob} job @param {Stopwatch} time
 */
async function measureLoad(place, job, time) {
  const { Box } = await place.importMoxbox();
  const elf = await place.read(job.guest);
  const core = await WebAssembly.compile(await place.read('web/core.wasm'));
  const data = new Uint8Array(job.bytes);
  scramble(data);
  const exports = bareCore(core);
  const context = exports.mox_alloc(exports.mox_sha256_size()) >>> 0;
  const digest = exports.mox_alloc(32) >>> 0;
  const block = exports.mox_alloc(job.bytes) >>> 0;
  new Uint8Array(exports.memory.buffer, block, job.bytes).set(data);
  const create = async (/** @type {Uint8Array} */ file) => {
    const box = await Box.create({ programs: [elf], data: [file], core, engine: job.mode });
    await box.run({ budget: 1 });
    box.dispose();
  };
  const work = {
    full: () => create(data),
    empty: () => create(new Uint8Array(4)),
    copy: () => {
      const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
      memory.grow(Math.ceil(job.bytes / 65536));
      new Uint8Array(memory.buffer, 0, job.bytes).set(data);
    },
    hash: () => {
      exports.mox_sha256_start(context);
      for (let at = 0; at < job.bytes; at += MIB) {
        exports.mox_sha256_update(context, block + at, Math.min(MIB, job.bytes - at));
      }
      exports.mox_sha256_finish(context, digest);
    },
  };
  /** @type {Record<string, {ms: number, cpuMs: number}[]>} */
  const runs = { full: [], empty: [], copy: [], hash: [] };
  for (let i = 0; i < job.runs; i += 1) {
    for (const [name, step] of Object.entries(work)) runs[name]?.push(await time(step));
  }
  const best = (/** @type {string} */ name) => summary(runs[name] ?? []);
  const [full, empty, copy, hash] = [best('full'), best('empty'), best('copy'), best('hash')];
  return { bytes: job.bytes, addMs: full.bestMs - empty.bestMs, copyMs: copy.bestMs, hashMs: hash.bestMs,
    ratio: (full.bestMs - empty.bestMs) / (copy.bestMs + hash.bestMs),
    ratioCpu: (full.bestCpuMs - empty.bestCpuMs) / (copy.bestCpuMs + hash.bestCpuMs) };
}

/**
 * Notes every memory that WebAssembly instances of this process export, so that the library need not say.
 * @returns {WebAssembly.Memory[]}
 */
function watchMemories() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const note = (/** @type {WebAssembly.Instance} */ instance) => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.push(value);
    }
  };
  const plain = WebAssembly.instantiate;
  WebAssembly.instantiate = /** @type {any} */ (async (/** @type {any} */ source, /** @type {any} */ imports) => {
    const made = /** @type {any} */ (await plain(source, imports));
    note(made instanceof WebAssembly.Instance ? made : made.instance);
    return made;
  });
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const made = Reflect.construct(target, args);
      note(made);
      return made;
    },
    get(target, key) {
      return Reflect.get(target, key);
    },
  });
  return memories;
}

/**
 * What an instance holds when its guest ends: wasm memory against the guest's memory.
 * @param {Place} place @param {MemoryJob} job
 */
async function measureMemory(place, job) {
  const memories = watchMemories();
  const { Box } = await place.importMoxbox();
  const rows = [];
  for (const { name, guest, size, extraBytes } of job.guests) {
    memories.length = 0;
    const data = [sizeFile(size), ...(extraBytes > 0 ? [new Uint8Array(extraBytes)] : [])];
    const box = await Box.create({ programs: [await place.read(guest)], data, engine: job.mode });
    checksumOf(await box.run({ budget: Infinity }));
    if (memories.length === 0) throw new Error('no wasm memory was seen');
    const heldBytes = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    rows.push({ name, usedBytes: (await box.report).memoryBytes, heldBytes });
    box.dispose();
  }
  return rows;
}

/** @param {Place} place @param {Job} job */
export async function measure(place, job) {
  const time = await makeStopwatch(place);
  switch (job.kind) {
    case 'program': {
      const box = await measureBox(place, job, time);
      const wasm = await measureWasm(place, job, time);
      return { box, wasm };
    }
    case 'start': return measureStart(place, job, time);
    case 'load': return measureLoad(place, job, time);
    case 'memory': return measureMemory(place, job);
  }
}
