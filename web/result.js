/**
 * The shapes that cross to the user, and how they are made of what the core reports.
 */

/**
 * @typedef {object} Fault why an instruction cannot be executed; nothing of it has happened
 * @property {string} kind a name of core/base/fault.def: 'align-pc', 'fetch', 'illegal', 'divide', 'read', ...
 * @property {number} pc address of the instruction
 * @property {number} address first byte of the access that fails; 0 for 'illegal' and 'divide'
 * @property {number} size bytes of that access
 * @property {'execute' | 'read' | 'write' | undefined} access what the instruction wanted to do there
 */

/**
 * @typedef {'none' | 'exit' | 'budget' | 'fault' | 'break'} Stop why the machine stands: 'none' before its first
 *   run, 'budget' when it can run on, 'break' on a brk instruction
 */

/**
 * @typedef {object} Report where the machine stands
 * @property {Stop} stop
 * @property {number | undefined} exitCode the word the program passed to exit, when stop is 'exit'
 * @property {bigint} instructions executed since the start, exactly
 * @property {Fault | undefined} fault when stop is 'fault'
 * @property {number} pc address of the next instruction
 * @property {number} memoryBytes guest memory in use, as it counts against the limit
 * @property {number} outputSize bytes in the output buffer
 * @property {number} stateSize bytes in the State Buffer
 */

/**
 * @typedef {object} Hashes SHA-256 as 64 hexadecimal digits
 * @property {string[]} programs of every program file, in order
 * @property {string[]} data of every data file, in order
 * @property {string} [output] only when asked for with `hashes: true`, like the two below
 * @property {string} [state]
 * @property {string} [machine] of the whole machine state
 */

/**
 * @typedef {object} Result what a run computed; it does not depend on time, host or slices
 * @property {Stop} stop
 * @property {number | undefined} exitCode the word the program passed to exit, when stop is 'exit'
 * @property {Uint8Array} output a copy of the program's output buffer (special registers 6 and 7)
 * @property {Uint8Array} state a copy of its State Buffer (special registers 8 and 9)
 * @property {bigint} instructions executed since the start, exactly
 * @property {Fault | undefined} fault when stop is 'fault'
 * @property {Hashes} hashes
 * @property {{programs: number[], data: number[]}} sizes of the input files in bytes
 * @property {{memoryLimitBytes: number, stackSizeBytes: number}} options as they were in force
 * @property {bigint | number} budget instructions that were allowed since the start; Infinity for no limit
 * @property {number} semantics version of the machine's rules (box.h, MOX_SEMANTICS_VERSION)
 */

/**
 * @typedef {object} Registers
 * @property {Record<string, number>} general $fp, $sp, $r0 .. $r13, unsigned
 * @property {number} pc
 * @property {number} cc 0 before the first cmp
 * @property {Uint32Array} special the 256 special registers
 */

/**
 * @typedef {object} Region a mapped range of guest memory
 * @property {number} address
 * @property {number} size
 * @property {boolean} readable
 * @property {boolean} writable
 * @property {string} tags as the guest reads them in its memory-map descriptor: 'ro,data0,'
 */

/**
 * @typedef {object} Line one disassembled instruction
 * @property {number} address
 * @property {Uint8Array} bytes
 * @property {string} text
 */

/** @type {Readonly<Record<string, Fault['access']>>} */
const ACCESS = Object.freeze({ fetch: 'execute', read: 'read', write: 'write', buffer: 'read' });

/**
 * @param {string} kind @param {number} pc @param {number} address @param {number} size
 * @returns {Fault}
 */
export function faultOf(kind, pc, address, size) {
  return { kind, pc, address, size, access: ACCESS[kind] };
}

/** @param {number} value @returns {string} 0x and eight digits */
export function hex32(value) {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/** @param {Uint8Array} bytes @returns {string} two digits a byte */
export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} hex an even number of hexadecimal digits @returns {Uint8Array} */
export function bytesOfHex(hex) {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/**
 * One line that says why the machine stands, for people.
 * @param {{stop: string, exitCode?: number | undefined, fault?: Fault | undefined, instructions: bigint}} result
 * @returns {string}
 */
export function describeStop(result) {
  const after = `after ${result.instructions} instructions`;
  const { fault } = result;
  if (result.stop === 'exit') return `exit ${result.exitCode} ${after}`;
  if (result.stop === 'fault' && fault) {
    const what = fault.access ? `: cannot ${fault.access} ${fault.size} bytes at ${hex32(fault.address)}` : '';
    return `fault "${fault.kind}" at pc ${hex32(fault.pc)}${what}, ${after}`;
  }
  return `${result.stop} ${after}`;
}
