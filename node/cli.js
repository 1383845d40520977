#!/usr/bin/env node
/**
 * The command `moxbox`. It sets the process's exit status and prints errors; the commands do neither.
 */
import { readFile } from 'node:fs/promises';
import { MoxboxError } from '../web/errors.js';
import { LIMITS } from '../web/generated/tables.js';
import { printable } from './terminal.js';
import { STATUS, UsageError, hasHelp, helpOf } from './usage.js';

/** Loaded when used: only verify and receipts need the CBOR package. */
const COMMANDS = new Map([
  ['run', async () => (await import('./command-run.js')).commandRun],
  ['cage', async () => (await import('./command-cage.js')).commandCage],
  ['verify', async () => (await import('./command-verify.js')).commandVerify],
  ['disasm', async () => (await import('./command-inspect.js')).commandDisasm],
  ['xlate', async () => (await import('./command-xlate.js')).commandXlate],
  ['hash', async () => (await import('./command-inspect.js')).commandHash],
  ['fs', async () => (await import('./command-fs.js')).commandFs],
  ['serve', async () => (await import('./serve.js')).serve],
]);

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
async function main([command, ...args]) {
  if (command === '--version') {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    process.stdout.write(`moxbox ${version}, semantics ${LIMITS.semanticsVersion}\n`);
    return 0;
  }
  const load = COMMANDS.get(command ?? '');
  /* What stands behind a cage's program is the program's own. */
  const end = command === 'cage' ? args.findIndex((arg) => arg !== '-h' && arg !== '--help') : args.indexOf('--');
  const wantsHelp = (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
  if (command === '--help' || command === '-h' || command === 'help' || (load && wantsHelp && hasHelp(command))) {
    process.stdout.write(`${helpOf(command === 'help' ? args[0] : command)}\n`);
    return 0;
  }
  if (!load) throw new UsageError(command === undefined ? 'name a command' : `there is no command "${command}"`);
  return (await load())(args);
}

/** @param {unknown} error @param {string[]} args @returns {number} exit status */
function report(error, args) {
  if (error instanceof UsageError) {
    process.stderr.write(`moxbox: ${printable(error.message)}\n\n${helpOf(args[0])}\n`);
    return STATUS.USAGE;
  }
  const known = MoxboxError.is(error);
  const text = known ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`moxbox: ${printable(text)}\n`);
  if (known && args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message, field: error.field } })}\n`);
  }
  return STATUS.ERROR;
}

const args = process.argv.slice(2);
/* A reader that stops early (head) closes the pipe; that is not our error. */
process.stdout.on('error', (error) => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
});
try {
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = report(error, args);
}
