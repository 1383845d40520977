/* `moxbox serve`: the playground over HTTP, for this machine only.
 *
 * It hands out files of the trees in TREES and nothing else: every path is taken apart and each part
 * looked at before the disk is asked, and what the disk answers must still lie inside the tree, so a
 * symbolic link cannot lead out either. Any other static server does as well; nothing here is special
 * but the right MIME types. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOST = '127.0.0.1';
const DEFAULT_PORT = 8617;
const START_PAGE = '/web/playground/';

/**
 * The served trees: the first parts of a URL's path and the folder they stand for. The CBOR library, which
 * receipts need, lies wherever npm has put it.
 * @type {readonly {names: string[], folder: () => string}[]}
 */
const TREES = [
  { names: ['web'], folder: () => join(ROOT, 'web') },
  { names: ['demo', 'guests'], folder: () => join(ROOT, 'demo', 'guests') },
  { names: ['node_modules', 'cborg'], folder: () => dirname(fileURLToPath(import.meta.resolve('cborg'))) },
];

/** @type {Record<string, string>} */
const MIME_TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const HELP = `usage: moxbox serve [--port N]

Shows the playground at http://${HOST}:${DEFAULT_PORT}/ until it is interrupted.
Only this machine can reach it.

  --port N   listen on port N; 0 takes any free one (default ${DEFAULT_PORT})
  --help     print this text
`;

/**
 * Splits the path of a URL into parts that are safe to join: no empty or hidden names, nothing that
 * climbs, no separators of any system. Undefined when a part is none of these.
 * @param {string} pathname as it stands in the URL, percent-encoded
 * @returns {string[] | undefined}
 */
function safeParts(pathname) {
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const parts = decoded.split('/').slice(1);
  if (parts.at(-1) === '') parts[parts.length - 1] = 'index.html';
  return parts.every((part) => /^[^.\\/\0:][^\\/\0:]*$/.test(part)) ? parts : undefined;
}

/**
 * The file that a URL's path names, or undefined when it names none that may be read.
 * @param {string} pathname
 * @returns {Promise<{path: string, size: number} | 'folder' | undefined>}
 */
async function findFile(pathname) {
  const parts = safeParts(pathname);
  const tree = parts && TREES.find(({ names }) => names.every((name, i) => parts[i] === name));
  if (!parts || !tree) return undefined;
  try {
    const home = await realpath(tree.folder());
    const path = await realpath(join(home, ...parts.slice(tree.names.length)));
    const inside = path === home || path.startsWith(home + sep);
    const found = await stat(path);
    if (!inside) return undefined;
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? { path, size: found.size } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} text
 * @param {Record<string, string>} [headers]
 */
function answerText(response, status, text, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', 'no-cache');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answerText(response, 405, 'only GET and HEAD are answered', { Allow: 'GET, HEAD' });
  }
  const pathname = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  if (pathname === '/') {
    return answerText(response, 302, START_PAGE, { Location: START_PAGE });
  }
  const file = await findFile(pathname);
  if (file === 'folder') {
    // safeParts refused empty parts, so this is never the //host form that leads elsewhere.
    return answerText(response, 301, `${pathname}/`, { Location: `${pathname}/` });
  }
  if (!file) return answerText(response, 404, 'no such file here');
  response.writeHead(200, {
    'Content-Type': MIME_TYPES[extname(file.path)] ?? 'application/octet-stream',
    'Content-Length': file.size,
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

/**
 * Starts the server on the loopback address.
 * @param {{port?: number}} [options] port 0 takes any free one
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function startServer({ port = DEFAULT_PORT } = {}) {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://${HOST}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {string[]} args
 * @returns {{port: number, help: boolean}}
 */
function readArguments(args) {
  const { values } = parseArgs({
    args,
    options: { port: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const text = values.port ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) {
    throw new TypeError(`--port takes a number from 0 to 65535, not "${text}"`);
  }
  return { port, help: values.help };
}

/**
 * The command line's `serve`: prints the address and runs until SIGINT or SIGTERM.
 * @param {string[]} args what stands after `serve`
 * @returns {Promise<number>} the exit status
 */
export async function serve(args) {
  let options;
  try {
    options = readArguments(args);
  } catch (error) {
    process.stderr.write(`moxbox serve: ${/** @type {Error} */ (error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  let server;
  try {
    server = await startServer(options);
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const reason =
      code === 'EADDRINUSE'
        ? `port ${options.port} is in use; choose another with --port, or --port 0 for any`
        : message;
    process.stderr.write(`moxbox serve: ${reason}\n`);
    return 1;
  }
  process.stdout.write(`The playground is at ${server.url}/ (Ctrl-C ends it)\n`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  return 0;
}
