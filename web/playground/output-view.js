/* Output and State Buffer, as text or hex. Long ones are shown in part and can be downloaded whole. */
import { box as place, button, copy, download, tabs } from './dom.js';
import { grouped, hexDump, sizeText, visibleBytes } from './format.js';

/** @typedef {import('../result.js').Result} Result */

const TEXT_SHOWN = 64 << 10;
const HEX_SHOWN = 16 << 10;

const NONE = Object.freeze({
  idle: 'The program’s output appears here when the run stops.',
  soFar: 'No output so far.',
  output: 'The program left no output.',
  state: 'The program left no State Buffer.',
});

export class OutputView {
  /** @type {Result | undefined} */
  #result;
  #tab = 'tab-text';
  #name = 'output';
  #screen = place('output');
  #note = place('output-note');
  #reuse = button('output-reuse');

  /** @param {(bytes: Uint8Array) => void} onReuse the State Buffer is to be the next run's last data file */
  constructor(onReuse) {
    tabs(['tab-text', 'tab-hex', 'tab-state'], (id) => {
      this.#tab = id;
      this.#draw();
    });
    button('output-download').addEventListener('click', () => {
      download(this.#tab === 'tab-state' ? `${this.#name}.state` : `${this.#name}.out`, this.#bytes(), 'application/octet-stream');
    });
    button('output-copy').addEventListener('click', () => {
      void copy(button('output-copy'), this.#tab === 'tab-text' ? new TextDecoder().decode(this.#bytes()) : this.#screen.textContent ?? '');
    });
    this.#reuse.addEventListener('click', () => onReuse(this.#bytes()));
    matchMedia('(max-width: 47rem)').addEventListener('change', () => this.#draw());
    this.#draw();
  }

  /**
   * @param {Result | undefined} result
   * @param {string} name for downloads
   */
  show(result, name) {
    this.#name = name;
    if (result === this.#result && result) return;
    this.#result = result;
    this.#draw();
  }

  #bytes() {
    const bytes = this.#tab === 'tab-state' ? this.#result?.state : this.#result?.output;
    return bytes ?? new Uint8Array();
  }

  #draw() {
    const bytes = this.#bytes();
    const asText = this.#tab === 'tab-text';
    const shown = Math.min(bytes.length, asText ? TEXT_SHOWN : HEX_SHOWN);
    const part = bytes.subarray(0, shown);
    const cut = shown < bytes.length;
    const empty = bytes.length === 0;
    const columns = matchMedia('(max-width: 47rem)').matches ? 8 : 16;
    const none = !this.#result ? NONE.idle : this.#result.stop === 'budget' ? NONE.soFar : this.#tab === 'tab-state' ? NONE.state : NONE.output;
    this.#screen.classList.toggle('empty', empty);
    this.#screen.classList.toggle('hex', !asText && !empty);
    this.#screen.setAttribute('aria-labelledby', this.#tab);
    this.#screen.textContent = empty ? none : asText ? visibleBytes(part, cut) : hexDump(part, columns);
    this.#screen.scrollTop = 0;
    this.#note.textContent = empty ? '' : cut
      ? `The first ${sizeText(shown)} of ${grouped(bytes.length)} bytes`
      : `${grouped(bytes.length)} ${bytes.length === 1 ? 'byte' : 'bytes'}`;
    const what = this.#tab === 'tab-state' ? 'the State Buffer' : 'the output';
    for (const [id, verb] of [['output-download', 'Download'], ['output-copy', 'Copy']]) {
      button(String(id)).hidden = empty;
      button(String(id)).setAttribute('aria-label', `${verb} ${what}`);
    }
    this.#reuse.hidden = empty || this.#tab !== 'tab-state';
  }
}
