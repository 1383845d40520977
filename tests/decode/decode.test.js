/**
 * F5: every halfword that there is, decoded by binutils' objdump and by the core: the same mnemonic and the same
 * length. Operands are written a little differently, so they are compared by their numbers.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Box } from '../../node/index.js';
import { ROOT } from '../js/helpers.js';
import { ENTRY, program } from '../js/program.js';

/** Bytes a halfword gets: itself, and nops in which reading any length comes to rest. */
const RECORD = 8;
const NOP = 0x0f00;
const HALFWORDS = 1 << 16;

/** @returns {number[][]} the records as instructions */
const records = () => Array.from({ length: HALFWORDS }, (_, halfword) => [halfword, NOP, NOP, NOP]);

/** What objdump says of each record's first instruction. @returns {{length: number, text: string}[]} */
function byObjdump() {
  const bin = execFileSync(join(ROOT, 'guest-sdk/toolchain.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'moxbox-decode-'));
  try {
    const file = join(folder, 'halfwords');
    writeFileSync(file, new Uint8Array(Uint16Array.from(records().flat()).buffer));
    const listing = execFileSync(join(bin, 'moxiebox-objdump'),
      ['-D', '-b', 'binary', '-m', 'moxie', '-EL', '-z', '--insn-width=8', `--adjust-vma=${ENTRY}`, file], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const found = [];
    for (const [, address, bytes, text] of listing.matchAll(/^ *([0-9a-f]+):\t((?:[0-9a-f]{2} ?)+) *\t?(.*)$/gm)) {
      const offset = parseInt(address, 16) - ENTRY;
      if (offset % RECORD === 0) found[offset / RECORD] = { length: bytes.trim().split(' ').length, text: text.trim() };
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The numbers and registers in an instruction's operands; 0x, signs and zeros do not matter. @param {string} text */
function operandsOf(text) {
  const operands = text.split(/\s+(.*)/s)[1] ?? '';
  return [...operands.replace(/<[^>]*>/g, '').matchAll(/\$\w+|-?(?:0x)?[0-9a-f]+/g)].map(([word]) =>
    (word.startsWith('$') ? word : Number(word) >>> 0));
}

test('all 65,536 halfwords are decoded as binutils decodes them', async (t) => {
  const theirs = byObjdump();
  const box = await Box.create({ programs: [program(records())] });
  /** @type {Set<string>} */
  const mnemonics = new Set();
  let bad = 0;
  let operandsCompared = 0;
  for (let halfword = 0; halfword < HALFWORDS; halfword += 1) {
    const [{ bytes, text }] = box.disassemble(ENTRY + RECORD * halfword, 1);
    const name = `0x${halfword.toString(16)}: "${text}", objdump "${theirs[halfword]?.text}"`;
    const mnemonic = text.split(' ')[0];
    assert.equal(mnemonic, theirs[halfword].text.split(/\s/)[0], name);
    assert.equal(bytes.length, theirs[halfword].length, name);
    if (mnemonic === 'bad') {
      bad += 1;
      continue;
    }
    mnemonics.add(mnemonic);
    assert.deepEqual(operandsOf(text), operandsOf(theirs[halfword].text), name);
    operandsCompared += 1;
  }
  assert.deepEqual([bad, mnemonics.size, operandsCompared], [25088, 68, HALFWORDS - 25088]);
  t.diagnostic(`${HALFWORDS} halfwords: ${bad} bad, ${mnemonics.size} mnemonics`);
});
