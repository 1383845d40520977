/**
 * Random programs of csmith: each prints a checksum of its global variables, which every correct compiler and
 * every correct machine must agree on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { cache, digest, root } from './build.js';
import { runOnHost } from './host.js';

/** @typedef {import('./build.js').Program} Program */

/** Packed structures are laid out differently by each target, and no argc: a guest has no arguments. */
const OPTIONS = ['--no-packed-struct', '--no-argc'];
/** The header of csmith's library. */
const HEADERS = '/usr/include/csmith';
const SEEDS = path.join(root, 'tests/torture/csmith-seeds.txt');
/** Seeds whose programs do not end; such a program says nothing. The normal run leaves them out. */
const ENDLESS = [20, 26, 30, 66, 68, 81, 85, 87, 88, 96, 99];
const NORMAL = 100;

/** The seeds of the normal run: the first programs that end. @returns {number[]} */
export function normalSeeds() {
  return Array.from({ length: NORMAL + ENDLESS.length }, (_, i) => i + 1).filter((seed) => !ENDLESS.includes(seed));
}

/** Seeds that once failed; always run. @returns {number[]} */
export function keptSeeds() {
  return readFileSync(SEEDS, 'utf8').split('\n').map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '').map(Number);
}

/**
 * @param {number[]} seeds
 * @param {string[]} flags for the compiler
 * @returns {Program[]} named by their seeds
 */
export function csmithPrograms(seeds, flags) {
  // It leaves a file where it runs, even for this.
  const version = spawnSync('csmith', ['--version'], { encoding: 'utf8', cwd: cache }).stdout;
  if (!version) throw new Error('csmith is not installed: core/setup/packages.sh tests');
  const folder = path.join(cache, `torture-csmith-${digest(version, ...OPTIONS).slice(0, 16)}`);
  mkdirSync(folder, { recursive: true });
  return seeds.map((seed) => {
    const source = path.join(folder, `${seed}.c`);
    if (!existsSync(source)) {
      const partial = `${source}.${process.pid}`;
      const { status, stderr } = spawnSync('csmith', [...OPTIONS, '--seed', String(seed), '-o', partial],
        { encoding: 'utf8', cwd: folder, timeout: 60_000 });
      if (status !== 0 || statSync(partial).size === 0) throw new Error(`csmith --seed ${seed} failed: ${stderr}`);
      renameSync(partial, source);
    }
    return { name: String(seed), sources: [source], flags: [...flags, '-w', `-I${HEADERS}`] };
  });
}

/**
 * What a program prints on this machine, or undefined when it does not end in time: csmith makes endless
 * programs too, which say nothing.
 * @param {string} elf
 */
export function nativeChecksum(elf) {
  const result = runOnHost(elf);
  if (result === undefined) return undefined;
  if (result.status !== 0) throw new Error(`${elf} ended with ${result.status}`);
  return result.output.toString();
}
