// SPDX-License-Identifier: MIT
// Connections of pages that are not like others: what forbids them, what carries them, what ends
// them.

import { describeEnd } from './report.mjs';
import { plain } from './transcript.mjs';

// ms; far below the 10 s after which connecting is given up: a page must notice by itself.
const SOON = 8_000;

const POLICY = '<meta http-equiv="Content-Security-Policy" content="connect-src \'self\'">';

async function enterStrict(page, site) {
  await page.goto(`${site}/blank.html`);
  await page.evaluate((meta) => document.head.insertAdjacentHTML('beforeend', meta), POLICY);
}

// The site's files, whatever the page can reach itself.
function route(page, pattern, site) {
  return page.route(pattern, async (asked) => {
    const answer = await fetch(site + new URL(asked.request().url()).pathname);
    await asked.fulfill({
      status: answer.status,
      contentType: answer.headers.get('content-type'),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  });
}

async function enterOffline(page, site) {
  await page.goto(`${site}/blank.html`);
  await route(page, `${site}/**`, site);
  await page.context().setOffline(true);
}

async function enterSecure(page, site) {
  await route(page, 'https://eft.test/**', site);
  await page.goto('https://eft.test/blank.html');
}

// The Handler demo must end with code 1, and its last error must match.
async function refused(host, url, said, options) {
  const result = await host.run('demos', 'handler', [url], { limit: SOON, ...options });
  const last = result.lines.map(({ text }) => plain(text)).filter((text) => /^error/.test(text));
  if (result.reason || result.code !== 1) return describeEnd(result);
  return said.test(last.at(-1) ?? '') ? null : `"${last.at(-1)}" should match ${said}`;
}

const forbidden = (sockets) => (host, { urls }) =>
  refused(host, urls.handler, /could not connect/, { enter: enterStrict, sockets });

const insecure = (sockets) => (host) =>
  refused(host, 'ws://eft.test:1/', /could not connect.*insecure/i,
    { enter: enterSecure, sockets, base: 'https://eft.test/demos/' });

async function inWorker(host, { site, urls }) {
  const context = await host.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site}/blank.html`);
  const options = { fibers: host.preset.replace('web-', ''), base: `${site}/demos/` };
  options.args = [urls.handler];
  const end = await page.evaluate((order) => new Promise((resolve) => {
    const worker = new Worker('/worker.mjs', { type: 'module' });
    worker.onerror = (event) => resolve({ reason: event.message });
    worker.onmessage = ({ data }) => {
      if (!data.stream) resolve(data);
    };
    worker.postMessage(order);
  }), { name: 'handler', options });
  await context.close();
  return end.code === 0 ? null : describeEnd({ lines: [], ...end });
}

// A page that goes away: the server must hear of it.
async function left(host, { site, urls, listeners }) {
  const context = await host.browser.newContext();
  const page = await context.newPage();
  const mark = `/silent-open/${host.name}`;
  const heard = (wanted) => new Promise((resolve) => {
    const listen = ({ event, path, code }) => {
      if (event !== wanted || path !== mark) return;
      listeners.delete(listen);
      resolve(code);
    };
    listeners.add(listen);
  });
  const opened = heard('open');
  const closed = heard('closed');
  await page.goto(`${site}/blank.html`);
  const options = { fibers: host.preset.replace('web-', ''), base: `${site}/demos/` };
  options.args = [urls['silent-open'] + `/${host.name}`];
  await page.evaluate(async (given) => {
    const { run } = await import('/eft/loader.mjs');
    run('handler', given);
  }, options);
  await opened;
  await page.goto('about:blank');
  const code = await closed;
  await context.close();
  return code === 1001 || code === 1005 || code === 1006 ? null : `the server saw code ${code}`;
}

const cases = [
  ['a policy forbids it', forbidden('plain')],
  ['a policy forbids it, streams', forbidden('stream')],
  ['ws: in a page of https:', insecure('plain')],
  ['ws: in a page of https:, streams', insecure('stream')],
  ['offline', (host, { urls }) => refused(host, urls.handler, /could not connect/,
    { enter: enterOffline })],
  ['in a worker', inWorker],
  ['the page goes away', left],
];

export async function wsInPages(host, context) {
  if (!host.engine) return [];
  const failures = [];
  for (const [name, check] of cases) {
    const wrong = await check(host, context);
    if (wrong) failures.push(`${name}: ${wrong}`);
  }
  return [[`${host.name}: ws in pages`, { passed: cases.length - failures.length, failures }]];
}
