/**
 * How long a hostile guest can hold up the event loop: it runs fast until slices are long, then does only what is
 * slow. Processor time counts, so that other work on the computer does not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Box } from '../../node/index.js';
import { op } from './program.js';

const BASE = 0x10000;
const HEADERS = 84;
const FAST = 30_000_000;
/** A slice of the slowest instructions there are may take longer than one of fast ones, but not for ever. */
const LIMIT_MS = 1500;
const CHUNK = 1 << 16;

/**
 * An executable at BASE: a loop of FAST instructions, then a jump to `slow`, which is placed at BASE + CHUNK.
 * @param {number[][]} slow
 * @param {{size?: number, places?: [number, number[]][]}} [more] size of the text; code at other offsets
 */
function guestOf(slow, { size = 2 * CHUNK, places = [] } = {}) {
  const file = new Uint8Array(HEADERS + size);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  for (const [at, value] of [[16, 2], [18, 223], [40, 52], [42, 32], [44, 1], [46, 40]]) view.setUint16(at, value, true);
  for (const [at, value] of [[20, 1], [24, BASE], [28, 52], [52, 1], [56, HEADERS], [60, BASE], [64, BASE], [68, size], [72, size], [76, 5], [80, 2]]) {
    view.setUint32(at, value, true);
  }
  const put = (/** @type {number} */ offset, /** @type {number[]} */ code) => code.forEach((half, i) => view.setUint16(HEADERS + offset + 2 * i, half, true));
  put(0, [op.ldi(3, FAST / 3), op.ldi(4, 0), op.dec(3, 1), op.cmp(3, 4), op.bne(-6), op.gsr(1, 7), op.jmpa(BASE + CHUNK)].flat());
  put(CHUNK, slow.flat());
  for (const [offset, code] of places) put(offset, code);
  return file;
}

const CHUNKS = 40;
/** @type {Record<string, {program: Uint8Array, memory?: number}>} */
const GUESTS = {
  'jumps through more text than is kept decoded': { program: guestOf([op.jmpa(BASE + 2 * CHUNK)], { size: CHUNKS * CHUNK,
    places: Array.from({ length: CHUNKS - 2 }, (_, i) => [(i + 2) * CHUNK, op.jmpa(BASE + (i + 3 < CHUNKS ? i + 3 : 1) * CHUNK)]) }) },
  'calls that do not exist': { program: guestOf([[0x3000, 999, 0], op.jmpa(BASE + CHUNK)]) },
  'mmap of one page for ever': { program: guestOf([op.ldi(2, 0), op.ldi(3, 4096), op.ldi(4, 7), op.ldi(5, 6), [0x3000, 90, 0], op.jmpa(BASE + CHUNK)]) },
  'mmap of 16 MiB up to 1 GiB': { memory: 1 << 30,
    program: guestOf([op.ldi(2, 0), op.ldi(3, 1 << 24), op.ldi(4, 7), op.ldi(5, 6), [0x3000, 90, 0], op.jmpa(BASE + CHUNK)]) },
  'buffer registers set again and again': { program: guestOf([op.ldi(3, BASE), ...Array.from({ length: 20 }, () => op.ssr(3, 6)),
    op.store(1, 3), op.load(4, 1), op.jmpa(BASE + CHUNK)]) },
};

for (const engine of /** @type {const} */ (['interpreter', 'auto'])) {
  for (const [name, { program, memory }] of Object.entries(GUESTS)) {
    test(`the event loop is not held up by ${name}, ${engine}`, async (t) => {
      const box = await Box.create({ programs: [program], engine, ...(memory && { memoryLimitBytes: memory }) });
      let worst = 0;
      let since = process.cpuUsage();
      const budget = FAST + 6_000_000;
      const { stop, instructions } = await box.run({ budget, onProgress() {
        const { user, system } = process.cpuUsage(since);
        worst = Math.max(worst, (user + system) / 1000);
        since = process.cpuUsage();
      } });
      assert.deepEqual([stop, instructions], ['budget', BigInt(budget)]);
      t.diagnostic(`longest slice: ${worst.toFixed(0)} ms`);
      assert.ok(worst < LIMIT_MS, `a slice of ${worst.toFixed(0)} ms`);
      box.dispose();
    });
  }
}
