/**
 * A box as bytes, and a machine made of such bytes. The core writes and checks them (core/box/snapshot.h); here they
 * go through one block of its memory, a piece at a time, so that neither is held there twice and the event loop turns.
 * A machine of cages is written so, too (cage-snapshot.js).
 */
import { LIMITS } from './generated/tables.js';
import { joined } from './errors.js';
import { checkSize, loadData, named, readPiece } from './load.js';
import { aborted } from './options.js';
import { Pacer, untilDone } from './slices.js';

/** @typedef {import('./machine.js').Machine} Machine */
/** @typedef {import('./heap.js').MachinePtr} MachinePtr */
/** @typedef {import('./options.js').Source} Source */
/** @typedef {import('./options.js').Control} Control */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/* A piece is written and hashed at once, which takes some milliseconds for so much. */
export const MOST_BYTES = 1 << 20;
/* What a snapshot says in few bytes can be much work: thousands of regions. */
const FIRST_READ = 16 << 10;

/**
 * @template {Pick<Machine, 'alloc' | 'free'>} M
 * @param {() => M} alive the machine; throws when it is gone
 * @param {number} most bytes of it that one piece may be of
 * @param {AbortSignal | undefined} signal
 * @param {(machine: M, maxBytes: number, block: MachinePtr, room: number, first: boolean) => {piece: Uint8Array, done: boolean}} next
 * @param {(came: {looked: number, written: number, done: boolean}) => void} tell of each piece: bytes looked at and written
 * @returns {Work<Uint8Array>}
 */
export function* writePieces(alive, most, signal, next, tell) {
  const pacer = Pacer.bytes();
  const machine = alive();
  /* Each page of memory comes with its number. */
  const room = most + LIMITS.snapshotRoom;
  const block = machine.alloc(room);
  const pieces = [];
  try {
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      const looked = Math.min(pacer.amount, most);
      const { piece, done } = pacer.time(looked, () => next(alive(), looked, block, room, pieces.length === 0));
      pieces.push(piece);
      tell({ looked, written: piece.length, done });
      if (done) return joined(pieces);
      yield;
    }
  } finally {
    machine.free(block);
  }
}

/**
 * @param {() => Machine} alive the machine; throws when it is gone
 * @param {{omitData: boolean, budget: bigint | number} & Control} options
 * @returns {Work<Uint8Array>}
 */
export function* writeSnapshot(alive, { omitData, budget, signal, onProgress }) {
  const totalBytes = alive().report().memoryBytes;
  let doneBytes = 0;
  return yield* writePieces(alive, Math.min(MOST_BYTES, Math.max(LIMITS.snapshotRoom, totalBytes)), signal,
    (machine, maxBytes, block, room, first) => machine.snapshot(maxBytes, block, room, first ? { omitData, budget } : undefined),
    ({ looked, done }) => {
      doneBytes = done ? totalBytes : Math.min(totalBytes, doneBytes + looked);
      onProgress?.({ doneBytes, totalBytes });
    });
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
  yield* untilDone(Pacer.bytes(), (amount) => {
    if (signal?.aborted) throw aborted(signal);
    return machine.restoreEnd(amount);
  });
}
