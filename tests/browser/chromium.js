/**
 * A real Chromium for tests: where it is, how it starts, and pages served from this checkout. A missing
 * browser is an error that says what to install; no test is ever skipped for it.
 */
import assert from 'node:assert/strict';
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { startServer } from '../../node/serve.js';
import { ROOT } from '../js/helpers.js';

/** @typedef {import('playwright-core').Page} Page */

const SHOTS = join(ROOT, 'build', 'screenshots');
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string} the browser's path */
function findChromium() {
  const named = process.env.MOXBOX_CHROMIUM;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`MOXBOX_CHROMIUM names ${named}, which cannot be executed`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found) return found;
  throw new Error(`no Chromium was found (${NAMES.join(', ')}). Install Debian's package chromium `
    + '(apt-get install chromium), or name a browser in MOXBOX_CHROMIUM.');
}

export const DESKTOP = Object.freeze({ viewport: { width: 1440, height: 900 } });
export const PHONE = Object.freeze({
  viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true,
});

/**
 * Starts a browser and a server on the checkout. Close both with close().
 */
export async function startBrowser() {
  const server = await startServer({ port: 0 });
  try {
    const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
    return {
      url: server.url,
      /**
       * A page in a context of its own. What the page complains of, wrong scripts and refused resources
       * included, is collected in `complaints`.
       * @param {Parameters<typeof browser.newContext>[0]} [options]
       */
      async page(options = DESKTOP) {
        const context = await browser.newContext({ acceptDownloads: true, ...options });
        const page = await context.newPage();
        /** @type {string[]} */
        const complaints = [];
        page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
        });
        return { page, complaints, close: () => context.close() };
      },
      async close() {
        await browser.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** One browser for all tests of a file, there from the first of them on. */
export function useBrowser() {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  before(async () => { browser = await startBrowser(); });
  after(() => browser?.close());
  return {
    get url() {
      return browser.url;
    },
    /**
     * Does something in a page of its own, which must not complain of anything.
     * @template T
     * @param {(page: Page) => Promise<T>} body
     * @param {{window?: Parameters<typeof browser.page>[0], shot?: string}} [how] shot: a picture of a page that fails
     */
    async withPage(body, { window, shot } = {}) {
      const { page, complaints, close } = await browser.page(window);
      try {
        const value = await body(page);
        assert.deepEqual(complaints, []);
        return value;
      } catch (error) {
        if (shot) await shoot(page, shot, true);
        throw error;
      } finally {
        await close();
      }
    },
    /** The same in an empty page; see openBlank. @template T @param {(page: Page) => Promise<T>} body */
    withBlank(body) {
      return this.withPage(async (page) => {
        await openBlank(page, browser.url);
        return body(page);
      });
    },
  };
}

/** @typedef {ReturnType<typeof useBrowser>} Browser */

/**
 * An empty page of the server's origin, for tests that use the library by itself. The import map is the one
 * of the playground, as a page without a bundler needs it.
 * @param {Page} page
 * @param {string} url of the server
 */
export async function openBlank(page, url) {
  const address = `${url}/web/blank-test-page`;
  await page.route(address, (route) => route.fulfill({
    contentType: 'text/html',
    body: `<!doctype html><title>blank</title>${importMap()}`,
  }));
  await page.goto(address);
}

/** The import map of the playground as it stands there, made absolute. @returns {string} */
function importMap() {
  const html = readFileSync(join(ROOT, 'web/playground/index.html'), 'utf8');
  return (/<script type="importmap">[^]*?<\/script>/.exec(html)?.[0] ?? '').replaceAll('../../', '/');
}

/**
 * Keeps a picture in build/screenshots for people to look at.
 * @param {Page} page
 * @param {string} name
 * @param {boolean} [whole] the whole page instead of what the window shows
 */
export async function shoot(page, name, whole = false) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: whole });
}
