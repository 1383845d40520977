/**
 * The benchmark's main program (tests/bench/run does the set-up and starts it): builds the programs, measures
 * each in fresh processes and pages, prints the table and writes the JSON.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ROOT, buildNativeEngine, buildPrograms, runTool } from './build.js';
import { chromiumVersion, runInChromium } from './chromium.js';
import { PROGRAMS } from './programs.js';
import { bars, formatReport, means } from './report.js';
import { median, summary } from './statistics.js';

/** @typedef {{bestMs: number, medianMs: number, runs: number, bestCpuMs: number}} Summary */
/** @typedef {Summary & {coldMs: number, coldRunMs: number}} Timed */
/** @typedef {{box: Timed, wasm?: Timed}} EngineFigures */
/** @typedef {import('./measure.js').Mode} Mode */
/** @typedef {{name: string, place: string, mode: Mode}} Engine */
/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} kind
 * @property {number} size
 * @property {number} checksum
 * @property {number} instructions
 * @property {Summary} native
 * @property {Record<string, EngineFigures>} engines by Engine.name
 */
/**
 * @typedef {object} Results
 * @property {string} date
 * @property {boolean} quick
 * @property {Engine[]} engines
 * @property {{cpu: string, cores: number, memoryGiB: number, loadBefore: string, loadAfter: string,
 *   versions: string[]}} machine
 * @property {Row[]} programs
 * @property {Record<string, ReturnType<typeof means>>} means
 * @property {Record<string, {firstMs: number, firstCpuMs: number, processes: number,
 *   steps: {instructions: number, ms: number}[]}>} start
 * @property {Record<string, {bytes: number, addMs: number, copyMs: number, hashMs: number, ratio: number,
 *   ratioCpu: number}>} load
 * @property {Record<string, {name: string, usedBytes: number, heldBytes: number}[]>} memory
 * @property {{bytes: number, gzipBytes: number}} core
 * @property {import('./report.js').Bar[]} bars
 */

const HELP = `usage: tests/bench/run [options]

Measures moxbox against the same C as wasm and as native code: one table for each engine, the bars, and JSON.

  --engine E    node, chromium or native (the core built for this machine); can be repeated (default: all three)
  --mode M      interpreter or auto (hot code is translated); can be repeated (default: both; native interprets)
  --only NAME   only this program, and none of the other measurements; can be repeated
  --cold        only this: the first job of a fresh process, from its start to 10^3 ... 10^9 instructions
  --quick       about a tenth of the work: for a look, not for figures to keep
  --json FILE   also write the results there
  --check       exit status 1 when a bar is not met
  --help        print this text
`;

const ENGINES = ['node', 'chromium', 'native'];
const MODES = ['interpreter', 'auto'];
const LOAD_BYTES = 64 << 20;
const RUNS = 8;
const START_UP_TO = 100_000_000;
const MEMORY_PROGRAMS = ['fib', 'sieve', 'json', 'hashtable', 'bintree'];

/** @param {string[]} args */
function readArguments(args) {
  const { values } = parseArgs({ args, options: {
    engine: { type: 'string', multiple: true, default: ENGINES },
    mode: { type: 'string', multiple: true, default: MODES },
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    cold: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } });
  const known = PROGRAMS.map(({ name }) => name);
  for (const [list, allowed, what] of /** @type {[string[], string[], string][]} */ (
    [[values.engine, ENGINES, 'engine'], [values.mode, MODES, 'mode'], [values.only, known, 'program']])) {
    const wrong = list.find((name) => !allowed.includes(name));
    if (wrong !== undefined) throw new TypeError(`no ${what} "${wrong}"; there are ${allowed.join(', ')}`);
  }
  return values;
}

/** @param {string} text shown while a terminal waits */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text) process.stderr.write(`${text}\n`);
}

/**
 * The machines that this run measures: where the core runs, and whether it translates.
 * @param {{engine: string[], mode: string[]}} options
 * @returns {Engine[]}
 */
function enginesOf(options) {
  return ENGINES.filter((place) => options.engine.includes(place)).flatMap((place) => {
    const modes = place === 'native' ? ['interpreter'] : MODES.filter((mode) => options.mode.includes(mode));
    return modes.map((mode) => ({ name: `${place} ${mode}`, place, mode: /** @type {Mode} */ (mode) }));
  });
}

