/**
 * Making receipts of results, and running again what a receipt claims.
 */
import { Box } from './box.js';
import { MoxboxError } from './errors.js';
import { hasherFor } from './hash.js';
import { webHost } from './host.js';
import { badReceipt, decodeReceipt, encodeReceipt, receiptFromJson, receiptToJson, RECEIPT_VERSION } from './receipt.js';
import { MAX_BUDGET, checkKeys } from './options.js';
import { LIMITS } from './generated/tables.js';

/** @typedef {import('./receipt.js').Receipt} Receipt */
/** @typedef {import('./result.js').Result} Result */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').CoreSource} CoreSource */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {{run(options: RunOptions): Promise<Result>, collect(options?: {hashes?: boolean}): Promise<Result>,
 *   dispose(): void}} AnyBox */
/** @typedef {{create(options: import('./options.js').BoxOptions): Promise<AnyBox>}} AnyBoxClass */

/**
 * @typedef {{same: true} | {same: false, field: string, expected: unknown, actual: unknown}} Verdict expected is
 *   what the receipt says, actual what the new run gave
 */

/**
 * @typedef {object} VerifyOptions
 * @property {Input[]} programs
 * @property {Input[]} [data]
 * @property {CoreSource} [core]
 * @property {AbortSignal} [signal]
 * @property {RunOptions['onProgress']} [onProgress]
 * @property {import('./options.js').Engine} [engine] default 'interpreter'
 */

/**
 * A result's receipt. The result must come from a run or collect with `hashes: true`.
 * @param {Result} result
 * @returns {Receipt}
 */
function receiptFrom(result) {
  const { hashes, sizes, output, state, budget, fault } = result;
  const { output: outputHash, state: stateHash, machine } = hashes;
  if (outputHash === undefined || stateHash === undefined || machine === undefined) {
    throw badReceipt('machine', 'the result has no hashes; run or collect with { hashes: true }');
  }
  if (result.stop === 'none') throw badReceipt('stop', 'the machine has not run yet');
  return {
    v: RECEIPT_VERSION,
    semantics: result.semantics,
    programs: hashes.programs.map((hash, i) => ({ hash, size: sizes.programs[i] })),
    data: hashes.data.map((hash, i) => ({ hash, size: sizes.data[i] })),
    options: { ...result.options },
    budget: typeof budget === 'bigint' ? budget : null,
    stop: result.stop,
    exitCode: result.exitCode ?? null,
    fault: fault ? { kind: fault.kind, pc: fault.pc, address: fault.address, size: fault.size } : null,
    instructions: result.instructions,
    output: { hash: outputHash, size: output.length },
    state: { hash: stateHash, size: state.length },
    machine,
  };
}

/**
 * receiptOf, receiptId and verify for one kind of box and its host.
 * @param {AnyBoxClass} BoxClass
 * @param {import('./options.js').Host} host
 */
export function receiptsFor(BoxClass, host) {
  const sha256 = hasherFor(host);

  /**
   * The receipt of a result with hashes, or of a box as it stands.
   *
   * @example
   * import { encodeReceipt, receiptOf, run } from 'moxbox';
   * const result = await run(elf, { data: [file], hashes: true });
   * const bytes = encodeReceipt(await receiptOf(result));
   *
   * @param {Result | Pick<AnyBox, 'collect'>} subject
   * @returns {Promise<Receipt>}
   */
  async function receiptOf(subject) {
    return receiptFrom('collect' in subject ? await subject.collect({ hashes: true }) : subject);
  }

  /**
   * The SHA-256 of a receipt's bytes: its name.
   *
   * @example
   * import { decodeReceipt, receiptId } from 'moxbox';
   * console.log(await receiptId(decodeReceipt(receiptBytes)));
   *
   * @param {Receipt} receipt
   * @param {{core?: CoreSource}} [options]
   * @returns {Promise<string>}
   */
  async function receiptId(receipt, options = {}) {
    return sha256(encodeReceipt(receipt), options);
  }

  /**
   * Runs again what a receipt claims and compares everything. Rejects with MOXBOX_RECEIPT for bytes that are no
   * receipt. A receipt altered into another true one (say, a larger budget that is not used up either) verifies:
   * it has another id.
   *
   * @example
   * import { verify } from 'moxbox';
   * const verdict = await verify(receiptBytes, { programs: [elf], data: [file] });
   * if (!verdict.same) console.log(verdict.field, verdict.expected, verdict.actual);
   *
   * @param {Uint8Array | string | object} receipt the file's bytes, or its JSON mirror as text or object, or a Receipt
   * @param {VerifyOptions} options
   * @returns {Promise<Verdict>}
   */
  async function verify(receipt, options) {
    /* By default the interpreter: less to believe in than code made at run time, and another engine than the
     * run most likely used. */
    const { programs, data = [], core, signal, onProgress, engine = 'interpreter' } = checkKeys(options,
      ['programs', 'data', 'core', 'signal', 'onProgress', 'engine'], 'verify');
    const claim = await claimOf(receipt, (read) => receiptId(read, { core }));
    if (claim.semantics !== LIMITS.semanticsVersion) {
      return different('semantics', claim.semantics, LIMITS.semanticsVersion);
    }
    const hashOf = (/** @type {Input} */ input) => sha256(input, { core, signal });
    let box;
    try {
      /* Nothing of an earlier run is used, although nothing of it could change the result. */
      box = await BoxClass.create({ programs, data, engine, cache: false, ...claim.options, ...(core && { core }) });
    } catch (error) {
      return explain(error, claim, { programs, data }, hashOf);
    }
    try {
      const loaded = await box.collect();
      const inputs = firstDifference(inputsOf(claim), inputsOf(loaded));
      if (!inputs.same) return inputs;
      const result = await box.run({ budget: neededBudget(claim), hashes: true,
        ...(signal && { signal }), ...(onProgress && { onProgress }) });
      if (result.stop === 'budget' && result.instructions > claim.instructions) {
        return different('instructions', String(claim.instructions), `${result.instructions} or more`);
      }
      const actual = { ...receiptFrom(result), budget: claim.budget };
      return firstDifference(flat(receiptToJson(claim)), flat(receiptToJson(actual)));
    } finally {
      box.dispose();
    }
  }

  return { receiptOf, receiptId, verify };
}

