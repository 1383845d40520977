/* Receipts: one for the run that just ended, and the comparison of somebody else's with a run made here. */
import { box as place, button, byId, copy, download, say, tabs } from './dom.js';
import { grouped, sizeText, visible } from './format.js';
import { MoxboxError, receipts } from './library.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./receipts.js').Made} Made */

/* A receipt holds hashes and counts only; what is longer is some other file. */
const LARGEST_RECEIPT = 1 << 20;

export class ReceiptView {
  #session;
  #describe;
  /** @type {Made | undefined} */
  #made;
  /** @type {unknown} The result that #made belongs to. */
  #madeOf;
  /** Bytes of a picked file; typed text otherwise. @type {Uint8Array | undefined} */
  #bytes;
  /** While a receipt is being verified. @type {AbortController | undefined} */
  #verifying;
  #tabs;
  #place = {
    make: place('receipt-make'), verify: place('receipt-verify'), done: place('receipt-done'), id: place('receipt-id'),
    json: place('receipt-json'), error: place('receipt-error'), result: place('verify-result'), file: place('receipt-file'),
    text: byId('receipt-text', HTMLTextAreaElement), input: byId('receipt-input', HTMLInputElement),
  };

  /**
   * @param {Session} session
   * @param {(error: unknown) => string} describe
   */
  constructor(session, describe) {
    this.#session = session;
    this.#describe = describe;
    this.#tabs = tabs(['tab-make', 'tab-verify'], (id) => {
      this.#place.make.hidden = id !== 'tab-make';
      this.#place.verify.hidden = id !== 'tab-verify';
      say(this.#place.error);
    });
    button('make-receipt').addEventListener('click', () => void this.#make());
    button('verify').addEventListener('click', () => {
      if (this.#verifying) this.#verifying.abort();
      else void this.#verify();
    });
    button('receipt-download').addEventListener('click', () => this.#save('cbor'));
    button('receipt-download-json').addEventListener('click', () => this.#save('json'));
    button('receipt-copy').addEventListener('click', () => void copy(button('receipt-copy'), this.#made?.json ?? ''));
    button('pick-receipt').addEventListener('click', () => this.#place.input.click());
    this.#place.input.addEventListener('change', () => {
      const file = this.#place.input.files?.[0];
      this.#place.input.value = '';
      if (file) void this.take(file);
    });
    this.#place.text.addEventListener('input', () => {
      this.#bytes = undefined;
      this.#place.file.textContent = '';
      this.#forgetVerdict();
    });
  }

  /** Shows what can be done with the session as it stands. */
  show() {
    const { phase, result } = this.#session;
    const still = phase === 'paused' || phase === 'ended';
    button('make-receipt').disabled = !still || !result;
    if (this.#madeOf !== result) {
      this.#made = undefined;
      this.#madeOf = undefined;
      this.#place.done.hidden = true;
      button('make-receipt').hidden = false;
    }
    this.#enableVerify();
  }

  /**
   * Puts a receipt file into the panel.
   * @param {File} file
   */
  async take(file) {
    this.#tabs.pick('tab-verify');
    if (file.size > LARGEST_RECEIPT) {
      say(this.#place.error, `${visible(file.name)} is too large for a receipt (${sizeText(file.size)}).`);
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    try {
      const { readReceipt } = await receipts();
      this.#place.text.value = (await readReceipt(bytes)).json;
      this.#bytes = bytes;
      this.#place.file.textContent = visible(file.name);
      this.#forgetVerdict();
    } catch (error) {
      say(this.#place.error, `${visible(file.name)}: ${this.#describe(error)}`);
    }
  }

  #forgetVerdict() {
    this.#place.result.hidden = true;
    this.#place.text.removeAttribute('aria-invalid');
    say(this.#place.error);
    this.#enableVerify();
  }

  #enableVerify() {
    const has = this.#bytes !== undefined || this.#place.text.value.trim() !== '';
    button('verify').textContent = this.#verifying ? 'Stop' : 'Verify';
    button('verify').disabled = !this.#verifying && (!has || this.#session.job.programs.length === 0);
  }

  async #make() {
    const { box, result } = this.#session;
    if (!box || !result) return;
    button('make-receipt').disabled = true;
    say(this.#place.error);
    try {
      const { makeReceipt } = await receipts();
      const made = await makeReceipt(box);
      if (this.#session.result !== result) return;
      this.#made = made;
      this.#madeOf = result;
      this.#place.id.textContent = made.id;
      this.#place.json.textContent = made.json;
      this.#place.done.hidden = false;
      button('make-receipt').hidden = true;
    } catch (error) {
      if (this.#session.result === result) say(this.#place.error, this.#describe(error));
    } finally {
      this.show();
    }
  }

  /** @param {'cbor' | 'json'} kind */
  #save(kind) {
    const made = this.#made;
    if (!made) return;
    const name = `moxbox-${made.id.slice(0, 12)}.receipt`;
    if (kind === 'cbor') download(name, made.bytes, 'application/cbor');
    else download(`${name}.json`, made.json, 'application/json');
  }

  async #verify() {
    const given = this.#bytes ?? this.#place.text.value;
    const stopper = new AbortController();
    this.#verifying = stopper;
    this.#forgetVerdict();
    this.#verdict('run', 'Running it again…', 'With the programs and data of this job.');
    try {
      const { verifyReceipt } = await receipts();
      const verdict = await verifyReceipt(given, this.#session.job, {
        signal: stopper.signal,
        onProgress: (count) => this.#verdict('run', 'Running it again…', `${grouped(count)} instructions so far.`),
      });
      if (verdict.same) {
        this.#verdict('good', 'Same', 'Programs, data, options, stop, count, output, State Buffer and final state are what the receipt says.');
      } else {
        this.#verdict('bad', `Different: ${visible(verdict.field)}`, differenceText(verdict));
      }
    } catch (error) {
      this.#place.result.hidden = true;
      this.#showProblem(error);
    } finally {
      this.#verifying = undefined;
      this.#enableVerify();
    }
  }

  /** @param {unknown} error */
  #showProblem(error) {
    if (MoxboxError.is(error) && error.code === 'MOXBOX_ABORTED') return;
    this.#place.text.setAttribute('aria-invalid', 'true');
    say(this.#place.error, this.#describe(error));
  }

  /**
   * @param {'run' | 'good' | 'bad'} tone
   * @param {string} line
   * @param {string} detail
   */
  #verdict(tone, line, detail) {
    const { result } = this.#place;
    const strong = document.createElement('strong');
    strong.textContent = line;
    result.dataset.tone = tone;
    result.replaceChildren(strong, detail);
    result.hidden = false;
  }
}

/** @param {{field: string, expected: unknown, actual: unknown}} verdict */
function differenceText({ field, expected, actual }) {
  const shown = (/** @type {unknown} */ value) => visible(value === null ? 'nothing' : String(value));
  const hint = /^(programs|data)/.test(field) ? ' Load the files that the receipt is about, and verify again.' : '';
  return `The receipt says ${shown(expected)}; running it again gives ${shown(actual)}.${hint}`;
}
