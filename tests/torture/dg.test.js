/** The readers of GCC's test directives and the list of expected failures can say no. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dgOptions, scriptOptions, selected, tclWords } from './dg.js';
import { checkFailures } from './harness.js';

test('Tcl lists are split at the top level', () => {
  assert.deepEqual(tclWords('a "b c" { d { e } } -f'), ['a', 'b c', 'd { e }', '-f']);
  assert.throws(() => tclWords('{ a'), /brace without its partner/);
});

test('selectors mean moxiebox or not', () => {
  assert.equal(selected('target { { i?86-*-* x86_64-*-* } && ia32 }'), false);
  assert.equal(selected('target i?86-*-* moxie-*-*'), true);
  assert.equal(selected('target { ! signal }'), false);
  assert.equal(selected('target { ! ia32 }'), true);
  assert.equal(selected('target { ia32 || fpic }'), true);
  assert.throws(() => selected('target newthing'), /is not known/);
});

test('options come from the directives that mean us, in the order of DejaGnu', () => {
  assert.deepEqual(dgOptions('int x;', 1000), ['-w']);
  assert.deepEqual(dgOptions([
    '/* { dg-options "-fwrapv -O1" } */',
    '/* { dg-additional-options "-DSIGNAL_SUPPRESS" { target { ! signal } } } */',
    '/* { dg-additional-options "-fno-inline" } */',
    '/* { dg-add-options stack_size } */',
    '/* { dg-require-effective-target int32plus } */',
  ].join('\n'), 1000), ['-fwrapv', '-O1', '-fno-inline', '-DSTACK_SIZE=1000']);
  assert.throws(() => dgOptions('/* { dg-newthing "-x" } */', 0), /dg-newthing is not known/);
});

test('.x scripts add options outside of conditions only', () => {
  assert.deepEqual(scriptOptions([
    'if { [check_effective_target_newlib_nano_io] } {',
    '    lappend additional_flags "-Wl,-u,_printf_float"',
    '}',
    'lappend additional_flags "-fno-ivopts" "-fno-gcse"',
    'return 0',
  ].join('\n'), ['-a']), ['-a', '-fno-ivopts', '-fno-gcse']);
  assert.deepEqual(scriptOptions('set additional_flags -fno-builtin-abs', ['-a']), ['-fno-builtin-abs']);
  assert.throws(() => scriptOptions('frobnicate', []), /is not known/);
});

test('a listed program that passes, an unlisted one that does not, and another failure than listed are errors', () => {
  const all = new Map([
    ['newlib.elix/tmmap.c', 'does not compile\nthe rest'],
    ['newlib.iconv/iconvjp.c', 'skips itself'],
    ['newlib.iconv/iconvnm.c', 'skips itself'],
    ['newlib.iconv/iconvru.c', 'skips itself'],
    ['newlib.locale/UTF-8.c', 'exit 1'],
  ]);
  const check = (/** @type {Map<string, string>} */ failures) => checkFailures('newlib/testsuite', '-O2', failures);
  check(all);
  assert.throws(() => check(new Map([...all, ['new.c', 'exit 134']])), /new\.c: exit 134/);
  assert.throws(() => check(new Map([...all, ['newlib.locale/UTF-8.c', 'exit 2']])), /expected\.json says: exit 1/);
  all.delete('newlib.locale/UTF-8.c');
  assert.throws(() => check(all), /UTF-8\.c: passes, but/);
});
