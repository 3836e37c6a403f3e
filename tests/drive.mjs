// SPDX-License-Identifier: MIT
// Runs all tests on all hosts: node tests/drive.mjs [HOST...] [--only=WORD]

// Prints a line for each run, and the failing lines in full; the last line counts everything, and
// the exit code is 1 if anything failed.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium, launchFirefox } from './drive/browser.mjs';
import { parts } from './drive/parts.mjs';
import { allHosts, mounts } from './drive/hosts.mjs';
import { Report } from './drive/report.mjs';
import { serve } from './drive/static.mjs';
import { makeHandler } from './servers/http.mjs';
import { startServers } from './servers/servers.mjs';

// Hosts at a time: tests of silent servers wait most of the time.
const AT_ONCE = 3;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function open(engines) {
  const certificates = path.join(root, 'build/certificates');
  execFileSync(path.join(root, 'tests/certificates'), [certificates]);
  const listeners = new Set();
  const servers = await startServers({
    certificates,
    tell: (event) => listeners.forEach((listener) => listener(event)),
  });
  const ca = servers.urls.ca;
  const site = await serve(mounts(root), 0, makeHandler());
  const trusted = path.join(certificates, 'good.crt');
  const browsers = {
    chromium: engines.has('chromium') ? await launchChromium({ trusted }) : null,
    firefox: engines.has('firefox') ? await launchFirefox({ ca }) : null,
  };
  const close = async () => {
    await browsers.chromium?.close();
    await browsers.firefox?.close();
    await site.close();
    await servers.close();
  };
  return { root, urls: servers.urls, listeners, site: site.url, browsers, ca, close };
}

// Runs all parts on one host after the other, beside others who take from the same list.
async function work(hosts, chosen, context, report) {
  for (let host = hosts.shift(); host; host = hosts.shift()) {
    for (const [name, part] of chosen) {
      const begin = Date.now();
      const verdicts = await part(host, context).catch((error) => [
        [`${host.name}: ${name}`, { failures: [error.stack] }],
      ]);
      const seconds = (Date.now() - begin) / 1000 / verdicts.length;
      for (const [run, verdict] of verdicts) report.add(run, verdict, seconds);
    }
  }
}

const USAGE = `usage: node tests/drive.mjs [HOST...] [--only=WORD]

  HOST      ${allHosts({}).map(({ name }) => name).join(', ')};
            none: all but firefox
  --only    the parts whose name has WORD in it: ${parts.map(([name]) => name).join(', ')}`;

// Firefox is what few have to have; CONTRIBUTING.md tells what it needs.
const usual = allHosts({}).filter(({ engine }) => engine !== 'firefox').map(({ name }) => name);

// What is asked for as {names, only}; anything else ends the program here.
function readArguments() {
  const stop = (code, ...lines) => {
    console[code ? 'error' : 'log']([...lines, USAGE].join('\n\n'));
    process.exit(code);
  };
  try {
    const { positionals: names, values } = parseArgs({
      allowPositionals: true,
      options: { only: { type: 'string', default: '' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) stop(0);
    const unknown = names.find((name) => !allHosts({}).some((host) => host.name === name));
    if (unknown) stop(2, `there is no host ${unknown}`);
    if (!parts.some(([name]) => name.includes(values.only))) {
      stop(2, `no part has "${values.only}" in its name`);
    }
    return { names: names.length ? names : usual, only: values.only };
  } catch (error) {
    return stop(2, error.message);
  }
}

// Whose network needs a proxy does not need it for 127.0.0.1.
function forgetProxies() {
  for (const name of Object.keys(process.env)) {
    if (/_proxy$/i.test(name)) delete process.env[name];
  }
}

async function main() {
  forgetProxies();
  const { names, only } = readArguments();
  const isChosen = ({ name }) => names.includes(name);
  const context = await open(new Set(allHosts({}).filter(isChosen).map(({ engine }) => engine)));
  const report = new Report();
  const hosts = allHosts(context).filter(isChosen);
  const chosen = parts.filter(([name]) => name.includes(only));
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(hosts, chosen, context, report)));
  await context.close();
  console.log(report.closing());
  process.exitCode = report.failed || !report.passed ? 1 : 0;
}

await main();
