/* The machine as it stands: code at pc, registers, memory map, memory. What differs from the stop before is
 * marked. Everything is read from the worker when the machine stops, never while it runs. */
import { box as place, byId, make, say } from './dom.js';
import { charOf, grouped, hex32, parseAddress, sizeText, visible } from './format.js';

/** @typedef {import('../result.js').Region} Region */
/** @typedef {import('../result.js').Registers} Registers */
/** @typedef {import('../result.js').Line} Line */
/** @typedef {import('../worker-client.js').WorkerBox} Box */

const CODE_LINES = 12;
const MEMORY_ROWS = 16;
/* A guest can map tens of thousands of regions; a page with so many rows would stand still. */
const MAP_ROWS = 100;

/* The special registers that a program and its host share. The host uses 6 and 7 for its own message to the
 * program, until the program says where its output is. */
const SPECIAL = [6, 7, 8, 9];
const SPECIAL_NAMES = ['output address', 'output size', 'state address', 'state size'];
const FIRST_NAMES = ['memory map', 'stack top', 'state address', 'state size'];

/* cc as cmp leaves it: bit values and the conditions they stand for. */
const CONDITIONS = [[4, '='], [1, '>'], [2, '<'], [8, '>u'], [16, '<u']];

/** @param {number} cc */
function conditionText(cc) {
  const held = CONDITIONS.filter(([bit]) => cc & Number(bit)).map(([, text]) => text);
  return cc === 0 ? 'none' : held.join(' ');
}

/**
 * What a region is, as its descriptor says: its tags without the rights.
 * @param {Region} region
 */
function wordsOf(region) {
  return region.tags.split(',').filter((tag) => tag && tag !== 'ro' && tag !== 'rw');
}

