/** One job in a fresh page: the job comes from the server (chromium.js), and the answer goes back to it. */
import { measure } from './measure.js';

/** @param {string} path */
async function read(path) {
  const response = await fetch(`/${path}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A page cannot see processor time; the server reads it while the page's thread waits for the answer. */
async function cpuMs() {
  return (await fetch('/cpu')).json();
}

/** @type {{answer?: unknown, error?: string}} */
let report;
try {
  const job = await (await fetch('/job')).json();
  report = { answer: await measure({ importMoxbox: () => import('../../web/index.js'), read, cpuMs }, job) };
} catch (error) {
  report = { error: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error) };
}
await fetch('/answer', { method: 'POST', body: JSON.stringify(report) });
