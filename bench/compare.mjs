#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Runs programs of one contract alternately and prints medians and ratios: bench/README.md.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runProcess } from '../tests/drive/process.mjs';
import { readArguments } from './arguments.mjs';
import { runInChromium } from './chromium.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (file) => path.join(root, file);
const LIMIT = 180_000; // ms a single run may take

const USAGE = `usage: node bench/compare.mjs [--runs=N] [--with=NAME,...] [CASE N]...

  --runs=N          how often each program runs each case (5)
  --with=NAME,...   which programs (native,native-steps,asyncio,node-js);
                    the ratios are to the first that can
  --list            print their names
`;

const DEFAULT_WITH = 'native,native-steps,asyncio,node-js';
const DEFAULT_CASES = [
  ['sleep_many', '10000'],
  ['spawn_join', '1000000'],
  ['gather', '100000'],
  ['pingpong', '1000000'],
  ['timers', '100000'],
  ['cancel', '10000'],
  ['yield', '1000000'],
  ['await_done', '1000000'],
];

const command = (file, ...before) => (args) =>
  runProcess(file, [...before, ...args], { limit: LIMIT });
const node = (...before) => command(process.execPath, ...before);
const wasm = (kind) => node(inRoot('web/run.mjs'), inRoot(`build/web-${kind}/bench/core.mjs`));
const page = (kind) => (args) => runInChromium(kind, args);

// eft's own, each with fibers and, as NAME-steps, with step tasks.
const hosts = {
  native: command(inRoot('build/native/bench/core')),
  'node-asyncify': wasm('asyncify'),
  'node-plain': wasm('plain'),
  'chromium-jspi': page('jspi'),
  'chromium-asyncify': page('asyncify'),
  'chromium-plain': page('plain'),
};

// Each is given [CASE, N] and gives {lines, code, reason}.
const programs = {
  asyncio: command('python3', inRoot('bench/peers/core.py')),
  'node-js': node(inRoot('bench/peers/core.mjs')),
  'chromium-js': page('js'),
};
for (const [name, run] of Object.entries(hosts)) {
  programs[name] = run;
  programs[`${name}-steps`] = (args) => run(['--steps', ...args]);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// {ns, kib}, or {failure} with a sentence.
async function measure(name, [what, n]) {
  const { lines, code, reason } = await programs[name]([what, n]);
  const said = (stream) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
  if (code === 2) return { failure: 'has no such case' };
  const found = /^(\S+) (\d+) (-?[\d.]+) (\d+)$/.exec(said('out').at(-1) ?? '');
  if (code === 0 && found && found[1] === what && found[2] === n) {
    return { ns: Number(found[3]), kib: Number(found[4]) };
  }
  return { failure: reason ?? said('err').at(-1) ?? `exit code ${code}`, broken: true };
}

// One run of each in turn, so that what the machine does meanwhile meets them all.
async function alternate(names, one, runs) {
  const rows = names.map((name) => ({ name, ns: [], kib: [] }));
  for (let i = 0; i < runs; i++) {
    for (const row of rows) {
      if (row.failure) continue;
      const { ns, kib, failure, broken } = await measure(row.name, one);
      if (failure) {
        Object.assign(row, { failure, broken });
        continue;
      }
      row.ns.push(ns);
      row.kib.push(kib);
    }
  }
  return rows;
}

const cell = (text, width) => text.padStart(width);
const decimal = (number) => number.toFixed(1);
const ratio = (number, to) => (to > 0 ? `${(number / to).toFixed(2)}x` : '-');

function printRow({ name, ns, kib, failure }, base) {
  const label = `  ${name.padEnd(24)}`;
  if (failure) {
    console.log(`${label}${failure}`);
    return;
  }
  const middle = median(ns);
  const memory = median(kib);
  console.log(label +
    cell(decimal(middle), 10) + cell(ratio(middle, base.ns), 9) +
    cell(decimal(Math.min(...ns)), 11) + cell(decimal(Math.max(...ns)), 11) +
    cell(memory ? decimal(memory) : '-', 12) +
    cell(memory ? ratio(memory, base.kib) : '-', 9));
}

function print([what, n], rows) {
  const first = rows.find(({ failure }) => !failure);
  const base = first ? { ns: median(first.ns), kib: median(first.kib) } : null;
  console.log(`${`${what} ${n}`.padEnd(26)}${cell('ns/op', 10)}${cell('ratio', 9)}` +
    `${cell('least', 11)}${cell('most', 11)}${cell('KiB', 12)}${cell('ratio', 9)}`);
  for (const row of rows) printRow(row, base);
  console.log('');
}

// {runs, names, cases}, or null where the command line is wrong.
function read(values, positionals) {
  const runs = Number(values.runs);
  const names = values.with.split(',');
  const cases = [];
  for (let i = 0; i < positionals.length; i += 2) cases.push(positionals.slice(i, i + 2));
  const right = Number.isInteger(runs) && runs > 0 && names.every((name) => programs[name]) &&
    cases.every(([, n]) => /^[1-9]\d*$/.test(n ?? ''));
  return right ? { runs, names, cases: cases.length ? cases : DEFAULT_CASES } : null;
}

async function main() {
  const { values, positionals } = readArguments({
    runs: { type: 'string', default: '5' },
    with: { type: 'string', default: DEFAULT_WITH },
    list: { type: 'boolean' },
  }, USAGE);
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const wanted = read(values, positionals);
  if (!wanted) {
    console.error(USAGE);
    return 2;
  }
  if (values.list) {
    console.log(Object.keys(programs).sort().join('\n'));
    return 0;
  }
  let broken = false;
  for (const one of wanted.cases) {
    const rows = await alternate(wanted.names, one, wanted.runs);
    print(one, rows);
    broken = broken || rows.some((row) => row.broken);
  }
  return broken ? 1 : 0;
}

process.exitCode = await main();
