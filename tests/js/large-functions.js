/**
 * Guests whose functions are costly to translate: each has a shape that some part of the translator, or of an engine
 * behind it, could take long for. `node tests/js/large-functions.js` prints how long each holds up the event loop.
 */
import { pathToFileURL } from 'node:url';
import { Box } from '../../node/index.js';
import { modulesOf, randomFrom } from './helpers.js';
import { BASE, BSS, CHUNK, FAST, SLOW, guestOf, halves, startWatch, times } from './hold-guests.js';
import { op } from './program.js';

/** @typedef {number[][]} Code */
/** @typedef {{code: Code, callee: Code}} Shape what runs for ever, at SLOW; what it calls or jumps to, at CALLEE */

const CALLEE = SLOW + 2 * CHUNK;
/* A ret, for calls that do nothing. */
const NOTHING = SLOW - 2;
const SIZE = 8 * CHUNK;
/* Of one run: enough for all shapes to be translated, unless the engine's own threads have to wait for other work. */
const INSTRUCTIONS = FAST + 140_000_000;
const RUNS = 60;
/* One of what runs fast, one of the shape at least. */
export const MODULES = 2;

/**
 * @param {Shape} shape
 * @param {number} fast instructions before it begins
 */
export const programOf = ({ code, callee }, fast) => guestOf(code, { size: SIZE, fast, bss: 1 << 16,
  places: [[NOTHING - BASE, op.ret()], [CALLEE - BASE, callee.flat()]] });

/* Register 3 is a random number, 4 and 5 make the next, and 6 is what it is compared with: the least one in `chance`
 * of random numbers is below it. */
const begin = (/** @type {number} */ chance) => [op.ldi(3, 1), op.ldi(4, 1664525), op.ldi(5, 1013904223),
  op.ldi(6, (-(2 ** 31) + Math.floor(2 ** 32 / chance)) | 0)];
const toss = [op.mul(3, 4), op.add(3, 5), op.cmp(3, 6)];
const step = op.inc(7, 1);

/** @param {Code} head runs once @param {Code} body @param {Code} [callee] @returns {Shape} */
const forever = (head, body, callee = []) => ({ code: [...head, ...body, op.jmpa(SLOW + 2 * halves(head))], callee });

/** Choices one after the other. @param {number} past bytes that a choice goes past */
const choices = (past) => [...times(1000, () => [...toss, op.blt(past), step].flat()), ...times(4, () => step)];
/* Past a step; past that and the next choice. */
const APART = 2;
const OVERLAPPING = 10;

/** Loops in loops. @param {number} count @param {number[]} first what each begins with */
function nest(count, first) {
  const head = begin(400);
  const at = (/** @type {number} */ i) => SLOW + 2 * halves(head) + 2 * first.length * i;
  const ends = times(count, (i) => [...toss, op.bge(6), op.jmpa(at(count - 1 - i))].flat());
  return forever(head, [...times(count, () => first), ...ends]);
}

/** Branches to anywhere near, so that few loops have one header. @param {number} count @param {number} reach blocks */
function tangle(count, reach) {
  const below = randomFrom(7);
  const size = 2 * halves([...toss, op.blt(0)]);
  return forever(begin(2), times(count, (i) => {
    const to = Math.min(count - 1, Math.max(0, i + below(2 * reach) - reach));
    return [...toss, op.blt(size * (to - i - 1))].flat();
  }));
}

/** `jumps` computed jumps, which together lead to `count` places in turn. @param {number} count @param {number} jumps @param {number} steps in each place */
function jumpTo(count, jumps, steps) {
  const place = times(steps, () => step);
  const size = 2 * halves([...place, op.jmpa(SLOW)]);
  const head = [op.ldi(8, CALLEE), op.ldi(9, size), op.ldi(11, 0), op.ldi(12, count)];
  const again = [op.ldi(8, CALLEE), op.ldi(11, 0)];
  const jump = [op.add(8, 9), op.inc(11, 1), op.cmp(11, 12), op.blt(2 * halves(again)), ...again, op.jmp(8)];
  const back = (/** @type {number} */ i) => op.jmpa(SLOW + 2 * halves(head) + 2 * halves(jump) * ((i + 1) % jumps));
  return { code: [...head, ...times(jumps, () => jump).flat()], callee: times(count, (i) => [...place, back(i)]).flat() };
}

