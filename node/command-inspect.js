/**
 * moxbox disasm and moxbox hash.
 */
import { MoxboxError } from '../web/errors.js';
import { hex32, hexOf } from '../web/result.js';
import { sha256 } from './bound.js';
import { Box } from './box.js';
import { printable, write } from './terminal.js';
import { UsageError, parse, wordOf } from './usage.js';

const LINES_AT_ONCE = 1000;

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandDisasm(args) {
  const { values, positionals } = parse('disasm', args);
  if (positionals.length !== 1) throw new UsageError('name one program');
  const box = await Box.create({ programs: positionals });
  let address = values.address === undefined ? box.report.pc : wordOf(values.address, '--address');
  let count = values.count === undefined ? Infinity : wordOf(values.count, '--count');
  const region = box.regions.find((each) => address >= each.address && address - each.address < each.size);
  if (!region) throw new MoxboxError('MOXBOX_ADDRESS', `${hex32(address)} is not in the program`);
  const end = region.address + region.size;
  while (count > 0 && address < end) {
    const lines = box.disassemble(address, Math.min(count, LINES_AT_ONCE)).filter((line) => line.address < end);
    if (lines.length === 0) break;
    await write(process.stdout, lines.map(textOf).join(''));
    const last = lines[lines.length - 1];
    address = last.address + last.bytes.length;
    count -= lines.length;
  }
  return 0;
}

/** @param {import('../web/result.js').Line} line */
function textOf({ address, bytes, text }) {
  const halves = hexOf(bytes).match(/.{4}/g) ?? [];
  return `${hex32(address)}  ${halves.join(' ').padEnd(14)}  ${text}\n`;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandHash(args) {
  const { positionals } = parse('hash', args);
  if (positionals.length === 0) throw new UsageError('name at least one file');
  for (const path of positionals) {
    await write(process.stdout, `${await sha256(path)}  ${process.stdout.isTTY ? printable(path) : path}\n`);
  }
  return 0;
}
