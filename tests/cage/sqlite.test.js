/** SQLite in a cage: its shell, its fuzzer with the databases that come with it, and a database that outlives kills. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cage, full, inParallel, programs, root, run, scratchFolder } from './world.js';

const [inCage = ''] = programs(['sqlite']);
const [here = ''] = programs(['sqlite'], true);
const folder = scratchFolder();
const scripts = path.join(root, 'tests/cage/scripts');

test('sqlite3 does with a script what it does on this system', async () => {
  const place = path.join(folder, 'here');
  mkdirSync(place);
  const script = `.read ${scripts}/shell.sql\n`;
  const expected = await run(path.join(here, 'sqlite3'), ['shell.db'], { cwd: place, input: script, env: {} });
  const got = await cage(['--dir', `${scripts}:${scripts}`, '--cwd', '/tmp', path.join(inCage, 'sqlite3'), 'shell.db'], { input: script });
  assert.ok(expected.out.split('\n').length > 30, expected.err);
  assert.deepEqual(got, expected);
});

/** One test of so many of each database. */
const SHARE = full ? 10 : 150;

test('fuzzcheck finds no error in the databases that come with it, and as many tests as on this system', async (t) => {
  const counts = await inParallel([1, 2, 3, 4, 5, 6, 7, 8], async (number) => {
    const name = `fuzzdata${number}.db`;
    const database = path.join(folder, name);
    copyFileSync(path.join(here, name), database);
    chmodSync(database, 0o644);
    const less = `DELETE FROM xsql WHERE sqlid % ${SHARE} <> 1; DELETE FROM db WHERE dbid % ${SHARE} <> 1; VACUUM;`;
    assert.equal((await run(path.join(here, 'sqlite3'), [database, less])).status, 0);
    const expected = await run(path.join(here, 'fuzzcheck'), [database]);
    const got = await cage(['--file', `${database}:/data/${name}`, path.join(inCage, 'fuzzcheck'), `/data/${name}`], { seconds: 3000 });
    const of = (/** @type {import('./world.js').Ended} */ { status, out }) => [status, ...(/(\d+) errors out of (\d+) tests/.exec(out)?.slice(1) ?? [out])];
    assert.equal(of(expected)[1], '0', expected.out);
    assert.deepEqual(of(got), of(expected), `${got.out.slice(-300)}${got.err}`);
    return Number(of(got)[2]);
  });
  t.diagnostic(`${counts.reduce((sum, count) => sum + count)} tests of fuzzcheck`);
});

/**
 * Runs transactions on a database in a stored file system, and kills the whole machine once enough have answered.
 * EXTRA: SQLite then also syncs the folder whose journal it removes, which makes a transaction last.
 * @param {string} store @param {number} from @param {number} answers @returns {Promise<number>} the last that answered
 */
function killedAfter(store, from, answers) {
  const statements = Array.from({ length: 200 }, (_, i) =>
    `BEGIN; INSERT INTO t SELECT ${from + i}, value, randomblob(200) FROM (WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < 20) SELECT value FROM s); COMMIT; SELECT 'done ${from + i}';`);
  const child = spawn(process.execPath, [path.join(root, 'node/cli.js'), 'cage', '--quiet', '--store', store,
    path.join(inCage, 'sqlite3'), '/kept.db'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  child.stdin.end(`PRAGMA synchronous = EXTRA;\nCREATE TABLE IF NOT EXISTS t(n, i, b); CREATE INDEX IF NOT EXISTS ti ON t(b);\n${statements.join('\n')}\n`);
  let out = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (bytes) => {
      out += bytes;
      if ((out.match(/done/g) ?? []).length >= answers) child.kill('SIGKILL');
    });
    child.on('close', () => resolve(Number(/done (\d+)\n(?![^]*done \d+\n)/.exec(out)?.[1] ?? -1)));
  });
}

test('a database outlives kills of its machine: whole, and with every transaction that had answered', async (t) => {
  const store = path.join(folder, 'store');
  let last = -1;
  for (let round = 0; round < (full ? 12 : 3); round++) {
    const answered = await killedAfter(store, last + 1, 2 + 3 * round);
    const { out, err, status } = await run(process.execPath, [path.join(root, 'node/cli.js'), 'cage', '--quiet', '--store', store,
      path.join(inCage, 'sqlite3'), '/kept.db'], { input: 'PRAGMA integrity_check; SELECT max(n), count(*), count(DISTINCT n) FROM t;\n' });
    assert.equal(status, 0, err);
    const [, max = '', rows = '', transactions = ''] = /^ok\n(\d+)\|(\d+)\|(\d+)\n$/.exec(out) ?? assert.fail(out);
    assert.ok(answered > last, 'nothing answered before the kill');
    assert.ok(Number(max) >= answered, `transaction ${answered} had answered, ${max} is the last one kept`);
    assert.equal(Number(rows), 20 * Number(transactions), 'a transaction is kept in part');
    assert.equal(Number(transactions), Number(max) + 1, 'a transaction in between is lost');
    t.diagnostic(`round ${round}: ${answered} answered, ${max} kept`);
    last = Number(max);
  }
});
