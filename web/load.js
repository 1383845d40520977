/**
 * Files into a machine: each is read straight into the core's memory, piece by piece, and hashed there.
 */
import { ERROR_CODES, MoxboxError } from './errors.js';
import { Pacer, untilDone } from './slices.js';

/** @typedef {import('./machine.js').Machine} Machine */
/** @typedef {import('./heap.js').MachinePtr} MachinePtr */
/** @typedef {import('./options.js').Source} Source */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

const TOP = 2 ** 32;
const HASH_BLOCK = 1 << 20;

/**
 * Loads everything and makes the machine ready at its entry point.
 * @param {Machine} machine with its box made
 * @param {{programs: Source[], data: Source[]}} sources
 * @returns {Work<void>}
 */
export function* loadAll(machine, { programs, data }) {
  for (const [index, source] of programs.entries()) {
    yield* named(`programs[${index}]`, loadProgram(machine, source));
  }
  for (const [index, source] of data.entries()) yield* named(`data[${index}]`, loadData(machine, source));
  yield* untilDone(Pacer.bytes(), (amount) => machine.seal(amount));
  machine.start();
}

/**
 * @param {Machine} machine
 * @param {Source} source
 * @returns {Work<void>}
 */
function* loadProgram(machine, source) {
  checkSize(source);
  const block = machine.alloc(Math.max(1, source.size));
  yield* readInto(machine, source, block);
  yield;
  machine.addProgram(block, source.size);
  machine.free(block);
  yield;
}

/**
 * @param {Machine} machine
 * @param {Source} source
 * @returns {Work<void>}
 */
export function* loadData(machine, source) {
  checkSize(source);
  const block = machine.addData(source.size);
  yield;
  if (block !== undefined) yield* readInto(machine, source, block);
}

/**
 * @param {Pick<Machine, 'fill'>} machine
 * @param {Source} source
 * @param {MachinePtr} block of the source's size
 * @returns {Work<void>}
 */
export function* readInto(machine, source, block) {
  const pacer = Pacer.bytes();
  for (let done = 0; done < source.size; ) {
    const start = performance.now();
    const count = yield* readPiece(machine, source, /** @type {MachinePtr} */ (block + done), done,
      Math.min(pacer.amount, source.size - done));
    pacer.spent(count, performance.now() - start);
    done += count;
    if (done < source.size) yield;
  }
}

/**
 * @param {Pick<Machine, 'fill'>} machine @param {Source} source @param {MachinePtr} block
 * @param {number} offset @param {number} length
 * @returns {Work<number>} bytes read
 */
export function* readPiece(machine, source, block, offset, length) {
  const count = yield machine.fill(block, length, (view) => source.read(view, offset));
  if (!Number.isInteger(count) || count < 1 || count > length) {
    throw new MoxboxError('MOXBOX_FILE', `the file ended at byte ${offset} of ${source.size} while being read`);
  }
  return count;
}

/**
 * SHA-256 of a source of any size, through one block of the core's memory.
 * @param {Machine} machine
 * @param {Source} source
 * @returns {Work<string>}
 */
export function* hashSource(machine, source) {
  const context = machine.hashStart();
  const pacer = Pacer.bytes();
  const room = Math.max(1, Math.min(HASH_BLOCK, source.size));
  const block = machine.alloc(room);
  for (let done = 0; done < source.size; ) {
    const length = Math.min(pacer.amount, room, source.size - done);
    const count = yield* readPiece(machine, source, block, done, length);
    pacer.time(count, () => machine.hashUpdate(context, block, count));
    done += count;
    if (done < source.size) yield;
  }
  machine.free(block);
  return machine.hashFinish(context);
}

/**
 * SHA-256 of the whole state of a machine.
 * @param {() => {stateHash: (maxBytes: number) => string | undefined}} alive the machine; throws when it is gone
 * @returns {Work<string>}
 */
export function hashMachine(alive) {
  return untilDone(Pacer.bytes(), (amount) => alive().stateHash(amount));
}

/** @param {Source} source */
export function checkSize(source) {
  if (source.size >= TOP) {
    throw new MoxboxError('MOXBOX_MEMORY_LIMIT', `${ERROR_CODES.MOXBOX_MEMORY_LIMIT}: the file has ${source.size} bytes`);
  }
}

/**
 * Says in an error which input it is about.
 * @param {string} field
 * @param {Work<void>} work
 * @returns {Work<void>}
 */
export function* named(field, work) {
  try {
    yield* work;
  } catch (error) {
    if (!(error instanceof MoxboxError) || error.field !== undefined) throw error;
    throw new MoxboxError(error.code, `${field}: ${error.message}`, { cause: error.cause, field });
  }
}
