/** One job in a fresh Node process: the job as JSON in the only argument, the answer as JSON on stdout. */
import { readFile } from 'node:fs/promises';
import { measure } from './measure.js';

const ROOT = new URL('../../', import.meta.url);

const answer = await measure({
  importMoxbox: () => import('../../node/index.js'),
  cpuMs: async () => {
    const { user, system } = process.cpuUsage();
    return { here: (user + system) / 1000 };
  },
  read: async (path) => new Uint8Array(await readFile(new URL(path, ROOT))),
}, JSON.parse(process.argv[2] ?? ''));
process.stdout.write(JSON.stringify(answer));
