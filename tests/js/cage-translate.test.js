/**
 * Translated code of cages that come and go: a module goes to the engine that it was written for or nowhere, and
 * what an engine had of the function table is used again.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cage } from '../../node/index.js';
import { CageMachine } from '../../web/cage-machine.js';
import { startInstance } from '../../web/core.js';
import { FunctionTable } from '../../web/function-table.js';
import { CALLS } from '../../web/generated/calls.js';
import { ENGINES } from '../../web/options.js';
import { Translations } from '../../web/translate.js';
import { PIPELINE, PIPELINE_INPUT } from './cage-helpers.js';
import { ROOT, coreModule, modulesOf, randomFrom } from './helpers.js';

const CORE = coreModule();
const BRIEF = readFileSync(join(ROOT, 'tests/guests-cage/brief.elf'));
const SIGKILL = 9;
const ALL = -1;
const PERMISSIONS = 0o755;

/** Instructions of a child that make its engine write a module. */
const ROUNDS = '20000';

test('1,000 short cages with translated code take no more of the table than those that live at once', async () => {
  const { grow } = WebAssembly.Table.prototype;
  let grown = 0;
  WebAssembly.Table.prototype.grow = function counted(count, ...rest) {
    grown += count;
    return grow.call(this, count, ...rest);
  };
  /** @param {number} children */
  const run = async (children) => {
    const cage = await Cage.create({ program: BRIEF, engine: 'translator', args: [String(children), ROUNDS] });
    grown = 0;
    const made = await modulesOf(() => cage.run({ budget: Infinity }));
    const hash = await cage.stateHash();
    cage.dispose();
    return { made, grown, hash };
  };
  try {
    const [few, many] = [await run(20), await run(1000)];
    /* A child that ends early in a slice gets none. */
    assert.ok(few.made > 15 && many.made > 900, `${few.made} and ${many.made} modules`);
    assert.ok(few.grown > 0 && many.grown <= 3 * few.grown, `${many.grown} places, and ${few.grown} for 20 cages`);
    const plain = await Cage.create({ program: BRIEF, engine: 'interpreter', args: ['1000', ROUNDS] });
    await plain.run({ budget: Infinity });
    assert.equal(await plain.stateHash(), many.hash);
    plain.dispose();
  } finally {
    WebAssembly.Table.prototype.grow = grow;
  }
});

/** A machine that runs a program, to be looked at. @param {Uint8Array} program @param {string[]} args */
function started(program, args) {
  const exports = startInstance(CORE);
  const machine = new CageMachine(exports, {});
  machine.translate(ENGINES.indexOf('translator'));
  const at = machine.put('/bin/program', PERMISSIONS, program.length);
  if (at) machine.fill(at, program.length, (view) => view.set(program));
  assert.ok(machine.spawn('/bin/program', args, [], '/') > 0);
  return {
    machine,
    size: () => exports.__indirect_function_table.length,
    kill() {
      const host = machine.bare();
      assert.equal(machine.dispatch(host, CALLS.kill.number, [ALL, SIGKILL, 0, 0, 0, 0]), 0);
      machine.dispatch(host, CALLS.exit.number, [0, 0, 0, 0, 0, 0]);
      machine.slice(1000n, 1_000_000);
      assert.equal(machine.report().stop, 'exit');
    },
  };
}

/** @param {CageMachine} machine */
function waitingIn(machine) {
  for (let slices = 0; slices < 1000; slices += 1) {
    machine.slice(2000n, 1_000_000);
    const waiting = machine.waitingModule();
    if (waiting) return waiting;
  }
  throw new Error('no module was written');
}

