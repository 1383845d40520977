/**
 * Names in a program's symbol table, for people. Nothing else reads it: what is loaded never depends on it. The
 * file is a stranger's; where it is not as it should be there are no names.
 */

const SYMBOL = 16;
const SECTION = 40;
const SYMTAB = 2;

/**
 * @param {Uint8Array} file an ELF file for Moxie
 * @returns {Map<string, number>} addresses by name, in the order of the table
 */
export function symbolsOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  /** @type {Map<string, number>} */
  const found = new Map();
  try {
    const table = view.getUint32(32, true);
    for (let i = 0; i < view.getUint16(48, true); i += 1) {
      const section = table + SECTION * i;
      if (view.getUint32(section + 4, true) !== SYMTAB) continue;
      const [start, size, link] = [16, 20, 24].map((field) => view.getUint32(section + field, true));
      const names = view.getUint32(table + SECTION * link + 16, true);
      for (let at = start; at < start + size; at += SYMBOL) {
        const name = textAt(file, names + view.getUint32(at, true));
        const inSection = view.getUint16(at + 14, true) !== 0;
        if (name !== '' && inSection) found.set(name, view.getUint32(at + 4, true));
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

/** @param {Uint8Array} file @param {number} at @returns {string} printable, or empty */
function textAt(file, at) {
  const end = file.indexOf(0, at);
  const text = String.fromCharCode(...file.subarray(at, Math.min(end, at + 200)));
  return /^[\x21-\x7e]+$/.test(text) ? text : '';
}
