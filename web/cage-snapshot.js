/**
 * A machine of cages as bytes, and a machine made of such bytes. The core writes and checks them
 * (core/machine/machine_snapshot.h); here they go through one block of its memory, as those of a box do.
 */
import { checkSize, named, readPiece } from './load.js';
import { aborted } from './options.js';
import { Pacer } from './slices.js';
import { MOST_BYTES, writePieces } from './snapshot.js';

/** @typedef {import('./cage-machine.js').CageMachine} CageMachine */
/** @typedef {import('./options.js').Source} Source */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/**
 * @typedef {object} Told
 * @property {AbortSignal} [signal]
 * @property {(progress: {doneBytes: number, totalBytes: number | undefined}) => void} [onProgress] totalBytes: where it
 *   is known, which it is not of a snapshot that is being written
 */

/**
 * @param {() => CageMachine} alive the machine; throws when it is gone
 * @param {Told} told
 * @returns {Work<Uint8Array>}
 */
export function writeCageSnapshot(alive, { signal, onProgress }) {
  let doneBytes = 0;
  return writePieces(alive, MOST_BYTES, signal, (machine, maxBytes, block, room) => machine.snapshot(maxBytes, block, room),
    ({ written, done }) => {
      doneBytes += written;
      onProgress?.({ doneBytes, totalBytes: done ? doneBytes : undefined });
    });
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
