/**
 * Libraries with tests of their own, and programs whose output can be compared with a native build's. What is
 * the same for both builds stands in `flags`; nothing may make the two compute different things on purpose.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root, sources } from './build.js';

/**
 * @typedef {object} Library
 * @property {string} source a name of sources.sha256
 * @property {string[]} files patterns of its C files, with one * at most
 * @property {string[]} [not] files that do not belong to it
 * @property {string[]} [shims] ours
 * @property {string[]} [flags] {} is the library's folder, {shims} that of our shims
 * @property {string[]} [link]
 *
 * @typedef {object} Comparison
 * @property {string[]} [data] stdin, for the box its data file 0
 * @property {RegExp[]} [unlike] what the outputs say of the machine that they were made on
 *
 * @typedef {import('./build.js').Program & Comparison} Case
 */

const SHIMS = path.join(root, 'tests/torture/shims');
const TESTS = path.join(root, 'tests/torture');

/** @type {Record<string, Library>} */
const LIBRARIES = {
  libtommath: {
    source: 'libtommath',
    files: ['bn_*.c', 'demo/shared.c', 'demo/test.c'],
    shims: ['arguments.c'],
    flags: ['-I{}', '-DMP_32BIT', '-DMP_NO_DEV_URANDOM', '-include', '{shims}/stopped_clock.h', '-Dmain=program_main'],
  },
  mbedtls: {
    source: 'mbedtls',
    files: ['library/*.c', 'programs/test/selftest.c'],
    shims: ['mbedtls_entropy.c'],
    flags: ['-I{}/include', '-I{}/library', '-I{shims}', '-DMBEDTLS_CONFIG_FILE="mbedtls_config.h"',
      '-include', '{shims}/stopped_clock.h'],
  },
  zlib: { source: 'zlib', files: ['*.c', 'test/example.c'], not: ['gz*.c'], flags: ['-I{}', '-DZ_SOLO'] },
  minigzip: { source: 'zlib', files: ['*.c', 'test/minigzip.c'], flags: ['-I{}', '-DHAVE_UNISTD_H'] },
  bzip2: { source: 'bzip2', files: ['blocksort.c', 'huffman.c', 'crctable.c', 'randtable.c', 'compress.c', 'decompress.c', 'bzlib.c'],
    shims: ['bzip2_filter.c'], flags: ['-I{}'] },
  lz4: { source: 'lz4', files: ['lib/*.c', 'tests/fuzzer.c'], shims: ['arguments.c'],
    flags: ['-I{}/lib', '-I{}/programs', '-DXXH_NAMESPACE=LZ4_', '-Dmain=program_main', '-include', '{shims}/stopped_clock.h'] },
  lua: { source: 'lua5.4', files: ['src/*.c'], not: ['src/luac.c'], shims: ['arguments.c'],
    flags: ['-I{}/src', '-std=gnu99', '-Dluai_makeseed(L)=1u', '-Dmain=program_main', '-DARGUMENTS="-"'], link: ['-lm'] },
  mujs: { source: 'mujs', files: ['one.c', 'main.c'], flags: ['-I{}', '-std=gnu99'], link: ['-lm'] },
};

/** @param {string} folder @param {string[]} patterns @returns {string[]} files, absolute */
export function matching(folder, patterns) {
  return patterns.flatMap((pattern) => {
    const [before = '', after] = path.basename(pattern).split('*');
    const place = path.join(folder, path.dirname(pattern));
    if (after === undefined) return [path.join(folder, pattern)];
    return readdirSync(place).filter((name) => name.startsWith(before) && name.endsWith(after)).sort()
      .map((name) => path.join(place, name));
  });
}

/**
 * @param {string} name of the case
 * @param {Library} library
 * @param {{flags?: string[]} & Comparison} [more] flags: further ones
 * @returns {Case}
 */
function program(name, library, { flags = [], data, unlike } = {}) {
  const [folder = ''] = sources(library.source);
  const not = new Set(matching(folder, library.not ?? []));
  return {
    name,
    unlike,
    data: data?.map((file) => file.replace('{}', folder)),
    sources: [...matching(folder, library.files).filter((file) => !not.has(file)),
      ...(library.shims ?? []).map((file) => path.join(SHIMS, file))],
    flags: ['-O2', '-w', ...(library.flags ?? []), ...flags].map((flag) =>
      flag.replace('{}', folder).replace('{shims}', SHIMS)),
    link: library.link,
  };
}

/** Needs files; take thousands of millions of instructions; prints as many bits as a long has. */
const NOT_OF_LIBTOMMATH = ['mp_fread_fwrite', 'mp_prime_is_prime', 'mp_root_u32', 'mp_montgomery_reduce',
  'mp_prime_rand', 'mp_div_3', 'mp_dr_reduce', 'mp_get_ul'];

/** @returns {Case} */
function libtommath() {
  const library = /** @type {Library} */ (LIBRARIES.libtommath);
  const [folder = ''] = sources(library.source);
  const tests = [...readFileSync(path.join(folder, 'demo/test.c'), 'utf8').matchAll(/^ +T[012]\((\w+)/gm)]
    .map(([, name]) => `"${name}"`).filter((name) => !NOT_OF_LIBTOMMATH.includes(name.slice(1, -1)));
  return program('libtommath test', library, { flags: [`-DARGUMENTS=${tests.join()}`] });
}

/** @returns {Case[]} programs of cJSON's tests, one of each file that reads no other */
function cjson() {
  const [folder = ''] = sources('cjson');
  return readdirSync(path.join(folder, 'tests')).sort().flatMap((file) => {
    if (!file.endsWith('.c') || ['unity_setup.c', 'parse_examples.c', 'json_patch_tests.c'].includes(file)) return [];
    const utils = /utils/.test(file) ? ['cJSON_Utils.c'] : [];
    return [program(`cjson ${file}`, {
      source: 'cjson',
      files: [`tests/${file}`, 'tests/unity/src/unity.c', 'tests/unity_setup.c', ...utils],
      flags: ['-I{}', '-I{}/tests', '-I{}/tests/unity/src', '-I{}/tests/unity/examples', '-ffile-prefix-map={}=cjson'],
      link: ['-lm'],
    })];
  });
}

/** @param {string} name @param {Parameters<typeof program>[2]} [more] @param {string} [title] */
const of = (name, more, title = name) => program(title, /** @type {Library} */ (LIBRARIES[name]), more);

/** @returns {Case[]} */
export function allPrograms() {
  return [
    libtommath(),
    of('mbedtls', {}, 'mbedtls selftest'),
    of('zlib', { unlike: [/compile flags = 0x\w+/] }, 'zlib example'),
    of('minigzip', { data: ['{}/trees.c'] }),
    ...[1, 2, 3].map((n) => of('bzip2', { flags: [`-DLEVEL=${n}`], data: [`{}/sample${n}.ref`] }, `bzip2 -${n} sample${n}`)),
    ...[1, 2, 3].map((n) => of('bzip2', { flags: ['-DLEVEL=0'], data: [`{}/sample${n}.bz2`] }, `bzip2 -d sample${n}`)),
    of('lz4', {
      flags: ['-DARGUMENTS="-s1","-i2"'],
      // It has other hash tables and other overflow tests for 32 bits.
      unlike: [/\d\d-bits/, /generating low buffer.*\n/, /compression ratio: .*/],
    }, 'lz4 fuzzer'),
    of('lua', { data: [path.join(TESTS, 'scripts/check.lua')] }),
    of('mujs', { data: [path.join(TESTS, 'scripts/check.js.txt')] }),
    ...cjson(),
  ];
}
