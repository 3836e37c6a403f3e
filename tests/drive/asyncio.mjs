// SPDX-License-Identifier: MIT
// The programs of demos/asyncio print their .txt, wherever they run; so do their Python twins.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runProcess } from './process.mjs';
import { describeEnd } from './report.mjs';
import { firstDifference } from './transcript.mjs';

const LIMIT = 60_000; // ms
const READY = 'ready: press Ctrl-C'; // whoever prints this line is interrupted
const INTERRUPTED = 130;

const printed = ({ lines }) =>
  lines.filter(({ stream }) => stream === 'out').map(({ text }) => text);

function onLine(text, program) {
  if (text === READY) program.interrupt();
}

// What a program should print, and its exit code. A NAME.web.txt is what a page cannot do: there
// the program fails, and says so.
function expectation(folder, name, world) {
  const refusal = path.join(folder, `${name}.web.txt`);
  const refused = world === 'web' && existsSync(refusal);
  const file = refused ? refusal : path.join(folder, `${name}.txt`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return { lines, code: refused ? 1 : lines.includes(READY) ? INTERRUPTED : 0 };
}

function compare(expected, result) {
  if (result.reason || result.code !== expected.code) return describeEnd(result);
  return firstDifference(expected.lines, printed(result));
}

// Runs all of them by run(name), one after the other.
async function verdictOf(folder, world, run) {
  const programs = readdirSync(folder).filter((file) => file.endsWith('.c'));
  const failures = [];
  for (const file of programs) {
    const name = path.basename(file, '.c');
    const wrong = compare(expectation(folder, name, world), await run(name));
    if (wrong) failures.push(`${name}: ${wrong}`);
  }
  return { passed: programs.length - failures.length, failures };
}

export async function asyncioDemos(host, { root }) {
  const folder = path.join(root, 'demos/asyncio');
  const options = { limit: LIMIT, onLine };
  const inC = (name) => host.run('demos', `asyncio/${name}`, [], options);
  const verdicts = [
    [`${host.name}: asyncio demos`, await verdictOf(folder, host.world, inC)],
  ];
  if (host.preset === 'native') {
    // CPython is the same on every host; once is enough. Who waits for Ctrl-C needs the real clock.
    const jump = path.join(root, 'tests/jump.py');
    const inPython = (name) => {
      const { code } = expectation(folder, name, 'native');
      const clock = code === INTERRUPTED ? [] : [jump];
      return runProcess('python3', [...clock, path.join(folder, `${name}.py`)], options);
    };
    verdicts.push(['python: asyncio demos', await verdictOf(folder, 'native', inPython)]);
  }
  return verdicts;
}
