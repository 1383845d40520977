/**
 * WebAssembly as text that people read beside other code: expressions folded into lines, locals and addresses by
 * name. Knows WebAssembly 1.0 and what the translator and the core's compiler write besides; anything else is an error.
 */

/** Names from an opcode on. @type {readonly [number, string][]} */
const NAMES = [
  [0x00, 'unreachable nop block loop if else'],
  [0x0b, 'end br br_if br_table return call call_indirect return_call return_call_indirect'],
  [0x1a, 'drop select'],
  [0x20, 'local.get local.set local.tee global.get global.set'],
  [0x28, 'i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u '
    + 'i64.load16_s i64.load16_u i64.load32_s i64.load32_u i32.store i64.store f32.store f64.store i32.store8 i32.store16 '
    + 'i64.store8 i64.store16 i64.store32 memory.size memory.grow i32.const i64.const'],
  [0x45, 'i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u i64.eqz i64.eq '
    + 'i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u'],
  [0x67, 'i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor '
    + 'i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u '
    + 'i64.rem_s i64.rem_u i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr'],
  [0xa0, 'f64.add f64.sub f64.mul f64.div'],
  [0xa7, 'i32.wrap_i64'],
  [0xac, 'i64.extend_i32_s i64.extend_i32_u'],
  [0xbd, 'i64.reinterpret_f64'],
  [0xbf, 'f64.reinterpret_i64'],
  [0xc0, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s'],
  [0xfc0a, 'memory.copy memory.fill'],
];
/* Followed by the rest of the opcode. */
const PREFIX = 0xfc;
const OPCODES = new Map(NAMES.flatMap(([first, names]) =>
  names.split(' ').map((name, index) => /** @type {[number, string]} */ ([first + index, name]))));
const UNARY = /eqz|clz|ctz|popcnt|wrap|extend|reinterpret/;
const SECTION = { type: 1, import: 2, function: 3, code: 10 };

/** Reads numbers and bytes in order. */
class Reader {
  /** @param {Uint8Array} bytes @param {number} [at] */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    if (this.at >= this.bytes.length) throw new Error('the module ends in the middle');
    this.at += 1;
    return this.bytes[this.at - 1];
  }

  unsigned() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** @returns {bigint} */
  signed() {
    let value = 0n;
    for (let shift = 0n; ; ) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return byte & 0x40 ? value - (1n << shift) : value;
    }
  }

  name() {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  /** @template T @param {() => T} item @returns {T[]} */
  list(item) {
    return Array.from({ length: this.unsigned() }, item);
  }
}

/**
 * @typedef {object} Signature
 * @property {number} parameters
 * @property {number} results
 *
 * @typedef {object} Layout what a module has, as far as its code is to be read
 * @property {Signature[]} types
 * @property {Signature[]} functions imported ones first
 * @property {{start: number, end: number}[]} bodies offsets in the module, of the functions that are not imported
 */

/**
 * @param {Uint8Array} module
 * @returns {Layout}
 */
export function layoutOf(module) {
  const reader = new Reader(module, 8);
  /** @type {Layout} */
  const layout = { types: [], functions: [], bodies: [] };
  const type = () => {
    reader.byte();
    return { parameters: reader.list(() => reader.byte()).length, results: reader.list(() => reader.byte()).length };
  };
  const limits = () => { if (reader.byte() & 1) reader.unsigned(), reader.unsigned(); else reader.unsigned(); };
  while (reader.at < module.length) {
    const id = reader.byte();
    const size = reader.unsigned();
    const end = reader.at + size;
    if (id === SECTION.type) layout.types = reader.list(type);
    if (id === SECTION.import) {
      reader.list(() => {
        reader.name();
        reader.name();
        const kind = reader.byte();
        if (kind === 0) layout.functions.push(layout.types[reader.unsigned()]);
        else if (kind === 1) reader.byte(), limits();
        else if (kind === 2) limits();
        else reader.byte(), reader.byte();
      });
    }
    if (id === SECTION.function) reader.list(() => layout.functions.push(layout.types[reader.unsigned()]));
    if (id === SECTION.code) {
      layout.bodies = reader.list(() => {
        const length = reader.unsigned();
        const start = reader.at;
        reader.at += length;
        return { start, end: reader.at };
      });
    }
    reader.at = end;
  }
  return layout;
}

