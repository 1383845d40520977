/**
 * The benchmark's programs: programs/<name>.c each, some with a library that others wrote (its source is a
 * Debian package, unpacked by tests/torture/sources.sh; nothing of it is committed). `size` makes some 200 million instructions, half a second
 * in the interpreter, `quick` about a tenth of that. Kinds, for the geometric means:
 *   kernel   one tight loop over an array
 *   calls    recursion and little else
 *   mixed    branches, pointers, strings, memory: what most programs are made of
 *   float    double precision, which Moxie computes in software: a loss by construction, shown apart
 */

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {'kernel' | 'calls' | 'mixed' | 'float'} kind
 * @property {number} size
 * @property {number} quick
 * @property {string} [source] the file in programs/, when it is not <name>.c
 * @property {Library} [library]
 * @property {string[]} [flags]
 *
 * @typedef {object} Library
 * @property {string} source a name of tests/torture/sources.sha256
 * @property {string[]} files patterns of its C files, with one * at most
 * @property {string[]} not files that do not belong to it
 * @property {string[]} flags {} is its folder
 */

/** @type {Library} */
const ZLIB = { source: 'zlib', files: ['*.c'], not: ['gz*.c'], flags: ['-I{}'] };
/** @type {Library} */
const LZ4 = { source: 'lz4', files: ['lib/lz4.c'], not: [], flags: ['-I{}/lib'] };
/**
 * No script raises an error: without longjmp, which WebAssembly of the same compiler lacks.
 * @type {Library}
 */
const LUA = { source: 'lua5.4', files: ['src/l*.c'],
  not: ['src/lua.c', 'src/luac.c', 'src/linit.c', 'src/liolib.c', 'src/loslib.c', 'src/loadlib.c', 'src/ldblib.c',
    'src/lcorolib.c', 'src/lmathlib.c', 'src/lutf8lib.c'],
  flags: ['-I{}/src', '-Dluai_makeseed(L)=1u', '-Dluai_jmpbuf=int', '-DLUAI_THROW(L,c)=abort()', '-DLUAI_TRY(L,c,a)={a}'] };

/** @param {string} name of a script, programs/<name>.h @param {number} size @param {number} quick @returns {Program} */
const lua = (name, size, quick) =>
  ({ name, kind: 'mixed', size, quick, source: 'lua.c', library: LUA, flags: [`-DSCRIPT="${name}.h"`] });

/** @type {readonly Program[]} */
export const PROGRAMS = Object.freeze([
  { name: 'crc32', kind: 'kernel', size: 200, quick: 25 },
  { name: 'sha256', kind: 'kernel', size: 40, quick: 4 },
  { name: 'sieve', kind: 'kernel', size: 10, quick: 1 },
  { name: 'matmul', kind: 'kernel', size: 48, quick: 5 },
  { name: 'mandelfix', kind: 'kernel', size: 290, quick: 90 },
  { name: 'fib', kind: 'calls', size: 35, quick: 30 },
  { name: 'ackermann', kind: 'calls', size: 240, quick: 28 },
  { name: 'bintree', kind: 'calls', size: 16, quick: 12 },
  { name: 'quicksort', kind: 'mixed', size: 80, quick: 8 },
  { name: 'nqueens', kind: 'mixed', size: 12, quick: 11 },
  { name: 'sudoku', kind: 'mixed', size: 16, quick: 2 },
  { name: 'lz', kind: 'mixed', size: 50, quick: 6 },
  { name: 'json', kind: 'mixed', size: 55, quick: 6 },
  { name: 'vm', kind: 'mixed', size: 6000, quick: 900 },
  { name: 'hashtable', kind: 'mixed', size: 250000, quick: 28000 },
  { name: 'wordcount', kind: 'mixed', size: 25, quick: 3 },
  { name: 'sat', kind: 'mixed', size: 60, quick: 6 },
  { name: 'chess', kind: 'mixed', size: 60, quick: 6 },
  { name: 'zlib_deflate', kind: 'mixed', size: 10, quick: 2, library: ZLIB },
  { name: 'zlib_inflate', kind: 'mixed', size: 20, quick: 2, library: ZLIB },
  { name: 'lz4', kind: 'mixed', size: 20, quick: 2, library: LZ4 },
  lua('lua_queens', 80, 8),
  lua('lua_strings', 250, 25),
  lua('lua_objects', 20, 2),
  { name: 'mandelfloat', kind: 'float', size: 100, quick: 32 },
  { name: 'nbody', kind: 'float', size: 3850, quick: 440 },
]);
