/** What a program costs the processor, all of its threads and children together. */
import { spawnSync } from 'node:child_process';

const MOST_OUTPUT = 1 << 28;

/**
 * Runs a program to its end, with nothing to read; its complaints are not shown.
 * @param {string[]} command file and arguments @param {string} [cwd]
 * @returns {{seconds: number, out: string}} out: what it wrote, a character for each byte
 */
export function processorTime(command, cwd) {
  const script = 'TIMEFORMAT="%U %S"; time "$@" 2>/dev/null';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...command],
    { cwd, encoding: 'latin1', maxBuffer: MOST_OUTPUT, input: '' });
  const times = /(\d+\.\d+) (\d+\.\d+)\s*$/.exec(stderr);
  if (status !== 0 || !times) throw new Error(`${command.join(' ')} failed (${status}): ${stderr}`);
  return { seconds: Number(times[1]) + Number(times[2]), out: stdout };
}
