// SPDX-License-Identifier: MIT
// Runs all tests on all hosts: node tests/drive.mjs [HOST...] [--only=WORD]

// HOST is native, native-asan, node-asyncify, chromium-jspi or chromium-asyncify; none: all.
// --only runs the parts whose name has WORD in it.  Prints a line for each run, and the failing
// lines in full; the last line counts everything, and the exit code is 1 if anything failed.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './drive/browser.mjs';
import { parts } from './drive/parts.mjs';
import { allHosts, mounts } from './drive/hosts.mjs';
import { Report } from './drive/report.mjs';
import { serve } from './drive/static.mjs';
import { startServers } from './servers/servers.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function open(withBrowser) {
  const certificates = path.join(root, 'build/certificates');
  execFileSync(path.join(root, 'tests/certificates'), [certificates]);
  const listeners = new Set();
  const servers = await startServers({
    certificates,
    tell: (event) => listeners.forEach((listener) => listener(event)),
  });
  const ca = servers.urls.ca;
  const site = await serve(mounts(root));
  const browser = withBrowser ? await launch({ trusted: path.join(certificates, 'good.crt') }) : null;
  const close = async () => {
    await browser?.close();
    await site.close();
    await servers.close();
  };
  return { root, urls: servers.urls, listeners, site: site.url, browser, ca, close };
}

async function main() {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const only = /--only=(\S+)/.exec(process.argv.join(' '))?.[1] ?? '';
  const context = await open(!names.length || names.some((name) => name.startsWith('chromium')));
  const report = new Report();
  const hosts = allHosts(context).filter(({ name }) => !names.length || names.includes(name));
  for (const host of hosts) {
    for (const [name, part] of parts) {
      if (!name.includes(only)) continue;
      for (const [run, result] of await part(host, context)) report.add(run, result);
    }
  }
  await context.close();
  console.log(report.closing());
  process.exitCode = report.failed || !report.passed ? 1 : 0;
}

await main();
