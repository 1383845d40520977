/**
 * The benchmark's programs: programs/<name>.c each. `size` makes an interpreted run of some tenths of a second
 * up to a second, `quick` about a tenth of that. Kinds, for the geometric means:
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
  { name: 'crc32', kind: 'kernel', size: 300, quick: 30 },
  { name: 'sha256', kind: 'kernel', size: 60, quick: 8 },
  { name: 'sieve', kind: 'kernel', size: 10, quick: 2 },
  { name: 'matmul', kind: 'kernel', size: 40, quick: 5 },
  { name: 'mandelfix', kind: 'kernel', size: 150, quick: 50 },
  { name: 'fib', kind: 'calls', size: 30, quick: 25 },
  { name: 'ackermann', kind: 'calls', size: 60, quick: 8 },
  { name: 'bintree', kind: 'calls', size: 12, quick: 9 },
  { name: 'quicksort', kind: 'mixed', size: 20, quick: 3 },
  { name: 'nqueens', kind: 'mixed', size: 9, quick: 8 },
  { name: 'sudoku', kind: 'mixed', size: 4, quick: 1 },
  { name: 'lz', kind: 'mixed', size: 30, quick: 4 },
  { name: 'json', kind: 'mixed', size: 30, quick: 4 },
  { name: 'vm', kind: 'mixed', size: 10000, quick: 1500 },
  { name: 'hashtable', kind: 'mixed', size: 60000, quick: 8000 },
  { name: 'wordcount', kind: 'mixed', size: 10, quick: 2 },
  { name: 'mandelfloat', kind: 'float', size: 32, quick: 12 },
  { name: 'nbody', kind: 'float', size: 500, quick: 60 },
]);
