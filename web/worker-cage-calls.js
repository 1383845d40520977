/**
 * The worker's side of worker-cage.js. Beside calls and their answers (worker-calls.js) the worker says {output, bytes}
 * (without bytes: that stream has ended), {wantsInput} and {store}, and hears {hold} and {go} of an output stream, {input}
 * and {stored}.
 */
import { MoxboxError } from './errors.js';
import { errorFrom, received } from './worker-channel.js';

/** @typedef {import('./cage.js').Cage} Cage */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {(message: any, transfer?: Transferable[]) => void} Post */
/** @typedef {(id: number, options: any, run: (options: any) => Promise<any>) => Promise<any>} Abortable */

export class CageServer {
  #class;
  #post;
  /** @type {Cage | undefined} */
  #cage;
  /** @type {WritableStreamDefaultWriter<Uint8Array | string> | undefined} */
  #writer;
  /** The piece of input that was asked for. @type {((input: {bytes?: Uint8Array, done?: boolean, error?: any}) => void) | undefined} */
  #input;
  /** What the store was asked for. @type {Map<number, (stored: {value?: any, error?: any}) => void>} */
  #asked = new Map();
  #nextAsked = 1;
  /** Output streams that the client holds back. @type {Map<number, {released: Promise<void>, release: () => void}>} */
  #held = new Map();

  /** @param {typeof import('./cage.js').Cage} CageClass @param {Post} post */
  constructor(CageClass, post) {
    this.#class = CageClass;
    this.#post = post;
  }

  /**
   * What a client may call, and nothing else.
   * @param {Abortable} abortable
   * @returns {Record<string, (id: number, ...args: any[]) => any>}
   */
  calls(abortable) {
    const cage = () => this.#alive();
    return {
      'cage.create': (_id, options) => this.#create(options),
      'cage.restore': (id, { snapshot, stdin, streamed, ...options }) => abortable(id, options, async (checked) =>
        this.#take(await this.#class.restore(received(snapshot), { ...checked, ...this.#standardInput(stdin, streamed) }))),
      'cage.snapshot': (id, options) => abortable(id, options, (checked) => cage().snapshot(checked)),
      'cage.run': (id, options) => abortable(id, options, async (checked) => {
        const result = await cage().run(checked);
        await this.#drained();
        return result;
      }),
      'cage.input': (_id, bytes) => this.#writing().write(bytes),
      'cage.inputEnd': () => this.#writing().close(),
      'cage.spawn': (_id, path, options) => cage().spawn(path, options),
      'cage.kill': (_id, target, signal) => cage().kill(target, signal),
      'cage.putFile': (_id, path, content, mode) => cage().putFile(path, received(content), mode),
      'cage.bare': () => cage().bare(),
      'cage.dispatch': (_id, number, call, ...args) => {
        const result = cage().dispatch(number, call, ...args);
        return { result, filled: args.filter((arg) => arg instanceof Uint8Array) };
      },
      'cage.bind': (_id, from, to, options) => cage().bind(from, to, options),
      'cage.read': (_id, number, address, length) => cage().read(number, address, length),
      'cage.write': (_id, number, address, bytes) => cage().write(number, address, bytes),
      'cage.report': () => cage().report,
      'cage.stateHash': () => cage().stateHash(),
      'cage.save': () => cage().save(),
    };
  }

  /** @param {any} message of the client that is no call */
  hear({ input, stored, hold, go }) {
    if (input) this.#input?.(input);
    if (stored) {
      this.#asked.get(stored.number)?.(stored);
      this.#asked.delete(stored.number);
    }
    if (hold) {
      let release = () => {};
      const released = new Promise((/** @type {(value: void) => void} */ resolve) => { release = resolve; });
      this.#held.set(hold, { released, release });
    }
    if (go) {
      this.#held.get(go)?.release();
      this.#held.delete(go);
    }
  }

  #alive() {
    if (!this.#cage) throw new MoxboxError('MOXBOX_DISPOSED');
    return this.#cage;
  }

  #writing() {
    this.#writer ??= this.#alive().stdin.getWriter();
    return this.#writer;
  }

  /** @param {any} options as WorkerCage.create sends them @returns {Promise<number>} the first program */
  async #create({ program, files = {}, inputs = {}, stdin, streamed, store, ...options }) {
    const each = (/** @type {Record<string, any>} */ of, /** @type {(value: any) => any} */ change) =>
      Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
    const cage = await this.#class.create({
      ...options,
      ...(program !== undefined && { program: received(program) }),
      files: each(files, (file) => (file.directory ? file : { ...file, content: received(file.content) })),
      inputs: each(inputs, received),
      ...this.#standardInput(stdin, streamed),
      ...(store && { store: this.#store() }),
    });
    return this.#take(cage);
  }

  /** @param {Uint8Array | undefined} stdin @param {boolean} streamed */
  #standardInput(stdin, streamed) {
    return (streamed || stdin !== undefined) && { stdin: streamed ? this.#source() : stdin };
  }

  /** @param {Cage} cage @returns {number} its first program */
  #take(cage) {
    this.#cage = cage;
    void this.#pump(1, cage.stdout);
    void this.#pump(2, cage.stderr);
    return cage.spawned;
  }

  /** The client's stream, a piece at a time. @returns {ReadableStream<Uint8Array>} */
  #source() {
    return new ReadableStream({
      pull: (controller) => new Promise((resolve, reject) => {
        this.#input = ({ bytes, done, error }) => {
          if (error) {
            reject(errorFrom(error));
            return;
          }
          if (bytes) controller.enqueue(bytes);
          if (done) controller.close();
          resolve();
        };
        this.#post({ wantsInput: true });
      }),
    }, { highWaterMark: 0 });
  }

  /** The client's store. @returns {Store} */
  #store() {
    const ask = (/** @type {object} */ wanted) => new Promise((/** @type {(value: any) => void} */ resolve, reject) => {
      const number = this.#nextAsked;
      this.#nextAsked += 1;
      this.#asked.set(number, ({ value, error }) => {
        if (error) reject(errorFrom(error));
        else resolve(value);
      });
      this.#post({ store: { ...wanted, number } });
    });
    return {
      get: (key) => ask({ key }),
      batch: (changes) => ask({ changes }),
      keys: async () => [],
      close: async () => {},
    };
  }

  /** @param {number} stream @param {ReadableStream<Uint8Array>} from */
  async #pump(stream, from) {
    const reader = from.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      this.#post({ output: stream, bytes: part.value }, [/** @type {ArrayBuffer} */ (part.value.buffer)]);
      await this.#held.get(stream)?.released;
    }
    this.#post({ output: stream });
  }

  /** Until what is in the streams has been sent: each piece is taken as soon as the one before it is. */
  async #drained() {
    const turns = this.#class.host.startTurns();
    do {
      await Promise.all(Array.from(this.#held.values(), ({ released }) => released));
      await turns.next();
    } while (this.#held.size > 0);
    turns.end();
  }
}
