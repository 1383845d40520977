/**
 * The translator computes what the interpreter computes: the same state hash after every slice, for every
 * budget, with slices of any length, for every guest; eagerly, so that nearly everything is translated.
 */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { Box } from '../../node/index.js';
import { modulesOf, randomFrom } from './helpers.js';
import { SHAPES, programOf } from './large-functions.js';

const root = new URL('../../', import.meta.url);
const limit = 20_000_000n;

/** @param {string} folder */
async function guestsOf(folder) {
  const names = await readdir(new URL(folder, root));
  return names.filter((name) => name.endsWith('.elf')).map((name) => new URL(folder + name, root));
}

const guests = [...await guestsOf('tests/guests/'), ...await guestsOf('demo/guests/')];
const input = new TextEncoder().encode('{"b": [1, 2.5, "x"], "a": {"c": null}}\nthe quick brown fox\njumps over\n'.repeat(40));

/** @param {URL} guest @param {import('../../web/options.js').Engine} engine @param {Uint8Array} [data] */
async function boxFor(guest, engine, data = input) {
  return Box.createSync({ programs: [await readFile(guest)], data: [data], engine });
}

test('the translator makes code, and the interpreter none', async () => {
  const counts = [];
  for (const engine of /** @type {const} */ (['interpreter', 'auto', 'translator'])) {
    const box = await boxFor(new URL('demo/guests/hash.elf', root), engine, new Uint8Array(1 << 20));
    counts.push(await modulesOf(() => box.runSync()) > 0);
  }
  assert.deepEqual(counts, [false, true, true]);
});

test('large modules are compiled beside the run', async () => {
  const { compile } = WebAssembly;
  let made = 0;
  WebAssembly.compile = (bytes) => {
    made += 1;
    return compile(bytes);
  };
  const programs = [programOf(SHAPES['loops in loops, 900'], 3)];
  const [plain, translated] = /** @type {const} */ (['interpreter', 'translator']).map((engine) => Box.createSync({ programs, engine, cache: false }));
  try {
    /* When a module is ready depends on how fast this computer is. */
    for (let runs = 0; made === 0 && runs < 20; runs += 1) await translated.run({ budget: limit });
    assert.ok(made > 0);
    const { instructions } = await translated.run({ budget: limit });
    plain.runSync({ budget: instructions });
    assert.equal(await translated.stateHash(), await plain.stateHash());
  } finally {
    WebAssembly.compile = compile;
    plain.dispose();
    translated.dispose();
  }
});

test('a translated function that is called without fuel changes nothing', async () => {
  const { Instance } = WebAssembly;
  for (const guest of guests) {
    const [plain, translated] = [await boxFor(guest, 'interpreter'), await boxFor(guest, 'translator')];
    /** @type {Function[]} */
    let made = [];
    WebAssembly.Instance = /** @type {typeof Instance} */ (new Proxy(Instance, {
      construct(target, [module, imports]) {
        const instance = new target(module, imports);
        made = Object.values(instance.exports).map((each) => /** @type {Function} */ (each));
        return instance;
      },
    }));
    try {
      for (let stop = 'budget', slices = 0; stop === 'budget' && slices < 30; slices += 1) {
        ({ stop } = translated.runSync({ budget: 20_011n }));
        for (const each of made) assert.equal(each(-1, 0), 0);
        plain.runSync({ budget: 20_011n });
        assert.equal(await translated.stateHash(), await plain.stateHash());
      }
    } finally {
      WebAssembly.Instance = Instance;
      plain.dispose();
      translated.dispose();
    }
  }
});

test('where code cannot be made, auto interprets and translator says so', async () => {
  const { Module } = WebAssembly;
  const refuse = () => {
    throw new WebAssembly.CompileError('WebAssembly.Module(): Wasm code generation disallowed by embedder');
  };
  const guest = new URL('demo/guests/hash.elf', root);
  const [plain, auto, forced] = [await boxFor(guest, 'interpreter'), await boxFor(guest, 'auto'),
    await boxFor(guest, 'translator', new Uint8Array(1 << 20))];
  WebAssembly.Module = /** @type {typeof Module} */ (new Proxy(Module, { construct: refuse }));
  try {
    assert.deepEqual(auto.runSync(), plain.runSync());
    assert.equal(await auto.stateHash(), await plain.stateHash());
    assert.throws(() => forced.runSync(), { code: 'MOXBOX_ENGINE' });
  } finally {
    WebAssembly.Module = Module;
  }
});

for (const guest of guests) {
  const name = guest.pathname.split('/').pop();
  test(`${name} ends in the same state with the translator`, async () => {
    const [plain, translated] = [await boxFor(guest, 'interpreter'), await boxFor(guest, 'translator')];
    const expected = plain.runSync({ budget: limit });
    const actual = translated.runSync({ budget: limit });
    assert.deepEqual({ ...actual, hashes: undefined }, { ...expected, hashes: undefined });
    assert.equal(await translated.stateHash(), await plain.stateHash());
    plain.dispose();
    translated.dispose();
  });

  for (const longest of [1, 2, 3, 7, 100, 1000, 50_000]) {
    test(`${name} passes through the same states in slices of up to ${longest}`, async () => {
      const [plain, translated] = [await boxFor(guest, 'interpreter'), await boxFor(guest, 'translator')];
      const random = randomFrom(longest * 7919 + guest.href.length);
      for (let slice = 0; slice < 150; slice += 1) {
        /* Now and then far ahead, so that the slices meet code that has been translated. */
        const budget = BigInt(slice % 15 === 14 ? 20_000 + random(90_000) : longest <= 7 ? longest : random(longest + 1));
        const expected = plain.runSync({ budget });
        const actual = translated.runSync({ budget });
        assert.equal(actual.instructions, expected.instructions);
        assert.equal(await translated.stateHash(), await plain.stateHash(), `after ${expected.instructions} instructions`);
        assert.deepEqual(actual.fault, expected.fault);
        if (expected.stop !== 'budget') break;
      }
      plain.dispose();
      translated.dispose();
    });
  }
}
