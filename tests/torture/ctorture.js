/** The programs of gcc.c-torture/execute, compiled as execute.exp, ieee.exp and builtins.exp compile them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { dgOptions, scriptOptions } from './dg.js';
import { STACK_SIZE } from './guests.js';

/** @typedef {import('./build.js').Program} Program */

export const LEVELS = ['-O0', '-O2', '-Os'];
/** What the files may think that they have: code without optimisation copies arguments as large as this. */
const DECLARED_STACK = STACK_SIZE / 2;
const IEEE_FLAGS = ['-fno-inline'];
const BUILTINS_FLAGS = ['-fno-tree-dse', '-fno-tree-loop-distribute-patterns', '-fno-tracer', '-fno-ipa-ra',
  '-fno-inline-functions'];

/** @param {string} folder */
const cFiles = (folder) => readdirSync(folder).filter((name) => name.endsWith('.c')).sort();

/**
 * @param {string} source @param {string[]} flags
 * @returns {string[]} changed by the .x script beside it
 */
function withScript(source, flags) {
  const script = source.replace(/\.c$/, '.x');
  return existsSync(script) ? scriptOptions(readFileSync(script, 'utf8'), flags) : flags;
}

/**
 * @param {string} suite the folder gcc.c-torture
 * @param {string} level
 * @returns {Program[]}
 */
export function cTorture(suite, level) {
  const top = path.join(suite, 'execute');
  const plain = cFiles(top).map((name) => {
    const source = path.join(top, name);
    return { name, sources: [source], flags: [level, ...dgOptions(readFileSync(source, 'latin1'), DECLARED_STACK)] };
  });
  const ieee = cFiles(path.join(top, 'ieee')).map((name) => {
    const source = path.join(top, 'ieee', name);
    return { name: `ieee/${name}`, sources: [source], flags: [level, '-w', ...withScript(source, IEEE_FLAGS)] };
  });
  const builtins = cFiles(path.join(top, 'builtins')).filter((name) => !name.endsWith('-lib.c')).map((name) => {
    const source = path.join(top, 'builtins', name);
    return {
      name: `builtins/${name}`,
      sources: [source, source.replace(/\.c$/, '-lib.c'), path.join(top, 'builtins/lib/main.c')],
      flags: [level, '-w', ...withScript(source, BUILTINS_FLAGS)],
    };
  });
  return [...plain, ...ieee, ...builtins].map((program) => ({ ...program, link: ['-lm'] }));
}
