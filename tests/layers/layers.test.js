/** The tree's own rules hold (rules.js), and each of them can fail. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { boundaryRule, importRule, includeRule, nameRule, placeRule, sizeRule } from './rules.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Committed files and new ones that are not ignored, without binary ones. @returns {Map<string, string>} */
function repository() {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const tree = new Map();
  for (const path of new Set(list.split('\0').filter(Boolean))) {
    let text;
    try {
      text = readFileSync(root + path, 'utf8');
    } catch {
      continue; // removed, not committed yet
    }
    if (!text.includes('\0')) {
      tree.set(path, text);
    }
  }
  return tree;
}

const tree = repository();
const manifest = JSON.parse(tree.get('package.json') ?? '{}');
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });

/** @param {string[]} complaints */
function none(complaints) {
  assert.equal(complaints.length, 0, `\n${complaints.join('\n')}`);
}

/** @param {Record<string, string>} files */
const made = (files) => new Map(Object.entries(files));

test('the core includes only leftwards and only what needs no outside world', () => {
  assert.ok([...tree.keys()].filter((path) => /^core\/.*\.[ch]$/.test(path)).length > 10);
  none(includeRule(tree));
});

test('web imports nothing of Node, and everything imported is a dependency', () => {
  none(importRule(tree, dependencies));
});

test('views of the core\'s memory are made in one place, and index.js only exports', () => {
  none(boundaryRule(tree));
});

test('files and functions are short', () => none(sizeRule(tree)));

test('file names of the core are unique', () => none(nameRule(tree)));

test('no file names a place of one machine or network', () => none(placeRule(tree)));

test('the include rule refuses what it should', () => {
  const bad = {
    'core/mem/a.h': '#include "cpu/cpu.h"\n',
    'core/base/b.c': '  #  include "isa/insn.h"\n',
    'core/cage/c.c': '#include "xlate/emit.h"\n',
    'core/xlate/d.c': '#include "cage/cage.h"\n',
    'core/fs/e.c': '#include "mem/space.h"\n',
    'core/cpu/f.c': '#include <stdio.h>\n',
    'core/cpu/g.c': '#include "../isa/insn.h"\n',
    'core/cpu/h.c': '#include CHOSEN\n',
    'core/cpu/i.c': '#include "wasm/exports.h"\n',
    'core/stuff/j.c': '\n',
    'core/proof/k.c': '#include "box/box_internal.h"\n',
  };
  assert.equal(includeRule(made(bad)).length, Object.keys(bad).length);
  const good = {
    'core/cpu/a.c': '#include "cpu/cpu.h"\n#include "mem/space.h"\n#include "moxbox/status.h"\n#include <string.h>\n',
    'core/cage/b.c': '#include "cpu/stop.h"\n// #include <stdio.h>\n/* #include "xlate/emit.h"\n */\n',
    'core/tools/c.c': '#include <stdio.h>\n#include "box/box.h"\n',
    'core/box/d.c': '#include "proof/state_hash.h"\n',
  };
  none(includeRule(made(good)));
});

test('the import rule refuses what it should', () => {
  const bad = {
    'web/a.js': "import { readFile } from 'node:fs';\n",
    'web/b.js': "const x = await import('../node/loader.js');\n",
    'web/c.js': "import 'left-pad';\n",
    'web/d.js': "export * from './playground/page.js';\n",
    'node/e.js': "import { x } from '../tests/js/help.js';\n",
    'node/f.js': "import ts from '@scope/tool/deep.js';\n",
    'node/g.js': "export {\n  a,\n  b,\n} from 'left-pad';\n",
  };
  assert.equal(importRule(made(bad), ['cborg']).length, Object.keys(bad).length);
  none(importRule(made({
    'web/a.js': "import { x } from './b.js';\nimport { encode } from 'cborg';\n",
    'web/playground/b.js': "import { Box } from '../index.js';\n// import 'node:fs'\nconst text = { from: 'here', is: `from '${x}'` };\n",
    'node/c.js': "import fs from 'node:fs';\nexport { Box } from '../web/index.js';\n",
  }), ['cborg']));
});

test('the boundary rule refuses what it should', () => {
  const bad = {
    'web/a.js': 'const view = new Uint8Array(this.#memory.buffer);\n',
    'web/b.js': 'process.exit(1);\n',
    'node/c.js': 'new DataView(memory.buffer)\n',
    'web/index.js': "export { Box } from './box.js';\nconst x = 1;\n",
    'node/index.js': 'export function run() {}\n',
  };
  assert.equal(boundaryRule(made(bad)).length, Object.keys(bad).length);
  none(boundaryRule(made({
    'web/heap.js': 'new Uint8Array(memory.buffer)\n',
    'web/index.js': "/** x */\nexport { Box } from './box.js';\nexport const { run } = runnersFor(Box);\n",
    'node/c.js': 'process.exit(1);\n',
  })));
});

test('the size rule refuses what it should', () => {
  const body = (/** @type {string} */ inner, /** @type {number} */ lines) =>
    `int f(void) {\n${inner.repeat(lines)}}\n`;
  assert.equal(sizeRule(made({ 'core/cpu/a.c': body('    x();\n', 59) })).length, 1);
  assert.equal(sizeRule(made({ 'core/cpu/a.c': `int f(int a,\n      int b) {\n${'    x();\n'.repeat(80)}}\n` })).length, 1);
  assert.equal(sizeRule(made({ 'core/cpu/b.h': '\n'.repeat(800) })).length, 1);
  none(sizeRule(made({ 'core/cpu/a.c': body('    x();\n', 58) })));
  none(sizeRule(made({ 'core/cpu/a.c': `int f(void) {\n#include "isa/moxie.def"\n${'    x();\n'.repeat(90)}}\n` })));
});

test('the name and place rules refuse what they should', () => {
  assert.equal(nameRule(made({ 'core/a/x.c': '', 'core/b/x.c': '', 'core/b/CamelCase.h': '' })).length, 2);
  const home = ['', 'root', '.cache'].join('/');
  assert.equal(placeRule(made({ 'a.sh': `x=${home}\n`, 'b.sh': 'cd ~/.cache # $HOME/work/x ../work/y\n' })).length, 1);
});
