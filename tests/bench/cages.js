#!/usr/bin/env node
/**
 * How fast other people's programs run in cages: SQLite, awk, Tcl, Lua, a shell, xz, zstd and bzip2, each a fresh
 * `moxbox cage` process, interpreted and with the translator, and the same program compiled for this system.
 *
 *     node tests/bench/cages.js [--only NAME]... [--runs N] [--json FILE]
 *
 * Times are of the processor, of all threads, the start of Node and the engine's compiling included; the best of the
 * runs counts. Outputs and exit statuses of all three have to be equal.
 *
 * needs: web/core.wasm; the programs are built when they are missing (tests/cage/programs.sh)
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programs, root, scratchFolder } from '../cage/world.js';
import { processorTime } from './processor_time.js';
import { geometricMean } from './statistics.js';

const WORDS = 480_000;

/** The same text everywhere: lines of eight words out of 3,000. */
function text() {
  let seed = 1;
  const below = (/** @type {number} */ limit) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % limit;
  };
  const letter = () => String.fromCharCode(97 + below(26));
  const words = Array.from({ length: 3000 }, () => Array.from({ length: 2 + below(8) }, letter).join(''));
  let all = '';
  for (let i = 0; i < WORDS; i += 1) all += words[below(words.length)] + (i % 8 === 7 ? '\n' : ' ');
  return all;
}

const SQL = `create table t(a integer primary key, b text, c int);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
  insert into t select i, printf('row %d', (i * 7919) % 60000), (i * 104729) % 1000 from n;
create index tb on t(b);
select count(*), sum(c), max(b) from t where c between 100 and 700;
select c, count(*) from t group by c order by 2 desc, 1 limit 5;
select count(*) from t x join t y on x.b = y.b where x.c < 300;
update t set c = c + 1 where a % 3 = 0;
select sum(length(b)) from t;
`;
const AWK = `{ for (i = 1; i <= NF; i++) { count[$i]++; n++; size += length($i) }
  if ($1 ~ /^[a-f].*e/) starts++; gsub(/a/, "b"); found += index($0, "zz") }
END { for (w in count) if (count[w] > most) most = count[w]; print n, size, starts, most, found }
`;
const TCL = `proc fib n { if {$n < 2} { return $n }; expr {[fib [expr {$n - 1}]] + [fib [expr {$n - 2}]]} }
puts [fib 21]
for {set i 0} {$i < 60000} {incr i} { dict set d k[expr {$i % 977}] $i; lappend l [string range abcdefghij$i 2 8] }
puts "[llength [lsort -unique $l]] [dict size $d] [string length [join $l ,]]"
`;
const LUA = `local t = {} for i = 1, 200000 do t[i] = (i * 7919) % 100003 end table.sort(t)
local s = {} for i = 1, 60000 do s[#s + 1] = string.format("%d:%s", t[i], ("x"):rep(i % 7)) end
local all, n = table.concat(s, ","), 0
for k, v in all:gmatch("(%d+):(x*)") do n = n + #v + tonumber(k) end
local function queens(n, row, c, d, e)
  if row > n then return 1 end
  local ways = 0
  for i = 1, n do if not c[i] and not d[row + i] and not e[row - i + n] then
    c[i], d[row + i], e[row - i + n] = true, true, true
    ways = ways + queens(n, row + 1, c, d, e)
    c[i], d[row + i], e[row - i + n] = nil, nil, nil
  end end
  return ways
end
print(n, #all, queens(8, 1, {}, {}, {}))
`;
const SHELL = `i=0 s=0
while [ $i -lt 60000 ]; do
  s=$(((s * 31 + i) % 65521))
  case $s in *7) k=\${s%7};; 1*) k=x$s;; *) k=$s;; esac
  a[$((i % 100))]=$k i=$((i + 1))
done
echo $s \${a[5]} \${#a[@]}
`;

/** The program, its file in the folder that programs.sh makes, its input, and its arguments.
 * @type {{name: string, file: string, input: string, args: (input: string) => string[]}[]} */
const JOBS = [
  { name: 'sqlite', file: 'sqlite3', input: SQL, args: (input) => [':memory:', `.read ${input}`] },
  { name: 'mawk', file: 'mawk', input: 'text', args: (input) => [AWK, input] },
  { name: 'jimtcl', file: 'jimsh', input: TCL, args: (input) => [input] },
  { name: 'lua', file: 'lua', input: LUA, args: (input) => [input] },
  { name: 'mksh', file: 'mksh', input: SHELL, args: (input) => [input] },
  { name: 'xz', file: 'xz', input: 'text', args: (input) => ['-c', '-1', '-T1', input] },
  { name: 'zstd', file: 'zstd', input: 'text', args: (input) => ['-c', '-q', '-6', '--single-thread', input] },
  { name: 'bzip2', file: 'bzip2', input: 'text', args: (input) => ['-c', input] },
];

/** @param {string[]} command @param {number} runs @param {string} [expected] output */
function best(command, runs, expected) {
  const all = Array.from({ length: runs }, () => processorTime(command));
  for (const { out } of all) {
    if (out !== (expected ?? all[0]?.out)) throw new Error(`${command.join(' ')} gave another output`);
  }
  return { seconds: Math.min(...all.map(({ seconds }) => seconds)), out: String(all[0]?.out) };
}

/** @param {(typeof JOBS)[number]} job @param {string} folder @param {number} runs */
function measure({ name, file, input, args }, folder, runs) {
  const [cage] = programs([name]);
  const [here] = programs([name], true);
  const path = join(folder, name);
  writeFileSync(path, input === 'text' ? text() : input);
  const native = best([join(String(here), file), ...args(path)], runs);
  const engine = (/** @type {string} */ kind) => best([process.execPath, join(root, 'node/cli.js'), 'cage', '--quiet',
    '--engine', kind, '--file', `${path}:/input:ro`, join(String(cage), file), ...args('/input')], runs, native.out).seconds;
  return { name, native: native.seconds, interpreter: engine('interpreter'), auto: engine('auto') };
}

const { values } = parseArgs({ options: {
  only: { type: 'string', multiple: true }, runs: { type: 'string', default: '3' }, json: { type: 'string' },
} });
const folder = scratchFolder();
/** @type {ReturnType<typeof measure>[]} */
const rows = [];
console.log('program   native s  interpreter s   auto s  interpreter/auto  auto/native');
for (const job of JOBS.filter(({ name }) => !values.only || values.only.includes(name))) {
  const row = measure(job, folder, Number(values.runs));
  rows.push(row);
  console.log([row.name.padEnd(8), row.native.toFixed(2).padStart(9), row.interpreter.toFixed(2).padStart(14),
    row.auto.toFixed(2).padStart(8), (row.interpreter / row.auto).toFixed(2).padStart(17),
    (row.auto / row.native).toFixed(1).padStart(12)].join(' '));
}
console.log(`geometric means: interpreter/auto ${geometricMean(rows.map((row) => row.interpreter / row.auto)).toFixed(2)}, auto/native ${geometricMean(rows.map((row) => row.auto / row.native)).toFixed(1)}`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