/** Calls of `count` of the pieces that a function is made of. @param {number} count @param {Code} pieces */
function callsInto(count, pieces) {
  const every = Math.max(1, Math.floor(pieces.length / count));
  let at = CALLEE;
  const starts = pieces.map(({ length }) => (at += 2 * length) - 2 * length);
  return forever(begin(2), times(count, (i) => op.jsra(starts[(i * every) % starts.length])), [...pieces, op.ret()]);
}

/** Calls through a register, each of one function or another. @param {number} count @param {number} functions */
function callsThrough(count, functions) {
  const callee = [step, op.ret()];
  const load = (/** @type {number} */ i) => op.ldi(8, CALLEE + 2 * halves(callee) * (i % functions));
  return forever(begin(2), times(count, (i) => [...toss, load(i), op.blt(6), load(i + 1), op.jsr(8)].flat()), times(functions, () => callee).flat());
}

/** @type {Record<string, Shape>} */
export const SHAPES = {
  'accesses through four thousand values': forever([op.ldi(8, BSS), op.ldi(9, 0)], times(4000, () => [...op.add(8, 9), ...op.load(7, 8)])),
  'a value more for each block': forever([...begin(2), op.ldi(8, BSS), op.ldi(9, 0)],
    times(900, () => [op.add(8, 9), op.load(7, 8), ...toss, op.blt(2), op.inc(9, 0)].flat())),
  'a thousand choices': forever(begin(2), choices(APART)),
  'a thousand choices that overlap': forever(begin(2), choices(OVERLAPPING)),
  'loops in loops, 400': nest(400, step),
  'loops in loops, 900': nest(900, step),
  'loops in loops with calls': nest(400, op.jsra(NOTHING)),
  'a tangle': tangle(1500, 100),
  'a wide tangle': tangle(1500, 120),
  'a jump to 600 places': jumpTo(600, 1, 0),
  'a jump to 2,000 places': jumpTo(2000, 1, 0),
  'a jump to 4,000 places': jumpTo(4000, 1, 5),
  'jumps to 2,000 places': jumpTo(2000, 30, 0),
  'calls into the middle': callsInto(1900, times(8000, () => step)),
  'calls into the middle of choices': callsInto(1900, choices(APART)),
  'calls into the middle of overlapping choices': callsInto(1900, choices(OVERLAPPING)),
  'two thousand functions': callsInto(2000, times(2000, () => [...step, ...op.ret()])),
  'calls through registers': callsThrough(1000, 4),
  'calls through registers of many': callsThrough(1000, 1500),
};

/**
 * Runs a shape as long as it takes to be translated and longer. Gives how long the event loop was held up, longest
 * first, in milliseconds.
 * @param {Shape} shape
 */
export async function holdsOf(shape) {
  const box = await Box.create({ programs: [programOf(shape, FAST)], engine: 'auto', cache: false });
  /** @type {number[]} */
  const holds = [];
  const watch = startWatch();
  let on = true;
  const turn = () => {
    holds.push(watch());
    if (on) setImmediate(turn);
  };
  setImmediate(turn);
  let stop = '';
  const modules = await modulesOf(async (made) => {
    for (let runs = 0; made() < MODULES && runs < RUNS; runs += 1) ({ stop } = await box.run({ budget: INSTRUCTIONS }));
  });
  on = false;
  box.dispose();
  return { stop, modules, holds: holds.sort((a, b) => b - a) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, shape] of Object.entries(SHAPES)) {
    const { holds, modules } = await holdsOf(shape);
    console.log(`${name.padEnd(48)}${holds.slice(0, 4).map((ms) => ms.toFixed(1)).join(' ')} ms of ${holds.length} turns, ${modules} modules`);
  }
}
