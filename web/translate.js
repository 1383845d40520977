/**
 * Translated code: the core writes WebAssembly modules, this compiles them and gives their functions back.
 * Where code cannot be made at run time (a content-security policy without wasm-unsafe-eval, some edge hosts)
 * it notices, and the core interprets.
 */
import { MoxboxError, corrupt } from './errors.js';

/* A piece of writing is as short as a turn of the event loop that it goes into. */
const WRITING_MS = 1;

/** @typedef {import('./machine.js').Machine} Machine */
/** @typedef {import('./learner.js').Learner} Learner */

/**
 * Compiles the module that waits, if one does.
 * @param {Machine} machine
 * @param {import('./options.js').Engine} engine 'translator' makes it an error that code cannot be made
 * @param {Learner} [learner] of the machine
 * @returns {boolean} whether there was one
 */
export function compileWaiting(machine, engine, learner) {
  const waiting = engine === 'interpreter' ? undefined : machine.waitingModule();
  if (!waiting) return false;
  const functions = compiled(machine, waiting, learner);
  if (!functions && engine === 'translator') throw new MoxboxError('MOXBOX_ENGINE');
  machine.install(functions);
  return true;
}

/**
 * Goes on with the module that is being written, for no longer than a slice; the guest stands meanwhile.
 * @param {Machine} machine
 * @returns {boolean} whether there is more to do
 */
export function goOnWriting(machine) {
  const end = performance.now() + WRITING_MS;
  while (machine.translation().writing) {
    if (performance.now() > end) return true;
    machine.run(0n);
  }
  return false;
}

/**
 * @param {Machine} machine
 * @param {{bytes: Uint8Array, count: number}} waiting
 * @param {Learner} [learner]
 * @returns {Function[] | undefined}
 */
function compiled(machine, { bytes, count }, learner) {
  try {
    const module = learner?.compiled(bytes) ?? new WebAssembly.Module(/** @type {BufferSource} */ (bytes));
    learner?.learned({ bytes, module });
    const { exports } = new WebAssembly.Instance(module, machine.forTranslated);
    return Array.from({ length: count }, (_, index) => /** @type {Function} */ (exports[index]));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /disallow|unsafe-eval|Content Security/i.test(error.message)) return undefined;
    if (error instanceof EvalError || error instanceof RangeError) return undefined; /* forbidden, or no memory for it */
    throw corrupt('a module that the core made does not compile', error);
  }
}
