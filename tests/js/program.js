/**
 * Small Moxie executables written as halfwords, so that a test shows what its guest does and needs no compiler.
 */

const HEADER = 52;
const PROGRAM_HEADER = 32;
const ORIGIN = 0x1000;

/** @param {number} value @returns {number[]} the two halfwords of an immediate */
const imm = (value) => [value & 0xffff, value >>> 16];

/** Instructions by mnemonic; registers are numbers (0 $fp, 1 $sp, 2 $r0, ...). */
export const op = {
  /** @param {number} a @param {number} value */
  ldi: (a, value) => [0x0100 | (a << 4), ...imm(value)],
  /** @param {number} a @param {number} value */
  inc: (a, value) => [0x8000 | (a << 8) | value],
  /** @param {number} a @param {number} value */
  dec: (a, value) => [0x9000 | (a << 8) | value],
  /** @param {number} a @param {number} special */
  gsr: (a, special) => [0xa000 | (a << 8) | special],
  /** @param {number} a @param {number} special */
  ssr: (a, special) => [0xb000 | (a << 8) | special],
  /** @param {number} a @param {number} b */
  add: (a, b) => [0x0500 | (a << 4) | b],
  /** @param {number} a @param {number} b */
  xor: (a, b) => [0x2e00 | (a << 4) | b],
  /** @param {number} a @param {number} b */
  mul: (a, b) => [0x2f00 | (a << 4) | b],
  /** @param {number} a @param {number} address */
  ldab: (a, address) => [0x1d00 | (a << 4), ...imm(address)],
  /** @param {number} number */
  swi: (number) => [0x3000, ...imm(number)],
  /** @param {number} a */
  jmp: (a) => [0x2500 | (a << 4)],
  /** @param {number} address */
  jmpa: (address) => [0x1a00, ...imm(address)],
  /** @param {number} a @param {number} b */
  load: (a, b) => [0x0a00 | (a << 4) | b],
  /** @param {number} a @param {number} b */
  store: (a, b) => [0x0b00 | (a << 4) | b],
  /** @param {number} a @param {number} b */
  cmp: (a, b) => [0x0e00 | (a << 4) | b],
  /** @param {number} a @param {number} b */
  div: (a, b) => [0x3100 | (a << 4) | b],
  /** @param {number} offset in bytes from the next instruction */
  bne: (offset) => [0xc400 | ((offset >> 1) & 0x3ff)],
  /** @param {number} offset */
  blt: (offset) => [0xc800 | ((offset >> 1) & 0x3ff)],
  /** @param {number} offset */
  bge: (offset) => [0xd800 | ((offset >> 1) & 0x3ff)],
  /** @param {number} address */
  jsra: (address) => [0x0300, ...imm(address)],
  /** @param {number} a */
  jsr: (a) => [0x1900 | (a << 4)],
  ret: () => [0x0400],
  brk: () => [0x3500],
  bad: () => [0x1600],
  /** @param {number} code */
  exit: (code) => [...op.ldi(2, code), 0x3000, ...imm(1)],
};

/** Address of the first instruction. */
export const ENTRY = ORIGIN;

/**
 * An executable of one read-only segment.
 * @param {number[][]} instructions
 * @param {{bss?: number}} [options] bss: zero bytes behind the code
 * @returns {Uint8Array}
 */
export function program(instructions, { bss = 0 } = {}) {
  const code = Uint16Array.from(instructions.flat());
  const offset = HEADER + PROGRAM_HEADER;
  const file = new Uint8Array(offset + code.byteLength);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const half = [[16, 2], [18, 223], [40, HEADER], [42, PROGRAM_HEADER], [44, 1], [46, 40]];
  const word = [[20, 1], [24, ORIGIN], [28, HEADER], [HEADER, 1], [HEADER + 4, offset], [HEADER + 8, ORIGIN],
    [HEADER + 12, ORIGIN], [HEADER + 16, code.byteLength], [HEADER + 20, code.byteLength + bss], [HEADER + 24, 5],
    [HEADER + 28, 2]];
  for (const [at, value] of half) view.setUint16(at, value, true);
  for (const [at, value] of word) view.setUint32(at, value, true);
  new Uint8Array(file.buffer, offset).set(new Uint8Array(code.buffer));
  return file;
}

/** A program that loops for ever. */
export const forever = () => program([op.inc(3, 1), op.jmpa(ORIGIN)]);

/**
 * A program that counts down from n in two instructions a round (and one compare), then exits with `code`.
 * It retires 2 + 3 * n + 2 instructions.
 * @param {number} n @param {number} [code]
 */
export const countdown = (n, code = 0) =>
  program([op.ldi(3, n), op.ldi(4, 0), op.dec(3, 1), op.cmp(3, 4), op.bne(-6), op.exit(code)]);
