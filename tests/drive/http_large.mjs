// SPDX-License-Identifier: MIT
// 200 MiB down and up in a page of a Chromium of its own, whose renderer's memory is looked at.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchChromium, runInPage } from './browser.mjs';
import { readSuites } from './report.mjs';

const EVERY = 20; // ms between two looks
const BOUND = 32; // MiB that the renderer may take more than before

// What comes first is small, and has whatever is needed once loaded.
const FIRST = 'http.a_get_gives_status_head_and_body';
const DOWN = 'http_large.a_download_of_200_mib_takes_little_memory';
const UP = 'http_large.an_upload_of_200_mib_takes_little_memory';

// What a process occupies that no other does, in MiB; 0 where it has gone.  What it shares with the
// browser are the pipes between them, which the browser bounds.
function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1024;
  } catch {
    return 0;
  }
}

async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

// Looks at a browser's memory from now on: most() gives how much more it was since the last call.
async function watch(browser) {
  const pids = await renderers(browser);
  const look = () => Math.max(...pids.map(memoryOf));
  const before = look();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, look());
  }, EVERY);
  return {
    most: () => {
      const more = Math.round(peak - before);
      peak = 0;
      return more;
    },
    end: () => clearInterval(timer),
  };
}

// httpLarge(args) is a part; args(host, context) are the addresses of the servers.
export const httpLarge = (args) => async (host, context) => {
  // Firefox's processes cannot be asked for.
  if (host.engine !== 'chromium') return [];
  const { root, site } = context;
  const browser = await launchChromium({ trusted: path.join(root, 'build/certificates/good.crt') });
  const more = { [DOWN]: NaN, [UP]: NaN };
  let watching = null;
  const result = await runInPage(browser, site, {
    limit: 240_000,
    base: `${site}/tests/`,
    name: 'suites',
    args: [FIRST, DOWN, UP, ...args(host, context)],
    fibers: host.preset.replace('web-', ''),
    onLine: async (text) => {
      const test = text.replace('ok ', '');
      if (test === FIRST) watching = await watch(browser);
      else if (test in more) more[test] = watching?.most();
    },
  });
  watching?.end();
  await browser.close();
  const verdict = readSuites(result);
  for (const [way, most] of Object.entries(more)) {
    if (!(most < BOUND)) verdict.failures.push(`${way}: the renderer took ${most} MiB more`);
  }
  return [[`${host.name}: http-large, ${more[DOWN]} MiB down, ${more[UP]} MiB up`, verdict]];
};
