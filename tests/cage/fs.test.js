/** The file systems of cages under fsx (random reads, writes, maps and truncations) and fstest (POSIX rules). */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cage, checkFailures, full, INSTALL, inParallel, programs, run, scratchFolder } from './world.js';

const [fsx = '', fstest = '', busybox = ''] = programs(['fsx', 'fstest', 'busybox']);
const [fsxHere = ''] = programs(['fsx'], true);
const [seeds, operations] = full ? [[1, 2, 3, 4, 5, 6, 7, 8], 100_000] : [[1, 2, 3], 20_000];

test(`fsx: ${seeds.length} seeds of ${operations} operations print what they print on this system`, async () => {
  const folder = scratchFolder();
  await inParallel(seeds, async (seed) => {
    // -H: no holes are punched; -R and -W: no maps of files, which a cage refuses.
    const parameters = ['-H', '-R', '-W', '-N', String(operations), '-S', String(seed)];
    const expected = await run(path.join(fsxHere, 'fsx'), [...parameters, path.join(folder, `f${seed}`)]);
    const got = await cage([path.join(fsx, 'fsx'), ...parameters, '/tmp/f']);
    assert.equal(expected.status, 0, expected.err);
    assert.match(expected.out, /All operations completed A-OK!/);
    assert.deepEqual(got, expected, `seed ${seed}`);
  });
});

/** Runs the files named, and prints for each its name, what it printed, and a mark. */
const RUN_FILES = `
mkdir /try
for file; do
  rm -rf /try/here; mkdir /try/here; cd /try/here
  echo "file $file"
  sh /suite/tests/$file 2>&1
  cd /
done`;

const GETCONF = 'printf "#!/bin/sh\\ncase \\$1 in NAME_MAX) echo 255;; PATH_MAX) echo 4096;; esac\\n" >/bin/getconf; chmod 755 /bin/getconf;';

test('fstest: every check of its 184 files holds, or its failure is explained', async (t) => {
  const tests = path.join(fstest, 'tests');
  const files = readdirSync(tests, { recursive: true }).map(String).filter((name) => name.endsWith('.t')).sort();
  assert.equal(files.length, 184);
  const halves = [files.filter((_, index) => index % 2 === 0), files.filter((_, index) => index % 2 === 1)];
  const ended = await inParallel(halves, (half) => cage(['--dir', `${fstest}:/suite`, path.join(busybox, 'busybox'), 'ash', '-c',
    `${INSTALL} ${GETCONF} ${RUN_FILES}`, 'ash', ...half]));
  /** @type {Map<string, string>} */
  const failures = new Map();
  const seen = new Set();
  let checks = 0;
  for (const { status, out, err } of ended) {
    assert.equal(status, 0, out.slice(-500) + err);
    for (const part of out.split(/^file /m).slice(1)) {
      const [name = '', ...lines] = part.split('\n');
      seen.add(name);
      const plan = lines.find((line) => line.startsWith('1..'));
      const results = lines.filter((line) => /^(not )?ok \d+$/.test(line));
      checks += results.length;
      results.filter((line) => line.startsWith('not')).forEach((line) => failures.set(`${name} ${line.slice(7)}`, 'not ok'));
      if (plan !== `1..${results.length}`) failures.set(name, `plan ${plan}, ${results.length} checks`);
    }
  }
  assert.deepEqual([...seen].sort(), files);
  t.diagnostic(`${files.length} files, ${checks} checks, ${failures.size} failures`);
  assert.ok(checks > 1900, 'files that skip their checks prove nothing');
  checkFailures('fstest', failures);
});
