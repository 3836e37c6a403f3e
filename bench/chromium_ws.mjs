#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Compares eft's WebSockets in Chromium with plain JavaScript: node bench/chromium_ws.mjs

// Usage: node bench/chromium_ws.mjs [--runs=N] [--with=KIND,…] [CASE N SIZE CONNECTIONS]…
//
// The kinds are those of chromium.mjs --ws; the ratios are to the first. Each case is run by each
// kind in turn, so that what else the machine does meanwhile meets them all. What is compared is
// the CPU time of the whole browser, since a message costs it more in its network process than in
// the page; loading and warming up are in it, so N has to be large.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { runInChromium } from './chromium.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const SERVER = path.join(root, 'build/native/bench/ws-server');
const WARM_UP = 1.1; // what is done for each operation that is counted, but for connects
const DEFAULT_CASES = [
  ['rtt', '20000', '64', '1'],
  ['pipeline', '100000', '64', '1'],
  ['pipeline', '100000', '1024', '1'],
  ['pipeline', '10000', '65536', '1'],
  ['fanout', '100000', '64', '100'],
  ['connect', '100', '0', '1'],
];

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// {cpu, perSecond}, or throws with what went wrong.
async function measure(kind, url, [name, n, size, count]) {
  const { lines, code, reason, cpu } = await runInChromium(kind, [url, name, n, size, count], 'ws');
  const last = lines.at(-1)?.text ?? '';
  const [said, perSecond] = last.split(' ');
  if (code !== 0 || said !== name) throw new Error(`${kind}: ${reason ?? last}`);
  const done = Number(n) * (name === 'connect' ? 1 : WARM_UP);
  return { cpu: (cpu * 1e6) / done, perSecond: Number(perSecond) };
}

async function compare(kinds, url, one, runs) {
  const rows = kinds.map((kind) => ({ kind, cpu: [], perSecond: [] }));
  for (let i = 0; i < runs; i++) {
    for (const row of rows) {
      const { cpu, perSecond } = await measure(row.kind, url, one);
      row.cpu.push(cpu);
      row.perSecond.push(perSecond);
    }
  }
  return rows;
}

function print(one, rows) {
  const base = median(rows[0].cpu);
  console.log(`${one.join(' ').padEnd(28)}   cpu us/op   ratio     least      most     per s`);
  for (const { kind, cpu, perSecond } of rows) {
    const figures = [median(cpu), median(cpu) / base, Math.min(...cpu), Math.max(...cpu)];
    const cells = figures.map((figure, i) => figure.toFixed(i === 1 ? 2 : 1).padStart(i ? 9 : 11));
    const rate = median(perSecond).toFixed(0).padStart(9);
    console.log(`  ${kind.padEnd(26)}${cells.join(' ')} ${rate}`);
  }
}

async function startServer() {
  if (!existsSync(SERVER)) throw new Error(`there is no ${SERVER}: script/build native`);
  const server = spawn(SERVER, ['0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(createInterface(server.stdout), 'line');
  return { url, server };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      with: { type: 'string', default: 'js,jspi,asyncify' },
    },
  });
  const chosen = [];
  for (let i = 0; i < positionals.length; i += 4) chosen.push(positionals.slice(i, i + 4));
  const { url, server } = await startServer();
  try {
    for (const one of chosen.length ? chosen : DEFAULT_CASES) {
      print(one, await compare(values.with.split(','), url, one, Number(values.runs)));
    }
  } finally {
    server.kill();
  }
}

await main();
