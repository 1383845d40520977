/** Runs native programs, and remembers what they printed: they are the same ones in every run of the tests. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { digest } from './build.js';

const LIMIT_MS = 5000;

/**
 * @param {string} elf a file of the cache, named by its contents
 * @param {string} [input] a file for its stdin
 * @returns {{status: number | null, output: Buffer} | undefined} stdout, then stderr; undefined: it does not end
 */
export function runOnHost(elf, input) {
  const bytes = input === undefined ? '' : readFileSync(input);
  const kept = `${elf}.${digest(bytes)}.json`;
  if (!existsSync(kept)) {
    const { status, signal, stdout, stderr } = spawnSync(elf,
      { input: bytes, timeout: LIMIT_MS, maxBuffer: 1 << 26 });
    const result = signal === 'SIGTERM' ? null
      : { status, output: Buffer.concat([stdout, stderr]).toString('base64') };
    writeFileSync(`${kept}.${process.pid}`, JSON.stringify(result));
    renameSync(`${kept}.${process.pid}`, kept);
  }
  const result = JSON.parse(readFileSync(kept, 'utf8'));
  return result ? { status: result.status, output: Buffer.from(result.output, 'base64') } : undefined;
}
