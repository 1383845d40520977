/** A program of many processes in a page has the state that it has natively and in Node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Cage } from '../../node/index.js';
import { PIPELINE, PIPELINE_INPUT, allOf, nativePipeline } from '../js/cage-helpers.js';
import { useBrowser } from './chromium.js';

const TIMEOUT_MS = 120_000;

const browser = useBrowser();

const ELF = readFileSync(PIPELINE);

async function inNode() {
  const cage = await Cage.create({ program: ELF, path: '/bin/pipeline.elf', stdin: PIPELINE_INPUT });
  const { result: { exitCode, instructions }, ...rest } = await allOf(cage);
  cage.dispose();
  return { ...rest, status: exitCode, instructions };
}

/** @param {{library: string, engine: string, slice: number | undefined, program: string, input: string}} job */
async function inPage({ library, engine, slice, program, input }) {
  const { Cage: PageCage } = await import(library);
  const bytes = Uint8Array.from(atob(program), (char) => char.charCodeAt(0));
  const stdin = new Blob([input]).stream();
  const cage = await PageCage.create({ program: bytes, path: '/bin/pipeline.elf', engine, stdin });
  let turns = 0;
  const timer = setInterval(() => { turns += 1; }, 1);
  const { exitCode, instructions } = await cage.run({ budget: Infinity, ...(slice && { slice }) });
  clearInterval(timer);
  const hash = await cage.stateHash();
  const text = (/** @type {any} */ stream) => new Response(stream).text();
  const answer = { hash, status: exitCode, instructions: String(instructions), out: await text(cage.stdout), err: await text(cage.stderr), turns };
  cage.dispose();
  return answer;
}

test('a program of many processes in a page has the state of Node and of the native build', async (t) => {
  const native = await nativePipeline(t);
  assert.equal(native.status, 3);
  assert.deepEqual(await inNode(), native);
  await browser.withBlank(async (page) => {
    page.setDefaultTimeout(TIMEOUT_MS);
    const jobs = ['interpreter', 'translator', 'auto'].flatMap((engine) =>
      [undefined, 4099].map((slice) => ({ library: '/web/index.js', engine, slice })));
    jobs.push({ library: '/web/worker-client.js', engine: 'auto', slice: undefined });
    jobs.push({ library: '/web/worker-client.js', engine: 'translator', slice: 65_537 });
    for (const job of jobs) {
      const { turns, instructions, ...rest } = await page.evaluate(inPage,
        { ...job, program: ELF.toString('base64'), input: PIPELINE_INPUT });
      assert.deepEqual({ ...rest, instructions: BigInt(instructions) }, native, JSON.stringify(job));
      assert.ok(turns > 0, 'timers of the page ran meanwhile');
    }
  });
});