test('a module is installed once, and not when its cage has ended', () => {
  const { machine, size, kill } = started(BRIEF, ['program', '3', ROUNDS]);
  const first = started(BRIEF, ['program', '3', ROUNDS]);
  const { token, count } = waitingIn(first.machine);
  const before = first.size();
  const { mox_alloc: some } = startInstance(CORE); /* a table takes functions of WebAssembly */
  const foreign = Array.from({ length: count }, () => some);
  assert.equal(first.machine.knows(token), true);
  assert.equal(first.machine.install(foreign, { ...token, module: token.module + 1 }), false);
  assert.equal(first.machine.install(foreign, { ...token, engine: token.engine + 1 }), false);
  assert.equal(first.size(), before + count, 'places that were given back are used again');
  first.kill();
  assert.equal(first.machine.knows(token), false);
  assert.equal(first.machine.install(foreign, token), false);
  assert.equal(first.size(), before + count);
  const again = waitingIn(machine);
  const was = size();
  assert.equal(machine.install(undefined, again.token), true, 'code cannot be made here');
  assert.equal(machine.install(undefined, again.token), false);
  assert.equal(size(), was);
  kill();
});

test('a module that is compiled beside the run is dropped when its cage ends meanwhile', async () => {
  const { compile } = WebAssembly;
  const { machine, size, kill } = started(readFileSync(PIPELINE), ['pipeline']);
  machine.input(new TextEncoder().encode(PIPELINE_INPUT));
  const translations = new Translations('translator');
  /** @type {Promise<unknown> | undefined} */
  let compiling;
  WebAssembly.compile = (bytes) => {
    compiling = compile(bytes);
    return /** @type {any} */ (compiling);
  };
  try {
    const before = size();
    for (let slices = 0; slices < 1000 && !compiling; slices += 1) {
      machine.slice(2000n, 1_000_000);
      translations.advance(machine, true);
    }
    assert.ok(compiling, 'a large module');
    kill();
    await compiling;
    assert.equal(size(), before, 'small ones would have been installed');
    assert.equal(translations.advance(machine, true), false);
    assert.equal(translations.warm(machine), false);
    assert.equal(size(), before);
  } finally {
    WebAssembly.compile = compile;
  }
});

test('functions of a cage that ended are not called any more', async () => {
  const { machine, kill } = started(readFileSync(PIPELINE), ['pipeline']);
  machine.input(new TextEncoder().encode(PIPELINE_INPUT));
  const translations = new Translations('translator');
  for (let turns = 0; turns < 2000; turns += 1) {
    machine.slice(2000n, 1_000_000);
    if (translations.advance(machine, true)) break;
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  assert.equal(translations.warm(machine), true, 'a large module has functions to warm');
  kill();
  assert.equal(translations.warm(machine), false);
});

test('places of a table are taken, given back and taken again', () => {
  const { exports } = new WebAssembly.Instance(CORE, importsFor(CORE));
  const one = /** @type {Function} */ (exports.mox_alloc);
  const wasm = new WebAssembly.Table({ element: 'anyfunc', initial: 7 });
  const table = new FunctionTable(wasm);
  const random = randomFrom(3);
  /** @type {import('../../web/function-table.js').Places[]} */
  const taken = [];
  let most = 0;
  for (let turn = 0; turn < 3000; turn += 1) {
    if (taken.length > 0 && random(2) === 0) table.give(taken.splice(random(taken.length), 1)[0]);
    else taken.push(table.add(Array.from({ length: 1 + random(20) }, () => one)));
    const used = new Set(taken.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i)));
    assert.equal(used.size, taken.reduce((sum, { count }) => sum + count, 0), 'no place is taken twice');
    for (let place = 7; place < wasm.length; place += 1) assert.equal(table.get(place) === one, used.has(place));
    most = Math.max(most, used.size);
  }
  while (taken.length > 0) table.give(/** @type {any} */ (taken.pop()));
  assert.deepEqual(table.add(Array.from({ length: wasm.length - 7 }, () => one)), { first: 7, count: wasm.length - 7 });
  assert.ok(wasm.length < 3 * most);
});

/** @param {WebAssembly.Module} module */
function importsFor(module) {
  /** @type {Record<string, Record<string, () => void>>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  return imports;
}
