/**
 * Cages: a machine of POSIX processes under an exact budget. Everything here is the machine's answers in order; the
 * machine itself is cage-machine.js.
 */
import { CALLS, CAGE_LIMITS, SIGNALS } from './generated/calls.js';
import { MoxboxError, corrupt } from './errors.js';
import { CageMachine } from './cage-machine.js';
import { checkCageOptions, checkCageRestore, checkCageRun, checkCageSnapshot, checkSpawn, checkText } from './cage-options.js';
import { readCageSnapshot, writeCageSnapshot } from './cage-snapshot.js';
import { StandardInput, StandardOutput } from './cage-streams.js';
import { coreOf, startInstance } from './core.js';
import { webHost } from './host.js';
import { callInCage, reasonOf } from './host-calls.js';
import { openInput } from './input.js';
import { checkSize, hashMachine, named, readInto } from './load.js';
import { ENGINES, MAX_BUDGET, aborted, asyncCall, checkCount, checkRange } from './options.js';
import { SlicePacer, drive, smaller, sparingly } from './slices.js';
import { openStore, saveStore } from './store-machine.js';
import { Translations } from './translate.js';

/** @typedef {import('./cage-machine.js').CageReport} CageReport */
/** @typedef {import('./cage-options.js').CageOptions} CageOptions */
/** @typedef {import('./cage-options.js').CageRunOptions} CageRunOptions */
/** @typedef {import('./cage-options.js').CageRestoreOptions} CageRestoreOptions */
/** @typedef {import('./cage-options.js').CageSnapshotOptions} CageSnapshotOptions */
/** @typedef {import('./cage-options.js').SpawnOptions} SpawnOptions */
/** @typedef {import('./options.js').Host} Host */
/** @typedef {import('./options.js').Input} Input */
/** @typedef {import('./options.js').Source} Source */
/** @typedef {import('./heap.js').MachinePtr} MachinePtr */
/** @typedef {import('./store.js').Store} Store */
/** @template T @typedef {import('./slices.js').Work<T>} Work */

/**
 * @typedef {object} CageResult what the cages did; it does not depend on time, host or slices
 * @property {'exit' | 'budget' | 'blocked' | 'deadlock'} stop 'exit': no cage is left; 'budget': they can run on;
 *   'blocked': all wait and some of them for standard input, of which none is at hand; 'deadlock': all wait, and
 *   nothing can arrive any more
 * @property {number | undefined} exitCode of the first program, when it has exited
 * @property {string | undefined} signal that ended the first program, as 'SIGTERM'
 * @property {bigint} instructions units spent since the start: instructions and prices of calls, exactly
 * @property {bigint} time of the machine's clock, nanoseconds since 1970
 * @property {number} cages that live
 * @property {string[]} waits who waits for what, a line for each cage that does
 * @property {Sent[]} signals that the host sent, in their order
 * @property {number} memoryBytes in use: guest memory, pipes and files
 */

/** @typedef {{instructions: bigint, target: number, signal: string}} Sent a signal: after a run of so many units, kill()
 *   with the same target and signal does the same again */

const CORE_DUMPED = 0x80;
const BIND_ORDER = Object.freeze({ replace: 0, before: 1, after: 2 });
const BIND_CREATE = 4;

/** A machine of cages, made by `Cage.create` and ended by `dispose`. */
export class Cage {
  /** What this runtime offers; Node's Cage (node/cage.js) has its own. @type {Host} */
  static host = webHost;

  /** @type {CageMachine | undefined} */
  #machine;
  #host;
  #translations;
  #input;
  #outputs = /** @type {const} */ ([new StandardOutput(), new StandardOutput()]);
  /** @type {Store | undefined} */
  #store;
  #busy = false;
  #inputEnded = false;
  /** Units since the start that runs so far have used of what they allowed; prices can overdraw it. */
  #allowed = 0n;
  #slices = new SlicePacer();
  /** The first program. */
  #spawned = 0;
  /** Signals for the end of the slice. @type {{send: () => void, drop: (error: MoxboxError) => void}[]} */
  #signals = [];
  /** @type {Sent[]} */
  #sent = [];
  /** Ends what a run waits for, while it does. @type {(() => void) | undefined} */
  #stir;

  /**
   * Not for callers: use Cage.create.
   * @param {CageMachine} machine @param {Host} host
   * @param {Pick<ReturnType<typeof checkCageOptions>, 'engine' | 'stdin' | 'store'>} options
   */
  constructor(machine, host, { engine, stdin, store }) {
    this.#machine = machine;
    this.#host = host;
    this.#store = store;
    machine.translate(ENGINES.indexOf(engine));
    this.#translations = new Translations(engine);
    this.#input = new StandardInput(stdin);
  }

