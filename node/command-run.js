/**
 * moxbox run.
 */
import { MoxboxError } from '../web/errors.js';
import { describeStop, hex32 } from '../web/result.js';
import { Box } from './box.js';
import { folderCache } from './cache.js';
import { checkWritable, locate, writeWhole } from './files.js';
import { Progress, printable, write } from './terminal.js';
import { STATUS, UsageError, budgetOf, machineOptions, parse } from './usage.js';

/** @typedef {import('../web/result.js').Result} Result */
/** @typedef {ReturnType<typeof parse<'run'>>['values']} Values */

/* A trace gives the event loop a turn this often. */
const TRACE_SLICE = 2000;

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandRun(args) {
  const { values, positionals } = parse('run', args);
  check(values, positionals);
  const budget = values.budget === undefined ? undefined : budgetOf(values.budget);
  for (const path of [values.output, values.state, values.receipt, values.snapshot]) {
    if (path !== undefined && path !== '-') await checkWritable(path);
  }
  const options = {
    data: await locate(values.data ?? [], values.datadir ?? []),
    cache: cacheOf(values.cache),
    ...machineOptions(values),
  };
  const box = values.resume !== undefined ? await Box.restore(values.resume, options) : await Box.create({
    ...options,
    programs: await locate(values.elf ?? [], values.elfdir ?? []),
  });
  await checkNamedHashes(box, values);
  const start = performance.now();
  const interrupted = await runIt(box, values, budget);
  const seconds = (performance.now() - start) / 1000;
  const result = await box.collect({ hashes: values.receipt !== undefined });
  await deliver(result, values, seconds);
  if (values.snapshot !== undefined) {
    await writeWhole(values.snapshot, await box.snapshot({ omitData: values['omit-data'] ?? false }));
  }
  if (interrupted) {
    process.stderr.write(`moxbox: interrupted after ${result.instructions} instructions, at pc ${hex32(box.report.pc)}\n`);
    return STATUS.INTERRUPTED;
  }
  closingLine(result, values, seconds);
  return statusOf(result);
}

/** @param {string | undefined} folder @returns {import('./index.js').Cache | false} */
function cacheOf(folder) {
  if (folder === 'off') return false;
  try {
    return folderCache(folder);
  } catch { /* the user has no home */
    return false;
  }
}

/** @param {Values} values @param {string[]} positionals */
function check(values, positionals) {
  if (positionals.length > 0) throw new UsageError(`unexpected "${positionals[0]}"; programs go behind -e, data behind -d`);
  if (!values.elf && values.resume === undefined) throw new UsageError('name a program with -e');
  if (values.resume !== undefined && (values.elf || values.stack !== undefined)) {
    throw new UsageError('a snapshot has its programs and its stack: --resume goes without -e and --stack');
  }
  if (values['omit-data'] && values.snapshot === undefined) throw new UsageError('--omit-data is about --snapshot');
  if (values.cache === '') throw new UsageError('--cache needs a folder or "off"');
  if (values.json && values.output === '-') throw new UsageError('--json and -o - both want standard output');
  const outputs = [values.output, values.state, values.receipt, values.snapshot].filter((path) => path !== undefined && path !== '-');
  if (new Set(outputs).size !== outputs.length) throw new UsageError('two outputs would go to the same file');
}

/**
 * A file that was found by its hash and changed before it was loaded must not run.
 * @param {Box} box @param {Values} values
 */
async function checkNamedHashes(box, values) {
  const { hashes } = await box.collect();
  for (const [names, loaded] of [[values.elf ?? [], hashes.programs], [values.data ?? [], hashes.data]]) {
    names.forEach((name, index) => {
      if (/^[0-9a-f]{64}$/i.test(name) && name.toLowerCase() !== loaded[index]) {
        throw new MoxboxError('MOXBOX_HASH', `the file with SHA-256 ${name} changed while it was loaded`);
      }
    });
  }
}

/**
 * @param {Box} box @param {Values} values @param {bigint | number | undefined} budget
 * @returns {Promise<boolean>} whether it was interrupted
 */
async function runIt(box, values, budget) {
  const stopper = new AbortController();
  const onInterrupt = () => stopper.abort();
  process.once('SIGINT', onInterrupt);
  const progress = new Progress(process.stderr.isTTY && !values.quiet && !values.trace ? process.stderr : undefined);
  try {
    if (values.trace) return await trace(box, budget, stopper.signal);
    await box.run({ signal: stopper.signal, onProgress: (at) => progress.update(at), ...(budget !== undefined && { budget }) });
    return false;
  } catch (error) {
    if (MoxboxError.is(error) && error.code === 'MOXBOX_ABORTED') return true;
    throw error;
  } finally {
    progress.clear();
    process.off('SIGINT', onInterrupt);
  }
}

