/**
 * The rules that keep the tree in shape, as functions from files to complaints: who may include or import
 * whom (architecture.md's layers), how large things get, and what no file may say. layers.test.js runs them
 * on the repository, and on small made-up trees to show that each rule can fail.
 *
 * @typedef {Map<string, string>} Tree path from the root of the repository, with "/" -> text
 */

/** Folders of core/ and the folders that each may include besides itself. */
const LEFT_OF = (() => {
  const cpuSide = ['base', 'isa', 'mem', 'load', 'cpu', 'xlate'];
  const cageSide = ['base', 'fs', 'ns', 'cage'];
  const upper = ['proof', 'debug', 'box', 'machine'];
  const lower = [...new Set([...cpuSide, ...cageSide])];
  /** @type {Record<string, string[]>} */
  const left = { include: [] };
  cpuSide.forEach((layer, i) => (left[layer] = cpuSide.slice(0, i)));
  cageSide.forEach((layer, i) => (left[layer] = cageSide.slice(0, i)));
  /* Fork, exec and signals copy registers and memory; only who translates is not their business. */
  left.cage = ['base', 'isa', 'mem', 'load', 'cpu', 'fs', 'ns'];
  upper.forEach((layer, i) => (left[layer] = [...lower, ...upper.slice(0, i)]));
  left.wasm = [...lower, ...upper];
  left.tools = [...lower, ...upper];
  return left;
})();

/** Single files that a folder may include although their folder is not to its left. */
const EXCEPTIONS = new Map([
  ['include', ['base/status.def', 'base/stop.def', 'base/fault.def', 'base/errno.def']],
]);

/** What the core takes from C's library: types and strings in memory. No files, clock, chance or exit. */
const HEADERS = ['limits.h', 'stdalign.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'stdnoreturn.h', 'string.h'];
const HEADERS_OF = new Map([
  ['core/base/alloc.c', ['stdlib.h']],
  ['core/load/elf.c', ['libelf.h']],
  ['core/wasm/exports.c', ['stdlib.h', 'unistd.h']],
]);

/** @param {string} text C or JavaScript; comments become spaces, so that lines keep their numbers */
function withoutComments(text) {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (match) =>
    match[0] === '/' ? match.replace(/[^\n]/g, ' ') : match);
}

/**
 * @param {string} text
 * @param {RegExp} pattern with the g flag
 * @returns {{line: number, match: RegExpMatchArray}[]}
 */
function occurrences(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    match,
  }));
}

/** @param {Tree} tree */
export function includeRule(tree) {
  const complaints = [];
  for (const [path, text] of tree) {
    const layer = /^core\/([^/]+)\/.*\.(?:[ch]|def)$/.exec(path)?.[1];
    if (layer === undefined || layer === 'setup') {
      continue;
    }
    const left = LEFT_OF[layer];
    if (left === undefined) {
      complaints.push(`${path}: core/${layer} is not a layer; tests/layers/rules.js lists them`);
      continue;
    }
    for (const { line, match } of occurrences(withoutComments(text), /^[ \t]*#[ \t]*include[ \t]*(<[^>]*>|"[^"]*"|.*)/gm)) {
      const problem = includeProblem(path, layer, left, match[1] ?? '');
      if (problem !== undefined) {
        complaints.push(`${path}:${line}: ${problem}`);
      }
    }
  }
  return complaints;
}

/**
 * @param {string} path
 * @param {string} layer
 * @param {string[]} left
 * @param {string} what as written, with its quotes
 * @returns {string | undefined}
 */
function includeProblem(path, layer, left, what) {
  const name = what.slice(1, -1);
  if (what.startsWith('<')) {
    const allowed = layer === 'tools' || HEADERS.includes(name) || HEADERS_OF.get(path)?.includes(name);
    return allowed ? undefined : `<${name}> brings the outside world into core/${layer}`;
  }
  if (!what.startsWith('"') || name.includes('..') || !name.includes('/')) {
    return `include ${what} must be written from core/ on, like "mem/space.h"`;
  }
  const folder = name.slice(0, name.indexOf('/'));
  const allowed = folder === 'moxbox' || folder === layer || left.includes(folder) ||
    EXCEPTIONS.get(layer)?.includes(name);
  return allowed ? undefined : `core/${layer} may not include ${what}; to its left are: ${left.join(' ') || 'none'}`;
}

/**
 * @param {Tree} tree
 * @param {string[]} dependencies names in package.json that users get installed
 */
export function importRule(tree, dependencies) {
  const complaints = [];
  const pattern = /(?:^[ \t]*(?:import|export)\b[^;'"`]*\bfrom\s*|^[ \t]*import\s*|\bimport\(\s*)(['"])([^'"\n]+)\1/gm;
  for (const [path, text] of tree) {
    const side = /^(web|node)\/.*\.m?js$/.exec(path)?.[1];
    if (side === undefined) {
      continue;
    }
    for (const { line, match } of occurrences(withoutComments(text), pattern)) {
      const problem = importProblem(path, side, match[2] ?? '', dependencies);
      if (problem !== undefined) {
        complaints.push(`${path}:${line}: ${problem}`);
      }
    }
  }
  return complaints;
}

/**
 * @param {string} path
 * @param {string} side web or node
 * @param {string} name
 * @param {string[]} dependencies
 * @returns {string | undefined}
 */
function importProblem(path, side, name, dependencies) {
  if (name.startsWith('node:')) {
    return side === 'node' ? undefined : `web/ uses web-standard APIs only, not ${name}`;
  }
  if (!name.startsWith('.')) {
    const packageName = name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
    return dependencies.includes(packageName) ? undefined : `${packageName} is not a dependency in package.json`;
  }
  const target = new URL(name, `file:///${path}`).pathname.slice(1);
  const folders = side === 'web' ? ['web/'] : ['web/', 'node/', 'package.json'];
  if (!folders.some((folder) => target.startsWith(folder))) {
    return `${side}/ may not import ${target}`;
  }
  if (target.startsWith('web/playground/') && !path.startsWith('web/playground/')) {
    return `the playground is a user of the library, not a part of it: ${target}`;
  }
  return undefined;
}

/** import ... from; export ... [from]; export const { run } = runnersFor(Box) */
const INDEX_STATEMENT =
  /(?:import\s*\{[^}]*\}\s*from\s*'[^']*'|export\s*(?:\{[^}]*\}|\*)(?:\s*from\s*'[^']*')?|export const \{[^}]*\} = \w+\(\w+\));/g;