  /**
   * Makes a machine with its files and starts the program.
   *
   * @example
   * import { Cage } from 'moxbox';
   * const cage = await Cage.create({ program: cageElf, args: ['-n', '3'], env: { HOME: '/' }, stdin: 'some text\n' });
   * const { stop, exitCode, instructions } = await cage.run({ budget: 100_000_000n });
   * console.log(stop, exitCode, instructions, await new Response(cage.stdout).text());
   * cage.dispose();
   *
   * @param {CageOptions} options
   * @returns {Promise<Cage>} rejects with MOXBOX_PROGRAM when the program cannot be started, MOXBOX_FILE, ...
   */
  static create(options) {
    return asyncCall(() => checkCageOptions(options), async (checked) => {
      const { host } = this;
      const module = await coreOf(checked.core, host);
      const machine = new CageMachine(startInstance(module), checked.machine);
      if (checked.store) await openStore(machine, checked.store);
      const cage = new this(machine, host, checked);
      for (const [name, input] of checked.inputs) {
        await cage.#bring(`inputs["${name}"]`, input, (size) => machine.addInput(name, size));
      }
      for (const { path, content, mode } of checked.files) {
        if (content === undefined) machine.makeDirectory(path);
        else await cage.#bring(`files["${path}"]`, content, (size) => machine.put(path, mode, size));
      }
      const { program, path } = checked;
      if (program !== undefined && path !== undefined) {
        await cage.#bring('program', program, (size) => machine.put(path, 0o755, size));
      }
      if (path !== undefined) cage.#spawn(path, checked.start);
      return cage;
    });
  }

  /**
   * Makes a machine that stands where another one stood when `snapshot` was taken of it, here or elsewhere, and that
   * goes on bit for bit as that one. The bytes may be anybody's: what they make can do nothing that another machine
   * cannot, and gets no more memory, cages and output than the options grant. Input that the other one had not got yet
   * is for the option "stdin" or for `cage.stdin`. It has no store.
   *
   * @example
   * import { Cage } from 'moxbox';
   * const cage = await Cage.create({ program: cageElf, args: ['-n', '3'], stdin: 'some text\n' });
   * await cage.run({ budget: 1000n });
   * const other = await Cage.restore(await cage.snapshot(), { stdin: 'some text\n' });
   * const { exitCode, instructions } = await other.run();
   * console.log(exitCode, instructions);
   * cage.dispose();
   * other.dispose();
   *
   * @param {Input} snapshot
   * @param {CageRestoreOptions} [options]
   * @returns {Promise<Cage>} rejects with a SNAPSHOT_ code, MOXBOX_MEMORY_LIMIT, MOXBOX_FILE, ...
   */
  static restore(snapshot, options = {}) {
    return asyncCall(() => checkCageRestore(snapshot, options), async (checked) => {
      const { host } = this;
      const module = await coreOf(checked.core, host);
      const source = await openInput(checked.snapshot, host);
      try {
        const machine = new CageMachine(startInstance(module), checked.machine, true);
        await drive(readCageSnapshot(machine, source, checked), host.startTurns());
        const cage = new this(machine, host, checked);
        const { allowed, spawned } = machine.report();
        cage.#allowed = allowed;
        cage.#spawned = spawned;
        cage.#deliver(machine);
        return cage;
      } finally {
        await source.close();
      }
    });
  }

  /** Standard input of all cages, unless the option "stdin" gives it. @returns {WritableStream<Uint8Array | string>} */
  get stdin() {
    return this.#input.writable;
  }

  /** @returns {ReadableStream<Uint8Array>} */
  get stdout() {
    return this.#outputs[0].readable;
  }

  /** @returns {ReadableStream<Uint8Array>} */
  get stderr() {
    return this.#outputs[1].readable;
  }

  /**
   * Runs until no cage is left, `budget` more units are used up, or nothing can run; in time slices, so that the
   * event loop stays alive. Resolves for whatever the programs do.
   * @param {CageRunOptions} [options]
   * @returns {Promise<CageResult>}
   */
  run(options = {}) {
    return asyncCall(() => checkCageRun(options), (checked) => {
      return this.#drive(this.#runTo(checked));
    });
  }

  /**
   * Starts a further program, as a child of cage 1.
   * @param {string} path in the machine
   * @param {SpawnOptions} [options]
   * @returns {number} its id
   */
  spawn(path, options = {}) {
    checkText(path, 'path');
    const checked = checkSpawn(options);
    this.#ready();
    return this.#spawn(path, checked);
  }

