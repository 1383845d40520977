/** The library in a page and in a page's Worker computes what Node and the native build compute, bit for bit. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Box, receiptId, receiptOf, run } from '../../node/index.js';
import { ROOT } from '../js/helpers.js';
import { useBrowser } from './chromium.js';
import { badRead, breaks, demo, spin } from './guests.js';
import { runNative } from './native.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{program: Buffer, data: Buffer[], budget?: number}} Job */

/** The same interface, on the page's own thread and in a Worker. */
const PLACES = Object.freeze({ page: '/web/index.js', worker: '/web/worker-client.js' });
/* Two of a kind in a row prove little more and take a minute: MOXBOX_LONG=1 runs the large file in both. */
const LARGE_PLACES = Object.entries(PLACES).filter(([place]) => place === 'worker' || process.env.MOXBOX_LONG === '1');
const LARGE_BYTES = 64 << 20;
const LARGE_TIMEOUT_MS = 600_000;

const browser = useBrowser();

/**
 * @param {string} name
 * @param {(page: Page) => Promise<void>} body
 */
function blankTest(name, body) {
  test(name, () => browser.withBlank((page) => {
    page.setDefaultTimeout(LARGE_TIMEOUT_MS);
    return body(page);
  }));
}

/** @param {Uint8Array} bytes */
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/**
 * Runs a job in the page and gives its receipt's name and its output.
 * @param {Page} page
 * @param {string} library a value of PLACES
 * @param {Job} job
 * @returns {Promise<{id: string, output: string, instructions: string, stateHash: string}>}
 */
