/* The job on the page: demos, programs, data files, limits. It proposes a changed job and shows the one that
 * the session really has, so what failed to load never looks loaded. */
import { box as place, button, byId, make, say } from './dom.js';
import { isText, parseBudget, sizeText, visible } from './format.js';
import { itemOf, withFiles, withItem } from './job.js';
import { DEMOS } from './demos.js';

/** @typedef {import('./job.js').Job} Job */
/** @typedef {import('./job.js').Item} Item */

/* Longer texts are awkward to edit in a page; they are replaced as files. */
const EDITABLE_BYTES = 64 << 10;

/**
 * @typedef {object} JobEvents
 * @property {(propose: (job: Job) => Job | Promise<Job>) => Promise<boolean>} change false when the job stayed as it was
 * @property {(id: string) => Promise<boolean>} demo
 * @property {(files: File[]) => void} files picked files whose kind is yet to be seen
 */

export class JobView {
  #events;
  /** @type {Job | undefined} */
  #job;
  /** The data item in the editor; its index may be one behind the last. */
  #editing = -1;
  #place = {
    programs: place('programs'), data: place('data'), demos: place('demos'), about: place('demo-about'),
    error: place('job-error'), editor: byId('editor', HTMLFormElement),
    text: byId('editor-text', HTMLTextAreaElement), budget: byId('budget', HTMLInputElement),
    help: place('budget-help'), memory: byId('memory-limit', HTMLSelectElement), stack: byId('stack-size', HTMLSelectElement),
  };
  #budgetHelp = this.#place.help.textContent ?? '';

  /** @param {JobEvents} events */
  constructor(events) {
    this.#events = events;
    this.#place.demos.replaceChildren(...DEMOS.map((demo) => {
      const input = make('input', { type: 'radio', name: 'demo', value: demo.id, id: `demo-${demo.id}` });
      input.addEventListener('change', () => void events.demo(demo.id));
      return make('label', { class: 'chip' }, input, make('span', {}, demo.title));
    }));
    this.#listenToFiles();
    this.#listenToEditor();
    this.#place.budget.addEventListener('input', () => this.#budgetProblem(''));
    for (const select of [this.#place.memory, this.#place.stack]) {
      select.addEventListener('change', () => {
        const memoryLimitBytes = Number(this.#place.memory.value);
        const stackSizeBytes = Number(this.#place.stack.value);
        void events.change((job) => ({ ...job, memoryLimitBytes, stackSizeBytes }));
      });
    }
  }

  /** The budget as typed; a bad one is marked where it stands. @returns {bigint | number | undefined} */
  budget() {
    try {
      const budget = parseBudget(this.#place.budget.value);
      this.#budgetProblem('');
      return budget;
    } catch (error) {
      this.#budgetProblem(/** @type {Error} */ (error).message);
      this.#place.budget.focus();
      return undefined;
    }
  }

  /** @param {string} [message] */
  fail(message) {
    say(this.#place.error, message);
  }

  /** @param {Job} job the one that is loaded */
  show(job) {
    const demo = DEMOS.find(({ id }) => id === job.demo);
    for (const input of this.#place.demos.querySelectorAll('input')) input.checked = input.value === job.demo;
    this.#place.memory.value = String(job.memoryLimitBytes);
    this.#place.stack.value = String(job.stackSizeBytes);
    if (job === this.#job) return;
    this.#job = job;
    this.#place.about.textContent = demo?.about ?? 'Pick one, or bring your own ELF file.';
    this.#closeEditor();
    this.#list('programs', 'No program yet.');
    this.#list('data', 'None. The program can run without.');
  }

  /**
   * @param {'programs' | 'data'} list
   * @param {string} none
   */
  #list(list, none) {
    const items = this.#job?.[list] ?? [];
    const rows = items.map((item, index) => {
      const name = visible(item.name);
      const remove = make('button', { type: 'button', class: 'link', 'aria-label': `Remove ${name}` }, 'Remove');
      remove.addEventListener('click', () => void this.#events.change((job) => ({ ...withItem(job, list, index), demo: '' })));
      const edit = list === 'data' && item.blob.size <= EDITABLE_BYTES;
      const change = make('button', { type: 'button', class: 'link', 'aria-label': `Edit ${name}` }, 'Edit');
      change.addEventListener('click', () => void this.#edit(index, item));
      return make('li', {},
        make('span', { class: 'name', title: name }, name, make('span', { class: 'size' }, sizeText(item.blob.size))),
        edit ? change : '', remove);
    });
    this.#place[list].replaceChildren(...(rows.length ? rows : [make('li', {}, make('span', { class: 'none' }, none))]));
  }

  #listenToFiles() {
    /** @type {[string, string][]} */
    const pickers = [['pick-program', 'program-input'], ['pick-data', 'data-input']];
    for (const [pick, id] of pickers) {
      const input = byId(id, HTMLInputElement);
      button(pick).addEventListener('click', () => input.click());
      input.addEventListener('change', () => {
        const files = [...(input.files ?? [])];
        // The same file may be picked again after it changed.
        input.value = '';
        if (!files.length) return;
        const items = files.map((file) => itemOf(file.name, file));
        void this.#events.change((job) => withFiles(job, id === 'program-input' ? { programs: items } : { data: items }));
      });
    }
  }

  #listenToEditor() {
    button('type-data').addEventListener('click', () => void this.#edit(this.#job?.data.length ?? 0, undefined));
    button('editor-cancel').addEventListener('click', () => this.#closeEditor());
    this.#place.editor.addEventListener('submit', (event) => {
      event.preventDefault();
      const index = this.#editing;
      const text = this.#place.text.value;
      void this.#events.change((job) => {
        const old = job.data[index];
        return withItem(job, 'data', index, itemOf(old?.name ?? `typed-${index + 1}.txt`, text, false));
      });
    });
  }

  /**
   * @param {number} index
   * @param {Item | undefined} item nothing: a new one
   */
  async #edit(index, item) {
    const bytes = item ? new Uint8Array(await item.blob.arrayBuffer()) : new Uint8Array();
    if (!isText(bytes)) {
      this.fail(`${visible(item?.name ?? '')} is not plain text, so it cannot be edited here; add a changed file instead.`);
      return;
    }
    this.fail();
    this.#editing = index;
    byId('editor-label', HTMLElement).textContent = item ? `Text of ${visible(item.name)}` : 'Text of a new data file';
    this.#place.text.value = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    this.#place.editor.hidden = false;
    this.#place.text.focus();
  }

  #closeEditor() {
    this.#place.editor.hidden = true;
  }

  /** @param {string} problem */
  #budgetProblem(problem) {
    const { budget, help } = this.#place;
    if (problem) budget.setAttribute('aria-invalid', 'true');
    else budget.removeAttribute('aria-invalid');
    help.textContent = problem || this.#budgetHelp;
    help.classList.toggle('error', Boolean(problem));
  }
}