  /**
   * Sends a signal: at once, or between two slices of the run that is going on. What it does to the programs is a
   * function of the instructions spent by then, which are the answer and stand in `report.signals`.
   *
   * @example
   * import { Cage } from 'moxbox';
   * const cage = await Cage.create({ program: cageElf, stdin: new ReadableStream() });
   * setTimeout(() => cage.kill(-cage.spawned, 'SIGINT'), 10);
   * const { signal, signals } = await cage.run();
   * console.log(signal, signals[0].instructions);
   * cage.dispose();
   *
   * @param {number} target a cage; -1: all; below: the process group -target. A program that the host started is a
   *   group of its own, which its children belong to
   * @param {string | number} [signal] name or number
   * @returns {Promise<bigint>} rejects with MOXBOX_PROGRAM when there is no such cage
   */
  kill(target, signal = 'SIGTERM') {
    return asyncCall(() => {
      if (!Number.isInteger(target)) throw new TypeError('target must be a whole number');
      return signalNumber(signal);
    }, (number) => new Promise((resolve, reject) => {
      this.#alive();
      const send = () => {
        try {
          resolve(this.#send(target, number));
        } catch (error) {
          reject(error);
        }
      };
      if (!this.#busy) {
        send();
        return;
      }
      this.#signals.push({ send, drop: reject });
      this.#stir?.();
    }));
  }

  /**
   * Makes or replaces a file.
   * @param {string} path absolute @param {Input} content @param {number} [mode]
   * @returns {Promise<void>}
   */
  putFile(path, content, mode = 0o644) {
    return asyncCall(() => {
      checkText(path, 'path');
      checkCount(mode, 'mode');
    }, async () => {
      const machine = this.#ready();
      this.#busy = true;
      try {
        await this.#bring(path, content, (size) => machine.put(path, mode, size));
      } finally {
        this.#leave();
      }
    });
  }

  /** A cage without a program: dispatch makes its calls. @returns {number} its id */
  bare() {
    return this.#ready().bare();
  }

  /**
   * One system call in the name of a cage that bare() made. Texts and bytes lie in the cage's own memory during the
   * call, and what the call writes to bytes is there afterwards.
   * @param {number} cage
   * @param {keyof typeof CALLS | number} call name or number
   * @param {...(number | string | Uint8Array)} args
   * @returns {number} >= 0, a negated errno, or -512 when it would have to wait: then run, and make it again
   */
  dispatch(cage, call, ...args) {
    checkCount(cage, 'cage');
    const number = typeof call === 'string' ? CALLS[call]?.number : checkCount(call, 'call');
    if (number === undefined) throw new MoxboxError('MOXBOX_OPTION', `there is no system call "${call}"`, { field: 'call' });
    const machine = this.#ready();
    const before = machine.report().units;
    const result = callInCage(machine, cage, number, args);
    this.#allowed += machine.report().units - before;
    this.#deliver(machine);
    return result;
  }

  /**
   * Lets `to` show what `from` shows, for all programs that share the machine's first name space.
   * @param {string} from @param {string} to
   * @param {{order?: 'replace' | 'before' | 'after', create?: boolean}} [options] before and after make a union;
   *   create: new files of the union go there
   */
  bind(from, to, { order = 'replace', create = false } = {}) {
    checkText(from, 'from');
    checkText(to, 'to');
    const cage = this.bare();
    const result = this.dispatch(cage, 'ns_bind', from, to, BIND_ORDER[order] | (create ? BIND_CREATE : 0));
    this.dispatch(cage, 'exit', 0);
    if (result < 0) throw refused(`${from} cannot be bound to ${to}`, result);
  }

  /** @param {number} cage @param {number} address @param {number} length @returns {Uint8Array} a copy of its memory */
  read(cage, address, length) {
    checkRange(address, length);
    const bytes = this.#alive().read(checkCount(cage, 'cage'), address, length);
    if (!bytes) throw new MoxboxError('MOXBOX_ADDRESS');
    return bytes;
  }

  /** @param {number} cage that bare() made @param {number} address @param {Uint8Array} bytes */
  write(cage, address, bytes) {
    checkRange(address, bytes.length);
    if (!this.#ready().write(checkCount(cage, 'cage'), address, bytes)) throw new MoxboxError('MOXBOX_ADDRESS');
  }

  /** Where the machine stands. @returns {CageResult} */
  get report() {
    return this.#result(this.#alive().report());
  }

  /** The id of the program that create() started, and of its process group; 0: none. */
  get spawned() {
    return this.#spawned;
  }

  /** SHA-256 of the whole machine, as hexadecimal text. @returns {Promise<string>} */
  stateHash() {
    return this.#drive(hashMachine(() => this.#alive()));
  }

  /**
   * The machine as bytes, from which Cage.restore makes one that goes on as this one would. They depend on the machine
   * alone: every host writes the same. What was written to `stdout` and `stderr` is there and not in them. The store
   * does not go along, but all files do.
   *
   * @example
   * import { Cage } from 'moxbox';
   * const cage = await Cage.create({ program: cageElf, stdin: 'some text\n' });
   * const bytes = await cage.snapshot();
   * console.log(bytes.length);
   * cage.dispose();
   *
   * @param {CageSnapshotOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  snapshot(options = {}) {
    return asyncCall(() => checkCageSnapshot(options), (checked) => {
      return this.#drive(writeCageSnapshot(() => this.#alive(), checked));
    });
  }

  /** Brings the file system into the store now. @returns {Promise<void>} */
  async save() {
    await this.#drive(this.#save());
  }

  /** Gives everything back and ends the streams. A run that is going on rejects with MOXBOX_DISPOSED. */
  dispose() {
    this.#machine = undefined;
    this.#stir?.();
    for (const { drop } of this.#signals.splice(0)) drop(new MoxboxError('MOXBOX_DISPOSED'));
    this.#input.end();
    for (const output of this.#outputs) output.close();
  }

  #alive() {
    if (!this.#machine) throw new MoxboxError('MOXBOX_DISPOSED');
    return this.#machine;
  }

  #ready() {
    const machine = this.#alive();
    if (this.#busy) throw new MoxboxError('MOXBOX_BUSY');
    return machine;
  }

  /** @template T @param {Work<T>} work @returns {Promise<T>} */
  async #drive(work) {
    this.#ready();
    this.#busy = true;
    try {
      return await drive(work, this.#host.startTurns());
    } finally {
      this.#leave();
    }
  }

  #leave() {
    this.#busy = false;
    this.#sendAll();
  }

  #sendAll() {
    for (const { send } of this.#signals.splice(0)) send();
  }

  /** @param {number} target @param {number} signal */
  #send(target, signal) {
    const machine = this.#alive();
    const result = machine.signal(target, signal);
    if (result < 0) throw refused(`signal ${signal} cannot be sent to ${target}`, result);
    const instructions = machine.report().units;
    this.#sent.push({ instructions, target, signal: nameOf(signal) });
    return instructions;
  }

  /**
   * @param {string} field @param {Input} input
   * @param {(size: number) => MachinePtr | undefined} room gives where the bytes go
   */
  async #bring(field, input, room) {
    const machine = this.#alive();
    const source = await openInput(input, this.#host);
    /** @returns {Work<void>} */
    function* load() {
      checkSize(source);
      const block = room(source.size);
      if (block !== undefined) yield* readInto(machine, source, block);
    }
    try {
      await drive(named(field, load()), this.#host.startTurns());
    } finally {
      await source.close();
    }
  }

  /** @param {string} path @param {ReturnType<typeof checkSpawn>} options */
  #spawn(path, { args, argv0 = path, env, cwd }) {
    const id = this.#alive().spawn(path, [argv0, ...args], env, cwd);
    if (id < 0) throw refused(`${path} cannot be started`, id);
    if (this.#spawned === 0) this.#spawned = id;
    return id;
  }

  /** @param {ReturnType<typeof checkCageRun>} options @returns {Work<CageResult>} */
  *#runTo({ budget, signal, onProgress, slice }) {
    const limit = typeof budget === 'number' ? MAX_BUDGET : smaller(this.#allowed + budget, MAX_BUDGET);
    const tell = sparingly(onProgress);
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      this.#sendAll();
      const report = this.#slice(limit, slice);
      const ended = report.stop !== 'budget' || this.#allowed >= limit;
      tell({ instructions: report.units, budget: typeof budget === 'number' ? budget : limit }, ended);
      this.#deliver(this.#alive());
      for (const output of this.#outputs) {
        const room = output.room();
        if (room) yield this.#interruptible(room, signal);
      }
      if (report.waitsStore && report.stop === 'blocked') yield* this.#save();
      else if (report.waitsInput && report.stop === 'blocked') {
        if (this.#input.dry) return this.#result(report);
        yield* this.#feed(signal);
      } else if (ended) return this.#finish(report);
      yield;
      yield* this.#translations.between(() => this.#alive(), true, this.#slices);
    }
  }

  /** @param {CageReport} report */
  #finish(report) {
    const result = this.#result(report);
    if (report.stop === 'exit') for (const output of this.#outputs) output.close();
    return result;
  }

  /**
   * Ends early when the signal does, or a signal for the cages comes.
   * @param {Promise<void>} wait @param {AbortSignal | undefined} signal
   * @returns {Promise<number>}
   */
  async #interruptible(wait, signal) {
    /** @type {() => void} */
    let stop = () => {};
    const stopped = new Promise((resolve) => { stop = () => resolve(0); });
    this.#stir = stop;
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([wait, stopped]);
      return 0;
    } finally {
      this.#stir = undefined;
      signal?.removeEventListener('abort', stop);
    }
  }

  /** @param {CageReport} report @returns {CageResult} */
  #result(report) {
    const { status } = report;
    const number = status === undefined ? 0 : status & ~CORE_DUMPED & 0x7f;
    return {
      stop: /** @type {CageResult['stop']} */ (report.stop),
      exitCode: status === undefined || number !== 0 ? undefined : status >> 8,
      signal: number === 0 ? undefined : nameOf(number),
      instructions: report.units,
      time: report.time,
      cages: report.cages,
      waits: report.stop === 'exit' ? [] : this.#alive().waits(),
      signals: [...this.#sent],
      memoryBytes: report.memoryBytes,
    };
  }

  /** Gives one piece of input, or its end, to a machine that waits for it. @param {AbortSignal | undefined} signal @returns {Work<void>} */
  *#feed(signal) {
    const arrival = this.#input.arrival();
    if (arrival) {
      yield this.#interruptible(arrival, signal);
      if (signal?.aborted) throw aborted(signal);
      if (this.#signals.length > 0) return; /* they may end whoever waits for input */
    }
    const machine = this.#alive();
    const piece = this.#input.take();
    if (piece) machine.input(piece);
    else if (this.#inputEnded) throw corrupt('a cage waits for input behind its end');
    else {
      this.#inputEnded = true;
      machine.inputEnd();
    }
  }

  /** @param {bigint} limit @param {number} most @returns {CageReport} */
  #slice(limit, most) {
    const machine = this.#alive();
    const before = machine.report();
    const left = limit - this.#allowed;
    const given = this.#slices.run(most === Infinity ? left : smaller(left, BigInt(most)),
      (instructions, effort) => machine.slice(instructions, effort));
    const report = machine.report();
    const ran = report.units - before.units;
    if (ran < 0n) throw corrupt('a count that goes back');
    const allowed = this.#allowed + given.instructions;
    const paused = report.stop === 'budget';
    this.#allowed = smaller(allowed, report.units);
    this.#slices.learn(given, { whole: this.#allowed === allowed, paused,
      idle: ran === 0n && paused && given.instructions > 0n && allowed > report.units });
    return report;
  }

  /** Hands on what the cages wrote. @param {CageMachine} machine */
  #deliver(machine) {
    for (const stream of /** @type {const} */ ([1, 2])) {
      const bytes = machine.take(stream);
      if (bytes) this.#outputs[stream - 1].push(bytes);
    }
  }

  /** @returns {Work<number>} */
  *#save() {
    if (!this.#store) throw corrupt('the machine waits for a store that it does not have');
    return yield* saveStore(() => this.#alive(), this.#store);
  }
}
if (Symbol.dispose) Object.defineProperty(Cage.prototype, Symbol.dispose, { value: Cage.prototype.dispose });

/** @param {number} signal */
function nameOf(signal) {
  return /** @type {Record<number, string>} */ (SIGNALS)[signal] ?? `signal ${signal}`;
}

/** @param {unknown} signal name or number @returns {number} */
function signalNumber(signal) {
  const number = typeof signal === 'number' ? signal : Number(Object.entries(SIGNALS).find(([, name]) => name === signal)?.[0]);
  if (typeof signal !== 'number' && typeof signal !== 'string') throw new TypeError('signal must be a name or a number');
  if (!(Number.isInteger(number) && number >= 1 && number <= CAGE_LIMITS.signals)) {
    throw new MoxboxError('MOXBOX_OPTION', `there is no signal "${signal}"`, { field: 'signal' });
  }
  return number;
}

/** @param {string} what @param {number} error a negated errno */
function refused(what, error) {
  const code = error === CAGE_LIMITS.dispatchWaits ? 'MOXBOX_BUSY' : 'MOXBOX_PROGRAM';
  return new MoxboxError(code, `${what}: ${reasonOf(error)}`);
}

