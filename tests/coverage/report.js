/**
 * Reads what `llvm-cov export` says on standard input and prints coverage a file, of core/ alone:
 *
 *     node tests/coverage/report.js [--missed] [--cages] < export.json
 *
 * A branch is one place in the source where a condition decides, with two ways to go; where a macro or an inline
 * function is expanded often, the place is covered when the expansions together went both ways. (Counting every
 * expansion would count ways that the compiler removes: the interpreter's CONTINUE asks of an instruction that
 * cannot jump whether it jumped.)
 */
import { readFileSync } from 'node:fs';

const missed = process.argv.includes('--missed');

/* What only cages use has a bar of its own. Without --cages it is below the box's, because much of it is reached
 * by programs alone (tests/cage) that need the guest compiler: it keeps what the others reach from getting less. */
const CAGES = /^(?:(?:fs|ns|cage|machine)\/|base\/(?:wait|byte_queue|errno|caller|random)\.|mem\/space_change)/;
const NEED = {
  box: { lines: 95, branches: 90 },
  cages: process.argv.includes('--cages') ? { lines: 92, branches: 82 } : { lines: 90, branches: 80 },
};

/** @typedef {{lines: number, covered: number, places: Map<string, [number, number]>}} Sum */
/** @type {Map<string, Sum>} */
const sums = new Map();

/** @param {string} path @returns {Sum | undefined} nothing for what is not counted */
function sumOf(path) {
  const name = /(?:^|\/)core\/((?:base|isa|mem|load|cpu|fs|ns|cage|box|proof|machine)\/.*)$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  if (!sums.has(name)) sums.set(name, { lines: 0, covered: 0, places: new Map() });
  return sums.get(name);
}

const [{ files, functions }] = JSON.parse(readFileSync(0, 'utf8')).data;
for (const { filename, summary } of files) {
  const sum = sumOf(filename);
  if (!sum) continue;
  sum.lines += summary.lines.count;
  sum.covered += summary.lines.covered;
}
for (const { filenames, branches = [] } of functions) {
  for (const [line, column, , , taken, notTaken, file] of branches) {
    const place = sumOf(filenames[file])?.places;
    const [before, beforeNot] = place?.get(`${line}:${column}`) ?? [0, 0];
    place?.set(`${line}:${column}`, [before + taken, beforeNot + notTaken]);
  }
}

const none = () => ({ lines: 0, covered: 0, ways: 0, gone: 0 });
const totals = { box: none(), cages: none() };
/** @param {string} name @param {number} covered @param {number} lines @param {number} gone @param {number} ways */
function print(name, covered, lines, gone, ways) {
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  console.log(`${name.padEnd(24)} lines ${String(covered).padStart(5)} of ${String(lines).padStart(5)} ${share(covered, lines).padStart(8)}`
    + `   branches ${String(gone).padStart(5)} of ${String(ways).padStart(5)} ${share(gone, ways).padStart(8)}`);
}
for (const [name, { lines, covered, places }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const gone = [...places.values()].reduce((sum, both) => sum + both.filter((count) => count > 0).length, 0);
  print(name, covered, lines, gone, 2 * places.size);
  const total = totals[CAGES.test(name) ? 'cages' : 'box'];
  total.lines += lines;
  total.covered += covered;
  total.ways += 2 * places.size;
  total.gone += gone;
  for (const [place, [taken, notTaken]] of missed ? places : []) {
    if (taken === 0 || notTaken === 0) console.log(`    core/${name}:${place} was never ${taken === 0 ? 'true' : 'false'}`);
  }
}

let failed = 0;
for (const group of /** @type {const} */ (['box', 'cages'])) {
  const { lines, covered, gone, ways } = totals[group];
  const need = NEED[group];
  const good = 100 * covered >= need.lines * lines && 100 * gone >= need.branches * ways;
  print(`all of ${group}`, covered, lines, gone, ways);
  console.log(`${good ? 'ok' : 'not ok'} - coverage of ${group}: at least ${need.lines} % of lines and ${need.branches} % of branches`);
  failed += good ? 0 : 1;
}
console.log(`# pass ${2 - failed}\n# fail ${failed}`);
process.exitCode = failed === 0 ? 0 : 1;
