// SPDX-License-Identifier: MIT
// Runs programs of one contract alternately, and prints medians and ratios: compare_ws.mjs,
// compare_http.mjs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

import { runProcess } from '../tests/drive/process.mjs';

const LIMIT = 180_000; // ms a single run may take
const FIELDS = ['per s', 'cpu us/op', 'p50 us', 'p99 us', 'KiB'];
const CPU = 1;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const inRoot = (file) => path.join(root, file);

// Debian's python3 has the packages, whatever another one on PATH has.
export const PYTHON = process.env.EFT_PYTHON ?? '/usr/bin/python3';

// The server has the last processor, the client the first, where there are two.
const onProcessor = (number, command) =>
  (os.availableParallelism() > 1 && process.platform === 'linux'
    ? ['taskset', '-c', String(number), ...command] : command);

// One of build/native/bench: {url, stop}.
export async function startServer(name, ...args) {
  const [file, ...rest] = onProcessor(os.availableParallelism() - 1,
    [inRoot(`build/native/bench/${name}`), ...args]);
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(readline.createInterface({ input: child.stdout }), 'line');
  return { url, stop: () => child.kill() };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The five figures, or {failure} with a sentence.
async function measure(command, url, one) {
  const [file, ...args] = onProcessor(0, [...command, url, ...one.split(' ')]);
  const { lines, code, reason } = await runProcess(file, args, { limit: LIMIT });
  const said = (stream) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
  if (code === 2) return { failure: 'has no such case' };
  const [what, ...figures] = (said('out').at(-1) ?? '').split(' ');
  if (code === 0 && what === one.split(' ')[0] && figures.length === FIELDS.length) {
    return { figures: figures.map(Number) };
  }
  return { failure: reason ?? said('err').at(-1) ?? `exit code ${code}`, broken: true };
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

// One run of each program {name, command, url} in turn, so that what the machine does meanwhile
// meets them all; prints the table, and gives false where one has failed.
export async function alternate(programs, one, runs) {
  const rows = programs.map((program) => ({ ...program, runs: [] }));
  for (let i = 0; i < runs; i++) {
    for (const row of rows.filter(({ failure }) => !failure)) {
      const { figures, failure, broken } = await measure(row.command, row.url, one);
      if (failure) Object.assign(row, { failure, broken });
      else row.runs.push(figures);
    }
  }
  for (const row of rows) {
    if (!row.failure) row.medians = FIELDS.map((_, at) => median(row.runs.map((run) => run[at])));
  }
  print(one, rows);
  return !rows.some(({ broken }) => broken);
}
