/**
 * Loads the core: our own loader instead of the compiler's, because the compiler's glue does not run on every
 * Node. One compiled module is shared by all boxes; each box gets an instance of its own.
 */
import { MoxboxError } from './errors.js';
import { Machine } from './machine.js';

/** @typedef {import('./options.js').CoreSource} CoreSource */
/** @typedef {import('./options.js').Source} Source */

/**
 * Everything that the core may ask of its host. It has no clock, no randomness, no files: only these two,
 * which tell and ask nothing.
 * @type {Readonly<Record<string, (...args: any[]) => any>>}
 */
const IMPORTS = Object.freeze({
  emscripten_notify_memory_growth() {},
  proc_exit() {
    throw new MoxboxError('MOXBOX_CORRUPT', 'the core tried to end the process');
  },
});

/**
 * @param {WebAssembly.Module} module
 * @returns {Machine} with a fresh instance
 */
export function startMachine(module) {
  return new Machine(startInstance(module), module);
}

/**
 * @param {WebAssembly.Module} module
 * @returns {Record<string, any>} what a fresh instance of the core exports
 */
export function startInstance(module) {
  /** @type {Record<string, Record<string, (...args: any[]) => any>>} */
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const given = kind === 'function' && Object.hasOwn(IMPORTS, name) ? IMPORTS[name] : undefined;
    if (!given) throw new MoxboxError('MOXBOX_CORE', `core.wasm asks for ${from}.${name}, which nothing here gives`);
    (imports[from] ??= {})[name] = given;
  }
  /** @type {Record<string, any>} */
  let exports;
  try {
    ({ exports } = new WebAssembly.Instance(module, imports));
    exports._initialize?.();
  } catch (cause) {
    throw cause instanceof RangeError
      ? new MoxboxError('MOXBOX_NO_MEMORY', undefined, { cause })
      : new MoxboxError('MOXBOX_CORE', 'core.wasm cannot be started', { cause });
  }
  return exports;
}

/**
 * @param {ArrayBuffer | ArrayBufferView} bytes of core.wasm
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileCore(bytes) {
  try {
    return await WebAssembly.compile(/** @type {BufferSource} */ (bytes));
  } catch (cause) {
    throw notCore(cause);
  }
}

/** @param {ArrayBuffer | ArrayBufferView} bytes @returns {WebAssembly.Module} */
export function compileCoreSync(bytes) {
  try {
    return new WebAssembly.Module(/** @type {BufferSource} */ (bytes));
  } catch (cause) {
    throw notCore(cause);
  }
}

/**
 * @param {URL} url
 * @param {(url: URL) => Promise<Source>} open
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchCore(url, open) {
  try {
    const source = await open(url);
    const bytes = new Uint8Array(source.size);
    for (let done = 0, count = 1; done < bytes.length && count > 0; done += count) {
      count = await source.read(bytes.subarray(done), done);
    }
    await source.close();
    return await compileCore(bytes);
  } catch (cause) {
    throw new MoxboxError('MOXBOX_CORE', `core.wasm cannot be loaded from ${url.href}; put it there, or pass it `
      + 'as the option "core"', { cause });
  }
}

/**
 * What the `core` option holds, compiled; without it, the core of this package.
 * @param {CoreSource | undefined} core
 * @param {Pick<import('./options.js').Host, 'open' | 'loadCore'>} host
 * @returns {Promise<WebAssembly.Module>}
 */
export async function coreOf(core, host) {
  if (!core) return host.loadCore();
  if (core instanceof WebAssembly.Module) return core;
  return core instanceof URL ? fetchCore(core, host.open) : compileCore(core);
}

/**
 * The same at once.
 * @param {CoreSource | undefined} core @param {Pick<import('./options.js').Host, 'loadCoreSync'>} host
 * @returns {WebAssembly.Module}
 */
export function coreOfSync(core, host) {
  if (!core) return host.loadCoreSync();
  if (core instanceof WebAssembly.Module) return core;
  if (core instanceof URL) throw new MoxboxError('MOXBOX_CORE', 'a URL cannot be loaded synchronously; pass a module');
  return compileCoreSync(core);
}

/** @param {unknown} cause */
function notCore(cause) {
  return new MoxboxError('MOXBOX_CORE', 'core.wasm does not compile: it is damaged or not WebAssembly', { cause });
}

/**
 * Makes a value when it is first asked for, and again after a failure.
 * @template T
 * @param {() => Promise<T>} make
 * @returns {() => Promise<T>}
 */
export function once(make) {
  /** @type {Promise<T> | undefined} */
  let made;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
