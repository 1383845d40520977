#!/usr/bin/env node
// Mutation testing of the instruction table: changes one thing at a time in the meaning, layout or words of
// the instructions, and expects tests/unit/insn_matrix (or, where it says nothing, table or
// interp_differential) to fail. A mutant that survives is a hole in the tests.
//
//   tests/mutation/run.js [--only TEXT] [--json FILE] [--jobs N]
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const run = promisify(execFile);

/** Replacements tried at every place where the text stands in a row. */
const swaps = [
  ['ADD(', 'SUB('], ['SUB(', 'ADD('], ['MUL(', 'ADD('], ['AND(', 'OR('], ['OR(', 'XOR('], ['XOR(', 'OR('],
  ['NEG(', 'NOT('], ['NOT(', 'NEG('], ['SHL(', 'SHR('], ['SHR(', 'SAR('], ['SAR(', 'SHR('],
  ['SEX8(', 'ZEX8('], ['SEX8(', 'SEX16('], ['SEX16(', 'ZEX16('], ['SEX16(', 'SEX8('],
  ['ZEX8(', 'SEX8('], ['ZEX8(', 'ZEX16('], ['ZEX16(', 'SEX16('], ['ZEX16(', 'ZEX8('],
  ['UMULH(', 'SMULH('], ['SMULH(', 'UMULH('],
  ['DIVS(', 'DIVU('], ['DIVU(', 'DIVS('], ['REMS(', 'REMU('], ['REMU(', 'REMS('], ['DIVS(', 'REMS('],
  ['LOAD8(', 'LOAD16('], ['LOAD16(', 'LOAD8('], ['LOAD16(', 'LOAD32('], ['LOAD32(', 'LOAD16('],
  ['STORE8(', 'STORE16('], ['STORE16(', 'STORE8('], ['STORE16(', 'STORE32('], ['STORE32(', 'STORE16('],
  ['K(4)', 'K(8)'], ['K(12)', 'K(8)'], ['K(12)', 'K(16)'], ['K(2)', 'K(1)'], ['K(3)', 'K(4)'],
  ['R(A)', 'R(B)'], ['R(B)', 'R(A)'], ['SET(A', 'SET(B'], ['SET(B', 'SET(A'],
  ['R(FP)', 'R(SP)'], ['R(SP)', 'R(FP)'], ['SET(FP', 'SET(SP'], ['SET(SP', 'SET(FP'],
  ['V(T0)', 'V(T1)'], ['V(T1)', 'V(T0)'], ['V(T1)', 'V(T2)'], ['V(T2)', 'V(T1)'],
  ['NEXT_PC', 'IMM'], ['JUMP(IMM)', 'JUMP(NEXT_PC)'],
  ['BRANCH(EQ)', 'BRANCH(NE)'], ['BRANCH(NE)', 'BRANCH(EQ)'], ['BRANCH(LT)', 'BRANCH(LE)'],
  ['BRANCH(LT)', 'BRANCH(LTU)'], ['BRANCH(GT)', 'BRANCH(GE)'], ['BRANCH(GT)', 'BRANCH(GTU)'],
  ['BRANCH(LTU)', 'BRANCH(LEU)'], ['BRANCH(LTU)', 'BRANCH(LT)'], ['BRANCH(GTU)', 'BRANCH(GEU)'],
  ['BRANCH(GTU)', 'BRANCH(GT)'], ['BRANCH(GE)', 'BRANCH(GT)'], ['BRANCH(GE)', 'BRANCH(GEU)'],
  ['BRANCH(LE)', 'BRANCH(LT)'], ['BRANCH(LE)', 'BRANCH(LEU)'], ['BRANCH(GEU)', 'BRANCH(GTU)'],
  ['BRANCH(GEU)', 'BRANCH(GE)'], ['BRANCH(LEU)', 'BRANCH(LTU)'], ['BRANCH(LEU)', 'BRANCH(LE)'],
  ['TRAP(SWI)', 'TRAP(BREAK)'], ['TRAP(BREAK)', 'TRAP(SWI)'],
  ['A_OFF_B', 'A_AT_B'], ['OFF_A_B', 'AT_A_B'], ['A_IMM32', 'A_OFF_B'], ['IMM32_A', 'OFF_A_B'],
  ['ADDR32', 'A_OFF_B'], [' IMM32,', ' A_OFF_B,'], ['PCREL10', 'ADDR32'], [' AB,', ' A_OFF_B,'],
];

