/**
 * Translated code: the core writes WebAssembly modules, this compiles them and gives their functions back.
 * Where code cannot be made at run time (a content-security policy without wasm-unsafe-eval, some edge hosts)
 * it notices, and the core interprets.
 */
import { MoxboxError, corrupt } from './errors.js';

/** @typedef {import('./machine.js').Machine} Machine */

/**
 * Compiles the module that waits, if one does.
 * @param {Machine} machine
 * @param {import('./options.js').Engine} engine 'translator' makes it an error that code cannot be made
 * @returns {boolean} whether there was one
 */
export function compileWaiting(machine, engine) {
  const waiting = engine === 'interpreter' ? undefined : machine.waitingModule();
  if (!waiting) return false;
  const functions = compiled(machine, waiting);
  if (!functions && engine === 'translator') throw new MoxboxError('MOXBOX_ENGINE');
  machine.install(functions);
  return true;
}

/**
 * @param {Machine} machine
 * @param {{bytes: Uint8Array, count: number}} waiting
 * @returns {Function[] | undefined}
 */
function compiled(machine, { bytes, count }) {
  try {
    const module = new WebAssembly.Module(/** @type {BufferSource} */ (bytes));
    const { exports } = new WebAssembly.Instance(module, { env: machine.forTranslated });
    return Array.from({ length: count }, (_, index) => /** @type {Function} */ (exports[index]));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /disallow|unsafe-eval|Content Security/i.test(error.message)) return undefined;
    if (error instanceof EvalError || error instanceof RangeError) return undefined; /* forbidden, or no memory for it */
    throw corrupt('a module that the core made does not compile', error);
  }
}
