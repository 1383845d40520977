/**
 * A core that lies about cages: whatever it answers, the library gives a typed error or a result of the right shape,
 * and never a foreign exception. The lies are made by wrapping the exports of the real core.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MoxboxError } from '../../node/index.js';
import { CageMachine } from '../../web/cage-machine.js';
import { startInstance } from '../../web/core.js';
import { coreModule } from './helpers.js';

const CORE = coreModule();
const FUNCTION = startInstance(CORE).mox_alloc;
const LIES = [0, 1, 2, -1, -2, 3, 0xfffffff, -0x80000000, 0x7fffffff, NaN, 1.5, undefined, 'text', 10n, {}];

/** What each method is asked, and which exports it believes. @type {[string[], (machine: CageMachine) => unknown][]} */
const ASKED = [
  [['mox_machine_report'], (machine) => machine.report()],
  [['mox_machine_output'], (machine) => machine.take(1)],
  [['mox_machine_wait_line'], (machine) => machine.waits()],
  [['mox_machine_put'], (machine) => machine.put('/a/b', 0o644, 100)],
  [['mox_machine_make_directory'], (machine) => machine.makeDirectory('/a/b')],
  [['mox_machine_add_input'], (machine) => machine.addInput('name', 100)],
  [['mox_machine_spawn'], (machine) => machine.spawn('/bin/x', ['x'], [], '/')],
  [['mox_machine_bare'], (machine) => machine.bare()],
  [['mox_dispatch'], (machine) => machine.dispatch(2, 31, [0, 0, 0, 0, 0, 0])],
  [['mox_machine_read'], (machine) => machine.read(2, 0x10000, 16)],
  [['mox_machine_write'], (machine) => machine.write(2, 0x10000, new Uint8Array(16))],
  [['mox_machine_slice'], (machine) => machine.slice(1000n, 1000)],
  [['mox_machine_state_hash'], (machine) => machine.stateHash(1 << 20)],
  [['mox_machine_module'], (machine) => machine.waitingModule()],
  [['mox_machine_install'], (machine) => machine.install([FUNCTION], { engine: 1, module: 0 })],
  [['mox_machine_engine_lives'], (machine) => machine.knows({ engine: 1, module: 0 })],
  [['mox_machine_store_open', 'mox_machine_store_damage'], (machine) => machine.storeOpen(new Uint8Array(40))],
  [['mox_machine_store_give'], (machine) => machine.storeGive(new Uint8Array(40))],
  [['mox_machine_store_wants'], (machine) => machine.storeWants()],
  [['mox_machine_store_next'], (machine) => machine.storeNext()],
  [['mox_alloc'], (machine) => machine.input(new Uint8Array(3))],
];

/** @param {Record<string, unknown>} lies by name of the export */
function machineWith(lies) {
  const real = startInstance(CORE);
  let lying = false;
  const exports = { ...real };
  for (const [name, lie] of Object.entries(lies)) {
    exports[name] = (/** @type {any[]} */ ...args) => (lying ? lie : real[name](...args));
  }
  const machine = new CageMachine(exports, {});
  return { machine, lie() { lying = true; } };
}

test('every lie of the core is a typed error or an answer of the right shape', () => {
  let errors = 0;
  for (const [names, ask] of ASKED) {
    for (const name of names) {
      for (const value of LIES) {
        const { machine, lie } = machineWith({ [name]: value });
        lie();
        try {
          ask(machine);
        } catch (error) {
          assert.ok(MoxboxError.is(error), `${name} answered ${String(value)}: ${String(error)}`);
          errors += 1;
        }
      }
    }
  }
  assert.ok(errors > ASKED.length * 5, `${errors} errors`);
});

test('a report of noise is an error', () => {
  const real = startInstance(CORE);
  const noise = real.mox_alloc(64);
  new Uint8Array(real.memory.buffer, noise, 64).fill(0xa5);
  const machine = new CageMachine({ ...real, mox_machine_report: () => noise }, {});
  assert.throws(() => machine.report(), /no known stop/);
  assert.throws(() => machine.slice(1n, 1), /no known stop/, 'what has lied is not used again');
});

test('a core that traps is not used again', () => {
  const real = startInstance(CORE);
  const machine = new CageMachine({ ...real, mox_machine_slice: () => { throw new WebAssembly.RuntimeError('unreachable'); } }, {});
  assert.throws(() => machine.slice(1n, 1), /mox_machine_slice failed/);
  assert.throws(() => machine.report(), /mox_machine_slice failed/);
});
