import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Box, ERROR_CODES, MoxboxError, run, runSync } from '../../node/index.js';
import { bytes, demoGuest, endWith, failsWith, folder, guest, text } from './helpers.js';
import { ENTRY, countdown, forever, op, program } from './program.js';

test('a program that exits gives its status, exact count and hashes', async () => {
  const result = await run(countdown(100, 7));
  assert.equal(result.stop, 'exit');
  assert.equal(result.exitCode, 7);
  assert.equal(result.instructions, 304n);
  assert.equal(result.fault, undefined);
  assert.equal(result.output.length, 0);
  assert.equal(result.state.length, 0);
  assert.deepEqual(result.sizes, { programs: [countdown(100, 7).length], data: [] });
});

test('every guest of the test list does what the list says', async () => {
  const { runs } = JSON.parse(await readFile(new URL('../guests/guests.json', import.meta.url), 'utf8'));
  assert.ok(runs.length > 30);
  for (const expected of runs) {
    const data = (expected.data ?? []).map(bytes);
    const result = await run(guest(expected.guest), { data });
    const name = JSON.stringify({ guest: expected.guest, data: expected.data });
    assert.equal(result.stop, expected.stop, name);
    assert.equal(result.exitCode === undefined ? undefined : result.exitCode & 0xff, expected.status, name);
    assert.equal(text(result.output), expected.output, name);
    assert.equal(result.fault?.kind, expected.fault, name);
    assert.equal(result.fault?.size, expected.size, name);
  }
});

test('an input may be a Uint8Array, a part of one, an ArrayBuffer, a Blob, a path or a file URL', async () => {
  const elf = new Uint8Array(await readFile(guest('basic')));
  const shifted = new Uint8Array(elf.length + 8);
  shifted.set(elf, 4);
  const forms = [elf, shifted.subarray(4, 4 + elf.length), elf.buffer.slice(0), new Blob([elf]), guest('basic'),
    pathToFileURL(guest('basic')), new DataView(elf.buffer)];
  const hashes = new Set();
  for (const form of forms) {
    const result = await run(/** @type {any} */ (form), { data: [new Blob(['hello'])] });
    assert.equal(text(result.output), 'hello');
    hashes.add(JSON.stringify(result.hashes));
  }
  assert.equal(hashes.size, 1);
});

test('making a box pauses between what takes an engine long, where the event loop would be late', async (t) => {
  const { host } = Box;
  /** What was done in each turn: calls of the core, by name. @type {string[][]} */
  const turns = [[]];
  let clock = 0;
  t.mock.method(performance, 'now', () => (clock += 4)); /* no two pieces fit into one turn */
  class Watched extends Box {
    static host = { ...host, startTurns: () => ({ async next() { turns.push([]); }, end() {} }) };
  }
  const { Instance } = WebAssembly;
  WebAssembly.Instance = /** @type {typeof Instance} */ (new Proxy(Instance, {
    construct(target, [module, imports]) {
      const { exports } = new target(module, imports);
      turns.at(-1)?.push('instance');
      return { exports: Object.fromEntries(Object.entries(exports).map(([name, value]) => [name,
        typeof value !== 'function' ? value : (/** @type {any[]} */ ...given) => {
          turns.at(-1)?.push(name);
          return value(...given);
        }])) };
    },
  }));
  try {
    const box = await Watched.create({ programs: [guest('basic')], data: [new Blob(['hello'])] });
    box.dispose();
  } finally {
    WebAssembly.Instance = Instance;
  }
  const long = ['instance', 'mox_box_create', 'mox_box_add_program', 'mox_box_add_data', 'mox_box_start'];
  for (const name of long) assert.equal(turns.flat().filter((each) => each === name).length, 1, `${name} in ${JSON.stringify(turns)}`);
  for (const turn of turns) assert.ok(turn.filter((each) => long.includes(each)).length <= 1, `one turn: ${turn}`);
});

test('the caller\'s bytes are copied, and stay as they are', async () => {
  const data = bytes('before');
  const box = await Box.create({ programs: [guest('basic')], data: [data] });
  data.fill(0);
  const result = await box.run();
  assert.equal(text(result.output), 'before');
  result.output.fill(0);
  assert.equal(text((await box.collect()).output), 'before');
  box.dispose();
});

