/* How the run stands: the exact count, one line on why it stopped, and the buttons that make sense now. */
import { FAULTS } from './library.js';
import { box as place, button, byId } from './dom.js';
import { durationText, grouped, hex32, sizeText } from './format.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('../result.js').Result} Result */
/** @typedef {{tone: 'idle' | 'run' | 'good' | 'bad' | 'wait', line: string, detail: string}} Verdict */

/* Below this a speed would measure the messages to the worker, not the machine. */
const LEAST_COUNT_FOR_SPEED = 2_000_000n;
/* Between two drawings of the count: as often as one can read it. */
const DRAW_MS = 100;

/** @param {Session} session */
function speedText(session) {
  const ms = session.activeMs;
  if (!session.result) return '';
  if (session.result.instructions < LEAST_COUNT_FOR_SPEED) return durationText(ms);
  const mips = Number(session.result.instructions) / ms / 1000;
  return `${mips < 10 ? mips.toFixed(1) : Math.round(mips)} MIPS · ${durationText(ms)}`;
}

/** @param {NonNullable<Result['fault']>} fault */
function faultText(fault) {
  const sentence = FAULTS.find((row) => row.name === fault.kind)?.text ?? 'an instruction cannot be executed';
  const where = fault.access ? `: ${fault.size} ${fault.size === 1 ? 'byte' : 'bytes'} at address ${hex32(fault.address)}` : '';
  return `pc ${hex32(fault.pc)}: ${sentence}${where}. Nothing of this instruction has happened.`;
}

/**
 * @param {Session} session
 * @returns {Verdict}
 */
function ended(session) {
  const { result } = session;
  const speed = speedText(session);
  if (!result) return { tone: 'idle', line: 'Stopped.', detail: '' };
  if (result.fault) return { tone: 'bad', line: `Fault: ${result.fault.kind}`, detail: faultText(result.fault) };
  if (result.stop === 'exit') {
    const code = result.exitCode ?? 0;
    const output = result.output.length ? `${sizeText(result.output.length)} of output` : '';
    return { tone: code === 0 ? 'good' : 'wait', line: `Exit ${grouped(code | 0)}`, detail: [speed, output].filter(Boolean).join(' · ') };
  }
  if (result.stop === 'break') return { tone: 'wait', line: 'Break', detail: 'pc stands on a brk instruction, which is not counted.' };
  if (session.endedBy === 'stop') return { tone: 'wait', line: 'Stopped by you', detail: [speed, 'Run starts it anew.'].filter(Boolean).join(' · ') };
  return paused(session);
}

/**
 * @param {Session} session
 * @returns {Verdict}
 */
function paused(session) {
  const { result, granted } = session;
  const speed = speedText(session);
  if (session.endedBy === 'machine') {
    return { tone: 'wait', line: 'Budget used up', detail: [speed, 'Run on grants as much again.'].filter(Boolean).join(' · ') };
  }
  const used = result?.instructions ?? 0n;
  const left = typeof granted === 'bigint' ? `${grouped(granted - used)} of the budget left` : 'no limit';
  return { tone: 'wait', line: 'Paused', detail: [speed, left].filter(Boolean).join(' · ') };
}

/**
 * @param {Session} session
 * @returns {Verdict}
 */
function verdictOf(session) {
  switch (session.phase) {
    case 'empty': return { tone: 'idle', line: 'No program yet', detail: 'Pick a demo, or drop an ELF file.' };
    case 'loading': return { tone: 'run', line: 'Loading…', detail: '' };
    case 'ready': return { tone: 'idle', line: 'Ready', detail: 'Loaded and hashed; pc stands at the entry point.' };
    case 'running': return { tone: 'run', line: 'Running…', detail: '' };
    case 'paused': return paused(session);
    case 'ended': return ended(session);
  }
}

/** @param {Session} session */
function runName(session) {
  if (session.phase === 'running') return 'Pause';
  if (session.phase === 'ended') return 'Run again';
  if (session.phase !== 'paused') return 'Run';
  return session.endedBy === 'machine' ? 'Run on' : 'Resume';
}

export class VerdictView {
  #count = place('count');
  #unit = place('count-label');
  #line = place('result');
  #detail = place('result-detail');
  #progress = byId('progress', HTMLProgressElement);
  #run = button('run');
  #runName = place('run-name');
  #drawnMs = 0;
  /** @type {Session | undefined} */
  #session;

  /** @param {Session} session */
  show(session) {
    this.#session = session;
    const { phase } = session;
    const { tone, line, detail } = verdictOf(session);
    this.#line.dataset.tone = tone;
    if (this.#line.textContent !== line) this.#line.textContent = line;
    this.#detail.textContent = detail;
    this.#detail.classList.remove('boot');
    if (phase !== 'running') this.#showCount(session.result?.instructions ?? 0n);
    this.#run.dataset.running = String(phase === 'running');
    this.#runName.textContent = runName(session);
    this.#run.disabled = phase === 'empty' || phase === 'loading';
    button('step').disabled = !['ready', 'paused', 'ended'].includes(phase);
    button('stop').disabled = phase !== 'running' && phase !== 'paused';
  }

  /**
   * Shows how far the run is, when it has shown that long enough ago: a browser draws the whole page for it, and
   * a page that draws each frame is held up itself. The end is always shown.
   * @param {bigint} instructions
   */
  progress(instructions) {
    const now = performance.now();
    if (now - this.#drawnMs < DRAW_MS) return;
    this.#drawnMs = now;
    this.#showCount(instructions);
  }

  /** @param {bigint} instructions */
  #showCount(instructions) {
    this.#count.textContent = grouped(instructions);
    this.#unit.textContent = instructions === 1n ? 'instruction' : 'instructions';
    const granted = this.#session?.granted ?? 0n;
    const share = typeof granted === 'bigint' && granted > 0n ? Number((instructions * 1000n) / granted) : 0;
    this.#progress.value = Math.min(share, 1000);
  }
}
