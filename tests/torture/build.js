/**
 * Compiles guests, two at a time, and keeps what came out in the cache: objects by the toolchain and the
 * headers, programs by the whole SDK, so that a change of the runtime only links again. What does not compile
 * is kept too, as the compiler's words.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Program one guest
 * @property {string} name
 * @property {string[]} sources C files, absolute
 * @property {string[]} flags for the compiler
 * @property {string[]} [link] for the linker, behind the objects
 *
 * @typedef {{elf: string} | {error: string}} Built the program's path, or what the compiler or linker said
 */

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cache = process.env.MOXBOX_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'moxbox');
const jobs = Number(process.env.MOXBOX_JOBS ?? os.availableParallelism());
const COMPILE_LIMIT_MS = 300_000;

/** @param {(string | Uint8Array)[]} parts */
export function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 24);
}

/** @param {string} script @param {string[]} args @returns {string[]} its lines */
export function script(script, ...args) {
  const { status, stdout, error } = spawnSync(path.join(root, script), args,
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} failed: ${error?.message ?? `status ${status}`}`);
  return stdout.trim().split('\n');
}

/** Folder of each source, see sources.sh. @param {string[]} names */
export const sources = (...names) => script('tests/torture/sources.sh', ...names);

/** @param {string} folder @returns {string[]} all files below it, in order */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** @param {string} folder */
const contentsOf = (folder) => digest(...filesBelow(folder).map((file) => readFileSync(file)));

/** A compiler and the folders of the cache where its results lie. */
export class Compiler {
  /** Files that are being made: two programs may share one. @type {Map<string, Promise<string | undefined>>} */
  #underway = new Map();

  /** @param {{command: string, key: string, linkKey: string, link: string[]}} options */
  constructor({ command, key, linkKey, link }) {
    this.command = command;
    this.link = link;
    this.objects = path.join(cache, `torture-objects-${key}`);
    this.programs = path.join(cache, `torture-programs-${linkKey}`);
    for (const folder of [this.objects, this.programs]) mkdirSync(folder, { recursive: true });
  }

  /** The guest compiler. */
  static guest() {
    const bin = script('guest-sdk/toolchain.sh').at(-1) ?? '';
    const toolchain = script('guest-sdk/toolchain/build.sh', '--prefix')[0] ?? '';
    const headers = contentsOf(path.join(root, 'guest-sdk/runtime/include'));
    return new Compiler({
      command: path.join(bin, 'moxiebox-gcc'),
      key: digest(path.basename(toolchain), headers).slice(0, 16),
      linkKey: path.basename(path.dirname(bin)).replace('sdk-', ''),
      link: ['-s'],
    });
  }

  /** The machine's own, whose results the guests' are compared with. */
  static native() {
    const version = spawnSync('gcc', ['--version'], { encoding: 'utf8' }).stdout;
    const key = digest('native', version).slice(0, 16);
    return new Compiler({ command: 'gcc', key, linkKey: key, link: [] });
  }

  /**
   * @param {Program[]} programs
   * @returns {Promise<Map<string, Built>>} by name
   */
  async build(programs) {
    /** @type {Map<string, {file: string, args: string[]}>} */
    const compilations = new Map();
    const objectsOf = programs.map(({ sources, flags }) => sources.map((source) => {
      const job = this.#compilation(source, flags);
      compilations.set(job.file, job);
      return job.file;
    }));
    await inParallel([...compilations.values()], ({ file, args }) => this.#make(file, args));
    /** @type {Map<string, Built>} */
    const results = new Map();
    await inParallel(programs.map((program, index) => ({ program, objects: objectsOf[index] ?? [] })),
      async ({ program, objects }) => { results.set(program.name, await this.#linked(program, objects)); });
    return results;
  }

  /** @param {string} source @param {string[]} flags */
  #compilation(source, flags) {
    const shown = flags.map((flag) => flag.replaceAll(cache, '').replaceAll(root, ''));
    // Our own headers may change; the cache's lie in folders that are named by their contents.
    const own = flags.map((flag) => flag.replace(/^-I/, '')).filter((flag) => flag.startsWith(root) && existsSync(flag))
      .map((file) => (statSync(file).isDirectory() ? contentsOf(file) : readFileSync(file)));
    const key = digest(JSON.stringify(shown), source.replace(cache, ''), readFileSync(source), ...own);
    const file = path.join(this.objects, `${key}.o`);
    return { file, args: [...flags, '-pipe', `-ffile-prefix-map=${cache}=/cache`, '-c', source] };
  }

  /**
   * Makes a file unless the cache has it or the reason why it cannot be made.
   * @param {string} file @param {string[]} args
   * @returns {Promise<string | undefined>} the reason
   */
  #make(file, args) {
    const made = this.#underway.get(file) ?? this.#makeOnce(file, args);
    this.#underway.set(file, made);
    return made;
  }

  /** @param {string} file @param {string[]} args @returns {Promise<string | undefined>} */
  async #makeOnce(file, args) {
    if (existsSync(file)) return undefined;
    const complaint = file.replace(/\.\w+$/, '.error');
    if (existsSync(complaint)) return readFileSync(complaint, 'utf8');
    const partial = `${file}.${process.pid}`;
    const { status, text } = await execute(this.command, [...args, '-o', partial]);
    if (status === 0) {
      renameSync(partial, file);
      return undefined;
    }
    const reason = text.trim() || `${path.basename(this.command)} ended with status ${status}`;
    writeFileSync(complaint, reason);
    return reason;
  }

  /**
   * @param {Program} program @param {string[]} objects
   * @returns {Promise<Built>}
   */
  async #linked(program, objects) {
    for (const object of objects) {
      if (!existsSync(object)) return { error: readFileSync(object.replace(/\.o$/, '.error'), 'utf8') };
    }
    const link = [...(program.link ?? []), ...this.link];
    const key = digest(...objects.map((object) => path.basename(object)), JSON.stringify(link));
    const elf = path.join(this.programs, `${key}.elf`);
    const error = await this.#make(elf, [...objects, ...link]);
    return error === undefined ? { elf } : { error };
  }
}

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<unknown>} work
 */
async function inParallel(items, work) {
  const queue = items.values();
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (const item of queue) await work(item);
  }));
}

/**
 * @param {string} command @param {string[]} args
 * @returns {Promise<{status: number | string | null, text: string}>}
 */
function execute(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: COMPILE_LIMIT_MS });
    let text = '';
    child.stdout.on('data', (data) => { text += data; });
    child.stderr.on('data', (data) => { text += data; });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: status ?? signal, text }));
  });
}
