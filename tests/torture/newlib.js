/** The programs of newlib's own tests: newlib/testsuite, and the vectors of newlib/libm/test. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root, script } from './build.js';

/** @typedef {import('./build.js').Program} Program */

const SHIMS = path.join(root, 'tests/torture/shims');

/** @param {string} folder @returns {Program[]} every program of newlib/testsuite */
export function newlibSuite(folder) {
  const top = path.join(folder, 'testsuite');
  return readdirSync(top).filter((name) => name.startsWith('newlib.')).sort().flatMap((part) =>
    readdirSync(path.join(top, part)).filter((name) => name.endsWith('.c')).sort().map((name) => ({
      name: `${part}/${name}`,
      sources: [path.join(top, part, name)],
      flags: ['-O2', '-w', `-I${path.join(top, 'include')}`],
    })));
}

/** Not a part of the program, or replaced by ours. */
const NOT_LINKED = ['dcvt.c', 'test_ieee.c'];

/** @param {string} folder @param {string} level @returns {Program} the one program of newlib/libm/test */
export function libmVectors(folder, level) {
  const top = path.join(folder, 'libm/test');
  const files = readdirSync(top).filter((name) => name.endsWith('.c') && !NOT_LINKED.includes(name)).sort();
  return {
    name: 'libm/test',
    sources: [...files.map((name) => path.join(top, name)), path.join(SHIMS, 'newlib_ieee.c')],
    flags: [level, '-w', '-std=gnu89', '-fcommon', '-include', path.join(SHIMS, 'newlib_libm.h')],
    link: ['-lm'],
  };
}

/** Tables of conversions, which are not called by run_vector_1. */
const NOT_LIBM = /^(conv|iconv|sprint)_/;
/** Long double is double for the box and no part of this. */
const LONG_DOUBLE = /^[a-z0-9]+l\.c$/;

/** @param {string} folder @param {(name: string) => boolean} wanted */
const cFiles = (folder, wanted) => readdirSync(folder).filter((name) => name.endsWith('.c') && wanted(name)).sort()
  .map((name) => path.join(folder, name));

/**
 * The program of shims/newlib_bits.c: for the box with the SDK's libm, and natively with the same libm compiled
 * for this machine.
 * @param {string} folder
 * @returns {{guest: Program, native: Program}}
 */
export function libmBits(folder) {
  const top = path.join(folder, 'libm/test');
  const program = [...cFiles(top, (name) => name.endsWith('_vec.c') && !NOT_LIBM.test(name)), path.join(SHIMS, 'newlib_bits.c')];
  const libm = ['math', 'common'].flatMap((part) => cFiles(path.join(folder, 'libm', part),
    (name) => part === 'math' || !LONG_DOUBLE.test(name)));
  const headers = path.join(script('guest-sdk/toolchain/build.sh', '--prefix')[0] ?? '', 'moxiebox/include');
  // No fused multiply-add, nothing worked out by the compiler: every operation is done at run time.
  const flags = ['-O2', '-w', '-std=gnu99', '-fno-builtin', '-ffp-contract=off', `-I${top}`];
  return {
    guest: { name: 'libm bits', sources: program, flags, link: ['-lm'] },
    native: {
      name: 'libm bits',
      sources: [...program, ...libm, path.join(SHIMS, 'newlib_native.c')],
      flags: [...flags, '-ffunction-sections', `-I${path.join(folder, 'libm/common')}`, '-isystem', headers],
      link: ['-Wl,--gc-sections'],
    },
  };
}
