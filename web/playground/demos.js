/* The ready demos: programs from demo/guests with inputs to begin with. */
import { itemOf } from './job.js';

/** @typedef {import('./job.js').Job} Job */

const GUESTS = new URL('../../demo/guests/', import.meta.url);

const POEM = `The road was long, the road was plain,
the road went up and down again;
and where it went, the walker went,
and where it bent, the walker bent.
`;

const FRUIT = `pear
apple
quince
fig
cherry
apple
banana
date
elder
grape
`;

const RECORD = `{"name":"moxie","bits":32,"little":true,"registers":["$fp","$sp","$r0","$r1"],"limits":{"memory":268435456,"stack":65536},"notes":null}
`;

/**
 * @typedef {object} Demo
 * @property {string} id also the name of its program in demo/guests, without .elf
 * @property {string} title
 * @property {string} about
 * @property {{name: string, text: string}[]} data
 */

/** @type {readonly Demo[]} */
export const DEMOS = Object.freeze([
  {
    id: 'hash', title: 'Hash',
    about: 'SHA-256 of the first data file, as sha256sum prints it. Drop a large file and compare.',
    data: [{ name: 'road.txt', text: POEM }],
  },
  {
    id: 'wordcount', title: 'Words',
    about: 'Counts lines, words and bytes, and the words that occur most often.',
    data: [{ name: 'road.txt', text: POEM }],
  },
  {
    id: 'sort', title: 'Sort',
    about: 'Sorts the lines of the first data file by the values of their bytes.',
    data: [{ name: 'fruit.txt', text: FRUIT }],
  },
  {
    id: 'json', title: 'JSON',
    about: 'Checks a JSON text and lays it out, or says in which line and column it is wrong.',
    data: [{ name: 'record.json', text: RECORD }],
  },
  {
    id: 'chain', title: 'Chain',
    about: 'Adds its data files to a chain of hashes and leaves the chain in its State Buffer. Under State Buffer, feed it to the next run.',
    data: [{ name: 'link.txt', text: 'the first link\n' }],
  },
  {
    id: 'floats', title: 'Floats',
    about: 'Statistics, pi and an orbit in software floating point: the same digits on every machine.',
    data: [{ name: 'numbers.txt', text: '3.5 -1.25 8 0.125 42 1e3 2.75\n' }],
  },
  {
    id: 'asm', title: 'Assembly',
    about: 'Primes below 1000 in a page of Moxie assembly, without the C library. Good for stepping.',
    data: [],
  },
]);

/**
 * @param {string} id
 * @param {Job} job whose limits are kept
 * @returns {Promise<Job>}
 */
export async function demoJob(id, job) {
  const demo = DEMOS.find((one) => one.id === id);
  if (!demo) throw new Error(`there is no demo "${id}"`);
  const name = `${id}.elf`;
  const url = new URL(name, GUESTS);
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) {
    throw new Error(`The demo's program ${url.pathname} cannot be fetched${response ? ` (HTTP ${response.status})` : ''}; this page needs a server that hands out demo/guests beside web/, as moxbox serve does`);
  }
  return {
    ...job,
    demo: id,
    programs: [itemOf(name, await response.blob(), true)],
    data: demo.data.map((file) => itemOf(file.name, file.text, true)),
  };
}
