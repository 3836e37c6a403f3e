#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Runs the WebSocket programs alternately and prints medians and ratios: bench/README.md.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { runProcess } from '../tests/drive/process.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (file) => path.join(root, file);
const LIMIT = 180_000; // ms a single run may take

const USAGE = `usage: node bench/compare_ws.mjs [--runs=N] [--with=NAME,...] [--tls] [WORD...]

  --runs=N          how often each program runs each case (3)
  --with=NAME,...   which programs; the ratios are to the first that can
  --tls             eft over TLS as well, as eft-tls
  WORD              only cases whose line has it, such as pipeline or 65536
  --list            print the programs and the cases
`;

// CASE N SIZE CONNECTIONS.
const CASES = [
  'rtt 10000 64 1',
  'pipeline 100000 64 1',
  'pipeline 50000 1024 1',
  'pipeline 3000 65536 1',
  'fanout 50000 64 100',
  'fanout 50000 64 1000',
  'fanout 50000 64 5000',
  'connect 1000 64 1',
  'connect 1 64 1000',
  'idle 1 64 1000',
  'idle 1 64 5000',
];

const FIELDS = ['per s', 'cpu us/op', 'p50 us', 'p99 us', 'KiB'];
const CPU = 1;

// Debian's python3 has the packages, whatever another one on PATH has.
const PYTHON = process.env.EFT_PYTHON ?? '/usr/bin/python3';
const programs = {
  eft: [inRoot('build/native/bench/ws')],
  'eft-tls': [inRoot('build/native/bench/ws')],
  libwebsockets: [inRoot('build/native/bench/ws-lws')],
  'node-ws': [process.execPath, inRoot('bench/peers/ws.mjs')],
  aiohttp: [PYTHON, inRoot('bench/peers/ws.py'), 'aiohttp'],
  websockets: [PYTHON, inRoot('bench/peers/ws.py'), 'websockets'],
};

// The server has the last processor, the client the first, where there are two.
const onProcessor = (number, command) =>
  (os.availableParallelism() > 1 && process.platform === 'linux'
    ? ['taskset', '-c', String(number), ...command] : command);

async function startServer(...args) {
  const [file, ...rest] = onProcessor(os.availableParallelism() - 1,
    [inRoot('build/native/bench/ws-server'), ...args]);
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(readline.createInterface({ input: child.stdout }), 'line');
  return { url, stop: () => child.kill() };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The five figures, or {failure} with a sentence.
async function measure(name, url, one) {
  const [file, ...args] = onProcessor(0, [...programs[name], url, ...one.split(' ')]);
  const { lines, code, reason } = await runProcess(file, args, { limit: LIMIT });
  const said = (stream) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
  if (code === 2) return { failure: 'has no such case' };
  const [what, ...figures] = (said('out').at(-1) ?? '').split(' ');
  if (code === 0 && what === one.split(' ')[0] && figures.length === FIELDS.length) {
    return { figures: figures.map(Number) };
  }
  return { failure: reason ?? said('err').at(-1) ?? `exit code ${code}`, broken: true };
}

// One run of each in turn, so that what the machine does meanwhile meets them all.
async function alternate(names, urls, one, runs) {
  const rows = names.map((name) => ({ name, runs: [] }));
  for (let i = 0; i < runs; i++) {
    for (const row of rows.filter(({ failure }) => !failure)) {
      const { figures, failure, broken } = await measure(row.name, urls[row.name], one);
      if (failure) Object.assign(row, { failure, broken });
      else row.runs.push(figures);
    }
  }
  for (const row of rows) {
    if (!row.failure) row.medians = FIELDS.map((_, at) => median(row.runs.map((run) => run[at])));
  }
  return rows;
}

const cell = (text, width) => String(text).padStart(width);
const decimal = (number) => (number >= 1000 ? number.toFixed(0) : number.toFixed(2));

function print(one, rows) {
  const base = rows.find(({ failure }) => !failure)?.medians;
  console.log(one.padEnd(26) + FIELDS.map((name) => cell(name, 11)).join('') + cell('cpu', 9));
  for (const { name, medians, failure } of rows) {
    const figures = failure ?? medians.map((number) => cell(decimal(number), 11)).join('') +
      cell(`${(medians[CPU] / base[CPU]).toFixed(2)}x`, 9);
    console.log(`  ${name.padEnd(24)}${figures}`);
  }
  console.log('');
}

async function compare({ runs, names, cases, tls }) {
  const certificate = (kind) => inRoot(`build/certificates/good.${kind}`);
  const plain = await startServer();
  const secure = tls ? await startServer('0', certificate('crt'), certificate('key')) : null;
  const urls = Object.fromEntries(names.map((name) => [name, plain.url]));
  if (secure) {
    process.env.SSL_CERT_FILE = inRoot('build/certificates/ca.crt');
    urls['eft-tls'] = secure.url;
  }
  let broken = false;
  for (const one of cases) {
    const rows = await alternate(names, urls, one, runs);
    print(one, rows);
    broken ||= rows.some((row) => row.broken);
  }
  plain.stop();
  secure?.stop();
  return broken ? 1 : 0;
}

function read() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '3' },
      with: { type: 'string', default: 'eft,libwebsockets,node-ws,aiohttp,websockets' },
      tls: { type: 'boolean', default: false },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const names = values.with.split(',');
  if (values.tls && !names.includes('eft-tls')) names.push('eft-tls');
  return {
    ...values,
    runs: Number(values.runs),
    names,
    tls: names.includes('eft-tls'),
    cases: CASES.filter((one) => positionals.every((word) => one.split(' ').includes(word))),
  };
}

async function main() {
  const wanted = read();
  if (wanted.help || wanted.list) {
    console.log(wanted.help ? USAGE : [...Object.keys(programs), '', ...CASES].join('\n'));
    return 0;
  }
  if (!(wanted.runs > 0) || !wanted.cases.length || !wanted.names.every((name) => programs[name])) {
    console.error(USAGE);
    return 2;
  }
  return compare(wanted);
}

process.exitCode = await main();