test('runSync computes what run computes', async () => {
  const options = { data: [bytes('some words, some more words')], hashes: true };
  const async = await run(demoGuest('wordcount'), options);
  assert.deepEqual(runSync(demoGuest('wordcount'), options), async);
});

test('a budget that is used up leaves a box that runs on', async (t) => {
  const box = endWith(t, await Box.create({ programs: [countdown(100, 7)] }));
  const first = await box.run({ budget: 100n });
  assert.equal(first.stop, 'budget');
  assert.equal(first.instructions, 100n);
  const second = await box.run({ budget: 204 });
  assert.deepEqual([second.stop, second.exitCode, second.instructions, second.budget], ['exit', 7, 304n, 304n]);
  const third = await box.run();
  assert.deepEqual([third.stop, third.instructions], ['exit', 304n]);
});

test('a budget of 0 runs nothing', async (t) => {
  const box = endWith(t, await Box.create({ programs: [countdown(5)] }));
  const result = await box.run({ budget: 0 });
  assert.deepEqual([result.stop, result.instructions], ['budget', 0n]);
  assert.equal(box.report.pc, ENTRY);
});

test('the default budget is a thousand million instructions, and Infinity is none', async () => {
  const limited = await run(countdown(3));
  assert.equal(limited.budget, 1_000_000_000n);
  const unlimited = await run(countdown(3), { budget: Infinity });
  assert.deepEqual([unlimited.stop, unlimited.budget], ['exit', Infinity]);
});

for (const budget of [-1, 1.5, NaN, -Infinity, 2 ** 53, -1n, 2n ** 64n]) {
  test(`a budget of ${budget} is refused and nothing is run`, async (t) => {
    const box = endWith(t, await Box.create({ programs: [countdown(5)] }));
    await assert.rejects(box.run({ budget }), failsWith('MOXBOX_BUDGET', { field: 'budget' }));
    assert.throws(() => box.runSync({ budget }), failsWith('MOXBOX_BUDGET'));
    assert.equal(box.report.stop, 'none');
  });
}

test('the largest budget is taken', async () => {
  assert.equal((await run(countdown(5), { budget: 2n ** 64n - 1n })).stop, 'exit');
});

test('wrong types are a TypeError, thrown at once', async (t) => {
  const box = endWith(t, await Box.create({ programs: [countdown(5)] }));
  /** @type {any} */
  const loose = box;
  assert.throws(() => loose.run({ budget: '5' }), TypeError);
  assert.throws(() => loose.run({ signal: 1 }), TypeError);
  assert.throws(() => loose.run({ onProgress: 1 }), TypeError);
  assert.throws(() => loose.run(5), TypeError);
  assert.throws(() => loose.read('0', 1), TypeError);
  /** @type {any} */
  const create = Box.create.bind(Box);
  assert.throws(() => create(), TypeError);
  assert.throws(() => create({}), TypeError);
  assert.throws(() => create({ programs: [5] }), TypeError);
  assert.throws(() => create({ programs: [countdown(1)], data: [null] }), TypeError);
  assert.throws(() => create({ programs: [countdown(1)], memoryLimitBytes: '1' }), TypeError);
});

test('unknown and impossible options are refused by name', async (t) => {
  const programs = [countdown(5)];
  const box = endWith(t, await Box.create({ programs }));
  /** @type {any} */
  const loose = box;
  await assert.rejects(loose.run({ buget: 5n }), failsWith('MOXBOX_OPTION', { field: 'buget' }));
  /** @type {[any, string][]} */
  const bad = [[{ programs, memory: 1 }, 'memory'], [{ programs, memoryLimitBytes: 0 }, 'memoryLimitBytes'],
    [{ programs, memoryLimitBytes: 2 ** 32 }, 'memoryLimitBytes'], [{ programs, memoryLimitBytes: 1.5 }, 'memoryLimitBytes'],
    [{ programs, stackSizeBytes: 100 }, 'stackSizeBytes'], [{ programs, stackSizeBytes: -4096 }, 'stackSizeBytes']];
  for (const [options, field] of bad) {
    await assert.rejects(Box.create(options), failsWith('MOXBOX_OPTION', { field }));
    assert.throws(() => Box.createSync(options), failsWith('MOXBOX_OPTION', { field }));
  }
  await assert.rejects(run(programs[0], /** @type {any} */ ({ program: 1 })), failsWith('MOXBOX_OPTION'));
});

