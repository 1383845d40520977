/**
 * Jobs in headless Chromium: a server on the loopback address hands out the checkout's files, the job, and
 * takes the answer. Every job gets a fresh browser with an empty profile, so that nothing is warm.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BROWSER = process.env.MOXBOX_CHROMIUM ?? 'chromium';
const JOB_TIMEOUT_MS = 300_000;
const FLAGS = ['--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-component-extensions-with-background-pages', '--disable-sync',
  '--disable-extensions', '--disable-default-apps',
  // A hidden page's timers must not be slowed down.
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

/** @type {Readonly<Record<string, string>>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** @returns {string} the browser's name and version */
export function chromiumVersion() {
  return execFileSync(BROWSER, ['--version', '--no-sandbox'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trim();
}

/** @param {string} pathname @returns {Promise<Buffer | undefined>} a file inside the checkout */
async function fileAt(pathname) {
  try {
    const path = await realpath(join(ROOT, decodeURIComponent(pathname)));
    return path.startsWith(await realpath(ROOT) + sep) ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} path @returns {string} nothing when the process has just ended */
function procFile(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Processor time of the main thread of each of the browser's processes that draw pages. One of them is the
 * page's own. Linux only, like the rest of the set-up.
 * @param {number} group the browser's process group
 * @returns {Record<string, number>} milliseconds by process
 */
function pagesCpuMs(group) {
  /** @type {Record<string, number>} */
  const times = {};
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    const fields = procFile(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ');
    if (Number(fields[2]) !== group || !procFile(`/proc/${pid}/cmdline`).includes('--type=renderer')) continue;
    times[pid] = Number(procFile(`/proc/${pid}/schedstat`).split(' ')[0]) / 1e6;
  }
  return times;
}

/**
 * @param {import('./measure.js').Job} job
 * @param {(report: string) => void} onAnswer
 * @param {() => Record<string, number>} cpuMs
 */
function serveJob(job, onAnswer, cpuMs) {
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    // Isolated pages get timers of 5 microseconds instead of 100.
    const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cache-Control': 'no-store' };
    if (request.method === 'POST' && pathname === '/answer') {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      response.writeHead(204, headers).end();
      onAnswer(body);
      return;
    }
    if (pathname === '/cpu') {
      // The kernel counts a thread's time when it leaves the processor: let the page's thread fall asleep first.
      await new Promise((resolve) => setTimeout(resolve, 5));
      response.writeHead(200, headers).end(JSON.stringify(cpuMs()));
      return;
    }
    const content = pathname === '/job' ? JSON.stringify(job) : await fileAt(pathname);
    if (content === undefined) {
      response.writeHead(404, headers).end();
      return;
    }
    const type = pathname === '/job' ? 'application/json' : TYPES[extname(pathname)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'Content-Type': type }).end(content);
  });
}

/**
 * @param {string} url
 * @param {string} profile an empty folder
 */
function startBrowser(url, profile) {
  const browser = spawn(BROWSER, [...FLAGS, `--user-data-dir=${profile}`, url],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let noise = '';
  browser.stderr.setEncoding('utf8').on('data', (text) => { noise = (noise + text).slice(-2000); });
  /** @type {Promise<never>} */
  const ended = new Promise((_, reject) => {
    browser.on('error', (error) => reject(new Error(`cannot start ${BROWSER}: ${error.message}. `
      + 'Install chromium or name it in MOXBOX_CHROMIUM.')));
    browser.on('exit', (code) => reject(new Error(`${BROWSER} ended with status ${code}:\n${noise}`)));
  });
  const stop = () => new Promise((resolve) => {
    if (browser.exitCode !== null || browser.pid === undefined) return resolve(undefined);
    browser.once('exit', resolve);
    // Its whole group: a browser is many processes.
    process.kill(-browser.pid, 'SIGKILL');
  });
  return { group: browser.pid ?? 0, ended, stop };
}

/**
 * @param {import('./measure.js').Job} job
 * @returns {Promise<any>}
 */
export async function runInChromium(job) {
  const profile = await mkdtemp(join(tmpdir(), 'moxbox-bench-'));
  /** @type {(report: string) => void} */
  let onAnswer = () => {};
  /** @type {Promise<string>} */
  const answered = new Promise((resolve) => { onAnswer = resolve; });
  let group = 0;
  const server = serveJob(job, (report) => onAnswer(report), () => pagesCpuMs(group));
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = startBrowser(`http://127.0.0.1:${port}/tests/bench/page.html`, profile);
  group = browser.group;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from the page within ${JOB_TIMEOUT_MS / 1000} s`)),
      JOB_TIMEOUT_MS);
  });
  try {
    const report = JSON.parse(await Promise.race([answered, browser.ended, late]));
    if (report.error !== undefined) throw new Error(`in the page: ${report.error}`);
    return report.answer;
  } finally {
    clearTimeout(timer);
    browser.ended.catch(() => {});
    await browser.stop();
    server.close();
    server.closeAllConnections();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
