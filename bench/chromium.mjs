// SPDX-License-Identifier: MIT
// Runs one case in a page of a headless Chromium: node bench/chromium.mjs KIND [--steps] CASE N,
// node bench/chromium.mjs --ws KIND URL CASE N SIZE CONNECTIONS, or
// node bench/chromium.mjs --http KIND URL CASE N CONCURRENT

// KIND is a build (jspi, asyncify or plain), or js for the peer; with --ws also jspi-stream, whose
// connections are WebSocketStreams. No debugger is attached, which
// would slow the page down: it is opened by its address, and posts its lines to us when it has
// ended.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { serve } from '../tests/drive/static.mjs';

const BUILDS = ['jspi', 'asyncify', 'plain'];
const PEER = 'js';
const LIMIT = 180_000; // ms
const TICKS_PER_SECOND = 100; // of /proc; the same on every Linux
const EXECUTABLE = process.env.EFT_CHROMIUM ?? '/usr/bin/chromium';
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
const FLAGS = ['--headless', '--no-sandbox', '--no-first-run', '--disable-gpu',
  '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--enable-precise-memory-info'];

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

function site() {
  const builds = BUILDS.map((kind) => [
    `/bench/${kind}/`, path.join(root, 'build', `web-${kind}`, 'bench'),
  ]);
  return serve([
    ...builds,
    ['/eft/', path.join(root, 'web')],
    ['/peers/', path.join(root, 'bench/peers')],
    ['/', path.join(root, 'bench/page')],
  ]);
}

// A server that waits for two POSTs: {url, onBegin, report, close}. The first says that the program
// begins, and onBegin is called; the second is the report.
async function mailbox() {
  const box = { onBegin: () => {} };
  let receive;
  box.report = new Promise((resolve) => {
    receive = resolve;
  });
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const told = JSON.parse(Buffer.concat(parts).toString());
    if (told.begins) box.onBegin();
    else receive(told);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  box.url = `http://127.0.0.1:${server.address().port}/`;
  box.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return box;
}

// What becomes of a browser without a report.
function ending(browser) {
  let clock;
  const promise = new Promise((resolve) => {
    const fail = (reason) => resolve({ lines: [], code: null, reason });
    clock = setTimeout(() => fail(`no report within ${LIMIT / 1000} s`), LIMIT);
    browser.on('error', (error) => fail(`cannot be started: ${error.message}`));
    browser.on('exit', () => fail('the browser ended'));
  });
  return { promise, stop: () => clearTimeout(clock) };
}

// Its processes are a group of their own: none of them may write into the profile when that has
// been removed, nor outlive us. Gives the function that ends them.
function leash(browser, profile) {
  const kill = () => {
    try {
      process.kill(-browser.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  const leave = () => process.exit(130); // 'exit' comes then
  const abandon = () => {
    kill();
    rmSync(profile, REMOVAL);
  };
  process.on('exit', abandon);
  process.on('SIGINT', leave).on('SIGTERM', leave);
  return () => {
    process.off('exit', abandon);
    process.off('SIGINT', leave).off('SIGTERM', leave);
    kill();
  };
}

// The CPU time of all processes of a group, in seconds; NaN where there is no /proc.
function cpuOf(group) {
  let ticks = 0;
  for (const name of existsSync('/proc/self/stat') ? readdirSync('/proc') : []) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'ascii');
      // Behind the name, which may hold anything: state, parent, group, …, user time, system time.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It is no process, or no more.
    }
  }
  return ticks ? ticks / TICKS_PER_SECOND : NaN;
}

// Each run has a browser and a profile of its own.
async function browse(address, post) {
  const profile = mkdtempSync(path.join(tmpdir(), 'eft-bench-'));
  const browser = spawn(EXECUTABLE, [...FLAGS, `--user-data-dir=${profile}`, address], {
    stdio: 'ignore',
    detached: true,
  });
  const end = ending(browser);
  const kill = leash(browser, profile);
  const gone = browser.pid ? once(browser, 'exit') : null;
  let before = NaN;
  post.onBegin = () => {
    before = cpuOf(browser.pid);
  };
  const result = await Promise.race([post.report, end.promise]);
  result.cpu = cpuOf(browser.pid) - before;
  end.stop();
  kill();
  await gone;
  rmSync(profile, REMOVAL);
  return result;
}

// Gives what runProcess() of tests/drive/process.mjs does: {lines, code, reason}; and cpu, the
// seconds that the whole browser spent from the program's beginning to its end.
export async function runInChromium(kind, args, program = 'core') {
  const [build, sockets = 'plain'] = kind.split('-');
  const pages = await site();
  const post = await mailbox();
  const query = new URLSearchParams([
    ['program', program], ['kind', build], ['sockets', sockets], ['report', post.url],
    ...args.map((arg) => ['arg', arg]),
  ]);
  try {
    return await browse(`${pages.url}/?${query}`, post);
  } finally {
    await post.close();
    await pages.close();
  }
}

async function main(words) {
  const program = { '--ws': 'ws', '--http': 'http' }[words[0]] ?? 'core';
  const [kind = '', ...args] = program === 'core' ? words : words.slice(1);
  if (kind !== PEER && !BUILDS.includes(kind.replace(/-stream$/, ''))) {
    const kinds = [...BUILDS, PEER].join('|');
    console.error(`usage: node bench/chromium.mjs ${kinds} [--steps] CASE N\n` +
      `       node bench/chromium.mjs --ws ${kinds} URL CASE N SIZE CONNECTIONS\n` +
      `       node bench/chromium.mjs --http ${kinds} URL CASE N CONCURRENT`);
    return 2;
  }
  const { lines, code, reason } = await runInChromium(kind, args, program);
  for (const { stream, text } of lines) (stream === 'out' ? console.log : console.error)(text);
  if (reason) console.error(reason);
  return code ?? 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
