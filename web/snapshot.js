/**
 * A box as bytes, and a machine made of such bytes. The core writes and checks them (core/box/snapshot.h); here they
 * go through one block of its memory, a piece at a time, so that neither is held there twice and the event loop turns.
 */
import { LIMITS } from './generated/tables.js';
import { joined } from './errors.js';
import { checkSize, loadData, named, readPiece } from './load.js';
import { aborted } from './options.js';
import { Pacer } from './slices.js';

/** @typedef {import('./machine.js').Machine} Machine */
/** @typedef {import('./options.js').Source} Source */
/** @typedef {import('./options.js').Control} Control */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/* A piece is written and hashed at once, which takes some milliseconds for so much. */
const MOST_BYTES = 1 << 20;
/* What a snapshot says in few bytes can be much work: thousands of regions. */
const FIRST_READ = 16 << 10;

/**
 * @param {() => Machine} alive the machine; throws when it is gone
 * @param {{omitData: boolean, budget: bigint | number} & Control} options
 * @returns {Work<Uint8Array>}
 */
export function* writeSnapshot(alive, { omitData, budget, signal, onProgress }) {
  const machine = alive();
  const pacer = Pacer.bytes();
  const totalBytes = machine.report().memoryBytes;
  const most = Math.min(MOST_BYTES, Math.max(LIMITS.snapshotRoom, totalBytes));
  /* Each page of memory comes with its number. */
  const room = most + LIMITS.snapshotRoom;
  const block = machine.alloc(room);
  const pieces = [];
  try {
    for (let doneBytes = 0; ; ) {
      if (signal?.aborted) throw aborted(signal);
      const amount = Math.min(pacer.amount, most);
      const { piece, done } = pacer.time(amount, () =>
        alive().snapshot(amount, block, room, pieces.length === 0 ? { omitData, budget } : undefined));
      pieces.push(piece);
      doneBytes = done ? totalBytes : Math.min(totalBytes, doneBytes + amount);
      onProgress?.({ doneBytes, totalBytes });
      if (done) break;
      yield;
    }
  } finally {
    machine.free(block);
  }
  return joined(pieces);
}

/**
 * @param {Machine} machine with its box made, and nothing in it
 * @param {{snapshot: Source, data: Source[]}} sources data: what the snapshot leaves out
 * @param {Control} control
 * @returns {Work<ReturnType<Machine['setup']>>}
 */
export function* readSnapshot(machine, { snapshot, data }, control) {
  for (const [index, source] of data.entries()) yield* named(`data[${index}]`, loadData(machine, source));
  yield* named('snapshot', restore(machine, snapshot, control));
  return machine.setup();
}

/**
 * @param {Machine} machine
 * @param {Source} source
 * @param {Control} control
 * @returns {Work<void>}
 */
function* restore(machine, source, { signal, onProgress }) {
  const pacer = new Pacer({ first: FIRST_READ, most: MOST_BYTES });
  checkSize(source);
  const room = Math.max(1, Math.min(MOST_BYTES, source.size));
  const block = machine.alloc(room);
  for (let doneBytes = 0; doneBytes < source.size; ) {
    if (signal?.aborted) throw aborted(signal);
    const count = yield* readPiece(machine, source, block, doneBytes, Math.min(pacer.amount, room, source.size - doneBytes));
    pacer.time(count, () => machine.restore(block, count));
    doneBytes += count;
    onProgress?.({ doneBytes, totalBytes: source.size });
    yield;
  }
  machine.free(block);
  const hashing = Pacer.bytes();
  for (;;) {
    if (signal?.aborted) throw aborted(signal);
    const { amount } = hashing;
    if (hashing.time(amount, () => machine.restoreEnd(amount))) return;
    yield;
  }
}