function runInPage(page, library, { program, data, budget }) {
  return page.evaluate(async (job) => {
    const bytesOf = (/** @type {string} */ text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const { Box: PageBox } = await import(job.library);
    const { receiptId: idOf, receiptOf: make } = await import(String('/web/index.js'));
    const box = await PageBox.create({ programs: [bytesOf(job.program)], data: job.data.map(bytesOf) });
    const result = await box.run({ hashes: true, ...(job.budget !== undefined && { budget: job.budget }) });
    const answer = {
      id: await idOf(await make(result)),
      output: btoa(Array.from(result.output, (byte) => String.fromCharCode(Number(byte))).join('')),
      instructions: String(result.instructions),
      stateHash: await box.stateHash(),
    };
    box.dispose();
    return answer;
  }, { library, program: base64(program), data: data.map(base64), budget });
}

/**
 * In the page: the snapshot of a box there, and how that box and one made of a snapshot from elsewhere end.
 * @param {{library: string, program: string, data: string, budget: number, omitData: boolean, ours: string}} job
 */
async function snapshotsInPage({ library, program, data, budget, omitData, ours }) {
  const bytesOf = (/** @type {string} */ text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const { Box: PageBox } = await import(library);
  const { receiptId: idOf, receiptOf: make } = await import(String('/web/index.js'));
  const box = await PageBox.create({ programs: [bytesOf(program)], data: [bytesOf(data)] });
  await box.run({ budget });
  const taken = await box.snapshot({ omitData });
  const other = await PageBox.restore(bytesOf(ours), { data: omitData ? [new Blob([bytesOf(data)])] : [] });
  const results = [];
  for (const each of [box, other]) {
    results.push(await each.run({ budget: 10_000_000, hashes: true }));
    each.dispose();
  }
  return {
    snapshot: btoa(Array.from(taken, (byte) => String.fromCharCode(Number(byte))).join('')),
    ends: results.map(({ hashes }) => hashes.machine),
    receipt: await idOf(await make(results[1])),
  };
}

/** @param {Job} job */
async function runInNode({ program, data, budget }) {
  const result = await run(program, { data, hashes: true, ...(budget !== undefined && { budget }) });
  return {
    id: await receiptId(await receiptOf(result)),
    output: base64(result.output),
    instructions: String(result.instructions),
    stateHash: result.hashes.machine,
  };
}

/** Every guest of the tests with its data, every demo, and what no compiler makes. @returns {Map<string, Job>} */
function allJobs() {
  /** @type {Map<string, Job>} */
  const jobs = new Map();
  const { runs } = JSON.parse(readFileSync(join(ROOT, 'tests/guests/guests.json'), 'utf8'));
  for (const [index, { guest, data = [] }] of runs.entries()) {
    const program = readFileSync(join(ROOT, `tests/guests/${guest}.elf`));
    jobs.set(`${index}: ${guest}`, { program, data: data.map((/** @type {string} */ text) => Buffer.from(text, 'latin1')) });
  }
  const text = Buffer.from('3 1 2\n1 2\n'.repeat(300));
  for (const name of ['hash', 'wordcount', 'sort', 'json', 'chain', 'floats', 'asm']) {
    jobs.set(`demo ${name}`, { program: demo(name), data: [text] });
  }
  jobs.set('a fault', { program: badRead, data: [] });
  jobs.set('a break', { program: breaks, data: [] });
  jobs.set('an endless loop', { program: spin, data: [], budget: 12_345_677 });
  return jobs;
}

for (const [place, library] of Object.entries(PLACES)) {
  blankTest(`in a ${place} every guest gets the receipt, output and state hash that it gets in Node`, async (page) => {
    const jobs = allJobs();
    assert.ok(jobs.size > 20);
    for (const [name, job] of jobs) {
      assert.deepEqual(await runInPage(page, library, job), await runInNode(job), name);
    }
  });

  blankTest(`in a ${place} any split into slices and two boxes side by side change nothing`, async (page) => {
    const job = { program: demo('sort'), data: [Buffer.from('c\nb\na\n'.repeat(2000))] };
    const expected = await runInNode(job);
    const hashes = await page.evaluate(async ({ library: path, program, data }) => {
      const bytesOf = (/** @type {string} */ text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const { Box: PageBox } = await import(path);
      const make = () => PageBox.create({ programs: [bytesOf(program)], data: [bytesOf(data)] });
      const [one, two] = [await make(), await make()];
      let [first, second] = [await one.collect(), await two.collect()];
      for (let turn = 0; first.stop !== 'exit' || second.stop !== 'exit'; turn += 1) {
        if (turn > 10_000) throw new Error('the guests never end');
        if (first.stop !== 'exit') first = await one.run({ budget: 9973 });
        if (second.stop !== 'exit') second = await two.run({ budget: turn % 2 ? 200_001n : 1n });
      }
      return [[String(first.instructions), await one.stateHash()], [String(second.instructions), await two.stateHash()]];
    }, { library, program: base64(job.program), data: base64(job.data[0]) });
    assert.deepEqual(hashes, [[expected.instructions, expected.stateHash], [expected.instructions, expected.stateHash]]);
  });

  blankTest(`in a ${place} snapshots are Node's and the native build's, byte for byte, and each goes on from the other's`, async (page) => {
    const folder = mkdtempSync(join(tmpdir(), 'moxbox-browser-'));
    const [program, data, snapshot] = ['program', 'data', 'snapshot'].map((name) => join(folder, name));
    const content = Buffer.from('c\nb\na\n'.repeat(300));
    writeFileSync(program, demo('sort'));
    writeFileSync(data, content);
    try {
      for (const budget of [0, 1000, 100_003, 10_000_000]) {
        const omitData = budget === 1000;
        const box = await Box.create({ programs: [program], data: [data] });
        await box.run({ budget });
        const ours = await box.snapshot({ omitData });
        await runNative(['-e', program, '-d', data, '--budget', String(budget), '--snapshot', snapshot, ...(omitData ? ['--omit-data'] : [])]);
        assert.ok(readFileSync(snapshot).equals(ours));
        const rest = await box.run({ budget: 10_000_000, hashes: true });
        box.dispose();
        const job = { library, program: base64(demo('sort')), data: base64(content), budget, omitData, ours: base64(ours) };
        const theirs = await page.evaluate(snapshotsInPage, job);
        assert.equal(theirs.snapshot, job.ours);
        assert.deepEqual(theirs.ends, [rest, rest].map(({ hashes }) => hashes.machine));
        assert.equal(theirs.receipt, await receiptId(await receiptOf(rest)));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  blankTest(`in a ${place} misuse and bad files are typed errors`, async (page) => {
    const codes = await page.evaluate(async ({ library: path, program }) => {
      const bytesOf = (/** @type {string} */ text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const { Box: PageBox } = await import(path);
      const codeOf = async (/** @type {() => unknown} */ call) => {
        try {
          await call();
          return 'no error';
        } catch (error) {
          return error instanceof TypeError ? 'TypeError' : /** @type {{code: string}} */ (error).code;
        }
      };
      const box = await PageBox.create({ programs: [bytesOf(program)] });
      const all = [
        await codeOf(() => PageBox.create({ programs: [new Uint8Array(3)] })),
        await codeOf(() => PageBox.create({ programs: [bytesOf(program)], data: [new Blob([new Uint8Array(1 << 20)])], memoryLimitBytes: 1 << 19 })),
        await codeOf(() => PageBox.create({ programs: [42] })),
        await codeOf(() => PageBox.create({ programs: [], unknown: 1 })),
        await codeOf(() => box.run({ budget: -1 })),
        await codeOf(() => box.run({ budget: 1.5 })),
        await codeOf(() => box.run({ budget: Number.NaN })),
        await codeOf(() => box.read(0, 4)),
      ];
      box.dispose();
      return [...all, await codeOf(() => box.run({ budget: 1 }))];
    }, { library, program: base64(spin) });
    assert.deepEqual(codes, ['MOXBOX_ELF_NOT_ELF', 'MOXBOX_MEMORY_LIMIT', 'TypeError', 'MOXBOX_OPTION', 'MOXBOX_BUDGET',
      'MOXBOX_BUDGET', 'MOXBOX_BUDGET', 'MOXBOX_ADDRESS', 'MOXBOX_DISPOSED']);
  });
}

blankTest('in a worker an endless run can be paused, aborted and disposed of', async (page) => {
  const said = await page.evaluate(async ({ library, program }) => {
    const { Box: PageBox } = await import(library);
    const box = await PageBox.create({ programs: [Uint8Array.from(atob(program), (char) => char.charCodeAt(0))] });
    const later = (/** @type {() => void} */ call) => setTimeout(call, 100);
    later(() => box.pause());
    const paused = await box.run({ budget: Infinity });
    const stopper = new AbortController();
    later(() => stopper.abort());
    const aborted = await box.run({ budget: Infinity, signal: stopper.signal }).catch((/** @type {any} */ error) => error.code);
    const { instructions } = await box.report;
    later(() => box.dispose());
    const disposed = await box.run({ budget: Infinity }).catch((/** @type {any} */ error) => error.code);
    return { paused: paused.stop, wentOn: instructions > paused.instructions, aborted, disposed };
  }, { library: PLACES.worker, program: base64(spin) });
  assert.deepEqual(said, { paused: 'budget', wentOn: true, aborted: 'MOXBOX_ABORTED', disposed: 'MOXBOX_DISPOSED' });
});

/** 64 MiB that look random, the same here and in the page. */
function largeBytes() {
  const words = new Uint32Array((64 << 20) / 4);
  let x = 0x9e3779b9;
  for (let i = 0; i < words.length; i += 1) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer);
}

blankTest('SHA-256 of 64 MiB is sha256sum\'s, and page, Node and native build agree on count and hashes', async (page) => {
  const folder = mkdtempSync(join(tmpdir(), 'moxbox-browser-'));
  try {
    const file = join(folder, 'large.bin');
    const data = largeBytes();
    assert.equal(data.length, LARGE_BYTES);
    writeFileSync(file, data);
    const digest = `${execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64)}\n`;
    const box = await Box.create({ programs: [demo('hash')], data: [file] });
    const expected = await box.run({ budget: Infinity, hashes: true });
    box.dispose();
    assert.equal(Buffer.from(expected.output).toString(), digest);
    const native = await runNative(['-e', join(ROOT, 'demo/guests/hash.elf'), '-d', file, '--budget', 'inf']);
    assert.equal(native.instructions, String(expected.instructions));
    assert.deepEqual(native.hashes, expected.hashes);
    for (const [place, library] of LARGE_PLACES) {
      const answer = await page.evaluate(async ({ path, source, program }) => {
        const bytes = new Function(`${source}; return largeBytes();`)();
        const { Box: PageBox } = await import(path);
        const guest = await PageBox.create({ programs: [Uint8Array.from(atob(program), (char) => char.charCodeAt(0))], data: [new Blob([bytes])] });
        const begin = performance.now();
        const result = await guest.run({ budget: Infinity, hashes: true });
        const ms = performance.now() - begin;
        guest.dispose();
        return { output: new TextDecoder().decode(result.output), instructions: String(result.instructions), hashes: result.hashes, ms };
      }, { path: library, source: largeBytes.toString(), program: base64(demo('hash')) });
      assert.equal(answer.output, digest, place);
      assert.equal(answer.instructions, String(expected.instructions), place);
      assert.deepEqual(answer.hashes, expected.hashes, place);
      console.log(`# 64 MiB in a ${place}: ${answer.instructions} instructions in ${(answer.ms / 1000).toFixed(2)} s, ${(Number(answer.instructions) / answer.ms / 1000).toFixed(0)} MIPS`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
