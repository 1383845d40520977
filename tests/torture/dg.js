/**
 * What GCC's test files say about how they are to be compiled: DejaGnu directives in comments, and the Tcl
 * scripts (.x) beside some files. Only options are taken; whether a target has what a file requires
 * (dg-require-*, dg-skip-if) shows when the file is tried, and expected.json says what came of it. Anything
 * that is not understood is an error, so that no option is lost silently.
 */

/** What moxiebox is, by the names of GCC's target-supports.exp, as far as options depend on it. */
const EFFECTIVE_TARGETS = new Map([
  ['fpic', true],
  ['signal', true],
  ['newlib_nano_io', false],
  ['ia32', false],
]);
const TRIPLET = 'moxie-unknown-moxiebox';
const KNOWN = new Set(['dg-do', 'dg-skip-if', 'dg-xfail-if', 'dg-xfail-run-if', 'dg-prune-output',
  'dg-require-effective-target', 'dg-require-stack-size', 'dg-require-alias', 'dg-require-weak', 'dg-bogus',
  'dg-warning', 'dg-error', 'dg-message', 'dg-excess-errors', 'dg-final', 'dg-timeout', 'dg-timeout-factor']);

/**
 * Splits a Tcl list whose words are bare, in quotes or in braces.
 * @param {string} text
 * @returns {string[]}
 */
export function tclWords(text) {
  /** @type {string[]} */
  const words = [];
  let at = 0;
  while ((at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0) < text.length) {
    const start = at;
    if (text[at] === '{') {
      let depth = 0;
      do {
        if (at >= text.length) throw new Error(`a brace without its partner in: ${text}`);
        depth += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0;
        at++;
      } while (depth > 0);
      words.push(text.slice(start + 1, at - 1).trim());
    } else {
      const match = /^"((?:\\.|[^"\\])*)"|^[^\s"{}]+/.exec(text.slice(at));
      if (!match) throw new Error(`not a Tcl list: ${text}`);
      words.push(match[1] ?? match[0]);
      at += match[0].length;
    }
  }
  return words;
}

/**
 * Whether a selector such as "target i?86-*-* x86_64-*-*" or "target { ! signal }" means us.
 * @param {string} selector
 * @returns {boolean}
 */
export function selected(selector) {
  const words = tclWords(selector);
  if (words[0] === 'target') return words.slice(1).some(selected);
  if (words.includes('||')) return halves(words, '||').some(selected);
  if (words.includes('&&')) return halves(words, '&&').every(selected);
  if (words[0] === '!') return !selected(words.slice(1).join(' '));
  if (words.length !== 1) return words.some(selected);
  const word = words[0] ?? '';
  if (/[\s!]/.test(word)) return selected(word);
  if (word.includes('-')) {
    const pattern = word.replace(/[.+^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    return new RegExp(`^${pattern}$`).test(TRIPLET);
  }
  const known = EFFECTIVE_TARGETS.get(word);
  if (known === undefined) throw new Error(`whether moxiebox is "${word}" is not known to dg.js`);
  return known;
}

/** @param {string[]} words @param {string} operator @returns {string[]} what stands on its two sides */
function halves(words, operator) {
  const at = words.indexOf(operator);
  return [words.slice(0, at), words.slice(at + 1)].map((side) => side.map((word) =>
    (/\s/.test(word) ? `{ ${word} }` : word)).join(' '));
}

/**
 * The compiler's options for a file of a suite that uses dg directives.
 * @param {string} source
 * @param {number} stackSize bytes, for dg-add-options stack_size
 * @returns {string[]}
 */
export function dgOptions(source, stackSize) {
  let options = ['-w'];
  /** @type {string[]} */
  const additional = [];
  for (const [, name = '', rest = ''] of source.matchAll(/\{\s*(dg-[a-z-]+)\s(.*)\}/g)) {
    if (KNOWN.has(name)) continue;
    const [value = '', selector] = tclWords(rest);
    if (name === 'dg-add-options') {
      if (value === 'stack_size') additional.push(`-DSTACK_SIZE=${stackSize}`);
      else if (value !== 'ieee') throw new Error(`dg-add-options ${value} is not known to dg.js`);
    } else if (name === 'dg-options' || name === 'dg-additional-options') {
      if (selector !== undefined && !selected(selector)) continue;
      if (name === 'dg-options') options = tclWords(value);
      else additional.push(...tclWords(value));
    } else {
      throw new Error(`${name} is not known to dg.js`);
    }
  }
  return [...options, ...additional];
}

/**
 * The options that a .x script leaves, given the suite's own. Conditions in these scripts ask for other
 * targets; what stands outside of all braces is for everybody.
 * @param {string} script
 * @param {string[]} options
 * @returns {string[]}
 */
export function scriptOptions(script, options) {
  let depth = 0;
  let result = options;
  for (const line of script.split('\n')) {
    const bare = line.replace(/^\s*#.*/, '').trim().replace(/;$/, '');
    const command = depth === 0 ? /^(lappend|set)\s+additional_flags\s+(.*)$/.exec(bare) : null;
    if (command) {
      const words = tclWords(command[2] ?? '');
      result = command[1] === 'set' ? words : [...result, ...words];
    } else if (depth === 0 && bare !== '' && !/^(if|global|load_lib|return|set torture_eval_before_\w+)\b/.test(bare)) {
      throw new Error(`"${bare}" is not known to dg.js`);
    }
    depth += (bare.match(/\{/g)?.length ?? 0) - (bare.match(/\}/g)?.length ?? 0);
  }
  return result;
}
