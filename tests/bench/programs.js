/**
 * The benchmark's programs: programs/<name>.c each. `size` makes some 200 million instructions, half a second
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
 */

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
  { name: 'mandelfloat', kind: 'float', size: 60, quick: 20 },
  { name: 'nbody', kind: 'float', size: 1300, quick: 150 },
]);