export class MachineView {
  /** @type {Box | undefined} */
  #box;
  #machine = -1;
  /** Registers at the stop before, by cell name. @type {Map<string, number>} */
  #before = new Map();
  /** Names as parseAddress wants them. @type {Map<string, number>} */
  #named = new Map();
  /** @type {Region[]} */
  #regions = [];
  /** @type {Line[]} */
  #lines = [];
  #window = { base: 0, bytes: /** @type {(number | undefined)[]} */ ([]), machine: -1 };
  #columns = 16;
  /** Whether the user chose the address; otherwise each new machine shows its first data file, or its code. */
  #chosen = false;
  #refreshes = 0;
  #place = {
    pane: place('desk'), code: place('code'), codeNote: place('code-note'), registers: place('registers'),
    registersNote: place('registers-note'), special: place('special'), map: place('map'), mapNote: place('map-note'),
    memory: place('memory'), error: place('address-error'), address: byId('address', HTMLInputElement),
  };

  constructor() {
    const { address } = this.#place;
    byId('goto', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#chosen = true;
      void this.#showMemory();
    });
    byId('memory-back', HTMLButtonElement).addEventListener('click', () => this.#turn(-1));
    byId('memory-on', HTMLButtonElement).addEventListener('click', () => this.#turn(1));
    address.addEventListener('input', () => {
      address.removeAttribute('aria-invalid');
      say(this.#place.error);
    });
    new ResizeObserver(() => this.#fit()).observe(this.#place.memory);
    this.#empty();
  }

  /** @param {boolean} running the machine's values are old while it runs */
  busy(running) {
    document.querySelector('.machine')?.setAttribute('aria-busy', String(running));
  }

  /**
   * Reads the machine and shows it.
   * @param {Box | undefined} box
   * @param {number} machine its number; marks are made only within one machine
   */
  async refresh(box, machine) {
    this.#refreshes += 1;
    const mine = this.#refreshes;
    this.#box = box;
    if (!box) {
      this.#empty();
      return;
    }
    const [registers, regions] = await Promise.all([box.registers, box.regions]);
    const kept = machine === this.#machine && this.#lines.some((line) => line.address === registers.pc);
    const lines = kept ? this.#lines : await box.disassemble(registers.pc, CODE_LINES);
    if (mine !== this.#refreshes) return;
    const marks = machine === this.#machine;
    this.#machine = machine;
    this.#regions = regions;
    this.#lines = lines;
    this.#showRegisters(registers, marks);
    this.#showCode(registers.pc);
    this.#showMap();
    if (!this.#chosen) this.#place.address.value = this.#named.has('data0') ? 'data0' : 'pc';
    await this.#showMemory();
  }

  #empty() {
    const { code, registers, special, map, memory } = this.#place;
    code.replaceChildren(make('li', { class: 'none' }, 'No program is loaded.'));
    map.replaceChildren(make('li', { class: 'none' }, 'Nothing is mapped.'));
    for (const part of [registers, special, memory]) part.replaceChildren();
    for (const note of [this.#place.mapNote, this.#place.registersNote]) note.textContent = '';
    this.#named.clear();
    this.#before.clear();
    this.#lines = [];
  }

  /**
   * @param {Registers} registers
   * @param {boolean} marks
   */
  #showRegisters(registers, marks) {
    const now = new Map(Object.entries(registers.general).map(([name, value]) => [name, value]));
    now.set('pc', registers.pc);
    now.set('cc', registers.cc);
    const special = new Map(SPECIAL.map((index) => [`sr${index}`, registers.special[index] ?? 0]));
    const map = this.#regions.find((region) => region.tags.includes('mapdesc'));
    const roles = map && special.get('sr6') === map.address ? FIRST_NAMES : SPECIAL_NAMES;
    let changed = 0;
    /**
     * @param {[string, number]} cell
     * @param {string} [role]
     */
    const cellOf = ([name, value], role) => {
      const differs = marks && this.#before.has(name) && this.#before.get(name) !== value;
      if (differs) changed += 1;
      const text = name === 'cc' ? conditionText(value) : hex32(value);
      const kind = `${differs ? 'changed ' : ''}${value === 0 ? 'zero' : ''}`.trim();
      const title = `${grouped(value)}${value > 0x7fffffff ? ` or ${grouped(value | 0)}` : ''}${differs ? ', changed' : ''}`;
      return make('div', { class: kind || undefined, title }, make('dt', {}, role ?? name), make('dd', {}, text));
    };
    this.#place.registers.replaceChildren(...[...now].map((cell) => cellOf(cell)));
    this.#place.special.replaceChildren(...[...special].map((cell, i) => cellOf(cell, `${SPECIAL[i]} · ${roles[i]}`)));
    this.#place.registersNote.textContent = changed ? `${changed} changed` : '';
    this.#before = new Map([...now, ...special]);
    const regions = this.#regions.map((region) => /** @type {const} */ ([wordsOf(region).join(' '), region.address]));
    this.#named = new Map([...regions, ...[...now].map(([name, value]) => /** @type {const} */ ([name.replace('$', ''), value]))]);
    this.#named.delete('cc');
  }

  /** @param {number} pc */
  #showCode(pc) {
    const rows = this.#lines.map((line) => {
      const [op = '', ...args] = line.text.split(/\s+/);
      const current = line.address === pc;
      return make('li', { 'aria-current': current && 'true' },
        make('span', { class: 'arrow', 'aria-hidden': 'true' }, current ? '▸' : ''),
        make('span', { class: 'at' }, hex32(line.address)),
        make('span', { class: 'op' }, op),
        make('span', { class: 'args' }, args.join(' ')));
    });
    const none = make('li', { class: 'none' }, `There is no mapped memory at pc ${hex32(pc)}.`);
    this.#place.code.replaceChildren(...(rows.length ? rows : [none]));
  }

  #showMap() {
    const total = this.#regions.reduce((sum, region) => sum + region.size, 0);
    this.#place.mapNote.textContent = `${sizeText(total)} in ${grouped(this.#regions.length)} regions`;
    const rows = this.#regions.slice(0, MAP_ROWS).map((region) => {
      const what = wordsOf(region).join(' ') || 'memory';
      const rights = `${region.readable ? 'r' : '–'}${region.writable ? 'w' : '–'}`;
      const show = make('button', { type: 'button', 'aria-label': `Show ${visible(what)} at ${hex32(region.address)}` },
        make('code', {}, hex32(region.address)),
        make('span', { class: 'what' }, visible(what)),
        make('span', { class: 'rights' }, `${sizeText(region.size)}  ${rights}`));
      show.addEventListener('click', () => this.#goTo(region.address));
      return make('li', {}, show);
    });
    const more = this.#regions.length - rows.length;
    if (more > 0) rows.push(make('li', {}, make('span', { class: 'none' }, `and ${grouped(more)} more; show any by its address`)));
    this.#place.map.replaceChildren(...rows);
  }

  /** @param {number} address */
  #goTo(address) {
    this.#chosen = true;
    this.#place.address.value = `0x${hex32(address)}`;
    void this.#showMemory();
  }

  /** @param {number} direction one window on or back, staying in the address space */
  #turn(direction) {
    const size = MEMORY_ROWS * this.#columns;
    const address = this.#window.base + direction * size;
    this.#goTo(Math.min(Math.max(address, 0), 2 ** 32 - size));
  }

  async #showMemory() {
    const box = this.#box;
    const { address, error } = this.#place;
    if (!box) return;
    try {
      const wanted = parseAddress(address.value, this.#named);
      const size = MEMORY_ROWS * this.#columns;
      const base = Math.min(wanted - (wanted % this.#columns), 2 ** 32 - size);
      const bytes = await this.#readWindow(box, base, size);
      if (box !== this.#box) return;
      say(error);
      this.#draw(base, bytes);
    } catch (problem) {
      if (box !== this.#box) return;
      address.setAttribute('aria-invalid', 'true');
      say(error, /** @type {Error} */ (problem).message);
    }
  }

  /**
   * @param {Box} box
   * @param {number} base
   * @param {number} size
   * @returns {Promise<(number | undefined)[]>} undefined where nothing is mapped
   */
  async #readWindow(box, base, size) {
    /** @type {(number | undefined)[]} */
    const bytes = new Array(size).fill(undefined);
    await Promise.all(this.#regions.map(async (region) => {
      const from = Math.max(base, region.address);
      const to = Math.min(base + size, region.address + region.size);
      if (from >= to) return;
      const part = await box.read(from, to - from);
      part.forEach((byte, i) => { bytes[from - base + i] = byte; });
    }));
    return bytes;
  }

  /**
   * @param {number} base
   * @param {(number | undefined)[]} bytes
   */
  #draw(base, bytes) {
    const old = this.#window;
    const marks = old.machine === this.#machine;
    const rows = [];
    for (let row = 0; row < bytes.length; row += this.#columns) {
      const line = make('span', {}, make('span', { class: 'at' }, `${hex32(base + row)}  `));
      const part = bytes.slice(row, row + this.#columns);
      part.forEach((byte, i) => {
        const text = byte === undefined ? '··' : byte.toString(16).padStart(2, '0');
        const was = old.bytes[base + row + i - old.base];
        const differs = marks && was !== undefined && byte !== was;
        line.append(differs ? make('span', { class: 'changed' }, text) : text, i === this.#columns - 1 ? '' : ' ');
      });
      line.append(make('span', { class: 'chars' }, `  ${part.map((byte) => (byte === undefined ? ' ' : charOf(byte))).join('')}`), '\n');
      rows.push(line);
    }
    this.#place.memory.replaceChildren(...rows);
    this.#window = { base, bytes, machine: this.#machine };
  }

  /** Takes as many bytes a row as the pane holds without scrolling. */
  #fit() {
    const { memory } = this.#place;
    const style = getComputedStyle(memory);
    const room = memory.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const character = Number.parseFloat(style.fontSize) * 0.602;
    const columns = [16, 8, 4].find((count) => (11 + count * 4) * character <= room) ?? 4;
    if (columns === this.#columns) return;
    this.#columns = columns;
    void this.#showMemory();
  }
}
