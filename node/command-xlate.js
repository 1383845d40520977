/**
 * moxbox xlate: what the translator makes of a program.
 */
import { readFile } from 'node:fs/promises';
import { startMachine } from '../web/core.js';
import { MoxboxError } from '../web/errors.js';
import { LIMITS } from '../web/generated/tables.js';
import { bytesSource } from '../web/input.js';
import { loadAll } from '../web/load.js';
import { hex32 } from '../web/result.js';
import { drive } from '../web/slices.js';
import { locate } from './files.js';
import { nodeHost } from './host.js';
import { symbolsOf } from './symbols.js';
import { write } from './terminal.js';
import { UsageError, budgetOf, machineOptions, parse, wordOf } from './usage.js';
import { textOf, viewOf } from './xlate-view.js';

/** @typedef {import('../web/machine.js').Machine} Machine */
/** @typedef {import('./xlate-view.js').FunctionView} FunctionView */

const WATCH = 3;
const DEFAULT_BUDGET = 5_000_000n;
const SLICE = 100_000n;
const NARROW = 60;

/**
 * Runs programs for a while, watched, and shows what would be made of them.
 * @param {{programs: Uint8Array[], data: Uint8Array[], budget: bigint, memoryLimitBytes?: number, stackSizeBytes?: number}} job
 * @returns {Promise<{machine: Machine, functions: FunctionView[], names: Map<string, number>}>}
 */
export async function inspect({ programs, data, budget, memoryLimitBytes = LIMITS.defaultMemoryLimit,
  stackSizeBytes = LIMITS.defaultStackSize }) {
  const machine = startMachine(await nodeHost.loadCore());
  machine.create(memoryLimitBytes, stackSizeBytes);
  await drive(watch(machine, { programs: programs.map(bytesSource), data: data.map(bytesSource) }, budget), nodeHost.startTurns());
  /** @type {Map<string, number>} */
  const names = new Map(programs.flatMap((file) => [...symbolsOf(file)]));
  /* The last name of an address is the most particular one. */
  const byAddress = new Map([...names].map(([name, address]) => [address, name]));
  const inspection = machine.inspect();
  return { machine, functions: inspection ? viewOf(machine, inspection, (address) => byAddress.get(address)) : [], names };
}

/**
 * @param {Machine} machine
 * @param {Parameters<typeof loadAll>[1]} sources
 * @param {bigint} budget
 * @returns {import('../web/slices.js').Work<void>}
 */
function* watch(machine, sources, budget) {
  yield* loadAll(machine, sources);
  machine.translate(WATCH);
  for (let done = 0n; done < budget; done += SLICE) {
    machine.run(budget - done < SLICE ? budget - done : SLICE);
    if (machine.report().stop !== 'budget') return;
    yield;
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandXlate(args) {
  const { values, positionals } = parse('xlate', args);
  const paths = [...await locate(values.elf ?? [], values.elfdir ?? []), ...positionals];
  if (paths.length === 0) throw new UsageError('name a program');
  const budget = values.budget === undefined ? DEFAULT_BUDGET : budgetOf(values.budget);
  if (typeof budget === 'number') throw new UsageError('--budget must be a number: every instruction is looked at');
  const files = async (/** @type {string[]} */ all) => Promise.all(all.map(async (path) => new Uint8Array(await read(path))));
  const { machine, functions, names } = await inspect({ programs: await files(paths),
    data: await files(await locate(values.data ?? [], values.datadir ?? [])), budget,
    ...machineOptions(values) });
  const wanted = values.function === undefined ? undefined : names.get(values.function) ?? addressOf(values.function);
  const shown = wanted === undefined ? functions : [functionAt(machine, functions, wanted)];
  const title = (/** @type {number} */ address) => [hex32(address), ...[...names].filter(([, at]) => at === address).map(([name]) => name).slice(-1)].join(' ');
  const { columns } = process.stdout;
  const width = process.stdout.isTTY && columns > NARROW ? columns : Infinity;
  if (values.json) await write(process.stdout, `${JSON.stringify({ functions: shown.map((view) => ({ name: title(view.address).split(' ')[1], ...view })) }, null, 2)}\n`);
  else if (wanted !== undefined || values.all) await write(process.stdout, shown.map((view) => textOf(view, title(view.address), width)).join('\n'));
  else await write(process.stdout, listOf(functions, title, machine));
  return 0;
}

/** @param {string} path */
function read(path) {
  return readFile(path).catch((cause) => {
    throw new MoxboxError('MOXBOX_FILE', `cannot read "${path}": ${cause.message}`, { cause });
  });
}

/** @param {string} text */
function addressOf(text) {
  if (/^(0x)?[0-9a-f]+$/i.test(text)) return wordOf(text, '--function');
  throw new MoxboxError('MOXBOX_ADDRESS', `the program has no symbol "${text}"; give its address, or a program that is not stripped`);
}

/**
 * The function that begins at an address, or has it inside; says why when there is none.
 * @param {Machine} machine @param {FunctionView[]} functions @param {number} address
 */
function functionAt(machine, functions, address) {
  const found = functions.find((view) => view.address === address)
    ?? functions.find(({ parts }) => parts.some((part) => part.kind === 'instruction' && part.address === address));
  if (found) return found;
  const region = machine.regions().find((each) => address >= each.address && address - each.address < each.size);
  const { instructions } = machine.report();
  let why = `it was not called in the first ${instructions} instructions: give the data that it needs with -d, or a larger --budget`;
  if (!region) why = 'it is not mapped';
  else if (region.writable) why = 'it lies in writable memory, where code is always interpreted';
  throw new MoxboxError('MOXBOX_ADDRESS', `nothing is translated at ${hex32(address)}: ${why}`);
}

/** @param {FunctionView[]} functions @param {(address: number) => string} title @param {Machine} machine */
function listOf(functions, title, machine) {
  const { instructions } = machine.report();
  const lines = [...functions].sort((a, b) => a.address - b.address).map((view) => {
    const leaves = view.parts.filter(({ kind }) => kind === 'leave').length;
    return [String(view.instructions).padStart(7), String(view.blocks).padStart(6), String(view.wasmBytes).padStart(8),
      String(leaves).padStart(6), `  ${title(view.address)}${view.why ? `  not translated: ${view.why}` : ''}`].join(' ');
  });
  return [`${functions.length} entries after ${instructions} instructions; --function shows one, --all shows all`,
    '  insns blocks    bytes  exits  entry', ...lines, ''].join('\n');
}
