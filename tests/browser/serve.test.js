/** The playground's server hands out what belongs to the page, and nothing else of this machine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve, startServer } from '../../node/serve.js';
import { ROOT } from '../js/helpers.js';

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
before(async () => { server = await startServer({ port: 0 }); });
after(() => server?.close());

/**
 * A request as it is written, which fetch would tidy up first.
 * @param {string} target
 * @param {string} [method]
 * @returns {Promise<{status: number, head: string, body: string}>}
 */
async function ask(target, method = 'GET') {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const part of socket.setEncoding('latin1')) answer += part;
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body: rest.join('\r\n\r\n') };
}

test('the page, its scripts, the core and the demos have their right types', async () => {
  for (const [path, type] of [
    ['/web/playground/', 'text/html; charset=utf-8'],
    ['/web/playground/index.html', 'text/html; charset=utf-8'],
    ['/web/playground/main.js', 'text/javascript; charset=utf-8'],
    ['/web/playground/base.css?x=1', 'text/css; charset=utf-8'],
    ['/web/playground/icon.svg', 'image/svg+xml'],
    ['/web/core.wasm', 'application/wasm'],
    ['/demo/guests/hash.elf', 'application/octet-stream'],
    ['/node_modules/cborg/cborg.js', 'text/javascript; charset=utf-8'],
  ]) {
    const { status, head } = await ask(String(path));
    assert.equal(status, 200, path);
    assert.ok(head.includes(`content-type: ${type}`), `${path}: ${head}`);
    assert.ok(head.includes('x-content-type-options: nosniff'), path);
  }
});

test('the root and folders lead to pages of this server', async () => {
  assert.match((await ask('/')).head, /^http\/1\.1 302[^]*location: \/web\/playground\/(\r|$)/);
  assert.match((await ask('/web/playground')).head, /^http\/1\.1 301[^]*location: \/web\/playground\/(\r|$)/);
});

test('nothing outside the trees is handed out, however it is asked for', async () => {
  for (const path of [
    '/package.json', '/README.md', '/node/cli.js', '/core/include/moxbox/box.h', '/.git/HEAD', '/demo/run', '/demo/', '/demo/guests',
    '/web/../package.json', '/web/%2e%2e/package.json', '/web/..%2fpackage.json', '/web/%2e%2e%2fpackage.json',
    '/web/..\\package.json', '/web/%5c..%5cpackage.json', '/web//playground/index.html', '//web/playground/',
    '/web/./playground/index.html', '/web/playground/%00', '/web/playground/index.html%00.js', '/web/.hidden', '/web/%ff',
    '/web/playground/%', 'web/playground/', '*', '/web/playground/none.js', '/node_modules/typescript/package.json',
    '/node_modules/cborg/../typescript/package.json', '/webx/playground/', '/demo/guestsx/hash.elf', '/C:/x', '/web/C:/x',
  ]) {
    const { status } = await ask(path);
    assert.ok([301, 400, 404].includes(status), `${path}: ${status}`);
    if (status === 301) assert.equal(path, '/demo/guests');
  }
});

test('only GET and HEAD are answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) assert.equal((await ask('/web/playground/', method)).status, 405);
  const { status, head, body } = await ask('/web/core.wasm', 'HEAD');
  assert.equal(status, 200);
  assert.match(head, /content-length: [1-9]/);
  assert.equal(body, '');
});

test('only this machine is listened to', () => assert.equal(new URL(server.url).hostname, '127.0.0.1'));

test('moxbox serve says where it is, answers, and ends on a signal with status 0', async () => {
  const child = spawn(process.execPath, [join(ROOT, 'node/cli.js'), 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let said = '';
    for await (const part of child.stdout.setEncoding('utf8')) {
      said += part;
      if (said.includes('\n')) break;
    }
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
    assert.ok(url, said);
    assert.equal((await fetch(url)).status, 200);
  } finally {
    child.kill('SIGINT');
  }
  const [status] = await once(child, 'exit');
  assert.equal(status, 0);
});

test('moxbox serve refuses a port that is none or is taken', async (t) => {
  /** @type {string[]} */
  const said = [];
  t.mock.method(process.stderr, 'write', (/** @type {string} */ text) => said.push(text) > 0);
  const statuses = [await serve(['--port', 'x']), await serve(['--port', '70000']), await serve(['--unknown']),
    await serve(['--port', new URL(server.url).port])];
  t.mock.restoreAll();
  assert.deepEqual(statuses, [2, 2, 2, 1]);
  assert.match(said[0] ?? '', /--port takes a number/);
  assert.match(said.at(-1) ?? '', /is in use; choose another/);
});
