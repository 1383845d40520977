/**
 * moxbox verify.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MoxboxError } from '../web/errors.js';
import { MAX_RECEIPT_BYTES, badReceipt, decodeReceipt, receiptFromJson } from '../web/receipt.js';
import { locate } from './files.js';
import { Progress, printable } from './terminal.js';
import { STATUS, UsageError, machineOptions, parse } from './usage.js';
import { verify } from './verify.js';

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit status
 */
export async function commandVerify(args) {
  const { values, positionals } = parse('verify', args);
  if (positionals.length !== 1) throw new UsageError('name one receipt');
  const [path] = positionals;
  const file = await readReceipt(path);
  const { receipt } = typeof file === 'string' ? receiptFromJson(file) : { receipt: decodeReceipt(file) };
  const folders = { programs: values.elfdir ?? [dirname(path)], data: values.datadir ?? [dirname(path)] };
  const names = {
    programs: values.elf ?? receipt.programs.map(({ hash }) => hash),
    data: values.data ?? receipt.data.map(({ hash }) => hash),
  };
  const progress = new Progress(process.stderr.isTTY && !values.quiet ? process.stderr : undefined);
  const verdict = await verify(file, {
    programs: await locate(names.programs, folders.programs),
    data: await locate(names.data, folders.data),
    ...machineOptions(values),
    onProgress: (at) => progress.update(at),
  }).finally(() => progress.clear());
  if (values.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  else if (!values.quiet) process.stdout.write(`${lineOf(verdict)}\n`);
  return verdict.same ? STATUS.SAME : STATUS.DIFFERENT;
}

/** @param {string} path @returns {Promise<Uint8Array | string>} bytes of CBOR, or text of JSON */
async function readReceipt(path) {
  let bytes;
  try {
    const { size } = await stat(path);
    if (size > 4 * MAX_RECEIPT_BYTES) throw badReceipt('file', `is ${size} bytes large`);
    bytes = await readFile(path);
  } catch (cause) {
    if (MoxboxError.is(cause)) throw cause;
    throw new MoxboxError('MOXBOX_FILE', `cannot read "${path}"`, { cause });
  }
  /* A CBOR map never starts with a brace or white space. */
  return /^\s*\{/.test(bytes.toString('latin1', 0, 64)) ? bytes.toString('utf8') : new Uint8Array(bytes);
}

/** @param {import('../web/verify.js').Verdict} verdict */
function lineOf(verdict) {
  if (verdict.same) return 'same';
  const text = (/** @type {unknown} */ value) => printable(String(value));
  return `not the same: ${verdict.field}: the receipt says ${text(verdict.expected)}, this run gives ${text(verdict.actual)}`;
}
