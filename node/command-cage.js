/**
 * moxbox cage: programs with files, pipes and children on this terminal.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { MoxboxError } from '../web/errors.js';
import { SIGNALS } from '../web/generated/calls.js';
import { Cage } from './cage.js';
import { bringBack, filesOf, mappingOf, treeOf, withFiles } from './cage-files.js';
import { checkWritable, writeWhole } from './files.js';
import { Progress, printable, write } from './terminal.js';
import { OPTIONS, STATUS, UsageError, budgetOf, machineOptions, parse } from './usage.js';

/** @typedef {import('../web/cage.js').CageResult} CageResult */
/** @typedef {import('./cage-files.js').Tree} Tree */
/** @typedef {ReturnType<typeof parse<'cage'>>['values']} Values */

/* What a shell says of a program whose reader went away. */
const STATUS_PIPE = 141;
const TWICE_MS = 1000;

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandCage(args) {
  const { values, command: [program, ...words] } = split(args);
  const budget = values.budget === undefined ? Infinity : budgetOf(values.budget);
  if (values.snapshot !== undefined) await checkWritable(values.snapshot);
  if (values.resume !== undefined) return resume(values.resume, values, program, budget);
  if (program === undefined) throw new UsageError('name a program');
  const env = Object.fromEntries((values.env ?? []).map(variable));
  const seed = seedOf(values.seed);
  const mappings = [...(values.dir ?? []).map((text) => mappingOf(text, '--dir')),
    ...(values.file ?? []).map((text) => mappingOf(text, '--file'))];
  const trees = [];
  for (const mapping of mappings) trees.push(await treeOf(mapping));
  const store = values.store === undefined ? undefined
    : await (await import('./level-store.js')).openLevelStore(values.store, { create: true });
  try {
    const files = trees.flatMap(({ copies }) => copies);
    const path = values.guest ? program : `/bin/${basename(program)}`;
    if (!values.guest) files.push({ host: program, guest: path, mode: 0o755 });
    const cage = await Cage.create({
      ...machineOptions(values),
      stdin: standardInput(),
      files: filesOf(files),
      seed,
      store,
    });
    cage.spawn(path, { args: words, argv0: program, env, cwd: values.cwd ?? '/' });
    return await runIt(cage, values, budget, trees);
  } finally {
    await store?.close();
  }
}

/** @param {string} snapshot @param {Values} values @param {string | undefined} program @param {bigint | number} budget */
async function resume(snapshot, values, program, budget) {
  const own = /** @type {const} */ (['dir', 'file', 'env', 'cwd', 'guest', 'seed', 'store', 'stack']).find((name) => values[name] !== undefined);
  if (program !== undefined) throw new UsageError('a snapshot has its programs: --resume goes without one');
  if (own !== undefined) throw new UsageError(`a snapshot has its files and its environment: --resume goes without --${own}`);
  return runIt(await Cage.restore(snapshot, { ...machineOptions(values), stdin: standardInput() }), values, budget, []);
}