/**
 * @param {Engine} engine
 * @param {any} job without its mode
 */
async function runJob(engine, job) {
  return runJobAt(engine.place, { ...job, mode: engine.mode });
}

/**
 * @param {string} place
 * @param {import('./measure.js').Job} job
 */
async function runJobAt(place, job) {
  if (place === 'chromium') return runInChromium(job);
  const script = join(ROOT, 'tests/bench/node_job.js');
  return JSON.parse(execFileSync(process.execPath, [script, JSON.stringify(job)],
    { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** @param {string} path @param {string[]} args */
function runNative(path, args) {
  return JSON.parse(runTool(join(ROOT, path), args));
}

/** @param {string} name @param {Record<string, number>} seen what each build computed */
function checkSame(name, seen) {
  const values = Object.values(seen);
  if (values.some((value) => value !== values[0])) {
    throw new Error(`${name}: the builds disagree: ${JSON.stringify(seen)}; no time of this program means anything`);
  }
  return /** @type {number} */ (values[0]);
}

/**
 * @param {import('./programs.js').Program} program
 * @param {{guest: string, wasm: string, native: string}} paths
 * @param {Engine[]} machines
 * @param {boolean} quick
 * @returns {Promise<Row>}
 */
async function measureProgram(program, paths, machines, quick) {
  const { name, kind } = program;
  const size = quick ? program.quick : program.size;
  const native = runNative(paths.native, [String(size), '15']);
  /** @type {Record<string, number>} */
  const checksums = { native: native.checksum };
  /** @type {Record<string, number>} */
  const counts = {};
  /** @type {Record<string, EngineFigures>} */
  const engines = {};
  for (const engine of machines) {
    progress(`${name}: ${engine.name}`);
    if (engine.place === 'native') {
      const made = runNative(buildNativeEngine(), [join(ROOT, paths.guest), String(size), String(RUNS)]);
      const coldMs = made.runs[0].ms;
      engines[engine.name] = { box: { coldMs, coldRunMs: coldMs, ...summary(made.runs) } };
      checksums[`guest, ${engine.name}`] = made.checksum;
      counts[engine.name] = made.instructions;
    } else {
      const { box, wasm } = await runJob(engine, { kind: 'program', guest: paths.guest, wasm: paths.wasm, size, runs: RUNS });
      engines[engine.name] = { box, wasm };
      checksums[`guest, ${engine.name}`] = box.checksum;
      checksums[`wasm, ${engine.name}`] = wasm.checksum;
      counts[engine.name] = box.instructions;
    }
  }
  return { name, kind, size, checksum: checkSame(name, checksums), instructions: checkSame(`${name}, instructions`, counts),
    native: summary(native.runs), engines };
}

/**
 * @param {Results} results
 * @param {Map<string, {guest: string}>} built
 */
async function measureOthers(results, built) {
  const guestOf = (/** @type {string} */ name) => built.get(name)?.guest ?? '';
  const sizeOf = (/** @type {string} */ name) => PROGRAMS.find((program) => program.name === name)?.quick ?? 0;
  const repeats = results.quick ? 3 : 7;
  for (const engine of results.engines.filter(({ place }) => place !== 'native')) {
    const { name } = engine;
    progress(`start: ${name}`);
    /** @type {{firstMs: number, firstCpuMs: number, steps: {instructions: number, ms: number}[]}[]} */
    const starts = [];
    for (let i = 0; i < repeats; i += 1) {
      starts.push(await runJob(engine, { kind: 'start', guest: guestOf('crc32'), size: 10_000, upTo: START_UP_TO }));
    }
    results.start[name] = { firstMs: median(starts.map(({ firstMs }) => firstMs)),
      firstCpuMs: median(starts.map(({ firstCpuMs }) => firstCpuMs)), processes: repeats,
      steps: (starts[0]?.steps ?? []).map(({ instructions }, i) =>
        ({ instructions, ms: median(starts.map(({ steps }) => steps[i]?.ms ?? NaN)) })) };
    progress(`load: ${name}`);
    results.load[name] = await runJob(engine, { kind: 'load', guest: guestOf('fib'), bytes: LOAD_BYTES, runs: RUNS });
    progress(`memory: ${name}`);
    results.memory[name] = await runJob(engine, { kind: 'memory', guests: [
      ...MEMORY_PROGRAMS.map((program) => ({ name: program, guest: guestOf(program), size: sizeOf(program), extraBytes: 0 })),
      { name: 'fib with 64 MiB of data', guest: guestOf('fib'), size: sizeOf('fib'), extraBytes: LOAD_BYTES },
    ] });
  }
}

/** Guests of the cold table, with sizes that make more than 10^9 instructions. */
const COLD_GUESTS = { crc32: 10_000, json: 800, lua_queens: 800, fib: 40, sieve: 60 };

/**
 * The first job of a fresh process: processor time and time by the clock from ELF bytes to so many instructions.
 * @param {Engine[]} engines @param {boolean} quick
 */
async function printCold(engines, quick) {
  const built = buildPrograms(PROGRAMS.filter(({ name }) => name in COLD_GUESTS), progress);
  for (const [name, size] of Object.entries(COLD_GUESTS)) {
    /** Of each engine. @type {any[][]} */
    const runs = engines.map(() => []);
    for (let i = 0; i < (quick ? 1 : 5); i += 1) { /* in turn, as machines change */
      for (const [index, engine] of engines.entries()) {
        progress(`cold: ${name}, ${engine.name}`);
        runs[index].push(await runJob(engine, { kind: 'start', guest: built.get(name)?.guest, size, from: 1000, upTo: quick ? 1e8 : 1e9 }));
      }
    }
    progress('');
    engines.forEach((engine, index) => printColdRuns(`${name}, ${engine.name}`, runs[index]));
  }
}

/** The best at each count. @param {string} name @param {any[]} runs */
function printColdRuns(name, runs) {
  const best = (/** @type {(run: any) => number} */ pick) => Math.min(...runs.map(pick)).toFixed(1);
  for (const [label, key, first] of [['processor time', 'cpuMs', 'firstCpuMs'], ['the clock', 'ms', 'firstMs']]) {
    const steps = runs[0].steps.map((/** @type {{instructions: number}} */ { instructions }, /** @type {number} */ i) =>
      `10^${Math.round(Math.log10(instructions))}: ${best((run) => run.steps[i][key ?? ''])}`);
    process.stdout.write(`${name}, ms by ${label}: first: ${best((run) => run[first ?? ''])}  ${steps.join('  ')}\n`);
  }
}

/** @param {string} command @param {string[]} args @returns {string} its first line */
function firstLine(command, args) {
  return runTool(command, args).trim().split('\n')[0] ?? '';
}

/** @param {string[]} engines */
function describeMachine(engines) {
  const load = loadavg().map((value) => value.toFixed(2)).join(' ');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadBefore: load,
    loadAfter: load,
    versions: [`Node ${process.versions.node} (V8 ${process.versions.v8})`,
      ...(engines.includes('chromium') ? [chromiumVersion()] : []),
      firstLine('gcc', ['--version']), firstLine('emcc', ['--version']), firstLine('clang-14', ['--version'])],
  };
}

/** @param {string[]} args @returns {Promise<number>} the exit status */
async function main(args) {
  let options;
  try {
    options = readArguments(args);
  } catch (error) {
    process.stderr.write(`tests/bench/run: ${/** @type {Error} */ (error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.cold) {
    await printCold(enginesOf(options).filter(({ place }) => place !== 'native'), options.quick);
    return 0;
  }
  const programs = PROGRAMS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const built = buildPrograms(programs, progress);
  const core = readFileSync(join(ROOT, 'web/core.wasm'));
  /** @type {Results} */
  const results = { date: new Date().toISOString().slice(0, 10), quick: options.quick, engines: enginesOf(options),
    machine: describeMachine(options.engine), programs: [], means: {}, start: {}, load: {}, memory: {},
    core: { bytes: core.length, gzipBytes: gzipSync(core, { level: 9 }).length }, bars: [] };
  for (const program of programs) {
    results.programs.push(await measureProgram(program, /** @type {any} */ (built.get(program.name)), results.engines,
      options.quick));
  }
  if (options.only.length === 0) await measureOthers(results, built);
  for (const { name } of results.engines) results.means[name] = means(results.programs, name);
  results.bars = bars(results);
  results.machine.loadAfter = loadavg().map((value) => value.toFixed(2)).join(' ');
  progress('');
  process.stdout.write(formatReport(results));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
  return options.check && results.bars.some(({ met }) => !met) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  progress('');
  process.stderr.write(`tests/bench/run: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