/** Changes to the words and the decoder: [file, text, replacement]. */
const others = [
  ['isa/words_c.h', '#define SHL(x, y) ((x) << (31u & (y)))\n', '#define SHL(x, y) ((x) << (15u & (y)))\n'],
  ['isa/words_c.h', '#define SHR(x, y) ((x) >> (31u & (y)))\n', '#define SHR(x, y) ((x) >> (30u & (y)))\n'],
  ['isa/words_c.h', '#define SAR(x, y) word_sar((x), 31u & (y))\n', '#define SAR(x, y) word_sar((x), 29u & (y))\n'],
  ['isa/words_c.h', '#define SEX8(x) (((0xffu & (x)) ^ 0x80u) - 0x80u)\n', '#define SEX8(x) (((0xffu & (x)) ^ 0x40u) - 0x80u)\n'],
  ['isa/words_c.h', '#define SEX16(x) (((0xffffu & (x)) ^ 0x8000u) - 0x8000u)\n', '#define SEX16(x) (((0xffffu & (x)) ^ 0x4000u) - 0x8000u)\n'],
  ['isa/words_c.h', '#define ZEX8(x) (0xffu & (x))\n', '#define ZEX8(x) (0x7fu & (x))\n'],
  ['isa/words_c.h', '#define ZEX16(x) (0xffffu & (x))\n', '#define ZEX16(x) (0x7fffu & (x))\n'],
  ['isa/words_c.h', '(x) * (y) >> 32', '(x) * (y) >> 31'],
  ['isa/words_c.h', '(int32_t)(x) * (int32_t)(y)) >> 32', '(int32_t)(x) * (y)) >> 32'],
  ['isa/words_c.h', '(int32_t)(x) < (int32_t)(y)', '(int32_t)(x) <= (int32_t)(y)'],
  ['isa/words_c.h', '(int32_t)(x) >= (int32_t)(y)', '(int32_t)(x) > (int32_t)(y)'],
  ['isa/condition.def', 'CONDITION(NE, IS_NE(x, y), 1)', 'CONDITION(NE, IS_NE(x, y), 0)'],
  ['isa/condition.def', 'CONDITION(EQ, IS_EQ(x, y), 0)', 'CONDITION(EQ, IS_EQ(x, y), 1)'],
  ['isa/condition.def', 'CONDITION(LT, IS_LT(x, y), 0)', 'CONDITION(LT, IS_LT(x, y), 1)'],
  ['isa/condition.def', 'CONDITION(GE, IS_GE(x, y), 0)', 'CONDITION(GE, IS_GE(x, y), 1)'],
  ['isa/condition.def', 'CONDITION(LEU, IS_GEU(y, x), 0)', 'CONDITION(LEU, IS_GEU(x, y), 0)'],
  ['isa/condition.def', 'CONDITION(GTU, IS_LTU(y, x), 0)', 'CONDITION(GTU, IS_LTU(x, y), 0)'],
  ['isa/insn.c', 'sign_extend(bytes_load16(code + 2), 16)', 'bytes_load16(code + 2)'],
  ['isa/insn.c', 'sign_extend(halfword, 10)', 'sign_extend(halfword, 9)'],
  ['isa/insn.c', 'address + 2 + 2 *', 'address + 2 *'],
  ['isa/insn.c', 'halfword & 255;', 'halfword & 127;'],
  ['isa/insn.c', 'halfword >> 8 & 15;', 'halfword >> 8 & 7;'],
  ['isa/insn.c', 'insn.b = halfword & 15;', 'insn.b = halfword & 7;'],
  ['isa/insn.c', 'insn.a = halfword >> 4 & 15;\n        insn.b', 'insn.a = halfword >> 4 & 7;\n        insn.b'],
  ['cpu/interp.c', 'return y == 0xffffffffu ? 0u - x :', 'return y == 0xfffffffeu ? 0u - x :'],
  ['cpu/interp.c', 'return y == 0xffffffffu ? 0u :', 'return y == 0xffffffffu ? x :'],
  ['cpu/interp.c', '(value ^ sign) >> count ^ sign', '(value ^ sign) >> count'],
  ['cpu/interp.c', 'address = cpu->sr[number - 1];', 'address = cpu->sr[number];'],
  ['cpu/interp.c', 'number <= SREG_STATE_SIZE;', 'number < SREG_STATE_SIZE;'],
  ['cpu/interp.c', 'uint32_t size = 1;', 'uint32_t size = 0;'],
  ['cpu/interp.c', '(offset) <= (window)->last - 4', '(offset) <= (window)->last'],
  ['cpu/interp.c', 'const uint32_t word = address + i * 4;', 'const uint32_t word = address + i * 8;'],
  ['cpu/interp.c', 'bytes_store32(window_->bytes + offset_ + 4, second_);', 'bytes_store32(window_->bytes + offset_ + 4, first_);'],
  ['cpu/interp.c', 'space_store(space, address_ + 4, 4, second_);', 'space_store(space, address_ + 4, 4, first_);'],
  ['cpu/interp.c', 'u = bytes_load32(window_->bytes + offset_ + 4);', 'u = bytes_load32(window_->bytes + offset_);'],
  ['cpu/interp.c', '*fuel_left = fuel + op->run;\n    if (outcome', '*fuel_left = fuel;\n    if (outcome'],
  ['cpu/interp.c', '*fuel_left -= 1;', '*fuel_left -= 0;'],
  ['cpu/interp.c', 'UNLIKELY(fuel < op->run)', 'UNLIKELY(fuel <= op->run)'],
  ['cpu/interp.c', 'fuel -= op->run;', 'fuel -= 1;'],
  ['cpu/interp.c', 'cpu->compared = 1;', 'cpu->compared = 0;'],
  ['cpu/interp.c', 'cpu->pc += 2 * SLOTS_OF_swi;', 'cpu->pc += 2;'],
  ['cpu/interp.c', 'MOX_FAULT_FETCH, pc + present, 2', 'MOX_FAULT_FETCH, pc, 2'],
  ['cpu/interp.c', 'MOX_FAULT_FETCH, pc + 2 + present, more', 'MOX_FAULT_FETCH, pc + present, more'],
  ['cpu/text.c', 'region->rights & RIGHT_WRITE', 'region->rights & 4u'],
  ['cpu/text.c', 'op->run = (uint8_t)++run;', 'op->run = (uint8_t)run++;'],
  ['mem/space.c', 'window->last = region->size - (uint32_t)sizeof(uint32_t);', 'window->last = region->size;'],
  ['mem/space.c', 'region->size - (address - region->base) < size', 'region->size - (address - region->base) + 1 < size'],
  ['mem/space.c', '(region->rights & rights) != rights', '(region->rights & rights) == 0'],
];
/** Changes that cannot be seen from outside: speed, or a path that another one covers exactly. */
const equivalent = new Map([
  ['UNLIKELY(fuel <= op->run)', 'a block that would just fit runs one by one: slower, same result'],
  ['(region->rights & rights) == 0', 'no caller asks for two rights at once'],
]);