/** The options in front of the program, and the program with all that follows. @param {string[]} args */
function split(args) {
  const { tokens } = parseArgs({ args, options: OPTIONS.cage, allowPositionals: true, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === 'positional' || kind === 'option-terminator');
  const end = first?.index ?? args.length;
  const { values } = parse('cage', args.slice(0, end));
  return { values, command: args.slice(first?.kind === 'option-terminator' ? end + 1 : end) };
}

/** @param {string} text NAME=VALUE @returns {[string, string]} */
function variable(text) {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--env takes NAME=VALUE, not "${text}"`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** @param {string | undefined} text */
function seedOf(text = '') {
  if (!/^([0-9a-f]{2}){0,32}$/i.test(text)) throw new UsageError(`--seed takes up to 32 bytes as pairs of hexadecimal digits, not "${text}"`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** This process's standard input, left alone until a program reads. @returns {ReadableStream<Uint8Array>} */
function standardInput() {
  /** @type {AsyncIterator<Uint8Array> | undefined} */
  let chunks;
  return new ReadableStream({
    async pull(controller) {
      chunks ??= process.stdin[Symbol.asyncIterator]();
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      if (chunks) process.stdin.destroy();
    },
  }, { highWaterMark: 0 });
}

/**
 * What Ctrl-C does: the program gets SIGINT, as on any terminal; twice in a short time, and this command ends.
 * @param {Cage} cage @param {AbortController} stopper @param {boolean} quiet
 */
function interrupter(cage, stopper, quiet) {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    const again = now - last < TWICE_MS;
    last = now;
    if (again) {
      stopper.abort();
      return;
    }
    cage.kill(-cage.spawned, 'SIGINT').then((instructions) => {
      if (!quiet) process.stderr.write(`moxbox: SIGINT after ${instructions} instructions\n`);
    }, () => stopper.abort()); /* its group has ended: what runs on are others */
  };
}

/**
 * @param {Cage} cage @param {Values} values @param {bigint | number} budget @param {Tree[]} trees
 * @returns {Promise<number>} exit status
 */
async function runIt(cage, values, budget, trees) {
  const stopper = new AbortController();
  let broken = false;
  const onInterrupt = interrupter(cage, stopper, values.quiet ?? false);
  const onError = () => {
    broken = true;
    stopper.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.stdout.once('error', onError);
  const progress = new Progress(values.progress && process.stderr.isTTY ? process.stderr : undefined);
  const outputs = [deliver(cage.stdout, process.stdout, values), deliver(cage.stderr, process.stderr, values)];
  try {
    const result = await cage.run({ budget, signal: stopper.signal, onProgress: (at) => progress.update(at) });
    progress.clear();
    const stateHash = values.json ? await cage.stateHash() : '';
    await finishFiles(cage, trees);
    await saveSnapshot(cage, values);
    cage.dispose();
    const [out, err] = await Promise.all(outputs);
    if (values.json) await write(process.stdout, `${JSON.stringify(jsonOf(result, budget, stateHash, out, err), null, 2)}\n`);
    return statusOf(result, values);
  } catch (error) {
    if (!MoxboxError.is(error) || error.code !== 'MOXBOX_ABORTED') throw error;
    progress.clear();
    await finishFiles(cage, trees);
    await saveSnapshot(cage, values);
    const { instructions } = cage.report;
    cage.dispose();
    await Promise.all(outputs);
    if (broken) return STATUS_PIPE;
    process.stderr.write(`moxbox: interrupted after ${instructions} instructions\n`);
    return STATUS.INTERRUPTED;
  } finally {
    cage.dispose();
    process.off('SIGINT', onInterrupt);
    process.stdout.off('error', onError);
  }
}

/** @param {Cage} cage @param {Values} values */
async function saveSnapshot(cage, values) {
  if (values.snapshot !== undefined) await writeWhole(values.snapshot, await cage.snapshot());
}

/** @param {Cage} cage @param {Tree[]} trees */
async function finishFiles(cage, trees) {
  const writable = trees.filter(({ mapping }) => !mapping.readOnly);
  if (writable.length === 0) return;
  await withFiles(cage, async (files) => {
    for (const tree of writable) {
      for (const path of await bringBack(files, tree)) {
        process.stderr.write(`moxbox: ${printable(path)} is no plain file and was not copied back\n`);
      }
    }
  });
}

/**
 * Hands a stream on as it comes, or gathers it for the report.
 * @param {ReadableStream<Uint8Array>} from @param {import('node:tty').WriteStream} to @param {Values} values
 * @returns {Promise<Uint8Array>} what was gathered
 */
async function deliver(from, to, values) {
  const decoder = new TextDecoder();
  const safe = to.isTTY && !values.raw;
  const gathered = [];
  const reader = from.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (values.json) gathered.push(part.value);
    else await write(to, safe ? printable(decoder.decode(part.value, { stream: true })) : part.value);
  }
  return Buffer.concat(gathered);
}

/** @param {CageResult} result @param {bigint | number} budget @param {string} stateHash @param {Uint8Array} out @param {Uint8Array} err */
function jsonOf({ stop, exitCode, signal, instructions, time, cages, waits, signals, memoryBytes }, budget, stateHash, out, err) {
  const base64 = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('base64');
  return {
    stop,
    exitCode: exitCode ?? null,
    signal: signal ?? null,
    instructions: String(instructions),
    budget: typeof budget === 'bigint' ? String(budget) : null,
    time: String(time),
    cages,
    waits,
    signals: signals.map((sent) => ({ ...sent, instructions: String(sent.instructions) })),
    memoryBytes,
    stateHash,
    stdout: base64(out),
    stderr: base64(err),
  };
}

/** @param {CageResult} result @param {Values} values */
function statusOf({ stop, exitCode = 0, signal, instructions, waits }, values) {
  if (stop === 'exit' && signal === undefined) return exitCode;
  if (stop === 'exit') return 128 + Number(Object.entries(SIGNALS).find(([, name]) => name === signal)?.[0] ?? 0);
  if (!values.quiet && !values.json) {
    process.stderr.write(`moxbox: ${stop} after ${instructions} instructions\n`);
    for (const line of waits) process.stderr.write(`moxbox: ${printable(line)}\n`);
  }
  return stop === 'budget' ? STATUS.BUDGET : STATUS.BREAK;
}
