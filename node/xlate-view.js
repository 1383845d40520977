/**
 * What the translator makes of a program, put together for people: functions, basic blocks, the Moxie instructions
 * in them and the WebAssembly that each became.
 */
import { PLACES, REGISTERS, STUBS } from '../web/generated/tables.js';
import { hex32 } from '../web/result.js';
import { layoutOf, linesOf } from './wasm-text.js';

/** @typedef {import('../web/machine.js').Machine} Machine */
/** @typedef {NonNullable<ReturnType<Machine['inspect']>>} Inspection */
/** @typedef {import('./wasm-text.js').Line} Line */

/**
 * @typedef {object} Part code that belongs together
 * @property {'head' | 'block' | 'instruction' | 'leave'} kind head: before the first block
 * @property {number} [address] in the guest
 * @property {string} [moxie] the instruction; of other parts what they are
 * @property {Line[]} wasm
 *
 * @typedef {object} FunctionView
 * @property {number} address of its entry
 * @property {number} wasmBytes
 * @property {number} instructions
 * @property {number} blocks
 * @property {string} [why] it is not translated
 * @property {Part[]} parts
 */

const WORD = 4;
/* Registers and places, by the number that notes call them by. */
const NAMED = [...REGISTERS.map((name) => ({ name, bytes: WORD })), ...PLACES];
/* The one function that every module imports, first (core/xlate/module.c). */
const RESUME = 0;
/* An access may lie so far before or behind the region that its base points to. */
const NEAR = 4096;

/** @param {Inspection} inspection @param {Machine} machine @returns {(address: number) => string} */
function addressNames({ notes }, machine) {
  const places = notes.filter(({ kind }) => kind === 'place').map(({ at, value }) =>
    ({ at, name: `cpu.${NAMED[value].name}`, size: NAMED[value].bytes }));
  const regions = machine.regions();
  const spans = notes.filter(({ kind }) => kind === 'region').map(({ at, value }) => {
    const region = regions.find(({ address }) => address === value);
    const tags = region?.tags.split(',').filter((tag) => tag !== '').at(-1);
    return { at, name: tags ?? hex32(value), size: region?.size ?? 0 };
  });
  return (address) => {
    const place = places.find(({ at, size }) => address >= at && address < at + size);
    const span = place ?? spans.find(({ at, size }) => address >= at && address < at + size)
      ?? spans.find(({ at, size }) => address >= at - NEAR && address < at + size + NEAR);
    if (!span) return String(address);
    const delta = address - span.at;
    if (delta === 0) return span.name;
    return `${span.name}${delta > 0 ? '+' : ''}${delta}`;
  };
}

/** @param {Inspection} inspection */
function localNames({ notes }) {
  const names = new Map(notes.filter(({ kind }) => kind === 'local').map(({ at, value }) => [at, NAMED[value].name]));
  return (/** @type {number} */ local) => names.get(local) ?? `t${local}`;
}

/** What a part is, in words. @type {Record<string, (address: string, entries: Set<number>, value: number) => string>} */
const WORDS = {
  block: (address) => `block ${address}`,
  header: (address) => `block ${address}, the head of a loop`,
  left: (address) => `${address} is left to the interpreter`,
  computed: (address) => `${address} goes where it never went before: to the interpreter`,
  edge: (address, entries, value) => (entries.has(value) ? `goes on in the function ${address}`
    : `${address} is not translated here: to the interpreter`),
};

/**
 * @param {Machine} machine that watched
 * @param {Inspection} inspection of it
 * @param {(address: number) => string | undefined} nameOf
 * @returns {FunctionView[]}
 */