export const { receiptOf, receiptId, verify } = receiptsFor(Box, webHost);

/**
 * @param {any} receipt
 * @param {(receipt: Receipt) => Promise<string>} idOf
 * @returns {Promise<Receipt>}
 */
async function claimOf(receipt, idOf) {
  if (receipt instanceof Uint8Array) return decodeReceipt(receipt);
  if (typeof receipt === 'object' && receipt !== null && typeof receipt.instructions === 'bigint') {
    return decodeReceipt(encodeReceipt(receipt));
  }
  if (typeof receipt !== 'string' && (typeof receipt !== 'object' || receipt === null)) {
    throw new TypeError('verify: receipt must be bytes, JSON or a Receipt');
  }
  const { receipt: claim, id } = receiptFromJson(receipt);
  if (id !== undefined && id !== await idOf(claim)) throw badReceipt('id', 'is not the hash of this receipt');
  return claim;
}

/**
 * One instruction more than claimed shows as well as any budget whether the claim is true, and a false one cannot
 * make the verifier run for longer than it says.
 * @param {Receipt} claim
 */
function neededBudget({ budget, instructions }) {
  const enough = instructions < MAX_BUDGET ? instructions + 1n : MAX_BUDGET;
  return budget === null || budget > enough ? enough : budget;
}

/**
 * The inputs did not load. That differs from the claim when they are other files, or when the memory limit is
 * the claim's fault; otherwise it is an error as it would be without a receipt.
 * @param {unknown} error
 * @param {Receipt} claim
 * @param {{programs: Input[], data: Input[]}} inputs
 * @param {(input: Input) => Promise<string>} hashOf
 * @returns {Promise<Verdict>}
 */
async function explain(error, claim, inputs, hashOf) {
  const ofInputs = MoxboxError.is(error) && (error.code.startsWith('MOXBOX_ELF_') || error.code === 'MOXBOX_MEMORY_LIMIT');
  if (!ofInputs) throw error;
  const hashes = async (/** @type {Input[]} */ files) => {
    const all = [];
    for (const file of files) all.push(await hashOf(file));
    return all;
  };
  const loaded = { hashes: { programs: await hashes(inputs.programs), data: await hashes(inputs.data) } };
  const verdict = firstDifference(inputsOf(claim), inputsOf(loaded));
  if (!verdict.same) return verdict;
  if (error.code !== 'MOXBOX_MEMORY_LIMIT') throw error;
  return different('options.memoryLimitBytes', claim.options.memoryLimitBytes, error.code);
}

/**
 * The hashes of the inputs by the fields that they have in a receipt.
 * @param {Receipt | {hashes: {programs: string[], data: string[]}}} of
 */
function inputsOf(of) {
  const lists = 'hashes' in of ? of.hashes
    : { programs: of.programs.map(({ hash }) => hash), data: of.data.map(({ hash }) => hash) };
  /** @type {Map<string, unknown>} */
  const fields = new Map();
  for (const [name, hashes] of [['programs', lists.programs], ['data', lists.data]]) {
    fields.set(/** @type {string} */ (name), `${hashes.length} files`);
    for (const [index, hash] of /** @type {string[]} */ (hashes).entries()) fields.set(`${name}[${index}].hash`, hash);
  }
  return fields;
}

/** @param {unknown} value @param {string} [field] @param {Map<string, unknown>} [into] */
function flat(value, field = '', into = new Map()) {
  if (typeof value !== 'object' || value === null) into.set(field, value);
  else if (Array.isArray(value)) value.forEach((item, index) => flat(item, `${field}[${index}]`, into));
  else for (const [key, item] of Object.entries(value)) flat(item, field === '' ? key : `${field}.${key}`, into);
  return into;
}

/** @param {Map<string, unknown>} expected @param {Map<string, unknown>} actual @returns {Verdict} */
function firstDifference(expected, actual) {
  for (const [field, value] of expected) {
    if (value !== actual.get(field)) return different(field, value, actual.get(field) ?? null);
  }
  for (const [field, value] of actual) {
    if (!expected.has(field)) return different(field, null, value);
  }
  return { same: true };
}

/** @param {string} field @param {unknown} expected @param {unknown} actual @returns {Verdict} */
function different(field, expected, actual) {
  return { same: false, field, expected, actual };
}
