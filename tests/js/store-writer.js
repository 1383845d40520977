/**
 * Writes the next number to two files and saves, over and over, until it is killed; says each number that has been
 * saved. Run by store.test.js.
 */
import { writeSync } from 'node:fs';
import { nodeHost } from '../../node/host.js';
import { openLevelStore } from '../../node/level-store.js';
import { StoreMachine } from '../../web/store-machine.js';
import { numberIn, writeFile } from './store-files.js';

const store = await openLevelStore(process.argv[2] ?? '', { create: true });
const machine = await StoreMachine.open(await nodeHost.loadCore(), store);
for (let number = numberIn(machine, '/a') + 1; ; number++) {
  /* Long enough that a save has many objects. */
  const text = `${number}\n`.repeat(3000 + (number % 7) * 3000);
  writeFile(machine, '/a', text);
  writeFile(machine, '/b', text);
  await machine.save();
  writeSync(1, `${number}\n`);
}