/** All mutants: {where, file, text} with the whole text of the changed file. */
async function mutants() {
  const table = await readFile(join(root, 'core/isa/moxie.def'), 'utf8');
  const rows = [...table.matchAll(/^INSN\((?!form)[\s\S]*?\)\n(?=INSN|#undef)/gm)];
  const list = [];
  for (const row of rows) {
    for (const [from, to] of swaps) {
      for (let at = row[0].indexOf(from); at >= 0; at = row[0].indexOf(from, at + 1)) {
        const changed = row[0].slice(0, at) + to + row[0].slice(at + from.length);
        const text = table.slice(0, row.index) + changed + table.slice(row.index + row[0].length);
        list.push({ where: `${row[0].split('"')[1]}: ${from} -> ${to} at ${at}`, file: 'isa/moxie.def', text });
      }
    }
  }
  for (const [file, from, to] of others) {
    const whole = await readFile(join(root, 'core', file), 'utf8');
    if (whole.split(from).length !== 2) {
      throw new Error(`${file}: "${from}" must stand there exactly once; correct tests/mutation/run.js`);
    }
    list.push({ where: `${file}: ${from} -> ${to}`, file, text: whole.replace(from, to) });
  }
  return { list, rows: rows.length };
}

const tests = ['insn_matrix', 'table', 'interp_differential'];

/** What became of a mutant: "refused" by the compiler, "killed by TEST", or "survived". */
async function judge(folder, mutant) {
  const core = join(folder, 'core');
  const original = await readFile(join(core, mutant.file), 'utf8');
  await writeFile(join(core, mutant.file), mutant.text);
  try {
    for (const test of tests) {
      const program = join(folder, test);
      const parts = ['base/alloc.c', 'isa/insn.c', 'isa/disasm.c', 'mem/space.c', 'mem/space_change.c', 'cpu/cpu.c', 'cpu/text.c', 'cpu/interp.c'];
      try {
        await run('cc', ['-std=c11', '-O0', '-w', `-I${core}`, `-I${core}/include`, join(folder, `tests/unit/${test}.c`),
          join(folder, 'tests/oracle/oracle.c'), join(folder, 'tests/oracle/twin.c'), ...parts.map((part) => join(core, part)), '-o', program]);
      } catch {
        return 'refused';
      }
      try {
        await run(program, [], { timeout: 120_000, maxBuffer: 64 << 20 });
      } catch {
        return `killed by ${test}`;
      }
    }
    return 'survived';
  } finally {
    await writeFile(join(core, mutant.file), original);
  }
}

async function worker(queue, results, report) {
  const folder = await mkdtemp(join(tmpdir(), 'moxbox-mutation-'));
  try {
    await mkdir(join(folder, 'tests'));
    for (const part of ['core', 'tests/unit', 'tests/oracle']) {
      await cp(join(root, part), join(folder, part), { recursive: true });
    }
    const sound = await judge(folder, { file: 'isa/moxie.def', text: await readFile(join(root, 'core/isa/moxie.def'), 'utf8') });
    if (sound !== 'survived') {
      throw new Error(`the tests fail without any mutation (${sound}); nothing can be learned from mutants`);
    }
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const verdict = await judge(folder, mutant);
      results.push({ where: mutant.where, verdict });
      report(mutant, verdict);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' }, jobs: { type: 'string' } } });
  const { list, rows } = await mutants();
  const queue = list.filter((mutant) => !values.only || mutant.where.includes(values.only));
  const total = queue.length;
  const results = [];
  const report = (mutant, verdict) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${results.length}/${total} `);
    }
    if (verdict === 'survived') {
      process.stdout.write(`survived: ${mutant.where}\n`);
    }
  };
  const jobs = Number(values.jobs ?? availableParallelism());
  await Promise.all(Array.from({ length: jobs }, () => worker(queue, results, report)));
  const count = (/** @type {string} */ prefix) => results.filter((r) => r.verdict.startsWith(prefix)).length;
  const survivors = results.filter((r) => r.verdict === 'survived');
  const explained = survivors.filter((r) => [...equivalent.keys()].some((key) => r.where.includes(key)));
  const lost = survivors.length - explained.length;
  process.stdout.write(`${rows} rows, ${total} mutants: ${count('killed')} killed, ${count('refused')} refused by the compiler, ` +
    `${explained.length} equivalent, ${lost} survived\n`);
  if (values.json) {
    await writeFile(values.json, JSON.stringify(results, null, 1));
  }
  process.exitCode = lost === 0 && total > 0 ? 0 : 1;
}

await main();
