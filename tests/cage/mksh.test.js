/** mksh's own tests, by its own check.pl, with the shell (and busybox as its tools) in a cage of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { NATIVE } from '../native.js';
import { checkFailures, inParallel, programs, root, run, scratchFolder } from './world.js';

test('mksh: its tests pass in a cage, or the reason is known', async (t) => {
  const [mksh = '', busybox = ''] = programs(['mksh', 'busybox']);
  const folder = scratchFolder();
  const wrapper = path.join(folder, 'wrapper');
  symlinkSync(path.join(root, 'tests/cage/mksh-in-cage.pl'), wrapper);
  symlinkSync(NATIVE, path.join(folder, 'moxbox'));
  symlinkSync(path.join(mksh, 'mksh'), path.join(folder, 'mksh'));
  symlinkSync(path.join(busybox, 'busybox'), path.join(folder, 'busybox'));
  const categories = /-A check_categories -- +(.*)/.exec(readFileSync(path.join(mksh, 'test.sh'), 'utf8'))?.[1] ?? '';
  const names = [...readFileSync(path.join(mksh, 'check.t'), 'latin1').matchAll(/^name: +(\S+)/gm)].map(([, name]) => String(name));
  assert.equal(names.length, 604);

  const ended = await inParallel([0, 1], (half) => {
    const place = path.join(folder, `t${half}`);
    mkdirSync(place);
    // Nothing that runs here has a terminal.
    return run('perl', [path.join(mksh, 'check.pl'), '-p', wrapper, '-s', path.join(mksh, 'check.t'), '-T', place, '-t', '120', '-v',
      '-C', [...categories.split(/[ ,]+/), 'regress:no-ctty'].join(), ...names.filter((_, index) => index % 2 === half)], { env: { PATH: process.env.PATH } });
  });
  /** @type {Map<string, string>} */
  const failures = new Map();
  const passed = new Set();
  for (const { out, err } of ended) {
    assert.match(out, /^Total passed: \d+$/m, `check.pl did not end: ${err}`);
    for (const part of out.split(/^(?=(?:pass|FAIL|fail|PASS) )/m)) {
      const [, result, name = ''] = /^(pass|FAIL|fail|PASS) \S+check\.t:(\S+)/.exec(part) ?? [];
      if (result === 'pass') passed.add(name);
      else if (name) failures.set(name, part.replace(/^[^]*?\t(?=unexpected|test timed out)/, ''));
    }
  }
  t.diagnostic(`${passed.size} passed, ${failures.size} failed, ${names.length - passed.size - failures.size} not for this build`);
  assert.ok(passed.size > names.length * 0.8);
  checkFailures('mksh', failures);
});