test('files that are no programs are refused with the input named', async () => {
  const elf = countdown(5);
  const bigEndian = elf.slice();
  bigEndian[5] = 2;
  const wrongMachine = elf.slice();
  wrongMachine[18] = 3;
  /** @type {[Uint8Array, string][]} */
  const files = [[new Uint8Array(0), 'MOXBOX_ELF_NOT_ELF'], [new Uint8Array(100), 'MOXBOX_ELF_NOT_ELF'],
    [elf.subarray(0, 40), 'MOXBOX_ELF_NOT_ELF'], [bigEndian, 'MOXBOX_ELF_ENDIAN'],
    [wrongMachine, 'MOXBOX_ELF_MACHINE'], [elf.subarray(0, 60), 'MOXBOX_ELF_PHDR'],
    [elf.subarray(0, elf.length - 1), 'MOXBOX_ELF_SEGMENT']];
  for (const [file, code] of files) {
    await assert.rejects(run(file), failsWith(code, { field: 'programs[0]', message: /^programs\[0\]: / }));
    await assert.rejects(run([elf, file]), (error) => MoxboxError.is(error) && error.field === 'programs[1]');
  }
});

test('a box needs a program', async () => {
  await assert.rejects(Box.create({ programs: [] }), failsWith('MOXBOX_NO_PROGRAM'));
});

test('paths that cannot be read say which and why', async () => {
  const programs = [countdown(5)];
  for (const path of ['/no/such/file', '/proc', 'a\0b']) {
    await assert.rejects(Box.create({ programs, data: [path] }), failsWith('MOXBOX_FILE', { message: /cannot read/ }));
    assert.throws(() => Box.createSync({ programs, data: [path] }), failsWith('MOXBOX_FILE'));
  }
});

