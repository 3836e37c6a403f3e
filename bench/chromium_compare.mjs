#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Compares eft's network in Chromium with plain JavaScript: node bench/chromium_compare.mjs ws|http

// The kinds are those of chromium.mjs; the ratios are to the first. Each case is run by each kind
// in turn, so that what else the machine does meanwhile meets them all. CPU is that of the whole
// browser, since a message costs it more in its network process than in the page; loading and
// warming up are in it, so N has to be large. The rate is the page's own, of the timed part.

import { existsSync } from 'node:fs';

import { inRoot, median, startServer } from './alternate.mjs';
import { readArguments } from './arguments.mjs';
import { runInChromium } from './chromium.mjs';

const USAGE = `usage: node bench/chromium_compare.mjs ws|http [--runs=N] [--with=KIND,...] [CASE]...

  --runs=N          how often each kind runs each case (5)
  --with=KIND,...   which kinds (js,jspi,asyncify); the ratios are to the first
  CASE              such as get 5000 32, or pipeline 100000 64 1
`;

const WARM_UP = 1.1; // what is done for each operation that is counted

// Of each program: its server, how many words a case has, and how many operations that is.
const PROGRAMS = {
  ws: {
    server: 'ws-server',
    words: 4,
    operations: ([name, n]) => Number(n) * (name === 'connect' ? 1 : WARM_UP),
    cases: [
      ['rtt', '20000', '64', '1'],
      ['pipeline', '100000', '64', '1'],
      ['pipeline', '100000', '1024', '1'],
      ['pipeline', '10000', '65536', '1'],
      ['fanout', '100000', '64', '100'],
      ['connect', '100', '0', '1'],
    ],
  },
  http: {
    server: 'http-server',
    words: 3,
    operations: ([name, n]) => (name === 'download' ? 200 : Number(n) * WARM_UP), // MiB
    cases: [
      ['get', '5000', '1'],
      ['get', '20000', '32'],
      ['download', '1', '1'],
    ],
  },
};

// {cpu, rate}, or throws with what went wrong.
async function measure(program, kind, url, one) {
  const { lines, code, reason, cpu } = await runInChromium(kind, [url, ...one], program);
  const last = lines.at(-1)?.text ?? '';
  const [said, rate] = last.split(' ');
  if (code !== 0 || said !== one[0]) throw new Error(`${kind}: ${reason ?? last}`);
  return { cpu: (cpu * 1e6) / PROGRAMS[program].operations(one), rate: Number(rate) };
}

async function compare(program, kinds, url, one, runs) {
  const rows = kinds.map((kind) => ({ kind, cpu: [], rate: [] }));
  for (let i = 0; i < runs; i++) {
    for (const row of rows) {
      const { cpu, rate } = await measure(program, row.kind, url, one);
      row.cpu.push(cpu);
      row.rate.push(rate);
    }
  }
  return rows;
}

function print(one, rows) {
  const [cpuOfFirst, rateOfFirst] = [median(rows[0].cpu), median(rows[0].rate)];
  console.log(`${one.join(' ').padEnd(28)}   cpu us/op   ratio     least      most ` +
    '    per s   ratio');
  for (const { kind, cpu, rate } of rows) {
    const figures = [median(cpu), median(cpu) / cpuOfFirst, Math.min(...cpu), Math.max(...cpu)];
    const cells = figures.map((figure, i) => figure.toFixed(i === 1 ? 2 : 1).padStart(i ? 9 : 11));
    const rates = median(rate).toFixed(0).padStart(9) +
      (median(rate) / rateOfFirst).toFixed(2).padStart(8);
    console.log(`  ${kind.padEnd(26)}${cells.join(' ')} ${rates}`);
  }
}

async function main() {
  const { values, positionals } = readArguments({
    runs: { type: 'string', default: '5' },
    with: { type: 'string', default: 'js,jspi,asyncify' },
  }, USAGE);
  const [program, ...words] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!Object.hasOwn(PROGRAMS, program ?? '') || !(Number(values.runs) > 0)) {
    console.error(USAGE);
    return 2;
  }
  const { server, words: width, cases } = PROGRAMS[program];
  const chosen = [];
  for (let i = 0; i < words.length; i += width) chosen.push(words.slice(i, i + width));
  if (!existsSync(inRoot(`build/native/bench/${server}`))) {
    throw new Error(`there is no ${server}: script/build native`);
  }
  const { url, stop } = await startServer(server, '0');
  try {
    for (const one of chosen.length ? chosen : cases) {
      print(one, await compare(program, values.with.split(','), url, one, Number(values.runs)));
    }
  } finally {
    stop();
  }
  return 0;
}

process.exitCode = await main();
