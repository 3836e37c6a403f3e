// SPDX-License-Identifier: MIT
// One headless browser for a whole run, and programs in pages of it.

import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, firefox } from 'playwright-core';

const CHROMIUM = process.env.EFT_CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.EFT_FIREFOX ?? '/usr/bin/firefox-esr';

// Chromium cannot be given an authority for one run: it trusts this one key instead.
function keyHash(file) {
  const key = new X509Certificate(readFileSync(file)).publicKey;
  return createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('base64');
}

export function launchChromium({ trusted } = {}) {
  const args = ['--no-first-run', '--disable-quic', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-gpu', '--disable-dev-shm-usage'];
  if (trusted) args.push(`--ignore-certificate-errors-spki-list=${keyHash(trusted)}`);
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args });
}

// Firefox trusts what is in its profile, where certutil puts it.
export async function launchFirefox({ ca } = {}) {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'eft-firefox-'));
  const certutil = (...args) => execFileSync('certutil', [...args, '-d', `sql:${profile}`]);
  certutil('-N', '--empty-password');
  if (ca) certutil('-A', '-n', 'eft', '-t', 'C,,', '-i', ca);
  const context = await firefox.launchPersistentContext(profile, {
    executablePath: FIREFOX,
    channel: 'moz-firefox', // one that is installed, not Playwright's own
    // Else a connection after one that was refused waits for seconds.
    firefoxUserPrefs: { 'network.websocket.delay-failed-reconnects': false },
  });
  const browser = context.browser();
  browser.once('disconnected', () => rmSync(profile, { recursive: true, force: true }));
  return browser;
}

// Runs in the page: starts a program by the loader that users have.
async function start({ name, args, fibers, base, sockets }) {
  const { run } = await import('/eft/loader.mjs');
  const controller = new AbortController();
  globalThis.interrupt = () => controller.abort();
  const program = run(name, {
    args, fibers, base, sockets,
    signal: controller.signal,
    print: (text) => globalThis.report('out', text),
    printErr: (text) => globalThis.report('err', text),
    log: (level, text) => globalThis.report('err', `${level}: ${text}`),
  });
  return program.exit;
}

const goToBlank = (page, site) => page.goto(`${site}/blank.html`);

// Gives what runProcess() does; site is a server that has /eft/ and /blank.html. enter(page, site)
// opens another page, prepared in another way.
export async function runInPage(browser, site, options) {
  const { name, args, fibers, base, sockets, limit, onLine, enter = goToBlank } = options;
  const lines = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  // A program can be over, and its page closed, before the answer to this is here.
  const interrupt = () => page.evaluate(() => globalThis.interrupt()).catch(() => {});
  const keep = (stream, text) => {
    lines.push({ stream, text });
    onLine?.(text, { interrupt });
  };
  // The clock only bounds a program that hangs: what ends one is its exit, or the page's crash.
  let clock;
  const ending = new Promise((resolve) => {
    clock = setTimeout(() => resolve({ reason: `still running after ${limit / 1000} s` }), limit);
    page.on('crash', () => resolve({ reason: 'the page crashed' }));
    page.on('pageerror', (error) => keep('err', `page error: ${error.stack ?? error}`));
    page.on('console', (message) => keep('err', `console: ${message.text()}`));
  });
  await page.exposeFunction('report', keep);
  await enter(page, site);
  const running = page.evaluate(start, { name, args, fibers, base, sockets }).then(
    (code) => ({ code }),
    (error) => ({ reason: error.message.split('\n')[0] }),
  );
  const { code = null, reason = null } = await Promise.race([running, ending]);
  clearTimeout(clock);
  await context.close();
  return { lines, code, reason };
}
