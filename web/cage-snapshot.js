/**
 * A machine of cages as bytes, and a machine made of such bytes. The core writes and checks them
 * (core/machine/machine_snapshot.h); here they go through one block of its memory, a piece at a time, so that neither
 * is held there twice and the event loop turns.
 */
import { LIMITS } from './generated/tables.js';
import { joined } from './errors.js';
import { checkSize, named, readPiece } from './load.js';
import { aborted } from './options.js';
import { Pacer } from './slices.js';

/** @typedef {import('./cage-machine.js').CageMachine} CageMachine */
/** @typedef {import('./options.js').Source} Source */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/**
 * @typedef {object} Told
 * @property {AbortSignal} [signal]
 * @property {(progress: {doneBytes: number, totalBytes: number | undefined}) => void} [onProgress] totalBytes: where it
 *   is known, which it is not of a snapshot that is being written
 */

const MOST_BYTES = 1 << 20;

/**
 * @param {() => CageMachine} alive the machine; throws when it is gone
 * @param {Told} told
 * @returns {Work<Uint8Array>}
 */
export function* writeCageSnapshot(alive, { signal, onProgress }) {
  const pacer = Pacer.bytes();
  const room = MOST_BYTES + LIMITS.snapshotRoom;
  const machine = alive();
  const block = machine.alloc(room);
  const pieces = [];
  try {
    for (let doneBytes = 0, ended = false; !ended;) {
      if (signal?.aborted) throw aborted(signal);
      const amount = Math.min(pacer.amount, MOST_BYTES);
      const { piece, done } = pacer.time(amount, () => alive().snapshot(amount, block, room));
      pieces.push(piece);
      doneBytes += piece.length;
      ended = done;
      onProgress?.({ doneBytes, totalBytes: done ? doneBytes : undefined });
      if (!done) yield;
    }
  } finally {
    machine.free(block);
  }
  return joined(pieces);
}

/**
 * @param {CageMachine} machine one that restores
 * @param {Source} source
 * @param {Told} told
 * @returns {Work<void>}
 */
export function readCageSnapshot(machine, source, told) {
  return named('snapshot', restore(machine, source, told));
}

/** @param {CageMachine} machine @param {Source} source @param {Told} told @returns {Work<void>} */
function* restore(machine, source, { signal, onProgress }) {
  const pacer = Pacer.bytes();
  checkSize(source);
  const room = Math.max(1, Math.min(MOST_BYTES, source.size));
  const block = machine.alloc(room);
  let doneBytes = 0;
  for (;;) {
    if (signal?.aborted) throw aborted(signal);
    const { amount } = pacer;
    const came = pacer.time(amount, () => machine.restoreStep(amount));
    if (came === 'done') break;
    if (came === 'hungry') {
      const left = source.size - doneBytes;
      const count = left === 0 ? 0 : yield* readPiece(machine, source, block, doneBytes, Math.min(room, left));
      machine.restoreFeed(block, count);
      doneBytes += count;
      onProgress?.({ doneBytes, totalBytes: source.size });
    }
    yield;
  }
  machine.free(block);
}
