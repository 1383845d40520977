/** The results as a table for people, with the geometric means and the bars. */
import { geometricMean } from './statistics.js';

/** @typedef {import('./bench.js').Results} Results */
/** @typedef {import('./bench.js').Row} Row */
/** @typedef {{name: string, value: number, limit: number, unit: string, met: boolean}} Bar */

/* How many times slower than the same C as wasm a machine may be. */
const SPEED_BARS = { interpreter: 20, auto: 1 / 0.33 };
/* "No more than one copy and one SHA-256", with room for what two timings on a shared machine differ by. */
const LOAD_BAR = 1.05;
const MEMORY_FACTOR = 1.2;
const MEMORY_EXTRA_BYTES = 8 << 20;
const START_BAR_MS = 5;
const CORE_BAR_BYTES = 150_000;

/** @type {readonly {name: string, has: (kind: string) => boolean}[]} */
const GROUPS = [
  { name: 'integer programs', has: (kind) => kind !== 'float' },
  { name: '  of these: kernels', has: (kind) => kind === 'kernel' },
  { name: '  of these: calls', has: (kind) => kind === 'calls' },
  { name: '  of these: mixed', has: (kind) => kind === 'mixed' },
  { name: 'float programs (software floating point)', has: (kind) => kind === 'float' },
  { name: 'all programs', has: () => true },
];

/** @param {Row} row @param {string} engine */
function ratios(row, engine) {
  const figures = row.engines[engine];
  if (!figures) return undefined;
  return {
    toWasm: figures.wasm && figures.box.bestMs / figures.wasm.bestMs,
    toWasmCpu: figures.wasm && figures.box.bestCpuMs / figures.wasm.bestCpuMs,
    toWasmCold: figures.wasm && figures.box.coldMs / figures.wasm.coldMs,
    toNative: figures.box.bestMs / row.native.bestMs,
    toNativeCpu: figures.box.bestCpuMs / row.native.bestCpuMs,
    mips: row.instructions / figures.box.bestMs / 1000,
    mipsCpu: row.instructions / figures.box.bestCpuMs / 1000,
  };
}

/**
 * Geometric means of every group that has programs in this run.
 * @param {Row[]} rows @param {string} engine
 */
export function means(rows, engine) {
  return GROUPS.flatMap(({ name, has }) => {
    const found = rows.filter((row) => has(row.kind)).map((row) => ratios(row, engine)).filter((r) => r !== undefined);
    if (found.length === 0) return [];
    const mean = (/** @type {(r: NonNullable<ReturnType<typeof ratios>>) => number | undefined} */ pick) => {
      const values = found.map(pick).filter((value) => value !== undefined);
      return values.length === 0 ? undefined : geometricMean(values);
    };
    return [{ group: name.replace('  of these: ', ''), title: name, programs: found.length,
      mips: mean((r) => r.mips), mipsCpu: mean((r) => r.mipsCpu), toWasm: mean((r) => r.toWasm),
      toWasmCpu: mean((r) => r.toWasmCpu), toWasmCold: mean((r) => r.toWasmCold), toNative: mean((r) => r.toNative),
      toNativeCpu: mean((r) => r.toNativeCpu) }];
  });
}

/**
 * @param {Results} results
 * @returns {Bar[]}
 */
export function bars(results) {
  /** @type {Bar[]} */
  const list = [];
  const add = (/** @type {string} */ name, /** @type {number} */ value, /** @type {number} */ limit, unit = 'x') =>
    list.push({ name, value, limit, unit, met: value <= limit });
  for (const { name: engine, mode } of results.engines) {
    for (const mean of means(results.programs, engine)) {
      if (mean.toWasm === undefined || mean.toWasmCpu === undefined) continue;
      if (mean.group !== 'integer programs' && mean.group !== 'all programs') continue;
      add(`${engine}: against wasm, geometric mean of ${mean.group}`, mean.toWasm, SPEED_BARS[mode]);
      add(`${engine}: the same in processor time`, mean.toWasmCpu, SPEED_BARS[mode]);
    }
    const start = results.start[engine];
    if (start) {
      add(`${engine}: from ELF bytes to the first instruction`, start.firstMs, START_BAR_MS, 'ms');
      add(`${engine}: the same in processor time`, start.firstCpuMs, START_BAR_MS, 'ms');
    }
    const load = results.load[engine];
    if (load) {
      add(`${engine}: adding ${load.bytes >> 20} MiB against one copy and one SHA-256`, load.ratio, LOAD_BAR);
      add(`${engine}: the same in processor time`, load.ratioCpu, LOAD_BAR);
    }
    for (const { name, usedBytes, heldBytes } of results.memory[engine] ?? []) {
      add(`${engine}: memory of the instance, guest ${name}`, heldBytes / (1 << 20),
        (MEMORY_FACTOR * usedBytes + MEMORY_EXTRA_BYTES) / (1 << 20), 'MiB');
    }
  }
  add('core.wasm with gzip', results.core.gzipBytes / 1000, CORE_BAR_BYTES / 1000, 'kB');
  return list;
}

