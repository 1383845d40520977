/**
 * CommonJS packages as one script for a page, as a bundler makes them, for tests.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/* What bundlers bring for Node's modules: here what the packages that we test use of them. */
const BUILT_IN = Object.freeze({
  events: `module.exports = { EventEmitter: class {
    #on = new Map();
    #of(name) { return this.#on.get(name) ?? []; }
    on(name, call) { this.#on.set(name, [...this.#of(name), call]); return this; }
    once(name, call) { const all = (...args) => { this.off(name, all); call(...args); }; return this.on(name, all); }
    off(name, call) { this.#on.set(name, this.#of(name).filter((each) => each !== call)); return this; }
    emit(name, ...args) { for (const call of this.#of(name)) call(...args); return this.#of(name).length > 0; }
    listenerCount(name) { return this.#of(name).length; }
    setMaxListeners() { return this; }
  } };`,
});

/**
 * @param {string} entry package @param {string} global the name that the script gives to what the package exports
 * @returns {string}
 */
export function bundleOf(entry, global) {
  /** @type {Map<string, string>} */
  const modules = new Map();
  /** @param {string} name @param {NodeJS.Require} require @returns {string} */
  const add = (name, require) => {
    if (Object.hasOwn(BUILT_IN, name)) {
      modules.set(name, `(module, exports, require) => { ${BUILT_IN[/** @type {keyof typeof BUILT_IN} */ (name)]} }`);
      return name;
    }
    const path = require.resolve(name === 'buffer' ? 'buffer/' : name); /* the package, not Node's own */
    if (modules.has(path)) return path;
    modules.set(path, '');
    const own = createRequire(path);
    const source = readFileSync(path, 'utf8').replace(/\brequire\(('|")([^'"]+)\1\)/g,
      (_, _quote, wanted) => `require(${JSON.stringify(add(wanted, own))})`);
    modules.set(path, `(module, exports, require) => { ${source}\n}`);
    return path;
  };
  const first = add(entry, createRequire(import.meta.url));
  const list = Array.from(modules, ([path, code]) => `${JSON.stringify(path)}: ${code}`).join(',\n');
  return `globalThis.${global} = (() => {
    const modules = {${list}};
    const made = {};
    const require = (path) => {
      if (!made[path]) { made[path] = { exports: {} }; modules[path](made[path], made[path].exports, require); }
      return made[path].exports;
    };
    return require(${JSON.stringify(first)});
  })();`;
}