/**
 * JavaScript's boundary with the core: views of its memory in one file, no globals of Node in web/,
 * index.js only joins and exports.
 * @param {Tree} tree
 */
export function boundaryRule(tree) {
  const complaints = [];
  for (const [path, text] of tree) {
    if (!/^(web|node)\/.*\.m?js$/.test(path)) {
      continue;
    }
    const code = withoutComments(text);
    if (path !== 'web/heap.js') {
      for (const { line } of occurrences(code, /\bmemory\??\.buffer\b/g)) {
        complaints.push(`${path}:${line}: views of the core's memory are made in web/heap.js alone`);
      }
    }
    if (path.startsWith('web/')) {
      for (const { line, match } of occurrences(code, /(?<![.\w'"-])(?:process\.|Buffer\.(?:alloc|allocUnsafe|byteLength|concat|from|isBuffer)\(|require\(|__dirname\b|setImmediate\()/g)) {
        complaints.push(`${path}:${line}: web/ uses web-standard APIs only, not ${match[0]}`);
      }
    }
    if (/^(web|node)\/index\.js$/.test(path) && code.replace(INDEX_STATEMENT, '').trim() !== '') {
      complaints.push(`${path}: index.js joins parts and exports them, and nothing else`);
    }
  }
  return complaints;
}

const MAX_FILE_LINES = 800;
const MAX_FUNCTION_LINES = 60;

/** @param {Tree} tree */
export function sizeRule(tree) {
  const complaints = [];
  for (const [path, text] of tree) {
    const lines = text.split('\n').length - 1;
    if (lines >= MAX_FILE_LINES && /\.(?:[chS]|m?js|sh|css|html)$/.test(path)) {
      complaints.push(`${path}: ${lines} lines; a file has fewer than ${MAX_FILE_LINES}`);
    }
    if (/^(?:core|guest-sdk|tests|demo)\/.*\.[ch]$/.test(path)) {
      complaints.push(...longFunctions(path, text));
    }
  }
  return complaints;
}

/**
 * clang-format lays out functions so that the body's last brace, and no other, stands in column 0.
 * A body made from a table (it includes a .def file) may be as long as its table wants.
 * @param {string} path
 * @param {string} text
 */
function longFunctions(path, text) {
  /** @type {string[]} */
  const complaints = [];
  const lines = text.split('\n');
  let start = -1;
  lines.forEach((line, i) => {
    if (/^[A-Za-z_].*\)\s*\{$/.test(line) || (/^\s.*\)\s*\{$/.test(line) && start < 0)) {
      start = i;
    } else if (line === '}' && start >= 0) {
      const body = lines.slice(start, i + 1);
      if (body.length > MAX_FUNCTION_LINES && !body.some((inner) => /#include ".*\.def"/.test(inner))) {
        complaints.push(`${path}:${start + 1}: a function of ${body.length} lines; the limit is ${MAX_FUNCTION_LINES}`);
      }
      start = -1;
    }
  });
  return complaints;
}

/** File names of core/ are unique and in snake_case, so that a name alone says which file is meant. @param {Tree} tree */
export function nameRule(tree) {
  const complaints = [];
  /** @type {Map<string, string>} */
  const seen = new Map();
  for (const path of tree.keys()) {
    const name = /^core\/(?!setup\/).*?([^/]+\.[ch])$/.exec(path)?.[1];
    if (name === undefined) {
      continue;
    }
    const other = seen.get(name);
    if (other !== undefined) {
      complaints.push(`${path}: the name is taken by ${other}`);
    }
    seen.set(name, path);
    if (!/^[a-z0-9_]+\.[ch]$/.test(name)) {
      complaints.push(`${path}: file names are in snake_case`);
    }
  }
  return complaints;
}

/** Places of one machine and hosts of one network. In pieces, so that this file passes its own rule. */
const FOREIGN = [
  `(?<![\\w.$}~*-])/(?:${['work', 'root', 'Users'].join('|')})/`,
  `(?<![\\w.$}~*-])/home/(?!user\\b)[a-z]`, // a cage's user is called "user"
  ['deb', 'debian', 'org'].join('\\.'),
  ['registry', 'npmjs'].join('\\.'),
  'pkg' + '\\.dev/',
];

/** No file names a folder of the machine where it was written, or a package host. @param {Tree} tree */
export function placeRule(tree) {
  const complaints = [];
  const pattern = new RegExp(FOREIGN.join('|'), 'g');
  for (const [path, text] of tree) {
    for (const { line, match } of occurrences(text, pattern)) {
      complaints.push(`${path}:${line}: "${match[0]}" belongs to one machine or network`);
    }
  }
  return complaints;
}