/**
 * Runs one instruction at a time.
 * @param {Box} box @param {bigint | number | undefined} budget @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it was interrupted
 */
async function trace(box, budget, signal) {
  const limit = budget ?? 1_000_000_000n;
  const { instructions: first } = box.report;
  const turns = Box.host.startTurns();
  let before = box.registers;
  let lines = '';
  for (let count = 0n; count < limit; count += 1n) {
    if (count % BigInt(TRACE_SLICE) === 0n) {
      await write(process.stderr, lines);
      lines = '';
      await turns.next();
      if (signal.aborted) return true;
    }
    const [line] = box.disassemble(before.pc, 1);
    const { stop } = box.step(1);
    const after = box.registers;
    lines += `${hex32(before.pc)}  ${(line?.text ?? '?').padEnd(28)}${changes(before, after)}\n`;
    before = after;
    if (stop !== 'budget') break;
  }
  turns.end();
  await write(process.stderr, lines);
  /* A machine that stands stays; but the result says which budget it had, as without a trace. */
  const { instructions } = box.report;
  await box.run({ budget: typeof limit === 'bigint' ? limit + first - instructions : limit });
  return false;
}

/**
 * @param {import('../web/result.js').Registers} before
 * @param {import('../web/result.js').Registers} after
 */
function changes(before, after) {
  const texts = Object.entries(after.general).filter(([name, value]) => before.general[name] !== value)
    .map(([name, value]) => `${name}=${hex32(value)}`);
  if (before.cc !== after.cc) texts.push(`cc=${after.cc}`);
  after.special.forEach((value, index) => {
    if (before.special[index] !== value) texts.push(`sr${index}=${hex32(value)}`);
  });
  return texts.join(' ');
}

/** @param {Result} result @param {Values} values @param {number} seconds */
async function deliver(result, values, seconds) {
  const { output = '-', state, receipt } = values;
  if (output !== '-') await writeWhole(output, result.output);
  if (state !== undefined) await writeWhole(state, result.state);
  if (receipt !== undefined) await writeReceipt(receipt, result);
  if (values.json) await write(process.stdout, `${JSON.stringify(jsonOf(result, values, seconds), null, 2)}\n`);
  else if (output === '-') {
    await write(process.stdout, process.stdout.isTTY && !values.raw ? printable(result.output) : result.output);
  }
}

/** @param {string} path @param {Result} result */
async function writeReceipt(path, result) {
  const { receiptId, receiptOf } = await import('./verify.js');
  const { encodeReceipt, receiptToJson } = await import('../web/receipt.js');
  const receipt = await receiptOf(result);
  const json = async () => `${JSON.stringify(receiptToJson(receipt, await receiptId(receipt)), null, 2)}\n`;
  await writeWhole(path, path.endsWith('.json') ? await json() : encodeReceipt(receipt));
}

/**
 * Counts are text, because they can be larger than what every reader of JSON keeps exactly. `seconds` is the
 * one value that is not the same everywhere.
 * @param {Result} result @param {Values} values @param {number} seconds
 */
function jsonOf(result, values, seconds) {
  const { stop, exitCode, instructions, fault, hashes, budget } = result;
  const base64 = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('base64');
  return {
    stop,
    exitCode: exitCode ?? null,
    instructions: String(instructions),
    budget: typeof budget === 'bigint' ? String(budget) : null,
    fault: fault ?? null,
    hashes,
    outputSize: result.output.length,
    stateSize: result.state.length,
    ...(values.output === undefined && { output: base64(result.output) }),
    ...(values.state === undefined && { state: base64(result.state) }),
    seconds,
  };
}

/** @param {Result} result @param {Values} values @param {number} seconds */
function closingLine(result, values, seconds) {
  const wanted = result.stop === 'exit' ? values.verbose || (process.stderr.isTTY && !values.json) : true;
  if (!wanted || values.quiet) return;
  const mips = seconds > 0 ? Number(result.instructions) / seconds / 1e6 : 0;
  const speed = result.stop === 'exit' ? ` (${seconds.toFixed(2)} s, ${mips.toFixed(0)} MIPS)` : '';
  process.stderr.write(`moxbox: ${describeStop(result)}${speed}\n`);
}

/** @param {Result} result */
function statusOf({ stop, exitCode = 0 }) {
  if (stop === 'exit') return exitCode & 0xff;
  if (stop === 'fault') return STATUS.FAULT;
  return stop === 'break' ? STATUS.BREAK : STATUS.BUDGET;
}
