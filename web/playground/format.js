/* Bytes and numbers as a person reads them, and back. Nothing here touches the page, and everything that
 * comes from a guest leaves as plain text whose invisible characters have been made visible. */

/** @param {bigint | number} value */
export function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** @param {number} value */
export function hex32(value) {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** @param {number} size in bytes */
export function sizeText(size) {
  if (size < 1024) return `${size} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let value = size / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** @param {number} ms */
export function durationText(ms) {
  if (ms < 1) return 'under 1 ms';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/**
 * Reads a budget as people write it: 50000, 1,000,000, 1_000_000, 5e9, or "unlimited".
 * @param {string} text
 * @returns {bigint | number} a bigint, or Infinity
 */
export function parseBudget(text) {
  const plain = text.trim().replace(/(?<=\d)[ ,_'](?=\d{3}(?:\D|$))/g, '').toLowerCase();
  if (plain === 'unlimited' || plain === 'infinity' || plain === '∞') return Infinity;
  const power = /^(\d{1,6})e(\d{1,2})$/.exec(plain);
  if (!power && !/^\d{1,20}$/.test(plain)) {
    throw new RangeError(`The budget is a whole number of instructions, such as 1,000,000 or 5e9, or the word unlimited; "${text.trim()}" is none of these.`);
  }
  const value = power ? BigInt(power[1] ?? 0) * 10n ** BigInt(power[2] ?? 0) : BigInt(plain);
  if (value >= 1n << 64n) throw new RangeError('The budget must be below 2^64 instructions.');
  return value;
}

/**
 * Reads an address: hexadecimal with 0x, decimal, or the name of a register ($sp, pc) or region (data0).
 * @param {string} text
 * @param {Map<string, number>} names addresses by name, without the dollar sign
 */
export function parseAddress(text, names) {
  const plain = text.trim().toLowerCase();
  const named = names.get(plain.replace(/^\$/, ''));
  if (named !== undefined) return named;
  const value = /^(0x[0-9a-f]{1,8}|\d{1,10})$/.test(plain) ? Number(plain) : Number.NaN;
  if (!(value <= 0xffffffff)) {
    throw new RangeError(`"${text.trim()}" is no address: write 0x1a40, a decimal number below 2^32, or a name such as $sp, pc or stack.`);
  }
  return value;
}

/* Characters that would hide, reorder or fake what stands beside them: zero-width and joining marks,
 * direction overrides, line and paragraph separators, tags, variation selectors and private use. */
const HIDDEN = /[\u0080-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * Text with every control character made visible: C0 controls as their pictures (␀ ␛), the rest as ⟨U+202E⟩.
 * Line feeds and tabs stay; a carriage return before a line feed goes.
 * @param {string} text
 */
export function visible(text) {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROLS, (char) => (char === '\x7f' ? '␡' : String.fromCharCode(0x2400 + char.charCodeAt(0))))
    .replace(HIDDEN, (char) => `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/**
 * @param {Uint8Array} bytes
 * @param {boolean} cut whether bytes is the beginning of something longer, so that a character may be cut at its end
 */
export function visibleBytes(bytes, cut = false) {
  return visible(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: cut }));
}

/** @param {number} byte printable ASCII as it is, a dot for the rest */
export function charOf(byte) {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

/**
 * @param {Uint8Array} bytes
 * @param {number} columns bytes a line
 */
export function hexDump(bytes, columns) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += columns) {
    const part = bytes.subarray(at, at + columns);
    const pairs = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${hex32(at)}  ${pairs.padEnd(columns * 3 - 1)}  ${Array.from(part, charOf).join('')}`);
  }
  return lines.join('\n');
}

/** Whether bytes are text that a person may edit: UTF-8 without controls. @param {Uint8Array} bytes */
export function isText(bytes) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return visible(text) === text;
  } catch {
    return false;
  }
}

/** @param {Uint8Array} bytes */
export function isElf(bytes) {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}