/** @param {number | undefined} value @param {number} [digits] */
function number(value, digits = 1) {
  return value === undefined ? '-' : value.toFixed(digits);
}

/**
 * @param {string[][]} rows the first is the head; the first column is text
 * @returns {string}
 */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
    .join('  ').trimEnd()).join('\n');
}

/** @param {Results} results @param {string} engine */
function programTable(results, engine) {
  const rows = [['program', 'kind', '10^6 insns', 'cold', 'warm', 'cpu', 'MIPS', 'cpu', 'w.cold', 'w.warm', 'w.cpu',
    'g.warm', 'g.cpu', 'x w', 'x w cpu', 'x w cold', 'x g', 'x g cpu']];
  for (const row of results.programs) {
    const figures = row.engines[engine];
    const ratio = ratios(row, engine);
    if (!figures || !ratio) continue;
    rows.push([row.name, row.kind, number(row.instructions / 1e6), number(figures.box.coldMs), number(figures.box.bestMs),
      number(figures.box.bestCpuMs), number(ratio.mips, 0), number(ratio.mipsCpu, 0), number(figures.wasm?.coldMs),
      number(figures.wasm?.bestMs, 2),
      number(figures.wasm?.bestCpuMs, 2), number(row.native.bestMs, 2), number(row.native.bestCpuMs, 2),
      number(ratio.toWasm), number(ratio.toWasmCpu), number(ratio.toWasmCold), number(ratio.toNative),
      number(ratio.toNativeCpu)]);
  }
  return table(rows);
}

/** @param {Results} results @param {string} engine */
function meanTable(results, engine) {
  const rows = [['geometric mean', '', 'programs', 'MIPS', 'cpu', 'x w', 'x w cpu', 'x w cold', 'x g', 'x g cpu']];
  for (const mean of means(results.programs, engine)) {
    rows.push([mean.title, '', String(mean.programs), number(mean.mips, 0), number(mean.mipsCpu, 0), number(mean.toWasm),
      number(mean.toWasmCpu), number(mean.toWasmCold), number(mean.toNative), number(mean.toNativeCpu)]);
  }
  return table(rows);
}

/** @param {Results} results @param {string} engine @returns {string[]} */
function otherLines(results, engine) {
  const lines = [];
  const start = results.start[engine];
  if (start) {
    lines.push(`start, ${start.processes} fresh processes, median: ${number(start.firstMs, 2)} ms `
      + `(${number(start.firstCpuMs, 2)} of processor time) from ELF bytes to the first instruction (core compiled before); to ${start.steps.map(({ instructions, ms }) =>
        `10^${Math.log10(instructions)}: ${number(ms)} ms`).join(', ')}`);
  }
  const load = results.load[engine];
  if (load) {
    lines.push(`load: ${load.bytes >> 20} MiB of data ${number(load.addMs)} ms; one copy ${number(load.copyMs)} ms, `
      + `one SHA-256 ${number(load.hashMs)} ms; ratio ${number(load.ratio, 2)}, of processor time `
      + `${number(load.ratioCpu, 2)}`);
  }
  for (const { name, usedBytes, heldBytes } of results.memory[engine] ?? []) {
    lines.push(`memory: guest ${name} uses ${number(usedBytes / (1 << 20), 2)} MiB, its instance holds `
      + `${number(heldBytes / (1 << 20), 2)} MiB`);
  }
  return lines;
}

/** @param {Results} results @returns {string} */
export function formatReport(results) {
  const { machine } = results;
  const parts = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; load ${machine.loadBefore} before, `
      + `${machine.loadAfter} after`,
    machine.versions.join('; '),
    'Milliseconds. cold = a fresh process or page from nothing; warm = best of repeated runs; cpu = the same in processor',
    'time. w = the same C as wasm in the same engine, g = by gcc -O2 natively; x = how many times slower than that.',
    ...(results.quick ? ['QUICK sizes: a look, no figures to keep.'] : []),
  ];
  for (const { name: engine } of results.engines) {
    parts.push('', `== moxbox: ${engine}`,
      programTable(results, engine), '', meanTable(results, engine), '', ...otherLines(results, engine));
  }
  parts.push('', `core.wasm: ${results.core.bytes} bytes, ${results.core.gzipBytes} with gzip`, '', '== bars');
  for (const { name, value, limit, unit, met } of results.bars) {
    parts.push(`${met ? 'met    ' : 'NOT met'}  ${name}: ${number(value, 2)} ${unit}, at most ${number(limit, 2)} ${unit}`);
  }
  return `${parts.join('\n')}\n`;
}
