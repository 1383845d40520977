import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, demoGuest } from './helpers.js';

const dir = mkdtempSync(join(tmpdir(), 'moxbox-package-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** @param {string} command @param {string[]} args @param {string} cwd */
const call = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** The package as a stranger gets it: packed, and installed without a network into an empty folder. */
before(() => {
  mkdirSync(join(dir, 'consumer'));
  writeFileSync(join(dir, 'consumer/package.json'), '{"name": "consumer", "private": true, "type": "module"}');
  call('npm', ['pack', '--silent', '--pack-destination', dir], ROOT);
  call('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', dir, join(ROOT, 'node_modules/cborg')], dir);
  const tarballs = readdirSync(dir).filter((name) => name.endsWith('.tgz')).map((name) => join(dir, name));
  assert.equal(tarballs.length, 2);
  call('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], join(dir, 'consumer'));
});

const consumer = join(dir, 'consumer');

test('the package holds what it needs and nothing else', () => {
  const files = readdirSync(join(consumer, 'node_modules/moxbox'), { recursive: true }).map(String).sort();
  for (const needed of ['web/core.wasm', 'web/worker.js', 'node/cli.js', 'node/worker.js', 'types/node/index.d.ts',
    'web/generated/tables.js', 'web/playground/index.html', 'demo/guests/hash.elf', 'LICENSE', 'NOTICE', 'README.md']) {
    assert.ok(files.includes(needed), needed);
  }
  assert.deepEqual(files.filter((name) => /tests|\.[ch]$|node_modules|screenshot/.test(name)), []);
});

test('a program that imports it runs, in the thread and in a worker', () => {
  writeFileSync(join(consumer, 'use.js'), `
    import { run, verify, receiptOf, encodeReceipt, ERROR_CODES } from 'moxbox';
    import { Box } from 'moxbox/worker';
    const program = process.argv[2];
    const data = [new TextEncoder().encode('to be or not to be')];
    const result = await run(program, { data, hashes: true });
    const box = await Box.create({ programs: [program], data });
    const same = await box.run();
    box.dispose();
    const verdict = await verify(encodeReceipt(await receiptOf(result)), { programs: [program], data });
    console.log(JSON.stringify([result.stop, result.instructions === same.instructions, verdict.same, Object.keys(ERROR_CODES).length > 20]));
  `);
  const out = call(process.execPath, ['use.js', demoGuest('wordcount')], consumer);
  assert.deepEqual(JSON.parse(out), ['exit', true, true, true]);
});

test('its command is installed', () => {
  assert.match(call(join(consumer, 'node_modules/.bin/moxbox'), ['--version'], consumer), /^moxbox /);
  assert.match(call(join(consumer, 'node_modules/.bin/moxbox'), ['run', '-e', demoGuest('asm')], consumer), /./);
});

test('its types resolve and say what the code does', () => {
  writeFileSync(join(consumer, 'use.ts'), `
    import { Box, MoxboxError, receiptOf, run, type Result, type Receipt, type Verdict, verify } from 'moxbox';
    import { Box as WorkerBox, Cage as WorkerCage } from 'moxbox/worker';
    const result: Result = await run(new Uint8Array(), { data: ['path'], budget: 5n, onProgress: ({ instructions }) => { const n: bigint = instructions; void n; } });
    const count: bigint = result.instructions;
    const box: Box = await Box.create({ programs: [new Blob([])], memoryLimitBytes: 1 << 20 });
    const pc: number = box.registers.pc;
    const remote: WorkerBox = await WorkerBox.create({ programs: [] });
    const there: number = (await remote.registers).pc;
    const receipt: Receipt = await receiptOf(box);
    const verdict: Verdict = await verify(receipt, { programs: [] });
    if (!verdict.same) console.log(verdict.field);
    const code: string = new MoxboxError('MOXBOX_FILE').code;
    const cage: WorkerCage = await WorkerCage.create({ program: 'path', stdin: 'text', mostCages: 3 });
    const size: number = await cage.dispatch(await cage.bare(), 'read', 0, new Uint8Array(4), 4);
    const at: bigint = (await cage.report).signals[0].instructions + await cage.kill(size, 'SIGINT');
    const stream: ReadableStream<Uint8Array> = cage.stdout;
    // @ts-expect-error a budget is no text
    await box.run({ budget: '5' });
    // @ts-expect-error there is no such option
    await box.run({ buget: 5 });
    // @ts-expect-error a result has no such field
    result.outptu;
    console.log(count, pc, there, code, at, stream);
  `);
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true, noEmit: true,
      lib: ['es2023', 'esnext.disposable', 'dom'], types: [] },
    files: ['use.ts'],
  }));
  try {
    call(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], consumer);
  } catch (error) {
    assert.fail(/** @type {any} */ (error).stdout);
  }
});

test('every path that the package exports exists, and pages get no Node modules', () => {
  const root = join(consumer, 'node_modules/moxbox');
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [name, target] of Object.entries(exports)) {
    for (const path of typeof target === 'string' ? [target] : Object.values(target)) {
      assert.ok(readFileSync(join(root, path)).length > 0, `${name}: ${path}`);
    }
    if (typeof target !== 'string') assert.match(target.browser, /^\.\/web\//);
  }
  for (const file of readdirSync(join(root, 'web')).filter((each) => each.endsWith('.js'))) {
    assert.doesNotMatch(readFileSync(join(root, 'web', file), 'utf8'), /from 'node:|import\('node:/, file);
  }
});
