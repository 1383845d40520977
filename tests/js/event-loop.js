/**
 * How long a run in Node's main thread holds up the event loop:
 *
 *     node tests/js/event-loop.js [SECONDS]
 *
 * Runs a computing guest for that long (default 10) and prints the longest and the 99th-percentile delay that a
 * timer of 1 ms saw, and the speed, as JSON. The status is 1 when the longest delay reaches 16 ms: on a machine
 * that has other work that may be its fault, so it is not a part of the ordinary tests.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Box } from '../../node/index.js';
import { bytes, demoGuest } from './helpers.js';

const LIMIT_MS = 16;
const seconds = Number(process.argv[2] ?? 10);

/* Data that keeps the guest busy for longer than any of this. */
const data = new Uint8Array(192 << 20).fill(7);
data.set(bytes('moxbox'));
const box = await Box.create({ programs: [demoGuest('hash')], data: [data] });

/* The delay is counted from the moment the loop would have come around: 1 ms is the timer's own. */
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const start = performance.now();
let ended = performance.now();
const stopper = new AbortController();
const result = await box.run({
  budget: Infinity,
  signal: stopper.signal,
  onProgress() {
    ended = performance.now();
    if (ended - start > 1000 * seconds) stopper.abort();
  },
}).catch(() => box.collect());
delay.disable();

const longestMs = delay.max / 1e6;
console.log(JSON.stringify({
  seconds: (ended - start) / 1000,
  longestMs,
  p99Ms: delay.percentile(99) / 1e6,
  limitMs: LIMIT_MS,
  instructions: String(result.instructions),
  mips: Number(result.instructions) / (ended - start) / 1000,
}));
process.exitCode = longestMs < LIMIT_MS ? 0 : 1;
