/** moxbox xlate. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutOf, linesOf } from '../../node/wasm-text.js';
import { symbolsOf } from '../../node/symbols.js';
import { CLI, ROOT } from './helpers.js';

const cases = join(ROOT, 'tests/xlate/golden/cases.elf');
const stripped = join(ROOT, 'demo/guests/hash.elf');
const cli = [CLI, 'xlate'];
const print = (/** @type {string[]} */ ...args) => execFileSync(process.execPath, [...cli, ...args], { encoding: 'utf8' });

test('a program is shown as the list of its entries, with names where it has them', () => {
  const text = print(cases);
  assert.match(text, /^\d+ entries after 1052 instructions/);
  assert.match(text, /^ +11 +1 +\d+ +0 +0x[0-9a-f]{8} arithmetic$/m);
  assert.equal(text.split('\n').filter((line) => / 0x[0-9a-f]{8}( |$)/.test(line)).length, Number.parseInt(text, 10));
  assert.match(print(stripped, '-d', join(ROOT, 'README.md')), /^ +\d+ +\d+ +\d+ +\d+ +0x[0-9a-f]{8}$/m);
});

test('a function is found by name, by its address and by an address inside', () => {
  const byName = print(cases, '--function', 'loop_read');
  assert.match(byName, /^0x0000[0-9a-f]{4} loop_read: 10 instructions in 3 blocks, \d+ bytes of WebAssembly\n/);
  assert.match(byName, /ld\.b \$r4, \(\$r1\) +\|.*\n/);
  const [address] = byName.split(' ');
  assert.equal(print(cases, '-f', address), byName);
  const inside = /^ {2}(0x\S+) {2}add \$r2, \$r4/m.exec(byName)?.[1] ?? '';
  assert.match(print(cases, '-f', inside), /add \$r2, \$r4/);
});

test('as JSON it has every instruction with what it became', () => {
  const { functions: [view] } = JSON.parse(print(cases, '-f', 'breakpoint', '--json'));
  assert.equal(view.name, 'breakpoint');
  assert.equal(view.parts.filter((/** @type {any} */ { kind }) => kind === 'instruction').length, view.instructions);
  assert.deepEqual(view.parts.filter((/** @type {any} */ { kind }) => kind === 'leave').map((/** @type {any} */ { moxie }) => moxie.replace(/^0x\S+/, '')),
    [' is left to the interpreter: brk']);
});

test('it says why something is not translated', () => {
  for (const [args, why] of /** @type {[string[], RegExp][]} */ ([
    [[cases, '-f', 'data'], /writable memory, where code is always interpreted/],
    [[cases, '-f', '0x1100'], /was not called in the first 1052 instructions/],
    [[cases, '-f', '0x70000000'], /is not mapped/],
    [[stripped, '-f', 'main'], /no symbol "main"/],
    [['/nowhere'], /cannot read "\/nowhere"/],
  ])) {
    const { status, stderr } = spawnSync(process.execPath, [...cli, ...args], { encoding: 'utf8' });
    assert.equal(status, 126);
    assert.match(stderr, why);
  }
  assert.equal(spawnSync(process.execPath, cli).status, 2);
});

test('damaged symbol tables give names or none, and no error', () => {
  const file = new Uint8Array(readFileSync(cases));
  const all = symbolsOf(file).size;
  assert.ok(all > 40);
  for (let i = 0; i < file.length; i += 1) {
    const damaged = file.slice();
    damaged[i] ^= 0xff;
    assert.ok(symbolsOf(damaged).size <= all + 1);
    if (i % 16 === 0) assert.ok(symbolsOf(file.slice(0, i)).size <= all);
  }
});

test('WebAssembly is read to its last byte, and what is not known is refused', () => {
  const core = new Uint8Array(readFileSync(join(ROOT, 'web/core.wasm')));
  const names = { local: String, address: String, callee: String };
  const layout = layoutOf(core);
  assert.ok(layout.bodies.length > 100);
  let lines = 0;
  for (let i = 0; i < layout.bodies.length; i += 1) {
    const text = linesOf(core, layout, i, names);
    lines += text.length;
    assert.equal(text.at(-1)?.depth, 0);
  }
  assert.ok(lines > 10_000);
  const wrong = core.slice();
  wrong[layout.bodies[0].start + 1 + 2 * core[layout.bodies[0].start]] = 0xff;
  assert.throws(() => linesOf(wrong, layout, 0, names), /opcode 0xff/);
});
