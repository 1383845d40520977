/* The playground: joins the session (one machine in a Worker) with the views. Every way in, a click, a key
 * or a dropped file, ends in one of the functions here. */
import { box as place, button, byId } from './dom.js';
import { isElf, visible } from './format.js';
import { itemOf, withFiles, withState } from './job.js';
import { demoJob, DEMOS } from './demos.js';
import { JobView } from './job-view.js';
import { MoxboxError, receipts } from './library.js';
import { MachineView } from './machine-view.js';
import { OutputView } from './output-view.js';
import { ReceiptView } from './receipt-view.js';
import { Session } from './session.js';
import { startTheme } from './theme.js';
import { VerdictView } from './verdict-view.js';

/** @typedef {import('./job.js').Job} Job */
/** @typedef {import('./job.js').Item} Item */

/* Enough of a file's beginning to tell what it is. */
const SNIFFED_BYTES = 64 << 10;

/** @param {unknown} error what a person needs to know of it */
function describe(error) {
  if (MoxboxError.is(error)) {
    const text = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`;
    return `${visible(text)} (${error.code})`;
  }
  return visible(error instanceof Error ? error.message : String(error));
}

/**
 * Names the file in a message about "programs[0]" or "data[2]".
 * @param {string} message
 * @param {Job} job
 */
function withNames(message, job) {
  return message.replace(/^(programs|data)\[(\d+)\]/i, (all, list, index) => {
    const item = job[list.toLowerCase() === 'data' ? 'data' : 'programs'][Number(index)];
    return item ? visible(item.name) : all;
  });
}

function start() {
  const session = new Session({ onChange: () => changed(), onProgress: (count) => verdict.progress(count) });
  const verdict = new VerdictView();
  const machine = new MachineView();
  const receiptView = new ReceiptView(session, describe);
  const output = new OutputView((state) => {
    void change((job) => withState(job, state));
  });
  const jobs = new JobView({ change, demo: loadDemo, files: (files) => void takeFiles(files) });

  function changed() {
    verdict.show(session);
    jobs.show(session.job);
    output.show(session.result, session.job.programs.at(-1)?.name.replace(/\.elf$/, '') || 'output');
    receiptView.show();
    machine.busy(session.phase === 'running');
    if (session.phase !== 'running' && session.phase !== 'loading') {
      machine.refresh(session.box, session.machine).catch(lookFailed);
    }
  }

  /** @param {unknown} error */
  function lookFailed(error) {
    // A machine that was replaced while it was being looked at is no news.
    if (!(MoxboxError.is(error) && error.code === 'MOXBOX_DISPOSED')) jobs.fail(describe(error));
  }

  /**
   * @param {(job: Job) => Job | Promise<Job>} propose
   * @returns {Promise<boolean>} whether the session has the proposed job now
   */
  async function change(propose) {
    jobs.fail();
    let proposed = session.job;
    try {
      proposed = await propose(session.job);
      return await session.load(proposed);
    } catch (error) {
      jobs.fail(`${withNames(describe(error), proposed)}. The job is as it was.`);
      jobs.show(session.job);
      return false;
    }
  }

  /** @param {string} id */
  function loadDemo(id) {
    return change((job) => demoJob(id, job));
  }

  /** @param {File[]} files dropped ones: programs, data and receipts are told apart by what is in them */
  async function takeFiles(files) {
    /** @type {Item[]} */
    const programs = [];
    /** @type {Item[]} */
    const data = [];
    for (const file of files) {
      const head = new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer());
      if (isElf(head)) programs.push(itemOf(file.name, file));
      else if (await isReceipt(file, head)) await receiptView.take(file);
      else data.push(itemOf(file.name, file));
    }
    if (programs.length || data.length) await change((job) => withFiles(job, { programs, data }));
  }

  /** @param {() => Promise<void>} action */
  async function act(action) {
    jobs.fail();
    try {
      await action();
    } catch (error) {
      jobs.fail(describe(error));
    }
  }

  async function runOrPause() {
    if (session.phase === 'running') return act(() => session.pause());
    const budget = jobs.budget();
    if (budget === undefined) return undefined;
    // On a phone the verdict stands below the job; whoever starts a run wants to see it.
    if (matchMedia('(max-width: 47rem)').matches) place('stage').scrollIntoView({ behavior: 'smooth' });
    return act(() => session.run(budget));
  }

  async function step() {
    const budget = jobs.budget();
    const size = Number(byId('step-size', HTMLSelectElement).value);
    if (budget !== undefined) await act(() => session.step(size, budget));
  }

  button('run').addEventListener('click', () => void runOrPause());
  button('step').addEventListener('click', () => void step());
  button('stop').addEventListener('click', () => void act(() => session.stop()));
  listenToKeys();
  listenToDrops((files) => void takeFiles(files));
  startTheme();
  changed();
  const wanted = /^#demo=([a-z]+)$/.exec(location.hash)?.[1];
  void loadDemo(DEMOS.some(({ id }) => id === wanted) && wanted ? wanted : DEMOS[0]?.id ?? '');
}

/**
 * @param {File} file
 * @param {Uint8Array} head its beginning
 */
async function isReceipt(file, head) {
  // A receipt is a CBOR map or a JSON object; anything else need not load what reads them.
  const first = head[0] ?? 0;
  if (file.size > SNIFFED_BYTES || (first !== 0x7b && first >> 5 !== 5)) return false;
  try {
    return await (await receipts()).isReceipt(head);
  } catch {
    return false;
  }
}

function listenToKeys() {
  /** @type {Record<string, string>} */
  const keys = { 'Ctrl+Enter': 'run', F10: 'step', 'Ctrl+.': 'stop' };
  addEventListener('keydown', (event) => {
    const held = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
    const id = event.altKey || event.shiftKey ? undefined : keys[held + event.key];
    if (!id) return;
    event.preventDefault();
    button(id).click();
  });
}

/** @param {(files: File[]) => void} take */
function listenToDrops(take) {
  const veil = place('veil');
  const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  addEventListener('drop', (event) => {
    veil.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

start();
