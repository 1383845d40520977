/**
 * Tools with tests of their own, and files to work on: a script of the shell that uses them prints in a cage
 * what it prints on this system. $P is the folder of the program, $S that of our own scripts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cage, full, INSTALL, programs, root, run, scratchFolder } from './world.js';

/** @type {{program: string, script: string, least: number, unlike?: RegExp[]}[]} least: lines that must come */
const tools = [
  // The banner says with which random numbers it was built; the sign of a NaN is the processor's.
  { program: 'mawk', least: 30, unlike: [/-?\bnan\b/g], script: 'cp -R $P w; cd w/test; sh ./mawktest 2>&1 | sed "/^mawk 1/,/^maximum/d"; sh ./fpe_test 2>&1' },
  { program: 'lua', least: 20, script: 'lua $S/files.lua 2>&1; lua - <$S/../../torture/scripts/check.lua | md5sum' },
  {
    program: 'zlib', least: 10, unlike: [/compile flags = 0x\w+/],
    script: `example; for n in 1 6 9; do minigzip -$n <$P/trees.c >t$n.gz; minigzip -d <t$n.gz | cmp - $P/trees.c && md5sum t$n.gz; done
      cp $P/trees.c f; minigzip f; ls; minigzip -d f.gz; cmp f $P/trees.c && echo same; zcat t9.gz | md5sum; gzip -c f | minigzip -d | cmp - f && echo ours`,
  },
  {
    program: 'bzip2', least: 10,
    script: `for n in 1 2 3; do bzip2 -$n <$P/sample$n.ref | cmp - $P/sample$n.bz2 && echo packed $n; done
      bzip2 -d <$P/sample1.bz2 | cmp - $P/sample1.ref && echo unpacked 1; bzip2 -ds <$P/sample3.bz2 | cmp - $P/sample3.ref && echo unpacked 3
      cp $P/sample1.ref f; bzip2 -k f; bzip2 -tv f.bz2 2>&1; ls; rm f; bzip2 -d f.bz2; ls; bzip2 -t f 2>&1; echo $?; bunzip2 <$P/sample2.bz2 | md5sum`,
  },
  {
    program: 'lz4', least: 8,
    // Level 1 packs otherwise where an address has 64 bits.
    script: `for n in 1 4 9 12; do lz4 -q -$n $P/lz4hc.c f$n; lz4 -q -d f$n g$n; cmp g$n $P/lz4hc.c && echo $n; done; md5sum f4 f9 f12
      lz4 -q -BD -B4 --content-size <$P/lz4hc.c | lz4 -qd | cmp - $P/lz4hc.c && echo piped; lz4 -t $P/lz4hc.c 2>/dev/null; echo $?
      lz4 -q -m f1 f4; ls; for g in $P/goldenSamples/*; do lz4 -q -d <$g | md5sum; done; frametest -s7 -i${full ? 300 : 20} >/dev/null 2>&1; echo $?`,
  },
  {
    program: 'xz', least: 10,
    script: `cp -R $P/tests t; cd t; for p in check stream_flags filter_flags block_header index index_hash vli bcj_exact_size memlimit lzip_decoder hardware; do
        srcdir=. ./test_$p >out 2>&1; echo "$p $? $(grep -c ^PASS: out)"; done
      cd ..; n=0; for f in t/files/good*.xz t/files/good*.lzma t/files/good*.lz; do xz -dc $f 2>&1 | md5sum; done
      for f in t/files/bad*; do xz -dc $f >/dev/null 2>&1; echo $? $f; done
      xz -k -2 -c $P/tests/test_files.sh | xz -dc | cmp - $P/tests/test_files.sh && echo same`,
  },
  {
    // Not the files that need other users, sockets, a terminal or the time zone of this system.
    program: 'jimtcl', least: 37,
    script: `cp -R $P/tests $P/tcltest.tcl .; cd tests; export HOME=$PWD; for f in glob2 alias apply array binary concat dict error exists expand expr expr-new expr-old for format \
      list loop lsearch lsort misc parse prefix proc regexp rename return scan string stringmatch subst tailcall try uplevel upvar util while tree; do
      jimsh $f.test 2>&1 | sed -n 's/.*: Total/total/p' | grep "total.*Passed" | sed "s/^/$f /"; done`,
  },
  {
    program: 'zstd', least: 8,
    // Level 9 searches otherwise where a processor has vectors.
    script: `for n in 1 3 9 19; do zstd -q -$n $P/zstd_lazy.c -o f$n; zstd -qd f$n -o g$n; cmp g$n $P/zstd_lazy.c && echo $n; done; md5sum f1 f3 f19
      zstd -t f3 2>&1 | tail -n 1; zstd -t $P/zstd_lazy.c 2>/dev/null; echo $?
      for f in $P/golden-decompression/*.zst; do zstd -dc $f | md5sum; done; for f in $P/golden-compression/*; do zstd -q -c $f | zstd -dc | cmp - $f && echo same; done`,
  },
];

const [busybox = ''] = programs(['busybox']);
const [busyboxHere = ''] = programs(['busybox'], true);
const folder = scratchFolder();
const bin = path.join(folder, 'bin');
mkdirSync(bin);
const applets = await run(path.join(busyboxHere, 'busybox'), ['--list']);
applets.out.trim().split('\n').forEach((name) => symlinkSync(path.join(busyboxHere, 'busybox'), path.join(bin, name)));
const scripts = path.join(root, 'tests/cage/scripts');

/** @param {string} text @param {RegExp[]} [unlike] what says of which machine it was made for */
const comparable = (text, unlike = []) => unlike.reduce((rest, pattern) => rest.replace(pattern, ''), text);

for (const { program, script, least, unlike } of tools) {
  test(`${program} does what it does on this system`, async (t) => {
    const [inCage = ''] = programs([program]);
    const [here = ''] = programs([program], true);
    const place = path.join(folder, program);
    mkdirSync(place);
    const whole = `umask 022; export PATH=$P:$PATH; ${script}`;
    const expected = await run(path.join(bin, 'ash'), ['-c', whole], { cwd: place, env: { PATH: bin, P: here, S: scripts } });
    const got = await cage(['--dir', `${inCage}:/p`, '--dir', `${scripts}:/tests/cage/scripts`,
      '--dir', `${path.join(root, 'tests/torture/scripts')}:/tests/torture/scripts`,
      '--env', 'PATH=/bin', '--env', 'P=/p', '--env', 'S=/tests/cage/scripts', path.join(busybox, 'busybox'), 'ash', '-c',
      `${INSTALL} mkdir /work; cd /work; ${whole}`]);
    const lines = expected.out.split('\n').length - 1;
    t.diagnostic(`${lines} lines`);
    assert.ok(lines >= least, `${lines} lines of ${least}: ${expected.out}${expected.err}`);
    const plain = (/** @type {string} */ text, /** @type {string} */ prefix) => comparable(text, unlike).replaceAll(prefix, '$P');
    assert.equal(plain(got.out, '/p'), plain(expected.out, here));
    assert.deepEqual([got.status, plain(got.err, '/p')], [expected.status, plain(expected.err, here)]);
  });
}
