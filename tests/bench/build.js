/**
 * Builds every program three ways from the same source, and the native engine, into build/bench. A build is
 * repeated only when its command, its sources or its compiler have changed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sources } from '../torture/build.js';
import { matching } from '../torture/programs.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = 'tests/bench/programs';
const BUILT = 'build/bench';

const STRICT = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Wstrict-prototypes',
  '-Wmissing-prototypes', '-Wundef', '-Wvla', '-Werror', `-I${SOURCES}`];
const WASM_LINK = ['--no-entry', '-sSTANDALONE_WASM', '-sALLOW_MEMORY_GROWTH', '-sEXPORTED_FUNCTIONS=_bench'];

/**
 * @param {string} command @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function runTool(command, args, env = process.env) {
  try {
    return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
  } catch (error) {
    const { code, stderr = '' } = /** @type {{code?: string, stderr?: string}} */ (error);
    throw new Error(code === 'ENOENT' ? `${command} is not installed or not built; tests/run sets everything up`
      : `${command} ${args.join(' ')} failed:\n${stderr}`);
  }
}

/** Set-up scripts print where their result lies as the last line. @param {string} output */
function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? '';
}

/** @returns {string} the guest compiler */
function guestCompiler() {
  return join(lastLine(runTool('guest-sdk/toolchain.sh', [])), 'moxiebox-gcc');
}

/**
 * @param {string} output in build/bench
 * @param {string} command @param {string[]} args without the output
 * @param {string[]} inputs files whose content decides what is built
 */
function build(output, command, args, inputs) {
  const path = `${BUILT}/${output}`;
  const stampPath = join(ROOT, `${path}.stamp`);
  const hash = createHash('sha256').update(JSON.stringify([command, args]));
  for (const input of inputs) hash.update(readFileSync(resolve(ROOT, input)));
  const stamp = hash.digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp && existsSync(join(ROOT, path))) return path;
  // Debian's Emscripten looks for its JavaScript packages beside Debian's node, whichever node runs.
  runTool(command, [...args, '-o', path], { ...process.env, NODE_PATH: '/usr/share/nodejs' });
  writeFileSync(stampPath, stamp);
  return path;
}

/**
 * What a program is made of: our own C under our own warnings, what others wrote under none.
 * @param {import('./programs.js').Program} program
 */
function partsOf({ name, source = `${name}.c`, library, flags = [] }) {
  const own = `${SOURCES}/${source}`;
  if (!library) return { options: [...STRICT, ...flags], files: [own], link: [] };
  const [folder = ''] = sources(library.source);
  const not = new Set(matching(folder, library.not));
  const files = matching(folder, library.files).filter((file) => !not.has(file));
  return { options: ['-std=gnu11', '-O2', '-w', `-I${SOURCES}`, ...library.flags.map((flag) => flag.replace('{}', folder)), ...flags],
    files: [own, ...files], link: ['-lm'] };
}

/**
 * @param {readonly import('./programs.js').Program[]} programs
 * @param {(text: string) => void} progress
 * @returns {Map<string, {guest: string, wasm: string, native: string}>} paths in the checkout
 */
export function buildPrograms(programs, progress) {
  mkdirSync(join(ROOT, BUILT), { recursive: true });
  const guestGcc = guestCompiler();
  const built = new Map();
  const headers = readdirSync(join(ROOT, SOURCES)).filter((file) => file.endsWith('.h')).map((file) => `${SOURCES}/${file}`);
  const guestMain = `${SOURCES}/bench_guest.c`;
  const nativeMain = `${SOURCES}/bench_native.c`;
  for (const program of programs) {
    const { name } = program;
    progress(`building ${name}`);
    const { options, files, link } = partsOf(program);
    built.set(name, {
      // The compiler's path holds the hash of the toolchain, so the command stands for its version.
      guest: build(`${name}.elf`, guestGcc, [...options, '-s', ...files, guestMain, ...link], [...files, guestMain, ...headers]),
      wasm: build(`${name}.wasm`, 'emcc', [...options, ...files, ...link, ...WASM_LINK], [...files, ...headers]),
      native: build(`${name}.native`, 'gcc', [...options, ...files, nativeMain, ...link], [...files, nativeMain, ...headers]),
    });
  }
  return built;
}

/** @returns {string} the native engine, linked to the core that CMake built */
export function buildNativeEngine() {
  const library = 'build/native-release/libmoxbox_core.a';
  const source = `${SOURCES}/bench_core.c`;
  const libelf = lastLine(runTool('core/setup/libelf.sh', ['native']));
  return build('bench_core', 'gcc', [...STRICT, '-Icore/include', '-Icore', source, library, `${libelf}/lib/libelf.a`],
    [source, library, `${SOURCES}/bench_clock.h`]);
}