/**
 * @typedef {object} Names how locals, addresses and functions are called
 * @property {(local: number) => string} local
 * @property {(address: number) => string} address the constant part of a load's or store's address
 * @property {(index: number) => string} callee
 *
 * @typedef {object} Line
 * @property {number} at offset in the module of its first byte
 * @property {number} depth of nesting
 * @property {string} text
 */

/** Folds instructions into lines. */
class Folder {
  /** @type {Line[]} */
  lines = [];
  /** Values on the stack, not written yet. @type {{at: number, text: string}[]} */
  stack = [];
  /** Open labels, the innermost last. @type {string[]} */
  labels = [];
  #made = 0;

  /** Takes operands off the stack; those that are not there any more print as "_". @param {number} count */
  take(count) {
    const found = this.stack.splice(Math.max(0, this.stack.length - count));
    return [...Array.from({ length: count - found.length }, () => ({ at: Infinity, text: '_' })), ...found];
  }

  /** @param {number} at @param {string} text */
  write(at, text) {
    /* What lies below on the stack was computed earlier, so it is said earlier. */
    for (const { at: start, text: value } of this.stack.splice(0)) this.lines.push({ at: start, depth: this.labels.length, text: value });
    this.lines.push({ at, depth: this.labels.length, text });
  }

  /** @param {number} at @param {string} head */
  open(at, head) {
    const label = `L${this.#made}`;
    this.#made += 1;
    this.write(at, `${head} ${label}`);
    this.labels.push(label);
  }

  /** @param {number} depth @returns {string} */
  label(depth) {
    return this.labels[this.labels.length - 1 - depth] ?? 'out';
  }
}

/** @param {bigint | number} value */
function constant(value) {
  const small = value >= -4096 && value <= 4096;
  return small ? String(value) : `0x${(typeof value === 'bigint' ? BigInt.asUintN(64, value) : value >>> 0).toString(16)}`;
}

/**
 * @param {Uint8Array} module
 * @param {Layout} layout
 * @param {number} index of the body
 * @param {Names} names
 * @returns {Line[]}
 */
export function linesOf(module, layout, index, names) {
  const { start, end } = layout.bodies[index];
  const reader = new Reader(module.subarray(0, end), start);
  reader.list(() => [reader.unsigned(), reader.byte()]);
  const folder = new Folder();
  while (reader.at < end) instruction(reader, folder, layout, names);
  return folder.lines;
}

