#!/usr/bin/env node
// What the translator makes of the functions of golden/cases.S, kept as text in golden/ for people to look at when
// it changes.
//
//   tests/xlate/golden.js --record   writes golden/*.txt again; look at the difference and commit it
//   tests/xlate/golden.js --build    makes cases.elf of cases.S first (needs the guest compiler)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from '../../node/command-xlate.js';
import { hex32 } from '../../web/result.js';
import { textOf } from '../../node/xlate-view.js';

const folder = fileURLToPath(new URL('golden/', import.meta.url));
const BUDGET = 100_000n;

/** @param {string} to a file for the program of cases.S */
export function build(to) {
  const root = join(folder, '../../..');
  const bin = execFileSync(join(root, 'guest-sdk/toolchain.sh'), { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  const scratch = mkdtempSync(join(tmpdir(), 'moxbox-golden-'));
  try {
    /* The linker notes the name of the object. */
    execFileSync(join(bin, 'moxiebox-gcc'), ['-c', join(folder, 'cases.S'), '-o', 'cases.o'], { cwd: scratch });
    execFileSync(join(bin, 'moxiebox-gcc'), ['-nostdlib', 'cases.o', '-lgcc', '-o', 'cases.elf'], { cwd: scratch });
    writeFileSync(to, readFileSync(join(scratch, 'cases.elf')));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Text by function. @returns {Promise<Map<string, string>>} */
export async function goldenTexts() {
  const { functions, names } = await inspect({ programs: [new Uint8Array(readFileSync(join(folder, 'cases.elf')))], data: [],
    budget: BUDGET });
  const byAddress = new Map([...names].map(([name, address]) => [address, name]));
  return new Map(functions.map((view) => {
    const name = byAddress.get(view.address) ?? hex32(view.address);
    return [name, textOf(view, name)];
  }));
}

/** @returns {Map<string, string>} what is kept */
export function keptTexts() {
  return new Map(readdirSync(folder).filter((name) => name.endsWith('.txt'))
    .map((name) => [name.slice(0, -4), readFileSync(join(folder, name), 'utf8')]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--build') build(join(folder, 'cases.elf'));
  else if (process.argv[2] !== '--record') throw new Error('--record or --build');
  const texts = await goldenTexts();
  for (const name of keptTexts().keys()) rmSync(join(folder, `${name}.txt`));
  for (const [name, text] of texts) writeFileSync(join(folder, `${name}.txt`), text);
  console.log(`${texts.size} functions`);
}