export function viewOf(machine, inspection, nameOf) {
  const layout = layoutOf(inspection.bytes);
  const imported = layout.functions.length - layout.bodies.length;
  const code = inspection.notes.filter(({ kind }) => !['place', 'local', 'region'].includes(kind));
  const starts = code.flatMap(({ kind }, index) => (kind === 'function' ? [index] : []));
  const entries = starts.map((index) => code[index].value);
  const names = {
    local: localNames(inspection),
    address: addressNames(inspection, machine),
    callee: (/** @type {number} */ index) => {
      const entry = entries[index - imported];
      if (index === RESUME) return 'resume';
      return entry === undefined ? `function ${index}` : nameOf(entry) ?? hex32(entry);
    },
  };
  return starts.map((first, index) => {
    const own = code.slice(first + 1, starts[index + 1] ?? code.length);
    const { start, end } = layout.bodies[index];
    const stub = own.find(({ kind }) => kind === 'stub');
    const lines = ownSites(linesOf(inspection.bytes, layout, index, names)).map(namedEngine);
    const parts = partsOf(machine, own.filter(({ kind }) => kind !== 'stub'), lines, new Set(entries));
    return {
      address: entries[index],
      wasmBytes: end - start,
      instructions: new Set(own.filter(({ kind }) => kind === 'insn').map(({ value }) => value)).size,
      blocks: own.filter(({ kind }) => kind === 'block' || kind === 'header').length,
      ...(stub && { why: STUBS[stub.value]?.text }),
      parts,
    };
  });
}

/**
 * Sites are numbered through all that is translated; here by function, so that each reads the same whatever the
 * others are.
 * @param {Line[]} lines
 */
function ownSites(lines) {
  const site = /^site = ([1-9]\d*)$/;
  const first = lines.map(({ text }) => Number(site.exec(text)?.[1] ?? Infinity)).reduce((a, b) => Math.min(a, b), Infinity);
  return lines.map((line) => ({ ...line, text: line.text.replace(site, (_, number) => `site = ${number - first + 1}`) }));
}

/**
 * The engine's address in the core's memory is another one in every build, and tells nobody anything.
 * @param {Line} line
 */
function namedEngine(line) {
  return { ...line, text: line.text.replace(/(call resume)\(0x[0-9a-f]+/, '$1(engine') };
}

/**
 * Gives each line of WebAssembly to the note before it.
 * @param {Machine} machine @param {Inspection['notes']} notes of one function, in order @param {Line[]} lines
 * @param {Set<number>} entries
 * @returns {Part[]}
 */
function partsOf(machine, notes, lines, entries) {
  /** @type {Part[]} */
  const parts = [{ kind: 'head', moxie: 'entry', wasm: [] }];
  let next = 0;
  for (const line of lines) {
    while (next < notes.length && notes[next].at <= line.at) {
      parts.push(partOf(machine, notes[next], entries));
      next += 1;
    }
    parts[parts.length - 1].wasm.push(line);
  }
  return parts;
}

/** @param {Machine} machine @param {Inspection['notes'][0]} note @param {Set<number>} entries @returns {Part} */
function partOf(machine, { kind, value }, entries) {
  if (kind === 'insn') {
    const [line] = machine.disassemble(value, 1);
    return { kind: 'instruction', address: value, moxie: line?.text ?? '?', wasm: [] };
  }
  const [left] = kind === 'left' ? machine.disassemble(value, 1) : [];
  const words = WORDS[kind](hex32(value), entries, value);
  return { kind: kind === 'block' || kind === 'header' ? 'block' : 'leave', address: value,
    moxie: left ? `${words}: ${left.text}` : words, wasm: [] };
}

/** @param {string} text @param {number} width */
const cut = (text, width) => (text.length > width ? `${text.slice(0, width - 3)}...` : text);
const LEFT = 42;
const DEEPEST = 10;

/**
 * Moxie on the left, WebAssembly on the right.
 * @param {FunctionView} view
 * @param {string} title
 * @param {number} [width] of a line at most
 * @returns {string}
 */
export function textOf(view, title, width = Infinity) {
  const { instructions, blocks, wasmBytes, why } = view;
  const lines = [`${title}: ${instructions} instructions in ${blocks} blocks, ${wasmBytes} bytes of WebAssembly`];
  if (why) lines.push(`  not translated: ${why}`);
  for (const part of view.parts) {
    const left = part.kind === 'instruction' ? `  ${hex32(part.address ?? 0)}  ${part.moxie}` : `-- ${part.moxie}`;
    const wasm = part.wasm.map(({ depth, text }) => ' '.repeat(Math.min(depth, DEEPEST)) + text);
    const beside = part.kind === 'instruction' || left.length < LEFT ? [wasm.shift() ?? ''] : [''];
    lines.push(cut(`${left.padEnd(LEFT)}${beside[0] ? `| ${beside[0]}` : ''}`.trimEnd(), width));
    for (const each of wasm) lines.push(cut(`${' '.repeat(LEFT)}| ${each}`, width));
  }
  return `${lines.join('\n')}\n`;
}