/** @param {Reader} reader @param {Folder} folder @param {Layout} layout @param {Names} names */
function instruction(reader, folder, layout, names) {
  const at = reader.at;
  const first = reader.byte();
  const opcode = first === PREFIX ? PREFIX * 256 + reader.unsigned() : first;
  const name = OPCODES.get(opcode);
  if (name === undefined) throw new Error(`opcode 0x${opcode.toString(16)} at ${at} is not known to wasm-text.js`);
  /** @param {number} count @param {(operands: string[]) => string} text */
  const value = (count, text) => {
    const operands = folder.take(count);
    folder.stack.push({ at: Math.min(at, ...operands.map((each) => each.at)), text: text(operands.map((each) => each.text)) });
  };
  /** @param {number} count @param {(operands: string[]) => string} text */
  const line = (count, text) => {
    const operands = folder.take(count);
    folder.write(Math.min(at, ...operands.map((each) => each.at)), text(operands.map((each) => each.text)));
  };
  if (/^(block|loop|if|else|end|br|br_if|br_table|return|unreachable|nop|drop)$/.test(name)) return control(name, at, reader, folder, line);
  if (name.startsWith('local.')) {
    const local = names.local(reader.unsigned());
    if (name === 'local.get') value(0, () => local);
    else if (name === 'local.set') line(1, ([from]) => `${local} = ${from}`);
    else value(1, ([from]) => `(${local} = ${from})`);
  } else if (name.startsWith('global.')) {
    const global = `global${reader.unsigned()}`;
    if (name === 'global.get') value(0, () => global);
    else line(1, ([from]) => `${global} = ${from}`);
  } else if (name.endsWith('.const')) {
    const number = reader.signed();
    value(0, () => constant(name === 'i32.const' ? Number(BigInt.asIntN(32, number)) : number));
  } else if (/load|store/.test(name)) {
    reader.unsigned();
    const place = names.address(reader.unsigned());
    const from = (/** @type {string} */ base) => (base === '0' ? place : `${place}+${base}`);
    if (name.includes('load')) value(1, ([base]) => `${name}[${from(base)}]`);
    else line(2, ([base, what]) => `${name}[${from(base)}] = ${what}`);
  } else if (name.includes('call')) {
    callOf(name, reader, layout, names, value, line);
  } else if (name === 'select') value(3, ([yes, no, which]) => `(select ${which} ? ${yes} : ${no})`);
  else if (name === 'memory.copy') reader.byte(), reader.byte(), line(3, ([to, from, size]) => `memory.copy ${to} ${from} ${size}`);
  else if (name === 'memory.fill') reader.byte(), line(3, ([to, byte, size]) => `memory.fill ${to} ${byte} ${size}`);
  else if (name.startsWith('memory.')) reader.byte(), value(name === 'memory.grow' ? 1 : 0, (operands) => `(${[name, ...operands].join(' ')})`);
  else value(UNARY.test(name) ? 1 : 2, (operands) => `(${name} ${operands.join(' ')})`);
}

/**
 * @param {string} name @param {number} at @param {Reader} reader @param {Folder} folder
 * @param {(count: number, text: (operands: string[]) => string) => void} line
 */
function control(name, at, reader, folder, line) {
  if (name === 'block' || name === 'loop' || name === 'if') {
    const type = reader.byte() === 0x40 ? '' : ' (i32)';
    const [condition] = name === 'if' ? folder.take(1) : [undefined];
    folder.open(Math.min(at, condition?.at ?? at), `${name}${type}${condition ? ` ${condition.text}` : ''}`);
  } else if (name === 'else' || name === 'end') {
    folder.write(at, ''); /* what is on the stack belongs inside */
    folder.lines.pop();
    const label = folder.labels.pop();
    if (label !== undefined) folder.write(at, name === 'end' ? `end ${label}` : 'else');
    if (name === 'else') folder.labels.push(label ?? '');
  } else if (name === 'br') {
    const label = folder.label(reader.unsigned());
    line(0, () => `br ${label}`);
  } else if (name === 'br_if') {
    const label = folder.label(reader.unsigned());
    line(1, ([condition]) => `br_if ${label} ${condition}`);
  } else if (name === 'br_table') {
    const labels = reader.list(() => folder.label(reader.unsigned()));
    const other = folder.label(reader.unsigned());
    line(1, ([which]) => `br_table ${which} [${labels.join(' ')}] else ${other}`);
  } else if (name === 'return') line(folder.stack.length > 0 ? 1 : 0, (operands) => ['return', ...operands].join(' '));
  else line(name === 'drop' ? 1 : 0, (operands) => [name, ...operands].join(' '));
}

/**
 * @param {string} name @param {Reader} reader @param {Layout} layout @param {Names} names
 * @param {(count: number, text: (operands: string[]) => string) => void} value
 * @param {(count: number, text: (operands: string[]) => string) => void} line
 */
function callOf(name, reader, layout, names, value, line) {
  const index = reader.unsigned();
  const indirect = name.endsWith('indirect');
  if (indirect) reader.unsigned();
  const { parameters, results } = indirect ? layout.types[index] : layout.functions[index];
  const who = indirect ? '' : ` ${names.callee(index)}`;
  const text = (/** @type {string[]} */ operands) => `${name}${who}(${operands.join(', ')})`;
  const put = results === 1 && !name.startsWith('return_') ? value : line;
  put(parameters + (indirect ? 1 : 0), text);
}