test('empty data files are mapped and named, and hashed', async () => {
  const result = await run(guest('inputs'), { data: [bytes('hello'), new Uint8Array(0), bytes('x')] });
  assert.match(text(result.output), /data1 0 -1/);
  assert.equal(result.hashes.data[1], 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a limit below what the inputs need is refused before they are read', async () => {
  const programs = [guest('basic')];
  await assert.rejects(Box.create({ programs, memoryLimitBytes: 4096 }), failsWith('MOXBOX_MEMORY_LIMIT'));
  let read = 0;
  const huge = new Blob([new Uint8Array(1 << 20)]);
  Object.defineProperty(huge, 'slice', { value: () => { read += 1; } });
  await assert.rejects(Box.create({ programs, data: [huge], memoryLimitBytes: 1 << 20 }),
    failsWith('MOXBOX_MEMORY_LIMIT', { field: 'data[0]' }));
  assert.equal(read, 0);
  Object.defineProperty(huge, 'size', { value: 2 ** 33 });
  await assert.rejects(Box.create({ programs, data: [huge] }), failsWith('MOXBOX_MEMORY_LIMIT', { field: 'data[0]' }));
  assert.equal(read, 0);
});

test('a guest that asks for more than the limit is told so, and the host is not pushed', async () => {
  const result = await run(guest('mmap'), { memoryLimitBytes: 16 << 20 });
  assert.equal(result.stop, 'exit');
});

test('a file that shrinks or goes away while it is read is an error', async (t) => {
  const create = (/** @type {Blob | string} */ input) => Box.create({ programs: [countdown(1)], data: [input] });
  for (const arrayBuffer of [async () => new ArrayBuffer(0), () => Promise.reject(new Error('gone'))]) {
    const blob = new Blob(['abc']);
    Object.defineProperty(blob, 'slice', { value: () => ({ arrayBuffer }) });
    await assert.rejects(create(blob), failsWith('MOXBOX_FILE', { field: 'data[0]' }));
  }
  const path = join(folder(t), 'file');
  await writeFile(path, new Uint8Array(8 << 20));
  const cutter = new Blob(['abc']);
  const arrayBuffer = () => truncate(path, 100).then(() => new ArrayBuffer(3));
  Object.defineProperty(cutter, 'slice', { value: () => ({ arrayBuffer }) });
  await assert.rejects(Box.create({ programs: [countdown(1)], data: [cutter, path] }),
    failsWith('MOXBOX_FILE', { field: 'data[1]', message: /ended at byte/ }));
});

test('after dispose everything says so, and disposing again is allowed', async () => {
  const box = await Box.create({ programs: [countdown(5)] });
  box.dispose();
  box.dispose();
  await assert.rejects(box.run(), failsWith('MOXBOX_DISPOSED'));
  await assert.rejects(box.collect(), failsWith('MOXBOX_DISPOSED'));
  await assert.rejects(box.stateHash(), failsWith('MOXBOX_DISPOSED'));
  for (const use of [() => box.runSync(), () => box.step(), () => box.report, () => box.registers, () => box.regions,
    () => box.read(0, 1), () => box.disassemble(0, 1), () => box.heldBytes, () => box.pause()]) {
    assert.throws(use, failsWith('MOXBOX_DISPOSED'));
  }
  if (Symbol.dispose) assert.equal(/** @type {any} */ (box)[Symbol.dispose], box.dispose);
});

test('disposing during a run ends the run with a clear error', async () => {
  const box = await Box.create({ programs: [forever()] });
  const running = box.run({ budget: Infinity, onProgress: () => setImmediate(() => box.dispose()) });
  await assert.rejects(running, failsWith('MOXBOX_DISPOSED'));
});

test('two runs at once on one box are refused, and the first goes on', async (t) => {
  const box = endWith(t, await Box.create({ programs: [forever()] }));
  const first = box.run({ budget: 3_000_000n });
  await assert.rejects(box.run(), failsWith('MOXBOX_BUSY'));
  assert.throws(() => box.step(), failsWith('MOXBOX_BUSY'));
  assert.throws(() => box.runSync(), failsWith('MOXBOX_BUSY'));
  assert.equal((await first).instructions, 3_000_000n);
});

test('two boxes run side by side as each would alone', async () => {
  const alone = await run(demoGuest('sort'), { data: [bytes('b\na\nc\n')], hashes: true });
  const both = await Promise.all([1, 2].map(() => run(demoGuest('sort'), { data: [bytes('b\na\nc\n')], hashes: true })));
  assert.deepEqual(both, [alone, alone]);
});

test('an aborted signal ends the run between slices, and the box runs on', async (t) => {
  const box = endWith(t, await Box.create({ programs: [forever()] }));
  const stopper = new AbortController();
  const reason = new Error('enough');
  const running = box.run({ budget: Infinity, signal: stopper.signal, onProgress: () => stopper.abort(reason) });
  await assert.rejects(running, (error) => failsWith('MOXBOX_ABORTED')(error) && /** @type {any} */ (error).cause === reason);
  const { instructions } = box.report;
  assert.ok(instructions > 0n);
  assert.equal((await box.run({ budget: 10n })).instructions, instructions + 10n);
  await assert.rejects(box.run({ signal: AbortSignal.abort() }), failsWith('MOXBOX_ABORTED'));
  assert.equal(box.report.instructions, instructions + 10n);
});

test('pause ends a run as if its budget had been just that', async (t) => {
  const box = endWith(t, await Box.create({ programs: [forever()] }));
  box.pause();
  const result = await box.run({ budget: Infinity, onProgress: () => box.pause() });
  assert.equal(result.stop, 'budget');
  assert.equal(result.budget, result.instructions);
  assert.ok(result.instructions > 0n);
});

test('progress counts up to the limit', async () => {
  /** @type {{instructions: bigint, budget: bigint | number}[]} */
  const seen = [];
  await run(forever(), { budget: 2_000_000n, onProgress: (at) => seen.push(at) });
  assert.ok(seen.length >= 2);
  assert.ok(seen.every((at, i) => at.budget === 2_000_000n && (i === 0 || at.instructions > seen[i - 1].instructions)));
  assert.equal(seen[seen.length - 1].instructions, 2_000_000n);
});

test('an error thrown by onProgress reaches the caller, and the box is still good', async (t) => {
  const box = endWith(t, await Box.create({ programs: [forever()] }));
  await assert.rejects(box.run({ onProgress: () => { throw new RangeError('mine'); } }), RangeError);
  assert.equal((await box.run({ budget: 5 })).stop, 'budget');
});

test('step, registers and disassembly show one instruction after the other', async (t) => {
  const box = endWith(t, await Box.create({ programs: [program([op.ldi(3, 5), op.inc(3, 2), op.brk()])] }));
  assert.deepEqual(box.disassemble(ENTRY, 2).map((line) => [line.address, line.text, line.bytes.length]),
    [[ENTRY, 'ldi.l $r1, 0x5', 6], [ENTRY + 6, 'inc $r1, 0x2', 2]]);
  assert.equal(box.step().pc, ENTRY + 6);
  assert.equal(box.registers.general.$r1, 5);
  assert.equal(box.step().instructions, 2n);
  assert.equal(box.registers.general.$r1, 7);
  assert.deepEqual([box.step().stop, box.report.instructions, box.report.pc], ['break', 2n, ENTRY + 8]);
  assert.equal(box.registers.special.length, 256);
  assert.throws(() => box.step(-1), failsWith('MOXBOX_OPTION'));
});

test('memory can be read where it is mapped, across regions that touch, and nowhere else', async (t) => {
  const box = endWith(t, await Box.create({ programs: [guest('basic')], data: [bytes('hello')] }));
  const data = box.regions.find((region) => region.tags === 'ro,data0,');
  assert.ok(data);
  assert.deepEqual([data.size, data.readable, data.writable], [5, true, false]);
  assert.equal(text(box.read(data.address, 5)), 'hello');
  assert.equal(box.read(data.address, 0).length, 0);
  assert.throws(() => box.read(data.address, 6), failsWith('MOXBOX_ADDRESS'));
  assert.throws(() => box.read(0, 1), failsWith('MOXBOX_ADDRESS'));
  assert.throws(() => box.read(0xffffffff, 2), failsWith('MOXBOX_ADDRESS'));
  assert.throws(() => box.read(-1, 2), failsWith('MOXBOX_OPTION'));
  assert.equal(box.disassemble(0, 3).length, 0);
});

test('a fault says what could not be done where', async () => {
  const result = await run(program([op.ldi(3, 0x5000_0000), op.load(4, 3)]));
  assert.deepEqual(result.fault, { kind: 'read', pc: ENTRY + 6, address: 0x5000_0000, size: 4, access: 'read' });
  assert.equal(result.instructions, 1n);
  const illegal = await run(program([op.bad()]));
  assert.deepEqual(illegal.fault, { kind: 'illegal', pc: ENTRY, address: 0, size: 0, access: undefined });
});

test('the State Buffer feeds the next run', async () => {
  let state = new Uint8Array(0);
  const outputs = [];
  for (let i = 0; i < 3; i += 1) {
    const result = await run(guest('state'), state.length > 0 ? { data: [state] } : {});
    outputs.push(text(result.output));
    state = new Uint8Array(result.state);
  }
  assert.deepEqual(outputs, ['1', '2', '3']);
});

test('a core given as bytes or module is used, and one that is none is refused', async () => {
  const file = new URL('../../web/core.wasm', import.meta.url);
  const core = await readFile(file);
  assert.equal((await run(countdown(1), { core })).stop, 'exit');
  assert.equal((await run(countdown(1), { core: new WebAssembly.Module(core) })).stop, 'exit');
  assert.equal(runSync(countdown(1), { core }).stop, 'exit');
  assert.equal((await run(countdown(1), { core: file })).stop, 'exit');
  await assert.rejects(run(countdown(1), { core: new URL('none.wasm', file) }), failsWith('MOXBOX_CORE', { message: /none\.wasm/ }));
  await assert.rejects(run(countdown(1), { core: core.subarray(0, 50) }), failsWith('MOXBOX_CORE'));
  const stranger = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0]);
  await assert.rejects(run(countdown(1), { core: stranger }), failsWith('MOXBOX_CORE', { message: /asks for a\.b/ }));
});

test('every code that this library throws is in the list, with a sentence', () => {
  for (const [code, sentence] of Object.entries(ERROR_CODES)) {
    assert.match(code, /^MOXBOX_[A-Z_]+$/);
    assert.ok(sentence.length > 10);
  }
  assert.ok(MoxboxError.is(new MoxboxError('MOXBOX_FILE')));
  assert.ok(!MoxboxError.is(new Error('x')));
});
